"""Casualties against theory, through the scenario format; and that the checks can fail."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.loader import compile_document
from scenarios.verification.checks import care, care_balance, medical_world, survival, triage
from scenarios.verification.checks.medical import TOPIC
from scenarios.verification.checks.triage import moments
from scenarios.verification.rows import Verdict
from scenarios.verification.runner import Run, begin
from simcore.medical import Health, PersonW

FAST = Run(1000, seed=5, threads=1)

CHECKS = [
    survival.Trauma(),
    survival.Trauma(niss=12.0, cv=0.0),
    survival.Trauma("exponential", mean_min=400.0),
    survival.Trauma(cv=0.0, by="bleeding"),
    survival.Trauma("exponential", by="bleeding"),
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
    care.Queue(people=150),
    care.Queue(1, 0.6, 10.0, 150),
    care.Wounds(),
    care.Wounds(0.7, 12.0, 2.0, 90.0),
    care_balance.Balance(30, hours=6.0),
    care_balance.Balance(80, 20.0, 1, 8.0, 1, 8.0),
    care_balance.Balance(40, 20.0, 0, 1.0, 1, 6.0, 0),
    care_balance.Balance(60, 20.0, 50, 4.0, 50, 6.0, 1, "lognormal", 40.0),
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


def drawn(kind: type[Any], random: np.random.Generator) -> Any:
    """Return a check of a kind with options drawn from their ranges: most over some orders of magnitude, ends too."""

    def between(low: float, high: float) -> float:
        return float(np.exp(random.uniform(np.log(low), np.log(high))))

    def share() -> float:
        return float(random.choice([0.0, 1.0, random.uniform(), random.uniform()]))

    if kind is survival.Trauma:
        law = str(random.choice(["power", "exponential"]))
        cv = float(random.choice([0.0, random.uniform(0.1, 2.0)]))
        return kind(law, float(random.integers(1, 76)), cv, between(2.0, 5000.0), float(random.uniform(0.05, 1.0)))
    if kind is survival.Blood:
        low = between(0.01, 20.0)
        return kind(low, low * float(random.choice([1.0, random.uniform(1.5, 5.0)])), float(random.uniform(0.0, 10.0)))
    if kind is survival.Tourniquet:
        return kind(between(0.1, 20.0), share(), float(random.uniform(0.0, 20.0)), float(random.uniform(0.0, 20.0)))
    if kind is survival.Clocks:
        return kind(between(2.0, 2000.0), between(0.05, 20.0), share())
    if kind is triage.Errors:
        over = share()
        return kind(over, float(random.uniform(0.0, 1.0 - over)))
    if kind is triage.Days:
        rate = between(0.5, 500.0)
        return kind(rate, rate * float(random.uniform(0.0, 4.0)), int(random.integers(20, 500)))
    if kind is care.Queue:
        places = int(random.choice([1, 2, 5, 12]))
        load = places * float(random.uniform(0.2, 0.85))
        return kind(places, load, between(2.0, 2000.0), int(random.integers(60, 250)))
    if kind is care.Wounds:
        return kind(share(), float(random.integers(1, 76)), between(0.2, 500.0), float(random.uniform(0.0, 200.0)))
    return kind(
        int(random.integers(1, 120)), between(0.5, 100.0), int(random.choice([0, 1, 3, 50])),
        between(0.5, 15.0), int(random.choice([1, 2, 20])), float(random.uniform(2.0, 10.0)),
        int(random.choice([0, 1, 30])), str(random.choice(["fixed", "exponential", "lognormal"])),
        float(random.choice([0, int(random.integers(1, 76))])),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", list(TOPIC.cases.values()), ids=list(TOPIC.cases))
def test_casualties_agree_with_theory_at_parameters_drawn_at_random(kind: type[Any], seed: int) -> None:
    random = np.random.default_rng(9100 + seed)
    check = next(one for one in (drawn(kind, random) for _ in range(100)) if not one.problems())
    rows = check.rows(Run(1000, seed=seed, threads=1))
    assert rows
    assert [row for row in rows if row.verdict is Verdict.FAIL] == [], check


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


@pytest.mark.parametrize(
    "broken",
    [care.Queue(load=2.4, people=150), care.Queue(places=4, people=150), care.Queue(treat_min=36.0, people=150)],
    ids=name_of,
)
def test_a_queue_played_with_another_number_fails(broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    right = care.Queue(people=150)
    document = {**broken.document(), "time": right.document()["time"]}
    document["medical"]["interval_s"] = right.step_s
    real_sample = care.sample_at
    monkeypatch.setattr(care, "sample_at", lambda _, *arguments: real_sample(document, *arguments))
    assert any(row.verdict is Verdict.FAIL for row in right.rows(FAST))


def test_a_case_that_vanishes_breaks_the_balance() -> None:
    compiled = compile_document(care_balance.Balance(30, hours=6.0).document())
    simulation = begin(compiled, 3, 0, 2, 1)
    simulation.advance(400)
    before = care_balance.measure_chain(simulation, compiled)
    assert before["n_cases"].min() > 5
    assert before["cases"].tolist() == [0, 0]
    health = simulation.state.people.whole[1, PersonW.HEALTH]
    health[np.flatnonzero(health == Health.HURT)[0]] = Health.FIT
    assert care_balance.measure_chain(simulation, compiled)["cases"].tolist() == [0, 1]


def test_the_moments_of_a_mixed_binomial_number_are_those_of_its_law() -> None:
    n, shape, mean = 12, 0.8, 0.3
    rates = stats.gamma(shape, scale=mean / shape).ppf((np.arange(200_000) + 0.5) / 200_000)
    law = stats.binom.pmf(np.arange(n + 1)[:, None], n, -np.expm1(-rates)[None, :]).mean(axis=1)
    k = np.arange(n + 1) - law @ np.arange(n + 1)
    fit = tuple(float(np.exp(-j * rates).mean()) for j in (1, 2, 3, 4))
    found = moments(n, (fit[0], fit[1], fit[2], fit[3]))
    assert found == pytest.approx((float(law @ k**3), float(law @ k**4)), rel=1e-9)
