"""The page in a real browser: advice beside what was ordered, orders on the map, optional columns, units cut off."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.viz.browser import Page, Served
from tests.viz.conftest import SMALL
from tests.viz.synthetic_extras import add_error_ellipses, jam_links

pytestmark = pytest.mark.browser


@pytest.fixture
def rich_site(shelf: dict[str, Path], tmp_path: Path) -> Iterator[str]:
    """A server whose run has the optional columns."""
    folder = Path(shutil.copytree(shelf["first"], tmp_path / "rich"))
    add_error_ellipses(folder)
    jam_links(folder, SMALL.n_units)
    with Served([folder]) as served:
        yield served.url


@pytest.mark.parametrize("view", ["truth", "blue"])
def test_advice_stands_beside_what_was_ordered(page: Page, site: str, shelf: dict[str, Path], view: str) -> None:
    page.open(f"{site}/?lang=en#view={view}&t=500")
    page.wait(lambda: page.find("#tab-boards").is_displayed(), "no board")
    page.click("#tab-boards")
    advice = pq.read_table(shelf["first"] / "advice.parquet").to_pylist()
    orders = [row for row in pq.read_table(shelf["first"] / "orders.parquet").to_pylist() if row["side"] == "blue"]
    rows = page.all("#panel-boards tbody tr")
    assert len(rows) == len(advice)
    assert "Course of action 2" in rows[1].text
    assert "rejected" in rows[1].text
    assert "win probability 0.60 (0.45 … 0.74)" in rows[1].text
    ends = [row["time_s"] for row in advice[1:]] + [np.inf]
    for row, one, end in zip(rows, advice, ends, strict=True):
        followed = [order for order in orders if one["time_s"] <= order["time_s"] < end]
        shown = page.js("return [...arguments[0].querySelectorAll('.followed li')].map((li) => li.innerText)", row)
        assert len(shown) == len(followed)
        for text, order in zip(shown, followed, strict=True):
            assert f"{order['group']}: {order['task']}" in text
    assert "red-" not in page.text("#panel-boards")
    rows[1].click()
    assert page.time_s() == advice[1]["time_s"]
    second = [order["time_s"] for order in orders if order["time_s"] >= advice[1]["time_s"]][1]
    page.all("#panel-boards tbody tr:nth-child(2) .followed .link")[1].click()
    assert page.time_s() == second


def test_orders_in_force_are_drawn(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=truth&t=600")
    assert page.js("return chammo.session.active.routes.length") == 0
    page.keys("o")
    drawn = "return chammo.session.active.routes.map((r) => [r.order.group, r.order.time_s, r.to.x === r.order.x_m])"
    page.wait(lambda: page.js(drawn), "no route")
    truth = page.js(drawn)
    assert {group.split("-")[0] for group, *_ in truth} == {"blue", "red"}
    assert all(time_s <= 600 and at_point for _, time_s, at_point in truth)
    page.keys("2")
    page.wait(lambda: page.text(".pane-title") == "What Blue knew" and page.js(drawn), "Blue's routes")
    assert {group.split("-")[0] for group, *_ in page.js(drawn)} == {"blue"}
    assert page.js("""
        const { routes, positions, source } = chammo.session.active;
        const { a, i } = chammo.sample;
        return routes.every(({ order, from }) => {
          const own = source.units.map((unit, k) => k).filter((k) => source.units[k].group === order.group
            && Number.isFinite(positions.metres[2 * k]) && a.status[i * a.units + k] === 0);
          const mean = own.reduce((sum, k) => sum + positions.metres[2 * k], 0) / own.length;
          return Math.abs(mean - from.x) < 0.1;
        });""")  # fmt: skip
    page.keys("?")
    page.wait(lambda: "Orders in force on the map" in page.text("#help"), "not in the help")
    page.keys("?")
    page.keys("o")  # as it was for other tests: the choice is kept
    page.wait(lambda: page.js(drawn) == [], "the layer stays")


def test_jammed_links_and_error_ellipses(page: Page, rich_site: str, shelf: dict[str, Path]) -> None:
    table = pq.read_table(shelf["first"] / "trace.parquet").select(["linked", "status"]).to_pydict()
    linked, status = (np.array(table[name]).reshape(-1, SMALL.n_units) for name in ("linked", "status"))
    frame, unit = next(zip(*np.nonzero((linked == 0) & (status == 0) & (np.arange(SMALL.n_units) < 20)), strict=True))
    page.open(f"{rich_site}/?lang=en#view=truth&t={frame * SMALL.interval_s}")
    assert "Jammed link" in page.text("#legend")
    name = page.js("return chammo.session.active.source.units[arguments[0]].name", int(unit))
    page.js("location.hash = arguments[0]", f"#view=truth&t={frame * SMALL.interval_s}&unit={name}")
    page.wait(lambda: page.text("[data-field=link]") == "cut by jamming", "the card does not tell")
    page.keys("2")
    page.wait(lambda: page.text("[data-field=link]") == "cut", "Blue knows no reason")
    assert "jammed" not in page.text("#legend")
    ammo = page.text("[data-field=ammo]")
    assert " ago)" in ammo
    assert page.js("return document.querySelector('[data-field=ammo]').className") == "old"
    page.js("chammo.clock.seek(900)")
    key = "const c = chammo.session.active.contacts[0]; return c && '#0:' + chammo.sample.a.c_serial[c.row]"
    page.wait(lambda: page.js(key) and page.js("return chammo.sample.frame") == 90, "no contact")
    page.js("location.hash = '#view=blue&t=900&unit=' + encodeURIComponent(arguments[0])", page.js(key))
    page.wait(
        lambda: page.text("[data-field=error]").count(" m") == 2 and "°" in page.text("[data-field=error]"),
        "no ellipse on the card",
    )
