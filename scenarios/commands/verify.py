"""``chammo verify``: compare the engine with exact results of theory, through the scenario format."""

import argparse
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.command import Command

if TYPE_CHECKING:
    from scenarios.verification.options import Topic
    from scenarios.verification.rows import Row
    from scenarios.verification.runner import Run

_EXAMPLES = """examples:
  chammo verify
  chammo verify attrition
  chammo verify attrition --blue 37 --red 29 --rate-blue 0.08 --rate-red 0.1 --dt 0.5 --law square
  chammo verify salvo --case leakers --threats 8 --shots-per-threat 2 --interceptors 11 --replications 20000
  chammo verify radar --ranges-km 20,40,60 --json
  chammo verify --card model-card.html

A statistical row passes within 4 standard errors of its oracle, a deterministic one within the tolerance
shown as ±. Rows marked info show the bias against a limit law and are not judged. Exit code 0: all judged
rows pass; 1: a row failed; 2: an argument is wrong."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo verify``: a topic, its own options and the shared options."""
    from scenarios.verification.options import add_arguments
    from scenarios.verification.topics import TOPICS

    parser.epilog = _EXAMPLES
    _add_shared(parser)
    topics = parser.add_subparsers(title="topics", metavar="TOPIC", dest="topic")
    for topic in TOPICS:
        sub = topics.add_parser(
            topic.name, help=topic.summary, description=f"Verify: {topic.summary}.", allow_abbrev=False
        )
        _add_shared(sub)
        add_arguments(sub, topic)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    """Add the options allowed before or after the topic. Absent options stay absent."""
    absent = argparse.SUPPRESS
    parser.add_argument(
        "--replications", type=int, default=absent, metavar="N", help="replications per check (default 10000)"
    )
    parser.add_argument("--seed", type=int, default=absent, help="seed of all random numbers (default 1)")
    parser.add_argument("--threads", type=int, default=absent, help="worker threads (default: all processors)")
    parser.add_argument("--json", action="store_true", default=absent, help="print the table as JSON")
    parser.add_argument(
        "--card", type=Path, default=absent, metavar="FILE.html", help="write a model card with the table, too"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo verify``."""
    from scenarios.run.progress import Progress, prepare_engine
    from scenarios.verification.options import read_checks
    from scenarios.verification.rows import Verdict
    from scenarios.verification.table import json_text, summary, text_table
    from scenarios.verification.topics import TOPICS, default_checks, play

    run = _run(arguments)
    topic = next((topic for topic in TOPICS if topic.name == arguments.topic), None)
    checks = default_checks() if topic is None else read_checks(topic, arguments)
    is_json = getattr(arguments, "json", False)
    card: Path | None = getattr(arguments, "card", None)
    if card is not None:
        _check_card(card)
    prepare_engine(quiet=is_json)
    progress = Progress("verify: checks", len(checks), quiet=is_json)
    rows = play(checks, run, progress.update)
    progress.close()
    if is_json:
        print(json_text(rows, run.replications, run.seed))
    else:
        print(text_table(rows))
        print(f"\n{run.replications} replications, seed {run.seed}: {summary(rows)}")
    if card is not None:
        _write_card(card, rows, run, _command_line(arguments, topic, run, card))
        if not is_json:
            print(f"model card: {card}")
    return 1 if any(row.verdict is Verdict.FAIL for row in rows) else 0


def _check_card(path: Path) -> None:
    """Refuse a card that could not be written, before anything is played.

    Raises
    ------
    InputError
        If the folder is missing or the name is that of a folder.
    """
    from simcore.errors import InputError

    if path.is_dir():
        raise InputError(f"verify: --card {path}: is a folder; give the name of a file, such as model-card.html")
    if not path.absolute().parent.is_dir():
        raise InputError(f"verify: --card {path}: the folder {path.parent} is missing; make it or choose another")


def _write_card(path: Path, rows: "Sequence[Row]", run: "Run", command: str) -> None:
    """Write the model card."""
    from datetime import UTC, datetime

    from scenarios.format.document import load_document
    from scenarios.format.texts import library_names
    from scenarios.run.provenance import versions
    from scenarios.verification.card.page import Origin, card_html
    from scenarios.verification.topics import TOPICS
    from simcore.recording.files import write_bytes, write_error

    origin = Origin(
        command=command,
        replications=run.replications,
        seed=run.seed,
        versions=versions(),
        made_utc=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        summaries={topic.name: topic.summary for topic in TOPICS},
        library_steps_s=tuple(load_document(name).content.time.dt_s for name in library_names()),
    )
    try:
        write_bytes(path, card_html(rows, origin).encode())
    except OSError as error:
        raise write_error(path, error) from error


def _command_line(arguments: argparse.Namespace, topic: "Topic | None", run: "Run", card: Path) -> str:
    """Return the command to reproduce this card; of the path it contains only the file name."""
    import dataclasses

    from scenarios.verification.options import flag

    words = ["chammo", "verify"]
    if topic is not None:
        words.append(topic.name)
        fields = dict.fromkeys(field.name for kind in topic.cases.values() for field in dataclasses.fields(kind))
        for name in ("case", *fields):
            value = getattr(arguments, name, None)
            if value is not None:
                words += [flag(name), str(value)]
    words += ["--replications", str(run.replications), "--seed", str(run.seed), "--card", card.name]
    return shlex.join(words)


def _run(arguments: argparse.Namespace) -> "Run":
    """Return how much to simulate.

    Raises
    ------
    InputError
        When a number makes no sense.
    """
    from scenarios.verification.runner import Run
    from simcore.errors import InputError

    replications: int = getattr(arguments, "replications", 10_000)
    seed: int = getattr(arguments, "seed", 1)
    threads: int = getattr(arguments, "threads", os.cpu_count() or 1)
    problems: list[str] = []
    if not 2 <= replications <= 10_000_000:
        problems.append(f"--replications: {replications} is out of range; give 2 to 10,000,000")
    if not 0 <= seed < 2**63:
        problems.append(f"--seed: {seed} is out of range; give 0 to 2**63 - 1")
    if not 1 <= threads <= 1024:
        problems.append(f"--threads: {threads} is out of range; give 1 to 1024")
    if problems:
        raise InputError("\n".join(f"verify: {problem}" for problem in problems))
    return Run(replications, seed, threads)


VERIFY = Command(summary="compare the engine with exact results of theory", configure=configure, execute=execute)
