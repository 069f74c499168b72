"""Parquet tables of NumPy columns. Only this module, ``table_reader`` and ``growing_table`` use
pyarrow in the engine.

A table is described by ``Column`` rows (name, type, unit, description); unit and description are stored in
the Arrow field metadata of the file. Columns are passed as ``{name: array}``.
"""

# pyarrow ships no type information, so its results are unknown to the type checker.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simcore.errors import InputError

ARROW_TYPES = {
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
    """A column of a file."""

    name: str
    type: str  # a key of the type table: i8 u8 i16 i32 i64 u64 f32 f64 string category
    unit: str  # "1" for a pure number, "" for a name or code
    description: str
    has_gaps: bool = False  # undefined values are nan in memory and null in the file

    @property
    def dtype(self) -> "np.dtype[Any]":
        """The NumPy type of the column; text is ``object``, a category is its int32 codes."""
        return np.dtype({"string": "O", "category": "i4"}.get(self.type) or f"{self.type[0]}{int(self.type[1:]) // 8}")


class Category(NamedTuple):
    """Values of a ``category`` column: ``names[codes]``."""

    codes: np.ndarray
    names: Sequence[str]


Columns = Mapping[str, "np.ndarray | Sequence[Any] | Category"]


def arrow_schema(columns: Sequence[Column]) -> Any:
    """Return the Arrow schema of a table."""
    return pa.schema(
        [
            pa.field(c.name, ARROW_TYPES[c.type], metadata={"unit": c.unit, "description": c.description})
            for c in columns
        ]
    )


class TableWriter:
    """Writes a table in pieces, each a row group. Use as a context manager, or call ``close``."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.path = path
        self.n_rows: int = 0
        self._columns = tuple(columns)
        self._schema = arrow_schema(columns)
        self._writer = pq.ParquetWriter(str(path), self._schema, compression="zstd", write_page_checksum=True)

    def write(self, columns: Columns) -> None:
        """Append a row group. ``columns`` must hold every column of the table, equally long."""
        arrays = [_array(c, columns[c.name]) for c in self._columns]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.n_rows += int(table.num_rows)

    def close(self) -> None:
        """Write the footer. A file without it cannot be read."""
        try:
            self._writer.close()
        finally:
            self._writer.is_open = False  # otherwise its destructor would try again and print an error

    def abandon(self) -> None:
        """Close after a failed write, ignoring the state of the file."""
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
    return _numbers(ARROW_TYPES[column.type], numbers, is_known)


def _numbers(kind: Any, values: np.ndarray, is_known: np.ndarray | None = None) -> Any:
    valid = None if is_known is None else pa.py_buffer(np.packbits(is_known, bitorder="little").data)
    return pa.Array.from_buffers(kind, values.shape[0], [valid, pa.py_buffer(values.data)])


def _text(values: Sequence[str]) -> Any:
    data = [value.encode() for value in values]
    ends = np.cumsum([0, *(len(d) for d in data)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(data), pa.py_buffer(ends.data), pa.py_buffer(b"".join(data)))


def write_table(path: Path, columns: Sequence[Column], values: Columns) -> int:
    """Write a whole table as a single row group and return its number of rows."""
    with TableWriter(path, columns) as writer:
        writer.write(values)
    return writer.n_rows


REMEDY = "it was cut off or changed: restore it from a copy or make the folder again"
FAILURES = (OSError, pa.ArrowException, ValueError, OverflowError, MemoryError, IndexError, KeyError)


def open_parquet(path: Path) -> Any:
    """Open a Parquet file, with its pages checked as they are read. Raises ``InputError``."""
    if path.exists() and not path.is_file():  # a device or a pipe has no end
        raise InputError(f"{path}: is not a regular file; {REMEDY}")
    try:
        return pq.ParquetFile(str(path), memory_map=False, page_checksum_verification=True)
    except FileNotFoundError:
        raise InputError(f"{path}: the file is missing; restore it or make the folder again") from None
    except FAILURES as error:
        raise InputError(f"{path}: not a whole Parquet file ({first_line(error)}); {REMEDY}") from None


def first_line(error: BaseException) -> str:
    """Return the text of an exception as a short line."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".")[:200] if lines else type(error).__name__


def read_table(path: Path, names: Sequence[str] | None = None, row_group: int | None = None) -> dict[str, np.ndarray]:
    """Return columns of a file, of all rows or of a row group; text columns are object arrays of ``str``.

    Null numbers become NaN.
    Raises ``InputError`` when the file is missing, damaged or lacks a column.
    """
    with open_parquet(path) as file:
        known = file.schema_arrow.names
        missing = [name for name in names or () if name not in known]
        if missing:
            raise InputError(f"{path}: no column {missing[0]!r}; it has {', '.join(known)}")
        wanted = None if names is None else list(names)
        try:
            table = file.read(wanted) if row_group is None else file.read_row_group(row_group, wanted)
            return {field.name: to_numpy(table.column(field.name), field.type) for field in table.schema}
        except FAILURES as error:
            raise InputError(f"{path}: cannot be read ({first_line(error)}); {REMEDY}") from None


def to_numpy(column: Any, kind: Any) -> np.ndarray:
    """Return an Arrow column as an array: text as ``object``, empty cells of numbers as NaN."""
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
    with open_parquet(path) as file:
        return int(file.metadata.num_rows)


def count_row_groups(path: Path) -> int:
    """Return the number of row groups from the footer."""
    with open_parquet(path) as file:
        return int(file.metadata.num_row_groups)


def column_metadata(path: Path) -> dict[str, dict[str, str]]:
    """Return ``{column: {"unit": ..., "description": ...}}`` as stored in the file."""
    with open_parquet(path) as file:
        return {
            field.name: {k.decode(): v.decode() for k, v in (field.metadata or {}).items() if not k.startswith(b"PARQ")}
            for field in file.schema_arrow
        }
