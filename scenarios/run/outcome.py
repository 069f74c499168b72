"""The outcome of a run for a commander: winner, reason, losses and turning points."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from logistics.tables.aligned import clock
from scenarios.compiler.compiled import Compiled
from scenarios.run.turning_points import Chronicle, TurningPoint, cast_of, turning_points
from simcore.params import UNLIMITED, MountSpecW, ObjectiveSpecR, ObjectiveSpecW, Params, RuleR, UnitSpecW
from simcore.roster import Roster
from simcore.state import MountW, ObjectiveR, ObjectiveW, SideR, State, UnitW, WorldW
from simcore.types import N_BELLIGERENTS, EndReason, LossCause, Status

REASONS = {
    EndReason.RUNNING: "the run was stopped",
    EndReason.TIME: "time was up",
    EndReason.ANNIHILATION: "a side was destroyed",
    EndReason.DECIDED: "a decisive objective was met",
    EndReason.SPENT: "a side had fired its last munition",
}


_BRIEF_POINTS = 6


@dataclass(frozen=True)
class ObjectiveResult:
    """A side's progress towards an objective."""

    side: str
    text: str
    progress: float
    goal: float
    weight: float  # share of the side's score
    is_decisive: bool
    met_s: float | None


@dataclass(frozen=True)
class PlatformLosses:
    """Losses of a platform of a side."""

    platform: str
    title: str
    lost: int
    of: int
    cost_lost: float


@dataclass(frozen=True)
class MunitionUse:
    """The fate of a side's one-way munitions of a platform. They do not count as losses."""

    platform: str
    title: str
    of: int
    expended: int
    shot_down: int
    lost_otherwise: int  # crashed, on a mine, by the timetable
    cost: float  # of all these munitions


