from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.batch.chunks import ChunkPlanner, first_size
from scenarios.batch.engine import Chunks, Condition, Share
from scenarios.batch.playing import expected_s, largest_chunk
from scenarios.compiler.scenario import Compiled
from simcore.params import RuleW


@given(n=st.integers(0, 500), threads=st.integers(1, 8), seconds=st.floats(1e-6, 100.0))
def test_every_replication_is_handed_out_once_in_order(n: int, threads: int, seconds: float) -> None:
    planner = ChunkPlanner(range(10, 10 + n), threads)
    taken: list[int] = []
    while chunk := planner.take():
        taken += chunk
        planner.report(len(chunk), seconds)
    assert taken == list(range(10, 10 + n))
    assert planner.take() == []


def test_chunks_grow_when_they_are_quick_and_shrink_when_they_are_slow() -> None:
    planner = ChunkPlanner(range(100_000), 2)
    sizes: list[int] = []
    for _ in range(8):
        sizes.append(len(planner.take()))
        planner.report(sizes[-1], 0.01 * sizes[-1])
    assert sizes[0] < sizes[1] < sizes[-1] == 256
    planner.report(256, 4000.0)
    assert len(planner.take()) == 8  # a policy decides for a chunk at once: smaller ones pay for it more often


def test_the_first_chunk_is_small_where_replications_are_long() -> None:
    assert [first_size(seconds) for seconds in (0.0, 0.05, 0.5, 60.0)] == [256, 100, 10, 8]


def test_the_chunks_of_a_condition_begin_with_the_size_that_those_before_it_had_reached(compiled: Compiled) -> None:
    condition = Condition(compiled, [])
    chunks = Chunks([Share(0, range(1000)), Share(1, range(1000))], lambda _: condition, threads=1)
    sizes: dict[int, list[int]] = {0: [], 1: []}
    while (chunk := chunks.take()) is not None:
        sizes[chunk.number].append(len(chunk.replications))
        chunk.planner.report(len(chunk.replications), 0.25 * len(chunk.replications))  # 80 fit in 20 s
    assert sizes[0][0] == min(first_size(expected_s(compiled.params)), 1000)
    assert sizes[0][1] == sizes[1][0] == sizes[1][1] == 80


def test_no_chunk_is_larger_than_the_memory_allows() -> None:
    planner = ChunkPlanner(range(1000), 2, largest=3)
    for _ in range(6):
        assert len(planner.take()) == 3
        planner.report(3, 0.001)


def test_the_last_chunks_are_shared_among_the_threads() -> None:
    planner = ChunkPlanner(range(6), 2)
    assert [len(planner.take()) for _ in range(4)] == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("n_units", "n_reports", "largest"),
    [(1, 0, 256), (500, 0, 68), (10_000, 0, 3), (10**7, 0, 1), (100, 10**6, 6), (100, 10**8, 1)],
)
def test_large_scenarios_and_those_with_many_reports_under_way_have_small_chunks(
    n_units: int, n_reports: int, largest: int
) -> None:
    rules = np.zeros(len(RuleW), dtype=np.int64)
    rules[RuleW.REPORT_ROOM] = n_reports
    params: Any = SimpleNamespace(units=SimpleNamespace(whole=np.empty((1, n_units), dtype=np.int8)), rules_whole=rules)
    assert largest_chunk(params) == largest
