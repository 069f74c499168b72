"""Arguments of the kernels by kind: the parameters of a scenario together with the state of a replication.

Each kind is a tuple of arrays. ``spec_real`` and ``spec_whole`` are blocks of the parameters, ``real`` and ``whole``
blocks of the state of the current replication, all (rows, columns), with rows named by the enums of ``params`` and
``state``. ``engine.play`` makes the tuples once per replication. A phase receives the kinds that it reads or changes.
"""

from typing import NamedTuple

from simcore.compiling.jit import inlined
from simcore.messages import DeliveryW
from simcore.params import Block, MedicalSpec, Params, SupplySpec
from simcore.state import Cells, State
from simcore.surroundings import Terrain
from simcore.types import F32, F64, I32, U8, U64, Word


class Moment(NamedTuple):
    """The current tick and the keys of its draws."""

    r: int  # index of the replication in the batch
    tick: int
    seed: Word
    replication: Word  # number of the replication


class Units(NamedTuple):
    """Units: UnitSpecR, UnitSpecW, their keys (n,) in this replication, UnitR and UnitW; UseR and UseW, (rows, 0)
    without upkeep.
    """

    spec_real: F64
    spec_whole: I32
    key: U64
    real: F64
    whole: I32
    use_real: F64
    use_whole: I32


class Sensors(NamedTuple):
    """Sensors on units: SensorSpecR, SensorSpecW and SensorW."""

    spec_real: F64
    spec_whole: I32
    whole: I32


class Mounts(NamedTuple):
    """Mounts on units: MountSpecR, MountSpecW and MountW."""

    spec_real: F64
    spec_whole: I32
    whole: I32


class Contacts(NamedTuple):
    """Contacts of all sides: ContactR and ContactW, column ``side * units + unit``."""

    real: F64
    whole: I32


class Groups(NamedTuple):
    """Groups: GroupSpecW, and their orders GroupR and GroupW, of record and under way."""

    spec_whole: I32
    real: F64
    whole: I32


class Routes(NamedTuple):
    """Points of the first tasks (2, n) [m], and the routes round obstacles: rows of points, and RouteW."""

    points: F64
    real: F64
    whole: I32


class Salvoes(NamedTuple):
    """Salvoes in flight: SalvoR and SalvoW."""

    real: F64
    whole: I32


class Sides(NamedTuple):
    """Tallies of the sides: SideR and SideW."""

    real: F64
    whole: I32


class Objectives(NamedTuple):
    """Objectives: ObjectiveSpecR and ObjectiveSpecW, the units listed (n,), ObjectiveR, ObjectiveW and ListedW."""

    spec_real: F64
    spec_whole: I32
    members: I32
    real: F64
    whole: I32
    listed: I32


class Components(NamedTuple):
    """Components of units: UseSpecW of the units, ComponentSpecR, ComponentSpecW and their keys (n,), ComponentR and
    ComponentW; UpkeepW; tallies of the sides, UpkeepSideR and UpkeepSideW.
    """

    of_unit: I32
    spec_real: F64
    spec_whole: I32
    key: U64
    real: F64
    whole: I32
    rules: I32
    side_real: F64
    side_whole: I32


class Workshops(NamedTuple):
    """Workshops: WorkshopSpecR, WorkshopSpecW; their crews: GangSpecW, GangR, GangW."""

    spec_real: F64
    spec_whole: I32
    gang_spec: I32
    gang_real: F64
    gang_whole: I32


class Mines(NamedTuple):
    """Minefields: MinefieldSpecR, MinefieldSpecW and their name keys (n,); the mines themselves: MineR and MineW."""

    spec_real: F64
    spec_whole: I32
    key: U64
    real: F64
    whole: I32


class Messages(NamedTuple):
    """Messages under way: StatusReportR and W, ContactReportR and W, and DeliveryW.DUE of the orders."""

    status_real: F64
    status_whole: I32
    report_real: F64
    report_whole: I32
    order_due: I32


class Injects(NamedTuple):
    """Injects: InjectW, and the units listed (n,)."""

    spec_whole: I32
    members: I32


class Triggers(NamedTuple):
    """Triggers: TriggerSpecR, TriggerSpecW, listed units (n,), points of ways (2, n) [m], and TriggerW."""

    spec_real: F64
    spec_whole: I32
    members: I32
    route: F64
    whole: I32


class Paths(NamedTuple):
    """Past paths of units: rows of positions, and PathW."""

    real: F64
    whole: I32


class Zones(NamedTuple):
    """Zones at the current tick: ZoneSpecR, ZoneSpecW, and their corners (2, n) [m]."""

    spec_real: F64
    spec_whole: I32
    vertices: F64


class Ground(NamedTuple):
    """Rasters of the ground: see ``surroundings.Terrain``."""

    relief: F32  # (2, rows, columns)
    block_peak: F32
    wide_peak: F32
    near_peak: U8  # (rows, columns)
    speed: F32  # (mobilities, rows, columns)
    speed_by_cell: F32  # the same, (mobilities, cells)
    concealment: F32  # (rows, columns)


class Rules(NamedTuple):
    """Rules of the scenario: RuleR and RuleW."""

    real: F64
    whole: I32


class Jammers(NamedTuple):
    """Jammers on units: JammerSpecR and JammerSpecW."""

    spec_real: F64
    spec_whole: I32


class Crews(NamedTuple):
    """Operators of the sides: CrewSpecR and CrewSpecW."""

    spec_real: F64
    spec_whole: I32


