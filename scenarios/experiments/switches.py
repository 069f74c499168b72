"""Effects of sub-models: pairs of a scenario with and without a sub-model.

``switches.yaml`` declares the pairs for ``benchmarks/pages/switches.py`` and the tests. Both members of a pair play the
same replications with the same random numbers, so that differences are taken replication by replication.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import numpy as np
import yaml

from scenarios.experiments.variants import play_variants
from scenarios.format.edits import Document, Edit, edited
from scenarios.format.texts import library_names, read_text
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document
from scenarios.measures.statistics import Estimate, paired_difference
from simcore.errors import InputError

REPLICATIONS = 400
"""Default number of replications of a pair in the table."""


@dataclass(frozen=True)
class Switch:
    """A pair of scenarios with and without a sub-model."""

    sub_model: str
    scenario: str  # of the library, or among the small documents beside the pairs
    document: Document  # with the sub-model
    edit: Edit  # removes the sub-model
    without: str  # the edit in words
    measure: str
    sign: int  # of the difference (with - without) expected in advance
    replications: int  # of the table
    is_quick: bool  # cheap and clear enough for the tests
    needs: str  # additions of the document to the scenario, in words

    @property
    def name(self) -> str:
        """Identifier, for tests."""
        return self.sub_model.lower().replace(" ", "-").replace(",", "").replace(":", "")


@dataclass(frozen=True)
class Effect:
    """The result of a pair: means and paired difference over the replications with both members defined."""

    mean_with: float
    mean_without: float
    difference: Estimate

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes zero."""
        return self.difference.low * self.difference.high > 0.0


@cache
def switches() -> tuple[Switch, ...]:
    """Return all pairs in the order of the table."""
    text = files("scenarios").joinpath("experiments", "switches.yaml").read_text(encoding="utf-8")
    declared = cast(Document, yaml.safe_load(text))
    documents = cast(dict[str, Document], declared["documents"])
    return tuple(_switch(entry, documents) for entry in declared["switches"])


def _switch(entry: Document, documents: dict[str, Document]) -> Switch:
    scenario = str(entry["scenario"])
    if scenario in documents:
        document = {**documents["ground"], "name": scenario}
        document = edited(document, documents[scenario])
    elif scenario in library_names():
        document = cast(Document, read_yaml(*read_text(scenario)).data)
    else:
        raise InputError(f"switches.yaml: {entry['sub_model']}: no scenario {scenario!r}; give an existing name")
    given = cast(Document, entry.get("with") or {})
    return Switch(
        sub_model=entry["sub_model"],
        scenario=scenario,
        document=edited(document, given.get("edit", {})),
        edit=entry["edit"],
        without=entry["without"],
        measure=entry["measure"],
        sign={"more": 1, "less": -1}[entry["expected"]],
        replications=int(entry.get("replications", REPLICATIONS)),
        is_quick=bool(entry.get("quick", False)),
        needs=given.get("what", ""),
    )


def effect(switch: Switch, seed: int, replications: Sequence[int]) -> Effect:
    """Play both members of a pair under their own policies and compare."""
    pair = [compile_document(document) for document in (switch.document, edited(switch.document, switch.edit))]
    for compiled in pair:
        if switch.measure not in {measure.name for measure in compiled.measures.listed}:
            name = compiled.scenario.name
            raise InputError(f"{name}: no measure {switch.measure!r}; see docs/reference/measures.md")
    with_it, without = (columns[switch.measure] for _, columns in play_variants(pair, seed, replications))
    both = np.isfinite(with_it) & np.isfinite(without)
    with_it, without = with_it[both], without[both]
    return Effect(float(with_it.mean()), float(without.mean()), paired_difference(with_it, without))
