"""The timetable of light and weather, and that a scenario without an environment pays nothing and changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.compiler.weather import daylight, rain_extinction_per_m, wind_of_sea_mps
from scenarios.format.schema.environment import Environment
from simcore.simulation import Simulation
from simcore.surroundings import WeatherR
from tests.simcore.small_worlds import Document, compile_world, skirmish, start


def light_at(environment: Environment, hour: float, length_h: float = 72.0) -> float:
    """Return the light so long after the start."""
    return next(share for at, share in reversed(daylight(environment, length_h)) if at <= hour)


def test_without_an_environment_there_is_one_row_of_a_clear_calm_day() -> None:
    weather = compile_world(skirmish()).params.weather
    assert weather.tick.tolist() == [0]
    assert weather.level.tolist() == [[1.0, 0.0, 0.0, 0.0, 0.0, 1.0]]


def test_a_clear_calm_day_changes_no_bit() -> None:
    runs = [start(content, seed=3, replications=[0, 1]) for content in (skirmish(), skirmish(environment={}))]
    for run in runs:
        run.advance(150)
    assert runs[0].hash() == runs[1].hash()


@pytest.mark.parametrize(("hour", "share"), [(0.0, 1.0), (5.99, 1.0), (6.51, 0.1), (12.0, 0.1), (18.01, 1.0)])
def test_day_and_night_from_noon(hour: float, share: float) -> None:
    environment = Environment(night_light=0.1)
    assert light_at(environment, hour) == pytest.approx(share)
    assert light_at(environment, hour + 24.0) == pytest.approx(share)


@settings(max_examples=60)
@given(st.floats(0, 23.9), st.floats(0, 11), st.floats(0.5, 11), st.just(0.0) | st.floats(0.01, 14), st.floats(0, 1))
def test_light_is_ordered_in_time_and_rises_from_night_to_day(
    start_h: float, sunrise_h: float, day_h: float, twilight_min: float, night_light: float
) -> None:
    environment = Environment(
        start_local_h=start_h,
        sunrise_h=sunrise_h,
        sunset_h=sunrise_h + day_h,
        twilight_min=twilight_min,
        night_light=night_light,
    )
    changes = daylight(environment, 48.0)
    hours = [hour for hour, _ in changes]
    assert hours == sorted(hours)
    assert hours[0] <= 0.0
    assert all(night_light - 1e-12 <= share <= 1.0 for _, share in changes)
    dawn = [share for hour, share in changes if hour <= sunrise_h - start_h][-7:]
    if twilight_min > 0.0:
        assert dawn[-7:] == sorted(dawn[-7:])


def weather_of(**keys: object) -> Document:
    return skirmish(**keys)


def test_injects_change_what_they_give_and_nothing_else() -> None:
    content = weather_of(
        environment={"visibility_km": 10.0, "sea_state": 2},
        injects=[
            {"kind": "weather", "at_s": 1080.0, "rain_mm_per_h": 5.0},
            {"kind": "weather", "at_s": 720.0, "sea_state": 4, "visibility_km": 2.0},
        ],
    )
    weather = compile_world(content).params.weather
    assert weather.tick.tolist() == [0, 144, 216]
    first, second, third = weather.level
    assert second[WeatherR.HAZE] == pytest.approx(5.0 * first[WeatherR.HAZE])
    assert second[WeatherR.WIND_MPS] == pytest.approx(wind_of_sea_mps(4))
    assert second[WeatherR.RAIN] == 0.0
    changed = np.flatnonzero(third != second).tolist()
    assert changed == [WeatherR.RAIN]
    assert third[WeatherR.RAIN] == rain_extinction_per_m(5.0)


def test_a_given_wind_does_not_follow_the_sea() -> None:
    content = weather_of(environment={"wind_mps": 3.0}, injects=[{"kind": "weather", "at_s": 720.0, "sea_state": 7}])
    assert compile_world(content).params.weather.level[:, WeatherR.WIND_MPS].tolist() == [3.0, 3.0]


def test_the_weather_of_a_run_does_not_depend_on_where_it_is_cut() -> None:
    boat = {"full_speed_sea_state": 2, "stop_sea_state": 6}
    content = weather_of(environment={"sea_state": 1}, injects=[{"kind": "weather", "at_s": 72.0, "sea_state": 5}])
    content["catalogue"]["platforms"]["ship"]["seakeeping"] = boat
    calm = weather_of()
    calm["catalogue"]["platforms"]["ship"]["seakeeping"] = boat

    def hashes(document: Document, *steps: int) -> list[str]:
        simulation = Simulation(compile_world(document).params, seed=2, replications=[0, 4])
        for step in steps:
            simulation.advance(step)
        return simulation.hash()

    assert hashes(content, 150) == hashes(content, 13, 1, 1, 135)
    assert hashes(content, 150) != hashes(calm, 150)
