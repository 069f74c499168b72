"""The checkpoint of a training: a file of tensors and text, replaced as a whole after every update.

It is a safetensors file: reading it runs no code.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

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
    steps: int = 0  # choices, of all rows and of the searches
    games: int = 0
    seconds: float = 0.0
    teachers: list[dict[str, Any]] = field(default_factory=list)  # of the chairs so far
    teachers_of: str = ""  # digest of the plan of the training that found them, "" for this one
    imitated: dict[str, Any] = field(default_factory=dict)
    critic_updates: int = 0
    best: dict[str, int] = field(default_factory=dict)  # update and steps of the incumbent; 1 where it is sampled
    best_scores: list[list[float]] = field(default_factory=list)  # its scores by chair and validation game
    second: dict[str, int] = field(default_factory=dict)  # update and steps of the incumbent before
    validations_since: int = 0
    ended: str = ""  # reason of the end, "" during the training
    last: dict[str, Any] = field(default_factory=dict)  # comparison of the last two incumbents
    exploiter: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)  # a row per update, for the CSV file

    @property
    def best_score(self) -> float:
        """Mean mission score of the best network: of the last comparison, before it of its validation."""
        if self.last:
            return float(self.last["score"])
        return float(np.mean([np.mean(chair) for chair in self.best_scores])) if self.best_scores else float("nan")

    @property
    def phase(self) -> str:
        """The phase that it is in."""
        if self.updates or self.best_scores:
            return "updates"
        if self.imitated:
            return f"value function, update {self.critic_updates}"
        return f"teachers of {len(self.teachers)} chairs"


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
