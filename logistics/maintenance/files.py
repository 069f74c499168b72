"""Components and their costs: from a user's table, one row each, or from laws that were fitted to a log."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logistics.document_reader import DocumentReader
from logistics.logs.log import SECONDS_PER
from logistics.maintenance.control_limit import GammaWear, InspectionCosts
from logistics.maintenance.lifetimes import GammaLife, Lifetime, WeibullLife
from logistics.reliability.lifetimes import FORMAT
from logistics.tables.columns import Column, Row, raise_all, rate_column, read_rows, time_column
from simcore.errors import InputError
from simcore.recording.files import read_json

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


@dataclass(frozen=True)
class FittedCases:
    """Components of a file of fitted laws, the word for their unit of time, and the verdict of the fit on each."""

    cases: tuple[Case, ...]
    unit: str
    verdicts: tuple[str, ...]


def read_fitted(file: Path, costs: InspectionCosts, intervals: tuple[float, ...], component: str | None) -> FittedCases:
    """Return the components of a file of ``chammo maintenance fit --out``, all with the same costs.

    A component with a gamma process has a control limit if ``intervals`` [h] are given; otherwise its Weibull law
    counts, or its exponential where the log has too few failures. Times become hours, except cycles.

    Raises
    ------
    InputError
        If the file is not such a file, or has no such component.
    """
    if not file.is_file():
        raise InputError(f"{file}: no such file; check the path")
    return fitted_cases(read_json(file), file, costs, intervals, component)


def fitted_cases(
    document: dict[str, Any], file: Path, costs: InspectionCosts, intervals: tuple[float, ...], component: str | None
) -> FittedCases:
    """Return the components of a document of fitted laws, from ``file`` or fitted to it: see ``read_fitted``."""
    if document.get("format") != FORMAT:
        raise InputError(f"{file}: holds no fitted laws; give the file of chammo maintenance fit --out")
    reader = DocumentReader(document, file)
    unit = reader.text("time_unit")
    parts = reader.part("components")
    names = [name for name in parts.names_inside() if component in (None, name)]
    if not names:
        raise InputError(f"--component {component}: not in {file}; it has {', '.join(parts.names_inside())}")
    has_hours = unit in SECONDS_PER
    factor = SECONDS_PER[unit] / SECONDS_PER["h"] if has_hours else 1.0
    cases = tuple(_fitted(name, parts.part(name), costs, intervals, factor) for name in names)
    verdicts = tuple(parts.part(name).text("verdict") for name in names)
    return FittedCases(cases, "h" if has_hours else unit, verdicts)


def _fitted(
    name: str, entry: DocumentReader, costs: InspectionCosts, intervals: tuple[float, ...], factor: float
) -> Case:
    if intervals and entry.has("gamma_process"):
        law = entry.part("gamma_process")
        return WearCase(
            name, GammaWear(law.number("a") / factor, law.number("b"), law.number("limit")), costs, intervals
        )
    if entry.has("weibull"):
        law = entry.part("weibull")
        life = WeibullLife(law.number("beta"), law.number("eta") * factor)
    else:
        life = WeibullLife(1.0, factor / max(entry.part("exponential").number("rate"), 1e-300))
    return AgeCase(name, life, costs.preventive, costs.failure)


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
