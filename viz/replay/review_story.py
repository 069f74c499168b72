"""What a window adds to the report of a review: the story in words, the events about each mark, symbols as pictures.

The page has the words, the symbols and the language; the server checks them like everything that is sent to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simcore.errors import InputError
from viz.replay.review import is_picture

_MOST = 500
_MOST_TEXT = 2000
_CODE = re.compile(r"\d{20,30}\Z")
_PARTS: dict[str, dict[str, type]] = {
    "objectives": {"side": str, "text": str, "state": str, "share": float},
    "points": {"time_s": float, "text": str, "is_decisive": bool},
    "losses": {"side": str, "head": str, "title": str, "lost": int, "of": int, "sidc": str},
    "events": {"mark": str, "time_s": float, "side": str, "text": str},
}
"""Lists of a story, with the fields of their rows."""


def check_story(document: Any) -> dict[str, Any]:
    """Return a story reduced to the known parts: verdict, reason, symbols and the lists of ``_PARTS``.

    Raises ``InputError`` with the first problem found.
    """
    if not isinstance(document, dict):
        raise InputError("story: is not an object")
    story: dict[str, Any] = {key: _text(document.get(key, ""), f"story.{key}") for key in ("verdict", "reason")}
    symbols = document.get("symbols", {})
    if not isinstance(symbols, dict) or len(symbols) > _MOST:
        raise InputError(f"story.symbols: is not an object of at most {_MOST} pictures")
    for code, picture in symbols.items():
        if not _CODE.match(code) or not is_picture(picture):
            raise InputError(f"story.symbols: {code!r:.40} is no symbol code with a picture")
    story["symbols"] = symbols
    for key, fields in _PARTS.items():
        rows = document.get(key, [])
        if not isinstance(rows, list) or len(rows) > _MOST:
            raise InputError(f"story.{key}: is not a list of at most {_MOST} rows")
        story[key] = [_row(row, fields, f"story.{key}[{k}]") for k, row in enumerate(rows)]
    return story


def _row(row: Any, fields: dict[str, type], where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise InputError(f"{where}: is not an object")
    return {name: _CHECKS[kind](row.get(name), f"{where}.{name}") for name, kind in fields.items()}


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise InputError(f"{where}: is not a text of at most {_MOST_TEXT} characters")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e9 < value < 1e9:
        raise InputError(f"{where}: is not a number")
    return float(value)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{where}: is neither true nor false")
    return value


_CHECKS: dict[type, Callable[[Any, str], Any]] = {
    str: _text,
    float: _number,
    int: lambda value, where: int(_number(value, where)),
    bool: _flag,
}
