"""A class for tests: keys, the clock as a role asks for it or sets it, and the way through the door."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from tests.viz.browser import Page

KEYS = {"trainer": "tttt-tttt-tttt-tttt", "blue": "bbbb-bbbb-bbbb-bbbb", "red": "rrrr-rrrr-rrrr-rrrr"}


def ask(url: str, role: str, news: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the class clock as a role asks for it, or after it has been set."""
    return _send(url, role, "clock", news)


def hold(url: str, *, holds: bool) -> None:
    """Hold the class to the trainer's time, or open the run to it."""
    _send(url, "trainer", "hold", {"holds": holds})


def _send(url: str, role: str, what: str, news: dict[str, Any] | None) -> dict[str, Any]:
    cookie = f"chammo-key-{url.rpartition(':')[2]}={KEYS[role]}"
    body = None if news is None else json.dumps(news).encode()
    headers = {"Cookie": cookie, "Content-Type": "application/json"}
    method = "GET" if body is None else "PUT"
    request = urllib.request.Request(f"{url}/class/{what}.json", body, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def enter(page: Page, url: str, role: str, lang: str = "en") -> None:
    """Enter with the key of a role and wait for its page."""
    page.driver.get("about:blank")  # a page that is left asks no more
    page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    page.driver.get(f"{url}/enter?lang={lang}&key={KEYS[role]}")
    page.wait(lambda: page.js("return Boolean(window.chammo?.stats.firstFrameMs)"), "no first frame")
    page.wait(lambda: page.js("return Boolean(chammo.session.active.source.events && chammo.class)"), "no events")


def forgive_the_door(page: Page) -> None:
    """Take the door's own answers, 401 and 403, out of the lines of the console."""
    page.collect()
    page.console[:] = [line for line in page.console if "status of 401" not in line and "status of 403" not in line]
