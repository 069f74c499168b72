"""Intelligence: what reaches a briefing, what never does, and the staff document."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.environments.opponents import TESTED_AGAINST
from scenarios.cli import main
from scenarios.format.catalogue import built_in
from scenarios.format.edits import edited
from scenarios.format.schema.intelligence import DOCTRINES
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import read_yaml, write_yaml
from scenarios.loader import compile_document, compile_staff_document, load
from simcore.errors import ScenarioError
from simcore.policy import Briefing
from simcore.types import Domain, ObjectiveKind
from tests.scenarios.compiler.known_library import BLUE, RED, library, named, staff
from tests.scenarios.compiler.strip import DOCUMENT, ENEMY, LISTED, compiled, known


def everything(briefing: Briefing) -> dict[str, Any]:
    """Return all that a policy can read in a briefing, as comparable values."""
    found: dict[str, Any] = {
        "digest": briefing.intelligence.digest,
        "document": json.dumps(briefing.intelligence.document),
    }
    for field in fields(briefing):
        value = getattr(briefing, field.name)
        if field.name != "intelligence":
            found[field.name] = (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value
    return found


def test_no_bit_of_a_briefing_depends_on_enemy_units_that_the_section_does_not_state() -> None:
    moved = edited(ENEMY, {"red-boats": {"at_km": [15, -15], "roe": "free", "units": [{"platform": "usv-patrol"}]}})
    more = [
        *moved[:1],
        {"name": "red-air", "side": "red", "at_km": [0, 0], "units": [{"platform": "uav-tactical", "count": 30}]},
        {"name": "aa-first", "side": "red", "at_km": [9, 9], "units": [{"platform": "command-post"}]},
    ]
    injects = [entry for entry in DOCUMENT["injects"] if entry["kind"] != "reinforce"]
    injects[0] = {**injects[0], "who": ["blue-guns", "red-air"]}
    own = DOCUMENT["groups"][:3]
    sides = [{"name": "blue"}, {"name": "red", "policy": {"name": "defend"}, "staff": {"order_preparation_s": 60}}]
    for entries in ((), (LISTED,), ({"side": "blue", "areas": [{"circle": {"centre_km": [9, 5], "radius_km": 9}}]},)):
        one = compiled(*entries)
        other = compiled(*entries, groups=[*own, *more], injects=injects, sides=sides)
        assert everything(one.briefings[BLUE]) == everything(other.briefings[BLUE])


def test_intelligence_of_one_side_does_not_reach_the_other() -> None:
    one, other = compiled(LISTED), compiled()
    assert everything(one.briefings[RED]) == everything(other.briefings[RED])


def test_intelligence_does_not_change_the_fight() -> None:
    one, other = compiled(LISTED), compiled()
    assert one.scenario.hash == other.scenario.hash
    assert one.params.units.real.tobytes() == other.params.units.real.tobytes()
    assert one.scenario != other.scenario


def test_without_the_section_an_enemy_of_half_to_one_and_a_half_times_the_own_units_may_stand_anywhere() -> None:
    intelligence = known()
    assert intelligence.order_of_battle == "unknown"
    expected = {"patrol-ship": (0, 2), "uav-rotary": (1, 3), "ugv-combat": (2, 6)}
    assert {force.platform: (force.least, force.most) for force in intelligence.forces} == expected
    assert {force.side for force in intelligence.forces} == {"red"}
    assert not any(force.areas_m for force in intelligence.forces)
    own = compiled().roster
    assert intelligence.own_cost_musd == pytest.approx(own.unit_cost[own.unit_side == BLUE].sum())


def test_default_doctrines_are_those_of_the_package_with_equal_weights() -> None:
    doctrines = known().doctrines
    assert {doctrine.name for doctrine in doctrines} == set(TESTED_AGAINST) == set(DOCTRINES)
    assert [doctrine.weight for doctrine in doctrines] == [pytest.approx(1 / len(DOCTRINES))] * len(DOCTRINES)


def test_weights_of_doctrines_sum_to_one() -> None:
    doctrines = known({"side": "blue", "doctrines": [{"name": "hold", "weight": 3}, {"name": "assault"}]}).doctrines
    assert {doctrine.name: doctrine.weight for doctrine in doctrines} == {"hold": 0.75, "assault": 0.25}


def test_by_type_gives_the_numbers_within_the_error_and_no_reserves() -> None:
    forces = known({"side": "blue", "order_of_battle": "by_type", "count_error": 0.5}).forces
    found = {force.platform: (force.least, force.most) for force in forces}
    assert found == {"usv-strike": (2, 6), "ugv-combat": (1, 5)}  # 4 and 3 units; the scout is in reserve


def test_exact_gives_the_true_groups() -> None:
    twice = [*DOCUMENT["groups"], {**ENEMY[0], "name": "red-more", "units": [{"platform": "usv-strike", "count": 12}]}]
    intelligence = known({"side": "blue", "order_of_battle": "exact"}, groups=twice)
    assert [(f.platform, f.least, f.most, len(f.groups)) for f in intelligence.forces] == [
        ("usv-strike", 4, 4, 1), ("ugv-combat", 3, 3, 1), ("usv-strike", 12, 12, 1)
    ]  # fmt: skip


def test_areas_of_the_section_hold_for_units_that_can_be_there() -> None:
    at_sea = {"rectangle": {"west_km": 5, "east_km": 19, "south_km": -19, "north_km": -2}}
    forces = known({"side": "blue", "order_of_battle": "by_type", "areas": [at_sea]}).forces
    areas = {force.platform: force.areas_m for force in forces}
    assert areas["ugv-combat"] == ()  # no land there: anywhere
    (outline,) = areas["usv-strike"]
    assert outline.min(axis=1).tolist() == [5e3, -19e3]
    assert outline.max(axis=1).tolist() == [19e3, -2e3]
    assert not outline.flags.writeable


def test_listed_area_without_ground_for_the_platform_does_not_hold_and_is_warned_of() -> None:
    boats = {"platform": "usv-patrol", "most": 1, "zones": ["town"]}
    inland = compiled({**LISTED, "forces": [boats]})
    (force,) = inland.briefings[BLUE].intelligence.forces
    assert force.areas_m == ()
    (warning,) = [text for text in inland.warnings if "intelligence" in text]
    assert "intelligence.blue.forces.usv-patrol: no water in its areas" in warning


def test_units_without_ground_on_the_map_are_not_expected_with_all_that_they_carry() -> None:
    dry = {**DOCUMENT["map"], "terrain": {"kind": "flat"}}
    groups = [entry for entry in DOCUMENT["groups"] if entry["name"] in ("blue-guns", "red-guns")]
    changes: dict[str, Any] = {"map": dry, "groups": groups, "objectives": [], "injects": []}
    only = {**LISTED, "forces": [{**LISTED["forces"][0], "known_as": []}, *LISTED["forces"][1:]]}  # type: ignore[index]
    with_guns = {**only, "forces": [*only["forces"], {"platform": "ugv-combat", "most": 3}]}
    assert [force.platform for force in known(with_guns, **changes).forces] == ["ugv-combat"]
    nobody = compiled(only, **changes)  # as with an unknown order of battle: own platforms
    assert [(f.platform, f.least, f.most) for f in nobody.briefings[BLUE].intelligence.forces] == [("ugv-combat", 2, 6)]
    assert len([text for text in nobody.warnings if "the map has no water" in text]) == len(only["forces"])
    assert compile_staff_document(nobody.briefings[BLUE].intelligence).roster.sides == ("blue", "red")


def test_forces_are_split_into_groups_and_carriers_stay_together() -> None:
    forces = {force.platform: force for force in known(LISTED).forces}
    document = known(LISTED).document
    groups = named(document, "groups")
    sizes = {name: [groups[g]["units"][0]["count"] for g in force.groups] for name, force in forces.items()}
    assert sizes == {"usv-strike": [7, 7, 6], "mothership": [1], "usv-one-way": [5], "usv-patrol": [1, 1, 1]}
    (aboard,) = forces["usv-one-way"].groups
    assert (groups[aboard]["host"], groups[aboard]["aboard"]) == (forces["mothership"].groups[0], True)


def test_reinforcements_wait_in_reserve_and_arrive_when_expected() -> None:
    intelligence = known(LISTED)
    (late,) = [force for force in intelligence.forces if force.arrival_s > 0.0]
    groups = named(intelligence.document, "groups")
    assert all(groups[name]["reserve"] for name in late.groups)
    (arrival,) = [entry for entry in intelligence.document["injects"] if entry["kind"] == "reinforce"]
    assert (arrival["at_s"], sorted(arrival["who"])) == (900.0, sorted(late.groups))


def test_staff_document_has_only_the_events_zones_and_rules_that_the_side_knows() -> None:
    document = known(LISTED).document
    assert [(entry["kind"], entry["who"]) for entry in document["injects"] if entry["kind"] != "reinforce"] == [
        ("supply", ["blue-guns"]), ("weather", [])
    ]  # fmt: skip
    assert list(named(document, "zones")) == ["town"]
    red = named(document, "sides")["red"]
    assert (red["policy"]["name"], red["roe_limit"]) == ("hold", "free")
    assert document["intelligence"] == []
    assert "ugv-scout" not in document["catalogue"]["platforms"]


def test_own_objectives_concern_the_forces_known_under_the_names_of_foreign_groups() -> None:
    intelligence = known(LISTED)
    objectives = named(intelligence.document, "objectives")
    boats = next(force for force in intelligence.forces if force.platform == "usv-strike")
    assert objectives["sink"]["groups"] == list(boats.groups)
    everybody = named(known().document, "objectives")["sink"]  # nobody is known as red-boats
    assert (everybody["groups"], everybody["platforms"]) == ([], [])


def test_assumed_objectives_are_against_the_own_ones() -> None:
    intelligence = known(LISTED)
    objectives = [entry for entry in intelligence.document["objectives"] if entry["side"] == "red"]
    boats = next(force for force in intelligence.forces if force.platform == "usv-strike")
    found = {(entry["kind"], entry["zone"], tuple(entry["groups"]), entry["weight"]) for entry in objectives}
    assert found == {
        ("hold", "town", (), 3.0), ("destroy", None, ("blue-ship",), 2.0), ("protect", None, boats.groups, 1.0)
    }  # fmt: skip


def test_an_enemy_without_other_objectives_is_to_destroy_all_units() -> None:
    bare = known(LISTED, objectives=[{"name": "sink", "side": "blue", "kind": "destroy"}]).document["objectives"]
    assert {(entry["kind"], tuple(entry["groups"])) for entry in bare if entry["side"] == "red"} == {
        ("protect", ()),
        ("destroy", ()),
    }


def test_the_enemy_is_assumed_to_attack_his_aim_without_approvals() -> None:
    harbour = {
        group["name"]: group for group in library("harbour-swarm").briefings[BLUE].intelligence.document["groups"]
    }
    boats = harbour["enemy-2.1"]
    assert (boats["task"]["verb"], boats["task"]["at_km"], boats["autonomy"]) == ("strike", [0.4, 0.0], "autonomous")
    assert harbour["enemy-1"]["task"]["verb"] == "hold"  # unarmed
    robots = [{"platform": "ugv-combat", "most": 3}]
    document = known({**LISTED, "forces": robots}).document
    (robots,) = [group for group in document["groups"] if group["side"] == "red"]
    assert (robots["task"]["verb"], robots["task"]["at_km"]) == ("attack", [0.0, 5.0])  # the zone that both want


def tasks_of(document: dict[str, Any]) -> dict[str, tuple[str, list[float] | None]]:
    """Return verb and point of the task of red's groups by platform."""
    return {
        group["units"][0]["platform"]: (group["task"]["verb"], group["task"]["at_km"])
        for group in document["groups"]
        if group["side"] == "red"
    }


