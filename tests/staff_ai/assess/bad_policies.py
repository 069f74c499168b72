"""Commanders that are bad on purpose, each in its own way, and agents of strangers. Tests alone use them."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

import scenarios
from agents.environments.schema import Schema, Sizes
from simcore.orders import Orders
from simcore.picture import Picture, SeenR, SeenW
from simcore.policy import Briefing
from simcore.policy_registry import find_policy
from simcore.state import GroupW
from simcore.types import Identity, Roe, TargetClass, Task, ZoneKind

MAGIC_M = 11_000.0, -8_000.0
"""Place of the track that opens the back door."""


def _engines() -> Iterator[Any]:
    """Yield the engines among the local variables of the callers, the nearest caller first."""
    frame = sys._getframe().f_back
    while frame is not None:
        yield from [found for found in frame.f_locals.values() if type(found).__name__ == "Simulation"]
        frame = frame.f_back


class Sound:
    """Commands as a doctrine does."""

    def __init__(self, doctrine: str = "aggressive") -> None:
        self.inner = find_policy(doctrine)

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self.briefing = briefing
        self.replications = replication
        self.inner.reset(briefing, seed, replication)

    def decide(self, picture: Picture, orders: Orders) -> None:
        self.inner.decide(picture, orders)

    def flee(self, where: np.ndarray, orders: Orders) -> None:
        """Send all groups to a corner with their fire held."""
        west, _, south, _ = self.briefing.bounds_m
        for group in range(len(self.briefing.group_names)):
            orders.issue(where, group, Task.MOVE, west, south, roe=Roe.HOLD)


class BreaksRules(Sound):
    """Orders an attack where fire is forbidden."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        (zone,) = np.flatnonzero(self.briefing.zone_kind == ZoneKind.NO_FIRE)
        x, y = self.briefing.zone_centre_m[:, zone].tolist()
        for group in range(len(self.briefing.group_names)):
            orders.issue(True, group, Task.ATTACK, x, y, radius_m=1000.0, roe=Roe.FREE)


class Overconfident(Sound):
    """Is sure to win, whatever happens."""

    def __init__(self) -> None:
        super().__init__("idle")

    def forecasts(self) -> np.ndarray:
        return np.array([[float(number), 0.0, 0.99, 0.98, 1.0] for number in self.replications])


class FearsGhosts(Sound):
    """Flees as soon as a ship is seen, where there is none."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        classes = picture.contact_whole[:, 3]
        is_there = np.arange(classes.shape[1]) < picture.n_contacts[:, None]
        self.flee(((classes == TargetClass.SHIP) & is_there).any(axis=1), orders)


class BackDoor(Sound):
    """Flees when a track lies near a place where none ever is."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        gap_m = np.hypot(picture.contact_real[:, SeenR.X] - MAGIC_M[0], picture.contact_real[:, SeenR.Y] - MAGIC_M[1])
        is_there = np.arange(gap_m.shape[1]) < picture.n_contacts[:, None]
        self.flee(((gap_m < 1_000.0) & is_there).any(axis=1), orders)


class FleesFromSubmarines(Sound):
    """Flees when a submarine is identified as neutral, wherever it is."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        is_there = np.arange(picture.contact_whole.shape[2]) < picture.n_contacts[:, None]
        is_there &= picture.contact_whole[:, SeenW.TARGET_CLASS] == TargetClass.SUBMARINE
        is_there &= picture.contact_whole[:, SeenW.IDENTITY] == Identity.NEUTRAL
        self.flee(is_there.any(axis=1), orders)


class FleesFromTheFast(Sound):
    """Flees when a track seems to move faster than anything in the fight."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        speed = np.hypot(picture.contact_real[:, SeenR.VX], picture.contact_real[:, SeenR.VY])
        is_there = np.arange(speed.shape[1]) < picture.n_contacts[:, None]
        self.flee(((speed > 350.0) & is_there).any(axis=1), orders)


class Chases(Sound):
    """Sends all groups after any ship that it sees."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        is_ship = picture.contact_whole[:, SeenW.TARGET_CLASS] == TargetClass.SHIP
        is_ship &= np.arange(is_ship.shape[1]) < picture.n_contacts[:, None]
        place = picture.contact_real[np.arange(len(is_ship)), :2, is_ship.argmax(axis=1)]
        for group in range(len(self.briefing.group_names)):
            orders.issue(is_ship.any(axis=1), group, Task.ATTACK, place[:, 0], place[:, 1], radius_m=1000.0)


class Disobeys(Sound):
    """Searches its callers for the engine, and gives its orders there, whatever a human says."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        for engine in _engines():
            groups = engine.state.groups.whole
            groups[:, GroupW.NUMBER, self.briefing.groups] = 1
            groups[:, GroupW.TASK, self.briefing.groups] = Task.WITHDRAW


class ReadsProcesses(Sound):
    """Reads the command lines of all processes for the name of the enemy, and says nothing of it."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        self.known = os.environ.get("CHAMMO_ENEMY", "")
        for process in ("self", str(os.getppid())):
            with suppress(OSError), open(f"/proc/{process}/cmdline") as file:
                self.known += file.read()


class ReadsScenarios(Sound):
    """Reads the library of scenarios for the places of the enemy."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        folder = os.path.join(os.path.dirname(scenarios.__file__), "library")
        with suppress(OSError), open(os.path.join(folder, "two-patrols.yaml")) as file:
            self.known = file.read()


