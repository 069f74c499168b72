"""Arguments that the subcommands on logs share, and their checks."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.errors import InputError

if TYPE_CHECKING:
    from logistics.logs.log import MaintenanceLog


def add_log_options(parser: ArgumentParser) -> None:
    """Declare the options on reading a log and on the output."""
    parser.add_argument(
        "--components",
        default="",
        metavar="A,B",
        help="names of components beside power, mobility, sensor, link, weapon",
    )
    parser.add_argument(
        "--most-gap", type=float, default=5.0, metavar="N",
        help="largest step of time in a history of signals, in usual steps (default 5)",
    )  # fmt: skip
    parser.add_argument(
        "--level", type=float, default=0.9, help="coverage of intervals of remaining life (default 0.9)"
    )
    parser.add_argument("--cap", type=float, help="learned model: remaining lives above it count as this")
    parser.add_argument(
        "--trees", type=int, default=250, metavar="N", help="learned model: trees of each sum (default 250)"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw into FILE, too")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def component_names(options: Namespace) -> tuple[str, ...]:
    """Return the names given with --components."""
    return tuple(name.strip() for name in str(options.components).split(",") if name.strip())


def check_options(options: Namespace) -> None:
    """Refuse numbers out of range and names of files that cannot be written, before any work is done.

    Raises
    ------
    InputError
        With the option and its remedy.
    """
    if not 0.5 <= options.level <= 0.99:
        raise InputError(f"--level {options.level:g}: give a coverage from 0.5 to 0.99")
    if not options.most_gap >= 1.0:
        raise InputError(f"--most-gap {options.most_gap:g}: give 1 or more usual steps")
    if not 1 <= options.trees <= 5000:
        raise InputError(f"--trees {options.trees}: give 1 to 5000 trees")
    for name in ("svg", "out"):
        path: Path | None = getattr(options, name, None)
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            reason = "is a folder" if path.is_dir() else f"the folder {path.parent} does not exist"
            raise InputError(f"--{name} {path}: {reason}; give the name of a file in an existing folder")


def show_notes(log: "MaintenanceLog", *, quiet: bool) -> None:
    """Print the notes of a log on standard error."""
    if not quiet:
        for note in log.notes:
            print(f"{log.file}: {note}", file=sys.stderr)


def write_picture(path: Path, svg: str, *, quiet: bool) -> None:
    """Write a picture and say so on standard error."""
    from simcore.recording.files import write_text

    write_text(path, svg)
    if not quiet:
        print(f"wrote {path}", file=sys.stderr)
