"""Supply as blocks of columns: items, stores, units and routes of supply."""

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from scenarios.compiler.columns import blank
from scenarios.compiler.ticks import ticks, ticks_or_none
from scenarios.compiler.units import Forces
from scenarios.format.content_key import content_key
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.supply import Item, Shelf, Store
from scenarios.format.schema.sustainment import Sustainment
from scenarios.terrain.paths import MAX_CELLS, Field, find_route
from scenarios.terrain.rasters import Ground
from simcore.params import Block, MountSpecW, SupplySpec, UnitSpecR, UnitSpecW
from simcore.stores import (
    NO_SOURCE,
    OUTSIDE,
    ItemSpecR,
    ItemSpecW,
    StoreSpecR,
    StoreSpecW,
    SupplyLinkW,
    SupplyRuleW,
    SupplyUnitR,
    SupplyUnitW,
)
from simcore.types import I32, NONE, ItemKind, Mobility, Status

_DAY_S = 86_400.0
_MOST_LINKS = 500
"""Most routes of supply found by search: each takes time when a scenario is loaded."""
_ON_THE_GROUND = (Mobility.WHEELED, Mobility.TRACKED, Mobility.FOOT, Mobility.WATER)


def item_index(section: Sustainment | None) -> dict[str, int]:
    """Return the columns of the items by name. The section is in canonical order."""
    return {} if section is None else {name: k for k, name in enumerate(section.items)}


def empty_supply() -> SupplySpec:
    """Return the parameters of a scenario without supply."""
    return SupplySpec(
        items=blank(ItemSpecR, ItemSpecW, 0),
        stores=blank(StoreSpecR, StoreSpecW, 0),
        units=blank(SupplyUnitR, SupplyUnitW, 0),
        links=np.zeros((len(SupplyLinkW), 0), dtype=np.int32),
        points=np.zeros((2, 0)),
        rules=np.zeros(len(SupplyRuleW), dtype=np.int32),
    )


def compile_supply(content: ScenarioFile, forces: Forces, ground: Ground) -> SupplySpec:
    """Return the parameters of supply of a resolved scenario."""
    section = content.sustainment
    if section is None:
        return empty_supply()
    items, item_specs = item_index(section), _compile_items(section, forces)
    shelves = _shelves(section, forces)
    stores = _compile_stores(section, forces, items, {unit: row for unit, (row, _) in shelves.items()})
    units = _compile_units(content, section, forces, items, {unit: store for unit, (_, store) in shelves.items()})
    units.whole[SupplyUnitW.STORE_COUNT] = np.bincount(stores.whole[StoreSpecW.UNIT], minlength=units.whole.shape[1])
    units.whole[SupplyUnitW.STORE_FIRST] = np.cumsum(units.whole[SupplyUnitW.STORE_COUNT])
    units.whole[SupplyUnitW.STORE_FIRST] -= units.whole[SupplyUnitW.STORE_COUNT]
    _rearm_at_home(forces, stores, units.whole, item_specs.whole[ItemSpecW.WEAPON])
    links, points = _compile_links(section, forces, ground, sorted(shelves), units)
    rules = np.zeros(len(SupplyRuleW), dtype=np.int32)
    rules[SupplyRuleW.PERIOD] = ticks(section.supply_interval_s, content.time.dt_s)
    rules[SupplyRuleW.N_LEVELS] = int(stores.whole[StoreSpecW.LEVEL].max(initial=0)) + 1
    is_carrier = (units.real[SupplyUnitR.CARGO_KG] > 0.0) | (units.real[SupplyUnitR.TOW_MPS] > 0.0)
    rules[SupplyRuleW.HAS_CARRIERS] = bool(is_carrier.any())
    return SupplySpec(item_specs, stores, units, links, points, rules)


def _compile_items(section: Sustainment, forces: Forces) -> Block:
    block = blank(ItemSpecR, ItemSpecW, len(section.items))
    for k, item in enumerate(section.items.values()):
        block.real[ItemSpecR.MASS_KG, k] = item.mass_kg
        block.whole[ItemSpecW.KIND, k] = int(ItemKind[item.kind.upper()])
        is_used = item.weapon is not None and item.weapon in forces.order.weapons
        block.whole[ItemSpecW.WEAPON, k] = forces.order.weapons.index(item.weapon or "") if is_used else NONE
    return block


