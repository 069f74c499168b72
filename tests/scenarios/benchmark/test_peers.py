"""The peers of the benchmark: the Mesa model keeps the rules, and the protocol works end to end."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.benchmark.peers import Peer, export_units, find_peers_folder, specify_peers
from scenarios.loader import load

pytest.importorskip("mesa")
pytest.importorskip("scipy")

from benchmarks.peers.mesa_model import Battle, Sensor

SPACES = ("continuous", "kdtree")


def _unit(side: int, x_m: float, **changes: Any) -> dict[str, Any]:
    sensor = {"model": 0, "range_m": 3000.0, "period": 1, "phase": 0, "domains": 15}
    sensor |= {"p_detect": 1.0, "law": 0.0, "ln_pfa": 0.0}
    mount = {"range_m": 1000.0, "range_min_m": 0.0, "domains": 15, "salvo": 2, "reload": 4, "ammo": 5}
    mount |= {"p_hit": [1.0] * 9, "falloff": 1.0, "damage": 0.4, "p_kill": 0.0}
    row = {"side": side, "domain": 0, "target_class": 1, "rcs_m2": 1.0, "signature": 1.0, "toughness": 1.0}
    row |= {"x_m": x_m, "y_m": 0.0, "hx": 1.0, "hy": 0.0, "speed_mps": 0.0, "turn_cos": -1.0, "turn_sin": 0.0}
    row |= {"task_m": [x_m, 0.0, 0.0], "sensors": [sensor], "mounts": [mount]}
    return row | changes


def _battle(rows: list[dict[str, Any]], space: str) -> Any:
    setup = {"dt_s": 2.0, "n_ticks": 100, "hold_s": 60.0, "bounds_m": [-5e3, 5e3, -5e3, 5e3], "units": rows}
    return Battle(setup, space)


@pytest.mark.parametrize("space", SPACES)
def test_a_shooter_kills_with_the_rounds_it_takes(space: str) -> None:
    battle = _battle([_unit(0, 0.0), _unit(1, 900.0, mounts=[])], space)
    shooter = next(unit for unit in battle.agents if unit.side == 0)
    survivors = []
    for _ in range(6):
        battle.step()
        survivors.append(len(battle.agents))
    # 0.4 a hit, two rounds a salvo, four ticks to reload: dead with the second salvo, in the fifth step
    assert survivors == [2, 2, 2, 2, 1, 1]
    assert shooter.mounts[0].ammo == 1
    assert battle.shots == 2


@pytest.mark.parametrize("space", SPACES)
def test_what_is_not_seen_or_out_of_reach_is_not_shot_at(space: str) -> None:
    blind = _unit(0, 0.0, sensors=[])
    far = _unit(0, -200.0)
    battle = _battle([blind, far, _unit(1, 900.0, mounts=[])], space)
    blind_unit, far_unit, _ = list(battle.agents)
    battle.step()
    battle.step()
    assert far_unit.mounts[0].ammo == 5  # sees it 1,100 m away, reaches 1,000 m
    assert blind_unit.mounts[0].ammo < 5  # is told by the other
    far_unit.sensors = []
    battle.contacts[0].clear()
    ammo = blind_unit.mounts[0].ammo
    for _ in range(6):
        battle.step()
    assert blind_unit.mounts[0].ammo == ammo


@pytest.mark.parametrize("space", SPACES)
def test_a_unit_goes_to_its_goal_within_its_turn_limit(space: str) -> None:
    turn = {"turn_cos": 0.0, "turn_sin": 1.0}  # a quarter turn a tick
    battle = _battle([_unit(0, 0.0, speed_mps=10.0, task_m=[-100.0, 0.0, 0.0], hx=1.0, hy=0.0, **turn)], space)
    unit = next(iter(battle.agents))
    battle.step()
    assert (abs(unit.x), abs(unit.y)) == pytest.approx((0.0, 20.0))
    for _ in range(9):
        battle.step()
    assert abs(unit.x + 100.0) <= 20.0


@pytest.mark.parametrize("space", SPACES)
def test_nobody_is_revived_and_every_round_is_paid_for(space: str) -> None:
    rows = [_unit(k % 2, 40.0 * k, speed_mps=5.0, task_m=[0.0, 0.0, 500.0]) for k in range(20)]
    battle = _battle(rows, space)
    left, ammo = 20, 100
    for _ in range(20):
        battle.step()
        now = len(battle.agents)
        held = sum(mount.ammo for unit in battle.agents for mount in unit.mounts)
        assert now <= left
        assert held <= ammo
        assert all(0.0 < unit.strength <= 1.0 for unit in battle.agents)
        left, ammo = now, held
    assert left < 20


def test_the_radar_has_the_engines_detection_law() -> None:
    from simcore.kernels.sensing.detection_laws import radar_p

    target = _battle([_unit(1, 0.0, rcs_m2=2.0)], "kdtree")
    radar = Sensor(2, 2e4, 1, 0, 15, 0.0, 1e17, -13.8)
    unit = next(iter(target.agents))
    assert radar.p(unit, 8e3, 1.0) == pytest.approx(radar_p(1e17, 2.0, 64e6, -13.8), rel=1e-9)
    assert radar.p(unit, 3e4, 1.0) == 0.0


def test_mesa_plays_rounds_over_the_pipe() -> None:
    compiled = load("two-patrols")
    setup = export_units(compiled)
    assert len(setup["units"]) == compiled.params.units.whole.shape[1]
    folder = find_peers_folder()
    assert folder is not None
    spec = specify_peers(compiled, None, None)[1]
    peer = Peer(spec, folder)
    try:
        assert peer.version.startswith("mesa 3.3")
        first, second = peer.play(0.01), peer.play(0.01)
    finally:
        peer.close()
    assert first["agent_steps"] > 0
    assert second["cpu_s"] > 0
    assert first["alive"] <= peer.n_agents


@pytest.mark.parametrize(("package", "place"), [("magent2", 2), ("jaxmarl", 3)])
def test_a_learners_engine_plays_rounds_where_it_is_installed(repository: Path, package: str, place: int) -> None:
    pytest.importorskip(package)
    spec = specify_peers(load("two-patrols"), None, None)[place]
    peer = Peer(spec, repository)
    try:
        assert peer.play(0.05)["agent_steps"] > 0
    finally:
        peer.close()
