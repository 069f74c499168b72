"""A policy as a folder for exchange: weights, manifest, model card. No file of it is run.

    policy.safetensors   the weights
    policy.onnx          the same network for other runtimes, optional; checked here and never opened
    manifest.json        architecture, schema, training, versions, SHA-256 of each file
    README.md            the model card
    training/            checkpoint and progress of the training; never opened here

``read_policy`` builds the network from a list of known architectures and takes only numbers from the weights: no file
contains code that it runs. Doctrines among the choices are those that come with Chammo; a manifest cannot name any
other policy.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.environments.doctrine_names import check_shipped
from agents.environments.schema import VERBS, Schema, Sizes
from simcore.errors import InputError
from simcore.recording.files import json_text, parse_json, read_json_bytes, write_bytes, write_error
from staff_ai.trained.networks import Architecture, Network
from staff_ai.trained.tensors import MOST_BYTES, read_tensors, tensor_bytes

WEIGHTS, ONNX, MANIFEST, CARD = "policy.safetensors", "policy.onnx", "manifest.json", "README.md"
FILES = (WEIGHTS, ONNX, MANIFEST, CARD)
TRAINING = "training"
FORMAT = "chammo-policy"
FORMAT_VERSION = 1
_MOST = {WEIGHTS: MOST_BYTES, ONNX: MOST_BYTES, CARD: 2**20}
_MOST_MANIFEST = 2**22
_AGAIN = "copy the folder again, or train the policy again"


@dataclass(frozen=True)
class TrainedPolicy:
    """A policy read from a folder: its network and manifest."""

    network: Network
    interval_s: float | None  # between choices; None is about a 32nd of a game
    sampled: bool  # its way to choose: drawn by the scores, or the largest
    manifest: Mapping[str, Any]
    sha256: str  # of the manifest, which holds the digests of the other files

    @property
    def schema(self) -> Schema:
        """Observation and action."""
        return self.network.schema

    @property
    def chairs(self) -> list[tuple[str, str]]:
        """Scenarios and sides of the training; empty when the manifest has none."""
        trained_on: Any = self.manifest.get("trained_on")
        found = [one for one in trained_on if isinstance(one, dict)] if isinstance(trained_on, list) else []
        return list(dict.fromkeys((str(one.get("scenario")), str(one.get("side"))) for one in found))

    @property
    def purpose(self) -> str:
        """Scenarios and sides of the training, in words."""
        sides: dict[str, list[str]] = {}
        for scenario, side in self.chairs:
            sides.setdefault(scenario, []).append(side)
        words = [f"{scenario} ({' and '.join(found)})" for scenario, found in sides.items()]
        if len(words) <= 3:
            return "trained for " + (", ".join(words) or "unknown scenarios")
        return f"trained for {', '.join(words[:2])} and {len(words) - 2} more scenarios"

    def outside(self, scenario: str, side: str) -> str:
        """Return a note when a chair is none of the training, else an empty text.

        Scenarios are compared by name: the values of an edited scenario may be outside of the training too.
        """
        if not self.chairs or (scenario, side) in self.chairs:
            return ""
        return f"{self.purpose}; {scenario} ({side}) is outside of its training"


def write_policy(
    folder: Path,
    network: Network,
    interval_s: float | None,
    facts: Mapping[str, object],
    card: str,
    onnx: bytes | None = None,
) -> None:
    """Write the folder of a policy. The manifest is written last.

    ``facts`` are further entries of the manifest, ``onnx`` is the network as an ONNX file
    (``staff_ai.training.onnx_file``).
    """
    files = {WEIGHTS: tensor_bytes(network.tensors), CARD: card.encode()}
    if onnx is not None:
        files[ONNX] = onnx
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "architecture": network.architecture.describe(),
        "schema": {
            "digest": network.schema.digest,
            **network.schema.describe(),
            "sizes": network.schema.sizes.describe(),
        },
        "interval_s": interval_s,
        **facts,
        "files": {name: {"bytes": len(data), "sha256": _sha256(data)} for name, data in files.items()},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if onnx is None:
            (folder / ONNX).unlink(missing_ok=True)
        for name, data in files.items():
            write_bytes(folder / name, data)
        write_bytes(folder / MANIFEST, (json_text(manifest) + "\n").encode())
    except OSError as error:
        raise write_error(folder, error) from None


def read_policy(folder: Path | str) -> TrainedPolicy:
    """Return the policy in a folder.

    Raises
    ------
    InputError
        With the path and a remedy, when the folder is missing, holds foreign files, links, a file that is truncated,
        too large or different from the manifest, weights that are not finite or do not fit, an unknown architecture,
        or another version of the learning interface.
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"{place}: no such folder; give the folder that `chammo train -o FOLDER` wrote")
    _check_entries(place)
    label = str(place / MANIFEST)
    text = read_json_bytes(place / MANIFEST, _MOST_MANIFEST)
    manifest, sha256 = parse_json(text, place / MANIFEST), _sha256(text)
    if manifest.get("format") != FORMAT:
        raise InputError(f"{label}: not the manifest of a policy; give the folder that `chammo train -o FOLDER` wrote")
    if manifest.get("format_version") != FORMAT_VERSION:
        found = manifest.get("format_version")
        raise InputError(f"{label}: format_version is {found!r:.20}, not {FORMAT_VERSION}; take the Chammo it is from")
    data = _read_files(place, manifest, label)
    architecture = Architecture.read(manifest.get("architecture"), label)
    schema = _read_schema(manifest.get("schema"), label)
    interval_s: Any = manifest.get("interval_s")
    if interval_s is not None and (type(interval_s) not in (int, float) or not 0.0 <= interval_s <= 1e9):
        raise InputError(f"{label}: interval_s is {interval_s!r:.20}, no time in seconds; {_AGAIN}")
    sampled: Any = manifest.get("sampled", False)
    if type(sampled) is not bool:
        raise InputError(f"{label}: sampled is {sampled!r:.20}, not true or false; {_AGAIN}")
    tensors, _ = read_tensors(data, str(place / WEIGHTS))
    network = Network(architecture, schema, tensors, str(place / WEIGHTS))
    return TrainedPolicy(network, None if interval_s is None else float(interval_s), sampled, manifest, sha256)


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
            raise InputError(f"{entry}: is no file; {_AGAIN}")


