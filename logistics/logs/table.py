"""CSV and Parquet files as columns of cells with their rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from logistics.logs.problems import LogError, Problems
from logistics.tables.csv_rows import CsvError, csv_rows
from simcore.errors import InputError

MOST_BYTES = 2**31
"""Larger files are refused: a log is read whole."""

Cell = str | float | int | bool | None


@dataclass(frozen=True)
class Table:
    """Columns of cells. ``rows`` holds the row in the file of each cell of a column."""

    file: Path
    columns: dict[str, list[Cell]]
    rows: list[int]


def number_of(cell: str | float) -> float:
    """Return a cell as a number. Raises ``ValueError`` where it is none, digits grouped by underscores included."""
    if isinstance(cell, str) and "_" in cell:
        raise ValueError(cell)
    return float(cell)


def read_text(file: Path) -> str:
    """Return the text of a file. Raises ``InputError`` when it is missing, too large, empty or not text."""
    return decoded(file, read_bytes(file))


def read_bytes(file: Path) -> bytes:
    """Return the bytes of a regular file. Raises ``InputError`` when it is missing, too large or empty."""
    try:
        if file.is_dir():
            raise InputError(f"{file}: is a folder; give the name of a log: CSV, Parquet or C-MAPSS text")
        if not file.exists():
            raise InputError(f"{file}: the file is missing; check the path")
        if not file.is_file():
            raise InputError(f"{file}: is not a regular file; give the name of a log")
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise InputError(f"{file}: {size:,} bytes, more than {MOST_BYTES:,}; divide the log by component or unit")
        data = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{file}: {reason}; check the path and its permissions") from None
    if not data.strip():
        raise LogError([f"{file}: empty; give a log with a header and at least one row"])
    return data


def decoded(file: Path, data: bytes) -> str:
    """Return the bytes of a file as text. Raises ``LogError`` with the row that is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise LogError([f"{file}: row {row}: is not UTF-8 text; save the file as UTF-8"]) from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise LogError([f"{file}: row {row}: holds a zero byte, so the file is damaged or no text; restore it"])
    return text


def read_csv(file: Path, text: str) -> Table:
    """Return the table of a CSV file with a header. Raises ``LogError`` with every row of a wrong length."""
    problems = Problems(file)
    header: list[str] | None = None
    lines: list[list[str]] = []
    rows: list[int] = []
    try:
        for began, cells in csv_rows(text):
            if header is None and cells:
                header = [cell.strip() for cell in cells]
                _check_header(problems, header, began)
            elif header is not None and cells:
                _check_length(problems, began, cells, len(header))
                lines.append(cells)
                rows.append(began)
            elif header is not None:
                problems.add(began, "blank; delete the row, or fill it in if data are missing here")
    except CsvError as error:
        problems.add(error.row, f"not CSV ({error}); the file may be cut off or a quotation mark may be missing")
    problems.raise_if_any()
    if header is None or not lines:
        raise LogError([f"{file}: has a header and no row; give at least one row"])
    return Table(file, {name: [line[k].strip() for line in lines] for k, name in enumerate(header)}, rows)


def _check_header(problems: Problems, header: list[str], row: int) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        problems.add(row, "no comma in the header; separate the columns with commas")
    for k, name in enumerate(header):
        if not name:
            problems.add(row, f"column {k + 1} has no name; name or delete it")
        elif name in header[:k]:
            problems.add(row, f"two columns named {name!r}; delete or rename one of them")


def _check_length(problems: Problems, row: int, cells: list[str], n_columns: int) -> None:
    if len(cells) != n_columns:
        advice = "the file may be cut off here" if len(cells) < n_columns else "a value may hold a comma: quote it"
        problems.add(row, f"{len(cells)} cells where the header has {n_columns}; {advice}")


def read_parquet(file: Path, data: bytes) -> Table:
    """Return the table of a Parquet file. Raises ``LogError`` when it is damaged or holds nested columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = cast("Any", pq).read_table(pa.BufferReader(data))
        columns: dict[str, list[Cell]] = {}
        names: list[str] = list(table.column_names)
        problems = Problems(file)
        for k, name in enumerate(names):
            if name in columns:
                problems.add(None, f"two columns named {name!r}; delete or rename one of them")
            columns[name] = table.column(k).to_pylist()
        problems.raise_if_any()
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise LogError([f"{file}: not a whole Parquet file ({reason}); the file may be cut off: restore it"]) from None
    n = int(table.num_rows)
    if not n:
        raise LogError([f"{file}: a table without rows; give at least one row"])
    return Table(file, columns, list(range(1, n + 1)))
