"""A scenario file with anything wrong is refused with a path and a remedy, in bounded time and memory."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
MEMORY_BYTES = 2_000_000_000
SECONDS = 40


def play(seed: int, first: int, last: int, timeout_s: float) -> dict[str, Any]:
    """Return what became of mutants that a process of its own plays."""
    command = [sys.executable, "-m", "tests.scenarios.format.mutants", str(seed), str(first), str(last)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def judge(results: list[dict[str, Any]], n: int) -> None:
    """Check that every mutant was right or refused, and that neither kind is missing."""
    failures = [line for result in results for line in result["failures"]]
    assert not failures, "\n".join(failures)
    assert sum(sum(result["counts"].values()) for result in results) == n
    assert min(sum(result["counts"][kind] for result in results) for kind in ("right", "refused")) > n / 10
    assert max(result["peak_bytes"] for result in results) < MEMORY_BYTES
    assert max(result["slowest"][0] for result in results) < SECONDS


def test_mutated_files_are_right_or_refused_with_a_path_and_a_remedy() -> None:
    judge([play(3, 0, 100, 300.0)], 100)


@pytest.mark.slow
def test_5000_mutated_files_raise_no_internal_error_and_stay_within_memory_and_time() -> None:
    edges = [(first, first + 500) for first in range(0, 5000, 500)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda edge: play(2, edge[0], edge[1], 3600.0), edges))
    judge(results, 5000)
