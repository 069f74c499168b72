"""What a soldier would expect of the doctrines."""

from dataclasses import replace

import numpy as np
import pytest

from agents.doctrine import for_either_chair
from agents.doctrine.aggressive import Aggressive
from agents.doctrine.assault import Assault
from agents.doctrine.blocks.objectives import Purpose, find_mission, goals
from agents.doctrine.blocks.roles import appraise_force
from agents.doctrine.cautious import Cautious
from agents.doctrine.defend import Defend
from agents.doctrine.economy_of_force import EconomyOfForce, concentrate
from agents.doctrine.idle import Idle
from agents.doctrine.screen_and_strike import ScreenAndStrike
from simcore.orders import OrderR, Orders, OrderW
from simcore.picture import OwnR, OwnW, Picture, SeenW
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.types import Domain, Level, Roe, Status, TargetClass, Task
from tests.agents.synthetic import NAMES, add_contacts, busy_picture, decide, make_briefing, quiet_picture

BRIEFING = make_briefing()
HARBOUR_KM = (10, 20)


def order(orders: Orders, name: str) -> tuple[Task, Roe, float, float]:
    """Return task, rules and point [km] of a group in the first replication."""
    group = BRIEFING.groups[NAMES.index(name)]
    assert orders.whole[0, OrderW.ISSUED, group] == 1
    x, y = orders.real[0, [OrderR.X, OrderR.Y], group] / 1e3
    return Task(orders.whole[0, OrderW.TASK, group]), Roe(orders.whole[0, OrderW.ROE, group]), float(x), float(y)


def weaken(picture: Picture, name: str, strength: float) -> None:
    units = BRIEFING.group_of_unit == NAMES.index(name)
    picture.own_real[:, OwnR.STRENGTH, units] = strength


def test_a_battery_keeps_silent_until_a_ship_is_in_reach() -> None:
    picture = quiet_picture(BRIEFING)
    assert order(decide(Defend(), BRIEFING, picture), "battery")[:2] == (Task.HOLD, Roe.HOLD)
    add_contacts(picture, -20, -30, Domain.SURFACE, TargetClass.SMALL_BOAT, 5)
    assert order(decide(Defend(), BRIEFING, picture), "battery")[1] == Roe.HOLD
    add_contacts(picture, -20, -30, Domain.SURFACE, TargetClass.SHIP)
    assert order(decide(Defend(), BRIEFING, picture), "battery")[1] == Roe.FREE


def test_a_battery_does_not_fire_at_old_news() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -20, -30, Domain.SURFACE, TargetClass.SHIP, age_s=300.0)
    assert order(decide(Defend(), BRIEFING, picture), "battery")[1] == Roe.HOLD


@pytest.mark.parametrize("name", ["munitions", "drones"])
def test_strikes_wait_for_a_concentration_inside_the_line(name: str) -> None:
    picture = quiet_picture(BRIEFING)
    assert order(decide(Defend(), BRIEFING, picture), name)[0] == Task.RECOVER
    add_contacts(picture, -4, 20, Domain.LAND, TargetClass.ARMOUR, 3)
    assert order(decide(Defend(), BRIEFING, picture), name)[0] == Task.RECOVER
    add_contacts(picture, -4, 20, Domain.LAND, TargetClass.ARMOUR, 3)
    task, _, x, y = order(decide(Defend(), BRIEFING, picture), name)
    assert task in (Task.STRIKE, Task.ATTACK)
    assert (x, y) == (-4.0, 20.0)


def test_the_reserve_is_committed_between_the_thrust_and_what_is_held() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -6, 20, Domain.LAND, TargetClass.ARMOUR, 6)
    orders = decide(Defend(engagement_line_km=10), BRIEFING, picture)
    for name in ("armour-1", "armour-2"):
        task, _, x, y = order(orders, name)
        assert task == Task.ATTACK
        assert (x, y) == (0.0, 20.0)


def test_scouts_fall_back_before_the_enemy() -> None:
    picture = quiet_picture(BRIEFING)
    assert order(decide(Defend(), BRIEFING, picture), "scouts")[2:] == (-12.0, 22.0)
    add_contacts(picture, -14, 22, Domain.LAND, TargetClass.ARMOUR, 6)
    task, _, x, _ = order(decide(Defend(), BRIEFING, picture), "scouts")
    assert task == Task.SCREEN
    assert x == pytest.approx(-5.0, abs=0.6)


