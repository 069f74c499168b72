"""A Parquet table that is still being written, as a whole table of the row groups written so far.

A Parquet file is readable by its footer, which is written last. The pages before it lie there in sequence, each with
its header, so the row groups are found by walking the headers, and a footer for them is made. Nothing is asked of the
process that writes, which may also have been killed. Layout: the Parquet format with headers in Thrift's compact
protocol, as ``TableWriter`` writes it: two or more flat columns, each beginning with a dictionary page.
"""

# pyarrow ships no type information, so its results are unknown to the type checker.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow.parquet as pq

from simcore.recording.tables import Column, arrow_schema

_MAGIC = b"PAR1"
_DICTIONARY_PAGE, _DATA_PAGES = 2, (0, 3)
_ZSTD = 6
_ENCODINGS = (0, 3, 8)  # plain, run length, dictionary
_PHYSICAL = {"f32": 4, "f64": 5, "i64": 2, "u64": 2, "string": 6, "category": 6}
_INT32 = 1
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_HEADER_BYTES = (256, 65536)
"""Bytes read for the header of a page: first few, then enough for any."""


class _Page(NamedTuple):
    kind: int
    end: int  # of the page in the file
    compressed: int  # bytes with the header
    uncompressed: int
    n_values: int


class _Chunk(NamedTuple):
    """A column of a row group."""

    start: int
    first_data: int  # offset of the first data page, 0 without one
    compressed: int
    uncompressed: int
    n_values: int


class _Group(NamedTuple):
    chunks: tuple[_Chunk, ...]
    n_rows: int
    end: int


class GrowingTable:
    """Copies the row groups of a table that is being written into a table of its own.

    Parameters
    ----------
    source : Path
        The file that grows.
    target : Path
        The copy. A reader that has opened it before an update still reads its rows.
    columns : sequence of Column
        Columns of the table, as written by ``TableWriter``.
    """

    def __init__(self, source: Path, target: Path, columns: Sequence[Column]) -> None:
        self._source, self._target = source, target
        self._columns = tuple(columns)
        self._groups: list[_Group] = []
        self._copied = 0
        self._template = _Template(columns)

    @property
    def group_rows(self) -> tuple[int, ...]:
        """Number of rows of each whole row group found so far."""
        return tuple(group.n_rows for group in self._groups)

    def find(self) -> int:
        """Look for further row groups and return how many there are now."""
        with open(self._source, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            while (group := _read_group(file, self._end(len(self._groups)), size, len(self._columns))) is not None:
                self._groups.append(group)
        return len(self._groups)

    def write(self, n_groups: int) -> None:
        """Write the copy with the first ``n_groups`` row groups. It never becomes shorter."""
        end = self._end(n_groups)
        self._target.touch()
        with open(self._source, "rb") as source, open(self._target, "r+b") as target:
            target.truncate(self._copied)
            target.seek(self._copied)
            source.seek(self._copied)
            left = end - self._copied
            while left > 0 and (piece := source.read(min(left, 2**20))):
                target.write(piece)
                left -= len(piece)
            footer = self._template.footer(self._groups[:n_groups], self._columns)
            target.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)
        self._copied = end

    def _end(self, n_groups: int) -> int:
        return self._groups[n_groups - 1].end if n_groups else len(_MAGIC)


def _read_group(file: BinaryIO, at: int, size: int, n_columns: int) -> _Group | None:
    """Return the row group that begins at an offset, None unless all of it is there."""
    chunks: list[_Chunk] = []
    n_rows: int | None = None
    page = _read_page(file, at, size)
    for _ in range(n_columns):
        if page is None or page.kind != _DICTIONARY_PAGE:
            return None
        start, first_data, n_values = at, 0, 0
        compressed, uncompressed = page.compressed, page.uncompressed
        at = page.end
        page = None
        while n_rows is None or n_values < n_rows:
            page = _read_page(file, at, size)
            if page is None or page.kind not in _DATA_PAGES:
                break
            first_data = first_data or at
            n_values += page.n_values
            compressed += page.compressed
            uncompressed += page.uncompressed
            at = page.end
        if n_rows is None:  # the first column ends where the dictionary of the second begins
            n_rows = n_values
        if n_values != n_rows:
            return None
        chunks.append(_Chunk(start, first_data, compressed, uncompressed, n_values))
        if len(chunks) < n_columns:
            page = _read_page(file, at, size)
    return _Group(tuple(chunks), n_rows or 0, at)


def _read_page(file: BinaryIO, at: int, size: int) -> _Page | None:
    """Return the page at an offset, None where there is no whole page, such as at the footer."""
    for n_bytes in _HEADER_BYTES:
        file.seek(at)
        try:
            page = _parse_page(file.read(n_bytes), at)
        except IndexError:  # the header is longer than the bytes read, or not all of it is written
            continue
        return page if page is not None and page.end <= size else None
    return None


