"""``chammo advise`` on a small recorded run: few rollouts, the same advice every time, clear errors."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from staff_ai.commands.advise import ADVISE
from tests.staff_ai.courses.crossing import crossing

PLAN = "- {group: blue-robots, task: {verb: move, at_km: [0, 4], speed: 1}}\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded run of the crossing."""
    compiled = crossing()
    folder = tmp_path_factory.mktemp("advise") / "run"
    run_scenario(compiled, choose_policies(compiled.roster), seed=3, folder=folder)
    return folder


def advise(*arguments: str) -> int:
    """Run the command."""
    parser = ArgumentParser()
    ADVISE.configure(parser)
    return ADVISE.execute(parser.parse_args(list(arguments)))


def test_advice_is_printed_with_progress_beside_it(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert advise(f"{run}@100s", "--rollouts", "30") == 0
    shown = capsys.readouterr()
    assert "At 0:01:40" in shown.out
    assert "P(best)" in shown.out
    assert "games:" in shown.err


def test_the_same_rollouts_give_the_same_advice_and_the_own_plan_is_ranked(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "go.yaml"
    plan.write_text(PLAN)
    found = []
    for threads in ("1", "2"):
        assert advise(f"{run}@100s", "--rollouts", "60", "--own", str(plan), "--json", "--threads", threads) == 0
        values = json.loads(capsys.readouterr().out)
        values["advice"].pop("elapsed_s")
        found.append(values)
    assert found[0] == found[1]
    assert found[0]["advice"]["recommended"]["name"] == "go"  # of all courses, this alone gets to the crossing
    assert found[0]["advice"]["own"][0]["name"] == "go"


def test_a_brief_is_written_in_korean_for_the_other_side(run: Path, tmp_path: Path) -> None:
    page = tmp_path / "brief.html"
    assert (
        advise(f"{run}@100s", "--side", "red", "--rollouts", "16", "--lang", "ko", "--html", str(page), "--quiet") == 0
    )
    text = page.read_text(encoding="utf-8")
    assert "lang='ko'" in text
    assert "결심 보고서" in text
    assert f"{run}@100s" in text  # the command that repeats it


def test_a_budget_of_seconds_gives_advice_or_an_abstention(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert advise(f"{run}@100s", "--seconds", "1", "--json", "--quiet") == 0
    values = json.loads(capsys.readouterr().out)
    # a slow machine may not complete a round: then the advice is an abstention with its reason
    assert values["advice"]["rollouts"] > 0 or "first round" in values["paragraph"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rollouts", "0"), "below 1"),
        (("--seconds", "-1"), "more than 0 seconds"),
        (("--side", "green"), "give blue or red"),
        (("--own", "none.yaml"), "cannot be read"),
        (("--threads", "0"), "below 1"),
    ],
)
def test_wrong_options_are_told(run: Path, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        advise(f"{run}@100s", *arguments)