def test_weak_groups_fall_back() -> None:
    picture = quiet_picture(BRIEFING)
    weaken(picture, "armour-1", 0.1)
    weaken(picture, "boats", 0.1)
    orders = decide(Defend(), BRIEFING, picture)
    assert order(orders, "armour-1")[2:] == HARBOUR_KM
    assert order(orders, "boats")[0] == Task.WITHDRAW
    orders = decide(Defend(withdraw_strength=0.0), BRIEFING, picture)
    assert order(orders, "boats")[0] == Task.SCREEN


def test_positive_identification_tightens_the_rules() -> None:
    orders = decide(Defend(positive_identification=True), BRIEFING, quiet_picture(BRIEFING))
    assert order(orders, "armour-1")[1] == Roe.TIGHT


def test_air_defence_and_posts_stay() -> None:
    orders = decide(Defend(), BRIEFING, quiet_picture(BRIEFING))
    for name in ("shorad", "post", "base", "carriers"):
        assert orders.whole[0, OrderW.ISSUED, BRIEFING.groups[NAMES.index(name)]] == 0


def test_objectives_come_from_the_members_then_from_the_plan() -> None:
    goal, radius = goals(BRIEFING, appraise_force(BRIEFING))
    armour, boats, recon = (NAMES.index(n) for n in ("armour-1", "boats", "recon"))
    # the reach objective names the armour for the bay, although its plan lies in the harbour
    assert goal[:, armour].tolist() == [5e3, 0.0]
    assert goal[:, boats].tolist() == [5e3, 0.0]
    assert goal[:, recon].tolist() == [0.0, 0.0]  # its own point, inside the zone
    assert radius[[armour, boats, recon]].tolist() == [8e3, 8e3, 8e3]


def test_the_main_body_moves_at_once_and_the_boats_after_reconnaissance() -> None:
    early = decide(Assault(reconnaissance_min=40), BRIEFING, quiet_picture(BRIEFING, tick=0))
    assert order(early, "armour-1")[0] == Task.ATTACK
    assert order(early, "boats")[0] == Task.ESCORT
    assert order(early, "fire-boats")[0] == Task.RECOVER
    late = decide(Assault(reconnaissance_min=30), BRIEFING, quiet_picture(BRIEFING, tick=360))
    assert order(late, "boats")[0] == Task.ATTACK
    assert order(late, "fire-boats")[0] == Task.STRIKE


def test_who_is_ahead_waits() -> None:
    picture = quiet_picture(BRIEFING)
    units = BRIEFING.group_of_unit == NAMES.index("armour-2")
    picture.own_real[:, OwnR.X, units] += 12e3
    orders = decide(Assault(abreast_km=2), BRIEFING, picture)
    assert order(orders, "armour-2")[0] == Task.HOLD
    assert order(orders, "armour-1")[0] == Task.ATTACK
    assert order(decide(Assault(abreast_km=100), BRIEFING, picture), "armour-2")[0] == Task.ATTACK


def test_a_fresh_enemy_in_the_way_is_fought() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -20, 18, Domain.LAND, TargetClass.ARMOUR)
    assert order(decide(Assault(), BRIEFING, picture), "armour-1")[2:] == (-20.0, 18.0)
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -20, 18, Domain.LAND, TargetClass.ARMOUR, age_s=200.0)
    assert order(decide(Assault(), BRIEFING, picture), "armour-1")[2:] == (5.0, 0.0)


def test_the_wave_goes_for_what_is_found_near_the_main_body() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 50, 40, Domain.LAND, TargetClass.STRUCTURE, 3)
    assert order(decide(Assault(), BRIEFING, picture), "munitions")[0] == Task.RECOVER
    add_contacts(picture, -10, 24, Domain.LAND, TargetClass.LIGHT_VEHICLE, 3)
    task, _, x, y = order(decide(Assault(), BRIEFING, picture), "munitions")
    assert (task, x, y) == (Task.STRIKE, -10.0, 24.0)


def test_spent_groups_are_not_fed_into_the_attack() -> None:
    picture = quiet_picture(BRIEFING)
    weaken(picture, "armour-1", 0.1)
    assert order(decide(Assault(), BRIEFING, picture), "armour-1")[0] == Task.WITHDRAW
    assert order(decide(Assault(stop_strength=0.0), BRIEFING, picture), "armour-1")[0] == Task.ATTACK


def test_air_defence_follows_the_main_body() -> None:
    picture = quiet_picture(BRIEFING)
    moved = np.isin(BRIEFING.group_of_unit, [NAMES.index("armour-1"), NAMES.index("armour-2")])
    picture.own_real[:, OwnR.X, moved] += 10e3
    task, _, x, _ = order(decide(Assault(), BRIEFING, picture), "shorad")
    assert task == Task.MOVE
    assert x == pytest.approx(-19.0, abs=0.6)


