"""Turnarounds: units that leave, come back and wait for one of c places that all take the same time; and magazines.

A closed queue with deterministic times, first come first served. Everybody leaves at step 0. The k-th service starts
when the unit is back and the first place is free; while the queue never runs empty each place ends one service per
turnaround, so c leave per turnaround, the rate c / S. Source: Gross and Harris, *Fundamentals of Queueing Theory*.
"""

import heapq


def departures(units: int, places: int, away: int, service: int, horizon: int, start: int = 0) -> list[int]:
    """Return the steps before ``horizon`` at which units leave, in order; all leave at ``start``. All in steps."""
    back = [start + away] * units
    free = [0] * places
    left = [start] * units
    while True:
        end = max(heapq.heappop(back), heapq.heappop(free)) + service
        if end >= horizon:
            return left
        left.append(end)
        heapq.heappush(free, end)
        heapq.heappush(back, end + away)


def saturating_units(places: int, away: int, service: int) -> int:
    """Return how many units keep all places busy: places (S + A) / S, rounded up, and one more a place."""
    return -(-places * (service + away) // service) + places


def rounds_fired(magazine: int, reload: int, supplies: list[int], horizon: int) -> int:
    """Return the rounds fired before ``horizon``: one a ``reload`` from step 1 on, full again at ``supplies``."""
    fired, left, ready = 0, magazine, 0
    for step in range(1, horizon):
        left = magazine if step in supplies else left
        if left > 0 and step >= ready:
            fired, left, ready = fired + 1, left - 1, step + reload
    return fired
