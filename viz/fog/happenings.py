"""Events in words. Who may learn of an event is decided in ``viz.fog``; here only the words are found."""

from typing import NamedTuple

from simcore.types import Damage, Emcon, EndReason, EventKind, Identity, Level, Returning, Roe, Task
from viz.fog.event_fog import Known
from viz.reading.events import EventRow


class Happening(NamedTuple):
    """An event as one audience may be told of it."""

    time_s: float
    kind: EventKind
    text: str
    track: int  # index of the track it happens to, -1 for none
    other: int  # index of the other track, -1 for none
    x_m: float  # where, nan when no place is known
    y_m: float


_LOST = (  # by LossCause
    "is destroyed",
    "crashes",
    "is destroyed by a mine",
    "is lost as the scenario says",
    "is lost with the one-way unit that carried it",
)


def describe(row: EventRow | Known, side: str, unit: str, other: str) -> str:
    """Return one sentence on an event. ``side``, ``unit`` and ``other`` are what the audience calls them.

    The columns ``a`` and ``b`` of the row mean what ``EventKind`` says.
    """
    match row.kind:
        case EventKind.LAUNCH:
            return f"{unit} leaves {other}"
        case EventKind.RECOVER:
            return f"{unit} lands on {other}"
        case EventKind.EXHAUSTED:
            return f"{unit} is out of fuel or battery"
        case EventKind.LINK_LOST:
            return f"{unit} loses its link" + (" to jamming" if row.a else "")
        case EventKind.LINK_BACK:
            return f"{unit} has its link back"
        case EventKind.CONTACT:
            return f"{side} gains {other}"
        case EventKind.UPGRADE:
            return f"{other} is {_name(Level, row.a)} by {side}"
        case EventKind.CONTACT_LOST:
            return f"{side} loses {other}"
        case EventKind.IDENTIFIED:
            return f"{side} takes {other} for: {_name(Identity, row.a)}"
        case EventKind.FALSE_ENGAGEMENT:
            return f"{unit} fires at {other}, which is: {_name(Identity, row.a)}"
        case EventKind.EMCON:
            return f"{unit} turns its radars {'off' if row.a == Emcon.SILENT else 'on'}"
        case EventKind.ORDER_RECEIVED:
            return f"{unit} gets an order of {row.a} s ago"
        case EventKind.SHOT:
            return f"{unit} fires at {other}: {_count(row.b, 'round')}"
        case EventKind.INTERCEPT:
            return f"{unit} fires at rounds aimed at {other}: {_count(row.a, 'shot')}, {row.b} stopped"
        case EventKind.MISS:
            return f"{unit} misses {other}: {_count(row.b, 'round')}"
        case EventKind.HIT:
            return f"{unit} hits {other}: {_count(row.b, 'hit')}"
        case EventKind.DAMAGE:
            parts = ", ".join(_name(Damage, flag) for flag in Damage if row.a & flag)
            return f"{unit} is hurt, strength {row.b / 10:g} %" + (f", out of action: {parts}" if parts else "")
        case EventKind.LOSS:
            return (
                f"{unit} {_LOST[row.a] if 0 <= row.a < len(_LOST) else 'is lost'}"
                if row.a
                else f"{unit} is destroyed" + (f" by {other}" if row.other >= 0 else "")
            )
        case EventKind.ORDER:
            return f"{unit} takes up a task: {_name(Task, row.a)}, rules of engagement {_name(Roe, row.b)}"
        case EventKind.DENIED:
            return f"{unit} may not engage {other}: {'no approval' if row.a else 'no-fire zone'}"
        case EventKind.RETURN:
            return f"{unit} turns home: {_name(Returning, row.a)}"
        case EventKind.OBJECTIVE:
            return f"{side} meets an objective"
        case EventKind.END:
            return f"End: {side + ' wins' if row.a >= 0 else 'no winner'} ({_name(EndReason, row.b)})"
        case EventKind.EXPENDED:
            return f"{unit} uses itself up on {other}"
        case EventKind.MINE:
            return f"{unit} sets off a mine" + ("" if row.b else ", unharmed")
        case EventKind.MINE_CLEARED:
            return f"{unit} clears a mine"
        case EventKind.REINFORCED:
            return f"{unit} enters from the reserve"
        case EventKind.SUPPLIED:
            return f"{unit} is supplied"
        case EventKind.OUTAGE:
            parts = ", ".join(_name(Damage, flag) for flag in Damage if row.a & flag)
            return f"{unit} {'is out of action' if row.b else 'is back in action'}: {parts}"
        case EventKind.SOFT_KILL:
            return f"{unit} leads {_count(row.b, 'round')} aimed at {other} astray"
        case EventKind.APPROVAL_ASKED:
            return f"{unit} asks to engage {other}"
        case EventKind.APPROVAL_GRANTED:
            return f"{unit} may engage {other}: granted after {row.a + row.b} s, {row.a} s of them in the queue"
        case EventKind.APPROVAL_DENIED:
            return f"{unit} may not engage {other}: denied after {row.a + row.b} s, {row.a} s of them in the queue"
        case EventKind.APPROVAL_TIMEOUT:
            after = "and may fire" if row.b else "and asks again later"
            return f"{unit} heard nothing about {other} for {row.a} s {after}"
        case EventKind.APPROVAL_WITHDRAWN:
            return f"{unit} withdraws its request to engage {other} after {row.a} s"


def _name(codes: type[Level | Identity | Damage | Task | Roe | Returning | EndReason], value: int) -> str:
    try:
        return str(codes(value).name).lower().replace("_", " ")
    except ValueError:
        return str(value)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
