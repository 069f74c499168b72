"""Nominal heights of aircraft whose height the audience does not know: a viewer in 3D would lay them on the ground.

The heights are for the picture only. They are no belief of a side, and no property in a file gives them as known.
"""

import numpy as np

from simcore.types import Domain, TargetClass
from viz.fog.view import Fixes, Track

SMALL_AIR_M, AIRCRAFT_M, UNCLASSIFIED_M = 150.0, 3000.0, 500.0
"""Nominal heights [m] of small and unmanned aircraft, of other aircraft, and before a contact is classified."""

_UNMANNED = ("1103", "1104", "1203")
"""Entities of unmanned aircraft in the symbol set of the air."""


def nominal_heights(tracks: list[Track], fixes: Fixes) -> np.ndarray:
    """Return the nominal height of each fix in the air [m], (n,); nan for fixes of known height and for all others."""
    of_track = np.array([_of_unit(track) for track in tracks] or [np.nan])
    of_class = np.full(len(TargetClass) + 1, UNCLASSIFIED_M)
    of_class[TargetClass.SMALL_AIR], of_class[TargetClass.AIRCRAFT] = SMALL_AIR_M, AIRCRAFT_M
    of_contact = np.where(fixes.domain == Domain.AIR, of_class[fixes.target_class], np.nan)
    height = np.where(fixes.domain >= 0, of_contact, of_track[fixes.track])
    return np.where(np.isnan(fixes.z_m), height, np.nan)


def _of_unit(track: Track) -> float:
    if track.is_contact or track.domain != "air":
        return np.nan
    return SMALL_AIR_M if track.sidc[10:14] in _UNMANNED else AIRCRAFT_M
