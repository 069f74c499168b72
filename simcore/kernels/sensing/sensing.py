"""Sensing: the scans and detections of a tick. Detections are buffered; ``contacts`` commits them."""

import numpy as np

from simcore.compiling.jit import inlined, kernel
from simcore.kernels.ground.terrain import HORIZON_SLACK_M, horizon_m
from simcore.kernels.mathematics.neighbours import gather_in_view
from simcore.kernels.network.jamming import list_jammers
from simcore.kernels.picture.contacts import take_sighting
from simcore.kernels.picture.sightings import report_sightings, store_local_contact
from simcore.kernels.sensing.looks import Look, begin_look, can_look, look_at, sensor_z
from simcore.kernels.sensing.sweeping import sweep_past
from simcore.kernels.turns import MANY_UNITS, list_marked, mark_due, prefetch_look, prefetch_target, turns_ahead
from simcore.kinds import Contacts, Ground, Jammers, Messages, Moment, Paths, Rules, Sensors, Units
from simcore.params import RuleW, SensorSpecW, UnitSpecW
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import SensorW, UnitR, UnitW
from simcore.types import F64, I32, Damage, Level, SensorModel, Status

_BEYOND_SQ = 1e18  # [m2]: beyond all distances


@inlined
def find_enemies(look: Look, is_swept: bool, units: Units, sensors: Sensors, rules: Rules, work: Scratch) -> int:
    """List the enemies within reach of a look, in its domains, in FOUND. Returns their number.

    Those below the horizon are left out where the look is at current positions: they cannot be in line of sight.
    """
    i = look.carrier
    horizon = np.inf
    if not is_swept and sensors.spec_whole[SensorSpecW.NEEDS_SIGHT, look.kind] == 1:
        horizon = horizon_m(sensor_z(look, units, sensors), rules) + HORIZON_SLACK_M
    n_found = 0
    for band in range(rules.whole[RuleW.N_SIDES]):
        if band != units.spec_whole[UnitSpecW.SIDE, i]:
            n_found = gather_in_view(
                work.whole[ScratchW.UNIT_START],
                work.real[ScratchR.UNIT_X],
                work.real[ScratchR.UNIT_Y],
                work.whole[ScratchW.UNIT_DOMAIN],
                work.real[ScratchR.HORIZON_M],
                band,
                rules,
                units.real[UnitR.X, i],
                units.real[UnitR.Y, i],
                look.reach_m,
                sensors.spec_whole[SensorSpecW.DOMAINS, look.kind],
                horizon,
                work.whole[ScratchW.FOUND],
                n_found,
            )
    return n_found


@inlined
def bring_nearest(f: int, n_found: int, x: float, y: float, work: Scratch) -> float:
    """Exchange entry ``f`` of FOUND with the nearest to (x, y) of those from ``f`` on; return its squared distance."""
    found = work.whole[ScratchW.FOUND]
    unit_x = work.real[ScratchR.UNIT_X]
    unit_y = work.real[ScratchR.UNIT_Y]
    nearest = f
    nearest_sq = np.inf
    for g in range(f, n_found):
        dx = unit_x[found[g]] - x
        dy = unit_y[found[g]] - y
        away_sq = dx * dx + dy * dy
        if away_sq < nearest_sq:
            nearest_sq = away_sq
            nearest = g
    place = found[f]
    found[f] = found[nearest]
    found[nearest] = place
    return nearest_sq


@kernel
def list_looks(now: Moment, units: Units, sensors: Sensors, mark: I32, due: I32) -> int:
    """List the sensors with a turn in this tick whose carriers can use them; see ``can_look``. Returns their number.

    A turn recurs every period, whether it was taken or not. Mutates NEXT_TICK.
    """
    next_tick = sensors.whole[SensorW.NEXT_TICK]
    period = sensors.spec_whole[SensorSpecW.PERIOD]
    kind = sensors.spec_whole[SensorSpecW.KIND]
    carrier = sensors.spec_whole[SensorSpecW.UNIT]
    status = units.whole[UnitW.STATUS]
    damage = units.whole[UnitW.DAMAGE]
    mark_due(np.int32(now.tick), next_tick, mark)
    n_turns = list_marked(mark, np.int64(next_tick.shape[0]), due)
    n_due = 0
    for d in range(n_turns):
        q = due[d]
        i = carrier[q]
        next_tick[q] = now.tick + period[kind[q]]
        due[n_due] = q  # overwrites an entry already read
        n_due += int((status[i] == Status.ACTIVE) & ((damage[i] & Damage.SENSOR) == 0))
    return n_due


