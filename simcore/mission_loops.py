"""A learning commander's observations of its mission: objectives, zones and the situation as a whole.

For the axes see ``observation_loops``.
"""

from simcore.compiling.jit import formula, shared
from simcore.observation_columns import FAR, GlobalColumn, ObjectiveColumn, ZoneColumn
from simcore.observation_kinds import Mission, Seen
from simcore.observation_loops import bounded, length_between
from simcore.picture import OwnR, OwnW, SeenR, SeenW
from simcore.types import F32, F64, I32, I64, Domain, Identity, ObjectiveKind, Status


@shared
def observe_mission(
    picture: Seen,
    elapsed: F64,
    weather: F64,
    rows: I64,
    places: I64,
    mission: Mission,
    frame: F64,
    objectives: F32,
    zones: F32,
    situation: F32,
    known: F64,
) -> None:
    """Observe objectives, zones and the situation as a whole.

    ``elapsed`` (R,) is the share of the duration; ``weather`` (R, 5): light, visibility, rain, sea, wind, in the units
    of their columns. Mutates objectives (N, O, len(ObjectiveColumn)), zones (N, Z, len(ZoneColumn)), situation
    (N, len(GlobalColumn)) without DURATION and EXTENT, and known (N, 2): progress and share of the cost reported lost.
    """
    own_real, own_whole = picture.own_real, picture.own_whole
    contact_real, contact_whole, count = picture.contact_real, picture.contact_whole, picture.n_contacts
    domain, cost, members = mission.domain, mission.cost, mission.members
    objective_whole, objective_real = mission.objective_whole, mission.objective_real
    zone_whole, zone_real = mission.zone_whole, mission.zone_real
    n_own = domain.shape[0]
    n_zones = zone_whole.shape[1]
    for q in range(rows.shape[0]):
        r, p = rows[q], places[q]
        n_rows = min(max(count[r], 0), contact_real.shape[2])
        zones[p] = 0.0
        n_ground = 0.0
        total, lost, left, strength = 0.0, 0.0, 0.0, 0.0
        for i in range(n_own):
            status = own_whole[r, OwnW.STATUS, i]
            total += cost[i]
            if status == Status.LOST:
                lost += cost[i]
            elif status != Status.EXPENDED:
                left += cost[i]
                strength += cost[i] * bounded(own_real[r, OwnR.STRENGTH, i], 0.0, 1.0)
            if status == Status.ACTIVE and domain[i] != Domain.AIR:
                n_ground += 1.0
                for z in range(n_zones):
                    away = length_between(
                        own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i], zone_real[0, z], zone_real[1, z]
                    )
                    if away <= zone_real[2, z]:
                        zones[p, z, ZoneColumn.OWN] += 1.0
        n_hostile = 0.0
        for j in range(n_rows):
            identity = contact_whole[r, SeenW.IDENTITY, j]
            if identity == Identity.HOSTILE:
                n_hostile += 1.0
            if identity > Identity.HOSTILE or contact_whole[r, SeenW.DOMAIN, j] == Domain.AIR:
                continue
            for z in range(n_zones):
                away = length_between(
                    contact_real[r, SeenR.X, j], contact_real[r, SeenR.Y, j], zone_real[0, z], zone_real[1, z]
                )
                if away <= zone_real[2, z]:
                    zones[p, z, ZoneColumn.ENEMY] += 0.1
        for z in range(n_zones):
            kind = zone_whole[0, z]
            if 0 <= kind <= ZoneColumn.MINEFIELD:
                zones[p, z, kind] = 1.0
            zones[p, z, ZoneColumn.X] = bounded((zone_real[0, z] - frame[0]) / frame[2], -FAR, FAR)
            zones[p, z, ZoneColumn.Y] = bounded((zone_real[1, z] - frame[1]) / frame[2], -FAR, FAR)
            zones[p, z, ZoneColumn.RADIUS] = bounded(zone_real[2, z] / frame[2], 0.0, FAR)
            zones[p, z, ZoneColumn.WEIGHT] = zone_real[3, z]
            zones[p, z, ZoneColumn.OWN] /= max(n_ground, 1.0)
            zones[p, z, ZoneColumn.ENEMY] = min(zones[p, z, ZoneColumn.ENEMY], 1.0)
        objectives[p] = 0.0
        progress, weights = 0.0, 0.0
        for o in range(objective_whole.shape[1]):
            kind, z = objective_whole[0, o], objective_whole[1, o]
            share = known_progress(
                kind, z, r, p, own_real, own_whole, domain, cost, members[o], zone_real, zones, frame[2]
            )
            progress += objective_real[0, o] * share
            weights += objective_real[0, o]
            if o >= objectives.shape[1]:
                continue
            seen = objectives[p, o]
            seen[kind] = 1.0
            seen[ObjectiveColumn.WEIGHT] = objective_real[0, o]
            seen[ObjectiveColumn.PROGRESS] = share
            if z >= 0:
                seen[ObjectiveColumn.HAS_ZONE] = 1.0
                seen[ObjectiveColumn.X] = bounded((zone_real[0, z] - frame[0]) / frame[2], -FAR, FAR)
                seen[ObjectiveColumn.Y] = bounded((zone_real[1, z] - frame[1]) / frame[2], -FAR, FAR)
                seen[ObjectiveColumn.RADIUS] = bounded(zone_real[2, z] / frame[2], 0.0, FAR)
        progress = bounded(progress / weights, 0.0, 1.0) if weights > 0.0 else 0.0
        known[p, 0] = progress
        known[p, 1] = lost / total if total > 0.0 else 0.0
        seen = situation[p]
        seen[GlobalColumn.ELAPSED] = bounded(elapsed[r], 0.0, 1.0)
        seen[GlobalColumn.OWN_LEFT] = 1.0 - known[p, 1]
        seen[GlobalColumn.STRENGTH] = strength / left if left > 0.0 else 0.0
        seen[GlobalColumn.CONTACTS] = min(n_rows / 100.0, 1.0)
        seen[GlobalColumn.HOSTILE] = min(n_hostile / 100.0, 1.0)
        seen[GlobalColumn.PROGRESS] = progress
        for column in range(weather.shape[1]):
            seen[GlobalColumn.LIGHT + column] = bounded(weather[r, column], 0.0, 1.0)


