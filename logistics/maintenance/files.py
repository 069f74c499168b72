"""Components and their costs from a user's table: one row each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from logistics.maintenance.control_limit import GammaWear, InspectionCosts
from logistics.maintenance.lifetimes import GammaLife, Lifetime, WeibullLife
from logistics.tables.columns import Column, Row, raise_all, rate_column, read_rows, time_column

COLUMNS = (
    Column("component", "text"),
    Column("beta", default=0.0, is_above=True),
    time_column("eta", default=0.0, is_above=True),
    Column("gamma_shape", default=0.0, is_above=True),
    time_column("gamma_scale", default=0.0, is_above=True),
    rate_column("wear_shape", default=0.0, is_above=True),
    Column("wear_scale", default=0.0, is_above=True),
    Column("wear_limit", default=0.0, is_above=True),
    time_column("interval", default=0.0, is_above=True),
    Column("inspection_cost", default=0.0),
    rate_column("down_cost", default=0.0),
    Column("seen_at_once", "switch", default=False),
    Column("preventive_cost", is_above=True),
    Column("failure_cost", is_above=True),
)
LAWS = {
    "Weibull": ("beta", "eta"),
    "gamma": ("gamma_shape", "gamma_scale"),
    "wear": ("wear_shape", "wear_scale", "wear_limit", "interval"),
}
"""Columns that a row needs for each kind of law; it has the columns of one."""

_OF_WEAR = ("inspection_cost", "down_cost", "seen_at_once")


@dataclass(frozen=True)
class AgeCase:
    """A component with a lifetime [h], and the costs of a replacement before failure and at failure."""

    name: str
    life: Lifetime
    preventive: float
    failure: float


@dataclass(frozen=True)
class WearCase:
    """A component with gamma wear, its costs, and the inspection intervals to compare [h]."""

    name: str
    wear: GammaWear
    costs: InspectionCosts
    intervals: tuple[float, ...]


Case = AgeCase | WearCase


def read_components(file: Path) -> list[Case]:
    """Return the components of a CSV file. Raises ``InputError`` with every fault, each with its row."""
    rows = read_rows(file, COLUMNS)
    names = [row.text("component") for row in rows]
    problems = [
        f"{row.place}: a second component named {name!r}; give each its own name"
        for k, (row, name) in enumerate(zip(rows, names, strict=True))
        if name in names[:k]
    ]
    raise_all(problems + [fault for row in rows for fault in _faults(row)])
    return [_case(row) for row in rows]


def _faults(row: Row) -> Sequence[str]:
    begun = [law for law, columns in LAWS.items() if row.given & set(columns)]
    choices = "; or ".join(" and ".join(columns) for columns in LAWS.values())
    if len(begun) != 1:
        return [f"{row.place}: {'no law' if not begun else ' and '.join(begun)}; give {choices}"]
    faults = [
        f"{row.place}: no {column} for {begun[0]}; add it" for column in LAWS[begun[0]] if column not in row.given
    ]
    if begun[0] != "wear":
        faults += [f"{row.place}: {column} without wear; leave it empty" for column in _OF_WEAR if column in row.given]
    return faults


def _case(row: Row) -> Case:
    name, preventive, failure = row.text("component"), row.number("preventive_cost"), row.number("failure_cost")
    if "beta" in row.given:
        return AgeCase(name, WeibullLife(row.number("beta"), row.number("eta")), preventive, failure)
    if "gamma_shape" in row.given:
        return AgeCase(name, GammaLife(row.number("gamma_shape"), row.number("gamma_scale")), preventive, failure)
    wear = GammaWear(row.number("wear_shape"), row.number("wear_scale"), row.number("wear_limit"))
    costs = InspectionCosts(
        preventive,
        failure,
        row.number("inspection_cost"),
        row.number("down_cost"),
        bool(row.values["seen_at_once"]),
    )
    return WearCase(name, wear, costs, (row.number("interval"),))
