"""The training loop: updates, validations, checkpoints, and the resulting folder.

The folder is a policy (``staff_ai.trained.policy_folder``) with the best network so far from the first validation on;
``training/`` beside it holds the checkpoint and ``progress.csv``. The same command again resumes after a kill,
with the same weights as without the kill.
"""

import csv
import io
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.run.provenance import installed_version, versions
from simcore.errors import InputError
from simcore.recording.files import check_new_folder, write_bytes, write_error
from simcore.recording.folder_lock import FolderLock
from simcore.types import F32
from staff_ai.games.play import Results, join, play_games
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.networks import Network
from staff_ai.trained.policy_folder import FILES, TRAINING, write_policy
from staff_ai.training.card import card_text
from staff_ai.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from staff_ai.training.imitation import Examples, best_doctrine, check_teacher, gather_examples
from staff_ai.training.learner import Learner, under
from staff_ai.training.onnx_file import onnx_bytes
from staff_ai.training.plan import BOTH, Plan

PROGRESS = "progress.csv"
_IMITATION_GAMES = 48

Told = Callable[[Progress, float], None]
"""Called after every update with the progress and the share of the limit."""


def train(
    plan: Plan,
    folder: Path,
    *,
    steps: int | None = None,
    minutes: float | None = None,
    force: bool = False,
    on_update: Told | None = None,
) -> Progress:
    """Train until one of the limits, or until validations stop improving; return the progress.

    ``steps`` are choices of all games, ``minutes`` time of this and earlier calls. With ``steps`` alone the weights
    are a function of the plan.

    Raises
    ------
    InputError
        For a wrong plan, no limit, a folder with foreign files or the training of another plan, or without torch.
    """
    if steps is None and minutes is None:
        raise InputError("train: no limit; give --steps or --minutes")
    if (steps is not None and steps < 1) or (minutes is not None and not minutes > 0.0):
        raise InputError("train: a limit is not above 0; give --steps 1 or more, --minutes above 0")
    if plan.imitate not in (None, "best"):
        check_teacher(str(plan.imitate))
    _ = plan.settings  # errors in names show before a folder is made
    _prepare(folder, force=force)
    with FolderLock(folder):
        return _Training(plan, folder, steps, minutes, on_update).run()


