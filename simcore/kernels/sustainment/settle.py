"""Described components: the workshops and crews of their jobs, and their effects on their units."""

import numpy as np

from simcore.compiling.jit import driver, kernel
from simcore.kernels.sustainment.jobs import open_job
from simcore.kernels.sustainment.readiness import refresh_unit
from simcore.kernels.sustainment.workshops import find_workshop, free_crew
from simcore.kinds import Components, Units, Workshops, components_of, units_of, workshops_of
from simcore.params import Params
from simcore.rng import draw_keys
from simcore.state import State
from simcore.types import NONE, U64
from simcore.upkeep import (
    ComponentR,
    ComponentSpecW,
    ComponentW,
    GangR,
    Step,
    UseSpecW,
    WorkshopSpecR,
    WorkshopSpecW,
)


@kernel
def settle_job(c: int, now_s: float, units: Units, components: Components, workshops: Workshops) -> None:
    """Give the job of component ``c``, in work or sent away, a workshop and a crew; if there is none, it waits.

    Work at a workshop of a higher echelon has not begun before ``now_s`` [s].
    """
    real, whole = components.real, components.whole
    step = whole[ComponentW.STEP, c]
    if (step != Step.WORK and step != Step.AWAY) or whole[ComponentW.WORKSHOP, c] != NONE:
        return
    i = np.int64(components.spec_whole[ComponentSpecW.UNIT, c])
    w, is_here = find_workshop(c, i, units, components, workshops)
    if w == NONE or is_here != (step == Step.WORK):
        open_job(c, np.int64(whole[ComponentW.KIND, c]), real[ComponentR.REQUEST_S, c], components)
        return
    whole[ComponentW.WORKSHOP, c] = w
    whole[ComponentW.IS_OWN_SHOP, c] = 1 if workshops.spec_whole[WorkshopSpecW.UNIT, w] == i else 0
    if step == Step.AWAY:
        arrival_s = real[ComponentR.REQUEST_S, c] + workshops.spec_real[WorkshopSpecR.LEAD_S, w]
        real[ComponentR.READY_S, c] = max(arrival_s, now_s)
        return
    crew, at_s = free_crew(c, np.int64(w), components, workshops)
    if crew >= 0 and at_s <= now_s:
        workshops.gang_real[GangR.FREE_S, crew] = real[ComponentR.DUE_S, c]


@kernel
def settle_world(params: Params, state: State, r: int, key: U64, now_s: float, is_described: np.ndarray) -> None:
    """Settle the jobs of replication ``r``, and write their effects on the units ``is_described`` (R, n)."""
    units = units_of(params.units, key, state.units, state.uses, r)
    components = components_of(params, state, r)
    workshops = workshops_of(params, state, r)
    for c in range(components.whole.shape[1]):
        settle_job(c, now_s, units, components, workshops)
    for i in range(key.shape[0]):
        if is_described[r, i] and components.of_unit[UseSpecW.COUNT, i] > 0:
            refresh_unit(i, units, components)


@driver
def settle_upkeep(params: Params, state: State, seed: np.uint64, now_s: float, is_described: np.ndarray) -> None:
    """Settle the jobs of all components, and write their effects on the units ``is_described`` (R, n)."""
    key = np.empty_like(params.name_key)
    for r in range(state.replication.shape[0]):
        draw_keys(seed, state.replication[r], params.name_key, key)
        settle_world(params, state, r, key, now_s, is_described)
