"""A compiled scenario. Loads neither the compiler of scenarios nor the classes of their format."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scenarios.format.scenario import Packed, Scenario
from scenarios.measures.compute import ScenarioMeasures
from scenarios.terrain.rasters import Ground
from simcore.params import Params
from simcore.policy import Briefing
from simcore.roster import Roster


@dataclass(frozen=True)
class Compiled:
    """A scenario ready to run: parameters for the engine, names for output, briefings for the policies."""

    scenario: Scenario
    params: Params
    roster: Roster
    briefings: tuple[Briefing, ...]
    ground: Ground
    doubts: tuple[str, ...] = ()  # about the intelligence of the sides and the ways to facilities

    def __getstate__(self) -> dict[str, Any]:
        self._warnings  # noqa: B018  # computed from the content, which stays packed
        return {key: value for key, value in self.__dict__.items() if key != "measures"}

    @cached_property
    def measures(self) -> ScenarioMeasures:
        """Measures of the scenario."""
        return ScenarioMeasures(self.params, self.roster)

    @property
    def warnings(self) -> list[str]:
        """Quantities that need a shorter time step, and intelligence at odds with the ground, each with a remedy."""
        return [f"{self.scenario.source}: {text}" for text in (*self._warnings, *self.doubts)]

    @cached_property
    def _warnings(self) -> list[str]:
        from scenarios.format.checks.medical_warnings import medical_warnings
        from scenarios.format.checks.steps import step_warnings
        from scenarios.format.checks.words import start_warnings

        content = self.scenario.content
        return [*step_warnings(content), *medical_warnings(content), *start_warnings(content)]


@dataclass(frozen=True)
class StaffDocument:
    """Writer of a staff document: the scenario as the staff of a side believes it to be."""

    believed: Packed

    def __call__(self) -> dict[str, Any]:
        """Return the document as plain data, with the cards of its units only."""
        from scenarios.format.resolve import used_cards

        content = self.believed.content
        return content.model_copy(update={"catalogue": used_cards(content)}).model_dump(mode="json")
