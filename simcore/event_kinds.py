"""The table of event kinds: family, sides that learn of the event, most events per tick, and wording.

It is used by the fog, the pages, the exports and the size of the event log. A new kind needs a code in ``EventKind``,
a row here, and its wording in the languages of the page.
"""

from enum import Enum
from typing import NamedTuple

import numpy as np

from simcore.care import Station
from simcore.crews import CrewSpecW
from simcore.params import MountSpecW, Params, RuleW
from simcore.stores import StoreSpecW, SupplyUnitR
from simcore.surroundings import MinefieldSpecW
from simcore.types import NONE, Defence, Emcon, EventKind, LossCause


class KnownBy(Enum):
    """The rule by which a side learns of an event. The truth view shows all events."""

    NEVER = "no side"
    REPORT = "the side of `unit`, by the report of the unit"
    TARGET = "the side of `other`, by the report of that unit"
    LOSS = "the side of `unit`, once the loss is in its reports"
    OPERATORS = "the side of `unit`, at once: its operators take part"
    LINK = "the side of `unit`, at once: the link is its own"
    PICTURE = "the side whose picture changes"
    ALL = "every side"


class Per(Enum):
    """The entities with at most one event of a kind each in a tick."""

    RUN = "the run"
    UNIT = "each unit"
    STRIKE = "each unit, by mines and by fire"
    CONTACT = "each side and unit"
    REPORT = "each side and unit, twice with delayed reports: two reports on a contact may arrive together"
    MOUNT = "each mount"
    REQUEST = "each mount, where a side has operators"
    SALVO = "each place in the table of salvoes in flight"
    INTERCEPT = "each channel of an interceptor"
    SOFT_KILL = "each salvo and mount of soft kill"
    ORDER = "each unit and order that may be under way to it"
    MINE = "each mine"
    INJECTED = "each unit listed in an inject"
    OBJECTIVE = "each objective"
    COMPONENT = "each component"
    LIFE = "each component, by its failure and by its renewal"
    STORE = "each store"
    SHIPMENT = "each place for shipments to a store"
    CARRIER = "each carrier and recovery vehicle"
    PERSON = "each person"
    TREATMENT = "each person and station"
    FACILITY = "each facility and transport"
    PLACE = "each unit, where people are followed"
    REFILL = "each unit, by its host or home and by each carrier, where stores are counted"


class EventSpec(NamedTuple):
    """A kind of event."""

    family: str
    known_by: KnownBy
    per: Per
    words: str
    """A sentence with ``{unit}``, ``{other}`` and ``{side}``, and the details ``{a}`` and ``{b}`` as a number, as the
    name of a code (``{a:Level}``), or with a noun (``{b:round}``)."""
    cases: tuple[tuple[str, int, str], ...] = ()
    """Alternative sentences: a field (``other``, ``a``, ``b``), its value, the words. The first match applies."""
    hidden: str = ""
    """Details withheld from a side that learns of the event."""
    is_notable: bool = False
    """Whether the page marks the event on the map and the time line."""


