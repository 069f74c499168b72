"""Policies in a file of the user, ``FILE.py:Class``: found, recorded by their digest, refused when changed."""

import hashlib
import json
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.format.document import parse_document
from scenarios.run.policies import policy_text, read_policy_text
from simcore.errors import InputError, RunError, ScenarioError
from simcore.policy_registry import find_policy, policy_package, settle_parameters
from tests.scenarios.run.skirmish import SCENARIO

RUSH = """\
from simcore.types import Task


class Rush:
    def __init__(self, speed=1.0):
        self.speed = speed

    def reset(self, briefing, seed, replication):
        self.briefing = briefing

    def decide(self, picture, orders):
        x, y = self.briefing.zone_centre_m[:, 0]
        for group in self.briefing.groups:
            orders.issue(True, group, Task.ATTACK, x, y, speed=self.speed)
"""

SCENE = SCENARIO.replace(", policy: {name: patrol, parameters: {reach_km: 1.5}}", "").replace(
    ", policy: {name: wait}", ""
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rush.py").write_text(RUSH)
    (tmp_path / "skirmish.yaml").write_text(SCENE)
    return tmp_path


def test_a_file_and_a_class_read_as_a_policy_with_parameters(folder: Path) -> None:
    name = f"{folder / 'rush.py'}:Rush"
    assert read_policy_text(name, "--blue") == (name, {})
    assert read_policy_text(f"{name}:speed=0.5", "--blue") == (name, {"speed": 0.5})
    assert read_policy_text(policy_text(name, {"speed": 0.5}), "--blue") == (name, {"speed": 0.5})
    assert find_policy(name, {"speed": 0.5}).speed == 0.5  # type: ignore[attr-defined]
    assert settle_parameters(name, {}) == {"sha256": hashlib.sha256(RUSH.encode()).hexdigest()}
    assert policy_package(name) == "a file of the user"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rush.py", "names no class; write FILE.py:Class"),
        ("rush.py:", "names no class"),
        ("rush.py:Rush-1", "names no class"),
        ("rush.py:Rsh", "has no class 'Rsh' with `decide`; it has: Rush"),
        ("rush.py:Rush:sped=1", "no parameter 'sped', did you mean 'speed'?"),
        ("rash.py:Rush", "cannot be read (no such file or directory)"),
    ],
)
def test_what_is_wrong_with_the_name_is_said(
    folder: Path, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(InputError) as caught:
        find_policy(*read_policy_text(text, "--blue"))
    assert message in str(caught.value)


def test_a_file_with_an_error_gives_its_line_and_no_traceback(folder: Path) -> None:
    path = folder / "rush.py"
    path.write_text("class Rush\n    pass\n")
    with pytest.raises(RunError, match=r"SyntaxError while its file was read: .*rush\.py, line 1"):
        find_policy(f"{path}:Rush")


def test_a_changed_file_is_read_anew_and_another_digest_is_refused(folder: Path) -> None:
    path = folder / "rush.py"
    name = f"{path}:Rush"
    recorded = settle_parameters(name, {})
    path.write_text(RUSH.replace("speed=1.0", "speed=0.25"))
    assert find_policy(name).speed == 0.25  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="the file has changed: its sha256 is"):
        find_policy(name, recorded)
    with pytest.raises(InputError, match="the file has changed"):
        settle_parameters(name, recorded)


def test_a_run_records_the_digest_and_a_changed_file_does_not_resume_a_batch(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    digest = hashlib.sha256(RUSH.encode()).hexdigest()
    assert main(["run", "skirmish.yaml", "--blue", "rush.py:Rush:speed=0.5", "--no-record", "--json"]) == 0
    entry = json.loads(capsys.readouterr().out)["manifest"]["policies"][0]
    assert entry == {
        "side": "blue",
        "name": "rush.py:Rush",
        "parameters": {"speed": 0.5, "sha256": digest},
        "package": "a file of the user",
    }
    batch = ["batch", "skirmish.yaml", "--policy", "blue=rush.py:Rush", "--out", "b", "--quiet", "--threads", "1"]
    assert main([*batch, "-n", "2"]) == 0
    assert main([*batch, "-n", "3"]) == 0
    (folder / "rush.py").write_text(RUSH + "# changed\n")
    capsys.readouterr()
    assert main([*batch, "-n", "4"]) == 2
    error = capsys.readouterr().err
    assert f"contains another batch (policies blue=rush.py:Rush:sha256={digest}" in error
    assert json.loads((folder / "b" / "manifest.json").read_text())["n_replications"] == 3


@pytest.mark.parametrize(
    "policy", ["{name: 'rush.py:Rush'}", "{name: staff, parameters: {approve: auto, base: 'rush.py:Rush'}}"]
)
def test_a_scenario_file_brings_no_code_with_it(policy: str) -> None:
    text = SCENE.replace("- {name: blue}", f"- {{name: blue, policy: {policy}}}")
    assert "rush.py" in text
    with pytest.raises(ScenarioError, match=r"a scenario brings no code with it; name it on the command line"):
        parse_document(text)
