"""Who comes from which host, and which hosts stand in for each other."""

from collections.abc import Iterable, Sequence

import numpy as np

from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.scenario import Group
from simcore.types import I32, NONE


def assign_hosts(
    group: Group, units: list[int], hosts: list[int], cards: list[PlatformCard], load: dict[int, int]
) -> list[int]:
    """Return the host unit of each of ``units``: the emptiest that has room, the first of equals.

    ``cards`` are the platforms of ``hosts``; those without room for units are passed over. ``load`` counts the
    units aboard each host so far and is brought up to date for groups that start aboard.
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
    """Return (n,) for each host the next of its sisters, in a ring, and -1 for all others.

    Sisters are the hosts of one side that are of one platform or that one group names together (``named``: the units
    that each group names as its host), and so on from sister to sister.
    """
    family: dict[tuple[int, int], tuple[int, int]] = {}  # of a side and platform: another one, towards the first

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
