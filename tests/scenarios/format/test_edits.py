"""Edits of a document change what they name and nothing else."""

from typing import Any

import pytest

from scenarios.format.edits import edited
from simcore.errors import InputError

DOCUMENT: dict[str, Any] = {
    "a": 1,
    "b": {"c": 2, "d": 3},
    "groups": [{"name": "x", "n": 1}, {"name": "y"}],
    "words": ["p", "q"],
}


def test_an_edit_changes_what_it_names() -> None:
    edit = {"b": {"c": None}, "groups": {"x": {"n": 2}, "y": None}, "words": {"p": None}, "new": {"z": [1]}}
    assert edited(DOCUMENT, edit) == {
        "a": 1,
        "b": {"c": None, "d": 3},
        "groups": [{"name": "x", "n": 2}],
        "words": ["q"],
        "new": {"z": [1]},
    }
    assert DOCUMENT["groups"] == [{"name": "x", "n": 1}, {"name": "y"}]


def test_plus_appends_to_a_list() -> None:
    entry = {"name": "z"}
    result = edited(DOCUMENT, {"groups": {"y": {"n": 7}, "+": [entry]}, "words": {"+": ["r", "s"]}})
    assert result["groups"] == [{"name": "x", "n": 1}, {"name": "y", "n": 7}, {"name": "z"}]
    assert result["words"] == ["p", "q", "r", "s"]
    assert result["groups"][-1] is not entry


def test_an_edit_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(InputError, match="'w'"):
        edited(DOCUMENT, {"groups": {"w": None}})
