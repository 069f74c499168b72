"""The recorder: streams a running simulation into the tables of a run folder, in bounded memory.

Frames are buffered and written as row groups of 60, together with the events and orders of that time; as smaller ones
for a run that is followed while it is played.
"""

from pathlib import Path
from types import TracebackType

import numpy as np

from simcore.medical_picture import has_care
from simcore.orders import OrderR, Orders, OrderW
from simcore.params import Params, RuleR
from simcore.recording.casualties import care_table, casualty_rows, people_table
from simcore.recording.components import component_table
from simcore.recording.files import write_json
from simcore.recording.frames import FrameReader
from simcore.recording.map_document import map_document, mount_table, reach_table
from simcore.recording.run_schema import (
    CARE,
    CASUALTIES,
    COMPONENTS,
    CONTACTS,
    EVENTS,
    FRAMES_PER_ROW_GROUP,
    LOGISTICS,
    MINES,
    MOUNTS,
    OBJECTIVES,
    ORDERS,
    PEOPLE,
    REACH,
    READINESS,
    SERIES,
    STOCKS,
    STORES,
    TRACE,
    UNITS,
)
from simcore.recording.stocks import has_stocks, stock_rows, store_table
from simcore.recording.tables import Category, Column, TableWriter, write_table
from simcore.roster import Roster
from simcore.state import MineR, MineW, MountW, ObjectiveR, State
from simcore.surroundings import MinefieldSpecW
from simcore.types import F64, I32, I64, Domain, Emcon, EventKind, MineStatus, Roe, Task
from simcore.upkeep import UseW

_EMCON = {int(code): "" if code == Emcon.NO_CHANGE else code.name.lower() for code in Emcon}
EVENT_NAMES = tuple(kind.name.lower() for kind in EventKind)
EVENT_PLACE = np.zeros(max(EventKind) + 1, dtype=np.int32)  # code -> index into the names; codes have gaps
EVENT_PLACE[list(EventKind)] = np.arange(len(EVENT_NAMES))


