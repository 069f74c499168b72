"""The map and the lists in a real browser: hover, order of battle, heaps, kill chain, the unseen, links, rings."""

import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from selenium.webdriver.common.action_chains import ActionChains

from tests.viz.browser import Keys, Page, Served
from tests.viz.conftest import SMALL
from tests.viz.skirmish import events, open_at
from viz.replay.library import Library
from viz.replay.server import create_app

pytestmark = pytest.mark.browser


def hover(page: Page, x: float, y: float) -> None:
    pane = page.find(".pane")
    size = pane.size
    chain = ActionChains(page.driver)
    chain.move_to_element_with_offset(pane, 4 - size["width"] // 2, 4 - size["height"] // 2)
    chain.move_to_element_with_offset(pane, round(x - size["width"] / 2), round(y - size["height"] / 2)).perform()


def spot(page: Page, name: str) -> list[float]:
    return page.js("const p = chammo.session.active; const k = p.source.indexOf.get(arguments[0]);"
                   "return [p.positions.x[k], p.positions.y[k]]", name)  # fmt: skip


def test_a_symbol_under_the_pointer_says_what_it_is(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en&theme=light#view=truth&t=0&unit=blue-patrol-usv-1")
    page.js("chammo.session.active.map.setZoom(-3.5, {animate: false})")
    name = "red-scout-uav-22"
    page.js("const p = chammo.session.active; const k = p.source.indexOf.get(arguments[0]);"
            "p.map.setView([p.positions.metres[2 * k + 1], p.positions.metres[2 * k]], -1, {animate: false});"
            "p.draw(0, 1)", name)  # fmt: skip
    hover(page, *spot(page, name))
    page.wait(lambda: page.text(".unit-tip strong") == name, "no text")
    tip = page.text(".unit-tip")
    assert all(word in tip for word in ("Scout Uav", "red-scout-uav", "Red", "active", "m/s", "From blue-patrol-usv-1"))
    metres = page.js("const p = chammo.session.active; const a = p.source.indexOf.get('blue-patrol-usv-1');"
                     "const b = p.source.indexOf.get(arguments[0]); const m = p.positions.metres;"
                     "return Math.hypot(m[2 * a] - m[2 * b], m[2 * a + 1] - m[2 * b + 1])", name)  # fmt: skip
    assert f"{metres / 1000:.1f} km" in tip
    assert page.js("return getComputedStyle(document.querySelector('.pane .map')).cursor") == "pointer"
    hover(page, 30, 500)
    page.wait(lambda: not page.find(".unit-tip").is_displayed(), "the text stays")


def test_a_wreck_has_the_colour_of_its_side_and_says_who_did_it(page: Page, fight: str, skirmish: Path) -> None:
    open_at(page, fight)
    page.js("chammo.clock.seek(chammo.clock.duration)")
    colours = page.js(
        "const seen = []; const original = CanvasRenderingContext2D.prototype.stroke;"
        "CanvasRenderingContext2D.prototype.stroke = function (...path) { if (path.length) seen.push(this.strokeStyle);"
        " original.apply(this, path); }; chammo.session.active.draw(chammo.clock.time, 1);"
        "CanvasRenderingContext2D.prototype.stroke = original; return seen;"
    )
    assert {"#0b63c4", "#c8202f"} <= set(colours)
    loss = events(skirmish, "loss")[-1]
    units = pq.read_table(skirmish / "units.parquet").to_pylist()
    ask = (
        "return chammo.load('tooltip').then(({ describe }) =>"
        " describe(chammo.session.active, { unit: arguments[0] }).lines.join(' '))"
    )
    text = page.js(ask, loss["unit"])
    assert units[loss["other"]]["name"] in text


def test_the_order_of_battle_shows_state_and_opens_the_card_below(page: Page, fight: str, skirmish: Path) -> None:
    open_at(page, fight)
    page.click("#tab-units")
    units = pq.read_table(skirmish / "units.parquet").to_pylist()
    assert page.texts(".orbat-side strong") == ["Blue", "Red"]
    groups = Counter((unit["side"], unit["group"]) for unit in units)
    assert len(page.all(".orbat-group")) == len(groups)
    assert sorted(page.texts(".orbat-group .value")) == sorted(f"{n}/{n}" for n in groups.values())
    page.js("chammo.clock.seek(chammo.clock.duration)")
    lost = {units[row["unit"]]["name"] for row in events(skirmish, "loss")}
    page.wait(lambda: set(page.texts(".unit-row.lost .unit-name")) == lost, "the lost are not struck through")
    line = "return getComputedStyle(document.querySelector('.unit-row.lost .unit-name')).textDecorationLine"
    assert page.js(line) == "line-through"
    page.find(".unit-row").click()
    page.wait(lambda: page.text("#card-name") == page.text(".unit-row[aria-selected=true] .unit-name"), "no card")
    assert page.find("#event-list").is_displayed() is False
    below = page.js("return document.querySelector('#panel-unit').getBoundingClientRect().top >="
                    "document.querySelector('.unit-list').getBoundingClientRect().bottom - 1")  # fmt: skip
    assert below


def test_a_heap_of_a_group_is_one_symbol_and_fans_out(page: Page, fight: str) -> None:
    open_at(page, fight)
    page.js("const p = chammo.session.active; p.map.setZoom(-6, {animate: false}); p.draw(0, 1)")
    page.wait(lambda: page.js("return chammo.session.active.stacks.length"), "no stack")
    stack = page.js(
        "const p = chammo.session.active; const s = p.stacks[0]; return { x: s.x, y: s.y, n: s.count,"
        " shown: s.group.units.filter((k) => p.positions.shown[k] === 1).length }"
    )
    assert stack["n"] >= 3
    assert stack["shown"] == 0
    page.click_at(".pane", stack["x"], stack["y"])
    fan = page.wait(
        lambda: page.js("return chammo.session.active.fan?.spots.map(({ x, y, item }) => [x, y, item.unit])"), "no fan"
    )
    assert len(fan) == stack["n"]
    x, y, unit = fan[1]
    page.click_at(".pane", x, y)
    name = page.js("return chammo.session.active.source.units[arguments[0]].name", unit)
    page.wait(lambda: page.js("return chammo.state.selected") == name, "it cannot be picked")
    page.js("chammo.session.active.map.setZoom(2, {animate: false})")
    page.wait(
        lambda: page.js("return chammo.session.active.stacks.length") == 0, "a group stays together when zoomed in"
    )


def test_contacts_of_one_look_in_a_heap_are_one_symbol_and_fan_out(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#run=first&view=blue&t=600")
    page.wait(lambda: page.js("return chammo.session.active.source.sample(600)?.exact"), "no frame")
    page.js("chammo.session.active.map.setZoom(-12, {animate: false})")
    heaps: list = []
    for time_s in range(500, 1200, 50):
        page.js("chammo.clock.seek(arguments[0])", time_s)
        page.wait(
            lambda t=time_s: page.js("return chammo.session.active.source.sample(arguments[0])?.exact", t), "frame"
        )
        page.js("chammo.session.active.draw(arguments[0], 1)", time_s)
        heaps = page.js(
            "return chammo.session.active.contactHeaps.map(({ x, y, all }) => [x, y, all.map((one) => one.key)])"
        )
        if heaps:
            break
    assert heaps
    every = page.js("return chammo.session.active.contacts.map((one) => one.key)")
    in_heaps = [key for *_, keys in heaps for key in keys]
    assert all(len(keys) >= 3 for *_, keys in heaps)
    assert len(set(in_heaps)) == len(in_heaps)
    assert set(in_heaps) <= set(every)
    x, y, keys = heaps[0]
    page.js("const p = chammo.session.active; p.stacks = []; p._openFan({ x: arguments[0], y: arguments[1] })", x, y)
    fan = page.js("return chammo.session.active.fan.spots.map(({ item }) => item.key)")
    assert set(fan) <= set(in_heaps)
    assert len(fan) >= 3
    page.js("chammo.session.active._closeFan()")
    assert keys


def test_the_kill_chain_of_a_loss_is_one_click_away(page: Page, fight: str, skirmish: Path) -> None:
    rows = pq.read_table(skirmish / "events.parquet").to_pylist()
    units = pq.read_table(skirmish / "units.parquet").to_pylist()
    loss = next(row for row in rows if row["kind"] == "loss" and row["other"] >= 0)
    by, of = loss["other"], loss["unit"]
    side = ("blue", "red").index(units[by]["side"])
    before = [row for row in rows if row["time_s"] <= loss["time_s"]]
    seen = [r for r in before if r["kind"] == "contact" and r["side"] == side and r["other"] == of][-1]
    shot = [r for r in before if r["kind"] == "shot" and r["unit"] == by and r["other"] == of][-1]
    open_at(page, fight)
    page.wait(lambda: page.js("return Boolean(chammo.session.active.source.shots)"), "no shots")
    page.click("#tab-events")
    page.js("const s = document.getElementById('filter-kind'); s.value = 'loss'; s.dispatchEvent(new Event('input'))")
    page.wait(lambda: page.all(".chain-button"), "no button")
    page.find(".chain-button").click()
    page.wait(lambda: page.text("#card-name") == units[of]["name"], "no card")
    page.wait(lambda: page.all(".chain li"), "no chain")
    steps = dict(
        page.js("return [...document.querySelectorAll('.chain li')].map((li) => [li.dataset.step, li.innerText])")
    )
    assert units[seen["unit"]]["name"] in steps["seen"]
    assert units[by]["name"] in steps["fired"]
    weapon = pq.read_table(skirmish / "mounts.parquet").to_pylist()[shot["a"]]["title"]
    assert weapon in steps["fired"]
    assert re.search(r"\d k?m$", steps["fired"])
    assert "hit" in steps
    assert units[by]["name"] in steps["lost"]
    page.find(".chain li[data-step=seen] button").click()
    assert page.time_s() == pytest.approx(seen["time_s"])


def test_the_trainer_sees_what_a_side_does_not(page: Page, site: str, shelf: dict[str, Path]) -> None:
    page.open(f"{site}/?lang=en&theme=light#run=first&view=blue&t=600")
    exact = "return chammo.session.active.source.sample(600)?.exact"
    page.wait(lambda: page.js(exact), "no frame")
    page.keys("u")
    page.wait(lambda: page.js("return chammo.session.active.unseen > 0"), "nothing more is shown")
    contacts = pq.read_table(shelf["first"] / "contacts.parquet").to_pylist()
    held = {row["unit"] for row in contacts if row["frame"] == 60 and row["side"] == 0}
    status = (
        pq.read_table(shelf["first"] / "trace.parquet").slice(60 * SMALL.n_units, SMALL.n_units)["status"].to_pylist()
    )
    enemies = {k for k in range(SMALL.n_units // 2, SMALL.n_units) if status[k] == 0}
    page.js("chammo.session.panes.forEach((pane) => pane.fit()); chammo.clock.seek(600)")
    page.wait(
        lambda: page.js("return chammo.session.active.unseen") == len(enemies - held), "not those without a contact"
    )
    page.keys("u")
    with Served([shelf["first"]], only_view="blue") as locked:
        page.open(f"{locked.url}/?lang=en#view=blue&t=600")
        page.click("#btn-layers")
        assert not page.all("#layer-unseen")
        page.keys(Keys.ESCAPE)
        page.keys("u")
        assert page.js("return chammo.session.active.truth") is None
    client = create_app(Library([shelf["first"]], only_view="blue")).server.test_client()
    assert client.get("/replay/first/truth/summary.json").status_code == 404


def test_links_lead_over_relays_hop_by_hop(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=truth&t=300")
    page.wait(lambda: page.js("return chammo.session.active.source.sample(300)?.exact"), "no frame")
    ways = page.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        chammo.load("links").then(({ nextHops }) => {
          const p = chammo.session.active;
          const next = nextHops(p.source, p.sample, p.positions);
          const { a, i } = p.sample;
          done([...next].map((to, k) => [a.hops[i * a.units + k], to < 0 ? null : a.hops[i * a.units + to], to < 0 ||
            p.source.sideOf[k] === p.source.sideOf[to], a.status[i * a.units + k]]));
        });""")
    linked = [way for way in ways if way[0] not in (0, 255) and way[3] == 0]
    assert any(hops == 2 for hops, *_ in linked)
    assert all(to == hops - 1 and same for hops, to, same, _ in linked if to is not None)
    assert sum(to is not None for _, to, *_ in linked) > len(linked) / 2


def test_keys_work_under_a_hangul_keyboard_and_with_caps_lock(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=ko")
    press = "window.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], code: arguments[1] }))"
    for key, code in (("ㅡ", "KeyM"), ("M", "KeyM"), ("Process", "KeyM"), ("m", "KeyM")):
        before = page.js("return chammo.session.measure.active")
        page.js(press, key, code)
        assert page.js("return chammo.session.measure.active") is not before, key
    page.js(press, "ㅜ", "KeyN")
    assert page.time_s() > 0
    page.js(press, "Process", "BracketRight")
    assert page.js("return chammo.clock.speed") == 32
    page.js(press, "q", "KeyM")  # the letter of another layout counts
    assert page.js("return chammo.session.measure.active") is False


def test_rings_are_named_where_they_cross_the_view_and_can_be_switched_off(page: Page, fight: str) -> None:
    open_at(page, fight, "#view=truth&t=0&unit=blue-cars-1")
    page.js("const p = chammo.session.active; p.centreOn(p.selectedSpot()); p.map.setZoom(-4, {animate: false});"
            "p.draw(0, 1)")  # fmt: skip
    named = "return chammo.session.active.names.drawn.filter((one) => one.ofPlace).map((one) => one.text)"
    shown = page.wait(lambda: [text for text in page.js(named) if "km" in text or " m" in text], "no names of rings")
    assert any("Cannon of a car" in text for text in shown)
    inside = page.js("const p = chammo.session.active; return p.names.drawn.every((one) => one.left >= -1 &&"
                     " one.right <= p.width + 1 && one.top >= -1 && one.bottom <= p.height + 1)")  # fmt: skip
    assert inside
    page.click("#btn-layers")
    page.click("#layer-ring_weapon")
    page.wait(lambda: not any("Cannon of a car" in text for text in page.js(named)), "the ring of the weapon stays")
    page.click("#layer-ring_weapon")
    page.keys(Keys.ESCAPE)


def test_orders_of_the_selected_group_only(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=truth&t=600")
    page.keys("o")
    drawn = "return chammo.session.active.routes.map((r) => r.order.group)"
    everything = page.wait(lambda: page.js(drawn), "no route")
    assert len(everything) > 1
    group = everything[0]
    unit = page.js("return chammo.session.active.source.units.find((one) => one.group === arguments[0]).name", group)
    page.js("location.hash = `#view=truth&t=600&unit=${arguments[0]}`", unit)
    page.wait(lambda: page.js(drawn) == [group], "others stay")
    page.keys(Keys.ESCAPE)
    page.click("#tab-events")
    page.find("#filter-side").send_keys("Red")
    page.wait(lambda: set(page.js(drawn)) and all(name.startswith("red") for name in page.js(drawn)), "the side")
    page.find("#filter-side").send_keys("All")
    page.js("document.activeElement.blur()")
    page.keys("o")


def test_rows_of_events_tell_side_weapon_and_range_in_full(page: Page, fight: str, skirmish: Path) -> None:
    open_at(page, fight)
    page.wait(lambda: page.js("return Boolean(chammo.session.active.source.shots)"), "no shots")
    page.click("#tab-events")
    page.js("const s = document.getElementById('filter-kind'); s.value = 'fire'; s.dispatchEvent(new Event('input'))")
    page.wait(lambda: any("Cannon of a car" in text for text in page.texts(".log-row")), "no weapon")
    page.js(
        "const s = document.getElementById('filter-kind'); s.value = 'contact'; s.dispatchEvent(new Event('input'))"
    )
    page.wait(
        lambda: any(text.split("\n")[-1].startswith(("Blue", "Red")) for text in page.texts(".log-row")), "no side"
    )
    cut = page.js("return [...document.querySelectorAll('.log-row span')].filter((one) =>"
                  " one.scrollHeight > one.clientHeight + 1).map((one) => one.innerText)")  # fmt: skip
    assert cut == []
