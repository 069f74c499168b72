"""Every tab and tool of the page at each size, theme and language: no text cut, no control covered, nothing outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Page, Served
from tests.viz.geometry import faults
from tests.viz.matrix import LOOKS, Look, check
from tests.viz.skirmish import open_at

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


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_no_state_of_the_page_has_a_fault(page: Page, site: str, korean: Path, look: Look) -> None:
    assert check(page, site, korean.name, look) == {}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_fault_is_found(page: Page, site: str, kind: str) -> None:
    open_at(page, site)
    assert faults(page) == []
    page.js(PLANTED[kind])
    assert [told for told in faults(page) if told.startswith(kind)]
