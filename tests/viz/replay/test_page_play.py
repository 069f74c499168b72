"""The page in a real browser: load, play, scrub, views, selection, follow, measure, keys."""

import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.conftest import SMALL
from tests.viz.synthetic import Recipe, unit_name, write_run

pytestmark = pytest.mark.browser
N = SMALL.n_units


def exact_frame(page: Page, time_s: float) -> None:
    """Stop at a time, and wait until its frame has come and the positions are those of it."""
    page.js("chammo.clock.pause(); chammo.clock.seek(arguments[0])", time_s)
    page.wait(lambda: page.js("return chammo.session.active.source.sample(chammo.clock.time)?.exact"), "frame not here")
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until what was asked for has been drawn."""
    before = page.js("return chammo.stats.drawn")
    page.js("chammo.clock.changed()")
    page.wait(lambda: page.js("return chammo.stats.drawn") > before, "nothing drawn")


def screen_place(page: Page, unit: int) -> tuple[float, float]:
    drawn(page)
    return tuple(
        page.js("const p = chammo.session.active.positions; return [p.x[arguments[0]], p.y[arguments[0]]]", unit)
    )


def test_loads_and_plays(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en&theme=light")
    assert page.text("#run-title") == SMALL.title
    assert page.text("#clock") == "0:00:00 / 0:20:00"
    page.keys(Keys.SPACE)
    page.wait(lambda: page.time_s() > 5, "the clock does not run")
    assert page.find("#btn-play").get_attribute("aria-pressed") == "true"
    page.keys(Keys.SPACE)
    page.wait(lambda: not page.js("return chammo.clock.playing"), "it does not pause")
    stopped = page.time_s()
    drawn(page)
    assert page.time_s() == stopped
    page.click("#btn-play")
    page.wait(lambda: page.time_s() > stopped + 2, "the button does not play")
    page.click("#btn-play")


def test_a_frame_is_what_the_file_says(page: Page, site: str, shelf: dict[str, Path]) -> None:
    page.open(f"{site}/?lang=en")
    table = pq.read_table(shelf["first"] / "trace.parquet")
    for frame in (0, 59, 60, 119, 120):
        exact_frame(page, frame * 10.0)
        drawn(page)
        rows = slice(frame * N, (frame + 1) * N)
        there = np.array(page.js("return Array.from(chammo.session.active.positions.metres)")).reshape(N, 2)
        truth = np.stack([table[name].to_numpy()[rows] for name in ("x_m", "y_m")], axis=1)
        assert np.array_equal(there.astype(np.float32), truth), frame
    exact_frame(page, 305.0)  # half way between two frames
    drawn(page)
    x_m = table["x_m"].to_numpy().reshape(-1, N)
    half = np.array(page.js("return Array.from(chammo.session.active.positions.metres)"))[::2]
    alive = table["status"].to_numpy().reshape(-1, N)[31] == 0
    assert np.allclose(half[alive], (x_m[30, alive] + x_m[31, alive]) / 2, atol=0.01)


def test_keys_step_speed_and_ends(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert page.time_s() == 10
    page.chord(Keys.SHIFT, Keys.ARROW_RIGHT)
    assert page.time_s() == 110
    page.chord(Keys.ALT, Keys.ARROW_RIGHT)
    assert page.time_s() == 710
    page.keys(Keys.END)
    assert page.time_s() == 1200
    page.keys(Keys.HOME)
    assert page.time_s() == 0
    page.keys("]", "]", "[")
    assert page.find("#speed").get_attribute("value") == "32"


def test_scrubbing_on_the_timeline(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.click_at("#timeline", page.find("#timeline").size["width"] * 0.75, 40)
    assert page.time_s() == pytest.approx(900, abs=5)
    drawn(page)
    assert page.text("#clock").startswith("0:15:0")
    page.wait(lambda: page.find("#timeline").get_attribute("aria-valuetext").startswith("0:15:0"), "slider value")


def test_switching_sides_asks_for_that_side_only(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=blue")
    assert page.text(".pane-title") == "What Blue knew"
    page.collect()
    assert not [address for address in page.requests if "/truth/" in address or "/red/" in address]
    page.keys("3")
    page.wait(lambda: page.text(".pane-title") == "What Red knew", "Red's view")
    assert page.js("return chammo.session.active.source.units.every((unit) => unit.side === 'red')")
    page.keys("4")
    page.wait(lambda: len(page.all(".pane")) == 2, "both sides")
    assert page.texts(".pane-title") == ["What Blue knew", "What Red knew"]
    page.keys("1")
    page.wait(lambda: page.text(".pane-title") == "Truth", "the truth")
    assert page.js("return document.querySelectorAll('#view-switch [aria-checked=true]').length") == 1


def test_pick_a_unit_and_read_its_card(page: Page, site: str, shelf: dict[str, Path]) -> None:
    page.open(f"{site}/?lang=en")
    exact_frame(page, 600.0)
    unit = next(k for k in range(N) if page.js("return chammo.session.active.positions.shown[arguments[0]]", k) == 1)
    page.js("chammo.state.layers.contacts = false; chammo.session.active.map.setZoom(-3, {animate: false})")
    page.js("const s = chammo.session.active; const m = s.positions.metres;"
            "s.map.setView([m[2 * arguments[0] + 1], m[2 * arguments[0]]], -2, {animate: false})", unit)  # fmt: skip
    box = page.find(".pane").size
    middle = (box["width"] / 2, box["height"] / 2)
    page.wait(lambda: math.dist(screen_place(page, unit), middle) < 2, "the unit is not in the middle")
    page.click_at(".pane", *screen_place(page, unit))
    page.wait(lambda: page.all("#card-name"), "no card")
    assert page.text("#card-name") == unit_name(SMALL, unit)
    row = pq.read_table(shelf["first"] / "trace.parquet").slice(60 * N + unit, 1).to_pylist()[0]
    field = {cell.get_attribute("data-field"): cell.text for cell in page.all("#panel-unit [data-field]")}
    assert field["speed"] == f"{round(row['speed_mps'] * 10) / 10:.1f} m/s"
    assert field["strength"] == f"{round(row['strength'] * 100)}%"
    assert field["ammo"] == f"{row['ammo']} / 8"
    assert field["status"] == "active"
    page.keys(Keys.ESCAPE)
    page.wait(lambda: not page.all("#card-name"), "Escape selects nothing")


def test_a_unit_can_be_found_and_followed_by_keyboard(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.click("#tab-units")
    page.find("#unit-search").send_keys("red-scout-uav-22")
    page.wait(lambda: len(page.all(".unit-row")) == 1, "search")
    page.find(".unit-row").send_keys(Keys.ENTER)
    assert page.js("return chammo.state.selected") == "red-scout-uav-22"
    page.js("document.activeElement.blur()")
    page.keys("f")
    assert page.find("#btn-follow").get_attribute("aria-pressed") == "true"
    page.js("chammo.session.active.map.setZoom(-3, {animate: false})")
    for time_s in (100.0, 200.0):
        exact_frame(page, time_s)
        drawn(page)
        drawn(page)
        x, y = screen_place(page, 21)
        box = page.find(".pane").size
        assert abs(x - box["width"] / 2) < 2
        assert abs(y - box["height"] / 2) < 2


def test_measure_a_distance_and_a_bearing(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.keys("m")
    page.click_at(".pane", 200, 300)
    page.click_at(".pane", 400, 300)
    text = page.js("return chammo.session.measure.text()")
    metres = 200 / page.js("return chammo.session.active.view().scale")
    assert text == f"{metres / 1000:.1f} km  090°"
    page.keys("m")
    assert page.js("return chammo.session.measure.text()") == ""


def test_two_maps_move_together(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=both")
    page.wait(lambda: len(page.all(".pane")) == 2, "both sides")
    page.js("chammo.session.panes[1].map.setView([3000, -2000], -4, {animate: false})")
    first = page.js("const m = chammo.session.panes[0].map; return [m.getCenter().lat, m.getCenter().lng, m.getZoom()]")
    assert first == pytest.approx([3000, -2000, -4], abs=20)


def test_help_opens_and_closes(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.keys("?")
    assert page.find("#help").is_displayed()
    page.keys("?")
    page.wait(lambda: not page.all("#help"), "help stays")


def test_korean_page_and_language_switch(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=ko#view=blue&t=100")
    assert page.text("#tab-review") == "강평"
    assert page.text(".pane-title") == "청군이 아는 것"
    assert page.js("return document.fonts.check('12px \"Noto Sans KR\"', '가')")
    page.click("#btn-lang")
    page.wait(lambda: page.js("return document.documentElement.lang") == "en", "English")
    page.wait(lambda: page.js("return Boolean(window.chammo?.stats.firstFrameMs)"), "page in English")
    assert page.text("#tab-review") == "Review"
    assert page.time_s() == 100
    assert page.js("return chammo.state.view") == "blue"


def test_theme_is_kept(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en&theme=light")
    page.click("#btn-theme")
    page.open(f"{site}/?lang=en")
    assert page.js("return document.documentElement.dataset.theme") == "dark"
    page.click("#btn-theme")


def test_everything_can_be_reached_with_tab(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    seen = []
    for _ in range(60):
        page.keys(Keys.TAB)
        seen.append(page.js("return document.activeElement.id"))
        if seen[-1] == "btn-mark":
            break
    order = [name for name in seen if name]
    for name in ("view-0", "btn-layers", "btn-help", "tab-summary", "timeline", "btn-play", "speed", "btn-mark"):
        assert name in order, name
    assert order.index("view-0") < order.index("tab-summary") < order.index("timeline") < order.index("btn-mark")


def test_names_that_are_markup_stay_text(page: Page, tmp_path: Path) -> None:
    evil = "<img src=x onerror=window.hacked=1>"
    folder = write_run(tmp_path / "run <b>x", Recipe(n_units=6, n_frames=4, name_suffix=evil, title=evil))
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en")
        page.click("#tab-units")
        page.click(".unit-row")
        page.click("#tab-events")
        page.js("chammo.state.layers.labels = true; chammo.clock.seek(20)")
        drawn(page)
        assert evil in page.text("#event-list")
        assert page.js("return window.hacked") is None
        assert page.js("return document.querySelectorAll('img[src=x]').length") == 0


def test_a_chunk_that_is_damaged_is_told(page: Page, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", Recipe(n_units=20, n_frames=301))
    path = folder / "trace.parquet"
    raw = bytearray(path.read_bytes())
    first, last = len(raw) * 55 // 100, len(raw) * 75 // 100  # some of the fourth chunk, not the footer
    raw[first:last] = bytes(last - first)
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en")
        path.write_bytes(raw)  # a folder that is damaged before is refused
        page.js("chammo.clock.seek(2000)")
        page.wait(lambda: "cannot be read" in page.text("#message"), "no message")
        page.js("chammo.clock.seek(100)")  # the rest of the run can still be seen
        page.wait(lambda: page.js("return chammo.session.active.source.sample(100)?.exact"), "no frame")
        page.collect()
        page.console = [line for line in page.console if "422" not in line]  # the browser names the failed answer


def test_what_goes_wrong_is_told_in_the_language_of_the_page(page: Page, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", Recipe(n_units=20, n_frames=901))
    (folder / "review.json").write_text("no review")
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=ko")
        page.wait(lambda: "폴더의 파일을 읽을 수 없습니다" in page.text("#message"), "not told in Korean")
        assert "review.json: not a whole JSON file" in page.text("#message")
        page.js("document.getElementById('message').hidden = true")
    page.js("chammo.clock.seek(8000)")
    page.wait(lambda: "서버가 응답하지 않습니다" in page.text("#message"), "a server that is gone is not told")
    page.collect()  # the browser names what failed
    page.console = [line for line in page.console if "422" not in line and "ERR_CONNECTION_" not in line]
