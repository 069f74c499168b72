"""Every tab and tool of the page in turn, at a size, in a theme and a language: a walk for checks and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains

from tests.viz.browser import Keys, Page
from tests.viz.geometry import faults

SIZES = ((1280, 720), (1920, 1080))
THEMES = ("light", "dark")
LANGUAGES = ("en", "ko")
IDLE = "return chammo.session.panes.every((pane) => pane.isComplete && pane.painted) && !chammo.session.waiting()"


@dataclass(frozen=True)
class Look:
    """A size, a theme and a language."""

    width: int
    height: int
    theme: str
    lang: str

    @property
    def name(self) -> str:
        return f"{self.width}-{self.theme}-{self.lang}"


LOOKS = tuple(Look(*size, theme, lang) for size in SIZES for theme in THEMES for lang in LANGUAGES)


def settle(page: Page) -> None:
    """Wait until frames and tables are here, two frames are drawn and the names have come to rest."""
    page.wait(lambda: page.js(IDLE), "frames are missing")
    page.driver.execute_async_script(
        "const done = arguments[0]; chammo.clock.changed();"
        "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)));"
    )


def walk(page: Page, url: str, run: str, look: Look, moment: float = 0.5) -> Iterator[str]:
    """Open a run and yield the name of each state in which the page then is. ``moment`` is a share of the run."""
    page.resize(look.width, look.height)
    page.forget()
    query = f"?lang={look.lang}&theme={look.theme}"
    page.open(f"{url}/{query}#run={run}&view=truth")
    settle(page)
    yield "first"
    page.js("chammo.clock.seek(arguments[0] * chammo.clock.duration)", moment)
    settle(page)
    yield from _tabs(page)
    yield from _selected(page)
    yield from _tools(page)
    yield from _views(page)
    yield from _review(page)
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.click("#tab-summary")
    settle(page)
    yield "end"


def _tabs(page: Page) -> Iterator[str]:
    for tab in page.all("#tabs [role=tab]"):
        if tab.is_displayed():
            tab.click()
            name = tab.get_attribute("id")
            settle(page)
            yield str(name)


def _selected(page: Page) -> Iterator[str]:
    page.click("#tab-units")
    page.js("[...document.querySelectorAll('#panel-units [aria-expanded=false]')].forEach((row) => row.click())")
    page.js("document.querySelector('#panel-units .unit-row')?.click()")
    page.wait(lambda: page.text("#card-name"), "no card")
    settle(page)
    yield "card"
    page.js("const panel = document.querySelector('#panel-units'); panel.scrollTop = panel.scrollHeight")
    yield "card-below"
    page.keys("l", "o")
    settle(page)
    yield "labels-orders"
    page.keys("l", "o", Keys.ESCAPE, "0")
    spot = page.js(
        "const { x, y, shown } = chammo.session.active.positions; const k = [...shown].indexOf(1); return [x[k], y[k]]"
    )
    ActionChains(page.driver).move_to_element_with_offset(
        page.find(".pane canvas"),
        round(spot[0] - page.find(".pane canvas").size["width"] / 2),
        round(spot[1] - page.find(".pane canvas").size["height"] / 2),
    ).perform()
    settle(page)
    yield "hover"
    page.click("#tab-events")
    page.js("document.querySelector('#panel-events [data-kind=LOSS], #panel-events .event')?.click()")
    settle(page)
    yield "event"
    page.keys(Keys.ESCAPE, "0")


def _tools(page: Page) -> Iterator[str]:
    for button, box in (("btn-layers", "#layers"), ("btn-legend", "#legend-box"), ("btn-help", "dialog#help")):
        page.js("document.getElementById(arguments[0]).click()", button)
        page.wait(lambda box=box: page.all(box), box)
        settle(page)
        yield button
        page.js("document.querySelector('dialog')?.close()")
        page.js("const b = document.getElementById(arguments[0]); if (b.ariaExpanded === 'true') b.click()", button)
        page.keys(Keys.ESCAPE)
    page.keys("v")
    page.wait(lambda: page.all("dialog#film"), "no film")
    settle(page)
    yield "film"
    page.js("document.querySelector('dialog')?.close()")
    page.keys("m")
    size = page.find(".pane").size
    for share in (0.35, 0.6):
        page.click_at(".pane", share * size["width"], share * size["height"])
    settle(page)
    yield "measure"
    page.wait(lambda: page.all("#sight-box svg, #sight-box canvas"), "no profile") if page.all("#sight-box") else None
    yield "sight"
    page.keys("m", Keys.ESCAPE)
    for key, name, presses in (("k", "grid", 1), ("e", "envelope", 1), ("h", "heat", 1), ("q", "units", 1)):
        page.keys(*[key] * presses)
        settle(page)
        yield name
        if name in ("envelope", "heat"):
            page.js("chammo.rasters; document.querySelector('#btn-legend').click()")
            settle(page)
            yield f"{name}-legend"
            page.keys(Keys.ESCAPE)
    page.keys("k", "k", "e", "e", "h", "h", "h", "q")  # each key goes round its choices
    page.keys("z", "z", "n")
    settle(page)
    yield "time-zoomed"
    page.keys(*["Z"] * 4, Keys.ESCAPE, "0")


def _views(page: Page) -> Iterator[str]:
    for key, name in (("2", "blue"), ("u", "unseen"), ("4", "both")):
        page.keys(key)
        n_panes = 2 if name == "both" else 1
        page.wait(
            lambda n=n_panes: page.js("return chammo.session.panes.filter((p) => p.source.isSide).length") == n, name
        )
        settle(page)
        yield name
    page.keys("u", "1", "0")
    settle(page)


def _review(page: Page) -> Iterator[str]:
    page.keys("b")
    page.wait(lambda: page.all("#panel-review textarea, #panel-review input"), "no mark")
    settle(page)
    yield "mark"


def check(
    page: Page, url: str, run: str, look: Look, keep: Callable[[Look, str], Path | None] = lambda *_: None
) -> dict[str, list[str]]:
    """Walk, take a picture of each state where ``keep`` gives a path for it, and return the faults by state."""
    found: dict[str, list[str]] = {}
    for state in walk(page, url, run, look):
        path = keep(look, state)
        if path is not None:
            page.screenshot(path)
        told = faults(page)
        if told:
            found[state] = told
    return found
