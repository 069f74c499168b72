"""The process that compiles the engine from the other end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenarios.loader import load
from scenarios.run.warm_up import compiling_beside, smallest
from simcore.scratch import has_support


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT", "0") != "0", reason="asks about compiled code")
def test_the_last_phases_are_in_the_cache_before_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    with compiling_beside():
        deadline = time.monotonic() + 240.0
        while time.monotonic() < deadline and not list(tmp_path.rglob("flight.land_salvoes-*.nbi")):
            time.sleep(0.5)
    assert list(tmp_path.rglob("flight.land_salvoes-*.nbi"))
    assert not list(tmp_path.rglob("movement.move_units-*.nbi"))


def test_the_warm_up_ends_with_the_work_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remember(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        begun.append(popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return begun[0]

    monkeypatch.setattr("scenarios.run.warm_up._processors", lambda: {0, 1})
    monkeypatch.setattr(subprocess, "Popen", remember)
    with pytest.raises(KeyError), compiling_beside():
        raise KeyError
    assert begun[0].poll() is not None


def test_one_processor_compiles_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.run.warm_up._processors", lambda: {0})
    monkeypatch.setattr(subprocess, "Popen", None)
    with compiling_beside():
        pass


@pytest.mark.parametrize("with_support", [False, True])
def test_the_scenario_of_a_version_needs_that_version(with_support: bool) -> None:
    assert has_support(load(smallest(with_support=with_support)).params) == with_support
