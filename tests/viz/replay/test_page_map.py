"""Positions, ground and grid on the map, in a real browser."""

import re
from pathlib import Path

import numpy as np
import pytest
from pyproj import Proj

from tests.reference.line_of_sight import ground_m
from tests.viz.browser import Keys, Page
from viz.fog.projection import LocalPlane

pytestmark = pytest.mark.browser

PUBLISHED = [  # latitude, longitude, reference, where it stands
    (42.0, -93.0, "15T WG 00000 49776", "README of the package mgrs, which wraps GEOTRANS of the NGA"),
    (33.3, 44.4, "38S MB 44140 84706", "manual page GeoConvert(1) of GeographicLib"),
    (36.2361322, -115.0820944, "11S PA 72349 11844", "tests of proj4js/mgrs"),
    (48.24949, 16.41450, "33U XP 05004 44997", "tests of proj4js/mgrs"),
    (0.0, 0.0, "31N AA 66021 00000", "tests of proj4js/mgrs"),
]
GEOTRANS = [  # computed with GEOTRANS: zones of Norway and Svalbard, the south, Korea, both sides of a zone's edge
    (60.4, 5.3, "32V KN 96191 01684"),
    (78.2, 15.6, "33X WG 13696 80760"),
    (-33.86, 151.21, "56H LH 34416 51925"),
    (-0.0001, 3.0, "31M EV 00000 99988"),
    (37.5665, 126.978, "52S CG 21424 59640"),
    (35.0, 125.9999, "51S YU 73788 77156"),
    (35.0, 126.0, "52S BD 26201 77156"),
]
PLANE = LocalPlane((126.4, 37.6))
LABELS = "return chammo.session.active.grid.labels"


@pytest.fixture
def map_page(page: Page, site: str) -> Page:
    page.open(f"{site}/?lang=en&theme=light#run=first&view=truth&t=300")
    return page


def point_at(page: Page, x_m: float, y_m: float) -> list[str]:
    """Move the pointer to a place of the map and return the parts of the readout."""
    page.js(
        "const {map, mapElement} = chammo.session.active; const p = map.latLngToContainerPoint([arguments[1],"
        " arguments[0]]); const b = mapElement.getBoundingClientRect(); mapElement.dispatchEvent(new MouseEvent("
        "'mousemove', {bubbles: true, clientX: Math.round(b.left + p.x), clientY: Math.round(b.top + p.y)}))",
        x_m,
        y_m,
    )
    page.wait(lambda: not page.js("return chammo.session.active.cursor._asks"), "no answer about the ground")
    return page.texts(".readout span")


def test_references_are_those_of_other_programs(page: Page, site: str) -> None:
    page.driver.get(f"{site}/?lang=en")
    places = [place[:3] for place in PUBLISHED] + GEOTRANS
    made = page.js(
        "return chammo.load('mgrs').then(({mgrsText}) => arguments[0].map(([lat, lon]) => mgrsText(lon, lat)))",
        places,
    )
    assert made == [text for _, _, text in places]
    back = page.js(
        "return chammo.load('mgrs').then(({fromMgrs}) => arguments[0].map((text) => fromMgrs(text)))",
        [*made, "52SCG", "52S CG 2 5", "99S CG 11 11", "52S CG 123 12", "52I CG 11 11", "52S IG 11 11", ""],
    )
    for (lat, lon, _), found in zip(places, back, strict=False):
        assert np.allclose(found, (lon, lat), atol=1e-5)  # within the metre that the reference names
    assert back[len(made) + 2 :] == [None] * 5
    for (lon, lat), (east, north) in zip(back[len(made) :], ((350e3, 4150e3), (325e3, 4155e3)), strict=False):
        assert np.allclose(Proj(proj="utm", zone=52, ellps="WGS84")(lon, lat), (east, north), atol=0.01)  # the middle
    rng = np.random.default_rng(1)
    latitude, longitude = rng.uniform(-79.9, 83.9, 400), rng.uniform(-180.0, 180.0, 400)
    utm = page.js(
        "return chammo.load('mgrs').then(({zoneOf, toUtm}) => arguments[0].map(([lat, lon]) =>"
        " [zoneOf(lon, lat), ...toUtm(lon, lat, zoneOf(lon, lat))]))",
        np.column_stack([latitude, longitude]).tolist(),
    )
    for (zone, *place), lat, lon in zip(utm, latitude, longitude, strict=True):
        expected = Proj(proj="utm", zone=zone, ellps="WGS84")(lon, lat)
        assert np.allclose(place, expected, atol=0.001)


