"""The ways of patients through evacuation and care, and the needs of places and vehicles along them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from logistics.medical.factors import PlanFactors
from logistics.medical.stays import DAY_H, GRID_H, Stop, Triangular, in_use, occupancy, peak_moment
from simcore.types import F64


@dataclass(frozen=True)
class Need:
    """A kind of places or vehicles: its key in options and files, and its name in tables."""

    key: str
    name: str
    is_vehicle: bool = False


NEEDS = (
    Need("role1", "Role 1 treatment places"),
    Need("resuscitation", "Role 2 resuscitation bays"),
    Need("role2_tables", "Role 2 operating tables"),
    Need("role2_intensive", "Role 2 intensive care beds"),
    Need("role2_ward", "Role 2 ward beds"),
    Need("rest", "rest places for stress cases"),
    Need("role3_tables", "Role 3 operating tables"),
    Need("role3_intensive", "Role 3 intensive care beds"),
    Need("role3_ward", "Role 3 ward beds"),
    Need("vehicles_to_role1", "vehicles from injury to Role 1", True),
    Need("vehicles_to_role2", "vehicles from Role 1 to Role 2", True),
    Need("vehicles_to_role3", "vehicles from Role 2 to Role 3", True),
)


@dataclass(frozen=True)
class Way:
    """A way through care: its share of each wounded or of each case of disease, and its stops in order."""

    share: float
    stops: tuple[Stop, ...]
    is_disease: bool = False


def ways(factors: PlanFactors) -> list[Way]:
    """Return all ways of wounded, stress cases and cases of disease."""
    load = factors["load_min"] / 60.0
    role1 = Stop("role1", factors.stay("role1"))
    leg = factors.stay("evacuation")
    fetched = (Stop("", leg), *_leg("", leg, load))  # the vehicle drives to the scene first
    to_role2, to_role3 = _leg("", leg, load), _leg("", factors.stay("evacuation_role3"), load)
    stop = {name: Stop(key, factors.stay(stay)) for name, key, stay in (
        ("resuscitation", "resuscitation", "resuscitation"), ("surgery", "role2_tables", "surgery"),
        ("intensive", "role2_intensive", "intensive"), ("ward", "role2_ward", "role2_ward"),
        ("surgery3", "role3_tables", "surgery"), ("intensive3", "role3_intensive", "role3_intensive"),
        ("ward3", "role3_ward", "role3_ward"), ("rest", "rest", "stress_rest"),
    )}  # fmt: skip
    first = (*fetched, role1, *to_role2)
    light = factors.t3_share - factors["returned_share"]
    found = [
        Way(factors["returned_share"], (role1,)),
        Way(light, (*first, stop["ward"])),
        Way(factors["stress_per_wounded"], (role1, stop["rest"])),
    ]
    again = factors["role3_surgery_share"]
    for triage, to_3, ward in (("t1", 1.0, stop["intensive"]), ("t2", factors["t2_to_role3_share"], stop["ward"])):
        for is_operated, share in _either(factors[f"{triage}_surgery_share"]):
            bays = (stop["resuscitation"],) if triage == "t1" else ()
            at_2 = (*first, *bays, *((stop["surgery"],) if is_operated else ()), ward)
            beds = ((stop["intensive3"],) if triage == "t1" else ()) + (stop["ward3"],)
            for is_moved, moved in _either(to_3):
                if not is_moved:
                    found.append(Way(factors[f"{triage}_share"] * share * moved, at_2))
                    continue
                for is_again, operated in _either(again):
                    at_3 = (*to_role3, *((stop["surgery3"],) if is_again else ()), *beds)
                    found.append(Way(factors[f"{triage}_share"] * share * moved * operated, (*at_2, *at_3)))
    to_2, to_3 = factors["disease_to_role2_share"], factors["disease_to_role3_share"]
    sick = (role1, *to_role2, stop["ward"])
    found += [
        Way(1.0 - to_2, (role1,), True),
        Way(to_2 - to_3, sick, True),
        Way(to_3, (*sick, *to_role3, stop["ward3"]), True),
    ]
    return [way for way in found if way.share > 0.0]


def _leg(place: str, drive: Triangular, load_h: float) -> tuple[Stop, ...]:
    """Return loading, driving and unloading."""
    both = (Stop(place, Triangular(load_h, load_h, load_h)),) if load_h > 0.0 else ()
    return (*both, Stop(place, drive), *both)


def _either(share: float) -> Iterator[tuple[bool, float]]:
    yield True, share
    yield False, 1.0 - share


@dataclass(frozen=True)
class Load:
    """The load of a need from each wounded and each case of disease.

    ``wounded`` and ``disease`` (days,): mean number in use at the fullest moment of a day from a case a day, by the
    days since; ``mean_h``: mean time in use.
    """

    wounded: F64
    disease: F64
    mean_h: float


def load_of(need: Need, all_ways: Sequence[Way], factors: PlanFactors) -> Load:
    """Return the load of a need."""
    ages: dict[bool, F64] = {False: np.zeros(1), True: np.zeros(1)}
    arrivals = 0.0
    for way in all_ways:
        for stops, start in _uses(need, way, factors):
            share = way.share / (factors["patients_per_trip"] if need.is_vehicle else 1.0)
            ages[way.is_disease] = _sum(ages[way.is_disease], share * occupancy((*start, *stops), need.key))
            arrivals += share
    hours = sum(float(age.sum()) for age in ages.values()) * GRID_H
    fighting_h = factors["fighting_h_per_d"]
    return Load(
        in_use(ages[False], fighting_h, peak_moment(ages[False], fighting_h)),
        in_use(ages[True], DAY_H),
        hours / arrivals if arrivals > 0.0 else 0.0,
    )


def _uses(need: Need, way: Way, factors: PlanFactors) -> Iterator[tuple[tuple[Stop, ...], tuple[Stop, ...]]]:
    """Yield the stops of a way that use a need, with the stops before them; a vehicle drives back before it is free."""
    places = [stop.place for stop in way.stops]
    if not need.is_vehicle:
        if need.key in places:
            at = places.index(need.key)
            yield (way.stops[at],), way.stops[:at]
        return
    is_last = need.key == "vehicles_to_role3"
    drive = factors.stay("evacuation_role3" if is_last else "evacuation")
    trip = (*_leg(need.key, drive, factors["load_min"] / 60.0), Stop(need.key, drive))
    at = places.index("role1")
    if need.key == "vehicles_to_role1" and at > 0:
        yield trip, ()
    elif need.key == "vehicles_to_role2" and any(place.startswith(("resus", "role2")) for place in places):
        yield trip, way.stops[: at + 1]
    elif is_last and any(place.startswith("role3") for place in places):
        last = max(k for k, place in enumerate(places) if place.startswith("role2"))
        yield trip, way.stops[: last + 1]


def _sum(first: F64, second: F64) -> F64:
    n = max(len(first), len(second))
    return np.pad(first, (0, n - len(first))) + np.pad(second, (0, n - len(second)))
