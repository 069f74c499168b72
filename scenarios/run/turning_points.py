"""Turning points of a run, detected in its events and its series: the story of the fight for a commander."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from simcore.params import Params, UnitSpecW
from simcore.roster import Roster
from simcore.types import F64, N_BELLIGERENTS, EventKind, Identity

_BURST_GAP_S = 60.0
_SWING = 0.1
_SWING_WINDOW = 0.1


@dataclass(frozen=True)
class TurningPoint:
    """A decisive moment. ``weight`` ranks it among the others, from 0 to 1 and above."""

    time_s: float
    kind: str
    weight: float
    text: str


_Happening = tuple[int, int, int]  # tick, unit, other unit


@dataclass
class Chronicle:
    """The key events of a run and its series: small even for long runs."""

    losses: list[_Happening] = field(default_factory=list[_Happening])
    objectives: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])  # tick, objective
    firsts: dict[tuple[int, int], _Happening] = field(default_factory=dict[tuple[int, int], _Happening])  # kind, side
    false_engagements: list[tuple[int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int]])
    times_s: list[float] = field(default_factory=list[float])
    score: list[F64] = field(default_factory=list[F64])
    linked_share: list[F64] = field(default_factory=list[F64])

    def add_events(self, rows: np.ndarray) -> None:
        """Keep losses, objectives, false engagements and each side's first contact and shot from event rows."""
        kind = rows["kind"]
        for row in rows[kind == EventKind.LOSS]:
            self.losses.append((int(row["tick"]), int(row["unit"]), int(row["other"])))
        for row in rows[kind == EventKind.OBJECTIVE]:
            self.objectives.append((int(row["tick"]), int(row["a"])))
        for row in rows[kind == EventKind.FALSE_ENGAGEMENT]:
            self.false_engagements.append((int(row["tick"]), int(row["unit"]), int(row["other"]), int(row["b"])))
        for first in (EventKind.CONTACT, EventKind.SHOT):
            of_kind = rows[kind == first]
            for side in np.unique(of_kind["side"]):
                if (int(first), int(side)) not in self.firsts:
                    row = of_kind[of_kind["side"] == side][0]
                    self.firsts[int(first), int(side)] = (int(row["tick"]), int(row["unit"]), int(row["other"]))

    def add_series(self, time_s: float, series: dict[str, np.ndarray]) -> None:
        """Keep the scores and linked shares of a frame, (sides,) each."""
        self.times_s.append(time_s)
        self.score.append(np.array(series["score"], dtype=np.float64))
        self.linked_share.append(np.array(series["linked_share"], dtype=np.float64))


def clock(time_s: float) -> str:
    """Return a time as h:mm:ss."""
    whole = round(time_s)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def turning_points(chronicle: Chronicle, params: Params, roster: Roster, limit: int = 12) -> list[TurningPoint]:
    """Return up to ``limit`` turning points in order of time, those with the greatest weight."""
    candidates = [
        *_firsts(chronicle, roster),
        *_objectives_met(chronicle, roster),
        *_key_losses(chronicle, params, roster),
        *_loss_bursts(chronicle, params, roster),
        *_false_engagements(chronicle, params, roster),
        *_swings(chronicle, roster),
        *_cut_off(chronicle, roster),
    ]
    weightiest = sorted(candidates, key=lambda point: -point.weight)[:limit]
    return sorted(weightiest, key=lambda point: (point.time_s, -point.weight))


def _firsts(chronicle: Chronicle, roster: Roster) -> list[TurningPoint]:
    points: list[TurningPoint] = []
    for (kind, side), (tick, unit, other) in chronicle.firsts.items():
        who, whom = _unit(roster, unit), _unit(roster, other)
        if kind == EventKind.CONTACT:
            text = f"{roster.sides[side]}'s first contact: {who} detects {whom}"
        else:
            text = f"{roster.sides[side]} opens fire: {who} at {whom}"
        is_first_of_all = tick == min(t for (k, _), (t, _, _) in chronicle.firsts.items() if k == kind)
        weight = 0.7 if is_first_of_all else 0.3
        points.append(TurningPoint(tick * roster.dt_s, EventKind(kind).name.lower(), weight, text))
    return points


