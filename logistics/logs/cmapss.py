"""C-MAPSS text: the form of NASA's turbofan data sets, 26 numbers a row separated by blanks.

Unit, cycle, three operational settings, 21 sensors. In a training file every unit runs to its failure in its last row;
in a test file all units are in service. A third file states the true remaining life of each unit of the test file.

Source: A. Saxena, K. Goebel, D. Simon, N. Eklund, Damage propagation modeling for aircraft engine run-to-failure
simulation, PHM08, 2008.
"""

import math
from pathlib import Path

import numpy as np

from logistics.logs.log import WHOLE_UNIT, LogEvent, MaintenanceLog
from logistics.logs.problems import Problems
from logistics.logs.table import number_of, read_text
from simcore.types import F64

N_COLUMNS = 26
SETTINGS = ("setting_1", "setting_2", "setting_3")
SENSORS = tuple(f"sensor_{k}" for k in range(1, 22))
_NAMES = ("unit", "cycle", *SETTINGS, *SENSORS)


def looks_like_cmapss(text: str) -> bool:
    """Return whether the first line that is not blank begins with a number and holds no comma."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    cells = line.split()
    return "," not in line and len(cells) > 1 and _number(cells[0]) is not None


def read_cmapss(file: Path, text: str, *, is_training: bool) -> MaintenanceLog:
    """Return the log in the C-MAPSS text of a file; in a training file the last row of each unit is its failure.

    Raises
    ------
    LogError
        With every row that is short, not numeric, repeated, or out of the sequence of units and cycles.
    """
    problems = Problems(file)
    values: list[list[float]] = []
    rows: list[int] = []
    for row, line in enumerate(text.splitlines(), start=1):
        cells = line.split()
        if not cells:
            problems.add(row, "blank; delete the row, or fill it in if data are missing here")
        elif len(cells) != N_COLUMNS:
            advice = "the file may be cut off here" if len(cells) < N_COLUMNS else "is this C-MAPSS text?"
            problems.add(row, f"{len(cells)} numbers in place of {N_COLUMNS}; {advice}")
        else:
            values.append([_cell(cell, k, row, problems) for k, cell in enumerate(cells)])
            rows.append(row)
    if values:
        _check_sequence(values, rows, problems)
    problems.raise_if_any()
    table = np.asarray(values, np.float64)
    unit = table[:, 0].astype(np.int64)
    is_last = np.append(unit[1:] != unit[:-1], True)
    names = tuple(str(number) for number in unit)
    return MaintenanceLog(
        file=file,
        time_unit="cycles",
        unit=names,
        component=(WHOLE_UNIT,) * len(names),
        time=table[:, 1],
        event=np.where(is_last & is_training, int(LogEvent.FAILURE), int(LogEvent.NONE)).astype(np.int64),
        signal_names=(*SETTINGS, *SENSORS),
        signals=table[:, 2:],
        row=np.asarray(rows, np.int64),
        life=(np.cumsum(np.append(True, unit[1:] != unit[:-1])) - 1).astype(np.int64),
        settings=SETTINGS,
        is_cmapss=True,
    )


def read_true_lives(file: Path, n_lives: int) -> F64:
    """Return the remaining life of each unit: a number a row, in the order of the test file's units.

    Raises
    ------
    LogError
        With every row that is no number from 0 up, or when the number of rows is not ``n_lives``.
    """
    problems = Problems(file)
    lives: list[float] = []
    for row, line in enumerate(read_text(file).splitlines(), start=1):
        cells = line.split()
        value = _number(cells[0]) if len(cells) == 1 else None
        if value is None or value < 0.0:
            problems.add(row, f"{line.strip()[:40]!r} is no remaining life; write a number from 0 up, alone in its row")
        else:
            lives.append(value)
    if not problems and len(lives) != n_lives:
        problems.add(None, f"{len(lives)} remaining lives for {n_lives} units of the log; give one for each unit")
    problems.raise_if_any()
    return np.asarray(lives, np.float64)


def _number(cell: str) -> float | None:
    try:
        value = number_of(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _cell(cell: str, column: int, row: int, problems: Problems) -> float:
    value = _number(cell)
    if value is None:
        problems.add(row, f"{_NAMES[column]}: {cell[:40]!r} is not a finite number; correct it")
        return math.nan
    if column < 2 and (value < 1.0 or value != math.floor(value)):
        problems.add(row, f"{_NAMES[column]} {cell[:40]}; write a whole number from 1 up")
    return value


def _check_sequence(values: list[list[float]], rows: list[int], problems: Problems) -> None:
    ended: set[float] = set()
    for k, (row, line) in enumerate(zip(rows, values, strict=True)):
        unit, cycle = line[0], line[1]
        previous = values[k - 1] if k else None
        if math.isnan(unit) or math.isnan(cycle) or (previous and math.isnan(previous[0] + previous[1])):
            continue
        if previous is None or unit != previous[0]:
            if unit in ended:
                problems.add(row, f"unit {unit:g} again, after other units; put its rows together")
            elif cycle != 1.0:
                problems.add(row, f"unit {unit:g} begins at cycle {cycle:g}; rows from cycle 1 are missing: add them")
            if previous is not None:
                ended.add(previous[0])
        elif cycle == previous[1]:
            problems.add(
                row, f"duplicates cycle {cycle:g} of unit {unit:g} in row {rows[k - 1]}; delete one of the two"
            )
        elif cycle < previous[1]:
            problems.add(row, f"unit {unit:g} goes back from cycle {previous[1]:g} to {cycle:g}; sort the rows")
        elif cycle != previous[1] + 1.0:
            gap = (
                f"{previous[1] + 1.0:g}" if cycle == previous[1] + 2.0 else f"{previous[1] + 1.0:g} to {cycle - 1.0:g}"
            )
            problems.add(row, f"a gap: cycles {gap} of unit {unit:g} are missing; add them")
