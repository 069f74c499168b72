"""The routes of the tools on the map: the ground under the pointer, lines of sight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import flask
import numpy as np

from simcore.errors import InputError
from simcore.recording.manifest import LARGEST_M
from viz.replay.library import Library

if TYPE_CHECKING:
    from viz.reading.ground import RunGround

HEIGHTS_M = (-20_000.0, 100_000.0)


def map_routes(library: Library) -> flask.Blueprint:
    """Return the routes for a library. The ground is known to every viewer of a run."""
    routes = flask.Blueprint("map", __name__)

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

    return routes


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
