"""The library scenarios come out as they did when their golden runs were written."""

import json

import pytest

from scenarios.format.document import library_names
from tests.golden.update import HORIZON_H, golden_file, play

ADVICE = (
    "The same scenario and seed come out differently. If that is meant, run `python tests/golden/update.py` "
    "and add a line under 'Results change' to CHANGELOG.md; if not, find what changed the results."
)


@pytest.mark.golden
@pytest.mark.parametrize("name", sorted(HORIZON_H))
def test_the_library_scenario_comes_out_as_stored(name: str) -> None:
    stored = json.loads(golden_file(name).read_text(encoding="utf-8"))
    run = play(name)
    changed = {key: (stored.get(key), run[key]) for key in run if stored.get(key) != run[key]}
    assert run == stored, f"{ADVICE}\nStored and now: {changed}"


def test_every_library_scenario_has_a_golden_run() -> None:
    assert sorted(HORIZON_H) == library_names()
