"""Ranges of scenarios: variants are functions of split and number, in their ranges, and games are drawn from them."""

from typing import Any

import numpy as np
import pytest

from agents.environments.draws import SPLITS
from agents.environments.episode import Episodes
from agents.environments.named_ranges import LIBRARY, NAMES, expand_library, named_ranges, scenario_of
from agents.environments.ranges import OneOf, Ranges, Scale, Shift, Uniform, Whole
from agents.environments.schema import Schema, Sizes
from agents.environments.settings import Settings, settings_of
from scenarios.format.texts import library_names
from scenarios.loader import compile_document
from simcore.errors import InputError, ScenarioError
from tests.agents.environments.games import act, play, short_document

FACTORS: dict[str, Any] = {
    "groups.red-boats.units.0.count": Whole(1, 4),
    "groups.red-boats.at_km": Shift(1.0),
    "catalogue.sensors.test-radar.range_km": Uniform(10.0, 20.0),
    "catalogue.weapons.test-cannon.p_hit": Scale(0.5, 1.5),
    "environment.sea_state": OneOf((0, 3)),
    "map.terrain.features.1.height_m": Uniform(20.0, 120.0),
}
RANGES = Ranges(short_document(), FACTORS, variants=5)


def drawn(split: Any, k: int) -> list[Any]:
    document = RANGES.draw(split, k)
    boats = next(group for group in document["groups"] if group["name"] == "red-boats")
    cannon = document["catalogue"]["weapons"]["test-cannon"]["p_hit"]
    radar = document["catalogue"]["sensors"]["test-radar"]["range_km"]
    return [boats["units"][0]["count"], boats["at_km"], radar, cannon, document["environment"]["sea_state"]]


def test_every_factor_stays_in_its_range_and_reaches_both_halves() -> None:
    draws = [drawn("train", k) for k in range(60)]
    counts = [count for count, *_ in draws]
    assert set(counts) == {1, 2, 3, 4}
    at = np.array([place for _, place, *_ in draws])
    assert (np.abs(at - [4.5, -4.0]) <= 1.0).all()
    assert (np.ptp(at, axis=0) > 1.0).all()
    radar = np.array([value for _, _, value, *_ in draws])
    assert 10.0 <= radar.min() < 13.0
    assert 17.0 < radar.max() <= 20.0
    scale = np.array([p_hit["structure"] / 0.6 for *_, p_hit, _ in draws])
    assert 0.5 <= scale.min() < 0.75 < 1.25 < scale.max() <= 1.5
    assert {sea for *_, sea in draws} == {0, 3}


def test_variants_are_functions_of_split_and_number() -> None:
    assert drawn("train", 3) == drawn("train", 3)
    assert len({str(drawn(split, k)) for split in SPLITS for k in range(20)}) == 60


def test_a_game_draws_its_variant_and_plays_it_as_alone() -> None:
    settings = Settings(RANGES)
    together = play(Episodes(settings, 6), seeds=[1, 2, 3, 4, 5, 6], n_steps=45)
    games = Episodes(settings, 1)
    for row in (0, 3):
        assert play(games, seeds=[row + 1], n_steps=45).traces[0] == together.traces[row]
    games = Episodes(settings, 40)
    games.reset(range(40))
    assert set(games.variant.tolist()) == {0, 1, 2, 3, 4}
    again = Episodes(Settings(RANGES, split="test"), 40)
    again.reset(range(40))
    assert again.variant.tolist() != games.variant.tolist()


def test_rows_move_between_the_simulations_of_their_variants() -> None:
    """Each row begins anew at another time, so that simulations grow and shrink; row 0 is not disturbed."""
    settings = Settings(RANGES)
    calm = play(Episodes(settings, 1), seeds=[1], n_steps=30)
    games = Episodes(settings, 5)
    games.reset([1, 2, 3, 4, 5])
    hashes: list[list[str]] = []
    for step in range(30):
        done = games.step({0: act(games, 0)})
        hashes.append([games.state_hash(0)])
        over = done.terminated | done.truncated
        over[1 + step % 4] = True
        games.begin(np.flatnonzero(over))
    assert hashes == calm.hashes


def test_the_ranges_are_written_into_the_manifest() -> None:
    manifest = Settings(RANGES).describe()
    assert manifest["variants"] == 5
    ranges = manifest["ranges"]
    assert isinstance(ranges, dict)
    assert ranges["catalogue.sensors.test-radar.range_km"] == {"kind": "uniform", "low": 10.0, "high": 20.0}
    assert ranges["environment.sea_state"] == {"kind": "oneof", "values": [0, 3]}
    assert manifest["held_out"] == ["screen-and-strike", "economy-of-force"]


