"""The tables of a run with sustainment: components, stores, stocks by frame, orders of policies of logistics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from simcore.errors import InputError
from viz.reading.checks import Columns, check_real, check_whole, open_table, side_index

_COMPONENTS = ("component", "unit", "name")
_STORES = ("store", "unit", "item", "is_cargo", "mass_kg", "capacity", "reorder_at", "order_up_to", "load_kg")
_STOCKS = ("frame", "store", "on_hand", "on_order", "owed", "reported")
_ORDERS = ("time_s", "kind", "side", "order", "column", "unit", "value")


class SustainmentTables:
    """Components and stores of a run, empty where it has none. Raises ``InputError`` for a damaged or missing table.

    Attributes
    ----------
    components : dict of ndarray, (n_components,) each
        Constants of the components; no more of the table, which holds their true state at the end.
    stores : dict of ndarray, (n_stores,) each
        Constants of the stores and cargoes.
    """

    def __init__(self, folder: Path, sides: list[str], n_units: int, n_frames: int, *, has_components: bool) -> None:
        self._folder, self._sides, self._n_units, self._n_frames = folder, sides, n_units, n_frames
        self._has_components = has_components
        has_stocks = (folder / "stocks.parquet").exists()
        self.components = self._constants("components.parquet", _COMPONENTS) if has_components else _none(_COMPONENTS)
        self.stores = self._constants("stores.parquet", _STORES) if has_stocks else _none(_STORES)

    def stocks(self) -> Iterator[tuple[np.ndarray, Columns]]:
        """Yield frames, (F,), and the stocks in them, (F, n_stores) each, by row groups."""
        n_stores = len(self.stores["store"])
        if not n_stores:
            return
        n_read = 0
        with open_table(self._folder, "stocks.parquet", list(_STOCKS)) as table:
            if table.n_rows != self._n_frames * n_stores:
                raise InputError(
                    f"{table.path}: holds {table.n_rows} rows, not {n_stores} stores in each of {self._n_frames} "
                    "frames; write the run again"
                )
            for group in range(len(table.group_rows)):
                columns = table.read(_STOCKS, group)
                row = n_read + np.arange(len(columns["frame"]))
                n_read += len(row)
                is_sorted = np.array_equal(columns["frame"], row // n_stores)
                if not is_sorted or not np.array_equal(columns["store"], row % n_stores) or n_read % n_stores:
                    raise InputError(
                        f"{table.path}: not every store once in every frame, in order; write the run again"
                    )
                check_real(table.path, columns, known=_STOCKS[2:])
                shape = (-1, n_stores)
                yield row[::n_stores] // n_stores, {name: columns[name].reshape(shape) for name in _STOCKS[2:]}

    def _constants(self, name: str, names: tuple[str, ...]) -> Columns:
        with open_table(self._folder, name, list(names)) as table:
            columns = table.read(names)
            if not np.array_equal(columns[names[0]], np.arange(table.n_rows)):
                raise InputError(f"{table.path}: {names[0]}: not numbered 0, 1, 2 ...; write the run again")
            check_whole(table.path, columns, {"unit": (0, self._n_units - 1)})
            check_real(table.path, columns)
            return columns


def policy_orders(folder: Path, sides: list[str], n_units: int) -> Columns:
    """Return the columns of the orders of policies of logistics; ``side`` as index. No rows without such orders."""
    if not (folder / "logistics.parquet").exists():
        return _none(_ORDERS)
    with open_table(folder, "logistics.parquet", list(_ORDERS)) as table:
        columns = table.read(_ORDERS)
        check_real(table.path, {"time_s": columns["time_s"]}, known=("time_s",))
        check_whole(table.path, columns, {"unit": (-1, n_units - 1), "column": (-1, 2**31 - 1)})
        return {**columns, "side": side_index(table.path, columns["side"], sides)}


def _none(names: tuple[str, ...]) -> Columns:
    return {name: np.zeros(0) for name in names}
