"""Parquet tables of NumPy columns: the only module of the engine that touches pyarrow.

A table is described by ``Column`` rows (name, type, unit, description); unit and description go into
the Arrow field metadata of the file. Columns travel as ``{name: array}``.
"""

# pyarrow ships no type information, so what comes out of it is unknown to the checker.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simcore.errors import InputError

_TYPES = {
    "i8": pa.int8(),
    "u8": pa.uint8(),
    "i16": pa.int16(),
    "i32": pa.int32(),
    "i64": pa.int64(),
    "u64": pa.uint64(),
    "f32": pa.float32(),
    "f64": pa.float64(),
    "string": pa.string(),
    "category": pa.dictionary(pa.int32(), pa.string()),
}


class Column(NamedTuple):
    """One column of a file."""

    name: str
    type: str  # a key of the type table: i8 u8 i16 i32 i64 u64 f32 f64 string category
    unit: str  # "1" for a pure number, "" for a name or code
    description: str
    has_gaps: bool = False  # nan stands for "not defined" in memory and is null in the file

    @property
    def dtype(self) -> "np.dtype[Any]":
        """The NumPy type of the column; text is ``object``, a category is its int32 codes."""
        return np.dtype({"string": "O", "category": "i4"}.get(self.type) or f"{self.type[0]}{int(self.type[1:]) // 8}")


class Category(NamedTuple):
    """Values of a ``category`` column: ``names[codes]``."""

    codes: np.ndarray
    names: Sequence[str]


Columns = Mapping[str, "np.ndarray | Sequence[Any] | Category"]


def _schema(columns: Sequence[Column]) -> Any:
    return pa.schema(
        [pa.field(c.name, _TYPES[c.type], metadata={"unit": c.unit, "description": c.description}) for c in columns]
    )


