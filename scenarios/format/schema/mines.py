"""Minefields of the scenario file."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.format.schema.cards import MineNumbers
from scenarios.format.schema.numbers import Density, Flag, MineCount
from scenarios.format.schema.types import Circle, GeoPoint, LocalName, Name, PointKm, Rectangle, Text


class Minefield(MineNumbers):
    """Mines laid uniformly at random over an area: one of ``circle``, ``rectangle``, ``polygon_km`` or ``polygon``.

    They lie only where endangered units can be: mines against ships in the water, mines against vehicles on land. Units
    of the side that laid them pass unharmed. No side's picture shows enemy mines.
    """

    name: Name
    name_ko: LocalName = Field(default="", description="Name in Korean.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    side: Name | None = Field(default=None, description="Side that laid it; null: it endangers all sides.")
    suspected: Flag = Field(default=False, description="The briefings of the other sides name the area.")
    circle: Circle | None = None
    rectangle: Rectangle | None = None
    polygon_km: tuple[PointKm, ...] | None = Field(default=None, min_length=3, max_length=1000)
    polygon: tuple[GeoPoint, ...] | None = Field(default=None, min_length=3, max_length=1000)
    count: MineCount | None = Field(default=None, description="Number of mines; or give density_per_km2.")
    density_per_km2: Density | None = Field(default=None, description="Mines per square kilometre, rounded to a count.")
    mine: Name | None = Field(default=None, description="Card for values not given here (`catalogue.mines`).")

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
