"""``conditions.parquet``: each scenario of an experiment in full, with its policies, so that its replications can be
played again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.engine import Condition
from scenarios.batch.folder import replace_table
from scenarios.run.policies import policy_entries
from simcore.recording.table_reader import TableReader
from simcore.recording.tables import Column

CONDITIONS = "conditions.parquet"
COLUMNS = (
    Column("point", "i64", "1", "number of the point or variant"),
    Column("noise", "i64", "1", "number of the state of the noise factors"),
    Column("hash", "string", "", "digest of the scenario"),
    Column("scenario", "string", "", "the scenario with every default filled in, as JSON"),
    Column("policies", "string", "", "its policies with their parameters, as JSON"),
)
Key = tuple[int, int]
"""Point, and state of the noise."""


@dataclass(frozen=True)
class Described:
    """A condition as text."""

    hash: str
    scenario: str
    policies: str

    @property
    def document(self) -> dict[str, Any]:
        """The scenario as plain data."""
        return json.loads(self.scenario)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The policies as in a manifest."""
        return json.loads(self.policies)


def describe(condition: Condition) -> Described:
    """Return a condition as text."""
    scenario = condition.compiled.scenario
    entries = policy_entries(condition.choices, condition.compiled)
    return Described(scenario.hash, json.dumps(scenario.plain()), json.dumps(entries))


def write_conditions(folder: Path, described: Mapping[Key, Described]) -> None:
    """Write the table atomically."""
    keys = sorted(described)
    values = {
        "point": np.array([point for point, _ in keys], dtype=np.int64),
        "noise": np.array([state for _, state in keys], dtype=np.int64),
        **{name: np.array([getattr(described[key], name) for key in keys], dtype=object) for name in _TEXTS},
    }
    replace_table(folder / CONDITIONS, COLUMNS, values)


_TEXTS = ("hash", "scenario", "policies")


def read_conditions(folder: Path) -> dict[Key, Described]:
    """Return the conditions of an experiment. Raises ``InputError`` if the table is damaged or missing."""
    with TableReader(folder / CONDITIONS, COLUMNS, is_exact=True) as table:
        columns = table.read()
    keys = zip(columns["point"].tolist(), columns["noise"].tolist(), strict=True)
    texts = zip(*(columns[name].tolist() for name in _TEXTS), strict=True)
    return {key: Described(*text) for key, text in zip(keys, texts, strict=True)}
