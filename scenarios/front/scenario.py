"""A scenario as an object: run it, play it many times, vary it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from scenarios.batch.engine import Condition
from scenarios.batch.engines import EngineForEachPlay
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.points import Base, Point, read_base, setting_text
from scenarios.front.batch import Batch
from scenarios.front.playing import check_replications, open_session
from scenarios.front.run import Run, play_run
from scenarios.run.progress import prepare_engine


def load(path_or_name: str | Path) -> "Scenario":
    """Return the scenario of a file, or of the library (``chammo list``).

    Raises
    ------
    ScenarioError, InputError
        With every problem found.
    """
    base = read_base(path_or_name)
    scenario = Scenario(base, Path(base.source).stem)
    _ = scenario.condition  # so that its errors are seen here
    return scenario


@dataclass(frozen=True)
class Scenario:
    """A scenario with changes. It is never changed itself: ``vary`` returns another.

    ``name`` stands in tables and answers.
    """

    base: Base = field(repr=False)
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def point(self) -> Point:
        """The scenario as a variant of an experiment."""
        return Point(self.name, self.settings, base=self.base)

    @cached_property
    def conditions(self) -> Conditions:
        """The scenario, checked and compiled."""
        return Conditions(self.base, [self.point])

    @property
    def condition(self) -> Condition:
        """The compiled scenario with its policies."""
        return self.conditions.baseline

    @property
    def sides(self) -> tuple[str, ...]:
        """Names of the two sides that fight."""
        return self.conditions.sides

    @property
    def measures(self) -> dict[str, str]:
        """Every measure by name, with its meaning."""
        return {name: measure.description for name, measure in self.conditions.measures.items()}

    def vary(self, settings: Mapping[str, Any], name: str | None = None) -> "Scenario":
        """Return the scenario with values changed.

        Paths lead through the file: ``{"groups.blue-boats.count": 4}``. A side alone is its policy:
        ``{"red": "cautious"}``, or a class of your own, ``{"red": "my_policy.py:Patrol"}`` (naming a file runs it).
        ``name`` is by default the changes in words.

        Raises
        ------
        ScenarioError, InputError
            For an unknown path, with the nearest, and for values that make no valid scenario.
        """
        changed = replace(self, name=name or setting_text(settings), settings={**self.settings, **settings})
        _ = changed.condition
        return changed

    def run(self, *, seed: int = 1, replication: int = 0, folder: str | Path | None = None, quiet: bool = False) -> Run:
        """Play once and return the outcome with its events and traces.

        The recording is kept for as long as the result, or in ``folder`` for good (`chammo replay` shows it there).
        """
        prepare_engine(self.condition.compiled.params, quiet=quiet)
        return play_run(self.condition, seed, replication, None if folder is None else Path(folder))

    def batch(
        self,
        n: int = 100,
        *,
        seed: int = 1,
        threads: int | None = None,
        engine: str = "local",
        scheduler: str | None = None,
        quiet: bool = False,
    ) -> Batch:
        """Play replications 0 to ``n`` - 1 on all cores (or on ``threads``) and return their measures.

        The engine ``dask`` plays the same bits on the Dask cluster of ``scheduler``, an address; without it, on
        processes of this machine. It needs ``pip install 'chammo[cluster]'``.

        Raises
        ------
        InputError
            For an unknown engine and a cluster that is not there, before anything is played.
        """
        check_replications(n)
        conditions = self.conditions if seed == 1 else Conditions(self.base, [self.point], seed=seed)
        player = EngineForEachPlay(engine, threads=threads, scheduler=scheduler)
        batch = Batch(self.name, open_session(conditions, self.name, player, quiet=quiet))
        batch.extend(n)
        return batch
