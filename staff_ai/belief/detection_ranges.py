"""Effective ranges of detection: the range at which a unit is found within a minute with a probability of one half.

They follow the detection laws of the engine (``simcore.kernels.sensing.detection_laws``) in the current weather, with
these simplifications: the ground is flat, the target moves at half its cruise speed, there is no jamming, and receivers
of radar emissions (ESM) find nothing.
"""

import numpy as np

from simcore.params import Params, RuleR, SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.surroundings import WeatherR
from simcore.types import F64, I64, SensorModel

SEARCH_S = 60.0
_STEPS = 40
_LN_THRESHOLD = 3.912


def effective_ranges(params: Params, observers: I64, targets: I64, weather: F64) -> tuple[F64, F64]:
    """Return the ranges (observers, targets) [m]: of silent observers, and of those whose radars radiate.

    ``weather`` (len(WeatherR),) is the current weather. 0: never found.
    """
    silent = np.zeros((len(observers), len(targets)))
    radiating = np.zeros_like(silent)
    kinds: dict[int, F64] = {}
    first, count = params.units.whole[UnitSpecW.SENSOR_FIRST], params.units.whole[UnitSpecW.SENSOR_COUNT]
    # units of a force are alike: a column for each distinct target
    described = np.concatenate(
        [params.units.real[_TARGET_COLUMNS][:, targets], params.units.whole[[UnitSpecW.DOMAIN]][:, targets]]
    )
    _, sample, inverse = np.unique(described, axis=1, return_index=True, return_inverse=True)
    for row, unit in enumerate(observers):
        for q in range(int(first[unit]), int(first[unit] + count[unit])):
            kind = int(params.sensors.whole[SensorSpecW.KIND, q])
            if kind not in kinds:
                kinds[kind] = _ranges_of(params, kind, targets[sample], weather)
            reach = kinds[kind][inverse.reshape(-1)]
            radiating[row] = np.maximum(radiating[row], reach)
            if params.sensors.whole[SensorSpecW.MODEL, q] != SensorModel.RADAR:
                silent[row] = np.maximum(silent[row], reach)
    return silent, radiating


_TARGET_COLUMNS = [
    UnitSpecR.HEIGHT_M, UnitSpecR.SIGNATURE, UnitSpecR.RCS_M2, UnitSpecR.CRITICAL_M, UnitSpecR.LN_CONTRAST,
    UnitSpecR.SOURCE_REST, UnitSpecR.SOURCE_SPEED, UnitSpecR.TARGET_STRENGTH_DB, UnitSpecR.SPEED_CRUISE,
]  # fmt: skip


def _ranges_of(params: Params, k: int, targets: I64, weather: F64) -> F64:
    """Return the ranges (targets,) of the sensors of a kind."""
    real, whole = params.sensors.real[:, k], params.sensors.whole[:, k]
    unit = params.units.real[:, targets]
    most_m = float(real[SensorSpecR.RANGE_M])
    period_s = max(int(whole[SensorSpecW.PERIOD]), 1) * float(params.rules_real[RuleR.DT_S])
    looks = max(SEARCH_S / period_s, 1.0)
    model = int(whole[SensorSpecW.MODEL])
    ln_light = extinction = 0.0
    share = 1.0
    if model == SensorModel.ELECTRO_OPTICAL or whole[SensorSpecW.IS_OPTICAL] == 1:
        night = float(real[SensorSpecR.NIGHT])
        ln_light = float(np.log(max(night + (1.0 - night) * weather[WeatherR.LIGHT], 1e-12)))
        extinction = float(real[SensorSpecR.HAZE] * weather[WeatherR.HAZE] + weather[WeatherR.RAIN])
        share = max(1.0 + ln_light / _LN_THRESHOLD, 0.0) / (1.0 + extinction * most_m / _LN_THRESHOLD)
    signature = unit[UnitSpecR.SIGNATURE]
    if model == SensorModel.COOKIE_CUTTER:
        found = 1.0 - (1.0 - real[SensorSpecR.P_DETECT]) ** looks
        reach = np.where(found >= 0.5, most_m * share * signature, 0.0)
    elif model == SensorModel.INVERSE_CUBE:
        half = np.cbrt(real[SensorSpecR.LAW] * SEARCH_S / np.log(2.0))
        reach = np.minimum(half, most_m) * share * signature
    else:
        range_m = most_m * (np.arange(1, _STEPS + 1) / _STEPS) ** 1.5
        p = _look_p(model, real, unit, range_m[:, None], ln_light, extinction, weather)
        found = 1.0 - (1.0 - np.clip(p, 0.0, 1.0)) ** looks >= 0.5
        reach = np.where(found, range_m[:, None], 0.0).max(axis=0)
    if whole[SensorSpecW.NEEDS_SIGHT] == 1:
        earth_m = float(params.rules_real[RuleR.EARTH_M])
        own_m, other_m = max(float(real[SensorSpecR.HEIGHT_M]), 0.0), np.maximum(unit[UnitSpecR.HEIGHT_M], 0.0)
        if np.isfinite(earth_m):
            reach = np.minimum(reach, np.sqrt(2.0 * earth_m * own_m) + np.sqrt(2.0 * earth_m * other_m))
    domains = 1 << params.units.whole[UnitSpecW.DOMAIN, targets]
    return np.where((domains & whole[SensorSpecW.DOMAINS]) != 0, reach, 0.0)


def _look_p(model: int, real: F64, unit: F64, range_m: F64, ln_light: float, extinction: float, weather: F64) -> F64:
    """Return the probability of detection of a look (ranges, targets)."""
    if model == SensorModel.RADAR:
        snr = real[SensorSpecR.LAW] * unit[UnitSpecR.RCS_M2] / range_m**4
        return np.exp(real[SensorSpecR.LN_PFA] / (1.0 + snr))
    if model == SensorModel.ELECTRO_OPTICAL:
        clear = 1.0 + (ln_light + unit[UnitSpecR.LN_CONTRAST] - extinction * range_m) / _LN_THRESHOLD
        cycles = np.maximum(clear, 0.0) * unit[UnitSpecR.CRITICAL_M] * real[SensorSpecR.LAW] / range_m
        ratio = np.clip(cycles / max(float(real[SensorSpecR.N50_DETECT]), 1e-9), 1e-9, 100.0)
        return real[SensorSpecR.P_DETECT] / (1.0 + np.exp(-(2.7 + 0.7 * ratio) * np.log(ratio)))
    if model in (SensorModel.SONAR_PASSIVE, SensorModel.SONAR_ACTIVE):
        level_db = real[SensorSpecR.LAW]
        if model == SensorModel.SONAR_ACTIVE:
            level_db = level_db + unit[UnitSpecR.TARGET_STRENGTH_DB]
        else:
            speed = 0.5 * unit[UnitSpecR.SPEED_CRUISE]
            source = unit[UnitSpecR.SOURCE_REST] + unit[UnitSpecR.SOURCE_SPEED] * speed**6
            level_db = level_db + 10.0 * np.log10(np.maximum(source, 1e-30))
        noise = real[SensorSpecR.NOISE_CALM] + real[SensorSpecR.NOISE_WIND] * weather[WeatherR.NOISE]
        loss_db = real[SensorSpecR.SPREADING] * np.log(range_m**2) + real[SensorSpecR.ABSORPTION] * range_m
        excess_db = level_db - 10.0 * np.log10(max(float(noise), 1e-30)) - loss_db
        return 1.0 / (1.0 + np.exp(-1.702 * excess_db / max(float(real[SensorSpecR.SIGMA_DB]), 0.1)))
    return np.zeros((len(range_m), unit.shape[1]))
