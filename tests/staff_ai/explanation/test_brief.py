"""The explanation of an advice in the engine, its paragraph, report and brief."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from simcore.recording.files import json_text
from simcore.types import EventKind
from staff_ai.advice.advice import Advice
from staff_ai.courses.course import CONTINUE, follow
from staff_ai.explanation import explanation as explanation_module
from staff_ai.explanation.brief import brief_page
from staff_ai.explanation.drawings import situation_map
from staff_ai.explanation.explanation import explain, notes_outside
from staff_ai.explanation.matrix import FUNCTIONS, PERIODS
from staff_ai.explanation.paragraph import paragraph
from staff_ai.explanation.report import advice_lines, as_json
from staff_ai.explanation.wording import LANGUAGES
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.samples import Estimate
from tests.staff_ai.courses.crossing import GO
from tests.staff_ai.explanation.advised import Advised, advised


def page(found: Advised, language: str) -> str:
    """Return the brief."""
    return brief_page(
        found.advice, found.explanation, found.words(language), compiled=found.compiled, picture=found.picture,
        command="chammo advise crossing@100s",
    )  # fmt: skip


def test_the_recommended_course_is_compared_with_the_others_on_common_draws() -> None:
    found = advised()
    assert found.advice.recommended == GO  # the plan is to stay, and the way takes 7 of the 23 minutes left
    assert found.explanation is not None
    for one in found.explanation.comparisons:
        gap = one.gap(Outcome.SCORE)
        assert gap.difference.value == pytest.approx(gap.first - gap.second, abs=1e-9)
        assert one.other != GO
    # going wins the crossing after about 7 minutes: that is the event in which it differs most from the runner-up
    assert found.explanation.parting is not None
    event = found.explanation.parting.event
    assert event is not None
    assert (event.kind, event.is_own) == (EventKind.OBJECTIVE, True)
    assert event.first > event.second
    assert 300.0 < event.time_s < 1_000.0


def test_the_matrix_covers_all_functions_and_periods_and_has_the_order_of_the_course() -> None:
    explanation = advised().explanation
    assert explanation is not None
    assert explanation.matrix is not None
    assert set(explanation.matrix.cells) == set(FUNCTIONS)
    assert {len(cells) for cells in explanation.matrix.cells.values()} == {PERIODS}
    assert ("blue-robots", "move") in {one[:2] for one in explanation.matrix.cells["manoeuvre"][0]}


def test_the_same_advice_has_the_same_explanation() -> None:
    found = advised()
    again = explain(found.advice, found.compiled.briefings[0], n_recorded=21)
    assert again == found.explanation


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paragraph_names_course_certainty_risk_and_the_human(language: str) -> None:
    found = advised()
    text = paragraph(found.advice, found.explanation, found.words(language))
    assert GO.name in text
    assert len(text.split()) <= 170  # a minute read aloud
    assert not re.search(r"\{|\}|\(는\)|\(가\)|\(를\)|\(와\)|nan|inf\b", text)
    assert ("The decision is yours" in text) or ("결심은 지휘관이" in text)


@pytest.mark.parametrize(
    ("low", "said"), [(0.02, "a change would gain too little"), (-0.02, "No course is clearly better")]
)
def test_a_course_in_force_that_stays_has_the_reason_that_the_numbers_show(low: float, said: str) -> None:
    """The first course is better than that in force by 0.06, beyond its interval or not; a change needs more."""
    found = advised()
    standing = found.advice.standing
    assert standing is not None
    assert standing.rows[0].course != found.advice.incumbent
    first = replace(standing.rows[0], to_incumbent=Estimate(0.06, low, 0.12 - low))
    kept = {
        **vars(found.advice), "standing": replace(standing, rows=(first, *standing.rows[1:])),
        "recommended": found.advice.incumbent, "verdict": "tie",
    }  # fmt: skip
    assert said in paragraph(Advice(**kept), None, found.words("en"))


@pytest.mark.parametrize(("high", "said"), [(-0.02, "too little to act on"), (0.02, "which is no proof")])
def test_a_next_course_that_is_better_beyond_its_interval_is_not_called_unproven(high: float, said: str) -> None:
    found = advised()
    assert found.explanation is not None
    gap = Estimate(-0.06, -0.12 - high, high)
    comparisons = tuple(
        replace(one, gaps=tuple(replace(part, difference=gap) for part in one.gaps))
        for one in found.explanation.comparisons
    )
    told = replace(found.explanation, comparisons=comparisons)
    assert said in paragraph(found.advice, told, found.words("en"))


def test_an_abstention_is_told_with_its_reason() -> None:
    found = advised()
    blank = Advice(
        **{
            **vars(found.advice), "standing": None, "recommended": None, "verdict": "abstained", "basis": None,
            "abstention": "the fight is over",
        }
    )  # fmt: skip
    assert explain(blank, found.compiled.briefings[0]) is None
    abstained = found._replace(advice=blank, explanation=None)
    assert "the fight is over" in paragraph(blank, None, found.words("en"))
    assert "교전이 끝났음" in paragraph(blank, None, found.words("ko"))
    assert "<svg" in page(abstained, "ko")
    assert advice_lines(blank, None, found.words("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_valid_json_and_lines_of_text(language: str) -> None:
    found = advised()
    values = json.loads(json_text(as_json(found.advice, found.explanation, found.words(language))))
    assert values["advice"]["digest"] == found.advice.digest
    assert values["explanation"]["comparisons"][0]["measures"]["score"]["difference"]["low"] is not None
    lines = advice_lines(found.advice, found.explanation, found.words(language))
    assert any(GO.name in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_is_complete_and_needs_nothing_from_outside(language: str) -> None:
    text = page(advised(), language)
    words = advised().words(language)
    for key in ("situation", "recommendation", "courses", "comparison", "switch", "requests", "matrix", "assumptions"):
        assert f"<h2>{words.text(f'head.{key}')}</h2>" in text
    assert not re.search(r"<script|<link|@import|src=|href='(?!data:)|url\((?!#)", text)
    assert advised().advice.digest in text
    for svg in re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL):
        ET.fromstring(svg)


def test_names_from_a_scenario_cannot_become_markup() -> None:
    text = page(advised("<script>alert('x')</script>", 20), "en")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_map_shows_the_zones_of_the_briefing_alone() -> None:
    found = advised()
    briefing = found.compiled.briefings[0]
    assert "crossing" in briefing.zone_names
    drawn = situation_map(found.compiled, 0, found.picture, None, found.words("en"))
    assert ">crossing</text>" in drawn
    blind = replace(found.compiled, briefings=(replace(briefing, zone_names=()), *found.compiled.briefings[1:]))
    assert ">crossing</text>" not in situation_map(blind, 0, found.picture, None, found.words("en"))


def test_a_trained_policy_outside_of_its_training_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    note = "trained for night-strait (blue); small-world (blue) is outside of its training"
    monkeypatch.setattr(explanation_module, "outside_note", lambda name, *_: note if name == "aggressive" else "")
    courses = [CONTINUE, follow("aggressive"), follow("cautious"), follow("aggressive:strike_value=6")]
    notes = notes_outside(courses, "small-world", "blue")
    assert notes == (f"aggressive: {note}",)
    found = advised()
    assert found.explanation is not None
    told = replace(found.explanation, outside=notes)
    assert note in paragraph(found.advice, told, found.words("en"))