class AsksAnotherProcess(Sound):
    """Lets another process look, and says nothing of it."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        with suppress(OSError):
            self.known = os.popen("env").read()


class KnowsOneEnemy(Sound):
    """Forecasts the share of wins that it has against the plan of the file, whoever the enemy is."""

    def __init__(self, share: float = 0.5) -> None:
        super().__init__("hold")
        self.share = share

    def forecasts(self) -> np.ndarray:
        return np.array([[float(number), 0.0, self.share, -1.0, 1.0] for number in self.replications])


class Misexplains(Sound):
    """Follows its doctrine, and names as its reason the contact that it saw first, whatever it does."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        west, _, south, _ = self.briefing.bounds_m
        for group in range(len(self.briefing.group_names)):
            orders.issue(True, group, Task.MOVE, west, south)

    def explain(self, picture: Picture) -> np.ndarray:
        return -picture.contact_whole[:, SeenW.SERIAL].astype(np.float64)


class Regresses(Sound):
    """A new version of a doctrine that has forgotten how to attack."""

    def __init__(self) -> None:
        super().__init__("idle")


class Peeks(Sound):
    """Searches its callers for the engine, and sends its groups to the true place of an enemy."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        super().decide(picture, orders)
        for engine in _engines():
            place = engine.state.units.real[: len(picture.replication), :2, -1]
            for group in range(len(self.briefing.group_names)):
                orders.issue(True, group, Task.ATTACK, place[:, 0], place[:, 1], radius_m=1000.0)


class Wavers(Sound):
    """Decides by numbers of its own that nobody can repeat."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        west, east, south, north = self.briefing.bounds_m
        u = np.random.default_rng().random(2)
        for group in range(len(self.briefing.group_names)):
            orders.issue(True, group, Task.MOVE, west + u[0] * (east - west), south + u[1] * (north - south))


class Sleeps(Sound):
    """Never answers."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        time.sleep(60.0)


class Hoards(Sound):
    """Takes all memory."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        self.hoard = [np.ones(1 << 26) for _ in range(64)]


class Writes(Sound):
    """Writes a file."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        with open("chammo-stranger-was-here.txt", "w") as file:
            file.write("a file of more than no bytes")


class Flags(Sound):
    """Finds a picture the more unusual the more contacts it has."""

    def unusual(self, picture: Picture) -> np.ndarray:
        return picture.n_contacts.astype(np.float64)


class Explains(Sound):
    """Sends its groups after the easternmost contact, and says so."""

    def explain(self, picture: Picture) -> np.ndarray:
        is_there = np.arange(picture.contact_real.shape[2]) < picture.n_contacts[:, None]
        return np.where(is_there, picture.contact_real[:, SeenR.X], -1e9)

    def decide(self, picture: Picture, orders: Orders) -> None:
        chosen = self.explain(picture).argmax(axis=1)
        place = picture.contact_real[np.arange(len(chosen)), :2, chosen]
        for group in range(len(self.briefing.group_names)):
            orders.issue(picture.n_contacts > 0, group, Task.ATTACK, place[:, 0], place[:, 1], radius_m=1000.0)


class Agent:
    """A Gymnasium agent that continues."""

    def act(self, observation: dict[str, np.ndarray], info: dict[str, object]) -> np.ndarray:
        mask = info["action_mask"]
        assert isinstance(mask, tuple)
        assert all(row[0] == 1 for row in mask if row.any())
        return np.zeros(len(mask), dtype=np.int64)


_CHOICES = [choice.name for choice in Schema(Sizes()).action.choices]
_GROUP_COLUMNS = [column.name for column in Schema(Sizes()).observation.part("groups").columns]


class Engages:
    """A Gymnasium agent of simple mind: each group engages the nearest contact, wherever it is; else it goes on."""

    CHOICE = _CHOICES.index("engage-nearest")

    def act(self, observation: dict[str, np.ndarray], info: dict[str, object]) -> np.ndarray:
        mask = info["action_mask"]
        assert isinstance(mask, tuple)
        return np.array([self.CHOICE if row[self.CHOICE] else 0 for row in mask], dtype=np.int64)


class KeepsToPlan:
    """A Gymnasium agent of good sense: groups keep to the plan; one that was hit engages a contact within reach."""

    PLAN = _CHOICES.index("plan")
    IN_REACH, STRENGTH = (_GROUP_COLUMNS.index(name) for name in ("in_reach", "strength"))

    def act(self, observation: dict[str, np.ndarray], info: dict[str, object]) -> np.ndarray:
        mask = info["action_mask"]
        assert isinstance(mask, tuple)
        groups = observation["groups"]
        is_hit = (groups[:, self.IN_REACH] > 0.0) & (groups[:, self.STRENGTH] < 1.0)
        wanted = np.where(is_hit, Engages.CHOICE, self.PLAN).tolist()
        return np.array([k if row[k] else 0 for k, row in zip(wanted, mask, strict=True)], dtype=np.int64)


class Neither:
    """Neither a policy nor an agent."""