@pytest.mark.parametrize("policy", [Defend(), Assault()])
def test_a_contact_that_jitters_changes_no_order(policy: Policy) -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -4, 20, Domain.LAND, TargetClass.ARMOUR, 6)
    first = decide(policy, BRIEFING, picture)
    picture.contact_real[:, 0:2, :6] += 60.0
    second = decide(policy, BRIEFING, picture)
    np.testing.assert_array_equal(first.real, second.real)
    np.testing.assert_array_equal(first.whole, second.whole)


def test_a_side_without_units_gives_no_senseless_orders() -> None:
    picture = quiet_picture(BRIEFING)
    picture.own_whole[:, OwnW.STATUS] = Status.LOST
    for policy in (Defend(), Assault()):
        assert np.isfinite(decide(policy, BRIEFING, picture).real).all()


COMMANDERS = [type(find_policy(name)) for name in for_either_chair()]


def test_missions_come_from_the_objectives() -> None:
    mission = find_mission(BRIEFING, appraise_force(BRIEFING))
    armour, boats, scouts = (NAMES.index(n) for n in ("armour-1", "boats", "scouts"))
    assert mission.purpose[armour] == Purpose.TAKE  # the reach objective names it
    assert mission.purpose[boats] == Purpose.SEEK
    assert mission.goal(boats) == (5e3, 0.0)
    assert mission.purpose[scouts] == Purpose.SEEK


def test_the_garrison_is_the_group_planned_nearest_to_the_zone_to_be_held() -> None:
    members = np.zeros_like(BRIEFING.objective_members)
    briefing = replace(BRIEFING, objective_members=members)
    mission = find_mission(briefing, appraise_force(briefing))
    first, second = NAMES.index("armour-1"), NAMES.index("armour-2")
    assert (mission.purpose[first], mission.purpose[second]) == (Purpose.KEEP, Purpose.SEEK)
    assert mission.goal(first) == (10e3, 20e3)


def test_the_cautious_wait_for_the_odds_and_lose_patience() -> None:
    picture = quiet_picture(BRIEFING)
    assert order(decide(Cautious(), BRIEFING, picture), "armour-1")[0] == Task.ATTACK
    add_contacts(picture, -20, 16, Domain.LAND, TargetClass.ARMOUR, 9)  # 54 against 72 of ours: odds of 1.3
    assert order(decide(Cautious(), BRIEFING, picture), "armour-1")[0] == Task.HOLD
    assert order(decide(Cautious(superiority=1.0), BRIEFING, picture), "armour-1")[0] == Task.ATTACK
    assert order(decide(Cautious(patience_min=20), BRIEFING, picture), "armour-1")[0] == Task.ATTACK


def test_the_aggressive_never_wait_or_withdraw() -> None:
    picture = quiet_picture(BRIEFING)
    weaken(picture, "armour-1", 0.05)
    units = BRIEFING.group_of_unit == NAMES.index("armour-2")
    picture.own_real[:, OwnR.X, units] += 12e3
    add_contacts(picture, -20, 16, Domain.LAND, TargetClass.ARMOUR, 30)
    orders = decide(Aggressive(), BRIEFING, picture)
    assert order(orders, "armour-1")[0] == order(orders, "armour-2")[0] == Task.ATTACK
    weaken(picture, "armour-1", 1.0)
    weaken(picture, "armour-2", 0.05)
    assert order(decide(Cautious(), BRIEFING, picture), "armour-2")[0] == Task.WITHDRAW


def test_screen_and_strike_waits_for_classified_contacts_and_moves_after_the_strike() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -10, 24, Domain.LAND, TargetClass.ARMOUR, 4)
    picture.contact_whole[:, SeenW.LEVEL, :4] = Level.DETECTED
    picture.contact_whole[:, SeenW.TARGET_CLASS, :4] = -1
    policy = ScreenAndStrike(strike_value=12, advance_min=60)
    assert order(decide(policy, BRIEFING, picture), "munitions")[0] == Task.RECOVER
    assert order(decide(policy, BRIEFING, picture), "armour-1")[0] == Task.HOLD
    picture.contact_whole[:, SeenW.LEVEL, :4] = Level.CLASSIFIED
    picture.contact_whole[:, SeenW.TARGET_CLASS, :4] = TargetClass.ARMOUR
    task, _, x, y = order(decide(policy, BRIEFING, picture), "munitions")
    assert (task, x, y) == (Task.STRIKE, -10.0, 24.0)
    for name in ("munitions", "fire-boats"):
        picture.own_whole[:, OwnW.STATUS, BRIEFING.group_of_unit == NAMES.index(name)] = Status.LOST
    assert order(decide(policy, BRIEFING, picture), "armour-1")[0] == Task.ATTACK


