"""Worlds drawn from the belief of a side."""

import copy
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.format.texts import read_text
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document, load
from scenarios.run.play import start_simulation
from simcore.params import ObjectiveSpecW, UnitSpecR, UnitSpecW, ZoneSpecW
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.situation import Situation, select, simulation_at
from simcore.types import Domain, Emcon, Identity, Level, ObjectiveKind, Status
from staff_ai.belief.foreign_units import TRUST, _likelihood
from staff_ai.belief.prior_games import own_games
from staff_ai.belief.silent_units import SILENT_S
from staff_ai.belief.staff_scenario import kept, staff_scenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.tracks import TrackW
from staff_ai.belief.worlds import draw_worlds
from tests.staff_ai.belief.watched_games import SIDE, copied, games_of, same, staff_of, tracker_after, watched


def _can_go_on(situation: Situation, ticks: int = 3) -> None:
    simulation_at(staff_of().params, situation, seed=3, replications=range(situation.n_worlds)).advance(ticks)


def test_a_world_is_the_same_whatever_the_number_of_worlds() -> None:
    game = watched()
    tracker = tracker_after(game)
    few = draw_worlds(tracker, game.pictures[-1], 0, 3, seed=5, number=2)
    many = draw_worlds(tracker, game.pictures[-1], 0, 16, seed=5, number=2)
    assert same(few.situation, select(many.situation, np.arange(3)))
    assert few.doctrine.tolist() == many.doctrine[:3].tolist()
    other = draw_worlds(tracker, game.pictures[-1], 0, 3, seed=5, number=3)
    assert not same(few.situation.units, other.situation.units)


def _second(picture: Picture) -> Picture:
    arrays = {name: value[1:] for name, value in picture._asdict().items() if isinstance(value, np.ndarray)}
    return picture._replace(**arrays)


def test_the_replications_of_a_tracker_do_not_depend_on_each_other() -> None:
    game = watched()
    tracker = tracker_after(game)
    alone = BeliefTracker(staff_of(), games_of())
    parts = [_second(picture) for picture in game.pictures]
    for part, orders in zip(parts, game.orders, strict=True):
        alone.observe(part)
        alone.record_orders(part.replication, type(orders)(orders.real[1:], orders.whole[1:]))
    together = draw_worlds(tracker, game.pictures[-1], 1, 4, seed=5)
    assert same(together, draw_worlds(alone, parts[-1], 0, 4, seed=5))


def test_the_simulation_goes_on_from_every_world() -> None:
    game = watched()
    tracker = tracker_after(game)
    for picture in (game.pictures[0], game.pictures[-1]):
        fresh = BeliefTracker(staff_of(), games_of())
        _can_go_on(draw_worlds(fresh, picture, 0, 8, seed=5).situation)
    _can_go_on(draw_worlds(tracker, game.pictures[-1], 0, 8, seed=5).situation, 100)


def _edited(change: Any) -> Any:
    document = copy.deepcopy(read_yaml(*read_text("night-strait")).data)
    change(document)
    return compile_document(document)


def _move(document: Any) -> None:
    for group in document["groups"]:
        if group["side"] == "red" and "at_km" in group:
            group["at_km"] = [group["at_km"][0] - 1.0, group["at_km"][1] * 0.5]


def _add(document: Any) -> None:
    own = next(group for group in document["groups"] if group["side"] == "red" and "at_km" in group)
    document["groups"].append(copy.deepcopy(own) | {"name": "aaa-new", "name_ko": ""})


def _remove(document: Any) -> None:
    reds = [group for group in document["groups"] if group["side"] == "red"]
    document["groups"].remove(reds[-1])


@pytest.mark.parametrize("change", [_move, _add, _remove], ids=["moved", "added", "removed"])
def test_enemy_units_that_nobody_has_seen_change_no_bit(change: Any) -> None:
    """The pictures are the same, since nobody has seen the units; the staff's scenario is of the changed file."""
    game = watched()
    staff_of()
    kept.clear()  # so that the changed file is compiled
    staff = staff_scenario(_edited(change).briefings[SIDE])
    other = BeliefTracker(staff)
    for picture, orders in zip(game.pictures, game.orders, strict=True):
        other.observe(picture)
        other.record_orders(picture.replication, orders)
    ours = draw_worlds(tracker_after(game), game.pictures[-1], 0, 6, seed=5)
    assert same(ours, draw_worlds(other, game.pictures[-1], 0, 6, seed=5))


