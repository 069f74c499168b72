"""The page keeps up on two cores without a GPU. The benchmark tells the numbers."""

from pathlib import Path

import pytest

from tests.viz.browser import Page, Served
from tests.viz.measuring import first_paint_ms, frame_rate, held_bytes, scrub_ms, whole_page
from tests.viz.synthetic import Recipe, write_run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.benchmark]


def test_500_units_play_and_scrub(page: Page, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "r500", Recipe(n_units=500, n_frames=600, half_width_m=50_000))
    with Served([folder]) as served:
        whole_page(page, f"{served.url}/?lang=en")
        assert frame_rate(page) >= 30
        median, worst = scrub_ms(page)
        assert median <= 50
        assert worst <= 100
        page.keys("4")
        page.wait(lambda: page.js("return chammo.session.panes.length") == 2, "both sides")
        assert frame_rate(page) >= 25


def test_2000_units_play(page: Page, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "r2000", Recipe(n_units=2000, n_frames=300, half_width_m=80_000))
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en")
        assert frame_rate(page) >= 20


def test_a_day_of_500_units_opens_in_bounded_memory(page: Page, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "day", Recipe(n_units=500, n_frames=2881, interval_s=30.0, half_width_m=50_000))
    with Served([folder]) as served:
        page.open(f"{served.url}/?lang=en")
        assert first_paint_ms(page) < 6000
        scrub_ms(page, n=100, warm=False)
        page.js("chammo.clock.seek(0); chammo.clock.setSpeed(512); chammo.clock.play()")
        page.wait(lambda: page.time_s() > 5000, "it does not play", seconds=60)
        page.js("chammo.clock.pause()")
        assert held_bytes(page) < 96 * 1024 * 1024
