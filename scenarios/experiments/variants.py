"""Variants of a scenario with common random numbers: equal replication numbers share their draws."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from scenarios.batch.engine import Condition, LocalEngine, Share
from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import PolicyChoice, choose_policies


def named_policies(compiled: Compiled) -> Sequence[PolicyChoice]:
    """Return the policies named in the scenario."""
    return choose_policies(compiled.roster)


def play_variants(
    variants: Iterable[Compiled],
    seed: int,
    replications: Sequence[int],
    *,
    choose: Callable[[Compiled], Sequence[PolicyChoice]] = named_policies,
    threads: int = 1,
) -> Iterator[tuple[Compiled, dict[str, np.ndarray]]]:
    """Yield each variant with the columns of its replications, (replications,) each, played on demand.

    Results are independent of the number of threads.
    """
    engine = LocalEngine(threads)
    for compiled in variants:
        condition = Condition(compiled, choose(compiled))
        parts: list[Mapping[str, np.ndarray]] = []
        engine.play([Share(0, replications)], lambda _, c=condition: c, seed, lambda _, part, to=parts: to.append(part))
        yield compiled, _in_order(parts, replications)


def _in_order(parts: Sequence[Mapping[str, np.ndarray]], replications: Sequence[int]) -> dict[str, np.ndarray]:
    """Return the joined columns in the order of the replications."""
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    row = {int(k): i for i, k in enumerate(joined["replication"])}
    order = np.array([row[k] for k in replications])
    return {name: column[order] for name, column in joined.items()}
