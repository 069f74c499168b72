"""Casualties against theory, through the scenario format; and that the checks can fail."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.verification.checks import medical_world, survival, triage
from scenarios.verification.checks.triage import moments
from scenarios.verification.rows import Verdict
from scenarios.verification.runner import Run

FAST = Run(1000, seed=5, threads=1)

CHECKS = [
    survival.Trauma(),
    survival.Trauma(niss=12.0, cv=0.0),
    survival.Trauma("exponential", mean_min=400.0),
    survival.Blood(),
    survival.Blood(0.05, 20.0, 8.0),
    survival.Blood(0.8, 0.8, 0.0),
    survival.Tourniquet(),
    survival.Tourniquet(0.7, 0.2, 0.0, 20.0),
    survival.Clocks(),
    survival.Clocks(200.0, 0.4, 0.0),
    triage.Errors(),
    triage.Errors(0.6, 0.3),
    triage.Days(),
    triage.Days(300.0, 0.0, 40),
]


def name_of(check: Any) -> str:
    values = "-".join(str(getattr(check, field.name)) for field in dataclasses.fields(check))
    return f"{type(check).__name__}-{values}"


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
def test_casualties_agree_with_theory(check: Any) -> None:
    rows = check.rows(FAST)
    assert rows
    assert [row for row in rows if row.verdict is Verdict.FAIL] == []
    assert any(row.verdict is Verdict.PASS for row in rows)


@pytest.mark.parametrize(
    ("right", "broken"),
    [
        (survival.Trauma(), survival.Trauma(niss=34.0)),
        (survival.Trauma(cv=0.0), survival.Trauma(niss=31.01, cv=0.0)),
        (survival.Trauma("exponential"), survival.Trauma("exponential", mean_min=45.0)),
        (survival.Blood(), survival.Blood(growth_per_h2=0.6)),
        (survival.Blood(1.0, 1.0, 0.5), survival.Blood(1.0, 1.0, 0.51)),
        (survival.Tourniquet(), survival.Tourniquet(p_tourniquet=0.9)),
        (survival.Tourniquet(), survival.Tourniquet(aid_min=4.1)),
        (survival.Clocks(), survival.Clocks(p_at_once=0.35)),
        (triage.Errors(), triage.Errors(0.4)),
        (triage.Errors(0.0, 0.3), triage.Errors(0.01, 0.3)),
        (triage.Days(), triage.Days(3.0)),
    ],
    ids=name_of,
)
def test_casualties_played_with_another_number_fail(right: Any, broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario is that of ``broken``, with the steps, the rate of injuries and the oracle of the right one."""
    real_sample = medical_world.sample
    documents: list[Any] = []

    def note(document: Any, *arguments: Any) -> Any:
        documents.append(document)
        raise StopIteration

    def sample_broken(document: Any, *arguments: Any) -> Any:
        medical = {**documents[0]["medical"], "interval_s": document["medical"]["interval_s"]}
        if not isinstance(right, triage.Days):
            medical["sickness"] = document["medical"]["sickness"]
        return real_sample({**document, "medical": medical}, *arguments)

    for module in (medical_world, triage):
        monkeypatch.setattr(module, "sample", note)
    with pytest.raises(StopIteration):
        broken.rows(FAST)
    for module in (medical_world, triage):
        monkeypatch.setattr(module, "sample", sample_broken)
    rows = right.rows(Run(4000, seed=5, threads=1))
    assert any(row.verdict is Verdict.FAIL for row in rows)


def test_the_moments_of_a_mixed_binomial_number_are_those_of_its_law() -> None:
    n, shape, mean = 12, 0.8, 0.3
    rates = stats.gamma(shape, scale=mean / shape).ppf((np.arange(200_000) + 0.5) / 200_000)
    law = stats.binom.pmf(np.arange(n + 1)[:, None], n, -np.expm1(-rates)[None, :]).mean(axis=1)
    k = np.arange(n + 1) - law @ np.arange(n + 1)
    fit = tuple(float(np.exp(-j * rates).mean()) for j in (1, 2, 3, 4))
    found = moments(n, (fit[0], fit[1], fit[2], fit[3]))
    assert found == pytest.approx((float(law @ k**3), float(law @ k**4)), rel=1e-9)
