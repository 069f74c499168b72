"""Packages of strangers: broken, greedy or hostile. The command line names them and goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.loader import load
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.plugins import printable
from simcore.policy_registry import find_policy
from tests.scenarios.run.skirmish import SCENARIO, chammo_process

_HOSTILE = """
import sys
import numpy as np

class Base:
    def reset(self, briefing, seed, replication): pass
    def decide(self, picture, orders): pass

class Init(Base):
    def __init__(self): raise RuntimeError("boom in init")
class InitExit(Base):
    def __init__(self): sys.exit(0)
class Reset(Base):
    def reset(self, *a): raise KeyError("boom in reset")
class ResetExit(Base):
    def reset(self, *a): sys.exit(0)
class Decide(Base):
    def decide(self, p, o): raise ValueError("boom \x1b[31mred")
class DecideExit(Base):
    def decide(self, p, o): sys.exit(0)
class Memory(Base):
    def decide(self, p, o): np.empty(10**15)
class Settings(Base):
    def reset(self, *a): np.seterr(all="raise")
class Loop(Base):
    def decide(self, p, o):
        while True: pass
class Nothing: pass
"""

_NAMES = ("Init", "InitExit", "Reset", "ResetExit", "Decide", "DecideExit", "Memory", "Settings", "Loop", "Nothing")


def write_package(folder: Path, name: str, entry_points: str, modules: dict[str, str]) -> None:
    metadata = folder / f"{name}-0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
    (metadata / "entry_points.txt").write_text(entry_points)
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)


@pytest.fixture
def stranger(tmp_path: Path, plugin: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on the path with packages of all bad kinds."""
    folder = tmp_path / "stranger"
    folder.mkdir()
    points = "[chammo.policies]\n" + "".join(f"x-{n.lower()} = xplug:{n}\n" for n in _NAMES)
    write_package(folder, "xplug", points + "x-sys = xplug:sys\n", {"xplug": _HOSTILE})
    broken = "[chammo.commands]\nbroken = xbroken:COMMAND\nrun = xbroken2:RUN\nodd = xbroken2:RUN\n"
    broken += "[chammo.policies]\nhold = xbroken2:Hold\nx-broken = xbroken:Hold\n"
    modules = {
        "xbroken": "raise ValueError('at import')",
        "xbroken2": "RUN = 5\nclass Hold:\n    def __init__(self): raise RuntimeError('not the hold of Chammo')",
    }
    write_package(folder, "xbroken", broken, modules)
    monkeypatch.syspath_prepend(folder)
    for name in ("xplug", *modules):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x-init", "policy x-init: RuntimeError while it was made: boom in init"),
        ("x-initexit", "policy x-initexit: SystemExit while it was made: 0"),
        ("x-reset", "policy x-reset of side blue: KeyError at its reset: 'boom in reset'"),
        ("x-resetexit", "policy x-resetexit of side blue: SystemExit at its reset"),
        ("x-decide", "policy x-decide of side blue: ValueError at 0 s: boom \\x1b[31mred"),
        ("x-decideexit", "policy x-decideexit of side blue: SystemExit at 0 s"),
        ("x-memory", "policy x-memory of side blue: MemoryError at 0 s"),
        ("x-nothing", "policy x-nothing: has no reset and no decide"),
        ("x-sys", "policy x-sys: xplug:sys of xplug 0.1 is no class or function"),
        ("x-broken", "policy x-broken: xbroken:Hold of xbroken 0.1 cannot be loaded (ValueError: at import)"),
    ],
)
def test_a_policy_that_fails_is_named_and_the_exit_code_is_1(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    for command in (["run"], ["batch", "-n", "2", "--threads", "2", "--quiet"]):
        assert main([*command, str(file), "--out", str(tmp_path / command[0]), "--blue", name]) == 1
        error = capsys.readouterr().err
        assert f"chammo: {message}" in error
        assert "Traceback" not in error


def test_floating_point_settings_of_a_policy_stay_with_it(stranger: Path, tmp_path: Path) -> None:
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    assert main(["run", str(file), "--no-record", "--blue", "x-settings"]) == 0


@pytest.mark.usefixtures("stranger")
def test_a_broken_command_is_left_out_of_the_list_with_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr()
    assert "broken: the command of xbroken 0.1 cannot be loaded (ValueError: at import)" in shown.err
    assert "odd: xbroken2:RUN of xbroken 0.1 is not a Command" in shown.err
    assert "play a scenario once" in shown.out
    assert main(["broken"]) == 1
    assert "cannot be loaded" in capsys.readouterr().err


@pytest.mark.usefixtures("stranger")
def test_a_name_of_chammo_stays_with_chammo(tmp_path: Path) -> None:
    assert type(find_policy("hold")).__module__ == "agents.doctrine.hold"


def test_a_name_that_two_strangers_claim_is_refused(stranger: Path) -> None:
    write_package(stranger, "xsecond", "[chammo.policies]\nwait = xplug:Base\n", {})
    with pytest.raises(InputError, match=r"policy wait: claimed by skirmish-policies 1\.0 .* and xsecond 0\.1"):
        find_policy("wait")


@pytest.mark.usefixtures("plugin")
def test_a_manifest_names_the_package_of_a_policy(tmp_path: Path) -> None:
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    blue, red = choose_policies(load(str(file)).roster, ["red=hold"])
    assert blue.as_json()["package"] == "skirmish-policies 1.0"
    assert str(red.as_json()["package"]).startswith("chammo ")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_batch_whose_policy_never_decides(stranger: Path, plugin: Path, tmp_path: Path) -> None:
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    out = tmp_path / "out"
    command = ("batch", file, "-n", 2, "--out", out, "--blue", "x-loop", "--threads", 1, "--quiet")
    both = Path(os.pathsep.join([str(stranger), str(plugin)]))
    process = chammo_process(*command, plugin=both, cwd=tmp_path)
    while not (out / "manifest.json").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    try:
        _, error = process.communicate(timeout=60.0)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 130
    assert "x-loop (blue), wait (red)" in error


@pytest.mark.parametrize("name", ["", ".", "/", ".."])
@pytest.mark.parametrize("command", ["run", "batch"])
@pytest.mark.usefixtures("plugin")
def test_a_folder_that_is_no_new_one_is_refused(
    name: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    options = ["-n", "1", "--quiet"] if command == "batch" else []
    assert main([command, str(file), *options, "--out", name, "--force"]) == 2
    assert "give the name of a new folder" in capsys.readouterr().err
    assert not list(here.iterdir())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("inf", "not a time"),
        ("nan", "not a time"),
        ("-inf", "not a time"),
        ("0", "below a time step"),
        ("1e-300", "below a time step"),
    ],
)
@pytest.mark.usefixtures("plugin")
def test_a_record_interval_must_be_a_time(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    assert main(["run", str(file), "--no-record", f"--record-interval={text}"]) == 2
    assert message in capsys.readouterr().err


def test_control_characters_are_escaped_for_the_terminal() -> None:
    assert printable("a\x1b[31m\x07b\n\tç") == "a\\x1b[31m\\x07b\n\tç"


@pytest.mark.parametrize("bad", ["\x1b[31m", "\x07", "\u202e", "\x9b"])
@pytest.mark.usefixtures("plugin")
def test_control_characters_in_a_title_are_refused(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "skirmish.yaml"
    escaped = bad.encode("unicode_escape").decode()
    file.write_text(SCENARIO.replace("title: A small skirmish", f'title: "A {escaped} skirmish"'))
    assert main(["validate", str(file)]) == 2
    error = capsys.readouterr().err
    assert "title: contains the control character" in error
    assert bad not in error
