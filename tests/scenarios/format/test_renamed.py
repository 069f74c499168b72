"""A scenario under other names of its groups is valid, whatever mentions them."""

import pytest

from scenarios.format.document import load_document, parse_document
from scenarios.format.names import renamed
from scenarios.format.resolve import resolve
from scenarios.format.texts import library_names
from scenarios.format.yaml_text import write_yaml


@pytest.mark.parametrize("name", library_names())
def test_every_library_scenario_is_valid_under_other_names(name: str) -> None:
    scenario = resolve(load_document(name))
    names = {group.name: f"{group.name}-x" for group in scenario.content.groups}
    again = resolve(parse_document(write_yaml(renamed(scenario.plain(), names)), "renamed"))
    assert {group.name for group in again.content.groups} == set(names.values())
