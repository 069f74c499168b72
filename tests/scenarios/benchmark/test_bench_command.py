"""``chammo bench`` on tiny sizes: the numbers are there, positive and held against the floors."""

import json
import sys
from pathlib import Path

import pytest

from scenarios.benchmark.peers import Peer, PeerError, PeerSpec
from scenarios.benchmark.phases import _Clock, _cost_of_calls
from scenarios.benchmark.results import CaseResult, Results, Spread, floors, ratios
from scenarios.cli import main

TINY = ["bench", "--scenario", "two-patrols", "--quick", "--seconds", "0.01", "--no-start"]


def test_json_holds_positive_numbers_for_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--units", "40", "--threads", "2", "--no-peers", "--json"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["is_complete"]
    assert "round 2 of 2" in captured.err
    assert [case["name"] for case in report["cases"]] == ["two-patrols", "generated-40"]
    for case in report["cases"]:
        assert case["n_ticks"] == 60
        assert case["unit_steps"] > 0
        assert 0 < case["rate"]["low"] <= case["rate"]["median"] <= case["rate"]["high"]
        assert case["memory"]["state_per_unit"] > 100
        assert sum(phase["share"] for phase in case["phases"]) == pytest.approx(1.0)
        assert {"move_units", "look_for_enemies", "open_fire"} <= {phase["name"] for phase in case["phases"]}
    assert report["reference"]["median"] > 1e6
    assert report["peers"] == []
    verdicts = {floor["what"]: floor["is_met"] for floor in report["floors"]}
    assert verdicts["full model, two-patrols"] in (True, False)
    assert verdicts["full model, 10,000 units"] is None


def test_the_table_says_which_peers_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = "/nowhere/python"
    peers = ["--mesa-python", nowhere, "--magent2-python", nowhere, "--jaxmarl-python", nowhere]
    assert main([*TINY, "--units", "20", "--threads", "1", *peers]) == 0
    text = capsys.readouterr().out
    for heading in ("Full model", "Memory per unit", "Share of the tick", "Other engines", "Floors"):
        assert f"\n{heading}" in text
    assert text.count(f"not measured: {nowhere} cannot be started") == 5
    assert all(len(line) <= 120 for line in text.splitlines())


def test_check_fails_when_a_floor_is_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.benchmark.results.DEMO_FLOOR", 1e15)
    arguments = [*TINY, "--units", "--threads", "1", "--no-peers"]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 1
    assert "NOT MET" in capsys.readouterr().out


def test_an_interruption_keeps_what_was_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.benchmark.benchmark.measure_memory", interrupt)
    assert main([*TINY, "--units", "--threads", "1", "--no-peers", "--json"]) == 130
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert not report["is_complete"]
    assert report["cases"][0]["rate"]["median"] > 0
    assert "interrupted" in captured.err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--units", "1"], "--units [1]: out of range"),
        (["--rounds", "0"], "--rounds 0: out of range"),
        (["--seconds", "nan"], "--seconds nan: out of range"),
        (["--threads", "0"], "--threads [0]: out of range"),
        (["--scenario", "no-such-scenario"], "no-such-scenario"),
    ],
)
def test_wrong_arguments_are_refused(option: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--quick", *option]) == 2
    assert said in capsys.readouterr().err


def test_floors_compare_with_the_medians() -> None:
    rates = {"demo": (1.9e6, 2.1e6, 2.2e6), "generated-100": (3e6,), "generated-10000": (1.6e6,)}
    cases = [CaseResult(name, 1, 1, 1, 1, Spread(rate), Spread((1.0,))) for name, rate in rates.items()]
    found = {floor.what: floor for floor in floors(Results({}, {}, cases=cases))}
    assert found["full model, demo"].measured == 2.1e6
    assert found["full model, demo"].is_met
    assert found["full model, 10,000 units"].is_met
    growth = found["cost of a unit-step, 10,000 against 100"]
    assert growth.measured == pytest.approx(3.0 / 1.6)
    assert growth.is_met is False
    assert found["full model, 1,000 units"].is_met is None


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios(Spread((2.0, 8.0)), Spread((1.0, 2.0))).rounds == (2.0, 4.0)


def test_a_peer_that_dies_says_why(tmp_path: Path) -> None:
    spec = PeerSpec("ghost", "", "no_such_module", sys.executable, {}, "; install it")
    with pytest.raises(PeerError, match=r"No module named .*no_such_module.*; install it"):
        Peer(spec, tmp_path)


def test_the_cost_of_a_call_has_a_part_for_the_call_and_a_part_for_each_array() -> None:
    """Calls that do nothing cost 3 us with 10 arrays and 9 us with 40: 1 us a call and 0.2 us an array."""

    def clock(arrays: int, calls: int, cpu_us: float = 0.0) -> _Clock:
        return _Clock(len, cpu_us * 1e-6, calls, arrays * calls)

    costs = _cost_of_calls({"few": clock(12, 100), "rare": clock(50, 2)}, clock(10, 50, 150.0), clock(40, 50, 450.0))
    assert costs == pytest.approx({"few": 100 * 3.4e-6, "rare": 2 * 11.0e-6})
