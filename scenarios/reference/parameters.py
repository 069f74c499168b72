"""The reference page of parameters: every number with its unit, default, range and source, generated from the code.

Two kinds: defaults of the scenario format (from the schema) and numbers of the catalogue (from its cards). Numbers
without a source are marked ``placeholder``.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from inspect import get_annotations
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import simcore
from scenarios.compiler import quantities
from scenarios.compiler import rules as compile_rules
from scenarios.format import defaults
from scenarios.format.catalogue import KINDS, built_in_cards
from scenarios.format.schema import cards as schema_cards
from scenarios.format.schema.sensors import SENSOR_MODELS
from scenarios.format.schema.types import SurfaceName
from scenarios.reference.scenario_format import SECTIONS, limits_of
from scenarios.terrain import ground as terrain
from simcore.types import Mobility

_UNITS = (
    ("_m_per_km", "m/km"),
    ("_mps", "m/s"),
    ("_m2", "m²"),
    ("_km", "km"),
    ("_m", "m"),
    ("_s", "s"),
    ("_min", "min"),
    ("_h", "h"),
    ("_deg", "°"),
    ("_db", "dB"),
    ("_kw", "kW"),
    ("_ghz", "GHz"),
    ("_mhz", "MHz"),
    ("_k", "K"),
    ("_musd", "million USD"),
)
"""Units by the suffix of a key, longer suffixes before those they end in."""

_SOURCES: Mapping[tuple[str, str], str] = {
    ("Map", "earth_radius_factor"): "standard refraction (ITU-R P.310)",
    ("RadarPhysics", "temperature_k"): "standard noise temperature, 290 K (IEEE)",
    ("RadarCard", "p_false_alarm"): "convention of textbooks (Skolnik)",
    ("SensorBase", "field_of_view_deg"): "all round",
    ("WeaponCard", "damage"): "unit of toughness",
    ("PlatformCard", "toughness"): "unit of damage",
    ("PlatformCard", "signature"): "unit: the range of the sensor's card",
    ("PlatformCard", "rcs_m2"): "unit of the radar equation",
    ("Rules", "picture_contacts"): "choice",
    ("Rules", "latency_factor"): "unit: the latency of the cards",
    ("LinkNumbers", "latency_s"): "none, unless the card says otherwise",
    ("Staff", "order_preparation_s"): "none, unless the scenario says otherwise",
    ("Staff", "report_processing_s"): "none, unless the scenario says otherwise",
    ("Rules", "win_margin"): "choice",
    ("Map", "cell_m"): "choice",
    ("ProceduralTerrain", "seed"): "choice",
    ("Group", "endurance_share"): "full",
    ("Objective", "weight"): "choice",
    ("Objective", "goal"): "choice",
}

_CHOICES = {"Time", "ScenarioFile", "Formation", "TaskOrder", "UnitEntry", "Feature"}
"""Sections with defaults for notation or play, not about the world."""

_CONSTANTS = (
    (
        "kernels/network/comms.py",
        "_ACQUIRE",
        "",
        "share of the range within which a lost link is regained",
        "placeholder",
    ),
    (
        "kernels/network/comms.py",
        "_SEARCH_EVERY",
        "updates",
        "interval between searches by a radio without a link",
        "placeholder",
    ),
    (
        "kernels/picture/sightings.py",
        "_MATERIAL",
        "",
        "share of the last reported error below which a contact is reported again within the refresh time",
        "placeholder",
    ),
    ("kernels/ground/terrain.py", "_SAMPLES_PER_CELL", "1/cell", "samples along a line of sight", "choice"),
)


def parameters_page() -> str:
    """Return the page as Markdown."""
    parts = [
        "# Parameters\n",
        "Every default of the scenario format and every number of the catalogue. *Source* names an open\n"
        "publication or a definition; *choice* marks a choice of method, not a claim about the world; `placeholder`\n"
        "marks an unverified number: replace it before you draw conclusions. A unit of 1 is not shown. The\n"
        "[scenario format](scenario-format.md) explains the keys, [the model](../explanation/odd.md) their use.\n",
        "## Constants of the model\n",
        markdown_table(("name", "value", "unit", "meaning", "source"), _constants()),
        "## Ground\n",
        "Factors by surface, from `scenarios/terrain/ground.py`. The speed factor is multiplied by\n"
        "`max(0.2, 1 - 0.8 slope / steepest)`.\n",
        markdown_table(("factor", *SurfaceName.__args__, "steepest", "source"), _ground()),
        "## Defaults of the scenario format\n",
        markdown_table(("key", "unit", "default", "range", "source"), _defaults()),
        "## Defaults derived from other keys\n",
        "In the resolved scenario, these values replace null. A camera must resolve the critical dimension;\n"
        "levels are at cruise speed and at rest.\n",
        markdown_table(("null key", "value", "source"), _derived()),
        markdown_table(("target class", "critical dimension", "noise", "at rest", "target strength"), _signatures()),
        "## Catalogue\n",
        "The numbers given on the cards, in the order of their keys; the other keys have the defaults above. The\n"
        "source is that of the card.\n",
    ]
    for kind in KINDS:
        parts.append(f"### {kind.capitalize()}\n")
        parts.append(markdown_table(("card", "parameter", "unit", "value", "range", "source"), _cards(kind)))
    return "\n".join(parts)


def unit_of(key: str) -> str:
    """Return the unit named by the suffix of a key, "" if there is none."""
    return next((unit for end, unit in _UNITS if key.endswith(end)), "")


def _constants() -> Iterator[tuple[str, ...]]:
    radius = f"{compile_rules.EARTH_RADIUS_M:g}"
    yield "true radius of the earth", radius, "m", "for lines of sight; positions use WGS84", "mean radius (IUGG)"
    yield "speed of light", f"{quantities.LIGHT_MPS:.9g}", "m/s", "in the radar equation", "SI, exact"
    yield "Boltzmann's constant", f"{quantities.BOLTZMANN_J_PER_K:g}", "J/K", "in the radar equation", "SI, exact"
    for path, name, unit, meaning, source in _CONSTANTS:
        yield f"`{name}`", _constant(path, name), unit, meaning, source


def _constant(path: str, name: str) -> str:
    """Return a numeric constant of an engine module without importing (and compiling) it."""
    text = (Path(simcore.__file__).parent / path).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            return f"{ast.literal_eval(value):g}"
    raise LookupError(f"simcore/{path}: no constant {name}")


def _ground() -> Iterator[tuple[str, ...]]:
    for mobility, factors in terrain.SPEED_FACTORS.items():
        steepest = terrain.STEEPEST.get(Mobility(mobility))
        name = f"speed, {Mobility(mobility).name.lower()}"
        yield name, *(f"{value:g}" for value in factors), "-" if steepest is None else f"{steepest:g}", "placeholder"
    yield "range against land targets", *(f"{value:g}" for value in terrain.CONCEALMENT), "-", "placeholder"


def _defaults() -> Iterator[tuple[str, ...]]:
    seen: set[tuple[str, str]] = set()
    for section in SECTIONS:
        for name, field in section.model_fields.items():
            default = field.default
            if field.is_required() or isinstance(default, bool) or not isinstance(default, (int, float)):
                continue
            owner = _owner(section, name)
            if (owner, name) in seen:
                continue
            seen.add((owner, name))
            source = _SOURCES.get((owner, name)) or ("choice" if owner in _CHOICES else "placeholder")
            yield f"`{owner}.{name}`", unit_of(name), f"{default:.6g}", _range(field), source


def _derived() -> Iterator[tuple[str, ...]]:
    yield "`PlatformCard.speed_cruise_mps`", f"{defaults.CRUISE_SHARE:g} speed_max_mps", "placeholder"
    reach = f"{defaults.STANDOFF_SHARE:g} of the longest range of its offensive weapons; 0 if one-way"
    yield "`PlatformCard.standoff_km`", reach, "placeholder"
    by_domain = ", ".join(f"{mobility} ({domain})" for domain, mobility in defaults.MOBILITY_OF.items())
    yield "`PlatformCard.mobility`", f"{by_domain}; fixed if it cannot move", "choice"
    yield "`RangedSensor.classify_km`", f"{defaults.CLASSIFY_SHARE:g} range_km, at least identify_km", "placeholder"
    yield "`RangedSensor.identify_km`", f"{defaults.IDENTIFY_SHARE:g} range_km, at most classify_km", "placeholder"
    yield "`SonarBase.absorption_db_per_km`", "Thorp's formula at frequency_khz", "Thorp 1967; Urick, chapter 5"
    yield "`WeaponCard.guided`", "true if it has a seeker_basket_m", "choice"
    yield "`Operators.manual_service_s`", "service_s", "placeholder"


def _signatures() -> Iterator[tuple[str, ...]]:
    for name, (critical_m, sound) in defaults.CLASS_SIGNATURES.items():
        levels = (sound.source_level_db, sound.source_level_rest_db, sound.target_strength_db) if sound else ()
        yield f"`{name}`", f"{critical_m:g} m", *([f"{level:g} dB" for level in levels] or ["-"] * 3)


def _owner(section: type[BaseModel], name: str) -> str:
    """Return the name of the class that declares a key: the section or a base class."""
    for base in reversed(section.__mro__):
        if name in get_annotations(base):
            return base.__name__
    return section.__name__


def _range(field: FieldInfo) -> str:
    return limits_of(field).removeprefix(", ").replace(", ", " and ")


def _cards(kind: str) -> Iterator[tuple[str, ...]]:
    for name, card in built_in_cards()[kind].items():
        source = str(card.get("source", "placeholder"))
        model = _card_model(kind, str(card.get("model", "")))
        for key, value, limits in _numbers(card, "", model):
            yield f"`{name}`", f"`{key}`", unit_of(key), f"{value:g}", limits, source


def _card_model(kind: str, law: str) -> type[BaseModel] | None:
    """Return the model of a card; sensors have a model for each detection law."""
    if law in SENSOR_MODELS:
        return SENSOR_MODELS[law].card
    return _model_of(schema_cards.Catalogue.model_fields[kind].annotation)


def _numbers(card: Mapping[str, Any], prefix: str, model: type[BaseModel] | None) -> Iterator[tuple[str, float, str]]:
    """Yield the numbers of a card with the paths and ranges of their keys; ``model`` is None inside a table."""
    for key, value in card.items():
        inner = _model_of(model.model_fields[key].annotation) if model is not None else None
        if isinstance(value, dict):
            yield from _numbers(cast("dict[str, Any]", value), f"{prefix}{key}.", inner)
        elif isinstance(value, list):
            for entry in cast("list[Any]", value):
                if isinstance(entry, dict):
                    fit = cast("dict[str, Any]", entry)
                    yield from _numbers(fit, f"{prefix}{key}.{fit.get('weapon', fit.get('sensor', ''))}.", inner)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            shares = ">= 0 and <= 1" if prefix.endswith("p_hit.") else ""
            limits = _range(model.model_fields[key]) if model is not None else shares
            yield f"{prefix}{key}", float(value), limits


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model in an annotation, possibly nested in a union or a list, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_of(part)) is not None), None)


def markdown_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
