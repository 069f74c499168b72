"""Two runs in a real browser: the first difference, the jump to it, the ghost of B on A, the numbers side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.skirmish import outcome
from viz.replay.library import Library

MINUS = "\N{MINUS SIGN}"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def duel(skirmish: Path, skirmish_2: Path) -> Iterator[str]:
    with Served([skirmish, skirmish_2]) as served:
        yield served.url


@pytest.fixture
def opened(page: Page, duel: str) -> Page:
    page.open(f"{duel}/?lang=en&theme=light")
    page.wait(lambda: page.js("return Boolean(chammo.compare.pair)"), "no comparison")
    page.click("#tab-compare")
    return page


def first_difference(skirmish: Path, skirmish_2: Path, view: str = "truth") -> dict:
    library = Library([skirmish, skirmish_2])
    return library.compare("skirmish", "skirmish-2", view)["differences"][0]


def test_the_first_difference_is_told_and_jumped_to(opened: Page, skirmish: Path, skirmish_2: Path) -> None:
    page, first = opened, first_difference(skirmish, skirmish_2)
    assert "random numbers differ" in page.text("#panel-compare")
    assert page.texts(".settings tr") == ["Seed\tA: 1\tB: 2"]
    page.js("chammo.clock.seek(500)")
    for press in (
        lambda: page.click(".first-difference"),
        lambda: page.keys("d"),
        lambda: page.js("dispatchEvent(new KeyboardEvent('keydown', { key: 'ㅇ', code: 'KeyD', bubbles: true }))"),
        lambda: page.js("dispatchEvent(new KeyboardEvent('keydown', { key: 'D', code: 'KeyD', bubbles: true }))"),
    ):
        press()
        assert page.time_s() == pytest.approx(first["time_s"])
        page.js("chammo.clock.seek(500)")
    assert page.find(".difference").is_displayed()
    assert page.text(".timeline-run") == "events of A"
    lines = page.all("#panel-compare details .point")
    assert lines
    page.click("#panel-compare summary")
    lines[-1].click()
    assert page.time_s() != 500


def test_the_numbers_of_both_runs_stand_side_by_side(opened: Page, skirmish: Path, skirmish_2: Path) -> None:
    page = opened
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.js("chammo.compare.update(true)")
    rows = [row.split("\t") for row in page.texts(".numbers tbody tr")]
    ends = [outcome(folder) for folder in (skirmish, skirmish_2)]
    scores = [row for row in rows if row[0] == "Score"]
    lost = [row for row in rows if row[0].startswith("Units lost")]
    for number, _ in enumerate(ends[0]["sides"]):
        a, b = (end["sides"][number] for end in ends)
        told = [float(text) for text in scores[number][1:3]]
        assert told == pytest.approx([a["score"], b["score"]], abs=0.006)
        losses = [sum(one["lost"] for one in side["losses"]) for side in (a, b)]
        assert lost[number][1:3] == [f"{n} / {side['units']}" for n, side in zip(losses, (a, b), strict=True)]
        change = losses[1] - losses[0]
        assert lost[number][3] == ("=" if change == 0 else f"{'+' if change > 0 else MINUS}{abs(change)}")
    assert page.texts(".run-line strong") == ["A: skirmish", "B: skirmish-2"]
    verdicts = page.texts(".run-line span")
    for end, verdict in zip(ends, verdicts, strict=True):
        assert verdict.lower().startswith(f"{end['winner']} wins" if end["winner"] else "no side wins")


def test_the_ghost_of_b_is_drawn_on_a_where_they_differ_and_can_be_switched_off(opened: Page) -> None:
    page = opened
    page.js("chammo.clock.seek(0)")
    page.wait(lambda: page.js("return chammo.session.panes[0].ghosts?.alive === 0"), "a ghost where nothing differs")
    page.js("chammo.clock.seek(600)")
    count = "const { alive, lost } = chammo.session.panes[0].ghosts; return alive + lost"
    page.wait(lambda: page.js(count) > 0, "no ghost")
    assert page.js("return chammo.session.panes[1].ghosts ?? null") is None
    page.keys("g")
    page.wait(lambda: page.all("#legend-box [data-key^=ghost]"), "the legend has no ghost")
    before = page.js("return chammo.session.panes[0].canvas.toDataURL()")
    page.keys("x")
    page.wait(lambda: page.js("return chammo.session.panes[0].canvas.toDataURL()") != before, "still drawn")
    assert not page.find("#compare-ghost").is_selected()
    page.wait(lambda: not page.all("#legend-box [data-key^=ghost]"), "the legend still has it")
    page.click("#compare-ghost")
    page.wait(lambda: page.js("return chammo.session.panes[0].canvas.toDataURL()") == before, "not drawn again")


def test_a_side_compares_what_it_knew(opened: Page, skirmish: Path, skirmish_2: Path) -> None:
    page, first = opened, first_difference(skirmish, skirmish_2, "blue")
    page.keys("2")
    page.wait(lambda: page.js("return chammo.compare.pair?.[1].source.view") == "blue", "no comparison of Blue")
    page.wait(lambda: page.all(".first-difference"), "no first difference")
    text = page.text("#panel-compare")
    assert "red-cars" not in text
    assert "wins" not in text
    assert "Seed" not in text
    page.keys("d")
    assert page.time_s() == pytest.approx(first["time_s"])
    sides = page.js("return [...new Set(chammo.session.panes[0].ghost.units.map((unit) => unit.side))]")
    assert sides == ["blue"]


def test_without_a_second_run_there_is_nothing_of_it(opened: Page) -> None:
    page = opened
    page.js("const b = document.getElementById('run-b'); b.value = ''; b.dispatchEvent(new Event('input'))")
    page.wait(lambda: page.js("return chammo.session.panes.length") == 1, "two maps")
    page.wait(lambda: not page.find("#tab-compare").is_displayed(), "the tab is still there")
    assert not page.find(".difference").is_displayed()
    assert page.js("return chammo.session.panes[0].ghost ?? null") is None
    page.click("#btn-layers")
    assert not page.all("#layer-ghost")
    page.keys(Keys.ESCAPE, "d")
    page.wait(lambda: "Choose a run" in page.text("#message"), "not told why nothing happens")
