"""What all tests share: reproducible Hypothesis, no-JIT arithmetic, and browser tests that must run in CI."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest

import simcore  # noqa: F401  names the folder of compiled code before any test imports Numba

hypothesis.settings.register_profile("chammo", deadline=None, print_blob=True)  # a first call compiles
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CHAMMO_CI") else "chammo")

os.environ.pop("COLUMNS", None)  # a test that needs a width of the terminal sets it

if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
    np.seterr(over="ignore")  # 64-bit mixing wraps round on purpose; NumPy scalars would warn


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return Path(__file__).parent.parent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn the skip of a browser test into a failure where ``CHAMMO_CI`` is set."""
    report: pytest.TestReport = yield  # type: ignore[misc, assignment]
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and os.environ.get("CHAMMO_CI") and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but CHAMMO_CI is set: {report.longrepr}"
    return report  # type: ignore[return-value]
