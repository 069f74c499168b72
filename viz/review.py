"""The after-action review of a run: marked moments with notes, in ``review.json`` inside the run folder.

The file is checked on reading and writing and replaced atomically. A server that shows one side only keeps that side's
marks in a file of their own, so that a trainee never receives the trainer's.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import Any

from simcore.errors import InputError, RunError

SCHEMA_VERSION = 1
MAX_MARKS = 200
MAX_NOTE = 4000
MAX_TITLE = 200
MAX_PICTURE = 700_000
PICTURE = re.compile(r"data:image/(jpeg|png);base64,([A-Za-z0-9+/]+={0,2})\Z")
SIGNATURES = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


class ConflictError(InputError):
    """Somebody else saved the review in the meantime."""


class Review:
    """The review of one run, as kept on disk."""

    _lock = threading.Lock()

    def __init__(self, folder: Path, only_view: str | None = None) -> None:
        suffix = "" if only_view is None else "." + re.sub(r"[^A-Za-z0-9_-]", "_", only_view)
        self.path = folder / f"review{suffix}.json"

    def load(self) -> dict[str, Any]:
        """Return {schema_version, revision, marks}; an empty review when there is no file yet."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {"schema_version": SCHEMA_VERSION, "revision": 0, "marks": []}
        except OSError as error:
            raise RunError(f"{self.path}: cannot be read ({error}); check the rights of the folder") from error
        try:
            document = json.loads(text)
        except ValueError as error:
            raise InputError(f"{self.path}: is not JSON ({error}); move it away to start a new review") from error
        version = document.get("schema_version") if isinstance(document, dict) else None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise InputError(f"{self.path}: schema_version {version} is newer than this Chammo reads; update Chammo")
        try:
            checked = check_review(document)
        except InputError as error:
            raise InputError(f"{self.path}: {error}; move it away to start a new review") from error
        revision = document.get("revision", 0)
        return {**checked, "revision": revision if isinstance(revision, int) else 0}

    def save(self, document: Any) -> dict[str, Any]:
        """Check and write a review whose ``revision`` is the one last loaded; return what was written."""
        checked = check_review(document)
        with self._lock:
            current = self.load()["revision"]
            if document.get("revision") != current:
                raise ConflictError("The review was changed in another window; load the page again.")
            written = {**checked, "revision": current + 1}
            self._replace(json.dumps(written, ensure_ascii=False, indent=1))
        return written

    def _replace(self, text: str) -> None:
        try:
            handle, temporary = tempfile.mkstemp(prefix=".review-", suffix=".tmp", dir=self.path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self.path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written ({error.strerror}); check the rights and the disk"
            ) from error


def check_review(document: Any) -> dict[str, Any]:
    """Return a review with the known fields only. Raise InputError with every problem found."""
    problems: list[str] = []
    if not isinstance(document, dict) or not isinstance(document.get("marks"), list):
        raise InputError("review: is not an object with a list of marks")
    if len(document["marks"]) > MAX_MARKS:
        problems.append(f"review.marks: {len(document['marks'])} marks; at most {MAX_MARKS} are kept")
    marks = [_check_mark(mark, f"review.marks[{i}]", problems) for i, mark in enumerate(document["marks"][:MAX_MARKS])]
    if problems:
        raise InputError("\n".join(problems))
    return {"schema_version": SCHEMA_VERSION, "marks": sorted(marks, key=lambda mark: mark["time_s"])}


def _check_mark(mark: Any, where: str, problems: list[str]) -> dict[str, Any]:
    if not isinstance(mark, dict):
        problems.append(f"{where}: is not an object")
        return {"time_s": 0.0}
    time_s = mark.get("time_s")
    if isinstance(time_s, bool) or not isinstance(time_s, int | float) or not 0 <= time_s < 1e9:
        problems.append(f"{where}.time_s: is not a number of seconds")
        time_s = 0.0
    checked: dict[str, Any] = {"time_s": float(time_s)}
    for key, limit in (("id", 64), ("title", MAX_TITLE), ("note", MAX_NOTE), ("view", 100), ("hash", 500)):
        value = mark.get(key, "")
        if not isinstance(value, str) or len(value) > limit:
            problems.append(f"{where}.{key}: is not a text of at most {limit} characters")
            value = ""
        checked[key] = value
    picture = mark.get("picture", "")
    if picture and not _is_picture(picture):
        problems.append(f"{where}.picture: is not a PNG or JPEG of at most {MAX_PICTURE} characters")
        picture = ""
    checked["picture"] = picture
    return checked


def _is_picture(value: Any) -> bool:
    match = PICTURE.match(value) if isinstance(value, str) and len(value) <= MAX_PICTURE else None
    if match is None:
        return False
    try:
        body = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        return False
    return body.startswith(SIGNATURES[match[1]])