def _parse_page(data: bytes, at: int) -> _Page | None:
    reader = _Reader(data)
    numbers: dict[int, int] = {}
    n_values = 0
    for field, kind in reader.fields():
        if field in (1, 2, 3):
            if kind != _I32:
                return None
            numbers[field] = reader.integer()
        elif field in (5, 8) and kind == _STRUCT:
            for inner, inner_kind in reader.fields():
                if inner == 1 and inner_kind == _I32:
                    n_values = reader.integer()
                else:
                    reader.skip(inner_kind)
        else:
            reader.skip(kind)
    if set(numbers) != {1, 2, 3} or min(numbers.values()) < 0 or n_values < 0:
        return None
    length = reader.at + numbers[3]
    return _Page(numbers[1], at + length, length, reader.at + numbers[2], n_values)


class _Reader:
    """Reads Thrift's compact protocol. Raises IndexError at the end of the data."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def byte(self) -> int:
        value = self._data[self.at]
        self.at += 1
        return value

    def unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def integer(self) -> int:
        value = self.unsigned()
        return (value >> 1) ^ -(value & 1)

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield the number and the type of each field of a struct; the caller reads or skips its value."""
        number = 0
        while (head := self.byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self.integer()
            yield number, head & 0x0F

    def skip(self, kind: int) -> None:
        if kind in (1, 2):
            return
        if kind == 3:
            self._advance(1)
        elif kind in (4, _I32, _I64):
            self.unsigned()
        elif kind == 7:
            self._advance(8)
        elif kind == _BINARY:
            self._advance(self.unsigned())
        elif kind in (_LIST, 10):
            head = self.byte()
            for _ in range(head >> 4 if head >> 4 < 15 else self.unsigned()):
                self._advance(1) if head & 0x0F in (1, 2) else self.skip(head & 0x0F)
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner)
        else:  # no type of a Parquet header
            raise IndexError

    def _advance(self, n_bytes: int) -> None:
        self.at += n_bytes
        if self.at > len(self._data):
            raise IndexError


class _Template:
    """The footer of an empty table, in which the number of rows and the list of row groups are replaced."""

    def __init__(self, columns: Sequence[Column]) -> None:
        empty = io.BytesIO()
        pq.ParquetWriter(empty, arrow_schema(columns), compression="zstd", write_page_checksum=True).close()
        data = empty.getvalue()
        footer = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]
        reader = _Reader(footer)
        spans: dict[int, tuple[int, int]] = {}  # of values
        for field, kind in reader.fields():
            start = reader.at
            reader.skip(kind)
            spans[field] = start, reader.at
        (rows, rows_end), (groups, groups_end) = spans[3], spans[4]
        self._parts = footer[:rows], footer[rows_end:groups], footer[groups_end:]

    def footer(self, groups: Sequence[_Group], columns: Sequence[Column]) -> bytes:
        before, between, after = self._parts
        listed = _list(_STRUCT, [_group_struct(group, columns) for group in groups])
        return before + _integer(sum(group.n_rows for group in groups)) + between + listed + after


def _unsigned(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _integer(value: int) -> bytes:
    return _unsigned(value << 1)  # zigzag of a number that is not negative


def _list(kind: int, items: Sequence[bytes]) -> bytes:
    n = len(items)
    head = bytes([n << 4 | kind]) if n < 15 else bytes([0xF0 | kind]) + _unsigned(n)
    return head + b"".join(items)


def _struct(fields: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return a struct of (number, type, value), in ascending order of numbers."""
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kind]) + value
        last = number
    return out + b"\0"


def _group_struct(group: _Group, columns: Sequence[Column]) -> bytes:
    chunks = [_chunk_struct(chunk, column) for chunk, column in zip(group.chunks, columns, strict=True)]
    total = sum(chunk.uncompressed for chunk in group.chunks)
    return _struct([(1, _LIST, _list(_STRUCT, chunks)), (2, _I64, _integer(total)), (3, _I64, _integer(group.n_rows))])


def _chunk_struct(chunk: _Chunk, column: Column) -> bytes:
    name = column.name.encode()
    metadata = _struct(
        [
            (1, _I32, _integer(_PHYSICAL.get(column.type, _INT32))),
            (2, _LIST, _list(_I32, [_integer(encoding) for encoding in _ENCODINGS])),
            (3, _LIST, _list(_BINARY, [_unsigned(len(name)) + name])),
            (4, _I32, _integer(_ZSTD)),
            (5, _I64, _integer(chunk.n_values)),
            (6, _I64, _integer(chunk.uncompressed)),
            (7, _I64, _integer(chunk.compressed)),
            (9, _I64, _integer(chunk.first_data)),
            (11, _I64, _integer(chunk.start)),
        ]
    )
    return _struct([(2, _I64, _integer(0)), (3, _STRUCT, metadata)])
