"""What Python may call of the engine's compiled functions."""

import re
import subprocess
import sys
from types import FunctionType

import numba
import numpy as np
import pytest
from numba.core import types

from simcore.compiling.jit import apart, driver, kernel, python_wrapper, version_for
from simcore.compiling.lean_compiler import OuterCompiler
from simcore.kernels.fighting.mines import is_in_danger
from simcore.kernels.mathematics.approximations import logarithm

SIDES = np.array([0, 1], dtype=np.int32)
FIELDS = np.zeros((16, 1), dtype=np.int32)  # one field, of side 0, that endangers no domain


@pytest.mark.skipif(not hasattr(is_in_danger, "py_func"), reason="asks about compiled code")
def test_a_kernel_has_no_entrance_for_python_and_says_so() -> None:
    """Without the guard the call would follow a null pointer, whether the kernel has been compiled or not."""
    with pytest.raises(TypeError, match=r"is_in_danger is a kernel.*simcore.compiling.jit.formula"):
        is_in_danger(0, 0, SIDES, SIDES, FIELDS)
    assert python_wrapper(is_in_danger)(0, 0, SIDES, SIDES, FIELDS) is False
    with pytest.raises(TypeError, match="is a kernel"):
        is_in_danger(0, 0, SIDES, SIDES, FIELDS)


@pytest.mark.skipif(not hasattr(is_in_danger, "py_func"), reason="asks about compiled code")
def test_a_formula_answers_python_as_it_answers_compiled_code() -> None:
    assert logarithm(2.0) == python_wrapper(logarithm)(2.0) == logarithm.py_func(2.0)


@pytest.mark.skipif(not hasattr(is_in_danger, "py_func"), reason="asks about compiled code")
def test_numba_answers_for_itself_again_after_a_compilation() -> None:
    python_wrapper(logarithm)(3.0)
    assert types.Function.get_call_type is types.functions.BaseFunction.get_call_type


@pytest.mark.skipif(not hasattr(is_in_danger, "py_func"), reason="asks about compiled code")
def test_kernels_compiled_by_the_lean_pipeline_give_the_bits_of_numbas_own() -> None:
    """A kernel that calls kernels, compiled by Numba's pipeline all the way down, agrees on bits."""
    own = numba.njit(error_model="numpy")
    names = logarithm.py_func.__globals__
    plain = {key: own(value.py_func) if hasattr(value, "py_func") else value for key, value in names.items()}
    twin = own(FunctionType(logarithm.py_func.__code__, plain))
    for x in np.geomspace(1e-300, 1e300, 2001):
        assert twin(x) == logarithm(x)


@apart
def half_apart(x: float) -> float:
    return 0.5 * x


@kernel
def half_inside(x: float) -> float:
    return 0.5 * x


@pytest.mark.skipif(not hasattr(half_apart, "py_func"), reason="asks about compiled code")
def test_a_kernel_apart_stays_out_of_its_caller() -> None:
    def both(x: float) -> float:
        return half_apart(x) + half_inside(x)

    outer = numba.njit(error_model="numpy", pipeline_class=OuterCompiler)(both)
    assert outer(3.0) == 3.0
    (code,) = outer.inspect_llvm().values()
    assert re.search("define private .*half_apart", code)
    assert not re.search("define .*half_inside", code)


@driver
def twice(x: float) -> float:
    return x + x


def test_a_version_is_for_the_types_that_it_is_asked_for() -> None:
    assert version_for(twice, 3)(3) == 6
    assert version_for(twice, 2.25)(2.25) == 4.5
    assert version_for(twice, 3) is version_for(twice, 4)


WARM = """
import sys
import numpy as np
from simcore.rng import fill_uniforms
from simcore.kernels.mathematics.approximations import logarithm

out, serial = np.zeros((1, 8)), np.zeros(1, dtype=np.uint64)
with np.errstate(over="ignore"):
    fill_uniforms(np.uint64(1), serial, 0, 1, out)
assert 0.0 < out.min() < out.max() < 1.0, out
print("numba.np.polynomial" in sys.modules)
print(logarithm(2.0), "numba.np.polynomial" in sys.modules)
"""


@pytest.mark.skipif(not hasattr(is_in_danger, "py_func"), reason="asks about compiled code")
def test_compiled_code_runs_without_numbas_libraries_and_what_is_compiled_later_gets_them() -> None:
    runs = [subprocess.run([sys.executable, "-c", WARM], capture_output=True, text=True, check=False) for _ in range(2)]
    assert [run.returncode for run in runs] == [0, 0], runs[1].stderr
    ready, later = runs[1].stdout.splitlines()
    assert (ready, later) == ("False", f"{logarithm(2.0)} True")
