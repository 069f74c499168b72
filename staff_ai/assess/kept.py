"""Items measured before: an interrupted assessment goes on where it stopped.

Each finished item is a file in the folder of the report, with a digest of all that determines it. Items of another
version, policy, scenario, number of games or gate are measured again.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.run.provenance import versions
from simcore.errors import InputError
from simcore.recording.files import read_json, write_error, write_json
from staff_ai.assess.context import Context
from staff_ai.assess.items import Gate, Item, Number, Status
from staff_ai.league.games import sources_of

ITEMS = "items"


class Kept:
    """The finished items of an assessment, in the folder ``items`` of its report."""

    def __init__(self, folder: Path, context: Context) -> None:
        self._folder = folder / ITEMS
        field, known = context.field, versions()
        subjects = [one for one in (context.subject, context.baseline) if one is not None]
        drill = context.drill.read_bytes() if context.drill is not None else b""
        self._about = {
            "subjects": [[one.choice.name, dict(one.choice.parameters), one.is_isolated] for one in subjects],
            "scenario": [field.settings.base.scenario.hash, field.settings.source.describe(), field.side_name],
            "games": [list(field.opponents), field.n, context.most, field.seed, context.budget],
            "better_than": context.better_than,
            "drill": hashlib.blake2b(drill, digest_size=16).hexdigest(),
            "versions": [known["chammo"], known["engine"], sources_of()],
        }
        self._gates = context.gates
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(self._folder, error) from None

    def _digest(self, key: str) -> str:
        about = {**self._about, "gates": dict(self._gates[key])}
        return hashlib.blake2b(json.dumps(about, sort_keys=True, default=str).encode(), digest_size=16).hexdigest()

    def read(self, key: str) -> Item | None:
        """Return an item, if it is there and of the same assessment."""
        path = self._folder / f"{key}.json"
        if not path.is_file():
            return None
        try:
            found = read_json(path)
            if found.get("digest") != self._digest(key):
                return None
            return item_of(key, found["item"])
        except (InputError, KeyError, TypeError, ValueError):  # damaged: it is measured again
            return None

    def write(self, item: Item) -> None:
        """Keep a finished item."""
        path = self._folder / f"{item.key}.json"
        try:
            write_json(path, {"digest": self._digest(item.key), "item": item.as_json()})
        except OSError as error:
            raise write_error(path, error) from None


def item_of(key: str, values: dict[str, Any]) -> Item:
    """Return an item from its plain values; JSON has null for numbers that are not finite."""
    numbers = [
        Number(
            one["name"],
            _finite(one["value"], np.nan),
            _finite(one["low"], -np.inf),
            _finite(one["high"], np.inf),
            int(one["n"]),
            one["of"],
            bool(one["is_exact"]),
        )
        for one in values["numbers"]
    ]
    gates = [
        Gate(
            one["key"], one["number"], float(one["at_least"] if "at_least" in one else one["at_most"]),
            "at_least" in one, Status(one["status"]),
        )
        for one in values["gates"]
    ]  # fmt: skip
    return Item(
        key, tuple(numbers), tuple(gates), values["reason"], tuple(values["notes"]), tuple(values["limits"]),
        values["details"],
    )  # fmt: skip


def _finite(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
