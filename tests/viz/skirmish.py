"""A short fight of cars over a ford, in which both sides lose units and objectives are met."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from tests.viz.browser import Page

_POST = {
    "domain": "land",
    "target_class": "structure",
    "sidc": "10031002001211000000",
    "title": "Command post",
    "speed_max_mps": 0,
    "command_post": True,
    "height_m": 10,
    "radio": {"range_km": 20},
    "cost_musd": 5,
    "sensors": ["glass"],
}
_CAR = {
    "domain": "land",
    "target_class": "light_vehicle",
    "sidc": "10031500001401000000",
    "title": "Armed car",
    "speed_max_mps": 14,
    "radio": {"range_km": 20},
    "cost_musd": 2,
    "sensors": ["glass"],
    "weapons": [{"weapon": "cannon", "rounds": 200}],
}
_TASK = {"verb": "attack", "at_km": [0, 0], "radius_km": 3}


def _group(name: str, side: str, at_km: list[float], platform: str, n: int, **more: object) -> dict[str, object]:
    return {"name": name, "side": side, "at_km": at_km, "units": [{"platform": platform, "count": n}], **more}


DOCUMENT = {
    "schema_version": 1,
    "name": "skirmish",
    "title": "Cars at the ford",
    "question": "Shall the posts be held?",
    "description": "Two columns of cars meet at a ford.",
    "time": {"dt_s": 2, "duration_s": 900, "decision_interval_s": 30, "record_interval_s": 10},
    "map": {
        "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
        "west_km": -8,
        "east_km": 8,
        "south_km": -6,
        "north_km": 6,
    },
    "rules": {"stop_on_annihilation": False, "win_margin": 0.05},
    "sides": [{"name": "blue"}, {"name": "red"}],
    "zones": [
        {"name": "ford", "kind": "objective", "polygon_km": [[-2, -1], [2, -1], [2, 1], [-2, 1]]},
    ],
    "groups": [
        _group("blue-post", "blue", [-6, 0], "post", 1),
        _group("blue-cars", "blue", [-3, 0], "car", 6, task=_TASK, roe="free"),
        _group("red-post", "red", [6, 0], "post", 1),
        _group("red-cars", "red", [3, 0], "car", 4, task=_TASK, roe="free"),
    ],
    "objectives": [
        {"side": "blue", "kind": "destroy", "groups": ["red-cars"], "goal": 0.5},
        {"side": "blue", "kind": "hold", "zone": "ford"},
        {"side": "red", "kind": "destroy", "groups": ["blue-cars"], "goal": 0.5},
        {"side": "red", "kind": "protect", "groups": ["red-post"]},
    ],
    "catalogue": {
        "sensors": {
            "glass": {
                "title": "Field glass",
                "model": "cookie_cutter",
                "range_km": 5,
                "p_detect": 0.5,
                "interval_s": 4,
                "error_m": 30,
            },
        },
        "weapons": {
            "cannon": {
                "title": "Cannon of a car",
                "domains": ["land"],
                "range_max_km": 2.5,
                "round_speed_mps": 900,
                "reload_s": 6,
                "p_hit": 0.4,
                "p_kill": 0.3,
                "damage": 0.3,
            },
        },
        "platforms": {"post": _POST, "car": _CAR},
    },
}


def outcome(folder: Path) -> dict:
    return json.loads((folder / "measures.json").read_text())["outcome"]


def events(folder: Path, kind: str) -> list[dict]:
    return [row for row in pq.read_table(folder / "events.parquet").to_pylist() if row["kind"] == kind]


def open_at(page: Page, url: str, fragment: str = "", lang: str = "en") -> None:
    page.open(f"{url}/?lang={lang}&theme=light{fragment}")
    page.wait(lambda: page.js("return chammo.summary.source === chammo.session.active.source"), "no summary")
