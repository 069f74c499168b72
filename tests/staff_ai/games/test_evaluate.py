"""Evaluations of small policies on the short meeting: paired games, baselines, and a page that repeats itself."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from agents.environments.schema import Schema, Sizes
from agents.environments.settings import settings_of
from scenarios.cli import main
from simcore.errors import InputError
from simcore.observation_columns import Verb
from simcore.policy_registry import find_policy
from staff_ai.games.chairs import CONSTANT, FIXED, HOLD, LEARNED, OWN, OWN_FIXED, TIMED, Chair
from staff_ai.games.evaluate import evaluate_chair, games_of_training, read_subjects
from staff_ai.games.play import play_games, play_pairs
from staff_ai.games.report import text_lines, verdict
from staff_ai.games.schedules import ScheduleCommander, own_choices, own_schedule, verb_choices
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.networks import Network, start_tensors
from staff_ai.trained.policy_folder import read_policy, write_policy
from tests.agents.environments.games import SHORT, short_document
from tests.staff_ai.trained.folders import INTERVAL_S, SMALL, network, written

SETTINGS = settings_of(SHORT, side="blue")
FACTS = {"trained_on": [{"scenario": "two-patrols", "side": "blue"}]}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scenario") / "short.yaml"
    path.write_text(yaml.safe_dump(short_document()))
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("policy") / "random")


@pytest.fixture(scope="module")
def chair(scenario: str, folder: Path) -> Chair:
    return evaluate_chair(scenario, "blue", [read_policy(folder)], against=("hold", "economy-of-force"), n=6, search=30)


def test_a_game_is_the_same_however_many_are_played_and_other_splits_have_other_games() -> None:
    few, many = (play_games(SETTINGS, 0, lambda: find_policy("hold"), "hold", n, "test") for n in (3, 6))
    np.testing.assert_array_equal(many.lead[:3], few.lead)
    other = play_games(SETTINGS, 0, lambda: find_policy("hold"), "hold", 6, "validation")
    assert (other.lead != many.lead).any()


def test_many_commanders_and_opponents_in_one_simulation_play_as_each_pair_plays_alone() -> None:
    names, opponents = ("hold", "cautious", "aggressive"), ("hold", "economy-of-force")
    makes = [lambda name=name: find_policy(name) for name in names] + [lambda: NetworkCommander(network(), INTERVAL_S)]
    told: list[tuple[int, int]] = []
    together = play_pairs(SETTINGS, 0, makes, opponents, 5, "test", on_games=lambda *done: told.append(done))
    assert told == [(8, 8)]
    assert (together.lead[0] != together.lead[2]).any()
    for m, make in enumerate(makes):
        for o, opponent in enumerate(opponents):
            alone = play_games(SETTINGS, 0, make, opponent, 5, "test")
            np.testing.assert_array_equal(together.lead[m, o], alone.lead)
            np.testing.assert_array_equal(together.win[m, o], alone.win)


def test_the_lead_of_one_chair_is_the_deficit_of_the_other() -> None:
    red = settings_of(SHORT, side="red")
    first = play_games(SETTINGS, 0, lambda: find_policy("aggressive"), "hold", 5, "test")
    second = play_games(red, 1, lambda: find_policy("hold"), "aggressive", 5, "test")
    np.testing.assert_array_equal(first.lead, -second.lead)
    np.testing.assert_array_equal(first.win, -second.win)


def test_a_network_that_does_not_look_equals_its_own_blind_schedule(tmp_path: Path, scenario: str) -> None:
    schema = network().schema
    plan = [choice.verb for choice in schema.action.choices].index(Verb.PLAN)
    tensors = {name: np.zeros_like(values) for name, values in network().tensors.items()}
    tensors["layer.2.bias"].reshape(schema.sizes.groups, -1)[:, plan] = 1.0
    write_policy(tmp_path / "p", Network(SMALL, schema, tensors, "zeros"), INTERVAL_S, FACTS, "")
    found = evaluate_chair(scenario, "blue", [read_policy(tmp_path / "p")], against=("hold",), n=4, search=0)
    own = found.row(LEARNED)
    blind = found.row(OWN)
    assert own is not None
    assert blind is not None
    np.testing.assert_array_equal(own.mission, blind.mission)
    assert f"{LEARNED}: a reaction is not shown: without games of {CONSTANT}, {TIMED}" in verdict(found)


def test_a_blind_schedule_is_the_usual_choice_at_each_time() -> None:
    first = network()
    table = own_schedule(own_choices(first, INTERVAL_S, SETTINGS, ("hold",), 1))
    # of one game the usual choices are those of the game
    commander = ScheduleCommander(first.schema, INTERVAL_S, table)
    blind = play_games(SETTINGS, 0, lambda: commander, "hold", 1, "validation")
    seeing = play_games(SETTINGS, 0, lambda: NetworkCommander(first, INTERVAL_S), "hold", 1, "validation")
    np.testing.assert_array_equal(blind.lead, seeing.lead)


def test_all_commanders_play_the_same_games(chair: Chair) -> None:
    names = [row.name for row in chair.rows]
    assert names[:2] == [LEARNED, OWN]
    assert {CONSTANT, TIMED} <= set(names)
    assert not {FIXED, OWN_FIXED} & set(names)
    assert {"hold", "cautious", "aggressive"} <= set(names)
    hold = chair.row("hold")
    assert hold is not None
    again = play_games(SETTINGS, 0, lambda: find_policy("hold"), "economy-of-force", 6, "test")
    np.testing.assert_array_equal(hold.lead[0, 1], again.lead)
    compared = [one.second.name for one in chair.comparisons()]
    assert compared == [chair.best_doctrine.name, HOLD, CONSTANT, TIMED, OWN]
    assert chair.best_doctrine.name != HOLD


def test_the_command_prints_json_and_writes_a_page_that_repeats_itself(
    scenario: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages: list[str] = []
    found: dict[str, Any] = {}
    for _ in range(2):
        page = tmp_path / "page.md"
        arguments = [str(folder), "--on", scenario, "--side", "blue", "--against", "hold", "-n", "3", "--search", "6"]
        assert main(["evaluate", *arguments, "--json", "--quiet", "--table", str(page)]) == 0
        found = json.loads(capsys.readouterr().out)
        pages.append(page.read_text())
    assert pages[0] == pages[1]
    assert "one training seed" in pages[0]
    (one,) = found["chairs"]
    assert one["games_a_pair"] == 3
    assert {"hold", LEARNED, OWN, CONSTANT, TIMED} <= {row["name"] for row in one["commanders"]}


def test_doctrines_are_evaluated_from_both_chairs(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "cautious", "--on", scenario, "--against", "hold", "-n", "2", "--search", "0", "--quiet"]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert "two-patrols, blue: 2 games" in text
    assert "two-patrols, red: 2 games" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cautious"], "no scenario; give --on SCENARIO"),
        (["runs/nothing"], "runs/nothing: no such folder"),
        (["trained:runs/nothing"], "no such folder; give the folder that `chammo train"),
        (["cautious", "--on", "two-patrols", "--side", "green"], "--side green: does not fight"),
        (["cautios", "--on", "two-patrols"], "did you mean 'cautious'"),
        (["cautious", "--on", "two-patrols", "-n", "1"], "-n 1: below 2"),
    ],
)
def test_a_wrong_call_is_explained(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_folders_of_other_commanders_are_no_training_seeds(tmp_path: Path) -> None:
    for name, side in (("a", "blue"), ("b", "red")):
        facts = {"trained_on": [{"scenario": "two-patrols", "side": side}]}
        write_policy(tmp_path / name, network(), INTERVAL_S, facts, "")
    with pytest.raises(InputError, match="evaluate them separately"):
        read_subjects([str(tmp_path / "a"), str(tmp_path / "b")])
    policies, names = read_subjects([str(tmp_path / "a"), str(tmp_path / "a"), "hold"])
    assert (len(policies), names) == (2, ["hold"])


def test_schedules_with_doctrines_stand_beside_a_commander_that_chooses_doctrines(
    tmp_path: Path, scenario: str
) -> None:
    sizes = Sizes.of([SHORT.briefings[0]], doctrines=("cautious", "aggressive"))
    schema = Schema(sizes)
    tensors = {name: np.zeros_like(values) for name, values in start_tensors(SMALL, schema, 0).items()}
    names = [choice.name for choice in schema.action.choices]
    is_verb = verb_choices(schema)
    assert [name for name, verb in zip(names, is_verb, strict=True) if not verb] == names[-2:]
    tensors["layer.2.bias"].reshape(sizes.groups, -1)[:, -1] = 1.0
    write_policy(tmp_path / "p", Network(SMALL, schema, tensors, "aggressive"), INTERVAL_S, FACTS, "")
    found = evaluate_chair(scenario, "blue", [read_policy(tmp_path / "p")], against=("hold",), n=4, search=60)
    assert found.has_doctrines
    learned, fixed, own, aggressive = (found.row(name) for name in (LEARNED, OWN_FIXED, OWN, "aggressive"))
    assert found.row(FIXED) is not None
    assert learned
    assert fixed
    assert own
    assert aggressive
    # the network always chooses the doctrine, and so does its schedule; its usual verbs are none
    np.testing.assert_array_equal(learned.mission, fixed.mission)
    np.testing.assert_array_equal(learned.mission, aggressive.mission)
    hold = found.row(HOLD)
    assert hold is not None
    np.testing.assert_array_equal(own.mission, hold.mission)


def test_lines_fit_a_terminal_of_100_columns(chair: Chair) -> None:
    lines = text_lines(chair)
    assert max(map(len, lines)) <= 100
    assert any("* economy-of-force" in line for line in lines)


def test_the_searches_have_the_cost_of_the_training_in_each_chair(tmp_path: Path) -> None:
    two = [{"scenario": "two-patrols", "side": side} for side in ("blue", "red")]
    facts = {"trained_on": two, "training": {"games": 4000, "imitated": {"teachers": [{"games": 600}, {"games": 400}]}}}
    write_policy(tmp_path / "a", network(), INTERVAL_S, facts, "")
    facts = {"trained_on": two, "training": {"updates": 100, "plan": {"rows": 64}}}
    write_policy(tmp_path / "b", network(), INTERVAL_S, facts, "")
    first, second = (read_policy(tmp_path / name) for name in "ab")
    assert games_of_training([first]) == 2500
    assert games_of_training([first, second]) == 3200
    assert games_of_training([]) == 0


def test_a_search_with_fewer_games_than_the_training_is_not_at_equal_cost(scenario: str, tmp_path: Path) -> None:
    facts = {"trained_on": [{"scenario": "two-patrols", "side": "blue"}], "training": {"games": 30}}
    write_policy(tmp_path / "p", network(), INTERVAL_S, facts, "")
    policies = [read_policy(tmp_path / "p")]
    for search, equal in ((29, False), (30, True), (None, True)):
        found = evaluate_chair(scenario, "blue", policies, against=("hold",), n=1, search=search)
        assert found.at_equal_cost is equal