class People(NamedTuple):
    """People, with rows from ``medical``: PersonSpecW, Mechanism of the injuries by a mount (n,), the units as their
    places, injuries and bleeding, the rules of medical support; PersonR and PersonW, MedicalUnitR and MedicalUnitW, the
    tallies MedicalSideW.
    """

    spec: I32
    mount_injury: I32
    unit_spec_real: F64
    unit_spec_whole: I32
    injuries: F64
    bleeding: F64
    rules_real: F64
    rules_whole: I32
    real: F64
    whole: I32
    unit_real: F64
    unit_whole: I32
    side_whole: I32


class Care(NamedTuple):
    """Facilities, their stations, transports and exchange points, with rows from ``medical``."""

    facility_spec_real: F64
    facility_spec_whole: I32
    station_real: F64
    station_whole: I32
    transport_spec_real: F64
    transport_spec_whole: I32
    points: F64
    point_side: I32
    facility_real: F64
    facility_whole: I32
    transport_real: F64
    transport_whole: I32


class Supply(NamedTuple):
    """Supply, with rows from ``stores``: items, stores, shipments, and the units as carriers and consumers."""

    item_real: F64
    item_whole: I32
    spec_real: F64
    spec_whole: I32
    unit_spec_real: F64
    unit_spec_whole: I32
    links: I32
    points: F64
    rules: I32
    real: F64
    whole: I32
    shipment_real: F64
    shipment_whole: I32
    unit_real: F64
    unit_whole: I32


class Support(NamedTuple):
    """Supply, and medical support: people and their care."""

    supply: Supply
    people: People
    care: Care


# For kernels only: a driver counts references and would release a reference that it never acquired.


@inlined
def has_upkeep(units: Units) -> bool:
    """Return whether the scenario has upkeep: without it, the blocks of the use of units are empty."""
    return units.use_whole.shape[1] > 0


@inlined
def objectives_of(specs: Block, members: I32, state: Cells, listed: Cells, r: int) -> Objectives:
    """Return the objectives of replication ``r``."""
    return Objectives(specs.real, specs.whole, members, state.real[r], state.whole[r], listed.whole[r])


@inlined
def mines_of(specs: Block, key: U64, state: Cells, r: int) -> Mines:
    """Return the mines of replication ``r``."""
    return Mines(specs.real, specs.whole, key, state.real[r], state.whole[r])


@inlined
def ground_of(terrain: Terrain, speed_by_cell: F32) -> Ground:
    """Return the rasters of the ground."""
    return Ground(
        terrain.relief_m,
        terrain.block_peak_m,
        terrain.wide_peak_m,
        terrain.near_peak,
        terrain.speed,
        speed_by_cell,
        terrain.concealment,
    )


@inlined
def units_of(specs: Block, key: U64, state: Cells, uses: Cells, r: int) -> Units:
    """Return the units of replication ``r``."""
    return Units(specs.real, specs.whole, key, state.real[r], state.whole[r], uses.real[r], uses.whole[r])


@inlined
def components_of(params: Params, state: State, r: int) -> Components:
    """Return the components of replication ``r``."""
    return Components(
        params.uses,
        params.components.real,
        params.components.whole,
        params.component_key,
        state.components.real[r],
        state.components.whole[r],
        params.upkeep,
        state.upkeep_sides.real[r],
        state.upkeep_sides.whole[r],
    )


@inlined
def workshops_of(params: Params, state: State, r: int) -> Workshops:
    """Return the workshops of replication ``r``."""
    specs = params.workshops
    return Workshops(specs.real, specs.whole, params.gangs, state.gangs.real[r], state.gangs.whole[r])


@inlined
def messages_of(status: Cells, contacts: Cells, orders: Cells, r: int) -> Messages:
    """Return the messages under way in replication ``r``."""
    due = orders.whole[r, DeliveryW.DUE]
    return Messages(status.real[r], status.whole[r], contacts.real[r], contacts.whole[r], due)


@inlined
def supply_of(spec: SupplySpec, stores: Cells, shipments: Cells, carriers: Cells, r: int) -> Supply:
    """Return the supply of replication ``r``."""
    return Supply(
        spec.items.real, spec.items.whole, spec.stores.real, spec.stores.whole, spec.units.real, spec.units.whole,
        spec.links, spec.points, spec.rules, stores.real[r], stores.whole[r], shipments.real[r], shipments.whole[r],
        carriers.real[r], carriers.whole[r],
    )  # fmt: skip


@inlined
def people_of(spec: MedicalSpec, state: State, r: int) -> People:
    """Return the people of replication ``r``."""
    return People(
        spec.people, spec.mount_injury, spec.units.real, spec.units.whole, spec.injuries, spec.bleeding,
        spec.rules_real, spec.rules_whole, state.people.real[r], state.people.whole[r], state.medical_units.real[r],
        state.medical_units.whole[r], state.medical_sides.whole[r],
    )  # fmt: skip


@inlined
def care_of(spec: MedicalSpec, state: State, r: int) -> Care:
    """Return the facilities and transports of replication ``r``."""
    return Care(
        spec.facilities.real, spec.facilities.whole, spec.stations.real, spec.stations.whole, spec.transports.real,
        spec.transports.whole, spec.points, spec.point_side, state.facilities.real[r], state.facilities.whole[r],
        state.transports.real[r], state.transports.whole[r],
    )  # fmt: skip


@inlined
def support_of(params: Params, state: State, r: int) -> Support:
    """Return the supply and the medical support of replication ``r``."""
    return Support(
        supply_of(params.supply, state.stores, state.shipments, state.carriers, r),
        people_of(params.medical, state, r),
        care_of(params.medical, state, r),
    )


@inlined
def triggers_of(params: Params, state: State, r: int) -> Triggers:
    """Return the triggers in replication ``r`` of the batch."""
    spec = params.triggers
    return Triggers(spec.real, spec.whole, params.trigger_members, params.trigger_route, state.triggers.whole[r])
