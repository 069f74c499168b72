"""The facts of a scenario that a person wants first."""

from typing import Any

from scenarios.compile_tasks import objective_sentence
from scenarios.compiler import Compiled
from simcore.types import Domain


def overview(compiled: Compiled) -> dict[str, Any]:
    """Return what the scenario is about: sides, forces, objectives."""
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
            "units": int((roster.unit_side == i).sum()),
            "groups": int((roster.group_side == i).sum()),
            "cost_musd": round(float(roster.unit_cost[roster.unit_side == i].sum()), 3),
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
        "sides": sides,
        "forces": [
            {"domain": Domain(key[0]).name.lower(), "title": key[1], "platform": key[2], "counts": counts[key]}
            for key in sorted(counts)
        ],
        "zones": [{"name": zone.name, "kind": zone.kind, "side": zone.side} for zone in content.zones],
        "objectives": [
            {"text": objective_sentence(objective, content), "weight": objective.weight, "decisive": objective.decisive}
            for objective in content.objectives
        ],
    }
