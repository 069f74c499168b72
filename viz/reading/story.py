"""The mission and the outcome of a run: files ``briefing.json``, ``measures.json`` and two tables.

All of it is the truth. A folder of an earlier version may lack any of these files or parts of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.recording.files import read_json
from simcore.recording.manifest import LATEST_S
from viz.reading.checks import check_real, check_whole, open_table

_MOST_BYTES = 64 * 2**20
_MOST_TEXT = 20_000
_MOST_OBJECTIVES = 1000


class Story:
    """The mission and the outcome of a run, checked when read. Raises ``InputError`` for a damaged file."""

    def __init__(self, folder: Path, sides: list[str], n_units: int, n_frames: int) -> None:
        self._folder, self._sides, self._n_units, self._n_frames = folder, sides, n_units, n_frames

    @cached_property
    def mission(self) -> dict[str, Any]:
        """Question, description and the lead needed to win (None if unknown)."""
        brief = self._brief
        margin = brief.get("win_margin", self._outcome.get("margin"))
        path = self._folder / "briefing.json"
        return {
            "question": _text(path, "question", brief.get("question", "")),
            "description": _text(path, "description", brief.get("description", "")),
            "question_ko": _text(path, "question_ko", brief.get("question_ko", "")),
            "description_ko": _text(path, "description_ko", brief.get("description_ko", "")),
            "win_margin": None if margin is None else _number(path, "win_margin", margin, 0.0, 1.0),
        }

    @cached_property
    def objectives(self) -> list[dict[str, Any]]:
        """Objectives: side, text, parts, goal, share, is_decisive, met_s; in the order of the outcome."""
        path = self._folder / "briefing.json"
        told = self._list(path, self._brief, "objectives", self._objective)
        ends = self._list(self._folder / "measures.json", self._outcome, "objectives", self._end)
        if told and ends and len(told) != len(ends):
            raise _broken(path, "objectives: not as many as in measures.json")
        if not told:
            return ends
        return [
            one | {"met_s": end["met_s"]} for one, end in zip(told, ends or [{"met_s": None}] * len(told), strict=True)
        ]

    @cached_property
    def progress(self) -> np.ndarray | None:
        """Progress of each objective in each frame, (n_frames, n_objectives); None if it is not recorded."""
        n = len(self.objectives)
        if not n or not (self._folder / "objectives.parquet").is_file():
            return None
        with open_table(self._folder, "objectives.parquet", ["frame", "objective", "progress"]) as table:
            columns = table.read(["frame", "objective", "progress"])
            if len(columns["frame"]) != n * self._n_frames:
                raise _broken(
                    table.path, f"holds {len(columns['frame'])} rows, not {n} for each of {self._n_frames} frames"
                )
            check_whole(table.path, columns, {"frame": (0, self._n_frames - 1), "objective": (0, n - 1)})
            check_real(table.path, columns, known=("progress",))
        progress = np.full((self._n_frames, n), np.nan)
        progress[columns["frame"], columns["objective"]] = columns["progress"]
        if np.isnan(progress).any():
            raise _broken(table.path, "not every objective once in every frame")
        return progress

    @cached_property
    def turning_points(self) -> list[dict[str, Any]]:
        """Turning points: time_s, kind, weight, text, parts, unit."""
        return self._list(self._folder / "measures.json", self._outcome, "turning_points", self._turning_point)

    @cached_property
    def weapons(self) -> list[str]:
        """Display name of the weapon of each mount; empty if it is not recorded."""
        if not (self._folder / "mounts.parquet").is_file():
            return []
        with open_table(self._folder, "mounts.parquet", ["mount", "unit", "title"]) as table:
            columns = table.read(["mount", "unit", "title"])
        check_whole(table.path, columns, {"unit": (0, self._n_units - 1)})
        if not np.array_equal(columns["mount"], np.arange(len(columns["mount"]))):
            raise _broken(table.path, "mount: not numbered 0, 1, 2 ...")
        return [str(title) for title in columns["title"]]

    @cached_property
    def _round_speeds(self) -> dict[str, float]:
        """Speed of rounds [m/s] by the display name of their weapon, 0 if they arrive at once."""
        path, speeds = self._folder / "briefing.json", self._brief.get("round_speeds_mps", {})
        if not isinstance(speeds, dict):
            raise _broken(path, "round_speeds_mps: is not an object")
        return {str(name): _number(path, f"round_speeds_mps.{name}", v, 0.0, 1e6) for name, v in speeds.items()}

    def weapon(self, mount: int) -> tuple[str, float]:
        """Return the display name of the weapon of a mount and the speed of its rounds [m/s]: empty, nan if unknown."""
        if not 0 <= mount < len(self.weapons):
            return "", float("nan")
        return self.weapons[mount], self._round_speeds.get(self.weapons[mount], float("nan"))

    @cached_property
    def _brief(self) -> dict[str, Any]:
        return self._document("briefing.json")

    @cached_property
    def _outcome(self) -> dict[str, Any]:
        outcome = self._document("measures.json").get("outcome", {})
        if not isinstance(outcome, dict):
            raise _broken(self._folder / "measures.json", "outcome: is not an object")
        return outcome

    def _document(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        return read_json(path, _MOST_BYTES) if path.is_file() else {}

    def _list(self, path: Path, document: dict[str, Any], key: str, read: Callable[[Path, str, Any], Any]) -> list[Any]:
        items = document.get(key, [])
        if not isinstance(items, list | tuple) or len(items) > _MOST_OBJECTIVES:
            raise _broken(path, f"{key}: is not a list of at most {_MOST_OBJECTIVES} entries")
        for number, item in enumerate(items):
            if not isinstance(item, dict):
                raise _broken(path, f"{key}[{number}]: is not an object")
        return [read(path, f"{key}[{number}]", item) for number, item in enumerate(items)]

    def _objective(self, path: Path, where: str, item: dict[str, Any]) -> dict[str, Any]:
        return {
            "side": self._side(path, where, item.get("side")),
            "text": _text(path, f"{where}.text", item.get("text")),
            "parts": _parts(path, where, item.get("parts", [])),
            "goal": _number(path, f"{where}.goal", item.get("goal"), 0.0, 1e9),
            "share": _number(path, f"{where}.share", item.get("share", item.get("weight", 0.0)), 0.0, 1.0 + 1e-9),
            "is_decisive": item.get("is_decisive") is True,
        }

    def _end(self, path: Path, where: str, item: dict[str, Any]) -> dict[str, Any]:
        met_s = item.get("met_s")
        return {
            **self._objective(path, where, item),
            "met_s": None if met_s is None else _number(path, f"{where}.met_s", met_s, 0.0, LATEST_S),
        }

    def _turning_point(self, path: Path, where: str, item: dict[str, Any]) -> dict[str, Any]:
        return {
            "time_s": _number(path, f"{where}.time_s", item.get("time_s"), 0.0, LATEST_S),
            "kind": _text(path, f"{where}.kind", item.get("kind")),
            "weight": _number(path, f"{where}.weight", item.get("weight", 0.0), 0.0, 1e6),
            "text": _text(path, f"{where}.text", item.get("text")),
            "parts": _parts(path, where, item.get("parts", [])),
            "unit": int(_number(path, f"{where}.unit", item.get("unit", -1), -1, self._n_units - 1)),
        }

    def _side(self, path: Path, where: str, side: Any) -> str:
        if side not in self._sides:
            raise _broken(path, f"{where}.side: {side!r:.100} is not in manifest.json: {', '.join(self._sides)}")
        return side


def _parts(path: Path, where: str, parts: Any) -> list[list[Any]]:
    """Return the keys and facts of a sentence."""
    is_right = isinstance(parts, list) and len(parts) <= 20
    for part in parts if is_right else []:
        key, facts = part if isinstance(part, list) and len(part) == 2 else (None, None)
        is_right &= isinstance(key, str) and isinstance(facts, dict) and all(isinstance(v, str) for v in facts.values())
    if not is_right:
        raise _broken(path, f"{where}.parts: is not a list of keys with their facts")
    return parts


def _text(path: Path, where: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise _broken(path, f"{where}: is not a text of at most {_MOST_TEXT} characters")
    return value


def _number(path: Path, where: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _broken(path, f"{where}: is not a number within {low:g}..{high:g}")
    return float(value)


def _broken(path: Path, what: str) -> InputError:
    return InputError(f"{path}: {what}; write the run again")