def test_every_contact_held_is_a_contact_on_one_unit_of_the_world() -> None:
    game = watched()
    picture = game.pictures[-1]
    tracker = tracker_after(game)
    n_held = int(picture.n_contacts[0])
    assert n_held > 0
    held = draw_worlds(tracker, picture, 0, 16, seed=5).situation.contacts
    assert (held.level[:, SIDE] > Level.NONE).sum(axis=1).tolist() == [n_held] * 16
    serials = np.sort(np.where(held.level[:, SIDE] > 0, held.serial[:, SIDE], 0), axis=1)[:, -n_held:]
    assert (serials == np.sort(picture.contact_whole[0, SeenW.SERIAL, :n_held])).all()


def test_the_mean_of_a_contacts_places_is_its_estimate() -> None:
    game = watched()
    picture = game.pictures[-1]
    worlds = draw_worlds(tracker_after(game), picture, 0, 400, seed=5).situation
    serial = picture.contact_whole[0, SeenW.SERIAL, 0]
    rows, units = np.nonzero((worlds.contacts.serial[:, SIDE] == serial) & (worlds.contacts.level[:, SIDE] > 0))
    lives = worlds.units.status[rows, units] == Status.ACTIVE
    rows, units = rows[lives], units[lives]
    error = picture.contact_real[0, SeenR.ERROR_M, 0]
    for axis, column in ((SeenR.X, worlds.units.x), (SeenR.Y, worlds.units.y)):
        away = column[rows, units].mean() - picture.contact_real[0, axis, 0]
        assert abs(away) < 4.0 * max(error, 1.0) / np.sqrt(len(rows))


def test_numbers_lie_between_the_least_and_the_most_of_the_intelligence() -> None:
    staff = staff_of()
    worlds = draw_worlds(BeliefTracker(staff, games_of()), watched().pictures[0], 0, 200, seed=5)
    status = worlds.situation.units.status
    for force, members in zip(staff.forces, staff.members, strict=True):
        count = (status[:, members] != Status.ABSENT).sum(axis=1)
        assert force.least <= count.min()
        assert count.max() <= force.most
        if force.most - force.least >= 4:  # without any look all numbers are as likely
            assert set(count) == set(range(force.least, force.most + 1))


def test_units_stand_where_their_force_may_start() -> None:
    staff = staff_of()
    worlds = draw_worlds(BeliefTracker(staff, games_of()), watched().pictures[0], 0, 100, seed=5).situation.units
    for force, members in zip(staff.forces, staff.members, strict=True):
        afield = worlds.status[:, members] == Status.ACTIVE
        low = np.min([area.min(axis=1) for area in force.areas_m], axis=0)
        high = np.max([area.max(axis=1) for area in force.areas_m], axis=0)
        x, y = worlds.x[:, members][afield], worlds.y[:, members][afield]
        assert ((x >= low[0] - 500.0) & (x <= high[0] + 500.0)).all()
        assert ((y >= low[1] - 500.0) & (y <= high[1] + 500.0)).all()


def test_own_units_are_as_reported() -> None:
    game = watched()
    picture = game.pictures[-1]
    staff = staff_of()
    units = draw_worlds(tracker_after(game), picture, 0, 8, seed=5).situation.units
    own = staff.own_units
    status = picture.own_whole[0, OwnW.STATUS]
    assert (units.status[:, own] == status).all()
    active = status == Status.ACTIVE
    assert active.any()
    # dead reckoning and its error of 30 % take a unit no farther than twice its fastest way since the report
    way = 2.5 * staff.briefing.speed_max_mps * picture.own_real[0, OwnR.AGE_S]
    away = np.hypot(units.x[:, own] - picture.own_real[0, OwnR.X], units.y[:, own] - picture.own_real[0, OwnR.Y])
    assert (away <= way + 1e-6)[:, active].all()


def _empty(picture: Picture) -> None:
    picture.n_contacts[:] = 0
    picture.contact_real[...] = 0.0
    picture.contact_whole[...] = 0