class Recorder:
    """Writes the tables of a replication (``row`` of the state) below ``folder``.

    Call ``record_frame`` at each frame, ``record_events`` with drained events and ``record_orders`` after each
    decision, in order of time, then ``close``. After that ``rows`` holds the number of rows of each file.
    """

    def __init__(
        self,
        folder: Path,
        params: Params,
        roster: Roster,
        row: int = 0,
        frames_per_group: int = FRAMES_PER_ROW_GROUP,
    ) -> None:
        self._frames_per_group = frames_per_group
        self.rows: dict[str, int] = {}
        self.n_frames = 0
        self._folder, self._roster, self._row = folder, roster, row
        self._reader = FrameReader(params, roster)
        self._write_constants(params)
        self._trace = TableWriter(folder / "trace.parquet", (*TRACE, READINESS) if roster.components else TRACE)
        self._mines = _MineLog(params)
        self._waiting: list[tuple[int, F64, I32, I32, I32]] = []  # tick, unit state, ammunition by mount, readiness
        self._contacts = _Buffer(folder / "contacts.parquet", CONTACTS)
        self._series = _Buffer(folder / "series.parquet", SERIES)
        self._events = _Buffer(folder / "events.parquet", EVENTS)
        self._orders = _Buffer(folder / "orders.parquet", ORDERS)
        self._objectives = _Buffer(folder / "objectives.parquet", OBJECTIVES)
        self._buffers = (self._contacts, self._series, self._events, self._orders, self._objectives)
        if roster.components or any(roster.evacuates):
            self._logistics = _Buffer(folder / "logistics.parquet", LOGISTICS)
            self._buffers = (*self._buffers, self._logistics)
        self._params = params
        self._stocks = _Buffer(folder / "stocks.parquet", STOCKS) if has_stocks(params) else None
        if self._stocks is not None:
            self._buffers = (*self._buffers, self._stocks)
        self._casualties = _Buffer(folder / "casualties.parquet", CASUALTIES) if has_care(params) else None
        if self._casualties is not None:
            self._buffers = (*self._buffers, self._casualties)
        self._writers = (self._trace, *(buffer.writer for buffer in self._buffers))

    def record_frame(self, state: State, tick: int) -> dict[str, np.ndarray]:
        """Record the state at ``tick`` and return the frame's series, by side."""
        stamp = {"frame": self.n_frames, "time_s": tick * self._roster.dt_s}
        series = self._reader.series(state, self._row)
        units = state.units
        ammo = state.mounts.whole[self._row, MountW.AMMO].copy()
        readiness = state.uses.whole[self._row, UseW.READINESS].copy()
        self._waiting.append((tick, units.real[self._row].copy(), units.whole[self._row].copy(), ammo, readiness))
        self._contacts.add(self._reader.contacts(state, self._row, tick), stamp)
        self._mines.update(state, self._row, stamp["time_s"])
        self._series.add({"side": np.array(self._roster.sides, dtype=object), **series}, stamp)
        progress = state.objectives.real[self._row, ObjectiveR.PROGRESS]
        self._objectives.add({"objective": np.arange(len(progress)), "progress": progress}, stamp)
        if self._stocks is not None:
            self._stocks.add(stock_rows(self._params, self._roster, state, self._row), stamp)
        self.n_frames += 1
        if self.n_frames % self._frames_per_group == 0:
            self._flush()
        return series

    def record_events(self, rows: np.ndarray) -> None:
        """Record drained event rows (structured: tick, kind, side, unit, other, a, b)."""
        if rows.shape[0]:
            columns = {name: rows[name].copy() for name in ("tick", "kind", "side", "unit", "other", "a", "b")}
            self._events.add({**columns, "time_s": columns["tick"] * self._roster.dt_s}, {})
            if self._casualties is not None:
                self._casualties.add(casualty_rows(self._params, rows, self._roster.dt_s), {})

    def record_orders(self, tick: int, orders: Orders) -> None:
        """Record the orders issued at a decision."""
        group = orders.given(self._row)
        if not group.shape[0]:
            return
        real, whole = orders.real[self._row][:, group], orders.whole[self._row][:, group]
        names = np.array(self._roster.groups, dtype=object)[group]
        side = np.array(self._roster.sides, dtype=object)[self._roster.group_side[group]]
        task = [Task(code).name.lower() for code in whole[OrderW.TASK]]
        roe = [Roe(code).name.lower() for code in whole[OrderW.ROE]]
        columns: dict[str, np.ndarray] = {
            "side": side,
            "group": names,
            "group_idx": group,
            "task": np.array(
                [name if n else "" for n, name in zip(whole[OrderW.ISSUED], task, strict=True)], dtype=object
            ),
            "roe": np.array(
                [name if n else "" for n, name in zip(whole[OrderW.ISSUED], roe, strict=True)], dtype=object
            ),
            "x_m": real[OrderR.X],
            "y_m": real[OrderR.Y],
            "radius_m": real[OrderR.RADIUS],
            "speed": real[OrderR.SPEED],
            "spacing_m": real[OrderR.SPACING],
            "target_group": whole[OrderW.TARGET],
            "emcon": np.array([_EMCON[code] for code in whole[OrderW.EMCON]], dtype=object),
        }
        self._orders.add(columns, {"tick": tick, "time_s": tick * self._roster.dt_s})

    def record_logistics(self, tick: int, kind: str, side: int, orders: list[tuple[str, int, int, float]]) -> None:
        """Record the orders of a policy of logistics: (name, column, unit, value)."""
        if not orders:
            return
        name, column, unit, value = zip(*orders, strict=True)
        columns: dict[str, np.ndarray] = {
            "kind": np.full(len(orders), kind, dtype=object),
            "side": np.full(len(orders), self._roster.sides[side], dtype=object),
            "order": np.array(name, dtype=object),
            "column": np.array(column),
            "unit": np.array(unit),
            "value": np.array(value),
        }
        self._logistics.add(columns, {"tick": tick, "time_s": tick * self._roster.dt_s})

    def record_end(self, params: Params, state: State) -> None:
        """Record the components and the casualties as they are at the end, if there are any."""
        if self._roster.components:
            table = component_table(params, self._roster, state, self._row)
            self.rows["components.parquet"] = write_table(self._folder / "components.parquet", COMPONENTS, table)
        if has_care(params):
            people = people_table(params, state, self._row)
            self.rows["people.parquet"] = write_table(self._folder / "people.parquet", PEOPLE, people)

    def close(self) -> None:
        """Write the remaining rows and the footers."""
        self._flush()
        for writer in self._writers:
            writer.close()
            self.rows[writer.path.name] = writer.n_rows
        self.rows["mines.parquet"] = write_table(self._folder / "mines.parquet", MINES, self._mines.columns())

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def abandon(self) -> None:
        """Close the files of a failed run."""
        for writer in self._writers:
            writer.abandon()

    def _flush(self) -> None:
        self._contacts.flush(keep_empty=True)
        for buffer in self._buffers:
            buffer.flush()
        self._flush_trace()  # last: whoever reads along finds everything else of its frames

    def _flush_trace(self) -> None:
        """Compute the columns of all buffered frames at once and write them as a row group."""
        if not self._waiting:
            return
        tick = np.array([frame[0] for frame in self._waiting], dtype=np.int32)
        real = np.stack([frame[1] for frame in self._waiting], axis=1)
        whole = np.stack([frame[2] for frame in self._waiting], axis=1)
        columns = self._reader.trace(real, whole, np.stack([frame[3] for frame in self._waiting]), tick)
        if self._roster.components:
            columns["readiness"] = self._reader.readiness(whole, np.stack([frame[4] for frame in self._waiting]))
        frame: I64 = np.arange(self.n_frames - tick.shape[0], self.n_frames, dtype=np.int64)
        n_units = self._reader.n_units
        columns["frame"], columns["time_s"] = np.repeat(frame, n_units), np.repeat(tick * self._roster.dt_s, n_units)
        self._trace.write({name: values.ravel() for name, values in columns.items()})
        self._waiting.clear()

    def _write_constants(self, params: Params) -> None:
        roster = self._roster
        n = len(roster.units)
        side: list[str] = [roster.sides[s] for s in roster.unit_side]
        group: list[str] = [roster.groups[g] for g in roster.unit_group]
        domain: list[str] = [Domain(d).name.lower() for d in roster.unit_domain]
        self.rows["units.parquet"] = write_table(
            self._folder / "units.parquet",
            UNITS,
            {
                "unit": np.arange(n),
                "name": roster.units,
                "side": side,
                "group": group,
                "platform": roster.unit_platform,
                "title": roster.unit_title,
                "domain": domain,
                "sidc": roster.unit_sidc,
                "cost": roster.unit_cost,
                "speed_max_mps": roster.speed_max_mps,
                "sensor_range_m": roster.sensor_range_m,
                "weapon_range_m": roster.weapon_range_m,
                "radio_range_m": roster.radio_range_m,
                "endurance_s": roster.endurance_s,
                "ammo0": self._reader.ammo_at_start(),
            },
        )
        write_json(self._folder / "map.json", map_document(params, roster))
        self.rows["reach.parquet"] = write_table(self._folder / "reach.parquet", REACH, reach_table(params, roster))
        self.rows["mounts.parquet"] = write_table(self._folder / "mounts.parquet", MOUNTS, mount_table(params, roster))
        if has_stocks(params):
            table = store_table(params, roster)
            self.rows["stores.parquet"] = write_table(self._folder / "stores.parquet", STORES, table)
        if has_care(params):
            self.rows["care.parquet"] = write_table(self._folder / "care.parquet", CARE, care_table(params))
        rules = params.rules_real
        np.savez_compressed(
            self._folder / "terrain.npz",
            elevation_m=params.terrain.elevation_m.astype(np.float32),
            surface=params.terrain.surface.astype(np.uint8),
            is_water=(params.terrain.relief_m[1] < np.inf).astype(np.uint8),  # also under bridges
            earth_m=rules[RuleR.EARTH_M],
            west_m=rules[RuleR.RASTER_WEST],
            south_m=rules[RuleR.RASTER_SOUTH],
            cell_m=rules[RuleR.RASTER_CELL_M],
        )