def test_the_pointer_shows_reference_height_and_class_of_the_ground(map_page: Page, shelf: dict[str, Path]) -> None:
    map_page.resize(1280, 720)
    with np.load(shelf["first"] / "terrain.npz") as terrain:
        raster = {name: terrain[name] for name in terrain.files}
    west, south, cell = (float(raster[name]) for name in ("west_m", "south_m", "cell_m"))
    seen = set()
    for x_m, y_m in ((13_000.0, -4_000.0), (17_000.0, 9_000.0), (-9_000.0, 3_000.0)):
        reference, degrees, plane, height, surface = point_at(map_page, x_m, y_m)
        x_km, y_km = (float(part) for part in re.findall(r"-?[\d.]+", plane)[:2])
        assert max(abs(x_km * 1e3 - x_m), abs(y_km * 1e3 - y_m)) < 100.0  # a pixel
        at = PLANE.longitude_latitude(np.array([x_km * 1e3]), np.array([y_km * 1e3]))
        lon, lat = (float(values[0]) for values in at)
        east, north = Proj(proj="utm", zone=52, ellps="WGS84")(lon, lat)
        digits = re.fullmatch(r"52S (\w\w) (\d{5}) (\d{5})", reference)
        assert digits is not None
        assert abs(int(digits[2]) - east % 1e5) < 8.0  # the place was rounded to 10 m
        assert abs(int(digits[3]) - north % 1e5) < 8.0
        assert abs(float(degrees[:7]) - lat) < 2e-4
        # the water of the run lies at 0 m, so plain interpolation but in cells of water
        row, column = int((y_km * 1e3 - south) // cell), int((x_km * 1e3 - west) // cell)
        kind = int(raster["surface"][row, column])
        level = ground_m(raster["elevation_m"], west, south, cell, np.array([x_km * 1e3]), np.array([y_km * 1e3]))[0]
        expected = float(raster["elevation_m"][row, column]) if kind == 0 else level
        assert abs(float(height.split()[0]) - expected) <= 2.0, (height, expected)  # a place rounded to 10 m
        assert surface == ("water", "open ground", "rough ground", "forest")[kind]
        seen.add(surface)
    assert len(seen) > 1
    map_page.js("chammo.session.active.map.fire('mouseout')")
    assert map_page.texts(".readout span") == []


def test_the_lines_of_the_grid_run_where_their_labels_say(map_page: Page) -> None:
    assert map_page.js("return chammo.session.active.grid.lines ?? null") is None  # nothing is made while it is off
    press_hangul(map_page, "ㅏ", "KeyK")
    labels = map_page.wait(lambda: map_page.js(LABELS), "no grid")
    places = map_page.js(
        "const {grid, source} = chammo.session.active; const view = chammo.session.active.view();"
        "return Promise.all(['mgrs', 'geodesy'].map((name) => chammo.load(name)))"
        ".then(([mgrs, geo]) => grid.labels.map(({text, x, y}) => { const [lon, lat] = geo.toLonLat(source.meta.origin,"
        " (x - view.ox) / view.scale, (view.oy - y) / view.scale); const zone = mgrs.zoneOf(lon, lat);"
        " return [text, y, ...mgrs.toUtm(lon, lat, zone), 1 / view.scale, mgrs.mgrsText(lon, lat)]; }))"
    )
    n_lines = 0
    for text, y, east, north, metres_per_px, reference in places:
        if " " in text:
            assert reference.startswith(text)
            continue
        value = east if y == 53 else north
        off = (value / 1e3 - int(text) + 50.0) % 100.0 - 50.0
        assert abs(off) * 1e3 < 1.5 * metres_per_px, (text, off)
        n_lines += 1
    assert n_lines >= 8
    assert_clear(map_page, labels)
    map_page.js("chammo.session.active.map.panBy([2, 1], {animate: false})")
    moved = map_page.wait(lambda: (now := map_page.js(LABELS)) != labels and now, "it stands still")
    assert [label["text"] for label in moved] == [label["text"] for label in labels]
    map_page.js("document.getElementById('btn-legend').click()")
    map_page.wait(lambda: "MGRS grid" in map_page.text("[data-key='grid:mgrs']"), "not in the legend")
    map_page.js("document.getElementById('btn-legend').click()")
    press_hangul(map_page, "K", "KeyK")  # with Caps Lock
    map_page.wait(lambda: "-10" in map_page.js(f"{LABELS}.map((label) => label.text)"), "no km")
    map_page.keys("k")
    assert map_page.js("return chammo.state.grid") == ""


def test_labels_of_the_grid_keep_clear_in_two_narrow_panes(map_page: Page) -> None:
    map_page.keys("k")
    map_page.keys("4")
    ready = "return chammo.session.panes.length === 2 && chammo.session.panes.every((pane) => pane.grid.labels)"
    map_page.wait(lambda: map_page.js(ready), "no panes")
    for pane in (0, 1):
        assert_clear(map_page, map_page.js(f"return chammo.session.panes[{pane}].grid.labels"), pane)
    map_page.keys("k", "k", "1")
    point_at(map_page, 0.0, 0.0)
    clipped = map_page.js(
        "const box = (css) => document.querySelector(css).getBoundingClientRect(); const [r, s] = [box('.readout'),"
        " box('.leaflet-control-scale')]; return r.right > s.left && r.bottom > s.top"
    )
    assert not clipped


def test_the_map_goes_to_a_reference(map_page: Page) -> None:
    map_page.js("document.getElementById('btn-layers').click()")
    centre = (
        "const p = chammo.session.active; const c = p.map.getCenter(); return [c.lng, c.lat, 1 / p.view().scale,"
        " p.names.drawn.map(({text}) => text)]"
    )
    field = map_page.find("#go-to")
    for text, lonlat in (("52s bg 84127 59971", (126.5559, 37.5615)), ("37.70 N, 126.30 E", (126.30, 37.70))):
        field.clear()
        field.send_keys(text, Keys.ENTER)
        map_page.wait(lambda text=text: map_page.js("return chammo.state.pin?.text") == text.upper(), "no pin")
        map_page.wait(lambda text=text: text.upper() in map_page.js(centre)[3], "no name")
        x_m, y_m, metres_per_px, _ = map_page.js(centre)
        lon, lat = (float(values[0]) for values in PLANE.longitude_latitude(np.array([x_m]), np.array([y_m])))
        assert np.hypot((lon - lonlat[0]) * 88e3, (lat - lonlat[1]) * 111e3) < 10.0 + metres_per_px
    for text, words in (("nowhere", "neither an MGRS reference"), ("33U XP 04", "is not on this map")):
        field.clear()
        field.send_keys(text, Keys.ENTER)
        map_page.wait(lambda words=words: words in map_page.text("#message"), words)
    field.send_keys(Keys.CONTROL + "a", Keys.BACKSPACE)
    map_page.wait(lambda: map_page.js("return chammo.state.pin === null"), "the pin stays")
    map_page.js("document.getElementById('btn-layers').click()")


def press_hangul(page: Page, key: str, code: str) -> None:
    page.js("dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], code: arguments[1]}))", key, code)


def assert_clear(page: Page, labels: list[dict], pane: int = 0) -> None:
    """Labels overlap neither each other nor the pane's own texts, and none is cut."""
    width, height, *taken = page.js(
        f"const p = chammo.session.panes[{pane}]; const b = p.element.getBoundingClientRect();"
        " return [p.width, p.height, ...[p.title, p.weather,"
        " p.element.querySelector('.leaflet-control-scale')].filter((e) => e.textContent).map((e) =>"
        " e.getBoundingClientRect()).map((r) => [r.left - b.left, r.top - b.top, r.right - b.left, r.bottom - b.top])]"
    )
    boxes = [label["box"] for label in labels]
    assert boxes
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert min(left, top, width - right, height - bottom) >= 0
        for other in boxes[:k] + taken:
            assert not (left < other[2] and right > other[0] and top < other[3] and bottom > other[1])
