"""Area fire hurts what stands where rounds fall, of the other side and of its domains, seen or not."""

import math

import numpy as np
import pytest

from scenarios.verification.checks.area import Burst
from scenarios.verification.oracles.area import sigma_m, single_shot
from simcore.kernels.fighting.area_fire import damage_share
from simcore.simulation import Simulation
from simcore.state import SideW, UnitR
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, compile_world, start


@pytest.mark.small
def test_damage_functions_at_points() -> None:
    assert damage_share(900.0, 30.0, False) == 1.0
    assert damage_share(900.1, 30.0, False) == 0.0
    assert damage_share(900.0, 30.0, True) == pytest.approx(math.exp(-1.0))
    radii = np.linspace(0.0, 300.0, 30_001)
    area = sum(2.0 * math.pi * r * damage_share(r * r, 30.0, True) for r in radii) * (radii[1] - radii[0])
    assert area == pytest.approx(math.pi * 900.0, rel=1e-4)  # both functions have the same lethal area


def test_the_oracle_has_the_closed_forms() -> None:
    s, lethal, away = sigma_m(40.0), 30.0, 35.0
    assert single_shot(lethal, 40.0, 0.0, "cookie_cutter") == pytest.approx(1 - math.exp(-(lethal**2) / (2 * s * s)))
    whole = lethal**2 + 2 * s * s
    assert single_shot(lethal, 40.0, away, "carleton") == pytest.approx(
        lethal**2 / whole * math.exp(-(away**2) / whole)
    )


def fire(content: Document, count: int = 300) -> Simulation:
    simulation = start(content, seed=3, replications=range(count), record_events=True)
    simulation.advance(4)
    return simulation


def hurt(simulation: Simulation, content: Document, name: str) -> np.ndarray:
    unit = compile_world(content).roster.units.index(name)
    return simulation.state.units.real[:, UnitR.STRENGTH, unit] < 1.0


def crowd() -> Document:
    """Return one sure burst of 100 m round a target, beside which stand a hidden foe, a friend and an aircraft."""
    content = Burst(100.0, 0.0, 50.0, 1.0, "cookie_cutter").document()
    content["catalogue"]["platforms"]["aircraft"] = {
        "domain": "air", "target_class": "small_air", "speed_max_mps": 0, "signature": 0
    }  # fmt: skip
    for name, side, card, east in (("friend", "blue", "target", 0.03), ("flyer", "red", "aircraft", 0.02),
                                   ("far", "red", "hidden", 0.101)):  # fmt: skip
        content["groups"].append({"name": name, "side": side, "at_km": [east, 1.0], "units": [{"platform": card}]})
    return content


def test_who_is_hurt() -> None:
    content = crowd()
    simulation = fire(content, 5)
    told = {
        name: bool(hurt(simulation, content, name).all()) for name in ("target", "bystander", "friend", "flyer", "far")
    }
    assert told == {"target": True, "bystander": True, "friend": False, "flyer": False, "far": False}
    assert (
        simulation.state.sides.whole[:, [SideW.ROUNDS, SideW.HITS], 0] == 1
    ).all()  # a round hits once, whoever it hurts
    events = simulation.events()
    assert events["b"][events["kind"] == EventKind.HIT].tolist() == [1] * 5


def test_rounds_fall_where_the_target_is_believed_to_be() -> None:
    content = Burst(60.0, 0.0, 0.0, 1.0, "cookie_cutter").document()
    sure = fire(content)
    content["catalogue"]["sensors"]["eye"]["error_m"] = 60.0
    unsure = fire(content)
    share = hurt(unsure, content, "target").mean()
    law = 1.0 - math.exp(-0.5)  # the error is circular normal with the lethal radius as its standard deviation
    assert hurt(sure, content, "target").all()
    assert abs(share - law) <= 4 * math.sqrt(law * (1 - law) / 300)


def test_each_round_of_a_salvo_falls_by_itself() -> None:
    content = Burst(30.0, 40.0, 500.0, 1.0, "cookie_cutter").document()
    content["catalogue"]["weapons"]["howitzer"] |= {"rounds_per_shot": 6, "damage": 0.01}
    content["groups"][0]["units"] = [{"platform": "shooter"}]
    content["catalogue"]["platforms"]["shooter"]["weapons"][0]["rounds"] = 6
    hits = fire(content).state.sides.whole[:, SideW.HITS, 0]
    p = single_shot(30.0, 40.0, 0.0, "cookie_cutter")
    assert abs(hits.mean() - 6 * p) <= 4 * math.sqrt(6 * p * (1 - p) / 300)
    assert abs(hits.var() / (6 * p * (1 - p)) - 1.0) < 0.4  # binomial: the rounds do not fall together
