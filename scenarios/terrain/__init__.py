"""Terrain: rasters of the ground from formulas, coastlines, GeoTIFF files and features, and routes over it."""