@kernel
def look_for_enemies(
    now: Moment,
    units: Units,
    sensors: Sensors,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    work: Scratch,
    weather: F64,
    jammers: Jammers,
    messages: Messages,
    world: I32,
    paths: Paths,
) -> int:
    """Carry out all scans that are due. Returns the number of contacts touched.

    Reads the units in cells; mutates the next scan of each sensor, the detection buffer (SEEN_*, TOUCHED) for units
    with a link, and the latest own detection (LOCAL*) of units without a link or with delayed reports, which they send.
    """
    n = units.spec_whole.shape[1]
    side = units.spec_whole[UnitSpecW.SIDE]
    carrier = sensors.spec_whole[SensorSpecW.UNIT]
    linked = units.whole[UnitW.LINKED]
    local = units.whole[UnitW.LOCAL]
    order = work.whole[ScratchW.UNIT_ORDER]
    found = work.whole[ScratchW.FOUND]
    shielded = work.whole[ScratchW.SHIELDED]
    due = work.whole[ScratchW.DUE]
    n_touched = 0
    n_due = list_looks(now, units, sensors, work.whole[ScratchW.PENDING], due)
    ahead = turns_ahead(n, n_due)
    for d in range(n_due):
        if d + ahead < n_due:
            prefetch_look(due[d + ahead], carrier[due[d + ahead]], units, sensors)
        q = np.int64(due[d])
        k = np.int64(sensors.spec_whole[SensorSpecW.KIND, q])
        i = np.int64(carrier[q])
        if not can_look(now, q, i, k, units, sensors):
            continue
        look = begin_look(now, q, k, i, units, sensors, ground, rules, work, weather, paths)
        if look.ln_light == -np.inf:
            continue  # a day camera in the dark
        is_swept = look.model == SensorModel.COOKIE_CUTTER or look.model == SensorModel.INVERSE_CUBE
        n_found = find_enemies(look, is_swept, units, sensors, rules, work)
        if n_found == 0:
            continue
        n_received = 0
        if look.model == SensorModel.RADAR and jammers.spec_whole.shape[1] > 0:
            n_received = list_jammers(i, q, units, sensors, jammers, ground, rules, work)
        if n >= MANY_UNITS:
            for f in range(n_found):
                j = order[found[f]]
                prefetch_target(j, side[i] * n + j, units, contacts, work)
        # a unit without a link stores its nearest target alone: the others are not looked at
        is_alone = linked[i] == 0 and not is_swept
        nearest_sq = np.inf
        local_ago = np.int64(0)
        n_seen = np.int64(0)  # by a unit without a link or with delayed reports
        for f in range(n_found):
            if (
                is_alone
                and bring_nearest(np.int64(f), n_found, units.real[UnitR.X, i], units.real[UnitR.Y, i], work)
                > nearest_sq
            ):
                break
            place = found[f]
            j = np.int64(order[place])
            if is_swept:
                seen = sweep_past(now, look, place, nearest_sq, units, sensors, ground, rules, contacts, work, paths)
            else:
                seen = look_at(now, look, place, nearest_sq, n_received, units, sensors, ground, rules, contacts, work)
            if seen.level == Level.NONE:
                continue
            c = side[i] * n + j
            if look.is_prompt:
                n_touched = take_sighting(i, c, seen.error_m, seen.ago, seen.level, n_touched, units, work)
                continue
            found[n_seen] = j  # overwrites an entry already read
            work.whole[ScratchW.FOUND_LEVEL, n_seen] = seen.level
            work.real[ScratchR.FOUND_ERROR, n_seen] = seen.error_m
            work.whole[ScratchW.FOUND_AGO, n_seen] = seen.ago
            n_seen += 1
            range_sq = seen.range_sq
            if shielded[c] != 0:
                range_sq += _BEYOND_SQ
            if range_sq < nearest_sq or (range_sq == nearest_sq and units.key[j] < units.key[local[i]]):
                nearest_sq = range_sq
                local[i] = j
                local_ago = seen.ago
                units.whole[UnitW.LOCAL_LEVEL, i] = seen.level
                units.real[UnitR.LOCAL_ERROR_M, i] = seen.error_m
        if n_seen > 0 and linked[i] != 0:
            report_sightings(now, i, n_seen, units, rules, contacts, messages, world, work, paths)
        if nearest_sq < np.inf:
            store_local_contact(now, i, local_ago, units, rules, paths)
    return n_touched
