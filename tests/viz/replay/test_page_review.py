"""The review in a real browser: lessons with a cause and a range, loops, zoom of the timeline, the report."""

import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.viz.browser import Page, Served

pytestmark = pytest.mark.browser


@pytest.fixture
def own_site(skirmish: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server whose run the test may write to."""
    folder = Path(shutil.copytree(skirmish, tmp_path / "skirmish"))
    with Served([folder]) as served:
        yield served.url, folder


def marks(folder: Path) -> list[dict]:
    path = folder / "review.json"
    return json.loads(path.read_text())["marks"] if path.is_file() else []


def saved(page: Page) -> None:
    page.wait(lambda: page.text("#panel-review .filters .count") == "Saved", "not saved")


def mark_at(page: Page, time_s: float) -> None:
    page.js("document.activeElement.blur(); chammo.clock.seek(arguments[0])", time_s)
    page.keys("b")
    page.wait(
        lambda: page.js("return chammo.review.marks.some((mark) => mark.time_s === arguments[0])", time_s), "no mark"
    )


def test_a_lesson_has_cause_category_and_range(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    mark_at(page, 100)
    page.driver.switch_to.active_element.send_keys("Blue is late")  # the cursor is in the title
    page.find(".mark select.category").send_keys("Decision")
    for field, text in (("note", "No order"), ("cause", "Waited for approval"), ("lesson", "Delegate")):
        page.find(f".mark textarea[data-field={field}]").send_keys(text)
    page.js("document.activeElement.blur(); chammo.clock.seek(160)")
    page.find(".mark .until").click()
    saved(page)
    page.wait(lambda: marks(folder) and marks(folder)[0]["until_s"] == 160, "no range")
    kept = marks(folder)[0]
    assert [kept[key] for key in ("title", "category", "note", "cause", "lesson")] == [
        "Blue is late", "decision", "No order", "Waited for approval", "Delegate",
    ]  # fmt: skip
    page.open(f"{url}/?lang=en")
    page.click("#tab-review")
    page.wait(lambda: page.all(".mark"), "lost")
    assert page.text(".mark .until").endswith("0:02:40")
    assert page.find(".mark select.category").get_attribute("value") == "decision"


def test_the_same_moment_is_marked_once(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    mark_at(page, 100)
    mark_at(page, 100)
    mark_at(page, 200)
    saved(page)
    assert [mark["time_s"] for mark in marks(folder)] == [100, 200]
    page.js("document.activeElement.blur()")
    page.keys(",")
    assert page.time_s() == 100
    page.keys(".")
    assert page.time_s() == 200


def test_play_loops_between_two_marks(page: Page, own_site: tuple[str, Path]) -> None:
    url, _ = own_site
    page.open(f"{url}/?lang=en")
    mark_at(page, 100)
    mark_at(page, 130)
    page.js("document.activeElement.blur(); chammo.clock.seek(110)")
    page.keys("r")
    assert page.js("return chammo.clock.loop") == {"from": 100, "to": 130}
    page.js("chammo.clock.setSpeed(64); chammo.clock.play()")
    seen = page.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        const seen = [];
        const look = () => {
          seen.push(chammo.clock.time);
          if (seen.length < 90) requestAnimationFrame(look);
          else done(seen);
        };
        look();""")
    page.js("chammo.clock.pause()")
    assert min(seen) >= 100
    assert max(seen) < 130 + 64 * 0.25
    assert any(later < earlier for earlier, later in pairwise(seen))
    page.keys("r")
    assert page.js("return chammo.clock.loop") is None


def test_without_marks_the_key_sets_both_ends(page: Page, own_site: tuple[str, Path]) -> None:
    url, _ = own_site
    page.open(f"{url}/?lang=en")
    page.js("chammo.clock.seek(50)")
    page.keys("r")
    page.js("chammo.clock.seek(90)")
    page.keys("r")
    assert page.js("return chammo.clock.loop") == {"from": 50, "to": 90}
    assert page.find("#btn-loop").get_attribute("aria-pressed") == "true"


def test_the_timeline_zooms_about_the_pointer(page: Page, own_site: tuple[str, Path]) -> None:
    url, _ = own_site
    page.open(f"{url}/?lang=en")
    wheel = (
        "const box = document.getElementById('timeline').getBoundingClientRect();"
        "document.getElementById('timeline').dispatchEvent(new WheelEvent('wheel',"
        " { clientX: box.left + arguments[0] * box.width, deltaY: arguments[1], cancelable: true }))"
    )
    page.js(wheel, 0.25, -600)
    span = page.js("return chammo.timeline.span")
    assert span["to"] - span["from"] < 500
    assert span["from"] + 0.25 * (span["to"] - span["from"]) == pytest.approx(225, abs=1)
    page.js("chammo.clock.seek(225)")
    width = page.js("return chammo.timeline.width")
    assert page.js("return chammo.timeline.xOf(225)") == pytest.approx(0.25 * width, abs=2)
    page.js("chammo.clock.seek(850)")
    page.wait(lambda: page.js("return chammo.timeline.span.to >= 850"), "the present is out of sight")
    page.js("document.getElementById('timeline').dispatchEvent(new MouseEvent('dblclick'))")
    assert page.js("return chammo.timeline.window") is None


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_report_has_summary_symbols_charts_and_events(page: Page, own_site: tuple[str, Path], lang: str) -> None:
    url, folder = own_site
    told = json.loads((folder / "measures.json").read_text())["outcome"]
    for old in page.downloads.glob("*"):
        old.unlink()
    page.open(f"{url}/?lang={lang}")
    mark_at(page, 130)
    page.driver.switch_to.active_element.send_keys("The fight")
    page.find(".mark textarea[data-field=lesson]").send_keys("Spread out <b>")
    page.wait(lambda: page.text("#panel-review .filters .count") in ("Saved", "저장됨"), "not saved")
    page.find("#review-export").click()
    page.wait(lambda: list(page.downloads.glob("review-*.html")), "no export")
    report = next(page.downloads.glob("review-*.html"))
    page.driver.get(report.as_uri())
    text = page.text("body")
    winner = {"en": "Red wins", "ko": "홍군 승리"}[lang]
    assert winner in text
    assert "Spread out <b>" in text
    assert "None" not in text
    lost = [p for side in told["sides"] for p in side["losses"] if p["lost"]]
    for platform in lost:
        assert f"{platform['lost']} / {platform['of']}" in text
    assert len(page.all("td.s img")) == len(lost)
    assert page.js("return [...document.images].every((one) => one.naturalWidth > 10)")
    assert len(page.all("figure svg")) >= 3
    assert len(page.all("section.mark table tr")) == 5
    assert len([line for line in page.texts("section table tr") if line]) >= len(told["turning_points"])
    page.driver.get("about:blank")
    report.unlink()
