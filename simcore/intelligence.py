"""Intelligence: the knowledge of a side about the others before the fight.

It is made of the section ``intelligence`` of the scenario file and of the side's own part of the file. Nothing in it
depends on true enemy units that the section does not state.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from simcore.types import F64

EMISSIONS_UNKNOWN = 0.5
"""Probability that a force comes with its radars off, if nothing is known of that."""


@dataclass(frozen=True, eq=False)
class ForeignForce:
    """Units of one platform that a side expects to meet."""

    side: str  # name of their side: the enemy, or a neutral side
    platform: str
    domain: int  # Domain
    target_class: int  # TargetClass
    cost_musd: float  # of a unit
    least: int
    most: int
    areas_m: tuple[F64, ...]  # outlines (2, corners) [m] of the areas in which they may start; empty: anywhere
    aboard: str  # platform that carries them at the start, or ""
    arrival_s: float  # expected arrival of a reinforcement; 0: there from the start
    groups: tuple[str, ...]  # its groups in the staff document, ``most`` units together
    silent: float = EMISSIONS_UNKNOWN  # probability that its armed mobile units come with their radars off


@dataclass(frozen=True, eq=False)
class Doctrine:
    """A policy that the enemy may follow. The weights of all doctrines sum to 1."""

    name: str
    parameters: Mapping[str, object]
    weight: float


@dataclass(frozen=True, eq=False)
class Intelligence:
    """A side's knowledge about the others before the fight.

    ``order_of_battle`` is ``unknown``, ``listed``, ``by_type`` or ``exact``. ``own_cost_musd`` is the cost of the own
    units: with an unknown order of battle, an enemy of about that cost is expected.
    """

    order_of_battle: str = "unknown"
    forces: tuple[ForeignForce, ...] = ()
    doctrines: tuple[Doctrine, ...] = ()
    own_cost_musd: float = 0.0
    write_document: Callable[[], dict[str, Any]] = field(default=dict, repr=False)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The staff document: a scenario document of plain data. Treat it as read-only.

        Own units, ground, weather and rules are those of the file. The other sides are as described by the
        intelligence, each force with its largest number of units. Own groups and units keep their names. Empty for
        neutral sides.
        """
        return self.write_document()

    @cached_property
    def digest(self) -> str:
        """Digest of everything known (blake2b, 32 hex digits)."""
        known = {
            "order_of_battle": self.order_of_battle,
            "forces": [{**vars(force), "areas_m": [area.tolist() for area in force.areas_m]} for force in self.forces],
            "doctrines": [vars(doctrine) for doctrine in self.doctrines],
            "document": self.document,
        }
        text = json.dumps(known, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


NOTHING_KNOWN = Intelligence()
"""The knowledge of a side without an enemy."""
