"""Heat maps of a run and of the runs kept in a batch, in a real browser."""

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simcore.types import Status
from tests.viz.browser import Page, Served
from tests.viz.hilly import DOCUMENT, Engine
from tests.viz.synthetic import write_batch
from viz.fog.envelopes import TARGETS
from viz.fog.heat import MOMENTS, radius_m
from viz.fog.knowledge import Knowledge
from viz.fog.raster import cells_over
from viz.reading.run_folder import RunFolder

pytestmark = pytest.mark.browser

RANGE_M = DOCUMENT["catalogue"]["sensors"]["glass"]["range_km"] * 1e3
LAYERS = (
    "const {heat} = chammo.session.active; return heat && {radius: heat.radius, runs: heat.runs, columns: heat.columns,"
    " rows: heat.rows, bounds: heat.bounds, key: heat.key,"
    " layers: heat.layers.map((layer) => ({...layer, cells: [...layer.cells]}))}"
)


@pytest.fixture(scope="module")
def kept(skirmish: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch with two kept runs: a fight, and the same fight in which nobody is lost."""
    folder = write_batch(tmp_path_factory.mktemp("kept") / "study")
    for number in (0, 1):
        run = Path(shutil.copytree(skirmish, folder / f"replication-{number}"))
        manifest = json.loads((run / "manifest.json").read_text())
        (run / "manifest.json").write_text(json.dumps(manifest | {"replication": number}))
    events = pq.read_table(run / "events.parquet")
    pq.write_table(
        events.filter(pa.array([kind != "loss" for kind in events["kind"].to_pylist()])), run / "events.parquet"
    )
    return folder


@pytest.fixture
def fight_page(page: Page, fight: str) -> Page:
    page.open(f"{fight}/?lang=en&theme=light#view=truth&t=600")
    return page


def heat(page: Page, kind: str) -> dict:
    return page.wait(lambda: (now := page.js(LAYERS)) and now["key"].startswith(f"kind={kind}") and now, f"no {kind}")


def places_of(folder: Path, kind: str, columns: tuple[str, str]) -> list[tuple[str, float, float]]:
    """Return side, east and north of the units of the events of a kind, at the last frame up to the event."""
    side = {row["unit"]: row["side"] for row in pq.read_table(folder / "units.parquet").to_pylist()}
    trace = {(row["time_s"], row["unit"]): row for row in pq.read_table(folder / "trace.parquet").to_pylist()}
    times = sorted({time_s for time_s, _ in trace})
    found = []
    for row in pq.read_table(folder / "events.parquet").to_pylist():
        if row["kind"] == kind and row["unit"] >= 0:
            at = trace[max(time_s for time_s in times if time_s <= row["time_s"] + 1e-6), row["unit"]]
            found.append((side[row["unit"]], at[columns[0]], at[columns[1]]))
    return found


def expect(made: dict, places: list[tuple[str, float, float]], per_run: int = 1) -> None:
    """Every cell of every layer holds the number of the side's events within the radius."""
    west, east, south, north = made["bounds"]
    x = west + (np.arange(made["columns"]) + 0.5) * ((east - west) / made["columns"])
    y = south + (np.arange(made["rows"]) + 0.5) * ((north - south) / made["rows"])
    for layer in made["layers"]:
        own = [(px, py) for side, px, py in places if side == layer["side"]]
        count = sum((np.hypot(x[None, :] - px, y[:, None] - py) <= made["radius"]).astype(float) for px, py in own)
        count = np.zeros((made["rows"], made["columns"])) + count / per_run
        assert layer["most"] == count.max()
        shown = np.array(layer["cells"]).reshape(count.shape) / 255.0 * layer["most"]
        assert np.abs(shown - count).max() <= layer["most"] / 510.0 + 1e-9  # half a step of a byte
        assert layer["total"] == len(own) / per_run


def test_losses_and_shots_are_counted_about_each_place(fight_page: Page, skirmish: Path) -> None:
    fight_page.collect()
    assert not any("heat.json" in address for address in fight_page.requests)  # nothing is asked while it is off
    fight_page.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅗ', code: 'KeyH'}))")  # under a Hangul keyboard
    made = heat(fight_page, "losses")
    places = places_of(skirmish, "loss", ("x_m", "y_m"))
    assert {side for side, _, _ in places} == {"blue", "red"}
    expect(made, places)
    fight_page.click("#btn-legend")
    fight_page.wait(lambda: "Losses of Blue within" in fight_page.text("#legend-box"), "not in the legend")
    fight_page.click("#btn-legend")
    fight_page.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'H', code: 'KeyH'}))")  # with Caps Lock
    expect(heat(fight_page, "shots"), places_of(skirmish, "shot", ("x_m", "y_m")))
    fight_page.keys("h", "h")
    fight_page.wait(lambda: fight_page.js("return chammo.session.active.heat === null"), "it stays")


