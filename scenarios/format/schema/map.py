"""The playing field: extent, terrain and features."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.numbers import (
    Cell,
    EarthFactor,
    Elevation,
    Factor,
    FeatureSize,
    Flag,
    GroundLevel,
    Place,
    PositiveShare,
    Radius,
    Seed,
    Share,
)
from scenarios.format.schema.types import Circle, GeoPoint, Model, Name, PointKm, SurfaceName, Text


class Feature(Model):
    """A shape stamped on the ground: one of ``polygon_km``, ``line_km`` with ``width_km``, or ``circle``.

    ``wall`` raises everything inside to ``height_m``; ``hill``, ``ridge`` and ``island`` rise smoothly from
    the edge to ``height_m``; ``lake`` is water at the height of the lowest ground inside; the others change only the
    surface. Features rising out of water become land.
    """

    kind: Literal["wall", "hill", "ridge", "island", "lake", "open", "rough", "forest", "urban", "marsh", "road"]
    polygon_km: tuple[PointKm, ...] | None = Field(default=None, min_length=3)
    line_km: tuple[PointKm, ...] | None = Field(default=None, min_length=2)
    width_km: Radius | None = None
    circle: Circle | None = None
    height_m: Elevation = Field(default=0.0, description="Height of the crest above sea level.")

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        shapes = (self.polygon_km, self.line_km, self.circle)
        if sum(shape is not None for shape in shapes) != 1:
            raise ValueError("a feature needs one shape; give one of polygon_km, line_km, circle")
        if (self.line_km is None) != (self.width_km is None):
            raise ValueError("line_km and width_km belong together; give both or neither")
        if self.circle is not None and self.circle.centre_km is None:
            raise ValueError("the circle of a feature needs centre_km; give its centre as [east, north]")
        return self


class Road(Model):
    """A line of road cells on the raster. It crosses water only on bridges; boats pass under them."""

    line_km: tuple[PointKm, ...] = Field(min_length=2, max_length=10_000)
    speed_factor: PositiveShare = Field(
        default=1.0, description="Speed factor for land units; the slope of the ground applies in addition."
    )
    bridges: Flag = False


class FlatTerrain(Model):
    """Level ground or open sea."""

    kind: Literal["flat"] = "flat"
    surface: SurfaceName = "open"
    elevation_m: Elevation = 0.0
    features: tuple[Feature, ...] = ()


class ProceduralTerrain(Model):
    """Coast, relief and cover generated from a seed, identical on every machine."""

    kind: Literal["procedural"]
    seed: Seed = 1
    water_share: Share = Field(default=0.0, description="Share of the map under water.")
    land_towards: Literal["north", "east", "south", "west", "nowhere"] = Field(
        default="nowhere", description="Edge of the map towards which the land rises; nowhere makes an archipelago."
    )
    coast_noise: Factor = Field(default=0.5, description="Raggedness of the coast relative to the rise of the land.")
    relief_m: Elevation = Field(default=200.0, description="Height of the highest ground.")
    feature_km: FeatureSize = Field(default=20.0, description="Size of the largest hills.")
    roughness: Share = Field(default=0.5, description="Weight of each finer octave relative to the previous octave.")
    rough_share: Share = Field(default=0.1, description="Share of the land.")
    forest_share: Share = 0.2
    urban_share: Share = 0.03
    marsh_share: Share = 0.02
    features: tuple[Feature, ...] = ()

    @model_validator(mode="after")
    def _shares(self) -> Self:
        _check_shares(self)
        return self


class RasterTerrain(Model):
    """Heights from your own files: HGT tiles (SRTM) or, with the extra ``gis``, GeoTIFF in any coordinate system.

    Heights are interpolated to the cells of the map; the files must cover the map. Cover is generated from the seed, on
    land only.
    """

    kind: Literal["raster"]
    file: Text | Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)] = Field(
        description="Path relative to the scenario file, or a list of paths: the first of overlapping files counts."
    )
    digest: Text | None = Field(default=None, description="Digest of the files; set in the resolved scenario.")
    water_at_m: GroundLevel | None = Field(
        default=0.0, description="Ground at or below this height is water, in the sea with its bed; null: no water."
    )
    void_m: GroundLevel | None = Field(default=None, description="Height for voids in the files; null: an error.")
    seed: Seed = 1
    feature_km: FeatureSize = Field(default=20.0, description="Three times the size of the largest patches of cover.")
    rough_share: Share = Field(default=0.0, description="Share of the land.")
    forest_share: Share = 0.0
    urban_share: Share = 0.0
    marsh_share: Share = 0.0
    features: tuple[Feature, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files."""
        return (self.file,) if isinstance(self.file, str) else self.file

    @model_validator(mode="after")
    def _shares(self) -> Self:
        _check_shares(self)
        return self


class CoastlineTerrain(Model):
    """Land and water from a coastline; relief and cover of the land are generated from the seed.

    ``region`` names a coastline included in the package (`scenarios/coastlines`), ``file`` is your own GeoJSON with the
    land as polygons in longitude and latitude.
    """

    kind: Literal["coastline"]
    region: Name | None = None
    file: Text | None = Field(default=None, description="Path relative to the scenario file.")
    digest: Text | None = Field(default=None, description="Digest of the coastline; set in the resolved scenario.")
    seed: Seed = 1
    relief_m: Elevation = Field(default=200.0, description="Height of the highest ground.")
    feature_km: FeatureSize = Field(default=20.0, description="Size of the largest hills.")
    roughness: Share = Field(default=0.5, description="Weight of each finer octave relative to the previous octave.")
    rough_share: Share = Field(default=0.1, description="Share of the land.")
    forest_share: Share = 0.2
    urban_share: Share = 0.03
    marsh_share: Share = 0.02
    features: tuple[Feature, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The path of the user's file, if any."""
        return () if self.file is None else (self.file,)

    @model_validator(mode="after")
    def _one_coast(self) -> Self:
        if (self.region is None) == (self.file is None):
            raise ValueError("a coastline needs one source; give region or file")
        _check_shares(self)
        return self


Terrain = Annotated[FlatTerrain | ProceduralTerrain | RasterTerrain | CoastlineTerrain, Field(discriminator="kind")]


def _check_shares(kind: ProceduralTerrain | RasterTerrain | CoastlineTerrain) -> None:
    total = kind.rough_share + kind.forest_share + kind.urban_share + kind.marsh_share
    if total > 1.0:
        raise ValueError(f"the shares of cover add up to {total:g}; keep their sum at or below 1")


class Map(Model):
    """The playing field in the local metric plane (azimuthal equidistant around ``origin``)."""

    origin: GeoPoint
    west_km: Place
    east_km: Place
    south_km: Place
    north_km: Place
    cell_m: Cell = Field(default=250.0, description="Cell of the terrain raster.")
    earth_radius_factor: EarthFactor = Field(
        default=4 / 3, description="Ratio of effective to true earth radius for radio and radar."
    )
    flat_earth: Flag = Field(default=False, description="No horizon.")
    terrain: Terrain = FlatTerrain()
    roads: tuple[Road, ...] = Field(default=(), max_length=10_000)

    @model_validator(mode="after")
    def _edges(self) -> Self:
        if self.west_km >= self.east_km:
            raise ValueError(f"west_km {self.west_km:g} is not west of east_km {self.east_km:g}; swap or widen them")
        if self.south_km >= self.north_km:
            raise ValueError(
                f"south_km {self.south_km:g} is not south of north_km {self.north_km:g}; swap or widen them"
            )
        return self
