"""What a soldier would expect of the commanders who lead a raid, an air defence, transports and patrols."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from agents.doctrine import for_either_chair
from agents.doctrine.aggressive import Aggressive
from agents.doctrine.blocks.objectives import Purpose, find_mission
from agents.doctrine.blocks.raid import find_waves
from agents.doctrine.blocks.roles import Role, appraise_force
from agents.doctrine.cautious import Cautious
from agents.doctrine.economy_of_force import EconomyOfForce
from agents.doctrine.screen_and_strike import ScreenAndStrike
from scenarios.loader import load
from simcore.orders import OrderR, Orders, OrderW, empty_orders
from simcore.picture import OwnR, Picture, SeenW
from simcore.policy import Briefing, Policy
from simcore.policy_registry import find_policy
from simcore.types import Domain, Emcon, Identity, Level, Roe, TargetClass, Task
from tests.agents.synthetic import add_contacts, quiet_picture

COMMANDERS = [type(find_policy(name)) for name in for_either_chair()]


@cache
def briefing_of(scenario: str, side: int) -> Briefing:
    return load(scenario).briefings[side]


def decide(policy: Policy, briefing: Briefing, picture: Picture) -> Orders:
    policy.reset(briefing, picture.seed, picture.replication)
    orders = empty_orders(len(picture.replication), int(briefing.groups.max()) + 1)
    policy.decide(picture, orders)
    return orders


def task_of(orders: Orders, briefing: Briefing, name: str) -> tuple[Task, float, float] | None:
    """Return task and point [km] of a group in the first replication, or None: it got no order."""
    group = briefing.groups[briefing.group_names.index(name)]
    if orders.whole[0, OrderW.ISSUED, group] == 0:
        return None
    x, y = orders.real[0, [OrderR.X, OrderR.Y], group] / 1e3
    return Task(orders.whole[0, OrderW.TASK, group]), float(x), float(y)


def rules_of(orders: Orders, briefing: Briefing, name: str) -> Roe:
    return Roe(orders.whole[0, OrderW.ROE, briefing.groups[briefing.group_names.index(name)]])


def displace(picture: Picture, briefing: Briefing, name: str, x_km: float, y_km: float) -> None:
    units = briefing.group_of_unit == briefing.group_names.index(name)
    picture.own_real[:, OwnR.X, units], picture.own_real[:, OwnR.Y, units] = 1e3 * x_km, 1e3 * y_km


RAID = ("air-base-drone-salvo", 1)
BASE = ("air-base-drone-salvo", 0)


def test_the_four_commanders_of_a_raid_give_different_orders_before_anything_is_known() -> None:
    briefing = briefing_of(*RAID)
    picture = quiet_picture(briefing, tick=0)
    four = (Cautious, Aggressive, ScreenAndStrike, EconomyOfForce)
    given = [decide(kind(), briefing, picture) for kind in four]
    waiting = [task_of(orders, briefing, "wave-1-north") for orders in given]
    assert [order is not None and order[0] for order in waiting] == [Task.HOLD, Task.STRIKE, Task.HOLD, Task.HOLD]
    far = [task_of(orders, briefing, "wave-3-north-east") for orders in given]
    assert [order is not None and order[0] for order in far] == [Task.HOLD, Task.STRIKE, Task.HOLD, Task.HOLD]
    assert all(task_of(orders, briefing, "wave-4-north-west") is None for orders in given)  # its dog-leg is the plan's


def test_a_cautious_raid_starts_when_its_reconnaissance_has_found_something_or_a_quarter_of_the_time_is_over() -> None:
    briefing = briefing_of(*RAID)
    picture = quiet_picture(briefing, tick=300)
    add_contacts(picture, 0, 0, Domain.LAND, TargetClass.STRUCTURE)
    assert task_of(decide(Cautious(), briefing, picture), briefing, "wave-1-north") == (Task.STRIKE, 0.0, 0.0)
    late = quiet_picture(briefing, tick=round(1_900 / briefing.dt_s))
    assert task_of(decide(Cautious(), briefing, late), briefing, "wave-1-north") == (Task.STRIKE, 0.0, 0.0)


def test_the_main_effort_of_a_raid_arrives_together_and_calls_nobody_back() -> None:
    briefing = briefing_of(*RAID)
    force = appraise_force(briefing)
    picture = quiet_picture(briefing, tick=0)
    orders = decide(EconomyOfForce(reserve_share=0.0), briefing, picture)
    waves = [briefing.group_names[k] for k in find_waves(force)]
    flying = [name for name in waves if (order := task_of(orders, briefing, name)) and order[0] == Task.STRIKE]
    slowest = max(waves, key=lambda name: _time_s(briefing, name))
    assert flying == [name for name in waves if _time_s(briefing, name) >= _time_s(briefing, slowest) - 60.0]
    displace(picture, briefing, "wave-1-north", 0, 30)  # it left long ago, and is ahead of the others
    order = task_of(decide(EconomyOfForce(reserve_share=0.0), briefing, picture), briefing, "wave-1-north")
    assert order is not None
    assert order[0] == Task.STRIKE


def _time_s(briefing: Briefing, name: str) -> float:
    force, k = appraise_force(briefing), briefing.group_names.index(name)
    gap = force.start_m[:, k] - force.plan_m[:, k]
    return float(np.hypot(gap[0], gap[1]) / force.speed_mps[k])


def test_what_defends_the_targets_draws_no_main_effort_off() -> None:
    briefing = briefing_of(*RAID)
    picture = quiet_picture(briefing, tick=0)
    displace(picture, briefing, "wave-1-north", 0, 30)
    add_contacts(picture, 4, 6, Domain.LAND, TargetClass.LIGHT_VEHICLE, 8)
    assert task_of(decide(EconomyOfForce(), briefing, picture), briefing, "wave-1-north") == (Task.STRIKE, 0.0, 0.0)
    add_contacts(picture, -3, -2, Domain.LAND, TargetClass.STRUCTURE, 2)
    assert task_of(decide(EconomyOfForce(), briefing, picture), briefing, "wave-1-north") == (Task.STRIKE, -3.0, -2.0)


def test_interceptors_wait_aboard_or_fly_and_missiles_are_spared_by_doctrine() -> None:
    briefing = briefing_of(*BASE)
    force = appraise_force(briefing)
    names = tuple(briefing.group_names[k] for k in force.having(Role.INTERCEPTOR))  # the first is sent first
    assert set(names) == {"base-interceptors-north", "base-interceptors-south"}
    picture = quiet_picture(briefing, tick=0)

    def tasks(kind: type[Policy], seen: Picture) -> list[Task]:
        orders = decide(kind(), briefing, seen)
        return [order[0] for name in names if (order := task_of(orders, briefing, name))]

    assert tasks(Cautious, picture) == [Task.RECOVER, Task.RECOVER]
    assert tasks(Aggressive, picture) == [Task.INTERCEPT, Task.INTERCEPT]
    assert tasks(ScreenAndStrike, picture) == [Task.INTERCEPT, Task.RECOVER]
    assert rules_of(decide(Cautious(), briefing, picture), briefing, "base-sam") == Roe.HOLD
    assert task_of(decide(Aggressive(), briefing, picture), briefing, "base-sam") is None  # free by the file
    add_contacts(picture, 0, 25, Domain.AIR, TargetClass.SMALL_AIR, 6)
    assert tasks(Cautious, picture) == [Task.INTERCEPT, Task.INTERCEPT]
    assert tasks(EconomyOfForce, picture) == [Task.INTERCEPT, Task.RECOVER]  # a reserve is kept
    assert rules_of(decide(Cautious(), briefing, picture), briefing, "base-sam") == Roe.HOLD  # not for these, there
    add_contacts(picture, 0, 40, Domain.AIR, TargetClass.AIRCRAFT)
    assert rules_of(decide(Cautious(), briefing, picture), briefing, "base-sam") == Roe.FREE


@pytest.mark.parametrize("kind", COMMANDERS)
def test_unarmed_transports_are_moved_and_sent_after_nobody(kind: type[Policy]) -> None:
    briefing = briefing_of("island-blockade", 0)
    picture = quiet_picture(briefing, tick=round(2_400 / briefing.dt_s))
    add_contacts(picture, -50, -21, Domain.SURFACE, TargetClass.SMALL_BOAT)
    order = task_of(decide(kind(), briefing, picture), briefing, "supply-west")
    assert order is not None
    assert order[0] == Task.MOVE
    assert np.hypot(order[1] - 12.0, order[2] + 1.0) <= 5.0


def test_a_cautious_commander_stops_transports_before_an_enemy_known_for_one() -> None:
    briefing = briefing_of("island-blockade", 0)
    picture = quiet_picture(briefing, tick=0)
    add_contacts(picture, -48, -20, Domain.SURFACE, TargetClass.SMALL_BOAT)
    orders = decide(Cautious(), briefing, picture)
    assert (task_of(orders, briefing, "supply-west") or (None,))[0] == Task.MOVE  # nobody knows yet who that is
    picture.contact_whole[:, SeenW.IDENTITY, 0] = Identity.HOSTILE
    orders = decide(Cautious(), briefing, picture)
    assert (task_of(orders, briefing, "supply-west") or (None,))[0] == Task.HOLD
    orders = decide(Aggressive(), briefing, picture)
    assert (task_of(orders, briefing, "supply-west") or (None,))[0] == Task.MOVE


@pytest.mark.parametrize("kind", COMMANDERS)
def test_mine_hunters_and_sweepers_keep_to_the_lane_of_the_plan(kind: type[Policy]) -> None:
    briefing = briefing_of("undersea-search", 0)
    orders = decide(kind(), briefing, quiet_picture(briefing, tick=0))
    for name in ("hunter-1", "hunter-4", "sweeper-north", "sweeper-south"):
        assert task_of(orders, briefing, name) is None


@pytest.mark.parametrize("kind", COMMANDERS)
def test_no_order_loosens_the_rules_of_the_file(kind: type[Policy]) -> None:
    briefing = briefing_of("strait-surveillance", 0)
    picture = quiet_picture(briefing)
    add_contacts(picture, 1, -2, Domain.SURFACE, TargetClass.SMALL_BOAT, 6)
    orders = decide(kind(), briefing, picture)
    issued = orders.whole[0, OrderW.ISSUED, briefing.groups] == 1
    assert issued.any()
    assert (orders.whole[0, OrderW.ROE, briefing.groups][issued] <= briefing.roe[issued]).all()


def test_who_must_identify_before_firing_patrols_a_sector_as_wide_as_the_doctrine_likes() -> None:
    briefing = briefing_of("strait-surveillance", 0)
    mission = find_mission(briefing, appraise_force(briefing))
    k = briefing.group_names.index("patrol-centre")
    assert mission.purpose[k] == Purpose.PATROL
    assert (
        find_mission(
            replace(briefing, roe=np.full_like(briefing.roe, Roe.FREE)),
            appraise_force(replace(briefing, roe=np.full_like(briefing.roe, Roe.FREE))),
        ).purpose[k]
        == Purpose.SEEK
    )
    picture = quiet_picture(briefing)
    radius_km = [
        decide(kind(), briefing, picture).real[0, OrderR.RADIUS, briefing.groups[k]] / 1e3
        for kind in (Cautious, Aggressive)
    ]
    assert radius_km == [16.0, 36.0]


def test_boats_keep_their_stations_when_the_enemy_gathers_elsewhere_and_cautious_has_no_odds() -> None:
    briefing = briefing_of("island-blockade", 1)
    picture = quiet_picture(briefing)
    add_contacts(picture, 4, -8, Domain.SURFACE, TargetClass.SMALL_BOAT, 20)
    order = task_of(decide(Cautious(), briefing, picture), briefing, "blockade-patrol-1")
    assert order == (Task.ATTACK, -14.0, -10.0)


def test_radars_are_silent_by_order_until_an_enemy_is_near() -> None:
    briefing = briefing_of("island-blockade", 1)
    flagship = briefing.groups[briefing.group_names.index("blockade-flagship")]
    picture = quiet_picture(briefing)
    assert decide(Cautious(), briefing, picture).whole[0, OrderW.EMCON, flagship] == Emcon.NO_CHANGE
    policy = Cautious(silent_radars=True)
    assert decide(policy, briefing, picture).whole[0, OrderW.EMCON, flagship] == Emcon.SILENT
    add_contacts(picture, 30, 0, Domain.SURFACE, TargetClass.SMALL_BOAT)
    assert decide(policy, briefing, picture).whole[0, OrderW.EMCON, flagship] == Emcon.SILENT
    add_contacts(picture, -30, 10, Domain.SURFACE, TargetClass.SMALL_BOAT)
    assert decide(policy, briefing, picture).whole[0, OrderW.EMCON, flagship] == Emcon.RADIATE


def test_screen_and_strike_waits_for_its_strikes_only_if_it_has_any() -> None:
    briefing = briefing_of("night-strait", 1)
    order = task_of(decide(ScreenAndStrike(), briefing, quiet_picture(briefing, tick=0)), briefing, "red-boats")
    assert order is not None
    assert order[0] == Task.ATTACK


def test_an_unclassified_contact_starts_no_cautious_raid() -> None:
    briefing = briefing_of(*RAID)
    picture = quiet_picture(briefing, tick=300)
    add_contacts(picture, 0, 0, Domain.LAND, TargetClass.STRUCTURE)
    picture.contact_whole[:, SeenW.LEVEL, 0] = Level.DETECTED
    order = task_of(decide(Cautious(), briefing, picture), briefing, "wave-1-north")
    assert order is not None
    assert order[0] == Task.HOLD
