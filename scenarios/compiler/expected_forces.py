"""Expected forces: the order of battle of the others as a side believes it to be, in groups for the staff document."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenarios.format.schema.intelligence import Intelligence, ListedForce
from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names

ERROR_IF_UNKNOWN = 0.5
"""With an unknown order of battle, as many of each own platform are expected as the own side has, within this share."""
MOST_IN_GROUP = 8
MOST_GROUPS = 8
"""Units in a group and groups of a force, unless the file gives the size of its groups."""


@dataclass(frozen=True)
class ExpectedGroup:
    """A group of a force in the staff document."""

    name: str
    size: int
    host: str | None  # group that carries it at the start


def expected_forces(entry: Intelligence, content: ScenarioFile) -> list[ListedForce]:
    """Return the forces that a side expects, whatever its order of battle, in a fixed order."""
    own = [group for group in content.groups if group.side == entry.side and group.spoofed_by is None]
    sides = {side.name for side in content.sides if side.stance == "belligerent"} - {entry.side}
    if entry.order_of_battle == "listed":
        return list(entry.forces)
    stated = entry.order_of_battle != "unknown"
    present = [group for group in content.groups if stated and group.side in sides and _is_present(group, content)]
    if not present:
        return [*_by_platform(own, content, ERROR_IF_UNKNOWN), *entry.forces]
    if entry.order_of_battle == "by_type":
        return [*_by_platform(present, content, entry.count_error, is_named=True), *entry.forces]
    exact = [
        force.model_copy(update={"group_size": force.most})
        for group in present
        for force in _by_platform([group], content, 0.0, is_named=True)
    ]
    return [*exact, *entry.forces]


def _is_present(group: Group, content: ScenarioFile) -> bool:
    """Return whether real units of a group are there from the start, afield or aboard."""
    if group.spoofed_by is not None:
        return False
    return not (_host_of(group, content)[0] if group.aboard else group).reserve


def _host_of(group: Group, content: ScenarioFile) -> tuple[Group, str]:
    """Return the group that carries a group aboard, and the platform of its carriers."""
    for host in content.groups:
        if host.name == group.host:
            cards = content.catalogue.platforms
            return host, next(unit.platform for unit in host.units if cards[unit.platform].host is not None)
    for host in content.groups:
        for name, entry in unit_names(host):
            if name == group.host:
                return host, host.units[entry].platform
    raise KeyError(group.host)


def _by_platform(
    groups: Iterable[Group], content: ScenarioFile, error: float, *, is_named: bool = False
) -> list[ListedForce]:
    """Return the units of groups, counted by platform and carrier, within a share ``error`` of their number.

    With ``is_named``, each force is known as the groups that it is in.
    """
    count: dict[tuple[str, str], int] = {}
    names: dict[tuple[str, str], list[str]] = {}
    for group in groups:
        carrier = _host_of(group, content)[1] if group.aboard else ""
        for unit in group.units:
            key = unit.platform, carrier
            count[key] = count.get(key, 0) + unit.count
            names.setdefault(key, []).append(group.name)
    return [
        ListedForce(
            platform=platform,
            least=math.floor((1.0 - error) * n + 1e-9),
            most=math.ceil((1.0 + error) * n - 1e-9),
            aboard=carrier or None,
            known_as=tuple(dict.fromkeys(names[platform, carrier])) if is_named else (),
        )
        for (platform, carrier), n in sorted(count.items())
    ]


def group_forces(
    forces: Sequence[ListedForce], content: ScenarioFile, taken: Iterable[str]
) -> list[tuple[ExpectedGroup, ...]]:
    """Return the groups of each force, ``most`` units together. Their names start with no name in ``taken``.

    A force that carries others is one group. Units for which their carriers have no room are left out.
    """
    prefix, used = "enemy", list(taken)
    while any(name.startswith(prefix) for name in used):
        prefix = f"x{prefix}"
    cards = content.catalogue.platforms
    carrying = {(force.side, force.aboard) for force in forces if force.aboard is not None}
    result: list[tuple[ExpectedGroup, ...]] = [()] * len(forces)
    room: dict[str, int] = {}
    carriers: dict[tuple[str | None, str | None], list[str]] = {}
    for i, force in enumerate(forces):
        if force.aboard is not None:
            continue
        key, name = (force.side, force.platform), f"{prefix}-{i + 1}"
        if key in carrying:
            host = cards[force.platform].host
            result[i] = (ExpectedGroup(name, force.most, None),)
            room[name] = force.most * (0 if host is None else host.carries)
            carriers.setdefault(key, []).append(name)
        else:
            result[i] = _split(name, [(force.most, None)], force.group_size or _size(force.most))
    for i, force in enumerate(forces):
        if force.aboard is None:
            continue
        left, parts = force.most, list[tuple[int, str | None]]()
        for carrier in carriers.get((force.side, force.aboard), []):
            n = min(left, room[carrier])
            if n > 0:
                parts.append((n, carrier))
                left, room[carrier] = left - n, room[carrier] - n
        result[i] = _split(f"{prefix}-{i + 1}", parts, force.group_size or _size(force.most))
    return result


def _size(n: int) -> int:
    return max(MOST_IN_GROUP, math.ceil(n / MOST_GROUPS))


def _split(name: str, parts: Sequence[tuple[int, str | None]], size: int) -> tuple[ExpectedGroup, ...]:
    """Return groups of at most ``size`` units, as even as possible, of each part (units, host)."""
    sizes: list[tuple[int, str | None]] = []
    for n, host in parts:
        k = math.ceil(n / size)
        sizes += [(n // k + (i < n % k), host) for i in range(k)]
    if len(sizes) == 1:
        return (ExpectedGroup(name, *sizes[0]),)
    return tuple(ExpectedGroup(f"{name}.{i + 1}", n, host) for i, (n, host) in enumerate(sizes))
