"""What the page of the payoff matrices says about made-up results."""

import re
from pathlib import Path

import numpy as np

from benchmarks.pages.payoff import SCENARIOS, SEED, read_size
from benchmarks.pages.payoff_answers import behind_the_plan, best_answers, champions
from benchmarks.pages.payoff_page import gain, summary, write_page
from scenarios.format.texts import library_names
from staff_ai.league.matrix import Matrix

DOCTRINES = ["cautious", "aggressive"]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "doctrines.md"
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
    assert "No doctrine beats" not in page


def test_the_best_answer_in_a_chair_is_by_the_mean_over_the_four_and_paired() -> None:
    lines = best_answers([made_up()], DOCTRINES)
    rows = [line for line in lines if line.startswith("| `made-up`")]
    assert rows[0].startswith("| `made-up` | blue | `cautious` | +0.00")  # both are worth the same as blue
    assert rows[0].endswith("| none |")
    assert "| red | `aggressive` | +0.10" in rows[1]
    assert "+0.20 (+0.20, +0.20) over `cautious` | `cautious` |" in rows[1]
    text = "\n".join(lines)
    assert "Best by its mean, in 2 chairs: `cautious` in 1, `aggressive` in 1. No doctrine is the best" in text
    assert "Nowhere clearly worse than the best: `aggressive`." in text


def test_a_doctrine_that_is_best_everywhere_is_told() -> None:
    cells = {(a, b): cell(0.2 * (a == "cautious") - 0.2 * (b == "cautious")) for a in DOCTRINES for b in DOCTRINES}
    text = "\n".join(best_answers([Matrix("m", "M", ("blue", "red"), 1, cells)], DOCTRINES))
    assert "**`cautious` is the best in every chair.**" in text
    assert "Nowhere clearly worse than the best: `cautious`." in text


def test_an_unplayed_pair_ranks_nobody() -> None:
    matrix = made_up()
    del matrix.cells["cautious", "aggressive"]
    assert best_answers([matrix], DOCTRINES) == ["The doctrines have not been played against each other."]


def test_the_plan_that_beats_a_doctrine_is_told() -> None:
    cells = {("cautious", "hold"): cell(-0.3), ("aggressive", "hold"): cell(0.0), ("hold", "cautious"): cell(-0.3)}
    lines = behind_the_plan([Matrix("m", "M", ("blue", "red"), 1, cells)], DOCTRINES)
    assert [line for line in lines if line.startswith("- ")] == ["- m, blue: `cautious` -0.30 (-0.33, -0.27)"]
    assert "Of 3 pairs of a doctrine and the plan, the doctrine is clearly ahead in 1" in "\n".join(lines)


def test_a_scenario_may_come_with_its_replications() -> None:
    assert read_size("two-patrols:7", 3) == ("two-patrols", 7)
    assert read_size("two-patrols", 3) == ("two-patrols", 3)
    assert read_size("two-patrols", None) == ("two-patrols", SCENARIOS["two-patrols"])
    assert read_size("C:/mine.yaml", None)[0] == "C:/mine.yaml"


def test_the_matrices_cover_the_library() -> None:
    assert set(SCENARIOS) == set(library_names())


def test_the_page_is_of_the_fresh_seed_and_covers_the_library() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"--seed {SEED}" in text
    for name in SCENARIOS:
        assert re.search(rf"^## .*\(`{name}`\)$", text, re.MULTILINE), name
