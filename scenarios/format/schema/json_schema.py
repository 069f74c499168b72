"""The scenario format: the models of a file, and its JSON Schema for editors."""

from typing import Any

from pydantic import BaseModel

from scenarios.format.schema.cards import Catalogue, PlatformCard, WeaponCard
from scenarios.format.schema.map import Map
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import SCHEMA_VERSION, Group, ScenarioFile, Side
from scenarios.format.schema.sensors import SensorCard
from scenarios.format.schema.zones import Zone

__all__ = [
    "SCHEMA_VERSION",
    "Catalogue",
    "Group",
    "Map",
    "Objective",
    "PlatformCard",
    "ScenarioFile",
    "SensorCard",
    "Side",
    "WeaponCard",
    "Zone",
    "json_schema",
]


def json_schema(model: type[BaseModel] = ScenarioFile, title: str = "Chammo scenario") -> dict[str, Any]:
    """Return the JSON Schema of a file; by default of a scenario file."""
    schema = model.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = title
    return schema