def _objectives_met(chronicle: Chronicle, roster: Roster) -> list[TurningPoint]:
    return [
        TurningPoint(
            tick * roster.dt_s,
            "objective",
            2.0,
            f"objective met by {roster.sides[int(roster.objective_side[k])]}: {roster.objectives[k]}",
        )
        for tick, k in chronicle.objectives
    ]


def _key_losses(chronicle: Chronicle, params: Params, roster: Roster) -> list[TurningPoint]:
    points: list[TurningPoint] = []
    whole = params.units.whole
    for tick, unit, by in chronicle.losses:
        if whole[UnitSpecW.IS_COMMAND_POST, unit]:
            role, weight = "command post", 1.5
        elif whole[UnitSpecW.CARRIES, unit] > 0:
            role, weight = "host", 1.0
        else:
            continue
        side = roster.sides[int(roster.unit_side[unit])]
        text = f"{side} loses its {role} {_unit(roster, unit)}{_to(roster, [by])}"
        points.append(TurningPoint(tick * roster.dt_s, "key_loss", weight, text))
    return points


def _loss_bursts(chronicle: Chronicle, params: Params, roster: Roster) -> list[TurningPoint]:
    """Return each side's two heaviest bursts: losses that follow each other within a minute."""
    is_force = params.units.whole[UnitSpecW.IS_ONE_WAY] == 0
    points: list[TurningPoint] = []
    for side, name in enumerate(roster.sides):
        own = (roster.unit_side == side) & is_force
        total = float(roster.unit_cost[own].sum()) or float(own.sum()) or 1.0
        bursts: list[list[_Happening]] = []
        for loss in sorted(x for x in chronicle.losses if own[x[1]]):
            if bursts and (loss[0] - bursts[-1][-1][0]) * roster.dt_s <= _BURST_GAP_S:
                bursts[-1].append(loss)
            else:
                bursts.append([loss])
        ranked = sorted(((_cost(roster, burst) / total, burst) for burst in bursts), key=lambda x: -x[0])
        for share, burst in ranked[:2]:
            if len(burst) < 2 and share < 0.2 and side < N_BELLIGERENTS:
                continue
            points.append(
                TurningPoint(burst[0][0] * roster.dt_s, "losses", 0.4 + share, _burst_text(roster, name, burst, share))
            )
    return points


def _false_engagements(chronicle: Chronicle, params: Params, roster: Roster) -> list[TurningPoint]:
    """Return each side's first shot at a neutral and first shot at a decoy, with the total fired at such targets."""
    points: list[TurningPoint] = []
    identity = params.units.whole[UnitSpecW.IDENTITY]
    for side, name in enumerate(roster.sides):
        for kind, noun, weight in ((Identity.NEUTRAL, "neutral", 1.2), (Identity.DECOY, "decoy", 0.5)):
            fired = [
                x for x in chronicle.false_engagements if roster.unit_side[x[1]] == side and identity[x[2]] == kind
            ]
            if not fired:
                continue
            tick, unit, other, _ = fired[0]
            text = f"{name} fires at a {noun}: {_unit(roster, unit)} at {_unit(roster, other)}"
            if len(fired) > 1:
                many = len({x[2] for x in fired})
                text += f"; {len(fired)} such shots with {sum(x[3] for x in fired)} rounds in all, at {many} of them"
            points.append(TurningPoint(tick * roster.dt_s, f"fire_at_{noun}", weight, text))
    return points


def _cost(roster: Roster, burst: list[_Happening]) -> float:
    cost = sum(float(roster.unit_cost[unit]) for _, unit, _ in burst)
    return cost if float(roster.unit_cost.sum()) > 0.0 else float(len(burst))


def _burst_text(roster: Roster, name: str, burst: list[_Happening], share: float) -> str:
    titles = Counter(roster.unit_title[unit] for _, unit, _ in burst)
    listed = ", ".join(f"{n} {title}" for title, n in titles.most_common(3))
    more = ", ..." if len(titles) > 3 else ""
    span_s = (burst[-1][0] - burst[0][0]) * roster.dt_s
    within = f" within {clock(span_s)}" if span_s else " at once"
    by = _to(roster, [by for _, _, by in burst])
    count = f"{len(burst)} units" if len(burst) > 1 else "1 unit"
    return f"{name} loses {count}{within if len(burst) > 1 else ''} ({listed}{more}; {share:.0%} of its force){by}"


