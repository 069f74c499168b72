"""Units, their sensors and mounts as blocks of columns in canonical order."""

import hashlib
from dataclasses import dataclass

import numpy as np

from scenarios.compiler.hosts import assign_hosts, sister_ring
from scenarios.compiler.placement import formation_offsets, heading_vector
from scenarios.compiler.platforms import longest_sensor_m, longest_weapon_m, mount_columns, platform_columns
from scenarios.compiler.sensors import sensor_columns
from scenarios.compiler.signatures import fill_signature
from scenarios.compiler.ticks import ticks_or_none
from scenarios.format.content_key import content_key
from scenarios.format.names import natural_key
from scenarios.format.plane import Plane
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names
from scenarios.format.schema.sensors import SensorCard
from simcore.params import DRAWN, NEVER, Block, MountSpecW, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.types import (
    F64,
    I32,
    N_BELLIGERENTS,
    NONE,
    U64,
    Autonomy,
    Identity,
    LostLink,
    Status,
    TargetClass,
)


@dataclass(frozen=True)
class Order:
    """Canonical order of units. Platforms and weapons are listed in natural order of their names."""

    names: list[str]
    group: list[int]  # position in the groups of the resolved scenario
    platform: list[int]
    members: list[list[int]]  # unit indices of each group, in the order of their positions in it
    groups: tuple[Group, ...]
    platforms: list[str]
    cards: list[PlatformCard]
    weapons: list[str]

    def units_of(self, name: str) -> list[int]:
        """Return the units of a name: all units of a group, or the unit of that name."""
        for i, group in enumerate(self.groups):
            if group.name == name:
                return self.members[i]
        return [self.names.index(name)]


@dataclass(frozen=True)
class Forces:
    """The compiled units, with further data for roster and briefings."""

    order: Order
    units: Block
    key: U64
    sensors: Block
    mounts: Block
    group_point_m: F64  # (2, groups)
    sensor_range_m: F64  # (n,)
    weapon_range_m: F64


def canonical_order(content: ScenarioFile) -> Order:
    """Return the canonical order of the units of a resolved scenario."""
    listed = [
        (name, g, group.units[entry].platform, place)
        for g, group in enumerate(content.groups)
        for place, (name, entry) in enumerate(unit_names(group))
    ]
    listed.sort(key=lambda row: natural_key(row[0]))
    used = sorted({row[2] for row in listed}, key=natural_key)
    row_of = {name: i for i, name in enumerate(used)}
    places: list[list[tuple[int, int]]] = [[] for _ in content.groups]
    for i, (_, g, _, place) in enumerate(listed):
        places[g].append((place, i))
    cards = [content.catalogue.platforms[name] for name in used]
    weapons = sorted({fit.weapon for card in cards for fit in card.weapons}, key=natural_key)
    return Order(
        names=[row[0] for row in listed],
        group=[row[1] for row in listed],
        platform=[row_of[row[2]] for row in listed],
        members=[[i for _, i in sorted(rows)] for rows in places],
        groups=content.groups,
        platforms=used,
        cards=cards,
        weapons=weapons,
    )


def name_keys(names: list[str]) -> U64:
    """Return the 64-bit blake2b of each name, from which the keys of a replication are drawn."""
    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def compile_forces(content: ScenarioFile, plane: Plane) -> Forces:
    """Return the blocks of units, sensors and mounts of a resolved scenario."""
    order = canonical_order(content)
    dt_s = content.time.dt_s
    n = len(order.names)
    platform = np.array(order.platform, dtype=np.int64)
    key = name_keys(order.names)
    weapon_row = {name: i for i, name in enumerate(order.weapons)}
    sensor_parts = [sensor_columns(card, dict(content.catalogue.sensors), dt_s) for card in order.cards]
    mount_parts = [mount_columns(card, dict(content.catalogue.weapons), weapon_row, dt_s) for card in order.cards]
    given = platform_columns(order.cards, sensor_parts, mount_parts, dt_s, content.rules.latency_factor)
    real, whole = np.ascontiguousarray(given.real[:, platform]), np.ascontiguousarray(given.whole[:, platform])
    diagonal = np.hypot(content.map.east_km - content.map.west_km, content.map.north_km - content.map.south_km)
    radio = real[UnitSpecR.RADIO_RANGE_M]
    radio[np.isinf(radio)] = np.ceil(diagonal * 1.01) * 1e3
    whole[UnitSpecW.GROUP] = order.group
    sensors = _spread(sensor_parts, platform, int(SensorSpecW.UNIT))
    mounts = _spread(mount_parts, platform, int(MountSpecW.UNIT))
    for block, first, count, unit in (
        (sensors, UnitSpecW.SENSOR_FIRST, UnitSpecW.SENSOR_COUNT, int(SensorSpecW.UNIT)),
        (mounts, UnitSpecW.MOUNT_FIRST, UnitSpecW.MOUNT_COUNT, int(MountSpecW.UNIT)),
    ):
        counts = np.bincount(block.whole[unit], minlength=n)
        whole[count] = counts
        whole[first] = np.concatenate([[0], np.cumsum(counts)[:-1]])
    sensors.whole[SensorSpecW.KIND] = _first_alike(sensors)
    sensors.whole[SensorSpecW.PHASE] = DRAWN if content.rules.stagger else 0
    points = _place(content, order, plane, real, whole)
    is_neutral = whole[UnitSpecW.SIDE] >= N_BELLIGERENTS
    whole[UnitSpecW.IDENTITY] = np.where(is_neutral, int(Identity.NEUTRAL), int(Identity.HOSTILE))
    is_protected = np.array([card.protected for card in order.cards], dtype=bool)[platform] & ~is_neutral
    whole[UnitSpecW.IDENTITY, is_protected] = int(Identity.PROTECTED)
    real[UnitSpecR.SEEN_COST] = real[UnitSpecR.COST]
    _disguise(order, dict(content.catalogue.platforms), dict(content.catalogue.sensors), real, whole, platform)
    _show(order, real, whole)
    sensors.whole[SensorSpecW.PHASE, is_neutral[sensors.whole[SensorSpecW.UNIT]]] = (
        NEVER  # neutrals do not scan, but may radiate
    )
    sensor_m = np.array([longest_sensor_m(part) for part in sensor_parts])[platform]
    weapon_m = np.array([longest_weapon_m(part) for part in mount_parts])[platform]
    return Forces(order, Block(real, whole), key, sensors, mounts, points, sensor_m, weapon_m)


