"""Does each sub-model matter? Pairs of a scenario with the sub-model and the same scenario without it.

``switches.yaml`` declares the pairs: the one place that ``benchmarks/pages/switches.py`` and the tests read. Both
members of a pair play the same replications with the same random numbers, so their difference is taken replication by
replication.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import numpy as np
import yaml

from scenarios.experiments.variants import play_variants
from scenarios.format.document import library_names, read_text
from scenarios.format.edits import Document, Edit, edited
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document
from scenarios.measures.statistics import Estimate, paired_difference
from simcore.errors import InputError

REPLICATIONS = 400
"""Of a pair in the table, where the file does not say otherwise."""


@dataclass(frozen=True)
class Switch:
    """One pair."""

    sub_model: str
    scenario: str  # of the library, or one of the small documents that stand beside the pairs
    document: Document  # with the sub-model
    edit: Edit  # what takes it away
    without: str  # the same in words
    measure: str
    sign: int  # of the difference with - without that was expected before anything was played
    replications: int  # of the table
    is_quick: bool  # cheap and clear enough for the tests
    needs: str  # what the document adds to the scenario, in words

    @property
    def name(self) -> str:
        """Identifier, for tests."""
        return self.sub_model.lower().replace(" ", "-").replace(",", "").replace(":", "")


@dataclass(frozen=True)
class Effect:
    """What a pair gave: means and the paired difference over the replications in which both are defined."""

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
        raise InputError(f"switches.yaml: {entry['sub_model']}: no scenario {scenario!r}; name one that exists")
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
    """Play both members of a pair, under the policies that they name, and compare."""
    pair = [compile_document(document) for document in (switch.document, edited(switch.document, switch.edit))]
    for compiled in pair:
        if switch.measure not in {measure.name for measure in compiled.measures.listed}:
            name = compiled.scenario.name
            raise InputError(f"{name}: no measure {switch.measure!r}; see docs/reference/measures.md")
    there, gone = (columns[switch.measure] for _, columns in play_variants(pair, seed, replications))
    both = np.isfinite(there) & np.isfinite(gone)
    return Effect(float(there[both].mean()), float(gone[both].mean()), paired_difference(there[both], gone[both]))
