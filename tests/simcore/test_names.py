"""Names decide nothing: whose turn it is, who is first, and who wins is drawn in each replication."""

import copy
import math
from typing import Any

import numpy as np
import pytest

from simcore.kernels.turns import Turn, draw_turn, next_turn
from simcore.params import SensorSpecW
from simcore.rng import draw_keys
from simcore.simulation import Simulation
from simcore.state import MountW, SensorW, SideR, SideW, UnitR, WorldW
from tests.simcore.small_worlds import Document, bits, compile_world, document, same_state, skirmish, start

PAIRS = [
    ("b", "r"),
    ("r", "b"),
    ("x1", "x2"),
    ("alpha", "bravo"),
    ("zz", "aa"),
    ("k10", "k9"),
    ("v", "u"),
    ("tank", "ax"),
]
MORE = ["blue", "red", "left", "right", "one", "two", "p", "q", "m-1", "m-2", "north", "south", "4", "7", "ä", "z-9"]


def duel(blue: str, red: str, interval_s: float = 30.0, dt_s: float = 1.0, count: int = 1) -> Document:
    """Return two equal, mirrored sides that drive at each other: who looks first has the first shot, which kills."""

    def group(name: str, side: str, west: float) -> Document:
        return {
            "name": name,
            "side": side,
            "at_km": [-8 * west, 0],
            "heading_deg": 90.0 * west,
            "roe": "free",
            "scatter_km": [0.5, 0.5],
            "units": [{"platform": "tank", "count": count}],
            "task": {"verb": "move", "at_km": [8 * west, 0]},
        }

    tank = {"domain": "land", "target_class": "armour", "speed_max_mps": 10, "speed_cruise_mps": 10}
    tank |= {"sensors": ["eye"], "weapons": [{"weapon": "gun", "rounds": 10}]}
    content = document([group(blue, "blue", 1.0), group(red, "red", -1.0)])
    return content | {
        "name": "duel",
        "time": {"dt_s": dt_s, "duration_s": 900, "plan_interval_s": 10},
        "map": {
            "origin": {"longitude_deg": 0.0, "latitude_deg": 0.0},
            "west_km": -30,
            "east_km": 30,
            "south_km": -30,
            "north_km": 30,
            "flat_earth": True,
            "cell_m": 1000,
        },
        "rules": {"p_bda": 1.0},
        "objectives": [{"side": side, "kind": "destroy"} for side in ("blue", "red")],
        "catalogue": {
            "sensors": {"eye": {"model": "cookie_cutter", "range_km": 5, "interval_s": interval_s, "error_m": 10}},
            "weapons": {"gun": {"domains": ["land"], "range_max_km": 6, "p_hit": 1, "p_kill": 1, "reload_s": 5}},
            "platforms": {"tank": tank},
        },
    }


def blue_wins(content: Document, n: int, seed: int = 7) -> tuple[int, int]:
    """Return how many of ``n`` replications blue wins, and how many somebody wins."""
    simulation = start(content, seed=seed, replications=range(n))
    while not simulation.done.all():
        simulation.advance(60)
    winner = simulation.state.world[:, WorldW.WINNER]
    return int((winner == 0).sum()), int((winner >= 0).sum())


def check_fair(pairs: list[tuple[str, str]], n: int, **keys: Any) -> None:
    """Each pair of names leaves both sides the same chance, and the pairs spread no more than chance has it."""
    z = []
    for pair in pairs:
        wins, decided = blue_wins(duel(*pair, **keys), n)
        assert decided > n / 3  # a duel of equals in coarse steps often ends with both lost
        z.append((wins - 0.5 * decided) / math.sqrt(0.25 * decided))
    assert np.abs(z).max() < 4.0, z
    # the sum of k squares of standard normals has mean k and variance 2 k
    assert np.square(z).sum() < len(z) + 4.0 * math.sqrt(2.0 * len(z)), z


@pytest.mark.parametrize("keys", [{}, {"interval_s": 5.0}, {"dt_s": 2.0, "interval_s": 60.0}, {"count": 2}], ids=str)
def test_equal_forces_win_equally_often_under_any_names(keys: dict[str, Any]) -> None:
    check_fair(PAIRS, 200, **keys)