def _saturated(picture: Picture) -> None:
    n = picture.contact_real.shape[2]
    rng = np.random.default_rng(1)
    picture.n_contacts[:] = n
    picture.contact_real[:, : SeenR.VX] = rng.uniform(-14e3, 14e3, (len(picture.n_contacts), 2, n))
    picture.contact_real[:, SeenR.ERROR_M] = 1e3
    picture.contact_whole[:, SeenW.SERIAL] = np.arange(1, n + 1)
    picture.contact_whole[:, SeenW.LEVEL] = Level.DETECTED
    picture.contact_whole[:, SeenW.DOMAIN] = np.arange(n) % 4
    picture.contact_whole[:, SeenW.TARGET_CLASS] = -1
    picture.contact_whole[:, SeenW.IDENTITY] = np.arange(n) % len(Identity)


def _without_links(picture: Picture) -> None:
    picture.own_whole[:, OwnW.LINKED] = 0
    picture.own_real[:, OwnR.AGE_S] = picture.time_s


def _lost(picture: Picture) -> None:
    picture.own_whole[:, OwnW.STATUS] = Status.LOST
    picture.own_real[:, OwnR.STRENGTH] = 0.0


@pytest.mark.parametrize("change", [_empty, _saturated, _without_links, _lost], ids=lambda change: change.__name__)
def test_no_picture_is_too_strange(change: Any) -> None:
    game = watched()
    picture = copied(game.pictures[-1])
    change(picture)
    for tracker in (BeliefTracker(staff_of(), games_of()), tracker_after(watched(minutes=20))):
        _can_go_on(draw_worlds(tracker, picture, 0, 4, seed=5).situation)


def test_armed_mobile_enemies_have_their_radars_off_in_the_share_of_worlds_that_the_intelligence_gives() -> None:
    staff, game = staff_of(), watched()
    assert {force.platform: force.silent for force in staff.forces} == {"strait-raider": 0.9, "strait-diver": 0.5}
    n = 400
    orders = draw_worlds(tracker_after(game), game.pictures[-1], 0, n, seed=5).situation.orders
    spec = staff.params.units
    for f, members in enumerate(staff.members):
        fights = spec.real[UnitSpecR.SPEED_MAX, members[0]] > 0.0 and spec.whole[UnitSpecW.MOUNT_COUNT, members[0]] > 0
        groups = np.unique(spec.whole[UnitSpecW.GROUP, members])
        silent = (orders.emcon[:, groups] == Emcon.SILENT).mean()
        if fights and staff.force_side[f] == staff.enemy:
            p = staff.forces[f].silent
            assert abs(silent - p) < 4.0 * np.sqrt(p * (1.0 - p) / n)
        else:
            assert silent == 0.0


def test_at_the_start_the_enemy_holds_no_contacts() -> None:
    game = watched()
    first = game.pictures[0]
    assert int(first.ticks[0]) == 0
    contacts = draw_worlds(BeliefTracker(staff_of(), games_of()), first, 0, 16, seed=5).situation.contacts
    assert not (contacts.level[:, staff_of().enemy] > Level.NONE).any()


def test_own_units_that_are_silent_for_long_may_be_lost_and_the_side_sees_them_as_reported() -> None:
    """In some of the games that are fought with the plan a unit is lost; a silent one is lost as often."""
    game, staff = watched(), staff_of()
    picture = copied(game.pictures[-1])
    tick = int(picture.ticks[0])
    picture.own_real[:, OwnR.AGE_S] = picture.time_s
    picture.own_whole[:, OwnW.STATUS] = Status.ACTIVE
    n = 200
    worlds = draw_worlds(tracker_after(game), picture, 0, n, seed=5)
    games = own_games(staff)
    start, now = games.at(0).status, games.at(tick).status
    lost = (start == Status.ACTIVE) & np.isin(now, (Status.LOST, Status.EXPENDED))
    assert lost.any()
    expected = lost.reshape(games.n_doctrines, games.n_games, -1).mean(axis=1)[worlds.doctrine].mean(axis=0)
    found = (worlds.situation.units.status[:, staff.own_units] != Status.ACTIVE).mean(axis=0)
    assert (np.abs(found - expected) <= 4.0 * 0.5 / np.sqrt(n)).all()
    assert (found[expected == 0.0] == 0.0).all()
    assert worlds.situation.reports is not None
    assert (worlds.situation.reports.status[:, staff.own_units] == Status.ACTIVE).all()
    reported = draw_worlds(tracker_after(game), game.pictures[-1], 0, 8, seed=5).situation.units
    young = (game.pictures[-1].own_real[0, OwnR.AGE_S] < SILENT_S) & (
        game.pictures[-1].own_whole[0, OwnW.STATUS] == Status.ACTIVE
    )
    assert young.any()
    assert (reported.status[:, staff.own_units[young]] == Status.ACTIVE).all()


