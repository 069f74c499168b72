"""Worlds from a description: they continue as the described worlds would, and contain nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcore.errors import InputError
from simcore.params import MountSpecW, RuleR, UnitSpecW
from simcore.passable import passable
from simcore.simulation import Simulation
from simcore.situation import Situation, select, simulation_at, situation_of, start_of
from simcore.state import SideR, SideW, UnitR, UnitW, WorldW
from simcore.types import NONE, Domain, EndReason, Level, ObjectiveKind, Status
from tests.simcore.small_worlds import compile_world, same_state, skirmish, start

SEED = 11
TICK = 100


@pytest.fixture(scope="module")
def halfway() -> Simulation:
    simulation = start(skirmish(), seed=SEED, replications=range(3))
    simulation.advance(TICK)
    return simulation


@pytest.fixture(scope="module")
def described(halfway: Simulation) -> Situation:
    return situation_of(halfway)


def _build(halfway: Simulation, situation: Situation, **keys: Any) -> Simulation:
    numbers = keys.pop("replications", range(situation.n_worlds))
    return simulation_at(halfway.params, situation, seed=SEED, replications=numbers, **keys)


def _without(situation: Situation, units: np.ndarray) -> Situation:
    status = situation.units.status.copy()
    status[:, units] = Status.ABSENT
    level = situation.contacts.level.copy()
    level[:, :, units] = 0
    flight = situation.salvoes
    assert flight is not None
    return situation._replace(
        units=situation.units._replace(status=status),
        contacts=situation.contacts._replace(level=level),
        salvoes=None,
    )


def test_what_is_described_is_read_out_again_unchanged(halfway: Simulation, described: Situation) -> None:
    again = situation_of(_build(halfway, described))
    assert again.tick == TICK
    for name in ("x", "y", "hx", "hy", "vx", "vy", "goal_x", "strength", "endurance_s", "status", "damage", "host"):
        there = np.isin(described.units.status, (Status.ACTIVE, Status.ABOARD, Status.SERVICING))
        assert np.array_equal(getattr(again.units, name)[there], getattr(described.units, name)[there]), name
    assert np.array_equal(again.ammo, described.ammo)
    held = described.contacts.level > 0
    assert held.any()
    for name, values in described.contacts._asdict().items():
        assert np.array_equal(getattr(again.contacts, name)[held], values[held]), name
    assert np.array_equal(again.tally_whole, described.tally_whole)
    assert np.array_equal(again.held_s, described.held_s)


def test_a_description_at_tick_0_gives_the_start_of_the_scenario() -> None:
    first = start(skirmish(), seed=SEED, replications=range(3))
    built = _build(first, situation_of(first))
    assert np.array_equal(built.state.units.real[:, UnitR.X], first.state.units.real[:, UnitR.X])
    assert np.array_equal(built.state.sensors.whole, first.state.sensors.whole)
    assert np.array_equal(built.state.sides.real[:, SideR.SCORE], first.state.sides.real[:, SideR.SCORE])
    built.advance(300)
    first.advance(300)
    assert same_state(built, first)


def test_threads_change_nothing(halfway: Simulation, described: Situation) -> None:
    worlds = select(described, np.array([0, 1, 2, 0, 1, 2]))
    one, two = (_build(halfway, worlds, threads=threads) for threads in (1, 2))
    one.advance(150)
    two.advance(150)
    assert same_state(one, two)


def test_a_world_is_the_same_alone_and_in_any_company(halfway: Simulation, described: Situation) -> None:
    every = _build(halfway, described)
    alone = _build(halfway, select(described, np.array([1])), replications=[1])
    for simulation in (every, alone):
        simulation.advance(150)
    assert alone.hash()[0] == every.hash()[1]


def test_the_number_of_a_replication_changes_the_future(halfway: Simulation, described: Situation) -> None:
    worlds = _build(halfway, select(described, np.array([0, 0, 0])), replications=[4, 5, 4])
    worlds.advance(150)
    first, second, third = worlds.hash()
    assert first == third != second


def test_a_world_from_a_description_is_saved_and_restored(
    halfway: Simulation, described: Situation, tmp_path: Path
) -> None:
    built = _build(halfway, described)
    built.save(tmp_path / "state.npz")
    again = Simulation.restore(tmp_path / "state.npz", halfway.params)
    assert again.tick == TICK
    built.advance(100)
    again.advance(100)
    assert same_state(built, again)


def test_absent_units_take_part_in_nothing(halfway: Simulation, described: Situation) -> None:
    side = halfway.params.units.whole[UnitSpecW.SIDE]
    absent = np.flatnonzero(side == 1)[::2]
    hosts = np.isin(described.units.host, absent).any(axis=0)
    absent = np.union1d(absent, np.flatnonzero(hosts))
    simulation = _build(halfway, _without(described, absent), record_events=True)
    lost_before = simulation.state.sides.whole[:, SideW.LOSSES].copy()
    simulation.advance(200)
    events = simulation.events()
    assert len(events) > 0
    assert not np.isin(events["unit"], absent).any()
    assert not np.isin(events["other"], absent).any()
    status = simulation.state.units.whole[:, UnitW.STATUS]
    assert (status[:, absent] == Status.ABSENT).all()
    n_lost = (status[:, side == 1] == Status.LOST).sum(axis=1)
    had_lost = (np.delete(described.units.status, absent, axis=1) == Status.LOST)[:, np.delete(side, absent) == 1]
    fresh = simulation.state.sides.whole[:, SideW.LOSSES, 1] - lost_before[:, 1]
    assert np.array_equal(fresh, n_lost - had_lost.sum(axis=1))
    level = simulation.state.contacts.whole[:, 0].reshape(3, 2, -1)
    assert (level[:, :, absent] == 0).all()


def test_the_score_counts_present_units_alone(halfway: Simulation, described: Situation) -> None:
    """The share of losses is of the units present: with one of two lost it is a half, whatever the file lists."""
    params = halfway.params
    side = params.units.whole[UnitSpecW.SIDE]
    red = np.flatnonzero((side == 1) & (params.units.whole[UnitSpecW.IS_ONE_WAY] == 0))
    kept = [int(i) for i in red if params.units.whole[UnitSpecW.DOMAIN, i] == Domain.LAND][:2]
    situation = _without(described, np.setdiff1d(np.flatnonzero(side == 1), kept))
    status = situation.units.status.copy()
    status[:, kept[0]], status[:, kept[1]] = Status.LOST, Status.ACTIVE
    strength = np.where(status == Status.ACTIVE, 1.0, situation.units.strength)
    situation = situation._replace(units=situation.units._replace(status=status, strength=strength))
    simulation = _build(halfway, situation)
    kinds, sides = params.objectives.whole[1], params.objectives.whole[0]
    destroy = int(np.flatnonzero((kinds == ObjectiveKind.DESTROY) & (sides == 0))[0])
    cost = params.units.real[12][kept]
    assert simulation.state.objectives.real[:, 0, destroy] == pytest.approx(cost[0] / cost.sum())


def test_a_side_that_was_never_there_is_not_annihilated(halfway: Simulation, described: Situation) -> None:
    side = halfway.params.units.whole[UnitSpecW.SIDE]
    simulation = _build(halfway, _without(described, np.flatnonzero(side == 1)))
    simulation.advance(20)
    assert (simulation.state.world[:, WorldW.REASON] == EndReason.RUNNING).all()


def test_absent_units_are_gone_in_the_picture_of_their_own_side(halfway: Simulation, described: Situation) -> None:
    side = halfway.params.units.whole[UnitSpecW.SIDE]
    picture = _build(halfway, _without(described, np.flatnonzero(side == 1))).picture(1)
    assert (picture.own_whole[:, 0] == Status.EXPENDED).all()


def test_units_stand_on_ground_that_carries_them(halfway: Simulation, described: Situation) -> None:
    """The south of the world is water: a ground unit described there stands on its shore."""
    params = halfway.params
    is_land = params.units.whole[UnitSpecW.DOMAIN] == Domain.LAND
    there = (described.units.status == Status.ACTIVE) & is_land
    assert there.any()
    y = np.where(there, -8000.0, described.units.y)
    built = _build(halfway, described._replace(units=described.units._replace(y=y)))
    placed = built.state.units.real[:, UnitR.Y][there]
    cell = float(params.rules_real[RuleR.RASTER_CELL_M])
    assert ((placed >= -2000.0) & (placed <= -2000.0 + cell)).all()


def test_the_nearest_passable_place_is_the_place_itself_where_it_is_passable(halfway: Simulation) -> None:
    params = halfway.params
    land = np.flatnonzero(params.units.whole[UnitSpecW.DOMAIN] == Domain.LAND)[:1]
    flyers = np.flatnonzero(params.units.whole[UnitSpecW.DOMAIN] == Domain.AIR)[:1]
    x, y = np.array([0.0, 500.0, 3100.0]), np.array([3000.0, 8000.0, -9000.0])
    assert np.array_equal(passable(params, flyers, x, y), (x, y))
    new_x, new_y = passable(params, land, x, y)
    assert np.array_equal(new_x[:1], x[:1])
    assert np.array_equal(new_y[:1], y[:1])
    assert new_x[2] == 3100.0
    assert -2000.0 <= new_y[2] <= -1990.0


def test_no_passable_cell_is_nearer_than_the_place_found(halfway: Simulation) -> None:
    """A boat is placed at the nearest point of the nearest cell of water, found here by a look at every cell."""
    params, rules = halfway.params, halfway.params.rules_real
    boat = np.flatnonzero(params.units.whole[UnitSpecW.DOMAIN] == Domain.SURFACE)[:1]
    draws = np.random.default_rng(3)
    x, y = draws.uniform(rules[RuleR.WEST], rules[RuleR.EAST], 50), draws.uniform(rules[RuleR.SOUTH], 12e3, 50)
    new_x, new_y = passable(params, boat, x, y)
    rows, columns = np.nonzero(params.terrain.surface == 0)
    cell = float(rules[RuleR.RASTER_CELL_M])
    west, south = rules[RuleR.RASTER_WEST] + columns * cell, rules[RuleR.RASTER_SOUTH] + rows * cell
    east_gap = np.maximum(np.maximum(west - x[:, None], x[:, None] - west - cell), 0.0)
    north_gap = np.maximum(np.maximum(south - y[:, None], y[:, None] - south - cell), 0.0)
    least = np.sqrt(east_gap**2 + north_gap**2).min(axis=1)
    assert (least > 0.0).any()
    assert np.sqrt((new_x - x) ** 2 + (new_y - y) ** 2) == pytest.approx(least, abs=2e-3 * cell)


def test_the_start_of_a_scenario_can_be_described_at_a_later_tick() -> None:
    params = compile_world(skirmish()).params
    built = simulation_at(params, start_of(params, 50, seed=1, replications=[0, 1]), seed=1, replications=[0, 1])
    assert built.tick == 50
    assert (built.ticks == 50).all()
    built.advance(50)
    assert (built.state.world[:, WorldW.TICK] == 100).all()


def _units(**columns: Callable[[np.ndarray], None]) -> Callable[[Situation], Situation]:
    def change(situation: Situation) -> Situation:
        changed = {name: getattr(situation.units, name).copy() for name in columns}
        for name, edit in columns.items():
            edit(changed[name])
        return situation._replace(units=situation.units._replace(**changed))

    return change


def _put(value: float) -> Callable[[np.ndarray], None]:
    return lambda column: column.__setitem__((1, 0), value)


def _too_much_ammunition(situation: Situation) -> Situation:
    ammo = situation.ammo.copy()
    ammo[0, 0] = 10**6
    return situation._replace(ammo=ammo)


def _contact_on_an_absent_unit(situation: Situation) -> Situation:
    enemy = int(np.flatnonzero(situation.contacts.level[0, 0] > 0)[0])
    status = situation.units.status.copy()
    status[:, enemy] = Status.ABSENT
    return situation._replace(units=situation.units._replace(status=status), salvoes=None)


def _contact_without_a_place(situation: Situation) -> Situation:
    x = np.where(situation.contacts.level > Level.NONE, np.nan, situation.contacts.x)
    return situation._replace(contacts=situation.contacts._replace(x=x))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_units(x=_put(np.nan)), "situation.units.x: world 1, entry 0"),
        (_units(y=_put(1e6)), "situation.units.y: world 1, entry 0"),
        (_units(host=_put(999)), "situation.units.host"),
        (_units(status=_put(Status.ABOARD), host=_put(NONE)), "situation.units.host"),
        (_units(strength=_put(0.0)), "situation.units.strength"),
        (_units(status=_put(9)), "situation.units.status"),
        (_units(status=_put(Status.PHANTOM)), "situation.units.status"),
        (_units(endurance_s=_put(-1.0)), "situation.units.endurance_s"),
        (_too_much_ammunition, "situation.ammo: world 0, entry 0"),
        (_contact_on_an_absent_unit, "situation.contacts.level"),
        (_contact_without_a_place, "situation.contacts.x"),
        (lambda situation: situation._replace(tick=10**6), "situation.tick"),
        (lambda situation: situation._replace(ammo=situation.ammo[:, :-1]), "situation.ammo: the shape"),
    ],
    ids=range(13),
)
def test_impossible_values_are_refused_with_their_place(
    halfway: Simulation, described: Situation, change: Callable[[Situation], Situation], place: str
) -> None:
    there = np.flatnonzero(described.units.status[1] == Status.ACTIVE)
    assert 0 in there  # the entries that the changes concern
    with pytest.raises(InputError, match=place.replace(".", r"\.")):
        _build(halfway, change(described))


def test_ammunition_is_that_described(halfway: Simulation, described: Situation) -> None:
    assert (described.ammo <= halfway.params.mounts.whole[MountSpecW.AMMO0]).all()
    empty = _build(halfway, described._replace(ammo=np.zeros_like(described.ammo), salvoes=None), record_events=True)
    empty.advance(50)
    assert (empty.events()["kind"] != 8).all()
