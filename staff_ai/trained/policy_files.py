"""The files of a policy folder: names, sizes and digests, checked without building the network.

A list of commanders needs no more, and no compiled code.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from simcore.errors import InputError
from simcore.recording.files import parse_json, read_json_bytes
from staff_ai.trained.tensors import MOST_BYTES

WEIGHTS, ONNX, MANIFEST, CARD = "policy.safetensors", "policy.onnx", "manifest.json", "README.md"
FILES = (WEIGHTS, ONNX, MANIFEST, CARD)
TRAINING = "training"
FORMAT = "chammo-policy"
FORMAT_VERSION = 1
MOST = {WEIGHTS: MOST_BYTES, ONNX: MOST_BYTES, CARD: 2**20}
_MOST_MANIFEST = 2**22
AGAIN = "copy the folder again, or train the policy again"


class PolicyFiles(NamedTuple):
    """The checked files of a policy."""

    manifest: Mapping[str, Any]
    sha256: str  # of the manifest, which holds the digests of the other files
    weights: bytes


def read_files(place: Path) -> PolicyFiles:
    """Return the files of a folder. Raises ``InputError`` unless they are those of its manifest and nothing else."""
    if not place.is_dir():
        raise InputError(f"{place}: no such folder; give the folder that `chammo train -o FOLDER` wrote")
    _check_entries(place)
    label = str(place / MANIFEST)
    text = read_json_bytes(place / MANIFEST, _MOST_MANIFEST)
    manifest, sha256 = parse_json(text, place / MANIFEST), digest_of(text)
    if manifest.get("format") != FORMAT:
        raise InputError(f"{label}: not the manifest of a policy; give the folder that `chammo train -o FOLDER` wrote")
    if manifest.get("format_version") != FORMAT_VERSION:
        found = manifest.get("format_version")
        raise InputError(f"{label}: format_version is {found!r:.20}, not {FORMAT_VERSION}; take the Chammo it is from")
    return PolicyFiles(manifest, sha256, _read_files(place, manifest, label))


def chairs_of(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return scenarios and sides of the training; empty when the manifest has none."""
    trained_on: Any = manifest.get("trained_on")
    found = [one for one in trained_on if isinstance(one, dict)] if isinstance(trained_on, list) else []
    return list(dict.fromkeys((str(one.get("scenario")), str(one.get("side"))) for one in found))


def purpose_of(manifest: Mapping[str, Any]) -> str:
    """Return scenarios and sides of the training, in words."""
    sides: dict[str, list[str]] = {}
    for scenario, side in chairs_of(manifest):
        sides.setdefault(scenario, []).append(side)
    words = [f"{scenario} ({' and '.join(found)})" for scenario, found in sides.items()]
    if len(words) <= 3:
        return "trained for " + (", ".join(words) or "unknown scenarios")
    return f"trained for {', '.join(words[:2])} and {len(words) - 2} more scenarios"


def _check_entries(place: Path) -> None:
    allowed = (*FILES, TRAINING)
    for entry in sorted(place.iterdir()):
        if entry.name.startswith("."):
            continue  # from file managers and interrupted copies; never opened
        if entry.name not in allowed:
            raise InputError(
                f"{entry}: does not belong into the folder of a policy ({', '.join(allowed)}); "
                "remove it if you trust the rest: no policy needs it"
            )
        if entry.is_symlink():
            raise InputError(f"{entry}: is a link; put the file itself there")
        if entry.name != TRAINING and not entry.is_file():
            raise InputError(f"{entry}: is no file; {AGAIN}")


def _read_files(place: Path, manifest: Mapping[str, Any], label: str) -> bytes:
    """Check the files in the manifest, and return the weights."""
    files = manifest.get("files")
    if not isinstance(files, dict) or not {WEIGHTS} <= set(files) <= set(MOST):
        raise InputError(f"{label}: files lists other names than {', '.join(MOST)}; {AGAIN}")
    if ONNX not in files and (place / ONNX).exists():
        raise InputError(f"{place / ONNX}: not listed in the manifest; remove it: no policy needs it")
    weights = b""
    for name, entry in files.items():
        data = _read(place / name, MOST[name])
        written = (entry.get("bytes"), entry.get("sha256")) if isinstance(entry, dict) else None
        if written != (len(data), digest_of(data)):
            raise InputError(f"{place / name}: not the file that the manifest was written for; {AGAIN}")
        if name == WEIGHTS:
            weights = data
    return weights


def _read(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise InputError(f"{path}: {size:,} bytes, more than the {most:,} that a policy may have; {AGAIN}")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: the file is missing; {AGAIN}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {AGAIN}") from None


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()
