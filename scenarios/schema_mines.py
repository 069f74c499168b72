"""Minefields of the scenario file."""

from typing import Annotated, Any, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from scenarios.schema_cards import HitTable
from scenarios.schema_types import (
    Circle,
    DomainName,
    Flag,
    GeoPoint,
    Model,
    Name,
    NonNegative,
    PointKm,
    Positive,
    Rectangle,
    Share,
    TargetClassName,
    Text,
    Whole,
)


def _by_class(value: Any) -> Any:
    """Spread one number over all target classes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dict.fromkeys(get_args(TargetClassName), value)
    return value


MetresByClass = Annotated[dict[TargetClassName, NonNegative], BeforeValidator(_by_class)]


class Minefield(Model):
    """Mines laid evenly at random over an area: one of ``circle``, ``rectangle``, ``polygon_km`` or ``polygon``.

    Units of the side that laid them know where they lie and pass unharmed. Nobody's picture shows enemy mines.
    """

    name: Name
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    side: Name | None = Field(default=None, description="Side that laid it; null endangers all.")
    suspected: Flag = Field(default=False, description="The briefings of the other sides name the area.")
    circle: Circle | None = None
    rectangle: Rectangle | None = None
    polygon_km: tuple[PointKm, ...] | None = Field(default=None, min_length=3, max_length=1000)
    polygon: tuple[GeoPoint, ...] | None = Field(default=None, min_length=3, max_length=1000)
    count: Whole | None = Field(default=None, description="Number of mines; or give density_per_km2.")
    density_per_km2: Positive | None = Field(
        default=None, description="Mines per square kilometre, rounded to a count."
    )
    domains: tuple[DomainName, ...] = Field(min_length=1, description="Domains of the units that it endangers.")
    actuation_m: MetresByClass = Field(
        description="Distance within which a passage sets a mine off, by target class or one number; missing is 0."
    )
    p_actuation: Share = Field(default=1.0, description="Probability that such a passage sets it off.")
    p_hit: HitTable = Field(
        default_factory=lambda: _by_class(1.0),
        description="Probability that a mine that goes off hurts, by target class or one number; missing is 0.",
    )
    damage: NonNegative = Field(default=1.0, description="Strength taken from a target of toughness 1.")
    p_kill: Share = Field(default=0.0, description="Probability that a hit is catastrophic.")
    p_component: Share = Field(default=0.0, description="Probability that another hit puts a component out.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        shapes = (self.circle, self.rectangle, self.polygon_km, self.polygon)
        if sum(shape is not None for shape in shapes) != 1:
            raise ValueError("a minefield needs one shape; give one of circle, rectangle, polygon_km, polygon")
        if self.circle is not None and (self.circle.centre is None) == (self.circle.centre_km is None):
            raise ValueError("a circle needs one centre; give centre_km or centre")
        if (self.count is None) == (self.density_per_km2 is None):
            raise ValueError("the number of mines must be given once; give count or density_per_km2")
        return self
