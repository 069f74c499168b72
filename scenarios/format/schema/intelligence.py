"""Intelligence of the scenario file: the knowledge of a side about the others before the fight."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from scenarios.format.schema.command import Operators, PolicyChoice
from scenarios.format.schema.numbers import Bounds, Delay, Share, UnitCount, Weight
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.types import AutonomyName, Model, Name, RoeName
from scenarios.format.schema.zones import Shape

LeastCount = Annotated[int, Bounds(0, 200_000, "as many as fit into memory")]

DOCTRINES = ("aggressive", "assault", "cautious", "defend", "economy-of-force", "hold", "screen-and-strike")
"""Doctrines expected of an enemy about whom the file says nothing, with equal weights."""


class Area(Shape):
    """A single shape on the map, as of a zone without a name."""

    noun: ClassVar[str] = "an area"


class ListedForce(Model):
    """Units of one platform that are expected on the enemy's side, or on a neutral side.

    They start somewhere in ``zones`` or ``areas``; with neither, enemy units start in those of the section, and neutral
    units anywhere. Units `aboard` start on a platform that is listed too.
    """

    platform: Name
    least: LeastCount = Field(default=0, description="Smallest number of units that is possible.")
    most: UnitCount = Field(description="Largest number of units that is possible.")
    zones: tuple[Name, ...] = Field(default=(), max_length=100, description="Zones in one of which they may start.")
    areas: tuple[Area, ...] = Field(default=(), max_length=100, description="Further areas in which they may start.")
    aboard: Name | None = Field(default=None, description="Listed platform that carries them at the start.")
    arrival_s: Delay | None = Field(
        default=None, description="Expected arrival of a reinforcement, from the start; null: there from the start."
    )
    group_size: UnitCount | None = Field(default=None, description="Units in a group; null: 8, or an eighth of `most`.")
    known_as: tuple[Name, ...] = Field(
        default=(), max_length=1000, description="Groups of own objectives that these units stand for."
    )
    side: Name | None = Field(default=None, description="A neutral side; null: the enemy.")
    silent: Share | None = Field(
        default=None,
        description="Probability that its armed mobile units come with their radars off; null: not known, a half.",
    )
    autonomy: AutonomyName = Field(
        default="autonomous", description="Assumed approvals before they fire, by `operators` of the section."
    )


class ExpectedDoctrine(PolicyChoice):
    """A policy that the enemy may follow, with parameters, and its weight among all expected policies."""

    weight: Weight = 1.0


class Intelligence(Model):
    """What a side knows about the enemy before the fight. A side without it knows nothing beforehand.

    The knowledge reaches the side's policy in its briefing; it has no effect on the fight itself. `unknown`: an enemy
    of half to one and a half times the own units, of the own platforms. `listed`: the `forces`, and no others.
    `by_type`: the true numbers by platform, within `count_error`. `exact`: the true groups with their numbers. Enemy
    groups in reserve are never known: expected reinforcements are `forces` with `arrival_s`, whatever the order of
    battle.
    """

    side: Name = Field(description="The side that has this knowledge.")
    order_of_battle: Literal["unknown", "listed", "by_type", "exact"] = Field(
        default="unknown", description="Knowledge of the enemy's units."
    )
    count_error: Share = Field(
        default=0.0, description="For by_type: each number is known within this share of it, up and down."
    )
    forces: tuple[ListedForce, ...] = Field(
        default=(), max_length=1000, description="For listed: his units. Always: expected reinforcements, and neutrals."
    )
    zones: tuple[Name, ...] = Field(default=(), max_length=100, description="Zones in one of which he may start.")
    areas: tuple[Area, ...] = Field(
        default=(),
        max_length=100,
        description="Further areas in which he may start. Without zones and areas: anywhere on the map where the unit "
        "can be.",
    )
    doctrines: tuple[ExpectedDoctrine, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Policies that he may follow. null: all doctrines of the package, with equal weights.",
    )
    operators: Operators | None = Field(
        default=None, description="His crew of operators, as assumed. null: none; then only times of the cards count."
    )
    roe_limit: RoeName = Field(
        default="free", description="Least restrictive rules of engagement that he is expected to allow."
    )
    objectives: tuple[Objective, ...] | None = Field(
        default=None,
        max_length=100,
        description="His assumed objectives. null: to hold the zones that the side is to hold, to destroy the units "
        "that it is to protect or to bring somewhere (all its units without any of these), and to protect those that "
        "it is to destroy.",
    )

    @property
    def expected_doctrines(self) -> tuple[ExpectedDoctrine, ...]:
        """Policies that the enemy may follow, given or not."""
        return self.doctrines or tuple(ExpectedDoctrine(name=name) for name in DOCTRINES)
