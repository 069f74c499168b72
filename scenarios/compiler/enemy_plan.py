"""The plan that a side assumes of its enemy: he serves his assumed objectives, and clears a lane through its mines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.format.plane import Plane
from scenarios.format.schema.intelligence import ListedForce
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import Group, ScenarioFile
from scenarios.format.zone_shapes import shape_outline, zone_outline
from simcore.types import F64

AIM_M = 2_000.0
"""Radius of an assumed attack on units, beyond their spread."""
LANE_MARGIN_M = 2_000.0
"""Distance from a minefield at which units that clear it turn, and others wait."""
LANE_M = 1_000.0
"""Width of the area before a lane in which the units that are to follow it gather."""
PASSES = 3
"""Passes of a unit that clears a lane."""

HasRoom = Callable[[str, F64], bool]
"""Returns whether units of a platform can be anywhere in the bounding box of an outline (2, n) [m]."""
Areas = Sequence[tuple[F64, ...]]
"""Outlines (2, n) [m] of the areas in which each force may start."""


@dataclass(frozen=True)
class Lane:
    """A straight lane through mines, from ``near`` to ``far``, (2,) each [m], both clear of them."""

    near: F64
    far: F64

    def is_beyond(self, point: F64) -> bool:
        """Return whether a point (2,) lies beyond the near end."""
        return float((self.far - self.near) @ (point - self.near)) > 0.0

    def ends(self, aside_m: float) -> tuple[F64, F64]:
        """Return far and near end of a way beside its middle, ``aside_m`` to the left."""
        ahead = (self.far - self.near) / np.hypot(*(self.far - self.near))
        left = aside_m * np.array([-ahead[1], ahead[0]])
        return self.far + left, self.near + left

    def before(self, area_m: F64) -> F64:
        """Return the part of the box around an area that lies on its line: a rectangle (2, 4), or the area itself."""
        low, high = area_m.min(axis=1), area_m.max(axis=1)
        back = self.near - self.far
        with np.errstate(divide="ignore", invalid="ignore"):
            sides = np.sort([(low - self.near) / back, (high - self.near) / back], axis=0)
        first, last = max(0.0, float(np.nanmax(sides[0]))), float(np.nanmin(sides[1]))
        if not first < last < np.inf:
            return area_m
        ends = np.array([self.near + share * back for share in (first, last)])
        left = LANE_M / 2.0 * np.array([-back[1], back[0]]) / np.hypot(*back)
        return np.array([ends[0] + left, ends[1] + left, ends[1] - left, ends[0] - left]).T


@dataclass(frozen=True)
class EnemyPlan:
    """The assumed aim of the enemy, the platforms that he brings there, and his lane through mines on the way."""

    outline_m: F64  # (2, n)
    moving: set[str]
    has_room: HasRoom
    lane: Lane | None = None

    def gathered(self, platform: str, areas_m: tuple[F64, ...]) -> tuple[F64, ...]:
        """Return the areas where units may start: those that are to follow the lane gather on its line."""
        if self.lane is None or platform not in self.moving:
            return areas_m
        return tuple(self.lane.before(area) for area in areas_m)

    def task(
        self, platform: str, areas_m: tuple[F64, ...], content: ScenarioFile, place: float = 0.0
    ) -> dict[str, Any]:
        """Return the task of a mobile enemy group as an update: armed units attack the aim, munitions strike there.

        Aircraft search. Units that have to get there follow the lane; those that clear mines pass it several times,
        side by side by ``place``, which is 0 in the middle. Armed units that start before the mines wait there.
        """
        card = content.catalogue.platforms[platform]
        if card.speed_max_mps <= 0.0:
            return {}
        if self.lane is not None and card.mine_clearing is not None:
            ends = [_km(point, content) for point in self.lane.ends(place * card.mine_clearing.width_m)]
            return {"task": {"verb": "move", "at_km": ends[0], "route_km": [ends[k % 2] for k in range(PASSES - 1)]}}
        if not self.has_room(platform, self.outline_m):
            return {}
        is_scout = card.domain == "air" and bool(card.sensors) and not card.weapons
        if not (card.weapons or is_scout or platform in self.moving):
            return {}
        low, high = self.outline_m.min(axis=1), self.outline_m.max(axis=1)
        task: dict[str, Any] = {
            "verb": "search" if is_scout else "strike" if card.one_way else "attack" if card.weapons else "move",
            "at_km": _km((low + high) / 2.0, content),
            "radius_km": float(np.hypot(*(high - low))) / 4e3,
            "speed": 1.0 if card.one_way else 0.0,
            "route": "straight" if card.domain == "air" else None,
        }
        if self.lane is not None and card.domain != "air" and not self.lane.is_beyond(_middle(areas_m)):
            if platform in self.moving:
                task |= {"route_km": [_km(point, content) for point in (self.lane.near, self.lane.far)]}
            elif not card.one_way:
                task |= {"at_km": _km(self.lane.near, content), "radius_km": LANE_MARGIN_M / 1e3}
        return {"task": task}


def assumed_plan(
    assumed: Sequence[Objective],
    known: Sequence[Objective],
    own: Sequence[Group],
    forces: Sequence[ListedForce],
    areas_m: Areas,
    content: ScenarioFile,
    plane: Plane,
    has_room: HasRoom,
) -> EnemyPlan | None:
    """Return the plan that serves the ``assumed`` objectives of the enemy; None if they name no place.

    ``known`` are the objectives of the side itself, ``own`` its groups. An enemy who awaits the side bars its way.
    """
    aim_m = _aim(assumed, known, own, content, plane)
    if aim_m is None:
        aim_m = _guarded(assumed, forces, areas_m)
    if aim_m is None:
        return None
    moving = {name for objective in assumed if objective.kind == "reach" for name in objective.platforms}
    sides = {group.side for group in own}
    mined = [shape_outline(field, plane) for field in content.minefields if field.side in sides]
    return EnemyPlan(aim_m, moving, has_room, _lane(aim_m, moving, forces, areas_m, content, mined))


def _lane(
    aim_m: F64,
    moving: set[str],
    forces: Sequence[ListedForce],
    areas_m: Areas,
    content: ScenarioFile,
    mined: Sequence[F64],
) -> Lane | None:
    """Return the lane to the aim through the minefields ``mined`` of the side.

    It leads from the areas of the units that have to get there and of those that clear. There is none if no mines lie
    on the way, or nobody can clear them.
    """
    cards = content.catalogue.platforms
    clearing = {force.platform for force in forces if force.side is None and cards[force.platform].mine_clearing}
    if not clearing:
        return None
    starts = [outline for names in (moving, clearing) for outline in _outlines(names, forces, areas_m)]
    if not starts:
        return None
    start, end = _middle(tuple(starts)), _middle((aim_m,))
    length = float(np.hypot(*(end - start)))
    if length < 1.0:
        return None
    ahead = (end - start) / length
    spans: list[tuple[float, float]] = []
    for outline in mined:
        away = outline - start[:, None]
        along, aside = ahead @ away, ahead[0] * away[1] - ahead[1] * away[0]
        if aside.min() < 0.0 < aside.max() and along.max() > 0.0 and along.min() < length:
            spans.append((float(along.min()), float(along.max())))
    if not spans:
        return None
    near, far = min(low for low, _ in spans) - LANE_MARGIN_M, max(high for _, high in spans) + LANE_MARGIN_M
    return Lane(start + max(near, 0.0) * ahead, start + min(far, length) * ahead)


def _middle(outlines: tuple[F64, ...]) -> F64:
    """Return the middle (2,) of the boxes around outlines; nan without any."""
    if not outlines:
        return np.full(2, np.nan)
    return np.mean([(outline.min(axis=1) + outline.max(axis=1)) / 2.0 for outline in outlines], axis=0)


def _km(point: F64, content: ScenarioFile) -> list[float]:
    """Return a point on the map [km]."""
    field, (x, y) = content.map, point / 1e3
    return [float(np.clip(x, field.west_km, field.east_km)), float(np.clip(y, field.south_km, field.north_km))]


def _aim(
    assumed: Sequence[Objective],
    wanted: Sequence[Objective],
    own: Sequence[Group],
    content: ScenarioFile,
    plane: Plane,
) -> F64 | None:
    """Return the outline (2, n) [m] of the enemy's aim; None if his objectives name no place.

    It is the zone of his weightiest objective to reach or to hold. Without any it is the zone that the side itself
    ``wanted`` to reach, which he bars, and else the place of the units that he is to destroy.
    """
    zones = {zone.name: zone for zone in content.zones}
    for objectives in (assumed, [o for o in wanted if o.kind == "reach"]):
        taken = [o for o in objectives if o.kind in ("reach", "hold") and o.zone in zones]
        if taken:
            zone = max(taken, key=lambda objective: objective.weight).zone
            return zone_outline(zones[str(zone)], plane)
    meant = {name for objective in assumed if objective.kind == "destroy" for name in objective.groups}
    places = [plane.point(group.at_km, group.at) for group in own if group.name in meant]
    found = np.array([place for place in places if place is not None], dtype=np.float64)
    if len(found) == 0:
        return None
    return _around(found.min(axis=0) - AIM_M, found.max(axis=0) + AIM_M)


def _guarded(assumed: Sequence[Objective], forces: Sequence[ListedForce], areas_m: Areas) -> F64 | None:
    """Return the outline of the areas of the forces that the enemy is to protect; None if none is known."""
    meant = {name for objective in assumed if objective.kind == "protect" for name in objective.platforms}
    outlines = _outlines(meant, forces, areas_m)
    if not outlines:
        return None
    low, high = (np.array([choose(outline, axis=1) for outline in outlines]) for choose in (np.min, np.max))
    return _around(low.min(axis=0) - AIM_M, high.max(axis=0) + AIM_M)


def _outlines(platforms: set[str], forces: Sequence[ListedForce], areas_m: Areas) -> list[F64]:
    """Return the outlines of the areas where enemy forces of some platforms may start."""
    return [
        outline
        for force, areas in zip(forces, areas_m, strict=True)
        if force.side is None and force.platform in platforms
        for outline in areas
    ]


def _around(low: F64, high: F64) -> F64:
    """Return a rectangle as an outline (2, 4)."""
    return np.array([[low[0], high[0], high[0], low[0]], [low[1], low[1], high[1], high[1]]])
