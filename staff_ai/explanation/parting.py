"""Parting of two courses: the time from which their outcomes differ, and the event that differs most."""

from dataclasses import dataclass

import numpy as np

from logistics.reliability.intervals import Z_95
from simcore.roster import Roster
from simcore.types import F64, EventKind
from staff_ai.explanation.recorded import Recorded
from staff_ai.wargame.samples import Estimate, estimate, mean_and_error

LASTING = 3
"""Least decisions, up to the end, at which the interval of the mean lead has to exclude zero."""

_COUNTED = (
    EventKind.LOSS, EventKind.OBJECTIVE, EventKind.SHOT, EventKind.CONTACT, EventKind.EXHAUSTED,
    EventKind.FALSE_ENGAGEMENT, EventKind.RETURN,
)  # fmt: skip
_LEAST_SHARE = 0.1  # of the rollouts, for a difference between events to count


@dataclass(frozen=True)
class EventGap:
    """Events of a kind and subject: mean number in a game of each course, and the paired difference."""

    kind: EventKind
    is_own: bool
    subject: str  # group or kind of platform; for objectives the sentence
    first: float
    second: float
    difference: Estimate
    time_s: float  # median time of the first such event, in the course that has more of them


@dataclass(frozen=True)
class Parting:
    """The parting of two courses. Times are since the start of the scenario; nan: they never part."""

    first_s: float  # time at which any rollout differs
    clear_s: float  # time from which the mean leads differ beyond their interval, to the end
    lead: Estimate  # difference of the mean leads at that time, or at the end
    event: EventGap | None


def find_parting(
    recorded: Recorded, weights: F64, roster: Roster, side: int, first: int = 0, second: int = 1
) -> Parting:
    """Return the parting of two courses of recorded rollouts."""
    gap = recorded.lead[first] - recorded.lead[second]  # (J, T)
    enemy = recorded.draws.enemy
    differs = np.flatnonzero((gap != 0.0).any(axis=0))
    if len(differs) == 0:
        return Parting(
            np.nan, np.nan, Estimate(0.0, 0.0, 0.0), find_event(recorded, weights, roster, side, first, second)
        )
    every = [estimate(gap[:, t], enemy, weights) for t in range(gap.shape[1])]
    is_clear = np.array([not one.includes_zero for one in every])
    open_since = np.flatnonzero(~is_clear)
    clear = 0 if len(open_since) == 0 else int(open_since[-1]) + 1
    if clear > len(is_clear) - LASTING:
        clear = None
    return Parting(
        float(recorded.times_s[differs[0]]),
        np.nan if clear is None else float(recorded.times_s[clear]),
        every[-1] if clear is None else every[clear],
        find_event(recorded, weights, roster, side, first, second),
    )


def find_event(
    recorded: Recorded, weights: F64, roster: Roster, side: int, first: int = 0, second: int = 1
) -> EventGap | None:
    """Return the event whose number differs most, in standard errors; None where none differs."""
    n = len(recorded.draws.number)
    enemy = recorded.draws.enemy
    counts: dict[tuple[EventKind, bool, str], F64] = {}
    times: dict[tuple[EventKind, bool, str], list[dict[int, float]]] = {}
    for place, c in enumerate((first, second)):
        for j in range(n):
            rows = recorded.events_of(c, j)
            for row in rows[np.isin(rows["kind"], _COUNTED)]:
                key = _key(row, roster, side)
                if key is None:
                    continue
                table = counts.setdefault(key, np.zeros((2, n)))
                table[place, j] += 1.0
                seen = times.setdefault(key, [{}, {}])[place]
                seen.setdefault(j, int(row["tick"]) * recorded.dt_s)
    best: EventGap | None = None
    most = Z_95
    for key in sorted(counts, key=lambda k: (int(k[0]), k[1], k[2])):
        table = counts[key]
        gap = table[0] - table[1]
        if np.count_nonzero(gap) < max(_LEAST_SHARE * n, 2):
            continue
        mean, error, _ = mean_and_error(gap, enemy, weights)
        if not np.isfinite(error):
            continue
        strength = abs(mean) / max(error, 1e-6 + 0.02 * abs(mean)) * _WORTH.get(key[0], 0.5)
        if strength <= most:
            continue
        more = 0 if mean > 0.0 else 1
        when = float(np.median(list(times[key][more].values())))
        means = [estimate(one, enemy, weights).value for one in table]
        best = EventGap(*key, means[0], means[1], estimate(gap, enemy, weights), when)
        most = strength
    return best


_WORTH = {EventKind.LOSS: 1.0, EventKind.OBJECTIVE: 1.2, EventKind.FALSE_ENGAGEMENT: 1.0}
"""Weight of an event kind: losses and objectives decide, shots and contacts lead to them."""


def _key(row: np.void, roster: Roster, side: int) -> tuple[EventKind, bool, str] | None:
    kind = EventKind(int(row["kind"]))
    if kind == EventKind.OBJECTIVE:
        place = int(row["a"])
        if not 0 <= place < len(roster.objectives):
            return None
        return kind, int(roster.objective_side[place]) == side, roster.objectives[place]
    if kind == EventKind.CONTACT:
        if int(row["side"]) != side or int(row["other"]) < 0:
            return None
        return kind, True, roster.unit_title[int(row["other"])]
    unit = int(row["unit"])
    if unit < 0:
        return None
    is_own = int(roster.unit_side[unit]) == side
    # own groups are known by name; of the enemy the staff knows kinds
    return kind, is_own, roster.groups[int(roster.unit_group[unit])] if is_own else roster.unit_title[unit]
