"""Arguments of the loops of the learning interface by kind: the tables of a picture, a briefing and the slots.

For the axes see ``observation_loops``; for the columns, ``observation_columns`` and ``picture``.
"""

from typing import NamedTuple

from simcore.types import F64, I32


class Seen(NamedTuple):
    """The tables of a picture: own units (R, OwnR or OwnW, own), contacts (R, SeenR or SeenW, k) and their number."""

    own_real: F64
    own_whole: I32
    contact_real: F64
    contact_whole: I32
    n_contacts: I32  # (R,)


class KeyPlaces(NamedTuple):
    """Places that matter to the side, and the value of a contact there."""

    is_ward: I32  # (own,), 1 for a unit to protect
    goals: F64  # (2, m) [m]
    worth: F64  # value of a contact by class, the last for none


class GroupSlots(NamedTuple):
    """The briefing of the groups in the slots."""

    fixed: F64  # (GroupStatic, G)
    codes: I32  # (GroupCode, G)


class Slots(NamedTuple):
    """The contacts in the slots."""

    whole: I32  # (N, SlotCode, K)
    real: F64  # (N, SlotPlace, K)


class Mission(NamedTuple):
    """The briefing of the mission: own units, objectives and zones."""

    domain: I32  # (own,)
    cost: F64  # (own,)
    members: I32  # (o, own), 1 for units listed in an objective
    objective_whole: I32  # (2, o): kind, zone slot or -1
    objective_real: F64  # (1, o): weight
    zone_whole: I32  # (1, z): kind
    zone_real: F64  # (4, z): centre and radius [m], weight


class Area(NamedTuple):
    """The map and the grid of the points of orders."""

    bounds: F64  # (4,): west, east, south, north [m]
    half_extent_m: float
    grid_m: float
