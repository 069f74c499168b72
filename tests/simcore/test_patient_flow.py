"""The flow of patients balances: in random scenarios nobody is lost, counted twice or over capacity, at any time."""

from typing import Any

import numpy as np
import pytest

from simcore.care import FacilitySpecW, FacilityW, Station, StationSpecW, TransportSpecW, TransportW
from simcore.medical import Health, MedicalSideW, PersonW, Stage
from simcore.params import Params
from simcore.simulation import Simulation
from simcore.state import State, UnitW
from simcore.types import NONE, Status
from tests.simcore.care_worlds import PLATFORMS, Document, ambulances, group, world
from tests.simcore.small_worlds import compile_world, start
from tests.simcore.supply_worlds import imbalance

HOURS = 4.0


def random_world(seed: int) -> Document:
    """Return a random scenario: squads that are wounded, transports, facilities, stores, and units that are hit."""
    rng = np.random.default_rng(seed)
    groups = [
        group(f"squad-{k}", "squad", float(rng.uniform(2, 15)), float(rng.uniform(-5, 5)))
        for k in range(int(rng.integers(1, 4)))
    ]
    stores: list[Document] = []
    for k in range(int(rng.integers(1, 4))):
        card = str(rng.choice(["ambulance", "robot"]))
        task: dict[str, Any] = {"at_km": [float(rng.uniform(-2, 8)), 0]}
        if rng.random() < 0.4:
            task["radius_km"] = float(rng.uniform(4, 20))
        groups.append(ambulances(f"cars-{k}", float(rng.uniform(-2, 8)), card, int(rng.integers(1, 3)), **task))
    for k in range(int(rng.integers(1, 4))):
        groups.append(group(f"facility-{k}", f"place-{k}", float(rng.uniform(-15, 6))))
        stores.append({"at": f"facility-{k}", "items": {"blood": {"capacity": 30}, "kits": {"capacity": 40}}})
    hit = [one["name"] for one in groups if rng.random() < 0.5]
    injects: list[Document] = [
        {"at_s": float(rng.uniform(600, HOURS * 3000)), "kind": "lose", "who": [name]} for name in hit[:3]
    ]
    injects += [
        {"at_s": float(rng.uniform(600, HOURS * 3000)), "kind": "disable", "who": [name], "parts": ["mobility"]}
        for name in hit[3:5]
        if name.startswith("cars")
    ]
    point = {"name": "exchange", "side": "blue", "at_km": [float(rng.uniform(0, 6)), 0]}
    content = world(
        groups,
        hours=HOURS,
        dt_s=float(rng.choice([5.0, 10.0, 30.0])),
        platforms={f"place-{k}": facility(rng, k + 1) for k in range(3)},
        medical={
            "interval_s": float(rng.choice([30.0, 60.0])),
            "sickness": {"wounded_per_1000_per_day": 4000.0, "disease_per_1000_per_day": 1000.0},
            "deterioration": {"law": "power"},
            "duty": {"mean_days": [0.02, 0.1, 1.0, 20.0, 50.0]},
            "evacuation": {"exchange_points": [point], "unmanned": str(rng.choice(["light", "all"]))},
        },
        sustainment={
            "wear": False,
            "items": {"blood": {"kind": "general"}, "kits": {"kind": "general"}},
            "stores": stores,
        },
    )
    content["injects"] = injects
    return content


def facility(rng: np.random.Generator, role: int) -> Document:
    """Return the card of a random facility of a role."""
    fit: Document = {
        "role": role,
        "bays": int(rng.integers(1, 4)),
        "theatres": 0 if role == 1 else int(rng.integers(1, 3)),
        "intensive": int(rng.integers(0, 3)),
        "ward": int(rng.integers(0, 4)),
        "divert_from": int(rng.integers(2, 6)),
        "mass_casualty_from": int(rng.integers(2, 6)),
        "times": {"resuscitation": 15, "surgery": 40, "intensive": 60, "ward": 120},
    }
    if rng.random() < 0.5:
        fit |= {"blood": "blood", "stores": "kits"}
    return {**PLATFORMS["post"], "command_post": False, "people": {"crew": 8, "medics": 2}, "facility": fit}


