"""Checks beyond the schema: references to names, consistency of values."""

import math

from scenarios.format.checks.cards import check_cards
from scenarios.format.checks.context import Context, check_intervals, reference
from scenarios.format.checks.forces import forces_of
from scenarios.format.checks.hosts import check_hosts
from scenarios.format.checks.injects import check_injects
from scenarios.format.checks.intelligence import check_intelligence
from scenarios.format.checks.medical import check_medical
from scenarios.format.checks.places import check_places
from scenarios.format.checks.sides import check_sides
from scenarios.format.checks.supply import check_supply
from scenarios.format.checks.sustainment import check_sustainment
from scenarios.format.checks.triggers import check_triggers
from scenarios.format.checks.words import check_words
from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.map import FlatTerrain
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import Group, ScenarioFile, Time, unit_names
from scenarios.format.yaml_text import Path
from simcore.ticks import LONGEST_TICKS

MAX_UNITS = 200_000
MAX_CELLS = 16_000_000
LEAST_WIDTH_M = 10.0
FINEST_COVER = 200.0
"""Shortest wavelength of the cover [m] per kilometre of ``feature_km``."""


def check(content: ScenarioFile, context: Context) -> list[Problem]:
    """Return the problems of a file that conforms to the schema."""
    problems: list[Problem] = []
    platforms = {**context.catalogue.platforms, **content.catalogue.platforms}
    problems += check_cards(content.catalogue, context.catalogue, context.names)
    problems += _check_time(content.time)
    of_map = _check_map(content)
    problems += of_map
    for section in ("sides", "zones", "groups", "minefields", "triggers"):
        problems += _check_unique(section, [entry.name for entry in getattr(content, section)], context)
    problems += check_sides(content, platforms, context)
    problems += _check_operators(content, context)
    problems += _check_delays(content, platforms, context)
    problems += check_places(content, context) if not of_map else []
    problems += _check_groups(content, platforms, context)
    problems += _check_objectives(content, platforms, context)
    forces = forces_of(content)
    problems += check_sustainment(content, forces, context)
    problems += check_supply(content, platforms, forces, context)
    problems += check_medical(content, platforms, forces, context)
    problems += check_injects(content, forces, context)
    problems += check_triggers(content, platforms, forces, context)
    problems += check_words(content, context)
    problems += check_intelligence(content, platforms, context, is_map_right=not of_map)
    return problems


def _check_time(time: Time) -> list[Problem]:
    problems: list[Problem] = []
    key = "duration_s" if time.duration_s is not None else "duration_h"
    if time.length_s < time.dt_s:
        problems.append(Problem(("time", key), f"shorter than one step of {time.dt_s:g} s; make it longer"))
    elif time.length_s / time.dt_s > LONGEST_TICKS:
        problems.append(Problem(("time", "dt_s"), f"the run has more than {LONGEST_TICKS} steps; take a longer step"))
    intervals = (
        "decision_interval_s",
        "record_interval_s",
        "comms_interval_s",
        "plan_interval_s",
        "score_interval_s",
    )
    return problems + check_intervals(time, intervals, ("time",), time.dt_s)


def _check_map(content: ScenarioFile) -> list[Problem]:
    extent, terrain = content.map, content.map.terrain
    width, height = (extent.east_km - extent.west_km) * 1e3, (extent.north_km - extent.south_km) * 1e3
    if max(width, height) > 4_000_000:
        return [Problem(("map",), f"{max(width, height) / 1e3:g} km across; take a map of 4000 km at most")]
    if min(width, height) < LEAST_WIDTH_M:
        return [Problem(("map",), f"{min(width, height):g} m across; give it {LEAST_WIDTH_M:g} m at least")]
    if math.ceil(width / extent.cell_m) * math.ceil(height / extent.cell_m) > MAX_CELLS:
        return [Problem(("map", "cell_m"), f"makes more than {MAX_CELLS} cells; take larger cells")]
    if isinstance(terrain, FlatTerrain):
        return []
    least = terrain.feature_km
    while (width / (least * FINEST_COVER) + 2.0) * (height / (least * FINEST_COVER) + 2.0) > MAX_CELLS:
        least *= 2.0
    if least > terrain.feature_km:
        text = f"{terrain.feature_km:g} makes more hills and woods than memory allows; give {least:.3g} or more"
        return [Problem(("map", "terrain", "feature_km"), text)]
    return []


