"""Exports of a run to other tools: Tacview (ACMI), Cesium (CZML), Google Earth (KML) and GIS (GeoJSON)."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from scenarios.batch.again import KEPT_RUNS, KINDS
from simcore import __version__
from simcore.errors import InputError
from simcore.recording.files import read_json
from simcore.recording.manifest import MANIFEST, read_manifest
from viz.export.acmi import acmi
from viz.export.cdf import write_cdf
from viz.export.czml import czml
from viz.export.geojson import geojson
from viz.export.icons import icons
from viz.export.kml import kml
from viz.export.output import write_text
from viz.fog.areas import areas_of
from viz.fog.bookmarks import bookmarks_of
from viz.fog.map_fog import map_seen_by
from viz.fog.projection import LocalPlane
from viz.fog.side_view import SideView
from viz.fog.truth_view import TruthView
from viz.fog.view import Export, View
from viz.reading.run_folder import RunFolder

TRUTH = "truth"
"""The all-seeing audience."""

DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)
"""Date and time of second 0 of a scenario without a date: every format requires one."""


@dataclass(frozen=True)
class Format:
    """A file format: its writer and the endings of its files, the first being the default."""

    write: Callable[[Export], Iterator[str]]
    endings: tuple[str, ...]
    zipped: Mapping[str, str] = field(default_factory=dict)  # ending of a zip archive -> name of the file in it
    icons: Callable[[], Mapping[str, bytes]] | None = None  # more files of an archive, by name


FORMATS = {
    "acmi": Format(acmi, (".acmi",), {".zip.acmi": "{stem}.txt.acmi"}),
    "czml": Format(czml, (".czml",)),
    "kml": Format(kml, (".kml",), {".kmz": "doc.kml"}, icons),
    "geojson": Format(geojson, (".geojson", ".json")),
}
"""Formats by name."""


@dataclass(frozen=True)
class ExportOptions:
    """Options of an export."""

    side: str = TRUTH
    out: Path | None = None  # None: <run folder>-<side><ending> in the working folder
    every_s: float | None = None  # least time between two fixes of a track
    start: datetime | None = None  # None: that of the scenario, or DEFAULT_START
    classification: str | None = None  # None: that of the scenario
    symbols: Mapping[str, str] = field(default_factory=dict)  # platform -> 20-digit symbol code
    unverified: bool = False  # whether to export a folder even if it was changed after the run


@dataclass(frozen=True)
class Exported:
    """A written file."""

    path: Path
    n_tracks: int
    n_bytes: int


def export_run(folder: Path, format_name: str, options: ExportOptions | None = None) -> Exported:
    """Write a run folder to a single file of a format (a key of ``FORMATS``) and describe the file.

    Raises ``InputError`` if the run, a side, a symbol or an option is wrong, ``RunError`` if the file cannot be
    written. In both cases no new file is left behind and an existing file is unchanged.
    """
    options = options or ExportOptions()
    with closing(RunFolder(folder)) as run:
        export = prepare_export(run, options)
        chosen = FORMATS[format_name]
        path, member = _target(folder, chosen, options)
        files = chosen.icons() if member and chosen.icons is not None else {}
        n_bytes = write_text(path, chosen.write(replace(export, has_icons=bool(files))), member, files)
        return Exported(path, int((export.view.n_fixes_max > 0).sum()), n_bytes)


CDF = "cdf"
"""The format of several files, for runs and for folders of runs."""


def export_cdf(folder: Path, options: ExportOptions, case: str | None = None) -> list[Path]:
    """Write a run, or every run kept in the folder of a batch, comparison or sweep, in the Common Data Format.

    ``case`` is the name of the scenario, or of the variant, unless given. Returns the files written.

    Raises
    ------
    InputError
        If there is no run, an option does not fit, or a run was changed, unless ``unverified``.
    """
    if options.side != TRUTH:
        raise InputError(f"--side {options.side}: this format holds the truth; leave it out")
    if options.symbols:
        raise InputError("--symbol: this format has no symbols; leave it out")
    _check_every(options.every_s)
    out = options.out or Path(f"{folder.resolve().name}-cdf")
    written: list[Path] = []
    for path, own_case, replication in _runs(folder):
        with closing(RunFolder(path)) as run:
            if not options.unverified:
                _refuse_changes(run)
            written += write_cdf(run, out, case or own_case, replication, options.every_s, options.classification)
    return written


def _runs(folder: Path) -> list[tuple[Path, str, str]]:
    """Return the runs of a folder with the case and replication of each: itself, or those kept in it."""
    kind = read_json(folder / MANIFEST).get("kind") if (folder / MANIFEST).is_file() else "run"
    if kind not in KINDS:
        manifest = read_manifest(folder, "run", ("scenario",))
        return [(folder, str(manifest["scenario"].get("name")), str(manifest.get("replication", 0)))]
    points = read_manifest(folder, str(kind), ("scenario",)).get("points") or []
    found: list[tuple[Path, str, str]] = []
    for path in sorted((folder / KEPT_RUNS).glob("*/manifest.json")):
        manifest = read_manifest(path.parent, "run", ("scenario", "replication"))
        case = str(manifest["scenario"].get("name"))
        if path.parent.name.startswith("point-"):
            case = str(points[int(path.parent.name.split("-")[1])]["name"])
        found.append((path.parent, case, str(manifest["replication"])))
    if not found:
        raise InputError(
            f"{folder}: no run is kept in it; record one with `chammo run --from {folder} --replication K`"
        )
    return found


def _check_every(every_s: float | None) -> None:
    if every_s is not None and not (math.isfinite(every_s) and every_s > 0.0):
        raise InputError(f"--every {every_s:g}: give seconds above 0")


def prepare_export(run: RunFolder, options: ExportOptions) -> Export:
    """Check the options and return the input of the formats. Raises ``InputError``."""
    _check_every(options.every_s)
    if not options.unverified:
        _refuse_changes(run)
    start = (options.start or run.start or DEFAULT_START).astimezone(UTC)
    _check_start(start, run.duration_s)
    view = _view(run, options)
    plane = LocalPlane(run.origin_lonlat_deg)
    seen = map_seen_by(run.map, run.sides, None if options.side == TRUTH else options.side)
    return Export(
        view=view,
        plane=plane,
        areas=areas_of(seen, tuple(run.sides), plane),
        title=run.title,
        classification=run.classification if options.classification is None else options.classification,
        origin_lonlat_deg=run.origin_lonlat_deg,
        start=start,
        recorded=run.started,
        software=f"Chammo {__version__}",
        every_s=options.every_s,
        bookmarks=bookmarks_of(run, None if options.side == TRUTH else options.side),
        hold_s=run.interval_s,
    )


def _refuse_changes(run: RunFolder) -> None:
    changes = run.changes()
    if changes:
        raise InputError(
            "\n".join(map(str, changes))
            + "\nrestore the folder from a copy or run the scenario again; --unverified exports it "
            "as it is"
        )


def _check_start(start: datetime, duration_s: float) -> None:
    try:
        _ = start + timedelta(seconds=duration_s + 1e6)  # some objects stay visible for a while after the end
    except OverflowError:
        raise InputError(
            f"--start {start:%Y-%m-%d}: the run would end after the year 9999; give an earlier date"
        ) from None


def _view(run: RunFolder, options: ExportOptions) -> View:
    if options.side == TRUTH:
        return TruthView(run, options.symbols)
    if options.side in run.sides:
        return SideView(run, options.side, options.symbols)
    choices = [*run.belligerents, TRUTH]
    near = get_close_matches(options.side, choices, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(f"--side {options.side}: {run.path} has no such side; {hint}choose {', '.join(choices)}")


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
