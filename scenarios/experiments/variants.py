"""Variants of a scenario with common random numbers: equal replication numbers share their draws."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scenarios.batch.batch import largest_chunk, play_replications
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
    for compiled in variants:
        policies = choose(compiled)
        size = min(largest_chunk(compiled.params), max(1, -(-len(replications) // threads)))
        chunks = [replications[first : first + size] for first in range(0, len(replications), size)]

        def play(
            chunk: Sequence[int], compiled: Compiled = compiled, policies: Sequence[PolicyChoice] = policies
        ) -> dict[str, np.ndarray]:
            return play_replications(compiled, policies, seed, chunk)

        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(play, chunks))
        yield compiled, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
