"""Commanders that come with Chammo: a folder in the package is a policy by its name, wherever a policy is chosen."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from agents.environments.settings import Settings
from benchmarks import ship
from scenarios.cli import main
from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import build_policies, choose_policies, outside_warnings
from simcore.errors import InputError
from simcore.policy_registry import policy_names
from staff_ai.games.evaluate import read_subjects, trained_scenarios
from staff_ai.games.play import play_games
from staff_ai.trained import shipped
from staff_ai.trained.commander import Trained
from staff_ai.trained.policy_folder import read_policy
from tests.agents.environments.games import SHORT, short_document
from tests.staff_ai.trained.folders import written

NAME = "test-captain"
BLUE = {"scenario": "two-patrols", "side": "blue", "hash": "0"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the only commander in the package."""
    monkeypatch.setattr(shipped, "COMMANDERS", tmp_path / "commanders")
    return written(tmp_path / "commanders" / NAME, trained_on=[BLUE], onnx=b"onnx")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "short.yaml"
    path.write_text(yaml.safe_dump(short_document()))
    return path


def test_a_folder_in_the_package_is_a_policy_in_the_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert NAME in policy_names()
    assert main(["list"]) == 0
    assert f"  {NAME}" in (text := capsys.readouterr().out)
    assert "trained for two-patrols (blue)" in text
    assert main(["list", "--commanders", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["title"]) == (NAME, "trained for two-patrols (blue)")
    assert row["package"].startswith("chammo ")
    assert main(["list", "--json"]) == 0
    assert all("units" in row for row in json.loads(capsys.readouterr().out))  # scenarios alone
    assert main(["list", "--cards", "--commanders"]) == 2


@pytest.mark.usefixtures("folder")
def test_an_unknown_name_suggests_a_commander(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(scenario), "--no-record", "--blue", "test-captian"]) == 2
    assert f"policy 'test-captian': unknown; did you mean '{NAME}'?" in capsys.readouterr().err


def test_it_commands_as_its_folder_does_and_the_run_records_name_and_digest(
    folder: Path, scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["run", str(scenario), "--policy", f"blue={NAME}", "--out", str(out), "--json"]) == 0
    shown = capsys.readouterr()
    manifest = json.loads(shown.out)["manifest"]
    entry = manifest["policies"][0]
    assert (entry["name"], entry["parameters"]) == (NAME, {"sha256": read_policy(folder).sha256})
    assert "outside" not in entry
    assert "outside" not in shown.err
    assert main(["run", "--verify", str(out)]) == 0
    by_folder = run_scenario(SHORT, choose_policies(SHORT.roster, [f"blue=trained:{folder}"]))
    by_plan = run_scenario(SHORT, choose_policies(SHORT.roster, ["blue=hold"]))
    assert manifest["state_hash"] == by_folder.manifest["state_hash"] != by_plan.manifest["state_hash"]


def test_a_scenario_file_a_batch_and_an_opponent_name_it(folder: Path, tmp_path: Path) -> None:
    document = short_document()
    document["sides"][0]["policy"] = {"name": NAME}
    file = tmp_path / "named.yaml"
    file.write_text(yaml.safe_dump(document))
    assert main(["validate", str(file)]) == 0
    named = choose_policies(compile_document(document).roster)[0]
    assert named == choose_policies(SHORT.roster, [f"blue={NAME}"])[0]
    assert named.parameters == {"sha256": read_policy(folder).sha256}
    command = ["batch", str(file), "-n", "2", "--threads", "1", "--quiet", "--out", str(tmp_path / "batch")]
    assert main(command) == 0
    assert json.loads((tmp_path / "batch" / "manifest.json").read_text())["policies"][0]["name"] == NAME
    settings = Settings(SHORT, side="red", split="test")
    hold = lambda: build_policies(choose_policies(SHORT.roster, ["red=hold"]), SHORT.briefings, 1, [0])[1]  # noqa: E731
    games = [play_games(settings, 1, hold, opponent, 3, "test") for opponent in (NAME, f"trained:{folder}")]
    np.testing.assert_array_equal(games[0].mission, games[1].mission)


def test_an_evaluation_takes_it_as_a_trained_policy_or_beside_a_folder_by_name(folder: Path, tmp_path: Path) -> None:
    policies, names = read_subjects([NAME, "cautious"])
    assert ([policy.sha256 for policy in policies], names) == ([read_policy(folder).sha256], ["cautious"])
    assert trained_scenarios(policies) == []  # this manifest has no plan of a training
    other = written(tmp_path / "other", seed=2)
    policies, names = read_subjects([str(other), NAME])
    assert ([policy.sha256 for policy in policies], names) == ([read_policy(other).sha256], [NAME])


