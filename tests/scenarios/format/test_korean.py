"""Names in Korean: all that comes with Chammo has them, they tell things apart, and they change no result."""

from typing import Any

import numpy as np
import pytest

from scenarios.format.catalogue import KINDS, built_in
from scenarios.format.checks.words import start_warnings
from scenarios.format.document import check_data, load_document
from scenarios.format.korean import korean_names
from scenarios.format.resolve import resolve
from scenarios.format.texts import library_names
from scenarios.loader import compile_document
from simcore.errors import ScenarioError


def document(**changes: Any) -> dict[str, Any]:
    """Return a small scenario with Korean names."""
    return {
        "schema_version": 1,
        "name": "ford",
        "title_ko": "여울",
        "time": {"dt_s": 1, "duration_s": 600},
        "map": {
            "origin": {"longitude_deg": 127, "latitude_deg": 37},
            **dict(zip(("west_km", "east_km", "south_km", "north_km"), (-5, 5, -5, 5), strict=True)),
        },
        "sides": [{"name": "blue", "title_ko": "아군"}, {"name": "red"}],
        "zones": [{"name": "bank", "name_ko": "강둑", "circle": {"centre_km": [0, 0], "radius_km": 1}}],
        "groups": [
            {
                "name": "boats",
                "name_ko": "경비정",
                "side": "blue",
                "at_km": [0, 0],
                "units": [{"platform": "usv-patrol", "count": 2}, {"platform": "usv-strike"}],
            },
            {"name": "post", "side": "red", "at_km": [3, 3], "units": [{"platform": "command-ship"}]},
        ],
        **changes,
    }


def resolved(**changes: Any) -> Any:
    return resolve(check_data(document(**changes), "ford.yaml", lambda path: 1))


def problems(**changes: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        resolved(**changes)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_of_the_catalogue_has_a_korean_title(kind: str) -> None:
    assert [name for name, card in getattr(built_in(), kind).items() if not card.title_ko] == []


@pytest.mark.parametrize("name", library_names())
def test_every_scenario_of_the_library_has_korean_names_throughout(name: str) -> None:
    content = resolve(load_document(name)).content
    missing = [key for key in ("title_ko", "question_ko", "description_ko") if not getattr(content, key)]
    named = [*content.groups, *content.zones, *content.minefields]
    missing += [thing.name for thing in named if not thing.name_ko]
    missing += [side.name for side in content.sides if side.title and not side.title_ko]
    missing += [entry.name for group in content.groups for entry in group.units if entry.name and not entry.name_ko]
    cards = {kind: getattr(content.catalogue, kind) for kind in KINDS}
    missing += [f"{kind} {key}" for kind, listed in cards.items() for key, card in listed.items() if not card.title_ko]
    if content.sustainment is not None:
        missing += [key for key, item in content.sustainment.items.items() if not item.title_ko]
    assert missing == []


def test_units_are_numbered_in_korean_as_in_english() -> None:
    names = korean_names(resolved().content)
    assert names["units"] == {"boats-1": "경비정-1", "boats-2": "경비정-2", "boats-3": "경비정-3"}
    assert names["groups"] == {"boats": "경비정"}
    assert names["places"] == {"bank": "강둑"}
    assert names["sides"] == {"blue": "아군"}
    assert names["cards"]["usv-patrol"] == built_in().platforms["usv-patrol"].title_ko


def test_a_name_of_some_units_of_a_group_has_its_own_korean_name() -> None:
    groups = document()["groups"]
    groups[0]["units"][0] |= {"name": "picket", "name_ko": "전초정"}
    names = korean_names(resolved(groups=groups).content)
    assert names["units"] == {"picket-1": "전초정-1", "picket-2": "전초정-2", "boats-1": "경비정-1"}


def test_words_for_readers_do_not_change_the_hash() -> None:
    bare = document()
    groups, zones = bare["groups"], bare["zones"]
    del groups[0]["name_ko"], zones[0]["name_ko"]
    time = {**bare["time"], "start": "2026-11-30T12:00+09:00"}
    other = resolved(title_ko="", groups=groups, zones=zones, time=time, classification="EXERCISE", question_ko="왜?")
    assert other.hash == resolved().hash
    assert resolved(groups=[groups[0] | {"heading_deg": 10}, groups[1]]).hash != other.hash


def test_two_things_of_one_korean_name_are_refused() -> None:
    groups = document()["groups"]
    groups[1]["name_ko"] = "경비정"
    assert "groups" in (text := problems(groups=groups))
    assert "'경비정' is the name of 'boats' already" in text
    groups[1]["name_ko"] = "경비정-2"
    assert "'경비정-2' would name both 'boats-2' and 'post'" in problems(groups=groups)


def test_a_name_is_a_single_line_without_control_characters() -> None:
    assert "title_ko" in (text := problems(title_ko="두\n줄"))
    assert "write it in one line" in text
    assert "control character" in problems(classification="EXERCISE\u202e")


def test_a_card_with_its_own_title_does_not_inherit_the_korean_title_of_its_parent() -> None:
    cards = {"own": {"extends": "usv-patrol", "title": "My boat"}, "same": {"extends": "usv-patrol"}}
    groups = document()["groups"]
    groups[0]["units"] = [{"platform": "own"}, {"platform": "same"}]
    content = resolved(groups=groups, catalogue={"platforms": cards}).content
    assert content.catalogue.platforms["own"].title_ko == ""
    assert content.catalogue.platforms["same"].title_ko == built_in().platforms["usv-patrol"].title_ko


@pytest.mark.parametrize("start", ["noon", "2026-11-30T12:00", "2026-13-01T00:00Z", "12:00+09:00"])
def test_a_start_is_a_date_and_time_with_a_zone(start: str) -> None:
    time = {**document()["time"], "start": start}
    assert "time.start" in (text := problems(time=time))
    assert "is not a date and time with a zone" in text


def test_the_date_and_the_environment_have_the_same_time_of_day() -> None:
    time = {**document()["time"], "start": "2026-11-30T12:30+09:00"}
    right, other = (resolved(time=time, environment={"start_local_h": h}).content for h in (12.5, 19))
    assert start_warnings(right) == []
    assert ["12:30 is not the start_local_h 19" in text for text in start_warnings(other)] == [True]


@pytest.mark.parametrize("names", [("가", "나"), ("나", "가"), ("", "")])
def test_no_name_in_korean_decides_which_drone_is_aboard_which_carrier(names: tuple[str, str]) -> None:
    carriers = {
        "name": "carriers",
        "side": "blue",
        "at_km": [0, 0],
        "units": [{"platform": "munition-carrier", "count": 4}],
    }
    aboard = [
        {"name": f"drones-{count}", "name_ko": name, "side": "blue", "host": "carriers", "aboard": True,
         "units": [{"platform": "loitering-munition", "count": count}]}
        for name, count in zip(names, (10, 11), strict=True)
    ]  # fmt: skip
    enemy = {"name": "post", "side": "red", "at_km": [3, 3], "units": [{"platform": "command-post"}]}
    plain = document(groups=[carriers, *({**group, "name_ko": ""} for group in aboard), enemy])
    named = document(groups=[carriers, *aboard, enemy])
    first, second = (compile_document(one) for one in (plain, named))
    assert first.roster.units == second.roster.units
    assert np.array_equal(first.params.units.whole, second.params.units.whole)