@pytest.mark.slow
@pytest.mark.parametrize("dt_s", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("interval_s", [3.0, 10.0, 30.0, 60.0])
def test_equal_forces_win_equally_often_under_24_pairs_of_names(interval_s: float, dt_s: float) -> None:
    more: list[tuple[str, str]] = list(zip(MORE[::2], MORE[1::2], strict=True))
    check_fair(PAIRS + more + [(b, a) for a, b in more], 500, interval_s=interval_s, dt_s=dt_s)


def renamed(content: Document, names: dict[str, str]) -> Document:
    """Return the scenario with other names of groups, wherever they stand."""
    result = copy.deepcopy(content)
    for group in result["groups"]:
        group["name"] = names[group["name"]]
        if "host" in group:
            group["host"] = names[group["host"]]
    return result


def test_a_fight_of_all_arms_has_the_same_averages_under_other_names() -> None:
    """Hosts, interceptors, commitments, networks: what is first come, first served must be so by a draw."""
    content = skirmish()
    names = [group["name"] for group in content["groups"]]
    backwards = {name: f"{chr(ord('z') - k)}-unit" for k, name in enumerate(sorted(names))}
    n = 300
    rows = []
    for world in (content, renamed(content, backwards)):
        simulation = start(world, seed=3, replications=range(n))
        simulation.advance(300)
        state = simulation.state
        whole = state.sides.whole[
            :, [SideW.SHOTS, SideW.HITS, SideW.LOSSES, SideW.INTERCEPTED, SideW.DETECTIONS, SideW.LINK_LOSSES], :2
        ]
        parts = [whole, state.sides.real[:, [SideR.COST_LOST, SideR.LINKED_S, SideR.DISTANCE_M, SideR.SCORE], :2]]
        rows.append(np.concatenate(parts, axis=1).reshape(n, -1).astype(float))
    error = np.sqrt((rows[0].var(axis=0) + rows[1].var(axis=0)) / n)
    difference = rows[0].mean(axis=0) - rows[1].mean(axis=0)
    assert (error > 0.0).sum() >= 16  # the fight has met what it is about
    assert (np.abs(difference) <= 4.0 * error).all(), difference / error


def test_who_may_fire_when_one_may_is_drawn_whatever_the_names() -> None:
    """Under a commitment of one round, of two guns that see a target in the same tick one fires: either, equally."""
    n = 400
    for names in (("a", "b"), ("b", "a")):
        content = duel(names[0], "target")
        gun = content["catalogue"]["weapons"]["gun"] | {"round_speed_mps": 10.0, "commit_cap": 1, "p_hit": 0}
        content["catalogue"]["weapons"]["gun"] = gun
        content["catalogue"]["sensors"]["eye"]["interval_s"] = 1
        first, enemy = content["groups"]
        still = {"at_km": [0, 0], "scatter_km": None, "task": {"verb": "hold"}}
        first |= still
        enemy |= still | {"at_km": [3, 0], "roe": "hold"}
        content["groups"].append(first | {"name": names[1]})
        simulation = start(content, seed=1, replications=range(n))
        simulation.advance(3)
        units = compile_world(content).roster.units
        fired = simulation.state.mounts.whole[:, MountW.AMMO] < 10
        assert (fired.sum(axis=1) == 1).all()
        assert abs(fired[:, units.index(names[0])].sum() - 0.5 * n) < 4.0 * math.sqrt(0.25 * n)


def test_the_order_of_sides_and_entries_in_the_file_does_not_matter() -> None:
    content = skirmish()
    mixed = content["groups"][1]
    mixed["units"] = [{"platform": "robot", "count": 2}, {"platform": "drone", "name": "eye"}, {"platform": "munition"}]
    turned = copy.deepcopy(content)
    turned["groups"].reverse()
    turned["groups"][-2]["units"].reverse()
    runs = [start(world, seed=5, replications=[0, 1, 2]) for world in (content, turned)]
    for run in runs:
        run.advance(150)
    assert same_state(*runs)
    turned["sides"].reverse()
    exchanged = start(turned, seed=5, replications=[0, 1, 2])
    exchanged.advance(150)
    for part in ("units", "sensors", "mounts", "groups"):
        for kind in ("real", "whole"):
            mine, theirs = (getattr(getattr(run.state, part), kind) for run in (runs[0], exchanged))
            assert bits(mine) == bits(theirs), part


@pytest.mark.parametrize("period", [1, 2, 7, 30])
def test_turns_are_even_and_those_of_two_kinds_have_nothing_to_do_with_each_other(period: int) -> None:
    n = 4000
    name = np.array([12345], dtype=np.uint64)
    key = np.empty(1, dtype=np.uint64)
    count = {kinds: np.zeros((period, period)) for kinds in [(1, 2), (1, 3), (2, 3), (2, 4), (3, 4)]}
    with np.errstate(over="ignore"):
        for replication in range(n):
            draw_keys(np.uint64(3), np.uint64(replication), name, key)
            turn = {int(kind): draw_turn(key[0], kind, period) for kind in Turn}
            for (a, b), table in count.items():
                table[turn[a], turn[b]] += 1
    for table in count.values():
        expected = n / period**2
        chi_sq = float(((table - expected) ** 2 / expected).sum())
        assert chi_sq < period**2 - 1 + 4.0 * math.sqrt(2.0 * period**2)


def test_a_turn_comes_back_every_period_whatever_comes_between() -> None:
    for period in (1, 3, 10):
        for turn in range(period):
            for tick in range(25):
                after = next_turn(tick, tick % period, turn, period)
                assert tick < after <= tick + period
                assert after % period == turn


def test_a_sensor_keeps_its_turn_while_its_unit_is_aboard() -> None:
    simulation: Simulation = start(skirmish(), seed=2, replications=range(4))
    period = simulation.params.sensors.whole[SensorSpecW.PERIOD]
    turn = simulation.state.sensors.whole[:, SensorW.NEXT_TICK].copy()
    simulation.advance(137)
    assert (turn < period).all()
    assert len({tuple(row) for row in turn.tolist()}) == 4  # drawn in each replication
    assert ((simulation.state.sensors.whole[:, SensorW.NEXT_TICK] - turn) % period == 0).all()
    assert (simulation.state.units.real[:, UnitR.X] != 0).any()
