"""A small scenario with a known best course: blue robots have to get to a crossing, and their plan is to stay."""

from collections.abc import Sequence
from typing import Any

from scenarios.compiler.scenario import Compiled
from simcore.picture import Picture
from simcore.simulation import Simulation
from staff_ai.courses.course import GroupOrder, Moment, own_plan
from staff_ai.courses.in_force import moment_of
from tests.simcore.small_worlds import compile_world, document

ENEMIES = ("hold", "aggressive")

GO = own_plan(
    (
        GroupOrder("blue-post", is_plan=True),
        GroupOrder("blue-robots", task="move", x_m=0.0, y_m=4_000.0, speed=1.0),
        GroupOrder("blue-guns", is_plan=True),
    ),
    "go to the crossing",
)


def crossing(extra: Sequence[dict[str, Any]] = (), **keys: Any) -> Compiled:
    """Return the scenario: 1,500 s, decisions every 50 s; the way takes about 7 minutes. ``extra`` are more groups."""
    robot = [{"platform": "robot", "count": 2}]
    groups = [
        {"name": "blue-post", "side": "blue", "units": [{"platform": "post"}], "at_km": [-9, 4]},
        {"name": "blue-robots", "side": "blue", "units": robot, "at_km": [-5, 4], "roe": "free"},
        {"name": "blue-guns", "side": "blue", "units": robot, "at_km": [-6, 2], "roe": "tight"},
        {"name": "red-post", "side": "red", "units": [{"platform": "post"}], "at_km": [10, 4]},
        {"name": "red-robots", "side": "red", "units": [{"platform": "robot"}], "at_km": [9, 8], "roe": "free"},
        *extra,
    ]
    content = document(
        groups,
        zones=[
            {"name": "crossing", "circle": {"centre_km": [0, 4], "radius_km": 2}},
            {"name": "village", "kind": "no_fire", "circle": {"centre_km": [6, 6], "radius_km": 1}},
        ],
        objectives=[
            {"name": "cross", "side": "blue", "kind": "reach", "zone": "crossing", "groups": ["blue-robots"]},
        ],
        **keys,
    )
    return compile_world(content)


def opened(ticks: int = 20) -> tuple[Compiled, Simulation, Picture, Moment]:
    """Return the scenario, a game of it after some ticks without orders, blue's picture and the moment."""
    compiled = crossing()
    simulation = Simulation(compiled.params, seed=3, replications=[0])
    simulation.advance(ticks)
    return compiled, simulation, simulation.picture(0), moment_of(compiled, simulation, 0)
