"""Defaults that follow from other keys: the resolved scenario shows them, and 0 is a number like others."""

from typing import Any

import pytest

from scenarios.format.defaults import filled_crew, filled_sensor, settled, thorp_db_per_km
from scenarios.format.document import load_document, parse_document
from scenarios.format.resolve import resolve
from scenarios.format.schema.command import Operators
from scenarios.format.schema.sensors import CookieCutterCard
from scenarios.format.yaml_text import write_yaml
from scenarios.loader import compile_document
from simcore.params import SensorSpecR, UnitSpecR

BOAT: dict[str, Any] = {
    "domain": "surface",
    "target_class": "small_boat",
    "speed_max_mps": 20,
    "sensors": ["ears", {"sensor": "eye", "height_m": 7}],
    "weapons": [{"weapon": "gun", "rounds": 10}],
    "height_m": 3,
}
EARS: dict[str, Any] = {
    "model": "sonar_passive",
    "range_km": 20,
    "frequency_khz": 1,
    "directivity_db": 10,
    "threshold_db": 5,
    "own_noise_db": 60,
}
GUN: dict[str, Any] = {"domains": ["surface"], "range_max_km": 5, "p_hit": 0.5}


def world(boat: dict[str, Any] | None = None, ears: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a document with two boats of the own card, changed as given."""
    data: dict[str, Any] = {
        "schema_version": 1,
        "name": "defaults",
        "time": {"dt_s": 5, "duration_h": 1},
        "map": {"origin": {"longitude_deg": 0.0, "latitude_deg": 0.0}, "terrain": {"kind": "flat", "surface": "water"}},
        "sides": [{"name": "blue"}, {"name": "red"}],
    }
    data["map"] |= dict(zip(("west_km", "east_km", "south_km", "north_km"), (-20, 20, -20, 20), strict=True))
    data["groups"] = [
        {"name": side, "side": side, "at_km": [k, 0], "units": [{"platform": "boat", "count": 1}]}
        for k, side in enumerate(("blue", "red"))
    ]
    data["catalogue"] = {
        "platforms": {"boat": {**BOAT, **(boat or {})}},
        "sensors": {"ears": {**EARS, **(ears or {})}, "eye": {"model": "cookie_cutter", "range_km": 8}},
        "weapons": {"gun": GUN},
    }
    return data


def cards(document: dict[str, Any]) -> Any:
    """Return the catalogue of the resolved scenario."""
    return resolve(parse_document(write_yaml(document))).content.catalogue


def test_the_resolved_scenario_has_every_default_written_out() -> None:
    catalogue = cards(world())
    boat, ears = catalogue.platforms["boat"], catalogue.sensors["ears"]
    assert (boat.mobility, boat.speed_cruise_mps, boat.standoff_km) == ("water", 14.0, 4.0)
    assert boat.critical_dimension_m == 2.0
    assert boat.acoustics.source_level_db == 130.0
    assert [fit.height_m for fit in boat.sensors] == [3.0, 7.0]
    assert (ears.classify_km, ears.identify_km) == (10.0, 5.0)
    assert ears.absorption_db_per_km == thorp_db_per_km(1.0)
    assert catalogue.weapons["gun"].guided is False


@pytest.mark.parametrize(
    ("domain", "one_way", "expected"), [("air", False, 4.0), ("air", True, 0.0), ("land", False, 4.0)]
)
def test_the_standoff_is_0_8_of_the_reach_and_none_for_munitions(domain: str, one_way: bool, expected: float) -> None:
    boat = {"domain": domain, "target_class": "light_vehicle", "one_way": one_way, "sensors": ["eye"]}
    card = cards(world(boat)).platforms["boat"]
    assert (card.standoff_km, card.acoustics) == (expected, None)


def test_an_explicit_0_is_not_taken_for_missing() -> None:
    boat, ears = {"speed_cruise_mps": 0, "standoff_km": 0}, {"classify_km": 0, "absorption_db_per_km": 0}
    document = world(boat, ears)
    catalogue = cards(document)
    assert (catalogue.platforms["boat"].speed_cruise_mps, catalogue.platforms["boat"].standoff_km) == (0.0, 0.0)
    assert (catalogue.sensors["ears"].classify_km, catalogue.sensors["ears"].identify_km) == (0.0, 0.0)
    params = compile_document(document).params
    assert (params.units.real[[UnitSpecR.SPEED_CRUISE, UnitSpecR.STANDOFF_M]] == 0.0).all()
    heard = params.sensors.real[:, params.sensors.real[SensorSpecR.RANGE_M] == 20e3]
    assert (
        heard[[SensorSpecR.CLASSIFY_M, SensorSpecR.IDENTIFY_M, SensorSpecR.ABSORPTION, SensorSpecR.NOISE_OWN]] == 0.0
    ).all()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (10.0, 5.0)),
        ({"classify_km": 2.0}, (2.0, 2.0)),
        ({"classify_km": 18.0}, (18.0, 5.0)),
        ({"identify_km": 15.0}, (15.0, 15.0)),
        ({"identify_km": 0.0}, (10.0, 0.0)),
        ({"classify_km": 3.0, "identify_km": 1.0}, (3.0, 1.0)),
    ],
)
def test_identification_is_never_farther_than_classification(
    given: dict[str, float], expected: tuple[float, float]
) -> None:
    card = filled_sensor(CookieCutterCard(model="cookie_cutter", range_km=20.0, **given))  # type: ignore[arg-type]
    assert isinstance(card, CookieCutterCard)
    assert (card.classify_km, card.identify_km) == expected


def test_a_shot_by_hand_takes_as_long_as_a_request_where_nothing_is_said() -> None:
    assert filled_crew(Operators(count=1, service_s=7.0)).manual_service_s == 7.0
    assert filled_crew(Operators(count=1, service_s=7.0, manual_service_s=3.0)).manual_service_s == 3.0


def test_a_scenario_that_is_not_resolved_is_refused_by_name_of_the_remedy() -> None:
    with pytest.raises(ValueError, match="resolve the scenario"):
        settled(None)


@pytest.mark.parametrize("name", ["two-patrols", "undersea-search", "joint-littoral-defence"])
def test_resolving_again_changes_nothing(name: str) -> None:
    once = resolve(load_document(name))
    assert resolve(parse_document(once.dump_yaml())) == once
