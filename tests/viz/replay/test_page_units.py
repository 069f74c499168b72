"""Units of measure and date-time groups: the choice holds everywhere on the page, and it is kept."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.viz.browser import Page, Served
from tests.viz.skirmish import open_at
from viz.paper.dtg import dtg_text
from viz.replay.review_report import review_html

pytestmark = pytest.mark.browser

GROUPS = {  # start, seconds -> in its own zone, in Zulu
    ("2026-11-30T21:00:00+09:00", 0): ("302100INOV26", "301200ZNOV26"),
    ("2026-11-30T21:00:00+09:00", 3 * 3600): ("010000IDEC26", "301500ZNOV26"),
    ("2026-11-30T12:00:00+00:00", 59.9): ("301200ZNOV26", "301200ZNOV26"),
    ("2027-01-01T00:30:00-05:00", 60): ("010031RJAN27", "010531ZJAN27"),
    ("2026-12-31T23:00:00+10:00", 3600): ("010000KJAN27", "311400ZDEC26"),
    ("2026-11-30T12:00:00+05:30", 0): ("300630ZNOV26", "300630ZNOV26"),  # half-hour zones have no letter
}
CALL = """
const [module, name, values, done] = arguments;
chammo.load(module).then((code) => done(values.map((one) => code[name](...one))));
"""


CHOOSE = """
const choice = document.getElementById("unit-system");
choice.value = "nautical";
choice.dispatchEvent(new Event("input"));
"""


@pytest.fixture(scope="module")
def site(korean: Path) -> Iterator[str]:
    with Served([korean]) as served:
        yield served.url


@pytest.fixture
def fresh(page: Page, site: str) -> Page:
    """The page with no choices kept."""
    open_at(page, site, "#t=100&unit=blue-cars-1")
    return page


@pytest.mark.parametrize(("given", "groups"), GROUPS.items())
def test_reports_write_date_time_groups(given: tuple[str, float], groups: tuple[str, str]) -> None:
    assert dtg_text(datetime.fromisoformat(given[0]), given[1]) == groups[0]


def test_the_page_writes_the_same_groups_and_those_in_zulu(page: Page, site: str) -> None:
    open_at(page, site)
    values = [[start, seconds, zulu] for start, seconds in GROUPS for zulu in (False, True)]
    found = page.driver.execute_async_script(CALL, "dtg", "dtgText", values)
    assert found == [group for pair in GROUPS.values() for group in pair]


def test_the_group_beside_the_clock_follows_it_and_changes_its_zone(fresh: Page, site: str) -> None:
    assert fresh.text("#dtg") == "302101INOV26"  # 100 s after 21:00
    fresh.js("chammo.clock.seek(600)")
    fresh.wait(lambda: fresh.text("#dtg") == "302110INOV26", "it stands still")
    fresh.click("#dtg")
    fresh.wait(lambda: fresh.text("#dtg") == "301210ZNOV26", "no Zulu time")
    open_at(fresh, site)
    assert fresh.text("#dtg") == "301200ZNOV26"  # kept


def test_a_run_without_a_date_has_no_group(page: Page, fight: str) -> None:
    open_at(page, fight)
    assert page.all("#dtg") == []


def test_the_report_of_a_review_gives_the_groups_of_its_marks() -> None:
    mark = {"id": "a", "time_s": 120.0, "view": "truth", "title": "Ford", "note": "", "picture": ""}
    text = review_html("A", [], [mark], "en", start=datetime.fromisoformat("2026-11-30T21:00+09:00"))
    assert "0:02:00 (302102INOV26) — Ford" in text
    assert "0:02:00 — Ford" in review_html("A", [], [mark], "en")


def test_quantities_in_both_systems(fresh: Page) -> None:
    """A nautical mile is 1852 m, a foot 0.3048 m, a knot a nautical mile per hour."""
    metres = [[30.48], [999], [1852], [18520], [185200]]
    assert fresh.driver.execute_async_script(CALL, "units", "distanceText", metres) == [
        "30 m", "999 m", "1.85 km", "18.5 km", "185 km",
    ]  # fmt: skip
    fresh.keys("q")
    assert fresh.driver.execute_async_script(CALL, "units", "distanceText", metres) == [
        "100 ft", "0.54 nm", "1 nm", "10 nm", "100 nm",
    ]  # fmt: skip
    assert fresh.driver.execute_async_script(CALL, "units", "speedText", [[10, 1]]) == ["19.4 kn"]
    assert fresh.driver.execute_async_script(CALL, "units", "heightText", [[304.8]]) == ["1000 ft"]


def test_the_choice_holds_on_card_map_and_log_and_is_kept(fresh: Page, site: str) -> None:
    fresh.click("#tab-units")
    fresh.wait(lambda: "m/s" in fresh.text("#panel-unit"), "no speed on the card")
    assert "km" in fresh.text(".leaflet-control-scale")
    fresh.click("#btn-layers")
    fresh.js(CHOOSE)
    fresh.wait(lambda: " kn" in fresh.text("#panel-unit"), "no knots on the card")
    assert "m/s" not in fresh.text("#panel-unit")
    assert " nm" in fresh.text("#panel-unit")
    assert "nm" in fresh.text(".leaflet-control-scale")
    fresh.click("#tab-events")
    fresh.wait(lambda: any(" nm" in row or " ft" in row for row in fresh.texts(".log-row")), "no miles in the log")
    open_at(fresh, site, "#t=100&unit=blue-cars-1")
    fresh.click("#tab-units")
    fresh.wait(lambda: " kn" in fresh.text("#panel-unit"), "the choice was forgotten")
    fresh.keys("q")
    fresh.wait(lambda: "m/s" in fresh.text("#panel-unit"), "no way back")
