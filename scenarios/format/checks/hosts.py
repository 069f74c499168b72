"""Checks of the hosts of groups: existence, ability to carry units, and room for all units that start aboard."""

from scenarios.format.checks.context import Context, reference
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names
from scenarios.format.yaml_text import Path


def check_hosts(
    content: ScenarioFile, platforms: dict[str, PlatformCard], units: dict[str, Group], context: Context
) -> list[Problem]:
    """Return the problems of all groups with a host. ``units`` gives the group of each unit by name."""
    problems: list[Problem] = []
    for i, group in enumerate(content.groups):
        if group.host is not None:
            path = ("groups", context.place("groups", i), "host")
            problems += _check_host(group, path, content, platforms, units, context)
    return problems + _check_room(content, platforms, units, context)


def _host_units(name: str, content: ScenarioFile, units: dict[str, Group]) -> list[tuple[str, str]]:
    """Return (unit, platform) pairs of a host: a single unit or all units of a group."""
    for group in content.groups:
        if group.name == name:
            return [(unit, group.units[k].platform) for unit, k in unit_names(group)]
    if name in units:
        return [(unit, units[name].units[k].platform) for unit, k in unit_names(units[name]) if unit == name]
    return []


def _check_host(
    group: Group,
    path: Path,
    content: ScenarioFile,
    platforms: dict[str, PlatformCard],
    units: dict[str, Group],
    context: Context,
) -> list[Problem]:
    name = group.host or ""
    hosts = _host_units(name, content, units)
    if not hosts:
        known = {entry.name for entry in content.groups} | set(list(units)[:5000])
        return reference(path, "unit or group", name, known - {group.name}, context, "groups")
    host_group = next((entry for entry in content.groups if entry.name == name), None) or units[name]
    if host_group is group:
        return [Problem(path, "a group cannot be its own host; name another group")]
    if host_group.side != group.side:
        return [Problem(path, f"{name!r} is of side {host_group.side!r}; name a host of side {group.side!r}")]
    if group.aboard and host_group.aboard:
        return [Problem(path, f"{name!r} starts aboard a host itself; place it on the map")]
    if not any(platform in platforms and platforms[platform].host is not None for _, platform in hosts):
        if any(platform not in platforms for _, platform in hosts):
            return []
        able = [card for card, value in platforms.items() if value.host is not None]
        return [Problem(path, f"{name!r} is not a host; take a platform with `host`, such as {', '.join(able[:4])}")]
    return []


def _check_room(
    content: ScenarioFile, platforms: dict[str, PlatformCard], units: dict[str, Group], context: Context
) -> list[Problem]:
    """Check that the units aboard fit on their hosts.

    A group with a single unit as host uses the room of this unit only; with a group as host, the room of all its units.
    All fit if no unit and no group has more units aboard than it carries.
    """
    aboard: dict[str, int] = {}
    problems: list[Problem] = []
    for i, group in enumerate(content.groups):
        if not group.aboard or group.host is None:
            continue
        named = [group.host]
        if all(entry.name != group.host for entry in content.groups) and group.host in units:
            named.append(units[group.host].name)  # this room is no longer available to its group
        for name in dict.fromkeys(named):
            aboard[name] = aboard.get(name, 0) + sum(entry.count for entry in group.units)
            hosts = _host_units(name, content, units)
            if any(platform not in platforms for _, platform in hosts):
                continue
            room = sum(card.carries for _, platform in hosts if (card := platforms[platform].host) is not None)
            if room and aboard[name] > room:
                path = ("groups", context.place("groups", i), "units")
                text = f"{aboard[name]} units start aboard {name!r}, which carries {room}; take fewer"
                problems.append(Problem(path, text))
                break
    return problems
