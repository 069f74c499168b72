"""The intelligence of a side in a few words."""

from typing import Any

from scenarios.format.schema.intelligence import Intelligence, ListedForce
from scenarios.format.schema.scenario import ScenarioFile

_ORDERS_OF_BATTLE = {
    "unknown": "a force like the own one",
    "listed": "",
    "by_type": "the true numbers of each type",
    "exact": "the true groups",
}


def knowledge(side: str, content: ScenarioFile) -> dict[str, Any] | None:
    """Return the order of battle that a side expects, its forces and doctrines in words; None without intelligence."""
    entry = next((entry for entry in content.intelligence if entry.side == side), None)
    if entry is None:
        return None
    general = _ORDERS_OF_BATTLE[entry.order_of_battle]
    if entry.order_of_battle == "by_type" and entry.count_error > 0.0:
        general += f" within {entry.count_error:.0%}"
    total = sum(doctrine.weight for doctrine in entry.expected_doctrines)
    ranked = sorted(entry.expected_doctrines, key=lambda doctrine: (-doctrine.weight, doctrine.name))
    return {
        "order_of_battle": entry.order_of_battle,
        "expects": [general] * bool(general) + [_force(force, content) for force in _by_size(entry)],
        "doctrines": [f"{doctrine.name} {doctrine.weight / total:.0%}" for doctrine in ranked],
    }


def _by_size(entry: Intelligence) -> list[ListedForce]:
    return sorted(entry.forces, key=lambda force: (force.side is not None, -force.most, force.platform))


def _force(force: ListedForce, content: ScenarioFile) -> str:
    numbers = f"{force.most}" if force.least == force.most else f"{force.least} to {force.most}"
    title = content.catalogue.platforms[force.platform].title or force.platform
    arrival = "" if force.arrival_s is None else f" after {force.arrival_s / 3600.0:.3g} h"
    return f"{numbers} {title}{arrival}" + ("" if force.side is None else f" ({force.side})")
