"""The routes of the tools on the map: the ground under the pointer."""

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


def map_routes(library: Library) -> flask.Blueprint:
    """Return the routes for a library. The ground is known to every viewer of a run."""
    routes = flask.Blueprint("map", __name__)

    @routes.get("/replay/<run>/ground.json")
    def ground(run: str) -> flask.Response:
        x_m, y_m = number("x"), number("y")
        known: RunGround = library.ground(run)
        height_m = float(known.heights_m(np.array([x_m]), np.array([y_m]))[0])
        return flask.jsonify({"height_m": height_m, "surface": known.surface(x_m, y_m)})

    return routes


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
