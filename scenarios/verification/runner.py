"""From a scenario document to samples, on the same path as a user's file.

document -> YAML text -> parse -> resolve -> compile -> Simulation, in chunks of replications.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.types import F64

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

Document = dict[str, Any]
Sample = Mapping[str, F64]

_UNITS_AT_ONCE = 200_000
"""Replications x units simulated together; bounds the memory."""


@dataclass(frozen=True)
class Run:
    """Size of the simulation. ``seed`` and the replication number determine every draw."""

    replications: int = 10_000
    seed: int = 1
    threads: int = 2

    def fewer(self, count: int) -> str:
        """Return the note of a check that plays fewer replications than asked for; empty if it does not."""
        return f"{count} replications: more would take too long" if count < self.replications else ""


def begin(compiled: "Compiled", seed: int, first: int, last: int, threads: int) -> "Simulation":
    """Return a simulation of the replications ``first`` .. ``last`` - 1."""
    from simcore.simulation import Simulation

    replications = np.arange(first, last, dtype=np.int64)
    return Simulation(compiled.params, seed=seed, replications=replications, picture_contacts=1, threads=threads)


def sample(
    document: Document,
    run: Run,
    n_ticks: int,
    measure: Callable[["Simulation", "Compiled"], Sample],
    replications: int | None = None,
) -> dict[str, F64]:
    """Play replications to ``n_ticks`` or to their end, and collect ``measure`` from each chunk.

    ``measure`` returns arrays with a leading replication axis; the arrays of the chunks are concatenated.
    """
    return sample_at(document, run, (n_ticks,), measure, replications)[0]


def sample_at(
    document: Document,
    run: Run,
    stops: Sequence[int],
    measure: Callable[["Simulation", "Compiled"], Sample],
    replications: int | None = None,
    prepare: Callable[["Simulation", "Compiled"], None] | None = None,
) -> list[dict[str, F64]]:
    """Play replications and collect ``measure`` at each of the ticks ``stops``, ascending, as ``sample`` does at one.

    ``prepare`` is called before the first tick, for example to give standing orders.
    """
    from scenarios.loader import compile_document

    compiled = compile_document(document)
    total = run.replications if replications is None else replications
    chunk = max(1, min(total, _UNITS_AT_ONCE // max(1, len(compiled.roster.units))))
    parts: list[list[Sample]] = [[] for _ in stops]
    for first in range(0, total, chunk):
        simulation = begin(compiled, run.seed, first, min(first + chunk, total), run.threads)
        if prepare is not None:
            prepare(simulation, compiled)
        for k, stop in enumerate(stops):
            left = stop - simulation.tick
            while left > 0 and not bool(np.all(simulation.done)):
                step = min(left, 256)
                simulation.advance(step)
                left -= step
            parts[k].append(measure(simulation, compiled))
    return [{name: np.concatenate([part[name] for part in found]) for name in found[0]} for found in parts]
