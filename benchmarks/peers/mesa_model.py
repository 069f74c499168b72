"""The rules for moving, sensing and shooting as a Mesa 3.3 model: a peer of `chammo bench`.

The units are those of a Chammo scenario: same places, speeds, turn limits, sensors (range, interval, detection law),
weapons (range, reload, ammunition, hit probability) and tasks. Left out: terrain and line of sight, communications,
rules of engagement, endurance, flight times, interception, component damage, position errors, scoring. So the
comparison favours Mesa.

Two methods for finding neighbours:

``continuous``  Mesa's own ``ContinuousSpace``, agents activated individually, as in Mesa's Boids example: plain Mesa.
``kdtree``      a SciPy k-d tree per side and step, all queries in a single call: an expert's use of Mesa.

Run by ``chammo bench``. By hand: ``python -m benchmarks.peers.mesa_model SETUP.json [continuous|kdtree] [SECONDS]``.
"""

import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mesa import Agent, Model
from mesa.experimental.continuous_space import ContinuousSpace, ContinuousSpaceAgent
from scipy.spatial import KDTree

from benchmarks.peers.rounds import Json, once, serve

COOKIE_CUTTER, INVERSE_CUBE, RADAR = 0, 1, 2


@dataclass
class Sensor:
    model: int
    range_m: float
    period: int
    phase: int
    domains: int
    p_detect: float
    law: float
    ln_pfa: float

    def p(self, other: "Fighter", distance_m: float, span_s: float) -> float:
        """Return the probability that a single scan detects ``other``; 0 out of range."""
        if not (self.domains >> other.domain) & 1:
            return 0.0
        if self.model == RADAR:
            if distance_m > self.range_m:
                return 0.0
            snr = self.law * other.rcs_m2 / max(distance_m, 1.0) ** 4
            return math.exp(self.ln_pfa / (1.0 + snr))
        if distance_m > self.range_m * other.signature:
            return 0.0
        if self.model == COOKIE_CUTTER:
            return self.p_detect
        return 1.0 - math.exp(-self.law * other.signature**2 * span_s / max(distance_m, 1.0) ** 3)


@dataclass
class Mount:
    range_m: float
    range_min_m: float
    domains: int
    salvo: int
    reload: int
    ammo: int
    p_hit: list[float]
    falloff: float
    damage: float
    p_kill: float
    ready_tick: int = 0


