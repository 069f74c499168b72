"""Rules of the scenario as two vectors, and the grid for neighbour search."""

import math

import numpy as np

from scenarios.compiler.columns import blank_reals, blank_wholes
from scenarios.compiler.message_room import message_room
from scenarios.compiler.ticks import ticks
from scenarios.compiler.units import Forces
from scenarios.format.schema.map import Map
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.sensors import SWEPT
from scenarios.terrain.rasters import Ground
from simcore.params import DETOUR, NEVER, RuleR, RuleW, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.types import F64, I32, Identity, SensorModel

EARTH_RADIUS_M = 6_371_000.0

MOST_KNOTS = 120
"""Greatest number of ticks between two scans for which the path between them is stored tick by tick."""


def neighbour_grid(field: Map, n_units: int, ranges_m: F64) -> tuple[float, int, int]:
    """Return (cell [m], columns, rows): cells of about twice the median range, at most one for every two units.

    The grid affects only the speed of the neighbour search, never a result. All cells are emptied in every tick, so
    cells without a unit cost more than they save.
    """
    width, height = (field.east_km - field.west_km) * 1e3, (field.north_km - field.south_km) * 1e3
    useful = ranges_m[ranges_m > 0.0]
    cell = 2.0 * float(np.median(useful)) if len(useful) else max(width, height)
    if n_units >= 64:
        cell = min(cell, min(width, height) / 4.0)
    cell = max(1.0, math.ceil(min(cell, max(width, height))))
    limit = max(n_units // 2, 16)
    while math.ceil(width / cell) * math.ceil(height / cell) > limit:
        cell = math.ceil(cell * 1.05)
    return float(cell), max(1, math.ceil(width / cell)), max(1, math.ceil(height / cell))


def note_slowest_ground(forces: Forces, ground: Ground) -> None:
    """Write the greatest cost of the return home over the slowest ground of the map. Mutates HOME_RATE of the units."""
    mobility, real = forces.units.whole[UnitSpecW.MOBILITY], forces.units.real
    slowness = np.ones(len(mobility))
    for mode in np.unique(mobility):
        factors = ground.terrain.speed[mode]
        is_open = factors > 0.0
        slowest = float(factors[is_open].min(initial=1.0))
        slowness[mobility == mode] = (1.0 if is_open.all() else DETOUR) / slowest
    idle, cruise = real[UnitSpecR.IDLE_BURN], real[UnitSpecR.SPEED_CRUISE]
    moves = cruise > 0.0
    real[UnitSpecR.HOME_RATE] = 0.0
    real[UnitSpecR.HOME_RATE, moves] = (1.0 - idle[moves] + idle[moves] * slowness[moves]) / cruise[moves]


def path_memory(sensors: I32, n_ticks: int) -> tuple[int, int]:
    """Return the number of stored path points of each unit, and the ticks between them, for swept detection.

    The points cover the longest time between two scans. To limit the memory, at most MOST_KNOTS + 1 points are stored:
    with longer intervals they are further apart.
    """
    is_swept = np.isin(sensors[SensorSpecW.MODEL], [SensorModel[name.upper()] for name in SWEPT])
    does_scan = is_swept & (sensors[SensorSpecW.PHASE] != NEVER)
    span = min(int(sensors[SensorSpecW.PERIOD, does_scan].max(initial=1)), n_ticks)
    if span <= 1:
        return 0, 1
    stride = math.ceil(span / MOST_KNOTS)
    return math.ceil((span - 1) / stride) + 1, stride


def compile_rules(content: ScenarioFile, forces: Forces, ground: Ground) -> tuple[F64, I32]:
    """Return the rules (len(RuleR),) and (len(RuleW),) of a resolved scenario."""
    field, time, rules = content.map, content.time, content.rules
    n = len(forces.order.names)
    ranges = np.concatenate([forces.sensor_range_m, forces.weapon_range_m])
    cell, columns, rows = neighbour_grid(field, n, ranges)
    real, whole = blank_reals(RuleR), blank_wholes(RuleW)
    real[RuleR.DT_S] = time.dt_s
    real[RuleR.CONTACT_HOLD_S] = rules.contact_hold_s
    real[RuleR.CONTACT_GROWTH_MPS] = rules.contact_growth_mps
    real[RuleR.CONTACT_FRESH_S] = rules.contact_refresh_s if rules.contact_refresh_s > 0 else -1.0
    real[RuleR.P_BDA] = rules.p_bda
    real[RuleR.WEST], real[RuleR.EAST] = field.west_km * 1e3, field.east_km * 1e3
    real[RuleR.SOUTH], real[RuleR.NORTH] = field.south_km * 1e3, field.north_km * 1e3
    real[RuleR.CELL_M] = cell
    real[RuleR.MARGIN] = rules.win_margin
    real[RuleR.RASTER_WEST], real[RuleR.RASTER_SOUTH] = ground.west_m, ground.south_m
    real[RuleR.RASTER_CELL_M] = ground.cell_m
    real[RuleR.EARTH_M] = math.inf if field.flat_earth else EARTH_RADIUS_M * field.earth_radius_factor
    real[RuleR.PEAK_M] = float(ground.terrain.elevation_m.max())
    real[RuleR.FLOOR_M] = float(ground.terrain.elevation_m.min())
    whole[RuleW.N_TICKS] = ticks(time.length_s, time.dt_s)
    whole[RuleW.N_SIDES] = len(content.sides)
    whole[RuleW.COMMS_PERIOD] = ticks(time.comms_interval_s, time.dt_s)
    whole[RuleW.PLAN_PERIOD] = ticks(time.plan_interval_s, time.dt_s)
    whole[RuleW.FIRE_PERIOD] = 1 if time.fire_interval_s is None else ticks(time.fire_interval_s, time.dt_s)
    whole[RuleW.SCORE_PERIOD] = ticks(time.score_interval_s, time.dt_s)
    whole[RuleW.NX], whole[RuleW.NY] = columns, rows
    whole[RuleW.STOP_ON_ANNIHILATION] = rules.stop_on_annihilation
    whole[RuleW.MAX_HOPS] = rules.max_hops
    whole[RuleW.LAYERED] = rules.layered_defence
    whole[RuleW.PATH_KNOTS], whole[RuleW.PATH_STRIDE] = path_memory(forces.sensors.whole, int(whole[RuleW.N_TICKS]))
    wrong = rules.p_misidentify
    room = message_room(content, forces)
    whole[RuleW.ORDER_SLOTS], whole[RuleW.STATUS_SLOTS], whole[RuleW.REPORT_ROOM] = (min(n, 2**31 - 1) for n in room)
    real[RuleR.P_MISIDENTIFY_HOSTILE] = wrong.hostile
    real[RuleR.P_MISIDENTIFY_NEUTRAL] = wrong.neutral
    real[RuleR.P_MISIDENTIFY_DECOY] = wrong.decoy
    is_in_doubt = wrong.hostile > 0.0 or (forces.units.whole[UnitSpecW.IDENTITY] != Identity.HOSTILE).any()
    whole[RuleW.ASKS_IDENTITY] = bool(is_in_doubt)
    return real, whole
