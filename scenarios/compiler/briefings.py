"""Briefings of the sides, and the roster of names."""

import numpy as np

from scenarios.compiler.mines import Minefields
from scenarios.compiler.tasks import Areas, objective_sentence
from scenarios.compiler.ticks import ticks
from scenarios.compiler.units import Forces
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.terrain.rasters import Ground
from simcore.intelligence import Intelligence
from simcore.params import (
    Block,
    GroupSpecR,
    GroupSpecW,
    ObjectiveSpecR,
    ObjectiveSpecW,
    RuleR,
    UnitSpecR,
    UnitSpecW,
    ZoneSpecW,
)
from simcore.policy import Briefing
from simcore.roster import Roster
from simcore.surroundings import MinefieldSpecW
from simcore.types import F64, I32, NONE, ObjectiveKind, ZoneKind

SIDC_IDENTITY = {"friend": "3", "hostile": "6", "neutral": "4", "unknown": "1"}


def bounds_m(content: ScenarioFile) -> tuple[float, float, float, float]:
    """Return west, east, south, north [m]."""
    field = content.map
    return field.west_km * 1e3, field.east_km * 1e3, field.south_km * 1e3, field.north_km * 1e3


def brief_side(
    side: int,
    content: ScenarioFile,
    forces: Forces,
    groups: Block,
    areas: Areas,
    minefields: Minefields,
    objectives: Block,
    members: I32,
    rules: F64,
    intelligence: Intelligence,
    ground: Ground,
) -> Briefing:
    """Return the briefing of a side: its own forces, zones that bind or concern it, its objectives, its intelligence.

    Its own and suspected minefields follow the zones. Phantoms are left out: they take no orders.
    """
    own = np.flatnonzero((forces.units.whole[UnitSpecW.SIDE] == side) & (forces.units.whole[UnitSpecW.SPOOFER] < 0))
    is_real = np.array([group.spoofed_by is None for group in content.groups])
    mine = np.flatnonzero((groups.whole[GroupSpecW.SIDE] == side) & is_real).astype(np.int32)
    wanted = np.flatnonzero(objectives.whole[ObjectiveSpecW.SIDE] == side)
    real, whole = forces.units.real[:, own], forces.units.whole[:, own]
    centre, radius = areas.centre_and_radius()
    laid = minefields.block.whole[MinefieldSpecW.SIDE] == side
    known_fields = np.flatnonzero(laid | np.array([entry.suspected for entry in content.minefields], dtype=bool))
    field_centre, field_radius = minefields.areas.centre_and_radius()
    zones, place = known_zones(side, areas.zones.whole[ZoneSpecW.SIDE], objectives.whole[ObjectiveSpecW.ZONE, wanted])
    position = {int(group): i for i, group in enumerate(mine)}
    host_group = np.full(len(mine), NONE, dtype=np.int32)
    for unit in own[whole[UnitSpecW.HOST] >= 0]:
        host = forces.units.whole[UnitSpecW.HOST, unit]
        group = position[int(forces.units.whole[UnitSpecW.GROUP, unit])]
        host_group[group] = position[int(forces.units.whole[UnitSpecW.GROUP, host])]
    listed = np.zeros((len(wanted), len(own)), dtype=np.int32)
    for row, objective in enumerate(wanted):
        if objectives.whole[ObjectiveSpecW.KIND, objective] in (ObjectiveKind.PROTECT, ObjectiveKind.REACH):
            first = int(objectives.whole[ObjectiveSpecW.FIRST, objective])
            listed[row] = np.isin(own, members[first : first + int(objectives.whole[ObjectiveSpecW.COUNT, objective])])
    return Briefing(
        side=side,
        side_name=content.sides[side].name,
        groups=np.arange(len(mine), dtype=np.int32),
        group_names=tuple(content.groups[group].name for group in mine),
        group_of_unit=np.array([position[int(group)] for group in whole[UnitSpecW.GROUP]], dtype=np.int32),
        unit_names=tuple(forces.order.names[unit] for unit in own),
        domain=whole[UnitSpecW.DOMAIN].copy(),
        speed_max_mps=real[UnitSpecR.SPEED_MAX].copy(),
        sensor_range_m=forces.sensor_range_m[own],
        weapon_range_m=forces.weapon_range_m[own],
        radio_range_m=real[UnitSpecR.RADIO_RANGE_M].copy(),
        weapon_domains=whole[UnitSpecW.OFFENSE_DOMAINS].copy(),
        is_one_way=whole[UnitSpecW.IS_ONE_WAY].copy(),
        is_interceptor=whole[UnitSpecW.IS_INTERCEPTOR].copy(),
        is_command_post=whole[UnitSpecW.IS_COMMAND_POST].copy(),
        cost=real[UnitSpecR.COST].copy(),
        start_m=np.vstack([real[UnitSpecR.X0], real[UnitSpecR.Y0]]),
        host_group=host_group,
        task=groups.whole[GroupSpecW.TASK, mine],
        task_m=np.vstack([groups.real[GroupSpecR.X, mine], groups.real[GroupSpecR.Y, mine]]),
        task_radius_m=groups.real[GroupSpecR.RADIUS, mine],
        task_speed=groups.real[GroupSpecR.SPEED, mine],
        task_spacing_m=groups.real[GroupSpecR.SPACING, mine],
        task_target=np.array(
            [position.get(int(g), NONE) for g in groups.whole[GroupSpecW.TARGET, mine]], dtype=np.int32
        ),
        roe=groups.whole[GroupSpecW.ROE, mine],
        bounds_m=bounds_m(content),
        zone_names=(*(content.zones[int(z)].name for z in zones), *(content.minefields[f].name for f in known_fields)),
        zone_kind=np.append(
            areas.zones.whole[ZoneSpecW.KIND, zones],
            np.full(len(known_fields), int(ZoneKind.MINEFIELD), dtype=np.int32),
        ),
        zone_centre_m=np.hstack([centre[:, zones], field_centre[:, known_fields]]),
        zone_radius_m=np.append(radius[zones], field_radius[known_fields]),
        zone_domains=np.append(areas.domains(ground)[zones], minefields.areas.domains(ground)[known_fields]),
        objective_kind=objectives.whole[ObjectiveSpecW.KIND, wanted],
        objective_zone=place,
        objective_weight=objectives.real[ObjectiveSpecR.WEIGHT, wanted],
        objective_members=listed,
        dt_s=float(rules[RuleR.DT_S]),
        decision_s=ticks(content.time.decision_interval_s, content.time.dt_s) * content.time.dt_s,
        duration_s=content.time.length_s,
        intelligence=intelligence,
    )