def test_an_enemy_who_awaits_the_side_bars_the_way_to_the_zone_that_it_is_to_reach() -> None:
    reach = [{"name": "go", "side": "blue", "kind": "reach", "zone": "town", "groups": ["blue-guns"]}]
    forces = [{"platform": "ugv-combat", "most": 3}, {"platform": "command-post", "most": 1}]
    found = tasks_of(known({**LISTED, "forces": forces}, objectives=reach).document)
    assert found == {"ugv-combat": ("attack", [0.0, 5.0]), "command-post": ("hold", None)}
    boats = tasks_of(known(LISTED, objectives=reach).document)
    assert {verb for verb, _ in boats.values()} == {"hold"}  # the town is no place for boats


def test_the_aircraft_of_the_enemy_search_where_he_fights() -> None:
    forces = [{"platform": "uav-tactical", "most": 2}, {"platform": "ugv-combat", "most": 3}]
    found = tasks_of(known({**LISTED, "forces": forces}).document)
    assert found == {"uav-tactical": ("search", [0.0, 5.0]), "ugv-combat": ("attack", [0.0, 5.0])}


def test_an_enemy_who_only_protects_stands_around_what_he_protects() -> None:
    area = [{"rectangle": {"west_km": 8, "east_km": 12, "south_km": -8, "north_km": -4}}]
    forces = [
        {"platform": "mothership", "most": 1, "areas": area},
        {"platform": "usv-strike", "most": 4},
    ]
    keep = [{"side": "red", "kind": "protect", "platforms": ["mothership"]}]
    sink = [{"name": "sink", "side": "blue", "kind": "destroy"}]
    found = tasks_of(known({**LISTED, "forces": forces, "objectives": keep}, objectives=sink).document)
    assert found["usv-strike"] == ("attack", [10.0, -6.0])


