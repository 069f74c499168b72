"""The plan of an experiment: its points, noise, question and budget, from a file or from the command line."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.experiments.conditions import Check, Conditions, NoiseState
from scenarios.experiments.points import (
    Base,
    Point,
    Settings,
    read_base,
    read_setting,
    setting_text,
    with_columns,
)
from scenarios.format.experiment import ExperimentDocument
from scenarios.measures.preferences import Better
from simcore.errors import InputError

BASELINE = "baseline"


@dataclass(frozen=True)
class Plan:
    """An experiment before its scenarios are checked. The first point is the baseline."""

    name: str
    base: Base
    points: tuple[Point, ...]
    noise: tuple[NoiseState, ...] = (NoiseState(),)
    question: str = ""
    measure: str | None = None
    better: Better | None = None
    margin: float | None = None
    also: tuple[str, ...] = ()
    cost: str | None = None
    all_pairs: bool = False
    replications: int = 200
    runs: int | None = None
    half_width: float | None = None
    seed: int = 1
    notes: tuple[str, ...] = ()
    """Warnings for whoever asked."""

    def check_budget(self) -> None:
        """Raise ``InputError`` if the plan asks for more replications than its budget, or for too few to compare."""
        n = self.replications
        if n < 2:
            raise InputError(f"-n {n}: an interval needs two replications; give 2 or more")
        if n % len(self.noise):
            raise InputError(
                f"-n {n}: not a multiple of the {len(self.noise)} states of the noise; give "
                f"{len(self.noise) * -(-n // len(self.noise))}, so that every point meets each state equally often"
            )
        asked = n * len(self.points)
        if self.runs is not None and asked > self.runs:
            fits = self.runs // len(self.points)
            remedy = f"give at most {fits} replications" if fits >= 2 else "leave out points"
            raise InputError(
                f"budget: {len(self.points)} points of {n} replications are {asked:,} runs, more than the budget of "
                f"{self.runs:,}; {remedy}, or a greater budget"
            )

    def conditions(
        self,
        *,
        may_repeat: bool = False,
        on_progress: Callable[[int], None] | None = None,
        checks: Sequence[Check] = (),
    ) -> Conditions:
        """Return the conditions of the plan, each compiled once, so that all errors are seen before the first run."""
        return Conditions(
            self.base,
            self.points,
            self.noise,
            seed=self.seed,
            may_repeat=may_repeat,
            on_progress=on_progress,
            checks=checks,
        )

    def folder(self, kind: str) -> Path:
        """Return the folder of the results: the same for the same plan, so that a repeated command resumes."""
        content = [
            [p.name, sorted((k, str(v)) for k, v in p.settings.items()), p.base.source if p.base else ""]
            for p in self.points
        ]
        states = [sorted((k, str(v)) for k, v in state.settings.items()) for state in self.noise]
        text = json.dumps([self.base.source, self.seed, content, states])
        return Path("runs") / f"{self.name}-{kind}-{hashlib.blake2b(text.encode(), digest_size=4).hexdigest()}"


def plan_variants(
    scenarios: Sequence[str], variants: Sequence[Sequence[str]], baseline: Sequence[str] = (), *, seed: int = 1
) -> Plan:
    """Return the plan of a comparison from the command line.

    ``scenarios`` are the scenario and others to compare it with. Each of ``variants`` is a list of ``PATH=VALUE``, with
    a name in front if wanted; so is ``baseline``, whose values all variants share.
    """
    base = read_base(scenarios[0])
    name, shared = _settings(baseline)
    points = [Point(name or BASELINE, shared)]
    points += [Point(Path(source).stem, shared, base=read_base(source)) for source in scenarios[1:]]
    points += [_variant(words, shared) for words in variants]
    if len(points) < 2:
        raise InputError(
            "compare: nothing to compare with; give --variant PATH=VALUE, for example --variant red=cautious, "
            "another scenario, or an experiment file"
        )
    return Plan(Path(base.source).stem, base, with_columns(base, points), seed=seed)


def plan_in_scenario(scenario: str, baseline: Sequence[str] = ()) -> Plan:
    """Return a plan with the baseline alone: a scenario with ``PATH=VALUE`` changed."""
    base = read_base(scenario)
    return Plan(Path(base.source).stem, base, (Point(BASELINE, dict(read_setting(text) for text in baseline)),))


def _variant(words: Sequence[str], shared: Settings) -> Point:
    name, settings = _settings(words)
    if not settings:
        raise InputError(f"--variant {' '.join(words)}: changes nothing; write --variant NAME PATH=VALUE ...")
    return Point(name or setting_text(settings), {**shared, **settings})


def _settings(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the name in front, empty for none, and the values by path of ``PATH=VALUE`` words."""
    name = words[0] if words and "=" not in words[0] else ""
    return name, dict(read_setting(word) for word in (words[1:] if name else words))


def plan_of_file(document: ExperimentDocument) -> Plan:
    """Return the plan of the variants of an experiment file."""
    content = document.content
    base = read_base(document.scenario)
    points = [Point(BASELINE, content.baseline)]
    for variant in content.variants:
        other = None if variant.scenario is None else read_base(document.beside(variant.scenario))
        points.append(Point(variant.name, {**content.baseline, **variant.set}, base=other))
    return plan_with_content(document, base, with_columns(base, points))


def plan_with_content(
    document: ExperimentDocument, base: Base, points: tuple[Point, ...], noise: tuple[NoiseState, ...] = (NoiseState(),)
) -> Plan:
    """Return the plan of an experiment file with its points."""
    content = document.content
    return Plan(
        content.experiment,
        base,
        points,
        noise,
        content.question,
        content.measure,
        content.better,
        content.margin,
        content.also,
        content.cost,
        content.all_pairs,
        content.budget.replications,
        content.budget.runs,
        content.budget.half_width,
        content.seed,
    )
