"""A made-up side and made-up pictures, so that policies are tested without the engine."""

import numpy as np

from simcore.orders import Orders, empty_orders
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.policy import Briefing, Policy
from simcore.types import Domain, Level, ObjectiveKind, Roe, Status, TargetClass, Task, ZoneKind

SIDE = 1
FIRST_GROUP = 5  # the groups of another side come before ours
ROOM = 160
SEED = 42

# name, units, domain, speed m/s, sensor m, weapon m, one way, command, cost, start km, task, point km, radius km
_GROUPS = (
    ("post", 1, Domain.LAND, 0, 4e3, 1.5e3, 0, 1, 20.0, (-40, 20), Task.HOLD, (-40, 20), 0),
    ("post-2", 1, Domain.LAND, 16, 4e3, 1.5e3, 0, 1, 8.0, (-30, 18), Task.HOLD, (-30, 18), 0),
    ("base", 1, Domain.LAND, 0, 0, 0, 0, 0, 10.0, (-45, 25), Task.HOLD, (-45, 25), 0),
    ("armour-1", 6, Domain.LAND, 11, 4e3, 5e3, 0, 0, 3.0, (-25, 20), Task.ATTACK, (10, 20), 6),
    ("armour-2", 6, Domain.LAND, 11, 4e3, 5e3, 0, 0, 3.0, (-25, 26), Task.ATTACK, (10, 22), 6),
    ("scouts", 3, Domain.LAND, 14, 20e3, 1.5e3, 0, 0, 1.0, (-18, 22), Task.SCREEN, (-12, 22), 5),
    ("shorad", 3, Domain.LAND, 15, 25e3, 10e3, 0, 0, 6.0, (-28, 22), Task.MOVE, (-10, 22), 0),
    ("battery", 2, Domain.LAND, 14, 0, 70e3, 0, 0, 12.0, (-20, 8), Task.HOLD, (-20, 8), 0),
    ("carriers", 2, Domain.LAND, 15, 0, 0, 0, 0, 2.0, (-30, 24), Task.HOLD, (-30, 24), 0),
    ("munitions", 8, Domain.AIR, 50, 3e3, 0.5e3, 1, 0, 0.1, (-30, 24), Task.STRIKE, (0, 22), 10),
    ("recon", 2, Domain.AIR, 60, 40e3, 0, 0, 0, 15.0, (-45, 25), Task.SEARCH, (0, 0), 16),
    ("drones", 2, Domain.AIR, 70, 18e3, 5e3, 0, 0, 12.0, (-45, 25), Task.ATTACK, (0, 22), 12),
    ("ship", 1, Domain.SURFACE, 12, 80e3, 70e3, 0, 0, 90.0, (-5, -25), Task.MOVE, (0, -20), 0),
    ("boats", 6, Domain.SURFACE, 18, 30e3, 12e3, 0, 0, 4.0, (0, -25), Task.ATTACK, (5, 0), 8),
    ("fire-boats", 4, Domain.SURFACE, 22, 4e3, 0.5e3, 1, 0, 0.4, (-5, -25), Task.STRIKE, (5, 0), 8),
)
NAMES = tuple(row[0] for row in _GROUPS)
_HOSTS = {"munitions": "carriers", "recon": "base", "drones": "base", "fire-boats": "ship"}
_SURFACES = 1 << Domain.LAND | 1 << Domain.SURFACE
_ON_LAND = 1 << Domain.LAND | 1 << Domain.AIR
_AT_SEA = 1 << Domain.SURFACE | 1 << Domain.SUBSURFACE | 1 << Domain.AIR
_REACHES = {"shorad": 1 << Domain.AIR, "battery": 1 << Domain.SURFACE}
N_GROUPS = FIRST_GROUP + len(_GROUPS) + 2


