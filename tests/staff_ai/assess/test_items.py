"""Gates on numbers with intervals, and the statistics of the items, on values known by hand."""

from pathlib import Path

import numpy as np
import pytest

from simcore.errors import InputError, ScenarioError
from staff_ai.assess.assess import ENTRIES, chosen_items
from staff_ai.assess.confidence import (
    brier_excess,
    calibration_slope,
    coverage_shares,
    false_alarms,
    separation,
    share_of_games,
    squared_error,
)
from staff_ai.assess.control import read_drill
from staff_ai.assess.gates import read_gates
from staff_ai.assess.items import (
    Item,
    Number,
    Status,
    exact,
    gap_number,
    gate,
    loss_number,
    not_applicable,
    score_number,
)
from staff_ai.assess.performance import rank_correlation, tail_mean
from staff_ai.assess.rules import rate


@pytest.mark.parametrize(
    ("low", "high", "at_most", "at_least"),
    [
        (0.1, 0.2, Status.PASS, Status.FAIL),
        (0.4, 0.6, Status.OPEN, Status.OPEN),
        (0.7, 0.8, Status.FAIL, Status.PASS),
        (0.5, 0.5, Status.PASS, Status.PASS),
    ],
)
def test_a_gate_is_decided_by_the_whole_interval(low: float, high: float, at_most: Status, at_least: Status) -> None:
    found = Number("share", 0.5 * (low + high), low, high, 10)
    assert gate("most", found, 0.5)[0].status == at_most
    assert gate("least", found, 0.5, is_least=True)[0].status == at_least
    assert gate("none", found, None) == []


def test_a_strict_gate_must_be_exceeded() -> None:
    for low, high, status in ((0.0, 0.0, Status.FAIL), (0.0, 0.2, Status.OPEN), (0.1, 0.2, Status.PASS)):
        found = Number("gain", 0.5 * (low + high), low, high, 10)
        assert gate("least", found, 0.0, is_least=True, is_strict=True)[0].status == status


def test_a_lost_share_counts_scores_from_the_worst() -> None:
    # from 0.5 to 0.2 is from 1.5 to 1.2 above the worst: a fifth
    found = loss_number("lost", np.full(20, 0.5), np.full(20, 0.2))
    assert found.value == pytest.approx(0.2)
    none = loss_number("lost", np.full(20, -1.0), np.full(20, -1.0))
    assert np.isnan(none.value)  # nothing to lose
    rng = np.random.default_rng(2)
    wide = [
        loss_number("lost", a, np.clip(0.8 * (a + 1.0) - 1.0 + rng.normal(0.0, 0.1, 60), -1.0, 1.0))
        for a in rng.uniform(-0.5, 0.9, (300, 60))
    ]
    held = np.mean([one.low <= 0.2 <= one.high for one in wide])
    assert abs(held - 0.95) < 4.0 * np.sqrt(0.95 * 0.05 / len(wide))


def test_scores_on_an_end_of_an_interval_count_for_the_tail_that_it_lacks() -> None:
    rng = np.random.default_rng(3)
    ones = np.ones(1000)
    # a continuous score with its true interval: the two shares are the same
    low, high = -0.8 * ones, 0.8 * ones
    inside, whole = coverage_shares(low, high, rng.uniform(-1.0, 1.0, 1000), ones)
    assert inside.tolist() == whole.tolist()
    # 95 of 100 games won: the true interval is [1, 1] and holds 95 %, and no forecast could do better
    score = np.where(np.arange(1000) % 20 == 0, -1.0, 1.0)
    inside, whole = coverage_shares(ones, ones, score, ones)
    assert (inside.mean(), whole.mean()) == (pytest.approx(0.95), pytest.approx(0.8))
    # all games won and an interval over everything: the lower tail has nothing to take
    inside, whole = coverage_shares(-ones, ones, ones, ones)
    assert (inside.mean(), whole.mean()) == (1.0, pytest.approx(0.9))


def test_enemies_count_by_their_weight_in_the_share_of_covered_games() -> None:
    found = share_of_games("x", np.array([1.0, 1.0, 0.0, 0.0]), np.arange(4.0), np.array([3.0, 3.0, 1.0, 1.0]))
    assert found.value == pytest.approx(0.75)
    # as wide as with (3 + 3 + 1 + 1)^2 / (9 + 9 + 1 + 1) = 3.2 equal games
    n, z2 = 3.2, 1.959964**2
    middle, half = (0.75 + z2 / (2 * n)) / (1 + z2 / n), np.sqrt(0.75 * 0.25 / n + z2 / (4 * n * n)) / (1 + z2 / n)
    assert found.low == pytest.approx(middle - half * np.sqrt(z2), abs=1e-6)


def test_an_unknown_number_passes_no_gate() -> None:
    assert gate("most", score_number("score", []), 0.5)[0].status == Status.OPEN
    assert gate("most", score_number("score", [0.1]), 0.5)[0].status == Status.OPEN  # one value has no interval


def test_games_that_all_end_alike_leave_room_for_others_and_equal_pairs_do_not() -> None:
    won = score_number("score", np.ones(12))
    # none of 12 otherwise: Wilson's lower end is n / (n + z^2), on the scale from -1 to 1
    assert won.low == pytest.approx(2.0 * 12 / (12 + 1.959964**2) - 1.0, abs=1e-6)
    assert won.high == 1.0
    same = gap_number("difference", np.zeros(12))
    assert (same.low, same.value, same.high) == (0.0, 0.0, 0.0)