def _swings(chronicle: Chronicle, roster: Roster) -> list[TurningPoint]:
    """Return up to two swings of the lead in score, and the time at which the final leader took the lead for good.

    A swing is the largest change within a tenth of the run, excluding the first and last tenth of the change itself; it
    is listed at the first frame to show it.
    """
    if len(roster.sides) < 2 or len(chronicle.times_s) < 3:
        return []
    times_s = np.array(chronicle.times_s)
    score = np.stack(chronicle.score)[:, :N_BELLIGERENTS]  # (frames, belligerents)
    leader = int(score[-1].argmax())
    lead = score[:, leader] - np.delete(score, leader, axis=1).max(axis=1)
    window = max(1, int(len(lead) * _SWING_WINDOW))
    change = lead[window:] - lead[:-window]
    points: list[TurningPoint] = []
    for _ in range(2):
        if not change.size or float(np.abs(change).max()) < _SWING:
            break
        k = int(np.abs(change).argmax())
        by = float(change[k])
        part = (lead[k : k + window + 1] - lead[k]) / by
        begin, end = k + int(np.argmax(part > 0.1)), k + int(np.argmax(part >= 0.9))
        names = (roster.sides[leader], roster.sides[N_BELLIGERENTS - 1 - leader])
        text = _swing_text(names, float(lead[begin - 1]), float(lead[end]))
        if end > begin:
            text += f" by {clock(float(times_s[end]))}"
        points.append(TurningPoint(float(times_s[begin]), "swing", 0.5 + abs(by), text))
        change[max(0, k - window) : k + window] = 0.0
    behind = np.flatnonzero(lead <= 0.0)
    if lead[-1] > 0.0 and behind.size and lead[: behind[-1] + 1].size > 1:
        k = min(int(behind[-1]) + 1, len(lead) - 1)
        text = f"{roster.sides[leader]} takes the lead in score and keeps it"
        points.append(TurningPoint(float(times_s[k]), "lead", 0.6, text))
    return points


def _swing_text(names: tuple[str, str], before: float, after: float) -> str:
    """Return a change of the first side's lead over the second in words: the leader and its margin."""
    was, now = names[before < 0.0], names[after < 0.0]
    old, new = f"{abs(before):.2f}", f"{abs(after):.2f}"
    if float(old) == 0.0:
        return f"{now} goes ahead in score by {new}"
    if float(new) == 0.0:
        return f"{was} loses its lead in score of {old}"
    if was != now:
        return f"the lead in score passes from {was} ({old}) to {now} ({new})"
    return f"{was}'s lead in score {'grows' if abs(after) > abs(before) else 'shrinks'} from {old} to {new}"


def _cut_off(chronicle: Chronicle, roster: Roster) -> list[TurningPoint]:
    """Return for each side the first time the linked share of its active units fell to half or less."""
    points: list[TurningPoint] = []
    if not chronicle.linked_share:
        return points
    linked = np.nan_to_num(np.stack(chronicle.linked_share), nan=1.0)  # (frames, sides)
    for side, name in enumerate(roster.sides[:N_BELLIGERENTS]):
        well = np.flatnonzero(linked[:, side] > 0.5)
        badly = np.flatnonzero(linked[:, side] <= 0.5)
        after = badly[badly > well[0]] if well.size else badly[:0]
        if after.size:
            text = f"half of {name}'s active units are cut off from their command post"
            points.append(TurningPoint(chronicle.times_s[int(after[0])], "links", 0.7, text))
    return points


def _unit(roster: Roster, unit: int) -> str:
    return f"{roster.units[unit]} ({roster.unit_title[unit]})" if unit >= 0 else "an unknown unit"


def _to(roster: Roster, by: list[int]) -> str:
    """Return the shooters in words, or a note that the losses were not by fire."""
    shooters = Counter(f"{roster.sides[int(roster.unit_side[u])]} {roster.unit_title[u]}" for u in by if u >= 0)
    if not shooters:
        return ", not by fire"
    return " to " + ", ".join(f"{title}" for title, _ in shooters.most_common(2))
