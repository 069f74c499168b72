"""Mines: each serves once, in the order of time; sides know their own; nobody sees the enemy's."""

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.kernels.fighting.mines import entry_share
from simcore.params import UnitSpecW
from simcore.picture import Picture
from simcore.simulation import Simulation
from simcore.state import MineR, MineW, SideW, UnitR, UnitW
from simcore.surroundings import MinefieldSpecW
from simcore.types import EventKind, MineStatus, Status, ZoneKind
from tests.reference.mines import first_touch, play_tick
from tests.simcore.small_worlds import CATALOGUE, Document, bits, compile_world, document, start

BELT = {"name": "belt", "rectangle": {"west_km": -2, "east_km": 2, "south_km": 0, "north_km": 10}}
PLATFORMS = {
    "plough": {
        "domain": "land",
        "target_class": "armour",
        "speed_max_mps": 9,
        "toughness": 4,
        "mine_clearing": {"width_m": 160, "p_clear": 0.6},
    },
    "truck": {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 14, "toughness": 2},
}


def belt(**keys: Any) -> Document:
    effect = {"actuation_m": 40, "p_actuation": 0.8, "p_hit": {"light_vehicle": 0.9, "armour": 0.7}, "p_kill": 0.2}
    return {**BELT, "side": "red", "count": 150, "domains": ["land"], **effect, **keys}


def crossing(side: str = "blue", west: float = 1.0, fields: list[Document] | None = None, **keys: Any) -> Document:
    """Return a march of one side through the belt; the other side stands far away."""
    other = "red" if side == "blue" else "blue"
    task = {"verb": "move", "at_km": [5 * west, 5], "speed": 1.0}

    def group(name: str, platform: str, count: int, north: float) -> Document:
        units = [{"platform": platform, "count": count}]
        form = {"shape": "line", "spacing_m": 90}
        place = {"at_km": [-4 * west, north], "heading_deg": 90.0 * west, "formation": form}
        return {"name": name, "side": side, "units": units, "task": task, **place}

    far = {"name": "far", "side": other, "at_km": [11 * west, 11], "units": [{"platform": "truck"}]}
    content = document(
        [group("ploughs", "plough", 3, 5.0), group("trucks", "truck", 6, 5.3), far],
        rules={"stop_on_annihilation": False},
        minefields=[belt()] if fields is None else fields,
        **keys,
    )
    content["catalogue"]["platforms"] = {**CATALOGUE["platforms"], **copy.deepcopy(PLATFORMS)}
    return content


def march(content: Document, ticks: int = 200, count: int = 20, **keys: Any) -> Simulation:
    simulation = start(content, seed=7, replications=range(count), **keys)
    simulation.advance(ticks)
    return simulation


@given(st.tuples(*[st.floats(-300, 300)] * 4), st.floats(1, 200))
@settings(max_examples=300, deadline=None)
@pytest.mark.small
def test_a_step_enters_a_circle_where_bisection_says(points: tuple[float, float, float, float], radius: float) -> None:
    begin, end = np.array(points[:2]), np.array(points[2:])
    step = end - begin
    if math.hypot(*step) < 1e-3 or abs(math.hypot(*begin) - radius) < 1e-6:
        return
    nearest = min(max(float(-np.dot(begin, step) / np.dot(step, step)), 0.0), 1.0)
    if abs(math.hypot(*(begin + nearest * step)) - radius) < 1e-6:
        return  # a touch
    told = first_touch(begin, end, np.zeros(2), radius)
    share = entry_share(float(begin[0]), float(begin[1]), float(step[0]), float(step[1]), radius)
    assert share == (math.inf if told is None else pytest.approx(told, abs=1e-6))


