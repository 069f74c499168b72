"""``chammo new``: the example is complete, runs, and uses the things that it explains."""

import argparse
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.commands.new import NEW
from scenarios.format.document import load_document
from simcore.errors import InputError


def new(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    NEW.configure(parser)
    return NEW.execute(parser.parse_args(arguments))


def test_the_new_scenario_is_valid_runs_and_bears_the_name_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert new("my-ambush.yaml") == 0
    assert "chammo validate my-ambush.yaml" in capsys.readouterr().out
    content = load_document("my-ambush.yaml").content
    assert content.name == "my-ambush"
    assert content.triggers
    assert content.intelligence
    assert any(group.keep_together for group in content.groups)
    assert main(["validate", "my-ambush.yaml"]) == 0
    assert main(["run", "my-ambush.yaml", "--no-record"]) == 0
    assert "An ambush on the road: " in capsys.readouterr().out


def test_the_new_policy_plays_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert new("--policy", "my_policy.py") == 0
    assert main(["run", "two-patrols", "--blue", "my_policy.py:Patrol:radius_km=3", "--no-record"]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fight.txt"], "fight.txt: is no name of a scenario; end it in .yaml"),
        (["--policy", "fight.yaml"], "fight.yaml: is no name of a policy; end it in .py"),
        (["--policy", "my-policy.py"], "is no name of a Python module"),
        (["a b!.yaml"], "is no name of a scenario; use letters"),
        (["old.yaml"], "old.yaml: exists; choose another name, or give --force"),
    ],
)
def test_a_wrong_name_or_an_existing_file_is_refused(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text("mine")
    with pytest.raises(InputError) as caught:
        new(*arguments)
    assert message in str(caught.value)
    assert Path("old.yaml").read_text() == "mine"
