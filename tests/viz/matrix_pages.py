"""Walks over more pages than that of a run: two runs, a batch, a class, a run being written, boards, narrow windows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.viz.browser import Keys, Page, Served
from tests.viz.matrix import Look, settle, tabs
from tests.viz.school import KEYS, ask, enter, forgive_the_door, hold
from tests.viz.written_live import WrittenLive

NARROW, TOO_NARROW = 820, 700
"""Widths of a window [px]: the narrowest that the page is made for, and one below it."""


def two_runs(page: Page, url: str, look: Look) -> Iterator[str]:
    """Comparison of the first two runs of a server, the ghost of B on A, the views of a side and of both."""
    _open(page, url, look)
    page.wait(lambda: page.js("return Boolean(chammo.compare.pair)"), "no comparison")
    page.js("chammo.clock.seek(0.5 * chammo.clock.duration)")
    page.click("#tab-compare")
    settle(page)
    yield "two-runs"
    page.js("document.querySelectorAll('#panel-compare details').forEach((one) => (one.open = true))")
    yield "two-runs-differences"
    page.js("const panel = document.querySelector('#panel-compare'); panel.scrollTop = panel.scrollHeight")
    settle(page)
    yield "two-runs-numbers"
    page.keys("d")
    settle(page)
    yield "two-runs-first-difference"
    page.keys("0")
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.keys("g")
    page.wait(lambda: page.all("#legend-box dd"), "no legend")
    settle(page)
    yield "two-runs-end-legend"
    page.keys("g", "x")
    settle(page)
    yield "two-runs-no-ghost"
    page.keys("x", "2")
    page.wait(lambda: page.js("return chammo.compare.pair?.[1].source.isSide"), "no comparison of a side")
    settle(page)
    yield "two-runs-blue"
    for tab in ("summary", "charts"):
        page.keys("1")
        page.wait(lambda: page.js("return !chammo.session.panes[0].source.isSide"), "no truth")
        page.click(f"#tab-{tab}")
        settle(page)
        yield f"two-runs-{tab}"


def batch(page: Page, url: str, name: str, look: Look) -> Iterator[str]:
    """The page of a batch: as it opens, a search, a replication that was kept and one that was not."""
    page.resize(look.width, look.height)
    page.driver.get("about:blank")
    page.driver.get(f"{url}/?lang={look.lang}&theme={look.theme}#batch={name}")
    page.wait(lambda: page.all("#batch tr[data-row]"), "no rows")
    page.driver.execute_async_script("document.fonts.ready.then(() => setTimeout(arguments[0], 200))")
    yield "batch"
    page.js("document.querySelector('#batch tr[data-row]').click()")
    page.wait(lambda: page.all("#replay-command"), "no replication")
    yield "batch-replication"
    page.js("document.querySelector('#batch tr[data-row]:last-child').click()")
    yield "batch-last"
    page.find("#measure-search").send_keys("loss")
    page.js("document.querySelectorAll('#batch, #batch > *').forEach((one) => (one.scrollTop = one.scrollHeight))")
    yield "batch-search"
    page.find("#measure-search").clear()
    page.find("#measure-search").send_keys("qqqq")
    yield "batch-nothing-found"


def class_pages(page: Page, folder: Path, look: Look) -> Iterator[str]:
    """The door of a class, the page of a trainer who leads, and that of a trainee: held, led, free, released."""
    page.resize(look.width, look.height)
    with Served([folder], keys=KEYS, holds=True) as served:
        page.driver.get("about:blank")
        page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        page.driver.get(f"{served.url}/?lang={look.lang}")
        page.wait(lambda: page.all("input[name=key]"), "no door")
        yield "class-door"
        page.find("input[name=key]").send_keys("nothing", Keys.ENTER)
        page.wait(lambda: page.all("[role=alert]"), "no refusal")
        yield "class-refused"
        forgive_the_door(page)
        enter(page, served.url, "trainer", look.lang)
        _paint(page, look)
        yield "class-trainer"
        page.click("#btn-class")
        page.js("chammo.clock.seek(0.4 * chammo.clock.duration)")
        settle(page)
        yield "class-leading"
        time_s = page.time_s()
        enter(page, served.url, "blue", look.lang)
        _paint(page, look)
        news: dict[str, Any] = {"leads": True, "run": folder.name, "time_s": time_s, "speed": 8, "playing": False}
        ask(served.url, "trainer", news)
        page.wait(lambda: abs(page.time_s() - time_s) < 0.1, "does not follow")
        settle(page)
        yield "class-held"
        page.keys("c", Keys.HOME)
        page.wait(lambda: page.time_s() == 0, "not free")
        settle(page)
        yield "class-free"
        hold(served.url, holds=False)
        page.wait(lambda: page.js("return chammo.clock.duration") > time_s, "not released")
        settle(page)
        yield "class-released"
        page.driver.get("about:blank")
        page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})


def live(page: Page, document: dict[str, Any], folder: Path, look: Look, *, breaks: bool) -> Iterator[str]:
    """A run that is being written: behind the present, at it, and its end, or how it broke off."""
    with WrittenLive(document, folder) as writing:
        writing.let(12)
        with Served([folder]) as served:
            _open(page, served.url, look)
            page.wait(lambda: page.text("#btn-live"), "no sign of it")
            yield "live-behind"
            page.keys(Keys.END)
            page.wait(lambda: page.find("#btn-live").get_attribute("aria-pressed") == "true", "not at the present")
            writing.let(3)
            settle(page)
            yield "live-present"
            writing.break_off() if breaks else writing.finish()
            page.wait(lambda: page.text("#message"), "no end")
            settle(page)
            yield "live-broken" if breaks else "live-end"
            page.driver.get("about:blank")  # it asks on until it is left


def boards(page: Page, url: str, look: Look, moment: float = 0.8) -> Iterator[str]:
    """The boards of sustainment and of casualties, and the card that each of their tables leads to."""
    _open(page, url, look)
    page.js("chammo.clock.seek(arguments[0] * chammo.clock.duration)", moment)
    settle(page)
    for tab in ("sustainment", "medical"):
        if not page.find(f"#tab-{tab}").is_displayed():
            continue
        page.click(f"#tab-{tab}")
        page.wait(lambda tab=tab: page.texts(f"#panel-{tab} tbody tr"), "no rows")
        settle(page)
        yield f"{tab}-board"
        lower = (
            "const panel = document.getElementById(`panel-${arguments[0]}`);"
            "panel.scrollTop += 0.85 * panel.clientHeight; return panel.scrollTop"
        )
        at, number = 0, 1
        while (now := page.js(lower, tab)) > at and number < 4:
            at, number = now, number + 1
            settle(page)
            yield f"{tab}-board-{number}"
        for table in page.js(
            "return [...document.querySelectorAll(`#panel-${arguments[0]} table`)].map((one) => one.className)", tab
        ):
            row = f"#panel-{tab} table.{table.split()[-1]} tbody tr"
            page.click(f"#tab-{tab}")
            page.js("document.querySelector(arguments[0])?.click()", row)
            page.click("#tab-units")
            if not page.text("#card-name"):
                continue
            page.js("document.querySelector('#panel-unit').scrollIntoView()")
            settle(page)
            yield f"{tab}-{table.split()[-1]}-card"
            page.js("const card = document.querySelector('#panel-unit'); card.scrollTop = card.scrollHeight")
            yield f"{tab}-{table.split()[-1]}-card-below"
            page.js("chammo.clock.seek(arguments[0] * chammo.clock.duration)", moment)


def narrow(page: Page, url: str, look: Look) -> Iterator[str]:
    """The page in the narrowest window that it is made for, and below it."""
    for width in (NARROW, TOO_NARROW):
        _open(page, url, Look(width, look.height, look.theme, look.lang))
        page.js("chammo.clock.seek(chammo.clock.duration)")
        settle(page)
        yield f"{width}"
        yield from (f"{width}-{tab}" for tab in tabs(page))
        for button in ("btn-layers", "btn-legend"):
            page.js("document.getElementById(arguments[0]).click()", button)
            settle(page)
            yield f"{width}-{button}"
            page.js("document.getElementById(arguments[0]).click()", button)
        page.keys("?")
        page.wait(lambda: page.all("dialog#help"), "no help")
        yield f"{width}-help"
    page.resize(look.width, look.height)


def _open(page: Page, url: str, look: Look) -> None:
    page.resize(look.width, look.height)
    page.forget()
    page.open(f"{url}/?lang={look.lang}&theme={look.theme}#view=truth")
    page.wait(lambda: page.js("return chammo.summary.source === chammo.session.active.source"), "no summary")
    settle(page)


def _paint(page: Page, look: Look) -> None:
    """The door leads to a page in the theme of the machine."""
    page.wait(lambda: page.js("return chammo.session.panes.every((pane) => pane.isComplete)"), "no tables")
    if page.js("return document.documentElement.dataset.theme") != look.theme:
        page.click("#btn-theme")
    settle(page)
