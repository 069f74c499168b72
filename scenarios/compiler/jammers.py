"""Jammers on units as columns of parameters."""

import math

from scenarios.compiler.columns import blank
from scenarios.compiler.quantities import digits_12, ratio
from scenarios.compiler.units import Forces
from simcore.params import JP, JW, Block


def compile_jammers(forces: Forces) -> Block:
    """Return (len(JP), k) and (len(JW), k): one column per jammer on a unit, in the order of the units' name keys."""
    order = forces.order
    fits = [
        (int(forces.key[unit]), place, unit, fit)
        for unit, platform in enumerate(order.platform)
        for place, fit in enumerate(order.cards[platform].jammers)
    ]
    fits.sort(key=lambda row: row[:2])
    block = blank(JP, JW, len(fits))
    real, whole = block
    for k, (_, _, unit, fit) in enumerate(fits):
        real[JP.EIRP_W, k] = digits_12(fit.power_w * ratio(fit.gain_db))
        real[JP.LOW_MHZ, k], real[JP.HIGH_MHZ, k] = fit.low_mhz, fit.high_mhz
        real[JP.SPREAD_MHZ, k] = fit.spread_mhz or 0.0
        real[JP.RANGE_M, k] = math.inf if fit.range_km is None else fit.range_km * 1e3
        whole[JW.UNIT, k] = unit
        whole[JW.ON_ORDER, k] = fit.on_order
    return block
