"""Values of a scenario by path: names lead, short forms help, and an unknown step gets the nearest name."""

import copy
from typing import Any

import pytest

from scenarios.experiments.points import changed, read_setting
from scenarios.format.catalogue import Cards, built_in_cards, expand
from scenarios.format.paths import is_whole, places, value_at
from simcore.errors import InputError


def document() -> dict[str, Any]:
    return {
        "schema_version": 1,
        "name": "paths",
        "time": {"dt_s": 1, "duration_s": 60},
        "sides": [{"name": "blue", "policy": {"name": "hold"}}, {"name": "red.west"}],
        "groups": [
            {"name": "guns", "side": "blue", "units": [{"platform": "usv-patrol", "count": 2}], "at_km": [0, 0]},
            {"name": "guns.2", "side": "blue", "units": [{"platform": "usv-patrol"}, {"platform": "own"}]},
            {"name": "boats", "side": "red.west", "units": [{"platform": "own", "count": 3}], "at_km": [1, 2]},
        ],
        "catalogue": {
            "weapons": {"gun": {"reload_s": 8, "p_hit": {"small_boat": 0.4}}},
            "platforms": {"own": {"extends": "usv-patrol", "weapons": [{"weapon": "gun", "rounds": 5}]}},
        },
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("groups.guns.roe", ("groups", 0, "roe")),
        ("groups.guns.count", ("groups", 0, "units", 0, "count")),
        ("groups.guns.2.units.own.count", ("groups", 1, "units", 1, "count")),
        ("groups.guns.at_km.1", ("groups", 0, "at_km", 1)),
        ("blue", ("sides", 0, "policy")),
        ("red.west", ("sides", 1, "policy")),
        ("red.west.roe_limit", ("sides", 1, "roe_limit")),
        ("sides.blue.policy.parameters.speed", ("sides", 0, "policy", "parameters", "speed")),
        ("environment.visibility_km", ("environment", "visibility_km")),
        ("catalogue.weapons.gun.p_hit.small_boat", ("catalogue", "weapons", "gun", "p_hit", "small_boat")),
        ("catalogue.weapons.gun.p_hit.ship", ("catalogue", "weapons", "gun", "p_hit", "ship")),
        ("catalogue.platforms.own.weapons.gun.rounds", ("catalogue", "platforms", "own", "weapons", 0, "rounds")),
        ("catalogue.platforms.usv-patrol.cost_musd", ("catalogue", "platforms", "usv-patrol", "cost_musd")),
    ],
)
def test_a_path_leads_by_keys_and_names(path: str, place: tuple[str | int, ...]) -> None:
    assert places(document(), path) == [place]


def test_a_star_leads_to_every_match() -> None:
    assert places(document(), "groups.guns*.roe") == [("groups", 0, "roe"), ("groups", 1, "roe")]
    with pytest.raises(InputError, match=r"groups\.x\*\.roe: nothing matches 'x\*'; known: "):
        places(document(), "groups.x*.roe")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("groups.gun.count", "no 'gun' in groups; did you mean `groups.guns`?"),
        ("groups.guns.row", "no 'row' in groups.guns; did you mean `groups.guns.roe`?"),
        ("groups.guns.cuont", "no 'cuont' in groups.guns; did you mean `groups.guns.count`?"),
        ("groups.xyz.count", "no 'xyz' in groups; known: boats, guns"),
        ("bleu.policy", "no 'bleu' in a scenario; did you mean `blue`?"),
        ("environment.rain", "no 'rain' in environment; did you mean `environment.rain_mm_per_h`?"),
        ("group.guns.roe", "no 'group' in a scenario; did you mean `groups`?"),
        ("environment.visibility", "no 'visibility' in environment; did you mean `environment.visibility_km`?"),
        ("catalogue.weapons.gum.reload_s", "no 'gum' in catalogue.weapons; did you mean `catalogue.weapons.gun`?"),
        ("groups.guns.2.count", "the group has several kinds of units; give units.PLATFORM.count (usv-patrol, own)"),
        ("groups.guns.roe.x", "groups.guns.roe has no parts; leave out .x"),
        ("", "path: it is empty; give for example groups.NAME.count"),
    ],
)
def test_an_unknown_step_is_refused_with_the_nearest(path: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        places(document(), path)
    assert problem in str(caught.value)


def test_changes_leave_the_document_as_it_was_and_write_cards_out() -> None:
    before = document()
    after = changed(before, {"catalogue.platforms.own.cost_musd": 9, "catalogue.weapons.gun.reload_s": 4})
    assert before == document()
    assert after["catalogue"]["weapons"]["gun"]["reload_s"] == 4
    inherited = built_in_cards()["platforms"]["usv-patrol"]["speed_max_mps"]
    assert after["catalogue"]["platforms"]["own"] == {
        **built_in_cards()["platforms"]["usv-patrol"],
        "weapons": [{"weapon": "gun", "rounds": 5}],
        "cost_musd": 9,
    }
    assert value_at(after, ("catalogue", "platforms", "own", "speed_max_mps")) == inherited


def test_a_policy_is_read_from_its_text() -> None:
    after = changed(document(), {"blue": "assault:speed=0.5", "sides.red.west.policy.name": "defend"})
    assert after["sides"][0]["policy"] == {"name": "assault", "parameters": {"speed": 0.5}}
    assert after["sides"][1]["policy"] == {"name": "defend"}


def test_all_unknown_paths_are_reported_together() -> None:
    with pytest.raises(InputError) as caught:
        changed(document(), {"groups.gun.count": 1, "blu": "hold", "groups.guns.count": 3})
    assert len(str(caught.value).splitlines()) == 2


def test_whole_numbers_are_known_from_the_format() -> None:
    assert is_whole(document(), ("groups", 0, "units", 0, "count"))
    assert not is_whole(document(), ("catalogue", "weapons", "gun", "reload_s"))


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("groups.x.count=4", ("groups.x.count", 4)),
        ("a.b = 0.5", ("a.b", 0.5)),
        ("red=assault:speed=0.5", ("red", "assault:speed=0.5")),
        ("groups.x.at_km=[1, 2.5]", ("groups.x.at_km", [1, 2.5])),
        ("a=null", ("a", None)),
        ("a=true", ("a", True)),
    ],
)
def test_a_setting_is_read_as_in_a_scenario(text: str, setting: tuple[str, Any]) -> None:
    assert read_setting(text) == setting


def test_a_setting_without_a_value_is_refused() -> None:
    with pytest.raises(InputError, match="groups: not understood; write PATH=VALUE"):
        read_setting("groups")


def test_a_change_of_a_card_leaves_the_card_that_it_extends_as_it_is() -> None:
    before = copy.deepcopy(built_in_cards()["platforms"]["command-post"])
    cards: Cards = {"platforms": {"camp": {"extends": "command-post"}}}
    assert not expand(cards, built_in_cards())
    cards["platforms"]["camp"]["weapons"].clear()
    cards["platforms"]["camp"]["radio"]["range_km"] = 1.0
    assert built_in_cards()["platforms"]["command-post"] == before