def test_the_approvals_of_the_enemy_are_those_of_the_section() -> None:
    forces = [{"platform": "ugv-combat", "most": 3, "autonomy": "approve"}, {"platform": "usv-strike", "most": 2}]
    document = known({**LISTED, "forces": forces, "operators": {"count": 2, "service_s": 15}}).document
    found = {group["units"][0]["platform"]: group["autonomy"] for group in document["groups"] if group["side"] == "red"}
    assert found == {"ugv-combat": "approve", "usv-strike": "autonomous"}
    crew = named(document, "sides")["red"]["operators"]
    assert (crew["count"], crew["service_s"], crew["manual_service_s"]) == (2, 15.0, 15.0)
    assert named(document, "sides")["blue"]["operators"] is None
    assert named(known(LISTED).document, "sides")["red"]["operators"] is None


def test_the_rules_of_engagement_of_the_enemy_are_as_expected_of_him() -> None:
    for section, limit in ((LISTED, "free"), ({**LISTED, "roe_limit": "tight"}, "tight")):
        sides = named(known(section).document, "sides")
        assert sides["red"]["roe_limit"] == limit
        assert sides["blue"]["roe_limit"] == "free"  # its own, by the file


def test_given_objectives_of_the_enemy_replace_the_derived_ones() -> None:
    wanted = [{"side": "red", "kind": "reach", "zone": "secret", "platforms": ["usv-strike"], "weight": 4}]
    document = known({**LISTED, "objectives": wanted}).document
    (objective,) = [entry for entry in document["objectives"] if entry["side"] == "red"]
    assert (objective["kind"], objective["zone"], objective["weight"]) == ("reach", "secret", 4.0)
    assert set(named(document, "zones")) == {"secret", "town"}


