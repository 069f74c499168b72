"""``manifest.json`` of run and batch folders: read and checked before anything else of the folder."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simcore.errors import InputError

SCHEMA_VERSION = 1


def read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a folder of this kind ("run" or "batch"). Raise InputError when it cannot be shown."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give a run folder written by `chammo run --out`")
    path = folder / "manifest.json"
    if not path.is_file():
        hint = "the run may still be writing it" if folder.name.endswith(".partial") else "it is not a run folder"
        raise InputError(f"{folder}: holds no manifest.json, so {hint}; give a folder written by `chammo run --out`")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not readable as JSON ({error}); write the run again") from error
    if not isinstance(manifest, dict):
        raise InputError(f"{path}: is not a JSON object; write the run again")
    version = manifest.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise InputError(f"{path}: schema_version: is missing or not a whole number; write the run again")
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path}: schema_version: {version} is newer than this Chammo reads ({SCHEMA_VERSION}); update Chammo"
        )
    if manifest.get("kind") != kind:
        raise InputError(f"{path}: kind: {manifest.get('kind')!r} is not {kind!r}")
    if manifest.get("status") == "failed":
        why = f" ({manifest['error']})" if manifest.get("error") else ""
        raise InputError(f"{folder}: the {kind} failed{why}; write it again")
    if manifest.get("status") == "running" or folder.name.endswith(".partial"):
        raise InputError(f"{folder}: the {kind} is still being written; open it when it has ended")
    return manifest


def folder_kind(folder: Path) -> str:
    """Return the kind that a folder's manifest names, "run" where it names none that is known."""
    try:
        kind = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["kind"]
    except (ValueError, OSError, KeyError, TypeError):
        return "run"
    return kind if kind in ("run", "batch") else "run"


def check_run_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise InputError that names every key of a run's manifest that is missing or not what it should be."""
    missing = [key for key in _RUN_KEYS if key not in manifest]
    problems = [f"lacks {', '.join(missing)}"] if missing else []
    for key, (is_right, should_be) in {**_RUN_KEYS, **_OPTIONAL_KEYS}.items():
        if key in manifest and not is_right(manifest[key]):
            problems.append(f"{key}: is not {should_be}")
    if problems:
        raise InputError(
            "\n".join(f"{folder / 'manifest.json'}: {problem}; write the run again" for problem in problems)
        )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


def _are_sides(value: Any) -> bool:
    return _are_names(value) and len(value) > 0 and len(set(value)) == len(value)


def _is_box(value: Any) -> bool:
    if not (isinstance(value, list) and len(value) == 4 and all(_is_number(one) for one in value)):
        return False
    west, east, south, north = value
    return west < east and south < north


def _is_origin(value: Any) -> bool:
    limits = {"longitude_deg": 180.0, "latitude_deg": 90.0}
    return isinstance(value, dict) and all(
        _is_number(value.get(key)) and abs(value[key]) <= limit for key, limit in limits.items()
    )


_RUN_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "sides": (_are_sides, "a list of different names"),
    "n_units": (_is_count, "a whole number above 0"),
    "n_frames": (_is_count, "a whole number above 0"),
    "frame_interval_s": (lambda value: _is_number(value) and value > 0, "a number of seconds above 0"),
    "bounds_m": (_is_box, "four numbers: west, east, south, north"),
    "origin": (_is_origin, "longitude_deg within -180..180 and latitude_deg within -90..90"),
    "scenario": (lambda value: isinstance(value, dict), "an object"),
}
_OPTIONAL_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "neutral_sides": (lambda value: value is None or _are_names(value), "a list of names"),
}
