"""Closed forms of the chance to win a fight to the finish in continuous time, and its length after Lanchester.

They are independent of the chains in ``attrition``: the square law comes from sums of independent exponential times,
the linear law from a binomial tail.
"""

import math
from decimal import Decimal, localcontext

from scenarios.verification.oracles.attrition import SQUARE, Fight


def p_blue_wins(fight: Fight) -> float:
    """Return P(blue wins) in continuous time, by the closed form of the fight's law."""
    return brown_p_blue(fight) if fight.law == SQUARE else linear_p_blue(fight)


def brown_p_blue(fight: Fight) -> float:
    """Return P(blue wins) under the square law. Source: Brown, Operations Research 11(3), 1963.

    Divide the rates in state (m, n) by m n, which changes no outcome: red's n-th unit then lasts an exponential time of
    rate b / n and blue's m-th unit of rate r / m, independently. Blue wins if red's times have the smaller sum. With
    the weights c(j) = (-1)^(R - j) j^R / (j! (R - j)!) of the two hypoexponential laws,

        P = sum_j sum_i c_red(j) c_blue(i) b i / (b i + r j).

    The terms alternate and are huge, hence the long decimals.
    """
    with localcontext() as context:
        context.prec = 60 + 2 * (fight.blue + fight.red)
        rate_blue, rate_red = Decimal(fight.rate_blue), Decimal(fight.rate_red)
        red, blue = _weights(fight.red), _weights(fight.blue)
        total = sum(
            (
                red[j - 1] * blue[i - 1] * rate_blue * i / (rate_blue * i + rate_red * j)
                for j in range(1, fight.red + 1)
                for i in range(1, fight.blue + 1)
            ),
            Decimal(0),
        )
        return float(total)


def _weights(n: int) -> list[Decimal]:
    """Return (-1)^(n - j) j^n / (j! (n - j)!) for j = 1..n."""
    return [
        Decimal(-1 if (n - j) % 2 else 1) * Decimal(j) ** n / (math.factorial(j) * math.factorial(n - j))
        for j in range(1, n + 1)
    ]


def linear_p_blue(fight: Fight) -> float:
    """Return P(blue wins) under the linear law: the incomplete beta function I_p(R, B), p = b / (b + r).

    Every loss is red's with probability p at any strengths, so blue wins if R of the first B + R - 1 losses are red's.
    """
    p = fight.rate_blue / (fight.rate_blue + fight.rate_red)
    n = fight.blue + fight.red - 1
    log_n = math.lgamma(n + 1)
    return math.fsum(
        math.exp(log_n - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p))
        for k in range(fight.red, n + 1)
    )


def lanchester_time_s(fight: Fight) -> float:
    """Return the time until the deterministic loser is destroyed [s]; inf for an even fight, and under the linear law.

    Square law: atanh(sqrt(r / b) R / B) / sqrt(r b), seen from the winner. Source: Lanchester 1916; Taylor 1983.
    """
    if fight.law != SQUARE:
        return math.inf
    ratio = math.sqrt(fight.rate_red / fight.rate_blue) * fight.red / fight.blue
    if ratio == 1.0:
        return math.inf
    return math.atanh(min(ratio, 1.0 / ratio)) / math.sqrt(fight.rate_blue * fight.rate_red)
