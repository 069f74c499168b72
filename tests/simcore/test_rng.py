"""Random numbers as a function: known values, range, and independence of neighbouring keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.rng import draw, draw_bits, mix, stream_key

WORD = st.integers(0, 2**64 - 1)
MASK = 2**64 - 1


def _mix_reference(x: int) -> int:
    """Return the splitmix64 finaliser of a 64-bit word, in Python integers."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


@pytest.mark.small
@given(WORD)
def test_mix_is_the_splitmix64_finaliser(x: int) -> None:
    assert int(mix(np.uint64(x))) == _mix_reference(x)


@pytest.mark.small
@given(WORD, WORD, WORD)
def test_draws_lie_strictly_between_0_and_1(key: int, unit: int, other: int) -> None:
    assert 0.0 < draw(np.uint64(key), np.uint64(unit), np.uint64(other)) < 1.0


@pytest.mark.small
def test_the_order_of_a_pair_matters() -> None:
    key = stream_key(np.uint64(1), np.uint64(0), 5, 3)
    assert draw_bits(key, np.uint64(1), np.uint64(2)) != draw_bits(key, np.uint64(2), np.uint64(1))


@pytest.mark.small
def test_neighbouring_keys_are_all_different() -> None:
    keys = {
        int(stream_key(np.uint64(seed), np.uint64(replication), tick, stream))
        for seed in range(4)
        for replication in range(4)
        for tick in range(8)
        for stream in range(8)
    }
    assert len(keys) == 4 * 4 * 8 * 8
