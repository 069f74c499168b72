"""Small made-up run folders, written by the columns that the recorder uses."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from simcore.recording.run_schema import CONTACTS, EVENTS, SCHEMA_VERSION, TRACE, UNITS
from simcore.recording.tables import Category, Column, TableWriter, write_table
from simcore.types import EventKind, Status

UAV = "10030100001103000000"
USV = "10033000001207000000"
TANK = "10031500001202000000"


@dataclass
class Unit:
    """A unit that moves in a straight line and reports while it has a link."""

    name: str
    side: str
    x_m: float
    y_m: float
    vx_mps: float = 0.0
    vy_mps: float = 0.0
    z_m: float = 0.0
    group: str = ""
    platform: str = "usv"
    title: str = "Patrol USV"
    domain: str = "surface"
    sidc: str = USV
    unlinked_from_s: float = np.inf
    lost_at_s: float = np.inf
    aboard_until_s: float = -1.0

    def place(self, time_s: float) -> tuple[float, float]:
        return self.x_m + self.vx_mps * time_s, self.y_m + self.vy_mps * time_s


@dataclass
class Contact:
    """What a side believed of a unit between two times."""

    side: int
    serial: int
    unit: int
    from_s: float
    to_s: float
    offset_m: float = 150.0
    classified_s: float = np.inf
    identified_s: float = np.inf
    domain: int = 1
    target_class: int = 4


@dataclass
class Run:
    """A run folder to be."""

    units: list[Unit]
    contacts: list[Contact] = field(default_factory=list)
    events: list[tuple[float, EventKind, int, int, int, int, int]] = field(default_factory=list)
    sides: tuple[str, ...] = ("blue", "red")
    n_frames: int = 13
    interval_s: float = 10.0
    origin: tuple[float, float] = (126.3, 37.4)
    frames_per_group: int = 60
    title: str = "Littoral, trial"
    manifest: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        files = {
            "units.parquet": self._write_units(folder),
            "trace.parquet": self._write_frames(folder / "trace.parquet", TRACE, self._trace_rows),
            "contacts.parquet": self._write_frames(folder / "contacts.parquet", CONTACTS, self._contact_rows),
            "events.parquet": self._write_events(folder),
        }
        manifest = {
            "schema_version": SCHEMA_VERSION,
            "kind": "run",
            "status": "complete",
            "scenario": {"name": "trial", "title": self.title, "hash": "0" * 16},
            "seed": 987654321,
            "replication": 0,
            "started_utc": "2026-03-04T05:06:07Z",
            "state_hash": "feedbeef",
            "winner": self.sides[0],
            "frame_interval_s": self.interval_s,
            "n_frames": self.n_frames,
            "n_units": len(self.units),
            "sides": list(self.sides),
            "origin": {"longitude_deg": self.origin[0], "latitude_deg": self.origin[1]},
            "bounds_m": [-50e3, 50e3, -50e3, 50e3],
            "files": files,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest | self.manifest), encoding="utf-8")
        return folder

    def _write_units(self, folder: Path) -> int:
        n = len(self.units)
        columns: dict[str, Any] = {
            name: [getattr(unit, name) for unit in self.units]
            for name in ("name", "side", "group", "platform", "title", "domain", "sidc")
        }
        numbers = ("cost", "speed_max_mps", "sensor_range_m", "weapon_range_m", "radio_range_m", "endurance_s")
        columns |= {name: np.full(n, 1000.0) for name in numbers}
        return write_table(
            folder / "units.parquet", UNITS, columns | {"unit": np.arange(n), "ammo0": np.zeros(n, dtype=np.int32)}
        )

    def _write_frames(self, path: Path, columns: tuple[Column, ...], rows_of: Any) -> int:
        names = [column.name for column in columns]
        with TableWriter(path, columns) as writer:
            for first in range(0, self.n_frames, self.frames_per_group):
                frames = range(first, min(first + self.frames_per_group, self.n_frames))
                rows = [row for frame in frames for row in rows_of(frame, frame * self.interval_s)]
                table = zip(*rows, strict=True) if rows else [()] * len(names)
                kinds = {"string": object}
                writer.write(
                    {
                        column.name: np.array(values, dtype=kinds.get(column.type, np.float64))
                        for column, values in zip(columns, table, strict=True)
                    }
                )
        return writer.n_rows

    def _trace_rows(self, frame: int, time_s: float) -> list[tuple[float, ...]]:
        rows: list[tuple[float, ...]] = []
        for index, unit in enumerate(self.units):
            x_m, y_m = unit.place(time_s)
            is_lost = time_s > unit.lost_at_s  # an event at the time of a frame comes after that frame
            status = Status.LOST if is_lost else Status.ABOARD if time_s < unit.aboard_until_s else Status.ACTIVE
            is_linked = time_s <= unit.unlinked_from_s
            heard_s = min(time_s, unit.unlinked_from_s)
            report_x_m, report_y_m = unit.place(heard_s)
            is_told = is_lost and unit.lost_at_s < unit.unlinked_from_s
            report_status = (
                Status.LOST if is_told else Status.ABOARD if heard_s < unit.aboard_until_s else Status.ACTIVE
            )
            heading_deg = float(np.degrees(np.arctan2(unit.vx_mps, unit.vy_mps)) % 360.0)
            speed_mps = float(np.hypot(unit.vx_mps, unit.vy_mps))
            state = (heading_deg, speed_mps, status, 0, 0.0 if is_lost else 0.875, 1.0, is_linked, 1, 0, 2, 4)
            report = (report_x_m, report_y_m, time_s - heard_s, report_status)
            rows.append((frame, time_s, index, x_m, y_m, unit.z_m, *state, *report))
        return rows

    def _contact_rows(self, frame: int, time_s: float) -> list[tuple[float, ...]]:
        rows: list[tuple[float, ...]] = []
        for contact in sorted(self.contacts, key=lambda c: (c.side, c.serial)):
            if not contact.from_s < time_s <= contact.to_s:
                continue
            unit = self.units[contact.unit]
            x_m, y_m = unit.place(time_s)
            level = 1 + (time_s > contact.classified_s) + (time_s > contact.identified_s)
            target_class = contact.target_class if level >= 2 else -1
            place = (x_m + contact.offset_m, y_m - contact.offset_m, unit.vx_mps, unit.vy_mps, 80.0, 5.0)
            key = (frame, time_s, contact.side, contact.serial, contact.unit)
            rows.append((*key, *place, level, contact.domain, target_class, int(level >= 3)))
        return rows

    def _write_events(self, folder: Path) -> int:
        names = tuple(kind.name.lower() for kind in EventKind)
        rows = sorted(self.events, key=lambda event: event[0])
        time_s, kind, side, unit, other, a, b = ([row[k] for row in rows] for k in range(7))
        times = np.array(time_s, dtype=np.float64)
        whole = {"side": side, "unit": unit, "other": other, "a": a, "b": b}
        return write_table(
            folder / "events.parquet",
            EVENTS,
            {
                "tick": times.astype(np.int32),
                "time_s": times,
                "kind": Category(np.array(kind, dtype=np.int32), names),
                **{name: np.array(values, dtype=np.int32) for name, values in whole.items()},
            },
        )


def skirmish() -> Run:
    """Blue finds, classifies and shoots a red boat; one blue unit drops off the net; red has a unit nobody sees."""
    units = [
        Unit("blue-uav", "blue", -2000, 500, 20.0, 5.0, z_m=300, group="air", platform="uav", title="Scout UAV",
             domain="air", sidc=UAV),
        Unit("blue-usv-1", "blue", -3000, 0, 5.0, 0.0, group="boats"),
        Unit("blue-usv-2", "blue", -3100, -900, 5.0, -1.0, group="boats", unlinked_from_s=50.0, lost_at_s=90.0),
        Unit("red-hidden", "red", 9000, 9000, -4.0, 0.0, group="reserve-red", platform="red-secret",
             title="Secret tank", domain="land", sidc=TANK),
        Unit("red-boat", "red", 2500, 300, -6.0, 0.5, group="raiders", platform="red-raider", title="Raider boat",
             lost_at_s=100.0),
    ]  # fmt: skip
    contacts = [
        Contact(0, 1, 4, 20.0, 105.0, classified_s=40.0, identified_s=60.0),
        Contact(1, 1, 1, 30.0, 120.0, offset_m=-210.0),
    ]
    kind = EventKind
    events = [
        (20.0, kind.CONTACT, 0, 0, 4, 1, 1),
        (30.0, kind.CONTACT, 1, 4, 1, 1, 1),
        (40.0, kind.UPGRADE, 0, 0, 4, 2, 1),
        (50.0, kind.LINK_LOST, 0, 2, -1, 0, 0),
        (65.0, kind.SHOT, 0, 1, 4, 0, 2),
        (66.0, kind.SHOT, 0, 2, 4, 0, 1),  # by the unit without a link
        (72.0, kind.SHOT, 1, 4, 2, 0, 3),
        (75.0, kind.MISS, 0, 1, 4, 0, 2),
        (90.0, kind.LOSS, 0, 2, 4, 0, 0),
        (98.0, kind.HIT, 0, 1, 4, 0, 1),
        (100.0, kind.LOSS, 1, 4, 1, 0, 0),
        (105.0, kind.CONTACT_LOST, 0, -1, 4, 0, 1),
        (110.0, kind.OBJECTIVE, 0, -1, -1, 0, 0),
        (120.0, kind.END, -1, -1, -1, 0, 3),
    ]
    return Run(units, contacts, events)


def without(run: Run, index: int) -> Run:
    """Return the run with a unit that did nothing taken out; the indices of later units move up."""

    def moved(unit: int) -> int:
        return unit - (unit > index)

    units = [unit for k, unit in enumerate(run.units) if k != index]
    contacts = [replace(contact, unit=moved(contact.unit)) for contact in run.contacts]
    events = [(t, kind, side, moved(unit), moved(other), a, b) for t, kind, side, unit, other, a, b in run.events]
    return replace(run, units=units, contacts=contacts, events=events)
