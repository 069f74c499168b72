"""The page of the trained commanders: resumed chair by chair, rendered from its stored results, plain on its goals."""

import argparse
import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from benchmarks.pages import commanders
from benchmarks.pages.commanders_page import write_page
from staff_ai.commands.train import configure, plan_of
from staff_ai.games.chairs import CONSTANT, HOLD, LEARNED, OWN, TIMED, Chair, Row, mean_over_chairs
from staff_ai.trained.policy_folder import write_policy
from staff_ai.training.plan import Plan
from tests.agents.environments.games import short_document
from tests.staff_ai.trained.folders import INTERVAL_S, network

REACTING = {LEARNED: 0.5, "cautious": 0.3, HOLD: 0.1, CONSTANT: 0.2, TIMED: 0.4, OWN: 0.35}
WEAK = {**REACTING, LEARNED: 0.25, OWN: 0.25}


def planted(gains: dict[str, float], side: str) -> Chair:
    noise = np.random.default_rng(1).normal(size=(1, 2, 10))
    rows = [Row(name, *([np.repeat(noise, 5 if name == LEARNED else 1, axis=0) + g] * 3)) for name, g in gains.items()]
    return Chair("somewhere", side, ("hold", "screen-and-strike"), 10, rows, ["a note"])


def stored(*gains: dict[str, float], seeds: int = 5) -> dict[str, Any]:
    chairs = [planted(one, side) for one, side in zip(gains, ("blue", "red", "green"), strict=False)]
    return {
        "a-commander": {
            "seeds": seeds,
            "search": 4000,
            "games_a_chair": 4000,
            "training": {"algorithm": "masked PPO", "games": 8000},
            "plan": {"scenarios": ["somewhere"], "side": "both", "imitate": "search"},
            "validation_scores": [0.1, 0.2],
            "versions": {"chammo": "1", "engine": "abc"},
            "chairs": [chair.as_json() for chair in chairs],
            "mean_over_chairs": {name: one.as_json() for name, one in mean_over_chairs(chairs).items()},
        }
    }


def test_the_page_claims_goals_that_are_reached() -> None:
    text = write_page(json.loads(json.dumps(stored(REACTING, REACTING, REACTING))))
    assert "not reached" not in text
    assert "Reacts in 3 of 3 chairs" in text
    assert "Better than hold in the mean over its chairs: reached, +0.400" in text
    assert "| screen-and-strike *(held out)* |" in text
    assert "chammo train somewhere --side both --imitate search" in text


def test_the_page_says_plainly_which_goals_are_not_reached() -> None:
    text = write_page(stored(REACTING, WEAK, seeds=2))
    assert "**not reached**: somewhere, red: -0.050 (-0.050, -0.050) with `cautious`." in text
    assert "Reacts in 1 of 2 chairs: somewhere, blue." in text
    assert "Goal of 3 chairs: **not reached**, 1." in text
    assert "Five training seeds: **not reached**, there are 2." in text
    assert f"a reaction is not shown: not better than {TIMED}, {OWN}" in text


def test_the_reacting_chairs_of_all_commanders_count_once_each() -> None:
    one, other = stored(REACTING, REACTING, WEAK), stored(WEAK, REACTING, REACTING)
    text = write_page({"first": one["a-commander"], "second": other["a-commander"]})
    assert "- somewhere, red: `first`, `second`." in text
    assert "Goal of 3 chairs: reached, 3." in text


def test_many_chairs_share_a_table_with_all_baselines() -> None:
    one = stored(REACTING, WEAK)["a-commander"]
    text = write_page({"wide": {**one, "chairs": [{**one["chairs"][k % 2], "side": f"s{k}"} for k in range(6)]}})
    assert "| chair | learned | best doctrine | ahead of it by | ahead of hold by |" in text
    rows = [line for line in text.splitlines() if line.startswith("| somewhere, s")]
    assert len(rows) == 6
    assert "| `cautious` | +0.200 (+0.200, +0.200) | +0.400 (+0.400, +0.400) |" in rows[0]
    assert "| `cautious` | -0.050 (-0.050, -0.050) | +0.150 (+0.150, +0.150) |" in rows[1]
    assert [row.endswith("| yes |") for row in rows] == [True, False] * 3


def test_without_schedules_nothing_is_said_of_reactions() -> None:
    one = stored(*[{name: gain for name, gain in REACTING.items() if name in (LEARNED, "cautious", HOLD)}] * 2)
    few = {**one["a-commander"], "schedules": False, "search": 0}
    for chairs in (few["chairs"], few["chairs"] * 3):
        text = write_page({"wide": {**few, "chairs": chairs}})
        assert "nothing is said of its reactions" in text
        assert "Reacts in" not in text
        assert "reacts |" not in text
        assert "--no-schedules" in text


