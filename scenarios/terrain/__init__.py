"""Terrain: ground as rasters, from formulas, coastlines, GeoTIFF files and features, and paths over it."""
