"""Validation errors of pydantic as messages of the form `path: problem; remedy`."""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from scenarios.format.names import nearest
from scenarios.format.yaml_text import Path, show_path

_UNITS = {
    "mps": "metres per second", "m": "metres", "km": "kilometres", "s": "seconds", "h": "hours", "min": "minutes",
    "deg": "degrees", "m2": "square metres", "musd": "million USD", "db": "decibels",
}  # fmt: skip
_CONVERSION = {
    ("kn", "mps"): "1 kn = 0.514444 m/s", ("kmh", "mps"): "1 km/h = 0.277778 m/s",
    ("kph", "mps"): "1 km/h = 0.277778 m/s",
    ("mph", "mps"): "1 mph = 0.44704 m/s", ("m", "km"): "1 m = 0.001 km", ("km", "m"): "1 km = 1000 m",
    ("nm", "km"): "1 NM = 1.852 km", ("nmi", "km"): "1 NM = 1.852 km", ("min", "s"): "1 min = 60 s",
    ("h", "s"): "1 h = 3600 s", ("s", "h"): "1 s = 1/3600 h", ("min", "h"): "1 min = 1/60 h",
    ("s", "min"): "1 s = 1/60 min",
    ("h", "min"): "1 h = 60 min", ("rad", "deg"): "1 rad = 57.29578 deg", ("ft", "m"): "1 ft = 0.3048 m",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """A problem at a path of a file."""

    path: Path
    text: str

    def __str__(self) -> str:
        return f"{show_path(self.path)}: {self.text}"


def report(problems: Iterable[Problem], source: str, line: Callable[[Path], int]) -> list[str]:
    """Return the problems of a file as text, each once, in the order of their lines."""
    located = sorted(((line(problem.path), problem) for problem in dict.fromkeys(problems)), key=lambda pair: pair[0])
    return [f"{source}: {problem} (line {k})" for k, problem in located]


def describe(error: ValidationError, model: type[BaseModel], data: Any) -> list[Problem]:
    """Return the problems of a failed validation of ``data`` against ``model``."""
    errors = error.errors(include_url=False)
    places = [details["loc"] for details in errors]
    paths = [real_path(place, data) for place in places]
    return [
        _problem(details, model, data)
        for details, path in zip(errors, paths, strict=True)
        # a list with invalid entries is not too short as well, and a mapping with invalid entries is meant as one
        if not (details["type"] == "too_short" and any(_is_inside(place, details["loc"]) for place in places))
        and not (path != details["loc"] and any(_is_inside(other, path) for other in paths))
    ]


def _is_inside(place: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _problem(details: ErrorDetails, model: type[BaseModel], data: Any) -> Problem:
    path = real_path(details["loc"], data)
    kind, context, value = details["type"], details.get("ctx") or {}, details["input"]
    if kind == "extra_forbidden":
        return Problem(path, _unknown_key(str(path[-1]), fields_at(model, data, path[:-1])))
    if kind == "missing":
        return Problem(path, "missing; " + _give(path, model, data))
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        tag = str(context["discriminator"]).strip("'")
        known = [name.strip(" '") for name in str(context.get("expected_tags", "")).split(",") if name.strip(" '")]
        known = known or _tags_at(model, data, path)
        if kind == "union_tag_not_found":
            return Problem((*path, tag), f"missing; give one of {', '.join(known)}")
        return Problem((*path, tag), f"{_show(context['tag'])} is not known; {_choice(str(context['tag']), known)}")
    if kind == "literal_error":
        known = [name.strip(" '") for name in str(context["expected"]).replace(" or ", ", ").split(",")]
        return Problem(path, f"{_show(value)} is not known; {_choice(str(value), known)}")
    if kind == "value_error":
        return Problem(path, str(context["error"]))
    # a number may replace a table: its path is that of the table, the remedy that of an entry
    entry = (*path, details["loc"][-1]) if path and path[-1] != details["loc"][-1] else path
    is_beyond = context.get("le", 1) != 1 or context.get("ge", 0) != 0  # below 0 and above 1 need no reason
    swapped = "; did you swap longitude and latitude?" if is_beyond and path[-1] == "latitude_deg" else ""
    give = _give(entry, model, data, is_beyond=is_beyond)
    return Problem(path, f"{_wrong_value(kind, context, value)}; {give}{swapped}")


def _wrong_value(kind: str, context: Mapping[str, Any], value: Any) -> str:
    shown = _show(value)
    match kind:
        case "greater_than_equal":
            return f"{shown} is below {show_number(context['ge'])}"
        case "less_than_equal":
            return f"{shown} is above {show_number(context['le'])}"
        case "less_than":
            return f"{shown} is not below {show_number(context['lt'])}"
        case "finite_number":
            return f"{shown} is not a finite number"
        case "too_short":
            return f"it has {context['actual_length']} entries and needs at least {context['min_length']}"
        case "too_long":
            return f"it has more than {context['max_length']} entries"
        case "string_pattern_mismatch":
            return f"{shown} does not have the right form"
        case "string_too_short":
            return "it is empty"
        case "string_too_long":
            return f"it is longer than {context['max_length']} characters"
        case _:
            return f"{shown} is {_kind_of(value)}"


def show_number(value: float) -> str:
    """Return a bound in its usual notation: 31557600, 0.001, 1e+09."""
    if isinstance(value, int):
        return str(value)
    return f"{value:.0e}" if abs(value) >= 1e9 and float(f"{value:.0e}") == value else f"{value:.16g}"


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    names: dict[type, str] = {
        bool: "a yes or no", int: "a whole number", float: "a number", str: "text", list: "a list", dict: "a mapping"
    }  # fmt: skip
    kind: type = cast(Any, type(value))
    return names.get(kind, "something else")


def _show(value: Any) -> str:
    if value is None:
        return "the value"
    if isinstance(value, (dict, list)):
        return "the value"
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 40 else text[:37] + "..."


def _choice(value: str, known: list[str]) -> str:
    guess = nearest(value, known)
    return f"did you mean `{guess}`?" if guess and len(known) > 6 else f"give one of {', '.join(known)}"


def _unknown_key(key: str, known: Iterable[str]) -> str:
    names = list(known)
    stem, _, unit = key.rpartition("_")
    alike = [name for name in names if stem and stem == name.rpartition("_")[0]]
    if alike:
        known = [name for name in alike if (unit, name.rpartition("_")[2]) in _CONVERSION]
        name = known[0] if known else nearest(key, alike) or alike[0]
        hint = _CONVERSION.get((unit, name.rpartition("_")[2]))
        return f"unknown key; use `{name}`" + (f" ({hint})" if hint else "")
    guess = nearest(key, names)
    if guess is not None:
        own = guess.rpartition("_")[2]
        hint = _CONVERSION.get((unit, own))
        return f"unknown key; did you mean `{guess}`?" + (f" ({hint})" if hint else "")
    return f"unknown key; the keys here are {', '.join(names)}" if names else "unknown key; leave it out"


def _give(path: Path, model: type[BaseModel], data: Any, *, is_beyond: bool = False) -> str:
    """Return the expected value at ``path`` in words, with the reason for its bounds if the value lies beyond them."""
    annotation, bounds = annotation_at(model, data, path)
    kind = _expected(annotation)
    bounds = {name: value for name, value in bounds.items() if _STRICTER.get(name) not in bounds}
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    unit = _UNITS.get(key.rpartition("_")[2]) if "_" in key else None
    if kind in ("a number", "a whole number"):
        if "le" in bounds and bounds.get("ge") == bounds["le"]:
            return f"give {bounds['le']}"
        limits = " and ".join(f"{sign} {show_number(bounds[name])}" for name, sign in _SIGNS.items() if name in bounds)
        quantity = (unit if kind == "a number" else f"a whole number of {unit}") if unit else kind
        why = f" ({bounds['why']})" if is_beyond and "why" in bounds else ""
        return f"give {quantity}" + (f" {limits}" if limits else "") + why
    if kind == "text" and "pattern" in bounds:
        return f"give {_PATTERNS.get(bounds['pattern'], 'a name of letters, digits, spaces and . _ + - (64 at most)')}"
    return f"give {kind}"


_STRICTER = {"le": "lt"}
_SIGNS = {"ge": ">=", "lt": "<", "le": "<="}
_PATTERNS = {r"^(|[0-9]{20})$": "20 digits (quoted)", r"^(|#[0-9a-fA-F]{6})$": "a colour as '#rrggbb' (quoted)"}


def _expected(annotation: Any) -> str:
    options = [option for option in options_of(annotation) if option is not type(None)]
    option = options[0] if options else None
    origin = get_origin(option)
    if [get_origin(one) for one in options] == [tuple, dict]:
        return "a list, or a mapping of names"
    if origin is Literal:
        return "one of " + ", ".join(map(str, get_args(option)))
    if origin is tuple:
        arguments = get_args(option)
        if len(arguments) == 2 and arguments[1] is not Ellipsis:
            return "two numbers [east, north]" if _expected(arguments[0]) == "a number" else "two entries"
        return "a list"
    if origin is dict:
        return "a mapping of names"
    if isinstance(option, type) and issubclass(option, BaseModel):
        needed = [name for name, field in option.model_fields.items() if field.is_required()]
        return "a mapping" + (f" with {', '.join(needed)}" if needed else "")
    names: dict[Any, str] = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}
    return names.get(option, "a value")


def real_path(location: tuple[int | str, ...], data: Any) -> Path:
    """Return ``location`` without the union tags inserted by pydantic."""
    path: list[str | int] = []
    here = data
    for i, step in enumerate(location):
        last = i == len(location) - 1
        if step == "[key]" or _is_label(step, here):
            continue
        if isinstance(here, dict):
            mapping = cast(dict[str, Any], here)
            if step in mapping:
                here = mapping[step]
            elif not last or mapping.get("kind") == step or mapping.get("model") == step:
                continue
        elif isinstance(here, list) and isinstance(step, int):
            items = cast(list[Any], here)
            here = items[step] if step < len(items) else None
        elif isinstance(here, (str, int, float)) and last:
            continue
        path.append(step)
    return tuple(path)


def _is_label(step: int | str, here: Any) -> bool:
    """Return whether a step of a location names a type among alternatives, such as ``dict[str,any]``, and no key."""
    if not isinstance(step, str) or (isinstance(here, dict) and step in here):
        return False
    return isinstance(here, list) or "[" in step or step in ("str", "int", "float", "bool")


def options_of(annotation: Any) -> list[Any]:
    """Return the alternatives of an annotation, without wrappers."""
    if get_origin(annotation) is Annotated:
        return options_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [option for argument in get_args(annotation) for option in options_of(argument)]
    return [annotation]


def _bounds(metadata: Iterable[Any]) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for item in metadata:
        if isinstance(item, FieldInfo):
            bounds |= _bounds(item.metadata)
        for name in (*_SIGNS, "why", "pattern"):
            value = getattr(item, name, None)
            if value is not None:
                bounds[name] = value
    return bounds


def annotation_at(model: type[BaseModel], data: Any, path: Path) -> tuple[Any, dict[str, Any]]:
    """Return the annotation of the value at ``path`` and its bounds; (None, {}) for an unknown path."""
    annotation: Any = model
    bounds: dict[str, Any] = {}
    here = data
    for step in path:
        inner: Any = None
        for option in options_of(annotation):
            origin = get_origin(option)
            if isinstance(option, type) and issubclass(option, BaseModel) and step in option.model_fields:
                if not _is_chosen(option, here):
                    continue
                field = option.model_fields[step]
                inner, bounds = field.annotation, _bounds(field.metadata)
            elif origin is tuple:
                arguments = get_args(option)
                index = step if isinstance(step, int) and Ellipsis not in arguments and step < len(arguments) else 0
                inner, bounds = arguments[index], {}
            elif origin is dict:
                inner, bounds = get_args(option)[1], {}
        if inner is None:
            return None, {}
        annotation = inner
        bounds |= _annotated_bounds(annotation)
        here = _child(here, step)
    return annotation, bounds


def bounds_at(model: type[BaseModel], data: Any, path: Path) -> tuple[float, float] | None:
    """Return the bounds of the number at ``path``, or None if the value there is not a number."""
    annotation, bounds = annotation_at(model, data, path)
    if "why" not in bounds or not {float, int} & set(options_of(annotation)):
        return None
    return bounds["ge"], bounds["le"]


def _annotated_bounds(annotation: Any) -> dict[str, Any]:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return _annotated_bounds(inner) | _bounds(metadata)
    if get_origin(annotation) in (Union, types.UnionType):
        return {name: value for part in get_args(annotation) for name, value in _annotated_bounds(part).items()}
    return {}


def _child(here: Any, step: str | int) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _is_chosen(option: type[BaseModel], here: Any) -> bool:
    """Return whether a member of a tagged union is the member selected by the data."""
    for tag in ("kind", "model"):
        field = option.model_fields.get(tag)
        if field is not None and isinstance(here, dict) and get_origin(field.annotation) is Literal:
            value = cast(dict[str, Any], here).get(tag)
            if len(get_args(field.annotation)) == 1 and value is not None and value not in get_args(field.annotation):
                return False
    return True


def fields_at(model: type[BaseModel], data: Any, path: Path) -> list[str]:
    """Return the allowed keys of the mapping at ``path``."""
    annotation, _ = annotation_at(model, data, path)
    here = data
    for step in path:
        here = _child(here, step)
    names: list[str] = []
    for option in options_of(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel) and _is_chosen(option, here):
            names += [name for name in option.model_fields if name not in names]
    return names


def _tags_at(model: type[BaseModel], data: Any, path: Path) -> list[str]:
    annotation, _ = annotation_at(model, data, path)
    tags: list[str] = []
    for option in options_of(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for tag in ("kind", "model"):
                if tag in option.model_fields:
                    tags += [str(value) for value in get_args(option.model_fields[tag].annotation)]
    return tags
