"""The tabular form of a log: unit, component, time with its unit, event, condition signals.

| column | content |
| --- | --- |
| ``unit`` | name of the unit; required |
| ``component`` | a known component; without the column the log is about whole units |
| ``time_s``, ``time_min``, ``time_h``, ``time_d`` or ``time_cycles`` | age since the last renewal; exactly one |
| ``event`` | ``failure``, ``censored``, or nothing while the life goes on; without the column all lives are open |
| ``setting_...`` | how the unit is operated: a number |
| any other | a condition signal: a number |
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from logistics.logs.log import KNOWN_COMPONENTS, TIME_UNITS, WHOLE_UNIT, LogEvent, MaintenanceLog
from logistics.logs.problems import Problems
from logistics.logs.table import Cell, Table, number_of
from simcore.types import I64

_EVENTS = {"failure": LogEvent.FAILURE, "censored": LogEvent.CENSORED, "": LogEvent.NONE}
_UNIT_COLUMNS = {"time_unit", "unit_of_time", "time_units"}
SETTING = "setting_"
"""Prefix of the columns that state how a unit is operated."""


def tabular_log(table: Table, components: Sequence[str] = ()) -> MaintenanceLog:
    """Return the log of a table. ``components`` are names allowed beside those of the engine.

    Raises
    ------
    LogError
        With every fault of the columns, else with every fault of the cells.
    """
    problems = Problems(table.file)
    time_column = _time_column(table, problems)
    if "unit" not in table.columns:
        problems.add(None, "no column 'unit'; name each row's unit in a column of that name")
    problems.raise_if_any()
    rows = table.rows
    unit = _names(table.columns["unit"], rows, "unit", problems)
    component = (WHOLE_UNIT,) * len(rows)
    if "component" in table.columns:
        component = _names(table.columns["component"], rows, "component", problems)
        _check_components(component, rows, components, problems)
    time = _numbers(table.columns[time_column], rows, time_column, problems)
    for row, value in zip(rows, time, strict=True):
        if value < 0.0:
            problems.add(row, f"{time_column} {value:g} is negative; time is the age since the last renewal, from 0 up")
    event = np.zeros(len(rows), np.int64)
    if "event" in table.columns:
        event = _events(table.columns["event"], rows, problems)
    named = {"unit", "component", "event", time_column}
    signal_names = tuple(name for name in table.columns if name not in named)
    signals = [_numbers(table.columns[name], rows, name, problems) for name in signal_names]
    order = _order_of_lives(unit, component)
    return _divided(
        MaintenanceLog(
            file=table.file,
            time_unit=time_column.removeprefix("time_"),
            unit=tuple(unit[k] for k in order),
            component=tuple(component[k] for k in order),
            time=np.asarray(time, np.float64)[order],
            event=event[order],
            signal_names=signal_names,
            signals=np.array(signals, np.float64).reshape(len(signal_names), len(rows)).T[order],
            row=np.asarray(rows, np.int64)[order],
            life=np.zeros(len(rows), np.int64),
            settings=tuple(name for name in signal_names if name.startswith(SETTING)),
        ),
        problems,
    )


def _time_column(table: Table, problems: Problems) -> str:
    known = [f"time_{suffix}" for suffix in TIME_UNITS]
    found = [name for name in table.columns if name in known]
    others = [name for name in table.columns if name == "time" or (name.startswith("time_") and name not in known)]
    listed = ", ".join(known)
    if len(found) > 1:
        problems.add(None, f"units of time mixed: {' and '.join(found)}; convert to a single column")
    elif not found and not others:
        problems.add(None, f"no column of time; add the age since the last renewal as one of {listed}")
    for name in others:
        if name in _UNIT_COLUMNS:
            problems.add(None, f"column {name!r}: a unit of time for each row; convert all rows to one of {listed}")
        else:
            problems.add(None, f"column {name!r}: the unit of time is not clear; call it one of {listed}")
    return found[0] if found else ""


def _names(cells: Sequence[Cell], rows: Sequence[int], column: str, problems: Problems) -> tuple[str, ...]:
    names = tuple("" if cell is None else str(cell).strip() for cell in cells)
    for row, name in zip(rows, names, strict=True):
        if not name:
            problems.add(row, f"{column} is empty; give a name")
    return names


def _check_components(names: Sequence[str], rows: Sequence[int], components: Sequence[str], problems: Problems) -> None:
    allowed = (*KNOWN_COMPONENTS, *components)
    for row, name in zip(rows, names, strict=True):
        if name and name not in allowed:
            near = get_close_matches(name, allowed, 1)
            hint = f"did you mean {near[0]!r}? Otherwise declare" if near else "declare"
            problems.add(row, f"unknown component {name!r}; {hint} it with --components {name}")


def _numbers(cells: Sequence[Cell], rows: Sequence[int], column: str, problems: Problems) -> list[float]:
    """Return the cells of a column as numbers, with NaN where a fault was found."""
    numbers: list[float] = []
    for row, cell in zip(rows, cells, strict=True):
        value = math.nan
        if cell is None or cell == "":
            problems.add(row, f"{column} is empty; fill the gap, or delete the column if it is seldom known")
        elif isinstance(cell, bool):
            problems.add(row, f"{column}: {cell} is not a number; write 0 or 1")
        else:
            try:
                value = number_of(cell)
            except (TypeError, ValueError, OverflowError):
                fault = f"{column}: {str(cell)[:40]!r} is not a number; write digits with a decimal point"
                problems.add(row, f"{fault} and no unit")
            else:
                if not math.isfinite(value):
                    problems.add(row, f"{column} is {value}; give a finite number")
                    value = math.nan
        numbers.append(value)
    return numbers


def _events(cells: Sequence[Cell], rows: Sequence[int], problems: Problems) -> I64:
    events = np.zeros(len(rows), np.int64)
    for k, (row, cell) in enumerate(zip(rows, cells, strict=True)):
        word = "" if cell is None else str(cell).strip().lower()
        if word in _EVENTS:
            events[k] = _EVENTS[word]
        else:
            fault = f"event {str(cell)[:40]!r}; write 'failure' or 'censored' at the end of a life"
            problems.add(row, f"{fault}, and nothing in its other rows")
    return events


def _order_of_lives(unit: Sequence[str], component: Sequence[str]) -> list[int]:
    """Return an order of the rows by unit and component as they first occur, and as in the file within them."""
    place: dict[tuple[str, str], int] = {}
    keys = [place.setdefault(key, len(place)) for key in zip(unit, component, strict=True)]
    return sorted(range(len(keys)), key=lambda k: keys[k])


def _divided(log: MaintenanceLog, problems: Problems) -> MaintenanceLog:
    """Divide the rows into lives and check their times. Raises ``LogError`` with every fault found so far."""
    same = np.array(
        [False]
        + [
            log.unit[k] == log.unit[k - 1] and log.component[k] == log.component[k - 1]
            for k in range(1, len(log.unit))
        ],
        np.bool_,
    )  # fmt: skip
    goes_on = same & (np.roll(log.event, 1) == LogEvent.NONE)
    seen: dict[tuple[str, str, float, int], int] = {}
    for k in range(len(log.unit)):
        row, time = int(log.row[k]), float(log.time[k])
        name = f"unit {log.unit[k]!r}"
        if log.component[k] != WHOLE_UNIT:
            name += f", component {log.component[k]!r}"
        key = (log.unit[k], log.component[k], time, int(log.event[k]))
        if key in seen and (goes_on[k] or log.event[k] != LogEvent.NONE):
            problems.add(row, f"duplicates row {seen[key]} ({name}, time {time:g}); delete one of the two")
        elif goes_on[k] and time < log.time[k - 1]:
            fault = f"time goes back from {log.time[k - 1]:g} to {time:g} ({name}) and no event ends the life before"
            problems.add(row, f"{fault}; sort the rows, or write the event in row {log.row[k - 1]}")
        elif goes_on[k] and time == log.time[k - 1]:
            problems.add(row, f"has the time {time:g} of row {log.row[k - 1]} ({name}); keep one of the two rows")
        seen.setdefault(key, row)
    problems.raise_if_any()
    return replace(log, life=(np.cumsum(~goes_on) - 1).astype(np.int64))


def check_gaps(log: MaintenanceLog, most_steps: float = 5.0) -> None:
    """Refuse holes in the histories: steps of time longer than ``most_steps`` times the log's median step.

    Raises
    ------
    LogError
        With each row before which observations are missing.
    """
    step = np.diff(log.time)
    inside = np.flatnonzero(np.diff(log.life) == 0)
    if not len(inside):
        return
    usual = float(np.median(step[inside]))
    problems = Problems(log.file)
    for k in inside[step[inside] > most_steps * usual]:
        fault = f"a gap of {step[k]:g} {log.time_unit} (unit {log.unit[k]!r}, from {log.time[k]:g} to"
        fault += f" {log.time[k + 1]:g}), more than {most_steps:g} times the usual step of {usual:g}"
        problems.add(int(log.row[k + 1]), f"{fault}; add the missing rows, or allow it with a larger --most-gap")
    problems.raise_if_any()