def validate(plan: Plan, network: Network) -> Results:
    """Return the games of a network on the split validation, against the opponents of the plan."""
    parts: list[Results] = []
    for one in plan.settings:
        opponents = [str(opponent) for opponent in one.opponents_in_play]
        each = -(-plan.validation_games // (len(opponents) * len(plan.settings)))
        for opponent in opponents:
            made = lambda: NetworkCommander(network, plan.interval_s)  # noqa: E731
            parts.append(play_games(one, one.side_index, made, opponent, each, "validation"))
    return join(parts)


def _prepare(folder: Path, *, force: bool) -> None:
    check_new_folder(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"-o {folder}: is no folder; give the name of a new folder")
    ours = (*FILES, TRAINING)
    if folder.is_dir():
        strangers = [e.name for e in folder.iterdir() if e.name not in ours and not e.name.startswith(".")]
        if strangers or (any(folder.iterdir()) and not (folder / TRAINING).is_dir() and not force):
            held = strangers[0] if strangers else "a policy without its training"
            raise InputError(f"-o {folder}: holds {held}; give the name of a new folder")
    try:
        if force and folder.is_dir():
            for name in FILES:
                (folder / name).unlink(missing_ok=True)
            shutil.rmtree(folder / TRAINING, ignore_errors=True)
        (folder / TRAINING).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from None


class _Training:
    def __init__(
        self, plan: Plan, folder: Path, steps: int | None, minutes: float | None, on_update: Told | None
    ) -> None:
        self.plan, self.folder, self.steps, self.minutes = plan, folder, steps, minutes
        self.on_update = on_update
        self.learner = Learner(plan)
        self.best: dict[str, F32] = {}
        self.progress = Progress(plan.digest)
        found = load_checkpoint(folder / TRAINING)
        if found is not None:
            self.progress, tensors = found
            if self.progress.plan != plan.digest:
                raise InputError(
                    f"-o {folder}: holds a training with other settings (scenarios, side, seed and the like); "
                    "give the same command to go on, another folder, or --force to start over"
                )
            self.learner.restore(under(tensors, "learner"), self.progress.steps)
            self.best = under(tensors, "best")
        self._board = _board(folder / TRAINING)

    def run(self) -> Progress:
        progress, began, before = self.progress, time.perf_counter(), self.progress.seconds
        if progress.updates == 0 and not self.best:
            self._begin()
        while not self._is_over():
            outcomes = self.learner.update(progress.updates, self._learning_rate())
            progress.updates += 1
            progress.steps += self.learner.steps_an_update
            progress.games += len(outcomes)
            progress.seconds = before + time.perf_counter() - began
            row: dict[str, Any] = {
                "update": progress.updates,
                "steps": progress.steps,
                "games": progress.games,
                "seconds": round(progress.seconds, 1),
                "lead": _mean([o["score"] - o["enemy_score"] for o in outcomes]),
                "win": _mean([o["win"] for o in outcomes]),
                "validation": None,
            }
            last = self._reaches_limit()
            if progress.updates % self.plan.validate_every == 0 or last:
                row["validation"] = self._validate()
            if progress.updates % self.plan.snapshot_every == 0 and self.plan.side == BOTH:
                self.learner.take_snapshot()
            progress.seconds = before + time.perf_counter() - began
            progress.rows.append(row)
            self._save()
            if self._board is not None:
                for name in ("lead", "win", "validation"):
                    if row[name] is not None:
                        self._board.add_scalar(name, row[name], progress.steps)
            if self.on_update is not None:
                self.on_update(progress, self._share())
        self._write_policy()
        if self._board is not None:
            self._board.close()
        return progress

    def _begin(self) -> None:
        if self.plan.imitate is not None:
            self._imitate(self.plan.imitate)
        self._validate()
        self._save()

    def _imitate(self, teacher: str) -> None:
        names, examples = [], []
        for one in self.plan.settings:
            name, score = (teacher, None) if teacher != "best" else best_doctrine(one, self.plan.validation_games)
            found = gather_examples(one, name, max(1, _IMITATION_GAMES // len(self.plan.settings)))
            examples.append(found)
            names.append({"side": one.side, "doctrine": name, "score": score, "orders_with_a_choice": found.share})
        seen = {part: np.concatenate([e.seen[part] for e in examples]) for part in examples[0].seen}
        mask, labels = (np.concatenate([getattr(e, name) for e in examples]) for name in ("mask", "labels"))
        joined = Examples(seen, mask, labels)
        agreement = self.learner.imitate(joined.seen, joined.mask, joined.labels)
        self.progress.imitated = {"teachers": names, "decisions": len(labels), "agreement": round(agreement, 4)}

    def _validate(self) -> float:
        network = self.learner.network()
        score = float(validate(self.plan, network).mission.mean())
        progress = self.progress
        if score > progress.best_score:
            progress.best_score, progress.best_update, progress.validations_since = score, progress.updates, 0
            self.best = dict(network.tensors)
            self._write_policy()
        else:
            progress.validations_since += 1
        return score

    def _share(self) -> float:
        progress, shares = self.progress, [0.0]
        if self.steps is not None:
            shares.append(progress.steps / self.steps)
        if self.minutes is not None:
            shares.append(progress.seconds / (60.0 * self.minutes))
        return min(max(shares), 1.0)

    def _learning_rate(self) -> float:
        return self.plan.learning_rate * max(1.0 - self._share(), 0.05)

    def _reaches_limit(self) -> bool:
        return self._share() >= 1.0

    def _is_over(self) -> bool:
        progress = self.progress
        if progress.validations_since >= self.plan.patience:
            progress.ended = "validations got no better"
        elif self._reaches_limit():
            progress.ended = "limit reached"
        else:
            progress.ended = ""
        return bool(progress.ended)

    def _save(self) -> None:
        tensors = {f"learner.{name}": values for name, values in self.learner.state().items()}
        tensors |= {f"best.{name}": values for name, values in self.best.items()}
        try:
            save_checkpoint(self.folder / TRAINING, self.progress, tensors)
            if self.progress.rows:
                text = io.StringIO()
                writer = csv.DictWriter(text, list(self.progress.rows[0]))
                writer.writeheader()
                writer.writerows(self.progress.rows)
                write_bytes(self.folder / TRAINING / PROGRESS, text.getvalue().encode())
        except OSError as error:
            raise write_error(self.folder, error, "the last checkpoint is whole") from None

    def _write_policy(self) -> None:
        network = Network(self.plan.architecture, self.learner.schema, self.best, str(self.folder))
        facts = self._facts()
        onnx = onnx_bytes(network, self.plan.interval_s)
        write_policy(self.folder, network, self.plan.interval_s, facts, card_text(network, facts), onnx)

    def _facts(self) -> dict[str, Any]:
        progress, plan = self.progress, self.plan.describe()
        trained_on = plan.pop("trained_on")
        return {
            "trained_on": trained_on,
            "training": {
                "algorithm": "masked PPO",
                "threads": 1,
                "plan": plan,
                "plan_digest": progress.plan,
                "updates": progress.best_update,
                "steps": progress.best_update * self.learner.steps_an_update,
                "validation_score": round(progress.best_score, 6),
                "imitated": progress.imitated,
            },
            "versions": {
                **versions(),
                **{name: installed_version(name) for name in ("torch", "stable-baselines3", "sb3-contrib", "onnx")},
            },
        }


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _board(folder: Path) -> Any:
    """Return a writer for TensorBoard where it is installed, else None."""
    with suppress(ImportError):
        from torch.utils.tensorboard import SummaryWriter

        return SummaryWriter(str(folder / "tensorboard"), flush_secs=10)
    return None
