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
)  # keys of viz.export.export.FORMATS, without importing pyproj

_EXAMPLES = """examples:
  chammo export runs/first --format acmi                             the truth, for Tacview
  chammo export runs/first --format acmi --side blue --out b.zip.acmi  blue's view, zipped
  chammo export runs/first --format geojson --every 60               a fix per minute, for a GIS
  chammo export runs/first --format kml --start 2026-05-04T06:00Z    with a date and time for second 0

The file of a side contains its own units as last reported and its contacts by track number, no other enemy data.
"""


def _configure(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    parser.add_argument("folder", type=Path, metavar="RUN_FOLDER", help="folder written by `chammo run`")
    parser.add_argument("--format", required=True, choices=_FORMATS, help="file format")
    parser.add_argument(
        "--side", default="truth", metavar="SIDE", help="view to export: the name of a side, or truth (default: truth)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="file to write; .zip.acmi and .kmz are compressed (default: RUN-SIDE.FORMAT in the working folder)",
    )
    parser.add_argument(
        "--every", type=float, metavar="S", help="minimum seconds between two fixes (default: every frame)"
    )
    parser.add_argument(
        "--start",
        type=_moment,
        metavar="TIME",
        help="date and time of second 0 in ISO 8601, UTC unless an offset is given (default: 2026-01-01T00:00Z)",
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
    from viz.export.export import DEFAULT_START, ExportOptions, export_run  # pyproj and pyarrow are slow to import

    options = ExportOptions(
        side=arguments.side,
        out=arguments.out,
        every_s=arguments.every,
        start=arguments.start or DEFAULT_START,
        symbols=dict(arguments.symbol),
        unverified=arguments.unverified,
    )
    written = export_run(arguments.folder, arguments.format, options)
    if arguments.json:
        line = json.dumps({"file": str(written.path), "tracks": written.n_tracks, "bytes": written.n_bytes})
    else:
        line = f"{written.path}: {written.n_tracks} tracks, {written.n_bytes / 1e6:.1f} MB"
    sys.stdout.write(line + "\n")
    return 0


EXPORT = Command(
    summary="write a recorded run for Tacview (ACMI), Cesium (CZML), Google Earth (KML) or a GIS (GeoJSON)",
    configure=_configure,
    execute=_execute,
)
