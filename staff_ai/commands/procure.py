"""``chammo procure``: what to buy for a budget and how to fight with it, with a memo."""

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.command import Command
from scenarios.commands.batch import add_engine_arguments

if TYPE_CHECKING:
    from staff_ai.procurement.engine import EnginePlayer
    from staff_ai.procurement.pipeline import Decision

_EXAMPLES = """examples:
  chammo procure harbour-defence -o runs/harbour
  chammo procure my-question.yaml -o runs/mine --lang ko
  chammo procure my-question.yaml -o runs/mine --engine dask --runs 100000
  chammo report runs/harbour --lang ko --out memo.html

A question names a scenario, levers with their costs and a budget, uncertainties, and measures. A design over levers
and uncertainties is played, a surrogate searched for the best mixes with the conduct that suits each, and the
finalists are played again on fresh seeds. Repeat the same command to resume.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo procure``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("question", metavar="QUESTION", help="a question file, or the name of one of the library")
    parser.add_argument("-o", "--out", type=Path, metavar="FOLDER", help="folder of the answer (default: new in runs/)")
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="language of the memo (default en)")
    parser.add_argument("--runs", type=int, metavar="N", help="replications in all, in place of those of the file")
    parser.add_argument("--seed", type=int, help="seed of all random numbers, in place of that of the file")
    add_engine_arguments(parser)
    parser.add_argument("--check", action="store_true", help="check the question and say what would be played")
    parser.add_argument("--no-replays", action="store_true", help="record no runs of the finalists")
    parser.add_argument("--force", action="store_true", help="discard the results in FOLDER and start over")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo procure``."""
    from scenarios.batch.engines import open_engine
    from scenarios.run.play import check_seed
    from scenarios.run.progress import Progress, prepare_engine
    from simcore.recording.files import json_text
    from staff_ai.procurement.answer import as_answer
    from staff_ai.procurement.effort import plan_effort
    from staff_ai.procurement.engine import EnginePlayer
    from staff_ai.procurement.folder import ProcurementFolder
    from staff_ai.procurement.load import load_question
    from staff_ai.procurement.pipeline import decide
    from staff_ai.procurement.text import answer_lines

    question = load_question(arguments.question, runs=arguments.runs, seed=arguments.seed)
    check_seed(question.seed, 0)
    effort = plan_effort(question)
    if arguments.check:
        print("\n".join(_plan_lines(question, effort)))
        return 0
    quiet = arguments.quiet or arguments.json
    folder = arguments.out or Path("runs") / f"{question.name}-procure-seed{question.seed}"
    prepare_engine(quiet=quiet)
    with (
        ProcurementFolder(folder, question, force=arguments.force) as target,
        open_engine(arguments.engine, threads=arguments.threads, scheduler=arguments.scheduler) as engine,
    ):
        bar = Progress("procure: runs", effort.total, quiet=quiet)

        def on_progress(done: int, found: int) -> None:
            bar.found(found)
            bar.update(done)

        player = EnginePlayer(question, folder, engine, on_progress=on_progress)
        decision = decide(question, player, target)
        bar.update(effort.total)
        bar.close()
        replays = _replays(decision, player, quiet=quiet, skip=arguments.no_replays)
        answer = {**as_answer(decision, replays), "sides": player.about["sides"][:2]}
        target.complete(decision, answer, player.about)
    _warn(player)
    memo = _write_memo(folder, arguments.lang)
    if arguments.json:
        print(json_text({"folder": str(folder), "memo": str(memo), **answer}))
        return 0
    print("\n".join(answer_lines(answer)))
    print(f"\n{memo}    the memo, one file")
    print(f"{folder}/answer.json    everything; finalists.parquet: by finalist and future")
    return 0


def _plan_lines(question: Any, effort: Any) -> list[str]:
    from staff_ai.procurement.search import n_conducts

    bought = [lever for lever in question.levers if not lever.is_conduct]
    mixes = math.prod(len(lever.levels) for lever in bought)
    return [
        f"{question.source}: valid",
        f"{len(bought)} levers of purchase ({mixes:,} mixes), {n_conducts(question)} conducts, "
        f"{len(question.uncertainties)} uncertainties, {effort.options} options of the enemy",
        f"at most {effort.total:,} runs: {effort.points} points of a design, {effort.candidates} candidates a round, "
        f"{effort.finalists} finalists in {effort.fresh_futures} futures",
    ]


def _replays(decision: "Decision", player: "EnginePlayer", *, quiet: bool, skip: bool) -> list[list[dict[str, Any]]]:
    """Record the median, best and worst run behind each finalist."""
    from scenarios.run.progress import Progress
    from staff_ai.procurement.folder import kept_rows

    fresh = decision.fresh
    if skip:
        return [[] for _ in fresh.choices]
    bar = Progress("procure: replays", 3 * len(fresh.choices), quiet=quiet)
    found: list[list[dict[str, Any]]] = []
    for k in range(len(fresh.choices)):
        mine: list[dict[str, Any]] = []
        for role, option, replication, value in kept_rows(fresh, k):
            run = player.keep(decision.stage, k * len(fresh.options) + option, replication)
            mine.append(
                {
                    "role": role,
                    "value": value,
                    "option": fresh.options[option].name,
                    "replication": replication,
                    "folder": run.folder,
                    "command": run.command,
                }
            )
            bar.update(3 * k + len(mine))
        found.append(mine)
    bar.close()
    return found


def _write_memo(folder: Path, lang: str) -> Path:
    """Write the memo by the command of reports, found by its name: pages are the work of the viewer."""
    import contextlib
    import io

    from scenarios.cli import main
    from simcore.errors import WargameError

    path = folder / ("memo.html" if lang == "en" else f"memo.{lang}.html")
    with contextlib.redirect_stdout(io.StringIO()):
        code = main(["report", str(folder), "--lang", lang, "--out", str(path)])
    if code != 0:
        raise WargameError(f"{folder}: the answer is complete, the memo is not; run `chammo report {folder}`")
    return path


def _warn(player: "EnginePlayer") -> None:
    from simcore.plugins import warn

    for warning in player.warnings:
        warn(f"warning: {warning}")
    sys.stderr.flush()


PROCURE = Command(
    summary="choose what to buy for a budget and how to fight with it: finalists on fresh seeds, robustness, a memo",
    configure=configure,
    execute=execute,
)