def check_places(params: Params, state: State, r: int) -> None:
    """Everybody is in one place, that of his stage."""
    whole, medical = state.people.whole[r], params.medical
    stage, place, health = whole[PersonW.STAGE], whole[PersonW.PLACE], whole[PersonW.HEALTH]
    transport, base = whole[PersonW.TRANSPORT], whole[PersonW.FACILITY]
    hurt = health == Health.HURT
    assert np.isin(stage[health == Health.FIT], [Stage.NONE, Stage.RETURNED]).all()
    assert (stage[hurt] != Stage.NONE).all()
    assert (stage[hurt] != Stage.RETURNED).all()
    aboard = hurt & (stage == Stage.ABOARD)
    assert np.array_equal(place[aboard], medical.transports.whole[TransportSpecW.UNIT, transport[aboard]])
    inside = hurt & (stage >= Stage.QUEUE) & (stage <= Stage.HOLDING)
    assert np.array_equal(place[inside], medical.facilities.whole[FacilitySpecW.UNIT, base[inside]])
    outside = hurt & (stage == Stage.SCENE)
    assert (base[outside] == NONE).all()
    gone = state.units.whole[r, UnitW.STATUS] >= Status.LOST
    with_unit = hurt & (place >= 0) & (stage <= Stage.HOLDING)
    assert not gone[place[with_unit]].any()


def check_capacity(params: Params, state: State, r: int) -> None:
    """No transport and no station has more casualties than places, and the counts are those of the people."""
    whole, medical = state.people.whole[r], params.medical
    hurt = whole[PersonW.HEALTH] == Health.HURT
    for q, taken in enumerate(state.transports.whole[r].T):
        aboard = hurt & (whole[PersonW.STAGE] == Stage.ABOARD) & (whole[PersonW.TRANSPORT] == q)
        spec = medical.transports.whole[:, q]
        assert aboard.sum() <= spec[TransportSpecW.LITTERS] + spec[TransportSpecW.SEATS]
        assert (aboard & (whole[PersonW.IS_AMBULATORY] == 0)).sum() <= spec[TransportSpecW.LITTERS]
        assert taken[TransportW.LITTERS] <= spec[TransportSpecW.LITTERS]
        assert taken[TransportW.SEATS] <= spec[TransportSpecW.SEATS]
    places = medical.stations.whole[StationSpecW.PLACES].reshape(-1, len(Station))
    for f, counts in enumerate(state.facilities.whole[r].T):
        here = hurt & (whole[PersonW.FACILITY] == f) & (whole[PersonW.STAGE] == Stage.STATION)
        treated = np.bincount(whole[PersonW.STATION][here], minlength=len(Station))
        assert (treated <= places[f]).all()
        assert (counts[FacilityW.TAKEN : FacilityW.TAKEN + len(Station)] <= places[f]).all()


def check_accounts(params: Params, state: State, r: int) -> None:
    """Who arrives at a facility is there, has left it on a known way, or has died there."""
    gone = state.units.whole[r, UnitW.STATUS] >= Status.LOST
    for f, c in enumerate(state.facilities.whole[r].T):
        if gone[params.medical.facilities.whole[FacilitySpecW.UNIT, f]]:
            continue
        left = c[[FacilityW.RETURNED, FacilityW.LEFT, FacilityW.SENT_ON, FacilityW.DIED]].sum()
        assert c[FacilityW.ARRIVED] == c[FacilityW.PRESENT] + left
        begun, ended = (c[row : row + len(Station)] for row in (FacilityW.BEGUN, FacilityW.ENDED))
        assert (begun >= ended).all()
        assert c[FacilityW.TREATED] == ended.sum()
    sides = state.medical_sides.whole[r]
    assert sides[MedicalSideW.CARRIED].sum() == state.transports.whole[r, TransportW.CARRIED].sum()


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_lost_counted_twice_or_over_capacity(seed: int) -> None:
    content = random_world(seed)
    params = compile_world(content).params
    simulation: Simulation = start(content, seed=seed, replications=range(2))
    n_ticks = int(HOURS * 3600 / params.rules_real[0])
    carried = 0
    for _ in range(40):
        simulation.advance(n_ticks // 40)
        for r in range(2):
            check_places(params, simulation.state, r)
            check_capacity(params, simulation.state, r)
            check_accounts(params, simulation.state, r)
        assert abs(imbalance(params, simulation.state)).max(initial=0.0) < 1e-9
        carried = int(simulation.state.transports.whole[:, TransportW.CARRIED].sum())
    assert carried >= 0
    assert simulation.state.medical_sides.whole[:, MedicalSideW.WOUNDED].sum() > 0


def test_random_scenarios_move_and_treat_many() -> None:
    total = np.zeros(3)
    for seed in range(8):
        simulation = start(random_world(seed), seed=seed)
        simulation.advance(10_000)
        total += [
            simulation.state.transports.whole[0, TransportW.CARRIED].sum(),
            simulation.state.facilities.whole[0, FacilityW.TREATED].sum(),
            simulation.state.facilities.whole[0, FacilityW.SENT_ON].sum(),
        ]
    assert (total > [20, 50, 2]).all(), total
