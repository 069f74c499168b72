"""A viewer's knowledge of the casualties of a run: their stages, where they are, who carries and who treats them.

The truth sees all of it. A side sees the casualties that its own units have reported, with the triage assigned to them,
when the reports came in; severities and causes are no part of its view.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.care import Station
from simcore.types import NONE
from viz.reading.checks import Columns
from viz.reading.run_folder import RunFolder

_BEGINS = {"HURT": "hurt", "FELL_ILL": "ill"}
_ENDS = {"DIED": "dead", "DUTY": "duty", "LEFT_THEATRE": "left"}
_BY_OTHERS = ("PICKED_UP", "HANDED_OVER", "ADMITTED", "TREATMENT_BEGUN", "TREATMENT_ENDED")
"""Events whose unit is a transport or a facility."""
_TRIAGED = ("AIDED", "EVACUATION_ASKED", "PICKED_UP", "ADMITTED")
"""Events of which the detail b is the triage as assigned."""
_STATIONS = {"TREATMENT_BEGUN": "", "TREATMENT_ENDED": "after_"}
_KINDS = frozenset((*_BEGINS, *_ENDS, *_BY_OTHERS, "AIDED", "EVACUATION_ASKED"))
_GONE = ("LOSS", "EXPENDED")
AT_SCENE = ("hurt", "ill", "aided", "asked", "ground")
"""Steps of casualties who have not been picked up."""
_HELD = ("aboard", "queue", *(prefix + station.name.lower() for station in Station for prefix in _STATIONS.values()))
_MOST_ORDERS = 5000
_DETAILS = ("mechanism", "region", "true_triage", "cause", "is_preventable")
"""Columns of people.parquet for the truth."""

Row = dict[str, Any]


def medical_known(run: RunFolder, side: int | None, units: np.ndarray, events: dict[str, list[Any]]) -> Row:
    """Return the casualties known to a viewer; empty for a run without medical support.

    Parameters
    ----------
    run : RunFolder
        The run.
    side : int or None
        Index of the side, None for the truth.
    units : ndarray of int
        Units of the viewer; unit numbers in ``events`` and in the result index it.
    events
        Events known to the viewer.

    Returns
    -------
    dict
        ``cases``: person, unit (-1: not reported), is_ill, ``steps`` (time_s, step, at: unit or None, by: the last
        transport or None, facility: the last facility or None, triage: 0 for none), ``severity`` [NISS] of the truth.
        A step is hurt, ill, aided, asked, ground (his transport or facility is lost), aboard, point (an exchange
        point), queue, a Station in lower case, after_ and a Station, dead, duty or left.
        ``facilities``, ``transports``: units of the viewer that are such, and units that have worked as such.
        ``modes``: time_s, unit, is_mass. ``places``: capacities by unit (see ``care.parquet``). ``orders``: orders of
        medical policies (time_s, order, unit, person, facility: unit or None, value).
    """
    if not run.has_medical:
        return {}
    book = _Book(is_truth=side is None)
    columns = (events[name] for name in ("time_s", "kind", "unit", "other", "a", "b"))
    for time_s, kind, unit, other, a, b in zip(*columns, strict=True):
        if kind in _GONE:
            book.lose(time_s, unit)
        elif kind == "MASS_CASUALTY":
            book.modes.append({"time_s": time_s, "unit": unit, "is_mass": a == 1})
        elif kind in _KINDS and a >= 0 and (kind not in _STATIONS or 0 <= b < len(Station)):
            book.note(time_s, kind, unit, other, a, b)
    if side is None:
        _add_details(book.last_of, run.people)
    steps = [step for case in book.cases for step in case["steps"]]
    local = np.full(run.n_units + 1, NONE, dtype=np.int64)
    local[units] = np.arange(len(units))
    places = _places(run, side, local)
    facilities = {one["unit"] for one in places if one["role"] > 0}
    transports = {one["unit"] for one in places if one["litters"] + one["seats"] > 0}
    return {
        "cases": book.cases,
        "facilities": sorted(facilities | {step["facility"] for step in steps if step["facility"] is not None}),
        "transports": sorted(transports | {step["by"] for step in steps if step["by"] is not None}),
        "modes": book.modes,
        "places": places,
        "orders": _orders(run, side, local),
    }


def _places(run: RunFolder, side: int | None, local: np.ndarray) -> list[Row]:
    """Return the capacities of the facilities and transports of the viewer's side, of all for the truth."""
    names = list(run.care)
    rows = [
        dict(zip(names, row, strict=True)) for row in zip(*(run.care[name].tolist() for name in names), strict=True)
    ]
    shown = [row for row in rows if local[row["unit"]] >= 0 and (side is None or run.side_of[row["unit"]] == side)]
    return [{**row, "unit": int(local[row["unit"]])} for row in shown]


