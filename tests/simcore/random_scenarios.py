"""Random scenarios of everything that the format and the catalogue have, each a function of one number."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from agents.doctrine import registered
from scenarios.compiler.scenario import Compiled
from scenarios.format.catalogue import built_in
from scenarios.loader import compile_document
from simcore.errors import ScenarioError
from tests.simcore.random_ground import Document, GroundDraw
from tests.simcore.random_medical import draw_medical
from tests.simcore.random_sustainment import draw_supply, draw_sustainment

_ATTEMPTS = 60
_VERBS = ("hold", "move", "search", "screen", "attack", "strike", "intercept", "relay", "withdraw", "recover")
_NEUTRAL_VERBS = ("hold", "move", "search", "withdraw", "recover")


@dataclass(frozen=True)
class RandomScenario:
    """A scenario that compiles: its document, and what was made of it."""

    number: int
    document: Document
    compiled: Compiled


def random_scenario(number: int) -> RandomScenario:
    """Return scenario ``number``: the first of its draws that the format accepts."""
    problems: list[str] = []
    for attempt in range(_ATTEMPTS):
        document = _Draw(np.random.default_rng([number, attempt])).document(f"random-{number}")
        try:
            return RandomScenario(number, document, compile_document(document))
        except ScenarioError as error:
            problems.append(error.problems[0])
    raise AssertionError(f"number {number}: none of {_ATTEMPTS} draws is a scenario: {problems}")


@cache
def _platforms() -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for name, card in built_in().platforms.items():
        found.setdefault(card.domain, []).append((name, card))
    return found


class _Draw(GroundDraw):
    """The draws of one document."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(rng)
        self.groups: list[Document] = []
        self.hosts: list[tuple[str, str, int]] = []  # group, side, room
        self.spoofers: list[tuple[str, str]] = []
        self.cards: dict[str, Document] = {}

    def document(self, name: str) -> Document:
        self.dt_s = self.pick([0.5, 1, 1, 2, 2, 4, 5])
        ticks = int(self.rng.integers(100, 400))
        self.duration_s = round(ticks * self.dt_s, 3)
        ground_map = self.ground_map()
        sides = ["blue", "red", *(["merchants"] if self.chance(0.3) else [])]
        zones = self._zones()
        for side in sides:
            self._side_groups(side, sides)
        document: Document = {
            "schema_version": 1,
            "name": name,
            "time": self._time(),
            "map": ground_map,
            "rules": self._rules(),
            "sides": [self._side(side) for side in sides],
            "zones": zones,
            "groups": self.groups,
            "objectives": self._objectives(zones),
            "minefields": self._minefields(),
            "injects": self._injects(zones),
        }
        if self.chance(0.5):
            document["environment"] = {
                "start_local_h": self.pick([3, 5.9, 12, 17.95, 22]),
                "visibility_km": self.pick([None, 2, 8, 20]),
                "rain_mm_per_h": self.pick([0, 0, 5]),
                "sea_state": self.pick([0, 1, 3, 5]),
            }
        if self.cards:
            document["catalogue"] = {"platforms": self.cards}
        if self.chance(0.3):
            document["sustainment"] = draw_sustainment(self, self.groups, self.dt_s, document)
        if self.chance(0.4):
            draw_supply(self, self.groups, self.dt_s, document)
        if self.chance(0.4):
            draw_medical(self, self.groups, self.dt_s, document)
        return document

    def _time(self) -> Document:
        def interval(*steps: int) -> float:
            return round(self.pick(steps) * self.dt_s, 3)

        return {
            "dt_s": self.dt_s,
            "duration_s": self.duration_s,
            "decision_interval_s": interval(5, 12, 30),
            "record_interval_s": interval(1, 7),
            "comms_interval_s": interval(1, 3, 10),
            "plan_interval_s": interval(1, 4, 10),
            "fire_interval_s": self.pick([None, interval(1, 3, 8)]),
            "score_interval_s": interval(1, 5),
        }

    def _rules(self) -> Document:
        return {
            "contact_hold_s": self.pick([20, 60, 600]),
            "contact_refresh_s": self.pick([0, 5, 10]),
            "p_bda": self.pick([0, 0.7, 1]),
            "p_misidentify": self.pick([0, 0.2]),
            "stop_on_annihilation": self.chance(0.5),
            "latency_factor": self.pick([0, 0, 0, 1, 3]),
            "stagger": self.chance(0.8),
            "layered_defence": self.chance(0.8),
            "picture_contacts": self.pick([3, 200]),
            "max_hops": self.pick([1, 3, 8]),
        }

    def _side(self, name: str) -> Document:
        if name == "merchants":
            return {"name": name, "stance": "neutral"}
        policies = list(registered())
        side: Document = {"name": name, "policy": {"name": self.pick(policies)}}
        side["roe_limit"] = self.pick(["free", "free", "tight", "hold"])
        if self.chance(0.3):
            side["operators"] = {
                "count": int(self.rng.integers(0, 4)),
                "service_s": self.pick([3, 20]),
                "p_grant": self.pick([0.5, 1]),
                "p_grant_below_level": self.pick([0, 0.5]),
                "approval_timeout_s": self.pick([20, 120]),
                "approval_valid_s": self.pick([5, 60]),
            }
        if self.chance(0.3):
            side["staff"] = {"order_preparation_s": self.pick([0, 4, 30]), "report_processing_s": self.pick([0, 7])}
        return side

    def _side_groups(self, side: str, sides: list[str]) -> None:
        is_neutral = side not in sides[:2]
        if not is_neutral and self.chance(0.8):
            self._add(side, "command-post" if self.place("land") else "command-ship", 1, "hold")
        for _ in range(int(self.rng.integers(1, 3 if is_neutral else 7))):
            domain = self.pick(["land", "surface", "air", "air", "subsurface"])
            name, card = self.pick(_platforms()[domain])
            if is_neutral and (card.decoy is not None or card.spoofer is not None):
                continue
            verb = self.pick(_NEUTRAL_VERBS if is_neutral else _VERBS)
            self._add(side, self._varied(name, card), int(self.rng.integers(1, 5)), verb, card)
        if not is_neutral and self.chance(0.3):
            own = [group for group in self.groups if group["side"] == side]
            if own:
                platform = self.pick(["uav-rotary", "ugv-scout", "usv-patrol"])
                escort = self.pick(own)["name"]
                self._add(side, platform, 2, "escort", None, escort)
        for group, of_side in self.spoofers:
            if of_side == side and self.chance(0.7):
                place = self.place("surface")
                if place is not None:
                    name = f"{side}-shadows-{len(self.groups)}"
                    self.groups.append(
                        {
                            "name": name,
                            "side": side,
                            "spoofed_by": group,
                            "at_km": place,
                            "units": [{"platform": "usv-patrol", "count": 2}],
                        }
                    )

    def _varied(self, name: str, card: Any) -> str:
        """Return the platform, or one of its own that differs from it in who decides and how soon."""
        if not card.weapons or not self.chance(0.5):
            return name
        own = f"{name}-own-{len(self.cards)}"
        self.cards[own] = {
            "extends": name,
            "autonomy": self.pick(["manual", "approve", "veto", "autonomous"]),
            "approval_s": self.pick([0, 3, 17]),
            "lost_link": self.pick(["continue", "loiter", "return"]),
            "lost_link_s": self.pick([0, 10, 60]),
        }
        return own

    def _add(
        self, side: str, platform: str, count: int, verb: str, card: Any = None, escort: str | None = None
    ) -> None:
        known = {name: one for cards in _platforms().values() for name, one in cards}
        card = card if card is not None else known[platform]
        name = f"{side}-{self.pick(['a', 'k', 'z'])}{len(self.groups)}"
        group: Document = {"name": name, "side": side, "units": [{"platform": platform, "count": count}]}
        place = self.place(card.domain)
        room = [host for host in self.hosts if host[1] == side and host[2] >= count]
        if card.domain == "air" and card.speed_max_mps > 0 and room and self.chance(0.6):
            host = self.pick(room)
            group["host"] = host[0]
            group["aboard"] = self.chance(0.7)
            self.hosts = [(h, s, left - count if h == host[0] else left) for h, s, left in self.hosts]
        if not group.get("aboard"):
            if place is None:
                return
            group["at_km"] = place
            if self.chance(0.3):
                group["scatter_radius_km"] = self.pick([0.3, 2])
            if "host" not in group and self.chance(0.1):
                group["reserve"] = True
        group["formation"] = {
            "shape": self.pick(["line", "column", "wedge", "disc"]),
            "spacing_m": self.pick([20, 100]),
        }
        group["heading_deg"] = self.pick([None, 0, 200])
        group["endurance_share"] = self.pick([1, 1, 0.3])
        if side != "merchants":
            group["roe"] = self.pick(["hold", "tight", "free", "free", "free"])
            group["emcon"] = self.pick(["radiate", "radiate", "silent"])
        task: Document = {"verb": verb}
        if verb == "escort":
            task["escort"] = escort
        elif verb not in ("hold", "recover"):
            task |= {"at_km": self.place("air"), "radius_km": round(self.half_km / self.pick([1, 3, 8]), 3)}
            task |= {"speed": self.pick([0, 0.6, 1]), "spacing_m": self.pick([0, 900])}
            if verb == "move" and card.domain == "air" and self.chance(0.3):
                task["route_km"] = [self.place("air"), self.place("air")]
        group["task"] = task
        self.groups.append(group)
        if card.host is not None:
            self.hosts.append((name, side, card.host.carries * count))
        if card.spoofer is not None:
            self.spoofers.append((name, side))

    def _zones(self) -> list[Document]:
        zones: list[Document] = []
        for k in range(int(self.rng.integers(0, 4))):
            centre = self.place("air")
            radius = round(self.half_km / self.pick([2, 4, 10]), 3)
            shape: Document = self.pick(
                [
                    {"circle": {"centre_km": centre, "radius_km": radius}},
                    {"ring": {"centre_km": centre, "radius_km": radius, "inner_km": radius / 2}},
                    {"line_km": [[0, 0], centre], "width_km": radius / 2},
                ]
            )
            zone: Document = {"name": f"zone-{k}", "kind": self.pick(["objective", "no_fire", "no_fire"]), **shape}
            if zone["kind"] == "no_fire" and self.chance(0.5):
                zone["side"] = self.pick(["blue", "red"])
            zones.append(zone)
        return zones

    def _objectives(self, zones: list[Document]) -> list[Document]:
        objectives: list[Document] = []
        open_zones = [zone["name"] for zone in zones if zone["kind"] == "objective"]
        for side in ("blue", "red"):
            for _ in range(int(self.rng.integers(0, 3))):
                kind = self.pick(["destroy", "protect", *(["hold", "reach"] if open_zones else [])])
                one: Document = {"side": side, "kind": kind, "goal": self.pick([0.5, 1]), "weight": self.pick([1, 3])}
                one["name"] = f"{side}-{kind}-{len(objectives)}"
                one["decisive"] = self.chance(0.2)
                if kind in ("hold", "reach"):
                    one["zone"] = self.pick(open_zones)
                objectives.append(one)
        return objectives

    def _minefields(self) -> list[Document]:
        if not self.chance(0.3):
            return []
        radius = round(self.half_km / 4, 3)
        return [
            {
                "name": "belt",
                "side": self.pick(["blue", "red", None]),
                "circle": {"centre_km": [self.km(0.4), self.km(0.4)], "radius_km": radius},
                "count": self.pick([3, 60]),
                "domains": ["land", "surface", "subsurface"],
                "actuation_m": self.pick([5, 60]),
                "p_hit": 0.8,
                "p_kill": 0.5,
            }
        ]

    def _injects(self, zones: list[Document]) -> list[Document]:
        def time() -> float:
            return round(float(self.rng.uniform(0, self.duration_s)), 1)

        injects: list[Document] = [
            {"at_s": time(), "kind": "reinforce", "who": [group["name"]]}
            for group in self.groups
            if group.get("reserve") and self.chance(0.8)
        ]
        real = [group["name"] for group in self.groups if "spoofed_by" not in group]
        for _ in range(int(self.rng.integers(0, 5))):
            kind = self.pick(["lose", "disable", "link_outage", "supply", "weather", "zone"])
            one: Document = {"at_s": time(), "kind": kind}
            if kind == "weather":
                one["sea_state"] = self.pick([0, 4, 6])
            elif kind == "zone":
                if not zones:
                    continue
                one |= {"zone": self.pick(zones)["name"], "active": self.chance(0.5)}
            elif real:
                one["who"] = [self.pick(real)]
            else:  # every group is a phantom
                continue
            if kind == "disable":
                one["parts"] = [self.pick(["mobility", "sensor", "weapon", "link"])]
            if kind in ("disable", "link_outage") and self.chance(0.6):
                one["duration_s"] = self.pick([10, 60])
            injects.append(one)
        return injects
