"""Where torch is missing, the commands that need it say so; the others do not miss it."""

import sys
from pathlib import Path

import pytest

from scenarios.cli import main
from simcore.errors import InputError
from staff_ai.training.learner import need_torch


@pytest.mark.parametrize("library", ["onnx", "sb3_contrib"])
def test_without_a_library_of_training_the_command_names_what_to_install(
    library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError, match=r"pip install chammo\[rl\]"):
        need_torch()
    assert main(["train", "two-patrols", "-o", str(tmp_path / "x"), "--steps", "1"]) == 2
    assert "is not installed; install the libraries" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
