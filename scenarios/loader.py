"""Entry points for loading: from a scenario file, library scenario or document to the arrays of the engine."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scenarios import kept
from scenarios.compiler.compiled import Compiled
from scenarios.format.texts import read_text
from scenarios.terrain.rasters import Ground
from simcore.intelligence import Intelligence

# The compiler and the format are imported where they are needed: a kept scenario needs neither.
if TYPE_CHECKING:
    from scenarios.format.document import Document

T = TypeVar("T")


def load(path_or_name: str | Path, *, sustainment: str = "file") -> Compiled:
    """Return the compiled scenario of a file or library scenario.

    ``sustainment`` replaces its section of that name: "on" takes the defaults where the file has none, "off" none.

    Raises
    ------
    ScenarioError, InputError
        With every problem found.
    """
    return _load(*read_text(path_or_name), sustainment)


def load_again(path_or_name: str | Path, *, sustainment: str = "file") -> Compiled:
    """Return what ``load`` returns; on the disk, if an earlier process has compiled the same text with the same code.

    Scenarios whose ground is in files of their own are compiled each time.
    """
    text, source = read_text(path_or_name)
    key = kept.key_of(text, source, sustainment)
    compiled, is_found = kept.find(key, "scenario")
    if not is_found:
        compiled = _load(text, source, sustainment)
        if getattr(compiled.scenario.content.map.terrain, "files", ()):
            return compiled
        kept.keep(key, "scenario", compiled)
    compiled.__dict__[_KEY] = key
    return compiled


def derived(compiled: Compiled, name: str, make: Callable[[Compiled], T]) -> T:
    """Return ``make(compiled)``, kept under ``name`` beside a scenario of ``load_again``."""
    key: str | None = compiled.__dict__.get(_KEY)
    return make(compiled) if key is None else kept.recall(key, name, lambda: make(compiled))


_KEY = "kept_as"


def _load(text: str, source: str, sustainment: str) -> Compiled:
    from scenarios.compiler.scenario import compile_scenario
    from scenarios.format.document import parse_document
    from scenarios.format.resolve import resolve

    return compile_scenario(resolve(with_sustainment(parse_document(text, source), sustainment)))


def with_sustainment(document: "Document", choice: str) -> "Document":
    """Return the document with the section ``sustainment`` switched on, with its defaults, or off."""
    from scenarios.format.schema.sustainment import Sustainment

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
    from scenarios.compiler.scenario import compile_scenario
    from scenarios.format.document import parse_document
    from scenarios.format.resolve import resolve
    from scenarios.format.yaml_text import write_yaml

    return compile_scenario(resolve(parse_document(write_yaml(document), document["name"])), ground)


def compile_staff_document(intelligence: Intelligence, ground: Ground | None = None) -> Compiled:
    """Return the compiled scenario as the staff of a side believes it to be.

    ``ground`` is that of the true scenario, if it is at hand: it is the same, and so are the routes of own groups.

    Raises
    ------
    ScenarioError
        If the intelligence has no document, as that of neutral sides.
    """
    from scenarios.compiler.scenario import compile_scenario
    from scenarios.format.document import check_data
    from scenarios.format.resolve import resolve

    document = copy.deepcopy(intelligence.document)
    return compile_scenario(resolve(check_data(document, "staff document", lambda path: 0)), ground)
