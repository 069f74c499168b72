"""Measures of casualties and care on states that are filled in by hand, with the denominators of Holcomb."""

from typing import Any

import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.measures.compute import measure_key
from scenarios.measures.medical import MEDICAL
from scenarios.verification.document import document, group, platform
from simcore.care import FacilityR, FacilityW
from simcore.medical import Cause, Death, Health, Mechanism, MedicalSideW, PersonR, PersonSpecW, PersonW, Stage, Triage
from simcore.params import UnitSpecW
from simcore.state import State, WorldW
from tests.simcore.small_worlds import Document, compile_world, start

HOUR = 3600.0


def world(**medical: Any) -> Document:
    """Return ten people of blue beside a facility, and two of red."""
    content = document(
        "people", dt_s=60.0, n_ticks=6000, half_width_km=5.0,
        groups=[
            group("squad", "blue", "squad", (0.0, 0.0)),
            group("aid-post", "blue", "aid-post", (1.0, 0.0)),
            group("other", "red", "pair", (4.0, 0.0)),
        ],
        platforms={
            "squad": platform(people=10),
            "aid-post": platform(facility={"role": 2, "theatres": 1}),
            "pair": platform(people=2),
        },
    )  # fmt: skip
    return content | {"medical": {"interval_s": 60.0, **medical}}


def filled(hours: float = 80.0) -> tuple[Compiled, State]:
    """Return a world in which blue people were hurt by hand, after some hours."""
    content = world()
    state = start(content, replications=range(1)).state
    state.world[:, WorldW.TICK] = round(hours * 60.0)
    return compile_world(content), state


def own(k: int) -> int:
    """Return the column of the person ``k`` of blue."""
    params = compile_world(world()).params
    side = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]]
    return int(np.flatnonzero(side == 0)[k])


def hurt(state: State, k: int, at_s: float, triage: Triage = Triage.T1, **times: float) -> None:
    """Hurt person ``k`` by a fragment; times by row name."""
    p = own(k)
    state.people.real[0, PersonR.HURT_S, p] = at_s
    state.people.whole[0, PersonW.HEALTH, p] = Health.HURT
    state.people.whole[0, PersonW.MECHANISM, p] = Mechanism.FRAGMENT
    state.people.whole[0, PersonW.IS_WOUNDED, p] = 1
    state.people.whole[0, PersonW.TRUE_TRIAGE, p] = triage
    for name, value in times.items():
        state.people.real[0, PersonR[name], p] = value


def kill(state: State, k: int, death: Death, cause: Cause, at_s: float, *, survivable: bool = False) -> None:
    """Let person ``k`` die."""
    p = own(k)
    state.people.whole[0, PersonW.HEALTH, p] = Health.DEAD
    state.people.whole[0, PersonW.DEATH, p] = death
    state.people.whole[0, PersonW.CAUSE, p] = cause
    state.people.whole[0, PersonW.IS_SURVIVABLE, p] = survivable
    state.people.real[0, PersonR.END_S, p] = at_s


def values(compiled: Compiled, state: State) -> dict[str, float]:
    """Return the measures of blue by their names without the side."""
    found = compiled.measures.values(state)
    return {name.removeprefix("blue_"): float(column[0]) for name, column in found.items() if name.startswith("blue_")}


def test_the_measures_exist_with_people_and_facilities_alone() -> None:
    content = world()
    # those of civilians need a side that cares for them
    of_medicine = {key for key in map(measure_key, MEDICAL) if not key.startswith("civilians_")}
    listed = compile_world(content).measures.listed
    assert {m.key for m in listed if m.side == "blue"} >= of_medicine
    red = {m.key for m in listed if m.side == "red"} & of_medicine
    assert "kia_share" in red
    assert "admitted" not in red
    del content["medical"]
    assert not {m.key for m in compile_world(content).measures.listed} & of_medicine


