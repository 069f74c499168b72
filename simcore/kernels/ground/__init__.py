"""Ground: heights, lines of sight, surfaces, zones and routes over the raster."""
