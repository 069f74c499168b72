"""Verdicts: they pass what is right, fail what is wrong, and say so when they cannot tell."""

import json
import math

import numpy as np
import pytest

from scenarios.verification.rows import Judge, Row, Verdict
from scenarios.verification.table import json_text, summary, text_table

JUDGE = Judge("check", "parameters")


@pytest.mark.parametrize(("shift", "verdict"), [(0.0, Verdict.PASS), (3.9, Verdict.PASS), (-4.1, Verdict.FAIL)])
def test_proportion_is_judged_by_four_standard_errors(shift: float, verdict: Verdict) -> None:
    n, p = 1_000_000, 0.3
    hits = round(n * p + shift * math.sqrt(n * p * (1 - p)))
    row = JUDGE.proportion("P", hits, n, p)
    assert row.verdict is verdict
    assert row.z == pytest.approx(shift, abs=0.01)
    assert row.standard_error == pytest.approx(math.sqrt(p * (1 - p) / n))


def test_rare_events_are_judged_by_the_exact_binomial_law() -> None:
    # 4 events where 0.5 are expected have a probability of 0.002: a normal z of 4.9 would cry wolf
    row = JUDGE.proportion("P", 4, 10_000, 5e-5)
    assert row.verdict is Verdict.PASS
    assert row.z == pytest.approx(2.92, abs=0.01)  # both tails: 2 x 0.00175
    assert JUDGE.proportion("P", 12, 10_000, 5e-5).verdict is Verdict.FAIL
    assert JUDGE.proportion("P", 9_988, 10_000, 1 - 5e-5).verdict is Verdict.FAIL
    assert JUDGE.proportion("P", 0, 10_000, 5e-5).verdict is Verdict.PASS


def test_false_alarms_of_rare_events_stay_near_those_of_four_sigma() -> None:
    generator = np.random.default_rng(1)
    n, p = 1000, 0.004
    fails = sum(
        JUDGE.proportion("P", int(hits), n, p).verdict is Verdict.FAIL for hits in generator.binomial(n, p, 5000)
    )
    assert fails <= 3


@pytest.mark.parametrize(
    ("hits", "oracle", "verdict"), [(10, 1.0, "pass"), (9, 1.0, "FAIL"), (0, 0.0, "pass"), (1, 0.0, "FAIL")]
)
def test_certainty_allows_no_exception(hits: int, oracle: float, verdict: str) -> None:
    row = JUDGE.proportion("P", hits, 10, oracle)
    assert (row.verdict, row.z, row.tolerance) == (verdict, None, 0.0)


def test_an_estimate_without_spread_is_judged_by_the_spread_of_theory() -> None:
    sample = np.full(10_000, 2.0)
    assert JUDGE.mean("E", sample, 2.5, 1.0, 0.0).verdict is Verdict.FAIL
    assert JUDGE.mean("E", sample, 2.01, 1.0, 0.0).verdict is Verdict.PASS
    assert JUDGE.spread("sd", sample, 1.0, 3.0).verdict is Verdict.FAIL


def test_a_quantity_without_spread_must_be_equal() -> None:
    sample = np.full(100, 3.0)
    assert JUDGE.mean("E", sample, 3.0, 0.0, 0.0).verdict is Verdict.PASS
    assert JUDGE.mean("E", sample, 3.001, 0.0, 0.0).verdict is Verdict.FAIL
    assert JUDGE.mean("E", sample, 3.001).verdict is Verdict.FAIL
    assert JUDGE.spread("sd", sample, 0.0, 0.0).verdict is Verdict.PASS


def test_mean_and_spread_of_a_normal_sample() -> None:
    sample = np.random.default_rng(2).normal(5.0, 2.0, 20_000)
    assert JUDGE.mean("E", sample, 5.0, 2.0, 0.0).verdict is Verdict.PASS
    assert JUDGE.mean("E", sample, 5.1, 2.0, 0.0).verdict is Verdict.FAIL
    assert JUDGE.mean("E", sample, 5.0).verdict is Verdict.PASS
    assert JUDGE.spread("sd", sample, 2.0, 48.0).verdict is Verdict.PASS
    assert JUDGE.spread("sd", sample, 2.1, 48.0 * 1.05**4).verdict is Verdict.FAIL


def test_spread_has_a_standard_error_of_the_right_size() -> None:
    generator = np.random.default_rng(3)
    z = [JUDGE.spread("sd", generator.exponential(1.0, 2000), 1.0, 9.0).z or 0.0 for _ in range(400)]
    assert np.std(z) == pytest.approx(1.0, abs=0.15)


def test_very_skewed_quantities_are_not_judged() -> None:
    sample = np.zeros(400)
    sample[0] = 10.0
    p = 1e-3
    sd = 10.0 * math.sqrt(p * (1 - p))
    third = 1000.0 * p * (1 - p) * (1 - 2 * p)
    row = JUDGE.mean("E", sample, 10.0 * p, sd, third)
    assert row.verdict is Verdict.UNJUDGED
    assert "--replications" in row.note


def test_exact_rows_accept_their_tolerance_and_no_nan() -> None:
    assert JUDGE.exact("x", 1.0, 1.1, 0.2, "reason").verdict is Verdict.PASS
    assert JUDGE.exact("x", 1.0, 1.1, 0.05, "reason").verdict is Verdict.FAIL
    assert JUDGE.exact("x", math.nan, 1.1, 0.2, "reason").verdict is Verdict.FAIL
    assert JUDGE.exact("x", math.inf, 1.1, 0.2, "reason").verdict is Verdict.FAIL


def test_table_and_json_hold_every_row() -> None:
    rows: list[Row] = [
        JUDGE.proportion("P", 30, 100, 0.3),
        JUDGE.exact("x", math.inf, 1.0, 0.2, "why"),
        JUDGE.information("bias", 1.0, 1.1, "shown"),
    ]
    text = text_table(rows)
    assert text.splitlines()[0].split()[:3] == ["check", "parameters", "quantity"]
    assert len(text.splitlines()) == 5
    assert "why" in text
    assert summary(rows) == "1 of 2 judged rows pass; 1 for information."
    document = json.loads(json_text(rows, 100, 1))
    assert document["is_passed"] is False
    assert [row["verdict"] for row in document["rows"]] == ["pass", "FAIL", "info"]
    assert document["rows"][1]["estimate"] is None
