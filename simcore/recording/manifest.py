"""``manifest.json`` of run and batch folders: written with a digest of its content and checked before use.

The checks report every invalid key, so readers may rely on the types and bounds below.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from simcore.errors import InputError
from simcore.recording.boards import check_chains
from simcore.recording.files import digest, json_text, read_json, write_bytes
from simcore.recording.run_schema import SCHEMA_VERSION
from simcore.recording.tables import count_rows

MANIFEST = "manifest.json"
LARGEST_M = 1e7
"""Largest distance from the origin of any position in a folder [m]: a quarter of the earth's circumference."""
LATEST_S = 1e9
"""Latest time in a folder [s]."""
_DIGEST = "manifest_digest"
_MOST_UNITS = 1_000_000
_MOST_FRAMES = 10_000_000
_LARGEST_BYTES = 16 * 2**20

RUN_KEYS = ("sides", "n_units", "n_frames", "frame_interval_s", "bounds_m", "origin", "scenario")
"""Keys required in the manifest of a run that is to be shown."""


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a folder atomically, with a digest of its content."""
    text = json_text({key: value for key, value in manifest.items() if key != _DIGEST})
    last = f'{text[:-2]},\n  "{_DIGEST}": "{_digest_of(text)}"\n}}\n'  # as another turn of the encoder would write it
    write_bytes(folder / MANIFEST, last.encode())


def _own_digest(content: Mapping[str, Any]) -> str:
    return _digest_of(json_text(content))


def _digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def read_manifest(folder: Path, kind: str = "run", required: Sequence[str] = ()) -> dict[str, Any]:
    """Return the manifest of a complete folder of this kind ("run" or "batch").

    Raises ``InputError`` when the manifest is missing, incomplete, lacks a key of ``required`` or has an invalid value
    for a key of the format, and when a board, such as ``advice.parquet``, was changed after the run.
    """
    _check_exists(folder)
    path = folder / MANIFEST
    manifest = read_json(path, _LARGEST_BYTES)
    _check_kind(path, manifest, kind)
    if manifest.get("status") == "running" or folder.name.endswith(".partial"):
        raise InputError(f"{folder}: the {kind} is still being written; open it when it has ended")
    if manifest.get("status") != "complete":
        why = f" ({manifest['error']})" if manifest.get("error") else ""
        raise InputError(f"{folder}: the {kind} is {manifest.get('status')!s:.100}, not complete{why}; run it again")
    check_keys(path, manifest, required)
    check_chains(folder, manifest.get("chains", {}))
    return manifest


def read_begun_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a folder of this kind, complete or not. Raises ``InputError`` like ``read_manifest``."""
    path = folder / MANIFEST
    manifest = read_json(path, _LARGEST_BYTES)
    _check_kind(path, manifest, kind)
    check_keys(path, manifest, ())
    return manifest


def folder_kind(folder: Path) -> str:
    """Return the kind given in a folder's manifest, or "run" where it gives no known kind."""
    try:
        kind = read_json(folder / MANIFEST, _LARGEST_BYTES).get("kind")
    except InputError:
        return "run"
    return "batch" if kind == "batch" else "run"


def _check_exists(folder: Path) -> None:
    if folder.is_file():
        raise InputError(f"{folder}: a file; give the folder of a run, which `chammo run SCENARIO --out FOLDER` writes")
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; write it with `chammo run SCENARIO --out {folder}`")
    if not (folder / MANIFEST).is_file():
        hint = "the run may still be writing it" if folder.name.endswith(".partial") else "it is not a run folder"
        raise InputError(f"{folder}: holds no {MANIFEST}, so {hint}; give a folder written by `chammo run --out`")


def _check_kind(path: Path, manifest: Mapping[str, Any], kind: str) -> None:
    if manifest.get("kind") != kind:
        raise InputError(
            f"{path}: kind: {manifest.get('kind')!s:.100} is not '{kind}'; give a folder written by `chammo {kind}`"
        )
    version = manifest.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError(f"{path}: schema_version: is missing or not a whole number above 0; run it again")
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path}: schema_version: {version!s:.20} is newer than this Chammo reads ({SCHEMA_VERSION}); update Chammo"
        )


def check_keys(path: Path, manifest: Mapping[str, Any], required: Sequence[str]) -> None:
    """Raise ``InputError`` naming every missing or invalid key."""
    missing = [key for key in required if key not in manifest]
    problems = [f"lacks {', '.join(missing)}"] if missing else []
    problems += [
        f"{key}: is not {should_be}"
        for key, (is_right, should_be) in _KEYS.items()
        if key in manifest and not is_right(manifest[key]) and not (key in _MAY_BE_NULL and manifest[key] is None)
    ]
    if not problems:
        sides, neutral = _items(manifest.get("sides")), _items(manifest.get("neutral_sides"))
        problems += [f"neutral_sides: {name!r:.100} is not in sides" for name in neutral if name not in sides]
    if problems:
        raise InputError("\n".join(f"{path}: {problem}; write the run again" for problem in problems))


