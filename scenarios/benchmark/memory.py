"""Memory per unit: counted from the arrays, and measured as the growth of the process."""

import ctypes
import gc
import os
from contextlib import suppress
from pathlib import Path

from scenarios.benchmark.cases import Work, start, state_bytes
from scenarios.benchmark.phases import count_bytes, scratch_bytes
from scenarios.benchmark.results import Memory
from simcore.state import WorldW


def measure_memory(work: Work, growth_bytes: float) -> Memory:
    """Return bytes per unit, and the growth of the process by replications of about ``growth_bytes`` in all."""
    params = work.compiled.params
    n = work.n_units
    per_replication = state_bytes(start(work, 1, 1).state)
    terrain = count_bytes(params.terrain)
    replications = max(1, min(int(growth_bytes / per_replication), 4096))
    _give_back_free_memory()
    before = _resident_bytes()
    simulation = start(work, 1, replications)
    simulation.advance(1)
    after = _resident_bytes()
    stepped = int(simulation.state.world[0, WorldW.TICK])  # keeps the simulation alive until here
    grown = after - before if before is not None and after is not None and stepped >= 0 else None
    return Memory(
        state_per_unit=per_replication / n,
        params_per_unit=(count_bytes(params) - terrain) / n,
        terrain=terrain,
        scratch_per_unit=scratch_bytes(work) / n,
        rss_per_unit=None if grown is None else max(0.0, grown / n / replications),
    )


def _give_back_free_memory() -> None:
    """Return freed memory to the system, so that new blocks appear as growth (glibc only; no effect elsewhere)."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _resident_bytes() -> int | None:
    """Return the resident memory of this process, or None if unavailable (outside Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
