"""The board of sustainment, the card and the marks of a run with wear and stores, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served

pytestmark = pytest.mark.browser
AT = 2 * 3600 + 1800
"""A time at which the only spare part is used up and drives wait [s]."""


@pytest.fixture(scope="module")
def upkeep_site(sustained: Path) -> Iterator[str]:
    with Served([sustained]) as served:
        yield served.url


def open_board(page: Page, url: str, view: str = "truth", lang: str = "en", time_s: int = AT) -> None:
    page.open(f"{url}/?lang={lang}#view={view}&t={time_s}")
    page.wait(lambda: page.find("#tab-sustainment").is_displayed(), "no tab")
    page.click("#tab-sustainment")
    page.wait(lambda: page.texts("#panel-sustainment tbody tr"), "no rows")


def rows(page: Page, table: str) -> list[str]:
    return page.texts(f"#panel-sustainment .{table} tbody tr")


def test_the_tab_is_absent_without_sustainment(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.wait(lambda: page.find("#tab-boards").is_displayed(), "tables are not read")
    assert not page.find("#tab-sustainment").is_displayed()


def test_the_board_shows_jobs_and_stocks_at_the_cursor(page: Page, upkeep_site: str) -> None:
    open_board(page, upkeep_site)
    assert page.texts("#panel-sustainment h2") == ["Readiness", "Jobs", "Stores", "Carriers"]
    assert any("drive" in row and "waits for a part (garage)" in row for row in rows(page, "jobs"))
    assert any(row.startswith("garage") and "track" in row and "0 / 4" in row for row in rows(page, "stores"))
    assert len(rows(page, "carriers")) == 2
    page.js("chammo.clock.seek(0)")
    page.wait(lambda: rows(page, "jobs") == ["No job is known at this time."], "jobs of later times")
    assert any("track" in row and "1 / 4" in row for row in rows(page, "stores"))
    assert all("FMC" not in part or "(100%)" in part for part in page.texts(".readiness-legend > span:first-child"))


def test_nothing_is_drawn_after_the_cursor(page: Page, upkeep_site: str) -> None:
    open_board(page, upkeep_site)
    pixel = """const c = document.querySelector('.plot.readiness canvas');
      const row = c.getContext('2d').getImageData(34, 30, c.width - 42, 1).data;
      const at = (share) => [...row.slice(4 * Math.round(share * (c.width - 42))).slice(0, 4)];
      return [at(0.1), at(0.9)];"""
    before, after = page.js(pixel)
    assert before[3] == 255
    assert after == [0, 0, 0, 0]


@pytest.mark.parametrize(("side", "own", "other"), [("blue", "robots-", "red-"), ("red", "red-", "garage ")])
def test_a_side_sees_its_own_board(page: Page, upkeep_site: str, side: str, own: str, other: str) -> None:
    open_board(page, upkeep_site, side, time_s=3 * 3600)
    text = page.text("#panel-sustainment")
    assert own in text
    assert other not in text.replace("red-garage", "red-") or side == "red"
    assert ("red-salt" in text) == (side == "red")
    assert "owed" not in text


def test_the_board_is_used_by_keys(page: Page, upkeep_site: str) -> None:
    open_board(page, upkeep_site)
    page.js("document.querySelector('#panel-sustainment .jobs tbody tr').focus()")
    name = rows(page, "jobs")[0].split()[0]
    page.keys(Keys.ENTER)
    page.wait(lambda: page.js("return chammo.state.selected") == name, "the unit is not selected")
    page.js("document.getElementById('tab-sustainment').focus()")
    page.keys(Keys.ARROW_RIGHT)
    assert page.find("#tab-review").get_attribute("aria-selected") == "true"  # no boards in this run


def test_the_card_tells_failed_components_and_load(page: Page, upkeep_site: str) -> None:
    open_board(page, upkeep_site)
    name = next(row for row in rows(page, "jobs") if "waits for a part" in row).split()[0]
    page.js("document.getElementById('tab-units').click(); location.hash = `#t=9000&unit=${arguments[0]}`", name)
    page.wait(lambda: "drive: waits for a part (garage)" in page.text("[data-field=upkeep]"), "no component")
    assert page.text("[data-field=readiness]").startswith("NMC")
    page.js("location.hash = '#t=9000&unit=lorries-1'")
    page.wait(lambda: "/ 900 kg" in page.text("[data-field=load]"), "no load")
    assert not page.all("[data-field=readiness]")  # it does not wear


def test_the_pointer_on_a_unit_shows_its_state(page: Page, upkeep_site: str) -> None:
    open_board(page, upkeep_site)
    page.js("""const p = chammo.session.active; const k = p.source.indexOf.get('red-robots-1');
      const box = p.mapElement.getBoundingClientRect();
      p.mapElement.dispatchEvent(new MouseEvent('mousemove', { bubbles: true,
        clientX: box.left + p.positions.x[k], clientY: box.top + p.positions.y[k] }));""")
    tip = page.wait(lambda: page.text(".unit-tip"), "no words")
    assert tip.split("\n")[0].startswith("red-")
    assert any("mission capable" in line for line in tip.split("\n")[1:])


def test_marks_are_drawn_and_can_be_switched_off(page: Page, upkeep_site: str) -> None:
    open_board(page, upkeep_site)
    picture = "chammo.session.draw(); return chammo.session.active.canvas.toDataURL()"
    shown = page.js(picture)
    page.js("chammo.state.layers.upkeep = false")
    assert page.js(picture) != shown
    page.js("chammo.state.layers.upkeep = true")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_board_fits_its_panel(page: Page, upkeep_site: str, lang: str, size: tuple[int, int]) -> None:
    page.resize(*size)
    open_board(page, upkeep_site, lang=lang)
    for part in ("panel-sustainment", "tabs"):
        assert page.js("const p = document.getElementById(arguments[0]); return p.scrollWidth <= p.clientWidth", part)
    page.js("document.getElementById('tab-boards').hidden = false")  # a run may have both
    assert page.js("const p = document.getElementById('tabs'); return p.scrollWidth <= p.clientWidth")
    assert "upkeep." not in page.text("#panel-sustainment")
