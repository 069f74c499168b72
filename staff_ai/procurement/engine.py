"""The simulator of a procurement: stages as experiments in the folder of the question."""

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.again import run_folder
from scenarios.batch.engine import Engine
from scenarios.experiments.compare import Comparison, ask, compare, level
from scenarios.experiments.compare_text import as_json
from scenarios.experiments.conditions import Conditions, NoiseState
from scenarios.experiments.points import Cell, Point
from scenarios.experiments.session import Session
from scenarios.run.identity import forces, identity
from scenarios.run.play import run_scenario
from simcore.errors import InputError
from simcore.recording.manifest import MANIFEST
from simcore.types import F64
from staff_ai.procurement.play import KeptRun, Stage
from staff_ai.procurement.question import Question, level_of

KIND = "compare"
"""Stages are comparisons, so that their replications can be played again and reported like any others."""
_MOST_COMPARED = 40


class EnginePlayer:
    """Plays stages with the engine, each in a folder of its own, which survives a kill.

    ``on_progress`` is called with the numbers of replications finished in all stages, and of those found at the start.
    """

    def __init__(
        self, question: Question, folder: Path, engine: Engine, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._question, self._folder, self._engine = question, folder, engine
        self._on_progress = on_progress
        self._factors = {one.name: one.factor for one in (*question.levers, *question.uncertainties)}
        self._open: tuple[Stage, Conditions] | None = None
        self._finished = self._found = 0  # replications of the stages before
        self.about: dict[str, Any] = {}
        """Entries of a manifest on the scenario and its sides, once a stage was played."""
        self.warnings: list[str] = []

    def play(self, stage: Stage) -> dict[str, F64]:
        """Play a stage, or what is missing of it; see ``Player.play``."""
        conditions = self._conditions(stage)

        found_here: list[int] = []

        def report(done: int, total: int) -> None:
            found_here.append(done)
            if self._on_progress is not None:
                self._on_progress(self._finished + done, self._found + found_here[0])

        with Session(
            conditions, kind=KIND, folder=self._folder / stage.name, engine=self._engine, on_progress=report
        ) as session:
            session.play([stage.n] * len(stage.trials))
            found = {
                goal.name: np.stack([session.values(k, goal.name, stage.n) for k in range(len(stage.trials))])
                for goal in self._question.goals
            }
            compiled = conditions.baseline.compiled
            self.about = {"scenario": identity(compiled, (), stage.seed)["scenario"], **forces(compiled)}
            session.complete({"comparison": as_json(self._compared(session)), "question": self._question.text.en})
        self._finished += stage.n * len(stage.trials)
        self._found += found_here[0] if found_here else stage.n * len(stage.trials)
        for goal in self._question.goals:
            if not np.isfinite(found[goal.name]).all():
                raise InputError(
                    f"measure {goal.name}: has no value in some replications of stage {stage.name}; choose a measure "
                    "that always has one"
                )
        return found

    def _compared(self, session: Session) -> Comparison:
        """Return the comparison of a stage, for reports of its folder; without differences where points are many."""
        effect = self._question.effect
        question = ask(session.conditions, effect.name, effect.better, self._question.margin)
        points = session.conditions.points
        if len(points) <= _MOST_COMPARED:
            return compare(session, question)
        counts = tuple(session.count(k) for k in range(len(points)))
        levels = tuple(level(session, k, question.measure) for k in range(len(points)))
        return Comparison(question, tuple(point.name for point in points), counts, levels, (), ())

    def keep(self, stage: Stage, trial: int, replication: int) -> KeptRun:
        """Record a replication beside the table of its stage; see ``Player.keep``."""
        where = self._folder / stage.name
        target = run_folder(where, replication, trial)
        if not (target / MANIFEST).is_file():
            conditions = self._conditions(stage)
            number = conditions.numbers(trial)[replication % len(stage.futures)]
            one = conditions.condition(number)
            run_scenario(one.compiled, one.choices, seed=stage.seed, replication=replication, folder=target, force=True)
        command = ["chammo", "run", "--from", str(where), "--point", str(trial), "--replication", str(replication)]
        return KeptRun(str(target), shlex.join(command))

    def _conditions(self, stage: Stage) -> Conditions:
        """Return the conditions of a stage, all of them checked."""
        if self._open is None or self._open[0] != stage:
            base = self._question.base
            assert base is not None  # a question from a file has its scenario
            points = [Point(trial.name, self._settings(trial.cells), trial.cells) for trial in stage.trials]
            noise = [NoiseState(self._settings(future), future) for future in stage.futures]
            conditions = Conditions(base, points, noise, seed=stage.seed, may_repeat=True)
            self.warnings += [one for one in conditions.warnings if one not in self.warnings]
            self._open = stage, conditions
        return self._open[1]

    def _settings(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        settings: dict[str, Any] = {}
        for name, value in cells.items():
            settings |= level_of(self._factors[name], value).settings
        return settings
