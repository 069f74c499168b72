"""Layered defence: leakage through shots, then decoys, then shots again, and the shots that time allows.

The number that leaves a layer enters the next layer. With unlimited shots the chance that a round leaks is the product
of the layers' chances; with limited shots the states (rounds alive, shots left) are stepped.
Sources: Wagner and others, Naval Operations Analysis; Przemieniecki, Mathematical Methods in Defense Analyses.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from scenarios.verification.oracles.distribution import Distribution, binomial, counts

States = dict[tuple[int, int], float]


@dataclass(frozen=True)
class Layer:
    """Shots of a layer: the total, and ``per_threat`` at each round (0: shoot, look, shoot)."""

    shots: int
    p_stop: float
    per_threat: int

    def engage(self, rounds: int, left: int) -> States:
        """Return the chances of (rounds through, shots left) when ``rounds`` meet the layer with ``left`` shots."""
        states: States = defaultdict(float)
        if self.per_threat == 0:
            for stops, chance in enumerate(binomial(left, self.p_stop)):
                if stops < rounds:
                    states[rounds - stops, 0] += float(chance)
            # the last shot needed makes stop number `rounds`: negative binomial in the number of shots used
            for used in range(rounds, left + 1):
                chance = float(binomial(used - 1, self.p_stop)[rounds - 1]) * self.p_stop if rounds else 0.0
                states[0, left - used] += chance
            if rounds == 0:
                states[0, left] = 1.0
            return states
        whole, remainder = divmod(min(left, rounds * self.per_threat), self.per_threat)
        partly = 1 if remainder else 0
        leak = (1.0 - self.p_stop) ** self.per_threat
        through = binomial(whole, leak)
        if partly:
            last = (1.0 - self.p_stop) ** remainder
            through = np.convolve(through, [1.0 - last, last])
        for leaks, chance in enumerate(through):
            states[leaks + rounds - whole - partly, left - whole * self.per_threat - remainder] += float(chance)
        return states


@dataclass(frozen=True)
class Outcome:
    """Distributions over the replications."""

    through: Distribution
    inner_shots: Distribution


def layered(
    salvoes: int,
    rounds: int,
    p_hit: float,
    outer: Layer,
    inner: Layer,
    decoys: int,
    p_soft: float,
    *,
    is_soft_first: bool,
) -> Outcome:
    """Return the effect of consecutive ``salvoes`` of ``rounds`` each.

    Only rounds that would hit are engaged. A decoy works on a single salvo, before or after the inner layer's shots.
    """
    world: dict[tuple[int, int, int, int], float] = {(outer.shots, inner.shots, decoys, 0): 1.0}
    for _ in range(salvoes):
        after: dict[tuple[int, int, int, int], float] = defaultdict(float)
        for (outer_left, inner_left, decoys_left, total), weight in world.items():
            for good, chance in enumerate(binomial(rounds, p_hit)):
                for (live, left), here in outer.engage(good, outer_left).items():
                    base = weight * float(chance) * here
                    if base == 0.0:
                        continue
                    for end, share in _inner(live, inner, inner_left, decoys_left, p_soft, is_soft_first).items():
                        inner_after, decoys_after, through = end
                        after[left, inner_after, decoys_after, total + through] += base * share
        world = after
    most = salvoes * rounds
    through = np.zeros(most + 1)
    shots = np.zeros(inner.shots + 1)
    for (_, inner_left, _, total), weight in world.items():
        through[total] += weight
        shots[inner.shots - inner_left] += weight
    return Outcome(counts(through), counts(shots))


def _inner(
    live: int, inner: Layer, left: int, decoys: int, p_soft: float, is_soft_first: bool
) -> dict[tuple[int, int, int], float]:
    """Return the chances of (shots left, decoys left, rounds through) of the inner layer and its decoy."""
    result: dict[tuple[int, int, int], float] = defaultdict(float)

    def decoyed(rounds: int) -> tuple[np.ndarray, int]:
        """Return the law of the number of rounds that go on, and the decoys left."""
        if rounds == 0 or decoys == 0 or p_soft <= 0.0:
            through = np.zeros(rounds + 1)
            through[rounds] = 1.0
            return through, decoys
        return binomial(rounds, 1.0 - p_soft), decoys - 1

    if is_soft_first:
        chances, decoys_left = decoyed(live)
        for rounds, chance in enumerate(chances):
            for (through, shots_left), here in inner.engage(rounds, left).items():
                result[shots_left, decoys_left, through] += float(chance) * here
        return result
    for (rounds, shots_left), here in inner.engage(live, left).items():
        chances, decoys_left = decoyed(rounds)
        for through, chance in enumerate(chances):
            result[shots_left, decoys_left, through] += here * float(chance)
    return result


def looks(
    launch_m: float, threat_mps: float, reach_m: float, shot_mps: float, assess_s: float, reaction_s: float
) -> int:
    """Return the number of consecutive shots that meet a round before it arrives, computed shot by shot.

    At time t the round is ``launch_m - threat_mps t`` away. A shot that leaves at t0 is ``shot_mps (t - t0)`` away. The
    first shot leaves as soon as the reaction time is over and it can meet the round within reach; each later shot
    ``assess_s`` after the previous meeting. Meetings within a metre of the target do not count.
    """
    clock = max(reaction_s, (launch_m - reach_m) / threat_mps - reach_m / shot_mps)
    shots = 0
    while True:
        meeting = (launch_m + shot_mps * clock) / (shot_mps + threat_mps)
        if launch_m - threat_mps * meeting < 1.0:
            return shots
        shots += 1
        clock = meeting + assess_s
