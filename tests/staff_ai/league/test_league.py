"""A small league on the short meeting: the same games as any run, kept on disk, and an exploiter."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from staff_ai.commands.league import LEAGUE
from staff_ai.league.exploiters import search_response
from staff_ai.league.games import GAMES, Fight, open_fight, play_league
from tests.agents.environments.games import SHORT, short_document

NAMES = ("cautious", "idle")
PAIRS = [(a, b) for a in NAMES for b in NAMES]


@pytest.fixture(scope="module")
def fight() -> Fight:
    return open_fight(SHORT, NAMES, 4, 5)


def test_a_game_of_a_league_is_the_run_of_the_same_seed_and_replication(fight: Fight) -> None:
    matrix = play_league(fight, PAIRS)
    assert set(matrix.cells) == set(PAIRS)
    for pair in PAIRS[:3]:
        choices = choose_policies(SHORT.roster, by_side=dict(zip(fight.sides, pair, strict=True)))
        outcome = run_scenario(SHORT, choices, seed=5, replication=3)
        lead = outcome.measures["blue_score"] - outcome.measures["red_score"]
        assert matrix.cells[pair][0][3] == pytest.approx(lead, abs=1e-12)


def test_kept_games_are_not_played_again_and_more_are_added(fight: Fight, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    first = play_league(fight, PAIRS[:2], folder=tmp_path, on_games=lambda *done: told.append(done))
    assert told[0] == (0, 8)
    more = open_fight(SHORT, NAMES, 6, 5)
    told.clear()
    again = play_league(more, PAIRS, folder=tmp_path, threads=2, on_games=lambda *done: told.append(done))
    assert told[0] == (8, 24)
    whole = play_league(more, PAIRS)
    for pair in PAIRS:
        np.testing.assert_array_equal(again.cells[pair][0], whole.cells[pair][0])
    np.testing.assert_array_equal(again.cells[PAIRS[1]][0][:4], first.cells[PAIRS[1]][0])


def test_games_of_another_seed_or_policy_are_never_taken_for_these(fight: Fight, tmp_path: Path) -> None:
    play_league(fight, PAIRS[:1], folder=tmp_path)
    other = open_fight(SHORT, NAMES, 4, 6)
    assert other.digest(PAIRS[0]) != fight.digest(PAIRS[0])
    assert fight.digest(("cautious", "idle")) != fight.digest(("idle", "cautious"))
    assert play_league(other, PAIRS[:1], folder=tmp_path, stored=True).cells == {}
    assert len(play_league(fight, PAIRS, folder=tmp_path, stored=True).cells) == 1


def test_an_exploiter_of_doing_nothing_is_found_and_pays_in_games_it_did_not_see(fight: Fight) -> None:
    found = search_response(fight, "idle", 60)
    assert 0 < found.games <= 120
    assert found.first.shape == found.second.shape == (4,)
    assert (found.first + found.second).mean() >= 0.0  # idle against itself wins nothing over both chairs


def test_the_command_prints_tables_and_writes_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "short.yaml"
    scenario.write_text(yaml.safe_dump(short_document()))
    words = [*NAMES, "--on", str(scenario), "-n", "3", "--out", str(tmp_path / "league"), "--threads", "1"]
    assert run(words) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= max(80, len(str(tmp_path)) + 90)
    assert "1 cautious" in text
    assert "lower bound with the budget stated" in " ".join(text.split())
    found = json.loads((tmp_path / "league" / "league.json").read_text())
    assert {row["policy"] for row in found["standings"]} == set(NAMES)
    assert found["limits"]
    assert len(list((tmp_path / "league" / GAMES).glob("*.parquet"))) == 4
    assert run([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["standings"] == found["standings"]


def test_mistakes_are_named_before_any_game(tmp_path: Path) -> None:
    for words, message in (
        (["cautious"], "two policies"),
        ([*NAMES, "-n", "1"], "-n 1"),
        (["cautious", "agressive"], "did you mean 'aggressive'"),
        ([*NAMES, "--on", "two-patrol"], "two-patrols"),
        ([*NAMES, "--threads", "0"], "--threads 0"),
    ):
        with pytest.raises(InputError, match=message):
            run(words)


def run(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    LEAGUE.configure(parser)
    return LEAGUE.execute(parser.parse_args([*words, "--quiet"]))
