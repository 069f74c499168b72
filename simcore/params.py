"""Parameters: values fixed by a scenario for all replications.

A block holds the entities of one kind: ``real[field, n]`` float64 and ``whole[field, n]`` int32, with fields named
by an ``IntEnum``. SI units; times compared with the tick are in ticks. Blocks are C-contiguous, built once by
``scenarios.compiler.scenario`` and never written afterwards. Units are in canonical order (natural order of their
names), so nothing depends on the order of a file.
"""

from enum import IntEnum
from typing import NamedTuple

from simcore.blocks import Block, MedicalSpec, SupplySpec
from simcore.surroundings import Terrain, Weather
from simcore.types import F64, I32, N_TARGET_CLASSES, U64


class UnitSpecR(IntEnum):
    """Unit parameters, real."""

    SPEED_MAX = 0  # [m/s]
    SPEED_CRUISE = 1  # [m/s]
    TURN_COS = 2  # cosine of the largest turn in one tick
    TURN_SIN = 3  # its sine
    TURN_RADIUS = 4  # radius of the tightest turn at cruise speed [m]
    ENDURANCE_S = 5  # time under way at cruise speed on full tanks [s]; inf when unlimited
    IDLE_BURN = 6  # burn at rest as a share of the burn at cruise
    RESERVE_S = 7  # endurance kept back when turning home [s]
    HEIGHT_M = 8  # height above ground or sea of the body and its antennas [m]; depth is negative
    RADIO_RANGE_M = 9
    RCS_M2 = 10  # radar cross-section [m2]
    SIGNATURE = 11  # factor on the range of cookie-cutter and inverse-cube sensors against this unit
    COST = 12  # [money]
    X0 = 13  # start, east of the origin [m]
    Y0 = 14  # start, north of the origin [m]
    HX0 = 15  # start heading, unit vector; (0, 0) draws a random heading
    HY0 = 16
    SCATTER_X = 17  # half-width of the uniform scatter of the start [m]
    SCATTER_Y = 18
    SCATTER_R = 19  # radius of the uniform disc scatter of the start [m]
    OFFSET_X = 20  # place in the formation, relative to the group's point [m]
    OFFSET_Y = 21
    ENDURANCE0_S = 22  # endurance at the start [s]
    STANDOFF_M = 23  # distance at which an attacker stops closing [m]
    HOME_X = 24  # home of a unit without a host [m]
    HOME_Y = 25
    TOUGHNESS = 26  # hits of damage 1 that use up the whole strength
    CRITICAL_M = 27  # critical dimension in an image [m]
    LN_CONTRAST = 28  # natural log of the contrast against the background, at close range
    SOURCE_REST = 29  # radiated noise at rest, as a ratio to 1 uPa^2 at 1 m
    SOURCE_SPEED = 30  # radiated noise of its speed, per (m/s)^6
    TARGET_STRENGTH_DB = 31  # echo of active sonar
    EMISSION_M = 32  # longest instrumented range of its radars [m]; 0: no radar
    SEA_FULL = 33  # highest sea state without loss of speed; inf: no loss in any
    SEA_END = 34  # sea state from which it cannot move
    LAUNCH_SEA = 35  # highest sea state in which it leaves its host
    LAUNCH_WIND = 36  # strongest wind in which it leaves its host [m/s]
    CLEAR_RADIUS_M = 37  # half-width of the swath in which it clears mines; 0: clears none
    P_CLEAR = 38  # probability that a passage of the swath clears a mine
    CLEAR_SPEED = 39  # fastest speed at which it clears [m/s]
    RADIO_EIRP_W = 40  # radiated by the radio towards its peers [W]
    RADIO_SNR = 41  # required signal over noise and jamming; 0 = cannot be jammed
    RADIO_MHZ = 42
    RADIO_BAND_MHZ = 43
    SEEN_COST = 44  # apparent cost: its own, or for a decoy that of the imitated platform [money]
    SPOOF_RANGE_M = 45  # farthest receiver deceived by its transmitter
    P_SPOOF = 46  # probability per scan that a receiver shows a phantom
    HOME_RATE = 47  # most endurance per metre of the route home in calm weather, detours included [s at cruise/m]
    MARCH_CRUISE = 48  # cruise speed on the way to its task: its own, or of the slowest of a group that keeps together
    MARCH_MAX = 49  # the same of the highest speed


