"""What the page shows of the ground and of neutrals, in a real browser."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.viz.browser import Keys, Page, Served
from tests.viz.conftest import SMALL
from tests.viz.synthetic_extras import add_approvals, add_neutrals, add_surroundings, add_wear
from viz.fog.symbols import contact_symbol

pytestmark = pytest.mark.browser

VIOLET = (107, 63, 160)  # of mines, in the light theme


@pytest.fixture(scope="module")
def ground_site(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server with a run that has everything on its ground, and one with a neutral side."""
    root = tmp_path_factory.mktemp("ground")
    bay = Path(shutil.copytree(small, root / "bay"))
    add_surroundings(bay)
    add_approvals(bay, SMALL.n_units)
    add_wear(bay)
    strait = Path(shutil.copytree(small, root / "strait"))
    add_neutrals(strait, ("red",))
    with Served([bay, strait]) as served:
        yield served.url


def mine_pixels(page: Page) -> int:
    """Count the pixels of the canvas in the violet of an armed mine."""
    return page.js(
        "const from = chammo.session.active.canvas; const c = new OffscreenCanvas(from.width, from.height);"
        "const context = c.getContext('2d'); context.drawImage(from, 0, 0);"
        "const d = context.getImageData(0, 0, c.width, c.height).data; let n = 0;"
        "for (let i = 0; i < d.length; i += 4)"
        " if (d[i + 3] > 250 && [0, 1, 2].every((k) => d[i + k] === arguments[0][k])) n += 1;"
        "return n;",
        list(VIOLET),
    )