def test_every_tick_equals_the_slow_twin() -> None:
    simulation = start(crossing(fields=[belt(count=400, p_kill=0.1)]), seed=7, replications=[3])
    state = simulation.state
    n_events = 0
    for tick in range(150):
        before = {
            "real": state.units.real[0].copy(),
            "whole": state.units.whole[0].copy(),
            "mine_real": state.mines.real[0],
            "mine_whole": state.mines.whole[0].copy(),
        }
        simulation.advance(1)
        after = state.units.real[0, [UnitR.X, UnitR.Y]]
        with np.errstate(over="ignore"):
            status, strength = play_tick(simulation.params, before, after, tick, 7, 3)
        assert state.mines.whole[0, MineW.STATUS].tolist() == status
        assert state.units.real[0, UnitR.STRENGTH].tolist() == pytest.approx(list(strength.values()))
        n_events += int((before["mine_whole"][MineW.STATUS] != status).sum())
    assert n_events > 15


def test_mines_are_conserved_and_events_tell_of_each() -> None:
    simulation = march(crossing(), record_events=True)
    status = simulation.state.mines.whole[:, MineW.STATUS]
    tallies = simulation.state.sides.whole[:, :, 0]
    assert ((status == MineStatus.SPENT).sum(axis=1) == tallies[:, SideW.MINES_SET_OFF]).all()
    assert ((status == MineStatus.CLEARED).sum(axis=1) == tallies[:, SideW.MINES_CLEARED]).all()
    assert (tallies[:, SideW.MINE_HITS] <= tallies[:, SideW.MINES_SET_OFF]).all()
    assert (tallies[:, SideW.MINE_LOSSES] == tallies[:, SideW.LOSSES]).all()
    assert tallies[:, SideW.MINE_LOSSES].sum() > 20
    events = simulation.events()
    counts = [int((events["kind"] == kind).sum()) for kind in (EventKind.MINE, EventKind.MINE_CLEARED)]
    assert counts == [tallies[:, SideW.MINES_SET_OFF].sum(), tallies[:, SideW.MINES_CLEARED].sum()]
    losses = events[events["kind"] == EventKind.LOSS]
    assert set(losses["a"]) == {2}


def test_mines_lie_evenly_inside_their_area_and_differ_between_replications() -> None:
    triangle = belt(count=400, polygon_km=[[-6, 0], [6, 0], [6, 8]])
    del triangle["rectangle"]
    state = start(crossing(fields=[triangle]), seed=1, replications=range(40)).state
    x, y = state.mines.real[:, MineR.X] / 1e3, state.mines.real[:, MineR.Y] / 1e3
    assert (y <= (x + 6) * 8 / 12 + 1e-9).all()
    assert ((y >= 0) & (x <= 6)).all()
    assert x.mean() == pytest.approx(2.0, abs=4 * math.sqrt(8.0 / x.size))  # centroid; variance 12^2 / 18
    assert len({bits(row) for row in x}) == 40


def test_a_density_gives_the_count() -> None:
    field = belt(density_per_km2=2.5)
    del field["count"]
    assert compile_world(crossing(fields=[field])).params.minefields.whole[MinefieldSpecW.COUNT].tolist() == [100]


def test_the_own_side_air_units_and_those_at_rest_pass_unharmed() -> None:
    own = march(crossing(fields=[belt(side="blue")]))
    assert (own.state.mines.whole == MineStatus.ARMED).all()
    sky = march(crossing(fields=[belt(domains=["air"])]))
    assert (sky.state.mines.whole == MineStatus.ARMED).all()
    nobody = march(crossing(fields=[belt(side=None)]))
    assert (nobody.state.mines.whole != MineStatus.ARMED).any()
    dense = belt(count=20_000, rectangle={"west_km": -5, "east_km": -3, "south_km": 4, "north_km": 6})
    content = crossing(fields=[dense])
    for entry in content["groups"]:
        entry["task"] = {"verb": "hold"}
    assert (march(content, 50, 2).state.mines.whole == MineStatus.ARMED).all()


