"""``conditions.parquet``: each scenario of an experiment in full, with its policies, so that its replications can be
played again.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np

from scenarios.batch.engine import Condition
from scenarios.batch.folder import replacing_table
from scenarios.run.policies import policy_entries
from simcore.recording.table_reader import TableReader
from simcore.recording.tables import Column
from simcore.types import I64

CONDITIONS = "conditions.parquet"
COLUMNS = (
    Column("point", "i64", "1", "number of the point or variant"),
    Column("noise", "i64", "1", "number of the state of the noise factors"),
    Column("hash", "string", "", "digest of the scenario"),
    Column("scenario", "string", "", "the scenario with every default filled in, as JSON"),
    Column("policies", "string", "", "its policies with their parameters, as JSON"),
)
_GROUP = 32  # conditions of a row group, which is read as a whole
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


_TEXTS = ("hash", "scenario", "policies")


class Descriptions:
    """The conditions of an experiment as text, on disk until they are written: memory holds their places alone.

    Not thread-safe.
    """

    def __init__(self) -> None:
        self._opened: IO[bytes] | None = None
        self._places: dict[Key, tuple[int, int]] = {}  # begin and length

    @property
    def _file(self) -> IO[bytes]:
        if self._opened is None:
            self._opened = TemporaryFile(prefix="chammo-conditions-")  # noqa: SIM115 - as long as the experiment
        return self._opened

    def __contains__(self, key: Key) -> bool:
        return key in self._places

    def add(self, key: Key, described: Described) -> None:
        """Add a condition."""
        data = json.dumps([getattr(described, name) for name in _TEXTS]).encode()
        self._places[key] = self._file.seek(0, os.SEEK_END), len(data)
        self._file.write(data)

    def add_written(self, folder: Path) -> None:
        """Add the conditions of a folder, if it has any. Raises ``InputError`` if the table is damaged."""
        if not (folder / CONDITIONS).exists():
            return
        with TableReader(folder / CONDITIONS, COLUMNS, is_exact=True) as table:
            for group in range(len(table.group_rows)):
                for key, described in _described(table.read(row_group=group)):
                    self.add(key, described)

    def write(self, folder: Path) -> None:
        """Write the table atomically."""
        keys = sorted(self._places)
        with replacing_table(folder / CONDITIONS, COLUMNS) as table:
            for begin in range(0, len(keys), _GROUP):
                some = keys[begin : begin + _GROUP]
                texts = [self._read(key) for key in some]
                table.write(
                    {
                        "point": np.array([point for point, _ in some], dtype=np.int64),
                        "noise": np.array([state for _, state in some], dtype=np.int64),
                        **{name: [text[k] for text in texts] for k, name in enumerate(_TEXTS)},
                    }
                )

    def _read(self, key: Key) -> list[str]:
        begin, length = self._places[key]
        self._file.seek(begin)
        return json.loads(self._file.read(length))

    def close(self) -> None:
        """Remove the file."""
        if self._opened is not None:
            self._opened.close()


def read_condition(folder: Path, key: Key) -> Described | None:
    """Return a condition of an experiment; None if it has none. Raises ``InputError`` if the table cannot be read."""
    with TableReader(folder / CONDITIONS, COLUMNS, is_exact=True) as table:
        keys = table.read(["point", "noise"])
        found = np.flatnonzero((keys["point"] == key[0]) & (keys["noise"] == key[1]))
        if not found.size:
            return None
        ends: I64 = np.cumsum(np.array(table.group_rows, dtype=np.int64))
        group = int(np.searchsorted(ends, int(found[0]), side="right"))
        return dict(_described(table.read(row_group=group)))[key]


def _described(columns: Mapping[str, np.ndarray]) -> Iterator[tuple[Key, Described]]:
    keys = zip(columns["point"].tolist(), columns["noise"].tolist(), strict=True)
    texts = zip(*(columns[name].tolist() for name in _TEXTS), strict=True)
    for key, text in zip(keys, texts, strict=True):
        yield key, Described(*text)
