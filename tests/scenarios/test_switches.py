"""Every sub-model can be left out, and leaving it out changes the outcome: paired, with the interval off zero.

``pytest -s tests/scenarios/test_switches.py`` prints the differences.
"""

import sys
from collections.abc import Callable

import pytest

from scenarios.batch import play_replications
from scenarios.compiler import compile_scenario
from scenarios.loader import load
from scenarios.policy_options import choose_policies
from scenarios.resolve import Scenario
from scenarios.schema_radio import JammerFit
from scenarios.schema_scenario import ScenarioFile
from scenarios.statistics import paired_difference

N = 60

COMMUNICATIONS = JammerFit(power_w=100.0, gain_db=3.0, low_mhz=225.0, high_mhz=400.0)
SELF_SCREENING = JammerFit(power_w=100.0, gain_db=3.0, low_mhz=8000.0, high_mhz=12_000.0)


def without_operators(content: ScenarioFile) -> ScenarioFile:
    """Return the scenario in which an approval is each unit's fixed delay."""
    sides = tuple(side.model_copy(update={"operators": None}) for side in content.sides)
    return content.model_copy(update={"sides": sides})


def with_jammer(platform: str, jammer: JammerFit) -> Callable[[ScenarioFile], ScenarioFile]:
    """Return what puts a jammer on every unit of a platform."""

    def change(content: ScenarioFile) -> ScenarioFile:
        card = content.catalogue.platforms[platform].model_copy(update={"jammers": (jammer,)})
        platforms = {**content.catalogue.platforms, platform: card}
        return content.model_copy(update={"catalogue": content.catalogue.model_copy(update={"platforms": platforms})})

    return change


@pytest.mark.parametrize(
    ("name", "change", "measure", "sign"),
    [
        pytest.param("harbour-swarm", without_operators, "blue_losses", -1, id="operators"),
        pytest.param(
            "harbour-swarm", with_jammer("usv-one-way", COMMUNICATIONS), "blue_losses", 1, id="jamming-of-radios"
        ),
        pytest.param(
            "harbour-swarm",
            with_jammer("usv-one-way", SELF_SCREENING),
            "blue_first_contact_s",
            1,
            id="jamming-of-radars",
        ),
    ],
)
def test_a_switch_changes_the_outcome(
    name: str, change: Callable[[ScenarioFile], ScenarioFile], measure: str, sign: int
) -> None:
    scenario = load(name).scenario
    values = []
    for content in (change(scenario.content), scenario.content):
        compiled = compile_scenario(Scenario(content, name))
        policies = choose_policies(compiled.roster, [], {})
        values.append(play_replications(compiled, policies, 1, range(N))[measure])
    difference = paired_difference(*values)
    line = f"{name}: {measure} {difference.value:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
    sys.stdout.write(f"{line}\n")
    assert sign * difference.value > 0
    assert difference.low * difference.high > 0