def test_clearing_helps_and_needs_a_slow_pace() -> None:
    def losses(content: Document) -> float:
        return float(march(content, 250, 60).state.sides.whole[:, SideW.MINES_SET_OFF, 0].mean())

    def column() -> Document:
        """Return three trucks behind three ploughs, each in the swath of one."""
        content = crossing()
        content["groups"][1] |= {"at_km": [-4.3, 5.0], "units": [{"platform": "truck", "count": 3}]}
        content["catalogue"]["platforms"]["truck"]["speed_max_mps"] = 9
        return content

    with_ploughs, idle = column(), column()
    idle["catalogue"]["platforms"]["plough"]["mine_clearing"]["speed_max_mps"] = 5
    blind = march(idle)
    assert (blind.state.sides.whole[:, SideW.MINES_CLEARED] == 0).all()
    assert losses(with_ploughs) < 0.8 * losses(idle)


def test_a_host_takes_its_cargo_down() -> None:
    content = crossing(fields=[belt(p_kill=1, p_actuation=1, p_hit=1, count=2000)])
    content["catalogue"]["platforms"]["truck"]["host"] = {"carries": 8}
    load = {
        "name": "load",
        "side": "blue",
        "host": "trucks",
        "aboard": True,
        "units": [{"platform": "drone", "count": 6}],
    }
    content["groups"].append(load)
    simulation = march(content, 200, 3)
    whole = simulation.params.units.whole
    carried = whole[UnitSpecW.HOST] >= 0
    assert carried.sum() == 6
    lost = simulation.state.units.whole[:, UnitW.STATUS] == Status.LOST
    assert (lost[:, carried] == lost[:, whole[UnitSpecW.HOST][carried]]).all()
    assert lost[:, carried].any()


def test_sides_can_be_exchanged() -> None:
    plain, exchanged = march(crossing("blue"), 200, 5), march(crossing("red", fields=[belt(side="blue")]), 200, 5)
    assert bits(plain.state.mines.whole) == bits(exchanged.state.mines.whole)
    assert bits(plain.state.sides.whole[:, :, 0]) == bits(exchanged.state.sides.whole[:, :, 1])


def test_a_field_more_leaves_the_first_alone() -> None:
    one = start(crossing(), seed=4, replications=[0, 1]).state.mines.real
    two = start(crossing(fields=[belt(name="a-belt", count=9), belt()]), seed=4, replications=[0, 1]).state.mines.real
    assert bits(two[:, :, 9:]) == bits(one)


def test_a_field_that_nobody_has_met_shows_in_no_picture_and_no_briefing() -> None:
    names = tuple(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_", "objective_")))

    def seen(fields: list[Document]) -> list[bytes]:
        simulation = march(crossing(fields=fields), 60, 3)
        return [bits(getattr(simulation.picture(0), name)) for name in names]

    away = belt(rectangle={"west_km": 3, "east_km": 4, "south_km": -1, "north_km": 1})
    assert seen([]) == seen([away]) == seen([belt(suspected=True, rectangle=away["rectangle"])])
    secret, told = compile_world(crossing()), compile_world(crossing(fields=[belt(suspected=True)]))
    assert [briefing.zone_names for briefing in secret.briefings] == [(), ("belt",)]
    assert [briefing.zone_names for briefing in told.briefings] == [("belt",), ("belt",)]
    assert told.briefings[0].zone_kind.tolist() == [ZoneKind.MINEFIELD]
    assert told.briefings[0].zone_radius_m[0] == pytest.approx(math.sqrt(40e6 / math.pi), rel=1e-6)


def test_save_and_restore_keep_the_mines(tmp_path: Any) -> None:
    simulation = march(crossing(), 90, 3)
    simulation.save(tmp_path / "state.npz")
    again = Simulation.restore(tmp_path / "state.npz", simulation.params)
    for world in (simulation, again):
        world.advance(60)
    assert simulation.hash() == again.hash()