@pytest.mark.parametrize(
    ("path", "factor", "match"),
    [
        ("groups.green.at_km", Shift(1.0), "green"),
        ("groups.red-boats.name", Scale(1.0, 2.0), "no number to scale"),
        ("time.dt_s", Shift(1.0), "no position"),
        ("time.dt_s.x", Whole(1, 2), "holds no"),
        ("groups.red-boats.at_km", OneOf(([0.0, 9.0],)), "none of 20 draws"),  # boats on land
        ("groups.red-boats.colour", OneOf(("blue",)), "colour"),
    ],
)
def test_ranges_that_make_no_scenario_say_why(path: str, factor: Any, match: str) -> None:
    ranges = Ranges(short_document(), {path: factor})
    with pytest.raises(InputError, match=match):
        ranges.variant("train", 0)


def test_the_seed_of_the_map_is_a_factor_like_others() -> None:
    document = short_document()
    document["map"] |= {"cell_m": 500, "terrain": {"kind": "procedural", "seed": 1, "water_share": 0.0}}
    document["groups"] = [group for group in document["groups"] if "boats" not in group["name"]]
    ranges = Ranges(document, {"map.terrain.seed": Whole(1, 10**6)})
    grounds = {ranges.variant("train", k).params.terrain.elevation_m.tobytes() for k in range(4)}
    assert len(grounds) == 4
    assert ranges.variant("train", 2).params.terrain.elevation_m.tobytes() in grounds


def test_places_on_the_wrong_ground_are_drawn_again() -> None:
    ranges = Ranges(short_document(), {"groups.red-boats.at_km": OneOf(([4.0, 9.0], [4.0, -4.0]))})
    for k in range(6):
        compiled = ranges.variant("train", k)
        boats = [k for k, name in enumerate(compiled.roster.units) if name.startswith("red-boats")]
        assert (compiled.params.units.real[14, boats] < 0.0).all()  # Y0: in the south, on the water


@pytest.mark.parametrize("name", NAMES)
def test_the_ranges_that_come_along_make_scenarios(name: str) -> None:
    """Variants of every split compile, with the sides, groups, objectives and zones of their scenario."""
    ranges = named_ranges(name)
    schema = settings_of(name).schema.digest
    for split in SPLITS:
        compiled = ranges.variant(split, 0)
        assert compiled.roster.sides == ranges.base.roster.sides
        for one, base in zip(compiled.briefings, ranges.base.briefings, strict=True):
            assert one.group_names == base.group_names
            assert one.zone_names == base.zone_names
            assert one.objective_kind.tolist() == base.objective_kind.tolist()
        assert Schema(Sizes.of([compiled.briefings[0]])).digest == schema
    games = Episodes(settings_of(name, most_steps=2), 2)
    games.reset([1, 2])
    steps = [games.step({0: act(games, 0)}) for _ in range(2)]
    assert steps[-1].truncated.all()


def test_every_library_scenario_has_ranges() -> None:
    assert {scenario_of(name) for name in NAMES} == set(library_names())
    assert [named_ranges(name).base.roster.scenario for name in NAMES] == [scenario_of(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_force_keeps_a_third_of_its_number_and_at_most_doubles(name: str) -> None:
    ranges = named_ranges(name)
    counts = {path: factor for path, factor in ranges.factors.items() if path.startswith("groups.") and "count" in path}
    assert counts
    for path, factor in counts.items():
        group = next(entry for entry in ranges.document["groups"] if entry["name"] == path.split(".")[1])
        number = group["units"][0].get("count", 1)
        assert isinstance(factor, Whole)
        assert 1 <= factor.low <= number <= factor.high <= 2 * number
        assert 3 * factor.low >= number


@pytest.mark.parametrize("name", NAMES)
def test_most_draws_of_the_ranges_are_scenarios(name: str) -> None:
    """A draw that makes no scenario is drawn again; were that frequent, the ranges would be other than they say."""
    ranges = named_ranges(name)
    faults = 0
    for k in range(4):
        try:
            compile_document(ranges.draw("validation", k))
        except ScenarioError:
            faults += 1
    assert faults <= 1


def test_variants_on_the_same_ground_share_its_arrays() -> None:
    same, other = named_ranges("joint-littoral-defence-ranges"), named_ranges("air-base-drone-salvo-ranges")
    assert same.variant("train", 0).ground is same.base.ground
    assert other.variant("train", 0).ground is not other.base.ground


def test_shared_ground_changes_no_variant() -> None:
    ranges = named_ranges("two-patrols-ranges")
    alone = compile_document(ranges.draw("test", 1)).params
    shared = ranges.variant("test", 1).params
    for one, two in ((alone.terrain, shared.terrain), (alone.units, shared.units), (alone.groups, shared.groups)):
        assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_the_name_of_all_ranges_is_refused_where_a_single_scenario_is_meant() -> None:
    with pytest.raises(InputError, match=r"name of several scenarios.*two-patrols-ranges"):
        settings_of(LIBRARY)


def test_the_name_of_all_ranges_stands_for_each_once() -> None:
    assert expand_library([LIBRARY]) == NAMES
    assert expand_library(["two-patrols", "two-patrols-ranges", LIBRARY])[:2] == ("two-patrols", "two-patrols-ranges")
    assert len(expand_library(["two-patrols-ranges", LIBRARY])) == len(NAMES)
