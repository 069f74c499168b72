"""The sustainment of a situation, entered into a state: components, workshops, stores and carriers."""

import numpy as np

from simcore.kernels.sustainment.settle import settle_upkeep
from simcore.params import Params, RuleR
from simcore.situation_tables import Situation, SustainmentTable, blocks_of
from simcore.state import State, UnitR, UnitW
from simcore.types import NONE
from simcore.upkeep import ComponentR, UpkeepW, UseR, UseW


def enter_sustainment(params: Params, situation: Situation, state: State, seed: int) -> None:
    """Enter the described sustainment; what is not described is as at the start, with its turns from now on."""
    has_parts = params.components.whole.shape[1] > 0
    n, n_units = situation.units.status.shape
    is_new = np.ones((n, n_units), dtype=np.bool_)  # units whose wear begins now
    if situation.sustainment is not None:
        is_new = _enter_blocks(situation.sustainment, state)
    if not has_parts:
        return
    period, dt_s = int(params.upkeep[UpkeepW.WEAR_PERIOD]), float(params.rules_real[RuleR.DT_S])
    whole, real = state.uses.whole, state.uses.real
    first = whole[:, UseW.WEAR_TICK]
    late = np.where(is_new, np.maximum(situation.tick - first, 0), 0)
    whole[:, UseW.WEAR_TICK] = first + -(-late // period) * period
    real[:, UseR.UPDATED_S] = np.where(is_new, situation.tick * dt_s, real[:, UseR.UPDATED_S])
    real[:, UseR.STRENGTH] = np.where(is_new, state.units.real[:, UnitR.STRENGTH], real[:, UseR.STRENGTH])
    hurt = state.units.whole[:, UnitW.DAMAGE] & ~state.units.whole[:, UnitW.OUTAGE] & ~whole[:, UseW.WORN]
    whole[:, UseW.HURT] = np.where(is_new, hurt, whole[:, UseW.HURT])
    with np.errstate(over="ignore"):
        settle_upkeep(params, state, np.uint64(seed), situation.tick * dt_s, is_new)


def _enter_blocks(given: SustainmentTable, state: State) -> np.ndarray:
    """Enter the blocks, and return the units (N, U) whose wear begins now: those without a turn."""
    is_drawn = np.isnan(given.components.real[:, ComponentR.LIFE_H])[:, None]
    turns = state.uses.whole[:, UseW.WEAR_TICK].copy()
    for block, values in zip(blocks_of(state), given, strict=True):
        if block is state.components:
            block.real[...] = np.where(is_drawn, block.real, values.real)
            block.whole[...] = np.where(is_drawn, block.whole, values.whole)
        else:
            block.real[...], block.whole[...] = values.real, values.whole
    is_new = given.uses.whole[:, UseW.WEAR_TICK] == NONE
    state.uses.whole[:, UseW.WEAR_TICK] = np.where(is_new, turns, given.uses.whole[:, UseW.WEAR_TICK])
    return is_new
