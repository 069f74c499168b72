"""Building blocks of the scenario format: strict numbers, names, positions and the base model.

Numbers are strict (no text, no booleans) and finite. The key of a quantity ends in its unit.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from scenarios.format.schema.numbers import Latitude, Longitude, Place, Radius

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _check_text(text: str) -> str:
    """Refuse control characters for terminals or text direction; line breaks and tabs are allowed."""
    control = _CONTROLS.search(text)
    if control:
        shown = control[0].encode("unicode_escape").decode()
        raise ValueError(f"contains the control character {shown} at position {control.start() + 1}; remove it")
    return text


def _check_label(text: str) -> str:
    """Refuse control characters, line breaks, and blanks at the ends."""
    _check_text(text)
    if text != " ".join(text.split()):
        raise ValueError("is not a single line without extra blanks; write it in one line")
    return text


def _check_moment(text: str) -> str:
    """Refuse whatever is not a date and time with a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 <= moment.year < 9000:
        raise ValueError(f"{text!r:.40} is not a date and time with a zone; give one like 2026-11-30T19:00+09:00")
    return text


Text = Annotated[str, Field(max_length=10_000), AfterValidator(_check_text)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\w(?:[\w .+-]*[\w+])?$")]
LocalName = Annotated[str, Field(max_length=64), AfterValidator(_check_label)]
"""A name for readers of another language: a line of text; "" where there is none."""
Banner = Annotated[str, Field(max_length=80), AfterValidator(_check_label)]
"""A line above and below all that is shown."""
Moment = Annotated[str, AfterValidator(_check_moment)]
"""Date and time with its zone, in ISO 8601."""
PointKm = tuple[Place, Place]
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
    "hold",
    "move",
    "search",
    "screen",
    "attack",
    "strike",
    "intercept",
    "escort",
    "relay",
    "recover",
    "withdraw",
    "resupply",
    "tow",
    "evacuate",
]


class Model(BaseModel):
    """Base of all parts of a scenario: unknown keys are errors, instances are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GeoPoint(Model):
    """A position on the globe (WGS84)."""

    longitude_deg: Longitude
    latitude_deg: Latitude


class Circle(Model):
    """A disc on the map; give ``centre_km`` or ``centre``."""

    centre_km: PointKm | None = Field(default=None, description="East and north of the origin [km].")
    centre: GeoPoint | None = None
    radius_km: Radius


class Ring(Model):
    """The area between two concentric circles; give ``centre_km`` or ``centre``."""

    centre_km: PointKm | None = Field(default=None, description="East and north of the origin [km].")
    centre: GeoPoint | None = None
    radius_km: Radius
    inner_km: Radius = Field(description="Radius of the hole.")


class Rectangle(Model):
    """A rectangle with sides parallel to the map's edges."""

    west_km: Place
    east_km: Place
    south_km: Place
    north_km: Place
