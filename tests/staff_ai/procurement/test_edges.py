"""Questions at the edge: nothing uncertain, nothing affordable, nothing that matters."""

import json
from dataclasses import replace

import numpy as np
import pytest

from simcore.recording.files import json_text
from simcore.types import F64
from staff_ai.procurement.answer import as_answer
from staff_ai.procurement.effort import ROUNDS, plan_effort
from staff_ai.procurement.pipeline import Decision, decide
from staff_ai.procurement.play import KeptRun, Stage
from staff_ai.procurement.question import Question
from staff_ai.procurement.text import WIDTH, answer_lines
from tests.staff_ai.procurement.synthetic import Analytic, counted, named, question


class Additive:
    """Each gun adds a tenth; nothing else matters."""

    def __init__(self, worth: float = 0.1) -> None:
        self.worth = worth

    def play(self, stage: Stage) -> dict[str, F64]:
        luck = 0.05 * np.random.default_rng(stage.seed).normal(size=(len(stage.trials), stage.n))
        means = [self.worth * float(trial.cells["guns"]) for trial in stage.trials]
        return {"stopped": np.array(means)[:, None] + (1.0 if self.worth else 0.0) * luck}

    def keep(self, stage: Stage, trial: int, replication: int) -> KeptRun | None:
        return None


def told(decision: Decision) -> str:
    """Return the text of a decision, after a check of its width and that its values are those of JSON."""
    answer = json.loads(json_text(as_answer(decision, [[] for _ in decision.names])))
    lines = answer_lines(answer)
    assert max(len(line) for line in lines) <= WIDTH
    return "\n".join(lines)


def without_uncertainties(**keys: object) -> Question:
    levers = (counted("guns", 0, 6, 1.0), named("doctrine", ["wait", "strike"], is_conduct=True))
    asked = replace(question(runs=2_000, finalists=3), levers=levers, uncertainties=(), budget=4.0)
    return replace(asked, **keys)


@pytest.mark.parametrize(("confidence", "guns"), [(0.8, 3), (0.4, 4)])  # 4 guns at 0.8, 1 or 1.4: 0.5 within 4.0
def test_the_recommendation_stays_within_the_budget_with_the_confidence_asked(confidence: float, guns: int) -> None:
    decision = decide(without_uncertainties(confidence=confidence), Additive())
    recommended = decision.standing.recommended
    assert decision.fresh.choices[recommended][0] == guns
    # cost is 3 (1 + 0.4 z) with P(z <= 5/6) = 1 - (1/6)^2 / 2
    expected = {3: 1.0 - 1.0 / 72.0, 4: 0.5}[guns]
    assert decision.standing.p_within_budget[recommended] == pytest.approx(expected, abs=4 * 0.5 / 2000**0.5)
    assert f"{confidence:g} is asked" in told(decision)


def test_without_uncertainties_there_are_no_boxes_and_nothing_to_find_out() -> None:
    decision = decide(without_uncertainties(), Additive())
    assert decision.information == ()
    assert not any(decision.boxes)
    assert decision.answers[0].by_option == pytest.approx((0.0,), abs=0.02)
    assert "Choose" in told(decision)


def test_where_only_the_status_quo_is_affordable_it_is_kept() -> None:
    asked = replace(question(runs=4_000, finalists=3), budget=0.5)
    decision = decide(asked, Analytic(asked))
    assert all(asked.mix(choice) == asked.status_quo for choice in decision.fresh.choices)
    assert "status quo" in told(decision)


def test_where_nothing_matters_no_purchase_is_shown_to_be_better() -> None:
    asked = without_uncertainties()
    decision = decide(asked, Additive(worth=0.0))
    text = told(decision)
    assert "Keep the status quo" in text or "No alternative is shown to beat the status quo" in text
    assert decision.fresh.costs[decision.standing.recommended, 1] == 0.0  # of equals the cheapest


def test_a_goal_that_is_better_if_less_is_lowered() -> None:
    asked = without_uncertainties(goals=(replace(question().effect, better="less", threshold_side="at_most"),))
    decision = decide(asked, Additive(worth=-0.1))
    assert decision.fresh.choices[decision.standing.recommended][0] == 3
    assert decision.robustness[0].max_regret == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("runs", [700, 3_000, 12_000])
def test_the_runs_are_spent_as_planned_and_not_more(runs: int) -> None:
    asked = question(runs=runs, finalists=4)
    effort = plan_effort(asked)
    player = Analytic(asked)
    decide(asked, player)
    played = sum(len(stage.trials) * stage.n for stage in player.stages)
    assert len(player.stages) == 2 + ROUNDS
    assert played <= effort.total <= runs
    assert effort.total >= 0.75 * runs
