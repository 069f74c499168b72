"""Proposals: every mount keeps to what it has proposed, so that a change of the best target costs no approval."""

import copy

import numpy as np
import pytest

from scenarios.verification.checks.fire_control import Delay, hits_on, shots_from
from simcore.simulation import Simulation
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, compile_world, names, start

N_TICKS = 200


def play(content: Document, n_ticks: int = N_TICKS, count: int = 10) -> Simulation:
    simulation = start(content, seed=5, replications=range(count), record_events=True)
    simulation.advance(n_ticks)
    return simulation


def hits(simulation: Simulation, content: Document, kind: str) -> np.ndarray:
    compiled = compile_world(content)
    return np.sum([hits_on(simulation, compiled, name) for name in names(content) if name.startswith(kind)], axis=0)


@pytest.mark.parametrize("choice", ["random", "nearest", "spread", "valuable"])
@pytest.mark.parametrize("autonomy", ["approve", "veto"])
def test_both_guns_fire_at_their_own_pace(choice: str, autonomy: str) -> None:
    content = Delay(30.0, 10.0, 3, 2, choice, autonomy).document()
    simulation = play(content)
    for kind in ("ships", "aircraft"):
        assert (hits(simulation, content, kind) == shots_from(31, N_TICKS, 10)).all()


def test_a_target_that_is_gone_gives_way_to_the_next_after_a_new_approval() -> None:
    content = copy.deepcopy(Delay(30.0, 10.0, 2, 0, "nearest").document())
    content["injects"] = [{"at_s": 20.0, "kind": "lose", "who": ["ships-1"]}]
    content["rules"]["contact_hold_s"] = 5.0
    events = play(content, count=1).events()
    shots = events[events["kind"] == EventKind.SHOT]
    nearest, other = (names(content).index(name) for name in ("ships-1", "ships-2"))
    lost = events["tick"][(events["kind"] == EventKind.CONTACT_LOST) & (events["other"] == nearest)]
    if nearest in shots["other"]:
        pytest.fail("the lost ship was fired at before its approval")
    assert shots["tick"][0] == lost[0] + 30
    assert (shots["other"] == other).all()


def test_a_unit_without_a_link_that_sees_now_one_target_and_now_another_fires_all_the_same() -> None:
    """It remembers the nearest target of its last look alone, and sees each with a chance of one half."""
    content = copy.deepcopy(Delay(10.0, 10.0, 2, 0, "nearest", "veto").document())
    content["groups"].append({**content["groups"][0], "name": "post", "at_km": [-15.0, 0.0]})
    content["groups"][-1]["units"] = [{"platform": "post", "count": 1}]
    radio = {"range_km": 1.0}
    content["catalogue"]["platforms"]["post"] = {
        "domain": "surface", "target_class": "ship", "speed_max_mps": 0, "command_post": True, "radio": radio
    }  # fmt: skip
    content["catalogue"]["platforms"]["shooter"]["radio"] = radio
    content["catalogue"]["sensors"]["eye"]["p_detect"] = 0.5
    simulation = play(content)
    # 19 with certain looks; a mount that is ready waits for the target that it has proposed, 2 looks on average
    assert (hits(simulation, content, "ships") >= 10).all()


@pytest.mark.parametrize("autonomy", ["approve", "veto", "manual"])
def test_a_crew_is_asked_by_either_gun(autonomy: str) -> None:
    """With an operator for each, two guns with a target each fire as often as either does alone."""
    crew = {"count": 2, "service_s": 10, "service_law": "fixed", "veto_window_s": 20, "approval_valid_s": 40}

    def shots(ships: int, aircraft: int) -> list[np.ndarray]:
        content = copy.deepcopy(Delay(0.0, 5.0, ships, aircraft, "random", autonomy).document())
        content["sides"][0] |= {"operators": crew}
        content["groups"][0]["task"] = {"verb": "attack", "radius_km": 10}
        simulation = play(content)
        return [hits(simulation, content, kind) for kind in ("ships", "aircraft") if kind == "ships" or aircraft > 0]

    alone = shots(1, 0)[0]
    assert (alone >= 10).all()
    for ships, aircraft in ((1, 1), (3, 1), (2, 3)):
        together = shots(ships, aircraft)
        assert (together[0] == alone).all()
        assert (together[1] == alone).all()


def test_one_grant_serves_all_mounts_that_want_the_same_target() -> None:
    content = copy.deepcopy(Delay(0.0, 5.0, 1, 0, "nearest").document())
    content["sides"][0] |= {"operators": {"count": 1, "service_s": 10, "service_law": "fixed", "approval_valid_s": 500}}
    content["catalogue"]["weapons"]["flak"]["domains"] = ["surface"]
    events = play(content, count=1).events()
    assert np.sum(events["kind"] == EventKind.APPROVAL_ASKED) == 1
    mount = events["a"][events["kind"] == EventKind.SHOT]
    assert np.unique(mount, return_counts=True)[1].tolist() == [shots_from(11, N_TICKS, 5)] * 2