@dataclass(frozen=True)
class SideResult:
    """The result of a side: score, losses, expenditure. Units, cost and losses exclude one-way munitions."""

    side: str
    policy: str
    score: float
    losses: tuple[PlatformLosses, ...]
    munitions: tuple[MunitionUse, ...]
    units: int
    cost: float
    ammunition_left: float | None  # share of the initial limited rounds; None if there were none
    measures: dict[str, float]  # of this side, without its name as prefix
    is_neutral: bool = False

    @property
    def lost(self) -> int:
        """Units lost."""
        return sum(p.lost for p in self.losses)

    @property
    def cost_lost(self) -> float:
        """Cost of the units lost."""
        return sum(p.cost_lost for p in self.losses)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a replication."""

    title: str
    winner: str | None
    reason: str
    duration_s: float
    margin: float
    sides: tuple[SideResult, ...]
    objectives: tuple[ObjectiveResult, ...]
    turning_points: tuple[TurningPoint, ...]

    def as_json(self) -> dict[str, object]:
        """Return the outcome as plain values."""
        return asdict(self)


def read_outcome(
    state: State, compiled: Compiled, chronicle: Chronicle, policies: Sequence[str], row: int = 0
) -> Outcome:
    """Return the outcome of a replication (``row``) from its final state and its chronicle."""
    params, roster = compiled.params, compiled.roster
    world = state.world[row]
    winner = int(world[WorldW.WINNER])
    values = compiled.measures.values(state)
    measures: dict[str, dict[str, float]] = {}
    for measure in compiled.measures.listed:
        measures.setdefault(measure.side, {})[measure.short_name] = float(values[measure.name][row])
    return Outcome(
        title=roster.title or roster.scenario,
        winner=roster.sides[winner] if winner >= 0 else None,
        reason=REASONS[EndReason(int(world[WorldW.REASON]))],
        duration_s=float(world[WorldW.TICK]) * roster.dt_s,
        margin=float(params.rules_real[RuleR.MARGIN]),
        sides=tuple(_side(state, params, roster, row, s, policies[s], measures) for s in range(len(roster.sides))),
        objectives=_objectives(state, params, roster, row),
        turning_points=tuple(turning_points(chronicle, cast_of(params, roster))),
    )


def _side(
    state: State,
    params: Params,
    roster: Roster,
    row: int,
    side: int,
    policy: str,
    measures: dict[str, dict[str, float]],
) -> SideResult:
    every = (params.units.whole[UnitSpecW.SIDE] == side) & (params.units.whole[UnitSpecW.SPOOFER] < 0)
    own = every & (params.units.whole[UnitSpecW.IS_ONE_WAY] == 0)
    is_lost = own & (state.units.whole[row, UnitW.STATUS] == Status.LOST)
    total = Counter(p for p, o in zip(roster.unit_platform, own, strict=True) if o)
    lost = Counter(p for p, o in zip(roster.unit_platform, is_lost, strict=True) if o)
    titles = dict(zip(roster.unit_platform, roster.unit_title, strict=True))
    cost = dict.fromkeys(total, 0.0)
    for unit in np.flatnonzero(is_lost):
        cost[roster.unit_platform[unit]] += float(roster.unit_cost[unit])
    limited = every[params.mounts.whole[MountSpecW.UNIT]] & (params.mounts.whole[MountSpecW.AMMO0] < UNLIMITED)
    rounds0 = int(params.mounts.whole[MountSpecW.AMMO0][limited].sum())
    rounds = int(state.mounts.whole[row, MountW.AMMO][limited].sum())
    return SideResult(
        side=roster.sides[side],
        policy=policy,
        score=float(state.sides.real[row, SideR.SCORE, side]),
        losses=tuple(PlatformLosses(p, titles[p], lost[p], total[p], cost[p]) for p in sorted(total)),
        munitions=_munitions(state, roster, row, every & ~own),
        units=int(own.sum()),
        cost=float(roster.unit_cost[own].sum()),
        ammunition_left=rounds / rounds0 if rounds0 else None,
        measures=measures.get(roster.sides[side], {}),
        is_neutral=side >= N_BELLIGERENTS,
    )


def _munitions(state: State, roster: Roster, row: int, chosen: np.ndarray) -> tuple[MunitionUse, ...]:
    status, cause = state.units.whole[row, UnitW.STATUS], state.units.whole[row, UnitW.LOSS_CAUSE]
    uses: list[MunitionUse] = []
    for platform in sorted({roster.unit_platform[unit] for unit in np.flatnonzero(chosen)}):
        own = np.array([name == platform for name in roster.unit_platform]) & chosen
        lost, expended = own & (status == Status.LOST), own & (status == Status.EXPENDED)
        shot_down = int((lost & (cause == LossCause.FIRE)).sum())
        uses.append(
            MunitionUse(
                platform,
                roster.unit_title[int(np.flatnonzero(own)[0])],
                int(own.sum()),
                int(expended.sum()),
                shot_down,
                int(lost.sum()) - shot_down,
                float(roster.unit_cost[lost | expended].sum()),
            )
        )
    return tuple(uses)


def _objectives(state: State, params: Params, roster: Roster, row: int) -> tuple[ObjectiveResult, ...]:
    real, whole = params.objectives.real, params.objectives.whole
    results: list[ObjectiveResult] = []
    for k, text in enumerate(roster.objectives):
        side = int(roster.objective_side[k])
        of_side = float(real[ObjectiveSpecR.WEIGHT][whole[ObjectiveSpecW.SIDE] == side].sum())
        met_tick = int(state.objectives.whole[row, ObjectiveW.MET_TICK, k])
        results.append(
            ObjectiveResult(
                side=roster.sides[side],
                text=text,
                progress=float(state.objectives.real[row, ObjectiveR.PROGRESS, k]),
                goal=float(real[ObjectiveSpecR.GOAL, k]),
                weight=float(real[ObjectiveSpecR.WEIGHT, k]) / of_side if of_side > 0.0 else 0.0,
                is_decisive=bool(whole[ObjectiveSpecW.IS_DECISIVE, k]),
                met_s=met_tick * roster.dt_s if met_tick >= 0 else None,
            )
        )
    return tuple(results)


def outcome_lines(outcome: Outcome, width: int = 110, *, is_short: bool = False, is_brief: bool = False) -> list[str]:
    """Return the outcome as lines of at most ``width`` characters.

    ``is_brief`` leaves out losses by platform, the lesser turning points, ammunition and readiness; ``is_short`` leaves
    out the turning points too.
    """
    lines = [*_wrap([_verdict(outcome)], 2, width, first=0), "", "Why"]
    lines += _wrap(map(_objective_line, outcome.objectives), 15, width)
    if not outcome.objectives:
        lines.append("  the scenario sets no objectives, so no side can win")
    else:
        scores = ", ".join(f"{s.side} {s.score:.2f}" for s in outcome.sides if not s.is_neutral)
        lines += _wrap([f"score {scores}; a side wins with a lead of more than {outcome.margin:g}"], 4, width)
    lines += ["", "Losses"]
    for side in outcome.sides:
        lines += _loss_lines(side, width, is_brief=is_brief or is_short)
    if is_short:
        return lines
    points = _weightiest(outcome.turning_points, _BRIEF_POINTS if is_brief else len(outcome.turning_points))
    lines += ["", "Turning points"]
    lines += _wrap((f"{clock(p.time_s):>8}  {p.text}" for p in points), 12, width) or ["  none"]
    if is_brief:
        return lines
    lines += ["", "Ammunition and links"]
    lines += _wrap((_effort_line(side) for side in outcome.sides if not side.is_neutral), 4, width)
    maintained = [side for side in outcome.sides if side.measures.get("possessed_h", 0.0) > 0.0]
    if maintained:
        lines += ["", "Readiness"]
        lines += _wrap(map(_readiness_line, maintained), 4, width)
    return lines


def _weightiest(points: Sequence[TurningPoint], most: int) -> list[TurningPoint]:
    kept = sorted(points, key=lambda point: -point.weight)[:most]
    return [point for point in points if point in kept]


def _wrap(texts: Iterable[str], indent: int, width: int, first: int = 2) -> list[str]:
    """Return texts as lines of at most ``width`` characters; ``indent`` applies to continuation lines."""
    lines: list[str] = []
    for text in texts:
        lines += textwrap.wrap(
            text,
            width,
            initial_indent=" " * first,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def _verdict(outcome: Outcome) -> str:
    verdict = f"{outcome.winner} wins" if outcome.winner else "no side wins"
    return f"{outcome.title}: {verdict} after {clock(outcome.duration_s)} ({outcome.reason})"


def _objective_line(objective: ObjectiveResult) -> str:
    if objective.met_s is not None:
        state = f"met at {clock(objective.met_s)}"
    else:
        state = "met at the end" if objective.progress >= objective.goal else "not met"
    decisive = ", decisive" if objective.is_decisive else ""
    share = f"{objective.weight:.0%} of the score{decisive}"
    return f"{objective.side:<6} {objective.progress:>4.0%}  {objective.text} ({state}; {share})"


def _loss_lines(side: SideResult, width: int, *, is_brief: bool) -> list[str]:
    share = f" ({side.cost_lost / side.cost:.0%})" if side.cost > 0.0 else ""
    cost = f"cost {side.cost_lost:,.1f} of {side.cost:,.1f} MUSD{share}"
    lines = _wrap([f"{side.side} lost {side.lost} of {side.units} units, {cost}"] if side.units else [], 4, width)
    if is_brief:
        return lines
    rows = [
        f"  {platform.lost:>4} of {platform.of:<4} {platform.title}, {platform.cost_lost:,.1f} MUSD"
        for platform in side.losses
        if platform.lost
    ]
    lines += _wrap(rows, 17, width)
    lines += _wrap([_munition_line(side.side, use) for use in side.munitions], 4, width)
    ratio = side.measures.get("loss_exchange_ratio")
    if ratio is not None and ratio == ratio:
        lines.append(f"    {ratio:.2f} enemy units lost for each of its own")
    return lines


def _munition_line(side: str, use: MunitionUse) -> str:
    parts = [f"{use.expended} expended", f"{use.shot_down} shot down"]
    if use.lost_otherwise:
        parts.append(f"{use.lost_otherwise} lost otherwise")
    return f"{side}, of {use.of} {use.title} (munition): {', '.join(parts)}, {use.cost:,.1f} MUSD"


def _effort_line(side: SideResult) -> str:
    m = side.measures
    parts = [f"{m['shots']:.0f} shots with {m['rounds']:.0f} rounds"]
    if m["rounds"] > 0:
        parts[0] += f", {_counted(m['hits'], 'hit')} ({m['hit_share']:.0%})"
    if m["intercept_shots"] > 0:
        parts.append(f"stopped {m['intercepted']:.0f} rounds with {m['intercept_shots']:.0f} shots")
    if side.ammunition_left is not None:
        parts.append(f"{side.ammunition_left:.0%} of the ammunition left")
    if m["active_h"] > 0:
        parts.append(f"links up {m['link_availability']:.0%} of the time")
    if m["crashes"] > 0:
        parts.append(f"{m['crashes']:.0f} crashed")
    if m["denied"] > 0:
        parts.append(f"{_counted(m['denied'], 'engagement')} denied")
    if m["roe_violations"] > 0:
        parts.append(_counted(m["roe_violations"], "ROE violation"))
    if m["false_engagements"] > 0:
        shots, kills = _counted(m["false_engagements"], "shot"), _counted(m["neutral_kills"], "neutral")
        parts.append(f"{shots} at neutrals, {kills} destroyed")
    if m["decoy_engagements"] > 0:
        parts.append(
            f"{_counted(m['decoy_engagements'], 'shot')} with {_counted(m['decoy_rounds'], 'round')} at decoys"
        )
    if m["misidentified"] > 0:
        parts.append(f"{_counted(m['misidentified'], 'contact')} misidentified")
    return f"{side.side} ({side.policy}): " + "; ".join(parts)


def _readiness_line(side: SideResult) -> str:
    m = side.measures
    parts = [f"mission capable {m['ao']:.0%} of the time (Ao)", _counted(m["failures"], "failure")]
    down = {"maintenance": "nmcm", "supply": "nmcs", "both": "nmcb", "a higher workshop": "depot"}
    causes = [f"{name} {m[f'{key}_share']:.0%}" for name, key in down.items() if m[f"{key}_share"] >= 0.005]
    if causes:
        parts[0] += f", down for {', '.join(causes)}"
    if m["failures"] > 0:
        parts[1] += f", one in {m['mtbf_h']:,.0f} h of operation (MTBF)"
    if m["services"] > 0:
        parts.append(_counted(m["services"], "service"))
    if m["repairs_begun"] > 0:
        parts.append(f"{m['mttr_h']:.1f} h per repair (MTTR)")
    if m["maintenance_jobs"] > 0:
        parts.append(f"{m['mldt_h']:.1f} h of delay per job (MLDT)")
    if m["spares_asked"] > 0:
        parts.append(f"{m['fill_rate']:.0%} of the parts at hand at once")
    if m["mission_aborts"] > 0:
        parts.append(_counted(m["mission_aborts"], "mission") + " aborted")
    if m["starts_refused"] > 0:
        parts.append(_counted(m["starts_refused"], "launch", "launches") + " prevented")
    if m["upkeep_cost"] > 0:
        parts.append(f"upkeep {m['upkeep_cost']:,.2f} MUSD")
    return f"{side.side}: " + "; ".join(parts)


def _counted(number: float, noun: str, plural: str = "") -> str:
    return f"{number:.0f} {noun if round(number) == 1 else plural or noun + 's'}"
