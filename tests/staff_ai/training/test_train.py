"""Trainings of seconds: the same weights from the same plan, also after a kill, and a folder that plays."""

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import yaml

from scenarios.cli import main
from simcore.errors import InputError
from staff_ai.trained.policy_folder import read_policy
from staff_ai.training.checkpoint import CHECKPOINT, Progress, load_checkpoint
from staff_ai.training.plan import Plan
from tests.agents.environments.games import short_document

pytest.importorskip("stable_baselines3")
pytest.importorskip("sb3_contrib")

import torch

from staff_ai.training import train as training
from staff_ai.training.imitation import gather_examples
from staff_ai.training.learner import Learner
from staff_ai.training.onnx_file import onnx_bytes, onnx_metadata
from staff_ai.training.teacher_search import find_teachers
from staff_ai.training.teachers import SCHEDULE, Teacher
from staff_ai.training.train import train
from staff_ai.training.validation import is_better, validate

pytestmark = [pytest.mark.rl, pytest.mark.filterwarnings("ignore")]

N_ROWS = 4


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scenario") / "short.yaml"
    path.write_text(yaml.safe_dump(short_document()))
    return str(path)


def plan(scenario: str, **keywords: object) -> Plan:
    usual: dict[str, object] = {
        "opponents": ("hold",),
        "every_s": 60.0,
        "rows": N_ROWS,
        "hidden": (16,),
        "batch": 40,
        "validate_every": 2,
        "validation_games": 2,
    }
    return Plan((scenario,), **(usual | keywords))  # type: ignore[arg-type]


def updates(plan: Plan, n: int) -> int:
    """Return the limit in steps of ``n`` updates."""
    return n * plan.steps_an_update


def weights(folder: Path) -> bytes:
    found = load_checkpoint(folder / "training")
    assert found is not None
    return b"".join(found[1][name].tobytes() for name in sorted(found[1]))


class _KilledError(Exception):
    pass


def kill_after(n: int) -> Callable[[Progress, float], None]:
    def on_update(progress: Progress, share: float) -> None:
        if progress.updates == n:
            raise _KilledError

    return on_update


