"""Zones of the scenario file: shapes on the map."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import Radius
from scenarios.format.schema.types import Circle, GeoPoint, LocalName, Model, Name, PointKm, Rectangle, Ring

SHAPES = ("circle", "ring", "rectangle", "polygon_km", "polygon", "line_km")


class Shape(Model):
    """One of ``circle``, ``ring``, ``rectangle``, ``polygon_km``, ``polygon``, or ``line_km`` with ``width_km``.

    A line makes a corridor: the area within half its width, with round ends.
    """

    circle: Circle | None = None
    ring: Ring | None = None
    rectangle: Rectangle | None = None
    polygon_km: tuple[PointKm, ...] | None = Field(default=None, min_length=3, max_length=1000)
    polygon: tuple[GeoPoint, ...] | None = Field(default=None, min_length=3, max_length=1000)
    line_km: tuple[PointKm, ...] | None = Field(default=None, min_length=2, max_length=1000)
    width_km: Radius | None = None
    noun: ClassVar[str] = "a part of a union"

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        given = [name for name in self._shape_keys() if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"{self.noun} needs one shape; give one of {', '.join(self._shape_keys())}")
        if (self.line_km is None) != (self.width_km is None):
            raise ValueError("line_km and width_km belong together; give both or neither")
        for name in ("circle", "ring"):
            disc: Circle | Ring | None = getattr(self, name)
            if disc is not None and (disc.centre is None) == (disc.centre_km is None):
                raise ValueError(f"a {name} needs one centre; give centre_km or centre")
        if self.ring is not None and self.ring.inner_km >= self.ring.radius_km:
            raise ValueError("the hole of a ring is as large as the ring; give an inner_km below radius_km")
        return self

    @classmethod
    def _shape_keys(cls) -> tuple[str, ...]:
        return SHAPES


class Zone(Shape):
    """An area: a single shape, or the ``union`` of several.

    The shapes are ``circle``, ``ring``, ``rectangle``, ``polygon_km``, ``polygon``, or ``line_km`` with ``width_km``: a
    corridor, the area within half the width of the line, with round ends.
    """

    noun: ClassVar[str] = "a zone"
    name: Name
    name_ko: LocalName = Field(default="", description="Name in Korean.")
    kind: Literal["objective", "no_fire"] = "objective"
    side: Name | None = Field(default=None, description="Side bound by it; null is all.")
    union: tuple[Shape, ...] | None = Field(default=None, min_length=1, max_length=1000)

    @classmethod
    def _shape_keys(cls) -> tuple[str, ...]:
        return (*SHAPES, "union")
