"""The post-mortem of a run: where the time went for each who died, and the flow through each facility."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from logistics.medical.accounting import AID_S, FIELD_CARE_S, SURGERY_S
from logistics.medical.statistics import CasualtyCounts, Rate
from logistics.medical.timeline import MINUTE_S, Casualty, End, Fate, Phase, RunCasualties
from simcore.errors import InputError
from simcore.medical import Death
from simcore.types import F64

_RETURN_S = 72.0 * 3600.0


@dataclass(frozen=True)
class TimeLine:
    """A time line: those to whom an event of care was due, in time, and the times of those who reached it [min]."""

    name: str
    limit_min: float
    in_time: Rate
    minutes: F64


@dataclass(frozen=True)
class PhaseSummary:
    """A phase: deaths in it, and the mean time of the dead and of the others who came to a facility [min].

    ``preventable``: of the deaths, those that prompt care would have prevented; ``longest``: the dead for whom it was
    the longest phase.
    """

    phase: Phase
    deaths: int
    preventable: int
    longest: int
    dead_min: float
    others_min: float


@dataclass(frozen=True)
class FacilityFlow:
    """The flow through a facility: numbers, time in its queue for each treatment [min], and the longest queue."""

    name: str
    arrived: int
    treatments: int
    wait_min: float
    longest_queue: int
    died: int
    sent_on: int
    ended: int
    lost: int
    present: int


@dataclass(frozen=True)
class CauseSummary:
    """A cause of death: the dead by it after the first moment, and those whom prompt care would have saved."""

    cause: str
    deaths: int
    preventable: int


@dataclass(frozen=True)
class Review:
    """The post-mortem of a side; ``dead``: those who died, but not at once, in the order of their deaths."""

    run: RunCasualties
    side: str
    casualties: tuple[Casualty, ...]
    counts: CasualtyCounts
    at_once: int
    ill: int
    dead: tuple[Casualty, ...]
    phases: tuple[PhaseSummary, ...]
    causes: tuple[CauseSummary, ...]
    time_lines: tuple[TimeLine, ...]
    facilities: tuple[FacilityFlow, ...]


def review(run: RunCasualties, side: str | None) -> Review:
    """Return the post-mortem of a side, by default of that with the most casualties.

    Raises
    ------
    InputError
        For an unknown side, or a side without casualties.
    """
    hurt = [found.side for found in run.casualties]
    if side is not None and side not in run.sides:
        raise InputError(f"--side {side}: no such side; give {', '.join(run.sides)}")
    chosen = side or max(run.sides, key=hurt.count)
    own = tuple(found for found in run.casualties if found.side == chosen)
    if not own:
        raise InputError(f"--side {chosen}: nobody of this side is hurt in the run; give another")
    by_enemy = [found for found in own if not found.is_ill]
    died = [found for found in own if found.end is End.DIED]
    dead = [found for found in died if found.death is not Death.AT_ONCE]
    return Review(
        run=run,
        side=chosen,
        casualties=own,
        counts=_counts(by_enemy),
        at_once=len(died) - len(dead),
        ill=len(own) - len(by_enemy),
        dead=tuple(sorted(dead, key=lambda found: found.end_s)),
        phases=tuple(_phase(phase, own, dead) for phase in Phase),
        causes=tuple(_cause(cause, dead) for cause in sorted({found.cause for found in dead})),
        time_lines=tuple(_time_lines(by_enemy, run.end_s)),
        facilities=tuple(_flow(run, own, unit) for unit in run.facilities if _is_used(own, unit)),
    )


def _counts(casualties: Sequence[Casualty]) -> CasualtyCounts:
    in_care = sum(found.death is Death.IN_CARE for found in casualties)
    killed = sum(found.end is End.DIED for found in casualties) - in_care
    soon = sum(found.end is End.RETURNED and found.end_s - found.hurt_s <= _RETURN_S for found in casualties)
    return CasualtyCounts(killed, len(casualties) - killed, in_care, soon)


def _phase(phase: Phase, casualties: Sequence[Casualty], dead: Sequence[Casualty]) -> PhaseSummary:
    others = [found for found in casualties if found.end is not End.DIED and not math.isnan(found.facility_s)]
    return PhaseSummary(
        phase,
        deaths=sum(found.last_phase is phase for found in dead),
        preventable=sum(found.last_phase is phase and found.is_preventable for found in dead),
        longest=sum(found.longest() is phase for found in dead),
        dead_min=_mean([found.minutes(phase) for found in dead]),
        others_min=_mean([found.minutes(phase) for found in others]),
    )


def _cause(cause: str, dead: Sequence[Casualty]) -> CauseSummary:
    own = [found for found in dead if found.cause == cause]
    return CauseSummary(cause, len(own), sum(found.is_preventable for found in own))


def _time_lines(casualties: Sequence[Casualty], end_s: float) -> list[TimeLine]:
    alive = [found for found in casualties if found.death is not Death.AT_ONCE]
    urgent = [found for found in alive if found.triage in (1, 2)]

    def line(name: str, limit_s: float, of: Sequence[Casualty], time: Callable[[Casualty], float]) -> TimeLine:
        limit = limit_s / MINUTE_S
        waits = [(time(found) - found.hurt_s) / MINUTE_S for found in of]
        due = [wait for found, wait in zip(of, waits, strict=True) if found.hurt_s + limit_s <= end_s]
        reached = np.array([wait for wait in waits if not math.isnan(wait)])
        return TimeLine(name, limit, Rate(sum(wait <= limit for wait in due), len(due)), reached)

    return [
        line("first aid", AID_S, alive, lambda found: found.aid_s),
        line("facility (T1, T2)", FIELD_CARE_S, urgent, lambda found: found.facility_s),
        line("surgery (those operated)", SURGERY_S, [f for f in alive if not math.isnan(f.surgery_s)],
             lambda found: found.surgery_s),
    ]  # fmt: skip


def _is_used(casualties: Sequence[Casualty], unit: int) -> bool:
    return any(visit.place == unit for found in casualties for visit in found.visits)


def _flow(run: RunCasualties, casualties: Sequence[Casualty], unit: int) -> FacilityFlow:
    visits = [visit for found in casualties for visit in found.visits if visit.place == unit]
    queued = [
        span for found in casualties for span in found.spans if span.place == unit and span.phase is Phase.QUEUEING
    ]
    treatments = sum(visit.treatments for visit in visits)
    changes = [(span.begin_s, 1) for span in queued] + [(span.end_s, -1) for span in queued]
    queue = longest = 0
    for _, step in sorted(changes):  # those who leave come before those who come
        queue += step
        longest = max(longest, queue)

    def count(fate: Fate) -> int:
        return sum(visit.fate is fate for visit in visits)

    return FacilityFlow(
        run.units[unit],
        arrived=len(visits),
        treatments=treatments,
        wait_min=sum(span.minutes for span in queued) / treatments if treatments else math.nan,
        longest_queue=longest,
        died=count(Fate.DIED),
        sent_on=count(Fate.SENT_ON),
        ended=count(Fate.ENDED),
        lost=count(Fate.LOST),
        present=count(Fate.PRESENT),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else math.nan