def make_briefing() -> Briefing:
    """Return a side of 15 groups of all kinds that is to take a harbour and a bay, and to hold the harbour."""
    size = [row[1] for row in _GROUPS]
    unit = np.repeat(np.arange(len(_GROUPS)), size)
    place = np.concatenate([np.arange(n) for n in size])

    def column(k: int, kind: type = np.float64) -> np.ndarray:
        return np.array([_GROUPS[g][k] for g in unit], dtype=kind)

    spread = np.array([0.0 if _GROUPS[g][0] in _HOSTS else 200.0 for g in unit]) * place
    start = 1e3 * np.array([_GROUPS[g][9] for g in unit], dtype=np.float64).T
    start[1] += spread
    return Briefing(
        side=SIDE,
        side_name="red",
        groups=np.arange(FIRST_GROUP, FIRST_GROUP + len(_GROUPS), dtype=np.int32),
        group_names=NAMES,
        group_of_unit=unit.astype(np.int32),
        unit_names=tuple(f"{NAMES[g]}-{k + 1}" for g, k in zip(unit, place, strict=True)),
        domain=column(2, np.int32),
        speed_max_mps=column(3),
        sensor_range_m=column(4),
        weapon_range_m=column(5),
        is_one_way=column(6, np.int32),
        is_command_post=column(7, np.int32),
        cost=column(8),
        radio_range_m=np.full(len(unit), 50e3),
        weapon_domains=np.array(
            [_REACHES.get(NAMES[g], _SURFACES) if _GROUPS[g][5] else 0 for g in unit], dtype=np.int32
        ),
        is_interceptor=np.array([NAMES[g] == "shorad" for g in unit], dtype=np.int32),
        start_m=start,
        host_group=np.array([NAMES.index(_HOSTS[name]) if name in _HOSTS else -1 for name in NAMES], dtype=np.int32),
        task=np.array([row[10] for row in _GROUPS], dtype=np.int32),
        task_m=1e3 * np.array([row[11] for row in _GROUPS], dtype=np.float64).T,
        task_radius_m=1e3 * np.array([row[12] for row in _GROUPS], dtype=np.float64),
        task_speed=np.zeros(len(_GROUPS)),
        task_spacing_m=np.zeros(len(_GROUPS)),
        task_target=np.full(len(_GROUPS), -1, dtype=np.int32),
        roe=np.full(len(_GROUPS), Roe.FREE, dtype=np.int32),
        bounds_m=(-60e3, 60e3, -45e3, 45e3),
        zone_names=("bay", "harbour", "hospital"),
        zone_kind=np.array([ZoneKind.OBJECTIVE, ZoneKind.OBJECTIVE, ZoneKind.NO_FIRE], dtype=np.int32),
        zone_centre_m=1e3 * np.array([[5.0, 10.0, 14.0], [0.0, 20.0, 24.0]]),
        zone_radius_m=np.array([8e3, 7e3, 1.5e3]),
        zone_domains=np.array([_AT_SEA | _ON_LAND, _AT_SEA | _ON_LAND, _ON_LAND], dtype=np.int32),
        objective_kind=np.array([ObjectiveKind.HOLD, ObjectiveKind.REACH, ObjectiveKind.DESTROY], dtype=np.int32),
        objective_zone=np.array([1, 0, -1], dtype=np.int32),
        objective_weight=np.array([3.0, 2.0, 2.0]),
        objective_members=np.vstack([0 * unit, np.isin(unit, [3, 4]), 0 * unit]).astype(np.int32),
        dt_s=5.0,
        decision_s=60.0,
        duration_s=10_800.0,
    )


def quiet_picture(briefing: Briefing, n_replications: int = 1, *, tick: int = 360) -> Picture:
    """Return a picture in which all own units stand where they started and nothing else is known."""
    n = len(briefing.domain)
    own_real = np.zeros((n_replications, len(OwnR), n))
    own_real[:, OwnR.X], own_real[:, OwnR.Y] = briefing.start_m
    own_real[:, OwnR.STRENGTH] = 1.0
    own_real[:, OwnR.ENDURANCE] = 1.0
    own_whole = np.zeros((n_replications, len(OwnW), n), dtype=np.int32)
    own_whole[:, OwnW.LINKED] = 1
    own_whole[:, OwnW.AMMO] = 4
    contact_whole = np.zeros((n_replications, len(SeenW), ROOM), dtype=np.int32)
    contact_whole[:, SeenW.TARGET_CLASS] = -1
    return Picture(
        side=briefing.side,
        tick=tick,
        time_s=tick * briefing.dt_s,
        seed=SEED,
        replication=np.arange(n_replications, dtype=np.uint64),
        own_real=own_real,
        own_whole=own_whole,
        contact_real=np.zeros((n_replications, len(SeenR), ROOM)),
        contact_whole=contact_whole,
        n_contacts=np.zeros(n_replications, dtype=np.int32),
        ticks=np.full(n_replications, tick),
        weather=np.tile([1.0, 0.0, 0.0, 0.0, 0.0, 1.0], (n_replications, 1)),
    )