def test_the_three_rates_have_their_own_denominators() -> None:
    compiled, state = filled()
    for p in range(8):
        hurt(state, p, 0.0)
    kill(state, 0, Death.AT_ONCE, Cause.OVERWHELMING, 0.0)
    kill(state, 1, Death.BEFORE_CARE, Cause.BLEEDING, HOUR, survivable=True)
    kill(state, 2, Death.IN_CARE, Cause.WOUNDS, 9.0 * HOUR)
    for p in (3, 4, 5):
        state.people.whole[0, PersonW.STAGE, own(p)] = Stage.RETURNED
    for row, number in (
        (MedicalSideW.WOUNDED, 8), (MedicalSideW.KILLED_AT_ONCE, 1), (MedicalSideW.DIED_BEFORE_CARE, 1),
        (MedicalSideW.DIED_OF_WOUNDS, 1), (MedicalSideW.RETURNED, 3), (MedicalSideW.RETURNED_SOON, 2),
    ):  # fmt: skip
        state.medical_sides.whole[0, row, 0] = number
    found = values(compiled, state)
    assert found["kia"] == 2.0
    assert found["wia"] == 6.0
    assert found["returned_72h"] == 2.0  # the third came back too late
    assert found["kia_share"] == pytest.approx(2 / (2 + 6 - 2))
    assert found["dow_share"] == pytest.approx(1 / (6 - 2))
    assert found["case_fatality"] == pytest.approx(3 / 8)
    assert found["preventable_deaths"] == found["preventable_bleeding"] == found["died_bleeding"] == 1.0


def test_times_count_from_the_injury_and_only_for_those_who_reached_care() -> None:
    compiled, state = filled()
    hurt(state, 0, 600.0, AID_S=1200.0, ROLE2_S=4200.0, SURGERY_S=7800.0)
    hurt(state, 1, 0.0, AID_S=300.0)
    hurt(state, 2, 0.0)
    state.people.real[0, PersonR.HURT_S, own(3)] = 0.0  # ill, not hurt by the enemy
    state.people.real[0, PersonR.AID_S, own(3)] = 9e4
    state.people.whole[0, PersonW.MECHANISM, own(3)] = Mechanism.DISEASE
    found = values(compiled, state)
    assert found["time_to_aid_s"] == pytest.approx((600.0 + 300.0) / 2)
    assert found["time_to_role2_s"] == 3600.0
    assert found["time_to_surgery_s"] == 7200.0


def test_the_time_lines_count_the_dead_as_late_and_leave_out_those_not_yet_due() -> None:
    compiled, state = filled(hours=3.0)
    hurt(state, 0, 0.0, AID_S=600.0, ROLE1_S=3000.0, SURGERY_S=7200.0)
    hurt(state, 1, 0.0, Triage.T2, AID_S=601.0, ROLE1_S=3601.0)
    state.people.whole[0, PersonW.NEEDS_SURGERY, own(1)] = 1
    hurt(state, 2, 0.0, Triage.T3, AID_S=60.0)
    hurt(state, 3, 0.0)
    kill(state, 3, Death.BEFORE_CARE, Cause.TRAUMA, 300.0)
    hurt(state, 4, 0.0)
    kill(state, 4, Death.AT_ONCE, Cause.OVERWHELMING, 0.0)
    hurt(state, 5, 2.9 * HOUR)  # nothing is due yet
    found = values(compiled, state)
    assert (found["aid_due"], found["aid_in_time"]) == (4.0, 2.0)
    assert (found["field_care_due"], found["field_care_in_time"]) == (3.0, 1.0)
    assert (found["surgery_due"], found["surgery_in_time"]) == (2.0, 1.0)
    assert found["field_care_in_time_share"] == pytest.approx(1 / 3)


def test_the_flow_through_facilities_is_that_of_the_side_and_of_each_platform() -> None:
    compiled, state = filled(hours=10.0)
    for row, number in ((FacilityW.ARRIVED, 5), (FacilityW.BLOOD_USED, 7), (FacilityW.BEGUN, 3), (FacilityW.LEFT, 1)):
        state.facilities.whole[0, row, 0] = number
    state.facilities.whole[0, FacilityW.BEGUN + 1, 0] = 1  # surgery
    state.facilities.whole[0, FacilityW.RETURNED, 0] = 2
    state.facilities.real[0, FacilityR.PATIENT_S, 0] = 15.0 * HOUR
    state.facilities.real[0, FacilityR.WAIT_S, 0] = 2.0 * HOUR
    found = values(compiled, state)
    for suffix in ("", "_aid-post"):
        shown = [found[f"{name}{suffix}"] for name in ("admitted", "blood_used", "treatments", "discharged")]
        assert shown == [5.0, 7.0, 4.0, 3.0]
        assert found[f"patients{suffix}"] == pytest.approx(1.5)
        assert found[f"treatment_wait_h{suffix}"] == pytest.approx(0.5)
    assert "admitted_squad" not in found


def test_without_a_casualty_rates_are_undefined_and_numbers_are_nought() -> None:
    found = values(*filled())
    assert np.isnan([found[name] for name in ("kia_share", "dow_share", "case_fatality", "time_to_aid_s")]).all()
    assert found["casualties"] == found["deaths"] == found["preventable_deaths"] == 0.0
