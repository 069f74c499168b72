"""Fixtures: a skirmish as a file, compiled, and the plug-in with its policies."""

import sys
from pathlib import Path

import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from tests.scenarios.run.skirmish import SCENARIO, write_plugin


@pytest.fixture
def plugin(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_plugin(tmp_path_factory.mktemp("plugin"))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "skirmish_policies", raising=False)
    return folder


@pytest.fixture
def scenario_file(tmp_path: Path, plugin: Path) -> Path:
    path = tmp_path / "skirmish.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def compiled(scenario_file: Path) -> Compiled:
    return load(str(scenario_file))
