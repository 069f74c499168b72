"""No-fire zones bind every launch by what the shooter believes, and shield nobody but those inside."""

import copy

import numpy as np
import pytest

from scenarios.verification.checks.fire_control import Zone, gun, shots_from
from scenarios.verification.document import all_seeing, document, everyday, group, platform
from simcore.simulation import Simulation
from simcore.state import SideW
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, names, start


def ground(
    targets: list[Document],
    zones: list[Document],
    weapon: Document,
    n_ticks: int = 60,
    shooter: Document | None = None,
    **keys: object,
) -> Document:
    """Return a shooter in the middle that sees everything within 20 km without error, in steps of 1 s."""
    fit = {"sensors": ["eye"], "weapons": [{"weapon": "gun", "rounds": None}]}
    content = document(
        "zones",
        dt_s=1.0,
        n_ticks=n_ticks,
        half_width_km=20.0,
        groups=[group("shooter", "blue", "shooter", (0.0, 0.0)), *targets],
        platforms={
            "shooter": platform("surface", **{**fit, **(shooter or {})}),
            "ship": platform("surface"),
            "runner": platform("surface", speed_max_mps=50.0),
        },
        sensors={"eye": all_seeing(20.0, 1.0)},
        weapons={"gun": weapon},
        terrain={"kind": "flat", "surface": "water"},
    )
    return everyday({**content, "zones": [{"kind": "no_fire", **zone} for zone in zones], **keys})


def disc(east_km: float, radius_km: float = 1.0, name: str = "sanctuary") -> Document:
    return {"name": name, "circle": {"centre_km": [east_km, 0.0], "radius_km": radius_km}}


def play(content: Document, n_ticks: int = 60, count: int = 4) -> tuple[Simulation, np.ndarray]:
    simulation = start(content, seed=3, replications=range(count), record_events=True)
    simulation.advance(n_ticks)
    return simulation, simulation.events()


def shots_at(content: Document, events: np.ndarray, name: str) -> np.ndarray:
    """Return the ticks of the shots at a unit in replication 0; all replications must agree."""
    unit = names(content).index(name)
    ticks = [
        events["tick"][(events["kind"] == EventKind.SHOT) & (events["other"] == unit) & (events["replication"] == r)]
        for r in np.unique(events["replication"])
    ]
    assert all(np.array_equal(other, ticks[0]) for other in ticks)
    return ticks[0]


def violations(simulation: Simulation) -> int:
    return int(simulation.state.sides.whole[:, SideW.ROE_VIOLATIONS].sum())


@pytest.mark.parametrize("choice", ["nearest", "random", "valuable", "spread"])
def test_a_target_in_a_zone_does_not_shield_another(choice: str) -> None:
    targets = [group("near", "red", "ship", (4.0, 0.0)), group("far", "red", "ship", (8.0, 0.0))]
    content = ground(targets, [disc(4.0)], gun(5.0, choice=choice))
    simulation, events = play(content)
    assert len(shots_at(content, events, "far")) == shots_from(1, 60, 5) == 12
    assert len(shots_at(content, events, "near")) == 0
    assert (simulation.state.sides.whole[:, SideW.DENIED, 0] == 0).all()  # it had somebody to fire at


def test_a_denial_is_told_once_a_reload_and_costs_no_time() -> None:
    close = {"at_s": 30.0, "kind": "zone", "zone": "sanctuary", "active": False}
    content = ground([group("near", "red", "ship", (4.0, 0.0))], [disc(4.0)], gun(12.0), injects=[close])
    simulation, events = play(content)
    denied = events["tick"][(events["kind"] == EventKind.DENIED) & (events["replication"] == 0)]
    assert denied.tolist() == [1, 13, 25]
    assert shots_at(content, events, "near").tolist() == [30, 42, 54]
    assert (simulation.state.sides.whole[:, SideW.DENIED, 0] == 3).all()


@pytest.mark.parametrize("link", ["linked", "cut", "late"])
@pytest.mark.parametrize("keys", [{}, {"autonomy": "veto", "approval_s": 3.0}, {"one_way": True}])
def test_no_unit_fires_into_a_zone_whatever_its_link(link: str, keys: Document) -> None:
    content = copy.deepcopy(Zone(link, 4.0).document())
    del content["injects"]
    content["catalogue"]["platforms"]["shooter"] |= keys
    simulation, events = play(content)
    assert len(shots_at(content, events, "near")) == 0
    assert violations(simulation) == 0
    content["zones"] = []
    _, events = play(content)  # it would have fired
    assert len(shots_at(content, events, "near")) > 0


@pytest.mark.parametrize("speed", [None, 500.0])
def test_a_target_that_runs_through_a_zone_is_spared_where_the_rounds_would_find_it_inside(speed: float | None) -> None:
    runner = group("runner", "red", "runner", (4.0, -3.0), task={"verb": "move", "at_km": [4.0, 9.0], "speed": 1.0})
    content = ground([runner], [disc(4.0, 1.0)], gun(1.0, round_speed_mps=speed), n_ticks=150)
    simulation, events = play(content, 150)
    ticks = shots_at(content, events, "runner")
    assert violations(simulation) == 0
    # it enters after 2,000 m, some 40 s, and leaves after 4,000 m
    lead = 0 if speed is None else 4123 / speed
    assert set(ticks) & set(range(int(42 - lead), 79)) == set()
    assert {*range(1, int(36 - lead)), *range(82, 140)} <= set(ticks)


