"""The columns of a user's table: names, kinds, ranges, units; every fault of a file is reported at once.

The unit of a time is part of the column's name: ``base_repair_h``, ``base_repair_d`` or ``base_repair_y``.
"""

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from logistics.tables.csv_rows import CsvError, csv_rows
from simcore.errors import InputError

HOURS_PER = {"h": 1.0, "d": 24.0, "y": 8766.0}
"""Hours of the units of time that a column's name may end in; a year has 365.25 days."""

MOST_ROWS = 200_000
_MOST_BYTES = 2**28
_MOST_SHOWN = 20

Kind = Literal["text", "number", "count", "switch"]
Value = str | float | int | bool


@dataclass(frozen=True)
class Column:
    """A column. ``spellings`` are the names that it may have, each with the factor that turns its unit into ours.

    ``default`` stands for a missing column or an empty cell; without a default they are faults. Numbers must lie from
    ``low`` to ``high``, above ``low`` where ``is_above``.
    """

    name: str
    kind: Kind = "number"
    default: Value | None = None
    low: float = 0.0
    high: float = math.inf
    is_above: bool = False
    spellings: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it may have."""
        return tuple(self.spellings) or (self.name,)

    @property
    def remedy(self) -> str:
        """The values that are right."""
        if self.kind == "text":
            return "give a name"
        if self.kind == "switch":
            return "give yes or no"
        what = "a whole number" if self.kind == "count" else "a number"
        if self.high < math.inf:
            return f"give {what} {'above' if self.is_above else 'from'} {self.low:g} to {self.high:g}"
        return f"give {what} {'above' if self.is_above else 'from'} {self.low:g}"


def time_column(name: str, default: float | None = None, *, is_above: bool = False) -> Column:
    """Return a column of a time, read in hours: its name ends in ``_h``, ``_d`` or ``_y``."""
    spellings = {f"{name}_{unit}": hours for unit, hours in HOURS_PER.items()}
    return Column(name, default=default, is_above=is_above, spellings=spellings)


def rate_column(name: str, default: float | None = None, *, is_above: bool = False) -> Column:
    """Return a column of a rate, read per hour: its name ends in ``_per_h``, ``_per_d`` or ``_per_y``."""
    spellings = {f"{name}_per_{unit}": 1.0 / hours for unit, hours in HOURS_PER.items()}
    return Column(name, default=default, is_above=is_above, spellings=spellings)


@dataclass(frozen=True)
class Row:
    """The values of a row by column, its place in the file for messages, and the columns that it gives itself."""

    place: str
    values: dict[str, Value]
    given: frozenset[str]

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self.values[name])

    def number(self, name: str) -> float:
        """Return a number."""
        return float(self.values[name])

    def count(self, name: str) -> int:
        """Return a whole number."""
        return int(self.values[name])


def read_rows(file: Path, columns: Sequence[Column]) -> list[Row]:
    """Return the rows of a CSV file with a header. Raises ``InputError`` with every fault, each with its row."""
    header, lines = _split(file, read_text(file))
    problems = list(_faults_of_header(file, header, columns))
    for row, cells in lines:
        if len(cells) != len(header):
            advice = "the file may be cut off here" if len(cells) < len(header) else "a text with a comma needs quotes"
            problems.append(f"{file}: row {row}: {len(cells)} cells where the header has {len(header)}; {advice}")
    raise_all(problems)
    records = [(f"{file}: row {row}", dict(zip(header, cells, strict=True))) for row, cells in lines]
    return check_rows(records, columns)


def check_rows(records: Iterable[tuple[str, Mapping[str, object]]], columns: Sequence[Column]) -> list[Row]:
    """Return rows from places and cells by name. Raises ``InputError`` with every fault.

    Cells are texts, as in a CSV file, or numbers, booleans and None, as in JSON.
    """
    problems: list[str] = []
    rows: list[Row] = []
    for place, cells in records:
        values: dict[str, Value] = {}
        given: set[str] = set()
        for column in columns:
            names = [name for name in column.names if not _is_empty(cells.get(name))]
            if len(names) > 1:
                problems.append(f"{place}: {' and '.join(names)} together; give one of them")
            elif not names and column.default is None:
                problems.append(f"{place}: no {' or '.join(column.names)}; {column.remedy}")
            elif not names:
                values[column.name] = column.default if column.default is not None else ""
            else:
                value = _value(column, names[0], cells[names[0]])
                if value is None:
                    shown = str(cells[names[0]]).strip()
                    problems.append(f"{place}: {names[0]} {shown[:40]!r}: out of range or not right; {column.remedy}")
                else:
                    values[column.name] = value
                    given.add(column.name)
        rows.append(Row(place, values, frozenset(given)))
    raise_all(problems)
    return rows


def unknown_names(place: str, names: Iterable[str], columns: Sequence[Column]) -> list[str]:
    """Return a fault for every name that is no column, with the nearest or all that are."""
    known = [name for column in columns for name in column.names]
    problems: list[str] = []
    for name in names:
        if name not in known:
            advice = nearest_name(name, known, f"the columns are {', '.join(known)}")
            problems.append(f"{place}: unknown column {name!r}; {advice}")
    return problems


def nearest_name(name: str, known: Sequence[str], otherwise: str) -> str:
    """Return the advice for an unknown name: the nearest of those known, or ``otherwise`` where none is near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else otherwise