def test_mines_are_drawn_and_vanish_when_the_layer_is_off(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en&theme=light#run=bay&view=truth&t=0")
    page.wait(lambda: mine_pixels(page), "no mine")
    page.click("#btn-layers")
    page.click("#layer-minefields")
    page.wait(lambda: mine_pixels(page) == 0, "mines stay")
    page.click("#layer-minefields")
    page.keys(Keys.ESCAPE)
    page.open(f"{ground_site}/?lang=en&theme=light#run=bay&view=blue&t=0")
    page.wait(lambda: mine_pixels(page), "no own mine")


def test_light_and_weather_stand_on_the_map(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=bay&view=blue&t=0")
    assert page.text(".weather") == "Day · sea state 2 · wind 5 m/s"
    page.js("chammo.clock.seek(700)")
    page.wait(lambda: "Night" in page.text(".weather"), "no night")
    assert page.text(".weather") == "Night · visibility 4 km · rain · sea state 5 · wind 14 m/s"
    page.open(f"{ground_site}/?lang=ko#run=bay&view=both&t=700")
    assert len(page.all(".weather")) == 2
    overlaps = page.js(
        "return chammo.session.panes.some(({element}) => { const [a, b] = ['.pane-title', '.weather'].map((css) =>"
        " element.querySelector(css).getBoundingClientRect());"
        " return a.right > b.left && a.bottom > b.top && a.top < b.bottom && a.left < b.right; })"
    )
    assert not overlaps


def test_approvals_are_a_board_and_a_curve(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=bay&view=blue&t=400")
    page.click("#tab-boards")
    rows = page.wait(lambda: page.texts("#panel-boards table:last-of-type tbody tr"), "no board")
    assert len(rows) == 4
    words = ("granted", "denied", "timed out", "open")
    assert [next(word for word in words if word in row) for row in rows] == list(words)
    assert page.js("const p = document.getElementById('panel-boards'); return p.scrollWidth <= p.clientWidth")
    page.click("#tab-charts")
    page.wait(lambda: page.all("figure[data-quantity=waiting]"), "no curve of requests")
    page.click("#tab-events")
    page.js(
        "const s = document.getElementById('filter-kind'); s.value = 'approval'; s.dispatchEvent(new Event('input'))"
    )
    assert any("requests approval to engage" in text for text in page.texts(".log-row"))


def test_the_card_lists_what_reaches_how_far(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=bay&view=blue&t=100&unit=blue-patrol-usv-1")
    page.wait(lambda: page.text("#card-name") == "blue-patrol-usv-1", "no card")
    page.click("#tab-units")
    text = page.text("#panel-unit")
    for part in ("Camera\t5 km, 60°", "Radar\t9 km (off)", "Weapon blue-gun\t3 km", "Jammer\tno limit"):
        assert part in text, part


def test_the_card_tells_wear_and_the_queue_of_the_operators(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=bay&view=blue&t=110&unit=blue-patrol-usv-1")
    page.wait(lambda: "waiting 0:00:10, number 1 of 1" in page.text("[data-field=queue]"), "no request")
    assert page.text("[data-field=wear]") == "0%"
    for time_s, words in ((125, "an operator is deciding on"), (400, "0 of other units waiting, 0 of 2 operators busy"),
                          (750, "0:00:50 ago, no answer known")):  # fmt: skip
        page.js("chammo.clock.seek(arguments[0])", time_s)
        page.wait(lambda words=words: words in page.text("[data-field=queue]"), words)
    page.js("location.hash = '#view=truth&t=110&unit=red-scout-ugv-40'")
    page.wait(lambda: page.text("#card-name") == "red-scout-ugv-40", "no card of Red")
    page.wait(lambda: page.text("[data-field=wear]") == "90%", "no wear")
    assert page.all("[data-field=wear] .bar.low")
    page.wait(
        lambda: "1 of other units waiting, 0 of 7 operators busy" in page.text("[data-field=queue]"), "no queue of Red"
    )


PICTURE = """
const from = chammo.session.active.canvas, to = new OffscreenCanvas(from.width, from.height).getContext("2d");
to.drawImage(from, 0, 0);
const d = to.getImageData(0, 0, from.width, from.height).data;
let n = 0;
for (let i = 0; i < d.length; i += 1) n = (n * 31 + d[i]) % 1000003;
return n;
"""


@pytest.mark.parametrize("layer", ["tracks", "footprints"])
def test_trails_and_footprints_of_all_units_are_a_layer(page: Page, ground_site: str, layer: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=bay&view=blue&t=600")
    page.wait(lambda: page.js("return chammo.session.active.source.sample(600)?.exact"), "no frame")
    page.wait(lambda: page.js("return !chammo.session.active.names.later"), "names do not come to rest")
    page.js("chammo.clock.changed()")
    time.sleep(0.8)  # all that comes late is here, and names have come to rest
    page.wait(lambda: page.js("return !chammo.session.active.names.later"), "names do not come to rest")
    before = page.wait(lambda: page.js(PICTURE), "nothing drawn")
    page.click("#btn-layers")
    page.click(f"#layer-{layer}")
    page.wait(lambda: page.js(PICTURE) != before, "nothing added")
    page.click(f"#layer-{layer}")
    page.wait(lambda: page.js(PICTURE) == before, "it stays")
    page.keys(Keys.ESCAPE)


def test_contacts_bear_the_symbol_of_their_class(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=strait&view=blue&t=600")
    drawn = page.js(
        "return chammo.load('sprites').then(({contactCode}) => [0, 1, 2, 3].flatMap((domain) =>"
        " [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((known) => contactCode(domain, known, '6', known === 4))))"
    )
    assert drawn == [
        contact_symbol(domain, known, "6", is_dummy=known == 4) for domain in range(4) for known in range(-1, 9)
    ]
    assert page.js("return arguments[0].every((code) => new ms.Symbol(code).isValid())", drawn)


def test_first_tasks_are_shown_as_routes(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=bay&view=blue&t=0")
    page.keys("o")
    page.wait(lambda: page.js("return chammo.session.active.routes.some(({order}) => order.route_m)"), "no first task")
    sides = page.js("return [...new Set(chammo.session.active.routes.map(({order}) => order.side))]")
    assert sides == ["blue"]
    page.keys("o")


def test_neutrals_have_no_view_and_contacts_look_as_they_are_taken_for(page: Page, ground_site: str) -> None:
    page.open(f"{ground_site}/?lang=en#run=strait&view=blue&t=600")
    assert page.texts("#view-switch button") == ["Truth", "Blue"]
    assert page.js("return [...document.querySelectorAll('#legend .chip')].map((e) => e.dataset.affiliation)") == [
        "3", "4", "1",
    ]  # fmt: skip
    beliefs = page.js(
        "return (async () => { const {a} = chammo.session.active.source.sample(600);"
        "const module = await chammo.load('contact_layer');"
        "const meta = chammo.session.active.source.meta;"
        "return [...new Set(Array.from(a.c_side, (_, row) => [a.c_identity[row], module.beliefOf(meta, a, row),"
        " module.codeOfContact(meta, a, row)[3], module.codeOfContact(meta, a, row)[7]].join()))].sort(); })()"
    )
    assert beliefs == ["0,unknown,1,0", "1,hostile,6,0", "2,neutral,4,0", "3,decoy,6,1"]
