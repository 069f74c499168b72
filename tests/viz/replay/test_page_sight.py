"""The line of sight along the measured line, in a real browser: the engine's own answer."""

from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.hilly import Engine

pytestmark = pytest.mark.browser

PAIRS = [  # from, to; some in sight of each other, some not, one beyond the map
    ((-6000.0, 0.0), (5500.0, 2500.0)),
    ((-6000.0, 0.0), (-5200.0, 300.0)),
    ((0.0, -5000.0), (0.0, 5000.0)),
    ((3000.0, 1000.0), (4200.0, -900.0)),
    ((-7000.0, 5000.0), (7000.0, -5000.0)),
    ((7000.0, 5500.0), (9000.0, 5500.0)),
]
PROFILE = "return chammo.sight.profile"


@pytest.fixture
def hills_page(page: Page, hills_site: str) -> Page:
    page.open(f"{hills_site}/?lang=en&theme=light#view=blue&t=100")
    return page


def measure(page: Page, start: tuple[float, float], end: tuple[float, float]) -> dict:
    page.js("chammo.session.measure.set({x: arguments[0], y: arguments[1]}, {x: arguments[2], y: arguments[3]})",
            *start, *end)  # fmt: skip
    return page.wait(lambda: page.js(PROFILE), "no profile")


def test_what_is_hidden_is_what_the_engine_does_not_see(hills_page: Page) -> None:
    """On every place of every line, with several heights of the eye: the answer of the page and that of the engine."""
    engine = Engine()
    answers = set()
    for eye_m, target_m in ((2.0, 2.0), (60.0, 5.0)):
        hills_page.js("chammo.sight.heights = [arguments[0], arguments[1]]", eye_m, target_m)
        for start, end in PAIRS:
            made = measure(hills_page, start, end)
            last = len(made["seen"]) - 1
            eye = (*start, engine.height_m(*start) + eye_m)
            for k, is_seen in enumerate(made["seen"]):
                place = [a + (b - a) * (k / last) for a, b in zip(start, end, strict=True)]
                level = engine.height_m(*place)
                assert abs(made["ground_m"][k] - level) < 1e-6
                assert is_seen == engine.sees(eye, (place[0], place[1], level + target_m)), (start, end, k)
            is_clear = engine.sees(eye, (*end, engine.height_m(*end) + target_m))
            assert made["is_clear"] == is_clear
            verdict = hills_page.wait(lambda: hills_page.text("#sight-box strong"), "no verdict")
            assert verdict.startswith("In sight" if is_clear else "Hidden: the ground is ")
            answers.add(is_clear)
    assert answers == {True, False}


def test_a_line_is_measured_with_the_mouse_and_its_heights_are_typed(hills_page: Page) -> None:
    hills_page.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅡ', code: 'KeyM'}))")  # under a Hangul keyboard
    spot = hills_page.js(
        "const p = chammo.session.active; const k = p.source.indexOf.get('blue-post');"
        " return [p.positions.x[k], p.positions.y[k]]"
    )
    hills_page.click_at(".map", *spot)  # snaps to the post
    hills_page.click_at(".map", spot[0] + 330, spot[1] - 150)
    made = hills_page.wait(lambda: hills_page.js(PROFILE), "no profile")
    assert "blue-post →" in hills_page.text("#sight-box .ends")
    assert abs(made["heights_m"][0] - 10.0) <= 1.0  # of the post; its height above the sea comes in whole metres
    line = hills_page.wait(
        lambda: hills_page.js("return new URLSearchParams(location.hash.slice(1)).get('line')"), "no"
    )
    assert float(line.split(",")[0]) == -6000.0
    before = sum(made["seen"])
    box = hills_page.find("#sight-height-1")
    box.clear()
    box.send_keys("900", Keys.ENTER)
    raised = hills_page.wait(lambda: (now := hills_page.js(PROFILE)) and now["heights_m"][0] == 900.0 and now, "low")
    assert all(raised["seen"])
    assert sum(raised["seen"]) > before
    assert hills_page.text("#sight-box strong") == "In sight"
    hills_page.js("document.activeElement.blur()")
    hills_page.keys(Keys.ESCAPE)
    hills_page.wait(lambda: not hills_page.all("#sight-box"), "it stays")
    assert hills_page.js("return chammo.session.measure.profile") is None


def test_a_link_opens_the_line_and_nothing_is_clipped(page: Page, hills_site: str) -> None:
    page.open(f"{hills_site}/?lang=ko&theme=dark#view=both&t=100&line=-6000,0,12,5500,2500,2")
    page.wait(lambda: page.js(PROFILE), "no profile")
    page.click("#btn-legend")
    page.wait(lambda: page.all("#legend-box [data-key=hidden]"), "not in the legend")
    page.click("#btn-legend")
    inside = page.js(
        "const box = document.getElementById('sight-box').getBoundingClientRect();"
        "const maps = document.getElementById('maps').getBoundingClientRect();"
        "return box.left >= maps.left && box.right <= maps.right && box.top >= maps.top && box.bottom <= maps.bottom"
        " && [...document.querySelectorAll('#sight-box *')].every((e) => { const r = e.getBoundingClientRect();"
        " return r.right <= box.right + 1 && r.bottom <= box.bottom + 1; })"
    )
    assert inside


def test_runs_that_do_not_say_how_round_the_earth_is_say_so(page: Page, small: Path) -> None:
    with Served([small], only_view="blue") as served:
        page.open(f"{served.url}/?lang=en#view=blue&t=100")
        page.js("chammo.session.measure.set({x: 0, y: 0}, {x: 5000, y: 0})")
        page.wait(lambda: page.text("#sight-box strong").startswith("Heights only: "), "no reason")
        made = page.js(PROFILE)
        assert made["seen"] is None
        assert len(made["ground_m"]) > 2
        page.js("chammo.session.measure.toggle(false)")
        page.wait(lambda: not page.all("#sight-box"), "it stays")
