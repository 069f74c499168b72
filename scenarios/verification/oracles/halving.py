"""Bounds and closed forms for the effect of the time step on an outcome, without a stepped chain.

Give each unit the same clock in a stepped and a continuous fight: the fights are the same as long as no two events of
a step interfere. The chance that they diverge is at most the expected number of interfering pairs of events within a
step, which is a rate times the step.
"""

import numpy as np

from simcore.types import F64


def pairs_per_second(
    blue: int, red: int, rate_blue: float, rate_red: float, law: str, blue_0: int, red_0: int
) -> float:
    """Return an upper bound of P(two shots of a step interfere) / (dt / 2), per loss in a fight to the finish.

    Square law (kills per shooter and second): of two shots at the same target one is wasted; a unit killed in a step
    still fires in it; the single shot of a step cannot kill twice. Linear law (per pair and second): only the last two
    apply, because a second shot at a place is wasted in continuous time too.
    """
    is_square = law == "square"
    shot_blue = rate_blue if is_square else rate_blue * red_0  # shots that would kill a target at their impact
    shot_red = rate_red if is_square else rate_red * blue_0
    worst = 0.0
    for b in range(1, blue + 1):
        for r in range(1, red + 1):
            own_blue = shot_blue**2 * b * (1.0 + is_square * (b - 1) / r) if r > 1 else 0.0
            own_red = shot_red**2 * r * (1.0 + is_square * (r - 1) / b) if b > 1 else 0.0
            places = (r, b) if is_square else (red_0, blue_0)
            mutual = shot_blue * shot_red * b * r * (1.0 / places[0] + 1.0 / places[1])
            loss_red = rate_blue * b * (1 if is_square else r)
            loss_blue = rate_red * r * (1 if is_square else b)
            worst = max(
                worst,
                own_blue / loss_red,
                own_red / loss_blue,
                (own_blue + own_red + mutual) / (loss_red + loss_blue),
            )
    return worst


def fight_bound(
    blue: int, red: int, rate_blue: float, rate_red: float, law: str, dt_s: float, *, has_turns: bool
) -> float:
    """Return a bound of the effect of a step on any probability of a fight to the finish.

    At most ``blue + red - 1`` units are lost. Individual looks add the events in the step of a first look: a shot of
    the side that looks, and the loss of the unit that looks.
    """
    worst = pairs_per_second(blue, red, rate_blue, rate_red, law, blue, red)
    losses = rate_blue * blue * (1 if law == "square" else red) + rate_red * red * (1 if law == "square" else blue)
    return dt_s * (0.5 * (blue + red - 1) * worst + 2.0 * losses * has_turns)


def _later(p_blue: float, p_red: float) -> list[tuple[int, float]]:
    """Return the law of the difference between blue's and red's number of shots until the first hit."""
    miss_blue, miss_red = 1.0 - p_blue, 1.0 - p_red
    same = p_blue * p_red / (1.0 - miss_blue * miss_red)
    law = [(0, same)]
    for sign, miss in ((1, miss_blue), (-1, miss_red)):
        k, chance = 1, same * miss
        while chance > 1e-15:
            law.append((sign * k, chance))
            k, chance = k + 1, chance * miss
    return law


def duel_stepped(p_blue: float, p_red: float, look_ticks: int, reload_ticks: int, flight_ticks: int) -> F64:
    """Return P(only blue lives, only red lives, both die) of a duel, by the difference of the times of the hits.

    Each gun first looks in a tick uniform over ``look_ticks`` and fires from the next tick, every ``reload_ticks``. A
    round that hits kills ``flight_ticks`` later; a gun that dies in a tick has fired in it.
    """
    alone = np.zeros(3)
    for more, chance in _later(p_blue, p_red):
        for start in range(-look_ticks + 1, look_ticks):
            late = start + reload_ticks * more  # blue's hit minus red's
            weight = chance * (look_ticks - abs(start)) / look_ticks**2
            alone[0 if late < -flight_ticks else 1 if late > flight_ticks else 2] += weight
    return alone


def duel_limit(p_blue: float, p_red: float, look_s: float, reload_s: float, flight_s: float) -> F64:
    """Return the same for dt -> 0: the difference of two uniform turns has a triangular law."""

    def earlier(x: float) -> float:
        """Return P(start of blue - start of red < x)."""
        u = min(max(x / look_s, -1.0), 1.0)
        return 0.5 * (1.0 + u) ** 2 if u < 0.0 else 1.0 - 0.5 * (1.0 - u) ** 2

    blue = red = 0.0
    for more, chance in _later(p_blue, p_red):
        blue += chance * earlier(-flight_s - reload_s * more)
        red += chance * (1.0 - earlier(flight_s - reload_s * more))
    return np.array([blue, red, 1.0 - blue - red])


def duel_bound(look_s: float, dt_s: float) -> float:
    """Return a bound of the effect of a step on the chance that only one side lives: 2 dt / look.

    The step moves the difference of the two starts by less than dt, and the density of that difference is at most
    1 / look.
    """
    return 2.0 * dt_s / look_s
