"""Warm the compile cache from a second process, starting at the end of the tick.

Compilation is single-threaded. Two processes that start at opposite ends of the tick and share a cache meet in the
middle: each loads from the cache the kernels compiled by the other. No process waits for this process, and
``compiling_beside`` ends it once the other is ready; its only effect is a shorter first start.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager


def smallest(*, with_support: bool) -> str:
    """Return the smallest scenario of the library for a version of the engine: with support of units or without."""
    return "mass-casualty-drill" if with_support else "two-patrols"


@contextmanager
def compiling_beside(scenario: str = "two-patrols") -> Generator[None]:
    """Let a second process compile from the other end, for a scenario, if there is a second processor."""
    if len(_processors()) < 2:
        yield
        return
    beside = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, scenario],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        beside.kill()
        beside.wait()


def _processors() -> range | set[int]:
    """Return the processors available to this process."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)


def main() -> None:
    """Compile the same kernels as ``prepare_engine``, in the opposite order."""
    from scenarios.loader import load
    from simcore.compiling.lean_compiler import TypedError, type_from_the_end
    from simcore.simulation import Simulation
    from simcore.start import allocate

    params = load(sys.argv[1]).params
    simulation = Simulation(params, state=allocate(params, [0]))
    type_from_the_end("play")
    try:
        simulation.advance(1)
    except TypedError:
        simulation.picture(0)


if __name__ == "__main__":
    main()
