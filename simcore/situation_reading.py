"""Situations read out of a state: the truth as a description, and the start of a scenario."""

from collections.abc import Sequence

import numpy as np

from simcore.medical import MedicalUnitR
from simcore.medical_picture import has_care
from simcore.params import GroupSpecW, Params, RuleW, UnitSpecW
from simcore.simulation import Simulation
from simcore.situation_tables import (
    ContactTable,
    MedicalTable,
    MineTable,
    OrderTable,
    ReportTable,
    RouteTable,
    SalvoTable,
    Situation,
    SustainmentTable,
    UnitTable,
    blocks_of,
    medical_blocks_of,
    select_rows,
)
from simcore.state import (
    WAY_POINTS,
    ContactR,
    ContactW,
    GroupR,
    GroupW,
    ListedW,
    MineR,
    MineW,
    MountW,
    ObjectiveR,
    ObjectiveW,
    RouteW,
    SalvoR,
    SalvoW,
    UnitR,
    UnitW,
    WorldW,
)
from simcore.surroundings import InjectW
from simcore.sustainment_picture import has_sustainment
from simcore.types import I64, NONE, InjectKind, Status
from simcore.upkeep import ComponentR, UseW


def situation_of(simulation: Simulation, rows: Sequence[int] | I64 | None = None) -> Situation:
    """Return the true situation of the worlds ``rows`` of a simulation (default all), which share the same tick.

    Left out: messages under way, requests for approval, sightings that units hold for themselves, and the turns of
    sensors and decisions.
    """
    state, params = simulation.state, simulation.params
    chosen = np.arange(simulation.n_replications) if rows is None else np.asarray(rows, dtype=np.int64)
    real, whole = state.units.real[chosen], state.units.whole[chosen]
    n_groups = params.groups.whole.shape[1]
    order_real, order_whole = state.groups.real[chosen, :, :n_groups], state.groups.whole[chosen, :, :n_groups]
    group = params.units.whole[UnitSpecW.GROUP]
    n, n_units = len(chosen), whole.shape[2]
    n_sides = int(params.rules_whole[RuleW.N_SIDES])
    held_real = state.contacts.real[chosen].reshape(n, len(ContactR), n_sides, n_units)
    held_whole = state.contacts.whole[chosen].reshape(n, len(ContactW), n_sides, n_units)
    mine_real, mine_whole = state.mines.real[chosen], state.mines.whole[chosen]
    flight_real, flight_whole = state.salvoes.real[chosen], state.salvoes.whole[chosen]
    has_order = (order_whole[:, GroupW.SERIAL][:, group] > 0) & (whole[:, UnitW.ORDER_SERIAL] > 0)
    return Situation(
        tick=int(state.world[chosen, WorldW.TICK].max(initial=0)),
        units=UnitTable(
            status=whole[:, UnitW.STATUS],
            host=whole[:, UnitW.HOST],
            x=real[:, UnitR.X],
            y=real[:, UnitR.Y],
            hx=real[:, UnitR.HX],
            hy=real[:, UnitR.HY],
            vx=real[:, UnitR.VX],
            vy=real[:, UnitR.VY],
            goal_x=real[:, UnitR.GOAL_X],
            goal_y=real[:, UnitR.GOAL_Y],
            goal_speed=real[:, UnitR.GOAL_SPEED],
            strength=real[:, UnitR.STRENGTH],
            endurance_s=real[:, UnitR.ENDURANCE_S],
            damage=whole[:, UnitW.DAMAGE],
            outage=whole[:, UnitW.OUTAGE],
            linked=whole[:, UnitW.LINKED],
            link_tick=whole[:, UnitW.LINK_TICK],
            delay=whole[:, UnitW.DELAY],
            has_order=has_order.astype(np.int32),
            way=whole[:, UnitW.WAY],
            leg=whole[:, UnitW.LEG],
            prey=whole[:, UnitW.PREY],
            returning=whole[:, UnitW.RETURNING],
            ready_tick=whole[:, UnitW.READY_TICK],
            wait_tick=whole[:, UnitW.WAIT_TICK],
            loss_cause=whole[:, UnitW.LOSS_CAUSE],
        ),
        orders=OrderTable(
            given=(order_whole[:, GroupW.SERIAL] > 0).astype(np.int32),
            task=order_whole[:, GroupW.TASK],
            roe=order_whole[:, GroupW.ROE],
            target=order_whole[:, GroupW.TARGET],
            emcon=order_whole[:, GroupW.EMCON],
            x=order_real[:, GroupR.X],
            y=order_real[:, GroupR.Y],
            radius_m=order_real[:, GroupR.RADIUS],
            speed=order_real[:, GroupR.SPEED],
            spacing_m=order_real[:, GroupR.SPACING],
        ),
        contacts=ContactTable(
            level=held_whole[:, ContactW.LEVEL],
            identity=held_whole[:, ContactW.IDENTITY],
            x=held_real[:, ContactR.X],
            y=held_real[:, ContactR.Y],
            vx=held_real[:, ContactR.VX],
            vy=held_real[:, ContactR.VY],
            error_m=held_real[:, ContactR.ERROR_M],
            tick=held_whole[:, ContactW.TICK],
            first_tick=held_whole[:, ContactW.FIRST_TICK],
            entered_tick=held_whole[:, ContactW.ENTERED],
            serial=held_whole[:, ContactW.SERIAL],
            tracks=held_whole[:, ContactW.TRACKS],
        ),
        ammo=state.mounts.whole[chosen, MountW.AMMO],
        mount_ready_tick=state.mounts.whole[chosen, MountW.READY_TICK],
        held_s=state.objectives.real[chosen, ObjectiveR.TIME_HELD_S],
        met_tick=state.objectives.whole[chosen, ObjectiveW.MET_TICK],
        entered=state.listed.whole[chosen, ListedW.ENTERED],
        tally_whole=state.sides.whole[chosen],
        tally_real=state.sides.real[chosen],
        salvoes=SalvoTable(
            n_live=state.world[chosen, WorldW.IN_FLIGHT],
            mount=flight_whole[:, SalvoW.MOUNT],
            target=flight_whole[:, SalvoW.TARGET],
            rounds=flight_whole[:, SalvoW.ROUNDS],
            due_tick=flight_whole[:, SalvoW.DUE_TICK],
            launch_tick=flight_whole[:, SalvoW.LAUNCH_TICK],
            known_tick=flight_whole[:, SalvoW.KNOWN_TICK],
            aim_x=flight_real[:, SalvoR.AIM_X],
            aim_y=flight_real[:, SalvoR.AIM_Y],
            range_m=flight_real[:, SalvoR.RANGE_M],
        ),
        reports=ReportTable(
            x=real[:, UnitR.REPORT_X],
            y=real[:, UnitR.REPORT_Y],
            strength=real[:, UnitR.REPORT_STRENGTH],
            endurance_s=real[:, UnitR.REPORT_ENDURANCE_S],
            status=whole[:, UnitW.REPORT_STATUS],
            damage=whole[:, UnitW.REPORT_DAMAGE],
            ammo=whole[:, UnitW.REPORT_AMMO],
            emcon=whole[:, UnitW.REPORT_EMCON],
            linked=whole[:, UnitW.REPORT_LINKED],
            tick=whole[:, UnitW.REPORT_TICK],
        ),
        mines=MineTable(mine_real[:, MineR.X], mine_real[:, MineR.Y], mine_whole[:, MineW.STATUS]),
        routes=_routes_of(simulation, chosen),
        sustainment=select_rows(blocks_of(state), chosen) if has_sustainment(params) else None,
        medical=select_rows(medical_blocks_of(state), chosen) if has_care(params) else None,
    )


