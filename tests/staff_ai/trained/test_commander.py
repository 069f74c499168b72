"""The policy ``trained`` in runs: by name, the same bits alone and in a batch, and the games of the environments."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agents.doctrine import for_either_chair
from agents.environments.draws import ROOT_SEED
from agents.environments.episode import Episodes
from agents.environments.settings import Settings
from scenarios.batch.batch import run_batch
from scenarios.cli import main
from scenarios.loader import compile_document, load
from scenarios.run.play import run_scenario, start_simulation
from scenarios.run.policies import build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.errors import InputError
from simcore.params import RuleW
from staff_ai.trained.commander import NetworkCommander, Trained
from staff_ai.trained.networks import Network
from tests.agents.environments.games import SHORT, short_document
from tests.agents.synthetic import busy_picture, decide
from tests.staff_ai.trained.folders import INTERVAL_S, network, written


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("trained") / "blue")


def hashes(options: list[str], replications: list[int], seed: int = ROOT_SEED) -> list[str]:
    choices = choose_policies(SHORT.roster, ["blue=hold", "red=hold", *options])
    simulation = start_simulation(SHORT, seed, replications)
    run_decisions(
        simulation,
        build_policies(choices, SHORT.briefings, seed, replications),
        decision_ticks=SHORT.roster.decision_ticks,
        n_ticks=int(SHORT.params.rules_whole[RuleW.N_TICKS]),
    )
    return simulation.hash()


@pytest.fixture(scope="module")
def with_doctrines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("trained") / "doctrines", doctrines=for_either_chair())


@pytest.mark.parametrize("sampled", ["", ",sampled=true"])
@pytest.mark.parametrize("name", ["folder", "with_doctrines"])
def test_a_run_alone_has_the_same_bits_as_in_a_batch(request: pytest.FixtureRequest, name: str, sampled: str) -> None:
    folder: Path = request.getfixturevalue(name)
    option = [f"blue=trained:{folder}{sampled}"]
    together = hashes(option, [3, 1, 4, 5])
    assert hashes(option, [4]) == together[2:3]
    assert hashes(option, [5, 3]) == [together[3], together[0]]
    assert len({*together, *hashes([], [3, 1, 4, 5])}) == 8  # and it commands otherwise than the plan


def test_a_commander_chooses_as_its_manifest_says_unless_told_otherwise(folder: Path, tmp_path: Path) -> None:
    assert not Trained(str(folder)).sampled
    folder = Path(shutil.copytree(folder, tmp_path / "copy"))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "sampled": True}))
    assert Trained(str(folder)).sampled
    assert not Trained(str(folder), sampled=False).sampled


def test_sampled_choices_are_a_function_of_the_seed(folder: Path) -> None:
    commanders = [Trained(str(folder), sampled=True) for _ in range(2)]
    briefing = SHORT.briefings[0]
    picture = busy_picture(briefing, 8, n_contacts=20)
    first, second = (decide(commander, briefing, picture) for commander in commanders)
    np.testing.assert_array_equal(first.whole, second.whole)
    other = decide(commanders[0], briefing, picture._replace(seed=picture.seed + 1))
    assert not np.array_equal(first.whole, other.whole)


def test_it_plays_the_games_of_the_environment(folder: Path) -> None:
    """The same network, asked for choices in the environment and commanding in a run, gives the same end."""
    games = Episodes(Settings(SHORT, side="blue", opponents=("hold",), step_decisions=2), 2)
    assert games.settings.step_s == INTERVAL_S
    games.reset([1, 2])
    replications = games.replication.tolist()
    policy, over = network(), np.zeros(2, dtype=bool)
    ends = ["", ""]
    while not over.all():
        tables = games.tables[0]
        step = games.step({0: policy.best(tables.observation, tables.mask)})
        for row in np.flatnonzero(step.terminated & ~over):
            ends[row] = games.state_hash(int(row))
        over |= step.terminated
        games.begin(np.flatnonzero(step.terminated))
    assert hashes([f"blue=trained:{folder}"], replications) == ends


def test_a_batch_puts_down_which_policy_played(folder: Path) -> None:
    choice = choose_policies(SHORT.roster, [f"blue=trained:{folder}"])[0]
    digest = str(choice.parameters["sha256"])
    assert choice.parameters == {"folder": str(folder), "sha256": digest}
    assert len(digest) == 64
    with pytest.raises(InputError, match="not the policy of SHA-256 00"):
        build_policies(choose_policies(SHORT.roster, [f"blue=trained:{folder},sha256='00'"]), SHORT.briefings, 1, [1])


def test_a_scenario_file_can_name_it(folder: Path) -> None:
    document = short_document()
    document["sides"][0]["policy"] = {"name": "trained", "parameters": {"folder": str(folder)}}
    first = choose_policies(compile_document(document).roster)[0]
    assert first.parameters == choose_policies(SHORT.roster, [f"blue=trained:{folder}"])[0].parameters


def test_a_batch_has_the_same_bits_with_any_number_of_threads_and_a_run_can_be_verified(
    with_doctrines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choices = choose_policies(SHORT.roster, [f"blue=trained:{with_doctrines},sampled=true"])
    batches = [
        run_batch(SHORT, choices, n=6, folder=tmp_path / str(threads), threads=threads).replications
        for threads in (1, 3)
    ]
    assert batches[0]["state_hash"].tolist() == batches[1]["state_hash"].tolist()
    run_scenario(SHORT, choices, seed=1, replication=4, folder=tmp_path / "run")
    assert main(["run", "--verify", str(tmp_path / "run")]) == 0
    assert batches[0]["state_hash"][4] in (tmp_path / "run" / "manifest.json").read_text()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trained", "parameter 'folder' is required"),
        ("trained:", "parameter 'folder' is required"),
        ("trained:a,b", "'b' is not parameter=value"),
        ("trained:nowhere", "nowhere: no such folder"),
    ],
)
def test_a_wrong_option_is_explained(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build_policies(choose_policies(SHORT.roster, [f"blue={text}"]), SHORT.briefings, 1, [1])


def test_a_side_with_more_groups_than_slots_is_refused(folder: Path) -> None:
    briefing = load("night-strait").briefings[0]
    with pytest.raises(InputError, match=r"has room for .* take a commander that was trained for this side"):
        Trained(str(folder)).reset(briefing, 1, np.zeros(1, dtype=np.uint64))


def test_a_commander_needs_no_torch(tmp_path: Path) -> None:
    folder = written(tmp_path / "blue", onnx=b"never opened")
    code = (
        "import sys\n"
        "from staff_ai.trained.commander import Trained\n"
        f"Trained({str(folder)!r})\n"
        "heavy = {'torch', 'stable_baselines3', 'sb3_contrib', 'onnx', 'onnxruntime', 'tensorboard'}\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & heavy))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_network_in_memory_commands_as_its_folder_does(folder: Path) -> None:
    briefing = SHORT.briefings[0]
    picture = busy_picture(briefing, 4, n_contacts=20)
    first = decide(NetworkCommander(network(), INTERVAL_S), briefing, picture)
    second = decide(Trained(str(folder)), briefing, picture)
    np.testing.assert_array_equal(first.whole, second.whole)


def test_the_reasons_of_a_network_are_the_contacts_that_it_reads() -> None:
    briefing, made = SHORT.briefings[0], network()
    picture = busy_picture(briefing, 4, n_contacts=20)
    slots = made.schema.sizes.contacts

    def reasons(of: Network) -> np.ndarray:
        commander = NetworkCommander(of, INTERVAL_S)
        commander.reset(briefing, 0, picture.replication)
        return commander.explain(picture)

    found = reasons(made)
    np.testing.assert_array_equal((found > 0.0).sum(axis=1), np.minimum(picture.n_contacts, slots))
    assert (found[np.arange(found.shape[1]) >= picture.n_contacts[:, None]] == 0.0).all()
    # a network without weights on the contacts has no reason among them
    first = made.tensors["layer.0.weight"].copy()
    place = 0
    for part in made.schema.observation.parts:
        size = int(np.prod(part.shape))
        if part.name.startswith("contacts"):
            first[:, place : place + size] = 0.0
        place += size
    blind = Network(made.architecture, made.schema, {**made.tensors, "layer.0.weight": first}, "blind")
    assert (reasons(blind) == 0.0).all()
