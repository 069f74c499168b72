"""The Korean page is Korean throughout, whatever is open on it; links open in either language; fog holds in both."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.batch.batch import run_batch
from scenarios.loader import compile_document
from scenarios.run.policies import choose_policies
from tests.viz.browser import Page, Served
from tests.viz.korean import BANNER, korean_fight, latin
from tests.viz.skirmish import open_at
from viz.reading.experiment_folder import ExperimentFolder
from viz.reading.names import LocalNames
from viz.replay.in_language import in_language
from viz.replay.library import Library
from viz.report.report import report_html

pytestmark = pytest.mark.browser
STORES = """return chammo.session.active.source.table("sustainment")
  .then(({ stores = [], jobs = [] }) => [...stores.map(({ item }) => item), ...jobs.map((job) => job.component)])"""
BOARDS = "return Boolean(chammo.sustainment.source ?? chammo.medical.source)"
READINESS = ("FMC", "PMC", "NMCM", "NMCS", "NMCB")
ENGLISH = ("View in English", BANNER)  # for readers of English, and as the scenario gives it


@pytest.fixture(scope="module")
def site(korean: Path) -> Iterator[str]:
    with Served([korean]) as served:
        yield served.url


def walk(page: Page, *names: str) -> set[str]:
    """Return the Latin words on all tabs at the end of a run, with a unit chosen, and in the menus."""
    found = set[str]()
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.wait(lambda: page.js("return chammo.sample !== undefined"), "no sample")
    for tab in page.all("#tabs [role=tab]"):
        if not tab.is_displayed():
            continue
        tab.click()
        found |= latin(page, *names)
    page.click("#tab-units")
    page.js("[...document.querySelectorAll('#panel-units [aria-expanded=false]')].forEach((row) => row.click())")
    for number in range(0, len(page.all("#panel-units .unit-row")), 3):
        page.js("document.querySelectorAll('#panel-units .unit-row')[arguments[0]]?.click()", number)
        page.wait(lambda: page.text("#card-name"), "no card")
        found |= latin(page, *names)
    for button in ("btn-layers", "btn-legend", "btn-help", "btn-film"):
        page.js("document.getElementById(arguments[0]).click()", button)
        if button == "btn-film":
            page.wait(lambda: page.all("#film"), "no dialog of the film")
        found |= latin(page, *names)
        page.js("document.querySelector('dialog')?.close()")
        page.js(f"const b = document.getElementById('{button}'); if (b.ariaExpanded === 'true') b.click()")
    return found


@pytest.mark.parametrize("view", ["truth", "blue"])
def test_no_english_is_left_on_a_korean_page(page: Page, site: str, korean: Path, view: str) -> None:
    open_at(page, site, f"#view={view}", lang="ko")
    assert page.text("#run-title") == "여울의 장갑차"
    assert walk(page, *ENGLISH, korean.name) == set()
    open_at(page, site, f"#view={view}")
    assert len(latin(page)) > 20  # the walk finds English where there is any


def test_boards_of_sustainment_and_casualties_are_korean_too(page: Page, sustained: Path, wounded: Path) -> None:
    for folder in (sustained, wounded):
        with Served([folder]) as served:
            open_at(page, served.url, lang="ko")
            page.wait(lambda: page.js(BOARDS), "no boards")
            units = page.js("return chammo.session.active.source.units")
            given = {value for unit in units for key in ("name", "group", "title", "platform") if (value := unit[key])}
            reach = {one[key] for unit in units for one in unit["reach"] for key in ("name", "title") if one[key]}
            stores = page.js(STORES)
            title = json.loads((folder / "manifest.json").read_text())["scenario"]["title"]
            assert walk(page, *ENGLISH, *given, *reach, *stores, title, "NISS", *READINESS) == set()


def test_a_link_to_a_unit_opens_in_either_language(page: Page, site: str) -> None:
    open_at(page, site, "#unit=blue-cars-2&t=100", lang="ko")
    page.wait(lambda: page.js("return chammo.state.selected") == "청군 장갑차-2", "not selected")
    page.js("chammo.writeMoment()")
    assert "unit=blue-cars-2" in page.js("return location.hash")
    open_at(page, site, page.js("return location.hash"))
    assert page.js("return chammo.state.selected") == "blue-cars-2"


def test_the_report_of_a_review_has_korean_names(page: Page, site: str, korean: Path) -> None:
    open_at(page, site, "#t=300", lang="ko")
    page.keys("b")
    page.wait(lambda: (korean / "review.json").exists(), "not saved")
    for old in page.downloads.glob("*"):
        old.unlink()
    page.click("#review-export")
    path = page.wait(lambda: next(page.downloads.glob("review-*.html"), None), "no report")
    page.wait(lambda: path.exists() and path.stat().st_size > 1000, "no content")
    text = path.read_text(encoding="utf-8")
    assert "여울의 장갑차" in text
    assert "청군 장갑차" in text
    assert "blue-cars" not in text


def test_a_side_is_sent_no_korean_name_that_it_has_not_in_english(korean: Path) -> None:
    """Names are translated in what the side has anyway: the texts in both languages differ nowhere else."""
    library = Library([korean])
    tables = json.loads((korean / "names.json").read_text(encoding="utf-8"))["ko"]
    names = LocalNames(tables)
    hidden = {ko for kind in ("units", "groups") for en, ko in tables[kind].items() if en.startswith("red")}
    assert hidden
    for table in ("meta", "orders", "requests", "boards", "summary", "shots", "sustainment"):
        data = in_language(table, getattr(library.view(korean.name, "blue"), table), names)
        assert not [name for name in hidden if name in json.dumps(data, ensure_ascii=False)]


def test_a_batch_and_its_report_are_korean_too(page: Page, tmp_path: Path) -> None:
    compiled = compile_document(korean_fight())
    folder = tmp_path / "batch"
    run_batch(compiled, choose_policies(compiled.roster), n=3, seed=1, folder=folder, threads=1, keep_runs=0)
    with Served([folder]) as served:
        page.driver.get(f"{served.url}/?lang=ko#batch=batch")
        page.wait(lambda: page.all(".histograms canvas, .histograms svg, #batch table"), "no batch")
        assert page.texts(".banner") == [BANNER, BANNER]
        assert "여울의 장갑차" in page.text("#batch h2")
        columns = page.js("return chammo.batch.data.numeric")  # told beside their names, as in files
        assert latin(page, *ENGLISH, folder.name, *columns) == set()
    report = report_html(ExperimentFolder(folder), "ko")
    assert "여울의 장갑차" in report
    assert "무장 차량" in report
    assert report.count(f">{BANNER}<") == 2
