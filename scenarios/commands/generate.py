"""``chammo generate``: a scenario of any size."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from scenarios.command import Command
from scenarios.generator import DENSITY_PER_KM2, DT_S, DURATION_H, MOST_UNITS
from simcore.errors import InputError
from simcore.recording.files import write_text


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument("--units", type=int, default=1000, metavar="N", help="number of units, 2 to 100000 (1000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of terrain and positions (1)")
    parser.add_argument("--density", type=float, default=DENSITY_PER_KM2, help="units per km2 (%(default)g)")
    parser.add_argument("--hours", type=float, default=DURATION_H, help="length of the run (%(default)g)")
    parser.add_argument("--dt", type=float, default=DT_S, metavar="SECONDS", help="time step (%(default)g)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of the terminal")
    parser.epilog = "example:\n  chammo generate --units 1000 --seed 1 -o thousand.yaml"


def _execute(options: Namespace) -> int:
    checks = (
        ("--units", options.units, 2 <= options.units <= MOST_UNITS, f"give 2 to {MOST_UNITS}"),
        ("--seed", options.seed, 0 <= options.seed < 2**63, "give a whole number >= 0"),
        ("--density", options.density, 1e-3 <= options.density <= 10.0, "give 0.001 to 10 units per square kilometre"),
        ("--hours", options.hours, 0.01 <= options.hours <= 240.0, "give 0.01 to 240 hours"),
        ("--dt", options.dt, 0.1 <= options.dt <= 60.0, "give 0.1 to 60 seconds"),
    )
    problems = [
        f"{name}: {value:g} is out of range; {right}" for name, value, is_right, right in checks if not is_right
    ]
    if problems:
        raise InputError("\n".join(problems))
    from scenarios.generator import generate

    text = generate(options.units, options.seed, options.density, options.hours, options.dt)
    if options.output is None:
        print(text, end="")
        return 0
    path = Path(options.output)
    write_text(path, text)
    print(f"{path}: {options.units} units, {path.stat().st_size / 1e3:,.0f} kB", file=sys.stderr)
    return 0


GENERATE = Command("generate a scenario of any size, for scaling tests", _configure, _execute)