def test_the_enemy_holds_a_zone_as_long_as_he_is_there_and_no_own_unit_is() -> None:
    """Red's assumed enemy is to hold the western mouth; his guard stands there in some of the prior games."""
    compiled = load("night-strait")
    staff = staff_scenario(compiled.briefings[1], compiled.ground)
    whole = staff.params.objectives.whole
    (o,) = np.flatnonzero(whole[ObjectiveSpecW.KIND] == ObjectiveKind.HOLD)
    assert whole[ObjectiveSpecW.SIDE, o] == staff.enemy
    simulation = start_simulation(compiled, 1, [1])
    tracker = BeliefTracker(staff)
    minutes, step = 10, round(60.0 / compiled.roster.dt_s)
    shares = np.zeros((minutes, tracker.games.n_doctrines))
    zone = int(whole[ObjectiveSpecW.ZONE, o])
    first, count = (int(staff.params.zones.whole[column, zone]) for column in (ZoneSpecW.FIRST, ZoneSpecW.COUNT))
    outline = staff.params.vertices[:, first : first + count]
    picture = simulation.picture(1)
    tracker.observe(picture)
    for k in range(minutes):  # nobody gives orders, and red is far away
        simulation.advance(step)
        picture = simulation.picture(1)
        tracker.observe(picture)
        shares[k] = tracker.games.share_in_zone(int(picture.ticks[0]), zone, outline)
    assert 0.0 < shares.max() <= 1.0
    worlds = draw_worlds(tracker, picture, 0, 32, seed=5)
    assert worlds.situation.held_s[:, o] == pytest.approx(60.0 * shares.sum(axis=0)[worlds.doctrine])
    inside = copied(picture)
    inside.own_real[:, OwnR.X : OwnR.Y + 1] = outline.mean(axis=1)[:, None]
    before = tracker.row(1).held_s.copy()
    tracker.observe(inside._replace(ticks=inside.ticks + step))
    assert (tracker.row(1).held_s == before).all()


def test_a_munition_spent_near_a_contact_counts_as_fire_at_it() -> None:
    compiled = load("harbour-swarm")
    staff = staff_scenario(compiled.briefings[1], compiled.ground)
    tracker = BeliefTracker(staff)
    picture = copied(start_simulation(compiled, 1, [1]).picture(1))
    boat = int(np.flatnonzero(staff.params.units.whole[UnitSpecW.IS_ONE_WAY, staff.own_units])[0])
    picture.n_contacts[:] = 2
    place = picture.own_real[0, [OwnR.X, OwnR.Y], boat]
    picture.contact_real[0, [SeenR.X, SeenR.Y], 0] = place + 100.0
    picture.contact_real[0, [SeenR.X, SeenR.Y], 1] = place - 9_000.0
    picture.contact_whole[0, SeenW.SERIAL, :2] = [1, 2]
    picture.contact_whole[0, SeenW.DOMAIN, :2] = Domain.SURFACE
    tracker.observe(picture)
    later = copied(picture)
    later.own_whole[0, OwnW.STATUS, boat] = Status.EXPENDED
    later.own_whole[0, OwnW.AMMO, boat] = 0
    tracker.observe(later._replace(ticks=later.ticks + 30))
    tracker.observe(later._replace(ticks=later.ticks + 60))
    assert tracker.row(1).tracks.whole[TrackW.COMMITTED].tolist() == [1, 0]


@pytest.mark.parametrize("found", [0, 2, 5])
def test_the_likelihood_of_numbers_found_is_beta_binomial_and_wider_than_binomial(found: int) -> None:
    numbers, missed = np.arange(9), 0.4
    p = _likelihood(numbers, found, np.array([TRUST * missed]))[0]
    a, b = TRUST * (1.0 - missed), TRUST * missed
    expected = np.array([stats.betabinom.pmf(found, number, a, b) for number in numbers])
    assert p / p.sum() == pytest.approx(expected / expected.sum())
    binomial = np.array([stats.binom.pmf(found, number, 1.0 - missed) for number in numbers])
    spread = [
        float((w * numbers**2).sum() - (w * numbers).sum() ** 2) for w in (p / p.sum(), binomial / binomial.sum())
    ]
    assert spread[0] > spread[1]
