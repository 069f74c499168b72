"""Parquet tables whose columns are checked before data is read."""

# pyarrow ships no type information, so its results are unknown to the type checker.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simcore.errors import InputError
from simcore.recording.tables import (
    ARROW_TYPES,
    FAILURES,
    REMEDY,
    Column,
    arrow_schema,
    first_line,
    open_parquet,
    to_numpy,
)

_MOST_ROWS_AT_ONCE = 2**23
"""Most rows of a row group, or of a table read whole: no part of a run holds more; it bounds the memory used."""
_MOST_BYTES_AT_ONCE = 2**31


class TableReader:
    """A Parquet file whose columns are checked before data is read. Thread-safe.

    Parameters
    ----------
    path : Path
        The file. It stays open until ``close``; use as a context manager.
    columns : sequence of Column, optional
        Columns that may be read, with their types; others are ignored. By default every column of the file with a
        plain type.
    required : sequence of str, optional
        Columns that must exist; by default all of ``columns``.
    is_exact : bool
        Whether the file must have exactly these columns in these types, like a file written by Chammo itself.
    may_be_index : collection of str
        Text columns that may hold whole numbers instead, such as sides, which are named or numbered.
    may_have_gaps : bool
        Whether any floating-point number, such as a measure, and any text may be undefined (null, read as NaN and
        None). Otherwise only columns described with gaps may.

    Raises ``InputError`` when the file is missing or damaged, or when a column is missing, duplicated, of another type
    or has empty cells.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[Column] | None = None,
        required: Sequence[str] | None = None,
        *,
        is_exact: bool = False,
        may_be_index: Collection[str] = (),
        may_have_gaps: bool = False,
    ) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = open_parquet(path)
        try:
            self._may_have_gaps = may_have_gaps
            self._gaps = {column.name for column in columns or () if column.has_gaps}
            self._columns = self._known_columns(columns, required, may_be_index)
            if is_exact and not self._file.schema_arrow.equals(arrow_schema(columns or ())):
                raise self._error("its columns or their types are not those of this batch")
            self._group_rows = self._count_rows()
        except BaseException:
            self._file.close()
            raise

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the readable columns."""
        return tuple(self._columns)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return sum(self._group_rows)

    @property
    def group_rows(self) -> tuple[int, ...]:
        """Number of rows of each row group."""
        return self._group_rows

    def read(self, names: Sequence[str] | None = None, row_group: int | None = None) -> dict[str, np.ndarray]:
        """Return columns of all rows or of a row group, in their described types; text as ``object`` arrays."""
        wanted = list(self._columns) if names is None else list(dict.fromkeys(names))
        if row_group is None and self.n_rows > _MOST_ROWS_AT_ONCE:
            raise self._error(f"has {self.n_rows:,} rows, more than a table of its kind can have")
        try:
            with self._lock:
                file = self._file
                table = file.read(wanted) if row_group is None else file.read_row_group(row_group, wanted)
            n_rows = self.n_rows if row_group is None else self._group_rows[row_group]
            if table.num_rows != n_rows:
                raise ValueError(f"{table.num_rows} rows, its footer says {n_rows}")
            return {name: self._values(name, table.column(name)) for name in wanted}
        except FAILURES as error:
            where = "" if row_group is None else f"row group {row_group} "
            raise InputError(f"{self.path}: {where}cannot be read ({first_line(error)}); {REMEDY}") from None

    def rows(self, most: int) -> list[dict[str, Any]]:
        """Return the rows as mappings, ``None`` for empty cells. Raises ``InputError`` for more than ``most``."""
        if self.n_rows > most:
            raise self._error(f"has {self.n_rows:,} rows, more than the {most:,} a table of its kind can have")
        try:
            with self._lock:
                return self._file.read(list(self._columns)).to_pylist()
        except FAILURES as error:
            raise InputError(f"{self.path}: cannot be read ({first_line(error)}); {REMEDY}") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> "TableReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _error(self, problem: str) -> InputError:
        return InputError(f"{self.path}: {problem}; {REMEDY}")

    def _known_columns(
        self, columns: Sequence[Column] | None, required: Sequence[str] | None, may_be_index: Collection[str]
    ) -> dict[str, str]:
        """Return the types of the columns to read, by name. Raises ``InputError`` naming every fault."""
        try:
            schema = self._file.schema_arrow
            names: list[str] = list(schema.names)
            kinds = {name: schema.field(at).type for at, name in enumerate(names)}
        except FAILURES as error:
            raise InputError(f"{self.path}: not a whole Parquet file ({first_line(error)}); {REMEDY}") from None
        problems = [f"column {name!r} occurs twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if columns is None:
            found = {name: _plain_type(kind) for name, kind in kinds.items()}
            known = {name: kind for name, kind in found.items() if kind is not None}
            needed: Sequence[str] = required or ()
        else:
            known = {c.name: c.type for c in columns if c.name in kinds}
            needed = [c.name for c in columns] if required is None else required
            for name, kind in known.items():
                if name in may_be_index and pa.types.is_integer(kinds[name]):
                    known[name] = "i64"
                elif not _is_kind(kinds[name], kind):
                    problems.append(f"{name}: holds {kinds[name]!s:.100}, not {_kind_name(kind)}")
        missing = [name for name in needed if name not in known]
        if missing:
            problems.append(f"no column {', '.join(map(repr, missing))}; it has {', '.join(names):.500}")
        if problems:
            raise InputError("\n".join(f"{self.path}: {problem}; {REMEDY}" for problem in problems))
        return known

    def _count_rows(self) -> tuple[int, ...]:
        try:
            metadata = self._file.metadata
            groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
            rows = tuple(int(group.num_rows) for group in groups)
            size = max((int(group.total_byte_size) for group in groups), default=0)
            total = int(metadata.num_rows)
        except FAILURES as error:
            raise InputError(f"{self.path}: not a whole Parquet file ({first_line(error)}); {REMEDY}") from None
        if any(not 0 <= n <= _MOST_ROWS_AT_ONCE for n in rows) or not 0 <= size <= _MOST_BYTES_AT_ONCE:
            raise self._error(f"a row group holds more than {_MOST_ROWS_AT_ONCE:,} rows or 2 GiB")
        if sum(rows) != total:
            raise self._error(f"its row groups hold {sum(rows)} rows, its footer says {total}")
        return rows

    def _values(self, name: str, column: Any) -> np.ndarray:
        kind = self._columns[name]
        if column.null_count and (kind[0] in "iu" or not (self._may_have_gaps or name in self._gaps)):
            raise ValueError(f"{name}: has empty cells")
        if kind in _TEXTS:
            return np.array(column.to_pylist(), dtype=object)
        if not pa.types.is_dictionary(column.type) and column.type != ARROW_TYPES[kind]:
            column = column.cast(ARROW_TYPES[kind])  # raises where a value does not fit
        return to_numpy(column, column.type)


_TEXTS = ("string", "category")


def _is_text(kind: Any) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_kind(kind: Any, expected: str) -> bool:
    if expected in _TEXTS:
        return _is_text(kind.value_type if pa.types.is_dictionary(kind) else kind)
    if expected[0] == "f":
        return pa.types.is_floating(kind) or pa.types.is_integer(kind)
    return pa.types.is_integer(kind) or pa.types.is_boolean(kind)


def _kind_name(expected: str) -> str:
    return "texts" if expected in _TEXTS else "numbers" if expected[0] == "f" else "whole numbers"


def _plain_type(kind: Any) -> str | None:
    """Return the type in which to read a column without a description; None for nested and other types."""
    if _is_kind(kind, "string"):
        return "string"
    if pa.types.is_floating(kind):
        return "f64"
    return "i64" if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else None