def _orders(run: RunFolder, side: int | None, local: np.ndarray) -> list[Row]:
    """Return the orders of medical policies known to the viewer, with the casualty or the facility that they name."""
    orders, care = run.policy_orders, run.care
    unit_of = dict(zip(care["facility"].tolist(), care["unit"].tolist(), strict=True))
    is_shown = (orders["kind"] == "medical") & ((orders["side"] == side) | (side is None))
    known = np.flatnonzero(is_shown)[:_MOST_ORDERS]
    names = ("time_s", "order", "column", "unit", "value")
    found: list[Row] = []
    for time_s, order, column, unit, value in zip(*(orders[name][known].tolist() for name in names), strict=True):
        number = int(value)
        facility = unit_of.get(number) if order == "transport_facility" and number >= 0 else None
        person = number if order == "transport_person" and number >= 0 else column if order == "priority" else None
        row = {"time_s": time_s, "order": order, "unit": int(local[unit]), "person": person, "value": number}
        found.append({**row, "facility": None if facility is None else int(local[facility])})
    return found


class _Book:
    """The cases of a view, assembled from its events in order of time."""

    def __init__(self, *, is_truth: bool) -> None:
        self._is_truth = is_truth
        self.cases: list[Row] = []
        self.last_of: dict[int, Row] = {}  # the latest case of a person
        self._held: dict[int, set[int]] = {}  # open cases by the transport or facility that has them
        self.modes: list[Row] = []

    def note(self, time_s: float, kind: str, unit: int, other: int, person: int, b: int) -> None:
        """Add an event of a casualty. Reports of several units may come in out of order."""
        case = self.last_of.get(person)
        step = case["steps"][-1]["step"] if case is not None else ""
        if case is None or (step in _ENDS.values() and (kind in _BEGINS or step == "duty")):
            case = self._open(person, is_ill=kind == "FELL_ILL")
        elif step in _ENDS.values():
            return  # a late report about one who is dead or gone
        home = NONE if kind == "HANDED_OVER" else other if kind in _BY_OTHERS else unit
        if home >= 0:
            case["unit"] = home
        if kind == "HURT" and self._is_truth:
            case["severity"] = max(b, case["severity"] or 0)
        triage = b if kind in _TRIAGED and b > 0 else None
        self._enter(time_s, case, triage, *_next(case, kind, unit, other, b))

    def lose(self, time_s: float, unit: int) -> None:
        """Put the casualties of a lost transport or facility on the ground, as far as the view knows."""
        for person in sorted(self._held.pop(unit, ())):
            case = self.last_of[person]
            self._enter(time_s, case, None, "ground", None, case["steps"][-1]["by"], None)

    def _open(self, person: int, *, is_ill: bool) -> Row:
        case: Row = {"person": person, "unit": NONE, "is_ill": is_ill, "severity": None, "steps": []}
        self.cases.append(case)
        self.last_of[person] = case
        return case

    def _enter(
        self,
        time_s: float,
        case: Row,
        triage: int | None,
        step: str,
        at: int | None,
        by: int | None,
        facility: int | None,
    ) -> None:
        before = case["steps"][-1] if case["steps"] else {"triage": 0, "step": "", "at": None}
        new = {"time_s": time_s, "step": step, "at": at, "by": by, "facility": facility}
        new["triage"] = before["triage"] if triage is None else triage
        if (new["step"], new["at"], new["triage"]) == (before["step"], before["at"], before["triage"]):
            return
        case["steps"].append(new)
        person = case["person"]
        if before["at"] is not None:
            self._held.get(before["at"], set()).discard(person)
        if at is not None and step in _HELD:
            self._held.setdefault(at, set()).add(person)


def _next(case: Row, kind: str, unit: int, other: int, b: int) -> tuple[str, int | None, int | None, int | None]:
    """Return the step of a case after an event, with its place, transport and facility."""
    last = case["steps"][-1] if case["steps"] else {"step": "", "at": None, "by": None, "facility": None}
    same = (last["step"], last["at"], last["by"], last["facility"])
    if kind in _ENDS:
        return _ENDS[kind], None if other < 0 else other, last["by"], last["facility"]
    if kind == "PICKED_UP":
        return "aboard", unit, unit, last["facility"]
    if kind == "HANDED_OVER" and other < 0:
        return "point", None, last["by"], last["facility"]
    if kind == "HANDED_OVER":  # the facility may have reported more of him already
        reported = [step["step"] for step in case["steps"] if step["at"] == other]
        return (reported or ["queue"])[-1], other, unit, other
    if kind == "ADMITTED":
        return "queue", unit, last["by"], unit
    if kind in _STATIONS:
        return _STATIONS[kind] + Station(b).name.lower(), unit, last["by"], unit
    if last["step"] and last["step"] not in AT_SCENE:
        return same  # hurt again, or aid reported late
    if kind in _BEGINS and last["step"]:
        return same
    step = {**_BEGINS, "AIDED": "aided", "EVACUATION_ASKED": "asked"}[kind]
    return step if (last["step"], step) != ("asked", "aided") else "asked", None, last["by"], last["facility"]


def _add_details(last_of: dict[int, Row], people: Columns) -> None:
    """Add the truth about the last case of each person."""
    rows = zip(people["person"].tolist(), *(people[name].tolist() for name in _DETAILS), strict=True)
    for person, *values in rows:
        if person in last_of:
            last_of[person] |= dict(zip(_DETAILS, values, strict=True))
