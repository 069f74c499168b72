"""Phantoms are in the picture of whom their transmitter reaches, and nowhere else."""

import copy
from typing import Any

import numpy as np
import pytest

from simcore.picture import Picture
from simcore.simulation import Simulation
from simcore.state import ContactW, SideW, UnitR, UnitW
from simcore.types import EventKind, Level, Status
from tests.simcore.small_worlds import Document, bits, compile_world, document, start

PICTURE = tuple(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_")))
N_SHADOWS = 3


def world(
    *, reach_km: float = 30.0, p_show: float = 1.0, place: tuple[float, float] = (6.0, -8.0), **keys: Any
) -> Document:
    """Return a ship with a radar, a transmitter on a boat, and the ships that it pretends to see further north."""
    content = document(
        [
            {"name": "blue-ship", "side": "blue", "at_km": [-7, -6], "units": [{"platform": "ship"}], "roe": "free"},
            {"name": "red-boat", "side": "red", "at_km": list(place), "units": [{"platform": "boat"}]},
            {
                "name": "shadows",
                "side": "red",
                "at_km": [3, -5],
                "heading_deg": 0.0,
                "formation": {"shape": "line", "spacing_m": 500},
                "spoofed_by": "red-boat",
                "units": [{"platform": "ship", "count": N_SHADOWS}],
                "task": {"verb": "move", "at_km": [-3, -5], "speed": 1.0},
            },
        ]
    )
    content["catalogue"] = copy.deepcopy(content["catalogue"])
    content["catalogue"]["platforms"]["boat"] = {
        "domain": "surface",
        "target_class": "small_boat",
        "speed_max_mps": 0,
        "rcs_m2": 1e-6,
        "signature": 0,
        "spoofer": {"range_km": reach_km, "p_show": p_show},
    }
    return {**content, **keys}


def shadows(content: Document, simulation: Simulation) -> tuple[list[int], np.ndarray]:
    units = compile_world(content).roster.units
    rows = [i for i, name in enumerate(units) if name.startswith("shadows")]
    return rows, simulation.state.contacts.whole[:, ContactW.LEVEL, : len(units)][:, rows] > Level.NONE


def test_the_radar_sees_what_is_not_there() -> None:
    content = world()
    simulation = start(content, seed=1, replications=[0])
    simulation.advance(10)
    rows, held = shadows(content, simulation)
    assert held.all()
    whole, real = simulation.state.units.whole[0], simulation.state.units.real[0]
    assert (whole[UnitW.STATUS, rows] == Status.PHANTOM).all()
    # they go straight at the speed that they pretend to have: 15 m/s for 50 s
    start_x = np.array([compile_world(content).params.units.real[13, row] for row in rows])
    assert np.allclose(real[UnitR.X, rows] - start_x, -15.0 * 50.0, atol=1.0)


@pytest.mark.parametrize(
    "keys", [{"reach_km": 5.0}, {"p_show": 0.0}, {"injects": [{"at_s": 0, "kind": "lose", "who": ["red-boat"]}]}]
)
def test_nobody_sees_them_where_the_transmitter_does_not_reach(keys: Document) -> None:
    content = world(**keys)
    simulation = start(content, seed=1, replications=[0])
    simulation.advance(20)
    assert not shadows(content, simulation)[1].any()
    assert simulation.state.sides.whole[0, SideW.SHOTS, 0] == 0


def test_phantoms_vanish_with_their_transmitter() -> None:
    content = world(rules={"contact_hold_s": 60}, injects=[{"at_s": 200, "kind": "lose", "who": ["red-boat"]}])
    content["rules"]["stop_on_annihilation"] = False
    simulation = start(content, seed=1, replications=[0])
    simulation.advance(39)
    assert shadows(content, simulation)[1].all()
    simulation.advance(20)
    assert not shadows(content, simulation)[1].any()


def test_fire_at_a_phantom_hits_nothing() -> None:
    content = world()
    simulation = start(content, seed=1, replications=[0, 1], record_events=True)
    simulation.advance(250)
    events = simulation.events()
    rows, _ = shadows(content, simulation)
    tally = simulation.state.sides.whole[:, :, 0]
    assert (tally[:, SideW.DECOY_ENGAGEMENTS] > 0).all()
    assert (tally[:, SideW.WASTED_ROUNDS] > 0).all()
    assert not np.isin(events["other"][events["kind"] == EventKind.HIT], rows).any()
    assert not np.isin(events["unit"][events["kind"] == EventKind.LOSS], rows).any()
    assert (simulation.state.units.whole[:, UnitW.STATUS][:, rows] == Status.PHANTOM).all()


def test_a_camera_sees_nothing() -> None:
    content = world()
    content["catalogue"]["platforms"]["ship"]["sensors"] = ["sweeper", "eye"]
    content["catalogue"]["sensors"]["eye"] |= {"range_km": 20, "p_detect": 1.0}
    simulation = start(content, seed=1, replications=[0])
    simulation.advance(20)
    assert not shadows(content, simulation)[1].any()


def test_phantoms_out_of_the_transmitters_reach_change_no_bit_of_the_picture() -> None:
    def observe(content: Document) -> list[bytes]:
        simulation = start(content, seed=5, replications=[0, 3])
        seen: list[bytes] = []
        for _ in range(3):
            seen += [bits(getattr(simulation.picture(0), name)) for name in PICTURE]
            simulation.advance(20)
        return seen

    some, more = world(reach_km=5.0), world(reach_km=5.0)
    more["groups"][-1]["units"][0]["count"] = 7
    more["groups"][-1]["at_km"] = [2, -9]
    none = world(reach_km=5.0)
    none["groups"].pop()
    assert observe(some) == observe(more) == observe(none)
    assert observe(some) != observe(world())


def test_phantoms_hold_no_zone() -> None:
    zones = [{"name": "bay", "circle": {"centre_km": [2, -5], "radius_km": 4}}]
    goals = [{"side": side, "kind": "hold", "zone": "bay"} for side in ("blue", "red")]
    simulation = start(world(zones=zones, objectives=goals), replications=[0])
    simulation.advance(40)
    assert not simulation.state.objectives.real[0, 0].any()


def test_phantoms_keep_no_side_alive() -> None:
    content = world(injects=[{"at_s": 100, "kind": "lose", "who": ["red-boat"]}])
    simulation = start(content, replications=[0])
    simulation.advance(40)
    assert bool(simulation.done[0])
    assert simulation.state.sides.whole[0, SideW.LOSSES, 1] == 1


def test_a_commander_is_not_told_of_phantoms_as_if_they_obeyed() -> None:
    compiled = compile_world(world())
    briefing = compiled.briefings[1]
    assert briefing.unit_names == ("red-boat",)
    assert briefing.group_names == ("red-boat",)
    picture = start(world(), replications=[0]).picture(1)
    assert picture.own_real.shape[2] == len(briefing.unit_names)