_K = EventKind
FAMILIES = (
    "loss", "damage", "fire", "contact", "link", "approval", "movement", "order", "maintenance", "supply", "medical",
    "outcome",
)  # fmt: skip
"""The families, in the order in which they are offered to the reader."""
EVENT_KINDS: dict[EventKind, EventSpec] = {
    _K.LAUNCH: EventSpec("movement", KnownBy.REPORT, Per.UNIT, "{unit} leaves {other}"),
    _K.RECOVER: EventSpec("movement", KnownBy.REPORT, Per.UNIT, "{unit} lands on {other}"),
    _K.EXHAUSTED: EventSpec("movement", KnownBy.REPORT, Per.UNIT, "{unit} is out of fuel or battery"),
    _K.LINK_LOST: EventSpec(
        *("link", KnownBy.LINK, Per.UNIT, "{unit} loses its link"),
        cases=(("a", 1, "{unit} loses its link to jamming"),),
        hidden="a",
        is_notable=True,
    ),
    _K.LINK_BACK: EventSpec("link", KnownBy.LINK, Per.UNIT, "{unit} has its link back", hidden="a"),
    _K.CONTACT: EventSpec("contact", KnownBy.PICTURE, Per.REPORT, "{side} gains {other}"),
    _K.UPGRADE: EventSpec("contact", KnownBy.PICTURE, Per.REPORT, "{other} is {a:Level} by {side}"),
    _K.CONTACT_LOST: EventSpec("contact", KnownBy.PICTURE, Per.CONTACT, "{side} loses {other}"),
    _K.SHOT: EventSpec("fire", KnownBy.REPORT, Per.MOUNT, "{unit} fires at {other}: {b:round}", is_notable=True),
    _K.INTERCEPT: EventSpec(
        *("fire", KnownBy.REPORT, Per.INTERCEPT),
        words="{unit} fires at rounds aimed at {other}: {a:shot}, {b} stopped",
        is_notable=True,
    ),
    _K.MISS: EventSpec("fire", KnownBy.NEVER, Per.SALVO, "{unit} misses {other}: {b:round}"),
    _K.HIT: EventSpec(
        *("damage", KnownBy.TARGET, Per.SALVO, "{unit} hits {other}: {b:hit}"), hidden="a", is_notable=True
    ),
    _K.DAMAGE: EventSpec(  # by mines, then by fire
        *("damage", KnownBy.REPORT, Per.STRIKE),
        words="{unit} is damaged, strength {b:permille}, out of action: {a:Damage}",
        cases=(("a", 0, "{unit} is damaged, strength {b:permille}"),),
        is_notable=True,
    ),
    _K.LOSS: EventSpec(
        *("loss", KnownBy.LOSS, Per.UNIT, "{unit} is destroyed by {other}"),
        cases=(
            ("a", LossCause.CRASH, "{unit} crashes"),
            ("a", LossCause.MINE, "{unit} is destroyed by a mine"),
            ("a", LossCause.SCRIPT, "{unit} is lost by an inject of the scenario"),
            ("a", LossCause.HOST, "{unit} is lost with the one-way unit that carried it"),
            ("other", NONE, "{unit} is destroyed"),
        ),
        is_notable=True,
    ),
    _K.ORDER: EventSpec(
        *("order", KnownBy.REPORT, Per.UNIT),
        words="{unit} starts a task: {a:Task}, rules of engagement {b:Roe}",
    ),
    _K.DENIED: EventSpec(
        *("fire", KnownBy.REPORT, Per.MOUNT, "{unit} may not engage {other}: no approval"),
        cases=(("a", 0, "{unit} may not engage {other}: no-fire zone"),),
    ),
    _K.RETURN: EventSpec("movement", KnownBy.REPORT, Per.UNIT, "{unit} turns home: {a:Returning}"),
    _K.OBJECTIVE: EventSpec(  # never: it would give away the state of the enemy
        "outcome", KnownBy.NEVER, Per.OBJECTIVE, "{side} meets an objective", is_notable=True
    ),
    _K.END: EventSpec(
        *("outcome", KnownBy.ALL, Per.RUN, "End: {side} wins ({b:EndReason})"),
        cases=(("a", NONE, "End: no winner ({b:EndReason})"),),
        hidden="a",
        is_notable=True,
    ),
    _K.EXPENDED: EventSpec("loss", KnownBy.REPORT, Per.UNIT, "{unit} is expended on {other}", is_notable=True),
    _K.SOFT_KILL: EventSpec("fire", KnownBy.REPORT, Per.SOFT_KILL, "{unit} leads {b:round} aimed at {other} astray"),
    _K.MINE: EventSpec(
        *("damage", KnownBy.REPORT, Per.MINE, "{unit} sets off a mine"),
        cases=(("b", 0, "{unit} sets off a mine, unharmed"),),
        hidden="a",
        is_notable=True,
    ),
    _K.MINE_CLEARED: EventSpec("movement", KnownBy.REPORT, Per.MINE, "{unit} clears a mine", hidden="ab"),
    _K.REINFORCED: EventSpec("movement", KnownBy.REPORT, Per.UNIT, "{unit} enters from the reserve"),
    _K.SUPPLIED: EventSpec("movement", KnownBy.REPORT, Per.INJECTED, "{unit} is supplied"),
    _K.OUTAGE: EventSpec(
        *("damage", KnownBy.REPORT, Per.INJECTED, "{unit} is out of action: {a:Damage}"),
        cases=(("b", 0, "{unit} is back in action: {a:Damage}"),),
        is_notable=True,
    ),
    _K.APPROVAL_ASKED: EventSpec("approval", KnownBy.OPERATORS, Per.REQUEST, "{unit} asks to engage {other}"),
    _K.APPROVAL_GRANTED: EventSpec(
        *("approval", KnownBy.OPERATORS, Per.REQUEST),
        words="{unit} may engage {other}: granted after {both} s, {a} s of them in the queue",
    ),
    _K.APPROVAL_DENIED: EventSpec(
        *("approval", KnownBy.OPERATORS, Per.REQUEST),
        words="{unit} may not engage {other}: denied after {both} s, {a} s of them in the queue",
    ),
    _K.APPROVAL_TIMEOUT: EventSpec(
        *("approval", KnownBy.OPERATORS, Per.REQUEST),
        words="{unit} gets no answer about {other} for {a} s and asks again later",
        cases=(("b", 1, "{unit} gets no answer about {other} for {a} s and may fire"),),
    ),
    _K.APPROVAL_WITHDRAWN: EventSpec(
        *("approval", KnownBy.OPERATORS, Per.REQUEST),
        words="{unit} withdraws its request to engage {other} after {a} s",
    ),
    _K.IDENTIFIED: EventSpec("contact", KnownBy.PICTURE, Per.CONTACT, "{side} takes {other} for: {a:Identity}"),
    _K.FALSE_ENGAGEMENT: EventSpec(
        *("fire", KnownBy.NEVER, Per.MOUNT, "{unit} fires at {other}, which is: {a:Identity}"), is_notable=True
    ),
    _K.EMCON: EventSpec(
        *("order", KnownBy.REPORT, Per.UNIT, "{unit} turns its radars on"),
        cases=(("a", Emcon.SILENT, "{unit} turns its radars off"),),
    ),
    _K.SHIPMENT_ORDERED: EventSpec(
        *("supply", KnownBy.REPORT, Per.STORE, "{unit} orders supplies from {other}"),
        cases=(("other", NONE, "{unit} orders supplies"),),
    ),
    _K.SHIPMENT_ARRIVED: EventSpec(
        *("supply", KnownBy.REPORT, Per.SHIPMENT, "{unit} receives supplies from {other}"),
        cases=(("other", NONE, "{unit} receives supplies"),),
    ),
    _K.STOCKOUT: EventSpec("supply", KnownBy.REPORT, Per.STORE, "A store of {unit} runs out", is_notable=True),
    _K.REFILLED: EventSpec(
        *("supply", KnownBy.REPORT, Per.REFILL),
        words="{unit} is supplied by {other}: fuel {a:permille} of a tank, {b:round}",
    ),
    _K.CARGO_LOADED: EventSpec("supply", KnownBy.REPORT, Per.CARRIER, "{unit} leaves {other} with {a} kg of cargo"),
    _K.CARGO_DELIVERED: EventSpec(
        *("supply", KnownBy.REPORT, Per.CARRIER, "{unit} delivers {a} kg of cargo to {other}"), is_notable=True
    ),
    _K.STORE_LOST: EventSpec("supply", KnownBy.REPORT, Per.STORE, "A store or cargo is lost with {unit}"),
    _K.TOW_BEGUN: EventSpec("supply", KnownBy.REPORT, Per.CARRIER, "{unit} takes {other} in tow", is_notable=True),
    _K.TOW_ENDED: EventSpec(
        *("supply", KnownBy.REPORT, Per.CARRIER, "{unit} brings {other} to its destination"),
        cases=(("a", 0, "{unit} leaves {other} on the way"),),
    ),
    _K.ORDER_RECEIVED: EventSpec("order", KnownBy.NEVER, Per.ORDER, "{unit} receives an order given {a} s ago"),
    _K.FAILURE: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit}: {a:Part} fails", is_notable=True),
    _K.DEGRADED: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit}: {a:Part} is degraded"),
    _K.WORK_BEGUN: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit}: work on {a:Part} begins"),
    _K.WORK_ENDED: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit}: {a:Part} is restored"),
    _K.PART_AWAITED: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit} waits for a part of {a:Part}"),
    _K.START_REFUSED: EventSpec(
        "maintenance", KnownBy.REPORT, Per.UNIT, "{unit} cannot leave {other}: {a:Part} fails at the start"
    ),
    _K.PART_STRIPPED: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit} receives {a:Part} of {other}"),
    _K.SENT_AWAY: EventSpec("maintenance", KnownBy.REPORT, Per.COMPONENT, "{unit} goes to {other} for {a:Part}"),
    _K.HURT: EventSpec(
        *("medical", KnownBy.REPORT, Per.PERSON, "A person of {unit} is hurt"),
        cases=(("other", NONE, "A person of {unit} is hurt"),),
        hidden="b",
    ),
    _K.FELL_ILL: EventSpec("medical", KnownBy.REPORT, Per.PERSON, "A person of {unit} falls ill: {b:Mechanism}"),
    _K.AIDED: EventSpec("medical", KnownBy.REPORT, Per.PERSON, "A casualty of {unit} has had first aid: {b:Triage}"),
    _K.DIED: EventSpec(*("medical", KnownBy.REPORT, Per.PERSON, "A person of {unit} dies: {b:Death}"), is_notable=True),
    _K.EVACUATION_ASKED: EventSpec(
        "medical", KnownBy.REPORT, Per.PERSON, "{unit} asks for the evacuation of a casualty: {b:Triage}"
    ),
    _K.PICKED_UP: EventSpec("medical", KnownBy.REPORT, Per.PERSON, "{unit} takes a casualty of {other} aboard"),
    _K.HANDED_OVER: EventSpec(
        *("medical", KnownBy.REPORT, Per.PERSON, "{unit} hands a casualty over at {other}"),
        cases=(("other", NONE, "{unit} hands a casualty over at an exchange point"),),
    ),
    _K.ADMITTED: EventSpec("medical", KnownBy.REPORT, Per.PERSON, "{unit} takes a casualty of {other} in: {b:Triage}"),
    _K.TREATMENT_BEGUN: EventSpec("medical", KnownBy.REPORT, Per.TREATMENT, "{unit} begins a treatment: {b:Station}"),
    _K.TREATMENT_ENDED: EventSpec("medical", KnownBy.REPORT, Per.TREATMENT, "{unit} ends a treatment: {b:Station}"),
    _K.DUTY: EventSpec("medical", KnownBy.REPORT, Per.PERSON, "A person of {unit} returns to duty"),
    _K.LEFT_THEATRE: EventSpec("medical", KnownBy.REPORT, Per.PERSON, "A casualty of {unit} leaves the theatre"),
    _K.DIVERTED: EventSpec(
        "medical", KnownBy.REPORT, Per.FACILITY, "{unit} is full and sends {other} on", is_notable=True
    ),
    _K.MASS_CASUALTY: EventSpec(
        *("medical", KnownBy.REPORT, Per.FACILITY, "{unit} begins to work in mass-casualty mode"),
        cases=(("a", 0, "{unit} ends its work in mass-casualty mode"),),
        is_notable=True,
    ),
    _K.CREWLESS: EventSpec(
        *("medical", KnownBy.REPORT, Per.PLACE, "{unit} has no fit crew left"),
        cases=(("a", 0, "{unit} has a fit crew again"),),
        is_notable=True,
    ),
    _K.LIFE_ENDED: EventSpec("maintenance", KnownBy.REPORT, Per.LIFE, "{unit}: a part ends its life after {a} s"),
}


