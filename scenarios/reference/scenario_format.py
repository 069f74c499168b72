"""The reference pages of the formats that a user writes, generated from their schemas."""

import types
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scenarios.format.problems import show_number
from scenarios.format.schema.experiment import ExperimentFile
from scenarios.format.schema.numbers import Bounds
from scenarios.format.schema.question import QuestionFile
from scenarios.format.schema.scenario import ScenarioFile

_INTRODUCTION = """\
# Scenario format

This page is generated from the schema by `chammo schema --markdown`; do not edit it by hand.
`chammo validate FILE` lists all problems of a file, `chammo schema` prints the JSON Schema for editors.

A scenario is a YAML file in UTF-8. The suffix of a key is the unit of its quantity (`_km`, `_mps`, `_s`, `_h`, `_deg`).
Unknown keys are errors. Keys without a default are required. YAML aliases, merge keys and tags are not supported, so a
file can neither run code nor expand when read. Positions are `at_km: [east, north]` relative to the map's origin, or
`at: {longitude_deg: 126.0, latitude_deg: 37.0}`. A card with `extends: NAME` inherits from the card of that name and
gives only the differences. The order of groups, zones, objectives and units in a file does not matter.
"""

_BOUNDS = """\
Every number has a lower and an upper bound. The bounds catch unit mistakes and typing errors; they do not restrict
battles. Further checks across keys limit the number of steps, cells, mines and rounds in flight, and the memory of a
run."""


_EXPERIMENT = """\
# Experiment format

This page is generated from the schema by `chammo schema experiment --markdown`; do not edit it by hand.
An experiment is a YAML file for `chammo compare` and `chammo sweep`: a question, variants or factors, measures and a
budget of runs. Unknown keys are errors. Keys without a default are required. Values of the scenario are named by their
path, such as `groups.raiders.count`. [How to compare variants](../how-to/compare-variants.md) has examples.
"""

_QUESTION = """\
# Format of procurement questions

This page is generated from the schema by `chammo schema question --markdown`; do not edit it by hand.
A question is a YAML file for `chammo procure`: levers with their prices, uncertainties, measures and a budget. Unknown
keys are errors. Keys without a default are required. Values of the scenario are named by their path, such as
`groups.raiders.count`. [How to decide what to buy](../how-to/procure.md) has an example.
"""


_BOUNDS_BRIEF = "Every number has a lower and an upper bound. The bounds catch unit mistakes and typing errors."


@dataclass(frozen=True)
class Format:
    """A format that a user writes: the model of a file, and the beginning of its page."""

    title: str
    model: type[BaseModel]
    introduction: str


FORMATS = {
    "scenario": Format("Chammo scenario", ScenarioFile, _INTRODUCTION),
    "experiment": Format("Chammo experiment", ExperimentFile, _EXPERIMENT),
    "question": Format("Chammo procurement question", QuestionFile, _QUESTION),
}


def sections(model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """Return every model of a format, each after its first user."""
    models: list[type[BaseModel]] = []

    def add(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in models:
            models.append(annotation)
            for field in annotation.model_fields.values():
                add(field.annotation)
        for part in get_args(annotation):
            add(part)

    add(model)
    return tuple(models)


SECTIONS = sections(ScenarioFile)


def reference_page(kind: str = "scenario") -> str:
    """Return the reference page of a format as Markdown; see ``FORMATS``."""
    models = sections(FORMATS[kind].model)
    parts = [FORMATS[kind].introduction]
    for model in models:
        text = " ".join((model.__doc__ or "").split()).replace("``", "`")
        rows = [_row(name, field) for name, field in model.model_fields.items()]
        table = ["| key | value | default | meaning |", "| --- | --- | --- | --- |", *rows]
        parts.append(f"\n## {model.__name__}\n\n{text}\n\n" + "\n".join(table) + "\n")
    parts.append(
        f"\n## Bounds of numbers\n\n{_BOUNDS if kind == 'scenario' else _BOUNDS_BRIEF}\n\n{_bounds_table(models)}\n"
    )
    return "".join(parts)


def _row(name: str, field: FieldInfo) -> str:
    kind = _kind(field.annotation)
    limits = limits_of(field)
    default = "**required**" if field.is_required() else _default(field.get_default(call_default_factory=True))
    text = (field.description or "").replace("|", "\\|")
    return f"| `{name}` | {kind}{limits} | {default} | {text} |"


def limits_of(field: FieldInfo) -> str:
    """Return the bounds of a key, such as ", >= 0, <= 1"; "" if it has none."""
    return _limits(field.metadata) or _limits(_metadata(field.annotation))


def _default(value: Any) -> str:
    if isinstance(value, BaseModel):
        return "see there"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return "{}" if not value else str(cast(dict[str, Any], value))
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, cast(tuple[Any, ...], value))) + "]"
    return str(value) if value != "" else '""'


def _kind(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        kinds = [_kind(option) for option in get_args(annotation) if option is not type(None)]
        return " or ".join(dict.fromkeys(kinds))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if origin is tuple:
        arguments = get_args(annotation)
        if arguments[-1] is Ellipsis:
            return f"list of {_kind(arguments[0])}"
        return "[" + ", ".join(_kind(argument) for argument in arguments) + "]"
    if origin is dict:
        return f"mapping to {_kind(get_args(annotation)[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    names: dict[Any, str] = {float: "number", int: "whole number", str: "text", bool: "true or false"}
    return names.get(annotation, "any")


def _metadata(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        inner, *own = get_args(annotation)
        return [*_metadata(inner), *own]
    if get_origin(annotation) in (Union, types.UnionType, tuple, dict):
        return [item for option in get_args(annotation) for item in _metadata(option)]
    return []


def _limits(metadata: list[Any]) -> str:
    limits: dict[str, float] = {}
    for item in metadata:
        inner = item.metadata if isinstance(item, FieldInfo) else [item]
        for limit in inner:
            for name in ("least", "ge", "lt", "le"):
                value = getattr(limit, name, None)
                if isinstance(value, (int, float)):
                    limits[name] = value
    if "lt" in limits:
        limits.pop("le", None)
    if "least" in limits:
        limits.pop("ge" if limits["ge"] == 0.0 else "least")
    signs = {"least": "0 or >=", "ge": ">=", "lt": "<", "le": "<="}
    return "".join(f", {signs[name]} {show_number(value)}" for name, value in limits.items())


def _bounds_table(models: tuple[type[BaseModel], ...]) -> str:
    """Return the reasons for the bounds of numbers: a row for each reason, with its keys."""
    keys: dict[tuple[str, str], list[str]] = {}
    for model in models:
        for name, field in model.model_fields.items():
            items = [item for item in (*field.metadata, *_metadata(field.annotation)) if isinstance(item, Bounds)]
            for item in items[:1]:
                row = keys.setdefault((limits_of(field).removeprefix(", "), item.why), [])
                row += [f"`{name}`"] if f"`{name}`" not in row else []
    rows = [f"| {limits} | {why} | {', '.join(names)} |" for (limits, why), names in keys.items()]
    return "\n".join(["| bounds | reason | keys |", "| --- | --- | --- |", *rows])