class UnitSpecW(IntEnum):
    """Unit parameters, whole."""

    SIDE = 0
    DOMAIN = 1
    TARGET_CLASS = 2
    MOBILITY = 3
    GROUP = 4
    SISTER = 5  # of a host: the next in the ring of hosts that replace each other; -1 for all other units
    AUTONOMY = 6
    APPROVAL_TICKS = 7  # time from proposal to launch under APPROVE and VETO
    LOST_LINK = 8  # behaviour (LostLink)
    LOST_LINK_TICKS = 9  # patience before it
    HOST = 10  # unit index of its initial host, or -1
    SERVICE_SLOTS = 11  # units it can service at once (0 = not a host)
    SERVICE_TICKS = 12  # turnaround on a host
    IS_COMMAND_POST = 13
    IS_ONE_WAY = 14  # a munition: firing any mount uses the unit up
    OVER_HORIZON = 15  # 1 when the radio needs no line of sight (satellite link)
    SENSOR_FIRST = 16
    SENSOR_COUNT = 17
    MOUNT_FIRST = 18
    MOUNT_COUNT = 19
    STATUS0 = 20
    PLACE_IN_GROUP = 21  # rank in its group
    IS_HOVERING = 22  # 1 when it can stand still while active (0: a fixed wing circles)
    IS_INTERCEPTOR = 23  # 1 when any mount is an interceptor
    ROUTE_FIRST = 24  # first route point of the first task
    ROUTE_COUNT = 25  # number of route points; the last is the task's own point
    HAS_OFFENSE = 26  # 1 when any mount can fire at units
    OFFENSE_DOMAINS = 27  # union of the target domains of the mounts
    SEEN_CLASS = 28  # apparent target class
    IDENTITY = 29  # true Identity: a unit of a belligerent, a neutral, a decoy
    SPOOFER = 30  # of a phantom: unit whose transmitter shows it; -1 for real units
    SPOOF_MODELS = 31  # bits of the sensor models (SensorModel) deceived by its transmitter
    WAY_SLOT = 32  # column of the unit among the routes, or -1: it moves in straight lines
    LATENCY_MS = 33  # latency of a hop over its radio; between two radios the slower applies
    CARRIES = 34  # units it can have aboard (0 = not a host)


class SensorSpecR(IntEnum):
    """Sensor parameters, real; a column for each sensor on a unit."""

    RANGE_M = 0  # instrumented range [m]
    P_DETECT = 1  # cookie cutter, ESM: probability per scan inside the range; camera: that a scan covers the target
    LAW = 2  # inverse cube: K of rate K/r^3 [m3/s]; radar: signal-to-noise times r^4 for 1 m2 [m4];
    # camera: cycles per radian; sonar: level less threshold at 1 m [dB]; ESM: its range as a share of the radar's
    LN_PFA = 3  # radar: natural log of the false-alarm probability
    ERROR_M = 4  # one-sigma position error at zero range [m]
    ERROR_PER_M = 5  # growth of that error with range
    CLASSIFY_M = 6  # range within which a detection classifies [m]
    IDENTIFY_M = 7
    FOV_COS = 8  # cosine of half the field of view; -1 is all-round
    HEIGHT_M = 9  # height of the sensor above ground or sea [m]
    N50_DETECT = 10  # camera: cycles at which half of the scans detect
    N50_CLASSIFY = 11
    N50_IDENTIFY = 12
    NIGHT = 13  # camera, optical sensor: contrast left in full darkness, 0..1
    HAZE = 14  # camera, optical sensor: extinction by haze as a share of that in visible light
    SPREADING = 15  # sonar: transmission loss per unit of ln(r^2), one-way or two-way [dB]
    ABSORPTION = 16  # sonar: transmission loss per metre, one-way or two-way [dB]
    NOISE_CALM = 17  # sonar: noise without wind, as a ratio to 1 uPa^2
    NOISE_WIND = 18  # sonar: noise of the wind, to be multiplied by WeatherR.NOISE
    NOISE_OWN = 19  # sonar: noise of its own speed, per (m/s)^6
    SIGMA_DB = 20  # sonar: standard deviation of the signal excess [dB]
    JAM_M2 = 21  # radar: jamming over noise, times distance^2, per watt radiated by the jammer [m2/W]
    MHZ = 22
    BAND_MHZ = 23
    BEAM_COS = 24  # cosine of half the beamwidth
    SIDELOBE = 25  # gain of the sidelobes over that of the beam


class SensorSpecW(IntEnum):
    """Sensor parameters, whole."""

    UNIT = 0
    MODEL = 1  # SensorModel
    PERIOD = 2  # ticks between scans
    PHASE = 3  # tick of its first scan; NEVER: no scans; DRAWN: its turn is drawn in each replication
    DOMAINS = 4  # mask of target domains
    NEEDS_SIGHT = 5  # 1 when blocked by terrain and horizon
    IS_OPTICAL = 6  # cookie cutter, inverse cube: 1 when darkness, haze and rain shorten its range
    KIND = 7  # first sensor of the same kind: equal in all columns but UNIT and PHASE