def test_suspected_minefield_keeps_its_area_and_loses_its_numbers() -> None:
    field = {"name": "field", "side": "red", "suspected": True, "mine": "bottom-influence-mine", "count": 77}
    field["rectangle"] = {"west_km": 0, "east_km": 5, "south_km": -10, "north_km": -6}
    hidden = {**field, "name": "hidden", "suspected": False}
    own = {**field, "name": "own", "side": "blue", "suspected": False}
    fields_known = named(known(LISTED, minefields=[field, hidden, own]).document, "minefields")
    assert set(fields_known) == {"field", "own"}
    assert fields_known["field"]["count"] == 20  # one on each of 20 square kilometres
    assert fields_known["own"]["count"] == 77
    denser = {**field, "count": 500, "damage": 9}
    assert named(known(LISTED, minefields=[denser]).document, "minefields")["field"] == fields_known["field"]


def test_names_of_expected_groups_keep_clear_of_own_names() -> None:
    groups = [{**DOCUMENT["groups"][0], "name": "enemy-1"}, *ENEMY]
    objectives = [entry for entry in DOCUMENT["objectives"] if "blue-ship" not in entry.get("groups", ())]
    changes = {"groups": groups, "objectives": objectives, "injects": []}
    staff_scenario = compile_staff_document(known(LISTED, **changes))
    assert staff_scenario.briefings[BLUE].unit_names == ("enemy-1",)


