"""Jammers on units as columns of parameters."""

import math

from scenarios.compiler.columns import blank
from scenarios.compiler.quantities import digits_12, ratio
from scenarios.compiler.units import Forces
from simcore.params import Block, JammerSpecR, JammerSpecW


def compile_jammers(forces: Forces) -> Block:
    """Return (len(JammerSpecR), k) and (len(JammerSpecW), k): a column per jammer, in the order of units' name keys."""
    order = forces.order
    fits = [
        (int(forces.key[unit]), place, unit, fit)
        for unit, platform in enumerate(order.platform)
        for place, fit in enumerate(order.cards[platform].jammers)
    ]
    fits.sort(key=lambda row: row[:2])
    block = blank(JammerSpecR, JammerSpecW, len(fits))
    real, whole = block
    for k, (_, _, unit, fit) in enumerate(fits):
        real[JammerSpecR.EIRP_W, k] = digits_12(fit.power_w * ratio(fit.gain_db))
        real[JammerSpecR.LOW_MHZ, k], real[JammerSpecR.HIGH_MHZ, k] = fit.low_mhz, fit.high_mhz
        real[JammerSpecR.SPREAD_MHZ, k] = fit.spread_mhz or 0.0
        real[JammerSpecR.RANGE_M, k] = math.inf if fit.range_km is None else fit.range_km * 1e3
        whole[JammerSpecW.UNIT, k] = unit
        whole[JammerSpecW.ON_ORDER, k] = fit.on_order
    return block
