"""A library scenario comes out as it did when its golden run was written."""

import json

import pytest

from tests.golden.update import golden_file, play

ADVICE = (
    "The same scenario and seed come out differently. If that is meant, run `python tests/golden/update.py` "
    "and add a line under 'Results change' to CHANGELOG.md; if not, find what changed the results."
)


@pytest.mark.golden
def test_the_library_scenario_comes_out_as_stored() -> None:
    stored = json.loads(golden_file().read_text(encoding="utf-8"))
    run = play()
    changed = {name: (stored.get(name), run[name]) for name in run if stored.get(name) != run[name]}
    assert run == stored, f"{ADVICE}\nStored and now: {changed}"
