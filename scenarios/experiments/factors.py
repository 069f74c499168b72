"""Factors: from a coordinate between 0 and 1 to a value of the scenario."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from pydantic import ValidationError

from scenarios.experiments.points import Base, Cell, Point, Settings, cell, read_setting
from scenarios.experiments.surrogate import Domain
from scenarios.format.names import advice
from scenarios.format.paths import is_whole, places
from scenarios.format.problems import describe
from scenarios.format.schema.experiment import FactorEntry
from scenarios.format.yaml_text import plain_scalar
from simcore.errors import InputError
from simcore.types import F64


@dataclass(frozen=True)
class Level:
    """A level of a factor: the values it sets, and its cell in a table."""

    settings: Settings
    cell: Cell


@dataclass(frozen=True)
class Factor:
    """A factor with levels, or with a range if ``low`` and ``high`` are set."""

    name: str
    path: str
    levels: tuple[Level, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_whole: bool = False

    @property
    def has_range(self) -> bool:
        """Whether it has a range."""
        return not self.levels

    @property
    def is_ordered(self) -> bool:
        """Whether its values are numbers."""
        return self.has_range or all(isinstance(level.cell, float) for level in self.levels)

    def at(self, coordinate: float) -> Level:
        """Return the level at a coordinate from 0 to 1. Levels and whole numbers share it equally."""
        if self.levels:
            return self.levels[min(int(coordinate * len(self.levels)), len(self.levels) - 1)]
        if self.is_whole:
            n = int(self.high) - int(self.low) + 1
            return self._of_value(int(self.low) + min(int(coordinate * n), n - 1))
        return self._of_value(float(f"{self.low + coordinate * (self.high - self.low):.10g}"))

    def ends(self) -> tuple[Level, ...]:
        """Return every level, or the ends of the range."""
        return self.levels or (self.at(0.0), self.at(1.0))

    def of_text(self, text: str) -> Level:
        """Return the level of a cell of a table. Raises ``InputError`` for a text that is no level or number."""
        text = text.strip()
        for level in self.levels:
            if text == cell_text(level.cell):
                return level
        value: Any = plain_scalar(text)
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if self.levels or not is_number:
            known = ", ".join(cell_text(level.cell) for level in self.levels)
            raise InputError(f"{text!r} is not {'one of ' + known if known else 'a number'}")
        if not self.low <= value <= self.high:
            raise InputError(f"{text} is outside {self.low:g}..{self.high:g}; give the factor a wider range")
        return self._of_value(value)

    def domain(self) -> Domain:
        """Return the values of the factor for a surrogate."""
        if self.levels:
            return Domain(tuple(self.coordinate(level.cell) for level in self.levels), self.is_ordered)
        if self.is_whole and self.high - self.low < 20:
            return Domain(tuple(self.coordinate(float(v)) for v in range(int(self.low), int(self.high) + 1)))
        return Domain()

    def coordinate(self, value: Cell) -> float:
        """Return the coordinate of a cell in the surrogate: from 0 to 1 for numbers, the place of a named level."""
        if not isinstance(value, float):
            return float(next(k for k, level in enumerate(self.levels) if level.cell == value))
        numbers = [level.cell for level in self.levels if isinstance(level.cell, float)] or [self.low, self.high]
        if not self.is_ordered:
            return float(next(k for k, level in enumerate(self.levels) if level.cell == value))
        return (value - min(numbers)) / (max(numbers) - min(numbers))

    def _of_value(self, value: float) -> Level:
        return Level({self.path: value}, float(value))


def cell_text(value: Cell) -> str:
    """Return the cell of a table as text."""
    return value if isinstance(value, str) else f"{value:g}"


def factor_of_entry(entry: FactorEntry, base: Base) -> Factor:
    """Return the factor of an experiment file. Raises ``InputError`` for an unknown path."""
    if isinstance(entry.levels, dict):
        named = tuple(Level(settings, name) for name, settings in entry.levels.items())
        return Factor(entry.name or "", "", named)
    path = entry.path or ""
    name = entry.name or path
    document = base.document
    place = places(document, path)[0]
    if entry.levels is not None:
        cells = [cell(value) for value in entry.levels]
        if len(set(cells)) < len(cells):
            raise InputError(f"factor {name}: a level is given twice; keep one of them")
        return Factor(name, path, tuple(Level({path: v}, c) for v, c in zip(entry.levels, cells, strict=True)))
    low, high = float(entry.low or 0.0), float(entry.high or 0.0)
    whole = is_whole(document, place)
    if whole and (low != int(low) or high != int(high)):
        raise InputError(f"factor {name}: {low:g} to {high:g}: the value is a whole number; give whole ends")
    return Factor(name, path, (), low, high, whole)


def read_factor(text: str) -> FactorEntry:
    """Return the factor of ``PATH=LOW..HIGH`` or ``PATH=LEVEL,LEVEL,...``, with ``NAME:`` in front if wanted."""
    path, mark, values = (part.strip() for part in text.partition("="))
    if not mark or not values or not path:
        raise InputError(f"{text}: not understood; write PATH=LEVEL,LEVEL or PATH=LOW..HIGH")
    name, colon, rest = (part.strip() for part in path.partition(":"))
    about: dict[str, Any] = {"name": name, "path": rest} if colon else {"path": path}
    low, dots, high = values.partition("..")
    if dots:
        about |= {"low": plain_scalar(low.strip()), "high": plain_scalar(high.strip())}
    elif values.startswith("["):
        about["levels"] = tuple(cast(Sequence[Any], read_setting(f"x={values}")[1]))
    else:
        about["levels"] = tuple(plain_scalar(value.strip()) for value in values.split(","))
    try:
        return FactorEntry.model_validate(about)
    except ValidationError as error:
        problems = describe(error, FactorEntry, about)
        raise InputError("\n".join(f"{text}: {problem.text}" for problem in problems)) from None


def settings_at(factors: Sequence[Factor], row: F64) -> tuple[dict[str, Any], dict[str, Cell]]:
    """Return the values by path and the cells of the factors at a point of the unit cube."""
    levels = [factor.at(float(u)) for factor, u in zip(factors, row, strict=True)]
    return merged(factors, levels)


def merged(factors: Sequence[Factor], levels: Sequence[Level]) -> tuple[dict[str, Any], dict[str, Cell]]:
    """Return the values by path and the cells of levels of factors."""
    settings: dict[str, Any] = {}
    for level in levels:
        settings |= level.settings
    return settings, {factor.name: level.cell for factor, level in zip(factors, levels, strict=True)}


def read_design_table(path: str, factors: Sequence[Factor]) -> list[tuple[dict[str, Any], dict[str, Cell]]]:
    """Return the points of a CSV file: a column for each factor, by name or path, and a row for each point.

    Raises
    ------
    InputError
        With every unknown column and value.
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(text.strip() for text in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a CSV file") from None
    if len(rows) < 3:
        raise InputError(f"{path}: a design needs a line of names and two points or more")
    known = {factor.name: factor for factor in factors} | {factor.path: factor for factor in factors if factor.path}
    names = [name.strip() for name in rows[0]]
    problems = [f"{path}: no factor {name!r}; {advice(name, known)}" for name in names if name not in known]
    columns = [known[name] for name in names if name in known]
    problems += [f"{path}: no column for the factor {f.name}; add it" for f in factors if f not in columns]
    twice = [f.name for f in factors if columns.count(f) > 1]
    problems += [f"{path}: several columns for the factor {name}; keep one of them" for name in twice]
    points: list[tuple[dict[str, Any], dict[str, Cell]]] = []
    for number, row in enumerate(rows[1:], start=2):
        if problems and number == 2:
            break
        if len(row) != len(names):
            problems.append(f"{path}: line {number}: {len(row)} values for {len(names)} columns; complete the line")
            continue
        try:
            points.append(merged(columns, [f.of_text(text) for f, text in zip(columns, row, strict=True)]))
        except InputError as error:
            problems.append(f"{path}: line {number}: {error}")
    if problems:
        raise InputError("\n".join(problems))
    return points


def coordinates(factors: Sequence[Factor], cells: Sequence[Mapping[str, Cell]]) -> F64:
    """Return the coordinates of points for a surrogate, (points, factors)."""
    return np.array([[factor.coordinate(row[factor.name]) for factor in factors] for row in cells])


def one_at_a_time(factors: Sequence[Factor], shared: Settings) -> list[Point]:
    """Return a point for each level, or end of the range, of each factor alone, to check them one by one."""
    points: list[Point] = []
    for factor in factors:
        name = f"factor {factor.name} ="
        points += [Point(f"{name} {cell_text(end.cell)}", {**shared, **end.settings}) for end in factor.ends()]
    return points
