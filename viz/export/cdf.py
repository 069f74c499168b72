"""Runs in the Common Data Format of Dstl: tables of entities, events and combat power, and metadata.

The format compares games and simulations of any kind: the four files of a run bear its case and replication, so files
of many runs can lie in the same folder. Tables are written as CSV and as Parquet. Names of files, columns and kinds of
events are those of the format (Dstl, Common Data Format processor, release on GitHub).

It holds the truth. Groups and sides are entities too, as the force structure, but not of the model.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from scenarios.format.yaml_text import write_yaml
from simcore import __version__
from simcore.recording.files import write_bytes, write_error
from simcore.types import EventKind
from viz.export.cdf_schema import COUNTS, ENTITIES, EVENTS, LABELS, POWER
from viz.export.locations import Locations
from viz.reading.events import EventRow
from viz.reading.run_folder import RunFolder

_CAUSES = ("fire", "crash", "mine", "inject", "host")


@dataclass(frozen=True)
class Entity:
    """A unit, a group or a side."""

    id: str
    name: str
    type: str
    commander: int  # number of the entity; its own for a side
    level: int
    side: str
    components: int
    power: float
    is_system: bool

    @property
    def force(self) -> str:
        """Name of its force; the format forbids that of an affiliation."""
        return f"{self.side} - Force"


@dataclass(frozen=True)
class _Event:
    time_s: float
    kind: str
    primary: int
    secondary: int = -1
    detail: Mapping[str, object] | None = None


def write_cdf(
    run: RunFolder,
    out: Path,
    case: str,
    replication: str,
    every_s: float | None = None,
    classification: str | None = None,
) -> list[Path]:
    """Write the files of a run into the folder ``out`` and return them.

    ``every_s`` is the least time between two location updates of a unit; by default every unit that
    moved has such a row in each frame. ``classification`` takes the place of that of the scenario.

    Raises
    ------
    InputError, RunError
        If the run is damaged, or a file cannot be written.
    """
    writer = _Writer(run, case, replication, every_s)
    writer.classification = run.classification if classification is None else classification
    moment = run.started or datetime(2026, 1, 1, tzinfo=UTC)
    stem = f"{case}-{replication}_S1_{moment:%d-%m-%Y_%H-%M-%S}".replace(" ", "_").replace("/", "_")
    path = out / f"CDF_Metadata_{stem}.yaml"
    written: list[Path] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _tables(out / f"CDF_Events_{stem}", EVENTS, written) as table:
            for batch in writer.events():
                table(batch)
        with _tables(out / f"CDF_EntityTable_{stem}", ENTITIES, written) as table:
            table(writer.entity_table())
        with _tables(out / f"CDF_Cbt_Pwr_{stem}", POWER, written) as table:
            table(writer.power_table())
        write_bytes(path, write_yaml(writer.metadata(out, moment)).encode())
    except OSError as error:
        raise write_error(out, error) from None
    return [*written, path]


@contextmanager
def _tables(stem: Path, schema: pa.Schema, written: list[Path]) -> Iterator[Any]:
    """Yield a function that adds columns to a CSV and a Parquet file, which appear once they are complete."""
    paths = [stem.with_name(f"{stem.name}{ending}") for ending in (".csv", ".parquet")]
    temporary = [path.with_name(f"{path.name}.tmp") for path in paths]
    try:
        with (
            pa_csv.CSVWriter(str(temporary[0]), schema) as text,
            pq.ParquetWriter(str(temporary[1]), schema) as parquet,
        ):

            def add(columns: Mapping[str, Any]) -> None:
                table = pa.table({field.name: pa.array(columns[field.name], field.type) for field in schema})
                text.write_table(table)
                parquet.write_table(table)

            yield add
        for made, path in zip(temporary, paths, strict=True):
            os.replace(made, path)
    except BaseException:
        for made in temporary:
            made.unlink(missing_ok=True)
        raise
    written += paths


class _Writer:
    """The tables of a run."""

    classification = ""  # line in front of the details of the data

    def __init__(self, run: RunFolder, case: str, replication: str, every_s: float | None) -> None:
        self._run, self._case, self._rep = run, case, replication
        self._locations = Locations(run, every_s)
        self._entities = _entities(run)
        self._sides = {side: len(self._entities) - len(run.sides) + k for k, side in enumerate(run.sides)}
        self._numbers = dict.fromkeys(LABELS, 0)
        self._counts = {kind: np.zeros(len(self._entities), dtype=np.int64) for kind in LABELS}
        self._losses: list[tuple[float, int, str]] = []  # time, unit, number of the event

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the events, chunk by chunk of the trace, in order of time within a chunk."""
        rows = self._run.events.rows()
        waiting = next(rows, None)
        for moves, end_s in self._locations.chunks():
            found = [_Event(t, "location update", unit, detail=detail) for t, unit, detail in moves]
            while waiting is not None and waiting.time_s <= end_s:
                found += self._of_row(waiting)
                waiting = next(rows, None)
            found.sort(key=lambda event: event.time_s)
            if found:
                yield self._columns(found)
        late: list[_Event] = []
        while waiting is not None:
            late += self._of_row(waiting)
            waiting = next(rows, None)
        if late:
            yield self._columns(late)

    def _of_row(self, row: EventRow) -> list[_Event]:
        t, unit, other = row.time_s, row.unit, row.other
        side = self._sides[self._run.sides[row.side]] if row.side >= 0 else -1
        observer = unit if unit >= 0 else side
        match row.kind:
            case EventKind.CONTACT if observer >= 0 and other >= 0:
                detail = {"level": row.a, "contact": row.b}
                return [
                    _Event(t, "spotted secondary", observer, other, detail),
                    _Event(t, "seen by secondary", other, observer, detail),
                ]
            case EventKind.CONTACT_LOST if observer >= 0 and other >= 0:
                return [_Event(t, "stopped seeing secondary", observer, other, {"contact": row.b})]
            case EventKind.SHOT if unit >= 0:
                return [_Event(t, "shot", unit, other, {"mount": row.a, "rounds": row.b})]
            case EventKind.LOSS if unit >= 0:
                detail = {"cause": _CAUSES[row.a] if 0 <= row.a < len(_CAUSES) else str(row.a)}
                loss = [_Event(t, "loss", unit, other, detail)]
                return [_Event(t, "kill", other, unit, detail), *loss] if other >= 0 else loss
            case EventKind.EXPENDED if unit >= 0:
                return [_Event(t, "loss", unit, other, {"cause": "expended"})]
            case _:
                detail = {"kind": row.kind.name.lower(), "a": row.a, "b": row.b}
                primary = observer if observer >= 0 else other
                return (
                    [_Event(t, "status update", primary, other if primary != other else -1, detail)]
                    if primary >= 0
                    else []
                )

    def _columns(self, events: Sequence[_Event]) -> dict[str, Any]:
        numbers: list[str] = []
        for event in events:
            number = f"{LABELS[event.kind]}-{self._numbers[event.kind]}"
            self._numbers[event.kind] += 1
            self._counts[event.kind][event.primary] += 1
            if event.kind == "loss":
                self._losses.append((event.time_s, event.primary, number))
            numbers.append(number)
        columns: dict[str, Any] = {
            "case": [self._case] * len(events),
            "rep": [self._rep] * len(events),
            "time": [event.time_s for event in events],
            "event_id": numbers,
            "event_type": [event.kind for event in events],
            "event_detail": [json.dumps({k: str(v) for k, v in (event.detail or {}).items()}) for event in events],
        }
        for who, mine in (("primary", [e.primary for e in events]), ("secondary", [e.secondary for e in events])):
            blank = " " if who == "secondary" else "_"
            known = [self._entities[k] if k >= 0 else None for k in mine]
            columns[f"{who}_entity_id"] = ["" if e is None else e.id for e in known]
            columns[f"{who}_entity_name"] = ["" if e is None else e.name for e in known]
            columns[f"{who}_entity_type"] = ["" if e is None else e.type for e in known]
            columns[f"{who}_entity{blank}commander"] = [
                "" if e is None else self._entities[e.commander].name for e in known
            ]
            columns[f"{who}_entity_level"] = [None if e is None else float(e.level) for e in known]
            columns[f"{who}_entity_affiliation"] = ["" if e is None else e.side for e in known]
            columns[f"{who}_entity_force"] = ["" if e is None else e.force for e in known]
            places = [self._locations.at(k, event.time_s) for k, event in zip(mine, events, strict=True)]
            columns[f"{who}_x"] = [None if place is None else place[0] for place in places]
            columns[f"{who}_y"] = [None if place is None else place[1] for place in places]
        return columns

    def entity_table(self) -> dict[str, Any]:
        """Return the table of entities; call it after ``events``, which it counts."""
        every = self._entities
        n_units = self._run.n_units
        added = [*self._locations.added_s.tolist(), *([0.0] * (len(every) - n_units))]
        start_s = float(self._run.times_s[0])
        total = np.sum(list(self._counts.values()), axis=0)
        return {
            "case": [self._case] * len(every),
            "rep": [self._rep] * len(every),
            "id": [e.id for e in every],
            "name": [e.name for e in every],
            "type": [e.type for e in every],
            "commander_id": [every[e.commander].id for e in every],
            "commander_name": [every[e.commander].name for e in every],
            "level": [e.level for e in every],
            "affiliation": [e.side for e in every],
            "force": [e.force for e in every],
            "init_comps": [e.components for e in every],
            "cbt_per_comp": [e.power for e in every],
            "init_cbt_pwr": [e.components * e.power for e in every],
            "system_entity": [e.is_system for e in every],
            "start_entity": [e.is_system or added[k] <= start_s for k, e in enumerate(every)],
            "time_added": [None if not np.isfinite(t) else t for t in added],
            "total_events": total.tolist(),
            **{name: self._counts[kind].tolist() for kind, name in COUNTS.items()},
        }

    def power_table(self) -> dict[str, Any]:
        """Return components and combat power of each affiliation and force, at the start and after every change."""
        units = self._entities[: self._run.n_units]
        changes = [(t, unit, 1, "") for unit, t in enumerate(self._locations.added_s.tolist()) if np.isfinite(t)]
        changes += [(t, unit, -1, number) for t, unit, number in self._losses if unit < self._run.n_units]
        changes.sort(key=lambda change: (change[0], -change[2]))
        start_s = float(self._run.times_s[0])
        totals = {item: [0, 0.0] for side in self._run.sides for item in (side, f"{side} - Force")}
        rows: list[tuple[float, str, int, float, str]] = []
        present = {k for t, k, sign, _ in changes if sign > 0 and t <= start_s}
        for k in present:
            _add(totals, units[k], 1)
        rows += [(start_s, item, int(n), power, "") for item, (n, power) in totals.items()]
        for t, k, sign, number in changes:
            if (sign > 0) == (k in present):  # already there, or lost before it came
                continue
            (present.add if sign > 0 else present.discard)(k)
            _add(totals, units[k], sign)
            for item in (units[k].side, units[k].force):
                rows.append((t, item, int(totals[item][0]), totals[item][1], number))
        names = ("time", "item", "components", "combat_power", "event_id")
        columns: dict[str, Any] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
        return {"case": [self._case] * len(rows), "rep": [self._rep] * len(rows), **columns}

    def metadata(self, out: Path, moment: datetime) -> dict[str, Any]:
        """Return the metadata."""
        manifest = self._run.manifest
        longitude, latitude = self._run.origin_lonlat_deg
        settings = ("force_unique_unit_names", "entity_data_from_table", "split_files_by_type", "drop_location_events",
                    "drop_seen_events", "drop_shot_events", "drop_spot_events")  # fmt: skip
        return {
            "serial": "1",
            "case": self._case,
            "replication": self._rep,
            "input_location": str(self._run.path),
            "output_location": str(out),
            "model_name": f"Chammo {__version__}",
            "distance_unit": "m",
            "time_unit": "s",
            "cbt_pwr_unit": "MUSD",
            "data_name": self._run.title,
            "data_details": f"{self.classification}. " * bool(self.classification)
            + "x and y are metres east and north of the origin; combat power is the cost of units",
            "data_date": f"{moment:%d-%m-%Y}",
            **dict.fromkeys(settings, False),
            "total_events": int(sum(self._numbers.values())),
            "total_entities": len(self._entities),
            "total_forces_and_affiliations": 2 * len(self._run.sides),
            "origin_longitude_deg": longitude,
            "origin_latitude_deg": latitude,
            "scenario_hash": str(manifest["scenario"].get("hash")),
            "seed": manifest.get("seed"),
            "state_hash": str(manifest.get("state_hash")),
        }


