"""The how-to for Python runs from top to bottom, as a notebook would."""

import re
from pathlib import Path

import pytest


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_how_to_for_python_runs(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas")
    page = (repository / "docs/how-to/python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) >= 6
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for k, block in enumerate(blocks):
        exec(compile(block, f"python.md, block {k + 1}", "exec"), names)
    shown = capsys.readouterr().out
    assert "blue wins" in shown
    assert "did you mean `groups.blue-boats`" in shown
    assert "blue_losses: " in shown
