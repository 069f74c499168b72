"""Entry points for loading: from a scenario file, library scenario or document to the arrays of the engine."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import Document, check_data, load_document, parse_document
from scenarios.format.resolve import resolve
from scenarios.format.schema.sustainment import Sustainment
from scenarios.format.yaml_text import write_yaml
from scenarios.terrain.ground import Ground
from simcore.intelligence import Intelligence


def load(path_or_name: str | Path, *, sustainment: str = "file") -> Compiled:
    """Return the compiled scenario of a file or library scenario.

    ``sustainment`` replaces its section of that name: "on" takes the defaults where the file has none, "off" none.

    Raises
    ------
    ScenarioError, InputError
        With every problem found.
    """
    return compile_scenario(resolve(with_sustainment(load_document(path_or_name), sustainment)))


def with_sustainment(document: Document, choice: str) -> Document:
    """Return the document with the section ``sustainment`` switched on, with its defaults, or off."""
    content = document.content
    if choice == "on" and content.sustainment is None:
        return replace(document, content=content.model_copy(update={"sustainment": Sustainment()}))
    if choice == "off" and content.sustainment is not None:
        sides = tuple(side.model_copy(update={"maintenance": None, "supply": None}) for side in content.sides)
        return replace(document, content=content.model_copy(update={"sustainment": None, "sides": sides}))
    return document


def compile_document(document: dict[str, Any], ground: Ground | None = None) -> Compiled:
    """Return the compiled scenario of a document of plain data, by way of its YAML text.

    ``ground`` is the ground of its map, if it is already built.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    return compile_scenario(resolve(parse_document(write_yaml(document), document["name"])), ground)


def compile_staff_document(intelligence: Intelligence, ground: Ground | None = None) -> Compiled:
    """Return the compiled scenario as the staff of a side believes it to be.

    ``ground`` is that of the true scenario, if it is at hand: it is the same, and so are the routes of own groups.

    Raises
    ------
    ScenarioError
        If the intelligence has no document, as that of neutral sides.
    """
    document = copy.deepcopy(intelligence.document)
    return compile_scenario(resolve(check_data(document, "staff document", lambda path: 0)), ground)