def raise_all(problems: Sequence[str]) -> None:
    """Raise ``InputError`` with the first 20 problems and the number of the others, if there are any."""
    if problems:
        rest = len(problems) - _MOST_SHOWN
        more = [f"... and {rest} more problem{'s' * (rest != 1)}"] if rest > 0 else []
        raise InputError("\n".join([*problems[:_MOST_SHOWN], *more]))


def read_text(file: Path) -> str:
    """Return the text of a user's file. Raises ``InputError`` when it cannot be read as text."""
    if not file.exists():
        raise InputError(f"{file}: no such file; check the path")
    if not file.is_file():
        raise InputError(f"{file}: is not a file; give the name of a file")
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file}: more than {_MOST_BYTES:,} bytes; is it the right file?")
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{file}: {(error.strerror or str(error)).lower()}; check its permissions") from None


def _split(file: Path, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    header: list[str] = []
    lines: list[tuple[int, list[str]]] = []
    try:
        for begin, cells in csv_rows(text):
            if any(cell.strip() for cell in cells):
                if header:
                    lines.append((begin, [cell.strip() for cell in cells]))
                else:
                    header = [cell.strip() for cell in cells]
    except CsvError as error:
        raise InputError(f"{file}: row {error.row}: not CSV ({error}); a quotation mark may be missing") from None
    if not header or not lines:
        raise InputError(f"{file}: no row below the header; give a header and at least one row")
    if len(lines) > MOST_ROWS:
        raise InputError(f"{file}: {len(lines)} rows, more than {MOST_ROWS}; divide the file")
    return header, lines


def _faults_of_header(file: Path, header: Sequence[str], columns: Sequence[Column]) -> Iterable[str]:
    place = f"{file}: row 1"
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        yield f"{place}: no comma in the header; separate the columns with commas"
        return
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield f"{place}: two columns named {name!r}; delete or rename one of them"
    yield from unknown_names(place, dict.fromkeys(header), columns)
    for column in columns:
        named = [name for name in column.names if name in header]
        if not named and column.default is None:
            yield f"{place}: no column {' or '.join(column.names)}; add it"


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _value(column: Column, name: str, cell: object) -> Value | None:
    """Return the value of a cell, or None where it is wrong."""
    if column.kind == "text":
        return str(cell).strip() if isinstance(cell, (str, int)) and not isinstance(cell, bool) else None
    if column.kind == "switch":
        if isinstance(cell, bool):
            return cell
        return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
            str(cell).strip().lower()
        )
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    try:
        number = float(cell)
    except (ValueError, OverflowError):
        return None
    is_within = column.low < number if column.is_above else column.low <= number
    if not (is_within and number <= column.high and math.isfinite(number)):
        return None
    if column.kind == "count":
        return int(number) if number == int(number) else None
    return number * column.spellings.get(name, 1.0)
