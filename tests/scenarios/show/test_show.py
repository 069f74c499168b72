"""`chammo show`: the page fits, says what a trainer asks first, and cuts nothing off; the picture is well-formed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.cli import main
from scenarios.format.edits import edited
from scenarios.format.names import natural_key, ranges
from scenarios.format.schema.map import Map
from scenarios.format.texts import library_names, read_text
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import compile_document, load
from scenarios.show.conditions import conditions
from scenarios.show.map_picture import draw
from scenarios.show.overview import overview
from scenarios.show.page import Size, fit_page, page
from scenarios.show.terminal_map import draw_map, map_key, surfaces
from scenarios.terrain.ground import Ground, build_ground
from simcore.types import Surface
from tests.scenarios.format.case_files import right_documents, right_texts


@pytest.fixture
def valid(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that writes a valid scenario of the cases and returns its path."""

    def write(name: str) -> str:
        path = tmp_path / f"{name}.yaml"
        path.write_text(right_texts()[name], encoding="utf-8")
        return str(path)

    return write


def show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str, width: int = 100) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["show", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("name", library_names())
def test_the_page_fits_the_terminal(
    name: str, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = show(capsys, monkeypatch, name, width=width).splitlines()
    assert max(map(len, lines)) <= max(60, min(width, 120))
    assert "\x1b" not in "".join(lines)
    if width == 100:
        assert len(lines) <= 72


@pytest.mark.parametrize("name", library_names())
def test_the_page_says_what_decides_and_who_fights(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = show(capsys, monkeypatch, name, "--no-map")
    joined = " ".join(text.split())
    facts = overview(load(name))
    for key in ("title", "question", "description"):
        assert " ".join(facts[key].split()) in joined
    for side in facts["sides"]:
        counted = [(side["units"], "unit"), (side["groups"], "group")]
        units, groups = (f"{n} {word}{'s' * (n != 1)}" for n, word in counted)
        sizes = f"{units} in {groups}, {side['cost_musd']:,.1f} million USD, "
        assert sizes in joined
        assert f"commanded by the policy {side['policy']}" in joined or f"{sizes}neutral" in joined
    for objective in facts["objectives"]:
        assert f"{objective['side']} {objective['share']:.0%}: {objective['text']}" in joined
    for zone in facts["zones"]:
        assert zone["name"] in show(capsys, monkeypatch, name)
    assert "It ends after" in joined


def test_what_does_not_fit_is_counted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = show(capsys, monkeypatch, "joint-littoral-defence")
    assert "Mothership of unmanned boats and aircraft" in " ".join(text.split())
    land = overview(load("joint-littoral-defence"))["forces"]
    kinds = sum(1 for row in land if row["domain"] == "land" and row["counts"]["blue"])
    entry = text[text.index("  land ") : text.index("  surface ")]
    more = re.search(r"and (\d+) more kinds", entry)
    assert more is not None
    assert entry.count(",") + int(more[1]) == kinds


def test_zones_and_their_kinds_are_on_the_map() -> None:
    compiled = compile_document(right_documents()["zones-of-all-shapes"])
    drawn = "".join(draw_map(compiled, 80, 40, is_coloured=False))
    assert {"o", "x", "1", "2", "3", "4"} <= set(drawn)
    key = map_key(compiled).replace("\N{NO-BREAK SPACE}", " ")
    assert "1 approach (no fire, rim x), 2 both, 3 lane (no fire, rim x), 4 town" in key
    assert "forest" not in key


def test_colours_do_not_change_the_width() -> None:
    compiled = load("two-patrols")
    plain, coloured = (draw_map(compiled, 50, 12, is_coloured=flag) for flag in (False, True))
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in coloured] == plain
    facts = overview(compiled)
    size = Size(50, 12)
    beside = page(facts, coloured, size, map_key(compiled), 100)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in beside] == page(facts, plain, size, map_key(compiled), 100)


@pytest.mark.parametrize("name", library_names())
def test_a_scenario_fits_a_screen_of_120_by_40(name: str) -> None:
    compiled = load(name)
    facts = overview(compiled)
    largest = Size(77, 20)
    lines, full = (
        fit_page(
            facts,
            lambda columns, rows: draw_map(compiled, columns, rows, is_coloured=False),
            largest,
            map_key(compiled),
            120,
            height,
        )
        for height in (39, None)
    )
    assert len(lines) <= 39 < len(full)
    assert max(map(len, lines)) <= 120
    assert ("--full" in "".join(lines)) == (" ".join(facts["description"].split())[:30] not in " ".join(lines))


def test_roads_and_decisive_objectives_show() -> None:
    assert overview(compile_document(right_documents()["roads-and-routes"]))["roads_km"] == pytest.approx(61.2, abs=0.1)
    facts = overview(load("two-patrols"))
    facts["objectives"][0]["decisive"] = True
    assert any("! destroy" in line for line in page(facts, [], Size(0, 0), "", 100))


def test_a_name_and_the_same_with_a_number_have_an_order() -> None:
    assert sorted(["a10", "a", "a2", "b", "a2b"], key=natural_key) == ["a", "a2", "a2b", "a10", "b"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["boats-2", "boats-1", "boats-3"], ["boats-1 to 3"]),
        (["boats-1", "boats-3"], ["boats-1", "boats-3"]),
        (["boats-01", "boats-02"], ["boats-01", "boats-02"]),
        (["recon", "recon-land", "a1", "a2"], ["a1 to 2", "recon", "recon-land"]),
        (["7", "8"], ["7", "8"]),
        ([], []),
    ],
)
def test_ranges_of_names(names: list[str], short: list[str]) -> None:
    assert ranges(names) == short