def add_contacts(
    picture: Picture,
    x_km: float,
    y_km: float,
    domain: Domain,
    target_class: TargetClass,
    n: int = 1,
    *,
    age_s: float = 0.0,
) -> None:
    """Add ``n`` identified contacts at a point, in all replications."""
    first = int(picture.n_contacts[0])
    rows = slice(first, first + n)
    picture.contact_real[:, SeenR.X, rows] = 1e3 * x_km
    picture.contact_real[:, SeenR.Y, rows] = 1e3 * y_km
    picture.contact_real[:, SeenR.ERROR_M, rows] = 50.0
    picture.contact_real[:, SeenR.AGE_S, rows] = age_s
    picture.contact_whole[:, SeenW.SERIAL, rows] = np.arange(first + 1, first + n + 1)
    picture.contact_whole[:, SeenW.LEVEL, rows] = Level.IDENTIFIED
    picture.contact_whole[:, SeenW.DOMAIN, rows] = domain
    picture.contact_whole[:, SeenW.TARGET_CLASS, rows] = target_class
    picture.n_contacts[:] = first + n


def busy_picture(briefing: Briefing, n_replications: int, *, seed: int = 0, n_contacts: int = 100) -> Picture:
    """Return a picture full of losses, damage and contacts of every kind."""
    rng = np.random.default_rng(seed)
    picture = quiet_picture(briefing, n_replications)
    shape = picture.own_real[:, 0].shape
    picture.own_real[:, OwnR.X] += rng.normal(0.0, 8e3, shape)
    picture.own_real[:, OwnR.Y] += rng.normal(0.0, 8e3, shape)
    picture.own_real[:, OwnR.STRENGTH] = rng.random(shape)
    picture.own_whole[:, OwnW.STATUS] = rng.choice(
        [Status.ACTIVE, Status.ABOARD, Status.LOST], shape, p=[0.5, 0.2, 0.3]
    )
    west, east, south, north = briefing.bounds_m
    shape = picture.contact_real[:, 0].shape
    picture.contact_real[:, SeenR.X] = rng.uniform(west - 5e3, east + 5e3, shape)  # estimates stray over the edge
    picture.contact_real[:, SeenR.Y] = rng.uniform(south - 5e3, north + 5e3, shape)
    picture.contact_real[:, SeenR.ERROR_M] = rng.uniform(10.0, 3e3, shape)
    picture.contact_real[:, SeenR.AGE_S] = rng.uniform(0.0, 600.0, shape)
    level = rng.integers(1, 4, shape)
    picture.contact_whole[:, SeenW.SERIAL] = np.arange(1, ROOM + 1)
    picture.contact_whole[:, SeenW.LEVEL] = level
    picture.contact_whole[:, SeenW.DOMAIN] = rng.integers(0, len(Domain), shape)
    picture.contact_whole[:, SeenW.TARGET_CLASS] = np.where(level > 1, rng.integers(0, len(TargetClass), shape), -1)
    picture.n_contacts[:] = rng.integers(0, n_contacts + 1, n_replications)
    return picture


def take(picture: Picture, rows: list[int]) -> Picture:
    """Return the picture of some of its replications."""
    arrays = {name: value[rows] for name, value in picture._asdict().items() if isinstance(value, np.ndarray)}
    return picture._replace(**arrays)


def decide(policy: Policy, briefing: Briefing, picture: Picture) -> Orders:
    """Return the orders of a policy for one picture, with whatever it remembers wiped before."""
    policy.reset(briefing, picture.seed, picture.replication)
    orders = empty_orders(len(picture.replication), N_GROUPS)
    policy.decide(picture, orders)
    return orders
