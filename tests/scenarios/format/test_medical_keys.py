"""Every key of the medical part of the format in turn with wrong values: refused with its path and a remedy."""

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scenarios.format.document import check_data
from scenarios.format.problems import bounds_at
from scenarios.format.schema.medical import Medical
from scenarios.format.schema.medical_cards import EvacuationFit, FacilityFit, PeopleFit
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document
from simcore.errors import ScenarioError

Place = tuple[str | int, ...]
FILE = Path(__file__).parent / "valid" / "medical.yaml"
TIME = {"law": "triangular", "low_min": 1.0, "mode_min": 2.0, "high_min": 3.0}
ROOTS: tuple[Place, ...] = (
    ("medical",),
    ("catalogue", "platforms", "clinic", "facility"),
    ("catalogue", "platforms", "van", "evacuation"),
    ("catalogue", "platforms", "clinic", "people"),
)


@cache
def whole() -> dict[str, Any]:
    """Return a scenario with every key of its medical parts written out."""
    data = read_yaml(FILE.read_text(encoding="utf-8"), FILE.name).data
    points = data["medical"]["evacuation"]["exchange_points"]
    data["medical"] = Medical().model_dump(mode="json")
    data["medical"]["evacuation"]["exchange_points"] = [points[0] | {"name_ko": "다리"}]
    data["medical"]["civilians"]["cared_by"] = ["blue"]
    card = data["catalogue"]["platforms"]["clinic"]
    fit = FacilityFit.model_validate(card["facility"]).model_dump(mode="json")
    card["facility"] = fit | {"times": dict.fromkeys(("resuscitation", "surgery", "intensive", "ward"), TIME)}
    card["people"] = PeopleFit(crew=20, medics=8).model_dump(mode="json")
    van = data["catalogue"]["platforms"]["van"]
    van["evacuation"] = EvacuationFit.model_validate(van["evacuation"]).model_dump(mode="json")
    return data


def at(data: Any, place: Place) -> Any:
    """Return the value at a place."""
    for step in place:
        data = data[step]
    return data


def below(place: Place) -> Iterator[Place]:
    """Yield a place and all places below it."""
    yield place
    value = at(whole(), place)
    if isinstance(value, (dict, list)):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from below((*place, step))


PLACES = [place for root in ROOTS for place in below(root)]


def wrong_values(place: Place) -> Iterator[Any]:
    """Yield values that no key of the kind at the place takes."""
    value = at(whole(), place)
    bounds = bounds_at(ScenarioFile, whole(), place)
    if bounds is not None:
        yield from ("x", {"a": 1}, float("nan"), True)
        yield bounds[0] - 1.0
        yield 2.0 * abs(bounds[1]) + 1.0
    elif isinstance(value, bool):
        yield from ("x", 2, None, [], {})
    elif isinstance(value, str):
        yield from (5, [], {})
    elif isinstance(value, dict):
        yield from ("x", [], value | {"nosuch": 1})
    elif isinstance(value, list):
        yield from (5, "x", {"a": 1}, [[]])


def refusal(place: Place, value: Any) -> str:
    """Return the message on a value at a place; empty where the scenario is taken."""
    data = copy.deepcopy(whole())
    at(data, place[:-1])[place[-1]] = value
    try:
        check_data(data, "file", lambda path: 1)
    except ScenarioError as error:
        return str(error)
    return ""


def test_the_scenario_with_every_key_written_out_is_right() -> None:
    assert len(PLACES) > 150
    compile_document(copy.deepcopy(whole()))


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root[-1] if len(root) == 1 else "-".join(root[2:]))
def test_a_wrong_value_of_any_key_is_refused_with_its_path_and_a_remedy(root: Place) -> None:
    n_tried, start = 0, f"file: {'.'.join(map(str, root))}"
    for place in (place for place in PLACES if place[: len(root)] == root):
        for value in wrong_values(place):
            told = refusal(place, value)
            about = f"{'.'.join(map(str, place))} = {value!r}: {told or 'taken'}"
            line = next((text for text in told.splitlines() if text.startswith(start)), "")
            assert line, about
            assert "; " in line, about  # the remedy
            key = next(step for step in reversed(place) if isinstance(step, str))
            assert key in told, about
            n_tried += 1
    assert n_tried > 20