def _check_operators(content: ScenarioFile, context: Context) -> list[Problem]:
    """Check that no duration of a crew is shorter than a step: it would be rounded up to a step."""
    problems: list[Problem] = []
    for i, side in enumerate(content.sides):
        for key in ("service_s", "manual_service_s", "ask_again_s", "approval_timeout_s", "approval_valid_s"):
            value = getattr(side.operators, key, None)
            if value is not None and value < content.time.dt_s:
                path = ("sides", context.place("sides", i), "operators", key)
                text = f"{value:g} is shorter than one step of {content.time.dt_s:g} s; lengthen it or shorten dt_s"
                problems.append(Problem(path, text))
    return problems


def _check_delays(content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context) -> list[Problem]:
    """Check that staff delays do not round to zero steps, and that reports arrive before contacts expire."""
    problems: list[Problem] = []
    dt_s, hold_s, factor = content.time.dt_s, content.rules.contact_hold_s, content.rules.latency_factor
    too_old = f"contact_hold_s {hold_s:g}, so no report would count; give less, or hold contacts longer"
    for i, side in enumerate(content.sides):
        path = ("sides", context.place("sides", i), "staff")
        for key, value in (
            ("order_preparation_s", side.staff.order_preparation_s),
            ("report_processing_s", side.staff.report_processing_s),
        ):
            if 0.0 < value < 0.5 * dt_s:
                text = f"{value:g} is below half a step of {dt_s:g} s and rounds to none; give more or shorten dt_s"
                problems.append(Problem((*path, key), text))
        if side.staff.report_processing_s >= hold_s:
            text = f"{side.staff.report_processing_s:g} is not below {too_old}"
            problems.append(Problem((*path, "report_processing_s"), text))
    used = {entry.platform for group in content.groups for entry in group.units}
    for name in sorted(used & set(platforms)):
        radio = platforms[name].radio
        if radio is not None and radio.latency_s * factor >= hold_s:
            text = f"a hop of {radio.latency_s * factor:g} s is not below {too_old}"
            problems.append(Problem(("catalogue", "platforms", name, "radio", "latency_s"), text))
    return problems


def _check_unique(section: str, names: list[str], context: Context) -> list[Problem]:
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    for i, name in enumerate(names):
        if name in seen:
            first = f"{section}[{context.place(section, seen[name])}]"
            path = (section, context.place(section, i), "name")
            problems.append(Problem(path, f"{name!r} is also the name of {first}; use distinct names"))
        seen.setdefault(name, i)
    return problems


def _check_groups(content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context) -> list[Problem]:
    problems: list[Problem] = []
    groups = {group.name: group for group in content.groups}
    total = sum(entry.count for group in content.groups for entry in group.units)
    if total > MAX_UNITS:
        return [Problem(("groups",), f"{total} units; at most {MAX_UNITS} are possible")]
    owner: dict[str, int] = {}
    side_of_unit: dict[str, Group] = {}
    for i, group in enumerate(content.groups):
        path = ("groups", context.place("groups", i))
        for name, _ in unit_names(group):
            if owner.setdefault(name, i) != i or (name in side_of_unit and side_of_unit[name] is group):
                first = context.place("groups", owner[name])
                problems.append(Problem((*path, "units"), f"a unit {name!r} is also in groups[{first}]; rename it"))
                break
            side_of_unit[name] = group
        problems += _check_group(group, path, content, platforms, groups, context)
    problems += check_hosts(content, platforms, side_of_unit, context)
    sides = {side.name for side in content.sides}
    is_complete = len(context.names.get("groups", groups)) <= len(groups)
    is_complete = is_complete and all(group.side in sides for group in content.groups)
    for i, side in enumerate(content.sides):
        if is_complete and not any(group.side == side.name for group in content.groups):
            path = ("sides", context.place("sides", i))
            problems.append(Problem(path, f"{side.name!r} has no groups; give it at least one"))
    return problems