def test_neutrals_are_in_the_staff_document_only_if_they_are_listed() -> None:
    document = read_yaml(*read_text("strait-surveillance")).data
    assert [side.name for side in staff("strait-surveillance", BLUE).scenario.content.sides][2:] == [
        "fishermen",
        "merchants",
    ]
    objectives = named(library("strait-surveillance").briefings[BLUE].intelligence.document, "objectives")
    assert objectives["blue-spare-fishermen"]["groups"] != []
    del document["intelligence"]
    bare = compile_document(document).briefings[BLUE].intelligence.document
    assert [side["name"] for side in bare["sides"]] == ["blue", "red"]
    assert "blue-spare-fishermen" not in named(bare, "objectives")
    assert ObjectiveKind.PROTECT in library("strait-surveillance").briefings[BLUE].objective_kind


def test_neutral_side_has_no_intelligence() -> None:
    intelligence = library("strait-surveillance").briefings[2].intelligence
    assert (intelligence.forces, intelligence.document) == ((), {})
    with pytest.raises(ScenarioError):
        compile_staff_document(intelligence)


def test_platform_that_only_the_intelligence_names_keeps_the_hash_and_survives_a_round_trip() -> None:
    mine = {"platforms": {"ghost": {"extends": "usv-patrol", "title": "Ghost"}}}
    entry = {**LISTED, "forces": [{"platform": "ghost", "most": 2}]}
    one = compiled(entry, catalogue=mine)
    assert one.scenario.hash == compiled(catalogue=mine).scenario.hash
    again = compile_document(read_yaml(one.scenario.dump_yaml(), "again").data)
    assert again.briefings[BLUE].intelligence.digest == one.briefings[BLUE].intelligence.digest
    assert again.scenario == one.scenario


def test_order_of_forces_in_the_file_does_not_matter() -> None:
    turned = {**LISTED, "forces": LISTED["forces"][::-1]}  # type: ignore[index]
    assert known(LISTED).digest == known(turned).digest


def test_domains_and_costs_are_those_of_the_cards() -> None:
    forces = {force.platform: force for force in known(LISTED).forces}
    assert forces["usv-strike"].domain == Domain.SURFACE
    assert forces["mothership"].cost_musd == built_in().platforms["mothership"].cost_musd


def test_validate_reports_a_doctrine_that_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {**LISTED, "doctrines": [{"name": "asault"}, {"name": "assault", "parameters": {"sped": 1}}]}
    path = tmp_path / "strip.yaml"
    path.write_text(write_yaml({**DOCUMENT, "intelligence": [wrong]}), encoding="utf-8")
    assert main(["validate", str(path)]) == 2
    message = capsys.readouterr().err
    assert "intelligence.blue.doctrines.asault: policy 'asault': unknown; did you mean 'assault'?" in message
    assert "intelligence.blue.doctrines.assault: policy assault: no parameter 'sped', did you mean 'speed'?" in message


def test_show_says_what_a_side_expects(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "night-strait", "--json"]) == 0
    blue, _ = json.loads(capsys.readouterr().out)["sides"]
    assert blue["intelligence"]["expects"][0].startswith("5 to 12 ")
    assert blue["intelligence"]["doctrines"][0] == "assault 38%"  # 3 of 8


def test_page_on_intelligence_is_true(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/intelligence.md").read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(code, {})
    assert "5 to 12 strait-raider in the groups enemy-" in capsys.readouterr().out
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    section = read_yaml(example.replace("zones: [eastern-roads]", "zones: [town]"), "page").data
    section["intelligence"][0]["forces"].pop(0)  # its area is on another map
    section["intelligence"][0]["forces"][0]["zones"] = []
    section["intelligence"][0]["forces"][-1]["arrival_s"] = 1800
    path = tmp_path / "strip.yaml"
    path.write_text(write_yaml({**DOCUMENT, **section}), encoding="utf-8")
    assert len(load(path).briefings[BLUE].intelligence.forces) == 3
