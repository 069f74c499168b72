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

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.environments.doctrine_names import check_shipped
from agents.environments.schema import VERBS, Schema, Sizes
from simcore.errors import InputError
from simcore.recording.files import json_text, write_bytes, write_error
from staff_ai.trained.networks import Architecture, Network
from staff_ai.trained.policy_files import (
    AGAIN,
    CARD,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    ONNX,
    WEIGHTS,
    chairs_of,
    digest_of,
    purpose_of,
    read_files,
)
from staff_ai.trained.tensors import read_tensors, tensor_bytes


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
        return chairs_of(self.manifest)

    @property
    def purpose(self) -> str:
        """Scenarios and sides of the training, in words."""
        return purpose_of(self.manifest)

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
        "files": {name: {"bytes": len(data), "sha256": digest_of(data)} for name, data in files.items()},
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
    place, label = Path(folder), str(Path(folder) / MANIFEST)
    files = read_files(place)
    manifest = files.manifest
    architecture = Architecture.read(manifest.get("architecture"), label)
    schema = _read_schema(manifest.get("schema"), label)
    interval_s: Any = manifest.get("interval_s")
    if interval_s is not None and (type(interval_s) not in (int, float) or not 0.0 <= interval_s <= 1e9):
        raise InputError(f"{label}: interval_s is {interval_s!r:.20}, no time in seconds; {AGAIN}")
    sampled: Any = manifest.get("sampled", False)
    if type(sampled) is not bool:
        raise InputError(f"{label}: sampled is {sampled!r:.20}, not true or false; {AGAIN}")
    tensors, _ = read_tensors(files.weights, str(place / WEIGHTS))
    network = Network(architecture, schema, tensors, str(place / WEIGHTS))
    return TrainedPolicy(network, None if interval_s is None else float(interval_s), sampled, manifest, files.sha256)


def _read_schema(value: Any, label: str) -> Schema:
    sizes = value.get("sizes") if isinstance(value, dict) else None
    names = set(Sizes().describe())
    sizes = sizes if isinstance(sizes, dict) else {}
    numbers = {name: n for name, n in sizes.items() if name not in ("doctrines", "vocabulary")}
    if set(numbers) != names or any(type(n) is not int for n in numbers.values()):
        raise InputError(f"{label}: schema.sizes does not hold whole numbers {', '.join(sorted(names))}; {AGAIN}")
    doctrines = sizes.get("doctrines", [])
    if type(doctrines) is not list or any(type(name) is not str for name in doctrines):
        raise InputError(f"{label}: schema.sizes.doctrines is {doctrines!r:.40}, no list of names; {AGAIN}")
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
