"""The cost of triggers that wait: a scenario with none, 10 and 100 of them, in turns.

    python -m benchmarks.trigger_speed [SCENARIO] [--numbers 10 100] [--rounds 9] [--replications 4]

The triggers are of all kinds that look at the world (contacts in a zone, units in a zone, units lost), over all sides,
zones and groups, and ask for more than there is, so that each is checked to the end of the run. Printed: the CPU time
per unit-step without triggers, and the ratio with each number, the median over rounds with its interval. The engine
plays alone: commanders add no time.
"""

import argparse
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.against.pairing import paired_ratio
from benchmarks.section_speed import cpu_ns_in_turns
from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import Document, load_document
from scenarios.format.resolve import resolve
from scenarios.format.schema.triggers import Trigger

_NEVER = 200_000  # contacts or units: more than there are


def with_triggers(document: Document, n: int) -> Compiled:
    """Return a scenario with ``n`` triggers that wait for ever, and with none of its own."""
    content = document.content
    sides = [group.side for group in content.groups]
    triggers: list[Trigger] = []
    for k in range(n):
        group = content.groups[k % len(content.groups)].name
        zone = content.zones[k % len(content.zones)].name if content.zones else None
        conditions: list[dict[str, Any]] = [
            {"contact": sides[k % len(sides)], "level": "detected", "zone": zone},
            {"lost": [group]},
            *([{"entered": [group], "zone": zone}] if zone is not None else []),
        ]
        when = conditions[k % len(conditions)] | {"number": _NEVER}
        triggers.append(
            Trigger.model_validate({"name": f"t{k}", "when": when, "tasks": [{"group": group, "verb": "hold"}]})
        )
    changed = content.model_copy(update={"triggers": tuple(triggers)})
    return compile_scenario(resolve(replace(document, content=changed)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the cost of triggers per unit-step.")
    parser.add_argument("scenario", nargs="?", default="joint-littoral-defence", help="default: the demo")
    parser.add_argument("--numbers", type=int, nargs="+", default=[10, 100], help="numbers of triggers")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--replications", type=int, default=4)
    options = parser.parse_args()
    document = load_document(options.scenario)
    compiled = {n: with_triggers(document, n) for n in [0, *options.numbers]}
    spent = cpu_ns_in_turns(compiled, options.rounds, options.replications, with_policies=False)
    print(f"{options.scenario}, no triggers: {np.median(spent[0]):.0f} ns of CPU time per unit-step")
    for n in options.numbers:
        ratio = paired_ratio(spent[n], spent[0])
        print(f"{n} triggers: {ratio.median:.3f} times as much ({ratio.low:.3f} to {ratio.high:.3f})")


if __name__ == "__main__":
    main()