class Fighter:
    """The rules of a unit; the classes below find its neighbours."""

    model: Any

    def take(self, row: Json) -> None:
        self.side: int = row["side"]
        self.domain: int = row["domain"]
        self.target_class: int = row["target_class"]
        self.rcs_m2: float = row["rcs_m2"]
        self.signature: float = row["signature"]
        self.toughness: float = row["toughness"]
        self.strength = 1.0
        self.x: float = row["x_m"]
        self.y: float = row["y_m"]
        self.hx: float = row["hx"]
        self.hy: float = row["hy"]
        self.step_m: float = row["speed_mps"] * self.model.dt_s
        self.turn_cos: float = row["turn_cos"]
        self.turn_sin: float = row["turn_sin"]
        self.task: tuple[float, float, float] = tuple(row["task_m"])
        self.goal = self.task[:2]
        self.sensors = [Sensor(**sensor) for sensor in row["sensors"]]
        self.mounts = [Mount(**mount) for mount in row["mounts"]]

    def move(self) -> None:
        """Turn towards the goal within the turn limit and move on; on arrival take a new goal."""
        if self.step_m == 0.0:
            return
        dx, dy = self.goal[0] - self.x, self.goal[1] - self.y
        distance_m = math.hypot(dx, dy)
        if distance_m <= self.step_m:
            self.goal = self.model.point_in(self.task)
            return
        gx, gy = dx / distance_m, dy / distance_m
        if self.hx * gx + self.hy * gy >= self.turn_cos:
            self.hx, self.hy = gx, gy
        else:
            turn_sin = self.turn_sin if self.hx * gy - self.hy * gx >= 0.0 else -self.turn_sin
            self.hx, self.hy = (
                self.hx * self.turn_cos - self.hy * turn_sin,
                self.hx * turn_sin + self.hy * self.turn_cos,
            )
        self.x, self.y = self.model.inside(self.x + self.hx * self.step_m, self.y + self.hy * self.step_m)

    def reach_m(self) -> float:
        """Return the search radius [m] of this unit in this step, from the sensors due and the weapons ready."""
        tick = self.model.tick
        reach_m = 0.0
        for sensor in self.sensors:
            if tick % sensor.period == sensor.phase:
                top = 1.0 if sensor.model == RADAR else self.model.signature_top
                reach_m = max(reach_m, sensor.range_m * top)
        for mount in self.mounts:
            if mount.ammo > 0 and mount.ready_tick <= tick:
                reach_m = max(reach_m, mount.range_m)
        return reach_m

    def engage(self, enemies: list[tuple["Fighter", float]]) -> None:
        """Scan the enemies in reach, report detections, then fire at the nearest contacts."""
        model = self.model
        tick, uniform, contacts = model.tick, model.random.random, model.contacts[self.side]
        due = [sensor for sensor in self.sensors if tick % sensor.period == sensor.phase]
        for other, distance_m in enemies:
            for sensor in due:
                p = sensor.p(other, distance_m, sensor.period * model.dt_s)
                if p > 0.0 and uniform() < p:
                    contacts[other] = tick
                    break
        for mount in self.mounts:
            if mount.ammo <= 0 or mount.ready_tick > tick:
                continue
            target, nearest_m = None, mount.range_m
            for other, distance_m in enemies:
                if (
                    mount.range_min_m <= distance_m <= nearest_m
                    and other.strength > 0.0
                    and (mount.domains >> other.domain) & 1
                    and tick - contacts.get(other, -model.hold_ticks - 1) <= model.hold_ticks
                ):
                    target, nearest_m = other, distance_m
            if target is not None:
                self.fire(mount, target, nearest_m)

    def fire(self, mount: Mount, target: "Fighter", distance_m: float) -> None:
        rounds = min(mount.salvo, mount.ammo)
        mount.ammo -= rounds
        mount.ready_tick = self.model.tick + mount.reload
        self.model.shots += 1
        uniform = self.model.random.random
        p_hit = mount.p_hit[target.target_class] * (1.0 - (1.0 - mount.falloff) * distance_m / mount.range_m)
        for _ in range(rounds):
            if uniform() < p_hit:
                target.strength -= 1.0 if uniform() < mount.p_kill else mount.damage / target.toughness
        if target.strength <= 1e-9:
            target.strength = 0.0
            self.model.lost.add(target)


class SpaceUnit(Fighter, ContinuousSpaceAgent):
    """A unit that finds its neighbours with Mesa's ContinuousSpace."""

    def __init__(self, model: "Battle", row: Json) -> None:
        ContinuousSpaceAgent.__init__(self, model.space, model)
        self.take(row)
        self.position = np.array((self.x, self.y))

    def step(self) -> None:
        if self.strength <= 0.0:
            return
        self.move()
        self.position = np.array((self.x, self.y))
        reach_m = self.reach_m()
        if reach_m > 0.0:
            neighbours, distances = self.get_neighbors_in_radius(reach_m)
            side = self.side
            self.engage([(n, d) for n, d in zip(neighbours, distances.tolist(), strict=True) if n.side != side])


class TreeUnit(Fighter, Agent):
    """A unit that receives the enemies in reach from the model."""

    enemies: tuple[list["TreeUnit"], list[int]] = ([], [])

    def __init__(self, model: "Battle", row: Json) -> None:
        Agent.__init__(self, model)
        self.take(row)

    def step(self) -> None:
        if self.strength <= 0.0:
            return
        units, places = self.enemies
        if places:
            near = [units[k] for k in places]
            self.engage([(other, math.hypot(other.x - self.x, other.y - self.y)) for other in near])


