"""Names on the map keep clear of each other, those of units clear of symbols; those of places stand still."""

from typing import Any

import pytest

from tests.viz.browser import Page

pytestmark = pytest.mark.browser

PLACE = """
const [names, units, width, height, steps, done] = arguments;
chammo.load("labels").then(({ drawNames }) => {
  const context = new OffscreenCanvas(width, height).getContext("2d");
  const memory = { chosen: null, units: [], drawn: [], at: -1e9, key: null, later: 1 };
  const out = [];
  for (const [dx, dy] of steps) {
    const positions = { x: units.map(([x]) => x + dx), y: units.map(([, y]) => y + dy), shown: units.map(() => 1) };
    const scene = {
      positions, contacts: [], sample: {}, size: 20, selected: -1, layers: { labels: true, contacts: true },
      source: { isSide: false, units: units.map((_, k) => ({ name: `unit-${k}` })) },
      view: { width, height, scale: 1, ox: 0, oy: 0 }, colours: { halo: "#fff", ink: "#000" },
      placeNames: names.map(([text, left, top, right, bottom]) => (
        { text, colour: "#000", box: { left, top, right, bottom } })),
      paneBoxes: () => [[300, 0, 500, 30]],
    };
    memory.at = -1e9;
    drawNames(context, scene, memory);
    out.push(memory.drawn);
  }
  done(out);
});
"""

Box = dict[str, Any]


def placed(page: Page, names: list[Any], units: list[Any], steps: list[Any] | None = None) -> list[list[Box]]:
    return page.driver.execute_async_script(PLACE, names, units, 800, 600, steps or [[0, 0]])


def overlap(one: Box, two: Box) -> bool:
    return (
        min(one["right"], two["right"]) - max(one["left"], two["left"]) > 1
        and min(one["bottom"], two["bottom"]) - max(one["top"], two["top"]) > 1
    )


def symbol(x: float, y: float) -> Box:
    return {"left": x - 13, "right": x + 13, "top": y - 11, "bottom": y + 11}


def clashes(names: list[Box], units: list[Any]) -> list[str]:
    found = [f"{one['text']} on a symbol" for one in names for x, y in units if overlap(one, symbol(x, y))]
    return found + [f"{a['text']} on {b['text']}" for i, a in enumerate(names) for b in names[:i] if overlap(a, b)]


def test_the_name_of_a_place_stands_still_whatever_moves(page: Page, site: str) -> None:
    """Its spot depends on the places and on the view alone, so it is the same in both maps of a comparison, too."""
    page.open(f"{site}/?lang=en")
    zone = ["harbour (objective)", 300, 200, 500, 400]
    free = placed(page, [zone], [])[0][0]
    assert free["bottom"] <= 200
    crowd = [[x, y] for x in range(260, 560, 20) for y in (185, 215)]
    assert [one for one in placed(page, [zone], crowd)[0] if one["ofPlace"]] == [free]


def test_zones_and_units_in_a_crowd_do_not_write_over_each_other(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    zones = [[f"zone-{k} (objective)", 200 + 40 * k, 200, 400 + 40 * k, 320] for k in range(4)]
    crowd = [[150 + (37 * k) % 450, 150 + (53 * k) % 260] for k in range(40)]
    names = placed(page, zones, crowd)[0]
    assert clashes([one for one in names if not one["ofPlace"]], crowd) == []
    assert clashes(names, []) == []
    assert sum(one["ofPlace"] for one in names) == 4
    assert sum(not one["ofPlace"] for one in names) > 5


def test_a_name_stays_in_sight_and_clear_of_the_title(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    zones = [["wide (objective)", -500, -500, 1500, 1500], ["edge (no fire)", 700, 580, 900, 900]]
    names = placed(page, zones, [])[0]
    assert all(one["left"] >= 0 and one["right"] <= 800 and one["top"] >= 0 and one["bottom"] <= 600 for one in names)
    assert not any(overlap(one, {"left": 300, "right": 500, "top": 0, "bottom": 30}) for one in names)


def test_a_name_does_not_move_while_units_do(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en")
    zone = ["harbour (objective)", 300, 200, 500, 400]
    steps = [[k * 3, 0] for k in range(30)]  # one unit passes under the name
    spots = {(one["left"], one["top"]) for frame in placed(page, [zone], [[350, 190]], steps) for one in frame
             if one["ofPlace"]}  # fmt: skip
    assert len(spots) == 1


def test_place_names_of_a_page_stand_still_during_play(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=en#view=truth&t=100")
    page.js("chammo.clock.setSpeed(128); chammo.clock.play()")
    seen = page.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        const seen = {};
        let left = 60;
        const look = () => {
          for (const { text, left: x, top, ofPlace } of chammo.session.active.names.drawn) {
            if (ofPlace) (seen[text] ??= new Set()).add(`${x}:${top}`);
          }
          left -= 1;
          if (left) requestAnimationFrame(look);
          else done(Object.fromEntries(Object.entries(seen).map(([text, spots]) => [text, spots.size])));
        };
        look();""")
    page.js("chammo.clock.pause()")
    assert len(seen) >= 3
    assert set(seen.values()) == {1}


def test_the_names_of_a_whole_page(page: Page, site: str) -> None:
    page.open(f"{site}/?lang=ko#view=truth&t=600")
    page.js("chammo.state.layers.labels = true; chammo.clock.changed()")
    page.wait(lambda: page.js("return chammo.session.active.names.drawn.length > 6"), "no names")
    page.wait(lambda: page.js("return !chammo.session.active.names.later"), "names do not come to rest")
    names, shown = page.js(
        "const { names, positions: { x, y, shown } } = chammo.session.active;"
        "return [names.drawn, [...shown].flatMap((is, k) => (is === 1 ? [[x[k], y[k]]] : []))]"
    )
    assert clashes([one for one in names if not one["ofPlace"]], shown) == []
    assert clashes(names, []) == []
