"""The marks of the after-action review in a run folder, for readers that do not change them."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from simcore.errors import InputError
from simcore.recording.files import read_json
from simcore.recording.manifest import LATEST_S

_MOST_BYTES = 256 * 2**20
_TEXTS = ("title", "note", "cause", "lesson")


class Mark(NamedTuple):
    """A marked moment. ``note`` holds note, cause and lesson."""

    time_s: float
    title: str
    note: str


def review_file(folder: Path, only_view: str | None) -> Path:
    """Return the file of the review made in all views, or in the view of one side."""
    suffix = "" if only_view is None else "." + re.sub(r"[^A-Za-z0-9_-]", "_", only_view)
    return folder / f"review{suffix}.json"


def review_marks(folder: Path, only_view: str | None) -> list[Mark]:
    """Return the marks of a review, none without a file. Raises ``InputError`` for a damaged file."""
    path = review_file(folder, only_view)
    if not path.is_file():
        return []
    marks: Any = read_json(path, _MOST_BYTES).get("marks")
    if not isinstance(marks, list):
        raise InputError(f"{path}: holds no list of marks; move it away to start a new review")
    return [_read(path, number, mark) for number, mark in enumerate(marks)]


def _read(path: Path, number: int, mark: Any) -> Mark:
    where = f"{path}: marks[{number}]"
    time_s = mark.get("time_s") if isinstance(mark, dict) else None
    if isinstance(time_s, bool) or not isinstance(time_s, int | float) or not 0.0 <= time_s <= LATEST_S:
        raise InputError(f"{where}: has no time; move the file away to start a new review")
    texts = {key: mark.get(key, "") for key in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise InputError(f"{where}: {', '.join(_TEXTS)} are not all texts; move the file away to start a new review")
    note = "\n".join(texts[key] for key in _TEXTS[1:] if texts[key])
    return Mark(float(time_s), texts["title"], note)