class MountSpecR(IntEnum):
    """Mount (weapon) parameters, real; P_HIT spans a row for each target class."""

    RANGE_MAX_M = 0
    RANGE_MIN_M = 1
    ROUND_SPEED = 2  # [m/s]; inf hits in the same tick
    DAMAGE = 3  # strength taken by a hit (target toughness 1)
    P_KILL = 4  # probability that a hit is catastrophic
    P_COMPONENT = 5  # probability that a non-lethal hit puts a component out of action
    BASKET_M = 6  # seeker basket round the aim point; inf for direct fire
    MAX_AGE_S = 7  # greatest age of a contact to fire at
    MAX_ERROR_M = 8  # largest error of a contact to fire at
    P_INTERCEPT = 9  # probability that a shot stops an incoming round
    RANGE_FALLOFF = 10  # hit probability at full range, as a share of that at zero range
    INTERCEPT_RANGE_M = 11
    P_HIT = 12  # first of N_TARGET_CLASSES rows
    INTERCEPT_SPEED = 12 + N_TARGET_CLASSES  # interceptor: speed of its shots [m/s]; inf: no time of flight
    INTERCEPT_MIN_M = 13 + N_TARGET_CLASSES  # interceptor: shortest range at which it meets a round
    ASSESS_S = 14 + N_TARGET_CLASSES  # interceptor: assessment time between two shots at the same round
    REACTION_S = 15 + N_TARGET_CLASSES  # interceptor: time from the launch of a round to the first shot at it
    P_SOFT_GUIDED = 16 + N_TARGET_CLASSES  # soft kill: probability that a guided round is led astray
    P_SOFT_UNGUIDED = 17 + N_TARGET_CLASSES
    LETHAL_M = 18 + N_TARGET_CLASSES  # area fire: lethal radius
    SIGMA_M = 19 + N_TARGET_CLASSES  # area fire: standard deviation of the fall of shot, in east and in north


class MountSpecW(IntEnum):
    """Mount parameters, whole."""

    UNIT = 0
    SALVO = 1  # rounds per shot
    RELOAD = 2  # ticks between shots
    AMMO0 = 3  # rounds at the start; very large when unlimited
    DOMAINS = 4  # mask of target domains; 0 for a pure interceptor
    CHOICE = 5  # TargetChoice
    NEEDS_SIGHT = 6
    CHANNELS = 7  # interceptor: shots per reload window
    SHOTS_PER_THREAT = 8  # interceptor: shots at each round; 0 = shoot, look, shoot until no round is left
    IS_STOPPABLE = 9  # 1 when its rounds can be intercepted
    COMMIT_CAP = 10  # most rounds committed to a contact at a time by the side (0 = no limit)
    SERIAL = 11  # rank of the mount on its unit (key of its draws)
    WEAPON = 12  # row of the scenario's weapon table
    DEFENCE = 13  # Defence: how the mount stops incoming rounds
    IS_GUIDED = 14  # 1 when its rounds are guided for the purposes of soft kill
    LASTS = 15  # soft kill: ticks for which a launch works
    IS_AREA = 16  # 1 when its rounds damage all units near the impact
    IS_CARLETON = 17  # area fire: 1 for Carleton's damage function, 0 for a cookie cutter


class GroupSpecR(IntEnum):
    """Group parameters, real: the task in force at the start."""

    X = 0
    Y = 1
    RADIUS = 2
    SPEED = 3  # share of the maximum speed, 0..1; 0 means cruise
    SPACING = 4  # lane or station spacing [m]


class GroupSpecW(IntEnum):
    """Group parameters, whole."""

    SIDE = 0
    TASK = 1
    ROE = 2
    TARGET = 3  # escorted group, or -1
    SIZE = 4
    EMCON = 5  # Emcon at the start
    ROE_LIMIT = 6  # widest rules of engagement allowed in an order
    WAY_SLOT = 7  # column of the group among the routes, or -1


class ZoneSpecR(IntEnum):
    """Zone parameters, real: bounding box; the polygon's vertices are in ``vertices``."""

    WEST = 0
    EAST = 1
    SOUTH = 2
    NORTH = 3


class ZoneSpecW(IntEnum):
    """Zone parameters, whole."""

    KIND = 0
    FIRST = 1  # first vertex
    COUNT = 2
    SIDE = 3  # side to which it applies, or -1 for all
    FROM_TICK = 4  # open from this tick
    UNTIL_TICK = 5  # closed from this tick


class ObjectiveSpecR(IntEnum):
    """Objective parameters, real."""

    WEIGHT = 0
    GOAL = 1  # progress at which it counts as met, 0..1


class ObjectiveSpecW(IntEnum):
    """Objective parameters, whole."""

    SIDE = 0
    KIND = 1
    ZONE = 2
    FIRST = 3  # first entry of ``members``
    COUNT = 4
    IS_DECISIVE = 5  # meeting it ends the run
    BY_UNITS = 6  # 1: progress counts units; 0: units weighted by cost


