"""Assignment of units to hosts, and rings of interchangeable hosts."""

from collections.abc import Iterable, Sequence

import numpy as np

from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.scenario import Group
from simcore.types import I32, NONE


def assign_hosts(
    group: Group, units: list[int], hosts: list[int], cards: list[PlatformCard], load: dict[int, int]
) -> list[int]:
    """Return the host of each of ``units``: the host with the smallest relative load, the first among equals.

    ``cards`` are the platforms of ``hosts``; hosts that cannot carry units are skipped. ``load`` counts the units
    aboard each host so far; it is updated for groups that start aboard.
    """
    able = [(host, card.host.carries) for host, card in zip(hosts, cards, strict=True) if card.host is not None]
    assigned: list[int] = []
    extra: dict[int, int] = {}
    for _ in units:
        host = min(able, key=lambda pair: (load.get(pair[0], 0) + extra.get(pair[0], 0)) / pair[1])[0]
        extra[host] = extra.get(host, 0) + 1
        assigned.append(host)
    if group.aboard:
        for host, count in extra.items():
            load[host] = load.get(host, 0) + count
    return assigned


def sister_ring(is_host: np.ndarray, side: np.ndarray, platform: np.ndarray, named: Iterable[Sequence[int]]) -> I32:
    """Return (n,) for each host the next of its sisters in a ring, and -1 for all other units.

    Sisters are hosts of the same side and platform, and hosts named together by a group (``named``: the host units of
    each group); the relation is transitive.
    """
    family: dict[tuple[int, int], tuple[int, int]] = {}  # (side, platform) -> another pair, towards the first

    def first(kind: tuple[int, int]) -> tuple[int, int]:
        while family.setdefault(kind, kind) != kind:
            kind = family[kind]
        return kind

    kinds = [(int(s), int(p)) for s, p in zip(side, platform, strict=True)]
    for units in named:
        together = sorted({first(kinds[unit]) for unit in units if is_host[unit]})
        for kind in together[1:]:
            family[kind] = together[0]
    rings: dict[tuple[int, int], list[int]] = {}
    for unit in np.flatnonzero(is_host):
        rings.setdefault(first(kinds[unit]), []).append(int(unit))
    ring: I32 = np.full(len(side), NONE, dtype=np.int32)
    for units in rings.values():
        ring[units] = [*units[1:], units[0]]
    return ring
