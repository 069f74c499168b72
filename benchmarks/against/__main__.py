"""Compare the speed of the present tree with another commit: python -m benchmarks.against COMMIT.

    python -m benchmarks.against HEAD                          # uncommitted changes against their base
    python -m benchmarks.against main --cases night-strait,generated-1000 --rounds 15
    python -m benchmarks.against v0.1 --floor 0.95 --json against.json
    python -m benchmarks.against v0.1 --costs --rounds 3       # memory and starts; less is better

The commit is unpacked below build/against and kept there with its compiled code (make clean removes it); it runs with
the packages of this Python. Both trees take turns, round by round, so that a ratio holds on a busy machine. Exit codes:
0; 1 if the interval of a case lies below --floor; 2 if nothing can be compared.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.against.comparison import Case, Comparison, report_lines
from benchmarks.against.costs import Cost, choose_costs, cost_lines, measure_costs
from benchmarks.against.pairing import LEVEL
from benchmarks.against.trees import TreeError, present_tree, unpack


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.against", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("commit", help="the older commit: a hash, branch or tag")
    parser.add_argument("--rounds", type=int, default=9, help="rounds, each with fresh processes (9)")
    parser.add_argument(
        "--cases", help="names separated by commas (default: the library, generated-100, -1000, -10000)"
    )
    parser.add_argument("--seconds", type=float, default=1.0, help="CPU-seconds of a case and tree in a round (1)")
    parser.add_argument("--floor", type=float, help="exit with 1 if the interval of a case lies below this ratio")
    parser.add_argument(
        "--costs", action="store_true", help="memory per unit and the CPU time of starts instead of speeds"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all speeds to this file too")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or not 0.001 <= options.seconds <= 600.0:
        parser.error("give 1 or more rounds and 0.001 to 600 seconds")
    began_s = time.perf_counter()

    def say(text: str) -> None:
        print(f"against {time.perf_counter() - began_s:6.1f} s  {text}", file=sys.stderr, flush=True)

    asked = options.cases.split(",") if options.cases else None
    costs: list[Cost] = []
    cases: list[Case] = []
    is_interrupted = False
    with tempfile.TemporaryDirectory() as folder:
        try:
            new, old = present_tree(), unpack(options.commit)
            try:
                if options.costs:
                    costs = choose_costs(asked, options.rounds)
                    measure_costs(costs, new, old, Path(folder), say)
                else:
                    comparison = Comparison(new, old, Path(folder), say)
                    cases = comparison.cases
                    comparison.measure(asked or comparison.case_names(), options.rounds, options.seconds)
            except KeyboardInterrupt:
                is_interrupted = True
        except TreeError as error:
            print(f"against: {error}", file=sys.stderr)
            return 2
    if options.costs:
        print("\n".join(cost_lines(costs, new.name, old.name)))
    else:
        print("\n".join(report_lines(cases, new.name, old.name, options.floor)))
    if options.json is not None:
        result = {"new": new.name, "old": old.name, "level": LEVEL, "seconds": options.seconds, "floor": options.floor}
        result["cases"] = [each.as_json() for each in (*cases, *costs)]
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if is_interrupted:
        print("against: interrupted; the numbers above are incomplete", file=sys.stderr)
        return 130
    if options.costs:
        return 0 if any(cost.ratio is not None for cost in costs) else 2
    ratios = [case.ratio for case in cases if case.ratio is not None]
    if not ratios:
        return 2
    return int(options.floor is not None and any(ratio.is_below(options.floor) for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main())
