"""A supply network: places that give or need supplies, and the ways between them."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

from simcore.errors import InputError


@dataclass(frozen=True)
class Node:
    """A place. ``supply`` and ``demand`` per unit of time, any quantity; ``place_km``: east and north, for pictures."""

    name: str
    supply: float = 0.0
    demand: float = 0.0
    place_km: tuple[float, float] | None = None


@dataclass(frozen=True)
class Edge:
    """A way between two places.

    ``capacity``: most per unit of time in each direction, inf for no limit; ``risk``: probability that the way is cut;
    ``is_two_way``: whether it can be used from ``end`` to ``start`` too.
    """

    name: str
    start: str
    end: str
    length_km: float = 0.0
    speed_kmh: float = math.inf
    capacity: float = math.inf
    risk: float = 0.0
    is_two_way: bool = True

    @property
    def time_h(self) -> float:
        """Travel time [h]."""
        return self.length_km / self.speed_kmh


@dataclass(frozen=True)
class Arc:
    """A direction of an edge: indices of the edge and of the nodes that it leads from and to."""

    edge: int
    tail: int
    head: int


@dataclass(frozen=True)
class SupplyNetwork:
    """Nodes and edges. Several edges may join the same two nodes. Raises ``InputError`` with all faults."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        problems = [*self._faults_of_nodes(), *self._faults_of_edges()]
        if problems:
            raise InputError("\n".join(problems))

    @cached_property
    def index(self) -> dict[str, int]:
        """Index of each node by its name."""
        return {node.name: k for k, node in enumerate(self.nodes)}

    @cached_property
    def arcs(self) -> tuple[Arc, ...]:
        """The directions that can be used; an edge without capacity has none."""
        found: list[Arc] = []
        for k, edge in enumerate(self.edges):
            if edge.capacity > 0.0:
                tail, head = self.index[edge.start], self.index[edge.end]
                found.append(Arc(k, tail, head))
                if edge.is_two_way:
                    found.append(Arc(k, head, tail))
        return tuple(found)

    @cached_property
    def sources(self) -> tuple[int, ...]:
        """Nodes with supply."""
        return tuple(k for k, node in enumerate(self.nodes) if node.supply > 0.0)

    @cached_property
    def sinks(self) -> tuple[int, ...]:
        """Nodes with demand."""
        return tuple(k for k, node in enumerate(self.nodes) if node.demand > 0.0)

    @property
    def total_supply(self) -> float:
        """Supply of all nodes per unit of time."""
        return sum(node.supply for node in self.nodes)

    @property
    def total_demand(self) -> float:
        """Demand of all nodes per unit of time."""
        return sum(node.demand for node in self.nodes)

    def without(self, edges: "frozenset[int] | set[int]") -> "SupplyNetwork":
        """Return the network with some edges closed; indices stay the same."""
        changed = tuple(replace(edge, capacity=0.0) if k in edges else edge for k, edge in enumerate(self.edges))
        return SupplyNetwork(self.nodes, changed)

    def reached(self, closed: "frozenset[int] | set[int]" = frozenset(), lost: int | None = None) -> set[int]:
        """Return the nodes that some supply reaches where edges are closed, or a node is lost."""
        found = {k for k in self.sources if k != lost}
        waiting = list(found)
        while waiting:
            for arc in self._leaving[waiting.pop()]:
                if arc.head not in found and arc.edge not in closed and arc.head != lost:
                    found.add(arc.head)
                    waiting.append(arc.head)
        return found

    @cached_property
    def _leaving(self) -> list[list[Arc]]:
        leaving: list[list[Arc]] = [[] for _ in self.nodes]
        for arc in self.arcs:
            leaving[arc.tail].append(arc)
        return leaving

    def _faults_of_nodes(self) -> list[str]:
        problems: list[str] = []
        seen: set[str] = set()
        for node in self.nodes:
            if not node.name:
                problems.append("a node without a name; name it")
            if node.name in seen:
                problems.append(f"node {node.name}: named twice; give each node its own name")
            seen.add(node.name)
            for what, value in (("supply", node.supply), ("demand", node.demand)):
                if not (value >= 0.0 and math.isfinite(value)):
                    problems.append(f"node {node.name}: {what} {value:g}: not a finite number from 0; give one")
            if node.supply > 0.0 and node.demand > 0.0:
                problems.append(f"node {node.name}: has supply and demand; give the difference alone")
        if not any(node.supply > 0.0 for node in self.nodes):
            problems.append("no node has a supply; give at least one a supply above 0")
        if not any(node.demand > 0.0 for node in self.nodes):
            problems.append("no node has a demand; give at least one a demand above 0")
        return problems

    def _faults_of_edges(self) -> list[str]:
        problems: list[str] = []
        names = {node.name for node in self.nodes}
        seen: set[str] = set()
        for edge in self.edges:
            if edge.name in seen:
                problems.append(f"edge {edge.name}: named twice; give each edge its own name")
            seen.add(edge.name)
            problems += [
                f"edge {edge.name}: no node named {end!r}; add the node or mend the name"
                for end in (edge.start, edge.end)
                if end not in names
            ]
            if edge.start == edge.end:
                problems.append(f"edge {edge.name}: leads from {edge.start} to itself; delete it or mend an end")
            if not (edge.length_km >= 0.0 and math.isfinite(edge.length_km)):
                problems.append(f"edge {edge.name}: length {edge.length_km:g} km: not a finite number from 0; give one")
            if not edge.speed_kmh > 0.0:
                problems.append(f"edge {edge.name}: speed {edge.speed_kmh:g} km/h: not above 0; give the speed")
            if not edge.capacity >= 0.0:
                problems.append(f"edge {edge.name}: capacity {edge.capacity:g}: below 0; give 0 (closed) or more")
            if not 0.0 <= edge.risk <= 1.0:
                problems.append(f"edge {edge.name}: risk {edge.risk:g}: not a probability; give 0 to 1")
        if not self.edges:
            problems.append("no edge; give at least one")
        return problems