def _first_alike(block: Block) -> np.ndarray:
    """Return for each column the first column equal to it in all rows except row 0 of ``whole``, the unit."""
    columns = np.concatenate([block.real, block.whole[1:]]).T
    if len(columns) == 0:
        return np.zeros(0, dtype=np.int64)
    _, first, alike = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    return first[alike.ravel()]


def _spread(parts: list[tuple[F64, I32]], platform: np.ndarray, unit: int) -> Block:
    """Return the fits of all units, by unit and card order, with the unit in row ``unit`` of the whole numbers."""
    count = np.array([part[0].shape[1] for part in parts])
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    per_unit = count[platform]
    total = int(per_unit.sum())
    start = np.concatenate([[0], np.cumsum(per_unit)[:-1]])
    within = np.arange(total) - np.repeat(start, per_unit)
    source = np.repeat(first[platform], per_unit) + within
    real = np.concatenate([part[0] for part in parts], axis=1)
    whole = np.concatenate([part[1] for part in parts], axis=1)
    block = Block(np.ascontiguousarray(real[:, source]), np.ascontiguousarray(whole[:, source]))
    block.whole[unit] = np.repeat(np.arange(len(platform)), per_unit)
    return block


def _disguise(
    order: Order,
    every: dict[str, PlatformCard],
    sensors: dict[str, SensorCard],
    real: F64,
    whole: I32,
    platform: np.ndarray,
) -> None:
    """Give decoys the signatures of the platforms they imitate. Mutates ``real`` and ``whole``.

    Size, speed, height and vulnerability remain the decoy's own.
    """
    for row, card in enumerate(order.cards):
        if card.decoy is None:
            continue
        units = np.flatnonzero(platform == row)
        imitated = every[card.decoy.imitates]
        fill_signature(real, units, imitated)
        if card.decoy.radiates:
            radars = [sensors[fit.sensor] for fit in imitated.sensors if sensors[fit.sensor].model == "radar"]
            reach_m = max((radar.range_km * 1e3 for radar in radars), default=0.0)
            real[UnitSpecR.EMISSION_M, units] = np.maximum(real[UnitSpecR.EMISSION_M, units], reach_m)
        real[UnitSpecR.SEEN_COST, units] = imitated.cost_musd
        whole[UnitSpecW.SEEN_CLASS, units] = int(TargetClass[imitated.target_class.upper()])
        whole[UnitSpecW.IDENTITY, units] = int(Identity.DECOY)


def _show(order: Order, real: F64, whole: I32) -> None:
    """Turn spoofed units into phantoms, assigned to transmitters in turn. Mutates ``real`` and ``whole``."""
    whole[UnitSpecW.SPOOFER] = NONE
    for g, group in enumerate(order.groups):
        if group.spoofed_by is None:
            continue
        units = order.members[g]
        senders = order.units_of(group.spoofed_by)
        whole[UnitSpecW.SPOOFER, units] = [senders[k % len(senders)] for k in range(len(units))]
        whole[UnitSpecW.STATUS0, units] = int(Status.PHANTOM)
        whole[UnitSpecW.IDENTITY, units] = int(Identity.DECOY)
        whole[UnitSpecW.IS_COMMAND_POST, units] = 0
        real[UnitSpecR.COST, units] = 0.0


