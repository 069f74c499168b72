"""GeoJSON (RFC 7946): polygons for zones and minefields, a line with times for every track, a point for every event.

Times follow the ``coordinateProperties.times`` convention: a time per vertex, nested like the coordinates. Lines
crossing the antimeridian are cut there, as the RFC requires.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from viz.export.json_text import area_properties, degrees, dumps, listed, rounded
from viz.export.series import Series, all_series, happenings
from viz.export.stages import stage_id, stage_rows, stages
from viz.fog.areas import Area
from viz.fog.happenings import Happening
from viz.fog.view import Export

_Vertex = list[float]


def geojson(export: Export) -> Iterator[str]:
    """Yield the file piece by piece."""
    run = {
        "title": export.title,
        **({"classification": export.classification} if export.classification else {}),
        "audience": export.view.audience,
        "start": export.iso(0.0),
        "software": export.software,
    }
    yield f'{{"type":"FeatureCollection","run":{dumps(run)},"features":['
    yield from listed(_features(export))
    yield "\n]}\n"


def _features(export: Export) -> Iterator[dict[str, Any]]:
    for area in export.areas:
        yield _area(export, area)
        if area.mines:
            yield _mines(export, area)
    for series in all_series(export):
        yield from _track(export, series)
    for number, event in enumerate(happenings(export), start=1):
        yield _event(export, event, number)


def _area(export: Export, area: Area) -> dict[str, Any]:
    shapes = [[[list(corner) for corner in ring] for ring in polygon] for polygon in area.polygons]
    geometry: dict[str, Any] | None = None
    if shapes:
        kind = "Polygon" if len(shapes) == 1 else "MultiPolygon"
        geometry = {"type": kind, "coordinates": shapes[0] if len(shapes) == 1 else shapes}
    return {"type": "Feature", "id": area.id, "geometry": geometry, "properties": area_properties(export, area)}


def _mines(export: Export, area: Area) -> dict[str, Any]:
    """Return the mines of a minefield, with columns for their end if any mine is gone."""
    columns: dict[str, list[Any]] = {}
    if any(np.isfinite(mine.gone_s) for mine in area.mines):
        columns["gone"] = [export.iso(mine.gone_s) if np.isfinite(mine.gone_s) else None for mine in area.mines]
        columns["end"] = [mine.end for mine in area.mines]
    properties = {"kind": "mines", "name": area.name, "minefield": area.id, "coordinateProperties": columns}
    geometry = {"type": "MultiPoint", "coordinates": [list(mine.place) for mine in area.mines]}
    return {"type": "Feature", "id": f"{area.id}-mines", "geometry": geometry, "properties": properties}


def _track(export: Export, series: Series) -> Iterator[dict[str, Any]]:
    """Yield a feature for each stage of knowledge about a track: the line is cut at each change of stage."""
    for stage in stages(export, series):
        rows = stage_rows(series, stage)
        fixes = series.fixes.where(rows)
        columns = {
            "times": [export.iso(time_s) for time_s in series.time_s[rows].tolist()],
            "age_s": rounded(fixes.age_s, 1),
            "error_m": rounded(fixes.error_m, 1),
            "strength": rounded(fixes.strength, 3),
            "status": fixes.status.tolist(),
        }
        columns = {name: row for name, row in columns.items() if any(value not in (None, -1) for value in row)}
        heights = rounded(fixes.z_m, 1) if np.all(np.isfinite(series.fixes.z_m)) else None
        vertices = _vertices(series.longitude_deg[rows], series.latitude_deg[rows], heights)
        geometry, columns = _geometry(vertices, columns)
        properties = {**stage.known, "track": series.track.id, "coordinateProperties": columns}
        yield {"type": "Feature", "id": stage_id(series, stage), "geometry": geometry, "properties": properties}


def _vertices(longitude: np.ndarray, latitude: np.ndarray, heights: list[float | None] | None) -> list[_Vertex]:
    columns = (degrees(longitude), degrees(latitude), *([] if heights is None else [heights]))
    return [list(vertex) for vertex in zip(*columns, strict=True)]  # type: ignore[arg-type]


def _geometry(vertices: list[_Vertex], columns: dict[str, list[Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a Point, LineString or MultiLineString and the columns with the same nesting."""
    if len(vertices) == 1:
        return {"type": "Point", "coordinates": vertices[0]}, columns
    cuts = [k for k in range(1, len(vertices)) if abs(vertices[k][0] - vertices[k - 1][0]) > 180.0]
    if not cuts:
        return {"type": "LineString", "coordinates": vertices}, columns
    lines: list[list[_Vertex]] = []
    nested: dict[str, list[list[Any]]] = {name: [] for name in columns}
    bounds = [0, *cuts, len(vertices)]
    for start, stop in pairwise(bounds):
        before = [_crossing(vertices[start - 1], vertices[start], vertices[start])] if start else []
        after = [_crossing(vertices[stop - 1], vertices[stop], vertices[stop - 1])] if stop < len(vertices) else []
        lines.append([*before, *vertices[start:stop], *after])
        for name, values in columns.items():  # a vertex added at the cut copies its neighbour
            nested[name].append(
                [*values[start : start + len(before)], *values[start:stop], *([values[stop - 1]] * len(after))]
            )
    return {"type": "MultiLineString", "coordinates": lines}, nested


def _crossing(before: _Vertex, after: _Vertex, near: _Vertex) -> _Vertex:
    """Return the crossing of a segment with the antimeridian, with the sign of longitude of its end ``near``."""
    to_edge = 180.0 - abs(before[0])
    whole = 360.0 - abs(after[0] - before[0])
    share = to_edge / whole if whole > 0.0 else 0.0
    others = [round(a + share * (b - a), 7) for a, b in zip(before[1:], after[1:], strict=True)]
    return [180.0 if near[0] > 0 else -180.0, *others]


def _event(export: Export, event: Happening, number: int) -> dict[str, Any]:
    geometry = None
    if np.isfinite(event.x_m) and np.isfinite(event.y_m):
        longitude, latitude = export.plane.longitude_latitude(np.array([event.x_m]), np.array([event.y_m]))
        geometry = {"type": "Point", "coordinates": [*degrees(longitude), *degrees(latitude)]}
    tracks = export.view.tracks
    properties = {
        "kind": "event",
        "event": event.kind.name.lower(),
        "text": event.text,
        "time": export.iso(event.time_s),
        "track": tracks[event.track].id if event.track >= 0 else None,
        "other": tracks[event.other].id if event.other >= 0 else None,
    }
    return {"type": "Feature", "id": f"event-{number}", "geometry": geometry, "properties": properties}
