"""Jamming: noise of enemy transmitters in radios and radars.

Free space, in the jammer's line of sight, in its band. Source: Adamy, EW 101, chapters 9 (J/S of a link) and 4
(self-protection and stand-off jamming of radars); Skolnik, Radar Handbook. Sums follow the order of the jammers,
sorted by name key by the compiler, so they are independent of the order of the units.
"""

import math

from simcore.compiling.jit import formula, kernel
from simcore.kernels.ground.terrain import is_visible
from simcore.kinds import Ground, Jammers, Rules, Sensors, Units
from simcore.params import JammerSpecR, JammerSpecW, SensorSpecR, UnitSpecR, UnitSpecW
from simcore.scratch import Scratch, ScratchR
from simcore.state import UnitR, UnitW
from simcore.types import F64, I32, Damage, Roe, Status


@formula
def jammed_reach_sq(reach_sq: float, noise_per_m2: float) -> float:
    """Return the squared range [m2] at which a link closes in jamming.

    Without jamming it closes at R. With it, S/(N + J) = needed gives 1/d^2 = 1/R^2 + needed * EIRP_j/(EIRP dj^2):
    ``noise_per_m2`` is the last term. J/S at distance d is EIRP_j/EIRP (d/dj)^2; losses affect both and cancel.
    """
    return 1.0 / (1.0 / reach_sq + noise_per_m2)


@formula
def share_in_band(low_mhz: float, high_mhz: float, spread_mhz: float, centre_mhz: float, band_mhz: float) -> float:
    """Return the share of a jammer's power within a receiver's band: all of it when ``spread_mhz`` is 0."""
    if centre_mhz < low_mhz or centre_mhz > high_mhz:
        return 0.0
    if spread_mhz <= band_mhz:
        return 1.0
    return band_mhz / spread_mhz


@formula
def is_jamming(u: int, on_order: int, state_whole: I32) -> bool:
    """Return whether the jammer on unit ``u`` is on: unit active, antennas intact, not silenced by an order."""
    if state_whole[UnitW.STATUS, u] != Status.ACTIVE or (state_whole[UnitW.DAMAGE, u] & Damage.LINK) != 0:
        return False
    return on_order == 0 or state_whole[UnitW.ROE, u] != Roe.HOLD


@kernel
def jam_radios(units: Units, jammers: Jammers, ground: Ground, rules: Rules, work: Scratch) -> None:
    """Write the sum over enemy jammers of required S/N times EIRP / distance^2 [W/m2] into JAM_NOISE of each unit."""
    n = units.spec_whole.shape[1]
    side = units.spec_whole[UnitSpecW.SIDE]
    needed = units.spec_real[UnitSpecR.RADIO_SNR]
    centre_mhz = units.spec_real[UnitSpecR.RADIO_MHZ]
    band_mhz = units.spec_real[UnitSpecR.RADIO_BAND_MHZ]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    status = units.whole[UnitW.STATUS]
    noise = work.real[ScratchR.JAM_NOISE]
    for i in range(n):
        noise[i] = 0.0
    for k in range(jammers.spec_whole.shape[1]):
        u = jammers.spec_whole[JammerSpecW.UNIT, k]
        if not is_jamming(u, jammers.spec_whole[JammerSpecW.ON_ORDER, k], units.whole):
            continue
        far = jammers.spec_real[JammerSpecR.RANGE_M, k]
        for i in range(n):
            if side[i] == side[u] or needed[i] == 0.0 or status[i] != Status.ACTIVE:
                continue
            share = share_in_band(
                jammers.spec_real[JammerSpecR.LOW_MHZ, k],
                jammers.spec_real[JammerSpecR.HIGH_MHZ, k],
                jammers.spec_real[JammerSpecR.SPREAD_MHZ, k],
                centre_mhz[i],
                band_mhz[i],
            )
            dx = x[u] - x[i]
            dy = y[u] - y[i]
            away_sq = dx * dx + dy * dy
            if share == 0.0 or away_sq > far * far:
                continue
            if is_visible(ground, rules, x[u], y[u], z[u], x[i], y[i], z[i]):
                noise[i] += needed[i] * share * jammers.spec_real[JammerSpecR.EIRP_W, k] / max(away_sq, 1.0)


@kernel
def list_jammers(
    i: int, q: int, units: Units, sensors: Sensors, jammers: Jammers, ground: Ground, rules: Rules, work: Scratch
) -> int:
    """List the jammers received by radar ``q`` of unit ``i``. Returns their number.

    Writes JAM_NOISE, the jamming over the noise in the main beam, J/N = EIRP (4 pi law / EIRP_radar) / d^2, and
    JAM_X, JAM_Y, the direction of the jammer (unit vector).
    """
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    z = units.real[UnitR.Z]
    own_z = z[i] - units.spec_real[UnitSpecR.HEIGHT_M, i] + sensors.spec_real[SensorSpecR.HEIGHT_M, q]
    n_received = 0
    for k in range(jammers.spec_whole.shape[1]):
        u = jammers.spec_whole[JammerSpecW.UNIT, k]
        if units.spec_whole[UnitSpecW.SIDE, u] == units.spec_whole[UnitSpecW.SIDE, i]:
            continue
        if not is_jamming(u, jammers.spec_whole[JammerSpecW.ON_ORDER, k], units.whole):
            continue
        share = share_in_band(
            jammers.spec_real[JammerSpecR.LOW_MHZ, k],
            jammers.spec_real[JammerSpecR.HIGH_MHZ, k],
            jammers.spec_real[JammerSpecR.SPREAD_MHZ, k],
            sensors.spec_real[SensorSpecR.MHZ, q],
            sensors.spec_real[SensorSpecR.BAND_MHZ, q],
        )
        dx = x[u] - x[i]
        dy = y[u] - y[i]
        away_sq = max(dx * dx + dy * dy, 1.0)
        far = jammers.spec_real[JammerSpecR.RANGE_M, k]
        if share == 0.0 or away_sq > far * far:
            continue
        if not is_visible(ground, rules, x[i], y[i], own_z, x[u], y[u], z[u]):
            continue
        away = math.sqrt(away_sq)
        work.real[ScratchR.JAM_NOISE, n_received] = (
            sensors.spec_real[SensorSpecR.JAM_M2, q] * share * jammers.spec_real[JammerSpecR.EIRP_W, k] / away_sq
        )
        work.real[ScratchR.JAM_X, n_received] = dx / away
        work.real[ScratchR.JAM_Y, n_received] = dy / away
        n_received += 1
    return n_received


@formula
def jammed_noise(
    n_received: int, dx: float, dy: float, distance: float, beam_cos: float, sidelobe: float, work_real: F64
) -> float:
    """Return the noise of a radar pointed along (dx, dy), in units of its own noise: 1 + sum of J/N.

    A jammer within half the beamwidth of that direction enters through the main beam, the others through sidelobes
    with ``sidelobe`` times the gain of the beam.
    """
    noise = 1.0
    for k in range(n_received):
        ahead = dx * work_real[ScratchR.JAM_X, k] + dy * work_real[ScratchR.JAM_Y, k]
        gain = 1.0 if ahead >= beam_cos * distance else sidelobe
        noise += gain * work_real[ScratchR.JAM_NOISE, k]
    return noise