class JammerSpecR(IntEnum):
    """Jammer parameters, real; a column for each jammer on a unit, in the order of the units' name keys."""

    EIRP_W = 0
    LOW_MHZ = 1
    HIGH_MHZ = 2
    SPREAD_MHZ = 3  # bandwidth of the power; 0 = every victim receives all of it
    RANGE_M = 4  # farthest victim


class JammerSpecW(IntEnum):
    """Jammer parameters, whole."""

    UNIT = 0
    ON_ORDER = 1  # 1 when silent under the rules of engagement `hold`


class RuleR(IntEnum):
    """Rules of the scenario, real."""

    DT_S = 0
    CONTACT_HOLD_S = 1  # time without detection after which a contact is dropped
    CONTACT_GROWTH_MPS = 2  # growth of a contact's position error
    P_BDA = 3  # probability that a kill is known at once to the shooter's side
    WEST = 4  # edges of the playing field [m]
    EAST = 5
    SOUTH = 6
    NORTH = 7
    CELL_M = 8  # cell of the neighbour grid [m]
    MARGIN = 9  # lead in score above which a side wins
    RASTER_WEST = 10  # west edge of the terrain raster [m]
    RASTER_SOUTH = 11
    RASTER_CELL_M = 12
    EARTH_M = 13  # effective earth radius (by default 4/3 of the true radius); inf for a flat earth
    PEAK_M = 14  # highest ground on the raster [m]
    FLOOR_M = 15  # lowest ground on the raster [m]
    CONTACT_FRESH_S = 16  # age up to which a contact is not scanned again unless the scan can improve it
    P_MISIDENTIFY_HOSTILE = 17  # probability that an enemy unit is identified as neutral
    P_MISIDENTIFY_NEUTRAL = 18  # a neutral as an enemy unit
    P_MISIDENTIFY_DECOY = 19  # a decoy as an enemy unit


class RuleW(IntEnum):
    """Rules of the scenario, whole."""

    N_TICKS = 0
    N_SIDES = 1
    COMMS_PERIOD = 2  # ticks between updates of the network
    PLAN_PERIOD = 3  # ticks between a unit's decisions
    NX = 4  # cells of the neighbour grid
    NY = 5
    STOP_ON_ANNIHILATION = 6
    SCORE_PERIOD = 7  # ticks between updates of the objectives
    MAX_HOPS = 8
    FIRE_PERIOD = 9  # ticks between a unit's searches for targets
    LAYERED = 10  # 1 when the defence engages in layers, from the longest range inwards
    ASKS_IDENTITY = 11  # 1 when a contact may be identified, rightly or wrongly, as not hostile
    ORDER_SLOTS = 12  # most orders of a group under way at once; 0 when no message takes time
    STATUS_SLOTS = 13  # most reports of a unit on itself under way at once
    REPORT_ROOM = 14  # most contact reports under way at once
    PATH_KNOTS = 15  # stored positions of each unit's path; 0 when no swept scan covers more than a tick
    PATH_STRIDE = 16  # ticks between them


class Params(NamedTuple):
    """All parameters of a compiled scenario."""

    units: Block
    name_key: U64  # (n,) of a unit: the source of its key in each replication
    sensors: Block
    mounts: Block
    groups: Block
    zones: Block
    vertices: F64  # (2, n) corners of all zones [m]
    objectives: Block
    members: I32  # units listed by objectives
    route: F64  # (2, n) route points of all groups [m]
    terrain: Terrain
    minefields: Block
    minefield_key: U64  # (fields,) name key of a minefield: the key of its draws
    minefield_vertices: F64  # (2, n) corners of all minefields [m]
    injects: I32  # (len(InjectW), n)
    inject_members: I32  # units listed by injects
    rules_real: F64  # (len(RuleR),)
    rules_whole: I32  # (len(RuleW),)
    weather: Weather
    operators: Block  # a column for each side
    jammers: Block
    components: Block
    component_key: U64  # (n,) key of the name of a component: the key of its draws
    uses: I32  # (len(UseSpecW), n) for each unit, if any has components
    workshops: Block
    gangs: I32  # (len(GangSpecW), n) for each crew of a workshop
    upkeep: I32  # (len(UpkeepW),)
    supply: SupplySpec
    triggers: Block
    trigger_members: I32  # units listed by triggers
    trigger_route: F64  # (2, n) points of the ways to the tasks of triggers [m]
    medical: MedicalSpec


UNLIMITED = 2**30  # ammunition count of an unlimited supply
NEVER = 2**30  # tick beyond any run: the first scan of a sensor that is switched off
DRAWN = -1  # first scan at a drawn tick
ALWAYS = 2**30  # closing tick of a zone that stays open
DETOUR = 2.0  # length of a detour round an obstacle over the straight line across; pi / 2 at most for a disc
