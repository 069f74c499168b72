"""Reader of a run folder, used by the replay page and the exports: checked on opening, read in pieces.

Nothing large is read whole: the trace and the contacts are read chunk by chunk, events by row groups. All
data returned has been checked: types, order, unit and side numbers, and the limits of quantities.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.recording.manifest import RUN_KEYS, Change, find_changes, read_manifest
from simcore.recording.run_schema import CARE, READINESS, UNITS
from simcore.recording.table_reader import TableReader
from simcore.types import Domain
from viz.reading.checks import Columns, check_real, check_whole, open_table, side_index
from viz.reading.contacts import Contacts
from viz.reading.events import NAMES, Events
from viz.reading.eyes import read_eyes
from viz.reading.map_document import MapDocument, read_reach, read_sensors
from viz.reading.story import Story
from viz.reading.sustainment import SustainmentTables, policy_orders
from viz.reading.trace import Chunk, Link, Trace

__all__ = ["BOARDS", "Chunk", "RunFolder"]

BOARDS = ("advice", "approvals", "casualties", "maintenance", "readiness", "supply")
"""Optional tables ``<name>.parquet``, each with a ``time_s`` column: a board appears if its file exists."""
MOST_BANNER = 80
_MOST_BOARD_ROWS = 200_000
_MOST_ORDERS = 5_000_000
_UNIT_COLUMNS = ["unit", "name", "side", "sidc"]
_MAY_BE_INFINITE = ("endurance_s", "sensor_range_m", "weapon_range_m", "radio_range_m", "speed_max_mps", "cost")


class RunFolder:
    """A run. Thread-safe.

    Raises ``InputError`` if the folder is not a run, is unfinished, was written by a newer version or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path, "run", RUN_KEYS)
        check_inside(path)
        self.sides: list[str] = list(self.manifest["sides"])
        neutral = self.manifest.get("neutral_sides") or []
        self.neutral = frozenset(index for index, side in enumerate(self.sides) if side in neutral)
        self.belligerents = [side for side in self.sides if side not in neutral]
        self.n_units: int = self.manifest["n_units"]
        self.n_frames: int = self.manifest["n_frames"]
        self.interval_s = float(self.manifest["frame_interval_s"])
        self.reports_take_time = self.manifest.get("reports_take_time") is True
        self.units = self._read_units()
        self.side_of = self._side_of_units()
        self.trace = Trace(path, self.n_units, self.n_frames)
        self.contacts = Contacts(path, self.n_units, self.n_frames, len(self.sides))
        self.events = Events(path, self.n_units, self.sides)

    @property
    def is_unfinished(self) -> bool:
        """Whether the run is still being written, or was stopped: it has no outcome."""
        return self.manifest.get("is_unfinished") is True

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    @property
    def title(self) -> str:
        """Title of the scenario, otherwise its name."""
        scenario = self.manifest["scenario"]
        return str(scenario.get("title") or scenario.get("name") or self.path.resolve().name)

    def title_in(self, lang: str) -> str:
        """Title of the scenario in a language, where it has one."""
        return str(self.manifest["scenario"].get(f"title_{lang}") or self.title)

    @property
    def classification(self) -> str:
        """The line above and below all that is shown; empty for none."""
        return banner_of(self.manifest)

    @property
    def start(self) -> datetime | None:
        """Date, time and zone of second 0, None where the scenario has none."""
        try:
            start = datetime.fromisoformat(str(self.manifest["scenario"].get("start")))
        except ValueError:
            return None
        return start if start.tzinfo is not None else None

    @property
    def started(self) -> datetime | None:
        """Date and time at which the run was computed, None if unknown."""
        try:
            return datetime.fromisoformat(str(self.manifest.get("started_utc"))).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    @property
    def origin_lonlat_deg(self) -> tuple[float, float]:
        """Longitude and latitude of the origin of the plane [deg]."""
        origin = self.manifest["origin"]
        return float(origin["longitude_deg"]), float(origin["latitude_deg"])

    @property
    def times_s(self) -> np.ndarray:
        """Time of each frame [s], (n_frames,)."""
        return self.trace.times_s

    def frame_at(self, time_s: np.ndarray | float) -> np.ndarray:
        """Return the last frame at or before times, the first one before all."""
        return np.clip(np.searchsorted(self.times_s, np.asarray(time_s) + 1e-6, side="right") - 1, 0, self.n_frames - 1)

    @property
    def duration_s(self) -> float:
        """Time of the last frame [s]."""
        return float(self.times_s[-1])

    @cached_property
    def has_jamming(self) -> bool:
        """Whether a link is ever cut by jamming."""
        return any(
            bool(np.any(self.trace.read(chunk, ["linked"])["linked"] == Link.JAMMED)) for chunk in self.trace.chunks
        )

    @cached_property
    def all_events(self) -> Columns:
        """Columns of all events; ``kind`` and ``side`` as numbers."""
        parts = list(self.events.parts())
        return {name: np.concatenate([np.zeros(0, int), *(part[name] for part in parts)]) for name in NAMES}

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """Orders as mappings."""
        if not (self.path / "orders.parquet").is_file():
            return []
        with open_table(self.path, "orders.parquet", ["time_s", "side"]) as table:
            return table.rows(_MOST_ORDERS)

    @cached_property
    def series(self) -> Columns:
        """Columns of ``series.parquet``; ``side`` as index. Empty if the run has no such table."""
        if not (self.path / "series.parquet").is_file():
            return {}
        with open_table(self.path, "series.parquet", ["time_s", "side"]) as table:
            columns = table.read()
            check_real(table.path, columns, known=("time_s",))
            return {**columns, "side": side_index(table.path, columns["side"], self.sides)}

    @cached_property
    def boards(self) -> dict[str, list[dict[str, Any]]]:
        """Optional tables in the folder, by name."""
        boards: dict[str, list[dict[str, Any]]] = {}
        for name in BOARDS:
            if name == "casualties" and self.has_medical:
                continue  # shown as casualties of the run, from what the viewer knows
            path = self.path / f"{name}.parquet"
            if path.is_file():
                with TableReader(path, required=["time_s"]) as table:
                    boards[name] = table.rows(_MOST_BOARD_ROWS)
        return boards

    @property
    def has_sustainment(self) -> bool:
        """Whether units wear out or stores are counted in the run."""
        return READINESS.name in self.trace.optional or (self.path / "stocks.parquet").exists()

    @cached_property
    def sustainment(self) -> SustainmentTables:
        """Components, stores, stocks and orders of policies."""
        has_components = READINESS.name in self.trace.optional and not self.is_unfinished
        return SustainmentTables(self.path, self.sides, self.n_units, self.n_frames, has_components=has_components)

    @cached_property
    def policy_orders(self) -> Columns:
        """Columns of ``logistics.parquet``, the orders of policies of logistics, if any; ``side`` as index."""
        return policy_orders(self.path, self.sides, self.n_units)

    @property
    def has_medical(self) -> bool:
        """Whether people are followed in the run."""
        return (self.path / "people.parquet").exists()

    @cached_property
    def people(self) -> Columns:
        """Columns of ``people.parquet``: the truth about all who were hurt or ill, at the end."""
        names = ["person", "mechanism", "region", "true_triage", "cause", "is_preventable"]
        with open_table(self.path, "people.parquet", names) as table:
            columns = table.read(names)
            check_whole(table.path, {"person": columns["person"]}, {"person": (0, 2**31 - 1)})
            return columns

    @cached_property
    def story(self) -> Story:
        """Mission, objectives, outcome and weapons."""
        return Story(self.path, self.sides, self.n_units, self.n_frames)

    @cached_property
    def care(self) -> Columns:
        """Columns of ``care.parquet``: the capacities of facilities and transports. Empty in folders without it."""
        names = [column.name for column in CARE]
        if not (self.path / "care.parquet").exists():
            return {name: np.zeros(0, dtype=np.int64) for name in names}
        with open_table(self.path, "care.parquet", names) as table:
            columns = table.read(names)
            check_whole(
                table.path, columns, {"unit": (0, self.n_units - 1), **dict.fromkeys(names[1:], (-1, 2**31 - 1))}
            )
            return columns

    @cached_property
    def map(self) -> MapDocument:
        """The full content of ``map.json`` and ``mines.parquet``."""
        return MapDocument(self.path, self.sides)

    @cached_property
    def reach(self) -> dict[int, list[dict[str, Any]]]:
        """Ranges of sensors, weapons and jammers by unit; empty if the run does not record them."""
        return read_reach(self.path, self.n_units)

    @cached_property
    def eyes(self) -> Columns:
        """Sensors, weapons and jammers with what it takes to lay them over the ground, one row each."""
        return read_eyes(self.path, self.n_units)

    @cached_property
    def sensors(self) -> Columns:
        """Columns of the sensors in ``reach.parquet``: unit, title, range_m, domains, is_on. Empty without them."""
        return read_sensors(self.path, self.n_units)

    @cached_property
    def domain_of(self) -> np.ndarray:
        """Domain of each unit, -1 if unknown, (n_units,)."""
        numbers = {domain.name.lower(): int(domain) for domain in Domain}
        return np.array([numbers.get(str(name), -1) for name in self.units["domain"]], dtype=np.int64)

    def changes(self) -> list[Change]:
        """Return every file that is missing or has changed since the folder was written, by its digest."""
        return list(find_changes(self.path, self.manifest))

    def close(self) -> None:
        """Close the open files."""
        self.trace.close()
        self.contacts.close()
        self.events.close()

    def _read_units(self) -> Columns:
        """Return the columns of ``units.parquet``, (n_units,) each; columns missing from an older folder are empty."""
        with open_table(self.path, "units.parquet", _UNIT_COLUMNS) as table:
            if table.n_rows != self.n_units:
                raise InputError(
                    f"{table.path}: holds {table.n_rows} units, the manifest says {self.n_units}; write the run again"
                )
            units = table.read()
            if not np.array_equal(units["unit"], np.arange(self.n_units)):
                raise InputError(f"{table.path}: unit: not numbered 0, 1, 2 ...; write the run again")
            check_real(table.path, {name: values for name, values in units.items() if name not in _MAY_BE_INFINITE})
        empty: dict[str, Any] = {"string": ""}
        return {
            column.name: units[column.name]
            if column.name in units
            else np.full(self.n_units, empty.get(column.type, 0), dtype=column.dtype)
            for column in UNITS
        }

    def _side_of_units(self) -> np.ndarray:
        path = self.path / "units.parquet"
        side = side_index(path, self.units["side"], self.sides)
        check_whole(path, {"side": side}, {"side": (0, len(self.sides) - 1)})
        return side


def checked_banner(text: str | None) -> str | None:
    """Return a classification given to a command. Raises ``InputError`` unless it is a line of text."""
    if text is not None and (not text.isprintable() or len(text) > MOST_BANNER):
        raise InputError(f"--classification: is not a line of at most {MOST_BANNER} characters; shorten it")
    return None if text is None else " ".join(text.split())


def banner_of(manifest: Mapping[str, Any]) -> str:
    """Return the classification in the manifest of a folder, as a single line; empty for none."""
    text = (manifest.get("scenario") or {}).get("classification")
    return " ".join(text.split())[:MOST_BANNER] if isinstance(text, str) else ""


def check_inside(folder: Path) -> None:
    """Raise ``InputError`` if a folder contains a link to a place outside it: only its own files are ever shown."""
    home = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.is_symlink() and not _leads_into(home, path):
            raise InputError(f"{path}: is a link that leads out of the folder; copy the file into it")


def _leads_into(home: Path, link: Path) -> bool:
    try:
        return link.resolve().is_relative_to(home)
    except (OSError, RuntimeError):  # a circle of links
        return False
