"""Tasks of groups: at the start, and those that a trigger gives."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import Delay, Metres, RadiusOrNone, Share
from scenarios.format.schema.types import GeoPoint, Model, Name, PointKm, RoeName, TaskName


class TaskOrder(Model):
    """The task in force at the start."""

    verb: TaskName = Field(
        default="hold", description="The activity; docs/reference/tasks.md lists the keys in effect for each verb."
    )
    at_km: PointKm | None = Field(default=None, description="Its point; null: end of the route, or start of the group.")
    at: GeoPoint | None = None
    radius_km: RadiusOrNone = 0.0
    speed: Share = Field(default=0.0, description="Share of the maximum speed; 0 is cruise.")
    spacing_m: Metres = Field(default=0.0, description="Spacing of lanes or stations; 0: default of the verb.")
    escort: Name | None = Field(default=None, description="Escorted group.")
    target: Name | None = Field(
        default=None,
        description="Group to supply (resupply), whose immobile units are recovered (tow), or whose facilities receive "
        "the casualties (evacuate).",
    )
    load_from: Name | None = Field(
        default=None, description="Unit or group with the stores to load from; null: the nearest stores to the point."
    )
    route_km: tuple[PointKm, ...] = Field(default=(), max_length=1000, description="Waypoints to the task.")
    route: Literal["auto", "straight"] | None = Field(
        default=None,
        description="Route planning. auto: the quickest route to the task, through route_km; an error if there is "
        "none. null: the same, but only if the straight line is blocked; also for later orders. straight: no route "
        "planning, also for later orders.",
    )

    @model_validator(mode="after")
    def _fits_verb(self) -> Self:
        if self.at is not None and self.at_km is not None:
            raise ValueError("the point is given twice; keep at_km or at")
        if (self.verb == "escort") != (self.escort is not None):
            raise ValueError("`escort` belongs to the verb escort; give both or neither")
        if self.target is not None and self.verb not in ("resupply", "tow", "evacuate"):
            raise ValueError("`target` belongs to the verbs resupply, tow and evacuate; leave it out")
        if self.verb == "resupply" and self.target is None:
            raise ValueError("resupply needs the group to supply; give `target`")
        if self.load_from is not None and (self.verb != "resupply" or self.at is not None or self.at_km is not None):
            raise ValueError("`load_from` is the point of the verb resupply; leave it out, or at_km and at")
        if self.verb == "tow" and self.at is None and self.at_km is None:
            raise ValueError("tow needs the place to which units are brought; give at_km or at")
        if self.verb == "recover" and (self.route == "auto" or self.route_km):
            raise ValueError("recover leads to the moving host; leave out route and route_km")
        if self.route == "straight" and self.route_km:
            raise ValueError("route_km is a route already; leave out `route: straight` or route_km")
        return self


class TriggeredTask(TaskOrder):
    """The task that a trigger gives to a group.

    A group on land or water goes round impassable ground by a way from the place of its task at the start.
    """

    group: Name = Field(description="The group that gets the task.")
    after_s: Delay = Field(default=0.0, description="Time from the condition to the task.")
    roe: RoeName | None = Field(default=None, description="Its rules of engagement from then on; null: unchanged.")

    @model_validator(mode="after")
    def _has_no_route(self) -> Self:
        if self.route_km or self.route is not None:
            raise ValueError("the task of a trigger finds its own way; leave out route_km and route")
        if self.load_from is not None:
            raise ValueError("the task of a trigger names the place of the stores; give at_km in place of load_from")
        return self
