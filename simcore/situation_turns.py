"""Turns of decisions in worlds that start from a description."""

import numpy as np

from simcore.compiling.jit import driver
from simcore.kernels.turns import Turn, draw_turn, next_turn
from simcore.params import Params, RuleW
from simcore.rng import draw_keys
from simcore.state import State, UnitW
from simcore.types import NONE


@driver
def draw_plans(params: Params, state: State, seed: np.uint64, tick: int) -> None:
    """Write the tick of the next decision of the units whose PLAN_TICK is NONE: their first turn from ``tick`` on."""
    key = np.empty_like(params.name_key)
    period = params.rules_whole[RuleW.PLAN_PERIOD]
    phase = np.int64((tick - 1) % period)
    for r in range(state.replication.shape[0]):
        draw_keys(seed, state.replication[r], params.name_key, key)
        plan_tick = state.units.whole[r, UnitW.PLAN_TICK]
        for i in range(plan_tick.shape[0]):
            if plan_tick[i] == NONE:
                plan_tick[i] = next_turn(tick - 1, phase, draw_turn(key[i], Turn.PLAN, period), period)
