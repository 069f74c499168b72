"""The page in a real browser: colours mean sides, the lost look lost, reviews lose nothing, views fit."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.viz.browser import Page, Served
from tests.viz.conftest import SMALL
from tests.viz.synthetic import unit_name

pytestmark = pytest.mark.browser
N = SMALL.n_units
NOT_KNOWN = "\N{EN DASH}"


@pytest.fixture
def own_site(run_copy: Path) -> Iterator[tuple[str, Path]]:
    with Served([run_copy]) as served:
        yield served.url, run_copy


def marks_on_disk(folder: Path) -> list[dict[str, str]]:
    path = folder / "review.json"
    return json.loads(path.read_text())["marks"] if path.is_file() else []


def saved(page: Page) -> None:
    page.wait(lambda: page.text("#panel-review .filters .count") == "Saved", "not saved")


def other_window(url: str, *marks: dict[str, object]) -> None:
    body = json.dumps({"put": list(marks)}).encode()
    request = Request(f"{url}/replay/run/review.json", body, {"Content-Type": "application/json"}, method="PUT")
    urlopen(request).close()


def test_two_reviewers_keep_both_their_marks(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    page.click("#btn-mark")
    saved(page)
    other_window(url, {"id": "other", "time_s": 700, "title": "Theirs", "note": "seen by the other"})
    note = page.find("#panel-review .mark textarea")
    note.send_keys("seen by me")
    page.wait(lambda: len(page.all("#panel-review .mark")) == 2, "the other's mark does not come")
    saved(page)
    assert sorted(mark["note"] for mark in marks_on_disk(folder)) == ["seen by me", "seen by the other"]
    assert page.text("#problem") == ""


def test_typing_goes_on_while_the_marks_of_others_come_in(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    page.click("#btn-mark")
    saved(page)
    page.find("#panel-review .mark textarea").send_keys("one ")
    other_window(url, {"id": "other", "time_s": 1, "title": "", "note": "theirs"})
    page.wait(lambda: len(page.all("#panel-review .mark")) == 2, "the other's mark does not come")
    page.driver.switch_to.active_element.send_keys("two")
    page.wait(lambda: any(mark["note"] == "one two" for mark in marks_on_disk(folder)), "typing was lost")


def test_the_same_text_changed_twice_is_kept_twice(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    page.click("#btn-mark")
    saved(page)
    mark = marks_on_disk(folder)[0]
    was = {"title": mark["title"], "note": mark["note"]}
    other_window(url, {**mark, "picture": "", "note": "theirs", "was": was})
    page.find("#panel-review .mark textarea").send_keys("mine")
    page.wait(lambda: len(page.all("#panel-review .mark")) == 2, "no second mark")
    saved(page)
    assert sorted(one["note"] for one in marks_on_disk(folder)) == ["mine", "theirs"]


def test_a_note_typed_just_before_the_page_is_left_is_kept(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    page.click("#btn-mark")
    saved(page)
    page.js(
        "const note = document.querySelector('#panel-review .mark textarea'); note.value = 'last words';"
        "note.dispatchEvent(new Event('input', {bubbles: true})); location.href = 'about:blank';"
    )
    page.wait(lambda: marks_on_disk(folder)[0]["note"] == "last words", "lost")


def test_a_deleted_mark_can_be_brought_back_whole(page: Page, own_site: tuple[str, Path]) -> None:
    url, folder = own_site
    page.open(f"{url}/?lang=en")
    page.click("#btn-mark")
    page.find("#panel-review .mark textarea").send_keys("precious")
    saved(page)
    before = marks_on_disk(folder)
    page.find("#panel-review .mark .button.small").click()
    page.wait(lambda: marks_on_disk(folder) == [], "not deleted")
    assert "is deleted" in page.text("#panel-review")
    page.click("#review-undo")
    page.wait(lambda: marks_on_disk(folder) == before, "not brought back")
    assert page.find("#panel-review .mark textarea").get_attribute("value") == "precious"


def frame_where_lost(folder: Path) -> tuple[int, int]:
    """Return a frame and a unit that is lost in it."""
    status = np.asarray(pq.read_table(folder / "trace.parquet")["status"]).reshape(-1, N)
    frame = status.shape[0] - 1
    return frame, int(np.flatnonzero(status[frame] == 4)[0])


def test_a_lost_unit_looks_lost(page: Page, site: str, shelf: dict[str, Path]) -> None:
    frame, unit = frame_where_lost(shelf["first"])
    page.open(f"{site}/?lang=en&theme=light#run=first&view=truth&t={frame * 10}&unit={unit_name(SMALL, unit)}")
    page.js("chammo.clock.seek(arguments[0])", frame * 10.0)
    page.click("#tab-units")
    page.wait(lambda: "Lost" in page.text("td[data-field=status]"), "the card does not say lost")
    assert page.text("td[data-field=link]") == NOT_KNOWN
    for field in ("task", "roe", "endurance"):
        text = page.text(f"td[data-field={field}]")
        assert text == NOT_KNOWN or "(when lost)" in text
    drawn = page.js(
        "const pane = chammo.session.active; const calls = [];"
        "const original = CanvasRenderingContext2D.prototype.setLineDash;"
        "CanvasRenderingContext2D.prototype.setLineDash = function (dash) {"
        "  calls.push(dash.join()); original.call(this, dash); };"
        "pane.draw(chammo.clock.time, 1); CanvasRenderingContext2D.prototype.setLineDash = original; return calls;"
    )
    assert "5,9" not in drawn  # the ring of the radio, which every unit has


def test_rings_have_the_colour_of_the_side(page: Page, site: str) -> None:
    for unit, colour in ((1, "#0b63c4"), (N // 2 + 1, "#c8202f")):
        page.open(f"{site}/?lang=en&theme=light#run=first&view=truth&t=0&unit={unit_name(SMALL, unit)}")
        strokes = page.js(
            "const strokes = []; const original = CanvasRenderingContext2D.prototype.stroke;"
            "CanvasRenderingContext2D.prototype.stroke = function (...path) {"
            "  if (this.getLineDash().join() === '5,9') strokes.push(this.strokeStyle); original.apply(this, path); };"
            "chammo.session.active.draw(0, 1); CanvasRenderingContext2D.prototype.stroke = original; return strokes;"
        )
        assert strokes == [colour]


def test_rows_and_marks_of_events_have_the_colour_of_the_side(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en&theme=light")
    page.click("#tab-events")
    page.wait(lambda: page.all(".log-row"), "no events")
    sides = page.js(
        "const { source } = chammo.session.active; return [...document.querySelectorAll('.log-row')].map((row) => "
        "[row.className.match(/side-(\\w+)/)[1], chammo.log.rows[Number(row.dataset.row)]])"
        ".map(([name, at]) => [name, source.events.side[at]])"
    )
    names = {0: "friend", 1: "hostile"}
    assert sides
    assert all(names.get(side, name) == name for name, side in sides)
    for theme in ("light", "dark"):
        page.open(f"{site}/?lang=en&theme={theme}")
        friend, hostile = {"light": ("11,99,196", "200,32,47"), "dark": ("109,180,255", "255,122,128")}[theme]
        colours = (
            "const shown = document.querySelector('#timeline canvas'); const canvas = document.createElement('canvas');"
            "canvas.width = shown.width; canvas.height = shown.height;"
            "const pen = canvas.getContext('2d', { willReadFrequently: true }); pen.drawImage(shown, 0, 0);"
            "const { data } = pen"
            ".getImageData(0, 16, canvas.width, 40); const seen = {};"
            "for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255)"
            " { const key = [data[at], data[at + 1], data[at + 2]].join(); seen[key] = (seen[key] ?? 0) + 1; }"
            "return Object.keys(seen).filter((key) => seen[key] > 30);"
        )
        wanted = {friend, hostile}
        page.wait(lambda js=colours, wanted=wanted: wanted <= set(page.js(js)), "no marks in the colours of the sides")
        vivid = [c for c in page.js(colours) if max(map(int, c.split(","))) - min(map(int, c.split(","))) > 90]
        assert set(vivid) <= {friend, hostile}


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_both_sides_and_a_larger_window_show_the_whole_map(page: Page, site: str, size: tuple[int, int]) -> None:
    inside = (
        "return chammo.session.panes.every((pane) => { const [west, east, south, north] = pane.source.meta.bounds_m;"
        "const seen = pane.map.getBounds(); return seen.getWest() <= west && seen.getEast() >= east && "
        "seen.getSouth() <= south && seen.getNorth() >= north && "
        "Math.max((east - west) / (seen.getEast() - seen.getWest()), "
        "(north - south) / (seen.getNorth() - seen.getSouth())) > 0.7; })"
    )
    page.resize(1280, 720)
    page.open(f"{site}/?lang=en")
    page.wait(lambda: page.js(inside), "does not fit")
    page.keys("4")
    page.wait(lambda: page.js("return chammo.session.panes.length") == 2, "no second pane")
    page.wait(lambda: page.js(inside), "both sides do not fit")
    page.resize(*size)
    page.wait(lambda: page.js(inside), "does not fit the new size")
    page.keys("1")
    page.wait(lambda: page.js("return chammo.session.panes.length") == 1, "the second pane stays")
    page.wait(lambda: page.js(inside), "does not fit again")
    page.js("const { map } = chammo.session.active; map.setZoom(map.getZoom() + 2, { animate: false })")
    zoom = page.js("return chammo.session.active.map.getZoom()")
    page.resize(1100, 700)
    page.wait(lambda: page.js("return chammo.session.active.width") < 1100, "not resized")
    assert page.js("return chammo.session.active.map.getZoom()") == zoom
    page.resize(1280, 720)


def test_a_batch_shows_the_estimates_of_the_batch_itself(page: Page, shelf: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shelf["study"], tmp_path / "study"))
    manifest = json.loads((folder / "manifest.json").read_text())
    one = {
        "name": "blue_losses",
        "unit": "1",
        "kind": "ratio",
        "value": 1.1875,
        "low": 1.0625,
        "high": 1.3125,
        "n": 200,
    }
    of_side = {"measure": "losses", "key": "losses", "platform": "", "objective": 0}
    silent = {"name": "red_losses", "side": "red", **of_side}
    manifest["estimates"] = [{**one, "description": "", "side": "blue", **of_side}, silent]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with Served([folder]) as served:
        page.driver.get(f"{served.url}/?lang=en#batch=study")
        page.wait(lambda: page.all("#batch figure.histogram"), "no histograms")
        captions = [text for text in page.texts("#batch figcaption") if "osses" in text]
    assert any("1.19 (95%: 1.06 to 1.31)" in text for text in captions)
    assert any("mean" in text for text in captions)  # of the red losses the batch says nothing
