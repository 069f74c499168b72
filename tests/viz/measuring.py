"""Measurements of the page in the browser: frame rate, scrubbing, first paint, memory."""

from __future__ import annotations

import os
import statistics
from pathlib import Path
from typing import Any

from tests.viz.browser import Page

PLAY = """
const [seconds, speed, done] = arguments;
const { clock } = chammo;
clock.seek(0); clock.setSpeed(speed); clock.play();
setTimeout(() => {
  const frames = clock.frames, drawn = chammo.stats.drawn, start = performance.now();
  setTimeout(() => {
    const wall = (performance.now() - start) / 1000;
    clock.pause();
    done({ fps: (clock.frames - frames) / wall, drawn: (chammo.stats.drawn - drawn) / wall });
  }, seconds * 1000);
}, 1000);
"""

SCRUB = """
const [times, done] = arguments;
const { clock, session } = chammo;
clock.pause();
const shown = () => session.panes.every(({ source }) => source.sample(Math.min(clock.time, source.meta.duration_s)));
const out = [];
const next = (k) => {
  if (k === times.length) { done(out); return; }
  requestAnimationFrame(() => {
    const start = performance.now();
    const drawn = chammo.stats.drawn;
    clock.seek(times[k]);
    const look = () => {
      if (chammo.stats.drawn > drawn && shown()) { out.push(performance.now() - start); next(k + 1); }
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
};
next(0);
"""

WARM = """
const done = arguments[0];
const { session, clock } = chammo;
const times = [...Array(40).keys()].map((k) => (k / 40) * clock.duration);
const one = (k) => {
  if (k === times.length) { done(true); return; }
  clock.seek(times[k]);
  const look = () => (session.waiting() ? setTimeout(look, 10) : one(k + 1));
  look();
};
one(0);
"""


def browser_cpu_s(page: Page) -> float:
    """CPU time that all processes of the browser have used [s]; 0 where /proc is not there."""
    used = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if page.profile.encode() in (folder / "cmdline").read_bytes():
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                used += int(fields[11]) + int(fields[12])
        except (OSError, ValueError, IndexError):
            continue
    return used / os.sysconf("SC_CLK_TCK")


def cpu_ms_per_frame(page: Page, seconds: float = 6.0, speed: float = 64.0) -> float:
    """CPU time of the whole browser per frame played [ms]: tells more than the rate on a machine that is shared."""
    before, drawn = browser_cpu_s(page), page.js("return chammo.stats.drawn")
    frame_rate(page, seconds, speed)
    return 1000.0 * (browser_cpu_s(page) - before) / max(1, page.js("return chammo.stats.drawn") - drawn)


def frame_rate(page: Page, seconds: float = 8.0, speed: float = 64.0) -> float:
    """Frames drawn per second of play."""
    return float(page.driver.execute_async_script(PLAY, seconds, speed)["drawn"])


def scrub_ms(page: Page, n: int = 60, *, warm: bool = True) -> tuple[float, float]:
    """Median and 95th percentile of the time from a random seek to the drawn frame [ms]."""
    if warm:
        page.driver.execute_async_script(WARM)
    duration = page.js("return chammo.clock.duration")
    times = [duration * ((k * 0.618034) % 1.0) for k in range(1, n + 1)]
    taken = sorted(page.driver.execute_async_script(SCRUB, times))
    return statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]


def first_paint_ms(page: Page) -> float:
    """Time from the start of the page's load to the first frame of units [ms]."""
    return float(page.js("return chammo.stats.firstFrameMs"))


def held_bytes(page: Page) -> int:
    """Bytes of frames that the page holds, chunks and overviews."""
    return int(
        page.js("return chammo.session.panes.reduce((s, p) => s + p.source.bytes + (p.source.overview?.bytes ?? 0), 0)")
    )


def renderer_bytes(page: Page) -> int:
    """Resident memory of the browser's largest renderer process [bytes]; 0 where /proc is not there."""
    largest = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"--type=renderer" in command and page.profile.encode() in command:
                largest = max(largest, int((folder / "statm").read_text().split()[1]) * 4096)
        except (OSError, ValueError, IndexError):
            continue
    return largest


def whole_page(page: Page, url: str) -> dict[str, Any]:
    """Open a run with the charts beside the map, as a trainer has it, and return its first paint."""
    page.open(url)
    page.click("#tab-charts")
    page.wait(lambda: page.all("#panel-charts .plot"), "no charts")
    return {"first_paint_ms": first_paint_ms(page)}
