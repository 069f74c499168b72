"""The after-action review of a run: marked moments with notes, in ``review.json`` inside the run folder.

The file is checked on reading and writing and replaced atomically. Windows send their changes, which are merged mark by
mark. A server limited to one side keeps that side's marks in a separate file, so that a trainee never receives the
trainer's.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from simcore.errors import InputError, RunError
from simcore.recording.files import read_json, write_bytes
from viz.reading.review_marks import review_file

SCHEMA_VERSION = 1
MAX_MARKS = 200
MAX_BYTES = 256 * 2**20
MAX_NOTE = 4000
MAX_TITLE = 200
MAX_PICTURE = 700_000
PICTURE = re.compile(r"data:image/(jpeg|png);base64,([A-Za-z0-9+/]+={0,2})\Z")
CATEGORIES = (
    "detection",
    "identification",
    "links",
    "decision",
    "fires",
    "manoeuvre",
    "protection",
    "logistics",
    "rules",
)
"""Categories of a lesson."""
LIMITS = {
    "id": 64,
    "title": MAX_TITLE,
    "note": MAX_NOTE,
    "cause": MAX_NOTE,
    "lesson": MAX_NOTE,
    "view": 100,
    "hash": 500,
}
"""Greatest lengths of the texts of a mark."""
FIELDS = ("title", "note", "cause", "lesson", "category", "until_s")
"""Editable fields of a mark: texts, and the end of its range of time or None."""
_OLD = ("title", "note")
"""Fields of the first version: a window that sends no previous text of another field has not changed it."""

Change = tuple[dict[str, Any], dict[str, Any]]
"""A mark and its previous fields."""

SIGNATURES = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


class Review:
    """The review of a run, stored on disk."""

    _lock = threading.Lock()

    def __init__(self, folder: Path, only_view: str | None = None) -> None:
        self.path = review_file(folder, only_view)

    def load(self) -> dict[str, Any]:
        """Return {schema_version, revision, marks}; an empty review if there is no file yet."""
        if not self.path.exists():
            return {"schema_version": SCHEMA_VERSION, "revision": 0, "marks": []}
        try:
            document = read_json(self.path, MAX_BYTES)
        except InputError as error:
            raise InputError(f"{error}, or move it away to start a new review") from None
        version = document.get("schema_version")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise InputError(f"{self.path}: schema_version {version} is newer than this Chammo reads; update Chammo")
        try:
            checked = check_review(document)
        except InputError as error:
            raise InputError(f"{self.path}: {error}; move it away to start a new review") from error
        revision = document.get("revision", 0)
        return {**checked, "revision": revision if isinstance(revision, int) else 0}

    def change(self, document: Any) -> dict[str, Any]:
        """Merge the changes of a window into the review on disk and return the whole review.

        ``document`` is ``{put: [mark ...], remove: [mark ...]}``. ``was`` in each mark holds its fields as last
        received by the window, nothing for a new mark. A field changed in a single window takes its value. If two
        windows changed the same field, the mark is duplicated and both versions are kept. A mark changed in another
        window is not removed. ``copies`` maps the ids of duplicated marks to those of their copies.
        """
        puts, removes = check_changes(document)
        with self._lock:
            review = self.load()
            marks = {mark["id"]: mark for mark in review["marks"]}
            copies: dict[str, str] = {}
            for mark, was in removes:
                stored = marks.get(mark["id"])
                if stored is not None and all(stored[key] == was.get(key, stored[key]) for key in FIELDS):
                    del marks[mark["id"]]
            for mark, was in puts:
                merged, is_double = _merged(marks.get(mark["id"]), mark, was)
                if is_double:
                    copies[mark["id"]] = merged["id"] = _free_id(mark["id"], marks)
                marks[merged["id"]] = merged
            checked = check_review({"marks": list(marks.values())})
            written = {**checked, "revision": review["revision"] + 1}
            self._replace(json.dumps(written, ensure_ascii=False, indent=1))
        return {**written, "copies": copies}

    def _replace(self, text: str) -> None:
        try:
            write_bytes(self.path, text.encode())
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written ({error.strerror}); check the rights and the disk"
            ) from error


def check_review(document: Any) -> dict[str, Any]:
    """Return a review reduced to the known fields. Raise InputError with every problem found."""
    problems: list[str] = []
    if not isinstance(document, dict) or not isinstance(document.get("marks"), list):
        raise InputError("review: is not an object with a list of marks")
    if len(document["marks"]) > MAX_MARKS:
        problems.append(f"review.marks: {len(document['marks'])} marks; at most {MAX_MARKS} are kept")
    marks = [_check_mark(mark, f"review.marks[{i}]", problems) for i, mark in enumerate(document["marks"][:MAX_MARKS])]
    if problems:
        raise InputError("\n".join(problems))
    names: set[str] = set()
    for mark in marks:  # files of the first version may lack ids or repeat them
        if not mark["id"] or mark["id"] in names:
            mark["id"] = _free_id(mark["id"] or "mark", dict.fromkeys(names))
        names.add(mark["id"])
    return {"schema_version": SCHEMA_VERSION, "marks": sorted(marks, key=lambda mark: mark["time_s"])}


def check_changes(document: Any) -> tuple[list[Change], list[Change]]:
    """Return the marks put and removed, each with its previous texts. Raise InputError with every problem found."""
    problems: list[str] = []
    by_action: dict[str, list[Change]] = {"put": [], "remove": []}
    if not isinstance(document, dict):
        raise InputError("review: is not an object with the lists put and remove")
    for name, changes in by_action.items():
        marks = document.get(name, [])
        if not isinstance(marks, list) or len(marks) > MAX_MARKS:
            raise InputError(f"review.{name}: is not a list of at most {MAX_MARKS} marks")
        for i, mark in enumerate(marks):
            where = f"review.{name}[{i}]"
            checked = _check_mark(mark, where, problems)
            if not checked.get("id"):
                problems.append(f"{where}.id: is missing")
            was = mark.get("was", {}) if isinstance(mark, dict) else {}
            if not isinstance(was, dict) or not all(
                isinstance(was.get(key, ""), int | float | None if key == "until_s" else str)
                for key in FIELDS
                if key in was
            ):
                problems.append(f"{where}.was: is not an object of texts")
                was = {}
            changes.append((checked, {key: was[key] for key in FIELDS if key in was}))
    if problems:
        raise InputError("\n".join(problems))
    return by_action["put"], by_action["remove"]


def _merged(stored: dict[str, Any] | None, mark: dict[str, Any], was: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the merged mark after a change, and whether it must be kept beside the stored mark."""
    if stored is None:
        return dict(mark), False
    merged = {**stored, **{key: stored[key] or mark[key] for key in ("view", "hash", "picture")}}
    for key in FIELDS:
        if mark[key] in (stored[key], was.get(key)) or (key not in was and key not in _OLD):
            continue
        if stored[key] != was.get(key):
            return dict(mark), True
        merged[key] = mark[key]
    return merged, False


