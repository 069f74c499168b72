"""The page of constant plans: plain on plans that win, few games and missing rows; measured once and then kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from agents.environments.opponents import OF_THE_FILE, TESTED_AGAINST
from benchmarks.pages import constants


def result(share: float, n: int, **changes: Any) -> dict[str, Any]:
    wins = dict.fromkeys((OF_THE_FILE, *TESTED_AGAINST), share)
    named = {"scenario": "two-patrols", "side": "blue", "hash": "0" * 32, "engine": "e"}
    return {**named, "search": 9, "n": n, "played_in_search": 9, "plan": "all: hold", "wins": wins, **changes}


def test_a_plan_wins_too_much_only_where_the_interval_lies_above_the_limit() -> None:
    assert constants.verdict(0.9, 0.81) == "**yes**"
    assert constants.verdict(0.9, 0.7) == "not clear"
    assert constants.verdict(0.8, 0.5) == "no"


def test_the_page_names_the_chairs_with_a_constant_plan_that_wins_and_the_scenarios_not_measured() -> None:
    page = constants.write_page([result(1.0, 100), result(1.0, 4, side="red")]).replace("\n", " ")
    assert "clearly wins more than 80% in 1: two-patrols, blue. Not clear: two-patrols, red." in page
    assert "`night-strait`" in page.partition("Not measured:")[2]
    assert "in none." in constants.write_page([result(0.5, 100)])
    assert "make pages NAME=constants" in constants.write_page([])


def test_the_page_names_a_constant_plan_that_wins_against_the_policy_of_the_file_alone() -> None:
    one = result(0.5, 100)
    assert "Against the policy of the file alone" not in constants.write_page([one])
    one["wins"][OF_THE_FILE] = 0.9
    page = constants.write_page([one]).replace("\n", " ")
    assert "Against the policy of the file alone its share is above 80% in: two-patrols, blue." in page


def test_the_page_in_the_documentation_is_that_of_the_stored_results() -> None:
    results = json.loads(constants.RESULTS.read_text()) if constants.RESULTS.exists() else []
    assert constants.PAGE.read_text() == constants.write_page(results)


def test_a_chair_that_does_not_exist_ends_the_command_with_the_sides_that_do() -> None:
    with pytest.raises(SystemExit, match=r"two-patrols:green: .* give one of blue, red"):
        constants.main(["two-patrols:green"])
    with pytest.raises(SystemExit):
        constants.main(["-n", "0"])


def test_a_chair_is_measured_once_for_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, page = tmp_path / "constants.json", tmp_path / "constants.md"
    wanted = ["two-patrols:red", "--results", str(place), "--out", str(page)]
    assert constants.main([*wanted, "--search", "5", "-n", "1"]) == 0
    (stored,) = json.loads(place.read_text())
    assert (stored["scenario"], stored["side"]) == ("two-patrols", "red")
    assert stored["played_in_search"] <= 5
    assert set(stored["wins"]) == {OF_THE_FILE, *TESTED_AGAINST}
    assert "| `two-patrols` | red |" in page.read_text()

    def refused(*_: object) -> dict[str, Any]:
        raise AssertionError("played again")

    monkeypatch.setattr(constants, "measure", refused)
    assert constants.main([*wanted, "--search", "5", "-n", "1"]) == 0
    with pytest.raises(AssertionError, match="played again"):
        constants.main([*wanted, "--search", "6", "-n", "1"])


def test_equal_choices_are_named_together_and_zones_by_their_names() -> None:
    settings = constants.settings_of("convoy-ambush", side="blue")
    names = [choice.name for choice in settings.schema.action.choices]
    table = constants.np.array([names.index("plan")] * settings.schema.sizes.groups)
    assert constants.described(settings, settings.schema, table) == "all: plan"
    mobile = constants.SideView(settings.schema, settings.base.briefings[0]).slots
    table[mobile.index("convoy")] = names.index("screen-zone-0")
    assert constants.described(settings, settings.schema, table) == "convoy: screen outpost; the others: plan"
