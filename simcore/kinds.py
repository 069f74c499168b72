"""Kinds of things as the kernels get them: what a scenario fixes, and what one replication holds.

Each kind is one tuple of arrays. ``spec_real`` and ``spec_whole`` are blocks of the parameters, ``real`` and ``whole``
those of the state of the replication that is played, all (rows, columns): the enums of ``params`` and ``state`` name
the rows. ``engine.play`` makes the tuples once a replication. A phase gets the kinds that it reads or changes.
"""

from typing import NamedTuple

from simcore.types import F32, F64, I32, U64, Word


class Moment(NamedTuple):
    """The tick that is played, and what keys its draws."""

    r: int  # index of the replication in the batch
    tick: int
    seed: Word
    replication: Word  # number of the replication


class Units(NamedTuple):
    """Units: UP and UW, their keys (n,) in this replication, U and W."""

    spec_real: F64
    spec_whole: I32
    key: U64
    real: F64
    whole: I32


class Sensors(NamedTuple):
    """Sensors on units: SP, SW and S."""

    spec_real: F64
    spec_whole: I32
    whole: I32


class Mounts(NamedTuple):
    """Mounts on units: MP, MW and M."""

    spec_real: F64
    spec_whole: I32
    whole: I32


class Contacts(NamedTuple):
    """Contacts of all sides: C and K, column ``side * units + unit``."""

    real: F64
    whole: I32


class Groups(NamedTuple):
    """Groups: GW, and their orders G and H, of record and under way."""

    spec_whole: I32
    real: F64
    whole: I32


class Routes(NamedTuple):
    """Points of the first tasks (2, n) [m], and the ways round obstacles: rows of points, and WY."""

    points: F64
    real: F64
    whole: I32


class Salvoes(NamedTuple):
    """Salvoes in flight: F and FW."""

    real: F64
    whole: I32


class Sides(NamedTuple):
    """Tallies of the sides: TR and T."""

    real: F64
    whole: I32


class Objectives(NamedTuple):
    """Objectives: OP, OW, the units that they list (n,), P, D, and L of the listed units."""

    spec_real: F64
    spec_whole: I32
    members: I32
    real: F64
    whole: I32
    listed: I32


class Mines(NamedTuple):
    """Minefields: MFP, MFW and their name keys (n,); the mines themselves: N and NW."""

    spec_real: F64
    spec_whole: I32
    key: U64
    real: F64
    whole: I32


class Messages(NamedTuple):
    """Messages under way: reports of units on themselves RS and RSW, on contacts RC and RCW; OD.DUE of orders."""

    status_real: F64
    status_whole: I32
    report_real: F64
    report_whole: I32
    order_due: I32


class Paths(NamedTuple):
    """Paths that units have driven: rows of places, and PW."""

    real: F64
    whole: I32


class Zones(NamedTuple):
    """Zones as they are now: ZP, ZW, and their corners (2, n) [m]."""

    spec_real: F64
    spec_whole: I32
    vertices: F64


class Ground(NamedTuple):
    """Rasters of the ground: see ``surroundings.Terrain``."""

    relief: F32  # (2, rows, columns)
    block_peak: F32
    wide_peak: F32
    speed: F32  # (mobilities, rows, columns)
    speed_by_cell: F32  # the same, (mobilities, cells)
    concealment: F32  # (rows, columns)


class Rules(NamedTuple):
    """Rules of the scenario: RP and RW."""

    real: F64
    whole: I32


class Jammers(NamedTuple):
    """Jammers on units: JP and JW."""

    spec_real: F64
    spec_whole: I32


class Crews(NamedTuple):
    """Operators of the sides: QP and QW."""

    spec_real: F64
    spec_whole: I32
