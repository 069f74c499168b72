"""Stores of a run folder: constants, the stocks at the start and at the end, and the events of supply."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from simcore.recording.manifest import read_manifest
from simcore.recording.run_schema import EVENTS, STOCKS, STORES, UNITS
from simcore.recording.table_reader import TableReader
from simcore.recording.tables import Column

HOUR_S = 3600.0
OUTSIDE = -2
"""Value of ``source`` for a source outside the scenario."""


@dataclass(frozen=True)
class RunStores:
    """Stores of a run.

    ``hours``: length of the run; ``units``: name of each unit; ``sides`` and ``platforms``: its side and platform card;
    ``stores``: columns of ``stores.parquet``; ``first`` and ``last``: columns of ``stocks.parquet`` in the first and
    the last frame, in the order of the stores; ``events``: columns of ``events.parquet``; ``gone_h``: time of loss of
    each unit [h], inf for units that are left.
    """

    folder: Path
    hours: float
    units: list[str]
    sides: list[str]
    platforms: list[str]
    stores: dict[str, np.ndarray]
    first: dict[str, np.ndarray]
    last: dict[str, np.ndarray]
    events: dict[str, np.ndarray]
    gone_h: np.ndarray

    @property
    def shelves(self) -> list[int]:
        """Columns of the stores that are no cargo."""
        return np.flatnonzero(self.stores["is_cargo"] == 0).tolist()


def read_run_stores(folder: Path) -> RunStores:
    """Return the stores of a run. Raises ``InputError`` for no complete run, a damaged table, or no stores."""
    read_manifest(folder)
    if not (folder / "stores.parquet").is_file():
        raise InputError(
            f"{folder}: no stores in this run; play a scenario whose section sustainment has items and stores, "
            "such as outpost-resupply"
        )
    units = read_columns(folder / "units.parquet", UNITS, ("name", "side", "platform"))
    stores = read_columns(folder / "stores.parquet", STORES)
    n_stores = len(stores["store"])
    with TableReader(folder / "stocks.parquet", STOCKS) as table:
        groups = filled_groups(table)
        first = {name: values[:n_stores] for name, values in table.read(row_group=groups[0]).items()}
        last = {name: values[-n_stores:] for name, values in table.read(row_group=groups[-1]).items()}
    every = np.arange(n_stores)
    if not all(np.array_equal(stock["store"], every) for stock in (first, last)) or n_stores == 0:
        raise InputError(f"{folder / 'stocks.parquet'}: not every store once in a frame, in order; run it again")
    events = read_columns(folder / "events.parquet", EVENTS)
    gone_h = np.full(len(units["name"]), np.inf)
    is_gone = np.isin(events["kind"], ("loss", "expended"))
    np.minimum.at(gone_h, events["unit"][is_gone], events["time_s"][is_gone] / HOUR_S)
    return RunStores(
        folder=folder,
        hours=float(last["time_s"][0]) / HOUR_S,
        units=units["name"].tolist(),
        sides=units["side"].tolist(),
        platforms=units["platform"].tolist(),
        stores=stores,
        first=first,
        last=last,
        events=events,
        gone_h=gone_h,
    )


def filled_groups(table: TableReader) -> list[int]:
    """Return the row groups that hold frames. Raises ``InputError`` where there are none."""
    groups = [group for group, n_rows in enumerate(table.group_rows) if n_rows]
    if not groups:
        raise InputError(f"{table.path}: holds no frame; run the scenario again")
    return groups


def read_columns(
    path: Path, columns: tuple[Column, ...], names: tuple[str, ...] | None = None
) -> dict[str, np.ndarray]:
    """Return columns of a table of the run, all of them by default. Raises ``InputError`` where one is missing."""
    with TableReader(path, columns, names) as table:
        return table.read(names)
