"""Supply: items, stores, shipments and carriers, as rows of the blocks of parameters and state.

A store is a quantity of one item on one unit: a depot, a post, a ship, a vehicle; the cargo of a carrier is a store as
well, marked IS_CARGO. The columns of stores are sorted by unit, then by item. Without the section ``sustainment`` of a
scenario all these blocks have no columns.

Each column of stores keeps an account that always balances:
START + RECEIVED + GOT = ON_HAND + ISSUED + CONSUMED + SENT + LOST.
"""

from enum import IntEnum, nonmember


class ItemSpecR(IntEnum):
    """Items, real."""

    MASS_KG = 0  # of a unit of the item


class ItemSpecW(IntEnum):
    """Items, whole."""

    KIND = 0  # ItemKind
    WEAPON = 1  # rounds: row of the scenario's weapon table; otherwise -1


class StoreSpecR(IntEnum):
    """Stores, real. Quantities are in units of the item: litres, rounds, pieces."""

    CAPACITY = 0  # cargo: inf, since the mass limits it
    START = 1
    LOW = 2  # reorder point s: an order is due when the position falls to it
    UP_TO = 3  # order-up-to level S
    LEAD_S = 4  # mean time from the dispatch of a shipment to its arrival [s]
    DEMAND_PER_S = 5  # mean demand by consumers outside the scenario


class StoreSpecW(IntEnum):
    """Stores, whole."""

    UNIT = 0
    ITEM = 1
    IS_CARGO = 2
    SOURCE = 3  # column of the store that it orders from, OUTSIDE, or NO_SOURCE: carriers alone fill it
    IS_LEAD_DRAWN = 4  # 1: exponential lead times, 0: fixed
    IS_DEMAND_DRAWN = 5  # 1: Poisson demand in whole units, 0: steady
    IS_BACKORDERED = 6  # 1: unmet demand waits, 0: it is lost
    PRIORITY = 7  # 1 comes first
    SLOT_FIRST = 8  # first place of its shipments
    SLOT_COUNT = 9  # most shipments under way at once
    LEVEL = 10  # 0: no store orders from it; above those that order from it
    IS_DIVISIBLE = 11  # 1: fractions of a unit may be moved (fuel)


NO_SOURCE = -1
OUTSIDE = -2
"""Value of SOURCE for a source outside the scenario, which never runs dry."""


class StoreR(IntEnum):
    """Stores, real."""

    ON_HAND = 0
    ON_ORDER = 1  # shipments and cargo under way to it
    BACKORDERS = 2  # owed to consumers outside the scenario
    OWED = 3  # owed to stores that order from it
    RECEIVED = 4  # from outside so far
    ISSUED = 5  # to tanks, magazines and repairs so far
    CONSUMED = 6  # by consumers outside the scenario so far
    SENT = 7  # to other stores and carriers so far
    GOT = 8  # from other stores and carriers so far
    LOST = 9  # with its unit so far
    DEMANDED = 10  # by all consumers so far
    SERVED_AT_ONCE = 11  # of these, from stock on hand
    UNMET = 12  # of these, lost
    BACKORDER_S = 13  # integral of BACKORDERS and OWED over time
    STOCK_S = 14  # integral of ON_HAND
    EMPTY_S = 15  # time without stock
    REPORTED = 16  # stock as last reported to the command post
    UNDER_REPORT = 17  # stock in the report under way
    REPORTED_DUE = 18  # ON_ORDER as last reported
    UNDER_REPORT_DUE = 19
    KNOWN = 20  # stock as known to the carriers: by the last report or the last delivery, whichever is newer


class StoreW(IntEnum):
    """Stores, whole."""

    ORDERS = 0  # orders placed so far
    DEFERRED = 1  # orders put off because all places for shipments were taken
    STOCKOUTS = 2  # times that the stock ran out
    REPORT_TICK = 3  # tick of the last report
    REPORT_SENT = 4  # tick of the report under way
    REPORT_DUE = 5  # its arrival, plus 1; 0: none under way
    IS_EMPTY = 7
    KNOWN_TICK = 8  # tick of KNOWN
    DEMANDS = 6  # demands of consumers outside the scenario and of stores that order from it


class ShipmentR(IntEnum):
    """Shipments, real; a column for each place, ``SLOT_FIRST`` and so on for each store."""

    QUANTITY = 0


