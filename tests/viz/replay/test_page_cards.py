"""Readers meet the titles of cards, nowhere their identifiers: page, report, terminal."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scenarios.batch.batch import run_batch
from scenarios.loader import compile_document
from scenarios.run.policies import choose_policies
from tests.viz.browser import Page, Served
from tests.viz.korean import every_text, korean_fight
from tests.viz.recorded import record
from tests.viz.skirmish import open_at
from viz.reading.experiment_folder import ExperimentFolder
from viz.report.report import report_html

CODE = re.compile(r"\bqx-\w+")
"""Identifiers of the cards here."""


def coded_fight() -> dict[str, Any]:
    """The fight with cards whose identifiers cannot be taken for words, objectives that name cards, and a store."""
    text = json.dumps(korean_fight())
    for name in ("post", "car", "cannon", "glass"):
        text = re.sub(rf'"(platform|weapon)": "{name}"', rf'"\1": "qx-{name}"', text)
        text = text.replace(f'"sensors": ["{name}"]', f'"sensors": ["qx-{name}"]').replace(
            f'"{name}": {{', f'"qx-{name}": {{'
        )
    document = json.loads(text)
    document["objectives"] = [
        {"side": "blue", "kind": "destroy", "platforms": ["qx-car"], "goal": 0.5},
        {"side": "blue", "kind": "protect", "platforms": ["qx-car", "qx-post"], "count": "units"},
        {"side": "red", "kind": "protect", "platforms": ["qx-post"]},
    ]
    document["sustainment"] = {
        "items": {"qx-salt": {"title": "Salt", "title_ko": "소금", "kind": "general", "mass_kg": 1}},
        "stores": [{"at": "blue-post", "items": {"qx-salt": {"capacity": 50, "demand_per_day": 40}}}],
    }
    return document


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(coded_fight(), tmp_path_factory.mktemp("coded") / "coded")


@pytest.mark.parametrize(
    ("lang", "title", "salt"), [("en", "every Armed car", "Salt"), ("ko", "모든 무장 차량", "소금")]
)
@pytest.mark.browser
def test_the_page_names_cards_by_their_titles(page: Page, coded: Path, lang: str, title: str, salt: str) -> None:
    with Served([coded]) as served:
        open_at(page, served.url, lang=lang)
        page.js("chammo.clock.seek(chammo.clock.duration)")
        assert title in page.text("#panel-summary")
        shown = every_text(page)
        assert salt in " ".join(shown)
        assert [text for text in shown if CODE.search(text)] == []
        hangul = {text for text in shown if re.search("[가-힣]", text)} - {"한국어", "한국어로 보기"}
        assert bool(hangul) == (lang == "ko")


def test_the_outcome_of_a_run_names_cards_by_their_titles(coded: Path) -> None:
    text = json.dumps(json.loads((coded / "measures.json").read_text())["outcome"])
    assert "protect every Armed car, every Command post (by number)" in text
    assert not CODE.search(json.dumps(json.loads(text)["objectives"]))


def test_the_report_of_a_batch_names_cards_by_their_titles(tmp_path: Path) -> None:
    compiled = compile_document(coded_fight())
    folder = tmp_path / "batch"
    run_batch(compiled, choose_policies(compiled.roster), n=2, seed=1, folder=folder, threads=1, keep_runs=0)
    for lang, title in (("en", "Armed car"), ("ko", "무장 차량")):
        report = report_html(ExperimentFolder(folder), lang)
        assert title in report
        assert CODE.findall(re.sub(r"<code.*?</code>|<pre.*?</pre>", "", report, flags=re.DOTALL)) == []


def test_a_folder_of_an_earlier_version_has_the_titles_of_its_units(coded: Path, tmp_path: Path) -> None:
    from viz.reading.names import read_names
    from viz.reading.run_folder import RunFolder

    assert read_names(tmp_path, "en", RunFolder(coded).units).in_list("every qx-car, post") == "every Armed car, post"
