"""From a resolved scenario to the arrays of the engine. Pure: equal scenarios give equal arrays."""

from dataclasses import replace

from scenarios.compiler.briefings import brief_side, make_roster
from scenarios.compiler.care_ways import way_warnings
from scenarios.compiler.columns import check_filled
from scenarios.compiler.compiled import Compiled
from scenarios.compiler.ground_checks import bring_homes_to_ground, check_ground, check_minefields
from scenarios.compiler.injects import compile_injects
from scenarios.compiler.intelligence import compile_intelligence
from scenarios.compiler.jammers import compile_jammers
from scenarios.compiler.medical import compile_medical
from scenarios.compiler.memory import check_memory
from scenarios.compiler.mines import compile_minefields
from scenarios.compiler.operators import compile_operators
from scenarios.compiler.routes import assign_slots, plan_routes
from scenarios.compiler.rules import compile_rules, note_slowest_ground
from scenarios.compiler.supply import compile_supply, item_index
from scenarios.compiler.sustainment import compile_upkeep
from scenarios.compiler.tasks import compile_areas, compile_groups, compile_objectives
from scenarios.compiler.triggers import compile_triggers
from scenarios.compiler.units import compile_forces
from scenarios.compiler.weather import compile_weather
from scenarios.format.plane import Plane
from scenarios.format.scenario import Scenario
from scenarios.format.schema.scenario import Side
from scenarios.format.terrain_files import GroundError
from scenarios.terrain.ground import build_ground
from scenarios.terrain.rasters import Ground
from simcore.errors import ScenarioError
from simcore.medical_view import own_medical
from simcore.params import Params
from simcore.upkeep import ComponentSpecW


def _logistics(side: Side) -> dict[str, tuple[str, dict[str, object]]]:
    """Return the policies of logistics of a side: name and parameters by kind."""
    given = {"maintenance": side.maintenance, "supply": side.supply, "medical": side.medical}
    return {kind: (one.name, dict(one.parameters)) for kind, one in given.items() if one is not None}


def compile_scenario(scenario: Scenario, ground: Ground | None = None) -> Compiled:
    """Return the compiled scenario. ``ground`` is the ground of its map, if it is already built.

    Raises
    ------
    ScenarioError
        If units stand off the map or on the wrong kind of ground; if a requested route does not exist; if a replication
        would not fit into memory.
    """
    content = scenario.content
    plane = Plane(content.map.origin)
    try:
        ground = build_ground(content.map) if ground is None else ground
    except GroundError as error:
        raise ScenarioError([f"{scenario.source}: map.{error}"]) from None
    forces = compile_forces(content, plane)
    minefields = compile_minefields(content, plane)
    problems = check_ground(content, forces, ground) + check_minefields(content, minefields, ground)
    routes, blocked = plan_routes(content, forces, plane, ground)
    problems += blocked
    if problems:
        raise ScenarioError([f"{scenario.source}: {problem}" for problem in problems])
    bring_homes_to_ground(content, forces, ground)
    note_slowest_ground(forces, ground)
    areas = compile_areas(content, plane)
    groups, route = compile_groups(content, forces, plane, routes)
    assign_slots(content, forces, groups, ground)
    triggers = compile_triggers(content, forces, plane, ground, groups, *compile_injects(content, forces))
    if triggers.problems:
        raise ScenarioError([f"{scenario.source}: {problem}" for problem in triggers.problems])
    objectives, members = compile_objectives(content, forces)
    rules_real, rules_whole = compile_rules(content, forces, ground)
    upkeep = compile_upkeep(content, forces)
    params = Params(
        units=forces.units,
        name_key=forces.key,
        sensors=forces.sensors,
        mounts=forces.mounts,
        groups=groups,
        zones=areas.zones,
        vertices=areas.vertices,
        objectives=objectives,
        members=members,
        route=route,
        terrain=ground.terrain,
        injects=triggers.injects,
        inject_members=triggers.inject_members,
        minefields=minefields.block,
        minefield_key=minefields.key,
        minefield_vertices=minefields.areas.vertices,
        rules_real=rules_real,
        rules_whole=rules_whole,
        weather=compile_weather(content),
        operators=compile_operators(content),
        jammers=compile_jammers(forces),
        components=upkeep.components,
        component_key=upkeep.key,
        uses=upkeep.uses,
        workshops=upkeep.workshops,
        gangs=upkeep.gangs,
        upkeep=upkeep.rules,
        supply=compile_supply(content, forces, ground),
        triggers=triggers.block,
        trigger_members=triggers.members,
        trigger_route=triggers.route,
        medical=compile_medical(content, forces, ground),
    )
    check_filled(params)
    problems = check_memory(content, forces, params)
    if problems:
        raise ScenarioError([f"{scenario.source}: {problem}" for problem in problems])
    intelligence, doubts = compile_intelligence(content, plane, ground)
    briefings = tuple(
        brief_side(side, content, forces, groups, areas, minefields, objectives, members, rules_real, known, ground)
        for side, known in enumerate(intelligence)
    )
    roster = replace(
        make_roster(content, forces, groups, areas, minefields, objectives),
        components=upkeep.names,
        component_cost=upkeep.cost,
        crew_hour_cost=0.0 if content.sustainment is None else content.sustainment.crew_hour_cost_musd,
        component_unit=upkeep.components.whole[ComponentSpecW.UNIT].copy(),
        workshops=upkeep.workshop_names,
        items=tuple(item_index(content.sustainment)),
        evacuates=tuple(len(own_medical(params, k).transports) > 0 for k in range(len(content.sides))),
        logistics=tuple(_logistics(side) for side in content.sides),
    )
    doubts += way_warnings(content, forces, params, ground)
    return Compiled(scenario, params, roster, briefings, ground, tuple(doubts))
