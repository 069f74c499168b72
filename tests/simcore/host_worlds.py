"""Small worlds with hosts, for the tests of hosts."""

import copy
from typing import Any

import numpy as np

from scenarios.loader import compile_document
from simcore.params import UnitSpecW
from simcore.simulation import Simulation
from simcore.state import UnitR, UnitW
from simcore.types import EventKind, Roe, Status, Task

Document = dict[str, Any]

DT_S = 5
ON_HOST = (Status.ABOARD, Status.SERVICING)
ATTACK = {"verb": "attack", "at_km": [15, 0], "radius_km": 5}
RECOVER = {"verb": "recover"}

CATALOGUE: Document = {
    "sensors": {"eye": {"model": "cookie_cutter", "range_km": 90, "interval_s": 5, "error_m": 1, "needs_sight": False}},
    "weapons": {
        "dud": {"domains": ["surface"], "range_max_km": 5, "p_hit": 0, "reload_s": 5, "needs_sight": False},
        "gun": {"domains": ["surface", "air"], "range_max_km": 90, "p_hit": 1, "p_kill": 1, "needs_sight": False},
    },
    "platforms": {
        "carrier": {"domain": "surface", "target_class": "ship", "speed_max_mps": 10, "host": {"carries": 2}},
        "dock": {"domain": "surface", "target_class": "ship", "speed_max_mps": 0, "host": {"carries": 5}},
        "mother": {
            "domain": "air",
            "target_class": "aircraft",
            "speed_max_mps": 60,
            "endurance_h": 0.5,
            "host": {"carries": 4},
        },
        "bus": {
            "domain": "air",
            "target_class": "aircraft",
            "speed_max_mps": 60,
            "one_way": True,
            "host": {"carries": 4},
            "sensors": ["eye"],
            "weapons": [{"weapon": "dud", "rounds": 1}],
        },
        "drone": {
            "domain": "air",
            "target_class": "small_air",
            "speed_max_mps": 60,
            "speed_cruise_mps": 40,
            "endurance_h": 1,
            "idle_burn": 1,
            "turnaround_min": 10,
            "sensors": ["eye"],
            "weapons": [{"weapon": "dud", "rounds": 2}],
        },
        "boat": {
            "domain": "surface",
            "target_class": "small_boat",
            "speed_max_mps": 20,
            "endurance_h": 0.5,
            "idle_burn": 1,
            "turnaround_min": 1,
        },
        "target": {"domain": "surface", "target_class": "ship", "speed_max_mps": 0},
        "shooter": {
            "domain": "surface",
            "target_class": "ship",
            "speed_max_mps": 0,
            "sensors": ["eye"],
            "weapons": [{"weapon": "gun", "rounds": 1}],
        },
    },
}


def group(name: str, platform: str, at_km: tuple[float, float] | None = None, count: int = 1, **keys: Any) -> Document:
    """Return a group of blue; without a place it starts aboard."""
    place = {"aboard": True} if at_km is None else {"at_km": list(at_km)}
    units = [{"platform": platform, "count": count}]
    return {
        "name": name,
        "side": "blue",
        "units": units,
        "formation": {"spacing_m": 0},
        "heading_deg": 90,
        **place,
        **keys,
    }


def world(*groups: Document, hours: float = 2.0, cards: Document | None = None, **keys: Any) -> Document:
    """Return a scenario at sea, in which red is a target that does nothing unless a group says otherwise."""
    platforms = copy.deepcopy(CATALOGUE["platforms"])
    for name, card in (cards or {}).items():
        platforms[name] |= card
    red = (
        []
        if any(entry["side"] == "red" for entry in groups)
        else [group("t", "target", (15, 0), side="red", roe="hold")]
    )
    return {
        "schema_version": 1,
        "name": "hosts",
        "time": {"dt_s": DT_S, "duration_s": hours * 3600, "plan_interval_s": DT_S},
        "map": {
            "origin": {"longitude_deg": 0, "latitude_deg": 0},
            "west_km": -60,
            "east_km": 60,
            "south_km": -60,
            "north_km": 60,
            "cell_m": 2000,
            "flat_earth": True,
            "terrain": {"kind": "flat", "surface": "water"},
        },
        "rules": {"stop_on_annihilation": False},
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [*groups, *red],
        "catalogue": {**CATALOGUE, "platforms": platforms},
        **keys,
    }


class Play:
    """One replication, or several, with what has been recorded of them at each step."""

    def __init__(self, content: Document, replications: int = 1, **keys: Any) -> None:
        compiled = compile_document(content)
        self.names = compiled.roster.units
        self.simulation = Simulation(
            compiled.params, seed=3, replications=range(replications), record_events=True, **keys
        )
        self.status: list[np.ndarray] = []
        self.host: list[np.ndarray] = []
        self.log: list[np.ndarray] = []

    def on(self, seconds: float) -> "Play":
        for _ in range(round(seconds / DT_S)):
            self.simulation.advance(1)
            self.status.append(self.simulation.state.units.whole[:, UnitW.STATUS].copy())
            self.host.append(self.simulation.state.units.whole[:, UnitW.HOST].copy())
        self.log.append(self.simulation.events())
        return self

    def unit(self, name: str) -> int:
        return self.names.index(name)

    def events(self, kind: EventKind, name: str, replication: int = 0) -> np.ndarray:
        rows = np.concatenate(self.log)
        is_wanted = (rows["kind"] == kind) & (rows["unit"] == self.unit(name))
        return rows[is_wanted & (rows["replication"] == replication)]

    def rounds(self, name: str) -> int:
        return int(self.events(EventKind.SHOT, name)["b"].sum())

    def status_of(self, name: str) -> Status:
        return Status(int(self.status[-1][0, self.unit(name)]))

    def most_aboard(self, host: str, statuses: tuple[Status, ...] = ON_HOST) -> int:
        is_there = np.isin(self.status, statuses) & (np.array(self.host) == self.unit(host))
        return int(is_there.sum(axis=2).max())

    def order(self, name: str, task: Task, x_m: float, y_m: float) -> None:
        group = int(self.simulation.params.units.whole[UnitSpecW.GROUP, self.unit(name)])
        self.simulation.orders.issue(np.ones(1, dtype=bool), group, task, x_m, y_m, roe=Roe.HOLD)

    def place(self, name: str) -> tuple[float, float]:
        real = self.simulation.state.units.real[0]
        return float(real[UnitR.X, self.unit(name)]), float(real[UnitR.Y, self.unit(name)])


def lose(name: str, at_s: float) -> Document:
    return {"kind": "lose", "at_s": at_s, "who": [name]}
