"""Every tab and tool of the page in turn, at a size, in a theme and a language: a walk for checks and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains

from tests.viz.browser import Keys, Page
from tests.viz.geometry import faults
from tests.viz.wording import wording_faults

SIZES = ((1280, 720), (1920, 1080))
THEMES = ("light", "dark")
LANGUAGES = ("en", "ko")
ALONE = """
const { x, y, shown } = chammo.session.active.positions;
const all = [...shown.keys()].filter((k) => shown[k] && shown[k] !== 2);
const range = (k, other) => (k === other ? Infinity : Math.hypot(x[k] - x[other], y[k] - y[other]));
const gap = (k) => Math.min(...all.map((other) => range(k, other)));
return all.filter((k) => shown[k] === 1).sort((one, two) => gap(two) - gap(one)).slice(0, 3).map((k) => [x[k], y[k]]);
"""
"""Places on the map of the units that stand farthest from any other [px]."""
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
    yield from tabs(page)
    yield from _selected(page, moment)
    yield from _tools(page)
    yield from _views(page)
    yield from _review(page)
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.click("#tab-summary")
    settle(page)
    yield "end"


def tabs(page: Page) -> Iterator[str]:
    """Open each tab in turn and yield its name."""
    for tab in page.all("#tabs [role=tab]"):
        if tab.is_displayed():
            tab.click()
            name = tab.get_attribute("id")
            settle(page)
            yield str(name)


def _selected(page: Page, moment: float) -> Iterator[str]:
    page.click("#tab-units")
    page.js("[...document.querySelectorAll('#panel-units [aria-expanded=false]')].forEach((row) => row.click())")
    page.js("document.querySelector('#panel-units .unit-row')?.click()")
    page.wait(lambda: page.text("#card-name"), "no card")
    settle(page)
    yield "card"
    page.js("const card = document.querySelector('#panel-unit'); card.scrollTop = card.scrollHeight")
    yield "card-below"
    page.keys("l", "o")
    settle(page)
    yield "labels-orders"
    page.keys("l", "o", Keys.ESCAPE, "0")
    canvas = page.find(".pane canvas")
    for x, y in page.js(ALONE):
        offset = (round(x - canvas.size["width"] / 2), round(y - canvas.size["height"] / 2))
        ActionChains(page.driver).move_to_element_with_offset(canvas, *offset).perform()
        settle(page)
        if page.js("return !document.querySelector('.unit-tip').hidden"):
            break
    assert page.text(".unit-tip"), "no words beside the pointer"
    yield "hover"
    page.click("#tab-events")
    page.js("chammo.log.family.value = 'loss'; chammo.log.filter()")
    page.wait(lambda: page.all(".log-row"), "no rows")
    page.js("document.querySelector('.log-row').click()")
    settle(page)
    yield "event"
    page.js("document.querySelector('.chain-button').click()")
    page.wait(lambda: page.text("section.chain"), "no kill chain")
    settle(page)
    yield "kill-chain"
    page.js("chammo.log.family.value = ''; chammo.log.filter()")
    page.js("chammo.clock.seek(arguments[0] * chammo.clock.duration)", moment)
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
    page.wait(lambda: not page.all("dialog"), "the film stays open")
    page.keys("m")
    size = page.find(".pane").size
    for share in (0.35, 0.6):
        page.click_at(".pane", share * size["width"], share * size["height"])
    settle(page)
    yield "measure"
    if page.js("return Boolean(chammo.session.active.source.meta.terrain_m)"):
        page.wait(lambda: page.js("return Boolean(chammo.sight.profile)"), "no profile")
        settle(page)
        yield "sight"
    page.keys("m", Keys.ESCAPE)
    for key, name, presses in (("k", "grid", 1), ("e", "envelope", 1), ("h", "heat", 1), ("q", "units", 1)):
        page.keys(*[key] * presses)
        settle(page)
        yield name
        if name in ("envelope", "heat"):
            page.click("#btn-legend")
            page.wait(lambda: page.all("#legend-box dd"), "no legend")
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
    page: Page, states: Iterable[str], look: Look, keep: Callable[[Look, str], Path | None] = lambda *_: None
) -> dict[str, list[str]]:
    """Walk, take a picture of each state where ``keep`` gives a path for it, and return the faults by state."""
    found: dict[str, list[str]] = {}
    for state in states:
        path = keep(look, state)
        if path is not None:
            page.screenshot(path)
        told = faults(page) + wording_faults(page)
        if told:
            found[state] = told
    return found
