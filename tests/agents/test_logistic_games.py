"""The policies of logistics of a scenario act in every game as in a run: the same orders, so the same bits."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from agents.environments.draws import ROOT_SEED
from agents.environments.episode import Episodes
from agents.environments.settings import Settings
from scenarios.run.logistics import file_chairs
from scenarios.run.play import run_scenario, start_simulation
from scenarios.run.policies import build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.maintenance import MaintenanceOrders, MaintenancePicture
from simcore.maintenance_chair import MaintenanceChair
from simcore.orders import Orders
from simcore.params import RuleW
from simcore.policy_registry import find_policy
from simcore.supply import SupplyChair, SupplyPicture, brief_supply
from simcore.upkeep import ComponentR
from staff_ai.advice.staff import Staff
from staff_ai.courses.course import CONTINUE, Moment
from staff_ai.explanation.moment import open_moment, watch
from staff_ai.games.play import play_copies
from staff_ai.wargame.rollouts import Draws, Table
from staff_ai.wargame.worlds import FIRST_REPLICATION, TrueWorlds
from tests.agents.logistic_games import compiled_game, hash_of_run

GAME = compiled_game()
N_TICKS = int(GAME.params.rules_whole[RuleW.N_TICKS])


def test_training_plays_a_game_as_a_run_also_where_it_begins_later_than_its_neighbours() -> None:
    games = Episodes(Settings(GAME, opponents=("hold",)), 2)
    games.reset([1, 2])
    carry_on = {0: np.zeros((2, games.tables[0].schema.sizes.groups), dtype=np.int64)}
    for _ in range(7):
        games.step(carry_on)
    games.begin([1])
    wanted = [hash_of_run(GAME, ROOT_SEED, int(number)) for number in games.replication]
    found: list[str] = []
    while len(found) < 2:
        done = np.flatnonzero(games.step(carry_on).terminated)
        found += [games.state_hash(int(row)) for row in done]
        games.begin(done)
    assert found == wanted


def test_a_mesa_model_plays_the_run_step_by_step() -> None:
    model = pytest.importorskip("agents.mesa_model.model")
    played = model.WargameModel(GAME, seed=5, replication=3, step_by="tick", policies={"blue": "hold", "red": "hold"})
    played.run_model()
    assert played.state_hash() == hash_of_run(GAME, 5, 3)


def test_a_look_ahead_from_the_middle_of_a_run_that_continues_its_orders_is_the_rest_of_the_run() -> None:
    at = 20 * GAME.roster.decision_ticks
    choices = choose_policies(GAME.roster, by_side={"blue": "hold", "red": "hold"})
    simulation = start_simulation(GAME, 4, [FIRST_REPLICATION])
    run_decisions(
        simulation,
        build_policies(choices, GAME.briefings, 4, [FIRST_REPLICATION]),
        chairs=file_chairs(GAME, 4),
        decision_ticks=GAME.roster.decision_ticks,
        n_ticks=at,
    )
    moment = Moment(simulation.time_s, GAME.roster.decision_ticks * GAME.roster.dt_s)
    table = Table(TrueWorlds(GAME, simulation), 0, ["hold"], moment, seed=4)
    draws = Draws(*(np.zeros(1, dtype=np.int64) for _ in range(3)))
    future = table.start([CONTINUE], draws)
    assert table.run(future, [CONTINUE], draws)
    assert future.hash() == [hash_of_run(GAME, 4, FIRST_REPLICATION)]


def test_games_of_an_evaluation_are_runs() -> None:
    hashes: list[str] = []
    numbers: list[int] = []

    def keep(_: object, simulation: Any) -> None:
        hashes.extend(simulation.hash())
        numbers.extend(int(number) for number in simulation.state.replication)

    settings = Settings(GAME, opponents=("hold",))
    play_copies(settings, 0, lambda: find_policy("hold"), 1, ("hold",), 2, "test", on_end=keep)
    assert hashes == [hash_of_run(GAME, ROOT_SEED, number) for number in numbers]


def test_a_moment_of_a_recorded_run_has_its_stocks_and_components(tmp_path: Path) -> None:
    choices = choose_policies(GAME.roster, by_side={"blue": "hold", "red": "hold"})
    run_scenario(GAME, choices, seed=1, replication=0, folder=tmp_path / "run")
    moment = open_moment(f"{tmp_path / 'run'}@4h", "blue")
    seen = watch(moment, Staff(GAME.briefings[0]))
    simulation = start_simulation(GAME, 1, [0])
    run_decisions(
        simulation,
        build_policies(choices, GAME.briefings, 1, [0]),
        chairs=file_chairs(GAME, 1),
        decision_ticks=GAME.roster.decision_ticks,
        n_ticks=moment.tick,
    )
    wanted = simulation.picture(0).sustainment
    assert seen.sustainment is not None
    assert wanted is not None
    assert wanted.part_real[0, 0].max() > 0.0
    for found, right in zip(seen.sustainment[:-1], wanted[:-1], strict=True):
        assert found.tobytes() == right.tobytes()  # type: ignore[union-attr]


class _Clock:
    """A policy that reads the time of its picture, as if all replications had the same."""

    def __init__(self) -> None:
        self.times: list[tuple[float, int]] = []

    def reset(self, briefing: object, seed: int, replication: np.ndarray) -> None:
        pass

    def decide(self, picture: "MaintenancePicture | SupplyPicture", orders: "MaintenanceOrders | Orders") -> None:
        common = picture.picture if isinstance(picture, SupplyPicture) else picture
        assert np.isfinite(common.time_s)
        self.times.append((common.time_s, len(common.replication)))
        if isinstance(orders, MaintenanceOrders):
            orders.limit_hours(0, common.time_s + 1.0)
        else:
            orders.real[:, 0, :] = common.time_s


def test_a_policy_that_reads_no_clocks_is_called_for_each_clock() -> None:
    simulation = start_simulation(GAME, 0, [0, 1, 2])
    simulation.advance(60)
    simulation.begin(np.array([1]), [7])
    simulation.advance(60)
    policy = _Clock()
    chair = MaintenanceChair(cast(Any, policy), GAME.params, 0, "maintenance of blue")
    chair.decide(simulation)
    assert policy.times == [(600.0, 1), (1200.0, 2)]
    limits = simulation.state.components.real[:, ComponentR.HOURS_LIMIT, 0]
    assert limits.tolist() == [1201.0, 601.0, 1201.0]
    supply = _Clock()
    briefing = brief_supply(GAME.params, GAME.briefings[0], GAME.roster.items)
    SupplyChair(cast(Any, supply), GAME.params, briefing, "supply of blue").decide(simulation)
    assert supply.times == [(600.0, 1), (1200.0, 2)]
