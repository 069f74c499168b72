"""The classification stands above and below the page, on pictures, reports and exports; without one there is none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simcore.errors import InputError
from tests.viz.browser import Page, Served
from tests.viz.korean import BANNER
from tests.viz.skirmish import open_at
from viz.export.export import ExportOptions, export_run
from viz.paper.page import html_page
from viz.reading.run_folder import checked_banner
from viz.replay.library import Library
from viz.replay.review_report import review_html

STRIPS = """
const done = arguments[0];
const image = new Image();
image.onload = () => {
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const rows = [2, image.height - 3].map((y) => context.getImageData(0, y, 40, 1).data);
  done(rows.flatMap((row) => [...row].filter((_, at) => at % 4 < 3)));
};
image.src = chammo.session.active.picture();
"""
"""Brightness of the first and the last rows of a picture of the map, at the left."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(korean: Path) -> Iterator[str]:
    with Served([korean]) as served:
        yield served.url


def box(page: Page, css: str) -> dict[str, float]:
    return page.js("return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", css)


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_line_stands_above_and_below_the_page_and_covers_nothing(page: Page, site: str, width: int) -> None:
    height = width * 9 // 16
    page.resize(width, height)
    open_at(page, site)
    assert page.texts(".banner") == [BANNER, BANNER]
    above, below, app = box(page, ".banner.top"), box(page, ".banner.bottom"), box(page, "#app")
    assert above["top"] == 0
    assert below["bottom"] == height
    assert above["bottom"] <= app["top"]
    assert app["bottom"] <= below["top"]
    assert box(page, "#transport")["bottom"] <= below["top"]
    assert above["width"] == width


def test_a_run_without_a_classification_has_no_line(page: Page, fight: str) -> None:
    open_at(page, fight)
    assert page.all(".banner") == []
    assert box(page, "#app")["height"] == 720


def test_the_line_is_on_the_pictures_of_marks(page: Page, site: str, fight: str) -> None:
    def strips(url: str) -> list[int]:
        open_at(page, url)
        return page.driver.execute_async_script(STRIPS)

    assert max(strips(site)) < 70  # the dark ground of the line
    assert max(strips(fight)) > 90


def test_the_report_of_a_review_has_the_line_on_the_page_and_on_every_sheet() -> None:
    text = review_html("A fight", [], [], "en", classification="TOP <b>")
    assert text.count('<div class="banner" role="note">TOP &lt;b&gt;</div>') == 2
    assert "@top-center" in text
    assert "@bottom-center" in text
    assert "banner" not in review_html("A fight", [], [], "en")
    assert "banner" not in html_page("A", "en", "")


def test_the_command_replaces_the_line_of_the_scenario(korean: Path) -> None:
    assert Library([korean]).classification("korean") == BANNER
    assert Library([korean], None, "SECRET").classification("korean") == "SECRET"
    assert Library([korean], None, "").classification("korean") == ""
    with pytest.raises(InputError, match="not a line of at most 80"):
        checked_banner("two\nlines")


@pytest.mark.parametrize("format_name", ["acmi", "czml", "kml", "geojson"])
def test_exports_name_it_in_front_of_the_title(korean: Path, skirmish: Path, tmp_path: Path, format_name: str) -> None:
    def text(folder: Path, **more: Any) -> str:
        out = tmp_path / f"{folder.name}.{format_name}"
        return export_run(folder, format_name, ExportOptions(out=out, every_s=600, **more)).path.read_text("utf-8")

    marked = json.dumps(BANNER)[1:-1] if format_name in ("czml", "geojson") else BANNER
    assert marked in text(korean)
    assert "UNCLASSIFIED" not in text(skirmish)
    assert "SECRET" in text(korean, classification="SECRET")
    assert "UNCLASSIFIED" not in text(korean, classification="SECRET")


def test_an_export_begins_at_the_date_of_the_scenario(korean: Path, tmp_path: Path) -> None:
    """Nine in the evening, nine hours east of Greenwich, is noon there."""
    path = export_run(korean, "acmi", ExportOptions(out=tmp_path / "a.acmi", every_s=600)).path
    assert "0,ReferenceTime=2026-11-30T12:00:00Z" in path.read_text("utf-8")