@given(st.lists(st.from_regex(r"[a-c]-?(0|[1-9]|1[0-9])?", fullmatch=True), unique=True))
def test_ranges_name_everything_once(names: list[str]) -> None:
    told: list[str] = []
    for part in ranges(names):
        match = re.fullmatch(r"(.*?)([0-9]+) to ([0-9]+)", part)
        told += [part] if match is None else [f"{match[1]}{k}" for k in range(int(match[2]), int(match[3]) + 1)]
    assert sorted(told, key=natural_key) == sorted(names, key=natural_key)


@pytest.mark.parametrize("name", ["two-patrols", "zones-of-all-shapes", "korean-names"])
def test_the_picture_is_well_formed_and_shows_every_unit_afield(name: str, valid: Callable[[str], str]) -> None:
    name = valid(name) if name in right_texts() else name
    compiled = load(name)
    root = ElementTree.fromstring(draw(compiled))
    space = "{http://www.w3.org/2000/svg}"
    marks = [one for one in root.findall(f"{space}g") if one.get("stroke") == "#fff"]
    content = compiled.scenario.content
    afield = sum(entry.count for group in content.groups if not group.aboard for entry in group.units)
    assert len(marks) == afield
    assert len(root.findall(f"{space}path[@fill-rule='evenodd']")) == len(content.zones)
    assert draw(compiled) == draw(load(name))


def test_the_picture_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "patrols.svg"
    assert f"wrote {target}" in show(capsys, monkeypatch, "two-patrols", "--svg", str(target))
    assert target.read_text(encoding="utf-8").startswith("<svg ")
    assert main(["show", "two-patrols", "--svg", str(tmp_path / "none" / "x.svg")]) == 2
    assert "does not exist; give the name of a file" in capsys.readouterr().err


def test_conditions_are_told_in_words_and_minefields_drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, valid: Callable[[str], str]
) -> None:
    text = " ".join(show(capsys, monkeypatch, valid("minefields")).split())
    assert "Minefields: belt (of red, suspected); empty (of no side); strait (of no side)." in text
    assert "minefields (rim m): belt, empty, strait" in text
    assert "mmm" in text
    text = " ".join(show(capsys, monkeypatch, valid("weather-that-changes")).split())
    assert "It starts by day at 17:48 (sun from 6:00 to 18:30), visibility 8 km, sea state 3." in text
    assert "On the timetable: 0:15 weather; 0:45 weather." in text
    text = " ".join(show(capsys, monkeypatch, valid("operators-and-jammers")).split())
    assert "Operators who approve engagements: blue 3, red 0." in text
    assert draw(load(valid("minefields"))).count("(mines)") == 3


