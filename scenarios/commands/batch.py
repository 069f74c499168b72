"""``chammo batch``: play a scenario many times on all cores and estimate every measure with an interval."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.command import Command
from scenarios.commands.run import DEFAULT_FOLDER, add_play_arguments, logistics_options, play_options

if TYPE_CHECKING:
    from scenarios.batch.batch import BatchResult

_EXAMPLES = """examples:
  chammo batch joint-littoral-defence -n 1000
  chammo batch two-patrols -n 200 --all
  chammo batch joint-littoral-defence -n 200 --red hold --out runs/passive-red --keep-runs 3
  chammo batch my-scenario.yaml -n 500 --json > estimates.json
  chammo batch joint-littoral-defence -n 10000 --engine dask --scheduler tcp://10.0.0.1:8786

Repeat the same command to resume an interrupted or killed batch; a larger -n adds replications to a finished batch.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo batch``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("scenario", help="a scenario file, or a name from `chammo list`")
    parser.add_argument("-n", type=int, default=100, metavar="N", help="number of replications (default 100)")
    add_play_arguments(parser)
    parser.add_argument("--first", type=int, default=0, metavar="K", help="first replication number (default 0)")
    add_engine_arguments(parser)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="batch folder (default: named after the scenario)")
    parser.add_argument("--force", action="store_true", help="discard the batch in FOLDER and start over")
    parser.add_argument(
        "--keep",
        default="median,best,worst",
        metavar="LIST",
        help="replications to record as run folders: median, best, worst (default: all three), or none",
    )
    parser.add_argument(
        "--keep-by", metavar="MEASURE", help="the measure that decides (default: score of the first side)"
    )
    parser.add_argument("--keep-runs", type=int, default=0, metavar="K", help="also record the first K as run folders")
    parser.add_argument("--all", action="store_true", help="print every measure, not only the answer on one screen")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print the estimates as JSON")


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the engines, which play many replications."""
    parser.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="where to play: threads, or a Dask cluster"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster (default: a new one on this machine)")
    parser.add_argument(
        "--threads", type=int, metavar="T", help="threads, or processes of a local cluster (default: one per core)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo batch``."""
    from scenarios.batch.batch import run_batch
    from scenarios.batch.engines import open_engine
    from scenarios.batch.kept import keeping_measure, read_roles
    from scenarios.loader import load_again
    from scenarios.run.policies import choose_policies, outside_warnings
    from scenarios.run.progress import Progress, prepare_engine
    from simcore.errors import InputError
    from simcore.plugins import warn

    if arguments.keep_runs < 0:
        raise InputError(f"--keep-runs {arguments.keep_runs}: below 0; give the number of runs to record")
    keep = read_roles(arguments.keep)
    compiled = load_again(arguments.scenario, sustainment=arguments.sustainment)
    keeping_measure(compiled.measures.listed, compiled.roster.sides[0], arguments.keep_by)
    for warning in compiled.warnings:
        warn(f"warning: {warning}")
    choices = choose_policies(compiled.roster, arguments.policy, play_options(arguments), logistics_options(arguments))
    for note in outside_warnings(choices, compiled):
        warn(f"warning: {note}")
    folder = arguments.out or DEFAULT_FOLDER / f"{compiled.roster.scenario}-batch-seed{arguments.seed}"
    prepare_engine(compiled.params, quiet=arguments.quiet)
    progress: list[Progress] = []

    def on_progress(done: int, total: int) -> None:
        if not progress:
            progress.append(Progress("replications", total, done, quiet=arguments.quiet))
        progress[0].update(done)

    try:
        with open_engine(arguments.engine, threads=arguments.threads, scheduler=arguments.scheduler) as engine:
            result = run_batch(
                compiled,
                choices,
                n=arguments.n,
                folder=folder,
                seed=arguments.seed,
                first=arguments.first,
                force=arguments.force,
                keep_runs=arguments.keep_runs,
                keep=keep,
                keep_by=arguments.keep_by,
                on_progress=on_progress,
                engine=engine,
            )
    finally:
        for bar in progress:
            bar.close()
    _report(arguments, result, compiled.roster.sides)
    return 0


def _report(arguments: argparse.Namespace, result: "BatchResult", sides: tuple[str, ...]) -> None:
    from scenarios.measures.estimates import estimate_lines
    from scenarios.measures.headline import headline_lines
    from scenarios.show.screen import screen, show

    n = result.manifest["n_replications"]
    speed = {
        "replications_per_s": result.n_computed / max(result.seconds, 1e-9),
        "unit_steps_per_s": result.unit_steps / max(result.seconds, 1e-9),
    }
    if arguments.json:
        from simcore.recording.files import json_text

        print(json_text({"folder": str(result.folder), "manifest": result.manifest, **speed}))
        return
    to = screen()
    lines: list[str] = []
    title = result.manifest["scenario"]["title"] or result.manifest["scenario"]["name"]
    lines.append(f"{title}: {n} replications, seed {arguments.seed}")
    lines.append(", ".join(f"{p['side']} plays {p['name']}" for p in result.manifest["policies"]))
    if arguments.all:
        lines += ["", "estimate (95 % interval); intervals stay within the range of their measure", ""]
        lines += estimate_lines(result.estimates, sides, to.width)
    else:
        values, blocks = result.replications, _has_blocks()
        lines += ["", *headline_lines(result.estimates, values, sides, blocks=blocks, width=to.width)]
    if result.n_computed:
        lines.append("")
        lines.append(
            f"{result.n_computed} replications in {result.seconds:.1f} s: {speed['replications_per_s']:.1f} "
            f"replications/s, {speed['unit_steps_per_s']:,.0f} unit-steps/s"
        )
        if result.n_computed < n:
            lines.append(f"{n - result.n_computed} replications were already in {result.folder}")
    else:
        lines.append("")
        lines.append(f"nothing to compute: {result.folder} already contains these replications")
    lines.append("")
    lines.append(f"{'Next' if arguments.all else 'Next (95 % intervals in brackets; --all prints every measure)'}")
    lines.append(f"  {result.folder}/replications.parquet    a row per replication, a column per measure")
    lines.append(f"  chammo batch {arguments.scenario} -n {4 * n} --out {result.folder}    halve the intervals")
    lines.append(f"  chammo run --from {result.folder} --replication K    record a single replication")
    kept = result.manifest["kept"]
    if kept:
        others = "".join(f", {one['role']} {one['folder'].rpartition('/')[2]}" for one in kept[1:])
        lines.append(f"  chammo replay {result.folder}/{kept[0]['folder']}    watch the {kept[0]['role']}{others}")
    show(lines, sides, to)


def _has_blocks() -> bool:
    """Return whether the output can show block characters."""
    try:
        "█░".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


BATCH = Command(
    summary="play a scenario many times on all cores and estimate every measure with an interval",
    configure=configure,
    execute=execute,
)
