"""Every number of the scenario format has a lower and an upper bound, both finite, and a reason."""

import math
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import numpy as np
import pytest
from pydantic import BaseModel

from scenarios.format.document import check_data, load_document, parse_document
from scenarios.format.schema.json_schema import json_schema
from scenarios.format.schema.numbers import Bounds
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.reference.scenario_format import reference_page
from simcore.errors import InputError, ScenarioError


def models(annotation: Any) -> set[type[BaseModel]]:
    """Return the models that an annotation leads to, itself included."""
    found: set[type[BaseModel]] = set()
    waiting = [annotation]
    while waiting:
        here = waiting.pop()
        if isinstance(here, type) and issubclass(here, BaseModel):
            if here not in found:
                found.add(here)
                waiting += [field.annotation for field in here.model_fields.values()]
        else:
            waiting += [option for option in get_args(here) if not isinstance(option, str)]
    return found


def numbers(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the metadata of every number in an annotation."""
    if annotation in (float, int):
        yield metadata
    elif get_origin(annotation) is Annotated:
        inner, *own = get_args(annotation)
        yield from numbers(inner, (*metadata, *own))
    elif get_origin(annotation) in (Union, types.UnionType, tuple, list, dict):
        for option in get_args(annotation):
            yield from numbers(option, () if get_origin(annotation) in (tuple, list, dict) else metadata)


def test_every_number_of_every_model_has_two_finite_bounds_and_a_reason() -> None:
    found = models(ScenarioFile)
    assert len(found) > 40
    n_numbers = 0
    for model in found:
        for name, field in model.model_fields.items():
            for metadata in numbers(field.annotation, tuple(field.metadata)):
                where = f"{model.__name__}.{name}"
                bounds = [item for item in metadata if isinstance(item, Bounds)]
                assert bounds, f"{where} is a number without bounds"
                assert all(map(math.isfinite, (bounds[0].ge, bounds[0].le))), where
                assert bounds[0].ge <= bounds[0].le, where
                assert bounds[0].why, where
                n_numbers += 1
    assert n_numbers > 250


def test_the_json_schema_and_the_reference_show_bounds_with_their_reasons() -> None:
    step = json_schema()["$defs"]["Time"]["properties"]["dt_s"]
    assert (step["minimum"], step["maximum"]) == (0.001, 3600.0)
    assert "millisecond" in step["$comment"]
    page = reference_page()
    assert "| `dt_s` | number, >= 0.001, <= 3600 |" in page
    assert step["$comment"] in page


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("dt_s", "1.0e-300", "1e-300 is below 0.001; give seconds >= 0.001 and <= 3600"),
        ("duration_s", "1.0e+300", "1e+300 is above 31557600; give seconds >= 0.001 and <= 31557600"),
        ("plan_interval_s", "5.0e+9", "5000000000.0 is above 1e+09; give seconds >= 0.001 and <= 1e+09"),
    ],
)
def test_a_number_beyond_its_bounds_is_refused_with_the_bounds_and_the_reason(key: str, value: str, said: str) -> None:
    time = {"dt_s": "5", "duration_s": "100", key: value}
    with pytest.raises(ScenarioError) as caught:
        parse_document("time: {" + ", ".join(f"{name}: {text}" for name, text in time.items()) + "}")
    problem = next(line for line in caught.value.problems if f"time.{key}: " in line)
    assert said in problem
    assert "(" in problem.split(said)[1]


def test_what_is_next_to_nothing_is_refused_where_it_would_be_lost_in_rounding() -> None:
    card = "{domain: surface, target_class: ship, speed_max_mps: 5.0e-324}"
    with pytest.raises(ScenarioError) as caught:
        parse_document("catalogue: {platforms: {p: " + card + "}}")
    assert any("speed_max_mps: 4.94066e-324 is next to nothing; give 0, or at least 0.001" in p
               for p in caught.value.problems)  # fmt: skip


def test_corners_of_all_zones_together_are_bounded() -> None:
    data = load_document("two-patrols").content.model_dump(mode="json")
    angle = np.arange(1000) * (2.0 * math.pi / 1000.0)
    outline = np.column_stack([np.cos(angle), np.sin(angle)]).round(3).tolist()
    data["zones"] += [{"name": f"z{k}", "polygon_km": outline} for k in range(101)]
    with pytest.raises(ScenarioError, match=r"zones: 101\d* corners; at most 100000 are possible"):
        check_data(data, "m", lambda path: 1)


def test_a_file_too_large_to_read_in_bounded_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.format.texts.MAX_BYTES", 2**20)
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * 2**20)
    with pytest.raises(InputError, match="is larger than 1 MiB; make a smaller scenario"):
        load_document(path)
