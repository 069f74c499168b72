"""Situations: the description of N worlds at a common tick, from which ``situation.simulation_at`` builds a state.

A situation holds only values with a meaning in the field. All caches of the engine are recomputed from them. Arrays
have a leading axis for the worlds, N; then units, U, mounts, M, groups, G, sides, S, and so on, in the order of the
parameters. Whole numbers are int32, real numbers float64, in SI units; times are ticks since the start of the scenario.
"""

from typing import Any, NamedTuple, TypeVar

from simcore.state import Cells, State
from simcore.types import F64, I32, I64

_Table = TypeVar("_Table", bound=tuple[Any, ...])


class UnitTable(NamedTuple):
    """Units, (N, U) each."""

    status: I32  # Status; ABSENT: not in this world
    host: I32  # unit aboard which it is, or to which it returns; -1 = none
    x: F64  # [m]; of a unit aboard, its bearer's position is used
    y: F64
    hx: F64  # heading, unit vector; (0, 0): the direction of its velocity, else north
    hy: F64
    vx: F64  # velocity over the ground [m/s]
    vy: F64
    goal_x: F64  # point for which it makes [m]; nan: decided anew in the first tick
    goal_y: F64
    goal_speed: F64  # speed at which it makes for its goal on open ground [m/s]; nan: as decided in the first tick
    strength: F64  # 0..1
    endurance_s: F64  # left at cruise [s]; inf when unlimited
    damage: I32  # Damage bits
    outage: I32  # those of them that end with an inject
    linked: I32  # 1 with a link to its command post; the first update of the network corrects it
    link_tick: I32  # tick of the last change of the link
    delay: I32  # latency of the path to its command post, without the staff's time [ticks]
    has_order: I32  # 1: follows the order of its group; 0: has not received it, and follows the plan of the file
    way: I32  # next point of the route, from 1; 0: not begun; -1: the nearest stretch of the file's route decides
    leg: I32  # leg of the search pattern; 0: not begun
    prey: I32  # unit whose contact it approaches, -1 = none, or chosen anew
    returning: I32  # Returning
    ready_tick: I32  # end of the turnaround, -1 = none
    wait_tick: I32  # tick since which it waits to land or for service, -1 = not waiting
    loss_cause: I32  # LossCause of a unit LOST


class ReportTable(NamedTuple):
    """Reports of units: the picture that a side's command post has of its own units, (N, U) each."""

    x: F64
    y: F64
    strength: F64
    endurance_s: F64
    status: I32
    damage: I32
    ammo: I32  # offensive rounds left
    emcon: I32
    linked: I32
    tick: I32  # of the report


class OrderTable(NamedTuple):
    """The order in force of each group, (N, G) each."""

    given: I32  # 1: the columns below; 0: the plan of the file goes on (its EMCON may have been changed)
    task: I32  # Task
    roe: I32  # Roe
    target: I32  # group to escort, or -1
    emcon: I32  # Emcon
    x: F64  # [m]
    y: F64
    radius_m: F64
    speed: F64  # share of the maximum speed; 0 = cruise
    spacing_m: F64


class RouteTable(NamedTuple):
    """Routes round obstacles by which the groups carry out their orders."""

    n_points: I32  # (N, G) points before the point of the order; 0: straight there
    x: F64  # (N, G, state.WAY_POINTS) [m]
    y: F64


class ContactTable(NamedTuple):
    """Contacts of each side on each unit, (N, S, U) each; all other columns are read only where LEVEL is above 0."""

    level: I32  # Level; 0 = no contact
    identity: I32  # Identity as believed
    x: F64  # estimate at the last update [m]
    y: F64
    vx: F64
    vy: F64
    error_m: F64  # one-sigma position error at the last update
    tick: I32  # last update
    first_tick: I32
    entered_tick: I32  # entry into the picture of the command post
    serial: I32  # track number, from 1; 0: assigned in the order of FIRST_TICK
    tracks: I32  # contacts gained by the side on this unit so far


