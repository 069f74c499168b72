"""Degraded worlds: the own sensors or radios reach less far, in the engine itself.

The commander is not told: its briefing is that of the scenario. Only the ranges of its own side change.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenarios.compiler.compiled import Compiled
from simcore.blocks import Block
from simcore.params import SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.types import SensorModel

Degrade = Callable[[Compiled, int, float], Compiled]
"""Returns a scenario in which a share of the reach of a side's equipment is lost."""

_REACHES = (SensorSpecR.RANGE_M, SensorSpecR.CLASSIFY_M, SensorSpecR.IDENTIFY_M)
_POWERS = {  # of the range in the law: the same law at a distance that is shorter by a factor
    SensorModel.INVERSE_CUBE: 3,
    SensorModel.RADAR: 4,
    SensorModel.ELECTRO_OPTICAL: 1,
    SensorModel.ESM: 1,
}
_SONARS = (SensorModel.SONAR_PASSIVE, SensorModel.SONAR_ACTIVE)


def shorter_sensors(compiled: Compiled, side: int, lost: float) -> Compiled:
    """Return a scenario in which the sensors of a side see as well at (1 - lost) of a distance as before at all of it.

    Absorption in water is left as it is: sonars lose a little more.
    """
    params, factor = compiled.params, 1.0 - lost
    real, whole = params.sensors.real.copy(), params.sensors.whole.copy()
    is_own = params.units.whole[UnitSpecW.SIDE][whole[SensorSpecW.UNIT]] == side
    real[np.ix_(_REACHES, is_own)] *= factor
    model = whole[SensorSpecW.MODEL]
    for kind, power in _POWERS.items():
        real[SensorSpecR.LAW, is_own & (model == kind)] *= factor**power
    is_sonar = is_own & np.isin(model, _SONARS)
    real[SensorSpecR.LAW, is_sonar] += 2.0 * np.log(factor) * real[SensorSpecR.SPREADING, is_sonar]
    # sensors of a kind are equal: those of the side are kinds of their own now
    pairs = np.column_stack([whole[SensorSpecW.KIND], is_own])
    if len(pairs):
        _, first, alike = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
        whole[SensorSpecW.KIND] = first[alike.ravel()]
    return replace(compiled, params=params._replace(sensors=Block(real, whole)))


def shorter_radios(compiled: Compiled, side: int, lost: float) -> Compiled:
    """Return a scenario in which the radios of a side reach (1 - lost) of their range, as under jamming."""
    params = compiled.params
    real = params.units.real.copy()
    real[UnitSpecR.RADIO_RANGE_M, params.units.whole[UnitSpecW.SIDE] == side] *= 1.0 - lost
    return replace(compiled, params=params._replace(units=Block(real, params.units.whole)))


def has_network(compiled: Compiled, side: int) -> bool:
    """Return whether a side has a command post, without which its units need no radio."""
    units = compiled.params.units.whole
    return bool((units[UnitSpecW.IS_COMMAND_POST, units[UnitSpecW.SIDE] == side] == 1).any())
