"""Compile the engine beside the process that needs it, from the last phase of the tick to the first.

Compiling is the work of one thread. Two processes that begin at either end of the tick and leave what they compiled in
the same cache meet in the middle: each takes from the cache what the other has done. Nobody waits for this process, and
``compiling_beside`` ends it when the other is ready; what it has done by then makes a first start shorter and changes
nothing else.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def compiling_beside() -> Generator[None]:
    """Let a second process compile from the other end, where there is a second processor for it."""
    if len(_processors()) < 2:
        yield
        return
    beside = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
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
    """Return the processors that this process may use."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)


def main() -> None:
    """Compile what ``prepare_engine`` compiles, in the other order."""
    from scenarios.loader import load
    from simcore.compiling.lean_compiler import TypedError, type_from_the_end
    from simcore.simulation import Simulation
    from simcore.start import allocate

    params = load("two-patrols").params
    simulation = Simulation(params, state=allocate(params, [0]))
    type_from_the_end("play")
    try:
        simulation.advance(1)
    except TypedError:
        simulation.picture(0)


if __name__ == "__main__":
    main()
