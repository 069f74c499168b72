"""Default components by target class, for scenarios with sustainment.

All numbers are placeholders, except where a source is named. Skills: `mechanical`, `electronic`, `weapons`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.sustainment import Component, PartName, Rates, Weibull, Work
from scenarios.format.schema.types import TargetClassName

UGV_SOURCE = "Carlson and Murphy 2005: mean time between failures of unmanned ground vehicles 6 to 20 h"
UAV_SOURCE = "failure shares of MQ-1B: power 53, flight control 23, communications 10 %; rates placeholder"


class _Part(NamedTuple):
    """Weibull shape and mean life of a part [effective h], mean time to repair it [h], and its source."""

    shape: float
    scale_h: float
    repair_h: float
    source: str = "placeholder"


_SKILLS: Mapping[PartName, str] = {
    "power": "mechanical",
    "mobility": "mechanical",
    "sensor": "electronic",
    "link": "electronic",
    "weapon": "weapons",
}

_BY_CLASS: dict[TargetClassName, dict[PartName, _Part]] = {
    "personnel": {},
    "light_vehicle": {
        "power": _Part(1.2, 60.0, 3.0, UGV_SOURCE),
        "mobility": _Part(1.5, 40.0, 4.0, UGV_SOURCE),
        "sensor": _Part(1.0, 80.0, 2.0, UGV_SOURCE),
        "link": _Part(1.0, 80.0, 1.0, UGV_SOURCE),
        "weapon": _Part(1.0, 120.0, 2.0),
    },
    "armour": {
        "power": _Part(1.5, 120.0, 8.0),
        "mobility": _Part(1.8, 100.0, 6.0),
        "sensor": _Part(1.0, 200.0, 3.0),
        "link": _Part(1.0, 300.0, 1.0),
        "weapon": _Part(1.2, 250.0, 4.0),
    },
    "structure": {
        "power": _Part(1.0, 500.0, 4.0),
        "sensor": _Part(1.0, 300.0, 3.0),
        "link": _Part(1.0, 400.0, 2.0),
        "weapon": _Part(1.0, 400.0, 4.0),
    },
    "small_boat": {
        "power": _Part(1.4, 150.0, 5.0),
        "mobility": _Part(1.5, 250.0, 6.0),
        "sensor": _Part(1.0, 200.0, 2.0),
        "link": _Part(1.0, 250.0, 1.0),
        "weapon": _Part(1.0, 250.0, 3.0),
    },
    "ship": {
        "power": _Part(1.3, 700.0, 12.0),
        "mobility": _Part(1.3, 900.0, 12.0),
        "sensor": _Part(1.0, 400.0, 4.0),
        "link": _Part(1.0, 600.0, 2.0),
        "weapon": _Part(1.0, 500.0, 6.0),
    },
    "submarine": {
        "power": _Part(1.4, 400.0, 12.0),
        "mobility": _Part(1.4, 600.0, 12.0),
        "sensor": _Part(1.0, 400.0, 4.0),
        "link": _Part(1.0, 400.0, 2.0),
        "weapon": _Part(1.0, 500.0, 6.0),
    },
    "small_air": {
        "power": _Part(1.3, 190.0, 2.0, UAV_SOURCE),
        "mobility": _Part(1.3, 430.0, 2.0, UAV_SOURCE),
        "sensor": _Part(1.0, 200.0, 1.0),
        "link": _Part(1.0, 1000.0, 1.0, UAV_SOURCE),
        "weapon": _Part(1.0, 300.0, 1.0),
    },
    "aircraft": {
        "power": _Part(1.3, 380.0, 6.0, UAV_SOURCE),
        "mobility": _Part(1.3, 870.0, 6.0, UAV_SOURCE),
        "sensor": _Part(1.0, 300.0, 3.0),
        "link": _Part(1.0, 2000.0, 2.0, UAV_SOURCE),
        "weapon": _Part(1.0, 400.0, 3.0),
    },
}

_RATES = {
    "land": Rates(at_rest=0.2, under_way=1.0, per_speed=0.5, per_roughness=1.0),
    "surface": Rates(at_rest=0.5, under_way=1.0, per_speed=0.5, per_sea_state=0.15),
    "subsurface": Rates(at_rest=0.5, under_way=1.0, per_speed=0.5),
    "air": Rates(),
}
_ELECTRONIC = Rates()
_SHOCK_H = 20.0


def wear_of(card: PlatformCard) -> dict[str, Component]:
    """Return the components of a platform: those of its card, otherwise the defaults of its class.

    It has a component only for a part that it has. One-way munitions and decoys do not wear.
    """
    if card.wear is not None:
        return {name: _filled(component) for name, component in sorted(card.wear.items())}
    if card.one_way or card.decoy is not None:
        return {}
    has: dict[PartName, bool] = {
        "power": True,
        "mobility": card.speed_max_mps > 0.0,
        "sensor": bool(card.sensors),
        "link": True,
        "weapon": bool(card.weapons),
    }
    return {
        part: _filled(_component(part, numbers, card))
        for part, numbers in sorted(_BY_CLASS[card.target_class].items())
        if has[part]
    }


def _component(part: PartName, numbers: _Part, card: PlatformCard) -> Component:
    is_mechanical = _SKILLS[part] == "mechanical"
    return Component(
        part=part,
        source=numbers.source,
        weibull=Weibull(shape=numbers.shape, scale_h=numbers.scale_h),
        rates=_RATES[card.domain] if is_mechanical else _ELECTRONIC,
        shock_h=_SHOCK_H,
        essential=is_mechanical,
        repair=Work(mean_h=numbers.repair_h, law="lognormal"),
        service=Work(mean_h=0.5 * numbers.repair_h, law="lognormal"),
        skill=_SKILLS[part],
    )


def _filled(component: Component) -> Component:
    """Return the component with its preventive work filled in."""
    if component.service is not None:
        return component
    return component.model_copy(update={"service": component.repair})