class ShipmentW(IntEnum):
    """Shipments, whole."""

    STAGE = 0  # ShipmentStage
    TICK = 1  # of the order
    DUE = 2  # tick of arrival
    STORE = 3  # ordering store, valid while the place is taken
    QUEUE = 4  # work space: the orders that wait, in the order in which they are served


class ShipmentStage(IntEnum):
    """Stages of a shipment."""

    FREE = 0
    WAITING = 1  # ordered from a store that has too little
    UNDER_WAY = 2


class SupplyUnitR(IntEnum):
    """Units in supply, real parameters."""

    TANK = 0  # fuel of a full tank, in units of its item; 0: its fuel is no item
    CARGO_KG = 1  # 0: no carrier
    REACH_M = 2  # distance for loading, unloading and hooking up
    MIN_LOAD = 3  # least share of the cargo, or of the need, with which a carrier leaves
    TOW_MPS = 4  # speed with a unit in tow; 0: cannot tow
    LAUNCH_SHARE = 5  # least share of a tank with which it leaves its host or home
    SERVES_M = 6  # distance within which its stores serve homes


class SupplyUnitW(IntEnum):
    """Units in supply, whole parameters."""

    FUEL = 0  # item of its fuel, or -1
    HOME_STORE = 1  # unit whose stores supply it at home, or -1: nothing is counted there
    LOAD_TICKS = 2
    UNLOAD_TICKS = 3
    HOOK_TICKS = 4
    DOCKS = 5  # carriers that load or unload at its stores at once
    PRIORITY = 6  # of its refuelling and rearming; 1 comes first
    STORE_FIRST = 7
    STORE_COUNT = 8  # columns of its stores, cargo included
    REARMS_HOME = 9  # 1 when the stores at its home hold rounds for its offensive weapons


class CarrierW(IntEnum):
    """Units in supply, whole state."""

    ASK = 0  # Ask bits: what it waits for at a host or home
    ASK_TICK = 1
    STAGE = 2  # CarrierStage
    SOURCE = 3  # unit from which it loads
    SINK = 4  # unit to which it delivers, or that it recovers
    READY_TICK = 5  # end of loading, unloading or hooking up
    WAIT_TICK = 6  # since which it waits for a dock
    SERIAL = 7  # serial of the order that it carries out
    LINK = 8  # column of the supply route that it follows, or -1
    POINT = 9  # next point of that route, counted in its direction of travel
    IS_BACKWARD = 10  # 1 when it follows the route from its end
    TOWS = 11  # unit in tow, or -1
    TOWED_BY = 12
    QUEUE = 13  # work space
    DOCKED = 14  # work space: carriers at the docks of its stores
    TRIPS = 15  # deliveries so far
    PRIORITY = 16  # of its deliveries: that of the group that it supplies

    STARTS_AS_NONE = nonmember((SOURCE, SINK, SERIAL, LINK, TOWS, TOWED_BY, WAIT_TICK))


class CarrierR(IntEnum):
    """Units in supply, real state."""

    FUEL_TAKEN = 0  # from stores so far
    ROUNDS_TAKEN = 1
    WAIT_S = 2  # time spent waiting for fuel or rounds
    DELIVERED_KG = 3


class Ask(IntEnum):
    """Needs of a unit at a host or home, as bits."""

    FUEL = 1
    ROUNDS = 2
    RELEASE = 4  # it leaves when it has enough of both
    COUNTED = 8  # the demand is counted


class CarrierStage(IntEnum):
    """Stages of a carrier or recovery vehicle in its task."""

    IDLE = 0
    TO_SOURCE = 1
    AT_SOURCE = 2  # waits for a dock or for stock
    LOADING = 3
    OUT = 4  # on its way to the sink
    AT_SINK = 5  # waits for a dock
    UNLOADING = 6
    HOOKING = 7
    TOWING = 8


class SupplyLinkW(IntEnum):
    """Routes of supply between two units with stores that stay where they are."""

    FROM = 0  # unit
    TO = 1
    MOBILITY = 2  # Mobility, or -1 for all
    FIRST = 3  # first point
    COUNT = 4


class SupplyRuleW(IntEnum):
    """Rules of supply, whole."""

    PERIOD = 0  # ticks between updates
    N_LEVELS = 1  # levels of stores: one more than the largest LEVEL
    HAS_CARRIERS = 2  # 1 when any unit carries cargo or tows
