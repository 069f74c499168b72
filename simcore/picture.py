"""A side's picture: reports of its own units and contacts on others. Policies see nothing else.

Contacts are listed in the order in which the side gained them, in a table whose size depends only on
``picture_contacts`` of the scenario, so the table reveals neither the number nor the numbering of
undetected units.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.compiling.jit import kernel, shared
from simcore.kernels.picture.contacts import grown_error_m
from simcore.kinds import Rules
from simcore.medical_picture import CareReports, OwnCare, has_care
from simcore.params import MountSpecW, Params, RuleR, RuleW, UnitSpecR, UnitSpecW
from simcore.replications import take_rows
from simcore.state import Cells, ContactR, ContactW, SalvoW, State, UnitR, UnitW, WorldW
from simcore.sustainment_picture import OwnSustainment, SustainmentPicture, has_sustainment
from simcore.ticks import common_tick
from simcore.types import F64, I32, I64, NONE, U64, Level, read_only


class OwnR(IntEnum):
    """Own units, real: as last reported to the command post."""

    X = 0  # [m]
    Y = 1
    STRENGTH = 2  # 0..1
    ENDURANCE = 3  # share of full endurance left, 0..1 (1 when unlimited)
    AGE_S = 4  # age of the report


class OwnW(IntEnum):
    """Own units, whole."""

    STATUS = 0  # Status
    DAMAGE = 1  # Damage bits
    LINKED = 2  # as believed by the command post: updated when a message arrives or fails to arrive
    AMMO = 3  # rounds left on offensive mounts
    EMCON = 4  # Emcon: whether its radars may radiate


class SeenR(IntEnum):
    """Contacts, real."""

    X = 0  # estimate now, dead reckoned [m]
    Y = 1
    VX = 2  # [m/s]; 0 until the second detection
    VY = 3
    ERROR_M = 4  # one-sigma position error now
    AGE_S = 5


class SeenW(IntEnum):
    """Contacts, whole. Rows beyond the number of contacts are 0 (and -1 for the classes)."""

    SERIAL = 0  # track number, from 1
    LEVEL = 1  # Level
    DOMAIN = 2  # Domain
    TARGET_CLASS = 3  # TargetClass, -1 until classified
    COMMITTED = 4  # own rounds in flight to it whose launch was reported
    IDENTITY = 5  # Identity as believed by the side; UNKNOWN (0) until identified


# former names, kept for one version because users' policies import them
PU, PW, PC, PD = OwnR, OwnW, SeenR, SeenW


class Picture(NamedTuple):
    """The picture of one side in R replications at a decision."""

    side: int
    tick: int  # common to all replications; -1 when their ticks differ
    time_s: float  # the same as a time; nan when their ticks differ
    seed: int
    replication: U64  # (R,)
    own_real: F64  # (R, len(OwnR), own units)
    own_whole: I32  # (R, len(OwnW), own units)
    contact_real: F64  # (R, len(SeenR), picture_contacts)
    contact_whole: I32  # (R, len(SeenW), picture_contacts)
    n_contacts: I32  # (R,)
    ticks: I64  # (R,) tick of each replication; multiply by ``Briefing.dt_s`` for the time
    weather: F64  # (R, len(WeatherR)) current weather, known to all sides
    sustainment: SustainmentPicture | None = None  # None: nothing wears out or is stored in the scenario
    medical: CareReports | None = None  # casualties and care, read on demand; None: no medical support


@shared
def fill_own(spec: F64, units: Cells, dt: float, ticks: I64, rows: I64, own: I32, real: F64, whole: I32) -> None:
    """Fill the tables of own units from the last reports that reached the command post, in the replications ``rows``.

    ``spec`` is UnitSpecR, ``dt`` the time step [s], and ``ticks`` (R,) the tick of each replication.
    """
    unit_real, unit_whole = units.real, units.whole
    for r in rows:
        tick = ticks[r]
        for k in range(own.shape[0]):
            i = own[k]
            real[r, OwnR.X, k] = unit_real[r, UnitR.REPORT_X, i]
            real[r, OwnR.Y, k] = unit_real[r, UnitR.REPORT_Y, i]
            real[r, OwnR.STRENGTH, k] = unit_real[r, UnitR.REPORT_STRENGTH, i]
            full = spec[UnitSpecR.ENDURANCE_S, i]
            share = 1.0
            if full < np.inf and full > 0.0:
                share = unit_real[r, UnitR.REPORT_ENDURANCE_S, i] / full
            real[r, OwnR.ENDURANCE, k] = share
            real[r, OwnR.AGE_S, k] = (tick - unit_whole[r, UnitW.REPORT_TICK, i]) * dt
            whole[r, OwnW.STATUS, k] = unit_whole[r, UnitW.REPORT_STATUS, i]
            whole[r, OwnW.DAMAGE, k] = unit_whole[r, UnitW.REPORT_DAMAGE, i]
            whole[r, OwnW.LINKED, k] = unit_whole[r, UnitW.REPORT_LINKED, i]
            whole[r, OwnW.AMMO, k] = unit_whole[r, UnitW.REPORT_AMMO, i]
            whole[r, OwnW.EMCON, k] = unit_whole[r, UnitW.REPORT_EMCON, i]


@kernel
def sort_ascending(numbers: I64, n: int) -> None:
    """Sort the first ``n`` of ``numbers`` (m,) in place by Shellsort (a tenth of the compile time of NumPy's sort)."""
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1  # Knuth's gaps: The Art of Computer Programming 3, 5.2.1
    while gap > 0:
        for k in range(gap, n):
            number = numbers[k]
            q = k
            while q >= gap and numbers[q - gap] > number:
                numbers[q] = numbers[q - gap]
                q -= gap
            numbers[q] = number
        gap //= 3


@shared
def fill_contacts(
    units: I32,
    mounts: I32,
    rules: Rules,
    contacts: Cells,
    salvoes: Cells,
    world: I32,
    ticks: I64,
    rows: I64,
    side: int,
    held: I64,
    committed: I32,
    real: F64,
    whole: I32,
    count: I32,
) -> None:
    """Fill the tables of contacts in order of their serials; only the newest are kept when the table is too small.

    ``units`` is UnitSpecW and ``mounts`` MountSpecW. ``held`` and ``committed`` (units,) are work space. Rows from
    ``count`` (R,) on are empty before and after.
    """
    contact_real, contact_whole, salvo_whole = contacts.real, contacts.whole, salvoes.whole
    n = units.shape[1]
    dt = rules.real[RuleR.DT_S]
    growth = rules.real[RuleR.CONTACT_GROWTH_MPS]
    room = real.shape[2]
    has_latency = rules.whole[RuleW.STATUS_SLOTS] > 0
    for r in rows:
        tick = ticks[r]
        level = contact_whole[r, ContactW.LEVEL]
        serial = contact_whole[r, ContactW.SERIAL]
        n_held = 0
        if has_latency:
            committed[:] = 0
            for k in range(world[r, WorldW.IN_FLIGHT]):
                j = salvo_whole[r, SalvoW.TARGET, k]
                unit = mounts[MountSpecW.UNIT, salvo_whole[r, SalvoW.MOUNT, k]]
                is_known = salvo_whole[r, SalvoW.KNOWN_TICK, k] < tick
                is_of_contact = (
                    contact_whole[r, ContactW.FIRST_TICK, side * n + j] <= salvo_whole[r, SalvoW.LAUNCH_TICK, k]
                )
                if units[UnitSpecW.SIDE, unit] == side and is_known and is_of_contact:
                    committed[j] += salvo_whole[r, SalvoW.ROUNDS, k]
        for j in range(n):
            c = side * n + j
            if level[c] > Level.NONE:
                held[n_held] = np.int64(serial[c]) * np.int64(n) + j
                n_held += 1
        sort_ascending(held, n_held)
        skip = max(0, n_held - room)
        for q in range(skip, n_held):
            j = int(held[q] % n)
            c = side * n + j
            k = q - skip
            age_s = (tick - contact_whole[r, ContactW.TICK, c]) * dt
            vx = contact_real[r, ContactR.VX, c]
            vy = contact_real[r, ContactR.VY, c]
            real[r, SeenR.X, k] = contact_real[r, ContactR.X, c] + vx * age_s
            real[r, SeenR.Y, k] = contact_real[r, ContactR.Y, c] + vy * age_s
            real[r, SeenR.VX, k] = vx
            real[r, SeenR.VY, k] = vy
            real[r, SeenR.ERROR_M, k] = grown_error_m(contact_real[r, ContactR.ERROR_M, c], age_s, growth)
            real[r, SeenR.AGE_S, k] = age_s
            whole[r, SeenW.SERIAL, k] = serial[c]
            whole[r, SeenW.LEVEL, k] = level[c]
            whole[r, SeenW.DOMAIN, k] = units[UnitSpecW.DOMAIN, j]
            is_classified = level[c] >= Level.CLASSIFIED
            whole[r, SeenW.TARGET_CLASS, k] = units[UnitSpecW.SEEN_CLASS, j] if is_classified else np.int32(NONE)
            whole[r, SeenW.COMMITTED, k] = committed[j] if has_latency else contact_whole[r, ContactW.COMMITTED, c]
            whole[r, SeenW.IDENTITY, k] = contact_whole[r, ContactW.IDENTITY, c]
        for k in range(n_held - skip, count[r]):
            for column in range(real.shape[1]):
                real[r, column, k] = 0.0
            for column in range(whole.shape[1]):
                whole[r, column, k] = 0
            whole[r, SeenW.TARGET_CLASS, k] = NONE
        count[r] = n_held - skip


def take(picture: Picture, rows: I64, dt_s: float) -> Picture:
    """Return the picture of some replications, read-only. ``dt_s`` is the length of a tick."""
    part = take_rows(picture, rows)
    first = int(part.ticks[0])
    return part._replace(tick=first, time_s=first * dt_s) if bool((part.ticks == first).all()) else part


class Pictures:
    """Builds the pictures of one side in preallocated tables."""

    def __init__(self, params: Params, side: int, n_replications: int, picture_contacts: int) -> None:
        self._side = side
        is_own = (params.units.whole[UnitSpecW.SIDE] == side) & (
            params.units.whole[UnitSpecW.SPOOFER] < 0
        )  # phantoms take no orders
        self._own = np.flatnonzero(is_own).astype(np.int32)
        self._own_real = np.zeros((n_replications, len(OwnR), len(self._own)))
        self._own_whole = np.zeros((n_replications, len(OwnW), len(self._own)), dtype=np.int32)
        self._contact_real = np.zeros((n_replications, len(SeenR), picture_contacts))
        self._contact_whole = np.zeros((n_replications, len(SeenW), picture_contacts), dtype=np.int32)
        self._contact_whole[:, SeenW.TARGET_CLASS] = NONE
        n_units = params.units.whole.shape[1]
        self._held, self._committed = np.empty(n_units, dtype=np.int64), np.zeros(n_units, dtype=np.int32)
        self._count = np.zeros(n_replications, dtype=np.int32)
        tables = (self._own_real, self._own_whole, self._contact_real, self._contact_whole, self._count)
        self._shown = tuple(read_only(table) for table in tables)
        self._every = np.arange(n_replications)
        self._sustainment = OwnSustainment(params, side) if has_sustainment(params) else None
        self._care = OwnCare(params, side) if has_care(params) else None

    def build(self, params: Params, state: State, ticks: I64, seed: int, rows: I64 | None = None) -> Picture:
        """Return the picture at ``ticks`` (R,). Its arrays are read-only and overwritten by the next call.

        With ``rows`` only these replications are updated; the others stay as they were after the previous call.
        """
        rows = self._every if rows is None else np.asarray(rows, dtype=np.int64)
        dt_s = float(params.rules_real[RuleR.DT_S])
        fill_own(params.units.real, state.units, dt_s, ticks, rows, self._own, self._own_real, self._own_whole)
        fill_contacts(
            params.units.whole,
            params.mounts.whole,
            Rules(params.rules_real, params.rules_whole),
            state.contacts,
            state.salvoes,
            state.world,
            ticks,
            rows,
            self._side,
            self._held,
            self._committed,
            self._contact_real,
            self._contact_whole,
            self._count,
        )
        tick = common_tick(ticks)
        stretch = np.searchsorted(params.weather.tick, ticks, side="right") - 1
        return Picture(
            self._side,
            tick,
            tick * dt_s if tick != NONE else float("nan"),
            seed,
            read_only(state.replication),
            *self._shown,
            ticks=read_only(ticks),
            weather=read_only(params.weather.level[stretch]),
            sustainment=None if self._sustainment is None else self._sustainment.build(state, ticks),
            medical=None if self._care is None else CareReports(self._care, state, ticks, self._every),
        )
