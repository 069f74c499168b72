"""Items, bases and stocks from a user's table: one row for each item at each base."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from logistics.spares.optimiser import Item, ItemStock
from logistics.spares.two_echelon import Base, Echelons, evaluate
from logistics.tables.columns import Column, Row, raise_all, rate_column, read_rows, time_column

COLUMNS = (
    Column("item", "text"),
    Column("base", "text", default="base"),
    rate_column("demand"),
    Column("repair_share", default=0.0, high=1.0),
    time_column("base_repair", default=0.0),
    time_column("order_and_ship", default=0.0),
    time_column("depot_repair", default=0.0),
    Column("unit_cost", default=1.0, is_above=True),
    Column("per_system", "count", default=1, low=1.0),
    Column("systems", "count", default=0, low=0.0),
    Column("stock", "count", default=0),
    Column("depot_stock", "count", default=0),
)
_OF_ITEM = ("depot_repair", "unit_cost", "per_system", "depot_stock")
"""Columns that are the same in all rows of an item."""


@dataclass(frozen=True)
class SparesTable:
    """Items with the names of their bases.

    ``bases``: names of all bases; ``places``: for each item the indices of its bases, in the order of its echelons;
    ``systems``: systems at each base, (bases,), or None where the file does not give them for all; ``per_system``:
    units of each item in a system, (items,); ``present``: the stock that the file gives, or None.
    """

    items: tuple[Item, ...]
    bases: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]
    systems: tuple[int, ...] | None
    per_system: tuple[int, ...]
    present: tuple[ItemStock, ...] | None


def read_spares(file: Path) -> SparesTable:
    """Return the table of a CSV file. Raises ``InputError`` with every fault, each with its row."""
    rows = read_rows(file, COLUMNS)
    raise_all([*_repeated(rows), *_unequal(rows, "item", _OF_ITEM), *_unequal(rows, "base", ("systems",))])
    names, bases = _in_order(rows, "item"), _in_order(rows, "base")
    groups = [[row for row in rows if row.text("item") == name] for name in names]
    items = tuple(_item(name, group) for name, group in zip(names, groups, strict=True))
    systems = tuple(next(row.count("systems") for row in rows if row.text("base") == base) for base in bases)
    present = None
    if any({"stock", "depot_stock"} & row.given for row in rows):
        present = tuple(
            stock_of(item, group[0].count("depot_stock"), [row.count("stock") for row in group])
            for item, group in zip(items, groups, strict=True)
        )
    return SparesTable(
        items=items,
        bases=tuple(bases),
        places=tuple(tuple(bases.index(row.text("base")) for row in group) for group in groups),
        systems=systems if all(systems) else None,
        per_system=tuple(group[0].count("per_system") for group in groups),
        present=present,
    )


def stock_of(item: Item, depot: int, bases: Sequence[int]) -> ItemStock:
    """Return a stock with its exact backorders."""
    return ItemStock(item, depot, tuple(bases), evaluate(item.echelons, depot, bases).total)


def _item(name: str, rows: Sequence[Row]) -> Item:
    bases = tuple(
        Base(row.number("demand"), row.number("repair_share"), row.number("base_repair"), row.number("order_and_ship"))
        for row in rows
    )
    return Item(name, Echelons(bases, rows[0].number("depot_repair")), rows[0].number("unit_cost"))


def _in_order(rows: Sequence[Row], column: str) -> list[str]:
    return list(dict.fromkeys(row.text(column) for row in rows))


def _repeated(rows: Sequence[Row]) -> list[str]:
    """Return a fault for every second row of the same item and base."""
    seen: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    for row in rows:
        key = (row.text("item"), row.text("base"))
        if key in seen:
            problems.append(f"{row.place}: {key[0]} at {key[1]} a second time; keep one of the rows")
        seen[key] = row.place
    return problems


def _unequal(rows: Sequence[Row], key: str, columns: Sequence[str]) -> list[str]:
    """Return a fault for every row that differs from the first of its item or base where they must agree."""
    first: dict[str, Row] = {}
    problems: list[str] = []
    for row in rows:
        other = first.setdefault(row.text(key), row)
        problems += [
            f"{row.place}: {column} differs from an earlier row of {key} {row.text(key)}; give both the same"
            for column in columns
            if row.values[column] != other.values[column]
        ]
    return problems