@pytest.mark.parametrize("by_name", [True, False])
def test_a_chair_that_it_was_not_trained_for_is_noted_where_it_fits_by_shape(
    by_name: bool, folder: Path, scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = NAME if by_name else f"trained:{folder}"
    assert main(["run", str(scenario), "--no-record", "--json", "--red", text]) == 0
    note = "trained for two-patrols (blue); two-patrols (red) is outside of its training"
    shown = capsys.readouterr()
    assert f"warning: policy {text.partition(':')[0]} of side red: {note}" in shown.err
    assert [entry.get("outside") for entry in json.loads(shown.out)["manifest"]["policies"]] == [None, note]
    options = ["-n", "1", "--threads", "1", "--quiet", "--out", str(tmp_path / "b")]
    assert main(["batch", str(scenario), "--red", text, *options]) == 0
    assert json.loads((tmp_path / "b" / "manifest.json").read_text())["policies"][1]["outside"] == note
    elsewhere = compile_document(short_document() | {"name": "elsewhere"})
    (line,) = outside_warnings(choose_policies(elsewhere.roster, [f"blue={text}"]), elsewhere)
    assert line.endswith("trained for two-patrols (blue); elsewhere (blue) is outside of its training")


@pytest.mark.usefixtures("folder")
def test_a_side_with_more_groups_than_slots_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "night-strait", "--no-record", "--blue", NAME]) == 2
    assert f"policy {NAME}: has room for" in capsys.readouterr().err


def test_another_digest_a_wrong_parameter_and_a_damaged_folder_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(text: str) -> object:
        return build_policies(choose_policies(SHORT.roster, [f"blue={text}"]), SHORT.briefings, 1, [0])

    with pytest.raises(InputError, match=rf"policy {NAME}: not the policy of SHA-256 00; another version of Chammo"):
        build(f"{NAME}:sha256='00'")
    with pytest.raises(InputError, match=rf"policy {NAME}: sampled is 3; give true or false"):
        build(f"{NAME}:sampled=3")
    with pytest.raises(InputError, match=rf"policy {NAME}: no parameter 'folder'"):
        build(f"{NAME}:folder=x")
    (folder / "policy.onnx").write_bytes(b"ONNX")
    with pytest.raises(InputError, match=r"policy\.onnx: not the file that the manifest was written for"):
        build(NAME)
    (folder / "manifest.json").unlink()
    assert main(["list"]) == 0
    assert "cannot be described" in capsys.readouterr().out
    assert Trained.bare_parameter == "folder"


def test_a_folder_under_no_proper_name_is_no_commander(folder: Path) -> None:
    written(folder.parent / "Über", trained_on=[BLUE])
    (folder.parent / "notes.txt").write_text("not a folder")
    assert shipped.shipped_names() == [NAME]


def test_shipping_copies_the_four_files_and_nothing_else(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path / "source", trained_on=[BLUE], onnx=b"onnx")
    (source / "training").mkdir()
    (source / "training" / "progress.csv").write_text("update\n")
    assert ship.main([str(source), "second-captain"]) == 0
    assert json.loads(capsys.readouterr().out)["purpose"] == "trained for two-patrols (blue)"
    copied = folder.parent / "second-captain"
    assert sorted(entry.name for entry in copied.iterdir()) == sorted(ship.FILES)
    assert read_policy(copied).sha256 == read_policy(source).sha256
    assert "second-captain" in policy_names()
    assert ship.main([str(source), NAME]) == 2
    assert "is the name of a commander already" in capsys.readouterr().err
    assert ship.main([str(source), NAME, "--force"]) == 0


def test_shipping_refuses_a_folder_that_should_not_ship(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = written(tmp_path / "good", trained_on=[BLUE], onnx=b"onnx")
    for name, message in (("hold", "is the name of a policy already"), ("../x", "no name for a commander")):
        with pytest.raises(InputError, match=message):
            ship.ship(good, name)
    cases = [
        (written(tmp_path / "a", trained_on=[BLUE]), r"has no policy\.onnx"),
        (written(tmp_path / "b", onnx=b"onnx"), "lists no scenarios"),
        (
            written(tmp_path / "c", trained_on=[{**BLUE, "opponents": f"trained:{tmp_path}"}], onnx=b"onnx"),
            "names a place on this machine",
        ),
    ]
    for place, message in cases:
        with pytest.raises(InputError, match=message):
            ship.ship(place, "new-captain")
    monkeypatch.setattr(ship, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match=r"bytes, more than 1,000"):
        ship.ship(good, "new-captain")
    assert shipped.shipped_names() == [NAME]


def test_every_commander_that_ships_can_be_read_and_is_small_enough() -> None:
    for name in shipped.shipped_names():
        policy, place = shipped.shipped_policy(name), shipped.COMMANDERS / name
        assert policy.chairs, name
        assert sorted(entry.name for entry in place.iterdir()) == sorted(ship.FILES), name
        assert sum(entry.stat().st_size for entry in place.iterdir()) <= ship.MOST_BYTES, name


def test_commanders_are_found_by_the_chairs_of_their_training_the_specialists_first(folder: Path) -> None:
    written(folder.parent / "a-generalist", trained_on=[BLUE, {**BLUE, "side": "red"}], onnx=b"onnx")
    assert shipped.shipped_for("two-patrols", "blue") == (NAME, "a-generalist")
    assert shipped.shipped_for("two-patrols", "red") == ("a-generalist",)
    assert shipped.shipped_for("elsewhere", "blue") == ()
