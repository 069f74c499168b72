"""``chammo advise``: advice at any moment of a recorded run, or of a scenario that is played to that moment."""

import argparse
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.command import Command

if TYPE_CHECKING:
    from staff_ai.advice.advice import Advice
    from staff_ai.explanation.wording import Wording

_EXAMPLES = """examples:
  chammo advise runs/harbour-swarm-seed1-0@10min
  chammo advise harbour-swarm@10min --side red --rollouts 250
  chammo advise runs/mine@1:10:00 --lang ko --html brief.html
  chammo advise runs/mine@2400s --own plan.yaml --json

TIME is 40min, 2400s, 1.5h or h:mm:ss; the decision at or before it counts. The staff sees the pictures of its side,
nothing else. --own FILE is the commander's own plan, as in a scenario file:

  - {group: blue-boats, task: {verb: attack, at_km: [6, -2], radius_km: 3}, roe: free}
  - {group: blue-guns}          # without a task: the plan of the scenario file
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo advise``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("moment", metavar="RUN@TIME", help="a run folder, a scenario file or a name, and a time")
    parser.add_argument("--side", help="side to advise (default: the first)")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--rollouts", type=int, metavar="N", help="games to play; the same advice every time")
    budget.add_argument("--seconds", type=float, metavar="S", help="time for the advice (default 5)")
    parser.add_argument("--lang", choices=("ko", "en"), default="en", help="language (default en)")
    parser.add_argument("--own", type=Path, metavar="FILE", help="the commander's own plan, a YAML file of orders")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a printable decision brief")
    parser.add_argument("--seed", type=int, default=1, help="seed of the advice (default 1)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of the rollouts (default 1)")
    parser.add_argument("--json", action="store_true", help="print the advice as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo advise``."""
    from scenarios.format.korean import korean_names
    from scenarios.run.play import check_seed
    from scenarios.run.progress import prepare_engine
    from simcore.errors import InputError
    from simcore.recording.files import json_text, write_text
    from staff_ai.advice.staff import Staff
    from staff_ai.explanation.brief import brief_page
    from staff_ai.explanation.explanation import FURTHER, N_RECORDED, explain
    from staff_ai.explanation.moment import open_moment, read_own_plan, watch
    from staff_ai.explanation.report import advice_lines, as_json
    from staff_ai.explanation.wording import Wording
    from staff_ai.wargame.game import Budget

    check_seed(arguments.seed, 0)
    if arguments.rollouts is not None and arguments.rollouts < 1:
        raise InputError(f"--rollouts {arguments.rollouts}: below 1; give a number of games")
    if arguments.seconds is not None and not 0.0 < arguments.seconds < 1e6:
        raise InputError(f"--seconds {arguments.seconds:g}: not a time; give more than 0 seconds")
    if arguments.threads < 1:
        raise InputError(f"--threads {arguments.threads}: below 1; give a number of threads")
    moment = open_moment(arguments.moment, arguments.side)
    briefing = moment.briefing
    local = korean_names(moment.compiled.scenario.content) if arguments.lang == "ko" else None
    words = Wording(arguments.lang, briefing, local)
    own = () if arguments.own is None else (read_own_plan(arguments.own, briefing),)
    prepare_engine(moment.compiled.params, quiet=arguments.quiet)
    staff = Staff(
        briefing, scenario=moment.compiled.scenario.hash, threads=arguments.threads, ground=moment.compiled.ground
    )
    picture = watch(moment, staff)
    began = time.perf_counter()
    seconds = None if arguments.rollouts is not None else arguments.seconds or 5.0
    budget = Budget(rollouts=arguments.rollouts) if seconds is None else Budget(seconds=0.7 * seconds)
    advice = staff.advise(
        picture, 0, seed=arguments.seed, budget=budget, incumbent=moment.incumbent, own=own,
        on_advice=None if arguments.quiet else lambda sofar: _show(sofar, words),
    )  # fmt: skip
    words.know(advice.courses)
    if advice.standing is not None and advice.recommended is None and seconds is not None:
        print(f"chammo: no round was complete in {0.7 * seconds:.1f} s; give more --seconds", file=sys.stderr)
    n = N_RECORDED
    n_enemies = 0 if advice.standing is None else len(advice.standing.enemies)
    if seconds is not None and advice.standing is not None and advice.standing.n_rollouts:
        each_s = 1.5 * advice.elapsed_s / advice.standing.n_rollouts  # with events, and no two threads
        left_s = seconds - (time.perf_counter() - began)
        # three courses, or four, on the recorded draws and the further ones, which have no events
        n = max(min(N_RECORDED, int(left_s / max(4.0 * (1.0 + FURTHER / 1.5) * each_s, 1e-9))), n_enemies)
    explanation = explain(advice, briefing, n_recorded=n)
    if arguments.html is not None:
        page = brief_page(
            advice, explanation, words, compiled=moment.compiled, picture=picture, command=_command(arguments)
        )
        write_text(arguments.html, page)
    if arguments.json:
        print(json_text(as_json(advice, explanation, words)))
    else:
        print("\n".join(advice_lines(advice, explanation, words)))
    if arguments.html is not None and not arguments.quiet:
        print(f"wrote {arguments.html}", file=sys.stderr)
    return 0


def _show(advice: "Advice", words: "Wording") -> None:
    """Show the standing so far on standard error."""
    from staff_ai.explanation.wording import number, per_cent

    standing = advice.standing
    if standing is None or advice.recommended is None:
        return
    row = standing.row(advice.recommended)
    if row is None:
        return
    text = words.text(
        "progress_near" if standing.is_near else "progress",
        seconds=f"{standing.seconds:.1f}", rollouts=standing.n_rollouts, course=words.course(row.course),
        mean=number(row.mean.value), low=number(row.mean.low), high=number(row.mean.high), p=per_cent(row.p_best),
    )  # fmt: skip
    print(text, file=sys.stderr, flush=True)


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that repeats the advice."""
    given = ["chammo", "advise", arguments.moment]
    for name in ("side", "rollouts", "seconds", "own"):
        value = getattr(arguments, name)
        if value is not None:
            given += [f"--{name}", f"{value:g}" if isinstance(value, float) else str(value)]
    return shlex.join([*given, "--lang", arguments.lang, "--seed", str(arguments.seed)])


ADVISE = Command(
    summary="wargame courses of action from a moment of a run, and recommend one", configure=configure, execute=execute
)
