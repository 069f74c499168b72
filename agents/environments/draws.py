"""Draws for games: a function of the seed, the number of the episode and a purpose alone."""

from hashlib import blake2b
from typing import Literal

from simcore.errors import InputError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

ROOT_SEED = 0
"""The seed of every simulation; games differ in their replication number, which holds the split."""

_SPLIT_BITS = 61  # replication numbers go up to 2**63 - 1


def check_split(split: str) -> Split:
    """Return ``split`` if it is valid, or raise ``InputError``."""
    for known in SPLITS:
        if split == known:
            return known
    raise InputError(f"split: {split!r} is unknown; give one of {', '.join(SPLITS)}")


def draw_bits(*key: object) -> int:
    """Return 64 bits that are a function of the key, the same on every machine."""
    text = "\x1f".join(map(str, key))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def draw_share(*key: object) -> float:
    """Return a number in [0, 1) that is a function of the key."""
    return (draw_bits(*key) >> 11) / 2.0**53


def draw_below(n: int, *key: object) -> int:
    """Return an integer from 0 to n - 1 that is a function of the key."""
    return draw_bits(*key) % n


def replication_of(split: Split, seed: int, episode: int) -> int:
    """Return the replication number of an episode; those of two splits never coincide."""
    return SPLITS.index(split) << _SPLIT_BITS | draw_bits(split, seed, episode, "replication") >> (64 - _SPLIT_BITS)
