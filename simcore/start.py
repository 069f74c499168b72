"""The state at tick 0: allocates the blocks, places the units and enters the initial values of the scenario."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from simcore.care import (
    N_FACILITY_REALS,
    N_FACILITY_WHOLES,
    N_TRANSPORT_REALS,
    FacilityW,
    TransportSpecW,
    TransportW,
)
from simcore.compiling.jit import driver, kernel
from simcore.kernels.sustainment.start import start_upkeep
from simcore.kernels.turns import Turn, draw_turn
from simcore.kernels.world.injects import open_zones
from simcore.kernels.world.scoring import score_objectives
from simcore.kinds import Rules, Sides, Zones, objectives_of, people_of, units_of
from simcore.medical import (
    MedicalSideW,
    MedicalUnitR,
    MedicalUnitSpecW,
    MedicalUnitW,
    PersonR,
    PersonSpecW,
    PersonW,
)
from simcore.messages import ContactReportR, ContactReportW, DeliveryW, StatusReportR, StatusReportW
from simcore.params import (
    DRAWN,
    NEVER,
    UNLIMITED,
    GroupSpecR,
    GroupSpecW,
    MountSpecR,
    MountSpecW,
    Params,
    RuleR,
    RuleW,
    SensorSpecW,
    UnitSpecR,
    UnitSpecW,
)
from simcore.placing import lay_mines, place_units
from simcore.rng import draw_keys
from simcore.state import (
    WAY_POINTS,
    Cells,
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
    PathW,
    RouteW,
    SalvoR,
    SalvoW,
    SensorW,
    SideR,
    SideW,
    State,
    UnitR,
    UnitW,
    WorldW,
)  # fmt: skip
from simcore.stores import (
    CarrierR,
    CarrierW,
    ItemSpecW,
    ShipmentR,
    ShipmentW,
    StoreR,
    StoreSpecR,
    StoreSpecW,
    StoreW,
)
from simcore.surroundings import InjectW, MinefieldSpecW
from simcore.triggers import TriggerW
from simcore.types import F64, I32, I64, NONE, U64, InjectKind, Mobility, Status
from simcore.upkeep import N_USE_REALS, ComponentR, ComponentW, GangR, GangW, UpkeepSideR, UpkeepSideW, UseW


def salvo_capacity(params: Params) -> int:
    """Return a bound on the salvoes in flight at once.

    All salvoes in flight were fired within the longest time of flight. In that time a mount can fire once per reload,
    limited to its magazine and the refills possible in that time, by supplies and by consecutive turnarounds. A one-way
    unit fires once.
    """
    mounts = params.mounts
    unit = mounts.whole[MountSpecW.UNIT]
    offensive = mounts.whole[MountSpecW.DOMAINS] != 0
    flight_s = mounts.real[MountSpecR.RANGE_MAX_M] / mounts.real[MountSpecR.ROUND_SPEED]
    flight_ticks = np.minimum(flight_s / params.rules_real[RuleR.DT_S], params.rules_whole[RuleW.N_TICKS]) + 2.0
    by_reload = np.ceil(flight_ticks / mounts.whole[MountSpecW.RELOAD]) + 1.0
    by_service = np.floor(flight_ticks / np.maximum(params.units.whole[UnitSpecW.SERVICE_TICKS][unit], 1)) + 1.0
    magazine = np.ceil(mounts.whole[MountSpecW.AMMO0] / np.maximum(mounts.whole[MountSpecW.SALVO], 1))
    by_ammo = magazine * (1.0 + by_service + _supplies_within(params, flight_ticks)[unit])
    by_ammo[mounts.whole[MountSpecW.AMMO0] >= UNLIMITED] = np.inf
    by_ammo[params.units.whole[UnitSpecW.IS_ONE_WAY][unit] == 1] = 1.0
    # a carrier may fill a magazine at any time
    by_ammo[np.isin(mounts.whole[MountSpecW.WEAPON], params.supply.items.whole[ItemSpecW.WEAPON])] = np.inf
    return max(1, int(np.minimum(by_reload, by_ammo)[offensive].sum()))


def _supplies_within(params: Params, flight_ticks: F64) -> F64:
    """Return the most supplies by injects to each unit (n,) within the longest of the times (mounts,).

    Supplies of triggers may come at any time, so all of them count.
    """
    count = np.zeros(params.units.whole.shape[1])
    always = np.zeros_like(count)
    rows = params.injects[:, params.injects[InjectW.KIND] == InjectKind.SUPPLY]
    for first, n in rows[[InjectW.FIRST, InjectW.COUNT]][:, rows[InjectW.TICK] == NEVER].T:
        always[params.inject_members[first : first + n]] += 1
    rows = rows[:, rows[InjectW.TICK] < NEVER]
    window = flight_ticks.max(initial=0.0)
    for k, tick in enumerate(rows[InjectW.TICK]):
        near = rows[:, k:][:, rows[InjectW.TICK, k:] <= tick + window]
        members = [
            params.inject_members[first : first + n]
            for first, n in zip(near[InjectW.FIRST], near[InjectW.COUNT], strict=True)
        ]
        count = np.maximum(count, np.bincount(np.concatenate(members), minlength=count.size))
    return count + always


def _whole(shape: tuple[int, ...], columns: type[IntEnum]) -> I32:
    """Return the initial whole numbers (R, columns, ...): 0, or NONE for the columns so marked in the enum."""
    whole = np.zeros(shape, dtype=np.int32)
    whole[:, list(getattr(columns, "STARTS_AS_NONE", ()))] = NONE
    return whole


def _cells(n_replications: int, n_real: int, columns: type[IntEnum], n: int, n_whole: int | None = None) -> Cells:
    """Return blocks of zeros; the whole block has a row for each of ``columns``, or more: the span of the last."""
    rows = len(columns) if n_whole is None else n_whole
    return Cells(np.zeros((n_replications, n_real, n)), _whole((n_replications, rows, n), columns))


def allocate(params: Params, replications: Sequence[int]) -> State:
    """Return the state of the given replication numbers, before positions and initial values are set."""
    n = params.units.whole.shape[1]
    count = len(replications)
    n_sides = int(params.rules_whole[RuleW.N_SIDES])
    n_groups = params.groups.whole.shape[1]
    n_ways = int(max(params.groups.whole[GroupSpecW.WAY_SLOT].max(), NONE)) + 1
    slots = int(params.rules_whole[RuleW.ORDER_SLOTS])
    n_status = int(params.rules_whole[RuleW.STATUS_SLOTS])
    knots = int(params.rules_whole[RuleW.PATH_KNOTS])
    return State(
        units=_cells(count, len(UnitR), UnitW, n),
        sensors=_cells(count, 1, SensorW, params.sensors.whole.shape[1]),
        mounts=_cells(count, 1, MountW, params.mounts.whole.shape[1]),
        contacts=_cells(count, len(ContactR), ContactW, n_sides * n),
        groups=_cells(count, len(GroupR), GroupW, (1 + slots) * n_groups),
        salvoes=_cells(count, len(SalvoR), SalvoW, salvo_capacity(params)),
        sides=_cells(count, len(SideR), SideW, n_sides),
        objectives=_cells(count, len(ObjectiveR), ObjectiveW, params.objectives.whole.shape[1]),
        mines=_cells(count, len(MineR), MineW, int(params.minefields.whole[MinefieldSpecW.COUNT].sum())),
        ways=_cells(count, 2 * WAY_POINTS, RouteW, n_ways + (slots * n_groups if n_ways > 0 else 0)),
        status_reports=_cells(count, len(StatusReportR), StatusReportW, n_status * n),
        contact_reports=_cells(count, len(ContactReportR), ContactReportW, int(params.rules_whole[RuleW.REPORT_ROOM])),
        deliveries=_cells(count, 0, DeliveryW, slots * n),
        listed=_cells(count, 0, ListedW, len(params.members)),
        paths=_cells(count, 2 * knots + 2, PathW, n if knots > 0 else 0),
        components=_cells(count, len(ComponentR), ComponentW, params.components.whole.shape[1]),
        uses=_cells(count, N_USE_REALS, UseW, params.uses.shape[1]),
        gangs=_cells(count, len(GangR), GangW, params.gangs.shape[1]),
        upkeep_sides=_cells(count, len(UpkeepSideR), UpkeepSideW, n_sides if params.uses.shape[1] > 0 else 0),
        stores=_cells(count, len(StoreR), StoreW, params.supply.stores.whole.shape[1]),
        shipments=_cells(
            count, len(ShipmentR), ShipmentW, int(params.supply.stores.whole[StoreSpecW.SLOT_COUNT].sum())
        ),
        carriers=_cells(count, len(CarrierR), CarrierW, params.supply.units.whole.shape[1]),
        triggers=_cells(count, 0, TriggerW, params.triggers.whole.shape[1]),
        people=_cells(count, len(PersonR), PersonW, params.medical.people.shape[1]),
        medical_units=_cells(count, len(MedicalUnitR), MedicalUnitW, params.medical.units.whole.shape[1]),
        facilities=_cells(
            count, N_FACILITY_REALS, FacilityW, params.medical.facilities.whole.shape[1], n_whole=N_FACILITY_WHOLES
        ),
        transports=_cells(count, N_TRANSPORT_REALS, TransportW, params.medical.transports.whole.shape[1]),
        medical_sides=_cells(count, 0, MedicalSideW, n_sides if params.medical.units.whole.shape[1] > 0 else 0),
        world=_whole((count, len(WorldW)), WorldW),
        replication=np.asarray(replications, dtype=np.uint64),
    )


@driver
def stagger_looks(
    sensors: I32, sensor_first: I32, name_key: U64, replication: U64, seed: np.uint64, state: I32
) -> None:
    """Write the tick of each sensor's first scan into ``state`` (R, SensorW, n); if drawn, uniformly over its period.

    The sensors of a unit have independent turns.
    """
    key = np.empty_like(name_key)
    for r in range(replication.shape[0]):
        draw_keys(seed, replication[r], name_key, key)
        next_tick = state[r, SensorW.NEXT_TICK]
        for q in range(next_tick.shape[0]):
            next_tick[q] = sensors[SensorSpecW.PHASE, q]
            if next_tick[q] == DRAWN:
                i = sensors[SensorSpecW.UNIT, q]
                next_tick[q] = draw_turn(
                    key[i] + np.uint64(q - sensor_first[i]), Turn.LOOK, sensors[SensorSpecW.PERIOD, q]
                )


@kernel
def score_world(params: Params, state: State, r: int, zones: Zones, rules: Rules) -> None:
    """Score the objectives of replication ``r``."""
    score_objectives(
        0.0,
        np.int64(NONE),
        units_of(params.units, params.name_key, state.units, state.uses, r),
        zones,
        objectives_of(params.objectives, params.members, state.objectives, state.listed, r),
        rules,
        Sides(state.sides.real[r], state.sides.whole[r]),
        people_of(params.medical, state, r),
    )


@driver
def score_start(params: Params, state: State, tick: int) -> None:
    """Score the objectives at ``tick``, before anything happens in it, in every replication."""
    zone_whole = params.zones.whole.copy()
    open_zones(tick, params.zones.whole, zone_whole)
    zones = Zones(params.zones.real, zone_whole, params.vertices)
    rules = Rules(params.rules_real, params.rules_whole)
    for r in range(state.replication.shape[0]):
        score_world(params, state, r, zones, rules)


def initial_state(params: Params, seed: int, replications: Sequence[int] | I64) -> State:
    """Return the state of ``replications`` at tick 0, which depends only on their numbers and the seed."""
    units = params.units
    groups = params.groups
    state = allocate(params, [int(k) for k in replications])
    surface, water = params.terrain.surface, params.terrain.speed[Mobility.WATER]
    rules, root = params.rules_real, np.uint64(seed)
    with np.errstate(over="ignore"):
        place_units(
            units, params.name_key, rules, params.terrain.relief_m, surface, water, state.replication, root,
            state.units.real,
        )  # fmt: skip
        stagger_looks(
            params.sensors.whole, units.whole[UnitSpecW.SENSOR_FIRST], params.name_key, state.replication, root,
            state.sensors.whole,
        )  # fmt: skip
        if state.mines.real.shape[2] > 0:
            lay_mines(
                params.minefields, params.minefield_key, params.minefield_vertices, rules, surface, water,
                state.replication, root, state.mines.real,
            )  # fmt: skip
    real = state.units.real
    whole = state.units.whole
    slots = int(params.rules_whole[RuleW.ORDER_SLOTS])
    group = units.whole[UnitSpecW.GROUP]
    real[:, UnitR.GOAL_X] = real[:, UnitR.X]
    real[:, UnitR.GOAL_Y] = real[:, UnitR.Y]
    real[:, UnitR.ENDURANCE_S] = units.real[UnitSpecR.ENDURANCE0_S]
    real[:, UnitR.STRENGTH] = 1.0
    task = groups.whole[GroupSpecW.TASK][group]
    for column, source in (
        (UnitR.TASK_X, GroupSpecR.X),
        (UnitR.TASK_Y, GroupSpecR.Y),
        (UnitR.TASK_RADIUS, GroupSpecR.RADIUS),
        (UnitR.TASK_SPEED, GroupSpecR.SPEED),
        (UnitR.TASK_SPACING, GroupSpecR.SPACING),
    ):
        real[:, column] = groups.real[source][group]
    holds = (task == 0) & (units.whole[UnitSpecW.ROUTE_COUNT] == 0)
    comes = (task == 0) & ~holds
    real[:, UnitR.TASK_X, comes] += units.real[UnitSpecR.OFFSET_X, comes]
    real[:, UnitR.TASK_Y, comes] += units.real[UnitSpecR.OFFSET_Y, comes]
    real[:, UnitR.TASK_X, holds] = real[:, UnitR.X, holds]
    real[:, UnitR.TASK_Y, holds] = real[:, UnitR.Y, holds]
    whole[:, UnitW.STATUS] = units.whole[UnitSpecW.STATUS0]
    is_reserve = units.whole[UnitSpecW.STATUS0] == Status.RESERVE
    whole[:, UnitW.HOST] = np.where(is_reserve, NONE, units.whole[UnitSpecW.HOST])
    comes_later = (units.whole[UnitSpecW.STATUS0] == Status.ABOARD) & is_reserve[units.whole[UnitSpecW.HOST]]
    whole[:, UnitW.STATUS, comes_later] = Status.RESERVE  # with its host
    whole[:, UnitW.LINKED] = 1
    whole[:, UnitW.TASK] = task
    whole[:, UnitW.ROE] = groups.whole[GroupSpecW.ROE][group]
    whole[:, UnitW.TASK_TARGET] = groups.whole[GroupSpecW.TARGET][group]
    whole[:, UnitW.REPORT_LINKED] = 1
    whole[:, UnitW.EMCON] = whole[:, UnitW.REPORT_EMCON] = groups.whole[GroupSpecW.EMCON][group]
    for column, source in (
        (UnitR.REPORT_X, UnitR.X),
        (UnitR.REPORT_Y, UnitR.Y),
        (UnitR.REPORT_STRENGTH, UnitR.STRENGTH),
        (UnitR.REPORT_ENDURANCE_S, UnitR.ENDURANCE_S),
    ):
        real[:, column] = real[:, source]
    whole[:, UnitW.REPORT_STATUS] = whole[:, UnitW.STATUS]
    state.mounts.whole[:, MountW.AMMO] = params.mounts.whole[MountSpecW.AMMO0]
    for column, source in (
        (GroupR.X, GroupSpecR.X),
        (GroupR.Y, GroupSpecR.Y),
        (GroupR.RADIUS, GroupSpecR.RADIUS),
        (GroupR.SPEED, GroupSpecR.SPEED),
        (GroupR.SPACING, GroupSpecR.SPACING),
    ):
        state.groups.real[:, column] = np.tile(groups.real[source], 1 + slots)
    for column, source in (
        (GroupW.TASK, GroupSpecW.TASK),
        (GroupW.ROE, GroupSpecW.ROE),
        (GroupW.TARGET, GroupSpecW.TARGET),
        (GroupW.EMCON, GroupSpecW.EMCON),
    ):
        state.groups.whole[:, column] = np.tile(groups.whole[source], 1 + slots)
    stores = params.supply.stores.real
    for column in (StoreR.ON_HAND, StoreR.REPORTED, StoreR.KNOWN):
        state.stores.real[:, column] = stores[StoreSpecR.START]
    state.stores.whole[:, StoreW.IS_EMPTY] = stores[StoreSpecR.START] <= 0.0
    slot = groups.whole[GroupSpecW.WAY_SLOT]
    sent = slot.max(initial=NONE) + 1 + np.arange(slots * len(slot))  # an order under way keeps its own route
    state.groups.whole[:, GroupW.WAY_SLOT] = np.concatenate([slot, np.where(np.tile(slot, slots) == NONE, NONE, sent)])
    if params.components.whole.shape[1] > 0:
        with np.errstate(over="ignore"):
            start_upkeep(params, state, np.uint64(seed))
    if params.medical.units.whole.shape[1] > 0:
        start_people(params, state)
    score_start(params, state, 0)
    return state


def start_people(params: Params, state: State) -> None:
    """Put all people into their units, fit. Transports start with all their blood. Mutates ``state``."""
    people = state.people
    people.whole[:, PersonW.PLACE] = params.medical.people[PersonSpecW.UNIT]
    people.real[:, PersonR.BLOOD] = 1.0
    people.real[:, PersonR.TRAUMA_S] = np.inf
    people.real[:, PersonR.DUE_S] = np.inf
    people.real[:, PersonR.WOUNDS_S] = np.inf
    people.real[:, list(PersonR.STARTS_AS_NONE)] = NONE
    state.medical_units.real[:, MedicalUnitR.STRENGTH] = state.units.real[:, UnitR.STRENGTH]
    state.medical_units.whole[:, MedicalUnitW.FIT] = params.medical.units.whole[MedicalUnitSpecW.CREW]
    for row in (TransportW.BLOOD, TransportW.REPORTED_BLOOD):
        state.transports.whole[:, row] = params.medical.transports.whole[TransportSpecW.BLOOD]
