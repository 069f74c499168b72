"""Boards: tables that policies add to a run folder, such as the advice of a staff.

A policy with a method ``boards(ending)`` returns them when its run has ended. The rows of a board form a hash chain:
each contains the digest of the row before it and its own, and the manifest contains the last. A row that is changed,
removed, inserted or moved breaks the chain.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from simcore.errors import InputError, RunError
from simcore.plugins import policy_failures
from simcore.policy import Policy
from simcore.recording.run_schema import MEDICAL_TABLES, SUSTAINMENT_TABLES, TABLES
from simcore.recording.tables import Column, read_table, write_table

_ROW_DIGEST = "row_digest"
_ROW_BEFORE = "row_before"
LINKS = (
    Column(_ROW_BEFORE, "string", "", "digest of the row before, empty for the first"),
    Column(_ROW_DIGEST, "string", "", "digest of this row, the row before included"),
)
"""The last columns of each board."""

_TIME = "time_s"


class Ending(NamedTuple):
    """The end of a run, for its policies: what a commander learns when the fight is over."""

    replication: int
    time_s: float
    winner: str | None  # name of the side
    scores: Mapping[str, float]  # by name of the side, 0..1


class Board(NamedTuple):
    """A board of a side: ``values[name]`` are the values of a column. Its columns include ``time_s``."""

    name: str
    columns: tuple[Column, ...]
    values: Mapping[str, Sequence[Any]]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.values[_TIME])


def collect_boards(policies: Sequence[Policy], labels: Sequence[str], ending: Ending) -> list[Board]:
    """Return the boards of all policies; those of the same name are joined, in the order of the policies."""
    found: dict[str, Board] = {}
    for policy, label in zip(policies, labels, strict=True):
        make = getattr(policy, "boards", None)
        if not callable(make):
            continue
        with policy_failures(label, "while it wrote its boards"):
            boards = list(cast("Sequence[Board]", make(ending)))
        for board in boards:
            _check(board, label)
            known = found.get(board.name)
            if known is not None and known.columns != board.columns:
                raise RunError(f"policy {label}: its board {board.name} has other columns than that of another policy")
            found[board.name] = board if known is None else _join(known, board)
    return list(found.values())


def _check(board: Board, label: str) -> None:
    names = [column.name for column in board.columns]
    is_taken = f"{board.name}.parquet" in {**TABLES, **SUSTAINMENT_TABLES, **MEDICAL_TABLES}
    if not board.name.isidentifier() or is_taken or _TIME not in names:
        raise RunError(f"policy {label}: a board {board.name!r:.50} cannot be written; give another name, and {_TIME}")
    if any(len(board.values[name]) != board.n_rows for name in names):
        raise RunError(f"policy {label}: the columns of its board {board.name} differ in length")


def _join(first: Board, second: Board) -> Board:
    values = {column.name: [*first.values[column.name], *second.values[column.name]] for column in first.columns}
    return first._replace(values=values)


def write_boards(folder: Path, boards: Sequence[Board]) -> tuple[dict[str, int], dict[str, str]]:
    """Write boards as ``<name>.parquet``; return rows and the last digest of the chain by file name."""
    rows: dict[str, int] = {}
    chains: dict[str, str] = {}
    for board in boards:
        file = f"{board.name}.parquet"
        names = [column.name for column in board.columns]
        values = {column.name: _typed(column, board.values[column.name]) for column in board.columns}
        plain = {name: _plain(values[name]) for name in names}
        before, digests = _chain([[plain[name][k] for name in names] for k in range(board.n_rows)])
        links = {_ROW_BEFORE: before, _ROW_DIGEST: digests}
        rows[file] = write_table(folder / file, (*board.columns, *LINKS), {**values, **links})
        chains[file] = digests[-1] if digests else ""
    return rows, chains


def check_chains(folder: Path, chains: Mapping[str, str]) -> None:
    """Raise ``InputError`` unless every board named in a manifest is as it was written."""
    for file, last in chains.items():
        path = folder / file
        if not path.is_file():
            raise InputError(f"{path}: the file is missing; restore it or run again")
        columns = read_table(path)
        if _ROW_BEFORE not in columns or _ROW_DIGEST not in columns:
            raise InputError(f"{path}: was changed after the run: its rows have no digests; {_REMEDY}")
        names = [name for name in columns if name not in (_ROW_BEFORE, _ROW_DIGEST)]
        plain = [_plain(columns[name]) for name in names]
        n_rows = len(columns[_ROW_DIGEST])
        try:
            before, digests = _chain([[values[k] for values in plain] for k in range(n_rows)])
        except (TypeError, ValueError):
            raise InputError(
                f"{path}: was changed after the run: it holds more than text and numbers; {_REMEDY}"
            ) from None
        for k in range(n_rows):
            if columns[_ROW_BEFORE][k] != before[k] or columns[_ROW_DIGEST][k] != digests[k]:
                raise InputError(f"{path}: was changed after the run: row {k + 1} does not fit its digest; {_REMEDY}")
        if (digests[-1] if digests else "") != last:
            raise InputError(
                f"{path}: was changed after the run: it does not end with the row in the manifest; {_REMEDY}"
            )


def _typed(column: Column, values: Sequence[Any]) -> Any:
    return [str(value) for value in values] if column.type == "string" else np.array(values, dtype=column.dtype)


_REMEDY = "restore the folder from a copy or run again"


def _chain(rows: list[list[Any]]) -> tuple[list[str], list[str]]:
    """Return the digest of the row before and that of the row itself, for each row."""
    before: list[str] = []
    digests: list[str] = []
    last = ""
    for row in rows:
        before.append(last)
        text = json.dumps([last, *row], separators=(",", ":"), allow_nan=False)
        last = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        digests.append(last)
    return before, digests


def _plain(values: Any) -> list[Any]:
    """Return values as JSON knows them: numbers, text, and None for what is not finite."""
    found: list[Any] = []
    for value in values:
        item: Any = cast("np.generic[Any]", value).item() if isinstance(value, np.generic) else value
        found.append(None if isinstance(item, float) and not np.isfinite(item) else item)
    return found
