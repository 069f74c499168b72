"""``names.json`` of a run folder: the names of its units, groups, places, cards and sides in the reader's language."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from scenarios.format.document import load_document
from scenarios.format.korean import english_names, korean_names
from scenarios.format.resolve import resolve
from simcore.errors import InputError, WargameError
from simcore.recording.files import read_json
from viz.reading.checks import Columns

NAMES = "names.json"
KINDS = ("units", "groups", "places", "cards", "titles", "components", "sides")
_MOST_BYTES = 64 * 2**20
_MOST_TEXT = 300
_EVERY = "every "
_LIST = re.compile(r"(.*?)((?: and \d+ more)?)", re.DOTALL)
_NEVER = re.compile(r"(?!)")


class LocalNames:
    """Names in a language. A thing without one keeps the name that it has in the scenario."""

    def __init__(self, tables: dict[str, dict[str, str]], lang: str = "en") -> None:
        self.lang = lang
        self._tables = {kind: tables.get(kind, {}) for kind in KINDS}

    def __bool__(self) -> bool:
        return any(self._tables.values())

    def of(self, kind: str, name: Any) -> Any:
        """Return the name of a thing of a kind; anything that is no known name is returned unchanged."""
        return self._tables[kind].get(name, name) if isinstance(name, str) else name

    def in_text(self, text: str) -> str:
        """Return a text with the units and titles named in it in this language, the longest names first."""
        return self._in_text.sub(lambda match: self._listed[match[0]], text)

    def in_list(self, text: str) -> str:
        """Return a list of groups and of cards, each of these after ``every``, in this language."""
        cards, groups = self._tables["cards"], self._tables["groups"]
        listed, more = _LIST.fullmatch(text).groups()  # type: ignore[union-attr] - any text matches
        every = [(part, part.removeprefix(_EVERY)) for part in listed.split(", ")]
        named = [groups.get(name, name) if part == name else _EVERY + cards.get(name, name) for part, name in every]
        return ", ".join(named) + more

    @cached_property
    def _listed(self) -> dict[str, str]:
        return {**self._tables["titles"], **self._tables["units"]}

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        names = sorted(self._listed, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w-])") if names else _NEVER


def read_names(folder: Path, lang: str, units: Columns) -> LocalNames:
    """Return the names of a run in a language, none where its folder has none. Raises ``InputError`` if damaged.

    A folder of an earlier version has no English titles of cards; those of its ``units`` serve then.
    """
    path = folder / NAMES
    document = read_json(path, _MOST_BYTES) if path.is_file() else {}
    tables = document.get(lang) or (_titles(units) if lang == "en" else {})
    if not isinstance(tables, dict):
        raise InputError(f"{path}: {lang}: is not an object; write the run again")
    for kind in KINDS:
        table = tables.get(kind, {})
        if not isinstance(table, dict) or not all(isinstance(v, str) and len(v) <= _MOST_TEXT for v in table.values()):
            raise InputError(f"{path}: {lang}.{kind}: is not an object of texts; write the run again")
    return LocalNames(tables, lang)


def _titles(units: Columns) -> dict[str, dict[str, str]]:
    pairs = zip(units["platform"], units["title"], strict=True)
    return {"cards": {str(name): str(title)[:_MOST_TEXT] for name, title in pairs if name and title}}


def names_of_scenario(path: Path, lang: str) -> LocalNames:
    """Return the names of a scenario file in a language; none where it has none or cannot be read."""
    if not path.is_file():
        return LocalNames({})
    try:
        content = resolve(load_document(path)).content
    except WargameError:  # of an earlier version: its results are shown all the same
        return LocalNames({})
    return LocalNames(korean_names(content) if lang == "ko" else english_names(content), lang)
