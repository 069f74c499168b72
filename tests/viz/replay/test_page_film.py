"""A film of an interval: a valid file with the pictures that were promised, with fog and classification in it."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.viz.browser import Page, Served
from tests.viz.films import read_gif, read_webm
from tests.viz.skirmish import open_at

pytestmark = pytest.mark.browser

CHOOSE = """
for (const [name, value] of Object.entries(arguments[0])) {
  const field = document.getElementById(`film-${name}`);
  field.value = value;
  field.dispatchEvent(new Event("input"));
}
"""
BYTES = """
const done = arguments[0];
const reader = new FileReader();
reader.onload = () => done(reader.result.split(",")[1]);
reader.readAsDataURL(chammo.film.blob);
"""
PIXELS = """
const [share, done] = arguments;
const shown = document.querySelector("#film-result video, #film-result img");
const read = () => {
  const [width, height] = [shown.videoWidth ?? shown.naturalWidth, shown.videoHeight ?? shown.naturalHeight];
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let red = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] > 200 && data[at + 1] < 150 && data[at + 2] < 150) red += 1;
  const edges = [[3, 3], [width - 4, height - 4]].map(([x, y]) => data[4 * (y * width + x)]);
  done({ width, height, duration: shown.duration ?? 0, red, edges });
};
if (shown.tagName === "IMG") shown.complete ? read() : (shown.onload = read);
else {
  shown.pause();
  shown.onseeked = read;
  if (shown.readyState > 0) shown.currentTime = share * shown.duration;
  else shown.onloadedmetadata = () => (shown.currentTime = share * shown.duration);
}
"""
"""The size of a film, its length, and of a picture of it the number of red pixels and the brightness of two corners."""


@pytest.fixture(scope="module")
def site(korean: Path) -> Iterator[str]:
    with Served([korean]) as served:
        yield served.url


def film(page: Page, **choices: object) -> bytes:
    """Make a film with the dialog and return the file."""
    if not page.all("#film"):
        page.js("document.activeElement.blur(); document.getElementById('btn-film').click()")
        page.wait(lambda: page.all("#film-start"), "no dialog")
    page.js(CHOOSE, {name: str(value) for name, value in choices.items()})
    page.js("chammo.film.blob = null; document.getElementById('film-start').click()")
    page.wait(lambda: page.js("return Boolean(chammo.film.blob)"), f"no film: {page.text('#film-told')}", 60)
    return base64.b64decode(page.driver.execute_async_script(BYTES))


def pixels(page: Page, share: float = 0.0) -> dict[str, Any]:
    return page.driver.execute_async_script(PIXELS, share)


def test_a_video_has_every_picture_at_its_time_and_plays(page: Page, site: str) -> None:
    """Ninety seconds at 32 times the speed are 2.8 s: 84 pictures at 30 a second."""
    open_at(page, site, "#t=100")
    video = read_webm(film(page, **{"from": "0:01:00", "to": "0:02:30", "speed": 32, "size": 0, "format": "webm"}))
    assert (video.width, video.height) == (640, 360)
    assert len(video.times_ms) == round(90 / 32 * 30) == 84
    assert video.times_ms == [round(k * 1000 / 30) for k in range(84)]
    assert video.seconds == pytest.approx(84 / 30, abs=1e-3)
    assert video.keys[0] == 0
    assert [time for time, _ in video.cues] == [video.times_ms[k] for k in video.keys]
    assert all(identifier == b"\x1f\x43\xb6\x75" for _, identifier in video.cues)
    found = pixels(page, 0.9)
    assert (found["width"], found["height"]) == (640, 360)
    assert found["duration"] == pytest.approx(84 / 30, abs=0.05)
    assert max(found["edges"]) < 70  # the classification, dark, above and below
    page.click("#film .film-buttons button:last-child")
    assert page.time_s() == pytest.approx(100)  # where it was
    assert page.js("return document.getElementById('maps').style.position") == ""


def test_an_animation_decodes_to_whole_pictures(page: Page, site: str) -> None:
    open_at(page, site)
    given = {"from": "0:00:00", "to": "0:01:04", "speed": 64, "size": 0, "format": "gif"}
    animation = read_gif(film(page, **given))
    assert (animation.width, animation.height) == (640, 360)
    assert animation.delays == [10] * 10
    assert animation.sizes == [640 * 360] * 10
    found = pixels(page)
    assert (found["width"], found["height"]) == (640, 360)
    assert max(found["edges"]) < 70


def test_a_film_of_a_side_shows_what_it_knew(page: Page, site: str) -> None:
    """At the start Blue has seen nobody: no red is in its film, and Red's symbols are in that of the truth."""
    given = {"from": "0", "to": "0:00:01", "speed": 16, "size": 0, "format": "gif"}
    red = []
    for view in ("truth", "blue"):
        open_at(page, site, f"#view={view}")
        film(page, **given)
        red.append(pixels(page)["red"])
    assert red[0] > 50
    assert red[1] == 0


def test_a_film_can_be_cancelled_and_leaves_all_as_it_was(page: Page, site: str) -> None:
    open_at(page, site, "#t=200")
    page.keys("v")
    page.wait(lambda: page.all("#film-start"), "no dialog")
    page.js(CHOOSE, {"from": "0", "to": "0:14:00", "speed": "4", "size": "0", "format": "webm"})
    page.click("#film-start")
    page.wait(lambda: page.js("return document.getElementById('film-progress').value > 0"), "no progress")
    page.click("#film-cancel")
    page.wait(lambda: page.text("#film-told") == "Cancelled", "it goes on")
    assert page.all("#film-save") == []
    assert page.time_s() == pytest.approx(200)
    assert page.js("return document.getElementById('maps').style.width") == ""


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"from": "noon"}, "not like 0:12:30"),
        ({"from": "0:10:00", "to": "0:09:00"}, "must end after it begins"),
        ({"from": "9:00:00", "to": "9:10:00"}, "begin before"),
        ({"from": "0", "to": "0:15:00", "speed": "1", "format": "webm"}, "more than 9000"),
    ],
)
def test_wrong_intervals_are_told_before_any_work(page: Page, site: str, choices: dict[str, str], told: str) -> None:
    open_at(page, site)
    page.keys("v")
    page.wait(lambda: page.all("#film-start"), "no dialog")
    page.js(CHOOSE, choices)
    assert told in page.text("#film-told")
    assert page.find("#film-start").get_attribute("disabled")
