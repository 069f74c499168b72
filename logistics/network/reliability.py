"""The probability that places stay connected to a supply where edges are cut independently.

Exact: the set of places that are certainly reached grows edge by edge; each edge that leaves it is open or cut, and
states with the same network ahead are one. Where there are too many such states, the probability is estimated from
random draws, with Wilson's interval.

Sources: Colbourn, The Combinatorics of Network Reliability (1987); Wilson (1927).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from logistics.network.supply_network import SupplyNetwork
from logistics.reliability.intervals import proportion_interval
from simcore.errors import InputError

MOST_STATES = 20_000
"""States of the exact computation; fewer in large networks, see ``MOST_STEPS``."""

MOST_STEPS = 400_000
"""Most states times arcs of the exact computation: about a second."""

_MOST_EDGES = 250  # that may be cut, for the depth of the recursion


@dataclass(frozen=True)
class Connection:
    """The probability that all of some places are reached; ``low`` and ``high``: 95 % interval, equal if exact."""

    probability: float
    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether the probability was computed and not estimated."""
        return self.low == self.high


def connection(
    network: SupplyNetwork, targets: Sequence[int], draws: int = 20_000, seed: int = 1, most_states: int = MOST_STATES
) -> Connection:
    """Return the probability that every target is reached from some supply; see ``connections``."""
    return connections(network, [targets], draws, seed, most_states)[0]


def connections(
    network: SupplyNetwork,
    groups: Sequence[Sequence[int]],
    draws: int = 20_000,
    seed: int = 1,
    most_states: int = MOST_STATES,
) -> list[Connection]:
    """Return for each group of nodes the probability that all of them are reached from some supply.

    Parameters
    ----------
    network
        The network; edge ``k`` is cut with probability ``edges[k].risk``, independently.
    groups
        Nodes that must be reached, of each group.
    draws
        Random draws for the groups whose exact computation needs too many states, at least 100.
    seed
        Seed of the draws.
    most_states
        States of an exact computation; 0 to draw always.
    """
    if draws < 100:
        raise InputError(f"{draws} draws: too few for an interval; give 100 or more")
    exact = [_Exact(network, targets, most_states).probability() if most_states else None for targets in groups]
    rest = [targets for targets, p in zip(groups, exact, strict=True) if p is None]
    estimates = iter(_estimates(network, rest, draws, seed) if rest else ())
    return [next(estimates) if p is None else Connection(p, p, p) for p in exact]


class _TooManyError(Exception):
    """The exact computation needs too many states."""


class _Exact:
    """The exact probability. The places reached are one; the rest of the network shrinks as edges are decided."""

    def __init__(self, network: SupplyNetwork, targets: Sequence[int], most_states: int) -> None:
        self.network = network
        self.arcs = [arc for arc in network.arcs if network.edges[arc.edge].risk < 1.0]
        self.most = min(most_states, MOST_STEPS // (1 + len(self.arcs)))
        self.targets = frozenset(targets)
        self.risk = [edge.risk for edge in network.edges]
        self.known: dict[frozenset[int], float] = {}

    def probability(self) -> float | None:
        """Return the probability, or None where it takes too many states."""
        if sum(0.0 < risk < 1.0 for risk in self.risk) > _MOST_EDGES:
            return None
        try:
            return min(1.0, self._from(frozenset(self.network.sources), list(range(len(self.arcs)))))
        except _TooManyError:
            return None

    def _from(self, reached: frozenset[int], arcs: list[int]) -> float:
        """Return the probability where nodes are reached and some arcs (their indices) are not known to be cut."""
        reached = self._certain(reached, arcs)
        if self.targets <= reached:
            return 1.0
        arcs = self._needed(reached, arcs)
        if not self._can_succeed(reached, arcs):
            return 0.0
        key = frozenset(~k if self.arcs[k].tail in reached else k for k in arcs)
        found = self.known.get(key)
        if found is not None:
            return found
        if len(self.known) >= self.most:
            raise _TooManyError
        arc = self.arcs[next(k for k in arcs if self.arcs[k].tail in reached)]
        risk = self.risk[arc.edge]
        is_open = self._from(reached | {arc.head}, arcs)
        is_cut = self._from(reached, [k for k in arcs if self.arcs[k].edge != arc.edge])
        self.known[key] = (1.0 - risk) * is_open + risk * is_cut
        return self.known[key]

    def _certain(self, reached: frozenset[int], arcs: list[int]) -> frozenset[int]:
        """Return the nodes reached over edges that are never cut."""
        while True:
            more = {
                self.arcs[k].head
                for k in arcs
                if self.risk[self.arcs[k].edge] == 0.0
                and self.arcs[k].tail in reached
                and self.arcs[k].head not in reached
            }
            if not more:
                return reached
            reached |= more

    def _needed(self, reached: frozenset[int], arcs: list[int]) -> list[int]:
        """Return the arcs that can be part of a route to a target that is not reached.

        Dropped: arcs to nodes reached, and to or from nodes without a way in or out, or with a single neighbour.
        """
        arcs = [k for k in arcs if self.arcs[k].head not in reached]
        while True:
            into: dict[int, set[int]] = {}
            out: dict[int, set[int]] = {}
            for k in arcs:
                tail, head = self.arcs[k].tail, self.arcs[k].head
                into.setdefault(head, set()).add(-1 if tail in reached else tail)
                out.setdefault(tail, set()).add(head)
            idle = {
                node
                for node in (into.keys() | out.keys()) - reached - self.targets
                if node not in into or node not in out or (len(into[node] | out[node]) == 1)
            }
            if not idle:
                return arcs
            arcs = [k for k in arcs if self.arcs[k].tail not in idle and self.arcs[k].head not in idle]

    def _can_succeed(self, reached: frozenset[int], arcs: list[int]) -> bool:
        """Return whether all targets are reached where no further edge is cut."""
        found = set(reached)
        while True:
            more = {self.arcs[k].head for k in arcs if self.arcs[k].tail in found} - found
            if not more:
                return self.targets <= found
            found |= more


def _estimates(network: SupplyNetwork, groups: Sequence[Sequence[int]], draws: int, seed: int) -> list[Connection]:
    generator = np.random.default_rng(seed)
    risk = np.array([edge.risk for edge in network.edges])
    arcs = [arc for arc in network.arcs if risk[arc.edge] < 1.0]
    n_met = [0] * len(groups)
    for begin in range(0, draws, 5000):
        n = min(5000, draws - begin)
        is_open = np.ascontiguousarray((generator.random((n, risk.size)) >= risk).T)
        reached = np.zeros((len(network.nodes), n), np.bool_)
        reached[list(network.sources)] = True
        n_before = -1
        while (n_now := int(reached.sum())) != n_before:
            n_before = n_now
            for arc in arcs:
                reached[arc.head] |= reached[arc.tail] & is_open[arc.edge]
        for k, targets in enumerate(groups):
            n_met[k] += int(reached[list(targets)].all(axis=0).sum())
    return [Connection(n / draws, *proportion_interval(n, draws)) for n in n_met]
