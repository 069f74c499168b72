"""A short run over hills and water: posts of two sides that look at each other across the ground."""

import copy

from scenarios.loader import compile_document
from simcore.compiling.jit import python_wrapper
from simcore.kernels.ground.terrain import ground_m, is_visible
from simcore.kinds import Ground, Rules
from tests.viz.skirmish import DOCUMENT as SKIRMISH

DOCUMENT = copy.deepcopy(SKIRMISH)
DOCUMENT["name"] = "hills"
DOCUMENT["title"] = "Cars in the hills"
DOCUMENT["time"] = {"dt_s": 2, "duration_s": 300, "decision_interval_s": 30, "record_interval_s": 10}
DOCUMENT["map"] |= {"cell_m": 100, "terrain": {"kind": "procedural", "seed": 5}}
DOCUMENT["groups"] = [
    {**group, "scatter_radius_km": 2.0} if group["units"][0]["count"] > 1 else group for group in DOCUMENT["groups"]
]


class Engine:
    """The engine's own ground of this scenario: what it computes with in a run."""

    def __init__(self) -> None:
        params = compile_document(DOCUMENT).params
        terrain = params.terrain
        self._relief = terrain.relief_m
        self._ground = Ground(
            terrain.relief_m,
            terrain.block_peak_m,
            terrain.wide_peak_m,
            terrain.near_peak,
            terrain.speed,
            terrain.speed.reshape(len(terrain.speed), -1),
            terrain.concealment,
        )
        self._rules = Rules(params.rules_real, params.rules_whole)
        self._sees, self._height_m = python_wrapper(is_visible), python_wrapper(ground_m)

    def height_m(self, x_m: float, y_m: float) -> float:
        """Return the height of the ground or water."""
        return float(self._height_m(self._relief, self._rules.real, x_m, y_m))

    def sees(self, eye_m: tuple[float, float, float], target_m: tuple[float, float, float]) -> bool:
        """Return whether two points (x, y, height above the sea) see each other."""
        return bool(self._sees(self._ground, self._rules, *eye_m, *target_m))
