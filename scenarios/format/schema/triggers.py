"""Triggers: tasks and injects that wait for a condition."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.injects import Inject
from scenarios.format.schema.numbers import Delay, UnitCount
from scenarios.format.schema.tasks import TriggeredTask
from scenarios.format.schema.types import Model, Name


class Condition(Model):
    """The condition of a trigger: exactly one of contact, entered, lost and at_s."""

    contact: Name | None = Field(
        default=None, description="A side that holds contacts which it does not believe to be neutral or decoys."
    )
    level: Literal["detected", "classified", "identified"] = Field(
        default="detected", description="For contact: the least level."
    )
    entered: tuple[Name, ...] = Field(default=(), description="Groups or units that are in the zone.")
    zone: Name | None = Field(default=None, description="For entered; and for contact, only contacts in this zone.")
    lost: tuple[Name, ...] = Field(default=(), description="Groups or units that are destroyed.")
    number: UnitCount = Field(default=1, description="Number of contacts or units that meet the condition.")
    at_s: Delay | None = Field(default=None, description="A time from the start.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        kinds = [self.contact is not None, bool(self.entered), bool(self.lost), self.at_s is not None]
        if sum(kinds) != 1:
            raise ValueError("a trigger waits for a single thing; give one of contact, entered, lost and at_s")
        if self.entered and self.zone is None:
            raise ValueError("`entered` needs the zone that is entered; give zone")
        if self.zone is not None and not (self.entered or self.contact is not None):
            raise ValueError("`zone` belongs to entered or contact; leave it out")
        if self.level != "detected" and self.contact is None:
            raise ValueError("`level` belongs to contact; leave it out")
        if self.number > 1 and self.at_s is not None:
            raise ValueError("`number` belongs to contact, entered or lost; leave it out")
        return self


class Trigger(Model):
    """Tasks and injects that wait for a condition and then happen once.

    Tasks are part of the plan of the file, so they go by the knowledge of the side: its own picture, and the reports of
    its own units. They are orders of its command post, with the delays of orders. They are given only to groups without
    an order of their commander, so a policy that commands a group ends its triggers. Injects go by the truth, and
    happen whatever is ordered. Conditions are checked every 5 s.
    """

    name: Name
    when: Condition
    tasks: tuple[TriggeredTask, ...] = ()
    injects: tuple[Inject, ...] = Field(default=(), description="Their `at_s` counts from the condition.")

    @model_validator(mode="after")
    def _has_effect(self) -> Self:
        if not self.tasks and not self.injects:
            raise ValueError("nothing follows; give tasks or injects")
        return self
