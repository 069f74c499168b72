"""Texts: both languages have the same keys and fields, and Korean particles follow the sound of the word before."""

import re
import string
from dataclasses import replace

import pytest

from simcore.types import Task
from staff_ai.courses.course import CONTINUE, BaseKind, Course, Edit, EditVerb, follow
from staff_ai.courses.gate import Refusal
from staff_ai.explanation import english, korean
from staff_ai.explanation.matrix import FUNCTIONS
from staff_ai.explanation.particles import settle_particles
from staff_ai.explanation.switch_rules import SwitchRule
from staff_ai.explanation.wording import Wording
from staff_ai.explanation.world_variables import Variable
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.samples import Estimate
from staff_ai.wargame.standing import VERDICTS
from tests.staff_ai.courses.crossing import crossing


def fields(text: str) -> set[str]:
    """Return the names of the fields of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(english.TEXT) == set(korean.TEXT)


def test_korean_texts_need_no_field_that_the_english_text_does_not_get() -> None:
    # criteria, areas and the like may be left out in a language, never added
    assert [key for key, text in korean.TEXT.items() if not fields(text) <= fields(english.TEXT[key])] == []


def test_every_verdict_measure_function_and_task_has_a_text() -> None:
    wanted = [f"verdict.{text}" for text in (*VERDICTS, "abstained")]
    wanted += [f"measure.{measure.name.lower()}" for measure in Outcome]
    wanted += [f"function.{name}" for name in FUNCTIONS] + [f"word.{task.name.lower()}" for task in Task]
    wanted += [f"edit.{verb.value}" for verb in EditVerb]
    assert [key for key in wanted if key not in english.TEXT] == []


@pytest.mark.parametrize(
    ("marked", "settled"),
    [
        ("방책은(는)", "방책은"),
        ("부대은(는)", "부대는"),
        ("목표을(를)", "목표를"),
        ("계획을(를)", "계획을"),
        ("서울(으)로", "서울로"),  # a final ㄹ takes 로
        ("남쪽(으)로", "남쪽으로"),
        ("3이(가)", "3이"),  # 삼
        ("2이(가)", "2가"),  # 이
        ("10을(를)", "10을"),  # 십
        ("0.45을(를)", "0.45를"),  # 오
        ("8(으)로", "8로"),  # 팔
        ("12 %을(를)", "12 %를"),  # 퍼센트
        ("5 km이(가)", "5 km가"),  # 킬로미터
        ("'병력 절약' 교리은(는)", "'병력 절약' 교리는"),
        ("'자체 계획'과(와)", "'자체 계획'과"),
        ("blue-guns은(는)", "blue-guns는"),  # 건스
        ("Tank (main)을(를)", "Tank (main)을"),  # 메인
        ("blue-uav-medical은(는)", "blue-uav-medical은"),  # 메디컬
        ("USV이(가)", "USV가"),  # 브이
    ],
)
def test_particles_follow_the_sound_before_them(marked: str, settled: str) -> None:
    assert settle_particles(marked) == settled


def words(language: str) -> Wording:
    """Return the texts of a language for blue in the crossing."""
    return Wording(language, crossing().briefings[0])


def test_courses_are_put_into_words_in_both_languages() -> None:
    edit = Edit(("blue-guns",), EditVerb.STAY, 100.0, 700.0)
    course = Course("x", follow("aggressive").base, (edit,))
    assert words("en").course(course) == "doctrine aggressive, but blue-guns stay where they are until 0:11:40"
    assert words("ko").course(course) == "공세 교리, 단 blue-guns는 0:11:40까지 현 위치 대기"
    assert words("en").course(CONTINUE) == "the orders in force"
    assert words("ko").course(Course("우리 계획", follow("x").base.__class__(BaseKind.TABLE))) == "우리 계획"


@pytest.mark.parametrize(
    ("policy", "english_text", "korean_text"),
    [
        ("library-commander", "trained commander library-commander", "훈련된 지휘관 library-commander"),
        ("trained:folder=/somewhere/bold", "trained commander bold", "훈련된 지휘관 bold"),
        ("cautious:superiority=0.8", "doctrine cautious (superiority=0.8)", "신중 (superiority=0.8) 교리"),
        ("of-a-third-party", "policy of-a-third-party", "of-a-third-party 정책"),
        ("hold", "the plan of the scenario file", "최초 계획"),
    ],
)
def test_only_a_doctrine_is_called_one(policy: str, english_text: str, korean_text: str) -> None:
    assert words("en").course(follow(policy)) == english_text
    assert words("ko").course(follow(policy)) == korean_text


def test_a_course_is_read_aloud_without_the_parameters_of_its_doctrine() -> None:
    course = follow("cautious:superiority=0.8")
    assert (words("en").spoken(course), words("ko").spoken(course)) == ("doctrine cautious", "신중 교리")
    trained = follow("trained:folder=/somewhere/bold")
    assert words("en").spoken(trained) == words("en").course(trained)


def test_an_enemy_follows_a_doctrine_or_his_own_plan() -> None:
    assert (words("en").followed("assault"), words("ko").followed("assault")) == ("doctrine assault", "강습 교리")
    assert (words("en").followed("hold"), words("ko").followed("hold")) == ("his own plan", "자체 계획")


def test_a_place_is_told_by_the_points_of_the_compass() -> None:
    briefing = replace(crossing().briefings[0], zone_names=())
    english_words, korean_words = Wording("en", briefing), Wording("ko", briefing)
    assert english_words.place(-28_100.0, 5_600.0) == "28.1 km west, 5.6 km north"
    assert english_words.place(28_100.0, -5_600.0) == "28.1 km east, 5.6 km south"
    assert korean_words.place(-28_100.0, -5_600.0) == "서 28.1 km, 남 5.6 km 지점"


def test_a_side_has_its_name_of_the_file_and_else_the_usual_one() -> None:
    assert words("ko").named("sides", "blue") == "청군"
    assert words("en").named("sides", "blue") == "blue"
    given = Wording("ko", crossing().briefings[0], {"sides": {"blue": "해협 경비대"}})
    assert (given.named("sides", "blue"), given.named("sides", "red")) == ("해협 경비대", "홍군")


def test_a_switch_rule_reads_as_a_sentence() -> None:
    boats = Variable("number", "Missile boat", "south")
    rule = SwitchRule(
        CONTINUE,
        ((boats, True, 4.5), (Variable("doctrine", "cautious"), False, 0.5)),
        Estimate(0.2, 0.1, 0.3),
        0.4,
        0.9,
        9,
    )
    assert words("en").conditions(rule) == (
        "more than 4 enemy units of the kind Missile boat are in the south "
        "and the enemy does not follow doctrine cautious"
    )
    assert words("ko").conditions(rule) == "남쪽에 적 Missile boat가 4개를 넘고 적이 신중 교리를 따르지 않으면"
    either = replace(rule, conditions=((Variable("doctrine", "cautious|aggressive"), True, 0.5),))
    assert words("en").conditions(either) == "the enemy follows doctrine cautious or doctrine aggressive"
    assert words("ko").conditions(either) == "적이 신중 교리 또는 공세 교리를 따르면"


def test_emission_control_of_the_enemy_is_a_condition_and_a_request() -> None:
    radars = Variable("silent", "Missile boat")
    rule = SwitchRule(CONTINUE, ((radars, True, 0.5), (radars, False, 0.5)), Estimate(0.2, 0.1, 0.3), 0.4, 0.9, 9)
    assert words("en").conditions(rule) == (
        "the enemy units of the kind Missile boat have their radars off and "
        "the enemy units of the kind Missile boat have their radars on"
    )
    assert words("ko").conditions(rule) == (
        "적 Missile boat가 레이더를 끄고 있고 적 Missile boat가 레이더를 켜고 있으면"
    )
    assert words("en").wanted(radars) == "whether the enemy units of the kind Missile boat have their radars on"


def test_reasons_of_the_gate_are_told_in_korean() -> None:
    refusal = Refusal(CONTINUE, "feasible", "group blue-guns has no ammunition left")
    assert words("ko").refusal(refusal) == "가능성 미충족: blue-guns 부대는 탄약 소진"
    assert words("en").refusal(refusal) == "not feasible: group blue-guns has no ammunition left"


def test_every_reason_in_the_code_has_a_korean_wording() -> None:
    from pathlib import Path

    source = Path("staff_ai/courses/gate.py").read_text(encoding="utf-8")
    literals = re.findall(r'return f?"([a-z{][^"]+)"', source)
    assert len(literals) > 15
    filled = [re.sub(r"\{[^}]*\}", "X", text) for text in literals]
    missing = [text for text in filled if not any(re.fullmatch(pattern, text) for pattern, _ in korean.REASONS)]
    assert missing == []


def test_groups_zones_and_kinds_have_their_names_in_the_language() -> None:
    local = {"groups": {"boats": "무인정"}, "places": {"ford": "여울"}, "titles": {"Patrol boat": "경비정"}}
    words = Wording("ko", crossing().briefings[0], local)
    assert words.listed(["boats", "cars"]).startswith("무인정")
    assert "cars" in words.listed(["boats", "cars"])
    assert "여울" in words.place(0.0, 0.0, "ford")
    assert "경비정" in words.kind("Patrol boat")
    assert "Patrol boat" in Wording("en", crossing().briefings[0]).kind("Patrol boat")
