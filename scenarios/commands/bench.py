"""``chammo bench``: speed of the engine on this machine, compared with other engines and its performance floors."""

import sys
import time
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from typing import TYPE_CHECKING

from scenarios.command import Command

if TYPE_CHECKING:
    from scenarios.benchmark.benchmark import Settings

_EPILOG = """examples:
  chammo bench
  chammo bench --quick --no-peers
  chammo bench --units 1000 --seconds 3 --magent2-python ~/magent2/bin/python --json > bench.json

Speeds are per CPU-second and vary with the machine; run it on a quiet machine. Ratios are taken round by round and vary
far less. The exit code is 0 whatever the results; with --check it is 1 if a floor is missed.
"""

_DEFAULT_UNITS = (100, 1000, 10_000)
_QUICK_UNITS = (100, 1000)
_QUICK_TICKS = 60
_QUICK_GROWTH_BYTES = 16e6


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo bench``."""
    parser.epilog = _EPILOG
    parser.add_argument("--scenario", default="joint-littoral-defence", metavar="NAME", help="the demo to measure")
    parser.add_argument(
        "--units", type=int, nargs="*", metavar="N", help="sizes of generated scenarios (100 1000 10000)"
    )
    parser.add_argument("--seconds", type=float, metavar="S", help="approximate CPU-seconds of each case per round (1)")
    parser.add_argument("--rounds", type=int, metavar="K", help="rounds; the median counts (5)")
    parser.add_argument(
        "--threads",
        type=int,
        nargs="*",
        default=[1, 2],
        metavar="T",
        help="thread counts for the speed-up (1 2)",
    )
    parser.add_argument("--peers", action=BooleanOptionalAction, default=True, help="measure other engines too")
    parser.add_argument(
        "--plugins", action=BooleanOptionalAction, default=True, help="run the benchmarks of installed packages too"
    )
    parser.add_argument("--start", action=BooleanOptionalAction, default=None, help="measure cold and warm start")
    parser.add_argument(
        "--start-scenario", default="two-patrols", metavar="NAME", help="scenario of the start (two-patrols)"
    )
    parser.add_argument("--mesa-python", metavar="PATH", help="Python with mesa 3.3 (default: this Python)")
    parser.add_argument("--magent2-python", metavar="PATH", help="Python with magent2 (default: this Python)")
    parser.add_argument("--jaxmarl-python", metavar="PATH", help="Python with jaxmarl (default: this Python)")
    parser.add_argument("--quick", action="store_true", help="short runs, rough numbers, no cold start")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a floor is missed")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def execute(arguments: Namespace) -> int:
    """Run ``chammo bench``."""
    settings = _settings(arguments)
    from scenarios.benchmark.benchmark import Benchmark
    from scenarios.benchmark.report import report_lines
    from scenarios.benchmark.results import floors
    from simcore.recording.files import json_text

    began = time.perf_counter()

    def say(text: str) -> None:
        print(f"bench {time.perf_counter() - began:6.1f} s  {text}", file=sys.stderr, flush=True)

    benchmark = Benchmark(settings, say)
    is_interrupted = False
    try:
        benchmark.measure()
    except KeyboardInterrupt:
        is_interrupted = True
    results = benchmark.results
    print(json_text(results.as_json()) if arguments.json else "\n".join(report_lines(results)))
    if is_interrupted:
        print("chammo: interrupted; the numbers above are incomplete", file=sys.stderr)
        return 130
    is_missed = any(floor.is_met is False for floor in floors(results))
    return 1 if arguments.check and is_missed else 0


def _settings(arguments: Namespace) -> "Settings":
    from scenarios.generator import MOST_UNITS
    from simcore.errors import InputError

    is_quick: bool = arguments.quick
    units = arguments.units if arguments.units is not None else (_QUICK_UNITS if is_quick else _DEFAULT_UNITS)
    seconds = arguments.seconds if arguments.seconds is not None else (0.1 if is_quick else 1.0)
    rounds = arguments.rounds if arguments.rounds is not None else (2 if is_quick else 5)
    checks = (
        ("--units", units, all(2 <= n <= MOST_UNITS for n in units), f"give sizes from 2 to {MOST_UNITS}"),
        ("--seconds", seconds, 0.001 <= seconds <= 600.0, "give 0.001 to 600 seconds"),
        ("--rounds", rounds, 1 <= rounds <= 1000, "give 1 to 1000 rounds"),
        ("--threads", arguments.threads, all(1 <= n <= 1024 for n in arguments.threads), "give numbers from 1 to 1024"),
    )
    problems = [f"{name} {value}: out of range; {right}" for name, value, is_right, right in checks if not is_right]
    if problems:
        raise InputError("\n".join(problems))
    from scenarios.benchmark.benchmark import Settings

    return Settings(
        scenario=arguments.scenario,
        units=tuple(sorted(set(units))),
        threads=tuple(sorted(set(arguments.threads))),
        seconds=seconds,
        rounds=rounds,
        peers=arguments.peers,
        plugins=arguments.plugins,
        start=arguments.start if arguments.start is not None else not is_quick,
        cold=not is_quick,
        start_scenario=arguments.start_scenario,
        mesa_python=arguments.mesa_python,
        magent2_python=arguments.magent2_python,
        jaxmarl_python=arguments.jaxmarl_python,
        most_ticks=_QUICK_TICKS if is_quick else None,
        growth_bytes=_QUICK_GROWTH_BYTES if is_quick else 64e6,
    )


BENCH = Command("measure speed and memory here, against other engines and performance floors", configure, execute)
