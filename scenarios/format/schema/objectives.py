"""Objectives of the scenario file."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import Flag, PositiveShare, Weight
from scenarios.format.schema.types import Model, Name


class Objective(Model):
    """An objective of a side. Members: ``groups`` and ``platforms`` together; neither means all units.

    ``protect`` may also list groups of neutral sides; ``destroy`` without members excludes decoys. One-way munitions
    count for neither, unless only munitions are listed: then those shot down count as destroyed, those fired do not.
    """

    name: Name | None = Field(default=None, description="null: composed of side, kind and zone.")
    side: Name
    kind: Literal["destroy", "protect", "hold", "reach", "save"]
    groups: tuple[Name, ...] = ()
    platforms: tuple[Name, ...] = ()
    zone: Name | None = None
    count: Literal["cost", "units"] = Field(
        default="cost",
        description="Progress is a share of the members' cost, or of their number. If all members cost nothing, each "
        "counts as one.",
    )
    weight: Weight = 1.0
    goal: PositiveShare = Field(default=1.0, description="Progress at which it counts as met.")
    decisive: Flag = Field(default=False, description="Meeting it ends the run.")

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if self.kind in ("hold", "reach") and self.zone is None:
            raise ValueError(f"{self.kind} needs a zone; name one of the zones")
        if self.kind in ("destroy", "protect", "save") and self.zone is not None:
            raise ValueError(f"{self.kind} has no zone; leave it out")
        if self.kind == "hold" and (self.groups or self.platforms):
            raise ValueError("hold counts all units of the side; leave out groups and platforms")
        if self.kind == "hold" and self.count != "cost":
            raise ValueError("hold is a share of the time, not of units; leave out count")
        if self.kind == "save" and self.count != "cost":
            raise ValueError("save counts people; leave out count")
        return self
