"""Workshops: the one that does a job, and the crew that is first free for it."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kernels.aboard import bearer_of, is_aboard
from simcore.kinds import Components, Units, Workshops
from simcore.params import UnitSpecR, UnitSpecW
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Domain, Status
from simcore.upkeep import ComponentR, ComponentSpecW, GangR, GangSpecW, WorkshopSpecR, WorkshopSpecW


@kernel
def is_open(w: int, units: Units, workshops: Workshops) -> bool:
    """Return whether workshop ``w`` works: it is off the map, or its unit is neither lost nor in reserve."""
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    return u < 0 or units.whole[UnitW.STATUS, u] < Status.RESERVE


@kernel
def is_able(w: int, c: int, components: Components, workshops: Workshops) -> bool:
    """Return whether the echelon of workshop ``w`` and the skills of one of its crews suffice for component ``c``."""
    if workshops.spec_whole[WorkshopSpecW.ECHELON, w] < components.spec_whole[ComponentSpecW.ECHELON, c]:
        return False
    count = workshops.spec_whole[WorkshopSpecW.CREW_COUNT, w]
    if count < 0:
        return True
    skill = components.spec_whole[ComponentSpecW.SKILL, c]
    first = workshops.spec_whole[WorkshopSpecW.CREW_FIRST, w]
    n_able = 0
    for g in range(first, first + count):
        n_able += int((workshops.gang_spec[GangSpecW.SKILLS, g] & skill) == skill)
    return n_able > 0


@kernel
def distance_sq(i: int, w: int, units: Units, workshops: Workshops) -> float:
    """Return the squared distance of unit ``i`` from workshop ``w`` [m2]; inf when it cannot be worked on there.

    A flyer has to be aboard a host, or in its turnaround at its home.
    """
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    if u < 0 or not is_open(w, units, workshops):
        return np.inf
    is_flying = units.spec_whole[UnitSpecW.DOMAIN, i] == Domain.AIR and units.spec_real[UnitSpecR.SPEED_MAX, i] > 0.0
    is_at_home = units.spec_whole[UnitSpecW.HOST, i] < 0 and units.whole[UnitW.READY_TICK, i] >= 0
    if is_flying and not is_at_home and not is_aboard(units.whole[UnitW.STATUS, i]):
        return np.inf
    own = bearer_of(i, units)
    other = bearer_of(u, units)
    if own == other:
        return 0.0
    dx = units.real[UnitR.X, own] - units.real[UnitR.X, other]
    dy = units.real[UnitR.Y, own] - units.real[UnitR.Y, other]
    away_sq = dx * dx + dy * dy
    radius = workshops.spec_real[WorkshopSpecR.RADIUS_M, w]
    return away_sq if away_sq <= radius * radius else np.inf


@kernel
def is_before(w: int, v: int, units: Units, workshops: Workshops) -> bool:
    """Return whether workshop ``w`` is preferred to ``v``: the lower echelon, shorter way, lower rank, then key."""
    first = workshops.spec_whole[WorkshopSpecW.ECHELON, w]
    second = workshops.spec_whole[WorkshopSpecW.ECHELON, v]
    if first != second:
        return first < second
    one = workshops.spec_real[WorkshopSpecR.LEAD_S, w]
    two = workshops.spec_real[WorkshopSpecR.LEAD_S, v]
    if one != two:
        return one < two
    rank = workshops.spec_whole[WorkshopSpecW.RANK]
    if rank[w] != rank[v]:
        return rank[w] < rank[v]
    u = workshops.spec_whole[WorkshopSpecW.UNIT, w]
    t = workshops.spec_whole[WorkshopSpecW.UNIT, v]
    return u >= 0 and t >= 0 and bool(units.key[u] < units.key[t])


@kernel
def find_workshop(c: int, i: int, units: Units, components: Components, workshops: Workshops) -> tuple[int, bool]:
    """Return the workshop for the job of component ``c`` of unit ``i``, or NONE, and whether the unit is at it.

    It is the nearest at hand that can do the job. If the workshops at hand cannot do it, the job is sent away to the
    lowest echelon that can.
    """
    side = units.spec_whole[UnitSpecW.SIDE, i]
    best = NONE
    best_sq = np.inf
    is_any_near = False
    for w in range(workshops.spec_whole.shape[1]):
        if workshops.spec_whole[WorkshopSpecW.SIDE, w] != side:
            continue
        away_sq = distance_sq(i, w, units, workshops)
        if away_sq == np.inf:
            continue
        is_any_near = True
        if not is_able(w, c, components, workshops):
            continue
        is_first = best == NONE or is_before(w, best, units, workshops)
        if away_sq < best_sq or (away_sq == best_sq and is_first):
            best = w
            best_sq = away_sq
    if best != NONE or not is_any_near:
        return best, True
    for w in range(workshops.spec_whole.shape[1]):
        if workshops.spec_whole[WorkshopSpecW.SIDE, w] != side or not is_open(w, units, workshops):
            continue
        if is_able(w, c, components, workshops) and (best == NONE or is_before(w, best, units, workshops)):
            best = w
    return best, False


@kernel
def free_crew(c: int, w: int, components: Components, workshops: Workshops) -> tuple[int, float]:
    """Return the crew of workshop ``w`` that can be first at the job of component ``c``, and the time [s].

    The crew is NONE where there is a crew for every job; the time is inf when no crew has the skill.
    """
    ready_s = components.real[ComponentR.READY_S, c]
    count = workshops.spec_whole[WorkshopSpecW.CREW_COUNT, w]
    if count < 0:
        return NONE, ready_s
    skill = components.spec_whole[ComponentSpecW.SKILL, c]
    best = NONE
    best_s = np.inf
    first = workshops.spec_whole[WorkshopSpecW.CREW_FIRST, w]
    for g in range(first, first + count):
        is_fit = (workshops.gang_spec[GangSpecW.SKILLS, g] & skill) == skill
        if is_fit and workshops.gang_real[GangR.FREE_S, g] < best_s:
            best = g
            best_s = workshops.gang_real[GangR.FREE_S, g]
    return best, max(best_s, ready_s)