def test_the_printed_command_names_the_scenarios_of_the_games() -> None:
    one = stored(REACTING)["a-commander"]
    text = write_page({"wide": {**one, "on": ["two-patrols", "night-strait"]}})
    assert "--on two-patrols --on night-strait" in text
    assert "The games are on `two-patrols`, `night-strait`." in text


def test_a_page_without_commanders_is_a_page() -> None:
    assert "No commander has been evaluated yet" in write_page({})


def test_the_command_resumes_after_the_last_whole_chair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = tmp_path / "short.yaml"
    scenario.write_text(yaml.safe_dump(short_document()))
    trained_on = [{"scenario": "two-patrols", "side": side} for side in ("blue", "red")]
    facts = {"trained_on": trained_on, "training": {"plan": {"scenarios": [str(scenario)]}, "games": 20}}
    write_policy(tmp_path / "seed-0", network(), INTERVAL_S, facts, "")
    page, results = tmp_path / "page.md", tmp_path / "results.json"
    arguments = ["--folders", f"one={tmp_path}/seed-*", "-n", "2", "--search", "0", "--cache", str(tmp_path / "cache")]
    arguments += ["--results", str(results), "--out", str(page)]
    play, played = commanders.evaluate_chair, list[str]()

    def stop_in_the_second_chair(scenario: str, side: str, *given: Any, **named: Any) -> Chair:
        if played:
            raise KeyboardInterrupt
        played.append(side)
        return play(scenario, side, *given, against=("hold",), **named)

    monkeypatch.setattr(commanders, "evaluate_chair", stop_in_the_second_chair)
    with pytest.raises(KeyboardInterrupt):
        commanders.main(arguments)
    assert not page.exists()

    def go_on(scenario: str, side: str, *given: Any, **named: Any) -> Chair:
        played.append(side)
        return play(scenario, side, *given, against=("hold",), **named)

    monkeypatch.setattr(commanders, "evaluate_chair", go_on)
    assert commanders.main(arguments) == 0
    assert played == ["blue", "red"]
    text, kept = page.read_text(), results.read_text()
    assert commanders.main(["--stored", *arguments[-4:]]) == 0
    assert (page.read_text(), results.read_text()) == (text, kept)
    assert "### two-patrols, blue" in text
    assert "### two-patrols, red" in text
    assert len(kept) < 50_000


def test_a_pattern_without_folders_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no folders; give NAME=GLOB"):
        commanders.main(["--folders", f"one={tmp_path}/none-*"])


PLANS: list[dict[str, Any]] = [
    {},
    {"side": "both", "imitate": "search", "seed": 3, "every_s": 60.0, "rows": 8, "hidden": (16, 8)},
    {"doctrines": ("cautious", "aggressive:speed=0.5"), "search_games": 40, "explore": 0, "chairs_an_update": 1},
    {"opponents": ("hold", "aggressive:speed=0.5"), "validate_every": 3, "validation_games": 7, "patience": 4},
    {"vocabulary": "targets", "side": "red"},
    {"learning_rate": 0.001, "epochs": 10},
]


@pytest.mark.parametrize("values", PLANS)
def test_the_printed_command_is_that_of_the_training(values: dict[str, Any]) -> None:
    plan = Plan(("two-patrols",), **values)
    result = stored(REACTING)
    described = json.loads(json.dumps(plan.describe()))
    result["a-commander"] |= {"plan": described, "training": {"limits": {"steps": 5000, "exploit_minutes": 2.5}}}
    text = write_page(result)
    (line,) = (line.strip() for line in text.splitlines() if line.startswith("    chammo train "))
    parser = argparse.ArgumentParser()
    configure(parser)
    arguments = parser.parse_args(shlex.split(line)[2:])
    assert plan_of(arguments) == plan
    assert (arguments.steps, arguments.minutes, arguments.exploit_minutes) == (5000, None, 2.5)
    assert "no option" not in text


def test_values_of_a_plan_without_an_option_stand_beside_the_command() -> None:
    result = stored(REACTING)
    result["a-commander"]["plan"] = Plan(("two-patrols",), entropy=0.5, self_play=False).describe()
    assert "Its plan also had `self_play=False, entropy=0.5`, for which the command has no option." in write_page(
        result
    )