def known_zones(side: int, bound: I32, wanted: I32) -> tuple[I32, I32]:
    """Return the zones known to a side, and the indices among them of its objectives' zones (or NONE).

    A zone that binds only the other side is unknown to this side unless one of its own objectives names it.
    """
    is_known = (bound == side) | (bound == NONE)
    is_known[wanted[wanted >= 0]] = True
    zones = np.flatnonzero(is_known).astype(np.int32)
    return zones, np.where(wanted >= 0, np.searchsorted(zones, wanted), NONE).astype(np.int32)


def make_roster(
    content: ScenarioFile, forces: Forces, groups: Block, areas: Areas, minefields: Minefields, objectives: Block
) -> Roster:
    """Return the names of all indexed entities."""
    order, whole, real = forces.order, forces.units.whole, forces.units.real
    time, origin = content.time, content.map.origin
    identity = [SIDC_IDENTITY[side.identity or "unknown"] for side in content.sides]
    codes = [[card.sidc and card.sidc[:3] + digit + card.sidc[4:] for digit in identity] for card in order.cards]
    titles = [card.title or name for card, name in zip(order.cards, order.platforms, strict=True)]
    return Roster(
        scenario=content.name,
        title=content.title or content.name,
        sides=tuple(side.name for side in content.sides),
        units=tuple(order.names),
        unit_side=whole[UnitSpecW.SIDE].copy(),
        unit_group=whole[UnitSpecW.GROUP].copy(),
        unit_platform=tuple(order.platforms[platform] for platform in order.platform),
        unit_title=tuple(titles[platform] for platform in order.platform),
        unit_sidc=tuple(codes[platform][int(whole[UnitSpecW.SIDE, i])] for i, platform in enumerate(order.platform)),
        unit_domain=whole[UnitSpecW.DOMAIN].copy(),
        unit_cost=real[UnitSpecR.COST].copy(),
        speed_max_mps=real[UnitSpecR.SPEED_MAX].copy(),
        sensor_range_m=forces.sensor_range_m,
        weapon_range_m=forces.weapon_range_m,
        radio_range_m=real[UnitSpecR.RADIO_RANGE_M].copy(),
        endurance_s=real[UnitSpecR.ENDURANCE_S].copy(),
        groups=tuple(group.name for group in content.groups),
        group_side=groups.whole[GroupSpecW.SIDE].copy(),
        weapons=tuple(order.weapons),
        weapon_titles=tuple(content.catalogue.weapons[name].title or name for name in order.weapons),
        sensor_titles=tuple(
            content.catalogue.sensors[fit.sensor].title or fit.sensor
            for platform in order.platform
            for fit in order.cards[platform].sensors
        ),
        zones=tuple(zone.name for zone in content.zones),
        zone_kind=areas.zones.whole[ZoneSpecW.KIND].copy(),
        zone_side=areas.zones.whole[ZoneSpecW.SIDE].copy(),
        zone_polygon_m=areas.polygons,
        objectives=tuple(objective_sentence(objective, content) for objective in content.objectives),
        objective_side=objectives.whole[ObjectiveSpecW.SIDE].copy(),
        origin_lonlat_deg=(origin.longitude_deg, origin.latitude_deg),
        bounds_m=bounds_m(content),
        dt_s=time.dt_s,
        decision_ticks=ticks(time.decision_interval_s, time.dt_s),
        record_ticks=ticks(time.record_interval_s, time.dt_s),
        picture_contacts=content.rules.picture_contacts,
        policies=tuple((side.policy.name, dict(side.policy.parameters)) for side in content.sides),
        minefields=tuple(entry.name for entry in content.minefields),
        minefield_suspected=tuple(entry.suspected for entry in content.minefields),
        minefield_polygon_m=minefields.areas.polygons,
        road_line_m=tuple(np.array(road.line_km).T * 1e3 for road in content.map.roads),
        road_has_bridges=tuple(road.bridges for road in content.map.roads),
    )
