"""The environment as a timetable of weather: a row for each period."""

import math

import numpy as np

from scenarios.compiler.quantities import digits_12, ratio
from scenarios.format.schema.environment import Environment
from scenarios.format.schema.scenario import ScenarioFile
from simcore.surroundings import Weather, WeatherR
from simcore.ticks import whole_ticks

LN_THRESHOLD = -math.log(0.02)
"""Extinction times visibility, for a contrast threshold of 0.02 (Koschmieder 1924)."""

SEA_STATE_WAVE_M = (0.0, 0.05, 0.3, 0.875, 1.875, 3.25, 5.0, 7.5, 11.5, 14.0)
"""Significant wave height by sea state [m]: the middle of its class (WMO code table 3700; 9 begins at 14 m)."""

TWILIGHT_STEPS = 6
"""Number of steps of the light during a twilight."""


def wind_of_sea_mps(sea_state: int) -> float:
    """Return the wind of a fully developed sea [m/s], from Hs = 0.0248 U^2. Source: Carter 1982."""
    return digits_12(math.sqrt(SEA_STATE_WAVE_M[sea_state] / 0.0248))


def rain_extinction_per_m(rain_mm_per_h: float) -> float:
    """Return 1.076 R^0.67 dB/km as 1/m. Source: Carbonneau and Wisely 1998; ITU-R P.1817."""
    return digits_12(1.076 * rain_mm_per_h**0.67 / (10.0 / math.log(10.0)) / 1e3)


def daylight(environment: Environment, length_h: float) -> list[tuple[float, float]]:
    """Return (time since the start [h], share of daylight) of every change, in order; the first is at 0 or before."""
    night = environment.night_light
    twilight_h = environment.twilight_min / 60.0
    n_steps = TWILIGHT_STEPS if twilight_h > 1e-6 else 0  # shorter than any step of time
    changes: list[tuple[float, float]] = []
    for day in range(-1, math.ceil((environment.start_local_h + length_h) / 24.0) + 1):
        midnight = 24.0 * day - environment.start_local_h
        for k in range(n_steps):
            dawn = midnight + environment.sunrise_h - twilight_h * (1.0 - k / n_steps)
            changes.append((dawn, night + (1.0 - night) * (k + 0.5) / n_steps))
        changes.append((midnight + environment.sunrise_h, 1.0))
        for k in range(n_steps):
            dusk = midnight + environment.sunset_h + twilight_h * k / n_steps
            changes.append((dusk, 1.0 - (1.0 - night) * (k + 0.5) / n_steps))
        changes.append((midnight + environment.sunset_h + twilight_h, night))
    return changes


def compile_weather(content: ScenarioFile) -> Weather:
    """Return the timetable of a resolved scenario; without an environment, a single row for a clear, calm day."""
    neutral = Environment(sunrise_h=0.0, sunset_h=24.0, twilight_min=0.0)
    start = content.environment or neutral
    dt_s = content.time.dt_s
    length_h = content.time.length_s / 3600.0

    def tick_of(hour: float) -> int:
        return max(0, whole_ticks(hour * 3600.0, dt_s))

    # of several entries at the same tick the last applies
    light = {tick_of(hour): share for hour, share in daylight(start, length_h) if hour <= length_h}
    changes = {tick_of(entry.at_s / 3600.0): entry for entry in content.injects if entry.kind == "weather"}
    visibility_km, rain, sea_state, wind = (
        start.visibility_km,
        start.rain_mm_per_h,
        start.sea_state,
        start.wind_mps,
    )
    ticks: list[int] = []
    rows: list[list[float]] = []
    share = 1.0
    for tick in sorted({0, *light, *changes}):
        share = light.get(tick, share)
        change = changes.get(tick)
        if change is not None:
            visibility_km = visibility_km if change.visibility_km is None else change.visibility_km
            rain = rain if change.rain_mm_per_h is None else change.rain_mm_per_h
            sea_state = sea_state if change.sea_state is None else change.sea_state
            wind = wind if change.wind_mps is None else change.wind_mps
        wind_mps = wind_of_sea_mps(sea_state) if wind is None else wind
        row = [math.nan] * len(WeatherR)
        row[WeatherR.LIGHT] = digits_12(share)
        row[WeatherR.HAZE] = 0.0 if visibility_km is None else digits_12(LN_THRESHOLD / (visibility_km * 1e3))
        row[WeatherR.RAIN] = rain_extinction_per_m(rain)
        row[WeatherR.SEA_STATE] = float(sea_state)
        row[WeatherR.WIND_MPS] = wind_mps
        row[WeatherR.NOISE] = digits_12(ratio(7.5 * math.sqrt(wind_mps)))
        if not rows or rows[-1] != row:
            ticks.append(tick)
            rows.append(row)
    return Weather(np.array(ticks, dtype=np.int32), np.array(rows, dtype=np.float64))
