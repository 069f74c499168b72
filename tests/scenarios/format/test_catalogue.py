"""The catalogue holds enough of every kind of thing, each with a cost and a source."""

from pathlib import Path

import pytest

from scenarios.format import catalogue
from scenarios.format.catalogue import KINDS, built_in, built_in_cards
from scenarios.format.document import parse_document
from scenarios.format.resolve import resolve
from scenarios.format.schema.json_schema import json_schema
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.reference.catalogue import catalogue_page, count_kinds, kinds_of
from scenarios.reference.scenario_format import SECTIONS, reference_page
from simcore.errors import ScenarioError

WANTED = {
    "UGV": 6,
    "USV": 4,
    "UUV": 3,
    "UAV": 8,
    "fixed wing": 2,
    "rotary wing": 2,
    "one-way": 2,
    "swarm": 1,
    "high altitude": 1,
    "command post": 2,
    "radar": 2,
    "air defence": 2,
    "ship": 3,
    "vehicle": 3,
    "depot": 2,
    "hospital": 1,
    "jammer": 2,
    "mine clearing": 2,
    "mine": 2,
    "sensor": 12,
    "weapon": 12,
    "link": 3,
}

FREE = {"missile-jammer"}
"""Cards that cost nothing each time they are used."""

SCENARIO = """
schema_version: 1
name: lane
time: {dt_s: 10, duration_h: 1}
map: {origin: {longitude_deg: 0, latitude_deg: 0}, west_km: -5, east_km: 5, south_km: -5, north_km: 5}
sides: [{name: blue}, {name: red}]
groups:
  - {name: a, side: blue, at_km: [0, 0], units: [{platform: carrier}]}
  - {name: b, side: red, at_km: [2, 0], units: [{platform: truck}]}
minefields:
  - {name: f, side: red, circle: {centre_km: [1, 1], radius_km: 0.5}, mine: anti-tank-mine, count: 5, p_actuation: 0.5}
catalogue:
  platforms:
    carrier: {extends: ugv-mule, radio: RADIO}
"""


@pytest.mark.parametrize("kind", WANTED)
def test_there_are_enough_of_a_kind(kind: str) -> None:
    assert count_kinds()[kind] >= WANTED[kind]


def test_uav_of_every_sort_are_uav() -> None:
    catalogue = built_in()
    kinds = {name: kinds_of(name, card, catalogue) for name, card in catalogue.platforms.items()}
    for sort in ("fixed wing", "rotary wing", "swarm", "high altitude"):
        assert any({"UAV", sort} <= set(found) for found in kinds.values())
    assert "UAV" in kinds["loitering-munition"]
    assert "one-way" in kinds["loitering-munition"]
    assert "UGV" not in kinds["main-battle-tank"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_has_a_cost_a_name_and_a_source(kind: str) -> None:
    page = catalogue_page()
    for name, card in getattr(built_in(), kind).items():
        assert card.cost_musd > 0.0 or name in FREE, name
        assert card.title, name
        assert card.source.strip(), name
        assert f"| `{name}` | {card.title} |" in page


def test_a_radio_may_name_a_link_and_change_it() -> None:
    document = parse_document(SCENARIO.replace("RADIO", "{link: short-range-data-link, range_km: 3}"))
    resolved = resolve(document)
    radio = resolved.content.catalogue.platforms["carrier"].radio
    card = built_in().links["short-range-data-link"]
    assert radio is not None
    assert (radio.range_km, radio.link, radio.budget) == (3.0, "short-range-data-link", card.budget)
    assert set(resolved.content.catalogue.links) == {"short-range-data-link", "tactical-radio"}
    assert resolve(parse_document(resolved.dump_yaml())) == resolved


def test_a_bare_name_is_a_link() -> None:
    document = parse_document(SCENARIO.replace("RADIO", "mesh-radio"))
    radio = document.content.catalogue.platforms["carrier"].radio
    assert radio is not None
    assert radio.range_km == built_in().links["mesh-radio"].range_km


def test_a_minefield_takes_the_numbers_of_its_mine_where_it_gives_none() -> None:
    resolved = resolve(parse_document(SCENARIO.replace("RADIO", "mesh-radio")))
    field, card = resolved.content.minefields[0], built_in().mines["anti-tank-mine"]
    assert (field.p_actuation, field.p_kill, field.actuation_m) == (0.5, card.p_kill, card.actuation_m)
    assert field.source == card.source
    assert set(resolved.content.catalogue.mines) == {"anti-tank-mine"}


def test_a_scenario_may_define_links_and_mines() -> None:
    own = "  links: {mesh-radio: {range_km: 2}}\n  mines: {anti-tank-mine: {domains: [land], actuation_m: 7}}\n"
    content = parse_document(SCENARIO.replace("RADIO", "mesh-radio") + own).content
    radio = content.catalogue.platforms["carrier"].radio
    assert radio is not None
    assert radio.range_km == 2.0
    assert content.minefields[0].actuation_m["armour"] == 7.0


def test_unknown_links_and_mines_are_told_with_the_nearest_name() -> None:
    text = SCENARIO.replace("RADIO", "mesh-radoi").replace("mine: anti-tank-mine", "mine: anti-tank-min")
    with pytest.raises(ScenarioError) as caught:
        parse_document(text)
    assert [line.split(" (line")[0] for line in caught.value.problems] == [
        "<string>: minefields[0].mine: no mine 'anti-tank-min'; did you mean `anti-tank-mine`?",
        "<string>: catalogue.platforms.carrier.radio: no link 'mesh-radoi'; did you mean `mesh-radio`?",
    ]


def test_the_reference_has_a_section_for_every_model_of_the_schema() -> None:
    named = set(json_schema()["$defs"]) | {ScenarioFile.__name__}
    assert {section.__name__ for section in SECTIONS} == named
    page = reference_page()
    assert [page.count(f"\n## {name}\n") for name in sorted(named)] == [1] * len(named)


def test_a_card_of_the_catalogue_outside_its_kind_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "catalog").mkdir()
    text = "sensors:\n  eye: {model: cookie_cutter, range_km: 1}\near: {model: cookie_cutter, range_km: 1}\n"
    (tmp_path / "catalog" / "sensors.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "files", lambda _: tmp_path)
    with pytest.raises(ScenarioError, match=r"catalog/sensors\.yaml: ear: no kind of cards"):
        built_in_cards.__wrapped__()
