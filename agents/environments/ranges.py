"""Ranges of scenarios: a distribution over variants of one scenario, with its splits.

A factor gives a path in the scenario file and the values there. Variant k of a split is a function of the ranges, the
split and k; no two splits share a variant. ``describe`` gives the record of the ranges for a manifest.

    Ranges("two-patrols", {
        "groups.red-boats.units.0.count": Whole(1, 4),
        "catalogue.sensors.test-radar.range_km": Uniform(10, 20),
        "groups.red-boats.at_km": Shift(2.0),
    })
"""

import copy
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from agents.environments.draws import Split, draw_share
from scenarios.compiler.scenario import Compiled
from scenarios.format.texts import read_text
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document, load
from simcore.errors import InputError, ScenarioError

VARIANTS = 64
"""Default number of variants of each split."""

_KEPT = 256  # compiled variants in memory
_TRIES = 20  # draws of a variant before an error: a position may fall on ground of the wrong kind


class Factor(Protocol):
    """Distribution of the value at a path of the file."""

    def value(self, share: Sequence[float], here: Any) -> Any:
        """Return the value for two uniform numbers in [0, 1); ``here`` is the value in the file, or None."""
        ...


@dataclass(frozen=True)
class Uniform:
    """A number between two ends."""

    low: float
    high: float

    def value(self, share: Sequence[float], here: Any) -> Any:
        """Return a number with six significant digits."""
        return _six(self.low + share[0] * (self.high - self.low))


@dataclass(frozen=True)
class Whole:
    """An integer between two ends, both included."""

    low: int
    high: int

    def value(self, share: Sequence[float], here: Any) -> Any:
        """Return an integer."""
        return self.low + int(share[0] * (self.high - self.low + 1))


@dataclass(frozen=True)
class Scale:
    """A factor on the value in the file: a number, or each number of a list or mapping."""

    low: float
    high: float

    def value(self, share: Sequence[float], here: Any) -> Any:
        """Return the value in the file, scaled."""
        factor = self.low + share[0] * (self.high - self.low)
        if isinstance(here, Mapping):
            return {key: _six(float(number) * factor) for key, number in here.items()}
        if isinstance(here, list):
            return [_six(float(number) * factor) for number in here]
        if not isinstance(here, int | float):
            raise InputError("there is no number to scale")
        return _six(float(here) * factor)


@dataclass(frozen=True)
class Shift:
    """A shift of a position, by up to ``km`` east or west and north or south."""

    km: float

    def value(self, share: Sequence[float], here: Any) -> Any:
        """Return the position, shifted."""
        if not (isinstance(here, list) and len(here) == 2):
            raise InputError("there is no position (two numbers) to shift")
        return [_six(float(at_km) + self.km * (2.0 * u - 1.0)) for at_km, u in zip(here, share, strict=True)]


@dataclass(frozen=True)
class OneOf:
    """A value drawn from a list with equal probabilities."""

    values: tuple[Any, ...]

    def value(self, share: Sequence[float], here: Any) -> Any:
        """Return a value of the list."""
        return copy.deepcopy(self.values[int(share[0] * len(self.values))])


