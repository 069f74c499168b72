"""A medical policy of the file acts the same way wherever the scenario is played."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agents.environments.command_env import CommandEnv
from agents.environments.draws import ROOT_SEED
from agents.environments.episode import Episodes
from agents.environments.opponents import OF_THE_FILE
from agents.environments.settings import Settings
from agents.mesa_model.model import WargameModel
from scenarios.batch.playing import play_replications
from scenarios.cli import main
from scenarios.compiler.scenario import Compiled
from scenarios.format.yaml_text import write_yaml
from scenarios.run.logistics import file_chairs
from scenarios.run.play import run_scenario
from scenarios.run.play_again import verify_run
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from tests.simcore.care_worlds import Document, ambulances, group, world
from tests.simcore.small_worlds import compile_world


def document(policy: str) -> Document:
    """Return two squads whose people are wounded at a rate, with transports under a policy of the file."""
    content = world(
        [
            group("near", "squad", 3),
            group("far", "squad", 8),
            ambulances("ambulance", 0, count=2),
            group("aid", "aid-post", 0, 0.5),
            group("hospital", "hospital", -10),
        ],
        hours=2.0,
        medical={"sickness": {"wounded_per_1000_per_day": 5000.0}},
    )
    content["sides"][0]["medical"] = {"name": policy}
    return content


def case(policy: str) -> Compiled:
    """Return the document compiled."""
    return compile_world(document(policy))


@pytest.mark.parametrize("policy", ["nearest-first", "severity-first", "look-ahead"])
def test_runs_batches_replays_and_environments_have_the_same_bits(policy: str, tmp_path: Path) -> None:
    compiled = case(policy)
    games = Episodes(Settings(compiled, opponents=(OF_THE_FILE,)), 2)
    games.reset([1, 2])
    number = int(games.replication[1])
    over = np.zeros(2, dtype=bool)
    while not over.all():
        step = games.step({0: np.zeros((2, games.tables[0].schema.sizes.groups), dtype=np.int64)})
        over = step.terminated | step.truncated
    choices = choose_policies(compiled.roster)
    columns = play_replications(compiled, choices, ROOT_SEED, [number, number + 1])
    assert columns["state_hash"][0] == games.state_hash(1)
    assert columns["blue_evacuated"][0] > 2
    alone = play_replications(compiled, choices, 3, [4])
    run = run_scenario(compiled, choices, seed=3, replication=4, folder=tmp_path / "run")
    assert run.folder is not None
    assert run.manifest["state_hash"] == alone["state_hash"][0]
    verification = verify_run(run.folder)
    assert verification.is_same, verification


def test_policies_differ_in_their_results() -> None:
    ends = {
        policy: play_replications(case(policy), choose_policies(case(policy).roster), 1, [5])["state_hash"][0]
        for policy in ("nearest-first", "severity-first", "look-ahead")
    }
    assert len(set(ends.values())) == 3


def test_a_side_with_transports_has_the_policy_nearest_first_without_a_choice_and_others_have_none() -> None:
    compiled = case("look-ahead")
    assert [chair.label for chair in file_chairs(compiled)] == ["look-ahead of the medical of side blue"]  # type: ignore[attr-defined]
    assert [one.kind for choice in choose_policies(compiled.roster) for one in choice.logistics] == ["medical"]


def test_mesa_plays_the_medical_policy_of_the_file() -> None:
    pytest.importorskip("mesa")
    from agents.mesa_model.model import WargameModel

    compiled = case("severity-first")
    model = WargameModel(compiled, seed=3, replication=4)
    model.run_model()
    columns = play_replications(compiled, choose_policies(compiled.roster), 3, [4])
    assert model.state_hash() == columns["state_hash"][0]


def by_command(*words: str) -> Callable[[Path], object]:
    """Return a door that gives the file to a command of ``chammo``: the words with FILE and OUT in them."""

    def enter(file: Path) -> int:
        places = {"FILE": str(file), "OUT": str(file.with_suffix(".out"))}
        return main([places.get(word, word) for word in words])

    return enter


DOORS: dict[str, Callable[[Path], object]] = {
    "run": by_command("run", "FILE", "--out", "OUT"),
    "batch": by_command("batch", "FILE", "-n", "2", "--out", "OUT"),
    "compare": by_command("compare", "FILE", "-n", "2", "--out", "OUT", "--variant", "time.record_interval_s=600"),
    "approvals": by_command("approvals", "FILE", "--side", "blue", "-n", "2"),
    "mesa": lambda file: WargameModel(str(file)),
    "environment": lambda file: CommandEnv(str(file)).reset(seed=1),
}


@pytest.mark.parametrize("door", DOORS)
def test_an_unknown_medical_policy_is_refused_everywhere_before_the_engine_is_compiled(
    door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(write_yaml(document("nearest-frist")), encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the engine is compiled first")

    monkeypatch.setattr("scenarios.run.progress.prepare_engine", refuse)
    try:
        code = DOORS[door](file)
    except InputError as error:
        code, told = 2, str(error)
    else:
        told = capsys.readouterr().err
    assert code == 2
    assert "medical policy 'nearest-frist': unknown; did you mean 'nearest-first'" in told
