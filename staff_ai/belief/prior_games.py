"""Prior games: the enemy's moves as each doctrine of the intelligence would make them, played before the fight.

The staff plays its own scenario against every doctrine, with all forces at their largest number and own forces that
follow the plan of the file and hold their fire. The games give the places at which units that nobody has seen may be
at any time. In further games own forces fight; they give the fates of own units that nobody hears of. All games are
shared by all replications and played only as far as needed.
"""

from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import numpy as np

from agents.environments.opponents import Opposition
from simcore.params import GroupSpecW, MountSpecW, Params, RuleW, UnitSpecW
from simcore.passable import passable
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.rng import uniforms
from simcore.simulation import Simulation
from simcore.situation import Situation, simulation_at, start_of
from simcore.state import MountW, UnitR, UnitW
from simcore.types import F32, F64, I32, I64, Domain, Roe, Status
from staff_ai.belief.staff_scenario import StaffScenario

UNITS_WANTED = 500
FEWEST_GAMES, MOST_GAMES = 3, 8
"""Games of each doctrine: as many as give some hundreds of units."""
SEED = 20_260
_PLACE = 2_001  # stream of the places at the start
_TRIES = 24
_SPREAD = 0.15  # extent of a group at the start, as a share of its area
_EVERY_S = 60.0


class Moment(NamedTuple):
    """The units followed, in all games at a time: (games, e) each."""

    x: F32
    y: F32
    vx: F32
    vy: F32
    status: I32
    host: I32
    endurance_s: F32
    ammo: I32  # (games, m) rounds of the mounts of these units


