"""The belief of a side over time: what its pictures have shown, in each replication.

A tracker is fed with the pictures of the side. It keeps the tracks ever held, the units that a search should have
found but has not, the last own reports and orders, and the evidence on the enemy's doctrine. It reads nothing else.
"""

from dataclasses import dataclass, field

import numpy as np

from simcore.care import TransportSpecW
from simcore.maintenance import PartR, PartW
from simcore.medical_picture import CareReports
from simcore.orders import RESUME, Orders, OrderW
from simcore.params import ObjectiveSpecW, Params, RuleR, SensorSpecW, UnitSpecR, UnitSpecW, ZoneSpecW
from simcore.picture import OwnR, OwnW, Picture
from simcore.situation import Situation, start_of
from simcore.sustainment_picture import SustainmentPicture
from simcore.types import F32, F64, I32, I64, U64, Damage, Domain, Emcon, Identity, ObjectiveKind, Status
from staff_ai.belief.casualty_log import CasualtyLog
from staff_ai.belief.detection_ranges import SEARCH_S, effective_ranges
from staff_ai.belief.evidence import PLAN, doctrine_posterior, track_evidence
from staff_ai.belief.prior_games import PriorGames, is_inside, prior_games
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracks import Fate, TrackR, Tracks, TrackW

P_FOUND = 0.85
P_FOUND_ON_LAND = 0.5
"""Probability that a minute's search finds a unit well within the effective range; cover hides units on land."""
MOST_PER_SEARCH = 1.0
MOST_IN_ALL = 5.0
"""Limits of the evidence (natural log) of searches that found nothing: of one, and of all."""
RANGE_MARGIN_M = 1_000.0
"""Distance by which a contact under fire may be beyond the range of the weapon in the last picture."""


@dataclass(eq=False)
class Upkeep:
    """The reports of own components so far, (k,) each."""

    step: I32  # step of the job in the last picture
    since_s: F64  # time since which pictures show that step
    hours: F64  # of operation, in the last picture
    start_h: F64  # of these, those before the start of the scenario: effective hours


@dataclass(eq=False)
class Row:
    """The belief in a replication."""

    missed: F32  # (games, e) log of the probability that the searches so far miss a unit of the prior games
    orders_real: F64  # (OrderR, g) orders in force of own groups
    orders_whole: I32  # (OrderW, g)
    own: F64  # (3, own) last report: x, y [m], time [s]
    held_s: F64  # (doctrines, objectives) time for which the side of an objective is believed to have held its zone
    entered: I32  # (listed units,)
    speed: F64  # (2, own) velocity between the last two reports [m/s]
    ammo: I64  # (own,) rounds in the last picture
    spent: np.ndarray  # (own,) bool: munitions that had been expended by then
    evidence: F64  # (doctrines,) sum of log likelihoods of tracks
    n_evidence: float = 0.0
    tick: int = -1
    upkeep: Upkeep | None = None  # None: nothing wears out
    casualties: CasualtyLog | None = None  # None: no medical support
    tracks: Tracks = field(default_factory=Tracks)


