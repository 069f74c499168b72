"""Components of units and workshops as blocks of parameters."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenarios.compiler.columns import blank, blank_wholes
from scenarios.compiler.supply import item_index
from scenarios.compiler.ticks import ticks
from scenarios.compiler.units import Forces, name_keys
from scenarios.format.content_key import content_key
from scenarios.format.defaults import settled
from scenarios.format.names import natural_key
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.sustainment import Component, DamageRepair, Rates, Sustainment, Workshop
from simcore.params import Block, UnitSpecW
from simcore.types import F64, I32, N_BELLIGERENTS, NONE, U64
from simcore.upkeep import (
    PART_BITS,
    ComponentSpecR,
    ComponentSpecW,
    GangSpecW,
    Law,
    Part,
    UpkeepW,
    UseSpecW,
    WorkshopSpecR,
    WorkshopSpecW,
)

ECHELONS = ("unit", "intermediate", "depot")
STRUCTURE = "structure"
"""Name of the job of damage by fire and mines among the components of a unit."""
_ALL_SKILLS = -1
_MOST_SKILLS = 30


@dataclass(frozen=True)
class Upkeep:
    """The compiled sustainment."""

    components: Block
    key: U64  # (n,)
    uses: I32
    workshops: Block
    gangs: I32
    rules: I32
    names: tuple[str, ...]  # (n,) of the components
    cost: F64  # (n,) of the part of a repair or service
    workshop_names: tuple[str, ...]


def compile_upkeep(content: ScenarioFile, forces: Forces) -> Upkeep:
    """Return the components and workshops of a resolved scenario; empty blocks without sustainment."""
    given = content.sustainment
    skills = _skills(content)
    listed = [] if given is None else _listed(content, given, forces)
    items = {} if given is None else item_index(given)
    components = blank(ComponentSpecR, ComponentSpecW, len(listed))
    n_units = forces.units.whole.shape[1] if listed else 0
    uses = blank_wholes(UseSpecW, n_units)
    units = np.array([unit for unit, _, _ in listed], dtype=np.int64)
    uses[UseSpecW.COUNT] = np.bincount(units, minlength=n_units) if listed else 0
    uses[UseSpecW.FIRST] = np.cumsum(uses[UseSpecW.COUNT]) - uses[UseSpecW.COUNT]
    done: dict[int, tuple[F64, I32]] = {}
    for c, (unit, name, component) in enumerate(listed):
        if id(component) not in done:
            _fill(components.real[:, c], components.whole[:, c], component, name, skills, items)
            done[id(component)] = components.real[:, c].copy(), components.whole[:, c].copy()
        components.real[:, c], components.whole[:, c] = done[id(component)]
        components.whole[ComponentSpecW.UNIT, c] = unit
    shops = [] if given is None or not listed else _workshops(content, given, forces)
    workshops, gangs = _blocks(shops, content, forces, skills)
    components.whole[ComponentSpecW.IS_REPAIRABLE] = _repairable(components, workshops, gangs, forces)
    names = tuple(name for _, name, _ in listed)
    return Upkeep(
        components, name_keys(list(names)) if names else np.zeros(0, dtype=np.uint64), uses, workshops, gangs,
        _rules(content, given), names,
        np.array([component.cost_musd for _, _, component in listed], dtype=np.float64),
        tuple(name for name, _, _ in shops),
    )  # fmt: skip


def _rules(content: ScenarioFile, given: Sustainment | None) -> I32:
    """Return the rules of upkeep (len(UpkeepW),)."""
    rules = np.ones(len(UpkeepW), dtype=np.int32)
    if given is None:
        return rules
    dt_s = content.time.dt_s
    rules[UpkeepW.WEAR_PERIOD] = ticks(given.wear_interval_s, dt_s)
    rules[UpkeepW.REPAIR_PERIOD] = ticks(given.repair_interval_s or given.wear_interval_s, dt_s)
    rules[UpkeepW.SIGNAL_TICKS] = ticks(given.signal_interval_s, dt_s)
    rules[UpkeepW.RETURNS] = given.return_on_failure
    return rules


def _listed(
    content: ScenarioFile, given: Sustainment, forces: Forces
) -> list[tuple[int, str, Component | DamageRepair]]:
    """Return (unit, name, component) of all components, by unit, in natural order of their names, the structure last.

    Phantoms and the units of neutral sides have none.
    """
    listed: list[tuple[int, str, Component | DamageRepair]] = []
    side, spoofer = forces.units.whole[UnitSpecW.SIDE], forces.units.whole[UnitSpecW.SPOOFER]
    one_way = forces.units.whole[UnitSpecW.IS_ONE_WAY]
    cards = [sorted((card.wear or {}).items(), key=lambda item: natural_key(item[0])) for card in forces.order.cards]
    for unit, platform in enumerate(forces.order.platform):
        if spoofer[unit] >= 0 or side[unit] >= N_BELLIGERENTS:
            continue
        listed += [(unit, name, component) for name, component in cards[platform]]
        if given.damage_repair is not None and one_way[unit] == 0:
            listed.append((unit, STRUCTURE, given.damage_repair))
    return listed


def _skills(content: ScenarioFile) -> dict[str, int]:
    """Return the bit of each skill: one for each that a component or a crew names."""
    given = content.sustainment
    if given is None:
        return {}
    names = {part.skill for card in content.catalogue.platforms.values() for part in (card.wear or {}).values()}
    names |= {skill for shop in given.workshops or () for crew in shop.crews or () for skill in crew.skills or ()}
    names |= set() if given.damage_repair is None else {given.damage_repair.skill}
    return {name: 1 << k for k, name in enumerate(sorted(name for name in names if name is not None))}


def _fill(
    real: F64,
    whole: I32,
    component: Component | DamageRepair,
    name: str,
    skills: dict[str, int],
    items: Mapping[str, int],
) -> None:
    """Write the column of a component, except its unit. Mutates ``real`` and ``whole``."""
    _fill_failures(real, component if isinstance(component, Component) else None)
    work = component.repair
    service = settled(component.service) if isinstance(component, Component) else work
    for mean, cv, law, time in (
        (ComponentSpecR.REPAIR_H, ComponentSpecR.REPAIR_CV, ComponentSpecW.REPAIR_LAW, work),
        (ComponentSpecR.SERVICE_H, ComponentSpecR.SERVICE_CV, ComponentSpecW.SERVICE_LAW, service),
    ):
        real[mean], real[cv], whole[law] = time.mean_h, time.cv, int(Law[time.law.upper()])
    part = Part.STRUCTURE
    if isinstance(component, Component):
        part = Part[(component.part or name).upper()]
    whole[ComponentSpecW.PART] = int(part)
    whole[ComponentSpecW.BITS] = int(PART_BITS[part])
    whole[ComponentSpecW.IS_ESSENTIAL] = component.essential if isinstance(component, Component) else True
    whole[ComponentSpecW.IS_HIDDEN] = component.hidden if isinstance(component, Component) else False
    whole[ComponentSpecW.SKILL] = 0 if component.skill is None else skills[component.skill]
    whole[ComponentSpecW.ECHELON] = ECHELONS.index(component.echelon)
    whole[ComponentSpecW.SPARE] = NONE if component.spare is None else items[component.spare]
    real[ComponentSpecR.RESTORED] = component.restored_strength if isinstance(component, DamageRepair) else 0.0


def _fill_failures(real: F64, component: Component | None) -> None:
    """Write the laws of the failures of a component; the structure has none. Mutates ``real``."""
    weibull = component.weibull if component is not None else None
    gamma = component.gamma if component is not None else None
    rates = component.rates if component is not None else Rates()
    real[ComponentSpecR.BETA] = 1.0 if weibull is None else weibull.shape
    real[ComponentSpecR.ETA_H] = math.inf if weibull is None else weibull.scale_h
    real[ComponentSpecR.SHAPE_PER_H] = 0.0 if gamma is None else gamma.shape_per_h
    real[ComponentSpecR.SCALE] = 1.0 if gamma is None else gamma.scale
    real[ComponentSpecR.LIMIT] = math.inf if gamma is None else gamma.limit
    is_degrading = gamma is not None and gamma.degraded_at is not None
    real[ComponentSpecR.DEGRADED_AT] = gamma.degraded_at if gamma is not None and is_degrading else math.inf
    real[ComponentSpecR.KEPT_SHARE] = 1.0 if gamma is None else gamma.kept_share
    real[ComponentSpecR.SIGMA] = 0.0 if gamma is None else gamma.signal_sigma
    real[ComponentSpecR.AT_REST] = rates.at_rest
    real[ComponentSpecR.UNDER_WAY] = rates.under_way
    real[ComponentSpecR.ABOARD] = rates.aboard
    real[ComponentSpecR.PER_SPEED] = rates.per_speed
    real[ComponentSpecR.PER_ROUGHNESS] = rates.per_roughness
    real[ComponentSpecR.PER_SEA_STATE] = rates.per_sea_state
    real[ComponentSpecR.SHOCK_H] = 0.0 if component is None else component.shock_h
    real[ComponentSpecR.START_H] = 0.0 if component is None else component.start_h
    real[ComponentSpecR.P_START] = 0.0 if component is None else component.p_start_failure
    real[ComponentSpecR.AGE_MOST_H] = 0.0 if component is None else component.initial_age_h


def _workshops(content: ScenarioFile, given: Sustainment, forces: Forces) -> list[tuple[str, Workshop, int]]:
    """Return (name, workshop, unit) of all workshops; a workshop of a group is at each of its units."""
    if given.workshops is None:
        units = forces.units.whole
        is_shop = (units[UnitSpecW.CARRIES] > 0) | (units[UnitSpecW.IS_COMMAND_POST] == 1)
        is_shop &= (units[UnitSpecW.SIDE] < N_BELLIGERENTS) & (units[UnitSpecW.SPOOFER] < 0)
        names = forces.order.names
        return [(names[u], Workshop(name=names[u], at=names[u]), int(u)) for u in np.flatnonzero(is_shop)]
    shops: list[tuple[str, Workshop, int]] = []
    for shop in given.workshops:
        units_at = [NONE] if shop.at is None else forces.order.units_of(shop.at)
        for k, unit in enumerate(units_at):
            shops.append((shop.name if len(units_at) == 1 else f"{shop.name}-{k + 1}", shop, unit))
    return shops


def _blocks(
    shops: list[tuple[str, Workshop, int]], content: ScenarioFile, forces: Forces, skills: dict[str, int]
) -> tuple[Block, I32]:
    """Return the workshops and their crews."""
    sides = {side.name: i for i, side in enumerate(content.sides)}
    workshops = blank(WorkshopSpecR, WorkshopSpecW, len(shops))
    crews: list[tuple[int, int]] = []
    kinds = [content_key(shop, "name", "at") for _, shop, _ in shops]
    ranks = {kind: rank for rank, kind in enumerate(sorted(set(kinds)))}
    for w, (_, shop, unit) in enumerate(shops):
        whole = workshops.whole[:, w]
        whole[WorkshopSpecW.SIDE] = sides[settled(shop.side)] if unit < 0 else forces.units.whole[UnitSpecW.SIDE, unit]
        whole[WorkshopSpecW.UNIT] = unit
        whole[WorkshopSpecW.RANK] = ranks[kinds[w]]
        whole[WorkshopSpecW.ECHELON] = ECHELONS.index(shop.echelon)
        whole[WorkshopSpecW.IS_STRIPPING] = shop.strips
        whole[WorkshopSpecW.CREW_FIRST] = len(crews)
        whole[WorkshopSpecW.CREW_COUNT] = NONE if shop.crews is None else sum(crew.count for crew in shop.crews)
        workshops.real[WorkshopSpecR.RADIUS_M, w] = shop.radius_m
        workshops.real[WorkshopSpecR.LEAD_S, w] = shop.lead_h * 3600.0
        for crew in shop.crews or ():
            bits = _ALL_SKILLS if crew.skills is None else sum(skills[name] for name in set(crew.skills))
            crews += [(w, bits)] * crew.count
    gangs = blank_wholes(GangSpecW, len(crews))
    for g, (w, bits) in enumerate(crews):
        gangs[GangSpecW.WORKSHOP, g], gangs[GangSpecW.SKILLS, g] = w, bits
    return workshops, gangs


def _repairable(components: Block, workshops: Block, gangs: I32, forces: Forces) -> np.ndarray:
    """Return whether a workshop of the unit's side can do the job of each component, and one is on the map."""
    able = np.zeros(components.whole.shape[1], dtype=np.int32)
    side = forces.units.whole[UnitSpecW.SIDE]
    of_unit = side[components.whole[ComponentSpecW.UNIT]] if able.size else np.zeros(0, dtype=np.int32)
    on_map = {int(s) for s in workshops.whole[WorkshopSpecW.SIDE, workshops.whole[WorkshopSpecW.UNIT] >= 0]}
    skill = components.whole[ComponentSpecW.SKILL]
    for w in range(workshops.whole.shape[1]):
        whole = workshops.whole[:, w]
        if int(whole[WorkshopSpecW.SIDE]) not in on_map:
            continue
        has_skill = np.full(able.shape, whole[WorkshopSpecW.CREW_COUNT] < 0)
        for bits in gangs[GangSpecW.SKILLS, gangs[GangSpecW.WORKSHOP] == w]:
            has_skill |= (bits & skill) == skill
        high = components.whole[ComponentSpecW.ECHELON] <= whole[WorkshopSpecW.ECHELON]
        able |= has_skill & high & (of_unit == whole[WorkshopSpecW.SIDE])
    return able
