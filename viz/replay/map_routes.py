"""The routes of the tools on the map: the ground under the pointer, lines of sight, envelopes, heat maps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import flask
import numpy as np

from simcore.errors import InputError
from simcore.recording.manifest import LARGEST_M, LATEST_S
from viz.fog.raster import Cells, cells_over
from viz.replay.library import Library

if TYPE_CHECKING:
    from viz.reading.ground import RunGround

HEIGHTS_M = (-20_000.0, 100_000.0)

MOST_HEAT_MAPS = 64
"""Heat maps remembered by the server."""


def map_routes(library: Library) -> flask.Blueprint:
    """Return the routes for a library. The ground is known to every viewer of a run."""
    routes = flask.Blueprint("map", __name__)
    made: dict[tuple[Any, ...], dict[str, Any]] = {}

    @routes.get("/replay/<run>/ground.json")
    def ground(run: str) -> flask.Response:
        x_m, y_m = number("x"), number("y")
        known: RunGround = library.ground(run)
        height_m = float(known.heights_m(np.array([x_m]), np.array([y_m]))[0])
        return flask.jsonify({"height_m": height_m, "surface": known.surface(x_m, y_m)})

    @routes.get("/replay/<run>/sight.json")
    def sight(run: str) -> flask.Response:
        from viz.reading.sight import End, sight_profile  # with the compiled engine

        ends = [
            End(number(f"x{k}"), number(f"y{k}"), number(f"h{k}", *HEIGHTS_M), z_m=optional(f"z{k}", *HEIGHTS_M))
            for k in (1, 2)
        ]
        return flask.jsonify(sight_profile(library.ground(run), *ends))

    @routes.get("/replay/<run>/<view>/envelope.json")
    def envelope(run: str, view: str) -> flask.Response:
        from viz.fog import envelopes  # with the compiled engine

        known = library.view(run, view).known
        target = envelopes.TARGETS[choice("against", tuple(envelopes.TARGETS))]
        kind, time_s = choice("kind", envelopes.KINDS), number("t", 0.0, LATEST_S)
        return flask.jsonify(envelopes.envelope(known, library.ground(run), area(), time_s, kind, target))

    @routes.get("/replay/<run>/<view>/heat.json")
    def heat(run: str, view: str) -> flask.Response:
        from viz.fog import envelopes, heat  # with the compiled engine

        kind, of = choice("kind", heat.KINDS), choice("of", ("run", "batch"))
        against = choice("against", tuple(envelopes.TARGETS))
        names = list(dict.fromkeys([run, *(library.kept_beside(run) if of == "batch" else ())]))
        known = [library.view(name, view).known for name in names]
        folders = [one.run for one in known]
        heat.check_alike(folders)
        key = (run, view, kind, of, against if kind == heat.COVERAGE else "", *(one.n_frames for one in folders))
        if key not in made:
            cells = cells_over(tuple(folders[0].manifest["bounds_m"]), heat.LONGEST)
            if kind == heat.COVERAGE:
                pairs = [(one, library.ground(name)) for one, name in zip(known, names, strict=True)]
                made[key] = heat.coverage_heat(pairs, cells, envelopes.TARGETS[against])
            else:
                made[key] = heat.event_heat(known, cells, kind)
            while len(made) > MOST_HEAT_MAPS:
                made.pop(next(iter(made)))
        return flask.jsonify(made[key])

    return routes


def area() -> Cells:
    """Return cells over the rectangle of the request. Raises ``InputError`` if it is none."""
    west, east, south, north = (number(name) for name in ("west", "east", "south", "north"))
    if not (east - west >= 1.0 and north - south >= 1.0):
        raise InputError("west, east, south, north: give a rectangle of a metre or more")
    return cells_over((west, east, south, north))


def choice(name: str, known: tuple[str, ...]) -> str:
    """Return a word of the request. Raises ``InputError`` if it is not one of those known."""
    given = flask.request.args.get(name, "")
    if given not in known:
        raise InputError(f"{name}: {given[:40]!r} is not one of {', '.join(known)}")
    return given


def optional(name: str, least: float, most: float) -> float | None:
    """Return a number of the request, None if it has none of that name."""
    return number(name, least, most) if name in flask.request.args else None


def number(name: str, least: float = -LARGEST_M, most: float = LARGEST_M) -> float:
    """Return a number of the request. Raises ``InputError`` if it is missing or out of bounds."""
    given = flask.request.args.get(name, "")
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise InputError(f"{name}: {given[:40]!r} is not a number from {least:g} to {most:g}")
    return value
