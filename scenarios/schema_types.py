"""Building blocks of the scenario format: strict numbers, names, places and the base model.

Numbers are strict (no text, no booleans) and finite. The key of a quantity ends in its unit.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
NonNegative = Annotated[float, Strict(), Field(allow_inf_nan=False, ge=0)]
Positive = Annotated[float, Strict(), Field(allow_inf_nan=False, gt=0)]
Share = Annotated[float, Strict(), Field(allow_inf_nan=False, ge=0, le=1)]
Whole = Annotated[int, Strict(), Field(ge=0)]
Count = Annotated[int, Strict(), Field(ge=1)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\w(?:[\w .+-]*[\w+])?$")]
PointKm = tuple[Number, Number]
"""East and north of the map's origin [km]."""

DomainName = Literal["land", "surface", "subsurface", "air"]
TargetClassName = Literal[
    "personnel", "light_vehicle", "armour", "structure", "small_boat", "ship", "submarine", "small_air", "aircraft"
]
MobilityName = Literal["wheeled", "tracked", "foot", "water", "air", "fixed"]
SurfaceName = Literal["water", "open", "rough", "forest", "urban", "marsh", "road"]
AutonomyName = Literal["manual", "approve", "veto", "autonomous"]
LostLinkName = Literal["continue", "loiter", "return"]
RoeName = Literal["hold", "tight", "free"]
TaskName = Literal[
    "hold", "move", "search", "screen", "attack", "strike", "intercept", "escort", "relay", "recover", "withdraw"
]


class Model(BaseModel):
    """Base of all parts of a scenario: unknown keys are errors, nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GeoPoint(Model):
    """A place on the globe (WGS84)."""

    longitude_deg: Annotated[float, Strict(), Field(allow_inf_nan=False, ge=-180, le=180)]
    latitude_deg: Annotated[float, Strict(), Field(allow_inf_nan=False, ge=-90, le=90)]


class Circle(Model):
    """A disc on the map; give ``centre_km`` or ``centre``."""

    centre_km: PointKm | None = Field(default=None, description="East and north of the origin [km].")
    centre: GeoPoint | None = None
    radius_km: Positive


class Ring(Model):
    """What lies between two circles about one centre; give ``centre_km`` or ``centre``."""

    centre_km: PointKm | None = Field(default=None, description="East and north of the origin [km].")
    centre: GeoPoint | None = None
    radius_km: Positive
    inner_km: Positive = Field(description="Radius of the hole.")


class Rectangle(Model):
    """A box with sides along the map's edges."""

    west_km: Number
    east_km: Number
    south_km: Number
    north_km: Number