class TableWriter:
    """Writes a table piece by piece; every piece becomes one row group. Use as a context manager or ``close``."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.path = path
        self.n_rows: int = 0
        self._columns = tuple(columns)
        self._schema = _schema(columns)
        self._writer = pq.ParquetWriter(str(path), self._schema, compression="zstd", write_page_checksum=True)

    def write(self, columns: Columns) -> None:
        """Append one row group. ``columns`` must hold every column of the table, equally long."""
        arrays = [_array(c, columns[c.name]) for c in self._columns]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.n_rows += int(table.num_rows)

    def close(self) -> None:
        """Write the footer. A file without it cannot be read."""
        try:
            self._writer.close()
        finally:
            self._writer.is_open = False  # or its destructor would try, and complain, once more

    def abandon(self) -> None:
        """Close without caring for the file: after a failed write."""
        with suppress(OSError, pa.ArrowException):
            self.close()

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


# Arrays are built from buffers: pyarrow's own conversions import pandas, which takes longer than a small run.


def _array(column: Column, values: Any) -> Any:
    if isinstance(values, Category):
        codes = np.ascontiguousarray(values.codes, dtype=np.int32)
        return pa.DictionaryArray.from_arrays(_numbers(pa.int32(), codes), _text(values.names))
    if column.type == "string":
        return _text(values)
    numbers = np.ascontiguousarray(values, dtype=column.dtype)
    is_known = ~np.isnan(numbers) if column.has_gaps else None
    return _numbers(_TYPES[column.type], numbers, is_known)


def _numbers(kind: Any, values: np.ndarray, is_known: np.ndarray | None = None) -> Any:
    valid = None if is_known is None else pa.py_buffer(np.packbits(is_known, bitorder="little").data)
    return pa.Array.from_buffers(kind, values.shape[0], [valid, pa.py_buffer(values.data)])


def _text(values: Sequence[str]) -> Any:
    data = [value.encode() for value in values]
    ends = np.cumsum([0, *(len(d) for d in data)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(data), pa.py_buffer(ends.data), pa.py_buffer(b"".join(data)))


def write_table(path: Path, columns: Sequence[Column], values: Columns) -> int:
    """Write a whole table as one row group and return its number of rows."""
    with TableWriter(path, columns) as writer:
        writer.write(values)
    return writer.n_rows


_REMEDY = "it was cut off or changed: restore it from a copy or make the folder again"
_MOST_ROWS_AT_ONCE = 2**23
"""Rows of a row group, or of a table that is read whole: what one part of a run can hold, and a bound on memory."""
_MOST_BYTES_AT_ONCE = 2**31
_FAILURES = (OSError, pa.ArrowException, ValueError, OverflowError, MemoryError, IndexError, KeyError)


class TableReader:
    """A Parquet file whose columns are checked before anything is read of them. Safe to use from many threads.

    Parameters
    ----------
    path : Path
        The file. It stays open until ``close``; use as a context manager.
    columns : sequence of Column, optional
        Columns that may be read, with their types; others are passed over. Without it, every column of the file that
        has a plain type.
    required : sequence of str, optional
        Columns that must be there: all of ``columns`` unless given.
    is_exact : bool
        Whether the file must have these columns in these types and no others, as one that Chammo wrote itself.
    may_be_index : collection of str
        Text columns that may hold whole numbers instead: sides are named or numbered.
    may_have_gaps : bool
        Whether numbers with a fraction may be undefined (null), as measures are, and texts: read as NaN and None.

    Raises ``InputError`` when the file is missing, damaged, lacks a column, holds one twice, one of another type, or
    one with empty cells.
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
        self._file = _open(path)
        try:
            self._may_have_gaps = may_have_gaps
            self._columns = self._known_columns(columns, required, may_be_index)
            if is_exact and not self._file.schema_arrow.equals(_schema(columns or ())):
                raise self._error("its columns or their types are not those of this batch")
            self._group_rows = self._count_rows()
        except BaseException:
            self._file.close()
            raise

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that can be read."""
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
        """Return columns, all rows or one row group, in the types of their descriptions; text as ``object`` arrays."""
        wanted = list(self._columns) if names is None else list(dict.fromkeys(names))
        if row_group is None and self.n_rows > _MOST_ROWS_AT_ONCE:
            raise self._error(f"holds {self.n_rows:,} rows, more than a table of its kind has")
        try:
            with self._lock:
                file = self._file
                table = file.read(wanted) if row_group is None else file.read_row_group(row_group, wanted)
            n_rows = self.n_rows if row_group is None else self._group_rows[row_group]
            if table.num_rows != n_rows:
                raise ValueError(f"{table.num_rows} rows, its footer says {n_rows}")
            return {name: self._values(name, table.column(name)) for name in wanted}
        except _FAILURES as error:
            where = "" if row_group is None else f"row group {row_group} "
            raise InputError(f"{self.path}: {where}cannot be read ({_first_line(error)}); {_REMEDY}") from None

    def rows(self, most: int) -> list[dict[str, Any]]:
        """Return the rows as mappings, ``None`` for empty cells. Raises ``InputError`` for more than ``most``."""
        if self.n_rows > most:
            raise self._error(f"holds {self.n_rows:,} rows, more than the {most:,} that a table of its kind has")
        try:
            with self._lock:
                return self._file.read(list(self._columns)).to_pylist()
        except _FAILURES as error:
            raise InputError(f"{self.path}: cannot be read ({_first_line(error)}); {_REMEDY}") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> "TableReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _error(self, problem: str) -> InputError:
        return InputError(f"{self.path}: {problem}; {_REMEDY}")

    def _known_columns(
        self, columns: Sequence[Column] | None, required: Sequence[str] | None, may_be_index: Collection[str]
    ) -> dict[str, str]:
        """Return the types of the columns to read by name. Raises ``InputError`` naming all that is wrong."""
        try:
            schema = self._file.schema_arrow
            names: list[str] = list(schema.names)
            kinds = {name: schema.field(at).type for at, name in enumerate(names)}
        except _FAILURES as error:
            raise InputError(f"{self.path}: not a whole Parquet file ({_first_line(error)}); {_REMEDY}") from None
        problems = [f"column {name!r} stands in it twice" for name in sorted({n for n in names if names.count(n) > 1})]
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
            raise InputError("\n".join(f"{self.path}: {problem}; {_REMEDY}" for problem in problems))
        return known

    def _count_rows(self) -> tuple[int, ...]:
        try:
            metadata = self._file.metadata
            groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
            rows = tuple(int(group.num_rows) for group in groups)
            size = max((int(group.total_byte_size) for group in groups), default=0)
            total = int(metadata.num_rows)
        except _FAILURES as error:
            raise InputError(f"{self.path}: not a whole Parquet file ({_first_line(error)}); {_REMEDY}") from None
        if any(not 0 <= n <= _MOST_ROWS_AT_ONCE for n in rows) or not 0 <= size <= _MOST_BYTES_AT_ONCE:
            raise self._error(f"a row group holds more than {_MOST_ROWS_AT_ONCE:,} rows or 2 GiB")
        if sum(rows) != total:
            raise self._error(f"its row groups hold {sum(rows)} rows, its footer says {total}")
        return rows

    def _values(self, name: str, column: Any) -> np.ndarray:
        kind = self._columns[name]
        if column.null_count and (kind[0] in "iu" or not self._may_have_gaps):
            raise ValueError(f"{name}: has empty cells")
        if kind in _TEXTS:
            return np.array(column.to_pylist(), dtype=object)
        if not pa.types.is_dictionary(column.type) and column.type != _TYPES[kind]:
            column = column.cast(_TYPES[kind])  # raises where a value does not fit
        return _values(column, column.type)


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
    """Return the type to read a column as that nobody has described; None for nested and other types."""
    if _is_kind(kind, "string"):
        return "string"
    if pa.types.is_floating(kind):
        return "f64"
    return "i64" if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else None


def _open(path: Path) -> Any:
    if path.exists() and not path.is_file():  # a device or a pipe has no end
        raise InputError(f"{path}: is no file; {_REMEDY}")
    try:
        return pq.ParquetFile(str(path), memory_map=False, page_checksum_verification=True)
    except FileNotFoundError:
        raise InputError(f"{path}: the file is missing; restore it or make the folder again") from None
    except _FAILURES as error:
        raise InputError(f"{path}: not a whole Parquet file ({_first_line(error)}); {_REMEDY}") from None


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".")[:200] if lines else type(error).__name__


def read_table(path: Path, names: Sequence[str] | None = None, row_group: int | None = None) -> dict[str, np.ndarray]:
    """Return columns of a file, all rows or one row group; text columns are object arrays of ``str``.

    What is null among numbers is nan.
    Raises ``InputError`` when the file is missing, damaged or lacks a column.
    """
    with _open(path) as file:
        known = file.schema_arrow.names
        missing = [name for name in names or () if name not in known]
        if missing:
            raise InputError(f"{path}: no column {missing[0]!r}; it has {', '.join(known)}")
        wanted = None if names is None else list(names)
        try:
            table = file.read(wanted) if row_group is None else file.read_row_group(row_group, wanted)
            return {field.name: _values(table.column(field.name), field.type) for field in table.schema}
        except _FAILURES as error:
            raise InputError(f"{path}: cannot be read ({_first_line(error)}); {_REMEDY}") from None


def _values(column: Any, kind: Any) -> np.ndarray:
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return np.array(column.to_pylist(), dtype=object)
    dtype = np.dtype(kind.to_pandas_dtype())
    if column.null_count and dtype.kind != "f":
        return column.to_numpy()
    pieces = [_piece(c, dtype) for c in column.chunks if len(c)]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype)


def _piece(chunk: Any, dtype: "np.dtype[Any]") -> np.ndarray:
    rows = slice(chunk.offset, chunk.offset + len(chunk))
    valid, data = chunk.buffers()
    values = np.frombuffer(data, dtype)[rows]
    if not chunk.null_count:
        return values
    is_known = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[rows] == 1
    return np.where(is_known, values, dtype.type(np.nan))


def count_rows(path: Path) -> int:
    """Return the number of rows from the footer. Raises ``InputError`` when the file is missing or damaged."""
    with _open(path) as file:
        return int(file.metadata.num_rows)


def count_row_groups(path: Path) -> int:
    """Return the number of row groups from the footer."""
    with _open(path) as file:
        return int(file.metadata.num_row_groups)


def column_metadata(path: Path) -> dict[str, dict[str, str]]:
    """Return ``{column: {"unit": ..., "description": ...}}`` as stored in the file."""
    with _open(path) as file:
        return {
            field.name: {k.decode(): v.decode() for k, v in (field.metadata or {}).items() if not k.startswith(b"PARQ")}
            for field in file.schema_arrow
        }
