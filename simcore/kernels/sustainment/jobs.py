"""Jobs: their request, their end, and their order in a workshop."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.kinds import Components, Units
from simcore.types import NONE
from simcore.upkeep import ComponentR, ComponentSpecW, ComponentW, Step


@kernel
def open_job(c: int, kind: int, at_s: float, components: Components) -> None:
    """Request a job of a kind (Job) for component ``c``, in place of one that has not begun."""
    components.whole[ComponentW.STEP, c] = Step.APART
    components.whole[ComponentW.KIND, c] = kind
    components.whole[ComponentW.WORKSHOP, c] = NONE
    components.real[ComponentR.REQUEST_S, c] = at_s
    components.real[ComponentR.READY_S, c] = at_s
    components.real[ComponentR.DUE_S, c] = np.inf
    components.real[ComponentR.BACK_S, c] = np.inf


@kernel
def close_job(c: int, components: Components) -> None:
    """End the job of component ``c``, done or not."""
    components.whole[ComponentW.STEP, c] = Step.NONE
    components.whole[ComponentW.WORKSHOP, c] = NONE
    components.whole[ComponentW.HAS_SPARE, c] = 0
    components.whole[ComponentW.IS_OWN_SHOP, c] = 0
    components.real[ComponentR.DUE_S, c] = np.inf
    components.real[ComponentR.BACK_S, c] = np.inf
    components.real[ComponentR.GIVEN_AGE_H, c] = 0.0
    components.real[ComponentR.GIVEN_METER_H, c] = 0.0
    components.real[ComponentR.GIVEN_WEAR, c] = 0.0


@kernel
def comes_before(c: int, d: int, units: Units, components: Components) -> bool:
    """Return whether the job of component ``c`` comes before that of ``d``: by priority, request, and keys."""
    first = components.whole[ComponentW.PRIORITY, c]
    second = components.whole[ComponentW.PRIORITY, d]
    if first != second:
        return first > second
    one = components.real[ComponentR.REQUEST_S, c]
    two = components.real[ComponentR.REQUEST_S, d]
    if one != two:
        return one < two
    i = components.spec_whole[ComponentSpecW.UNIT, c]
    j = components.spec_whole[ComponentSpecW.UNIT, d]
    is_first = units.key[i] < units.key[j] if i != j else components.key[c] < components.key[d]
    return bool(is_first)
