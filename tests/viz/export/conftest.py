from pathlib import Path

import pytest

from tests.viz.export.synthetic_run import skirmish


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return skirmish().write(tmp_path / "trial")
