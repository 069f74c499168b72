"""Random maps, and places on them where units of a domain can be."""

from typing import Any

import numpy as np

from scenarios.format.schema.map import Map
from scenarios.terrain.ground import Ground, build_ground
from simcore.types import Mobility, Surface

Document = dict[str, Any]


class GroundDraw:
    """The draws of a document that concern its map."""

    ground: Ground

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def pick(self, values: Any) -> Any:
        return values[int(self.rng.integers(len(values)))]

    def ground_map(self) -> Document:
        """Return a map; places are drawn on its ground from then on."""
        field = self._field()
        self.ground = build_ground(Map.model_validate(field))
        return field

    def _field(self) -> Document:
        half = float(self.pick([6, 12, 25]))
        field: Document = {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            "west_km": -half,
            "east_km": half,
            "south_km": -half,
            "north_km": half,
            "cell_m": self.pick([200, 500]),
            "flat_earth": self.chance(0.1),
        }
        self.half_km = half
        coast = [[-half, -half], [half, -half], [half, self.km(0.3)], [0, self.km(0.2)], [-half, self.km(0.3)]]
        kind = self.pick(["lake", "lake", "sea", "land", "relief"])
        if kind == "relief":
            field["terrain"] = {"kind": "procedural", "seed": int(self.rng.integers(1000)), "relief_m": 120}
            return field
        features: list[Document] = [{"kind": "lake", "polygon_km": coast}] if kind == "lake" else []
        if kind == "sea":
            circle = {"centre_km": [self.km(0.5), self.km(0.5)], "radius_km": half / 4}
            features.append({"kind": "island", "circle": circle, "height_m": 60})
        else:
            line = [[self.km(0.9), half], [self.km(0.9), self.km(0.5)]]
            features.append({"kind": "ridge", "line_km": line, "width_km": half / 8, "height_m": 80})
            polygon = [[self.km(1), self.km(1)] for _ in range(3)]
            features.append({"kind": self.pick(["forest", "marsh", "rough"]), "polygon_km": polygon})
        field["terrain"] = {"kind": "flat", "surface": "water" if kind == "sea" else "open", "features": features}
        return field

    def km(self, share: float) -> float:
        return round(float(self.rng.uniform(-share, share)) * self.half_km, 3)

    def place(self, domain: str) -> list[float] | None:
        """Return a random place where units of a domain can be, or None when there is none."""
        surface = self.ground.terrain.surface
        speed = self.ground.terrain.speed
        can = np.ones(surface.shape, dtype=bool)
        if domain in ("surface", "subsurface"):
            can = speed[Mobility.WATER] > 0.0
        elif domain == "land":
            can = (speed[Mobility.WHEELED] > 0.0) & (surface != int(Surface.WATER))
        rows, columns = np.nonzero(can)
        if len(rows) == 0:
            return None
        k = int(self.rng.integers(len(rows)))
        x = self.ground.west_m + (columns[k] + 0.5) * self.ground.cell_m
        y = self.ground.south_m + (rows[k] + 0.5) * self.ground.cell_m
        limit = self.half_km * 0.98
        return [round(float(np.clip(v / 1e3, -limit, limit)), 3) for v in (x, y)]
