"""The answer of a batch on one screen."""

import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.measures.estimates import MeasureEstimate, estimate_measures
from scenarios.measures.headline import contrasts, headline_lines, lead
from simcore.simulation import Simulation

Values = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return load("joint-littoral-defence")


def sample(compiled: Compiled, n: int, wins: int, losses: int) -> tuple[list[MeasureEstimate], Values]:
    """Return estimates and columns of n replications at their start: wins of the first side, then of the second."""
    values: Values = dict(compiled.measures.values(Simulation(compiled.params, replications=range(n)).state))
    first, second = compiled.roster.sides[:2]
    k = np.arange(n)
    values[f"{first}_win"] = (k < wins).astype(float)
    values[f"{second}_win"] = ((k >= wins) & (k < wins + losses)).astype(float)
    values["draw"] = (k >= wins + losses).astype(float)
    return estimate_measures(compiled.measures.listed, values), values


def lines_of(compiled: Compiled, n: int, wins: int, losses: int) -> list[str]:
    estimates, values = sample(compiled, n, wins, losses)
    return headline_lines(estimates, values, compiled.roster.sides)


def test_the_answer_of_the_largest_scenario_fits_a_screen(compiled: Compiled) -> None:
    lines = lines_of(compiled, 40, 20, 10)
    assert len(lines) <= 28  # with the head and the next steps, a terminal of 40 lines
    assert max(map(len, lines)) <= 110


def test_the_first_line_names_a_winner_only_when_the_interval_of_the_lead_leaves_no_doubt(compiled: Compiled) -> None:
    blue, red = compiled.roster.sides[:2]
    assert lines_of(compiled, 40, 30, 6)[0].startswith(f"{blue} wins more often than {red}, by 60% of the replications")
    assert lines_of(compiled, 40, 6, 30)[0].startswith(f"{red} wins more often than {blue}, by 60% of the replications")
    assert lines_of(compiled, 40, 18, 16)[0].startswith(f"no clear winner: {blue} leads {red} by +5% (")
    assert lines_of(compiled, 1, 1, 0)[0] == "one replication says little: give -n"


def test_the_lead_is_a_paired_difference_within_its_range(compiled: Compiled) -> None:
    _, values = sample(compiled, 20, 20, 0)
    gap = lead(values, compiled.roster.sides)
    assert gap is not None
    assert (gap.value, gap.high) == (1.0, 1.0)
    assert gap.low == pytest.approx(2.0 * 20.0 / (20.0 + 1.95996**2) - 1.0, abs=1e-4)  # Wilson's interval for 20 of 20


def test_what_goes_with_winning_is_what_was_made_to_go_with_it(compiled: Compiled) -> None:
    blue, red = compiled.roster.sides[:2]
    estimates, values = sample(compiled, 60, 30, 20)
    noise = np.random.default_rng(7)
    won = values[f"{blue}_win"]
    values[f"{blue}_shots"] = 10.0 + 4.0 * won + noise.normal(size=60)
    values[f"{blue}_rounds"] = 2.0 * values[f"{blue}_shots"] + noise.normal(size=60)  # says nearly the same
    values[f"{red}_detections"] = 30.0 - 2.0 * won + noise.normal(size=60)
    values[f"{red}_sorties"] = noise.normal(size=60)  # says nothing
    values[f"{blue}_score"] = won  # restates the outcome
    found = contrasts(estimates, values, blue)
    assert [(c.side, c.label) for c in found] == [(blue, "shots"), (red, "detections")]
    assert found[0].won - found[0].others == pytest.approx(4.0, abs=4.0 * (2.0 / 30.0) ** 0.5)
    assert found[1].won < found[1].others


def test_without_a_difference_nothing_is_said_to_go_with_winning(compiled: Compiled) -> None:
    blue = compiled.roster.sides[0]
    estimates, values = sample(compiled, 60, 30, 20)
    noise = np.random.default_rng(11)
    called = 0
    for _ in range(40):
        for name in ("shots", "detections", "rounds", "hits", "distance_km"):
            values[f"{blue}_{name}"] = noise.normal(10.0, 1.0, size=60)
        called += bool(contrasts(estimates, values, blue))
    assert called <= 40 * 0.05 + 4 * (40 * 0.05 * 0.95) ** 0.5
    assert contrasts(*sample(compiled, 8, 4, 4), blue) == []  # too few of either kind
