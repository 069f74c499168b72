"""The checkpoint of a training: a file of tensors and text, replaced as a whole after every update.

It is a safetensors file: reading it runs no code.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from simcore.errors import InputError
from simcore.recording.files import write_bytes
from simcore.types import F32
from staff_ai.trained.tensors import MOST_BYTES, read_tensors, tensor_bytes

CHECKPOINT = "checkpoint.safetensors"
_NOTE = "training"


@dataclass
class Progress:
    """The progress of a training."""

    plan: str  # digest
    updates: int = 0
    steps: int = 0  # choices, of all rows
    games: int = 0
    seconds: float = 0.0
    best_score: float = -2.0  # mean mission score of the best validation
    best_update: int = -1
    validations_since: int = 0
    ended: str = ""  # reason of the end, "" during the training
    imitated: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)  # a row per update, for the CSV file


def save_checkpoint(folder: Path, progress: Progress, tensors: Mapping[str, F32]) -> None:
    """Write the checkpoint of a training."""
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / CHECKPOINT, tensor_bytes(tensors, {_NOTE: json.dumps(asdict(progress))}))


def load_checkpoint(folder: Path) -> tuple[Progress, dict[str, F32]] | None:
    """Return the checkpoint in a folder, None if there is none. Raises ``InputError`` when it is damaged."""
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path}: no checkpoint of a training; start over with --force")
    try:
        tensors, notes = read_tensors(path.read_bytes(), str(path))
        return Progress(**json.loads(notes[_NOTE])), tensors
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged ({error!s:.120}); start over with --force") from None
