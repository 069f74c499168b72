"""Scoring: progress of the objectives, and the end of the replication."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.ground.zones import is_in_zone
from simcore.kinds import Moment, Objectives, People, Rules, Sides, Units, Zones
from simcore.medical import Death, Health, MedicalRuleR, MedicalUnitSpecW, PersonR, PersonW
from simcore.params import ObjectiveSpecR, ObjectiveSpecW, RuleR, RuleW, UnitSpecR, UnitSpecW, ZoneSpecW
from simcore.state import ListedW, ObjectiveR, ObjectiveW, SideR, UnitR, UnitW, WorldW
from simcore.types import I32, NONE, Domain, EndReason, EventKind, Identity, ObjectiveKind, Status


@kernel
def is_held(side_id: int, z: int, zones: Zones, units: Units) -> bool:
    """Return whether surface or ground units of the side, and no such enemy, are in zone ``z``.

    Neutrals and decoys neither hold nor contest a zone.
    """
    own = False
    for i in range(units.spec_whole.shape[1]):
        if units.whole[UnitW.STATUS, i] != Status.ACTIVE or units.spec_whole[UnitSpecW.DOMAIN, i] == Domain.AIR:
            continue
        if units.spec_whole[UnitSpecW.IDENTITY, i] != Identity.HOSTILE:
            continue
        is_own = units.spec_whole[UnitSpecW.SIDE, i] == side_id
        if own and is_own:
            continue
        if is_in_zone(zones, z, units.real[UnitR.X, i], units.real[UnitR.Y, i]):
            if not is_own:
                return False
            own = True
    return own


@kernel
def count_in_danger(first: int, last: int, least: float, people: People) -> tuple[int, int]:
    """Count the people from ``first`` to ``last`` - 1 who have been in danger, and those of them who are alive."""
    wounds, severity = people.whole[PersonW.WOUNDS], people.real[PersonR.SEVERITY]
    death, health = people.whole[PersonW.DEATH], people.whole[PersonW.HEALTH]
    n_hurt, n_alive = 0, 0
    for p in range(first, last):
        is_hurt = (wounds[p] != 0) & (severity[p] >= least) & (death[p] != Death.AT_ONCE)
        n_hurt += int(is_hurt)
        n_alive += int(is_hurt & (health[p] != Health.DEAD))
    return n_hurt, n_alive


@kernel
def share_saved(k: int, units: Units, objectives: Objectives, people: People) -> float:
    """Return the share of those in danger, of the units listed in objective ``k``, who are alive; 1 without any.

    In danger is who has been hurt so severely that it can kill him in time, by the injury or by bleeding, and was not
    killed at once: the lightly hurt live whatever is done for them.
    """
    n_hurt, n_alive = 0, 0
    begin, end = 0, 0  # people of units that stand next to each other are counted together
    least = min(people.rules_real[MedicalRuleR.TRAUMA_NISS], people.rules_real[MedicalRuleR.BLEED_NISS])
    first = objectives.spec_whole[ObjectiveSpecW.FIRST, k]
    for q in range(first, first + objectives.spec_whole[ObjectiveSpecW.COUNT, k]):
        i = objectives.members[q]
        if units.whole[UnitW.STATUS, i] == Status.ABSENT:
            continue
        p = int(people.unit_spec_whole[MedicalUnitSpecW.FIRST, i])
        if p != end:
            hurt, alive = count_in_danger(begin, end, least, people)
            n_hurt, n_alive = n_hurt + hurt, n_alive + alive
            begin = p
        end = p + int(people.unit_spec_whole[MedicalUnitSpecW.COUNT, i])
    hurt, alive = count_in_danger(begin, end, least, people)
    n_hurt, n_alive = n_hurt + hurt, n_alive + alive
    return n_alive / n_hurt if n_hurt > 0 else 1.0


@kernel
def score_objectives(
    elapsed_s: float,
    ahead_from: int,
    units: Units,
    zones: Zones,
    objectives: Objectives,
    rules: Rules,
    sides: Sides,
    people: People,
) -> None:
    """Update the progress of all objectives; ``elapsed_s`` has passed since the last update.

    With ``ahead_from`` >= 0 that time lies ahead, from that tick on: a side holding a zone keeps it while it is open.
    The listed units count equally or by cost (BY_UNITS). Mutates the progress, ENTERED and the SCOREs.
    """
    duration_s = rules.whole[RuleW.N_TICKS] * rules.real[RuleR.DT_S]
    for s in range(rules.whole[RuleW.N_SIDES]):
        sides.real[SideR.SCORE, s] = 0.0
    for k in range(objectives.spec_whole.shape[1]):
        kind = objectives.spec_whole[ObjectiveSpecW.KIND, k]
        s = objectives.spec_whole[ObjectiveSpecW.SIDE, k]
        z = int(objectives.spec_whole[ObjectiveSpecW.ZONE, k])
        if kind == ObjectiveKind.HOLD:
            held_s = elapsed_s
            if ahead_from >= 0:
                held_s = min(
                    elapsed_s, rules.real[RuleR.DT_S] * (zones.spec_whole[ZoneSpecW.UNTIL_TICK, z] - ahead_from)
                )
            if held_s > 0.0 and is_held(s, z, zones, units):
                objectives.real[ObjectiveR.TIME_HELD_S, k] += held_s
            share = objectives.real[ObjectiveR.TIME_HELD_S, k] / duration_s
        elif kind == ObjectiveKind.SAVE:
            share = share_saved(k, units, objectives, people)
        else:
            total = 0.0
            part = 0.0
            first = objectives.spec_whole[ObjectiveSpecW.FIRST, k]
            for q in range(first, first + objectives.spec_whole[ObjectiveSpecW.COUNT, k]):
                i = objectives.members[q]
                status = units.whole[UnitW.STATUS, i]
                if status == Status.ABSENT:
                    continue
                worth = (
                    1.0
                    if objectives.spec_whole[ObjectiveSpecW.BY_UNITS, k] == 1
                    else units.spec_real[UnitSpecR.COST, i]
                )
                total += worth
                if kind == ObjectiveKind.REACH:
                    if (
                        objectives.listed[ListedW.ENTERED, q] == 0
                        and status == Status.ACTIVE
                        and is_in_zone(zones, z, units.real[UnitR.X, i], units.real[UnitR.Y, i])
                    ):
                        objectives.listed[ListedW.ENTERED, q] = 1
                    part += worth * objectives.listed[ListedW.ENTERED, q]
                elif (status == Status.LOST) == (kind == ObjectiveKind.DESTROY):
                    part += worth
            share = part / total if total > 0.0 else 0.0
        share = min(share, 1.0)
        objectives.real[ObjectiveR.PROGRESS, k] = share
        sides.real[SideR.SCORE, s] += objectives.spec_real[ObjectiveSpecR.WEIGHT, k] * min(
            share / objectives.spec_real[ObjectiveSpecR.GOAL, k], 1.0
        )
    for s in range(rules.whole[RuleW.N_SIDES]):
        weight = 0.0
        for k in range(objectives.spec_whole.shape[1]):
            if objectives.spec_whole[ObjectiveSpecW.SIDE, k] == s:
                weight += objectives.spec_real[ObjectiveSpecR.WEIGHT, k]
        if weight > 0.0:
            sides.real[SideR.SCORE, s] /= weight


@kernel
def note_met(now: Moment, objectives: Objectives, log: Log) -> bool:
    """Record the objectives that have reached their goals; to protect and to save can be met only at the end.

    Returns whether any of them is decisive. Mutates MET_TICK.
    """
    is_decided = False
    for k in range(objectives.spec_whole.shape[1]):
        share = objectives.real[ObjectiveR.PROGRESS, k]
        is_new = objectives.whole[ObjectiveW.MET_TICK, k] < 0 and share >= objectives.spec_real[ObjectiveSpecR.GOAL, k]
        kind = objectives.spec_whole[ObjectiveSpecW.KIND, k]
        if is_new and kind != ObjectiveKind.PROTECT and kind != ObjectiveKind.SAVE:
            objectives.whole[ObjectiveW.MET_TICK, k] = now.tick
            emit(
                log,
                now,
                EventKind.OBJECTIVE,
                objectives.spec_whole[ObjectiveSpecW.SIDE, k],
                -1,
                -1,
                k,
                int(share * 1000.0),
            )
            is_decided |= objectives.spec_whole[ObjectiveSpecW.IS_DECISIVE, k] == 1
    return is_decided


@kernel
def judge(
    now: Moment,
    reason: int,
    units: Units,
    zones: Zones,
    objectives: Objectives,
    rules: Rules,
    sides: Sides,
    world: I32,
    log: Log,
    people: People,
) -> None:
    """End the replication. The side whose score leads by more than the margin wins, whatever the reason for the end.

    A side holding a zone at an early end keeps it for the remaining time. Mutates the same values as
    ``score_objectives`` and ``note_met``.
    """
    done = world[WorldW.TICK]
    if done < rules.whole[RuleW.N_TICKS]:
        score_objectives(
            rules.real[RuleR.DT_S] * (rules.whole[RuleW.N_TICKS] - done),
            np.int64(done),
            units,
            zones,
            objectives,
            rules,
            sides,
            people,
        )
        note_met(now, objectives, log)
    winner = int(NONE)
    lead = sides.real[SideR.SCORE, 0] - sides.real[SideR.SCORE, 1]
    if lead > rules.real[RuleR.MARGIN]:
        winner = 0
    elif -lead > rules.real[RuleR.MARGIN]:
        winner = 1
    world[WorldW.REASON] = reason
    world[WorldW.WINNER] = winner
    emit(log, now, EventKind.END, winner, -1, -1, winner, reason)


@kernel
def find_end(in_flight: int, units: Units, zones: Zones, objectives: Objectives) -> int:
    """Return whether one of the two belligerents is out of the fight and the scores are settled (EndReason).

    A side is destroyed (ANNIHILATION) when only decoys are left; fired munitions are no losses, so a side of munitions
    alone is SPENT. The scores are settled when no round is in flight and the other side holds all zones of its hold
    objectives and has brought all units it can to the zones of its reach objectives. Until then the fight goes on
    (RUNNING).
    """
    has_first = False
    has_second = False
    for i in range(units.spec_whole.shape[1]):
        status = units.whole[UnitW.STATUS, i]
        if (
            status != Status.LOST
            and status != Status.EXPENDED
            and status != Status.ABSENT
            and units.spec_whole[UnitSpecW.IDENTITY, i] == Identity.HOSTILE
        ):
            s = units.spec_whole[UnitSpecW.SIDE, i]
            has_first |= s == 0
            has_second |= s == 1
            if has_first and has_second:
                return EndReason.RUNNING
    if in_flight > 0:
        return EndReason.RUNNING
    for k in range(objectives.spec_whole.shape[1]):
        s = objectives.spec_whole[ObjectiveSpecW.SIDE, k]
        kind = objectives.spec_whole[ObjectiveSpecW.KIND, k]
        z = int(objectives.spec_whole[ObjectiveSpecW.ZONE, k])
        if (s == 0 and not has_first) or (s == 1 and not has_second):
            continue
        if objectives.real[ObjectiveR.PROGRESS, k] >= objectives.spec_real[ObjectiveSpecR.GOAL, k]:
            continue
        if kind == ObjectiveKind.HOLD:
            if not is_held(s, z, zones, units):
                return EndReason.RUNNING
        elif kind == ObjectiveKind.REACH:
            first = objectives.spec_whole[ObjectiveSpecW.FIRST, k]
            for q in range(first, first + objectives.spec_whole[ObjectiveSpecW.COUNT, k]):
                status = units.whole[UnitW.STATUS, objectives.members[q]]
                is_gone = status == Status.LOST or status == Status.EXPENDED or status == Status.ABSENT
                if objectives.listed[ListedW.ENTERED, q] == 0 and not is_gone:
                    return EndReason.RUNNING
    reason = EndReason.RUNNING
    for i in range(units.spec_whole.shape[1]):
        s = units.spec_whole[UnitSpecW.SIDE, i]
        is_out = (s == 0 and not has_first) or (s == 1 and not has_second)
        is_absent = units.whole[UnitW.STATUS, i] == Status.ABSENT
        if is_out and not is_absent and units.spec_whole[UnitSpecW.IDENTITY, i] == Identity.HOSTILE:
            if units.spec_whole[UnitSpecW.IS_ONE_WAY, i] == 0:
                return EndReason.ANNIHILATION
            reason = EndReason.SPENT
    return reason
