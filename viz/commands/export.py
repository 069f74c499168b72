"""``chammo export``: export a recorded run to Tacview, Cesium, Google Earth or a GIS."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path

from scenarios.command import Command

_FORMATS = (
    "acmi",
    "czml",
    "kml",
    "geojson",
    "cdf",
)  # keys of viz.export.export.FORMATS, and CDF, without importing pyproj

_EXAMPLES = """examples:
  chammo export runs/first --format acmi                             the truth, for Tacview
  chammo export runs/first --format acmi --side blue --out b.zip.acmi  blue's view, zipped
  chammo export runs/first --format geojson --every 60               a fix per minute, for a GIS
  chammo export runs/first --format kml --start 2026-05-04T06:00Z    with a date and time for second 0
  chammo export runs/my-batch --format cdf --out cdf                 Common Data Format: tables for analysis

The file of a side contains its own units as last reported and its contacts by track number, no other enemy data.
"""


def _configure(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "folder", type=Path, metavar="RUN_FOLDER", help="folder written by `chammo run` (cdf: or a folder with runs)"
    )
    parser.add_argument("--format", required=True, choices=_FORMATS, help="file format")
    parser.add_argument(
        "--side", default="truth", metavar="SIDE", help="view to export: the name of a side, or truth (default: truth)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="file to write; .zip.acmi and .kmz are compressed (default: RUN-SIDE.FORMAT here); cdf: folder",
    )
    parser.add_argument(
        "--every", type=float, metavar="S", help="minimum seconds between two fixes (default: every frame)"
    )
    parser.add_argument(
        "--start",
        type=_moment,
        metavar="TIME",
        help="date and time of second 0 in ISO 8601, UTC unless an offset is given (default: that of the scenario, or "
        "2026-01-01T00:00Z)",
    )
    parser.add_argument(
        "--symbol",
        type=_symbol,
        action="append",
        default=[],
        metavar="PLATFORM=SIDC",
        help="20-digit symbol code for a platform without a code on its card; may be repeated",
    )
    parser.add_argument(
        "--classification", metavar="TEXT", help="line in front of the title of the file (default: of the scenario)"
    )
    parser.add_argument("--case", metavar="NAME", help="cdf: name of the case (default: scenario, or variant)")
    parser.add_argument(
        "--unverified", action="store_true", help="export the folder even if it was changed after the run"
    )
    parser.add_argument("--json", action="store_true", help="print a summary of the file as JSON")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is not a date and time like 2026-05-04T06:00Z") from None


def _symbol(text: str) -> tuple[str, str]:
    platform, equals, code = text.rpartition("=")
    if not (equals and platform and code):
        raise ArgumentTypeError(f"{text!r} is not PLATFORM=SIDC, such as scout-uav=10030100001103000000")
    return platform, code


def _execute(arguments: Namespace) -> int:
    from simcore.errors import InputError
    from viz.export.export import CDF, ExportOptions, export_cdf, export_run  # pyproj is slow to import
    from viz.reading.run_folder import checked_banner

    options = ExportOptions(
        side=arguments.side,
        out=arguments.out,
        every_s=arguments.every,
        start=arguments.start,
        classification=checked_banner(arguments.classification),
        symbols=dict(arguments.symbol),
        unverified=arguments.unverified,
    )
    if arguments.format == CDF:
        files = export_cdf(arguments.folder, options, arguments.case)
        names = [str(path) for path in files]
        sys.stdout.write((json.dumps({"files": names}) if arguments.json else "\n".join(names)) + "\n")
        return 0
    if arguments.case is not None:
        raise InputError(f"--case {arguments.case}: only the format cdf has cases; leave it out")
    written = export_run(arguments.folder, arguments.format, options)
    if arguments.json:
        line = json.dumps({"file": str(written.path), "tracks": written.n_tracks, "bytes": written.n_bytes})
    else:
        line = f"{written.path}: {written.n_tracks} tracks, {written.n_bytes / 1e6:.1f} MB"
    sys.stdout.write(line + "\n")
    return 0


EXPORT = Command(
    summary="write a run for Tacview (ACMI), Cesium (CZML), Google Earth (KML), GIS (GeoJSON) or analysis (CDF)",
    configure=_configure,
    execute=_execute,
)
