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
from staff_ai.trained.networks import Network
from staff_ai.trained.policy_files import FILES, MANIFEST, TRAINING, WEIGHTS
from staff_ai.trained.policy_folder import write_policy
from staff_ai.trained.tensors import tensor_bytes
from staff_ai.training.card import card_text
from staff_ai.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from staff_ai.training.exploiter import EXPLOITER, FROZEN, exploiter_plan, measure_exploiter
from staff_ai.training.imitation import gather_examples, join_examples
from staff_ai.training.learner import Learner, under
from staff_ai.training.onnx_file import onnx_bytes
from staff_ai.training.plan import BOTH, Plan, check_number, steps_of
from staff_ai.training.teacher_search import MOST_WORKERS, find_teachers
from staff_ai.training.teachers import FOUND, Teacher, borrow_teachers, check_teacher
from staff_ai.training.validation import Scores, is_better, mean_score, validate, validate_again

PROGRESS = "progress.csv"
_IMITATION_GAMES, _LEAST_IMITATION_GAMES = 96, 12  # of all chairs, and of each

Told = Callable[[Progress, float], None]
"""Called after every update, and after each part of a warm start, with the progress and the share of the limit."""


def train(
    plan: Plan,
    folder: Path,
    *,
    steps: int | None = None,
    minutes: float | None = None,
    exploit_steps: int | None = None,
    exploit_minutes: float | None = None,
    teachers: Path | None = None,
    workers: int = 1,
    force: bool = False,
    on_update: Told | None = None,
) -> Progress:
    """Train until one of the limits, or until validations stop improving; return the progress.

    ``steps`` are choices of all games, ``minutes`` time of this and earlier calls; searches for teachers count in both.
    With ``steps`` alone the weights are a function of the plan. ``exploit_steps`` and ``exploit_minutes`` are those
    of an exploiter afterwards; without them there is none. ``teachers`` is the folder of another training of the same
    chairs: its teachers are taken and their games counted. Without it ``workers`` processes search chairs at once.

    Raises
    ------
    InputError
        For a wrong plan, no limit, a folder with foreign files or the training of another plan, or without torch.
    """
    if steps is None and minutes is None:
        raise InputError("train: no limit; give --steps or --minutes")
    if (steps is not None and steps < 1) or (minutes is not None and not minutes > 0.0):
        raise InputError("train: a limit is not above 0; give --steps 1 or more, --minutes above 0")
    check_number("workers", workers, 1, MOST_WORKERS)
    if plan.imitate not in (None, *FOUND):
        check_teacher(str(plan.imitate))
    _ = plan.settings  # errors in names show before a folder is made
    exploits = exploit_steps is not None or exploit_minutes is not None
    if exploits:
        exploiter_plan(plan, folder / TRAINING)
    borrowed = None if teachers is None else borrow_teachers(plan, teachers)
    _prepare(folder, force=force)
    with FolderLock(folder):
        limits = {"steps": steps, "minutes": minutes}
        limits |= {"exploit_steps": exploit_steps, "exploit_minutes": exploit_minutes}
        training = _Training(plan, folder, limits, on_update)
        if borrowed is not None:
            training.borrow(borrowed)
        training.run(workers)
        if exploits:
            training.exploit(exploit_steps, exploit_minutes)
        return training.progress


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
    def __init__(self, plan: Plan, folder: Path, limits: dict[str, int | float | None], on_update: Told | None) -> None:
        self.plan, self.folder = plan, folder
        self.steps, self.minutes = limits["steps"], limits["minutes"]
        self._limits = {name: limit for name, limit in limits.items() if limit is not None}
        self._on_update = on_update
        self.learner = Learner(plan)
        self.best: dict[str, F32] = {}
        self.second: dict[str, F32] = {}  # the incumbent before the best
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
            self.best, self.second = under(tensors, "best"), under(tensors, "second")
        self._began, self._before = time.perf_counter(), self.progress.seconds
        self._board = _board(folder / TRAINING)

    def run(self, workers: int) -> None:
        """Train to the end."""
        progress = self.progress
        if not self.best:
            self._warm_up(workers)
        while not self._is_over():
            progress.last = {}
            outcomes = self.learner.update(progress.updates, self._learning_rate())
            progress.updates += 1
            progress.steps += self.learner.steps_an_update
            progress.games += len(outcomes)
            self._take_time()
            row: dict[str, Any] = {
                "update": progress.updates,
                "steps": progress.steps,
                "games": progress.games,
                "seconds": round(progress.seconds, 1),
                "lead": _mean([o["score"] - o["enemy_score"] for o in outcomes]),
                "win": _mean([o["win"] for o in outcomes]),
                "validation": None,
            }
            scores: list[float | None] = [None] * len(self.plan.settings)
            if progress.updates % self.plan.validate_every == 0 or self._reaches_limit():
                scores = list(self._validate())
                row["validation"] = float(np.mean([score for score in scores if score is not None]))
            if len(scores) > 1:
                row |= {self._name(k): score for k, score in enumerate(scores)}
            if progress.updates % self.plan.snapshot_every == 0 and self.plan.side == BOTH and self.plan.self_play:
                self.learner.take_snapshot()
            progress.rows.append(row)
            self._save()
            if self._board is not None:
                for name in ("lead", "win", "validation"):
                    if row[name] is not None:
                        self._board.add_scalar(name, row[name], progress.steps)
        if not progress.last:
            self._compare_last()
            self._save()
        self._write_policy()
        if self._board is not None:
            self._board.close()

    def borrow(self, other: Progress) -> None:
        """Take the teachers of another training, before the search for own teachers."""
        progress = self.progress
        if progress.teachers:
            return
        progress.teachers, progress.teachers_of = list(other.teachers), other.plan
        progress.games += sum(int(teacher["games"]) for teacher in other.teachers)

    def _name(self, chair: int) -> str:
        one = self.plan.settings[chair]
        return f"{one.base.roster.scenario} {one.base.roster.sides[one.side_index]}"

    def _take_time(self) -> None:
        self.progress.seconds = self._before + time.perf_counter() - self._began

    def _warm_up(self, workers: int) -> None:
        """Find teachers, imitate them, fit the value function; the result is the first incumbent."""
        progress, plan = self.progress, self.plan
        if plan.imitate is not None:
            known = len(progress.teachers)
            for k, teacher in enumerate(find_teachers(plan, known, workers, self._reaches_limit), known):
                progress.teachers.append(teacher.as_json())
                progress.steps += teacher.games * steps_of(plan.settings[k])
                progress.games += teacher.games
                self._save()
            if not progress.imitated:
                self._imitate([Teacher.of(value) for value in progress.teachers])
                self._save()
            while progress.critic_updates < plan.critic_updates and not self._reaches_limit():
                progress.games += self.learner.update_critic(progress.critic_updates)
                progress.critic_updates += 1
                progress.steps += self.learner.steps_an_update
                self._save()
        self._validate()
        self._save()

    def _imitate(self, teachers: list[Teacher]) -> None:
        plan = self.plan
        n = max(_LEAST_IMITATION_GAMES, _IMITATION_GAMES // len(teachers))
        chairs = zip(plan.settings, teachers, strict=True)
        examples = [gather_examples(one, one.step_s, teacher, n, plan.seed) for one, teacher in chairs]
        joined = join_examples(examples)
        agreement = self.learner.imitate(joined.seen, joined.mask, joined.labels)
        names = [
            {
                "scenario": teacher.scenario,
                "side": teacher.side,
                "doctrine": teacher.doctrine,
                "score": teacher.score,
                "compared": dict(teacher.compared),
                "orders_with_a_choice": found.share,
            }
            for teacher, found in zip(teachers, examples, strict=True)
        ]
        self.progress.imitated = {
            "teachers": names,
            "teachers_of": self.progress.teachers_of,
            "decisions": len(joined.labels),
            "agreement": round(agreement, 4),
        }

    def _validate(self) -> list[float]:
        """Return the mean score of each chair; a network better than the incumbent takes its place."""
        network, progress = self.learner.network(), self.progress
        scores, sampled = self._best_way(network)
        incumbent = [np.array(chair) for chair in progress.best_scores]
        if not incumbent or is_better(scores, incumbent):
            self.best, self.second = dict(network.tensors), self.best
            progress.second = progress.best
            progress.best = {"update": progress.updates, "steps": progress.steps, "sampled": int(sampled)}
            progress.best_scores = [chair.tolist() for chair in scores]
            progress.validations_since = 0
            self._write_policy()
        else:
            progress.validations_since += 1
        return [round(float(chair.mean()), 6) for chair in scores]

    def _best_way(self, network: Network) -> tuple[Scores, bool]:
        """Return the scores of a network and whether its choices are drawn in them.

        Where all slots explore, the games of the training are those of drawn choices, and the better way counts.
        """
        scores = validate(self.plan, network, sampled=False)
        if self.plan.exploring < self.learner.schema.sizes.groups:
            return scores, False
        drawn = validate(self.plan, network, sampled=True)
        return (drawn, True) if mean_score(drawn) > mean_score(scores) else (scores, False)

    def _compare_last(self) -> None:
        """Compare the last two incumbents on games unused in the training and keep the better.

        A network that was the only candidate has its score without any choice by it, and needs no new games.
        """
        progress, other = self.progress, None
        is_only = progress.updates == 0
        scores = (
            tuple(map(np.array, progress.best_scores))
            if is_only
            else validate_again(self.plan, self._network(self.best), bool(progress.best["sampled"]))
        )
        if self.second:
            others = validate_again(self.plan, self._network(self.second), bool(progress.second["sampled"]))
            if mean_score(others) > mean_score(scores):
                self.best, self.second = self.second, self.best
                progress.best, progress.second = progress.second, progress.best
                again = validate(self.plan, self._network(self.best), bool(progress.best["sampled"]))
                progress.best_scores = [chair.tolist() for chair in again]
                scores, others = others, scores
            other = {"update": progress.second["update"], "score": round(mean_score(others), 6)}
        progress.last = {
            "update": progress.best["update"],
            "score": round(mean_score(scores), 6),
            "games": sum(len(chair) for chair in scores),
            "chairs": {self._name(k): round(float(chair.mean()), 6) for k, chair in enumerate(scores)},
            "other": other,
        }

    def exploit(self, steps: int | None, minutes: float | None) -> None:
        """Train an exploiter against the best network and record its score."""
        progress, place = self.progress, self.folder / TRAINING
        plan, frozen = exploiter_plan(self.plan, place), place / FROZEN
        if not (frozen / MANIFEST).is_file() or (frozen / WEIGHTS).read_bytes() != tensor_bytes(self.best):
            for name in (EXPLOITER, FROZEN):  # of another network
                shutil.rmtree(place / name, ignore_errors=True)
            progress.exploiter = {}
            self._write_policy(frozen)
        found = train(plan, place / EXPLOITER, steps=steps, minutes=minutes, on_update=self._on_update)
        if progress.exploiter.get("updates") != found.updates:
            progress.exploiter = {"updates": found.updates, "chairs": measure_exploiter(plan, place / EXPLOITER)}
            self._save()
        self._write_policy()

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
        self._take_time()
        tensors = {f"learner.{name}": values for name, values in self.learner.state().items()}
        tensors |= {f"best.{name}": values for name, values in self.best.items()}
        tensors |= {f"second.{name}": values for name, values in self.second.items()}
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
        if self._on_update is not None:
            self._on_update(self.progress, self._share())

    def _network(self, tensors: dict[str, F32]) -> Network:
        return Network(self.plan.architecture, self.learner.schema, tensors, str(self.folder))

    def _write_policy(self, folder: Path | None = None) -> None:
        network, facts = self._network(self.best), self._facts()
        onnx = onnx_bytes(network, self.plan.interval_s)
        write_policy(folder or self.folder, network, self.plan.interval_s, facts, card_text(network, facts), onnx)

    def _facts(self) -> dict[str, Any]:
        progress, plan = self.progress, self.plan.describe()
        trained_on = plan.pop("trained_on")
        return {
            "trained_on": trained_on,
            "sampled": bool(progress.best["sampled"]),
            "training": {
                "algorithm": "masked PPO",
                "threads": 1,
                "plan": plan,
                "plan_digest": progress.plan,
                "limits": self._limits,
                "updates": progress.best["update"],
                "steps": progress.best["steps"],
                "games": progress.games,
                "validation_score": round(progress.best_score, 6),
                "last_validation": progress.last,
                "imitated": progress.imitated,
                "exploiter": progress.exploiter,
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
