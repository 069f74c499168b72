"""The Mesa model: the engine's own bits, views, reporters, batches and behaviours."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mesa.batchrunner import batch_run

from agents.mesa_model.behaviour import Situation
from agents.mesa_model.model import WargameModel
from agents.mesa_model.reporters import measured
from scenarios.loader import load
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import InputError, RunError
from simcore.params import UnitSpecW
from simcore.state import ContactW, UnitR, UnitW
from simcore.types import Level, Status, Task

SCENARIO = "two-patrols"


@pytest.mark.parametrize("step_by", ["decision", "tick"])
@pytest.mark.parametrize("policies", [{}, {"blue": "defend", "red": "assault:speed=0.6"}])
def test_the_battle_is_that_of_chammo_run(step_by: Any, policies: dict[str, str]) -> None:
    compiled = load(SCENARIO)
    run = run_scenario(compiled, choose_policies(compiled.roster, (), policies), seed=7, replication=2)
    model = WargameModel(SCENARIO, seed=7, replication=2, step_by=step_by, policies=policies)
    model.run_model()
    assert model.state_hash() == run.manifest["state_hash"]
    assert (model.winner, model.reason) == (run.manifest["winner"], run.manifest["reason"])
    assert model.measures() == pytest.approx(run.measures, nan_ok=True)


def test_a_behaviour_that_orders_nothing_changes_nothing() -> None:
    plain = WargameModel(SCENARIO, seed=3)
    watched = WargameModel(SCENARIO, seed=3, behaviours={"blue-boats": lambda situation: situation.contacts})
    plain.run_model()
    watched.run_model()
    assert len(watched.agents) == len(watched.compiled.roster.units)
    assert watched.state_hash() == plain.state_hash()


def test_views_read_the_engines_arrays() -> None:
    model = WargameModel(SCENARIO)
    boat = model.unit("blue-boats-1")
    start = boat.x_km
    model.step()
    state = model.simulation.state.units
    assert boat.x_km == state.real[0, UnitR.X, boat.row] / 1e3 != start
    assert (boat.side, boat.group, boat.domain, boat.status) == ("blue", "blue-boats", "surface", "active")
    assert boat.task == "attack"
    state.whole[0, UnitW.STATUS, boat.row] = Status.LOST
    assert boat.status == "lost"
    assert [unit.row for unit in model.agents] == list(range(len(model.compiled.roster.units)))


def test_collected_rows_agree_with_the_measures() -> None:
    model = WargameModel(
        SCENARIO,
        seed=5,
        model_reporters=None,
        agent_reporters={"name": "name", "strength": "strength", "is_lost": lambda unit: unit.status == "lost"},
    )
    model.run_model()
    last = {name: column[-1] for name, column in model.datacollector.model_vars.items()}
    assert len(model.datacollector.get_model_vars_dataframe()) == model.steps
    measures = model.measures()
    for side in ("blue", "red"):
        for name in ("force_left", "score", "kills"):
            assert last[f"{side}_{name}"] == pytest.approx(measures[f"{side}_{name}"], abs=1e-12)
        n_units = sum(1 for unit in model.units if unit.side == side)
        assert last[f"{side}_units"] == n_units - measures[f"{side}_losses"]
    assert last["time_s"] == measures["duration_s"]
    units = model.datacollector.get_agent_vars_dataframe().xs(model.steps - 1, level="Step")
    assert np.asarray(units["is_lost"]).sum() == measures["blue_losses"] + measures["red_losses"]


def test_a_batch_reports_the_end_of_different_battles() -> None:
    rows = batch_run(
        WargameModel,
        {
            "scenario": SCENARIO,
            "replication": range(3),
            "model_reporters": [{"lost": measured("blue_losses"), "x": _mean_x}],
            "agent_reporters": [{"x_km": "x_km"}],
        },
        display_progress=False,
    )
    by_replication = {row["replication"]: row for row in rows}
    assert len(rows) == 3 * 12
    assert len({row["x"] for row in by_replication.values()}) == 3
    for replication, row in by_replication.items():
        model = WargameModel(SCENARIO, replication=replication)
        model.run_model()
        assert row["lost"] == model.measures()["blue_losses"]
        assert row["x"] == _mean_x(model)
        mine = [r["x_km"] for r in rows if r["replication"] == replication]
        assert mine == [unit.x_km for unit in model.units]


def test_a_drawn_seed_is_reported_and_repeats_the_battle() -> None:
    rows = batch_run(WargameModel, {"scenario": SCENARIO, "seed": None}, iterations=2, display_progress=False)
    assert rows[0]["seed"] != rows[1]["seed"]
    model = WargameModel(SCENARIO, seed=rows[1]["seed"])
    model.run_model()
    assert rows[1]["blue_force_left"] == model.datacollector.model_vars["blue_force_left"][-1]


def _mean_x(model: WargameModel) -> float:
    return float(model.simulation.state.units.real[0, UnitR.X].mean())


def test_an_order_of_a_behaviour_is_carried_out_and_replaces_the_policys() -> None:
    def retreat(situation: Situation) -> None:
        situation.order("move", (-14.0, 6.0), speed=1.0)

    model = WargameModel(SCENARIO, policies={"blue": "assault"}, behaviours={"blue-ground": retreat})
    for _ in range(30):
        model.step()
    units = [unit for unit in model.units if unit.group == "blue-ground"]
    assert {unit.task for unit in units} == {"move"}
    assert all(unit.x_km < -13.0 for unit in units)
    boats = [unit.row for unit in model.units if unit.group == "blue-boats"]
    assert (model.simulation.state.units.real[0, UnitR.TASK_X, boats] != -14_000.0).all()


def test_each_group_gets_an_instance_of_a_class() -> None:
    class Counter:
        def __init__(self) -> None:
            self.seen: list[str] = []

        def __call__(self, situation: Situation) -> None:
            self.seen.append(situation.group)
            order.append((situation.group, len(self.seen), situation.me.name))

    order: list[tuple[str, int, str]] = []
    model = WargameModel(SCENARIO, behaviours={"red-boats-2": Counter, "blue-boats": Counter})
    model.step()
    model.step()
    told = [(group, k) for group, k, _ in order]
    assert told == [("blue-boats", 1), ("red-boats", 1), ("blue-boats", 2), ("red-boats", 2)]
    assert order[1][2] == "red-boats-2"


def test_a_behaviour_learns_nothing_of_an_enemy_that_nobody_has_seen() -> None:
    told: list[Any] = []

    def look(situation: Situation) -> None:
        told.append((situation.me, situation.units, situation.friends, situation.contacts, situation.draw(3).tolist()))

    for shift_m in (0.0, 700.0):
        model = WargameModel(SCENARIO, behaviours={"blue-boats": look})
        state = model.simulation.state
        unseen = np.flatnonzero(model.compiled.params.units.whole[UnitSpecW.SIDE] == 1)
        assert (state.contacts.whole[0, ContactW.LEVEL] == Level.NONE).all()
        state.units.real[0, UnitR.Y, unseen] += shift_m
        state.units.real[0, UnitR.STRENGTH, unseen] *= 0.5
        model.step()
    assert told[0] == told[1]
    assert told[0][3] == ()


def test_contacts_are_those_of_the_picture() -> None:
    held: list[int] = []

    def look(situation: Situation) -> None:
        held.append(len(situation.contacts))
        nearest = situation.nearest_contact()
        if nearest is not None:
            me = situation.me
            ranges = [np.hypot(c.x_km - me.x_km, c.y_km - me.y_km) for c in situation.contacts]
            assert np.hypot(nearest.x_km - me.x_km, nearest.y_km - me.y_km) == min(ranges)

    model = WargameModel(SCENARIO, behaviours={"red-scout": look})
    model.run_model()
    assert held == model.datacollector.model_vars["red_contacts"][:-1]
    assert max(held) > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scenario": "two-patrol"}, "two-patrol: no such file or library scenario; did you mean"),
        ({"scenario": 3}, "scenario: 3 is neither a file, a name nor a compiled scenario"),
        ({"seed": -1}, "--seed -1: out of range"),
        ({"seed": 1.5}, "seed: 1.5 is not a whole number"),
        ({"replication": True}, "replication: True is not a whole number"),
        ({"step_by": "second"}, "step_by: 'second' is not known; give 'decision' or 'tick'"),
        ({"policies": "blue"}, "policies: 'blue' is not a mapping; .* put the mapping in a list"),
        ({"policies": {"green": "hold"}}, "no side 'green'"),
        ({"behaviours": {"blue-boat": print}}, r"behaviours\['blue-boat'\]: no group or unit .* `blue-boats`"),
        ({"behaviours": {"blue-boats": 3}}, "3 is not callable"),
        ({"behaviours": {"blue-boats": print, "blue-boats-1": print}}, "has a behaviour already"),
    ],
)
def test_wrong_arguments_are_refused_with_what_is_right(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        WargameModel(**{"scenario": SCENARIO, **arguments})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.order("atack"), "no task 'atack'; did you mean `attack`"),
        (lambda s: s.order(Task.MOVE, (99.0, 0.0)), r"the point \(99, 0\) km is off the map"),
        (lambda s: s.order("move", (float("nan"), 0.0)), "is off the map"),
        (lambda s: s.order("move", speed=2.0), "speed is 2"),
        (lambda s: s.order("attack", radius_km=-1.0), "radius_km is -1"),
        (lambda s: s.order("hold", roe="fre"), "no roe 'fre'; did you mean `free`"),
        (lambda s: s.order("escort"), "`escort` names a group"),
        (lambda s: s.order("escort", escort="red-boats"), "no group 'red-boats' of the side"),
    ],
)
def test_wrong_orders_are_refused_with_what_is_right(call: Any, message: str) -> None:
    model = WargameModel(SCENARIO, behaviours={"blue-boats": call})
    with pytest.raises(InputError, match=message):
        model.step()


def test_a_behaviour_that_fails_is_named() -> None:
    model = WargameModel(SCENARIO, behaviours={"blue-boats": lambda situation: 1 // 0})
    with pytest.raises(RunError, match=r"<lambda> of blue-boats: ZeroDivisionError at 0 s"):
        model.step()
    model.set_behaviour("blue-boats", None)
    model.step()


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(InputError, match="measure 'blue_loss': unknown; did you mean `blue_losses`"):
        WargameModel(SCENARIO, model_reporters={"x": measured("blue_loss")})


def test_without_mesa_the_extra_is_named() -> None:
    code = "import sys; sys.modules['mesa'] = None; import agents.mesa_model.model"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ImportError: agents.mesa_model.model needs Mesa" in result.stderr
    assert "pip install 'chammo[mesa]'" in result.stderr


@pytest.mark.parametrize("k", range(4))
def test_the_examples_of_the_manual_run(repository: Path, k: int, capsys: pytest.CaptureFixture[str]) -> None:
    page = (repository / "docs/how-to/mesa.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 4
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(blocks[k], "mesa.md", "exec"), names)
    if k == 0:
        lines = [line for line in blocks[0].splitlines() if line.strip()]
        assert len(lines) <= 10
        assert "blue_force_left" in capsys.readouterr().out
    elif k == 3:
        assert len(names["rows"]) == 6