class SalvoTable(NamedTuple):
    """Salvoes in flight, (N, F) each, in order of launch; the first ``n_live`` (N,) are live."""

    n_live: I32
    mount: I32
    target: I32
    rounds: I32
    due_tick: I32
    launch_tick: I32
    known_tick: I32  # tick at which the command post learns of the launch
    aim_x: F64
    aim_y: F64
    range_m: F64  # at launch


class MineTable(NamedTuple):
    """Mines, (N, mines) each."""

    x: F64
    y: F64
    status: I32  # MineStatus


class SustainmentTable(NamedTuple):
    """Components, workshops, stores and carriers: blocks of the state, each (N, rows, columns).

    Their rows are those of ``simcore.upkeep`` and ``simcore.stores``. The start of the scenario stands for what is not
    described: a component with a LIFE_H of nan, a unit with a WEAR_TICK of -1. A job in work or sent away without a
    workshop gets the one that suits it.
    """

    components: Cells
    uses: Cells
    gangs: Cells
    tallies: Cells
    stores: Cells
    shipments: Cells
    carriers: Cells


class MedicalTable(NamedTuple):
    """People, units as their places, facilities, transports and tallies: blocks of the state, each (N, rows, columns).

    Their rows are those of ``simcore.medical`` and ``simcore.care``. A unit with a STRENGTH of nan is taken as it is in
    the situation: its crew is counted anew, and its people are with it, or on the ground where it was lost.
    """

    people: Cells
    units: Cells
    facilities: Cells
    transports: Cells
    sides: Cells


def medical_blocks_of(state: State) -> MedicalTable:
    """Return the medical support of a state: its own blocks."""
    return MedicalTable(
        state.people, state.medical_units, state.facilities, state.transports, state.medical_sides,
    )  # fmt: skip


def blocks_of(state: State) -> SustainmentTable:
    """Return the sustainment of a state: its own blocks."""
    return SustainmentTable(
        state.components, state.uses, state.gangs, state.upkeep_sides, state.stores, state.shipments, state.carriers,
    )  # fmt: skip


class Situation(NamedTuple):
    """N worlds at the beginning of tick ``tick``."""

    tick: int
    units: UnitTable
    orders: OrderTable
    contacts: ContactTable
    ammo: I32  # (N, M) rounds of each mount
    mount_ready_tick: I32  # (N, M)
    held_s: F64  # (N, objectives) time for which a HOLD objective has been held [s]
    met_tick: I32  # (N, objectives) tick at which it was met, -1 = not yet
    entered: I32  # (N, listed units) 1 once the unit has been in the zone of its REACH objective
    tally_whole: I32  # (N, len(SideW), S) tallies so far
    tally_real: F64  # (N, len(SideR), S)
    salvoes: SalvoTable | None = None  # None: none in flight
    reports: ReportTable | None = None  # None: each unit as it is, reported in this tick
    mines: MineTable | None = None  # None: drawn for each replication, all armed
    routes: RouteTable | None = None  # None: planned from the present places; WAY then counts for the file's plan alone
    sustainment: SustainmentTable | None = None  # None: as at the start of the scenario
    medical: MedicalTable | None = None  # None: everybody is fit

    @property
    def n_worlds(self) -> int:
        """Number of worlds."""
        return len(self.ammo)


def select(situation: Situation, worlds: I64) -> Situation:
    """Return some worlds of a situation (indices, repeats allowed): rollouts of each world under several courses."""
    parts = {
        name: (select_rows(part, worlds) if isinstance(part, tuple) else part[worlds])
        for name, part in zip(Situation._fields[1:], situation[1:], strict=True)
        if part is not None
    }
    return situation._replace(**parts)


def select_rows(table: _Table, worlds: I64) -> _Table:
    """Return a table of some worlds, in new arrays."""
    columns: list[Any] = list(table)
    return type(table)(*(select_rows(c, worlds) if isinstance(c, tuple) else c[worlds] for c in columns))  # pyright: ignore[reportUnknownArgumentType]
