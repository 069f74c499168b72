"""Random numbers as a function: ``draw(key, unit, other)`` where ``key`` comes from
``stream_key(seed, replication, tick, stream)``.

Two rounds of the splitmix64 finaliser (Steele, Lea, Flood 2014) mix the arguments. Nothing is stored,
so a draw depends neither on other draws nor on threads nor on the number of replications run together.
All arguments are ``uint64``: mixing them with signed integers would turn them into floats.
"""

from enum import IntEnum

import numpy as np

from simcore.compiling.jit import formula, shared
from simcore.types import F64, U64, Word

_A = np.uint64(0x9E3779B97F4A7C15)
_B = np.uint64(0xBF58476D1CE4E5B9)
_C = np.uint64(0x94D049BB133111EB)
_D = np.uint64(0xD1B54A32D192ED03)
_S30 = np.uint64(30)
_S27 = np.uint64(27)
_S31 = np.uint64(31)
_S11 = np.uint64(11)
_SCALE = 1.0 / 9007199254740992.0  # 2**-53


class Stream(IntEnum):
    """A number for each purpose; append, never reuse."""

    PLACE = 1
    HEADING = 2
    SEARCH = 3
    DETECT = 4
    NOISE = 5
    CHOICE = 6
    HIT = 7
    STOP = 8
    DAMAGE = 9
    ASSESS = 10
    POLICY = 11
    TERRAIN = 12
    SERVICE = 30
    GRANT = 31
    ASK_AGAIN = 32
    SOFT_KILL = 40
    MINE_PLACE = 41
    MINE_CLEAR = 42
    MINE_ANSWER = 43
    MINE_EFFECT = 44
    AREA_FALL = 45
    AREA_HURT = 46
    AREA_EFFECT = 47
    IDENTITY = 50
    SPOOF = 51
    KEY = 60
    LIFE = 70
    WEAR = 71
    SIGNAL = 72
    START = 73
    WORK = 74
    AGE = 75
    SCAN = 76
    STORE_DEMAND = 80
    STORE_LEAD = 81
    INJURY = 90
    HURT = 91
    AID = 92
    TRIAGE = 93
    SICKNESS = 94
    DAY_RATE = 95
    DUTY = 96
    WOUNDS = 97
    TREATMENT = 98


@formula
def mix(x: Word) -> Word:
    """Return the splitmix64 finaliser of ``x``."""
    x = (x ^ (x >> _S30)) * _B
    x = (x ^ (x >> _S27)) * _C
    return x ^ (x >> _S31)


@formula
def stream_key(seed: Word, replication: Word, tick: int, stream: int) -> Word:
    """Return the key of all draws for one purpose in a tick of a replication."""
    k = mix(seed + _A * (replication + np.uint64(1)))
    return mix(k ^ (np.uint64(tick) * _D + np.uint64(stream) * _A))


@formula
def draw_bits(key: Word, unit: Word, other: Word) -> Word:
    """Return 64 random bits for an ordered pair (unit, other)."""
    return mix(mix(key ^ unit) + other * _D)


@formula
def draw(key: Word, unit: Word, other: Word) -> float:
    """Return a uniform number in (0, 1) for an ordered pair (unit, other)."""
    return (np.float64(draw_bits(key, unit, other) >> _S11) + 0.5) * _SCALE


@formula
def draw_keys(seed: Word, replication: Word, names: U64, keys: U64) -> None:
    """Draw the ``keys`` (n,) of the units of a replication, which determine all their draws, turns and ties.

    ``names`` (n,) are the name keys. All keys differ. A name alone decides nothing: the order of two units and the
    times of their turns are drawn anew in each replication.
    """
    base = stream_key(seed, replication, 0, Stream.KEY)
    for i in range(names.shape[0]):
        keys[i] = mix(base ^ names[i])


@shared
def fill_uniforms(seed: Word, replication: U64, tick: int, stream: int, out: F64) -> None:
    """Fill ``out`` (R, n) with uniform numbers in (0, 1), a function of the arguments alone."""
    for r in range(out.shape[0]):
        key = stream_key(seed, replication[r], tick, stream)
        for k in range(out.shape[1]):
            out[r, k] = draw(key, np.uint64(k), _A)


def uniforms(seed: int, replication: U64, tick: int, stream: int, n: int) -> F64:
    """Return (R, n) uniform numbers in (0, 1), the source of random numbers for repeatable policies.

    ``replication`` (R,) numbers the replications; use ``Stream.POLICY + 16 * side`` or a number above
    1,000 as ``stream``.
    """
    out = np.empty((len(replication), n))
    numbers = np.array(replication, dtype=np.uint64)  # one type for the compiled code, read-only or not
    with np.errstate(over="ignore"):
        fill_uniforms(np.uint64(seed), numbers, tick, stream, out)
    return out