class BeliefTracker:
    """The belief of a side in any number of replications, by their numbers."""

    def __init__(self, staff: StaffScenario, games: PriorGames | None = None) -> None:
        self.staff = staff
        self.games = prior_games(staff) if games is None else games
        self._rows: dict[int, Row] = {}
        params = staff.params
        self._dt_s = float(params.rules_real[RuleR.DT_S])
        self._hold_s = float(params.rules_real[RuleR.CONTACT_HOLD_S])
        whole = params.units.whole
        self._attends = _attending(params)[staff.own_units]
        self._type, self._first_of_type = _alike(params.sensors.whole, whole, staff.own_units)
        self._ranges: dict[bytes, tuple[F32, F32]] = {}
        self._enemy_ranges: dict[bytes, F32] = {}
        self._start: Situation | None = None
        on_land = whole[UnitSpecW.DOMAIN, staff.foreign] == Domain.LAND
        p = np.where(on_land, P_FOUND_ON_LAND, P_FOUND)
        self._p_found = p.astype(np.float32)
        self._speed_m_s = np.zeros(len(Domain))
        np.maximum.at(
            self._speed_m_s,
            whole[UnitSpecW.DOMAIN, staff.foreign],
            params.units.real[UnitSpecR.SPEED_MAX, staff.foreign],
        )

    def reset(self) -> None:
        """Forget all replications."""
        self._rows.clear()

    def row(self, replication: int) -> Row:
        """Return the belief in a replication: that of the start before its first picture."""
        if replication not in self._rows:
            staff, n_own = self.staff, len(self.staff.own_units)
            n_groups = len(staff.own_groups)
            self._rows[replication] = Row(
                missed=np.zeros((len(self.games.doctrine), len(staff.foreign)), dtype=np.float32),
                orders_real=np.zeros((5, n_groups)),
                orders_whole=np.zeros((len(OrderW), n_groups), dtype=np.int32),
                own=np.full((3, n_own), np.nan),
                speed=np.zeros((2, n_own)),
                ammo=np.zeros(n_own, dtype=np.int64),
                spent=np.zeros(n_own, dtype=bool),
                held_s=np.zeros((self.games.n_doctrines, staff.params.objectives.whole.shape[1])),
                entered=np.zeros(len(staff.params.members), dtype=np.int32),
                evidence=np.zeros(self.games.n_doctrines),
            )
        return self._rows[replication]

    def observe(self, picture: Picture) -> None:
        """Enter the pictures of all replications shown. A picture that is not later than the last changes nothing."""
        for k, number in enumerate(picture.replication):
            row = self.row(int(number))
            tick = int(picture.ticks[k])
            if tick > row.tick:
                self._observe(row, picture, k, tick)

    def catch_up(self, picture: Picture, row: int) -> None:
        """Enter the picture of one replication, if it is later than the last."""
        belief = self.row(int(picture.replication[row]))
        if int(picture.ticks[row]) > belief.tick:
            self._observe(belief, picture, row, int(picture.ticks[row]))

    def start(self, tick: int) -> Situation:
        """Return the start of the staff's scenario as a situation at ``tick``, a single world."""
        if self._start is None or self._start.tick != tick:
            self._start = start_of(self.staff.params, tick, seed=0, replications=[0])
        return self._start

    def enemy_ranges(self, weather: F64) -> F32:
        """Return the effective ranges (enemy units, own) of the enemy's sensors against own units [m]."""
        key = weather.tobytes()
        if key not in self._enemy_ranges:
            if len(self._enemy_ranges) > 64:
                self._enemy_ranges.clear()
            params, staff = self.staff.params, self.staff
            whole = params.units.whole
            enemies = staff.foreign[whole[UnitSpecW.SIDE, staff.foreign] == staff.enemy]
            kind, first = _alike(params.sensors.whole, whole, enemies)
            radiating = effective_ranges(params, first, staff.own_units, weather)[1]
            self._enemy_ranges[key] = radiating[kind].astype(np.float32)
        return self._enemy_ranges[key]

    def record_orders(self, replication: U64, orders: Orders) -> None:
        """Enter the orders just given to own groups (R rows; axis of the briefing's groups)."""
        for k, number in enumerate(replication):
            row = self.row(int(number))
            issued, emcon = orders.whole[k, OrderW.ISSUED] > 0, orders.whole[k, OrderW.EMCON]
            kept = row.orders_whole[OrderW.EMCON].copy()
            new = orders.whole[k].copy()
            resumed = (new[OrderW.ISSUED] == RESUME) & (row.orders_whole[OrderW.ISSUED] == 0)
            issued &= ~resumed
            new[OrderW.ISSUED] = 1
            new[OrderW.ROE] = np.where(new[OrderW.ROE] > 2, row.orders_whole[OrderW.ROE], new[OrderW.ROE])
            row.orders_real[:, issued] = orders.real[k][:, issued]
            row.orders_whole[:, issued] = new[:, issued]
            row.orders_whole[OrderW.EMCON] = np.where(emcon != Emcon.NO_CHANGE, emcon, kept)

    def doctrine_weights(self, replication: int) -> F64:
        """Return the posterior weights (doctrines,) of the intelligence's doctrines; they sum to 1."""
        prior = np.array([doctrine.weight for doctrine in self.staff.intelligence.doctrines] or [1.0])
        row = self.row(replication)
        names = [doctrine.name for doctrine in self.staff.intelligence.doctrines]
        plan = names.index(PLAN) if PLAN in names else -1
        return doctrine_posterior(prior, row.evidence, row.n_evidence, plan)

    def ranges(self, weather: F64) -> tuple[F32, F32]:
        """Return the effective ranges (own types, e) in a weather [m]: silent, and with radars that radiate."""
        key = weather.tobytes()
        if key not in self._ranges:
            if len(self._ranges) > 64:
                self._ranges.clear()
            silent, radiating = effective_ranges(self.staff.params, self._first_of_type, self.staff.foreign, weather)
            self._ranges[key] = silent.astype(np.float32), radiating.astype(np.float32)
        return self._ranges[key]

    def _observe(self, row: Row, picture: Picture, k: int, tick: int) -> None:
        time_s = tick * self._dt_s
        since_s = time_s - row.tick * self._dt_s if row.tick >= 0 else 0.0
        own, code = picture.own_real[k], picture.own_whole[k]
        self._follow_reports(row, own, time_s)
        self._attribute_fire(row, own, code)
        if picture.sustainment is not None:
            self._follow_sustainment(row, picture.sustainment, k, tick, time_s)
        if picture.medical is not None:
            self._follow_casualties(row, picture.medical, k, time_s)
        row.tracks.update(picture, k, time_s, self._hold_s, self._speed_m_s)
        if len(self.staff.foreign) > 0:
            if since_s > 0.0:
                self._search(row, own, code, picture.weather[k], tick, since_s)
            logs, n = track_evidence(self.staff, self.games, row.tracks, tick, time_s)
            row.evidence += logs
            row.n_evidence += n
        if since_s > 0.0:
            self._follow_objectives(row, own, code, tick, since_s)
        row.tick = tick

    def _follow_reports(self, row: Row, own: F64, time_s: float) -> None:
        when = time_s - own[OwnR.AGE_S]
        passed = when - row.own[2]
        is_new = passed > 1e-6  # nan before the first report
        for axis, column in enumerate((OwnR.X, OwnR.Y)):
            row.speed[axis] = np.where(
                is_new, (own[column] - row.own[axis]) / np.where(is_new, passed, 1.0), row.speed[axis]
            )
            row.own[axis] = own[column]
        row.own[2] = when

    def _follow_sustainment(self, row: Row, known: SustainmentPicture, k: int, tick: int, time_s: float) -> None:
        """Enter the reports of components, and the orders in force of carriers, which are those of their own policy."""
        hours, step = known.part_real[k, PartR.HOURS].copy(), known.part_whole[k, PartW.STEP].copy()
        if row.upkeep is None:
            at_start = hours if tick == 0 else np.zeros_like(hours)
            row.upkeep = Upkeep(step, np.full(len(step), time_s), hours, at_start.copy())
        last = row.upkeep
        last.since_s[step != last.step] = time_s
        last.start_h[hours < last.hours] = 0.0  # renewed
        last.step, last.hours = step, hours
        groups = self.staff.carrier_groups
        given = groups[known.in_force.whole[k, OrderW.ISSUED, groups] > 0]
        row.orders_real[:, given] = known.in_force.real[k][:, given]
        row.orders_whole[:, given] = known.in_force.whole[k][:, given]

    def _follow_casualties(self, row: Row, known: CareReports, k: int, time_s: float) -> None:
        if row.casualties is None:
            row.casualties = CasualtyLog.empty(int(known.is_own.sum()))
        row.casualties.follow(known.of(k), known.is_own, self._attends, time_s)

    def _attribute_fire(self, row: Row, own: F64, code: I32) -> None:
        """Attribute the rounds and munitions spent since the last picture to the nearest contacts in range."""
        spent = code[OwnW.STATUS] == Status.EXPENDED
        fired = np.maximum(row.ammo - code[OwnW.AMMO], 0)
        fired = np.where(spent, (~row.spent).astype(np.int64), fired)
        row.ammo, row.spent = code[OwnW.AMMO].astype(np.int64), spent
        held = np.flatnonzero(row.tracks.whole[TrackW.FATE] == Fate.HELD)
        if len(held) == 0:
            return
        x, y = row.tracks.real[TrackR.X, held], row.tracks.real[TrackR.Y, held]
        bits = 1 << row.tracks.whole[TrackW.DOMAIN, held]
        briefing = self.staff.briefing
        for k in np.flatnonzero(fired):
            away = np.hypot(x - own[OwnR.X, k], y - own[OwnR.Y, k])
            away[(bits & int(briefing.weapon_domains[k])) == 0] = np.inf
            nearest = int(np.argmin(away))
            if away[nearest] <= 1.1 * briefing.weapon_range_m[k] + RANGE_MARGIN_M:
                row.tracks.whole[TrackW.COMMITTED, held[nearest]] += fired[k]

    def _search(self, row: Row, own: F64, code: I32, weather: F64, tick: int, since_s: float) -> None:
        """Enter the search by own sensors: units of the prior games within their ranges would have been found."""
        looks = (code[OwnW.STATUS] == Status.ACTIVE) & ((code[OwnW.DAMAGE] & Damage.SENSOR) == 0)
        # an old report is no evidence: neither the place nor the sightings are known
        looks &= (own[OwnR.AGE_S] < 300.0) & (code[OwnW.LINKED] == 1)
        chosen = np.flatnonzero(looks)
        if len(chosen) == 0:
            return
        silent, radiating = self.ranges(weather)
        x, y = own[OwnR.X, chosen], own[OwnR.Y, chosen]
        mute = code[OwnW.EMCON, chosen] == Emcon.SILENT
        # units of a type close together search as one
        keys = np.stack([self._type[chosen], mute, np.rint(x / 500.0), np.rint(y / 500.0)])
        _, first = np.unique(keys, axis=1, return_index=True)
        moment = self.games.at(tick)
        clear, dx, dy = (np.zeros(row.missed.shape, dtype=np.float32) for _ in range(3))
        afield = moment.status == Status.ACTIVE
        for q in np.sort(first):
            reach = (silent if mute[q] else radiating)[self._type[chosen[q]]]
            np.subtract(moment.x, np.float32(x[q]), out=dx)
            np.subtract(moment.y, np.float32(y[q]), out=dy)
            dx *= dx
            dy *= dy
            dx += dy
            # 1 within 0.8 of the effective range, 0 beyond 1.2 of it
            dx *= np.float32(-1.25) / np.maximum(reach * reach, np.float32(1e-3))
            dx += np.float32(1.8)
            clear += np.clip(dx, 0.0, 1.0, out=dx)
        p = self._p_found * np.minimum(clear, 1.0) * afield
        minutes = np.float32(min(since_s / SEARCH_S, 3.0))
        row.missed += np.maximum(minutes * np.log1p(-p), np.float32(-MOST_PER_SEARCH))
        np.maximum(row.missed, np.float32(-MOST_IN_ALL), out=row.missed)

    def _follow_objectives(self, row: Row, own: F64, code: I32, tick: int, since_s: float) -> None:
        """Estimate the progress: zones held by either side, own listed units that have entered their zone.

        A zone without own units is held by the enemy as often as one of his units is there in the prior games.
        """
        params, staff = self.staff.params, self.staff
        whole = params.objectives.whole
        active = code[OwnW.STATUS] == Status.ACTIVE
        grounded = active & (params.units.whole[UnitSpecW.DOMAIN, staff.own_units] != Domain.AIR)
        for o in range(whole.shape[1]):
            kind, is_own = whole[ObjectiveSpecW.KIND, o], whole[ObjectiveSpecW.SIDE, o] == staff.side
            if kind not in (ObjectiveKind.HOLD, ObjectiveKind.REACH) or not (is_own or kind == ObjectiveKind.HOLD):
                continue
            zone = int(whole[ObjectiveSpecW.ZONE, o])
            outline = _zone(staff, zone)
            inside = is_inside(outline, own[OwnR.X], own[OwnR.Y])
            if kind == ObjectiveKind.REACH:
                first = int(whole[ObjectiveSpecW.FIRST, o])
                listed = params.members[first : first + int(whole[ObjectiveSpecW.COUNT, o])]
                entered = staff.own_units[inside & active]
                row.entered[first : first + len(listed)] |= np.isin(listed, entered)
                continue
            is_there = bool((inside & grounded).any())
            if not is_own:
                row.held_s[:, o] += 0.0 if is_there else since_s * self.games.share_in_zone(tick, zone, outline)
                continue
            real, codes = row.tracks.real, row.tracks.whole
            hostile = (codes[TrackW.FATE] == Fate.HELD) & (codes[TrackW.IDENTITY] <= Identity.HOSTILE)
            hostile &= codes[TrackW.DOMAIN] != Domain.AIR
            if is_there and not is_inside(outline, real[TrackR.X, hostile], real[TrackR.Y, hostile]).any():
                row.held_s[:, o] += since_s