@pytest.mark.parametrize(
    ("hop_s", "said"),
    [
        (10, "A message takes up to 10 s per hop."),
        (0.2, "A message takes up to 0.2 s per hop, below half a step of 1 s: paths of fewer than 3 hops are prompt."),
        (0.01, "even on paths of 8 hops, the most allowed: all messages are prompt."),
    ],
)
def test_latency_is_told_and_whether_it_is_a_step(hop_s: float, said: str) -> None:
    document = cast(dict[str, Any], read_yaml(*read_text("harbour-swarm")).data)
    radio = {"catalogue": {"platforms": {"gun-post": {"radio": {"latency_s": hop_s}}}}}
    staff = {"sides": {"blue": {"staff": {"order_preparation_s": 30, "report_processing_s": 12}}}}
    told = conditions(
        compile_document(edited(document, radio | staff | {"rules": {"latency_factor": 1}})).scenario.content
    )
    assert any(sentence.endswith(said) for sentence in told), told
    assert "The staff of blue takes 30 s for an order and 12 s for a report." in told
    prompt = conditions(compile_document(edited(document, radio | {"rules": {"latency_factor": 0}})).scenario.content)
    assert not any("message" in sentence or "staff" in sentence for sentence in prompt)


def ground_of(terrain: dict[str, Any], half_km: float = 20.0, cell_m: float = 100.0, **field: Any) -> Ground:
    box = {"west_km": -half_km, "east_km": half_km, "south_km": -half_km, "north_km": half_km, "cell_m": cell_m}
    origin = {"longitude_deg": 10.0, "latitude_deg": 50.0}
    return build_ground(Map.model_validate({"origin": origin, **box, "terrain": terrain, **field}))


BOX = (-20e3, 20e3, -20e3, 20e3)


@pytest.mark.parametrize(("columns", "rows"), [(17, 9), (40, 20), (77, 20)])
@pytest.mark.parametrize("shift_km", [-0.7, 0.0, 0.9])
def test_a_road_and_a_river_are_drawn_without_gaps(columns: int, rows: int, shift_km: float) -> None:
    river = {"kind": "lake", "line_km": [[shift_km, -20], [shift_km, 20]], "width_km": 0.3}
    ground = ground_of({"kind": "flat", "surface": "forest", "features": [river]})
    drawn = surfaces(ground, BOX, columns, rows) == int(Surface.WATER)
    assert drawn.any(axis=1).all()
    road = [{"line_km": [[-20, shift_km], [20, shift_km]]}]
    ground = ground_of({"kind": "flat", "surface": "forest"}, roads=road)
    drawn = surfaces(ground, BOX, columns, rows) == int(Surface.ROAD)
    assert drawn.any(axis=0).all()


def test_an_islet_is_drawn_and_a_coast_stays_in_its_place() -> None:
    islet = {"kind": "island", "circle": {"centre_km": [5, 5], "radius_km": 0.5}, "height_m": 20}
    drawn = surfaces(ground_of({"kind": "flat", "surface": "water", "features": [islet]}), BOX, 20, 20)
    assert (drawn != int(Surface.WATER)).sum() in (1, 2, 4)
    land = {"kind": "island", "polygon_km": [[-20, -20], [0.4, -20], [0.4, 20], [-20, 20]], "height_m": 20}
    drawn = surfaces(ground_of({"kind": "flat", "surface": "water", "features": [land]}), BOX, 20, 10)
    assert (drawn[:, :10] != int(Surface.WATER)).all()  # a fifth of the next column is land
    assert (drawn[:, 10:] == int(Surface.WATER)).all()


def test_the_commonest_cover_of_a_part_is_drawn() -> None:
    forest = {"kind": "forest", "polygon_km": [[-20, -20], [-1.3, -20], [-1.3, 20], [-20, 20]]}
    drawn = surfaces(ground_of({"kind": "flat", "surface": "open", "features": [forest]}), BOX, 10, 4)
    assert (drawn[:, :4] == int(Surface.FOREST)).all()  # parts are 4 km wide; of the fifth two thirds are forest
    assert (drawn[:, 4] == int(Surface.FOREST)).all()
    assert (drawn[:, 5:] == int(Surface.OPEN)).all()


def test_features_of_flat_ground_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, valid: Callable[[str], str]
) -> None:
    text = " ".join(show(capsys, monkeypatch, valid("base")).split())
    assert "flat terrain with 1 lake; hash" in text