@pytest.fixture(scope="module")
def trained(scenario: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "policy"
    first = plan(scenario)
    progress = train(first, folder, steps=updates(first, 4))
    assert (progress.updates, progress.ended) == (4, "limit reached")
    assert progress.games >= 4 * N_ROWS
    return folder


def test_a_training_that_was_killed_goes_on_to_the_same_weights(scenario: str, trained: Path, tmp_path: Path) -> None:
    again, folder = plan(scenario), tmp_path / "killed"
    for n in (1, 3):
        with pytest.raises(_KilledError):
            train(again, folder, steps=updates(again, 4), on_update=kill_after(n))
    progress = train(again, folder, steps=updates(again, 4))
    assert progress.updates == 4
    assert weights(folder) == weights(trained)
    assert (folder / "policy.safetensors").read_bytes() == (trained / "policy.safetensors").read_bytes()


def test_another_seed_gives_other_weights_and_a_finished_training_learns_no_more(
    scenario: str, trained: Path, tmp_path: Path
) -> None:
    other = plan(scenario, seed=1)
    train(other, tmp_path / "other", steps=updates(other, 1))
    assert weights(tmp_path / "other") != weights(trained)
    before = weights(trained)
    assert train(plan(scenario), trained, steps=updates(plan(scenario), 4)).updates == 4
    assert weights(trained) == before


def test_the_folder_is_a_policy_with_a_card_and_a_table_of_its_progress(scenario: str, trained: Path) -> None:
    policy = read_policy(trained)
    facts = policy.manifest
    assert facts["training"]["threads"] == 1
    assert facts["trained_on"][0]["held_out"] == ["screen-and-strike", "economy-of-force"]
    assert facts["versions"]["torch"]
    assert "## Limits" in (trained / "README.md").read_text()
    rows = list(csv.DictReader((trained / "training" / "progress.csv").open()))
    assert [int(row["update"]) for row in rows] == [1, 2, 3, 4]
    assert [bool(row["validation"]) for row in rows] == [False, True, False, True]


def test_the_folder_holds_the_network_as_an_onnx_file(trained: Path) -> None:
    onnx = pytest.importorskip("onnx")
    policy = read_policy(trained)
    model = onnx.load(trained / "policy.onnx", load_external_data=False)
    onnx.checker.check_model(model, full_check=True)
    assert {entry.key: entry.value for entry in model.metadata_props} == onnx_metadata(policy.network, 60.0)
    assert (trained / "policy.onnx").read_bytes() == onnx_bytes(policy.network, policy.interval_s)
    assert policy.manifest["versions"]["onnx"] == onnx.__version__


def test_tensorboard_reads_the_progress(trained: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(trained / "training" / "tensorboard"))
    events.Reload()
    rows = list(csv.DictReader((trained / "training" / "progress.csv").open()))
    for name in ("lead", "win", "validation"):
        found = [(event.step, event.value) for event in events.Scalars(name)]
        expected = [(int(row["steps"]), float(row[name])) for row in rows if row[name]]
        assert [step for step, _ in found] == [step for step, _ in expected]
        np.testing.assert_allclose([value for _, value in found], [value for _, value in expected], rtol=1e-6)
        assert found


def test_it_commands_from_the_command_line(scenario: str, trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", scenario, "--no-record", "--json", "--policy", f"blue=trained:{trained}"]) == 0
    manifest = json.loads(capsys.readouterr().out)["manifest"]
    assert manifest["policies"][0]["parameters"]["sha256"] == read_policy(trained).sha256


def test_doctrines_can_be_among_the_choices(scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("cautious", "economy-of-force")
    with_doctrines = plan(scenario, doctrines=names, imitate="cautious")
    train(with_doctrines, tmp_path / "policy", steps=updates(with_doctrines, 2))
    policy = read_policy(tmp_path / "policy")
    assert policy.schema.sizes.doctrines == names
    assert policy.manifest["training"]["imitated"]["teachers"][0]["doctrine"] == "cautious"
    assert "doctrines cautious, economy-of-force" in (tmp_path / "policy" / "README.md").read_text()
    assert main(["run", scenario, "--no-record", "--policy", f"blue=trained:{tmp_path / 'policy'}"]) == 0
    assert capsys.readouterr().err == ""


def test_the_network_of_the_folder_is_the_network_under_torch(scenario: str) -> None:
    learner = Learner(plan(scenario, hidden=(16, 12)))
    seen = learner.games.reset()
    mask = learner.games.action_masks()
    network = learner.network()
    inputs, _ = learner.model.policy.obs_to_tensor(seen)
    with torch.no_grad():
        theirs = learner.model.policy.get_distribution(inputs, action_masks=mask).distributions
    allowed = mask.reshape(N_ROWS, learner.schema.sizes.groups, -1)
    scores = np.where(allowed, network.scores(seen), -np.inf)
    ours = np.exp(scores - scores.max(axis=2, keepdims=True))
    ours /= ours.sum(axis=2, keepdims=True)
    for slot, distribution in enumerate(theirs):
        np.testing.assert_allclose(ours[:, slot], distribution.probs.numpy(), atol=1e-5)


def test_training_stops_when_validations_get_no_better(scenario: str, tmp_path: Path) -> None:
    stubborn = plan(scenario, validate_every=1, patience=1, learning_rate=1e-12)
    progress = train(stubborn, tmp_path / "p", steps=updates(stubborn, 9))
    assert (progress.ended, progress.updates, progress.best["update"]) == ("validations got no better", 1, 0)


def test_a_warm_start_chooses_as_its_doctrine_does(scenario: str, tmp_path: Path) -> None:
    warm = plan(scenario, imitate="aggressive")
    progress = train(warm, tmp_path / "p", steps=1)
    assert progress.imitated["agreement"] > 0.6
    assert progress.imitated["teachers"][0]["doctrine"] == "aggressive"


def test_a_warm_start_is_as_confident_in_its_teacher_as_the_plan_says(scenario: str) -> None:
    """A constant choice can be learnt in full, so its probability is the confidence, and the best choice is it."""
    learner = Learner(plan(scenario, confidence=0.8, hidden=(64,)))
    one = learner.plan.settings[0]
    verbs = [choice.name for choice in learner.schema.action.choices]
    teacher = Teacher("short", "blue", SCHEDULE, ((verbs.index("hold"),) * learner.schema.sizes.groups,))
    found = gather_examples(one, one.step_s, teacher, 8)
    assert learner.imitate(found.seen, found.mask, found.labels) > 0.98
    scores = np.where(found.mask, learner.network().scores(found.seen), -np.inf)
    chances = np.exp(scores - scores.max(axis=2, keepdims=True))
    chances /= chances.sum(axis=2, keepdims=True)
    has_choice = (found.labels >= 0) & (found.mask.sum(axis=2) > 1)
    of_label = np.take_along_axis(chances, np.maximum(found.labels, 0)[:, :, None], axis=2)[:, :, 0][has_choice]
    assert 0.7 < np.median(of_label) < 0.9


def test_the_value_function_is_fitted_without_a_change_of_the_policy(scenario: str) -> None:
    learner = Learner(plan(scenario))
    before, state = learner.network().tensors, learner.state()
    learner.update_critic(0)
    after = learner.network().tensors
    assert all((before[name] == after[name]).all() for name in before)
    assert (learner.state()["policy.value_net.weight"] != state["policy.value_net.weight"]).any()
    learner.update(0, 1e-3)
    assert any((before[name] != values).any() for name, values in learner.network().tensors.items())


def test_only_the_exploring_slots_draw_their_choices(scenario: str) -> None:
    learner = Learner(plan(scenario, explore=1))
    learner.update(0, 1e-3)
    buffer = learner.model.rollout_buffer
    n_slots = learner.schema.sizes.groups
    masks = buffer.action_masks.reshape(-1, n_slots, learner.schema.action.n_choices)
    assert ((masks.sum(axis=2) > 1).sum(axis=1) <= 1).all()
    assert (masks.sum(axis=2) > 1).any()
    assert masks.any(axis=2).all()


def test_the_chairs_of_updates_come_in_turn(scenario: str) -> None:
    both = plan(scenario, side="both", chairs_an_update=1)
    chairs = [both.chairs_of(update) for update in range(6)]
    assert all(sorted(chairs[k] + chairs[k + 1]) == [0, 1] for k in (0, 2, 4))
    learner = Learner(both)
    for update in range(2):
        outcomes = learner.update(update, 1e-3)
        assert len(outcomes) >= N_ROWS
        assert learner.games.chairs == chairs[update]


def test_a_challenger_must_be_better_beyond_chance() -> None:
    rng = np.random.default_rng(5)
    incumbent = [rng.normal(size=400), rng.normal(size=400)]
    noise = [rng.normal(size=400), rng.normal(size=400)]
    noise = [one - one.mean() for one in noise]
    error = np.sqrt(sum(one.var(ddof=1) / 400 for one in noise)) / 2
    for gain, expected in ((0.9, False), (1.1, True)):
        assert is_better([a + b + gain * error for a, b in zip(incumbent, noise, strict=True)], incumbent) is expected
    # each chair weighs the same, whatever its number of games
    assert not is_better([np.full(300, 0.1), np.full(10, -0.2)], [np.zeros(300), np.zeros(10)])


def test_a_training_may_take_the_teachers_of_another(scenario: str, tmp_path: Path) -> None:
    first = plan(scenario, imitate="search", search_games=40, critic_updates=1)
    found = train(first, tmp_path / "first", steps=1)
    other = plan(scenario, imitate="search", search_games=40, critic_updates=1, seed=5)
    taken = train(other, tmp_path / "other", steps=1, teachers=tmp_path / "first")
    assert taken.teachers == json.loads(json.dumps(found.teachers))
    assert (taken.imitated["teachers_of"], found.imitated["teachers_of"]) == (first.digest, "")
    assert taken.games >= sum(teacher["games"] for teacher in found.teachers)
    for wrong, message in (
        (plan(scenario, imitate="search", side="red"), "are not those of the 1 scenarios and sides"),
        (plan(scenario), "give --imitate search as well"),
    ):
        with pytest.raises(InputError, match=message):
            train(wrong, tmp_path / "wrong", steps=1, teachers=tmp_path / "first")
    with pytest.raises(InputError, match="holds no training"):
        train(other, tmp_path / "wrong", steps=1, teachers=tmp_path / "nothing")


def test_several_processes_find_the_teachers_that_one_finds(scenario: str) -> None:
    both = plan(scenario, side="both", imitate="search", search_games=40, compare_games=2)
    alone = list(find_teachers(both, 0, 1, lambda: False))
    assert [teacher.side for teacher in alone] == ["blue", "red"]
    assert list(find_teachers(both, 0, 2, lambda: False)) == alone
    assert list(find_teachers(both, 1, 2, lambda: False)) == alone[1:]
    hasty = list(find_teachers(both, 0, 2, lambda: True))
    assert all(few.games < many.games / 2 for few, many in zip(hasty, alone, strict=True))
    with pytest.raises(InputError, match="--workers 0: out of range; give an integer from 1 to 256"):
        train(both, Path("nowhere"), steps=1, workers=0)


def test_a_training_killed_in_any_phase_goes_on_to_the_same_weights(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teachers of two chairs, imitation, value function, updates, last comparison, exploiter."""
    warm = plan(scenario, side="both", imitate="search", search_games=40, critic_updates=2, snapshot_every=1)
    steps = 4 * warm.steps_an_update + 6000

    def begin(folder: Path) -> Progress:
        return train(warm, folder, steps=steps, exploit_steps=warm.steps_an_update, force=False)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    whole = begin(Path("p"))
    assert whole.updates > 0
    assert [one["side"] for one in whole.imitated["teachers"]] == ["blue", "red"]
    saves, save = 0, training.save_checkpoint

    def save_and_die(folder: Path, progress: Progress, tensors: dict[str, np.ndarray]) -> None:
        nonlocal saves
        saves += 1
        save(folder, progress, tensors)
        raise _KilledError

    monkeypatch.setattr(training, "save_checkpoint", save_and_die)
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path / "b")
    again = whole
    for _ in range(100):
        with suppress(_KilledError):
            again = begin(Path("p"))
            break
    assert saves > 10
    assert weights(Path("p")) == weights(tmp_path / "a" / "p")
    exploiter = Path("p") / "training" / "exploiter"
    assert weights(exploiter) == weights(tmp_path / "a" / exploiter)
    assert again is not whole
    assert again.exploiter == whole.exploiter
    assert read_policy(exploiter).manifest["trained_on"][0]["opponents"] == ["trained:p/training/frozen"]
    manifest = read_policy(Path("p")).manifest["training"]
    assert [one["side"] for one in manifest["exploiter"]["chairs"]] == ["blue", "red"]
    assert manifest["last_validation"]["games"] > 0
    assert manifest["limits"] == {"steps": steps, "exploit_steps": warm.steps_an_update}
    assert "## Exploitability" in (Path("p") / "README.md").read_text()


def test_a_learner_gets_better_at_a_game_that_the_plan_and_chance_do_not_win(scenario: str) -> None:
    """Against an enemy who does nothing, the crossing falls to whoever drives there and stays."""
    learner = Learner(plan(scenario, opponents=("idle",), rows=32, hidden=(32,), batch=80, seed=2))
    scores = [
        np.array([0.5 * (one["score"] - one["enemy_score"] + one["win"]) for one in learner.update(k, 3e-3)])
        for k in range(20)
    ]
    first, last = np.concatenate(scores[:5]), np.concatenate(scores[-5:])
    error = np.sqrt(first.var() / len(first) + last.var() / len(last))
    assert last.mean() - first.mean() > 4 * error


def test_both_chairs_learn_and_meet_earlier_states_of_themselves(scenario: str, tmp_path: Path) -> None:
    both = plan(scenario, side="both", snapshot_every=1)
    with pytest.raises(_KilledError):
        train(both, tmp_path / "a", steps=updates(both, 3), on_update=kill_after(2))
    train(both, tmp_path / "a", steps=updates(both, 3))
    train(both, tmp_path / "b", steps=updates(both, 3))
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    found = load_checkpoint(tmp_path / "a" / "training")
    assert found is not None
    assert {name.split(".")[2] for name in found[1] if name.startswith("learner.snapshot")} == {"0", "1", "2"}
    policy = read_policy(tmp_path / "a")
    assert [one["side"] for one in policy.manifest["trained_on"]] == ["blue", "red"]


def test_validation_games_are_the_same_each_time(scenario: str) -> None:
    learner = Learner(plan(scenario))
    first, second = (validate(learner.plan, learner.network(), sampled=False) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_folder_that_holds_something_else_is_refused(scenario: str, trained: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds a training with other settings"):
        train(plan(scenario, seed=5), trained, steps=1)
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"holds thesis\.docx; give the name of a new folder"):
        train(plan(scenario), tmp_path, steps=1, force=True)
    with pytest.raises(InputError, match="no limit"):
        train(plan(scenario), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_damaged_checkpoint_is_explained(scenario: str, tmp_path: Path) -> None:
    first = plan(scenario)
    train(first, tmp_path / "p", steps=1)
    path = tmp_path / "p" / "training" / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(InputError, match=r"damaged .* start over with --force"):
        train(first, tmp_path / "p", steps=1)
    assert train(first, tmp_path / "p", steps=1, force=True).updates == 1
