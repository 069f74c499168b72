"""The fence round a stranger: its own folder and installed packages are open, all else is closed."""

import sys
from pathlib import Path

import numpy as np
import pytest

import scenarios
from staff_ai.assess.fence import Fence, bare_environment


def test_own_folder_and_packages_are_open_and_others_are_closed(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    for folder in (own, other):
        folder.mkdir()
        (folder / "weights.npz").write_bytes(b"")
    (own / "link").symlink_to(other / "weights.npz")
    fence = Fence(own)
    assert fence.allows(str(own / "weights.npz"))
    assert fence.allows(str(own), is_folder=True)
    assert fence.allows(np.__file__)
    assert fence.allows(str(Path(sys.prefix) / "pyvenv.cfg"))
    for closed in (other / "weights.npz", own / "link", own / ".." / "other" / "weights.npz", "/proc/1/cmdline"):
        assert not fence.allows(str(closed))


def test_scenario_files_are_closed_wherever_they_lie(tmp_path: Path) -> None:
    library = Path(scenarios.__path__[0]) / "library"
    (tmp_path / "mine.yaml").write_text("")
    fence = Fence(tmp_path, hidden=[str(tmp_path / "mine.yaml")])
    assert not fence.allows(str(tmp_path / "mine.yaml"))
    assert not fence.allows(str(library / "two-patrols.yaml"))
    assert fence.allows(str(Path(scenarios.__path__[0]) / "loader.py"))


def test_the_environment_holds_nothing_but_the_needs_of_an_interpreter() -> None:
    given = {"PATH": "/bin", "PYTHONPATH": "/here", "NUMBA_NUM_THREADS": "1", "ENEMY": "hold", "TOKEN": "x"}
    assert bare_environment(given) == {"PATH": "/bin", "PYTHONPATH": "/here", "NUMBA_NUM_THREADS": "1"}


@pytest.mark.parametrize("event", ["socket.connect", "subprocess.Popen", "os.system", "os.fork"])
def test_connections_and_processes_are_refused_and_listed(event: str, tmp_path: Path) -> None:
    fence = Fence(tmp_path)
    with pytest.raises(PermissionError, match="is closed to a commander"):
        fence.hear(event, ())
    assert fence.looks == [f"{event} is closed to a commander"]
    fence.hear("compile", ("text", "name"))
    fence.hear("open", (3, "r", 0))  # a file that is open already
    assert len(fence.looks) == 1
