"""Cut a region out of Natural Earth's land polygons and write it as a small GeoJSON.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scenarios/coastlines/convert.py package/land-10m.json korea 124 33 131 39.5

The source is TopoJSON: lines as cumulative sums of integers, polygons as lists of lines, with ``~k`` for line k in
reverse.
"""

import json
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import shapely


def decoded(topology: dict[str, Any]) -> list[shapely.Polygon]:
    """Return the polygons of the object ``land`` in longitude and latitude [deg]."""
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    lines = [np.cumsum(np.array(arc, dtype=np.int64), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(arcs: list[int]) -> np.ndarray:
        parts = [lines[k] if k >= 0 else lines[~k][::-1] for k in arcs]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    polygons: list[shapely.Polygon] = []
    for shape in topology["objects"]["land"]["geometries"]:
        for outer, *holes in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            polygons.append(shapely.Polygon(ring(outer), [ring(hole) for hole in holes]))
    return polygons


def convert(source: Path, name: str, west: float, south: float, east: float, north: float) -> Path:
    """Write ``<name>.geojson`` beside this file and return its path."""
    box = shapely.box(west, south, east, north)
    near = [shapely.make_valid(part) for part in decoded(json.loads(source.read_bytes())) if part.intersects(box)]
    land: Any = shapely.intersection(shapely.union_all(near), box)
    land = cast(Any, shapely).set_precision(land, 1e-4)
    content = {
        "type": "FeatureCollection",
        "bbox": [west, south, east, north],
        "features": [
            {
                "type": "Feature",
                "properties": {"source": "Natural Earth 4.1.0, 1:10m land, public domain"},
                "geometry": json.loads(cast(str, shapely.to_geojson(land))),
            }
        ],
    }
    target = Path(__file__).with_name(f"{name}.geojson")
    text = json.dumps(content, separators=(",", ":"))
    target.write_text(text.replace("],[[[", "],\n[[[").replace("]],[[", "]],\n[[") + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    convert(Path(sys.argv[1]), sys.argv[2], *map(float, sys.argv[3:7]))
