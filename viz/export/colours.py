"""Colours of sides, zones and minefields, the same in every format."""

from viz.fog.areas import Area

_BY_NAME = {
    "blue": "Blue",
    "red": "Red",
    "green": "Green",
    "yellow": "Yellow",
    "orange": "Orange",
    "cyan": "Cyan",
    "violet": "Violet",
    "purple": "Violet",
}
_IN_ORDER = ("Blue", "Red", "Green", "Violet", "Orange", "Cyan")
_UNKNOWN = "Yellow"
_NEUTRAL = "Green"

RGB = {
    "Blue": (70, 130, 235),
    "Red": (225, 60, 60),
    "Green": (70, 170, 90),
    "Violet": (150, 90, 200),
    "Orange": (235, 145, 40),
    "Cyan": (50, 185, 200),
    "Yellow": (225, 195, 40),
    "White": (235, 235, 235),
}
"""Red, green and blue, 0 to 255."""

TACVIEW = frozenset(RGB) - {"White"}
"""Colour names supported by Tacview."""


def side_colour(sides: tuple[str, ...], side: int, neutral: frozenset[int] = frozenset()) -> str:
    """Return the colour of a side (-1 = unknown): by its name if that is a colour, otherwise by its index.

    Sides in ``neutral`` share a colour.
    """
    if side < 0:
        return _UNKNOWN
    if side in neutral:
        return _NEUTRAL
    return _BY_NAME.get(sides[side].lower(), _IN_ORDER[side % len(_IN_ORDER)])


def area_colour(sides: tuple[str, ...], area: Area, neutral: frozenset[int] = frozenset()) -> str:
    """Return the colour of an area: violet for mines, orange for no-fire zones, its side's, or white for all."""
    if area.is_minefield:
        return "Violet"
    if area.kind == "no_fire":
        return "Orange"
    return side_colour(sides, area.side, neutral) if area.side >= 0 else "White"
