"""A viewer's knowledge of the sustainment of a run: readiness of units, jobs of repair, stocks and loads.

The truth sees all of it. A side sees its own units only: their readiness as last reported, the jobs of which reports
came in, and its stocks as last reported. The true state of components is no part of any view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simcore.recording.run_schema import READINESS
from simcore.types import NONE, Status
from simcore.upkeep import Readiness
from viz.reading.checks import Columns
from viz.reading.run_folder import RunFolder
from viz.reading.trace import Chunk

_STEPS = {"FAILURE": "failed", "PART_AWAITED": "part", "WORK_BEGUN": "work", "SENT_AWAY": "away"}
"""Events that begin or continue a job, with the step that they begin."""
_ENDS = ("LOSS", "EXPENDED")
_MOST_ORDERS = 5000

_Trace = Callable[[Chunk], Columns]


def upkeep_known(
    run: RunFolder, side: int | None, units: np.ndarray, events: dict[str, list[Any]], trace: _Trace
) -> dict[str, Any]:
    """Return the sustainment known to a viewer; empty for a run without it.

    Parameters
    ----------
    run : RunFolder
        The run.
    side : int or None
        Index of the side, None for the truth.
    units : ndarray of int
        Units of the viewer; unit numbers in ``events`` and in the result index it.
    events, trace
        Events known to the viewer, and the trace as known to it.

    Returns
    -------
    dict
        ``readiness``: for each side its name, ``time_s`` and ``counts``, a list by Readiness for each change.
        ``jobs``: unit, component, hours of operation at the failure, ``steps`` (time_s, step, at), ``end_s``.
        ``stores``: constants of each store or cargo with its stock at each change; cargoes that are ever carried.
        ``carriers``: unit and capacity (load_kg).
        ``orders``: orders of policies of logistics.
    """
    if not run.has_sustainment:
        return {}
    tables = run.sustainment
    local = np.full(run.n_units + 1, NONE, dtype=np.int64)
    local[units] = np.arange(len(units))
    readiness, restored = _readiness(run, side, units, trace)
    return {
        "readiness": readiness,
        "jobs": _jobs(events, tables.components, None if side is None else restored),
        "stores": _stores(run, side, local),
        "carriers": _carriers(tables.stores, local),
        "orders": _orders(run, side, local),
    }


def _readiness(
    run: RunFolder, side: int | None, units: np.ndarray, trace: _Trace
) -> tuple[list[dict[str, Any]], dict[int, list[float]]]:
    """Return the numbers of units by readiness over time for each side, and the times of return to FMC by unit."""
    if READINESS.name not in run.trace.optional:
        return [], {}
    sides = range(len(run.sides)) if side is None else [side]
    has_components = np.isin(units, run.sustainment.components["unit"])
    parts: dict[int, list[np.ndarray]] = {one: [] for one in sides}
    restored: dict[int, list[float]] = {}
    before = np.full(len(units), np.nan)
    for chunk in run.trace.chunks:
        columns = trace(chunk)
        known = np.asarray(columns[READINESS.name], dtype=np.float64)
        known = np.where((columns["status"] == Status.LOST) & has_components, float(Readiness.LOST), known)
        stages = np.concatenate([before[None], known])
        is_back = (stages[1:] == Readiness.FMC) & (stages[:-1] > Readiness.PMC) & (stages[:-1] < Readiness.LOST)
        for frame, unit in zip(*np.nonzero(is_back), strict=True):
            restored.setdefault(int(unit), []).append(float(run.times_s[chunk.first_frame + frame]))
        before = known[-1]
        for one in sides:
            own = known[:, run.side_of[units] == one]
            parts[one].append(np.stack([(own == state).sum(axis=1) for state in Readiness], axis=1))
    found: list[dict[str, Any]] = []
    for one in sides:
        counts = np.concatenate(parts[one])
        if counts.any():
            kept = _changes(counts)
            found.append(
                {"side": run.sides[one], "time_s": run.times_s[kept].tolist(), "counts": counts[kept].tolist()}
            )
    return found, restored


def _jobs(
    events: dict[str, list[Any]], components: Columns, restored: dict[int, list[float]] | None
) -> list[dict[str, Any]]:
    """Return the jobs, assembled from the events of a view.

    A side that has not received the end of a job takes it for ended when the unit reports that it is fully mission
    capable again (``restored``).
    """
    jobs: list[dict[str, Any]] = []
    open_of: dict[int, dict[str, Any]] = {}
    n = len(components["component"])
    columns = (events[name] for name in ("time_s", "kind", "unit", "other", "a", "b"))
    for time_s, kind, unit, other, a, b in zip(*columns, strict=True):
        if kind in _ENDS:
            for component, job in list(open_of.items()):
                if job["unit"] == unit:
                    open_of.pop(component)["end_s"] = time_s
            continue
        if unit < 0 or not 0 <= b < n:
            continue
        job = open_of.get(b)
        if kind in _STEPS or kind == "DEGRADED":
            if job is None:
                name = str(components["name"][b])
                job = {"unit": unit, "component": name, "hours": None, "steps": [], "end_s": None}
                jobs.append(job)
                open_of[b] = job
            step = _STEPS.get(kind, "degraded")
            job["steps"].append({"time_s": time_s, "step": step, "at": other if other >= 0 else None})
        elif kind == "LIFE_ENDED" and job is not None:
            job["hours"] = a / 3600.0
        elif kind == "WORK_ENDED" and job is not None:
            open_of.pop(b)["end_s"] = time_s
    for job in jobs if restored else []:
        begun = [step["time_s"] for step in job["steps"] if step["step"] in ("failed", "work", "away")]
        later = [time_s for time_s in (restored or {}).get(job["unit"], []) if begun and time_s > begun[-1]]
        if later and (job["end_s"] is None or job["end_s"] > later[0]):
            job["end_s"] = later[0]
    return jobs


def _stores(run: RunFolder, side: int | None, local: np.ndarray) -> list[dict[str, Any]]:
    """Return each store known to the viewer, with its stock at every change. A side knows no more than was reported.

    Changes of less than a thousandth of the capacity are left out until they add up, so that steady consumption does
    not fill the page with numbers; a store that runs dry is exact.
    """
    tables = run.sustainment
    stores = tables.stores
    shown = np.flatnonzero(local[stores["unit"].astype(np.int64)] >= 0)
    names = ("on_hand", "on_order", "owed") if side is None else ("reported",)
    times: list[list[float]] = [[] for _ in shown]
    values: list[dict[str, list[float]]] = [{name: [] for name in names} for _ in shown]
    capacity = np.fmax(stores["capacity"], stores["load_kg"] / np.maximum(stores["mass_kg"], 1e-9))[shown]
    step = 1e-3 * np.where(np.isfinite(capacity) & (capacity > 0.0), capacity, 1.0)[:, None]
    before: np.ndarray | None = None
    for frames, columns in tables.stocks():
        stacked = np.stack([columns[name][:, shown] for name in names], axis=2)  # (frames, stores, names)
        first = np.full((1, *stacked.shape[1:]), np.nan) if before is None else before
        coarse = np.where(stacked == 0.0, -np.inf, np.rint(stacked / step))
        is_new = np.any(coarse != np.concatenate([first, coarse[:-1]]), axis=2)
        before = coarse[-1:]
        for place in range(len(shown)):
            at = np.flatnonzero(is_new[:, place])
            times[place] += run.times_s[frames[at]].tolist()
            for k, name in enumerate(names):
                values[place][name] += stacked[at, place, k].tolist()
    constants = ("item", "is_cargo", "mass_kg", "capacity", "reorder_at", "order_up_to", "load_kg")
    found: list[dict[str, Any]] = []
    for place, store in enumerate(shown.tolist()):
        known = {"on_hand" if name == "reported" else name: row for name, row in values[place].items()}
        if stores["is_cargo"][store] and not any(values[place][names[0]]):
            continue  # its item may be one of the enemy alone
        fixed = {name: stores[name][store] for name in constants}
        fixed = {name: value.item() if isinstance(value, np.generic) else value for name, value in fixed.items()}
        found.append({"unit": int(local[int(stores["unit"][store])]), **fixed, "time_s": times[place], **known})
    return found


def _carriers(stores: Columns, local: np.ndarray) -> list[dict[str, Any]]:
    """Return the carriers of the viewer and what they can carry."""
    unit, is_cargo = stores["unit"].astype(np.int64), stores["is_cargo"] == 1
    load_kg = dict(zip(unit[is_cargo].tolist(), stores["load_kg"][is_cargo].tolist(), strict=True))
    return [{"unit": int(local[one]), "load_kg": load_kg[one]} for one in sorted(load_kg) if local[one] >= 0]


def _orders(run: RunFolder, side: int | None, local: np.ndarray) -> list[dict[str, Any]]:
    """Return the orders of policies known to the viewer; ``subject`` is the component concerned."""
    orders, names = run.policy_orders, run.sustainment.components["name"]
    is_other = orders["kind"] != "medical"  # those of medical policies are on the board of casualties
    known = np.flatnonzero(((orders["side"] == side) | (side is None)) & is_other)[:_MOST_ORDERS]
    rows = zip(*(orders[name][known].tolist() for name in orders), strict=True)
    found: list[dict[str, Any]] = []
    for time_s, kind, of_side, order, column, unit, value in rows:
        is_part = kind == "maintenance" and 0 <= column < len(names)
        if is_part and unit < 0:
            unit = int(run.sustainment.components["unit"][column])
        found.append(
            {
                "time_s": time_s,
                "side": run.sides[of_side] if of_side >= 0 else "",
                "kind": kind,
                "order": order,
                "unit": int(local[unit]),
                "subject": str(names[column]) if is_part else "",
                "value": value,
            }
        )
    return found


def _changes(values: np.ndarray) -> np.ndarray:
    """Return the rows, the first included, that differ from the row before."""
    return np.concatenate([[0], np.flatnonzero(np.any(np.diff(values, axis=0) != 0, axis=1)) + 1])