def _free_id(name: str, marks: Mapping[str, Any]) -> str:
    return next(free for k in count(2) if (free := f"{name[:56]}-{k}") not in marks)


def _check_mark(mark: Any, where: str, problems: list[str]) -> dict[str, Any]:
    if not isinstance(mark, dict):
        problems.append(f"{where}: is not an object")
        return {"time_s": 0.0, "id": ""}
    time_s = mark.get("time_s")
    if isinstance(time_s, bool) or not isinstance(time_s, int | float) or not 0 <= time_s < 1e9:
        problems.append(f"{where}.time_s: is not a number of seconds")
        time_s = 0.0
    checked: dict[str, Any] = {"time_s": float(time_s)}
    for key, limit in LIMITS.items():
        value = mark.get(key, "")
        if not isinstance(value, str) or len(value) > limit:
            problems.append(f"{where}.{key}: is not a text of at most {limit} characters")
            value = ""
        checked[key] = value
    checked["category"] = mark.get("category", "")
    if checked["category"] not in ("", *CATEGORIES):
        problems.append(f"{where}.category: is none of {', '.join(CATEGORIES)}")
        checked["category"] = ""
    until_s = checked["until_s"] = mark.get("until_s")
    if until_s is not None and (
        isinstance(until_s, bool) or not isinstance(until_s, int | float) or not 0 <= until_s < 1e9
    ):
        problems.append(f"{where}.until_s: is not a number of seconds")
        checked["until_s"] = None
    picture = mark.get("picture", "")
    if picture and not is_picture(picture):
        problems.append(f"{where}.picture: is not a PNG or JPEG of at most {MAX_PICTURE} characters")
        picture = ""
    checked["picture"] = picture
    return checked


def is_picture(value: Any) -> bool:
    """Return whether a value is a data URL of a PNG or JPEG picture of at most ``MAX_PICTURE`` characters."""
    match = PICTURE.match(value) if isinstance(value, str) and len(value) <= MAX_PICTURE else None
    if match is None:
        return False
    try:
        body = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        return False
    return body.startswith(SIGNATURES[match[1]])
