"""What Python may call of the engine's compiled functions."""

import numpy as np
import pytest

from simcore.jit import entrance
from simcore.kernels.mines import is_in_danger

SIDES = np.array([0, 1], dtype=np.int32)
FIELDS = np.zeros((16, 1), dtype=np.int32)  # one field, of side 0, that endangers no domain


@pytest.mark.skipif(not hasattr(is_in_danger, "py_func"), reason="asks about compiled code")
def test_a_kernel_has_no_entrance_for_python_and_says_so() -> None:
    """Without the guard the call would follow a null pointer, whether the kernel has been compiled or not."""
    with pytest.raises(TypeError, match=r"is_in_danger is a kernel.*simcore.jit.formula"):
        is_in_danger(0, 0, SIDES, SIDES, FIELDS)
    assert entrance(is_in_danger)(0, 0, SIDES, SIDES, FIELDS) is False
    with pytest.raises(TypeError, match="is a kernel"):
        is_in_danger(0, 0, SIDES, SIDES, FIELDS)
