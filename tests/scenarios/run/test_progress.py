"""Progress of long work: replications that were found from a former command are left out of the rate."""

import io

import pytest

from scenarios.run import progress


def test_found_work_is_left_out_of_the_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    stream = io.StringIO()
    bar = progress.Progress("runs", 100, stream=stream)
    now[0] = 20.0
    bar.found(50)
    bar.update(60)
    assert stream.getvalue().splitlines()[-1] == "runs: 60 of 100 (60%), 0.5/s, 80 s left"
