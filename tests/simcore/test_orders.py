"""The orders that a policy is given count the groups that its briefing names, in the same order."""

import pytest

from scenarios.format.texts import library_names
from scenarios.loader import compile_document, load
from simcore import orders, picture
from simcore.simulation import Simulation
from tests.scenarios.format.case_files import right_documents, right_texts


@pytest.mark.parametrize("scenario", [*right_texts(), *library_names()])
def test_the_orders_of_a_side_are_those_of_the_groups_in_its_briefing(scenario: str) -> None:
    compiled = compile_document(right_documents()[scenario]) if scenario in right_texts() else load(scenario)
    simulation = Simulation(compiled.params)
    for side, briefing in enumerate(compiled.briefings):
        names = tuple(compiled.roster.groups[group] for group in simulation.groups_of(side))
        assert names == briefing.group_names
        assert briefing.groups.tolist() == list(range(len(names)))


def test_policies_may_import_the_rows_by_their_former_names() -> None:
    assert (orders.OrderR, orders.OrderW) == (orders.R, orders.V)
    assert (picture.OwnR, picture.OwnW) == (picture.PU, picture.PW)
    assert (picture.SeenR, picture.SeenW) == (picture.PC, picture.PD)
