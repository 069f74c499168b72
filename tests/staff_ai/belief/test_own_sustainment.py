"""Own components and stores in the worlds of a belief: as reported, with the hidden part drawn given the reports."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.compiler.scenario import Compiled
from scenarios.run.logistics import file_chairs
from simcore.errors import InputError
from simcore.maintenance import PartR
from simcore.situation import simulation_at, situation_of
from simcore.situation_tables import blocks_of
from simcore.state import UnitR, UnitW
from simcore.stores import ShipmentStage, ShipmentW, StoreR
from simcore.sustainment_picture import StockR
from simcore.types import Status
from simcore.upkeep import (
    ComponentR,
    ComponentSpecR,
    ComponentSpecW,
    ComponentW,
    Condition,
    GangR,
    Law,
    Part,
    Step,
    UseW,
)
from staff_ai.advice.advice import Advice, picture_digest
from staff_ai.belief.own_sustainment import _left_s, _level_at_signal, _levels, _lives
from staff_ai.belief.prior_games import PriorGames
from staff_ai.belief.staff_scenario import staff_scenario
from staff_ai.belief.worlds import Draws
from tests.agents.logistic_games import depot_and_outposts
from tests.simcore.small_worlds import compile_world
from tests.staff_ai.belief.moments import Moment

N = 200
POWER = {
    "weibull": {"shape": 2, "scale_h": 30},
    "gamma": {"shape_per_h": 2, "scale": 1, "limit": 40, "signal_sigma": 0.05},
    "repair": {"mean_h": 1, "law": "fixed"},
    "service": 0.5,
}


@cache
def compiled() -> Compiled:
    """Return trucks that wear by hours and by a gamma process, and stores with and without orders of their own."""
    content = depot_and_outposts()
    truck = content["catalogue"]["platforms"]["truck"]
    content["catalogue"]["platforms"]["truck"] = {**truck, "wear": {"power": POWER}}
    diesel = content["sustainment"]["stores"][1]["items"]["diesel"]
    content["sustainment"]["stores"][1]["items"]["diesel"] = {
        **diesel, "source": {"lead_time_h": 3}, "reorder_at": 300,
    }  # fmt: skip
    return compile_world(content)


class Game(Moment):
    """A game of the trucks and stores at a moment; their policies of the file decide."""

    def __init__(self, decisions: int = 24) -> None:
        super().__init__(compiled(), games(), decisions, chairs=file_chairs(compiled(), 1))


@cache
def games() -> PriorGames:
    """Return the prior games of blue."""
    scenario = compiled()
    return PriorGames(staff_scenario(scenario.briefings[0], scenario.ground))


def test_reported_hours_signals_and_stocks_reach_every_world() -> None:
    game = Game()
    known, worlds, staff = game.picture.sustainment, game.begun(N), game.staff
    assert known is not None
    parts = worlds.state.components.real[:, :, staff.own_components]
    assert known.part_real[0, PartR.HOURS].max() > 0.5
    assert np.allclose(parts[:, ComponentR.KNOWN_METER_H], known.part_real[0, PartR.HOURS])
    has_signal = ~np.isnan(known.part_real[0, PartR.SIGNAL])
    assert has_signal.any()
    assert (parts[:, ComponentR.SIGNAL][:, has_signal] == known.part_real[0, PartR.SIGNAL, has_signal]).all()
    stores = worlds.state.stores.real[:, :, staff.own_stores]
    assert (stores[:, StoreR.ON_HAND] == known.stock[0, StockR.ON_HAND]).all()
    seen = worlds.picture(staff.side).sustainment
    assert seen is not None
    assert np.allclose(seen.stock[:, StockR.ON_HAND], known.stock[0, StockR.ON_HAND])
    assert (seen.in_force.whole == known.in_force.whole).all()
    assert known.in_force.whole.any()


def test_what_is_on_order_to_a_store_that_orders_for_itself_is_under_way_to_it() -> None:
    def has_ordered(game: Game) -> bool:
        known = game.picture.sustainment
        assert known is not None
        is_shipped = (game.simulation.state.shipments.whole[0, ShipmentW.STAGE] > 0).any()
        return bool(is_shipped and known.stock[0, StockR.ON_ORDER].any())

    game = next(filter(has_ordered, map(Game, range(8, 40, 4))))
    worlds = game.begun(50)
    shipments = worlds.state.shipments
    is_under_way = shipments.whole[:, ShipmentW.STAGE] == ShipmentStage.UNDER_WAY
    assert (is_under_way.sum(axis=1) >= 1).all()
    due_h = (shipments.whole[:, ShipmentW.DUE] - worlds.tick)[is_under_way] / 360.0
    assert due_h.min() >= 0.0
    assert due_h.max() <= 3.0  # the lead time
    assert len(np.unique(due_h)) > 10


def test_the_worlds_show_nothing_of_the_true_wear_and_life() -> None:
    game = Game()
    before = game.worlds(20)
    digest = picture_digest(game.picture, 0)
    state = game.simulation.state
    state.components.real[:, [ComponentR.LIFE_H, ComponentR.WEAR, ComponentR.AGE_H]] *= 0.25
    state.stores.real[:, [StoreR.ON_HAND, StoreR.ON_ORDER]] += 17.0
    assert picture_digest(game.picture, 0) == digest
    after = game.worlds(20)
    for a, b in zip(before.situation.sustainment or (), after.situation.sustainment or (), strict=True):
        assert a.real.tobytes() == b.real.tobytes()
        assert a.whole.tobytes() == b.whole.tobytes()


def test_another_reported_stock_gives_another_digest_and_other_worlds() -> None:
    game = Game()
    before, digest = game.worlds(4), picture_digest(game.picture, 0)
    game.simulation.state.stores.real[:, StoreR.REPORTED] += 5.0
    assert picture_digest(game.picture, 0) != digest
    stores = game.staff.own_stores
    assert before.situation.sustainment is not None
    after = game.worlds(4).situation.sustainment
    assert after is not None
    gap = after.stores.real[:, StoreR.ON_HAND] - before.situation.sustainment.stores.real[:, StoreR.ON_HAND]
    assert (gap[:, stores] == 5.0).all()


def test_runs_with_equal_pictures_get_the_same_advice() -> None:
    def advise(hidden: float) -> Advice:
        game = Game()
        game.simulation.state.components.real[:, [ComponentR.WEAR, ComponentR.AGE_H]] *= hidden
        return game.advice()

    one, other = advise(1.0), advise(0.1)
    assert one.picture == other.picture
    assert one.standing is not None
    assert other.standing is not None
    assert one.standing.ranking.outcomes.tobytes() == other.standing.ranking.outcomes.tobytes()


def draws(n: int) -> Draws:
    """Return random numbers of the staff for ``n`` worlds."""
    return Draws(seed=1, number=0, n=n, tick=0)


def test_a_life_is_drawn_given_survival_to_the_reported_age() -> None:
    n, age, beta, eta = 4000, 20.0, 2.5, 30.0
    u = np.random.default_rng(1).random((n, 1))
    lives = _lives(u, np.array([age]), np.array([beta]), np.array([eta]))[:, 0]
    assert lives.min() >= age

    def given_survival(t: np.ndarray) -> np.ndarray:
        return 1.0 - np.exp((age / eta) ** beta - (t / eta) ** beta)

    assert stats.kstest(lives, given_survival).pvalue > 1e-4
    assert np.isinf(_lives(u, np.array([age]), np.array([1.0]), np.array([np.inf]))).all()


def test_wear_is_drawn_around_the_signal_and_below_the_failure_that_has_not_come() -> None:
    # a wide prior: the posterior is the error of the signal, cut off at the limit; signal 0.9, error 0.1
    u = (np.arange(4000, dtype=np.float64) + 0.5) / 4000.0
    levels = _level_at_signal(u, 1.0, 0.0, 1e-3, 0.0, 1.0, 0.9, 0.1)
    mean, spread = stats.truncnorm.stats(-9.0, 1.0, loc=0.9, scale=0.1, moments="mv")
    assert levels.max() < 1.0
    assert abs(levels.mean() - mean) < 0.002  # the grid has cells of 0.003
    assert abs(levels.std() - spread**0.5) < 0.002
    # without a signal it is the law of the process, given that it has not failed
    levels = _level_at_signal(u, 4.0, 0.0, 5.0, 0.0, 1.0, float("nan"), 0.1) * 5.0
    law = stats.gamma(4.0)
    assert stats.kstest(levels, lambda x: law.cdf(x) / law.cdf(5.0)).pvalue > 1e-4


def test_wear_grows_from_the_signal_to_the_report_without_failing_and_freely_since() -> None:
    spec = compiled().params.components.real[:, :1].copy()
    args = np.array([10.0]), np.array([4.0])
    condition = np.array([Condition.GOOD])
    kept = _levels(spec, *args, np.array([0.0]), np.array([0.8]), condition, draws(3000))[:, 0]
    assert kept.max() < 40.0
    gone_on = _levels(spec, *args, np.array([6.0]), np.array([0.8]), condition, draws(3000))[:, 0]
    grown = gone_on - kept
    assert abs(grown.mean() - 12.0) < 4.0 * 12.0**0.5 / 3000**0.5  # shape 2 per hour, scale 1
    assert (gone_on > 40.0).any()


def test_work_goes_on_for_the_rest_of_its_time() -> None:
    whole = compiled().params.components.whole[:, :1].copy()
    spec = compiled().params.components.real[:, :1].copy()
    left = _left_s(draws(10), spec, whole, np.array([0]), np.array([1000.0]))
    assert (left == 2600.0).all()  # a repair takes an hour
    assert (_left_s(draws(10), spec, whole, np.array([0]), np.array([4000.0])) == 0.0).all()
    spec[ComponentSpecR.REPAIR_CV] = 0.5
    spread = np.log(1.25) ** 0.5
    for law, of in (
        (Law.EXPONENTIAL, stats.expon(scale=3600.0)),
        (Law.LOGNORMAL, stats.lognorm(spread, scale=3600.0 * np.exp(-0.5 * spread**2))),
        (Law.GAMMA, stats.gamma(4.0, scale=900.0)),
    ):
        whole[ComponentSpecW.REPAIR_LAW] = law
        left = _left_s(draws(2000), spec, whole, np.array([0]), np.array([3000.0]))[:, 0]

        def given(t: np.ndarray, of: Any = of) -> np.ndarray:
            return (of.cdf(3000.0 + t) - of.cdf(3000.0)) / of.sf(3000.0)

        assert stats.kstest(left, given).pvalue > 1e-4


def test_a_component_in_work_is_worked_on_in_every_world_and_a_crew_is_busy() -> None:
    game = Game()
    staff = game.staff
    spec = compiled().params.components.whole
    own = np.flatnonzero(spec[ComponentSpecW.PART] != Part.STRUCTURE)[-1]
    state = game.simulation.state
    state.components.whole[:, [ComponentW.KNOWN_CONDITION, ComponentW.CONDITION], own] = Condition.FAILED
    state.components.whole[:, [ComponentW.KNOWN_STEP, ComponentW.STEP], own] = Step.WORK
    unit = int(spec[ComponentSpecW.UNIT, own])
    state.units.real[:, [UnitR.REPORT_X, UnitR.REPORT_Y], unit] = 0.0
    state.units.whole[:, UnitW.REPORT_STATUS, unit] = Status.ACTIVE
    game.tracker._rows.clear()
    game.tracker.observe(game.picture)
    worlds = game.begun(20)
    here = staff.own_components[own]
    assert (worlds.state.components.whole[:, ComponentW.STEP, here] == Step.WORK).all()
    assert (worlds.state.components.whole[:, ComponentW.WORKSHOP, here] == 0).all()
    due_s = worlds.state.components.real[:, ComponentR.DUE_S, here]
    assert (due_s == worlds.time_s + 3600.0).all()
    assert (worlds.state.gangs.real[:, GangR.FREE_S, 0] == due_s).all()
    worlds.advance(400)
    assert (worlds.state.components.whole[:, ComponentW.REPAIRS, here] == 1).all()


def test_wear_goes_on_at_its_own_pace_in_the_worlds() -> None:
    game = Game()
    worlds = game.begun(3)
    own = game.staff.own_units
    turns = worlds.state.uses.whole[:, UseW.WEAR_TICK][:, own]
    assert (turns >= worlds.tick).all()
    before = worlds.state.components.real[:, ComponentR.TOTAL_H].copy()
    worlds.advance(360)
    grown = worlds.state.components.real[:, ComponentR.TOTAL_H] - before
    assert grown.max() <= 1.0 + 1e-9


def test_the_truth_as_a_description_has_the_same_sustainment() -> None:
    simulation = Game().simulation
    again = simulation_at(simulation.params, situation_of(simulation), seed=1, replications=[0])
    for given, found in zip(blocks_of(simulation.state), blocks_of(again.state), strict=True):
        assert given.real.tobytes() == found.real.tobytes()
        assert given.whole.tobytes() == found.whole.tobytes()
    described = situation_of(simulation)
    assert described.sustainment is not None
    described.sustainment.components.whole[:, ComponentW.CONDITION] = 9
    with pytest.raises(InputError, match="CONDITION is unknown"):
        simulation_at(simulation.params, described, seed=1, replications=[0])