class _MineLog:
    """The positions of the mines, and for each mine the first frame at which it is no longer armed."""

    def __init__(self, params: Params) -> None:
        count = params.minefields.whole[MinefieldSpecW.COUNT]
        self._field = np.repeat(np.arange(len(count)), count)
        n = len(self._field)
        self._place: F64 = np.zeros((2, n))
        self._status: I32 = np.full(n, int(MineStatus.ARMED), dtype=np.int32)
        self._gone_s: F64 = np.full(n, np.nan)

    def update(self, state: State, row: int, time_s: float) -> None:
        """Store changes up to the frame at ``time_s``."""
        if not len(self._field):
            return
        self._place = state.mines.real[row, [MineR.X, MineR.Y]]
        status = state.mines.whole[row, MineW.STATUS]
        self._gone_s[(self._status == MineStatus.ARMED) & (status != MineStatus.ARMED)] = time_s
        self._status = status.copy()

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns of ``mines.parquet``."""
        return {
            "minefield": self._field,
            "x_m": self._place[0],
            "y_m": self._place[1],
            "status": self._status,
            "gone_s": self._gone_s,
        }


class _Buffer:
    """Columns buffered for the next row group."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        self.writer = TableWriter(path, columns)
        self._columns = columns
        self._dtypes = {c.name: c.dtype for c in columns}  # found once: the frames of a small fight are mostly this
        self._pieces: list[dict[str, np.ndarray]] = []
        self._lengths: list[int] = []
        self._constants: list[dict[str, float]] = []

    @property
    def pending(self) -> int:
        """Number of buffered pieces."""
        return len(self._pieces)

    def add(self, columns: dict[str, np.ndarray], constants: dict[str, float]) -> None:
        """Buffer a copy of ``columns``, equally long, with ``constants`` repeated to their length.

        All pieces of a table have the same constants.
        """
        self._lengths.append(next(iter(columns.values())).shape[0])
        self._constants.append(constants)
        self._pieces.append(
            {name: columns[name].astype(dtype) for name, dtype in self._dtypes.items() if name not in constants}
        )

    def flush(self, *, keep_empty: bool = False) -> None:
        """Write a row group; without rows only if readers count row groups (``keep_empty``)."""
        if not self._pieces:
            return
        joined = {name: np.concatenate([piece[name] for piece in self._pieces]) for name in self._pieces[0]}
        for name in self._constants[0]:
            joined[name] = np.repeat([constants[name] for constants in self._constants], self._lengths)
        for waiting in (self._pieces, self._lengths, self._constants):
            waiting.clear()
        if joined[self._columns[0].name].shape[0] or keep_empty:
            self.writer.write({c.name: self._typed(c, joined[c.name]) for c in self._columns})

    def _typed(self, column: Column, values: np.ndarray) -> np.ndarray | Category:
        return Category(EVENT_PLACE[values], EVENT_NAMES) if column.type == "category" else values
