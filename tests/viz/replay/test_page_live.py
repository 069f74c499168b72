"""A run that is still being written, in a real browser: LIVE, to now, looking back meanwhile, and each end."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.skirmish import DOCUMENT
from tests.viz.written_live import WrittenLive

pytestmark = pytest.mark.browser


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[WrittenLive]:
    with WrittenLive(DOCUMENT, tmp_path / "now") as writer:
        writer.let(12)
        yield writer


@pytest.fixture
def url(page: Page, writing: WrittenLive) -> Iterator[str]:
    with Served([writing.folder]) as served:
        yield served.url
        page.driver.get("about:blank")  # it asks on until it is left


def test_the_page_follows_a_run_to_its_end(page: Page, url: str, writing: WrittenLive) -> None:
    page.open(f"{url}/?lang=en&theme=light")
    page.wait(lambda: page.text("#btn-live") == "LIVE \N{MINUS SIGN}0:01:50", "not told how far behind")
    assert page.js("return chammo.clock.duration") == 110.0
    page.keys(Keys.END)
    page.wait(lambda: page.find("#btn-live").get_attribute("aria-pressed") == "true", "not at the present")
    writing.let(12)
    page.wait(lambda: page.time_s() == 230.0, "does not follow the present")
    assert page.text("#btn-live") == "LIVE"
    page.js("chammo.clock.seek(60)")
    writing.let(24)
    page.wait(lambda: page.js("return chammo.clock.duration") == 470.0, "the timeline does not grow")
    assert page.time_s() == 60.0  # whoever looks back is left there
    events = page.js("return chammo.session.active.source.events.time_s.length")
    page.click("#btn-live")
    assert page.time_s() == 470.0
    assert "wins" not in page.text("#panel-summary")
    assert page.text("#panel-summary .verdict")
    writing.finish()
    page.wait(lambda: "the run has ended" in page.text("#message"), "the end is not told")
    assert page.js("return chammo.clock.duration") == 900.0
    assert not page.find("#btn-live").is_displayed()
    assert page.js("return chammo.session.active.source.events.time_s.length") > events
    page.js("chammo.clock.seek(chammo.clock.duration); chammo.summary.update(true)")
    page.wait(lambda: "wins" in page.text(".verdict"), "no result after the end")
    asked = page.js(ASKED)
    page.js("chammo.clock.seek(0)")
    page.wait(lambda: page.js("return chammo.session.active.sample?.exact"), "no frame after the end")
    assert page.js(ASKED) == asked  # nothing asks on


ASKED = "return performance.getEntriesByType('resource').filter((one) => one.name.includes('live.json')).length"


def test_play_goes_on_when_there_is_more(page: Page, url: str, writing: WrittenLive) -> None:
    page.open(f"{url}/?lang=en&theme=light#view=blue")
    page.js("chammo.clock.seek(100); chammo.clock.setSpeed(128)")
    page.keys(" ")
    page.wait(lambda: page.time_s() == 110.0, "does not play to the present")
    writing.let(6)
    page.wait(lambda: page.time_s() == 170.0, "does not play on")
    assert page.js("return chammo.session.active.source.view") == "blue"
    writing.finish()
    page.wait(lambda: page.js("return chammo.clock.duration") == 900.0, "no end")


def test_a_run_that_breaks_off_is_told_and_stays_open(page: Page, url: str, writing: WrittenLive) -> None:
    page.open(f"{url}/?lang=ko&theme=light")
    writing.break_off()
    page.wait(lambda: "the power went off" in page.text("#message"), "the failure is not told")
    assert "0:01:50" in page.text("#message")
    assert page.text("#btn-live").startswith("중단됨")
    page.js("chammo.clock.seek(50)")
    page.wait(lambda: page.js("return chammo.session.active.sample?.exact"), "no frame after the failure")


def test_a_run_that_was_killed_is_told_and_plays(page: Page, skirmish: Path, tmp_path: Path) -> None:
    """A folder as a killed process leaves it: tables without their ends, nobody who holds its lock."""
    partial = Path(shutil.copytree(skirmish, tmp_path / "now.partial"))
    manifest = json.loads((partial / "manifest.json").read_text())
    (partial / "measures.json").unlink()
    (partial / "manifest.json").write_text(json.dumps({**manifest, "status": "running"}))
    trace = (partial / "trace.parquet").read_bytes()
    pages = len(trace) - 8 - int.from_bytes(trace[-8:-4], "little")  # without the footer and its length
    (partial / "trace.parquet").write_bytes(trace[: pages - 100])  # in the second row group, of 31 frames after 60
    with Served([tmp_path / "now"]) as served:
        page.open(f"{served.url}/?lang=en")
        page.wait(lambda: "the run was stopped" in page.text("#message"), "not told")
        assert "0:09:50" in page.text("#message")
        assert page.text("#btn-live") == "Stopped"
        page.keys(Keys.END)
        assert page.time_s() == 590.0
        page.wait(lambda: page.js("return chammo.session.active.sample?.exact"), "no frame at the end")
        page.driver.get("about:blank")


def test_a_run_that_is_complete_has_no_sign_of_it(page: Page, fight: str) -> None:
    page.open(f"{fight}/?lang=en")
    assert page.js("return document.getElementById('live').childElementCount") == 0
    assert page.js(ASKED) == 0
