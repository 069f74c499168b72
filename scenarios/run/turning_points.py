"""Turning points of a run, detected in its events and its series: the story of the fight for a commander."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from logistics.tables.aligned import clock
from scenarios.run.turning_words import WORDS, Part, in_words
from simcore.params import Params, UnitSpecW
from simcore.roster import Roster
from simcore.types import F64, N_BELLIGERENTS, EventKind, Identity

_BURST_GAP_S = 60.0
_PLACED_S = 10.0
"""A contact gained within this time was placed in sight: no turning point [s]."""
_SWING = 0.1
_SWING_WINDOW = 0.1


@dataclass(frozen=True)
class TurningPoint:
    """A decisive moment. ``weight`` ranks it among the others, from 0 to 1 and above.

    ``parts`` are the keys and facts of its words, ``unit`` is the index of the unit most concerned, -1 for none.
    """

    time_s: float
    kind: str
    weight: float
    parts: tuple[Part, ...]
    unit: int = -1
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", in_words(self.parts))


@dataclass(frozen=True)
class Cast:
    """The units and sides of a fight as known to its teller, one entry per unit or objective.

    A unit of unknown side has the side -1.
    """

    sides: tuple[str, ...]
    n_belligerents: int
    units: Sequence[str]
    titles: Sequence[str]
    side_of: np.ndarray
    cost: np.ndarray
    is_munition: np.ndarray
    is_command_post: np.ndarray
    is_host: np.ndarray
    identity: np.ndarray  # Identity
    objectives: Sequence[str] = ()
    objective_side: Sequence[int] = ()
    dt_s: float = 1.0


def cast_of(params: Params, roster: Roster) -> Cast:
    """Return the true cast of a scenario."""
    whole = params.units.whole
    return Cast(
        sides=roster.sides,
        n_belligerents=N_BELLIGERENTS,
        units=roster.units,
        titles=roster.unit_title,
        side_of=roster.unit_side,
        cost=roster.unit_cost,
        is_munition=whole[UnitSpecW.IS_ONE_WAY] != 0,
        is_command_post=whole[UnitSpecW.IS_COMMAND_POST] != 0,
        is_host=whole[UnitSpecW.CARRIES] > 0,
        identity=whole[UnitSpecW.IDENTITY],
        objectives=roster.objectives,
        objective_side=[int(side) for side in roster.objective_side],
        dt_s=roster.dt_s,
    )


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
        if not len(rows):
            return
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


def turning_points(chronicle: Chronicle, cast: Cast, limit: int = 12) -> list[TurningPoint]:
    """Return up to ``limit`` turning points in order of time, those with the greatest weight."""
    candidates = [
        *_firsts(chronicle, cast),
        *_objectives_met(chronicle, cast),
        *_key_losses(chronicle, cast),
        *_loss_bursts(chronicle, cast),
        *_false_engagements(chronicle, cast),
        *_swings(chronicle, cast),
        *_cut_off(chronicle, cast),
    ]
    weightiest = sorted(candidates, key=lambda point: -point.weight)[:limit]
    return sorted(weightiest, key=lambda point: (point.time_s, -point.weight))


def _firsts(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    points: list[TurningPoint] = []
    for (kind, side), (tick, unit, other) in chronicle.firsts.items():
        if kind == EventKind.CONTACT and tick * cast.dt_s < _PLACED_S:
            continue
        name = EventKind(kind).name.lower()
        facts = {"side": cast.sides[side], "unit": _unit(cast, unit), "other": _unit(cast, other)}
        is_first_of_all = tick == min(t for (k, _), (t, _, _) in chronicle.firsts.items() if k == kind)
        weight = 0.7 if is_first_of_all else 0.3
        points.append(TurningPoint(tick * cast.dt_s, name, weight, ((name, facts),), unit))
    return points


def _objectives_met(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    return [
        TurningPoint(
            tick * cast.dt_s,
            "objective",
            2.0,
            (("objective", {"side": cast.sides[cast.objective_side[k]], "objective": cast.objectives[k]}),),
        )
        for tick, k in chronicle.objectives
    ]


def _key_losses(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    points: list[TurningPoint] = []
    for tick, unit, by in chronicle.losses:
        if cast.is_command_post[unit]:
            role, weight = "command_post", 1.5
        elif cast.is_host[unit]:
            role, weight = "host", 1.0
        else:
            continue
        facts = {"side": cast.sides[int(cast.side_of[unit])], "unit": _unit(cast, unit)}
        points.append(TurningPoint(tick * cast.dt_s, "key_loss", weight, ((role, facts), _to(cast, [by])), unit))
    return points


def _loss_bursts(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    """Return each side's two heaviest bursts: losses that follow each other within a minute."""
    points: list[TurningPoint] = []
    for side in range(len(cast.sides)):
        own = (cast.side_of == side) & ~cast.is_munition
        total = float(cast.cost[own].sum()) or float(own.sum()) or 1.0
        bursts: list[list[_Happening]] = []
        for loss in sorted(x for x in chronicle.losses if own[x[1]]):
            if bursts and (loss[0] - bursts[-1][-1][0]) * cast.dt_s <= _BURST_GAP_S:
                bursts[-1].append(loss)
            else:
                bursts.append([loss])
        ranked = sorted(((_cost(cast, burst) / total, burst) for burst in bursts), key=lambda x: -x[0])
        for share, burst in ranked[:2]:
            if len(burst) < 2 and share < 0.2 and side < cast.n_belligerents:
                continue
            if len(burst) == 1 and (cast.is_command_post[burst[0][1]] or cast.is_host[burst[0][1]]):
                continue  # a key loss already
            parts = _burst_parts(cast, side, burst, share)
            points.append(TurningPoint(burst[0][0] * cast.dt_s, "losses", 0.4 + share, parts, burst[0][1]))
    return points