def _is_whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -1e15 <= value <= 1e15


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _items(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _pairs(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name != "" for name in _items(value))


def _are_sides(value: Any) -> bool:
    return _are_names(value) and len(value) > 0 and len(set(value)) == len(value)


def _is_box(value: Any) -> bool:
    box = _items(value)
    if len(box) != 4 or not all(_is_number(edge) and abs(edge) <= LARGEST_M for edge in box):
        return False
    west, east, south, north = box
    return west < east and south < north


def _is_origin(value: Any) -> bool:
    place = _pairs(value)
    limits = {"longitude_deg": 180.0, "latitude_deg": 90.0}
    return all(_is_number(place.get(key)) and abs(place[key]) <= limit for key, limit in limits.items())


def _is_scenario(value: Any) -> bool:
    keys = ("name", "title", "hash")
    return isinstance(value, dict) and all(isinstance(_pairs(value).get(key), str | None) for key in keys)


def _are_policies(value: Any) -> bool:
    return isinstance(value, list) and all(_is_policy(policy) for policy in _items(value))


def _is_policy(value: Any) -> bool:
    policy = _pairs(value)
    return (
        isinstance(policy.get("side"), str)
        and isinstance(policy.get("name"), str)
        and isinstance(policy.get("parameters"), dict | None)
        and all(isinstance(item, str | int | float | None) for item in _pairs(policy.get("parameters")).values())
    )


def _are(is_right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(is_right(item) for item in _pairs(value).values())


def _are_file_digests(value: Any) -> bool:
    return _are(_is_text)(value) and all(_is_plain_name(name) for name in _pairs(value))


def _are_rows(value: Any) -> bool:
    return _are(_COUNT)(value) and all(_is_plain_name(name) for name in _pairs(value))


def _is_plain_name(name: str) -> bool:
    return name not in ("", ".", "..") and not any(character in name for character in "/\\\0")


_COUNT = _is_whole(0, 2**63 - 1)
_MAY_BE_NULL = ("neutral_sides", "winner", "started_utc", "wall_s")
_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "sides": (_are_sides, "a list of different names"),
    "neutral_sides": (_are_names, "a list of names"),
    "n_units": (_is_whole(1, _MOST_UNITS), f"a whole number above 0 and at most {_MOST_UNITS:,}"),
    "n_frames": (_is_whole(1, _MOST_FRAMES), f"a whole number above 0 and at most {_MOST_FRAMES:,}"),
    "frame_interval_s": (
        lambda value: _is_number(value) and 0 < value <= LATEST_S,
        f"a number of seconds above 0 and at most {LATEST_S:g}",
    ),
    "bounds_m": (_is_box, f"four numbers within ±{LARGEST_M:g}: west, east, south, north"),
    "origin": (_is_origin, "longitude_deg within -180..180 and latitude_deg within -90..90"),
    "scenario": (_is_scenario, "an object with texts: name, title and hash"),
    "seed": (_COUNT, "a whole number from 0"),
    "replication": (_COUNT, "a whole number from 0"),
    "n_replications": (_COUNT, "a whole number from 0"),
    "n_ticks": (_COUNT, "a whole number from 0"),
    "dt_s": (_is_number, "a number of seconds"),
    "duration_s": (_is_number, "a number of seconds"),
    "wall_s": (_is_number, "a number of seconds"),
    "policies": (_are_policies, "a list of objects with side, name and parameters"),
    "munitions": (_are_names, "a list of names of platforms"),
    "versions": (_are(_is_text), "an object of texts"),
    "files": (_are_rows, "an object of whole numbers by the names of files in the folder"),
    "digests": (_are_file_digests, "an object of texts by the names of files in the folder"),
    "chains": (_are_file_digests, "an object of texts by the names of files in the folder"),
    "started_utc": (_is_text, "a text"),
    "state_hash": (_is_text, "a text"),
    "winner": (_is_text, "a text or null"),
    "reason": (_is_text, "a text"),
    "reports_take_time": (lambda value: isinstance(value, bool), "true or false"),
}


class Change(NamedTuple):
    """A file of a folder that has changed since it was written."""

    path: Path
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


def find_changes(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Change]:
    """Yield every file that is missing, truncated or changed since the folder was written.

    Compares the digests of the manifest, its own first, and the number of rows of a file without a digest.
    """
    if not is_as_written(manifest):
        yield Change(folder / MANIFEST, _CHANGED)
    digests: dict[str, str] = manifest.get("digests", {})
    rows: dict[str, int] = manifest.get("files", {})
    for name in sorted({*digests, *rows}):
        problem = _find_problem(folder / name, digests.get(name), rows.get(name))
        if problem:
            yield Change(folder / name, problem)


MISSING = "the file is missing"
_CHANGED = "was changed after the run (its digest differs)"


def _find_problem(path: Path, expected: str | None, n_rows: int | None) -> str:
    try:
        if not path.is_file():
            return MISSING
        if expected is not None and digest(path) == expected:
            return ""
        found = count_rows(path) if n_rows is not None else None
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except InputError:
        return "was cut off or damaged: it is no whole Parquet file any more"
    if found != n_rows:
        return f"holds {found} rows, the manifest says {n_rows}"
    return "" if expected is None else _CHANGED


def is_as_written(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest matches the digest of its content; True without a digest, as in older folders."""
    stored = manifest.get(_DIGEST)
    return stored is None or stored == _own_digest({key: value for key, value in manifest.items() if key != _DIGEST})


def check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raise ``InputError`` naming every file that is missing, truncated or changed since the folder was written."""
    problems = [str(change) for change in find_changes(folder, manifest)]
    if problems:
        problems.append("restore the folder from a copy, or run the scenario again")
        raise InputError("\n".join(problems))
