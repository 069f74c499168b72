"""``chammo report``: write a batch, comparison, sweep or procurement as one HTML file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from scenarios.command import Command

_EXAMPLES = """examples:
  chammo report runs/my-batch
  chammo report runs/my-comparison --lang ko --out answer.html

The file needs nothing else: no network, no scripts. It prints on A4.
"""


def _configure(parser: ArgumentParser) -> None:
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="folder written by `chammo batch`, `compare`, `sweep` or `procure`"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write (default: report.html, or memo.html)")
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="language: English or Korean (default en)")
    parser.add_argument(
        "--classification", metavar="TEXT", help="line above and below the report (default: that of the scenario)"
    )
    parser.add_argument(
        "--unverified", action="store_true", help="report the folder even if it was changed after the work"
    )


def _execute(arguments: Namespace) -> int:
    from viz.reading.run_folder import checked_banner
    from viz.report.report import write_report

    path = write_report(
        arguments.folder,
        arguments.out,
        arguments.lang,
        unverified=arguments.unverified,
        classification=checked_banner(arguments.classification),
    )
    sys.stdout.write(f"{path}: {path.stat().st_size / 1e3:.0f} kB\n")
    return 0


REPORT = Command(
    summary="write a batch, comparison, sweep or procurement as one HTML file: answer, pictures, how to reproduce it",
    configure=_configure,
    execute=_execute,
)
