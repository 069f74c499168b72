"""The orders that a policy is given count the groups that its briefing names, in the same order."""

from pathlib import Path

import pytest

from scenarios.format.document import library_names
from scenarios.loader import load
from simcore.simulation import Simulation

VALID = sorted(path for path in (Path(__file__).parents[1] / "scenarios" / "format" / "valid").glob("*.yaml"))


@pytest.mark.parametrize("scenario", [*map(str, VALID), *library_names()], ids=lambda name: Path(name).stem)
def test_the_orders_of_a_side_are_those_of_the_groups_in_its_briefing(scenario: str) -> None:
    compiled = load(scenario)
    simulation = Simulation(compiled.params)
    for side, briefing in enumerate(compiled.briefings):
        names = tuple(compiled.roster.groups[group] for group in simulation.groups_of(side))
        assert names == briefing.group_names
        assert briefing.groups.tolist() == list(range(len(names)))
