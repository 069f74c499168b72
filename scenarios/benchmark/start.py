"""Cold and warm start: the time of ``chammo run`` from the command line to its result."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scenarios.benchmark.results import Spread, StartResult

try:
    import resource
except ImportError:  # not on Windows
    resource = None


class _StartError(Exception):
    pass


def measure_start(scenario: str, *, cold: bool, rounds: int, say: Callable[[str], None]) -> StartResult:
    """Run a small scenario in new processes, first with an empty cache of compiled code (``cold``), then warm.

    The warm starts share the cache filled by the cold start, or use the user's own without ``cold``. Python caches its
    byte code, even if ``PYTHONDONTWRITEBYTECODE`` is set: otherwise every start would compile the sources of the
    package again, a tenth of its time.
    """
    cold_times: tuple[float, float | None] | None = None
    warm: list[tuple[float, float | None]] = []
    problem = ""
    with tempfile.TemporaryDirectory(prefix="chammo-bench-") as place:
        folder = Path(place)
        environment = dict(os.environ)
        environment.pop("NUMBA_CACHE_DIR", None)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if cold:
            environment["XDG_CACHE_HOME"] = str(folder / "cache")
        try:
            if cold:
                say("cold start: compiling everything in a new process (up to a minute or two)")
                cold_times = _run(scenario, folder / "cold", environment)
            else:
                _run(scenario, folder / "unmeasured", environment)  # compile any missing kernels
            for k in range(rounds):
                say(f"warm start: {k + 1} of {rounds}")
                warm.append(_run(scenario, folder / f"warm-{k}", environment))
        except _StartError as error:
            problem = str(error)
    cpu = [cpu_s for _, cpu_s in warm if cpu_s is not None]
    return StartResult(
        scenario=scenario,
        cold_wall_s=cold_times[0] if cold_times else None,
        cold_cpu_s=cold_times[1] if cold_times else None,
        warm_wall_s=Spread(tuple(wall_s for wall_s, _ in warm)) if warm else None,
        warm_cpu_s=Spread(tuple(cpu)) if cpu else None,
        problem=problem,
    )


def _run(scenario: str, out: Path, environment: dict[str, str]) -> tuple[float, float | None]:
    """Return the wall and CPU time [s] of a ``chammo run`` that records into ``out``."""
    before_s = _children_cpu_s()
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "scenarios.cli", "run", scenario, "--out", str(out)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    wall_s = time.perf_counter() - began
    if done.returncode != 0:
        errors = done.stderr.strip().splitlines()
        raise _StartError(f"chammo run {scenario} failed: {errors[-1] if errors else f'exit code {done.returncode}'}")
    after_s = _children_cpu_s()
    return wall_s, None if before_s is None or after_s is None else after_s - before_s


def _children_cpu_s() -> float | None:
    if resource is None:
        return None
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
