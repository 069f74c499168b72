"""Until it is identified a decoy is what it imitates, to the last bit of the picture; then it is left alone."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.params import UnitSpecR, UnitSpecW
from simcore.picture import Picture, SeenW
from simcore.state import ContactW, SideW, WorldW
from simcore.types import NONE, EndReason, Identity, Level
from tests.simcore.small_worlds import Document, bits, compile_world, document, forces, start

PICTURE = tuple(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_")))
_TARGETS: dict[str, Document] = {
    "land": {"target_class": "armour", "rcs_m2": 7, "signature": 0.8, "cost_musd": 30, "height_m": 3},
    "surface": {"target_class": "ship", "rcs_m2": 900, "signature": 1.2, "cost_musd": 80, "height_m": 9},
    "air": {"target_class": "aircraft", "rcs_m2": 3, "signature": 1.1, "cost_musd": 12, "height_m": 800},
}


def world(domain: str, platform: str, east: float, north: float, **keys: Any) -> Document:
    """Return the small worlds' fight, in which red has one unit more: ``real`` or its decoy ``dummy``."""
    content = document(forces("blue", 1.0) + forces("red", -1.0))
    real = {"domain": domain, "speed_max_mps": 20, "turn_radius_m": 100, "hovers": domain != "air", **_TARGETS[domain]}
    other = {"target_class": "small_air" if domain == "air" else "light_vehicle", "rcs_m2": 0.01, "signature": 0.1}
    cheap = {**other, "cost_musd": 0.01, "decoy": {"imitates": "real", "radiates": True}}
    content["catalogue"] = copy.deepcopy(content["catalogue"])
    content["catalogue"]["platforms"] |= {"real": real, "dummy": {**real, **cheap}}
    for card in content["catalogue"]["sensors"].values():
        card |= {"classify_km": 4.0, "identify_km": 0.0}  # nobody ever gets close enough
    at = {"at_km": [round(east, 2), round(north, 2)], "heading_deg": 0.0}
    task = {"verb": "move", "at_km": [-9.0, round(north, 2)]}
    content["groups"].append({"name": "m", "side": "red", "units": [{"platform": platform}], **at, "task": task})
    return {**content, **keys}


def observe(content: Document, side: int, decisions: int = 4) -> list[bytes]:
    simulation = start(content, seed=7, replications=[0, 2])
    seen: list[bytes] = []
    for _ in range(decisions):
        picture = simulation.picture(side)
        seen += [bits(getattr(picture, name)) for name in PICTURE]
        simulation.advance(25)
    return seen


@settings(max_examples=9)
@given(st.sampled_from(["land", "surface", "air"]), st.floats(-8.0, 8.0), st.booleans())
def test_a_decoy_gives_the_same_picture_as_the_real_thing(domain: str, east: float, is_quick: bool) -> None:
    north = -7.0 if domain == "surface" else 2.0
    keys: Document = {"rules": {"p_misidentify": 0.5, "stop_on_annihilation": False}}
    if is_quick:
        for_all = {"time": {"dt_s": 5, "duration_s": 1500, "decision_interval_s": 50, "fire_interval_s": 20}}
        keys |= for_all
    # nobody fires: what a hit does to a decoy is a decoy's
    contents = [world(domain, platform, east, north, **keys) for platform in ("real", "dummy")]
    for content in contents:
        for group in content["groups"]:
            group["roe"] = "hold"
    assert observe(contents[0], 0) == observe(contents[1], 0)


def test_the_picture_tells_the_two_apart_once_they_are_identified() -> None:
    contents = [world("land", platform, -3.0, 4.0) for platform in ("real", "dummy")]
    for content in contents:
        content["catalogue"]["sensors"]["eye"] |= {"identify_km": 4.0}
        for group in content["groups"]:
            group["roe"] = "hold"
    assert observe(contents[0], 0) != observe(contents[1], 0)


def test_a_decoy_shows_what_it_imitates_and_is_what_it_is() -> None:
    compiled = compile_world(world("surface", "dummy", 0.0, -7.0))
    units, m = compiled.params.units, compiled.roster.units.index("m")
    assert units.real[UnitSpecR.RCS_M2, m] == 900
    assert units.real[UnitSpecR.SEEN_COST, m] == 80
    assert units.real[UnitSpecR.COST, m] == 0.01
    assert units.whole[UnitSpecW.SEEN_CLASS, m] != units.whole[UnitSpecW.TARGET_CLASS, m]
    assert units.whole[UnitSpecW.IDENTITY, m] == Identity.DECOY


@pytest.mark.parametrize("p_wrong", [0.0, 1.0])
def test_a_decoy_is_fired_at_as_long_as_it_is_taken_for_real(p_wrong: float) -> None:
    content = world("land", "dummy", -3.5, 4.0, rules={"p_misidentify": {"decoy": p_wrong}})
    content["catalogue"]["sensors"]["eye"] |= {"p_detect": 1.0, "identify_km": 4.0}
    content["groups"] = [group for group in content["groups"] if group["name"] in ("blue-robots", "red-munitions", "m")]
    content["groups"][-1]["task"] = {"verb": "hold"}
    simulation = start(content, seed=1, replications=[0])
    m = compile_world(content).roster.units.index("m")
    simulation.advance(12)
    believed = Identity.HOSTILE if p_wrong else Identity.DECOY
    tally = simulation.state.sides.whole[0, :, 0]
    if p_wrong:
        assert tally[SideW.DECOY_ENGAGEMENTS] > 0
        assert tally[SideW.DECOY_ROUNDS] >= tally[SideW.DECOY_ENGAGEMENTS]
    else:
        assert simulation.state.contacts.whole[0, ContactW.IDENTITY, m] == believed
        assert tally[SideW.DECOY_ENGAGEMENTS] == 0
        picture = simulation.picture(0)
        row = picture.contact_whole[0, :, : picture.n_contacts[0]]
        decoys = row[SeenW.IDENTITY] == Identity.DECOY
        assert decoys.any()
        assert (row[SeenW.LEVEL][decoys] == Level.IDENTIFIED).all()


def test_decoys_do_not_keep_a_side_alive() -> None:
    content = world("land", "dummy", 8.0, 4.0)
    content["groups"] = [group for group in content["groups"] if group["name"] in ("blue-robots", "red-munitions", "m")]
    content["injects"] = [{"at_s": 50, "kind": "lose", "who": ["red-munitions"]}]
    simulation = start(content, replications=[0])
    simulation.advance(30)
    assert simulation.state.world[0, WorldW.REASON] == EndReason.SPENT  # the side had munitions alone
    assert simulation.state.world[0, WorldW.WINNER] == NONE  # without objectives no side wins
