"""The share of people saved, counted over runs of people, equals a count person by person."""

import numpy as np
import pytest

from simcore.compiling.jit import python_wrapper
from simcore.kernels.world.scoring import share_saved
from simcore.kinds import Objectives, People, Units
from simcore.medical import Death, Health, MedicalRuleR, MedicalUnitSpecW, PersonR, PersonW
from simcore.params import ObjectiveSpecW
from simcore.state import UnitW
from simcore.types import Status
from tests.simcore.made_kinds import made

_share_saved = python_wrapper(share_saved)
LEAST = 9.0


@pytest.mark.parametrize("seed", range(20))
def test_units_of_an_objective_may_stand_anywhere_and_may_be_absent(seed: int) -> None:
    """Units without people, units next to each other, in any order: each person counts once."""
    draws = np.random.default_rng(seed)
    n_units = 12
    count = draws.integers(0, 6, n_units)
    first = np.cumsum(count) - count
    n_people = int(count.sum())
    members = draws.permutation(n_units)[: draws.integers(1, n_units)]
    if seed % 2:
        members = np.sort(members)
    status = draws.choice([Status.ACTIVE, Status.LOST, Status.ABSENT], n_units, p=[0.6, 0.2, 0.2])
    wounds = draws.integers(0, 2, n_people)
    severity = draws.uniform(0.0, 2.0 * LEAST, n_people)
    death = draws.choice([Death.NONE, Death.AT_ONCE, Death.BEFORE_CARE], n_people)
    health = np.where(death == Death.NONE, draws.choice([Health.FIT, Health.HURT], n_people), Health.DEAD)

    hurt = alive = 0
    for i in members:
        for p in range(first[i], first[i] + count[i]):
            if status[i] != Status.ABSENT and wounds[p] and severity[p] >= LEAST and death[p] != Death.AT_ONCE:
                hurt += 1
                alive += int(health[p] != Health.DEAD)
    expected = alive / hurt if hurt else 1.0

    unit_whole = np.zeros((len(UnitW), n_units), np.int32)
    unit_whole[UnitW.STATUS] = status
    person_whole = np.zeros((len(PersonW), n_people), np.int32)
    person_whole[PersonW.WOUNDS], person_whole[PersonW.DEATH] = wounds, death
    person_whole[PersonW.HEALTH] = health
    person_real = np.zeros((len(PersonR), n_people))
    person_real[PersonR.SEVERITY] = severity
    unit_spec = np.zeros((len(MedicalUnitSpecW), n_units), np.int32)
    unit_spec[MedicalUnitSpecW.FIRST], unit_spec[MedicalUnitSpecW.COUNT] = first, count
    rules = np.full(len(MedicalRuleR), LEAST)
    spec = np.zeros((len(ObjectiveSpecW), 1), np.int32)
    spec[ObjectiveSpecW.COUNT] = len(members)
    people = made(People)._replace(
        rules_real=rules, whole=person_whole, real=person_real, unit_spec_whole=unit_spec
    )  # fmt: skip
    objectives = made(Objectives, spec_whole=spec, members=members.astype(np.int32))
    assert _share_saved(0, made(Units, whole=unit_whole), objectives, people) == expected