def test_a_side_has_its_own_losses_as_it_knows_them(fight_page: Page, skirmish: Path) -> None:
    fight_page.keys("2", "h")
    fight_page.wait(lambda: fight_page.js("return chammo.session.active.source.view === 'blue'"), "no view")
    made = heat(fight_page, "losses")
    assert [layer["side"] for layer in made["layers"]] == ["blue"]
    known = Knowledge(RunFolder(skirmish), 0).events
    assert made["layers"][0]["total"] == known["kind"].count("LOSS") > 0
    fight_page.keys("h", "h", "h")


def test_coverage_is_the_share_of_moments_at_which_the_engine_sees_a_place(
    page: Page, hills_site: str, hills: Path
) -> None:
    page.open(f"{hills_site}/?lang=en&theme=light#view=truth&t=100")
    page.js("localStorage.clear()")
    page.keys("h", "h", "h")
    made = heat(page, "coverage")
    west, east, south, north = made["bounds"]
    engine = Engine()
    trace = pq.read_table(hills / "trace.parquet").to_pylist()
    side = {row["unit"]: row["side"] for row in pq.read_table(hills / "units.parquet").to_pylist()}
    times = np.array(sorted({row["time_s"] for row in trace}))
    moments = [float(times[times <= at + 1e-6].max()) for at in np.linspace(0.0, times[-1], MOMENTS)]
    by_time = {at: [row for row in trace if row["time_s"] == at] for at in set(moments)}
    rng = np.random.default_rng(5)
    partly = 0
    for layer in made["layers"]:
        for cell in rng.integers(0, made["rows"] * made["columns"], 25).tolist():
            row, column = divmod(cell, made["columns"])
            x_m = west + (column + 0.5) * ((east - west) / made["columns"])
            y_m = south + (row + 0.5) * ((north - south) / made["rows"])
            place = x_m, y_m, engine.height_m(x_m, y_m) + TARGETS["surface"].height_m
            seen = [
                any(
                    side[unit["unit"]] == layer["side"]
                    and unit["status"] == Status.ACTIVE
                    and np.hypot(x_m - unit["x_m"], y_m - unit["y_m"]) <= RANGE_M
                    and engine.sees((unit["x_m"], unit["y_m"], unit["z_m"]), place)
                    for unit in by_time[at]
                )
                for at in moments
            ]
            assert layer["cells"][cell] == round(255.0 * np.mean(seen))
            partly += 0 < np.mean(seen) < 1
    assert partly > 0
    page.keys("h")
    page.js("localStorage.clear()")


def test_the_runs_kept_in_a_batch_make_a_mean(page: Page, kept: Path, skirmish: Path) -> None:
    with Served([kept]) as served:
        page.open(f"{served.url}/?lang=en&theme=light&run=study-replication-0#run=study-replication-0&view=truth&t=600")
        page.js("localStorage.clear()")
        page.keys("h")
        places = places_of(skirmish, "loss", ("x_m", "y_m"))
        expect(heat(page, "losses"), places)
        page.click("#btn-layers")
        page.js(
            "const list = document.getElementById('heat-of'); list.value = 'batch';"
            " list.dispatchEvent(new Event('input'))"
        )
        page.wait(lambda: page.js("return chammo.session.active.heat?.runs === 2"), "no mean")
        expect(page.js(LAYERS), places, per_run=2)
        page.js("document.getElementById('btn-layers').click()")
        page.click("#btn-legend")
        page.wait(lambda: "(mean of 2 runs)" in page.text("#legend-box"), "not in the legend")
        page.click("#btn-legend")
        page.keys("h", "h", "h")
        page.js("localStorage.clear()")


def test_a_run_alone_offers_no_batch_and_circles_are_round_distances(fight_page: Page) -> None:
    inside = (
        "const r = document.getElementById('layers').getBoundingClientRect(); return r.left >= 0"
        " && r.bottom <= innerHeight && [...document.querySelectorAll('#layers select')].every((e) =>"
        " e.getBoundingClientRect().right <= r.right)"
    )
    for width in (1280, 820):
        fight_page.resize(width, 720)
        fight_page.click("#btn-layers")
        assert not fight_page.all("#heat-of")
        assert fight_page.js(inside), width
        fight_page.js("document.getElementById('btn-layers').click()")
    for half in (900.0, 8e3, 60e3, 4e5):
        reach = radius_m(cells_over((-half, half, -half, half)))
        assert str(int(reach)).rstrip("0") in ("1", "2", "3", "5")
        assert half / 40.0 < reach < half / 12.0
