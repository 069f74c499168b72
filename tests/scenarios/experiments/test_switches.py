"""Every sub-model can be left out, and leaving it out changes the outcome: paired, with the interval off zero.

The pairs are those of the table in docs/reference/switches.md. ``pytest -s
tests/scenarios/experiments/test_switches.py`` prints the differences of a few quick ones;
``-m slow`` plays all quick ones.
"""

import re
import sys
from pathlib import Path

import pytest

from scenarios.experiments.switches import Switch, effect, switches
from scenarios.format.edits import edited
from scenarios.loader import compile_document

QUICK = ("Routes", "Swept detection", "ESM", "Jamming of radios", "No-fire zones", "Soft kill", "Mine clearing")
N_QUICK = 40
N = 120
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "switches.md"


def check(switch: Switch, n: int) -> None:
    found = effect(switch, 1, range(n))
    difference = found.difference
    line = (
        f"{switch.sub_model}: {switch.measure} {difference.value:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
    )
    sys.stdout.write(f"{line}\n")
    assert switch.sign * difference.value > 0
    assert found.is_clear


@pytest.mark.parametrize("switch", [s for s in switches() if s.sub_model in QUICK], ids=lambda s: s.name)
def test_a_switch_changes_the_outcome(switch: Switch) -> None:
    check(switch, N_QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("switch", [s for s in switches() if s.is_quick], ids=lambda s: s.name)
def test_every_cheap_switch_changes_the_outcome(switch: Switch) -> None:
    check(switch, N)


def test_the_names_are_unique() -> None:
    names = [switch.sub_model for switch in switches()]
    assert len(set(names)) == len(names)
    assert set(QUICK) <= set(names)


@pytest.mark.parametrize("switch", switches(), ids=lambda s: s.name)
def test_both_members_of_a_pair_are_valid_and_differ(switch: Switch) -> None:
    one, other = (compile_document(content) for content in (switch.document, edited(switch.document, switch.edit)))
    assert one.scenario.hash != other.scenario.hash


def test_every_pair_is_in_the_table() -> None:
    measured = re.findall(r"^\| ([^|]+?) \| `([^`]+)` \|.*?\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    declared = [(switch.sub_model, switch.scenario, switch.measure) for switch in switches()]
    assert measured == declared, "out of date: run python -m benchmarks.pages.switches"