def _shelves(section: Sustainment, forces: Forces) -> dict[int, tuple[dict[str, Shelf], Store]]:
    """Return the stock of each unit with stores, by item, and its store in the file."""
    found: dict[int, tuple[dict[str, Shelf], Store]] = {}
    for store in section.stores:
        for unit in forces.order.units_of(store.at):
            found.setdefault(unit, ({}, store))[0].update(store.items)
    return found


def _compile_stores(
    section: Sustainment, forces: Forces, items: Mapping[str, int], shelves: Mapping[int, Mapping[str, Shelf]]
) -> Block:
    cards, platform = forces.order.cards, forces.order.platform
    carriers = {unit for unit in range(len(platform)) if cards[platform[unit]].cargo is not None}
    columns: list[tuple[int, str, Shelf | None]] = []
    for unit in sorted(carriers | set(shelves)):
        held: dict[str, Shelf | None] = dict.fromkeys(items) if unit in carriers else dict(shelves[unit])
        columns += [(unit, name, held[name]) for name in sorted(held, key=items.__getitem__)]
    place = {(unit, name): c for c, (unit, name, _) in enumerate(columns)}
    block = blank(StoreSpecR, StoreSpecW, len(columns))
    real, whole = block
    first = 0
    for c, (unit, name, shelf) in enumerate(columns):
        item = section.items[name]
        whole[StoreSpecW.UNIT, c], whole[StoreSpecW.ITEM, c] = unit, items[name]
        whole[StoreSpecW.IS_CARGO, c] = shelf is None
        whole[StoreSpecW.IS_DIVISIBLE, c] = item.kind == "fuel"
        whole[StoreSpecW.SLOT_FIRST, c] = first
        whole[StoreSpecW.SLOT_COUNT, c] = 0
        whole[StoreSpecW.SOURCE, c] = NO_SOURCE
        if shelf is None:
            _fill_cargo(real, whole, c)
        else:
            _fill_shelf(real, whole, c, shelf, item)
            if shelf.source is not None:
                name_of = shelf.source.unit
                source = OUTSIDE if name_of is None else place[forces.order.names.index(name_of), name]
                whole[StoreSpecW.SOURCE, c] = source
                whole[StoreSpecW.SLOT_COUNT, c] = shelf.source.orders_at_most
                real[StoreSpecR.LEAD_S, c] = shelf.source.lead_time_h * 3600.0
                whole[StoreSpecW.IS_LEAD_DRAWN, c] = shelf.source.lead_law == "exponential"
        first += int(whole[StoreSpecW.SLOT_COUNT, c])
    whole[StoreSpecW.LEVEL] = _levels(whole[StoreSpecW.SOURCE])
    return block


def _fill_cargo(real: np.ndarray, whole: np.ndarray, c: int) -> None:
    real[:, c] = 0.0
    real[StoreSpecR.CAPACITY, c] = math.inf
    whole[[StoreSpecW.IS_LEAD_DRAWN, StoreSpecW.IS_DEMAND_DRAWN, StoreSpecW.IS_BACKORDERED], c] = 0
    whole[StoreSpecW.PRIORITY, c] = 5


def _fill_shelf(real: np.ndarray, whole: np.ndarray, c: int, shelf: Shelf, item: Item) -> None:
    real[StoreSpecR.CAPACITY, c] = shelf.capacity
    real[StoreSpecR.START, c] = shelf.capacity if shelf.start is None else shelf.start
    real[StoreSpecR.UP_TO, c] = shelf.level
    real[StoreSpecR.LOW, c] = shelf.point(item.kind)
    real[StoreSpecR.LEAD_S, c] = 0.0
    real[StoreSpecR.DEMAND_PER_S, c] = shelf.demand_per_day / _DAY_S
    whole[StoreSpecW.IS_LEAD_DRAWN, c] = 0
    whole[StoreSpecW.IS_DEMAND_DRAWN, c] = shelf.demand_law == "poisson"
    whole[StoreSpecW.IS_BACKORDERED, c] = shelf.unmet == "backorder"
    whole[StoreSpecW.PRIORITY, c] = shelf.priority


