"""Fits of surrogates neither wait for threads nor depend on their number."""

import numpy as np
from scipy import linalg
from threadpoolctl import threadpool_info, threadpool_limits

from scenarios.experiments.one_thread import on_one_thread


def _threads() -> set[int]:
    linalg.inv(np.eye(2))
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_linear_algebra_takes_one_thread_for_the_call_alone() -> None:
    with threadpool_limits(2):
        assert on_one_thread(_threads)() == {1}
        assert _threads() == {2}
