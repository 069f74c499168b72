"""The page in a real browser tells the story: summary, legend, chapters, layout."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.geometry import faults
from tests.viz.skirmish import events, open_at, outcome
from tests.viz.synthetic import Recipe, write_run

pytestmark = pytest.mark.browser


def test_the_summary_tells_who_won_why_and_at_what_price(page: Page, fight: str, skirmish: Path) -> None:
    told = outcome(skirmish)
    open_at(page, fight)
    assert page.find("#tab-summary").get_attribute("aria-selected") == "true"
    assert "Shall the posts be held?" in page.text("#panel-summary .question")
    page.click(".to-end")
    page.wait(lambda: page.text(".verdict").lower() == f"{told['winner']} wins", "no winner")
    scores = {side["side"]: f"{side['score']:.2f}" for side in told["sides"]}
    assert all(score in page.text(".verdict-box p") for score in scores.values())
    assert page.texts("#score-bar span:not(.score-parts)") == list(scores.values())
    rows = page.texts(".objective")
    assert len(rows) == len(told["objectives"])
    for objective in told["objectives"]:
        row = next(row for row in rows if objective["text"].lower() in row.lower())
        assert f"{round(100 * objective['progress'])}%" in row
        assert ("met at" in row) == (objective["met_s"] is not None)
    for side in told["sides"]:
        assert f"lost {sum(p['lost'] for p in side['losses'])} of {side['units']} units" in page.text(".losses")
        for platform in side["losses"]:
            if platform["lost"]:
                assert f"{platform['lost']} / {platform['of']}" in page.text(".losses")


def test_every_line_of_the_summary_jumps(page: Page, fight: str, skirmish: Path) -> None:
    told = outcome(skirmish)
    open_at(page, fight)
    lines = [line.split("\n")[1].lower() for line in page.texts("#panel-summary .points .point")]
    assert lines == [point["text"].lower() for point in told["turning_points"]]
    for number, point in enumerate(told["turning_points"]):
        page.all("#panel-summary .points .point")[number].click()
        assert page.time_s() == pytest.approx(point["time_s"])
    met = [o for o in told["objectives"] if o["met_s"] is not None]
    for objective in met:
        next(row for row in page.all(".objective") if objective["text"].lower() in row.text.lower()).click()
        assert page.time_s() == pytest.approx(objective["met_s"])
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.wait(lambda: page.all(".loss-row"), "no losses")
    page.js("document.querySelector('.loss-row').click()")
    assert any(page.time_s() == pytest.approx(row["time_s"]) for row in events(skirmish, "loss"))


def test_objectives_progress_with_the_clock(page: Page, fight: str, skirmish: Path) -> None:
    table = pq.read_table(skirmish / "objectives.parquet").to_pylist()
    open_at(page, fight)
    for frame in (0, 5, 12):
        rows = {row["objective"]: row for row in table if row["frame"] == frame}
        page.js("chammo.clock.seek(arguments[0])", rows[0]["time_s"])
        page.js("chammo.summary.update(true)")
        shown = page.js("return chammo.summary.rows.map(({ value }) => parseInt(value.textContent))")
        assert shown == pytest.approx([100 * rows[k]["progress"] for k in sorted(rows)], abs=0.8)


def test_a_side_sees_its_mission_but_neither_result_nor_progress(page: Page, fight: str) -> None:
    open_at(page, fight, "#view=blue&t=0")
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.js("chammo.summary.update(true)")
    assert page.text(".verdict") == "The run ends"
    assert not page.find("#score-bar").is_displayed()
    assert "wins" not in page.text("#panel-summary")
    assert page.js("return chammo.summary.data.objectives.every((one) => one.side === 'blue' && !one.progress)")


def test_turning_points_are_chapters_of_the_timeline(page: Page, fight: str, skirmish: Path) -> None:
    times = sorted({point["time_s"] for point in outcome(skirmish)["turning_points"]})
    open_at(page, fight)
    page.chord(Keys.SHIFT, "n")
    later = [time for time in times if time > 0.05]
    assert page.time_s() == pytest.approx(later[0])
    page.chord(Keys.SHIFT, "n")
    assert page.time_s() == pytest.approx(later[1])
    page.chord(Keys.SHIFT, "p")
    assert page.time_s() == pytest.approx(later[0])


def test_the_legend_shows_the_frame_of_a_command_post_and_not_its_staff(page: Page, fight: str) -> None:
    open_at(page, fight)
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.wait(lambda: page.text(".verdict").endswith("wins"), "not at the end")
    page.click("#btn-legend")
    page.wait(lambda: page.all("#legend-box dd"), "no legend")
    middle = page.js("""
        const box = document.querySelector('#legend-box [data-key="side:blue"] canvas'); // its cars are lost
        const { data } = box.getContext('2d').getImageData(0, box.height / 2, box.width, 1);
        return [...data].filter((_, at) => at % 4 === 3);
    """)
    assert sum(alpha > 0 for alpha in middle) > 15


def test_the_legend_lists_what_is_on_the_map_and_no_more(page: Page, fight: str, skirmish: Path) -> None:
    open_at(page, fight)
    page.click("#btn-legend")
    page.wait(lambda: page.all("#legend-box dd"), "no legend")
    keys = "return [...document.querySelectorAll('#legend-box [data-key]')].map((one) => one.dataset.key)"
    assert {"side:blue", "side:red"} <= set(page.js(keys))
    assert not [key for key in page.js(keys) if key.startswith("wreck")]
    page.js("chammo.clock.seek(chammo.clock.duration)")
    lost = {("blue", "red")[row["side"]] for row in events(skirmish, "loss")}
    page.wait(
        lambda: {key for key in page.js(keys) if key.startswith("wreck")} == {f"wreck:{s}" for s in lost}, "wrecks"
    )
    page.keys("g")
    page.wait(lambda: not page.all("#legend-box"), "the legend stays")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_of_the_story_is_clipped(page: Page, fight: str, width: int, height: int, lang: str) -> None:
    page.resize(width, height)
    open_at(page, fight, lang=lang)
    page.js("chammo.clock.seek(chammo.clock.duration)")
    page.keys("g")
    page.wait(lambda: page.all("#legend-box dd"), "no legend")
    for tab in ("summary", "units", "events"):
        page.click(f"#tab-{tab}")
        assert faults(page) == []
    page.keys("g")


def test_the_stopwatch_trial_takes_a_click_to_the_winner_the_reason_and_the_three_moments(
    page: Page, fight: str, skirmish: Path
) -> None:
    """From opening the page: a click, and all of it is in sight without scrolling; one more leads to a moment."""
    told = outcome(skirmish)
    page.resize(1280, 720)
    open_at(page, fight)
    assert page.find("#tab-summary").get_attribute("aria-selected") == "true"
    page.click(".to-end")
    page.wait(lambda: page.text(".verdict").lower() == f"{told['winner']} wins", "who")
    why = page.text(".verdict-box p")
    assert "Time was up" in why
    assert "a win needs a lead of more than 0.05" in why
    bold = [line.split("\n")[1] for line in page.texts(".point.decisive")]
    assert 0 < len(bold) <= 3
    assert [line.split("\n")[1] for line in page.texts(".moments .point")] == bold
    panel = page.js("return document.querySelector('#panel-summary').getBoundingClientRect().toJSON()")
    for css in (".verdict", ".verdict-box p", ".moments .point:last-child"):
        box = page.js("return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", css)
        assert panel["top"] <= box["top"] < box["bottom"] <= panel["bottom"], css
    first = min(told["turning_points"], key=lambda p: (p["text"].lower() != bold[0].lower(), p["time_s"]))
    page.click(".moments .point")
    page.wait(lambda: page.time_s() == pytest.approx(first["time_s"], abs=0.5), "the moment is not shown")


def test_a_narrow_page_stacks_map_and_panel_and_says_when_it_is_too_narrow(page: Page, fight: str) -> None:
    try:
        page.resize(820, 720)
        open_at(page, fight)
        maps, side = page.js(
            "return ['maps', 'side'].map((id) => document.getElementById(id).getBoundingClientRect().toJSON())"
        )
        assert side["top"] >= maps["bottom"] - 1
        assert maps["width"] == side["width"] == 820
        outside = page.js("return [...document.querySelectorAll('button, select')].filter((one) => one.offsetWidth &&"
                          " one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.id)")  # fmt: skip
        assert outside == []
        assert not page.find("#narrow").is_displayed()
        page.resize(800, 720)
        assert "820" in page.text("#narrow")
    finally:
        page.resize(1280, 720)


def test_forty_switches_of_the_view_leave_no_growth(page: Page, fight: str) -> None:
    def used() -> float:
        page.driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        metrics = page.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1e6

    page.driver.execute_cdp_cmd("Performance.enable", {})
    open_at(page, fight)
    views = ("truth", "blue", "red", "both")
    sizes = []
    for turn in range(48):
        view = views[turn % 4]
        page.js("document.querySelector(`#view-switch [data-view=${arguments[0]}]`).click()", view)
        page.wait(lambda view=view: page.js("return chammo.session.panes.length") == (2 if view == "both" else 1), view)
        page.wait(lambda: page.js("return chammo.session.panes.every((pane) => pane.painted)"), "no frame")
        if turn in (7, 47):
            sizes.append(used())
    assert sizes[1] < 1.15 * sizes[0] + 1.0


def test_values_of_charts_with_four_sides_are_whole(page: Page, tmp_path: Path) -> None:
    sides = ("blue", "red", "fishermen", "merchants")
    folder = write_run(tmp_path / "four", Recipe(n_units=40, n_frames=31, sides=sides))
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en#view=truth&t=200")
        page.click("#tab-charts")
        page.wait(lambda: "merchants" in page.text(".chart-value"), "no values")
        over = (
            "const edge = document.getElementById('side').getBoundingClientRect().right;"
            "return [...document.querySelectorAll('.chart-value')].filter((one) =>"
            " one.getBoundingClientRect().right > edge).map((one) => one.textContent)"
        )
        assert page.js(over) == []


def test_rows_of_contacts_and_the_kill_chain_name_the_sensor(page: Page, fight: str, skirmish: Path) -> None:
    """The cars have a field glass alone."""
    open_at(page, fight)
    page.click("#tab-events")
    page.js("const kind = document.getElementById('filter-kind'); kind.value = 'contact'; chammo.log.filter()")
    page.wait(lambda: page.texts(".log-row"), "no rows")
    rows = [row for row in page.texts(".log-row") if "gains contact" in row]
    assert rows
    assert all(row.endswith(", with Field glass") for row in rows)
    loss = events(skirmish, "loss")[0]
    page.js("chammo.clock.seek(arguments[0])", loss["time_s"] + 1)
    page.js("chammo.log.family.value = 'loss'; chammo.log.filter()")
    page.wait(lambda: page.all(".chain-button"), "no chain")
    page.click(".chain-button")
    page.wait(lambda: "with Field glass" in page.text("section.chain"), "the chain does not name it")