def _add(totals: dict[str, list[Any]], unit: Entity, sign: int) -> None:
    for item in (unit.side, unit.force):
        totals[item][0] += sign * unit.components
        totals[item][1] += sign * unit.components * unit.power


def _entities(run: RunFolder) -> list[Entity]:
    """Return the units in their order, then the groups, then the sides."""
    columns, n = run.units, run.n_units
    names = [str(name) for name in columns["name"]]
    sides = [run.sides[k] for k in run.side_of.tolist()]
    groups = [str(group) for group in columns["group"]] if "group" in columns else [""] * n
    known = list(dict.fromkeys((side, group) for side, group in zip(sides, groups, strict=True) if group))
    number_of_group = {key: n + k for k, key in enumerate(known)}
    number_of_side = {side: n + len(known) + k for k, side in enumerate(run.sides)}
    cost = np.asarray(columns["cost"], dtype=np.float64) if "cost" in columns else np.ones(n)
    types = [str(platform) for platform in columns["platform"]] if "platform" in columns else [""] * n
    units = [
        Entity(f"unit-{k}", names[k], types[k], number_of_group.get((sides[k], groups[k]), number_of_side[sides[k]]),
               3, sides[k], 1, float(cost[k]) if np.isfinite(cost[k]) else 0.0, False)
        for k in range(n)
    ]  # fmt: skip
    return [
        *units,
        *(
            Entity(f"group-{side}-{group}", group, "group", number_of_side[side], 2, side, 0, 0.0, True)
            for side, group in known
        ),
        *(
            Entity(f"side-{side}", f"{side} command", "side", number_of_side[side], 1, side, 0, 0.0, True)
            for side in run.sides
        ),
    ]
