"""Replications shared out among threads: each is played once, a thread plays one range at a time, errors arrive."""

import threading
import time

import pytest

from simcore.shares import share_out


@pytest.mark.parametrize(("count", "threads"), [(1, 2), (2, 2), (14, 2), (100, 3), (5, 8)])
def test_each_replication_is_played_once_and_no_thread_plays_two_ranges_together(count: int, threads: int) -> None:
    lock, played, busy = threading.Lock(), [0] * count, set[int]()

    def play(first: int, last: int, thread: int) -> None:
        with lock:
            assert thread not in busy
            busy.add(thread)
        time.sleep(0.001)
        with lock:
            busy.remove(thread)
            for r in range(first, last):
                played[r] += 1
            assert 0 <= thread < min(threads, count)

    share_out(play, count, threads)
    assert played == [1] * count


def test_equal_replications_are_shared_equally() -> None:
    """A thread that plays two more than the other keeps it waiting for a seventh of the time of 14 replications."""
    lasted = [0, 0]

    def play(first: int, last: int, thread: int) -> None:
        lasted[thread] += last - first
        time.sleep(0.02 * (last - first))

    share_out(play, 14, 2)
    assert abs(lasted[0] - lasted[1]) <= 2, lasted


@pytest.mark.parametrize("bad", [0, 13])
def test_an_error_of_any_share_is_raised_when_all_threads_have_stopped(bad: int) -> None:
    playing = set[int]()

    def play(first: int, last: int, thread: int) -> None:
        playing.add(thread)
        if first <= bad < last:
            playing.remove(thread)
            raise RuntimeError("a share fails")
        time.sleep(0.005)
        playing.remove(thread)

    with pytest.raises(RuntimeError, match="a share fails"):
        share_out(play, 14, 2)
    assert not playing


def test_threads_are_kept_for_later_calls() -> None:
    seen: list[set[int]] = []
    for _ in range(3):
        idents: set[int] = set()
        share_out(
            lambda _first, _last, _thread, idents=idents: (idents.add(threading.get_ident()), time.sleep(0.01)), 4, 2
        )
        seen.append(idents)
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 2