class PriorGames:
    """Games of each doctrine, in the order of the doctrines.

    They follow the foreign units; with ``own_fight`` own forces fight, and the games follow own units.
    """

    def __init__(self, staff: StaffScenario, *, own_fight: bool = False) -> None:
        self._staff, self._own_fight = staff, own_fight
        self._units = staff.own_units if own_fight else staff.foreign
        doctrines = staff.intelligence.doctrines
        self.n_doctrines = max(len(doctrines), 1)
        wanted = round(UNITS_WANTED / max(len(self._units), 1))
        self.n_games = min(max(wanted, FEWEST_GAMES), MOST_GAMES)
        self.doctrine: I64 = np.repeat(np.arange(self.n_doctrines), self.n_games)
        self._moments: list[Moment] = []
        self._in_zone: dict[tuple[int, int], F64] = {}
        self.mounts: I64 = np.flatnonzero(np.isin(staff.params.mounts.whole[MountSpecW.UNIT], self._units))
        self._lock = Lock()
        dt_s = staff.compiled.roster.dt_s
        every = max(round(_EVERY_S / (dt_s * staff.decision_ticks)), 1)
        self._step = every * staff.decision_ticks
        self._simulation: Simulation | None = None
        self._opposition: Opposition | None = None

    def at(self, tick: int) -> Moment:
        """Return the stored moment nearest before ``tick``."""
        index = tick // self._step
        with self._lock:  # the threads of a batch share the games
            while len(self._moments) <= index:
                if self._simulation is None:
                    self._begin()
                else:
                    self._play()
                self._store()
            return self._moments[index]

    def share_in_zone(self, tick: int, zone: int, outline: F64) -> F64:
        """Return the share of the games of each doctrine (doctrines,) in which an enemy not in the air is in a zone."""
        key = (tick // self._step, zone)
        if key not in self._in_zone:
            moment, staff = self.at(tick), self._staff
            spec = staff.params.units.whole[:, staff.foreign]
            may_hold = (spec[UnitSpecW.SIDE] == staff.enemy) & (spec[UnitSpecW.DOMAIN] != Domain.AIR)
            is_there = (
                is_inside(outline, moment.x.astype(np.float64), moment.y.astype(np.float64))
                & (moment.status == Status.ACTIVE)
                & may_hold
            )
            self._in_zone[key] = is_there.any(axis=1).reshape(self.n_doctrines, self.n_games).mean(axis=1)
        return self._in_zone[key]

    def _begin(self) -> None:
        staff = self._staff
        params = staff.params if self._own_fight else _with_own_fire_held(staff)
        numbers = list(range(len(self.doctrine)))
        start = _spread_over_areas(staff, start_of(params, 0, seed=SEED, replications=numbers))
        self._simulation = simulation_at(params, start, seed=SEED, replications=numbers)
        makers = [_maker(doctrine.name, dict(doctrine.parameters)) for doctrine in staff.intelligence.doctrines]
        self._opposition = Opposition(staff.compiled, staff.enemy, makers) if makers else None

    def _play(self) -> None:
        simulation = self._simulation
        assert simulation is not None
        end = int(self._staff.params.rules_whole[RuleW.N_TICKS])
        for _ in range(self._step // self._staff.decision_ticks):
            simulation.orders.clear()
            if self._opposition is not None:
                self._opposition.decide(simulation, self.doctrine)
            simulation.advance(min(self._staff.decision_ticks, max(end - simulation.tick, 0)))

    def _store(self) -> None:
        assert self._simulation is not None
        units, columns = self._simulation.state.units, self._units
        ammo = self._simulation.state.mounts.whole[:, MountW.AMMO][:, self.mounts]
        real = [
            units.real[:, row][:, columns].astype(np.float32)
            for row in (UnitR.X, UnitR.Y, UnitR.VX, UnitR.VY, UnitR.ENDURANCE_S)
        ]
        status, host = units.whole[:, UnitW.STATUS][:, columns], units.whole[:, UnitW.HOST][:, columns]
        self._moments.append(Moment(real[0], real[1], real[2], real[3], status, host, real[4], ammo))


@lru_cache(maxsize=8)
def prior_games(staff: StaffScenario) -> PriorGames:
    """Return the prior games of a staff's scenario, the same for all its trackers."""
    return PriorGames(staff)


@lru_cache(maxsize=8)
def own_games(staff: StaffScenario) -> PriorGames:
    """Return the games of a staff's scenario in which own forces fight, the same for all its trackers."""
    return PriorGames(staff, own_fight=True)


def _maker(name: str, parameters: dict[str, object]):
    def make() -> Policy:
        return find_policy(name, parameters)

    return make


def _with_own_fire_held(staff: StaffScenario) -> Params:
    whole = staff.params.groups.whole.copy()
    own = whole[GroupSpecW.SIDE] == staff.side
    whole[GroupSpecW.ROE, own] = whole[GroupSpecW.ROE_LIMIT, own] = Roe.HOLD
    return staff.params._replace(groups=staff.params.groups._replace(whole=whole))


def _spread_over_areas(staff: StaffScenario, start: Situation) -> Situation:
    """Place each foreign group somewhere in the areas of its force, and its units near each other."""
    params, units = staff.params, start.units
    x, y = np.array(units.x), np.array(units.y)
    games = np.arange(len(x), dtype=np.uint64)
    group = params.units.whole[UnitSpecW.GROUP]
    for f, force in enumerate(staff.forces):
        if not force.areas_m or force.aboard:
            continue
        for g in np.unique(group[staff.members[f]]):
            members = staff.members[f][group[staff.members[f]] == g]
            draws = uniforms(SEED, games, int(g), _PLACE, 1 + 2 * _TRIES + 2 * _TRIES * len(members))
            sizes = np.array([_area(outline) for outline in force.areas_m])
            which = np.searchsorted(np.cumsum(sizes) / sizes.sum(), draws[:, 0]).clip(max=len(sizes) - 1)
            for a, outline in enumerate(force.areas_m):
                rows = np.flatnonzero(which == a)
                if len(rows) == 0:
                    continue
                low, high = outline.min(axis=1), outline.max(axis=1)
                some = draws[rows]
                anchor = _within(outline, low, high, some[:, 1 : 1 + 2 * _TRIES])
                for k, unit in enumerate(members):
                    first = 1 + 2 * _TRIES * (1 + k)
                    reach = 0.5 * _SPREAD * (high - low)
                    near_low, near_high = np.maximum(anchor - reach, low), np.minimum(anchor + reach, high)
                    x[rows, unit], y[rows, unit] = _within(
                        outline, near_low, near_high, some[:, first : first + 2 * _TRIES]
                    ).T
            afield = np.isin(units.status[0, members], (Status.ACTIVE, Status.RESERVE))
            if afield.any():
                chosen = members[afield]
                west, east, south, north = staff.compiled.roster.bounds_m
                x[:, chosen], y[:, chosen] = passable(
                    params, chosen, x[:, chosen].clip(west, east), y[:, chosen].clip(south, north)
                )
    return start._replace(units=units._replace(x=x, y=y))


def _area(outline: F64) -> float:
    x, y = outline
    return max(abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2.0, 1.0)


def _within(outline: F64, low: F64, high: F64, draws: F64) -> F64:
    """Return the first of the drawn points (n, 2) that lies in the outline; the first of all when none does."""
    n = len(draws)
    points = (
        np.broadcast_to(low, (n, 2))[:, None] + draws.reshape(n, -1, 2) * np.broadcast_to(high - low, (n, 2))[:, None]
    )
    inside = is_inside(outline, points[..., 0], points[..., 1])
    return points[np.arange(n), inside.argmax(axis=1)]


def is_inside(outline: F64, x: F64, y: F64) -> np.ndarray:
    """Return whether points are inside an outline (2, corners), by the even-odd rule."""
    px, py = np.asarray(x)[..., None], np.asarray(y)[..., None]
    bx, by = outline
    ax, ay = np.roll(bx, 1), np.roll(by, 1)
    rise = np.where(by == ay, 1.0, by - ay)  # level edges cross nothing
    crosses = ((ay > py) != (by > py)) & (px < (bx - ax) * (py - ay) / rise + ax)
    return (crosses.sum(axis=-1) & 1) == 1
