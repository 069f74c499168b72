"""Meanings of the words of a scenario: verbs of tasks and the keys they read, rules of engagement, objectives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """A verb of a task: its meaning, and the keys of ``TaskOrder`` that units read under it."""

    meaning: str
    keys: tuple[str, ...]
    radius: str = ""
    spacing: str = ""


_PLACE = ("at_km", "speed")

VERBS: dict[str, Verb] = {
    "hold": Verb(
        "Stand where the unit is; a fixed wing circles there. What is aboard a host stays aboard. A hold with a route "
        "first drives it.",
        (),
    ),
    "move": Verb("Go to the point and stand there, each unit in its place of the formation.", _PLACE),
    "search": Verb(
        "Cross the disc round the point: with `spacing_m` on parallel lanes from south to north that the units share "
        "out, without it on straight legs from border to border in directions drawn at random.",
        (*_PLACE, "radius_km", "spacing_m"),
        "of the disc that is searched",
        "between lanes; 0: random legs",
    ),
    "screen": Verb(
        "Stand in a line through the point, across the direction from the units' home to it.",
        (*_PLACE, "radius_km", "spacing_m"),
        "half the length of the line where spacing_m is 0",
        "between the units of the line; 0: spread over twice the radius",
    ),
    "attack": Verb(
        "Go to the point; close at full speed with the nearest contact within the radius of it that the unit's weapons "
        "can engage, down to its standoff. A unit without a link closes with what it sees itself.",
        (*_PLACE, "radius_km"),
        "of the area in which contacts are closed with",
    ),
    "strike": Verb(
        "As attack, but close with the most valuable contact that is classified, before the nearest.",
        (*_PLACE, "radius_km"),
        "of the area in which contacts are closed with",
    ),
    "intercept": Verb(
        "As attack, but steer to the point where the contact can be met, and choose anew at each decision.",
        (*_PLACE, "radius_km"),
        "of the area in which contacts are closed with",
    ),
    "escort": Verb("Keep the places of the formation round the lead unit of the group named.", ("escort",)),
    "relay": Verb("Go to the point and stand or circle there, so that messages can pass.", _PLACE),
    "recover": Verb("Return to the host, or to the start of a unit without one, and stay there.", ()),
    "withdraw": Verb("Go to the point at full speed.", ("at_km",)),
}
"""Verbs of tasks. ``speed`` holds on the way; units that close with a contact, escort or withdraw go at full speed."""

RULES_OF_ENGAGEMENT = {
    "hold": "Never open fire. Interceptors and soft kill still stop rounds.",
    "tight": "Fire only at contacts that are identified as hostile.",
    "free": "Fire at any contact that is not believed to be neutral or a decoy.",
}

AUTONOMY = {
    "manual": "Fires only under attack, strike or intercept, with a link. With operators every shot is theirs.",
    "approve": "Proposes a target and fires after `approval_s`, or when an operator grants it. Needs a link.",
    "veto": "Announces a target and fires after `approval_s`, or when no operator objects in time; without a link too.",
    "autonomous": "Fires at once.",
}

OBJECTIVES = {
    "destroy": "Share of the listed enemy units that are lost.",
    "protect": "Share of the listed own units (or neutral ones) that are not lost.",
    "hold": "Share of the run's time in which units of the side on land or water, and none of the enemy's, are in the "
    "zone.",
    "reach": "Share of the listed own units that have been in the zone; one that was there counts for good.",
}
