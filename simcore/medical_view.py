"""The rows in which a side sees its casualties and its medical support, and the columns that are its own."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.care import FacilitySpecW, TransportSpecW
from simcore.medical import MedicalRuleW, PersonSpecW
from simcore.params import Params, UnitSpecW
from simcore.types import I32, N_BELLIGERENTS


class CasualtyR(IntEnum):
    """People in the picture, real."""

    X = 0  # place as last reported [m]; nan: unknown
    Y = 1
    ASKED_S = 2  # time since the request of a transport [s]; nan: none
    AGE_S = 3  # age of the report [s]; inf: none


class CasualtyW(IntEnum):
    """People in the picture, whole: as last reported; 0 without a report."""

    WAITS = 0  # 1 when a transport is asked for him
    STAGE = 1  # Stage
    TRIAGE = 2  # Triage as judged
    SITS = 3  # 1 when he can sit
    UNIT = 4  # own unit that he is with, or -1: on the ground, or with neutrals
    TRANSPORT = 5  # own transport promised to him or that carries him, or -1
    ROLE = 6  # highest role of the facilities that he has been at
    PRIORITY = 7  # as ordered
    HEALTH = 8  # Health
    STATION = 9  # Station of his treatment, or the next that he waits for; -1: none
    MECHANISM = 10  # Mechanism of his last injury


class FacilityView(IntEnum):
    """Own facilities in the picture, whole: as last reported."""

    STATUS = 0  # Status of its unit
    QUEUE = 1  # patients that wait
    PRESENT = 2
    IS_FULL = 3  # 1 when transports should go elsewhere
    MODE = 4  # FacilityMode bits, as ordered


class TransportView(IntEnum):
    """Own transports in the picture, whole: as last reported."""

    STATUS = 0  # Status of its unit
    LINKED = 1
    STAGE = 2  # TransportStage
    LITTERS = 3  # free
    SEATS = 4
    SERVES = 5  # 1 while its task is to evacuate
    PERSON = 6  # own casualty for whom it is ordered to go, or -1
    BLOOD = 7  # units of blood that it carries


class OwnMedical(NamedTuple):
    """Columns of a side: its units that are no phantoms, people, facilities and transports, ascending.

    People of neutral sides count as its own where its doctrine is to care for them; it sees those in its charge.
    """

    units: I32
    people: I32
    facilities: I32
    transports: I32


def cares_for_neutrals(params: Params, side: int) -> bool:
    """Return whether the doctrine of a side is to care for the casualties of neutral sides."""
    return bool(int(params.medical.rules_whole[MedicalRuleW.CARING_SIDES]) >> side & 1)


def own_medical(params: Params, side: int) -> OwnMedical:
    """Return the columns of a side."""
    spec, medical = params.units.whole, params.medical
    own = np.flatnonzero((spec[UnitSpecW.SIDE] == side) & (spec[UnitSpecW.SPOOFER] < 0)).astype(np.int32)
    home = medical.people[PersonSpecW.UNIT]
    is_own = np.isin(home, own)
    if cares_for_neutrals(params, side):
        is_own |= spec[UnitSpecW.SIDE, home] >= N_BELLIGERENTS
    units = (medical.facilities.whole[FacilitySpecW.UNIT], medical.transports.whole[TransportSpecW.UNIT])
    return OwnMedical(
        own,
        np.flatnonzero(is_own).astype(np.int32),
        *(np.flatnonzero(np.isin(unit, own)).astype(np.int32) for unit in units),
    )
