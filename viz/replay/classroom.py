"""A class: trainer and trainees on the same server, with a key for each view.

The trainer's key opens everything that is served; a side's key opens the view of that side, and no other data leaves
the server with it. Nor does anything of later times than the trainer has led the class to, unless he switches that off.
Keys are compared in constant time; only their digests are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simcore.errors import InputError, RunError
from simcore.recording.files import json_text, read_json
from viz.replay.library import Library, NotServedError

TRAINER = "trainer"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of keys, without those that look alike."""
_GROUPS, _GROUP_LETTERS = 4, 5
SHORTEST = 12
"""Fewest letters of a key."""
_PRESENT_S = 6.0
_LEAD_S = 15.0
_MOST_PAGES = 500
_NEWS_S = 4.0
"""A page that leads has news more often than this [s]: a playing clock is taken to run on for so long."""


class NoKeyError(InputError):
    """A request without a key, or with a key that opens nothing."""


class TrainerOnlyError(InputError):
    """A request for the trainer alone."""


def make_key() -> str:
    """Return a random key of 99 bits that can be read out and typed."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def roles_of(library: Library) -> list[str]:
    """Return the holders of keys: the trainer, then each side that fights in a run named on the command line."""
    return [TRAINER, *library.sides()]


def read_keys(path: Path, roles: list[str]) -> dict[str, str]:
    """Return the keys in a file. New keys for roles that it lacks are added to it; only its owner may read a new file.

    Raises ``InputError`` on a bad file.
    """
    keys: dict[str, str] = {}
    if path.exists():
        keys = _check_keys(path, read_json(path, 2**20))
    missing = [role for role in roles if role not in keys]
    if missing:
        keys |= {role: make_key() for role in missing}
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(json_text(keys) + "\n")
        except OSError as error:
            raise RunError(f"{path}: cannot be written ({error.strerror}); give --keys another file") from error
    return {role: keys[role] for role in roles}


def _check_keys(path: Path, document: Mapping[str, Any]) -> dict[str, str]:
    problems = [
        f"{path}: {role}: is not a text of {SHORTEST} letters or more"
        for role, key in document.items()
        if not isinstance(key, str) or len(_plain(key)) < SHORTEST
    ]
    if not problems and len({_plain(key) for key in document.values()}) < len(document):
        problems = [f"{path}: two views have the same key, so one would open the other"]
    if problems:
        raise InputError("\n".join([*problems, "correct the file, or remove it for new keys"]))
    return dict(document)


def _plain(key: str) -> str:
    """Return a key without case, hyphens and spaces, which change when it is read out and typed."""
    return "".join(key.lower().replace("-", " ").split())


def _digest(key: str) -> bytes:
    return hashlib.sha256(_plain(key).encode()).digest()


class Classroom:
    """The views that each key opens, and the trainer's clock.

    Parameters
    ----------
    library : Library
        Everything that is served.
    keys : mapping of str to str
        A key for each role of ``roles_of(library)``.
    holds : bool
        Whether trainees see nothing of later times than the trainer has led them to.
    """

    def __init__(self, library: Library, keys: Mapping[str, str], *, holds: bool = True) -> None:
        self._digests = {role: _digest(key) for role, key in keys.items()}
        self._libraries = {role: library if role == TRAINER else library.seen_by(role, self.until) for role in keys}
        self._holds = holds
        self._farthest: dict[str, float] = {}
        self._lock = threading.Lock()
        self._clock: dict[str, Any] = {"leads": False}
        self._set_s = time.monotonic()
        self._pages: dict[tuple[str, str], float] = {}

    def role(self, key: str) -> str | None:
        """Return the role that a key opens, None for none. Takes as long for any key."""
        given, found = _digest(key), None
        for role, known in self._digests.items():
            if hmac.compare_digest(given, known):
                found = role
        return found

    def library(self, role: str) -> Library:
        """Return all that a role may see."""
        return self._libraries[role]

    def lead(self, role: str, document: Any) -> dict[str, Any]:
        """Take over the trainer's clock: {leads, run, time_s, speed, playing}. Return it as trainees get it."""
        if role != TRAINER:
            raise TrainerOnlyError("Only the trainer leads the class.")
        clock = _check_clock(document)
        with self._lock:
            self._note_farthest()
            self._clock, self._set_s = clock, time.monotonic()
            self._note_farthest()
        return self.clock(role)

    def hold(self, role: str, document: Any) -> dict[str, Any]:
        """Hold the trainees, or let them see all: {holds}. Held anew, they see what the trainer shows from now on."""
        if role != TRAINER:
            raise TrainerOnlyError("Only the trainer holds the class.")
        if not isinstance(document, dict) or not isinstance(document.get("holds"), bool):
            raise InputError("hold: is not an object with holds, true or false")
        with self._lock:
            if document["holds"] and not self._holds:
                self._farthest.clear()
            self._holds = document["holds"]
        return self.clock(role)

    def until(self, run: str) -> float | None:
        """Return the time [s] up to which trainees have a run, None for all of it."""
        with self._lock:
            if not self._holds:
                return None
            self._note_farthest()
            return self._farthest.get(run, 0.0)

    def _note_farthest(self) -> None:
        """Note how far the trainer has led the class by now. The lock is held."""
        clock = self._clock
        if not clock["leads"]:
            return
        run_on_s = min(time.monotonic() - self._set_s, _NEWS_S) * clock["speed"] if clock["playing"] else 0.0
        self._farthest[clock["run"]] = max(self._farthest.get(clock["run"], 0.0), clock["time_s"] + run_on_s)

    def clock(self, role: str, page: str = "") -> dict[str, Any]:
        """Return the trainer's clock with its age [s], and whether trainees are held.

        The trainer also gets the number of open pages by side. A trainee gets no run that is not among his own.
        """
        now = time.monotonic()
        with self._lock:
            if role != TRAINER and page and len(self._pages) < _MOST_PAGES:
                self._pages[role, page[:40]] = now
            self._pages = {one: seen for one, seen in self._pages.items() if now - seen < _PRESENT_S}
            clock, age_s, holds = dict(self._clock), now - self._set_s, self._holds
            present = [role for role, _ in self._pages]
        if role == TRAINER:
            sides = [side for side in self._digests if side != TRAINER]
            return {**clock, "age_s": age_s, "holds": holds, "present": {side: present.count(side) for side in sides}}
        if not clock["leads"] or age_s > _LEAD_S:  # without news for so long, the trainer's page is gone
            return {"leads": False, "holds": holds}
        try:
            self._libraries[role].run(clock["run"])
        except NotServedError:
            return {"leads": False, "holds": holds}
        return {**clock, "age_s": age_s, "holds": holds}


def _check_clock(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict) or not isinstance(document.get("leads"), bool):
        raise InputError("clock: is not an object with leads, true or false")
    if not document["leads"]:
        return {"leads": False}
    limits = {"time_s": (0.0, 1e9), "speed": (0.01, 10_000.0)}
    problems = [
        f"clock.{key}: is not a number within {low:g}..{high:g}"
        for key, (low, high) in limits.items()
        if isinstance(document.get(key), bool)
        or not isinstance(document.get(key), int | float)
        or not low <= document[key] <= high
    ]
    if not isinstance(document.get("run"), str) or len(document["run"]) > 300:
        problems.append("clock.run: is not the name of a run")
    if not isinstance(document.get("playing"), bool):
        problems.append("clock.playing: is not true or false")
    if problems:
        raise InputError("\n".join(problems))
    return {key: document[key] for key in ("leads", "run", "time_s", "speed", "playing")}