def _levels(source: I32) -> I32:
    """Return the level of each store: 0 if none orders from it, otherwise one more than any that does."""
    level = np.zeros(len(source), dtype=np.int32)
    for c in range(len(source)):
        depth, above = 1, int(source[c])
        while above >= 0:
            level[above] = max(level[above], depth)
            depth, above = depth + 1, int(source[above])
    return level


def _compile_units(
    content: ScenarioFile,
    section: Sustainment,
    forces: Forces,
    items: Mapping[str, int],
    stores: Mapping[int, Store],
) -> Block:
    order, dt_s = forces.order, content.time.dt_s
    n = len(order.names)
    block = blank(SupplyUnitR, SupplyUnitW, n)
    real, whole = block
    real[SupplyUnitR.LAUNCH_SHARE] = section.launch_share
    whole[SupplyUnitW.DOCKS] = 1
    whole[SupplyUnitW.HOME_STORE] = NONE
    for unit in range(n):
        card = order.cards[order.platform[unit]]
        group = content.groups[order.group[unit]]
        is_counted = card.tank is not None and card.tank.fuel in items
        real[SupplyUnitR.TANK, unit] = card.tank.capacity if card.tank is not None and is_counted else 0.0
        whole[SupplyUnitW.FUEL, unit] = items[card.tank.fuel] if card.tank is not None and is_counted else NONE
        real[SupplyUnitR.CARGO_KG, unit] = 0.0 if card.cargo is None else card.cargo.capacity_kg
        real[SupplyUnitR.MIN_LOAD, unit] = 1.0 if card.cargo is None else card.cargo.min_load
        real[SupplyUnitR.TOW_MPS, unit] = 0.0 if card.towing is None else card.towing.speed_mps
        reach = [fit.reach_m for fit in (card.cargo, card.towing) if fit is not None]
        real[SupplyUnitR.REACH_M, unit] = max(reach, default=0.0)
        load, unload = (0.0, 0.0) if card.cargo is None else (card.cargo.load_min, card.cargo.unload_min)
        whole[SupplyUnitW.LOAD_TICKS, unit] = ticks_or_none(load * 60.0, dt_s)
        whole[SupplyUnitW.UNLOAD_TICKS, unit] = ticks_or_none(unload * 60.0, dt_s)
        hook = 0.0 if card.towing is None else card.towing.hook_min
        whole[SupplyUnitW.HOOK_TICKS, unit] = ticks_or_none(hook * 60.0, dt_s)
        whole[SupplyUnitW.PRIORITY, unit] = section.priorities.get(group.name, 5)
    real[SupplyUnitR.SERVES_M] = 0.0
    for unit, store in stores.items():
        whole[SupplyUnitW.DOCKS, unit] = store.docks
        real[SupplyUnitR.SERVES_M, unit] = store.serves_m
    _find_homes(forces, stores, whole)
    return block


def _find_homes(forces: Forces, stores: Mapping[int, Store], whole: I32) -> None:
    """Assign to each unit without a host the nearest stores that serve its home. Mutates HOME_STORE."""
    units = forces.units
    x, y = units.real[UnitSpecR.X0], units.real[UnitSpecR.Y0]
    for unit in range(units.whole.shape[1]):
        if units.whole[UnitSpecW.HOST, unit] != NONE:
            continue
        near: list[tuple[float, str, int]] = []  # at equal distance the name is the last to decide
        for depot, store in stores.items():
            if depot == unit or units.whole[UnitSpecW.SIDE, depot] != units.whole[UnitSpecW.SIDE, unit]:
                continue
            dx = float(x[depot] - units.real[UnitSpecR.HOME_X, unit])
            dy = float(y[depot] - units.real[UnitSpecR.HOME_Y, unit])
            away_m = math.hypot(dx, dy)
            if away_m <= store.serves_m:
                near.append((away_m, content_key(store, "at"), depot))
        if near:
            whole[SupplyUnitW.HOME_STORE, unit] = min(near)[2]