class Battle(Model):
    """Two sides that move, sense and shoot.

    ``setup`` is the JSON sent by `chammo bench`: ``dt_s``, ``hold_s``, ``bounds_m`` (west, east, south, north) and
    ``units``.
    """

    def __init__(self, setup: Json, space: str = "continuous", seed: int = 1) -> None:
        super().__init__(seed=seed)
        self.dt_s: float = setup["dt_s"]
        self.hold_ticks = round(setup["hold_s"] / self.dt_s)
        self.west_m, self.east_m, self.south_m, self.north_m = setup["bounds_m"]
        self.tick = 0
        self.shots = 0
        rows = setup["units"]
        self.signature_top = max(row["signature"] for row in rows)
        self.contacts: list[dict[Fighter, int]] = [{} for _ in range(1 + max(row["side"] for row in rows))]
        self.lost: set[Any] = set()
        self.is_tree = space == "kdtree"
        if self.is_tree:
            for row in rows:
                TreeUnit(self, row)
        else:
            box = [[self.west_m, self.east_m], [self.south_m, self.north_m]]
            self.space = ContinuousSpace(box, torus=False, random=self.random, n_agents=len(rows))
            for row in rows:
                SpaceUnit(self, row)

    def step(self) -> None:
        if self.is_tree:
            self.agents.do("move")
            self._find_enemies()
        self.agents.shuffle_do("step")
        for unit in self.lost:
            unit.remove()
            for contacts in self.contacts:
                contacts.pop(unit, None)
        self.lost.clear()
        self.tick += 1

    def inside(self, x: float, y: float) -> tuple[float, float]:
        return min(max(x, self.west_m), self.east_m), min(max(y, self.south_m), self.north_m)

    def point_in(self, circle: tuple[float, float, float]) -> tuple[float, float]:
        x, y, radius_m = circle
        spread_m = 2.0 * radius_m
        return self.inside(x + spread_m * (self.random.random() - 0.5), y + spread_m * (self.random.random() - 0.5))

    def _find_enemies(self) -> None:
        sides: list[list[Any]] = [[] for _ in self.contacts]
        units: Any = self.agents
        for unit in units:
            sides[unit.side].append(unit)
        for side, own in enumerate(sides):
            enemies = [unit for other, others in enumerate(sides) if other != side for unit in others]
            if not own or not enemies:
                for unit in own:
                    unit.enemies = ([], [])
                continue
            tree = KDTree(np.array([(unit.x, unit.y) for unit in enemies]))
            near = tree.query_ball_point(
                np.array([(unit.x, unit.y) for unit in own]), np.array([unit.reach_m() for unit in own])
            )
            for unit, places in zip(own, near, strict=True):
                unit.enemies = (enemies, places)


def prepare(setup: Json) -> tuple[Json, Any]:
    import mesa

    battle = Battle(setup, setup.get("space", "continuous"))

    def play(seconds: float) -> Json:
        nonlocal battle
        began, steps, ticks, cpu_s = time.process_time(), 0, 0, 0.0
        while cpu_s < seconds:
            if battle.tick >= setup["n_ticks"]:
                battle = Battle(setup, setup.get("space", "continuous"))
                began = time.process_time() - cpu_s  # setting up again does not count
            steps += len(battle.agents)
            battle.step()
            ticks += 1
            cpu_s = time.process_time() - began
        return {"agent_steps": steps, "cpu_s": cpu_s, "ticks": ticks, "alive": len(battle.agents)}

    return {"version": f"mesa {mesa.__version__}", "n_agents": len(setup["units"])}, play


def main(arguments: list[str]) -> int:
    if not arguments:
        return serve(prepare)
    setup = json.loads(Path(arguments[0]).read_text())
    setup["space"] = arguments[1] if len(arguments) > 1 else "continuous"
    return once(prepare, setup, *map(float, arguments[2:3]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
