"""Date-time groups, such as 301200ZNOV26: day, hour and minute, letter of the zone, month and year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_EAST, _WEST = "ABCDEFGHIKLM", "NOPQRSTUVWXY"
"""Zones of whole hours ahead of Zulu and behind it, from one hour; J is no zone."""


def dtg_text(start: datetime, seconds: float = 0.0) -> str:
    """Return the group for a number of seconds after a start with its zone. A zone without a letter is told in Zulu."""
    hours = (start.utcoffset() or timedelta()).total_seconds() / 3600.0
    if hours != int(hours) or abs(hours) > len(_EAST):
        start, hours = start.astimezone(UTC), 0.0
    zone = "Z" if hours == 0.0 else _EAST[int(hours) - 1] if hours > 0.0 else _WEST[int(-hours) - 1]
    at = start + timedelta(seconds=int(seconds))
    return f"{at:%d%H%M}{zone}{_MONTHS[at.month - 1]}{at:%y}"
