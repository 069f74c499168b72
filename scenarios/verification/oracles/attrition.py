"""Attrition to the finish as a Markov chain on (blue, red): in continuous time, and in the engine's steps.

Square law (aimed fire): every unit shoots at a random living enemy. Linear law (area fire): every unit shoots at a
random initial place of an enemy, whether or not that enemy still lives.

Continuous time: Lanchester's stochastic laws (Brown, Operations Research 11(3), 1963), with single losses.
Stepped: in each step of length dt all living units fire at once, each shot kills with p, several may hit the same
target, and both sides may be wiped out in the same step. The numbers killed are two independent occupancy
distributions. The stepped chain includes units that look at individual turns: a side fires once the first of its
living units has looked.
"""

import math
from dataclasses import dataclass

import numpy as np

from simcore.types import F64

SQUARE = "square"
LINEAR = "linear"


@dataclass(frozen=True)
class Fight:
    """Initial strengths and rates. Square law: kills per shooter and second; linear law: per pair and second."""

    blue: int
    red: int
    rate_blue: float
    rate_red: float
    law: str

    def p_kill(self, dt_s: float) -> tuple[float, float]:
        """Return the kill probabilities (by blue, by red) of the single shot per step: 1 - exp(-rate dt).

        Under the linear law a shot finds each of the enemy's places with probability 1 / number of places.
        """
        blue = self.rate_blue if self.law == SQUARE else self.rate_blue * self.red
        red = self.rate_red if self.law == SQUARE else self.rate_red * self.blue
        return -math.expm1(-blue * dt_s), -math.expm1(-red * dt_s)


@dataclass(frozen=True)
class Outcome:
    """Distribution of the end of a fight.

    ``blue`` (B0 + 1,) and ``red`` (R0 + 1,) are the distributions of the survivors; ``time_moments`` (5,) holds
    E[T^k] for k = 0..4 with T in seconds.
    """

    p_blue: float
    p_draw: float
    blue: F64
    red: F64
    time_moments: F64


def lanchester_survivors(fight: Fight) -> tuple[float, float]:
    """Return the deterministic survivors (blue, red) at the finish. Source: Lanchester 1916."""
    if fight.law == SQUARE:
        left = fight.rate_blue * fight.blue**2 - fight.rate_red * fight.red**2
        blue = math.sqrt(left / fight.rate_blue) if left > 0.0 else 0.0
        return blue, math.sqrt(-left / fight.rate_red) if left < 0.0 else 0.0
    left = fight.rate_blue * fight.blue - fight.rate_red * fight.red
    return max(left, 0.0) / fight.rate_blue, max(-left, 0.0) / fight.rate_red


def continuous(fight: Fight) -> Outcome:
    """Return the outcome of the continuous-time chain. Cost: blue x red states."""
    reach = np.zeros((fight.blue + 1, fight.red + 1))
    reach[fight.blue, fight.red] = 1.0
    moments = np.zeros((fight.blue + 1, fight.red + 1, 5))
    moments[:, 0, 0] = moments[0, :, 0] = 1.0
    p_red_loses = np.zeros((fight.blue + 1, fight.red + 1))
    for b in range(1, fight.blue + 1):
        for r in range(1, fight.red + 1):
            pairs = 1.0 if fight.law == SQUARE else float(b * r)
            red_loses = fight.rate_blue * (b if fight.law == SQUARE else pairs)
            blue_loses = fight.rate_red * (r if fight.law == SQUARE else pairs)
            rate = red_loses + blue_loses
            p = red_loses / rate
            p_red_loses[b, r] = p
            after = p * moments[b, r - 1] + (1.0 - p) * moments[b - 1, r]
            for k in range(5):
                moments[b, r, k] = sum(
                    math.comb(k, j) * math.factorial(k - j) / rate ** (k - j) * after[j] for j in range(k + 1)
                )
    for b in range(fight.blue, 0, -1):
        for r in range(fight.red, 0, -1):
            reach[b, r - 1] += reach[b, r] * p_red_loses[b, r]
            reach[b - 1, r] += reach[b, r] * (1.0 - p_red_loses[b, r])
    return _outcome(reach, moments[fight.blue, fight.red])


def kill_distribution(shooters: int, targets: int, places: int | None, p_kill: float) -> F64:
    """Return P(k distinct targets killed) for all numbers of shooters and targets: an occupancy distribution.

    Parameters
    ----------
    shooters, targets
        Largest numbers; the result also covers all smaller numbers.
    places
        Shots are spread over this many places, of which each living target occupies one (area fire); ``None``
        spreads them over the living targets (aimed fire).
    p_kill
        Probability that a shot kills the target at its impact.

    Returns
    -------
    (shooters + 1, targets + 1, targets + 1) array, axes: shooters, living targets, killed.
    """
    living = np.arange(targets + 1, dtype=np.float64)
    killed = np.arange(targets + 1, dtype=np.float64)
    spread = np.maximum(living, 1.0) if places is None else np.full(targets + 1, float(places))
    fresh = p_kill * np.clip(living[:, None] - killed[None, :], 0.0, None) / spread[:, None]
    table = np.zeros((shooters + 1, targets + 1, targets + 1))
    table[0, :, 0] = 1.0
    for s in range(shooters):
        table[s + 1] = table[s] * (1.0 - fresh)
        table[s + 1, :, 1:] += table[s, :, :-1] * fresh[:, :-1]
    return table


