"""Every tab and tool of the page at each size, theme and language: no text cut, no control covered, nothing outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Page, Served
from tests.viz.geometry import faults
from tests.viz.korean import korean_fight
from tests.viz.matrix import LOOKS, Look, check, walk
from tests.viz.matrix_pages import batch, boards, class_pages, live, narrow, two_runs
from tests.viz.recorded import record
from tests.viz.skirmish import open_at
from tests.viz.wording import wording_faults

pytestmark = pytest.mark.browser

PLANTED = {
    "text cut": "const e = document.createElement('div');"
    "e.style.cssText = 'width:40px;overflow:hidden;white-space:nowrap';"
    "e.textContent = 'a text that is longer than its box'; document.querySelector('#panel-summary').prepend(e)",
    "control covered": "const e = document.createElement('div');"
    "e.style.cssText = 'position:fixed;inset:0 0 auto 0;height:60px;background:red;z-index:99';"
    "document.body.append(e)",
    "controls overlap": "document.querySelector('#btn-layers').style.marginRight = '-60px'",
    "control outside": "document.querySelector('#btn-help').style.transform = 'translateX(60px)'",
}


@pytest.fixture(scope="module")
def site(korean: Path) -> Iterator[str]:
    with Served([korean]) as served:
        yield served.url


@pytest.fixture(scope="module")
def korean_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same fight with other random numbers."""
    return record(korean_fight(), tmp_path_factory.mktemp("korean-2") / "korean-2", seed=2)


each_look = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)


@pytest.mark.slow
@each_look
def test_no_state_of_the_page_has_a_fault(page: Page, site: str, korean: Path, look: Look) -> None:
    assert check(page, walk(page, site, korean.name, look), look) == {}


@pytest.mark.slow
@each_look
def test_no_state_of_two_runs_has_a_fault(page: Page, korean: Path, korean_2: Path, look: Look) -> None:
    with Served([korean, korean_2]) as served:
        assert check(page, two_runs(page, served.url, look), look) == {}


@pytest.mark.slow
@each_look
def test_no_state_of_a_batch_has_a_fault(page: Page, shelf: dict[str, Path], look: Look) -> None:
    with Served([shelf["study"]]) as served:
        assert check(page, batch(page, served.url, "study", look), look) == {}


@pytest.mark.slow
@each_look
def test_no_page_of_a_class_has_a_fault(page: Page, korean: Path, look: Look) -> None:
    assert check(page, class_pages(page, korean, look), look) == {}


@pytest.mark.slow
@each_look
@pytest.mark.parametrize("breaks", [False, True], ids=["ends", "breaks off"])
def test_no_state_of_a_run_being_written_has_a_fault(page: Page, tmp_path: Path, look: Look, breaks: bool) -> None:
    assert check(page, live(page, korean_fight(), tmp_path / "now", look, breaks=breaks), look) == {}


@pytest.mark.slow
@each_look
@pytest.mark.parametrize("kind", ["sustained", "wounded"])
def test_no_board_has_a_fault(page: Page, kind: str, look: Look, request: pytest.FixtureRequest) -> None:
    with Served([request.getfixturevalue(kind)]) as served:
        assert check(page, boards(page, served.url, look), look) == {}


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS[:4], ids=lambda look: look.name)  # the width is that of the walk
def test_no_state_of_a_narrow_page_has_a_fault(page: Page, site: str, look: Look) -> None:
    assert check(page, narrow(page, site, look), look) == {}


@pytest.mark.parametrize("planted", ["7.0 km", "12 %", "small"])
def test_a_fault_of_wording_is_found(page: Page, site: str, planted: str) -> None:
    open_at(page, site)
    page.js("chammo.clock.seek(chammo.clock.duration)")
    for tab in page.all("#tabs [role=tab]"):
        if tab.is_displayed():
            tab.click()
            assert wording_faults(page) == []
    page.click("#tab-summary")
    page.js("document.querySelector('.objective-text').textContent = arguments[0]", planted)
    assert len(wording_faults(page)) == 1


@pytest.mark.parametrize("kind", PLANTED)
def test_a_fault_is_found(page: Page, site: str, kind: str) -> None:
    open_at(page, site)
    assert faults(page) == []
    page.js(PLANTED[kind])
    assert [told for told in faults(page) if told.startswith(kind)]