def _attending(params: Params) -> I32:
    """Return 1 for each unit (n,) that is a transport of casualties with an attendant."""
    found = np.zeros(params.units.whole.shape[1], dtype=np.int32)
    spec = params.medical.transports.whole
    found[spec[TransportSpecW.UNIT]] = spec[TransportSpecW.HAS_ATTENDANT]
    return found


def _zone(staff: StaffScenario, zone: int) -> F64:
    first, count = (int(staff.params.zones.whole[column, zone]) for column in (ZoneSpecW.FIRST, ZoneSpecW.COUNT))
    return staff.params.vertices[:, first : first + count]


def _alike(sensor_whole: I32, unit_whole: I32, own: I64) -> tuple[I64, I64]:
    """Return the type (own,) of each own unit, alike in its sensors, and the first unit of each type."""
    types: dict[tuple[int, ...], int] = {}
    firsts: list[int] = []
    result = np.zeros(len(own), dtype=np.int64)
    for k, unit in enumerate(own):
        first, count = int(unit_whole[UnitSpecW.SENSOR_FIRST, unit]), int(unit_whole[UnitSpecW.SENSOR_COUNT, unit])
        key = tuple(int(kind) for kind in sensor_whole[SensorSpecW.KIND, first : first + count])
        if key not in types:
            types[key] = len(firsts)
            firsts.append(int(unit))
        result[k] = types[key]
    return result, np.array(firsts, dtype=np.int64)