def most_per_tick(params: Params, n_salvoes: int) -> dict[Per, int]:
    """Return the number of entities of each sort in a scenario, with room for ``n_salvoes`` in flight.

    Each engagement costs an interceptor a shot of one of its channels, so engagements are bounded by the channels and
    by salvoes times interceptors. A launch of soft kill may meet every salvo.
    """
    limits = params.rules_whole
    n_units = params.units.whole.shape[1]
    n_mounts = params.mounts.whole.shape[1]
    n_contacts = int(limits[RuleW.N_SIDES]) * n_units
    channels = params.mounts.whole[MountSpecW.CHANNELS].astype(np.int64)
    supplied = params.supply.units.real
    is_carrier = (supplied[SupplyUnitR.CARGO_KG] > 0.0) | (supplied[SupplyUnitR.TOW_MPS] > 0.0)
    n_soft = int(np.count_nonzero(params.mounts.whole[MountSpecW.DEFENCE] != Defence.HARD))
    return {
        Per.RUN: 1,
        Per.UNIT: n_units,
        Per.STRIKE: 2 * n_units,
        Per.CONTACT: n_contacts,
        Per.REPORT: n_contacts * (2 if limits[RuleW.STATUS_SLOTS] > 0 else 1),
        Per.MOUNT: n_mounts,
        Per.REQUEST: n_mounts if (params.operators.whole[CrewSpecW.COUNT] >= 0).any() else 0,
        Per.SALVO: n_salvoes,
        Per.INTERCEPT: int(min(channels.sum(), n_salvoes * np.count_nonzero(channels))),
        Per.SOFT_KILL: n_salvoes * n_soft,
        Per.ORDER: int(limits[RuleW.ORDER_SLOTS]) * n_units,
        Per.MINE: int(params.minefields.whole[MinefieldSpecW.COUNT].sum()),
        Per.INJECTED: len(params.inject_members),
        Per.OBJECTIVE: params.objectives.whole.shape[1],
        Per.COMPONENT: params.components.whole.shape[1],
        Per.LIFE: 2 * params.components.whole.shape[1],
        Per.STORE: params.supply.stores.whole.shape[1],
        Per.SHIPMENT: int(params.supply.stores.whole[StoreSpecW.SLOT_COUNT].sum()),
        Per.CARRIER: int(is_carrier.sum()),
        Per.PERSON: params.medical.people.shape[1],
        Per.TREATMENT: len(Station) * params.medical.people.shape[1],
        Per.FACILITY: params.medical.facilities.whole.shape[1] + params.medical.transports.whole.shape[1],
        Per.PLACE: params.medical.units.whole.shape[1],
        Per.REFILL: params.supply.units.whole.shape[1] * (1 + int(is_carrier.sum())),
    }


def events_per_tick(params: Params, n_salvoes: int) -> int:
    """Return a bound on the events of a tick: a log with this much free space cannot overflow in it."""
    most = most_per_tick(params, n_salvoes)
    return sum(most[spec.per] for spec in EVENT_KINDS.values())
