"""The cost of a section per unit-step: a scenario with sustainment or medical support and without, in turns.

    python -m benchmarks.section_speed sustainment [SCENARIO] [--rounds 9] [--replications 4] [--policies]

Printed: nanoseconds of CPU time per unit-step of both, and their ratio, the median over rounds with its range. The
order within a round changes from round to round. A scenario without the section takes its defaults: the components,
people and vehicles of its cards. That a section costs nothing where it is off shows ``make against COMMIT=...`` with a
commit before it.
"""

import argparse
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from scenarios.batch.playing import play_replications
from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import load_document
from scenarios.format.resolve import resolve
from scenarios.format.schema.medical import Medical
from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.policies import choose_policies
from simcore.params import RuleW

SEED = 5
Name = TypeVar("Name")


def load_with(section: str, choice: str, scenario: str) -> Compiled:
    """Return a scenario with a section "on" or "off"."""
    if section == "sustainment":
        return load(scenario, sustainment=choice)
    document = load_document(scenario)
    content = document.content
    medical = None if choice == "off" else content.medical or Medical()
    return compile_scenario(resolve(replace(document, content=content.model_copy(update={"medical": medical}))))


def cpu_ns_per_unit_step(compiled: Compiled, replications: range, *, with_policies: bool) -> float:
    """Play replications to their end; return nanoseconds of CPU time per live unit and tick."""
    if with_policies:
        choices = choose_policies(compiled.roster)
        begun = time.process_time()
        steps = float(play_replications(compiled, choices, SEED, replications)["unit_steps"].sum())
        return (time.process_time() - begun) * 1e9 / steps
    simulation = start_simulation(compiled, SEED, replications)
    begun = time.process_time()
    simulation.advance(int(compiled.params.rules_whole[RuleW.N_TICKS]))
    spent = time.process_time() - begun
    return spent * 1e9 / simulation.unit_steps


def cpu_ns_in_turns(
    compiled: Mapping[Name, Compiled], rounds: int, n: int, *, with_policies: bool
) -> dict[Name, list[float]]:
    """Play ``n`` other replications of all scenarios in each round, in an order that changes; return their costs."""
    for one in compiled.values():
        cpu_ns_per_unit_step(one, range(1), with_policies=with_policies)  # loads the compiled code
    spent: dict[Name, list[float]] = {name: [] for name in compiled}
    for k in range(rounds):
        replications = range(k * n, (k + 1) * n)
        for name in compiled if k % 2 == 0 else reversed(list(compiled)):
            spent[name].append(cpu_ns_per_unit_step(compiled[name], replications, with_policies=with_policies))
    return spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the cost of a section per unit-step.")
    parser.add_argument("section", choices=("sustainment", "medical"))
    parser.add_argument("scenario", nargs="?", default="joint-littoral-defence", help="default: the demo")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--replications", type=int, default=4)
    parser.add_argument(
        "--policies", action="store_true", help="play the policies of the file too; else the engine alone"
    )
    options = parser.parse_args()
    compiled = {choice: load_with(options.section, choice, options.scenario) for choice in ("off", "on")}
    spent = cpu_ns_in_turns(compiled, options.rounds, options.replications, with_policies=options.policies)
    ratios = np.array(spent["on"]) / np.array(spent["off"])
    for choice, values in spent.items():
        print(f"{options.section} {choice}: {np.median(values):.0f} ns per unit-step")
    print(f"ratio {np.median(ratios):.3f} ({ratios.min():.3f} to {ratios.max():.3f}), {options.rounds} rounds")


if __name__ == "__main__":
    main()
