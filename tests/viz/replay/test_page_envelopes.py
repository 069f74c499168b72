"""Envelopes of sensors and weapons, in a real browser: the engine's own answer, cut to the viewer's knowledge."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from simcore.kernels.ground.viewshed import EyeR
from simcore.types import Status
from tests.viz.browser import Page, Served
from tests.viz.hilly import DOCUMENT, Engine
from viz.fog.envelopes import TARGETS, _widest, envelope, eyes_known
from viz.fog.knowledge import Knowledge
from viz.fog.raster import cells_over
from viz.reading.ground import RunGround
from viz.reading.run_folder import RunFolder

pytestmark = pytest.mark.browser

ENVELOPE = "return chammo.session.active.envelope && {...chammo.session.active.envelope, layers: null}"
RANGE_M = DOCUMENT["catalogue"]["sensors"]["glass"]["range_km"] * 1e3
TIME_S = 100.0
AT = (
    "const {envelope} = chammo.session.active; return envelope.layers.map((layer) => [layer.side,"
    " arguments[0].map(([x, y]) => envelope.at(layer, x, y))])"
)


@pytest.fixture
def hills_page(page: Page, hills_site: str) -> Page:
    page.open(f"{hills_site}/?lang=en&theme=light#view=truth&t={TIME_S:g}")
    return page


def units_at(folder: Path) -> list[dict]:
    """Return the rows of the trace at the moment, with the side of each unit."""
    side = {row["unit"]: row["side"] for row in pq.read_table(folder / "units.parquet").to_pylist()}
    rows = pq.read_table(folder / "trace.parquet").to_pylist()
    return [{**row, "side": side[row["unit"]]} for row in rows if row["time_s"] == TIME_S]


def test_places_are_covered_where_the_engine_sees_them(hills_page: Page, hills: Path) -> None:
    hills_page.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'ㄷ', code: 'KeyE'}))")  # under a Hangul keyboard
    box = hills_page.wait(lambda: hills_page.js(ENVELOPE), "no envelope")
    west, east, south, north = box["bounds"]
    rng = np.random.default_rng(8)
    columns, rows = rng.integers(0, box["columns"], 150), rng.integers(0, box["rows"], 150)
    x_m = west + (columns + 0.5) * ((east - west) / box["columns"])
    y_m = south + (rows + 0.5) * ((north - south) / box["rows"])
    shown = dict(hills_page.js(AT, np.column_stack([x_m, y_m]).tolist()))
    engine, units = Engine(), units_at(hills)
    for side in ("blue", "red"):
        own = [row for row in units if row["side"] == side and row["status"] == Status.ACTIVE]
        for x, y, count in zip(x_m.tolist(), y_m.tolist(), shown[side], strict=True):
            place = x, y, engine.height_m(x, y) + TARGETS["surface"].height_m
            seers = [
                row
                for row in own
                if np.hypot(x - row["x_m"], y - row["y_m"]) <= RANGE_M
                and engine.sees((row["x_m"], row["y_m"], row["z_m"]), place)
            ]
            assert count == min(len(seers), 3), (side, x, y)
        assert {0, 1} <= set(shown[side])


def test_a_side_has_its_own_envelope_alone(hills_page: Page, hills_site: str) -> None:
    hills_page.collect()
    assert not any("envelope.json" in address for address in hills_page.requests)  # nothing is asked while it is off
    hills_page.keys("4", "e")
    ready = "return chammo.session.panes.length === 2 && chammo.session.panes.every((pane) => pane.envelope)"
    hills_page.wait(lambda: hills_page.js(ready), "no envelopes")
    sides = hills_page.js("return chammo.session.panes.map((pane) => pane.envelope.layers.map(({side}) => side))")
    assert sides == [["blue"], ["red"]]
    hills_page.click("#btn-legend")
    hills_page.wait(lambda: "Covered by sensors of Blue" in hills_page.text("#legend-box"), "not in the legend")
    hills_page.click("#btn-legend")
    hills_page.click("#btn-layers")
    hills_page.js(
        "for (const [id, value] of [['envelope-kind', 'weapon'], ['envelope-target', 'low']]) { const list ="
        " document.getElementById(id); list.value = value; list.dispatchEvent(new Event('input')); }"
    )
    cannons = "return chammo.session.active.envelope?.key.startsWith('weapon:low') && chammo.session.active.envelope"
    answer = hills_page.wait(lambda: hills_page.js(cannons), "no envelope of weapons")
    assert answer["layers"][0]["eyes"] == 0  # cannons of cars fire at land units only
    hills_page.js("document.getElementById('btn-layers').click()")
    hills_page.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'E', code: 'KeyE'}))")  # with Caps Lock: off again
    hills_page.wait(lambda: hills_page.js("return chammo.session.panes.every((pane) => !pane.envelope)"), "it stays")


def test_the_envelope_follows_time_and_zoom(hills_page: Page) -> None:
    hills_page.keys("e")
    first = hills_page.wait(lambda: hills_page.js(ENVELOPE), "no envelope")
    hills_page.js("chammo.clock.seek(200)")
    hills_page.wait(lambda: hills_page.js(ENVELOPE)["key"] != first["key"], "time stands still")
    hills_page.js("chammo.session.active.map.setView([0, 0], chammo.session.active.map.getZoom() + 2)")
    fine = hills_page.wait(lambda: (now := hills_page.js(ENVELOPE))["scale"] > first["scale"] and now, "coarse")
    cells = [(box["bounds"][1] - box["bounds"][0]) / box["columns"] for box in (first, fine)]
    assert cells[1] < cells[0] / 1.5
    hills_page.keys("e", "e")


def test_eyes_of_a_side_are_where_it_last_heard_of_them(hills: Path) -> None:
    run = RunFolder(hills)
    ground = RunGround(hills)
    for side, name in enumerate(run.sides):
        eyes, of_side = eyes_known(Knowledge(run, side), ground, TIME_S, "sensor", TARGETS["surface"])
        rows = [row for row in units_at(hills) if row["side"] == name and row["report_status"] == Status.ACTIVE]
        assert set(of_side.tolist()) == {side}
        assert sorted(eyes[EyeR.X].tolist()) == sorted(row["report_x_m"] for row in rows)


def test_leaving_out_eyes_that_others_of_their_unit_cover_changes_no_covered_place(hills: Path) -> None:
    rng = np.random.default_rng(3)
    ground = RunGround(hills)
    n = 30
    eyes = np.zeros((len(EyeR), n))
    unit = np.sort(rng.integers(0, 6, n))
    place = rng.uniform(-5e3, 5e3, (2, 6))
    eyes[[EyeR.X, EyeR.Y]] = place[:, unit]
    eyes[EyeR.Z] = ground.heights_m(*place)[unit] + rng.choice([2.0, 10.0, 40.0], n)
    eyes[EyeR.RANGE_MAX_M] = rng.choice([1e3, 3e3, 6e3], n)
    eyes[EyeR.RANGE_MIN_M] = rng.choice([0.0, 500.0], n)
    eyes[EyeR.FOV_COS] = rng.choice([-1.0, 0.5], n)
    eyes[EyeR.HY] = 1.0
    eyes[EyeR.NEEDS_SIGHT] = rng.choice([0.0, 1.0], n)
    x_m, y_m = cells_over((-8e3, 8e3, -6e3, 6e3), 60).centres_m
    z_m = ground.heights_m(x_m, y_m) + 2.0
    kept = _widest(eyes, unit)
    assert 6 <= len(kept) < n
    assert np.array_equal(ground.count_eyes(eyes, x_m, y_m, z_m), ground.count_eyes(eyes[:, kept], x_m, y_m, z_m))


def test_weapons_have_their_shortest_range_and_need_rounds(hills: Path) -> None:
    run, ground = RunFolder(hills), RunGround(hills)
    known = Knowledge(run, None)
    eyes, _ = eyes_known(known, ground, 0.0, "weapon", TARGETS["surface"])
    assert eyes.shape[1] == 10  # six and four cars
    assert set(eyes[EyeR.RANGE_MAX_M].tolist()) == {2500.0}
    run.eyes["range_min_m"][:] = 400.0
    near, _ = eyes_known(known, ground, 0.0, "weapon", TARGETS["surface"])
    assert set(near[EyeR.RANGE_MIN_M].tolist()) == {400.0}
    trace = known.trace
    known.trace = lambda chunk: {**trace(chunk), "ammo": np.zeros_like(trace(chunk)["ammo"])}  # type: ignore[method-assign]
    none, _ = eyes_known(known, ground, 0.0, "weapon", TARGETS["surface"])
    assert none.shape[1] == 0
    made = envelope(known, ground, cells_over((-8e3, 8e3, -6e3, 6e3)), 0.0, "weapon", TARGETS["surface"])
    assert [layer["eyes"] for layer in made["layers"]] == [0, 0]


def test_envelopes_need_a_newer_folder_and_the_right_view(page: Page, small: Path) -> None:
    with Served([small], only_view="blue") as served:
        page.open(f"{served.url}/?lang=en#view=blue&t=100")
        page.js("localStorage.clear()")
        status = page.js("return fetch('/replay/small/red/envelope.json?kind=sensor').then((answer) => answer.status)")
        assert status == 404
        page.keys("e")
        page.wait(lambda: "reach.parquet" in page.text("#message"), "no reason")
        page.keys("e", "e")
        page.js("localStorage.clear()")
    page.collect()
    page.console = [line for line in page.console if "envelope.json" not in line]  # the two refusals
