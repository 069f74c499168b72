"""Sources of policies from other packages: an object that lists its policies itself."""

import sys
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.loader import load
from scenarios.run.policies import choose_policies, outside_warnings
from simcore import plugins
from simcore.errors import InputError, RunError
from simcore.policy_registry import find_policy, policy_names, source_policies
from tests.scenarios.run.skirmish import SCENARIO
from tests.scenarios.run.test_plugins import write_package

_SOURCE = """
class Wait:
    def __init__(self, pace=1.0): self.pace = pace
    def reset(self, briefing, seed, replication): pass
    def decide(self, picture, orders): pass
    @staticmethod
    def settle_parameters(parameters): return {"pace": 1.0, **parameters}
    @staticmethod
    def outside(parameters, scenario, side): return "" if side == "blue" else "made for blue"

class Source:
    def names(self): return ["zz-first", "zz-second", "hold", "zz-bad"]
    def describe(self, name): return f"waits, as {name}"
    def factory(self, name):
        if name == "zz-bad":
            raise ValueError("no such file")
        return Wait

SOURCE = Source()
BROKEN = 5
"""


@pytest.fixture
def source(tmp_path: Path, plugin: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "third"
    folder.mkdir()
    points = "[chammo.policy_sources]\nthird = xsource:SOURCE\nbroken = xsource:BROKEN\ngone = xsource:NOTHING\n"
    write_package(folder, "xsource", points, {"xsource": _SOURCE})
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "xsource", raising=False)
    monkeypatch.setattr(plugins, "_warned", set())  # each test sees its warnings
    return folder


@pytest.mark.usefixtures("source")
def test_the_policies_of_a_source_are_found_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {"zz-first", "zz-second"} <= set(policy_names())
    assert source_policies()["zz-first"] == "waits, as zz-first"
    assert find_policy("zz-first", {"pace": 2.0}).pace == 2.0  # type: ignore[attr-defined]
    file = tmp_path / "skirmish.yaml"
    file.write_text(SCENARIO)
    compiled = load(str(file))
    blue, red = choose_policies(compiled.roster, ["blue=zz-first", "red=zz-second"])
    assert (blue.parameters, red.as_json()["package"]) == ({"pace": 1.0}, "xsource 0.1")
    assert outside_warnings([blue, red], compiled) == ["policy zz-second of side red: made for blue"]
    assert main(["list", "--commanders"]) == 0
    assert "waits, as zz-second" in capsys.readouterr().out


@pytest.mark.usefixtures("source")
def test_a_source_takes_no_name_of_chammo_and_a_broken_source_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert type(find_policy("hold")).__module__ == "agents.doctrine.hold"
    policy_names()
    error = capsys.readouterr().err
    assert "broken: the policies of xsource 0.1 cannot be listed (AttributeError" in error
    assert "gone: the policies of xsource 0.1 cannot be listed (AttributeError" in error
    with pytest.raises(RunError, match=r"policy zz-bad: xsource:SOURCE of xsource 0\.1 cannot be loaded \(ValueError"):
        find_policy("zz-bad")
    with pytest.raises(InputError, match="policy 'zz-frist': unknown; did you mean 'zz-first'"):
        find_policy("zz-frist")


def test_a_name_of_a_source_that_another_package_claims_is_refused(source: Path) -> None:
    write_package(source, "xother", "[chammo.policies]\nzz-first = xsource:Wait\n", {})
    with pytest.raises(InputError, match=r"policy zz-first: claimed by xother 0\.1 .* and xsource 0\.1"):
        find_policy("zz-first")