def test_an_item_has_its_worst_gate_and_is_never_passed_where_it_does_not_apply() -> None:
    good, bad = gate("a", exact("x", 0.0, 1), 0.5)[0], gate("b", exact("y", 1.0, 1), 0.5)[0]
    assert Item("rules", gates=(good, bad)).status == Status.FAIL
    assert Item("rules", gates=(good,)).status == Status.PASS
    assert Item("rules").status == Status.REPORT
    assert not_applicable("rules", "no forecasts").status == Status.NOT_APPLICABLE


def test_none_in_n_bounds_a_rate_by_three_divided_by_n() -> None:
    found = rate("breaches", 0, 3000)
    assert (found.value, found.low, found.high) == (0.0, 0.0, pytest.approx(1.0))  # by 1,000
    # the exact Poisson interval of 4 events is 1.090 to 10.242 (Garwood 1936)
    some = rate("breaches", 4, 1000)
    assert (some.low, some.high) == (pytest.approx(1.090, abs=1e-3), pytest.approx(10.242, abs=1e-3))


def test_a_calibrated_forecast_has_slope_1_and_one_that_is_too_sure_less() -> None:
    p = np.repeat([0.25, 0.75], 4)
    y = np.array([1.0, 0, 0, 0, 1, 1, 1, 0])
    assert calibration_slope(p, y) == pytest.approx(1.0)
    assert calibration_slope(np.repeat([0.0, 1.0], 4), y) == pytest.approx(0.5)
    assert calibration_slope(np.full(8, 0.9), y) == 0.0
    # without its bias the error of a calibrated forecast may be below 0; that of a sure loser is 1
    assert squared_error(p, y) <= 0.0
    assert squared_error(np.ones(8), np.zeros(8)) == pytest.approx(1.0)


def test_a_constant_forecast_of_the_true_base_rate_is_neither_better_nor_worse_than_it_on_average() -> None:
    rng = np.random.default_rng(5)
    n, p = 12, 0.3
    found = [brier_excess(np.full(n, p), (rng.random(n) < p).astype(np.float64), n) for _ in range(4000)]
    assert abs(np.mean(found)) < 4.0 * np.std(found) / np.sqrt(len(found))
    assert np.std(found) < 0.1


def test_the_area_under_the_curve_counts_pairs() -> None:
    assert separation(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1.0
    assert separation(np.array([0.0, 2.0]), np.array([1.0, 3.0])) == 0.75
    assert separation(np.zeros(3), np.zeros(4)) == 0.5
    assert false_alarms(np.array([0.0, 1.0, 5.0, 9.0]), np.full(20, 4.0)) == 0.5


def test_the_worst_tenth_is_the_mean_of_the_lowest_scores() -> None:
    assert tail_mean(np.arange(20.0)) == 0.5
    assert tail_mean(np.array([3.0, 1.0])) == 1.0


def test_ranks_tell_an_honest_proxy_from_a_hacked_one() -> None:
    score = np.linspace(-1.0, 1.0, 30)
    assert rank_correlation("r", np.exp(score), score).value == pytest.approx(1.0)
    assert rank_correlation("r", -score, score).value == pytest.approx(-1.0)
    assert rank_correlation("r", np.ones(30), score).value == 0.0


def test_items_are_chosen_by_number_or_name_with_a_hint_for_mistakes() -> None:
    assert chosen_items("9, human-control,1") == ("performance", "rules", "human_control")
    assert len(chosen_items(None)) == len(ENTRIES) == 18
    with pytest.raises(InputError, match="did you mean `calibration`"):
        chosen_items("calibrations")
    with pytest.raises(InputError, match="names no item"):
        chosen_items(",")


def test_a_file_changes_some_gates_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("open: fails\nrules: {most_breaches: 2, least_decisions: null}\n")
    found, usual = read_gates(path), read_gates()
    assert found.open_fails
    assert found.bounds["rules"]["most_breaches"] == 2.0
    assert found.bounds["rules"]["least_decisions"] is None
    assert found.bounds["sensors"] == usual.bounds["sensors"]
    assert set(usual.bounds) == set(ENTRIES)


def test_mistakes_in_gates_are_all_named_with_their_line_and_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("rule: {most_breaches: 0}\nsensors:\n  most_los: 0.1\ncoverage: {least_share: many}\nopen: maybe\n")
    with pytest.raises(ScenarioError) as error:
        read_gates(path)
    text = str(error.value)
    assert "rule: no such item; did you mean `rules`? (line 1)" in text
    assert "sensors.most_los: no such gate; did you mean `most_loss`? (line 3)" in text
    assert "coverage.least_share: 'many' is no number" in text
    assert "open: 'maybe' is no answer; give passes or fails (line 5)" in text


def test_gates_that_nothing_can_pass_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("calibration:\n  least_slope: 1.5\n")
    with pytest.raises(ScenarioError, match=r"least_slope: 1.5 is above most_slope 1.2, so nothing can pass.*line 2"):
        read_gates(path)
    path.write_text("\n")
    with pytest.raises(InputError, match="the file is empty; write an item such as `rules:`"):
        read_gates(path)


def test_a_drill_counts_planted_advice_and_names_the_line_of_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "drill.csv"
    path.write_text("planted,accepted\n1,1\n1,0\n0,1\n0,yes\n")
    planted, accepted = read_drill(path)
    assert planted.tolist() == [True, True, False, False]
    assert accepted.tolist() == [True, False, True, True]
    path.write_text("planted,accepted\n1,1\n0,perhaps\n")
    with pytest.raises(InputError, match="line 3"):
        read_drill(path)
    path.write_text("planted,accepted\n0,1\n")
    with pytest.raises(InputError, match="planted and honest"):
        read_drill(path)