def _false_engagements(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    """Return each side's first shot at a neutral and first shot at a decoy, with the total fired at such targets."""
    points: list[TurningPoint] = []
    for side, name in enumerate(cast.sides):
        for kind, noun, weight in ((Identity.NEUTRAL, "neutral", 1.2), (Identity.DECOY, "decoy", 0.5)):
            fired = [
                x for x in chronicle.false_engagements if cast.side_of[x[1]] == side and cast.identity[x[2]] == kind
            ]
            if not fired:
                continue
            tick, unit, other, _ = fired[0]
            parts: list[Part] = [(noun, {"side": name, "unit": _unit(cast, unit), "other": _unit(cast, other)})]
            if len(fired) > 1:
                many = len({x[2] for x in fired})
                total = {"n": str(len(fired)), "rounds": str(sum(x[3] for x in fired)), "many": str(many)}
                parts.append(("such_shots", total))
            points.append(TurningPoint(tick * cast.dt_s, f"fire_at_{noun}", weight, tuple(parts), unit))
    return points


def _cost(cast: Cast, burst: list[_Happening]) -> float:
    cost = sum(float(cast.cost[unit]) for _, unit, _ in burst)
    return cost if float(cast.cost.sum()) > 0.0 else float(len(burst))


def _burst_parts(cast: Cast, side: int, burst: list[_Happening], share: float) -> tuple[Part, ...]:
    """Return losses in words. Those of a neutral are no losses of a force: they tell who paid, and to whom."""
    titles = Counter(cast.titles[unit] for _, unit, _ in burst)
    listed = ", ".join(f"{n} {title}" for title, n in titles.most_common(3))
    more = ", ..." if len(titles) > 3 else ""
    span_s = (burst[-1][0] - burst[0][0]) * cast.dt_s
    name, by = cast.sides[side], _to(cast, [by for _, _, by in burst])
    if side >= cast.n_belligerents:
        return ("neutral_lost", {"side": name, "listed": listed + more}), by
    facts = {"side": name, "n": str(len(burst)), "listed": listed + more, "share": f"{share:.0%}"}
    key = "loses_one" if len(burst) == 1 else "loses_within" if span_s else "loses_at_once"
    return (key, {**facts, "span": clock(span_s)}), by


def _swings(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    """Return up to two swings of the lead in score, and the time at which the final leader took the lead for good.

    A swing is the largest change within a tenth of the run, excluding the first and last tenth of the change itself; it
    is listed at the first frame to show it.
    """
    if len(cast.sides) < 2 or len(chronicle.times_s) < 3:
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
        names = (cast.sides[leader], cast.sides[N_BELLIGERENTS - 1 - leader])
        parts = [_swing(names, float(lead[begin - 1]), float(lead[end]))]
        if end > begin:
            parts.append(("by_time", {"time": clock(float(times_s[end]))}))
        points.append(TurningPoint(float(times_s[begin]), "swing", 0.5 + abs(by), tuple(parts)))
        change[max(0, k - window) : k + window] = 0.0
    behind = np.flatnonzero(lead <= 0.0)
    if lead[-1] > 0.0 and behind.size and lead[: behind[-1] + 1].size > 1:
        k = min(int(behind[-1]) + 1, len(lead) - 1)
        points.append(TurningPoint(float(times_s[k]), "lead", 0.6, (("lead", {"side": cast.sides[leader]}),)))
    return points


def _swing(names: tuple[str, str], before: float, after: float) -> Part:
    """Return a change of the first side's lead over the second: the leader and its margin."""
    was, now = names[before < 0.0], names[after < 0.0]
    old, new = f"{abs(before):.2f}", f"{abs(after):.2f}"
    if float(old) == 0.0:
        return "goes_ahead", {"side": now, "new": new}
    if float(new) == 0.0:
        return "loses_lead", {"side": was, "old": old}
    if was != now:
        return "passes", {"side": was, "old": old, "other": now, "new": new}
    return "grows" if abs(after) > abs(before) else "shrinks", {"side": was, "old": old, "new": new}


def _cut_off(chronicle: Chronicle, cast: Cast) -> list[TurningPoint]:
    """Return for each side the first time the linked share of its active units fell to half or less."""
    points: list[TurningPoint] = []
    if not chronicle.linked_share:
        return points
    linked = np.nan_to_num(np.stack(chronicle.linked_share), nan=1.0)  # (frames, sides)
    for side, name in enumerate(cast.sides[:N_BELLIGERENTS]):
        well = np.flatnonzero(linked[:, side] > 0.5)
        badly = np.flatnonzero(linked[:, side] <= 0.5)
        after = badly[badly > well[0]] if well.size else badly[:0]
        if after.size:
            points.append(TurningPoint(chronicle.times_s[int(after[0])], "links", 0.7, (("links", {"side": name}),)))
    return points


def _unit(cast: Cast, unit: int) -> str:
    if unit < 0:
        return WORDS["someone"]
    return f"{cast.units[unit]} ({cast.titles[unit]})" if cast.titles[unit] else cast.units[unit]


def _to(cast: Cast, by: list[int]) -> Part:
    """Return the shooters, or a note that the losses were not by fire."""
    shooters = Counter(
        f"{cast.sides[int(cast.side_of[u])]} {cast.titles[u]}" if cast.side_of[u] >= 0 else cast.units[u]
        for u in by
        if u >= 0
    )
    if not shooters:
        return "not_by_fire", {}
    return "to", {"by": ", ".join(title for title, _ in shooters.most_common(2))}
