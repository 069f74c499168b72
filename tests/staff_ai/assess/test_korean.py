"""The Korean page of an assessment: every text of every item, with no English left beside names."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.format.yaml_text import read_yaml
from staff_ai.assess import page
from staff_ai.assess.assess import ENTRIES, Assessment, assess
from staff_ai.assess.gates import read_gates
from staff_ai.assess.items import Item
from staff_ai.assess.wording import Words
from tests.staff_ai.assess.contexts import context

_NAMES = r"`[^`]*`|--[a-z-]+( [A-Z]+(\.csv)?)?|docs/\S+|SHA-256|[a-z_]+=\S+"
_KEPT = {
    "NATO", "PRU", "NIST", "RMF", "MEASURE", "MAP", "DoDD", "JSP", "ROC", "POLICY",
    "hold", "aggressive", "cautious", "assault", "defend", "screen-and-strike", "economy-of-force", "idle", "blue",
}  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    """Items of several commanders, so that each item is measured, and those that do not apply."""
    drill = tmp_path_factory.mktemp("drill") / "drill.csv"
    drill.write_text("planted,accepted\n1,1\n0,1\n")
    baseline = context("hold").subject
    chosen = {
        "aggressive": tuple(ENTRIES), "Overconfident": ("calibration", "coverage"), "Flags": ("unusual_pictures",),
        "Explains": ("explanations",),
    }  # fmt: skip
    items: list[Item] = []
    for policy, keys in chosen.items():
        known = context(policy, n=2, budget=16)
        if policy == "aggressive":
            known = replace(known, drill=drill, baseline=baseline)
        items += assess(known, read_gates(), keys, lambda *_: None).items
    bare = context("idle", n=2)
    return items + list(assess(bare, read_gates(), ("regression", "automation_bias"), lambda *_: None).items)


def left_in_english(text: str) -> set[str]:
    """Return the English words of a Korean text, beside names, options and code."""
    return {word for word in re.findall(r"[A-Za-z][A-Za-z-]{2,}", re.sub(_NAMES, "", text)) if word not in _KEPT}


def test_every_text_of_every_item_has_its_korean(measured: list[Item]) -> None:
    assert {item.key for item in measured} == set(ENTRIES)
    w = Words("ko")
    for item in measured:
        entry = ENTRIES[item.key]
        texts = [entry.title, item.reason, *entry.principles, *item.notes, *item.limits]
        texts += [text for one in item.numbers for text in (one.name, one.of)]
        texts += list(item.details.get("curves", {}))
        for text in filter(None, texts):
            korean = w(text)
            assert re.search("[가-힣]", korean) or text in entry.principles, text
            assert left_in_english(korean) == set(), korean


def test_the_korean_page_has_no_english_sentence(measured: list[Item]) -> None:
    found = Assessment("aggressive", "short", "blue", ("hold",), 2, 32, 16, False, read_gates(), tuple(measured))
    html = page.assessment_page(found, "chammo assess aggressive", "ko")
    assert "<html lang='ko'>" in html
    text = re.sub(r"<style>.*?</style>|<code>.*?</code>|<title>|<[^>]+>", " ", html, flags=re.DOTALL)
    text = text[: text.index("버전:")]
    sentences = re.findall(r"[A-Za-z]+(?: [a-z]+){3,}", text)
    assert [one for one in sentences if not one.startswith(("NATO", "UK"))] == []
    english = page.assessment_page(found, "chammo assess aggressive")
    assert "Aligned with" in english
    assert "해당 없음" not in english


def test_a_korean_text_has_all_parts_of_the_english() -> None:
    folder = Path(page.__file__).parent
    content = read_yaml((folder / "korean.yaml").read_text(encoding="utf-8"), "korean.yaml").data
    for section in content.values():
        for english, korean in section.items():
            assert len(re.findall(r"\{\}", english)) == len(re.findall(r"\{\d?\}", korean)), english