def _place(content: ScenarioFile, order: Order, plane: Plane, real: F64, whole: I32) -> F64:
    """Fill the columns that depend on the group; return its points (2, groups). Mutates ``real`` and ``whole``."""
    sides = {side.name: i for i, side in enumerate(content.sides)}
    points = np.zeros((2, len(content.groups)))
    whole[UnitSpecW.HOST] = NONE
    afield = [g for g, group in enumerate(content.groups) if not group.aboard]
    for g in afield:
        group, units = content.groups[g], order.members[g]
        point = plane.point(group.at_km, group.at) or (0.0, 0.0)
        points[:, g] = point
        offset = formation_offsets(group.formation.shape, group.formation.spacing_m, group.heading_deg, len(units))
        real[UnitSpecR.OFFSET_X, units], real[UnitSpecR.OFFSET_Y, units] = offset.T
        real[UnitSpecR.X0, units] = np.round(point[0] + offset[:, 0], 3)
        real[UnitSpecR.Y0, units] = np.round(point[1] + offset[:, 1], 3)
        half_km = group.scatter_km or (0.0, 0.0)
        real[UnitSpecR.SCATTER_X, units], real[UnitSpecR.SCATTER_Y, units] = half_km[0] * 1e3, half_km[1] * 1e3
        real[UnitSpecR.SCATTER_R, units] = (group.scatter_radius_km or 0.0) * 1e3
        whole[UnitSpecW.STATUS0, units] = int(Status.RESERVE if group.reserve else Status.ACTIVE)
    load: dict[int, int] = {}
    for g, group in enumerate(content.groups):
        units = order.members[g]
        whole[UnitSpecW.SIDE, units] = sides[group.side]
        whole[UnitSpecW.PLACE_IN_GROUP, units] = np.arange(len(units))
        real[UnitSpecR.HX0, units], real[UnitSpecR.HY0, units] = heading_vector(group.heading_deg)
        real[UnitSpecR.ENDURANCE0_S, units] = real[UnitSpecR.ENDURANCE_S, units]
        if group.endurance_share < 1.0:
            full = real[UnitSpecR.ENDURANCE_S, units]
            left = np.full_like(full, np.inf)
            real[UnitSpecR.ENDURANCE0_S, units] = np.multiply(
                full, group.endurance_share, out=left, where=np.isfinite(full)
            )
        _overrides(group, units, whole, content.time.dt_s)
        if group.keep_together:
            for row in (UnitSpecR.MARCH_CRUISE, UnitSpecR.MARCH_MAX):
                real[row, units] = real[row, units].min()
        home = plane.point(group.home_km, None)
        real[UnitSpecR.HOME_X, units] = real[UnitSpecR.X0, units] if home is None else home[0]
        real[UnitSpecR.HOME_Y, units] = real[UnitSpecR.Y0, units] if home is None else home[1]
    candidates_of = {g: order.units_of(group.host) for g, group in enumerate(content.groups) if group.host is not None}
    kind = np.array(order.platform)
    whole[UnitSpecW.SISTER] = sister_ring(
        whole[UnitSpecW.CARRIES] > 0, whole[UnitSpecW.SIDE], kind, candidates_of.values()
    )
    # groups with the fewest hosts first, so that all units aboard find room if there is room for all
    for g in sorted(candidates_of, key=lambda g: _by_content(content.groups[g], len(candidates_of[g]))):
        group, units, candidates = content.groups[g], order.members[g], candidates_of[g]
        cards = [order.cards[order.platform[unit]] for unit in candidates]
        hosts = assign_hosts(group, units, candidates, cards, load)
        whole[UnitSpecW.HOST, units] = hosts
        real[UnitSpecR.HOME_X, units], real[UnitSpecR.HOME_Y, units] = (
            real[UnitSpecR.X0, hosts],
            real[UnitSpecR.Y0, hosts],
        )
        if group.aboard:
            whole[UnitSpecW.STATUS0, units] = int(Status.ABOARD)
            for column in (UnitSpecR.X0, UnitSpecR.Y0, UnitSpecR.SCATTER_X, UnitSpecR.SCATTER_Y, UnitSpecR.SCATTER_R):
                real[column, units] = real[column, hosts]
            points[:, g] = points[:, order.group[hosts[0]]]
            offset = formation_offsets(group.formation.shape, group.formation.spacing_m, group.heading_deg, len(units))
            real[UnitSpecR.OFFSET_X, units], real[UnitSpecR.OFFSET_Y, units] = offset.T
    return points


def _by_content(group: Group, n_hosts: int) -> tuple[bool, int, str]:
    """Return a sort key without the group's name: groups aboard first, then those with the fewest possible hosts."""
    return not group.aboard, n_hosts, content_key(group, "name")


def _overrides(group: Group, units: list[int], whole: I32, dt_s: float) -> None:
    """Apply the group's values in place of the cards'. Mutates ``whole``."""
    if group.autonomy is not None:
        whole[UnitSpecW.AUTONOMY, units] = int(Autonomy[group.autonomy.upper()])
    if group.approval_s is not None:
        whole[UnitSpecW.APPROVAL_TICKS, units] = ticks_or_none(group.approval_s, dt_s)
    if group.lost_link is not None:
        whole[UnitSpecW.LOST_LINK, units] = int(LostLink[group.lost_link.upper()])
    if group.lost_link_s is not None:
        whole[UnitSpecW.LOST_LINK_TICKS, units] = ticks_or_none(group.lost_link_s, dt_s)
