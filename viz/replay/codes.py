"""The codes of the tables for the page: names of numbers, event families, symbols of contacts."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from simcore.event_kinds import EVENT_KINDS, FAMILIES
from simcore.types import Damage, Domain, Emcon, Identity, Level, Returning, Roe, Status, TargetClass, Task
from simcore.upkeep import Part, Readiness
from viz.fog.symbols import CONTACT_CODES, CONTACT_SETS
from viz.reading.trace import Link
from viz.replay.review import CATEGORIES

CODES: dict[str, type[IntEnum]] = {
    "status": Status,
    "link": Link,
    "task": Task,
    "roe": Roe,
    "emcon": Emcon,
    "returning": Returning,
    "level": Level,
    "identity": Identity,
    "domain": Domain,
    "target_class": TargetClass,
    "part": Part,
    "readiness": Readiness,
}
"""Codes by their name on the page; each is numbered from 0."""


def page_codes() -> dict[str, Any]:
    """Return the names of codes by number (damage by bit), the kinds of events by family and the symbols by number."""
    names = {kind: [code.name.lower() for code in codes] for kind, codes in CODES.items()}
    events = sorted(EVENT_KINDS.items(), key=lambda item: FAMILIES.index(item[1].family))
    return {
        "codes": {**names, "damage": [flag.name.lower() for flag in Damage], "category": list(CATEGORIES)},
        "events": [{"kind": kind.name, "family": spec.family, "is_notable": spec.is_notable} for kind, spec in events],
        "symbols": {
            "domain": [CONTACT_SETS[domain] + "000000" for domain in Domain],
            "target_class": [CONTACT_CODES[target_class] for target_class in TargetClass],
        },
    }
