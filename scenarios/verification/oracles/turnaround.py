"""Turnarounds: units that leave, come back and wait for any of c places with equal service times; and magazines.

A closed queue with deterministic times, first come first served. All units leave at step 0. The k-th service starts
when the unit is back and a place is free; while the queue never runs empty each place ends a service per turnaround,
so c units leave per turnaround, the rate c / S. Source: Gross and Harris, *Fundamentals of Queueing Theory*.
"""

import heapq


def departures(units: int, places: int, away: int, service: int, horizon: int, start: int = 0) -> list[int]:
    """Return the steps before ``horizon`` at which units leave, in order; all leave at ``start``. Times in steps."""
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
    """Return a number of units that keeps all places busy: places (S + A) / S, rounded up, plus one per place."""
    return -(-places * (service + away) // service) + places


def rounds_fired(magazine: int, reload: int, supplies: list[int], horizon: int) -> int:
    """Return the rounds fired before ``horizon``: one per ``reload`` from step 1, refilled at ``supplies``."""
    fired, left, ready = 0, magazine, 0
    for step in range(1, horizon):
        left = magazine if step in supplies else left
        if left > 0 and step >= ready:
            fired, left, ready = fired + 1, left - 1, step + reload
    return fired
