"""The components at the start: their ages and lives, and the turns of their units."""

import numpy as np

from simcore.compiling.jit import driver
from simcore.kernels.mathematics.durations import draw_gamma, weibull_life
from simcore.kernels.turns import Turn, draw_turn
from simcore.params import Params
from simcore.rng import Stream, draw, draw_keys, stream_key
from simcore.state import State, UnitR
from simcore.upkeep import ComponentR, ComponentSpecR, ComponentSpecW, UpkeepW, UseR, UseW

_MOST_DRAWS = 64


@driver
def start_upkeep(params: Params, state: State, seed: np.uint64) -> None:
    """Write the initial ages, lives and levels of wear, and the first updates of the units, in every replication.

    The age of a component is uniform up to the scenario's bound; one that has an age has survived to it.
    """
    spec = params.components
    key = np.empty_like(params.name_key)
    for r in range(state.replication.shape[0]):
        replication = state.replication[r]
        draw_keys(seed, replication, params.name_key, key)
        real = state.components.real[r]
        for row in (ComponentR.DUE_S, ComponentR.BACK_S, ComponentR.HOURS_LIMIT, ComponentR.SIGNAL_LIMIT):
            real[row, :] = np.inf
        for i in range(key.shape[0]):
            state.uses.whole[r, UseW.WEAR_TICK, i] = draw_turn(key[i], Turn.WEAR, params.upkeep[UpkeepW.WEAR_PERIOD])
            state.uses.real[r, UseR.PACE, i] = 1.0
            state.uses.real[r, UseR.SIGHT, i] = 1.0
            state.uses.real[r, UseR.STRENGTH, i] = state.units.real[r, UnitR.STRENGTH, i]
        ages = stream_key(seed, replication, 0, Stream.AGE)
        lives = stream_key(seed, replication, 0, Stream.LIFE)
        for c in range(real.shape[1]):
            i = spec.whole[ComponentSpecW.UNIT, c]
            own = params.component_key[c]
            age = spec.real[ComponentSpecR.AGE_MOST_H, c] * draw(ages, key[i], own)
            real[ComponentR.AGE_H, c] = age
            real[ComponentR.METER_H, c] = age
            real[ComponentR.KNOWN_METER_H, c] = age
            beta = spec.real[ComponentSpecR.BETA, c]
            eta = spec.real[ComponentSpecR.ETA_H, c]
            real[ComponentR.LIFE_H, c] = weibull_life(draw(lives, key[i], own), age, beta, eta)
            shape = spec.real[ComponentSpecR.SHAPE_PER_H, c] * age
            if shape > 0.0:
                for k in range(_MOST_DRAWS):
                    wears = stream_key(seed, replication, k + 1, Stream.AGE)
                    level = spec.real[ComponentSpecR.SCALE, c] * draw_gamma(wears, key[i], own, shape)
                    if level < spec.real[ComponentSpecR.LIMIT, c]:
                        real[ComponentR.WEAR, c] = level
                        break
