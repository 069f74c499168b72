"""Distances at which carriers and transports count as being at a place."""

from simcore.compiling.jit import kernel
from simcore.kinds import Units
from simcore.params import UnitSpecR, UnitSpecW

ALONGSIDE = 3.0
"""Reaches within which a unit stays alongside another under way, once it has come within reach."""
_TURNS = 2.5  # radii of its tightest turn within which a circling aircraft counts as being at a place


@kernel
def circling_reach(i: int, reach: float, units: Units) -> float:
    """Return the distance at which unit ``i`` is at a place, for its ``reach`` [m]: more where it has to circle."""
    if units.spec_whole[UnitSpecW.IS_HOVERING, i] == 0:
        reach += _TURNS * units.spec_real[UnitSpecR.TURN_RADIUS, i]
    return reach
