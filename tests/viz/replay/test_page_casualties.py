"""The board of casualties, the card and the marks of a run with medical support, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served
from viz.fog.knowledge import Knowledge
from viz.fog.medical import Row
from viz.reading.run_folder import RunFolder

pytestmark = pytest.mark.browser
AT = 5 * 3600


@pytest.fixture(scope="module")
def care_site(wounded: Path) -> Iterator[str]:
    with Served([wounded]) as served:
        yield served.url


def cases_of(folder: Path, side: int | None) -> list[Row]:
    run = RunFolder(folder)
    cases = Knowledge(run, side).medical["cases"]
    run.close()
    return cases


def open_board(page: Page, url: str, view: str = "truth", lang: str = "en", time_s: int = AT) -> None:
    page.open(f"{url}/?lang={lang}#view={view}&t={time_s}")
    page.wait(lambda: page.find("#tab-medical").is_displayed(), "no tab")
    page.click("#tab-medical")
    page.wait(lambda: page.texts("#panel-medical .casualties tbody tr"), "no rows")


def rows(page: Page, table: str = "casualties") -> list[str]:
    return page.texts(f"#panel-medical .{table} tbody tr")


def count(page: Page, stage: str) -> int:
    return int(page.text(f"#panel-medical [data-stage={stage}] dd"))


def test_the_tab_is_absent_without_medical_support(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    page.wait(lambda: page.find("#tab-boards").is_displayed(), "tables are not read")
    assert not page.find("#tab-medical").is_displayed()


def test_the_board_counts_the_casualties_up_to_the_cursor(page: Page, care_site: str, wounded: Path) -> None:
    open_board(page, care_site)
    begun = [case for case in cases_of(wounded, None) if case["steps"][0]["time_s"] <= AT]
    dead = [case for case in begun if any(step["step"] == "dead" and step["time_s"] <= AT for step in case["steps"])]
    assert len(rows(page)) == count(page, "all") == len(begun)
    assert count(page, "dead") == len(dead) > 0
    stages = page.js("return [...document.querySelectorAll('.care-flow > div')].map((one) => one.dataset.stage)")
    assert sum(count(page, stage) for stage in stages if stage != "all") == len(begun)
    page.js("chammo.clock.seek(0)")
    page.wait(lambda: rows(page) == ["No casualty is known at this time."], "casualties of later times")
    assert count(page, "all") == 0


def test_a_row_tells_who_carried_and_who_treats_a_casualty(page: Page, care_site: str, wounded: Path) -> None:
    open_board(page, care_site)
    case = next(
        case
        for case in cases_of(wounded, None)
        if any(step["step"] == "ward" and step["time_s"] <= AT for step in case["steps"])
        and case["steps"][-1]["step"] == "ward"
    )
    row = next(row for row in rows(page) if f"#{case['person']}" in row.split())
    assert f"T{case['steps'][-1]['triage']}" in row
    for words in ("squads-", "ward", "ambulances-", "aid-post", "NISS", "hurt", "aboard"):
        assert words in row
    assert any(text.startswith("aid-post") for text in rows(page, "facilities"))
    assert len(rows(page, "transports")) == 2


@pytest.mark.parametrize(
    ("side", "index", "own", "other"), [("blue", 0, "squads-", "red-"), ("red", 1, "red-", "squads-")]
)
def test_a_side_sees_its_own_casualties_without_their_severity(
    page: Page, care_site: str, wounded: Path, side: str, index: int, own: str, other: str
) -> None:
    open_board(page, care_site, side)
    text = page.text("#panel-medical")
    assert own in text
    assert other not in text
    assert "NISS" not in text
    assert "preventable" not in text
    known = cases_of(wounded, index)
    assert len(rows(page)) == sum(case["steps"][0]["time_s"] <= AT for case in known)
    assert all(case["severity"] is None and "mechanism" not in case for case in known)


def test_the_board_shows_the_places_of_stations_queues_and_transports(page: Page, care_site: str) -> None:
    open_board(page, care_site)
    (row,) = rows(page, "facilities")
    cells = page.js(
        "return [...document.querySelectorAll('#panel-medical .facilities tbody tr td')].map((one) => one.textContent)"
    )
    assert row.startswith("aid-post")
    queue, *stations, _ = cells[1:]
    assert queue.endswith(" / 9")
    bay, theatre, intensive, ward = stations
    assert (bay[-4:], theatre[-4:], intensive, ward[-4:]) == (" / 1", " / 1", "\N{EN DASH}", " / 4")
    assert all(int(one.split(" / ")[0]) <= int(one.split(" / ")[1]) for one in (bay, theatre, ward))
    assert all(" / 3" in text for text in rows(page, "transports"))  # two litters and a seat


def test_transports_and_facilities_that_are_lost_are_marked_from_their_loss_on(page: Page, care_site: str) -> None:
    open_board(page, care_site)
    unit = page.js("return chammo.session.active.source.medical.transports[0]")
    name = rows(page, "transports")[0].split()[0]
    assert "(lost)" not in " ".join(rows(page, "transports"))
    page.js(
        "const source = chammo.session.active.source;"
        "const at = source.events.time_s.findIndex((time) => time > 3600);"
        "source.losses = { events: source.events, of: new Map([[arguments[0], at]]) }; chammo.clock.seek(7200);",
        unit,
    )
    page.wait(lambda: f"{name} (lost)" in rows(page, "transports")[0], "not marked")
    page.js("chammo.clock.seek(1800)")
    page.wait(lambda: "(lost)" not in " ".join(rows(page, "transports")), "marked before its loss")


def test_the_board_lists_the_orders_of_the_medical_policy_in_words(page: Page, care_site: str, wounded: Path) -> None:
    run = RunFolder(wounded)
    orders = [one for one in Knowledge(run, None).medical["orders"] if one["time_s"] <= AT]
    run.close()
    open_board(page, care_site)
    told = rows(page, "orders")
    assert len(told) == len(orders) > 0
    sent = [one for one in orders if one["order"] == "transport_person" and one["person"] is not None]
    assert any(f"#{sent[0]['person']}" in text and "goes for" in text for text in told)
    assert not any("care_order" in text or "transport_" in text for text in told)
    open_board(page, care_site, "red")
    assert not page.all("#panel-medical .orders")  # no policy of its own


def test_a_row_leads_to_the_time_of_its_stage(page: Page, care_site: str, wounded: Path) -> None:
    open_board(page, care_site)
    page.js("document.querySelector('#panel-medical .casualties tbody tr').focus()")
    shown = [
        [step["time_s"] for step in case["steps"] if step["time_s"] <= AT]
        for case in cases_of(wounded, None)
        if case["steps"][0]["time_s"] <= AT
    ]
    page.keys(Keys.ENTER)
    page.wait(lambda: page.js("return chammo.clock.time") != AT, "the clock stays")
    assert page.js("return chammo.clock.time") in {times[-1] for times in shown}
    assert page.js("return chammo.state.selected")


def test_the_card_shows_casualties_where_they_are(page: Page, care_site: str, wounded: Path) -> None:
    ride = next(step for case in cases_of(wounded, None) for step in case["steps"] if step["step"] == "aboard")
    run = RunFolder(wounded)
    name = str(run.units["name"][ride["at"]])
    run.close()
    page.open(f"{care_site}/?lang=en#t={int(ride['time_s']) + 60}&unit={name}")
    page.wait(lambda: page.all("[data-field=casualties]") and "aboard" in page.text("[data-field=casualties]"), "none")
    page.js("location.hash = '#t=0&unit=squads-1'")
    page.wait(lambda: page.text("[data-field=casualties]") == "none now", "casualties of later times")
    page.js("location.hash = '#t=0&unit=hq'")
    page.wait(lambda: page.text("#card-name") == "hq", "no card")
    assert not page.all("[data-field=casualties]")  # without people


def test_marks_of_casualties_are_drawn_and_can_be_switched_off(page: Page, care_site: str) -> None:
    open_board(page, care_site)
    picture = "chammo.session.draw(); return chammo.session.active.canvas.toDataURL()"
    shown = page.js(picture)
    page.js("chammo.state.layers.casualties = false")
    assert page.js(picture) != shown
    page.js("chammo.state.layers.casualties = true")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_board_of_casualties_fits_its_panel(page: Page, care_site: str, lang: str) -> None:
    open_board(page, care_site, lang=lang)
    page.js("for (const tab of document.querySelectorAll('#tabs button')) tab.hidden = false")  # a run may have all
    for part in ("panel-medical", "tabs"):
        assert page.js("const p = document.getElementById(arguments[0]); return p.scrollWidth <= p.clientWidth", part)
    words = page.text("#panel-medical")
    assert not any(key in words for key in ("care.", "care_s", "mechanism.", "region.", "cause."))


def test_events_of_care_are_told_in_words(page: Page, care_site: str) -> None:
    page.open(f"{care_site}/?lang=en#view=truth&t={AT}")
    page.click("#tab-events")
    page.wait(lambda: page.texts("#event-list .log-row"), "no events")
    texts = page.js("""const { eventText } = await chammo.load('event_words');
      const { source } = chammo.session.active;
      return source.events.kind.map((_, at) => eventText(source, source.events, at));""")
    assert any(text.endswith(": resuscitation") for text in texts)
    assert not any("{" in text or "unknown" in text or "care_step" in text for text in texts)
