"""Exports of a run to other tools: Tacview (ACMI), Cesium (CZML), Google Earth (KML) and GIS (GeoJSON)."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from simcore import __version__
from simcore.errors import InputError
from viz.formats.acmi import acmi
from viz.formats.areas import areas_of
from viz.formats.czml import czml
from viz.formats.geojson import geojson
from viz.formats.kml import kml
from viz.formats.output import write_text
from viz.formats.projection import LocalPlane
from viz.formats.recording import Recording, open_recording
from viz.formats.side_view import SideView
from viz.formats.truth_view import TruthView
from viz.formats.view import Export, View
from viz.reading.map_document import MapDocument

TRUTH = "truth"
"""Audience that sees everything."""

DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)
"""Date and time of second 0: scenarios have no date, and every format wants one."""


@dataclass(frozen=True)
class Format:
    """A file format: how to write it, and the endings of its files, the first of which is the default."""

    write: Callable[[Export], Iterator[str]]
    endings: tuple[str, ...]
    zipped: Mapping[str, str] = field(default_factory=dict)  # ending of a zip archive -> name of the file in it


FORMATS = {
    "acmi": Format(acmi, (".acmi",), {".zip.acmi": "{stem}.txt.acmi"}),
    "czml": Format(czml, (".czml",)),
    "kml": Format(kml, (".kml",), {".kmz": "doc.kml"}),
    "geojson": Format(geojson, (".geojson", ".json")),
}
"""Formats by name."""


@dataclass(frozen=True)
class ExportOptions:
    """What to export and how."""

    side: str = TRUTH
    out: Path | None = None  # None: <run folder>-<side><ending> in the working folder
    every_s: float | None = None  # least time between two fixes of a track
    start: datetime = DEFAULT_START
    symbols: Mapping[str, str] = field(default_factory=dict)  # platform -> 20-digit symbol code


@dataclass(frozen=True)
class Exported:
    """A file that was written."""

    path: Path
    n_tracks: int
    n_bytes: int


def export_run(folder: Path, format_name: str, options: ExportOptions | None = None) -> Exported:
    """Write a run folder to one file of a format (a key of ``FORMATS``) and return what was written.

    Raises ``InputError`` when the run, a side, a symbol or an option is wrong, ``RunError`` when the file cannot be
    written. In both cases no file is left behind and an older one is as it was.
    """
    options = options or ExportOptions()
    export = prepare_export(folder, options)
    path, member = _target(folder, FORMATS[format_name], options)
    n_bytes = write_text(path, FORMATS[format_name].write(export), member)
    return Exported(path, len(export.view.tracks), n_bytes)


def prepare_export(folder: Path, options: ExportOptions) -> Export:
    """Check a run folder and the options, and return what the formats write from. Raises ``InputError``."""
    if options.every_s is not None and not (math.isfinite(options.every_s) and options.every_s > 0.0):
        raise InputError(f"--every {options.every_s:g}: give seconds above 0")
    recording = open_recording(folder)
    view = _view(recording, options)
    plane = LocalPlane(recording.origin_lonlat_deg)
    sides = recording.sides
    seen = MapDocument(folder).seen_by(list(sides), None if options.side == TRUTH else options.side)
    return Export(
        view=view,
        plane=plane,
        areas=areas_of(seen, sides, plane),
        title=recording.title,
        origin_lonlat_deg=recording.origin_lonlat_deg,
        start=options.start,
        recorded=_recorded(recording),
        software=f"Chammo {__version__}",
        every_s=options.every_s,
        hold_s=max(recording.frame_interval_s, options.every_s or 0.0),
    )


def _view(recording: Recording, options: ExportOptions) -> View:
    if options.side == TRUTH:
        return TruthView(recording, options.symbols)
    if options.side in recording.sides:
        return SideView(recording, options.side, options.symbols)
    choices = [*(side for n, side in enumerate(recording.sides) if n not in recording.neutral), TRUTH]
    near = get_close_matches(options.side, choices, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(f"--side {options.side}: {recording.folder} has no such side; {hint}choose {', '.join(choices)}")


def _target(folder: Path, chosen: Format, options: ExportOptions) -> tuple[Path, str]:
    """Return the path to write and, for an archive, the name of the file in it."""
    if options.out is None:
        return Path(f"{folder.resolve().name}-{options.side}{chosen.endings[0]}"), ""
    name = options.out.name.lower()
    for ending, member in chosen.zipped.items():
        if name.endswith(ending):
            return options.out, member.format(stem=options.out.name[: -len(ending)] or "run")
    if not name.endswith(chosen.endings):
        endings = ", ".join([*chosen.endings, *chosen.zipped])
        raise InputError(f"--out {options.out}: the name of this format's files ends in {endings}")
    return options.out, ""


def _recorded(recording: Recording) -> datetime | None:
    try:
        return datetime.fromisoformat(str(recording.manifest.get("started_utc"))).astimezone(UTC)
    except ValueError:
        return None