def _read_files(place: Path, manifest: Mapping[str, Any], label: str) -> bytes:
    """Check the files in the manifest, and return the weights."""
    files = manifest.get("files")
    if not isinstance(files, dict) or not {WEIGHTS} <= set(files) <= set(_MOST):
        raise InputError(f"{label}: files lists other names than {', '.join(_MOST)}; {_AGAIN}")
    if ONNX not in files and (place / ONNX).exists():
        raise InputError(f"{place / ONNX}: not listed in the manifest; remove it: no policy needs it")
    weights = b""
    for name, entry in files.items():
        data = _read(place / name, _MOST[name])
        written = (entry.get("bytes"), entry.get("sha256")) if isinstance(entry, dict) else None
        if written != (len(data), _sha256(data)):
            raise InputError(f"{place / name}: not the file that the manifest was written for; {_AGAIN}")
        if name == WEIGHTS:
            weights = data
    return weights


def _read(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise InputError(f"{path}: {size:,} bytes, more than the {most:,} that a policy may have; {_AGAIN}")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: the file is missing; {_AGAIN}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {_AGAIN}") from None


def _read_schema(value: Any, label: str) -> Schema:
    sizes = value.get("sizes") if isinstance(value, dict) else None
    names = set(Sizes().describe())
    sizes = sizes if isinstance(sizes, dict) else {}
    numbers = {name: n for name, n in sizes.items() if name not in ("doctrines", "vocabulary")}
    if set(numbers) != names or any(type(n) is not int for n in numbers.values()):
        raise InputError(f"{label}: schema.sizes does not hold whole numbers {', '.join(sorted(names))}; {_AGAIN}")
    doctrines = sizes.get("doctrines", [])
    if type(doctrines) is not list or any(type(name) is not str for name in doctrines):
        raise InputError(f"{label}: schema.sizes.doctrines is {doctrines!r:.40}, no list of names; {_AGAIN}")
    check_shipped(doctrines, f"{label}: schema.sizes.doctrines")
    try:
        schema = Schema(Sizes(**numbers, doctrines=tuple(doctrines), vocabulary=sizes.get("vocabulary", VERBS)))
    except InputError as error:
        raise InputError(f"{label}: schema.{error}") from None
    if value.get("digest") != schema.digest:
        raise InputError(
            f"{label}: made for another version of observations and choices (schema {value.get('digest')!r:.40}, here "
            f"{schema.digest}); take the Chammo it was trained with, or train it again"
        )
    return schema


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