def _rearm_at_home(forces: Forces, stores: Block, whole: I32, weapon: I32) -> None:
    """Note the units whose home has stores with rounds for their offensive weapons. Mutates REARMS_HOME.

    ``weapon`` (items,) is ItemSpecW.WEAPON.
    """
    rounds = {row: k for k, row in enumerate(weapon.tolist()) if row != NONE}
    held = set(zip(stores.whole[StoreSpecW.UNIT].tolist(), stores.whole[StoreSpecW.ITEM].tolist(), strict=True))
    whole[SupplyUnitW.REARMS_HOME] = 0
    mounts = forces.mounts.whole
    for m in np.flatnonzero(mounts[MountSpecW.DOMAINS] != 0):
        unit = int(mounts[MountSpecW.UNIT, m])
        home = int(whole[SupplyUnitW.HOME_STORE, unit])
        item = rounds.get(int(mounts[MountSpecW.WEAPON, m]), NONE)
        if home >= 0 and (home, item) in held:
            whole[SupplyUnitW.REARMS_HOME, unit] = 1


def _compile_links(
    section: Sustainment, forces: Forces, ground: Ground, depots: list[int], units: Block
) -> tuple[I32, np.ndarray]:
    """Return the routes of supply: those of the file, and those round ground that blocks the straight line."""
    rows: list[tuple[int, int, int, int, int]] = []
    points: list[tuple[float, float]] = []
    given: set[tuple[int, int]] = set()
    for route in section.routes:
        a, b = (forces.order.names.index(name) for name in route.between)
        rows.append((a, b, NONE, len(points), len(route.via_km)))
        points += [(round(x * 1e3, 3), round(y * 1e3, 3)) for x, y in route.via_km]
        given |= {(a, b), (b, a)}
    whole, real = forces.units.whole, forces.units.real
    fixed = [unit for unit in depots if real[UnitSpecR.SPEED_MAX, unit] <= 0.0]
    fixed = [unit for unit in fixed if whole[UnitSpecW.STATUS0, unit] == Status.ACTIVE]
    if ground.terrain.surface.size <= MAX_CELLS:
        for side in sorted({int(whole[UnitSpecW.SIDE, unit]) for unit in fixed}):
            own = [unit for unit in fixed if whole[UnitSpecW.SIDE, unit] == side]
            carries = (units.real[SupplyUnitR.CARGO_KG] > 0.0) & (whole[UnitSpecW.SIDE] == side)
            modes = sorted({int(m) for m in whole[UnitSpecW.MOBILITY, carries]} & {int(m) for m in _ON_THE_GROUND})
            pairs = [(a, b) for k, a in enumerate(own) for b in own[k + 1 :] if (a, b) not in given]
            if len(pairs) * len(modes) > _MOST_LINKS:
                continue
            for mode in modes:
                speed = np.ascontiguousarray(ground.terrain.speed[mode])
                field = Field(speed, ground.west_m, ground.south_m, ground.cell_m)
                for a, b, way in _ways_round(field, forces, pairs):
                    rows.append((a, b, mode, len(points), len(way)))
                    points += way
    links = np.array(rows, dtype=np.int32).reshape(-1, len(SupplyLinkW)).T
    return np.ascontiguousarray(links), np.ascontiguousarray(np.array(points, dtype=np.float64).reshape(-1, 2).T)


def _ways_round(
    field: Field, forces: Forces, pairs: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int, list[tuple[float, float]]]]:
    """Yield the pairs of units between which the straight line is blocked, and the points [m] of the way round."""
    for a, b in pairs:
        start, end = _start(forces, a), _start(forces, b)
        leg = None if math.isfinite(field.leg_cost(start, end)) else find_route(field, start, end, 0.0)
        if leg is not None and len(leg) >= 2:
            yield a, b, [(round(x, 3), round(y, 3)) for x, y in leg[:-1]]


def _start(forces: Forces, unit: int) -> tuple[float, float]:
    return float(forces.units.real[UnitSpecR.X0, unit]), float(forces.units.real[UnitSpecR.Y0, unit])
