"""The medical support of a situation, entered into a state: people, their units, facilities and transports."""

import numpy as np

from simcore.kernels.medical.crews import CREWLESS_BITS
from simcore.medical import (
    Health,
    MedicalRuleW,
    MedicalUnitR,
    MedicalUnitSpecW,
    MedicalUnitW,
    PersonKind,
    PersonR,
    PersonSpecW,
    PersonW,
)
from simcore.medical_picture import has_care
from simcore.params import Params
from simcore.situation_tables import Situation, medical_blocks_of
from simcore.state import State, UnitR, UnitW
from simcore.types import NONE, Status


def enter_medical(params: Params, situation: Situation, state: State) -> None:
    """Enter the described people and their care; without a description everybody is fit. Mutates ``state``.

    The units have to be entered before.
    """
    if not has_care(params):
        return
    if situation.medical is not None:
        for block, values in zip(medical_blocks_of(state), situation.medical, strict=True):
            block.real[...], block.whole[...] = values.real, values.whole
        is_new = np.isnan(situation.medical.units.real[:, MedicalUnitR.STRENGTH])
    else:
        is_new = np.ones(situation.units.status.shape, dtype=np.bool_)
    if is_new.any():
        _take_units(params, state, is_new)


def _take_units(params: Params, state: State, is_new: np.ndarray) -> None:
    """Take the units ``is_new`` (N, U) as they are now, so that what hurt them before hurts nobody again."""
    units, people = state.units, state.people
    real, whole = state.medical_units.real, state.medical_units.whole
    status = units.whole[:, UnitW.STATUS]
    is_gone = (status == Status.LOST) | (status == Status.EXPENDED)
    strength = np.where(is_gone, 0.0, units.real[:, UnitR.STRENGTH])
    real[:, MedicalUnitR.STRENGTH] = np.where(is_new, strength, real[:, MedicalUnitR.STRENGTH])
    whole[:, MedicalUnitW.IS_GONE] = np.where(is_new, is_gone, whole[:, MedicalUnitW.IS_GONE])
    home = params.medical.people[PersonSpecW.UNIT]
    lies = (people.whole[:, PersonW.PLACE] == home) & (is_gone & is_new)[:, home]
    people.whole[:, PersonW.PLACE] = np.where(lies, NONE, people.whole[:, PersonW.PLACE])
    for row, of_unit in ((PersonR.X, UnitR.X), (PersonR.Y, UnitR.Y)):
        people.real[:, row] = np.where(lies, units.real[:, of_unit][:, home], people.real[:, row])
    serves = (people.whole[:, PersonW.HEALTH] == Health.FIT) & (people.whole[:, PersonW.PLACE] == home)
    serves &= params.medical.people[PersonSpecW.KIND] == PersonKind.CREW
    fit = np.zeros(status.shape, dtype=np.int32)
    row, person = np.nonzero(serves)
    np.add.at(fit, (row, home[person]), 1)
    whole[:, MedicalUnitW.FIT] = np.where(is_new, fit, whole[:, MedicalUnitW.FIT])
    matters = (params.medical.units.whole[MedicalUnitSpecW.CREW] > 0) & (status < Status.LOST)
    matters &= int(params.medical.rules_whole[MedicalRuleW.CREW_MATTERS]) == 1
    bits = np.where(is_new & matters & (fit == 0), CREWLESS_BITS, 0)
    whole[:, MedicalUnitW.CREWLESS] = np.where(is_new, bits, whole[:, MedicalUnitW.CREWLESS])
    damage = units.whole[:, UnitW.DAMAGE]
    hurt = damage & ~units.whole[:, UnitW.OUTAGE] & ~bits
    whole[:, MedicalUnitW.HURT] = np.where(is_new, hurt, whole[:, MedicalUnitW.HURT])
    units.whole[:, UnitW.DAMAGE] = damage | bits
