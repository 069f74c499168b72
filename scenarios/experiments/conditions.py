"""Conditions of an experiment: every point under every state of the noise, checked before the first run.

Noise factors are what nobody decides, such as the weather. Replication k is played under state k modulo the number of
states, at every point alike, so that points are compared pair by pair under the same noise and the same draws.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scenarios.batch.engine import Condition
from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.experiments.points import Base, Cell, Point, Settings, changed, setting_text
from scenarios.format.scenario import Scenario
from scenarios.measures.case import Measure
from scenarios.run.identity import try_policies
from scenarios.run.logistics import LogisticsChoice
from scenarios.run.policies import PolicyChoice, choose_policies, outside_warnings
from simcore.errors import InputError, ScenarioError
from simcore.params import UnitSpecW
from simcore.policy_files import is_file_policy
from simcore.types import N_BELLIGERENTS

Check = Callable[["Conditions"], object]
"""A check of something that belongs to conditions, such as a measure: it raises ``InputError``."""
_KEPT = 4
_MOST_PROBLEMS = 12


@dataclass(frozen=True)
class NoiseState:
    """A state of the noise factors."""

    settings: Settings = field(default_factory=dict[str, Any])
    factors: Mapping[str, Cell] = field(default_factory=dict[str, Cell])


@dataclass(frozen=True)
class Signature:
    """Everything that decides the results of a condition besides seed and replication."""

    scenario: str  # digest
    policies: tuple[str, ...]


FAILED = Signature("", ())
"""The signature of a condition with problems."""


class Conditions:
    """All conditions of an experiment, compiled on demand; few are in memory at a time.

    Condition ``point * len(noise) + state`` is a point under a state of the noise.

    Raises
    ------
    ScenarioError, InputError
        With the problems of all points: unknown paths, invalid scenarios and policies, names given twice, points
        that equal the baseline, which is the first point, and the problems of ``checks``.
    """

    def __init__(
        self,
        base: Base,
        points: Sequence[Point],
        noise: Sequence[NoiseState] = (NoiseState(),),
        *,
        seed: int = 1,
        may_repeat: bool = False,
        on_progress: Callable[[int], None] | None = None,
        checks: Sequence[Check] = (),
    ) -> None:
        self.base, self.points, self.noise, self.seed = base, tuple(points), tuple(noise), seed
        self._kept: OrderedDict[int, Condition] = OrderedDict()
        self._first: Compiled | None = None
        self.signatures: list[Signature] = []
        self.warnings: list[str] = []
        self.measures: dict[str, Measure] = {}
        self.force_costs: list[dict[str, float]] = []
        """Cost of all units of each side, munitions included [MUSD], by condition."""
        self._check(may_repeat, on_progress, checks)

    def __len__(self) -> int:
        return len(self.points) * len(self.noise)

    @property
    def baseline(self) -> Condition:
        """The first point under the first state of the noise."""
        return self.condition(0)

    @property
    def sides(self) -> tuple[str, ...]:
        """Names of the belligerents."""
        return self.baseline.compiled.roster.sides[:N_BELLIGERENTS]

    def condition(self, number: int) -> Condition:
        """Return a condition, compiled now unless it is among the last in use. Not thread-safe."""
        if number not in self._kept:
            point, state = divmod(number, len(self.noise))
            self._kept[number] = self._compile(self.points[point], self.noise[state])
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return self._kept[number]

    def numbers(self, point: int) -> range:
        """Return the conditions of a point."""
        return range(point * len(self.noise), (point + 1) * len(self.noise))

    def describe(self) -> list[dict[str, object]]:
        """Return the points for a manifest."""
        return [
            {
                "name": point.name,
                "settings": {path: str(value) for path, value in point.settings.items()},
                "scenarios": [self.signatures[k].scenario for k in self.numbers(i)],
                "policies": list(self.signatures[self.numbers(i)[0]].policies),
            }
            for i, point in enumerate(self.points)
        ]

    def _compile(self, point: Point, state: NoiseState) -> Condition:
        base = point.base or self.base
        settings = {**point.settings, **state.settings}
        in_files = {  # policies in files of the user, which no scenario can name
            path: value
            for path, value in settings.items()
            if "." not in path and isinstance(value, str) and is_file_policy(value)
        }
        document = changed(base.document, {path: value for path, value in settings.items() if path not in in_files})
        scenario = base.resolved(document)
        first = self._first
        is_same_ground = first is not None and scenario.content.map == first.scenario.content.map
        compiled = compile_scenario(scenario, first.ground if first is not None and is_same_ground else None)
        if first is None:
            self._first = compiled
        return Condition(compiled, choose_policies(compiled.roster, by_side=in_files))

    def _check(self, may_repeat: bool, on_progress: Callable[[int], None] | None, checks: Sequence[Check]) -> None:
        problems: list[str] = []
        names = [point.name for point in self.points]
        problems += [f"{name}: the name is given twice; give each variant its own" for name in _twice(names)]
        built: set[tuple[str, ...]] = set()
        for number in range(len(self)):
            point, state = divmod(number, len(self.noise))
            try:
                condition = self.condition(number)
                self._add(condition, built)
            except (ScenarioError, InputError) as error:
                where = names[point] + (f" under noise {state + 1}" if len(self.noise) > 1 else "")
                problems += [f"{where}: {line}" for line in str(error).splitlines()]
                self.signatures.append(FAILED)
                self.force_costs.append({})
                if number == 0:
                    break  # the scenario itself is invalid: so are its variants
            if on_progress is not None:
                on_progress(number + 1)
        if not may_repeat:
            problems += self._repeated()
        if self.signatures[0] != FAILED:
            for check in checks:
                try:
                    check(self)
                except InputError as error:
                    problems += str(error).splitlines()
        if problems:
            shown = list(dict.fromkeys(problems))
            more = len(shown) - _MOST_PROBLEMS
            raise InputError("\n".join(shown[:_MOST_PROBLEMS] + ([f"and {more} more problems"] if more > 0 else [])))

    def _add(self, condition: Condition, built: set[tuple[str, ...]]) -> None:
        """Take up the signature, measures and warnings of a condition; make its policies once, to see their errors."""
        compiled, choices = condition.compiled, condition.choices
        policies = tuple(_policy_signature(choice) for choice in choices)
        logistics = (one for choice in choices for one in choice.logistics)
        all_policies = (*policies, *(f"{one.kind} {_policy_signature(one)}" for one in logistics))
        if all_policies not in built:
            try_policies(choices, compiled, self.seed, 0)
            built.add(all_policies)
            self.warnings += [note for note in outside_warnings(choices, compiled) if note not in self.warnings]
        self.warnings += [warning for warning in compiled.warnings if warning not in self.warnings]
        self.signatures.append(Signature(_fight(compiled.scenario), policies))
        roster, side = compiled.roster, compiled.params.units.whole[UnitSpecW.SIDE]
        self.force_costs.append({name: float(roster.unit_cost[side == k].sum()) for k, name in enumerate(roster.sides)})
        for measure in compiled.measures.listed:
            self.measures.setdefault(measure.name, measure)

    def _repeated(self) -> list[str]:
        """Return the points that equal an earlier one, as problems."""
        seen: dict[tuple[Signature, ...], str] = {}
        problems: list[str] = []
        for i, point in enumerate(self.points):
            signature = tuple(self.signatures[k] for k in self.numbers(i) if k < len(self.signatures))
            if not signature or FAILED in signature:
                continue
            if signature in seen:
                problems.append(
                    f"{point.name}: equal to {seen[signature]}: {setting_text(point.settings)} changes nothing in the "
                    "fight; change another value or leave it out"
                )
            seen.setdefault(signature, point.name)
        return problems


def _fight(scenario: Scenario) -> str:
    """Return the digest of a scenario without its texts."""
    texts = {"title": "", "question": "", "description": ""}
    return Scenario(scenario.content.model_copy(update=texts), scenario.source).hash


def _policy_signature(choice: PolicyChoice | LogisticsChoice) -> str:
    parameters = ",".join(f"{key}={value!r}" for key, value in sorted(choice.parameters.items()))
    return f"{choice.side}={choice.name}" + (f":{parameters}" if parameters else "")


def _twice(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if names.count(name) > 1))
