"""Injects: timed events of a scenario file."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import Delay, Flag, Interval, Rain, SeaState, Visibility, Wind
from scenarios.format.schema.types import Model, Name

InjectName = Literal["reinforce", "lose", "disable", "link_outage", "supply", "zone", "weather"]
PartName = Literal["mobility", "sensor", "weapon", "link"]


class Inject(Model):
    """An event at a given time in every replication, before everything else in its step.

    ``reinforce`` brings in groups from the reserve, ``lose`` destroys units, ``disable`` disables parts temporarily or
    permanently, ``link_outage`` disables the link, ``supply`` fills tanks, magazines and stores where the units are,
    ``zone`` opens or closes a zone, ``weather`` changes the weather everywhere; keys not given keep their values. An
    aircraft in flight is lost if its mobility is disabled. Policies are not notified.
    """

    at_s: Delay = Field(description="Time from the start.")
    kind: InjectName
    who: tuple[Name, ...] = Field(default=(), description="Groups or units.")
    side: Name | None = Field(default=None, description="All units of a side, in place of `who`.")
    parts: tuple[PartName, ...] = Field(default=(), description="For disable: the disabled parts.")
    duration_s: Interval | None = Field(default=None, description="For disable and link_outage; null is permanent.")
    zone: Name | None = Field(default=None, description="For zone: its name.")
    active: Flag | None = Field(default=None, description="For zone: true opens it, false closes it.")
    visibility_km: Visibility | None = Field(default=None, description="For weather, like the next three keys.")
    rain_mm_per_h: Rain | None = None
    sea_state: SeaState | None = None
    wind_mps: Wind | None = None

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        is_zone, is_weather = self.kind == "zone", self.kind == "weather"
        weather = (self.visibility_km, self.rain_mm_per_h, self.sea_state, self.wind_mps)
        if is_weather and all(value is None for value in weather):
            raise ValueError("nothing changes; give visibility_km, rain_mm_per_h, sea_state or wind_mps")
        if not is_weather and any(value is not None for value in weather):
            raise ValueError(f"visibility, rain, sea state, wind belong to kind weather; leave them out of {self.kind}")
        if is_zone and (self.zone is None or self.active is None):
            raise ValueError("an inject of kind zone needs zone and active; give both")
        if (is_zone or is_weather) and (self.who or self.side is not None):
            raise ValueError(f"an inject of kind {self.kind} concerns no units; leave out who and side")
        if not is_zone and (self.zone is not None or self.active is not None):
            raise ValueError(f"zone and active belong to kind zone; leave them out of {self.kind}")
        if not (is_zone or is_weather) and bool(self.who) == (self.side is not None):
            raise ValueError(f"{self.kind} needs its units once; give who or side")
        if (self.kind == "disable") != bool(self.parts):
            raise ValueError("`parts` belongs to kind disable; give both or neither")
        if self.duration_s is not None and self.kind not in ("disable", "link_outage"):
            raise ValueError(f"{self.kind} has no duration; leave duration_s out")
        return self