def stepped(fight: Fight, dt_s: float, look_ticks: int = 1) -> Outcome:
    """Return the outcome of the synchronous stepped process. Cost: (blue x red)^2 / 4 multiplications.

    Every unit first looks in a step uniform over ``look_ticks``, then every ``look_ticks``. A side fires from the
    step after the first look of any of its living units. Time runs from the end of the first step.
    """
    p_blue, p_red = fight.p_kill(dt_s)
    is_square = fight.law == SQUARE
    kills_red = kill_distribution(fight.blue, fight.red, None if is_square else fight.red, p_blue)
    kills_blue = kill_distribution(fight.red, fight.blue, None if is_square else fight.blue, p_red)
    moments = _time_left(fight, dt_s, kills_blue, kills_red)
    reach, time_moments = _first_looks(fight, dt_s, look_ticks, kills_blue, kills_red, moments)
    for b in range(fight.blue, 0, -1):
        for r in range(fight.red, 0, -1):
            weight = reach[b, r]
            if weight == 0.0:
                continue
            lost_blue = kills_blue[r, b, b::-1]
            lost_red = kills_red[b, r, r::-1]
            weight /= 1.0 - lost_blue[b] * lost_red[r]
            reach[b, r] = 0.0
            flow = weight * np.outer(lost_blue, lost_red)
            flow[b, r] = 0.0
            reach[: b + 1, : r + 1] += flow
    return _outcome(reach, time_moments)


def _time_left(fight: Fight, dt_s: float, kills_blue: F64, kills_red: F64) -> F64:
    """Return E[T^k] of the remaining time, for all strengths, when all units fire (B0 + 1, R0 + 1, 5)."""
    step = np.array([[math.comb(k, j) * dt_s ** (k - j) if j < k else 0.0 for j in range(5)] for k in range(5)])
    moments = np.zeros((fight.blue + 1, fight.red + 1, 5))
    moments[:, 0, 0] = moments[0, :, 0] = 1.0
    for b in range(1, fight.blue + 1):
        for r in range(1, fight.red + 1):
            lost_blue = kills_blue[r, b, b::-1]  # by number left, 0..b
            lost_red = kills_red[b, r, r::-1]
            stay = lost_blue[b] * lost_red[r]
            # The entry of (b, r) itself is still zero: ``after`` covers the moves to other states.
            after = lost_blue @ (lost_red @ moments[: b + 1, : r + 1])
            here = moments[b, r]
            here[0] = after[0] / (1.0 - stay)
            for k in range(1, 5):
                here[k] = (after[k] + step[k, :k] @ (after[:k] + stay * here[:k])) / (1.0 - stay)
    return moments


def _first_looks(
    fight: Fight, dt_s: float, look_ticks: int, kills_blue: F64, kills_red: F64, moments: F64
) -> tuple[F64, F64]:
    """Return the strengths once all units have looked, including ended fights, and E[T^k] of the whole fight.

    A living unit that has not looked yet looks in step t with probability 1 / (look_ticks - t), independently of past
    events, because fire hits all units alike. Within a step looks precede losses, and take effect in the next step.
    """
    shape = (fight.blue + 1, fight.red + 1)
    ended, time_moments, order = np.zeros(shape), np.zeros(5), np.arange(5)
    now = np.zeros((2, 2, *shape))  # whether blue, and red, has seen the enemy
    now[0, 0, fight.blue, fight.red] = 1.0
    for tick in range(look_ticks):
        blind = 1.0 - 1.0 / (look_ticks - tick)
        after = np.zeros_like(now)
        for blue_sees, red_sees, b, r in np.argwhere(now > 0.0).tolist():
            lost_blue = kills_blue[r if red_sees else 0, b, b::-1]
            lost_red = kills_red[b if blue_sees else 0, r, r::-1]
            blue_blind, red_blind = (0.0 if blue_sees else blind**b), (0.0 if red_sees else blind**r)
            flow = now[blue_sees, red_sees, b, r] * np.outer(lost_blue, lost_red)
            seen = np.outer((blue_blind, 1.0 - blue_blind), (red_blind, 1.0 - red_blind))
            after[:, :, : b + 1, : r + 1] += seen[:, :, None, None] * flow
        over = after.sum(axis=(0, 1))
        over[1:, 1:] = 0.0
        ended += over
        time_moments += over.sum() * (tick * dt_s) ** order
        after[:, :, 0, :] = after[:, :, :, 0] = 0.0
        now = after
    going = now.sum(axis=(0, 1))
    left = np.einsum("br,brk->k", going, moments)
    gone_s = (look_ticks - 1) * dt_s
    for k in range(5):
        time_moments[k] += sum(math.comb(k, j) * gone_s ** (k - j) * left[j] for j in range(k + 1))
    return ended + going, time_moments


def _outcome(reach: F64, time_moments: F64) -> Outcome:
    """Sum the probabilities of the end states (row 0 and column 0 of ``reach``)."""
    blue, red = reach[:, 0].copy(), reach[0, :].copy()
    p_draw = float(reach[0, 0])
    p_blue = float(blue[1:].sum())
    blue[0] += red[1:].sum()
    red[0] += reach[1:, 0].sum()
    return Outcome(p_blue, p_draw, blue, red, time_moments.copy())
