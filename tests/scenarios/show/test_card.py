"""A card of the catalogue on one screen."""

import json

import pytest

from scenarios.cli import main
from scenarios.format.catalogue import KINDS, built_in_cards
from scenarios.show.card import card_facts, card_lines


def test_every_card_fits_a_screen_and_shows_every_key_that_it_gives() -> None:
    for kind in KINDS:
        for name, card in built_in_cards()[kind].items():
            facts = next(f for f in card_facts(name) if f["kind"] == kind.removesuffix("s"))
            lines = card_lines(facts, 100)
            assert len(lines) <= 48, name
            assert max(map(len, lines)) <= 130, name  # a value of many numbers may be longer than the line
            assert set(card) - {"title", "source", "cost_musd"} == set(facts["values"]), name
            for key in facts["values"]:
                assert any(line.startswith(f"  {key} ") for line in lines), (name, key)


def test_a_card_says_how_far_it_reaches_and_where_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "loitering-munition"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("loitering-munition: Loitering munition (platform, 0.1 million USD)")
    assert "sees to 3 km, fires to 0.5 km, link to 45 km" in page
    assert "speed_max_mps     50" in page
    used = next(line for line in page.splitlines() if line.startswith("used in: "))
    assert "joint-littoral-defence" in used
    assert "two-patrols" not in used
    assert main(["show", "seeker-camera", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)[0]
    assert (facts["kind"], "loitering-munition" in facts["cards"]) == ("sensor", True)


def test_a_name_of_nothing_gets_the_nearest_scenario_or_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "loitering-muniton"]) == 2
    assert "did you mean `loitering-munition`?" in capsys.readouterr().err
    assert main(["show", "ugv-mule", "--svg", "mule.svg"]) == 2
    assert "is a card, and --svg is for scenarios" in capsys.readouterr().err
