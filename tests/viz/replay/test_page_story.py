"""The page in a real browser: events, bookmarks, links, comparison, review, charts, boards, batch."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.geometry import faults

pytestmark = pytest.mark.browser


@pytest.fixture
def own_site(shelf: dict[str, Path], tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server whose run the test may write to."""
    folder = Path(shutil.copytree(shelf["first"], tmp_path / "first"))
    with Served([folder]) as served:
        yield served.url, folder


def rows(page: Page) -> list[str]:
    return page.texts("#event-list .log-row")


def test_filter_the_log_and_jump(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.click("#tab-events")
    page.wait(lambda: rows(page), "no events")
    everything = page.js("return chammo.log.rows.length")
    page.find("#filter-kind").send_keys("Losses")
    page.find("#filter-side").send_keys("Red")
    page.wait(lambda: 0 < page.js("return chammo.log.rows.length") < everything, "filter")
    assert all("is lost" in row and "red-" in row.split("is lost")[0] for row in rows(page))
    page.find("#filter-unit").send_keys(rows(page)[0].split()[1][:-1])
    target = page.find("#event-list .log-row")
    text = target.text
    target.click()
    hours, minutes, seconds = text.split()[0].split(":")
    assert int(page.time_s()) == int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    assert page.js("return chammo.state.selected").startswith("red-")
    page.wait(lambda: not page.js("return chammo.centreNext"), "the map moves there")
    spot = page.js("const p = chammo.session.active; const s = p.selectedSpot(); const c = p.map.getCenter();"
                   "return [c.lng - s.x, c.lat - s.y]")  # fmt: skip
    assert spot == pytest.approx([0, 0], abs=60)


def test_next_and_previous_event_by_key(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.keys("n")
    first = page.time_s()
    page.keys("n")
    second = page.time_s()
    assert 0 < first < second
    page.keys("p")
    assert page.time_s() == first


def test_a_link_opens_at_that_moment(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=red&t=432.5&unit=red-scout-uav-22&map=1500,-2500,-4.5")
    assert page.time_s() == 432.5
    assert page.js("return chammo.state.view") == "red"
    assert page.text("#card-name") == "red-scout-uav-22"
    centre = page.js("const c = chammo.session.active.map.getCenter(); return [c.lng, c.lat]")
    assert centre == pytest.approx([1500, -2500], abs=30)
    page.keys(Keys.ARROW_RIGHT)
    page.wait(lambda: "t=440.0" in page.js("return location.hash"), "the address does not follow")
    link = page.js("return location.href")
    page.open(link)
    assert page.time_s() == 440
    assert "first" in link
    page.js("location.hash = '#view=blue&t=60'")
    page.wait(lambda: page.time_s() == 60 and page.js("return chammo.state.view") == "blue", "an edited address")


def test_bookmark_note_and_export(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en#t=300")
    page.keys("b")
    page.wait(lambda: page.all("#panel-review .mark"), "no mark")
    page.find("#panel-review .mark input").send_keys("First contact")
    page.find("#panel-review .mark textarea").send_keys("Why did nobody fire? <script>alert(1)</script>")
    page.wait(lambda: page.text("#panel-review .count") == "Saved", "not saved")
    saved = json.loads((folder / "review.json").read_text())
    assert saved["marks"][0]["time_s"] == 300
    assert saved["marks"][0]["picture"].startswith("data:image/jpeg;base64,")
    assert len(saved["marks"][0]["picture"]) > 5000
    with Served([folder]) as again:  # a restart
        page.open(f"{again.url}/?lang=en")
        page.click("#tab-review")
        page.wait(lambda: page.all("#panel-review .mark"), "lost at the restart")
        assert page.find("#panel-review .mark input").get_attribute("value") == "First contact"
        page.find("#panel-review .mark-head .link").click()
        assert page.time_s() == 300
        page.find("#review-export").click()
        page.wait(lambda: list(page.downloads.glob("review-*.html")), "no export")
    report = next(page.downloads.glob("review-*.html"))
    page.driver.get(report.as_uri())
    assert "First contact" in page.text("body")
    assert "<script>alert(1)</script>" in page.text("body")
    assert page.js("return document.querySelector('section.mark img').naturalWidth") > 500
    page.driver.get("about:blank")


def test_deleting_a_mark(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    page.click("#btn-mark")
    page.wait(lambda: (folder / "review.json").is_file(), "not saved")
    page.wait(lambda: page.text("#panel-review .count") == "Saved", "not saved")
    page.find("#panel-review .mark .button.small").click()
    page.wait(lambda: json.loads((folder / "review.json").read_text())["marks"] == [], "not deleted")
    page.wait(lambda: page.text("#panel-review .count") == "Saved", "not saved")


def test_two_runs_in_step(page: Page, pair_site: str) -> None:
    page.open(f"{pair_site}/?lang=en")
    assert page.texts(".pane-title") == ["A: first — Truth", "B: second — Truth"]
    page.js("chammo.clock.seek(600)")
    frames = "return chammo.session.panes.map((pane) => pane.source.sample(chammo.clock.time)?.frame)"
    page.wait(lambda: page.js(frames) == [60, 60], "not in step")
    page.click("#tab-charts")
    page.wait(lambda: page.all("#panel-charts .legend span"), "no charts")
    assert page.texts("#panel-charts .legend span") == ["A Blue", "A Red", "B Blue", "B Red"]
    page.keys("2")
    page.wait(lambda: page.text(".pane-title") == "A: first — What Blue knew", "Blue in both")
    page.click_at(".pane:nth-child(2)", 200, 300)
    page.wait(lambda: page.js("return chammo.state.pane") == 1, "second map is not chosen")
    page.find("#run-b").send_keys("none")
    assert page.js("return document.activeElement.id") == "run-b"  # the page does not take the letters for its keys
    page.wait(lambda: len(page.all(".pane")) == 1, "comparison does not end")


def test_charts_have_a_cursor_and_jump(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.click("#tab-charts")
    page.wait(lambda: page.all("[data-quantity=active] .plot"), "no chart")
    page.click_at("[data-quantity=active] .plot", 34 + (page.find(".plot").size["width"] - 42) / 2, 50)
    assert page.time_s() == pytest.approx(600, abs=8)
    page.wait(lambda: "translateX" in page.find("[data-quantity=active] .cursor").get_attribute("style"), "no cursor")
    page.click("#view-1")
    page.wait(lambda: page.text(".pane-title") == "What Blue knew", "Blue")
    page.wait(lambda: not page.all("[data-quantity=score]"), "Blue does not know the score")


def test_orders_and_boards(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.click("#tab-orders")
    page.wait(lambda: page.all("#panel-orders tbody tr"), "no orders")
    page.all("#panel-orders tbody tr")[3].click()
    assert page.time_s() == 180
    page.click("#tab-boards")
    assert page.text("#panel-boards h2") == "Advice of the AI staff"
    page.keys("3")  # Red has no board
    page.wait(lambda: not page.find("#tab-boards").is_displayed(), "an empty board stays")


def test_batch_pick_a_replication_and_open_it(page: Page, site: str) -> None:
    page.driver.get(f"{site}/?lang=en#batch=study")
    page.wait(lambda: page.all("#batch tbody tr[data-row]"), "no batch")
    assert "Blue wins" in page.text(".outcomes")
    page.find("#batch tr[data-row='5']").click()
    assert "--replication 5" in page.text("#replay-command")
    assert not page.all("#open-replication")
    page.find("#batch tr[data-row='3']").click()
    page.find("#open-replication").click()
    page.wait(lambda: page.js("return Boolean(window.chammo?.stats?.firstFrameMs)"), "the replay does not open")
    assert page.js("return chammo.session.active.source.units.length") == 12


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_is_clipped_or_covered(page: Page, pair_site: str, width: int, height: int, lang: str) -> None:
    page.resize(width, height)
    page.open(f"{pair_site}/?lang={lang}#t=500")
    assert faults(page) == []


def test_measures_of_a_batch_have_names_in_both_languages(page: Page, site: str) -> None:
    for lang, name, word in (("en", "Blue losses", "Blue"), ("ko", "청군 손실", "청군")):
        page.driver.get(f"{site}/?lang={lang}#batch=study")
        page.driver.refresh()
        page.wait(lambda: page.all("#batch tbody tr[data-row]"), "no batch")
        assert name in page.texts(".histogram strong")
        assert word in page.text("#batch tbody")
        page.find("#measure-search").send_keys(name)
        page.wait(lambda: len(page.all(".histogram")) <= 3, "search")


def test_sides_whose_names_begin_alike_are_told_apart(page: Page, site: str) -> None:
    page.driver.get(f"{site}/?lang=en#batch=study")
    ask = """
const [name, batch, done] = arguments;
chammo.load("measures").then(({ measureName }) => done(measureName(name, batch)));
"""

    def name_of(column: str, **fields: Any) -> str:
        measures = {column: {"platform": "", "objective": 0, **fields}} if fields else {}
        return str(page.driver.execute_async_script(ask, column, {"measures": measures})).lower()

    column = "red_team_losses"
    assert name_of(column, side="red_team", measure="losses", key="losses") == "red_team losses"
    assert name_of(column, side="red", measure="team_losses", key="team_losses") == "red team losses"
    of_platform = {"measure": "losses_of_red_team", "key": "losses_of", "platform": "of_red_team"}
    assert "of_red_team" in name_of("blue_losses_of_red_team", side="blue", **of_platform)
    of_objective = {"measure": "objective_3_met", "key": "objective_met", "objective": 3}
    assert "3" in name_of("objective_3_met", side="", **of_objective)
    assert name_of(column) == "red team losses"  # a column without a measure is shown as it is
