"""A class in a real browser: the door, a trainee's page, and the clock of the trainer."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.geometry import faults
from tests.viz.school import KEYS, ask, enter, hold

pytestmark = pytest.mark.browser

ASKED = "return performance.getEntriesByType('resource').filter((one) => one.name.includes('clock.json')).length"


@pytest.fixture(scope="module")
def school(shelf: dict[str, Path]) -> Iterator[str]:
    with Served([shelf["first"], shelf["study"]], keys=KEYS) as served:
        yield served.url


def test_the_door_refuses_a_bad_key_and_opens_the_own_view(page: Page, school: str) -> None:
    page.driver.get(f"{school}/?lang=ko")
    page.driver.delete_all_cookies()
    page.driver.get(f"{school}/?lang=ko")
    assert "접속 코드" in page.find("input[name=key]").get_attribute("placeholder")
    page.find("input[name=key]").send_keys("nothing", Keys.ENTER)
    page.wait(lambda: "들어갈 수 없습니다" in page.text("[role=alert]"), "no refusal")
    page.find("input[name=key]").send_keys(KEYS["blue"].upper(), Keys.ENTER)
    page.wait(lambda: page.js("return Boolean(window.chammo?.stats.firstFrameMs)"), "no first frame")
    assert KEYS["blue"] not in page.driver.current_url
    assert page.texts("#view-switch button") == ["청군"]
    assert not page.js("return document.cookie")  # scripts of the page cannot read the key
    page.collect()
    refused = [line for line in page.console if "status of 401" in line or "status of 403" in line]
    assert len(refused) == len(page.console)  # the door's own answers
    page.console.clear()


def test_a_trainee_follows_the_trainer_until_he_lets_go(page: Page, school: str) -> None:
    news = {"leads": True, "run": "first", "time_s": 300.0, "speed": 64, "playing": False}
    ask(school, "trainer", news)
    enter(page, school, "blue")
    page.wait(lambda: page.time_s() == pytest.approx(300.0), "does not follow a jump")
    assert page.js("return chammo.clock.speed") == 64
    assert page.find("#speed").get_attribute("value") == "64"
    assert page.text("#class-present") == "The trainer leads"
    ask(school, "trainer", {**news, "speed": 4, "playing": True})
    page.wait(lambda: page.js("return chammo.clock.playing") and page.time_s() > 300.0, "does not follow play")
    ask(school, "trainer", {**news, "time_s": 600.0})
    page.wait(lambda: page.time_s() == pytest.approx(600.0) and not page.js("return chammo.clock.playing"), "no pause")
    page.js("dispatchEvent(new KeyboardEvent('keydown', { key: 'ㅊ', code: 'KeyC', bubbles: true }))")
    assert page.find("#btn-class").get_attribute("aria-pressed") == "false"
    page.js("dispatchEvent(new KeyboardEvent('keydown', { key: 'C', code: 'KeyC', bubbles: true }))")
    assert page.find("#btn-class").get_attribute("aria-pressed") == "true"
    page.keys("c")
    ask(school, "trainer", {**news, "time_s": 100.0})
    page.wait(lambda: page.text("#class-present") == "The trainer leads; this page is free", "not told to be free")
    page.keys(Keys.HOME)
    asked = page.js(ASKED)
    page.wait(lambda: page.js(ASKED) > asked + 1, "asks no more")
    assert page.time_s() == 0.0
    ask(school, "trainer", {"leads": False})
    page.wait(lambda: page.text("#class-present") == "The trainer does not lead now", "still led")


def test_the_trainers_page_leads_and_counts_the_pages_of_trainees(page: Page, school: str) -> None:
    enter(page, school, "trainer")
    assert page.texts("#view-switch button") == ["Truth", "Blue", "Red", "Both sides"]
    assert ask(school, "blue") == {"leads": False, "holds": False}
    page.click("#btn-class")
    page.wait(lambda: ask(school, "blue")["leads"], "does not lead")
    page.js("chammo.clock.seek(420)")
    page.wait(lambda: ask(school, "red").get("time_s") == 420, "a jump is not told")
    page.keys(" ")
    page.wait(lambda: ask(school, "red")["playing"], "play is not told")
    page.keys(" ")
    cookie = {"Cookie": f"chammo-key-{school.rpartition(':')[2]}={KEYS['red']}"}
    urllib.request.urlopen(
        urllib.request.Request(f"{school}/class/clock.json?page=x", headers=cookie), timeout=10
    ).close()
    page.js("chammo.class._tell()")
    page.wait(lambda: "Red 1" in page.text("#class-present"), "the trainee is not counted")
    page.js("window.dispatchEvent(new Event('pagehide'))")
    page.wait(lambda: ask(school, "blue") == {"leads": False, "holds": False}, "leads although the page was left")
    page.driver.delete_all_cookies()


def test_a_held_trainee_cannot_run_ahead_until_the_trainer_opens_the_run(
    page: Page, shelf: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viz.replay.library._PACE_S", 0.2)
    news = {"leads": True, "run": "first", "time_s": 300.0, "speed": 8, "playing": False}
    with Served([shelf["first"]], keys=KEYS, holds=True) as served:
        enter(page, served.url, "blue")
        assert page.js("return chammo.clock.duration") == 0.0  # nothing has been shown
        ask(served.url, "trainer", news)
        page.wait(lambda: page.time_s() == pytest.approx(300.0), "does not follow to what has been shown")
        page.keys("c", Keys.END)
        assert page.time_s() == page.js("return chammo.clock.duration") == 300.0
        page.keys(Keys.HOME, " ")
        page.wait(lambda: page.time_s() > 1.0, "a page that is free does not play")
        page.keys(" ")
        ask(served.url, "trainer", {**news, "time_s": 600.0})
        page.wait(lambda: page.js("return chammo.clock.duration") == 600.0, "does not grow")
        page.keys(Keys.END)
        page.wait(
            lambda: page.js("return chammo.session.active.source.sample(599)?.exact"), "no frames of the new part"
        )
        page.wait(lambda: page.text("#btn-live") == "Trainer's time", "shows a lag at the trainer's time")
        assert faults(page) == []
        ask(served.url, "trainer", {**news, "time_s": 610.0, "playing": True})
        page.keys("c")
        page.wait(lambda: page.js("return chammo.clock.playing") and page.time_s() > 600.0, "does not follow play")
        hold(served.url, holds=False)
        page.wait(lambda: page.js("return chammo.clock.duration") == 1200.0, "is not released")
        assert "has opened the whole run" in page.text("#message")
        hold(served.url, holds=True)
        page.wait(lambda: page.js("return chammo.clock?.duration < 1200"), "keeps what it is not to show")
        page.wait(lambda: page.js("return chammo.session?.panes[0]?.isComplete"), "no tables")
        enter(page, served.url, "trainer")
        assert page.find("#btn-hold").get_attribute("aria-pressed") == "true"
        assert faults(page) == []
        page.click("#btn-hold")
        page.wait(lambda: ask(served.url, "blue")["holds"] is False, "the button does not open the run")
        page.driver.get("about:blank")
    page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
