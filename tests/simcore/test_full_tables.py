"""Nothing is dropped in silence: the table of salvoes suffices, and a table or log that does not is an error."""

import copy

import numpy as np
import pytest

import simcore.simulation
from scenarios.verification.checks.fire_control import Lead
from scenarios.verification.document import all_seeing, document, everyday, group, platform
from simcore.errors import RunError
from simcore.params import UnitSpecW
from simcore.simulation import Simulation
from simcore.start import salvo_capacity
from simcore.state import Cells, State
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, compile_world, start


def supplied(rounds: int, salvo: int, every_s: float, flight_s: float) -> Document:
    """Return a shooter whose magazine is filled every so often while its rounds are on their way."""
    weapon = {
        "domains": ["surface"],
        "range_max_km": 12.0,
        "round_speed_mps": 1e4 / flight_s,
        "reload_s": 1.0,
        "rounds_per_shot": salvo,
        "p_hit": 1.0,
        "damage": 0.0,
        "needs_sight": False,
    }
    fit = {"sensors": ["eye"], "weapons": [{"weapon": "gun", "rounds": rounds}]}
    content = document(
        "supplied",
        dt_s=1.0,
        n_ticks=600,
        half_width_km=20.0,
        groups=[group("shooter", "blue", "shooter", (0.0, 0.0)), group("target", "red", "target", (10.0, 0.0))],
        platforms={"shooter": platform("surface", **fit), "target": platform("surface")},
        sensors={"eye": all_seeing(20.0, 1.0)},
        weapons={"gun": weapon},
        terrain={"kind": "flat", "surface": "water"},
    )
    times = np.arange(20.0, 300.0, every_s)
    return everyday({**content, "injects": [{"at_s": float(t), "kind": "supply", "who": ["shooter"]} for t in times]})


@pytest.mark.parametrize(("rounds", "salvo", "every_s"), [(2, 1, 20.0), (5, 2, 30.0), (3, 3, 1.0), (1, 1, 7.0)])
@pytest.mark.parametrize("flight_s", [40.0, 290.0])
def test_every_round_that_is_fired_arrives(rounds: int, salvo: int, every_s: float, flight_s: float) -> None:
    simulation = start(supplied(rounds, salvo, every_s, flight_s), seed=1, record_events=True)
    simulation.advance(600)
    events = simulation.events()
    fired = events["b"][events["kind"] == EventKind.SHOT].sum()
    assert fired > rounds
    assert events["b"][np.isin(events["kind"], [EventKind.HIT, EventKind.MISS])].sum() == fired


def test_rearming_on_a_host_renews_the_salvoes_in_flight() -> None:
    content = copy.deepcopy(supplied(2, 1, 1000.0, 290.0))
    content["injects"] = []
    few = salvo_capacity(compile_world(content).params)
    content["catalogue"]["platforms"]["shooter"]["turnaround_min"] = 0.5
    # 2 rounds at the start, and 2 more after each of the turnarounds of 30 s in 350 s of flight
    assert salvo_capacity(compile_world(content).params) >= 2 * (1 + 350 // 30) > few


def small_tables(content: Document) -> Simulation:
    """Return a simulation with room for one salvo."""
    simulation = start(content, seed=1)
    state: State = simulation.state
    salvoes = Cells(state.salvoes.real[:, :, :1].copy(), state.salvoes.whole[:, :, :1].copy())
    return Simulation(simulation.params, seed=1, state=state._replace(salvoes=salvoes))


def test_a_table_of_salvoes_without_room_is_an_error_that_names_it() -> None:
    simulation = small_tables(Lead(round_speed=200.0).document(100))
    with pytest.raises(RunError, match=r"salvoes were fired .* table of salvoes in flight .* reload_s"):
        simulation.advance(100)


def test_a_log_without_room_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simcore.simulation, "events_per_tick", lambda *_: 1)
    simulation = start(Lead().document(100), seed=1, record_events=True)
    with pytest.raises(RunError, match=r"events of a step .* log of 2 has no room"):
        simulation.advance(100)


def test_one_way_units_count_once() -> None:
    content = copy.deepcopy(Lead().document(100))
    content["catalogue"]["platforms"]["shooter"] |= {"one_way": True}
    params = compile_world(content).params
    assert (params.units.whole[UnitSpecW.IS_ONE_WAY] == 1).any()
    assert salvo_capacity(params) == 1
