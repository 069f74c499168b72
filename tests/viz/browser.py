"""A headless Chromium that tells what it did: requests, console lines, screenshots. Plain selenium."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from viz.replay.classroom import Classroom
from viz.replay.library import Library
from viz.replay.serve import make_replay_server

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--lang=en-US",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
]
LOCAL = {"127.0.0.1", "localhost"}


def missing_browser() -> str:
    """Return why no browser test can run here, "" when one can."""
    if not any(shutil.which(name) for name in CHROMIUM):
        return "no Chromium on the PATH (Debian: apt-get install chromium chromium-driver)"
    if not shutil.which("chromedriver"):
        return "no chromedriver on the PATH (Debian: apt-get install chromium-driver)"
    return ""


class Served:
    """A replay server on a free port for the time of a `with` block."""

    def __init__(
        self,
        folders: list[Path],
        only_view: str | None = None,
        keys: dict[str, str] | None = None,
        *,
        holds: bool = False,
    ) -> None:
        library = Library(folders, only_view)
        classroom = None if keys is None else Classroom(library, keys, holds=holds)
        self.server = make_replay_server(library, "127.0.0.1", 0, classroom)
        self.url = f"http://127.0.0.1:{self.server.port}"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Served:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(timeout=5)


class Page:
    """The page in a browser. Conditions are awaited, never slept for."""

    def __init__(self, width: int = 1280, height: int = 720) -> None:
        self.profile = tempfile.mkdtemp(prefix="chammo-chromium-")
        self.downloads = Path(tempfile.mkdtemp(prefix="chammo-downloads-"))
        options = webdriver.ChromeOptions()
        options.binary_location = next(path for name in CHROMIUM if (path := shutil.which(name)))
        for flag in [*FLAGS, f"--user-data-dir={self.profile}", f"--window-size={width},{height}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": str(self.downloads)})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_script_timeout(120)
        self.resize(width, height)
        self.console: list[str] = []
        self.requests: list[str] = []

    def resize(self, width: int, height: int) -> None:
        """Give the page itself this size, whatever the window takes for itself."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def close(self) -> None:
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)
        shutil.rmtree(self.downloads, ignore_errors=True)

    def load(self, url: str) -> None:
        """Load a page and wait for its first frame of units."""
        self.driver.get("about:blank")  # an address that differs in its hash only would not load again
        self.driver.get(url)
        self.wait(lambda: self.js("return Boolean(window.chammo?.stats.firstFrameMs)"), "no first frame")

    def open(self, url: str) -> None:
        """Load a page and wait for its first frame of units and its tables."""
        self.load(url)
        self.wait(lambda: self.js("return chammo.session.panes.every((pane) => pane.isComplete)"), "no tables")

    def js(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: Callable[[], Any], what: str, seconds: float = 15.0) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.03)
        self.collect()
        raise AssertionError(f"{what}; console: {self.console[-5:]}")

    def text(self, css: str) -> str:
        """Text of the first element that matches, "" where none does; safe while the page builds it anew."""
        return self.js("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def texts(self, css: str) -> list[str]:
        return self.js("return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)", css)

    def find(self, css: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def click(self, css: str) -> None:
        """Click the first element that matches; once more if the page builds it anew in between."""
        try:
            self.find(css).click()
        except StaleElementReferenceException:
            self.find(css).click()

    def keys(self, *keys: str) -> None:
        """Press keys on the page itself."""
        chain = ActionChains(self.driver)
        for key in keys:
            chain = chain.send_keys(key)
        chain.perform()

    def chord(self, modifier: str, key: str) -> None:
        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def click_at(self, css: str, dx: float, dy: float) -> None:
        """Click at an offset from the top left corner of an element."""
        element = self.find(css)
        size = element.size
        ActionChains(self.driver).move_to_element_with_offset(
            element, round(dx - size["width"] / 2), round(dy - size["height"] / 2)
        ).click().perform()

    def time_s(self) -> float:
        return self.js("return chammo.clock.time")

    def screenshot(self, path: Path) -> None:
        self.driver.save_screenshot(str(path))

    def collect(self) -> None:
        """Move what the browser logged into ``console`` (warnings and errors) and ``requests`` (addresses)."""
        self.console += [e["message"] for e in self.driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            if message["method"] == "Network.webSocketCreated":
                self.requests.append(message["params"]["url"])

    def forget(self) -> None:
        """Clear what the servers that were asked have stored in the browser."""
        self.collect()
        asked = {(part.scheme, part.netloc) for part in map(urlsplit, self.requests) if part.scheme == "http"}
        for scheme, place in asked:
            of = {"origin": f"{scheme}://{place}", "storageTypes": "local_storage"}
            self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", of)

    def strangers(self) -> list[str]:
        """Addresses asked for that are not on this machine."""
        inner = ("data", "blob", "about", "chrome", "devtools", "file")
        split = [urlsplit(address) for address in self.requests]
        return [part.geturl() for part in split if part.scheme not in inner and part.hostname not in LOCAL]


__all__ = ["Keys", "Page", "Served", "missing_browser"]
