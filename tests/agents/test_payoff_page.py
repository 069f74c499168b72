"""What the page of the payoff matrices says about made-up results."""

import numpy as np

from benchmarks.payoff_answers import champions
from benchmarks.payoff_matrix import Matrix
from benchmarks.payoff_page import gain, summary, write_page

DOCTRINES = ["cautious", "aggressive"]
NOISE = np.array([0.01, -0.01, 0.02, -0.02])


def cell(lead: float, n: int = 4) -> tuple[np.ndarray, np.ndarray]:
    leads = lead + np.resize(NOISE, n)
    return leads, np.sign(leads)


def made_up(blue_over_idle: float = 0.5) -> Matrix:
    """Return a fight in which blue's chair is worth 0.1 and idle costs 0.3, and aggressive is 0.2 better as red."""
    cells = {(a, b): cell(0.1 - 0.2 * (b == "aggressive")) for a in DOCTRINES for b in DOCTRINES}
    for policy in DOCTRINES:
        cells[policy, "idle"] = cell(blue_over_idle, 8)
        cells["idle", policy] = cell(-0.2 - 0.2 * (policy == "aggressive"), 8)
    return Matrix("made-up", "Made up", ("blue", "red"), 1, cells)


def test_the_gain_in_a_chair_is_over_the_same_opponents() -> None:
    added = gain(made_up(), "cautious", "idle", 0, DOCTRINES)
    assert added is not None
    assert round(added.value, 9) == 0.3
    assert added.n == 4


def test_a_lead_is_told_from_the_chair() -> None:
    lead = made_up().lead(1, "aggressive", "idle")
    assert lead is not None
    assert round(float(lead.mean()), 9) == 0.4


def test_the_summary_counts_what_is_clear_and_names_what_is_not() -> None:
    lines = summary([made_up(blue_over_idle=0.0)], DOCTRINES)
    assert lines[0].startswith("Of 4 comparisons")
    assert "2 are clear face to face" in lines[0]
    assert [line for line in lines if line.startswith("- made-up, blue, `cautious` over `idle`: not face to face")]


def test_a_doctrine_that_nobody_betters_is_named() -> None:
    lines = champions([made_up()], DOCTRINES)
    assert "`aggressive`" in lines[0]
    assert "`cautious`: another doctrine is the clearly better answer in 2 of 4" in "\n".join(lines)


def test_nothing_is_claimed_about_what_was_not_played() -> None:
    matrix = Matrix("made-up", "Made up", ("blue", "red"), 1, {("cautious", "idle"): cell(0.5)})
    page = write_page([matrix], DOCTRINES, ["idle"], "command")
    assert "have not been played against each other" in page
    assert "None of them beats" not in page
