"""A replication that is over is left as it is: its bits do not say in whose company it was played."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.batch.batch import run_batch
from scenarios.batch.playing import play_replications
from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.recording.tables import read_table
from simcore.simulation import Simulation
from simcore.state import GroupW
from simcore.types import Emcon, Roe, Task

SCENARIO = """\
schema_version: 1
name: early
time: {{dt_s: 2, duration_s: 900, decision_interval_s: 10, record_interval_s: 10}}
map:
  origin: {{longitude_deg: 10, latitude_deg: 50}}
  west_km: -15
  east_km: 15
  south_km: -5
  north_km: 5
  terrain: {{kind: flat, features: [{{kind: lake, circle: {{centre_km: [0, 3.5], radius_km: 1}}}}]}}
rules: {{latency_factor: {latency}}}
sides:
  - {{name: blue, policy: {{name: random, parameters: {{change_min: 1}}}}}}
  - {{name: red, policy: {{name: random, parameters: {{change_min: 1}}}}}}
groups:
  - {{name: b, side: blue, at_km: [-2, 0], roe: free, units: [{{platform: gun, count: 3}}, {{platform: hq}}]}}
  - {{name: r, side: red, at_km: [2, 0], roe: free, units: [{{platform: gun, count: 3}}, {{platform: hq}}]}}
objectives: [{{side: blue, kind: destroy}}, {{side: red, kind: destroy}}]
catalogue:
  sensors: {{all: {{model: cookie_cutter, range_km: 10, p_detect: 0.5, interval_s: 5, error_m: 0}}}}
  weapons: {{g: {{domains: [land], range_max_km: 8, reload_s: 10, p_hit: 0.3, damage: 0.4, p_kill: 0.1}}}}
  platforms:
    hq: {{domain: land, target_class: structure, speed_max_mps: 0, command_post: true,
         radio: {{range_km: 30, latency_s: 2.0}}}}
    gun: {{domain: land, target_class: armour, speed_max_mps: 10, sensors: [all],
          weapons: [{{weapon: g, rounds: 100}}], radio: {{range_km: 30, latency_s: 2.0}}}}
"""
N = 12


@pytest.fixture(params=[0, 1], ids=["prompt", "latency"])
def compiled(request: pytest.FixtureRequest, tmp_path: Path) -> Compiled:
    path = tmp_path / "early.yaml"
    path.write_text(SCENARIO.format(latency=request.param))
    return load(str(path))


def test_an_early_end_has_the_same_hash_in_any_company(compiled: Compiled, tmp_path: Path) -> None:
    choices = choose_policies(compiled.roster)
    together = play_replications(compiled, choices, 1, range(N))
    hashes = together["state_hash"].tolist()
    assert len(set(together["ticks"].tolist())) > N / 2  # they end at many times, most of them early
    assert (together["reason"] != "time").sum() > N / 2
    for chunk in ([3], [7], [2, 11], [10, 0, 5, 1]):
        assert play_replications(compiled, choices, 1, chunk)["state_hash"].tolist() == [hashes[k] for k in chunk]
    for threads in (1, 2, 8):
        run_batch(compiled, choices, n=N, folder=tmp_path / f"{threads}", threads=threads)
        stored = read_table(tmp_path / f"{threads}" / "replications.parquet", ["state_hash"])
        assert stored["state_hash"].tolist() == hashes
    for k in (0, 6):
        assert run_scenario(compiled, choices, replication=k).manifest["state_hash"] == hashes[k]
        recorded = run_scenario(compiled, choices, replication=k, folder=tmp_path / f"run-{k}")
        assert recorded.manifest["state_hash"] == hashes[k]


@pytest.mark.parametrize("record_events", [False, True])
def test_orders_to_a_replication_that_is_over_change_no_bit_and_are_consumed(
    compiled: Compiled, record_events: bool
) -> None:
    simulation = Simulation(compiled.params, seed=1, replications=range(N), record_events=record_events)
    everywhere = np.ones(N, dtype=bool)
    while simulation.done.sum() < N / 2:
        simulation.advance(5)
    over, before = simulation.done.copy(), simulation.hash()
    assert not over.all()
    for goal in range(8):
        simulation.orders.issue(everywhere, 0, Task.MOVE, 1e3 * goal, 4e3, roe=Roe.FREE)  # round the lake
        simulation.orders.control_emissions(everywhere, 1, Emcon.SILENT if goal % 2 else Emcon.RADIATE)
        simulation.advance(1)
        assert not simulation.orders.given(int(np.argmax(over))).size
    after = simulation.hash()
    assert [a == b for a, b in zip(before, after, strict=True)] == over.tolist()
    assert (simulation.state.groups.whole[~over, GroupW.SERIAL, 0] >= 1).all()
