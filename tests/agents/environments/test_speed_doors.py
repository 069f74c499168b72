"""The speed of the doors: unit-steps are counted right, and a missing peer is reported."""

from typing import Any

import numpy as np
import pytest

from agents.environments import speed_doors
from agents.environments.episode import Episodes
from agents.environments.parallel_env import GroupsEnv
from agents.environments.settings import Settings
from agents.environments.speed_doors import FLOOR, measure_doors
from scenarios.benchmark.cases import Work
from scenarios.benchmark.peers import PeerError, PeerSpec
from scenarios.benchmark.plugins import PluginRequest
from scenarios.loader import load

SPEC = PeerSpec("magent2-pettingzoo", "", "none", "python", {})


class _Peer:
    n_agents = 968
    version = "magent2 0"
    is_closed = False

    def play(self, seconds: float) -> dict[str, Any]:
        return {"agent_steps": 1000, "cpu_s": 0.5}

    def close(self) -> None:
        self.is_closed = True


def _request(rounds: int = 2) -> PluginRequest:
    return PluginRequest((), 0.01, rounds, Work("two-patrols", load("two-patrols"), 1, 1), SPEC)


def test_a_step_counts_every_live_unit_in_every_tick() -> None:
    compiled = load("two-patrols")
    games = Episodes(Settings(compiled), 3)
    games.reset([1, 2, 3])
    assert games.unit_steps.tolist() == [0, 0, 0]
    actions = {side: np.zeros((3, games.settings.schema_of(side).sizes.groups), np.int64) for side in games.agents}
    games.step(actions)
    # no patrol is in range of the other within the first decision interval, so all units live
    expected = len(compiled.roster.units) * compiled.roster.decision_ticks
    assert games.unit_steps.tolist() == [expected] * 3
    games.begin([1])
    assert games.unit_steps.tolist() == [expected, 0, expected]


def test_each_door_is_compared_with_the_peer_in_units_and_in_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = _Peer()
    monkeypatch.setattr(speed_doors, "start_peer", lambda _: peer)
    results = measure_doors(_request(), SPEC)
    assert [result.what.split(",")[0].split(" ")[-1] for result in results] == ["unit-steps", "decisions"] * 2
    for result in results:
        assert result.base is not None
        assert result.base.rounds == (2000.0, 2000.0)
        assert result.rate is not None
        assert result.ratio is not None
        assert result.ratio.rounds == tuple(rate / 2000.0 for rate in result.rate.rounds)
    assert [result.floor for result in results] == [FLOOR, None] * 2
    units, decisions = results[0].rate, results[1].rate
    assert units is not None
    assert decisions is not None
    assert units.median > decisions.median  # many ticks and units to a decision
    assert peer.is_closed


def test_a_missing_peer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: PeerSpec) -> None:
        raise PeerError("magent2 is not installed")

    monkeypatch.setattr(speed_doors, "start_peer", fail)
    (result,) = measure_doors(_request(), SPEC)
    assert result.problem == "magent2 is not installed"
    assert result.ratio is None


def test_agents_share_no_memory() -> None:
    env = GroupsEnv("two-patrols")
    observations, _ = env.reset(seed=1)
    first, second = (observations[agent] for agent in env.agents[:2])
    before = {name: values.copy() for name, values in second.items()}
    for values in first.values():
        values[:] = -7.0
    for name, values in second.items():
        np.testing.assert_array_equal(values, before[name])
    np.testing.assert_array_equal(second["self"], second["groups"][1])
    assert second["slot"].tolist() == [float(slot == 1) for slot in range(len(second["slot"]))]