def _check_group(
    group: Group,
    path: Path,
    content: ScenarioFile,
    platforms: dict[str, PlatformCard],
    groups: dict[str, Group],
    context: Context,
) -> list[Problem]:
    sides = [side.name for side in content.sides]
    problems = reference((*path, "side"), "side", group.side, sides, context, "sides")
    for k, entry in enumerate(group.units):
        where = (*path, "units", k, "platform")
        problems += reference(where, "platform", entry.platform, platforms, context, "platforms")
    task = group.task
    if task.escort is not None:
        where = (*path, "task", "escort")
        problems += reference(where, "group", task.escort, groups, context, "groups")
        escorted = groups.get(task.escort)
        if task.escort == group.name:
            problems.append(Problem(where, "a group cannot escort itself; name another group"))
        elif escorted is not None and escorted.side != group.side:
            problems.append(Problem(where, f"{task.escort!r} is of side {escorted.side!r}; name an own group"))
    return problems


def _check_objectives(content: ScenarioFile, platforms: dict[str, PlatformCard], context: Context) -> list[Problem]:
    problems: list[Problem] = []
    sides = [side.name for side in content.sides]
    belligerents = {side.name for side in content.sides if side.stance == "belligerent"}
    groups = {group.name: group for group in content.groups}
    zones = {zone.name: zone for zone in content.zones}
    names: dict[str, int] = {}
    for i, objective in enumerate(content.objectives):
        path = ("objectives", context.place("objectives", i))
        problems += reference((*path, "side"), "side", objective.side, sides, context, "sides")
        name = objective_name(objective)
        if name in names:
            first = context.place("objectives", names[name])
            text = f"objectives[{first}] also has the name {name!r}; give a distinct `name`"
            problems.append(Problem(path, text))
        names.setdefault(name, i)
        if objective.kind == "save" and content.medical is None:
            text = "save counts casualties, and without the section `medical` nobody is hurt; add it"
            problems.append(Problem((*path, "kind"), text))
        if objective.zone is not None:
            problems += reference((*path, "zone"), "zone", objective.zone, zones, context, "zones")
        is_own = objective.kind != "destroy"
        wanted = {objective.side} if is_own else belligerents - {objective.side}
        allowed = wanted | (set(sides) - belligerents if objective.kind == "protect" else set[str]())
        for k, member in enumerate(objective.groups):
            where = (*path, "groups", k)
            problems += reference(where, "group", member, groups, context, "groups")
            if member in groups and groups[member].side in sides and groups[member].side not in allowed:
                right = "own groups" if is_own else "groups of the enemy"
                right += " and of neutrals" if len(allowed) > 1 else ""
                text = f"{member!r} is of side {groups[member].side!r}; {objective.kind} lists {right}"
                problems.append(Problem(where, text))
            elif member in groups and groups[member].spoofed_by is not None:
                text = f"{member!r} are phantoms, which {objective.kind} cannot list; name real groups"
                problems.append(Problem(where, text))
        real = [group for group in content.groups if group.spoofed_by is None]
        used = {entry.platform for group in real if group.side in wanted for entry in group.units}
        for k, platform in enumerate(objective.platforms):
            if platform not in platforms:
                problems += reference((*path, "platforms", k), "platform", platform, platforms, context, "platforms")
            elif platform not in used and len(context.names.get("groups", groups)) <= len(groups):
                whose = "own unit" if is_own else "enemy unit"
                text = f"no {whose} is a {platform!r}; {advice(platform, used)}"
                problems.append(Problem((*path, "platforms", k), text))
    return problems


def objective_name(objective: Objective) -> str:
    """Return the name of an objective, by default composed of side, kind and zone."""
    return objective.name or "-".join(filter(None, (objective.side, objective.kind, objective.zone)))
