"""A described world has the future of the true world: the same mean outcomes, within 4 standard errors.

The futures differ in their draws, and in that a description leaves out messages under way, requests for approval and
sightings that units hold for themselves.
"""

import numpy as np
import pytest

from scenarios.loader import load
from simcore.params import RuleW
from tests.simcore.described_worlds import NUMBERS, gaps

SHARES = (0.1, 0.4)
"""Shares of the duration after which the worlds are described."""

LONG = (
    "air-base-drone-salvo",
    "fortnight-patrol",
    "harbour-swarm",
    "island-blockade",
    "joint-littoral-defence",
    "land-delaying-action",
    "outpost-resupply",
    "strait-surveillance",
    "undersea-search",
)


def _compare(name: str, share: float, n: int) -> None:
    compiled = load(name)
    tick = int(share * int(compiled.params.rules_whole[RuleW.N_TICKS]))
    true, told, error = gaps(compiled, tick, n, seed=7)
    apart = np.abs(told - true) > 4.0 * error + 1e-9
    assert not apart.any(), [
        f"{what}: {a:.3f} and {b:.3f}, standard error {e:.3f}"
        for what, a, b, e, is_apart in zip(NUMBERS, true, told, error, apart, strict=True)
        if is_apart
    ]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", ["two-patrols", "night-strait"])
def test_a_described_world_has_the_future_of_the_true_world(name: str, share: float) -> None:
    _compare(name, share, 96)


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", LONG)
def test_a_described_world_has_the_future_of_the_true_world_in_all_other_scenarios(name: str, share: float) -> None:
    _compare(name, share, 32)