def test_the_reserve_waits_until_the_main_effort_is_decided() -> None:
    picture = quiet_picture(BRIEFING)
    policy = EconomyOfForce(reserve_share=0.5)
    orders = decide(policy, BRIEFING, picture)
    tasks = {name: order(orders, name)[0] for name in ("armour-1", "armour-2")}
    assert sorted(tasks.values()) == [Task.HOLD, Task.ATTACK]
    lead = next(name for name, task in tasks.items() if task == Task.ATTACK)
    reserve = next(name for name, task in tasks.items() if task == Task.HOLD)
    weaken(picture, lead, 0.3)
    assert order(decide(policy, BRIEFING, picture), reserve)[0] == Task.ATTACK


def test_the_minimum_stays_with_the_secondary_zone() -> None:
    force = appraise_force(BRIEFING)
    groups = [NAMES.index(n) for n in ("armour-1", "armour-2", "boats")]
    mission = find_mission(BRIEFING, force)
    goal = mission.goal_m.copy()
    goal[:, groups] = [[10e3, 0.0, 0.0], [20e3, 0.0, 0.0]]
    weight = mission.weight.copy()
    weight[groups] = [3.0, 1.0, 1.0]
    mission = mission._replace(goal_m=goal, weight=weight, radius_m=np.full(len(NAMES), 5e3))
    found = concentrate(mission, groups, 0.5)
    assert [found.goal(k) for k in groups] == [(10e3, 20e3), (0.0, 0.0), (10e3, 20e3)]


@pytest.mark.parametrize("kind", COMMANDERS)
def test_a_side_without_objectives_zones_or_fighting_groups_is_commanded(kind: type[Policy]) -> None:
    bare = replace(
        BRIEFING,
        zone_names=(),
        zone_kind=np.zeros(0, dtype=np.int32),
        zone_centre_m=np.zeros((2, 0)),
        zone_radius_m=np.zeros(0),
        zone_domains=np.zeros(0, dtype=np.int32),
        objective_kind=np.zeros(0, dtype=np.int32),
        objective_zone=np.zeros(0, dtype=np.int32),
        objective_weight=np.zeros(0),
        objective_members=np.zeros((0, len(BRIEFING.domain)), dtype=np.int32),
    )
    blind = replace(bare, weapon_range_m=np.zeros(len(BRIEFING.domain)), weapon_domains=0 * BRIEFING.weapon_domains)
    for briefing in (bare, blind):
        for seed in range(3):
            orders = decide(kind(), briefing, busy_picture(briefing, 3, seed=seed))
            assert np.isfinite(orders.real).all()


def test_idle_keeps_every_group_in_place_with_the_rules_of_the_file() -> None:
    orders = decide(Idle(), BRIEFING, busy_picture(BRIEFING, 2))
    whole = orders.whole[:, :, BRIEFING.groups]
    assert (whole[:, OrderW.ISSUED] == 1).all()
    assert (whole[:, OrderW.TASK] == Task.HOLD).all()
    assert (whole[:, OrderW.ROE] == BRIEFING.roe).all()
    assert order(orders, "armour-1")[2:] == (-25.0, 20.5)


def test_screen_and_strike_fights_on_its_way_whatever_its_weapons_reach() -> None:
    """The other commanders pass by an enemy who is 4 km off the head of the column."""
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, -22, 18, Domain.LAND, TargetClass.ARMOUR)  # the guns of the armour reach 5 km
    waiting = ScreenAndStrike(advance_min=0)
    assert order(decide(waiting, BRIEFING, picture), "armour-1")[2:] == (-22.0, 18.0)
    assert order(decide(EconomyOfForce(), BRIEFING, picture), "armour-1")[2:] == (5.0, 0.0)
    assert order(decide(Aggressive(), BRIEFING, picture), "armour-1")[2:] == (5.0, 0.0)


def test_economy_of_force_counter_attacks_with_all_speed() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 2, -12, Domain.SURFACE, TargetClass.SMALL_BOAT, 3)  # 8 km from the place of the ship
    group = BRIEFING.groups[NAMES.index("boats")]
    assert decide(EconomyOfForce(), BRIEFING, picture).real[0, OrderR.SPEED, group] == 1.0
    assert decide(ScreenAndStrike(advance_min=0), BRIEFING, picture).real[0, OrderR.SPEED, group] < 1.0