class Ranges:
    """Variants of a scenario. ``scenario`` is a file, a library name or a document; see the module for ``factors``."""

    def __init__(
        self,
        scenario: str | Path | Mapping[str, Any],
        factors: Mapping[str, Factor],
        *,
        variants: int = VARIANTS,
    ) -> None:
        if variants < 1:
            raise InputError(f"ranges: variants is {variants}; give 1 or more")
        if isinstance(scenario, Mapping):
            self.document: dict[str, Any] = copy.deepcopy(dict(scenario))
        else:
            data: Any = read_yaml(*read_text(scenario)).data
            self.document = data
        self.factors = dict(factors)
        self.n_variants = variants
        self._base = compile_document(self.document)
        self._kept: OrderedDict[tuple[Split, int], Compiled] = OrderedDict()

    @property
    def base(self) -> Compiled:
        """The unvaried scenario."""
        return self._base

    def variant(self, split: Split, k: int) -> Compiled:
        """Return variant ``k`` of a split, 0 to ``n_variants`` - 1.

        Raises
        ------
        InputError
            When no draw makes a valid scenario; with the first fault of the last draw.
        """
        found = self._kept.pop((split, k), None)
        if found is None:
            found = self._compile(split, k)
            while len(self._kept) >= _KEPT:
                self._kept.popitem(last=False)
        self._kept[split, k] = found
        return found

    def _compile(self, split: Split, k: int) -> Compiled:
        wrong: list[str] = []
        for attempt in range(_TRIES):
            try:
                document = self.draw(split, k, attempt)
                is_same_ground = document["map"] == self.document["map"]
                return compile_document(document, self._base.ground if is_same_ground else None)
            except ScenarioError as error:
                wrong = list(error.problems)
        raise InputError(
            f"ranges of {self.document.get('name')}: none of {_TRIES} draws of variant {k} is a scenario: {wrong[0]}; "
            "narrow the ranges"
        )

    def draw(self, split: Split, k: int, attempt: int = 0) -> dict[str, Any]:
        """Return the document of a variant, unchecked."""
        document = copy.deepcopy(self.document)
        for path, factor in self.factors.items():
            share = [draw_share("variant", split, k, attempt, path, axis) for axis in range(2)]
            parent, key = _find(document, path)
            here = parent[key] if isinstance(parent, list) else parent.get(key)
            try:
                parent[key] = factor.value(share, here)
            except InputError as error:
                raise InputError(f"ranges: {path}: {error}") from None
        return document

    def describe(self) -> dict[str, object]:
        """Return the scenario, its hash and the ranges as plain values, for the manifest of a training."""
        factors = {path: {"kind": type(f).__name__.lower(), **asdict(f)} for path, f in self.factors.items()}  # type: ignore[call-overload]
        plain = json.loads(json.dumps(factors))
        return {**_name_and_hash(self._base), "variants": self.n_variants, "ranges": plain}


class OneScenario:
    """A distribution with a single scenario."""

    n_variants = 1

    def __init__(self, scenario: str | Path | Compiled) -> None:
        self.base = scenario if isinstance(scenario, Compiled) else _load(str(scenario))

    def variant(self, split: Split, k: int) -> Compiled:
        """Return the scenario."""
        return self.base

    def describe(self) -> dict[str, object]:
        """Return its name and hash."""
        return {**_name_and_hash(self.base), "variants": 1, "ranges": {}}


@lru_cache(maxsize=16)
def _load(scenario: str) -> Compiled:
    return load(scenario)


def _name_and_hash(compiled: Compiled) -> dict[str, object]:
    return {"scenario": compiled.roster.scenario, "hash": compiled.scenario.hash}


def _find(document: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return the container at the end of a path and its key there; entries of lists go by name or index."""
    here: Any = document
    steps = path.split(".")
    for depth, step in enumerate(steps):
        key: Any = step
        if isinstance(here, list):
            names = [str(entry.get("name", "")) if isinstance(entry, dict) else str(entry) for entry in here]
            if step in names:
                key = names.index(step)
            elif step.isdigit() and int(step) < len(here):
                key = int(step)
            else:
                raise InputError(f"ranges: {path}: nothing is called {step!r}; there is {', '.join(names)}")
        elif not isinstance(here, dict):
            raise InputError(f"ranges: {path}: {'.'.join(steps[:depth])} holds no {step!r}; name a key of the file")
        if depth == len(steps) - 1:
            return here, key
        here = here.setdefault(key, {}) if isinstance(here, dict) else here[key]
    raise InputError("ranges: a path is empty; name a key of the file")


def _six(value: float) -> float:
    return float(f"{value:.6g}")
