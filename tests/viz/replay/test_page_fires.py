"""What the map draws of fires and interceptions, second by second, in a real browser."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.viz.browser import Page, Served
from tests.viz.synthetic import Recipe, write_run

pytestmark = pytest.mark.browser

FROM, TO = 0, 5
HAPPENINGS = (
    (100.0, "shot"), (120.0, "hit"), (200.0, "shot"), (220.0, "miss"), (300.0, "intercept"), (400.0, "soft_kill"),
    (500.0, "shot"),
)  # fmt: skip
SHOT, HIT, MISS, STOPPED = (217, 122, 0), (22, 32, 42), (89, 99, 109), (122, 75, 31)  # in the light theme

ADDED = """
const [time, speed] = arguments;
const pane = chammo.session.active, layers = chammo.state.layers, draw = () => {
  pane.draw(time, speed);
  const { width, height } = pane.canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(pane.canvas, 0, 0);
  return copy.getImageData(0, 0, width, height);
};
layers.labels = false;
layers.fires = false;
const without = draw();
layers.fires = true;
const drawn = draw();
const found = [];
for (let i = 0; i < drawn.data.length; i += 4)
  if ([0, 1, 2, 3].some((k) => drawn.data[i + k] !== without.data[i + k]))
    found.push([(i / 4) % drawn.width, Math.floor(i / 4 / drawn.width), ...drawn.data.slice(i, i + 4)]);
return found;
"""
SPOT = """
const pane = chammo.session.active, view = pane.view(), metres = pane.positions.metres;
return [metres[2 * arguments[0]] * view.scale + view.ox, view.oy - metres[2 * arguments[0] + 1] * view.scale];
"""


@pytest.fixture(scope="module")
def fires_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a run in which one unit fires at another, and nothing else happens."""
    folder = write_run(tmp_path_factory.mktemp("fires") / "run", Recipe(n_units=10, n_frames=61))
    common = {"tick": 0, "side": 0, "unit": FROM, "other": TO, "a": 0, "b": 1}
    rows = [{**common, "time_s": time_s, "kind": kind} for time_s, kind in HAPPENINGS]
    path = folder / "events.parquet"
    pq.write_table(pa.Table.from_pylist(rows, pq.read_schema(path)), path)
    with Served([folder]) as served:
        yield served.url


def added(page: Page, time_s: float, colour: tuple[int, int, int]) -> list[tuple[float, float]]:
    """Return where (x, y) the layer of fires puts a colour at that time, hardly diluted."""
    page.wait(lambda: page.js("return chammo.session.active.source.sample(arguments[0])?.exact", time_s), "no frame")
    return [
        (x, y)
        for x, y, red, green, blue, alpha in page.js(ADDED, time_s, 1.0)
        if alpha > 200 and max(abs(red - colour[0]), abs(green - colour[1]), abs(blue - colour[2])) <= 12
    ]


def near(points: list[tuple[float, float]], spot: tuple[float, float], reach: float) -> int:
    """Count the points within ``reach`` pixels of a spot."""
    return sum((x - spot[0]) ** 2 + (y - spot[1]) ** 2 <= reach**2 for x, y in points)


def test_a_round_flies_from_the_shooter_to_its_target(page: Page, fires_site: str) -> None:
    page.open(f"{fires_site}/?lang=en&theme=light#view=truth&t=100")
    for time_s in (105.0, 115.0, 205.0):
        points = added(page, time_s, SHOT)
        start, end = page.js(SPOT, FROM), page.js(SPOT, TO)
        share = time_s % 100 / 20
        there = tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
        # of a disc of 38 pixels, some 20 are not on its edge
        assert near(points, there, 6.0) >= 12, f"no round at {time_s} s"
        ahead = tuple(a + (b - a) * min(1.0, share + 0.2) for a, b in zip(start, end, strict=True))
        assert near(points, ahead, 6.0) == 0, "the round is in two places"


@pytest.mark.parametrize(
    ("time_s", "colour", "least"), [(120.1, HIT, 60), (220.1, MISS, 10), (300.5, STOPPED, 20), (400.5, STOPPED, 10)]
)
def test_what_becomes_of_a_round_is_drawn_at_its_target(
    page: Page, fires_site: str, time_s: float, colour: tuple[int, int, int], least: int
) -> None:
    page.open(f"{fires_site}/?lang=en&theme=light#view=truth&t={time_s}")
    points = added(page, time_s, colour)
    assert near(points, page.js(SPOT, TO), 12.0) >= least
    assert page.js(ADDED, time_s - 21.5, 1.0) == [], "drawn before it happens"
    assert page.js(ADDED, time_s + 3.0, 1.0) == [], "it stays"


def test_a_shot_whose_end_is_not_known_goes_out(page: Page, fires_site: str) -> None:
    page.open(f"{fires_site}/?lang=en&theme=light#view=truth&t=500")
    assert added(page, 503.0, SHOT)
    assert page.js(ADDED, 515.0, 1.0) == []
