"""Blocks of parameters, and the parameters of supply and of medical support."""

from typing import NamedTuple

from simcore.types import F64, I32


class Block(NamedTuple):
    """Parameters of one kind: ``real`` (fields, n) float64 and ``whole`` (fields, n) int32."""

    real: F64
    whole: I32


class SupplySpec(NamedTuple):
    """The parameters of supply, with rows from ``stores``. All have no columns without supply."""

    items: Block
    stores: Block
    units: Block  # a column for each unit, or none
    links: I32  # (len(SupplyLinkW), n) routes of supply
    points: F64  # (2, n) of these routes [m]
    rules: I32  # (len(SupplyRuleW),)


class MedicalSpec(NamedTuple):
    """The parameters of medical support, with rows from ``medical``. All have no columns without it."""

    people: I32  # (len(PersonSpecW), n)
    mount_injury: I32  # (mounts,) Mechanism of the injuries by its rounds
    units: Block  # a column for each unit, or none
    injuries: F64  # (N_INJURY_ROWS, mechanisms)
    bleeding: F64  # (len(BleedingR), regions)
    facilities: Block
    stations: Block
    transports: Block
    points: F64  # (2, n) exchange points [m]
    point_side: I32  # (n,)
    rules_real: F64  # (N_RULE_REALS,)
    rules_whole: I32  # (len(MedicalRuleW),)
    region: I32  # (mobilities, cells) regions of passable ground, or (0, 0): no transport needs a way round
