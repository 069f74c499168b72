"""Masks of choices at zones: groups go only to zones with ground for them; fire crosses the shore."""

from dataclasses import replace

import numpy as np
import pytest

from agents.environments.schema import Choice, Schema, Sizes
from agents.environments.view import SideView
from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.observation_columns import Aim, Verb
from simcore.types import Domain
from tests.agents.synthetic import make_briefing, quiet_picture
from tests.simcore.small_worlds import compile_world, document, forces

ENTERING = (Verb.MOVE, Verb.SEARCH, Verb.SCREEN)
GROUP_OF = {Domain.LAND: "armour-1", Domain.SURFACE: "ship", Domain.AIR: "recon"}


def legal(view: SideView, mask: np.ndarray, group: str, verb: Verb, zone: str) -> bool:
    choice = view.schema.action.choices.index(Choice(verb, Aim.ZONE, view.zones.index(zone)))
    return bool(mask[view.slots.index(group), choice])


@pytest.mark.parametrize("domain", GROUP_OF)
def test_a_group_goes_to_zones_with_ground_for_it_and_may_engage_at_all(domain: Domain) -> None:
    for bits in range(1 << len(Domain)):
        briefing = make_briefing()
        briefing = replace(briefing, zone_domains=np.full_like(briefing.zone_domains, bits))
        view = SideView(Schema(Sizes.of([briefing])), briefing)
        mask = view.look(quiet_picture(briefing)).mask[0]
        group = GROUP_OF[domain]
        for verb in ENTERING:
            assert legal(view, mask, group, verb, "bay") == bool(bits >> domain & 1)
        assert legal(view, mask, group, Verb.ENGAGE, "bay") == (group != "recon")  # it is unarmed


def test_in_the_library_ships_go_to_the_bay_vehicles_inland_and_aircraft_anywhere() -> None:
    compiled = load("joint-littoral-defence")
    simulation = start_simulation(compiled, 1, [0])
    seen: set[tuple[Domain, str, bool]] = set()
    for side, briefing in enumerate(compiled.briefings[:2]):
        view = SideView(Schema(Sizes.of(compiled.briefings[:2])), briefing)
        mask = view.look(simulation.picture(side)).mask[0]
        for group in view.slots:
            units = briefing.group_of_unit == briefing.group_names.index(group)
            if not (briefing.speed_max_mps[units] > 0.0).all():
                continue
            (domain,) = {Domain(int(code)) for code in briefing.domain[units]}
            for zone in ("bay", "crossroads"):  # all water, all land
                seen.add((domain, zone, legal(view, mask, group, Verb.MOVE, zone)))
    assert seen == {
        (Domain.LAND, "bay", False),
        (Domain.LAND, "crossroads", True),
        (Domain.SURFACE, "bay", True),
        (Domain.SURFACE, "crossroads", False),
        (Domain.SUBSURFACE, "bay", True),
        (Domain.SUBSURFACE, "crossroads", False),
        (Domain.AIR, "bay", True),
        (Domain.AIR, "crossroads", True),
    }


def test_zones_and_minefields_are_told_with_the_domains_that_can_be_there() -> None:
    def circle(name: str, north_km: float, radius_km: float) -> dict[str, object]:
        return {"name": name, "circle": {"centre_km": [0.1, north_km], "radius_km": radius_km}}

    zones = [circle("inland", 4, 2), circle("roads", -7, 3), circle("harbour", -2, 1), circle("buoy", -6.3, 0.01)]
    field = {**circle("field", -9, 1), "side": "red", "count": 5, "domains": ["surface"], "actuation_m": 10}
    world = document(forces("blue", 1.0) + forces("red", -1.0), zones=zones, minefields=[field])
    land, water, air = 1 << Domain.LAND, 1 << Domain.SURFACE | 1 << Domain.SUBSURFACE, 1 << Domain.AIR
    expected = {"inland": land | air, "roads": water | air, "harbour": land | water | air, "buoy": water | air}
    blue, red = compile_world(world).briefings[:2]  # land in the north, water south of -2 km
    assert dict(zip(blue.zone_names, blue.zone_domains.tolist(), strict=True)) == expected
    # red knows its own field
    assert dict(zip(red.zone_names, red.zone_domains.tolist(), strict=True)) == {**expected, "field": water | air}
