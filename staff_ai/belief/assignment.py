"""Assignment of tracks to the units of the forces: each track is exactly one unit, of a drawn force."""

from typing import NamedTuple, Protocol

import numpy as np

from simcore.params import UnitSpecR
from simcore.types import F64, I64, Identity
from staff_ai.belief.evidence import suitable
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracks import Fate, TrackR, Tracks, TrackW


class Uniform(Protocol):
    """Random numbers of the worlds."""

    n: int

    def uniform(self, purpose: int, n: int) -> F64:
        """Return uniform numbers (worlds, n)."""
        ...

    def normal(self, purpose: int, n: int) -> F64:
        """Return standard normal numbers (worlds, n)."""
        ...


class Assignment(NamedTuple):
    """The units of the tracks in each world."""

    track: I64  # (t,) columns of the tracks
    unit: I64  # (n, t) unit of each, -1: in no force, or one too many
    used: I64  # (n, forces) tracks in each force


def assign_tracks(staff: StaffScenario, tracks: Tracks, draws: Uniform) -> Assignment:
    """Return the units drawn for all tracks of the enemy and of neutrals: held, lost and gone.

    Tracks believed to be decoys, and lost tracks found again, stand for no unit. Tracks close together get units of the
    same group where possible.
    """
    real, whole = tracks.real, tracks.whole
    counts = (whole[TrackW.FATE] != Fate.FOUND) & (whole[TrackW.IDENTITY] != Identity.DECOY)
    track = np.flatnonzero(counts)
    n, n_forces = draws.n, len(staff.forces)
    used = np.zeros((n, n_forces), dtype=np.int64)
    unit = np.full((n, len(track)), -1, dtype=np.int64)
    if len(track) == 0 or n_forces == 0:
        return Assignment(track, unit, used)
    # known units first; within a fate along the longer axis of the tracks, so that neighbours share a group
    axis = TrackR.X if np.ptp(real[TrackR.X, track]) >= np.ptp(real[TrackR.Y, track]) else TrackR.Y
    track = track[np.lexsort((whole[TrackW.SERIAL, track], real[axis, track], whole[TrackW.FATE, track]))]
    most = np.array([len(members) for members in staff.members], dtype=np.int64)
    least = np.array([force.least for force in staff.forces])
    expected = 0.5 * (least + most)
    table = np.full((n_forces, max(int(most.max()), 1)), -1, dtype=np.int64)
    for f, members in enumerate(staff.members):
        table[f, : len(members)] = members
    first = np.floor(draws.uniform(1, n_forces) * np.maximum(most, 1)).astype(np.int64)
    serial_draws = _by_serial(draws, whole[TrackW.SERIAL, track])
    worlds = np.arange(n)
    force_of_column = staff.force_of_unit[staff.foreign]
    speed_max = staff.params.units.real[UnitSpecR.SPEED_MAX, staff.foreign]
    chances: dict[tuple[int, int, int, int], F64] = {}
    for q, k in enumerate(track):
        speed = float(np.hypot(real[TrackR.VX, k], real[TrackR.VY, k]))
        key = (
            int(whole[TrackW.DOMAIN, k]),
            int(whole[TrackW.TARGET_CLASS, k]),
            int(whole[TrackW.IDENTITY, k]),
            int(speed / 2.0),
        )
        if key not in chances:
            columns = suitable(staff, key[0], key[1])
            fits = np.zeros(n_forces)
            fits[force_of_column[columns]] = 1.0
            too_slow = columns[speed_max[columns] * 1.2 + 1.0 < speed]
            fits[force_of_column[too_slow]] = 1e-3
            is_enemy = staff.force_side == staff.enemy
            if key[2] == Identity.HOSTILE:
                fits = fits * is_enemy
            elif key[2] == Identity.NEUTRAL:
                fits = fits * ~is_enemy
            chances[key] = fits
        room = most - used
        weight = chances[key] * np.maximum(expected - used, 0.25) * (room > 0)
        total = weight.cumsum(axis=1)
        is_possible = total[:, -1] > 0.0
        at = serial_draws[:, q] * total[:, -1]
        force = (total <= at[:, None]).sum(axis=1).clip(max=n_forces - 1)
        place = (first[worlds, force] + used[worlds, force]) % np.maximum(most[force], 1)
        unit[:, q] = np.where(is_possible, table[force, place], -1)
        used[worlds[is_possible], force[is_possible]] += 1
    return Assignment(track, unit, used)


def _by_serial(draws: Uniform, serial: I64) -> F64:
    """Return a uniform number for each track, named by its serial."""
    return draws.uniform(2, int(serial.max()) + 1)[:, serial]