def test_rounds_in_the_air_cannot_be_called_back_when_a_zone_opens() -> None:
    opens = {"at_s": 10.0, "kind": "zone", "zone": "sanctuary", "active": True}
    weapon = gun(100.0, round_speed_mps=200.0)
    content = ground([group("near", "red", "ship", (4.0, 0.0))], [disc(4.0)], weapon, injects=[opens])
    simulation, events = play(content)
    assert shots_at(content, events, "near").tolist() == [1]
    assert events["tick"][events["kind"] == EventKind.HIT].tolist() == [21] * 4
    assert violations(simulation) == 4


@pytest.mark.parametrize(("edge_m", "is_free"), [(-10.0, False), (60.0, False), (125.0, False), (140.0, True)])
def test_area_fire_keeps_its_pattern_out_of_a_zone(edge_m: float, is_free: bool) -> None:
    """The lethal radius of 30 m and three standard deviations of 34 m make 132 m."""
    weapon = gun(5.0, fire="area", lethal_radius_m=30.0, cep_m=40.0)
    zone = {"name": "town", "rectangle": {"west_km": 5.0, "east_km": 6.0, "south_km": -1.0, "north_km": 1.0}}
    content = ground([group("near", "red", "ship", (5.0 - edge_m / 1e3, 0.0))], [zone], weapon)
    _, events = play(content)
    assert len(shots_at(content, events, "near")) == (12 if is_free else 0)


def test_area_fire_is_free_between_the_parts_of_a_zone() -> None:
    """The outline of two parts runs to and fro between them, where nothing is forbidden."""
    weapon = gun(5.0, fire="area", lethal_radius_m=30.0, cep_m=40.0)
    parts = [{"circle": {"centre_km": [5.0, north], "radius_km": 1.0}} for north in (-2.0, 2.0)]
    content = ground([group("near", "red", "ship", (5.0, 0.0))], [{"name": "towns", "union": parts}], weapon)
    _, events = play(content)
    assert len(shots_at(content, events, "near")) == 12


@pytest.mark.parametrize("crew", [None, {"count": 1, "service_s": 5, "service_law": "fixed", "approval_valid_s": 500}])
def test_an_approval_does_not_outlive_the_border_of_a_zone(crew: Document | None) -> None:
    runner = group("runner", "red", "runner", (4.0, -3.0), task={"verb": "move", "at_km": [4.0, 9.0], "speed": 1.0})
    asks = {"autonomy": "approve", "approval_s": 5.0}
    content = ground([runner], [disc(4.0, 1.0)], gun(1.0), n_ticks=150, shooter=asks)
    if crew is not None:
        content["sides"][0] |= {"operators": crew}
    simulation, events = play(content, 150)
    ticks = shots_at(content, events, "runner")
    assert ticks[0] == 6
    assert {*range(6, 36), *range(82, 140)} <= set(ticks)  # the approval holds when it has left again
    assert set(ticks) & set(range(42, 79)) == set()
    assert violations(simulation) == 0


@pytest.mark.parametrize("link", ["cut", "late"])
def test_a_unit_that_sees_for_itself_remembers_whom_it_may_fire_at(link: str) -> None:
    content = copy.deepcopy(Zone(link, 5.0).document())
    del content["injects"]
    content["groups"].append(group("far", "red", "target", (8.0, 0.0)))
    simulation, events = play(content)
    assert len(shots_at(content, events, "far")) == shots_from(1, 60, 5)
    assert len(shots_at(content, events, "near")) == 0
    assert violations(simulation) == 0


@pytest.mark.parametrize("verb", ["attack", "strike", "intercept"])
def test_a_hunter_closes_with_whom_it_may_fire_at(verb: str) -> None:
    """The nearest enemy stands in a zone; the other is out of range until the hunter has come closer."""
    targets = [group("near", "red", "ship", (4.0, 0.0)), group("far", "red", "ship", (-12.0, 0.0))]
    hunter = {"speed_max_mps": 100.0, "standoff_km": 1.0}
    content = ground(targets, [disc(4.0)], gun(5.0, range_max_km=5.0), n_ticks=200, shooter=hunter)
    content["groups"][0]["task"] = {"verb": verb, "at_km": [0.0, 0.0], "radius_km": 15.0}
    shot_at = {name: k for k, name in enumerate(names(content))}

    def targets_hit(simulation: Simulation, events: np.ndarray) -> set[int]:
        hit = events[events["kind"] == EventKind.SHOT]
        assert len(np.unique(hit["replication"])) == simulation.n_replications
        return set(hit["other"].tolist())

    assert targets_hit(*play(content, 200)) == {shot_at["far"]}
    content["zones"] = []
    assert targets_hit(*play(content, 200)) == {shot_at["near"]}  # it stays with the nearest
