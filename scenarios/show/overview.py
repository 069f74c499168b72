"""The key facts of a scenario."""

import math
from collections import Counter
from itertools import pairwise
from typing import Any

from scenarios.compiler.compiled import Compiled
from scenarios.compiler.tasks import objective_sentence
from scenarios.format.names import ranges
from scenarios.format.schema.map import Terrain
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.types import PointKm
from scenarios.show.conditions import conditions
from scenarios.show.knowledge import knowledge
from simcore.types import Domain

_COVER = {"open", "rough", "forest", "urban", "marsh", "road"}
"""Kinds of features that change only the surface."""


def overview(compiled: Compiled) -> dict[str, Any]:
    """Return an overview of the scenario: sides, forces, objectives."""
    content, roster = compiled.scenario.content, compiled.roster
    counts: dict[tuple[int, str, str], dict[str, int]] = {}
    for side, platform, title, domain in zip(
        roster.unit_side, roster.unit_platform, roster.unit_title, roster.unit_domain, strict=True
    ):
        row = counts.setdefault((int(domain), title, platform), dict.fromkeys(roster.sides, 0))
        row[roster.sides[side]] += 1
    sides = [
        {
            "name": side.name,
            "title": side.title or side.name,
            "policy": side.policy.name,
            "stance": side.stance,
            "units": int((roster.unit_side == i).sum()),
            "groups": int((roster.group_side == i).sum()),
            "cost_musd": round(float(roster.unit_cost[roster.unit_side == i].sum()), 3),
            "intelligence": knowledge(side.name, content),
        }
        for i, side in enumerate(content.sides)
    ]
    return {
        "name": content.name,
        "title": content.title,
        "question": content.question,
        "description": content.description,
        "hash": compiled.scenario.hash,
        "duration_h": content.time.length_s / 3600.0,
        "dt_s": content.time.dt_s,
        "terrain": content.map.terrain.kind,
        "features": _features(content.map.terrain),
        "size_km": [content.map.east_km - content.map.west_km, content.map.north_km - content.map.south_km],
        "roads_km": round(sum(_length_km(road.line_km) for road in content.map.roads), 1),
        "sides": sides,
        "conditions": conditions(content),
        "tasks": {side.name: _tasks(content, side.name) for side in content.sides},
        "decides": _decides(content),
        "forces": [
            {"domain": Domain(key[0]).name.lower(), "title": key[1], "platform": key[2], "counts": counts[key]}
            for key in sorted(counts)
        ],
        "zones": [{"name": zone.name, "kind": zone.kind, "side": zone.side} for zone in content.zones],
        "objectives": [
            {
                "side": objective.side,
                "text": objective_sentence(
                    objective.model_copy(update={"groups": tuple(ranges(objective.groups))}), content
                ),
                "weight": objective.weight,
                "share": objective.weight / sum(o.weight for o in content.objectives if o.side == objective.side),
                "decisive": objective.decisive,
            }
            for objective in content.objectives
        ],
    }


def _tasks(content: ScenarioFile, side: str) -> dict[str, list[str]]:
    """Return the groups of a side by their first task; groups in reserve are listed separately."""
    tasks: dict[str, list[str]] = {}
    for group in content.groups:
        if group.side == side:
            tasks.setdefault("reserve" if group.reserve else group.task.verb, []).append(group.name)
    return tasks


def _decides(content: ScenarioFile) -> list[str]:
    """Return sentences on the end of the battle and on the winner."""
    hours = content.time.length_s / 3600.0
    ends = [f"after {hours:g} h"]
    if content.rules.stop_on_annihilation:
        ends.append("when a side has no units left and the other nothing left to gain")
    if any(objective.decisive for objective in content.objectives):
        ends.append("when an objective marked ! is met")
    listed = ends[0] if len(ends) == 1 else ", ".join(ends[:-1]) + " or " + ends[-1]
    return [
        f"It ends {listed}.",
        "The score alone decides: weighted progress towards a side's objectives; a lead of more than "
        f"{content.rules.win_margin:g} wins.",
    ]


def _length_km(line: tuple[PointKm, ...]) -> float:
    return sum(math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line))


def _features(terrain: Terrain) -> list[str]:
    """Return the features of a map, counted by kind, such as ["2 ridges", "1 forest area"]."""
    texts: list[str] = []
    for kind, n in Counter(feature.kind for feature in terrain.features).items():
        noun = f"{kind} area" if kind in _COVER else kind
        texts.append(f"{n} {noun}{'s' * (n > 1)}")
    return texts