def _routes_of(simulation: Simulation, chosen: I64) -> RouteTable:
    ways, slot = simulation.state.ways, simulation.params.groups.whole[GroupSpecW.WAY_SLOT]
    n, n_groups = len(chosen), len(slot)
    counts = np.zeros((n, n_groups), dtype=np.int32)
    points = np.zeros((2, n, n_groups, WAY_POINTS))
    routed = np.flatnonzero(slot >= 0)
    counts[:, routed] = ways.whole[chosen, RouteW.COUNT][:, slot[routed]]
    real = ways.real[chosen][:, :, slot[routed]].transpose(0, 2, 1)
    points[0][:, routed], points[1][:, routed] = real[:, :, :WAY_POINTS], real[:, :, WAY_POINTS:]
    return RouteTable(counts, points[0], points[1])


def start_of(params: Params, tick: int, *, seed: int, replications: Sequence[int]) -> Situation:
    """Return the start of the scenario as a situation at ``tick``, from which a description can depart.

    Units stand at their start positions and follow the plan of the file. The injects before ``tick`` have happened, as
    far as the status of units and their outages go. Reports are left to the builder, which takes the units as they are.
    """
    start = situation_of(Simulation(params, seed=seed, replications=replications))
    status, outage, damage, host = (
        np.array(part) for part in (start.units.status, start.units.outage, start.units.damage, start.units.host)
    )
    for row in range(params.injects.shape[1]):
        if params.injects[InjectW.TICK, row] >= tick:
            break
        first = int(params.injects[InjectW.FIRST, row])
        units = params.inject_members[first : first + int(params.injects[InjectW.COUNT, row])]
        kind, bits = params.injects[InjectW.KIND, row], params.injects[InjectW.BITS, row]
        if kind == InjectKind.REINFORCE:
            units = units[status[0, units] == Status.RESERVE]
            units = units[host[0, units] == NONE]
            status[:, units] = Status.ACTIVE
            host[:, units] = params.units.whole[UnitSpecW.HOST, units]
            status[:, np.isin(host[0], units) & (status[0] == Status.RESERVE)] = Status.ABOARD
        elif kind == InjectKind.DISABLE:
            outage[:, units] |= bits & ~damage[:, units]
            damage[:, units] |= bits
        elif kind == InjectKind.RESTORE:
            damage[:, units] &= ~(bits & outage[:, units])
            outage[:, units] &= ~bits
        elif kind == InjectKind.LOSE:
            status[:, units] = Status.LOST
    units = start.units._replace(
        status=status, outage=outage, damage=damage, host=host, way=np.full_like(status, NONE), goal_x=_unknown(status),
        goal_y=_unknown(status),
        goal_speed=_unknown(status),
    )  # fmt: skip
    return start._replace(
        tick=tick, units=units, salvoes=None, reports=None, mines=None, routes=None,
        sustainment=_undrawn(start.sustainment), medical=_as_they_are(start.medical),
    )  # fmt: skip


def _undrawn(start: SustainmentTable | None) -> SustainmentTable | None:
    """Return the sustainment at the start, whose lives and turns are drawn for each replication."""
    if start is not None:
        start.components.real[:, ComponentR.LIFE_H] = np.nan
        start.uses.whole[:, UseW.WEAR_TICK] = NONE
    return start


def _as_they_are(start: MedicalTable | None) -> MedicalTable | None:
    """Return the medical support at the start, with the units as they are in the situation."""
    if start is not None:
        start.units.real[:, MedicalUnitR.STRENGTH] = np.nan
    return start


def _unknown(like: np.ndarray) -> np.ndarray:
    return np.full(like.shape, np.nan)
