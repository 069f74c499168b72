"""A threatened command post gets out of the way, and goes back to its place when the enemy has gone."""

from dataclasses import replace

import numpy as np
import pytest

from agents.doctrine import for_either_chair
from simcore.decision_loop import run_decisions
from simcore.orders import OrderR, OrderW
from simcore.picture import OwnR, SeenW
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.state import UnitR, UnitW
from simcore.types import Domain, Identity, Status, TargetClass, Task
from tests.agents.synthetic import NAMES, add_contacts, decide, make_briefing, quiet_picture
from tests.simcore.small_worlds import CATALOGUE, compile_world, document, names

POST = NAMES.index("post-2")  # a command vehicle at (-30, 18) km that holds
START_KM = np.array([-30.0, 18.0])
BRIEFING = make_briefing()
DEFENDER = replace(  # nobody has a zone to take, so no post follows an advance
    BRIEFING, objective_kind=BRIEFING.objective_kind[2:], objective_zone=BRIEFING.objective_zone[2:],
    objective_weight=BRIEFING.objective_weight[2:], objective_members=BRIEFING.objective_members[2:],
    zone_kind=0 * BRIEFING.zone_kind + BRIEFING.zone_kind[2],
)  # fmt: skip


def order_of_post(
    name: str, *, at_km: tuple[float, float] | None = None, off_km: float = 0.0, neutral: bool = False
) -> tuple[bool, Task, np.ndarray]:
    """Return whether the post gets an order, its task and its point [km]: off its place, with one enemy known."""
    picture = quiet_picture(DEFENDER)
    picture.own_real[:, OwnR.X, DEFENDER.group_of_unit == POST] += 1e3 * off_km
    if at_km is not None:
        add_contacts(picture, *at_km, Domain.LAND, TargetClass.ARMOUR)
        picture.contact_whole[:, SeenW.IDENTITY, 0] = Identity.NEUTRAL if neutral else Identity.UNKNOWN
    orders = decide(find_policy(name), DEFENDER, picture)
    group = DEFENDER.groups[POST]
    issued = bool(orders.whole[0, OrderW.ISSUED, group])
    return issued, Task(orders.whole[0, OrderW.TASK, group]), orders.real[0, [OrderR.X, OrderR.Y], group] / 1e3


@pytest.mark.parametrize("name", for_either_chair())
def test_a_post_without_a_threat_is_left_where_it_is(name: str) -> None:
    assert not order_of_post(name)[0]
    assert not order_of_post(name, at_km=(-10.0, 18.0))[0]  # an enemy, and far away
    assert not order_of_post(name, at_km=(-26.0, 18.0), neutral=True)[0]


@pytest.mark.parametrize("name", for_either_chair())
def test_a_threatened_post_withdraws_away_from_the_enemy(name: str) -> None:
    enemy = np.array([-26.0, 18.0])
    issued, task, to = order_of_post(name, at_km=(-26.0, 18.0))
    assert issued
    assert task == Task.WITHDRAW
    assert np.hypot(*(to - enemy)) > np.hypot(*(START_KM - enemy)) + 4.0
    assert to[0] < START_KM[0]  # the enemy is in the east


@pytest.mark.parametrize("name", for_either_chair())
def test_a_post_goes_back_to_its_place_when_the_enemy_has_gone(name: str) -> None:
    issued, task, to = order_of_post(name, off_km=-8.0)
    assert (issued, task) == (True, Task.MOVE)
    np.testing.assert_allclose(to, START_KM, atol=0.5)
    # and not before the place itself is clear
    assert order_of_post(name, off_km=-8.0, at_km=(-26.0, 18.0))[1] == Task.WITHDRAW


CHASE = {
    "platforms": {
        "flagship": {
            **CATALOGUE["platforms"]["ship"],
            "command_post": True,
            "weapons": [],
            "toughness": 2,
            "endurance_h": 5,
        },
        "raider": {
            "domain": "surface",
            "target_class": "small_boat",
            "speed_max_mps": 18,
            "radio": {"range_km": 40},
            "cost_musd": 2,
            "sensors": ["radar"],
            "weapons": [{"weapon": "cannon", "rounds": 400}],
        },
    }
}


def play_a_chase(policy: str, *, with_raider: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the flagship is from its start [m] and whether it lives, (R,), after twelve minutes."""
    hunt = {"verb": "attack", "at_km": [0, -7], "radius_km": 20, "speed": 1}
    groups = [
        {"name": "flag", "side": "blue", "at_km": [0, -7], "units": [{"platform": "flagship"}]},
        {"name": "harbour", "side": "blue", "at_km": [-10, -7], "units": [{"platform": "flagship"}]},
        {"name": "post", "side": "red", "at_km": [11, 8], "units": [{"platform": "post"}]},
    ]
    if with_raider:
        raid = {"name": "raid", "side": "red", "at_km": [9, -7], "roe": "free", "task": hunt}
        groups.append({**raid, "units": [{"platform": "raider", "count": 2}]})
    catalogue = {**CATALOGUE, "platforms": {**CATALOGUE["platforms"], **CHASE["platforms"]}}
    world = document(groups, name=f"chase-{with_raider}".lower(), catalogue=catalogue)
    compiled, n = compile_world(world), 24
    simulation = Simulation(
        compiled.params, seed=3, replications=range(n), picture_contacts=compiled.roster.picture_contacts
    )
    policies = [find_policy(policy), find_policy("hold")]
    for one, briefing in zip(policies, compiled.briefings, strict=True):
        one.reset(briefing, 3, np.arange(n, dtype=np.uint64))
    run_decisions(simulation, policies, decision_ticks=compiled.roster.decision_ticks, n_ticks=144)
    flag = names(world).index("flag")
    x, y = simulation.state.units.real[:, [UnitR.X, UnitR.Y], flag].T
    alive = simulation.state.units.whole[:, UnitW.STATUS, flag] != Status.LOST
    return np.hypot(x - 0.0, y + 7e3), alive


@pytest.mark.parametrize("policy", for_either_chair())
def test_a_command_ship_moves_away_from_a_raider_and_lives_longer(policy: str) -> None:
    moved, alive = play_a_chase(policy)
    _, stayed_alive = play_a_chase("hold")
    assert (moved > 2e3).all()
    gain = alive.astype(float) - stayed_alive  # the same random numbers
    assert gain.mean() > 4.0 * gain.std() / np.sqrt(len(gain))
    assert gain.mean() > 0.2


@pytest.mark.parametrize("policy", for_either_chair())
def test_a_command_ship_does_not_move_without_a_threat(policy: str) -> None:
    moved, alive = play_a_chase(policy, with_raider=False)
    assert alive.all()
    assert (moved < 100.0).all()