@formula
def known_progress(
    kind: int,
    z: int,
    r: int,
    p: int,
    own_real: F64,
    own_whole: I32,
    domain: I32,
    cost: F64,
    listed: I32,
    zone_real: F64,
    zones: F32,
    half_extent_m: float,
) -> float:
    """Return the progress of an objective known to the side, 0..1, with credit for the approach to a zone.

    To protect: the share of the listed units, by cost, not reported lost. To reach or hold: their nearness, 1 inside;
    half of it while a contact that may be an enemy is in a zone to hold. To destroy and to save: 0, since the side has
    no certain knowledge.
    """
    if kind == ObjectiveKind.PROTECT or kind == ObjectiveKind.REACH:
        total, part = 0.0, 0.0
        for i in range(listed.shape[0]):
            if listed[i] == 0:
                continue
            worth = max(cost[i], 1e-9)
            total += worth
            if own_whole[r, OwnW.STATUS, i] == Status.LOST or own_whole[r, OwnW.STATUS, i] == Status.EXPENDED:
                continue
            if kind == ObjectiveKind.PROTECT:
                part += worth
            elif z >= 0:
                part += worth * nearness(own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i], zone_real, z, half_extent_m)
        return part / total if total > 0.0 else 0.0
    best = 0.0
    if kind == ObjectiveKind.HOLD and z >= 0:
        for i in range(domain.shape[0]):
            if own_whole[r, OwnW.STATUS, i] == Status.ACTIVE and domain[i] != Domain.AIR:
                near = nearness(own_real[r, OwnR.X, i], own_real[r, OwnR.Y, i], zone_real, z, half_extent_m)
                best = max(best, near)
        if zones[p, z, ZoneColumn.ENEMY] > 0.0:
            best *= 0.5
    return best


@formula
def nearness(x: float, y: float, zone_real: F64, z: int, half_extent_m: float) -> float:
    """Return 1 in a zone, falling to 0 at two half-extents from its edge."""
    gap = length_between(x, y, zone_real[0, z], zone_real[1, z]) - zone_real[2, z]
    return bounded(1.0 - bounded(gap / half_extent_m, 0.0, FAR) / FAR, 0.0, 1.0)
