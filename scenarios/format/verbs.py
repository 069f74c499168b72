"""Vocabulary of a scenario: task verbs with their keys, rules of engagement, autonomy, objectives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """A task verb: its meaning and the keys of ``TaskOrder`` in effect under it."""

    meaning: str
    keys: tuple[str, ...]
    radius: str = ""
    spacing: str = ""


_PLACE = ("at_km", "speed")

VERBS: dict[str, Verb] = {
    "hold": Verb(
        "Stay in place; a fixed wing circles there. Units aboard a host stay aboard. A hold with a route follows the "
        "route first.",
        (),
    ),
    "move": Verb("Go to the point and stay there, each unit in its formation position.", _PLACE),
    "search": Verb(
        "Cross the disc around the point: with `spacing_m` on parallel lanes from south to north, divided among the "
        "units; without it on straight legs from edge to edge in random directions.",
        (*_PLACE, "radius_km", "spacing_m"),
        "of the searched disc",
        "between lanes; 0: random legs",
    ),
    "screen": Verb(
        "Form a line through the point, perpendicular to the direction from the units' home to it.",
        (*_PLACE, "radius_km", "spacing_m"),
        "half the length of the line if spacing_m is 0",
        "between the units of the line; 0: spread over twice the radius",
    ),
    "attack": Verb(
        "Go to the point; close at full speed with the nearest contact within its radius that the unit's weapons can "
        "engage, down to the standoff distance. A unit without a link uses only its own contacts.",
        (*_PLACE, "radius_km"),
        "of the area for closing with contacts",
    ),
    "strike": Verb(
        "As attack, but prefer the most valuable classified contact to the nearest contact.",
        (*_PLACE, "radius_km"),
        "of the area for closing with contacts",
    ),
    "intercept": Verb(
        "As attack, but steer to the predicted intercept point, and reselect the contact at each decision.",
        (*_PLACE, "radius_km"),
        "of the area for closing with contacts",
    ),
    "escort": Verb("Keep formation around the lead unit of the named group.", ("escort",)),
    "relay": Verb("Go to the point and stay or circle there to relay messages.", _PLACE),
    "recover": Verb("Return to the host, or to the start of a unit without one, and stay there.", ()),
    "withdraw": Verb("Go to the point at full speed.", ("at_km",)),
    "resupply": Verb(
        "Load at the stores of load_from, or at those nearest to the point, and carry the supplies to the target: to "
        "its stores, or to the tanks and magazines of its units. Then go back for more. Needs `cargo` on the card and "
        "the section `sustainment`.",
        ("target", "load_from", *_PLACE),
    ),
    "tow": Verb(
        "Recover the immobile units of the target, or of the whole side, the nearest first: hook up, tow to the point, "
        "go for the next. Needs `towing` on the card and the section `sustainment`.",
        ("target", *_PLACE),
    ),
    "evacuate": Verb(
        "Wait at the point for casualties, go for the nearest that ask for a transport, and bring them to a facility: "
        "the nearest of the target group; without one to the exchange point at its point; else to the nearest of a "
        "higher role than they have been at. A medical policy may order otherwise. Needs `evacuation` on the card and "
        "the section `medical`.",
        ("target", *_PLACE, "radius_km"),
        "within which casualties are picked up; 0: everywhere",
    ),
}
"""Task verbs. ``speed`` applies en route; units closing with a contact, escorting or withdrawing use full speed."""

RULES_OF_ENGAGEMENT = {
    "hold": "Never open fire. Interceptors and soft kill still stop rounds.",
    "tight": "Fire only at contacts identified as hostile.",
    "free": "Fire at any contact not believed to be neutral or a decoy.",
}

AUTONOMY = {
    "manual": "Fires only under attack, strike or intercept, with a link. Operators, if any, fire every shot.",
    "approve": "Proposes a target and fires after `approval_s`, or once an operator grants it. Needs a link.",
    "veto": "Announces a target and fires after `approval_s` or, with operators, unless one objects in time; even "
    "without a link.",
    "autonomous": "Fires at once.",
}

OBJECTIVES = {
    "destroy": "Share of the listed enemy units lost.",
    "protect": "Share of the listed own or neutral units not lost.",
    "hold": "Share of the run's time with land or sea units of the side, and none of the enemy's, in the zone.",
    "reach": "Share of the listed own units that have been in the zone at any time.",
    "save": "Share of the people of the listed own units hurt so severely that it can kill them in time who are alive.",
}
