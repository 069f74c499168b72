import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.measures.case import Measure
from scenarios.measures.compute import ScenarioMeasures, describe_measures
from scenarios.measures.estimates import MeasureEstimate, estimate_cell, estimate_lines, estimate_measures
from scenarios.measures.table import MEASURES
from simcore.simulation import Simulation
from simcore.state import ObjectiveR, ObjectiveW, SideR, SideW, UnitW, WorldW
from simcore.types import EndReason, Status
from tests.simcore.small_worlds import compile_world, document


def one(kind: str, values: list[float], **more: list[float]) -> tuple[float | None, float | None, float | None, int]:
    measure = Measure("m", "s", kind, "", numerator="a", denominator="b")
    columns = {"m": np.array(values), **{k: np.array(v) for k, v in more.items()}}
    estimate = estimate_measures([measure], columns)[0]
    return estimate.value, estimate.low, estimate.high, estimate.n


def test_a_proportion_has_wilsons_interval() -> None:
    value, low, high, n = one("proportion", [1.0] * 8 + [0.0] * 2)
    assert (value, n) == (0.8, 10)
    assert (low, high) == pytest.approx((0.490162, 0.943318), abs=1e-6)  # Wilson 1927, computed by hand


def test_a_mean_is_over_the_replications_that_define_it_and_its_interval_stays_in_its_range() -> None:
    value, low, high, n = one("mean", [1.0, 2.0, np.nan, 3.0])
    assert (value, n) == (2.0, 3)
    # the roots of (2 - m)^2 = t^2 s^2 / n m / 2 with t = 4.302653, s = 1, n = 3
    c = 4.302653**2 / 3 / 2
    root = (c * c / 4 + 2 * c) ** 0.5
    assert (low, high) == pytest.approx((2.0 + c / 2 - root, 2.0 + c / 2 + root), abs=1e-5)
    assert (low or 0.0) > 0.0


def test_few_values_give_no_interval() -> None:
    assert one("mean", [np.nan]) == (None, None, None, 0)
    assert one("mean", [4.0]) == (4.0, None, None, 1)
    assert one("proportion", []) == (None, None, None, 0)
    assert one("ratio", [], a=[], b=[])[0] is None
    assert one("ratio", [], a=[3.0], b=[2.0])[:2] == (1.5, None)


def test_a_ratio_is_of_the_means_and_covers_the_truth() -> None:
    assert one("ratio", [], a=[1.0, 2.0], b=[0.0, 0.0])[0] is None
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        below = generator.poisson(4.0, 60).astype(float)
        above = below * 1.5 + generator.normal(0.0, 2.0, 60)
        _, low, high, _ = one("ratio", [], a=above.tolist(), b=below.tolist())
        assert low is not None
        assert high is not None
        covered += low <= 1.5 <= high
    assert 0.91 <= covered / 400 <= 0.985  # 95 % within four standard errors


def test_measures_are_one_described_table() -> None:
    rows = describe_measures()
    assert len({row["name"] for row in rows}) == len(MEASURES)
    assert all(row["kind"] in ("proportion", "mean", "ratio") and row["description"] for row in rows)
    names = {m.name for m in MEASURES}
    assert all({m.numerator, m.denominator} <= names for m in MEASURES if m.kind == "ratio")


def test_measures_of_a_state_made_by_hand(compiled: Compiled) -> None:
    params, roster = compiled.params, compiled.roster
    state = Simulation(params, replications=[0, 1, 2]).state
    cars = [i for i, p in enumerate(roster.unit_platform) if p == "car"]
    blue_car, red_car = cars[0], cars[-1]
    state.units.whole[0, UnitW.STATUS, [blue_car, red_car, cars[-2]]] = Status.LOST
    state.units.whole[1, UnitW.STATUS, red_car] = Status.LOST
    state.world[:, WorldW.WINNER] = [0, 1, -1]
    state.world[:, WorldW.REASON] = [EndReason.DECIDED, EndReason.TIME, EndReason.ANNIHILATION]
    state.world[:, WorldW.TICK] = [50, 150, 20]
    state.sides.whole[:, SideW.FIRST_CONTACT_TICK, 0] = [3, -1, 0]
    state.sides.whole[:, SideW.ROUNDS, 1] = [10, 0, 5]
    state.sides.whole[:, SideW.HITS, 1] = [5, 0, 5]
    state.sides.real[:, SideR.ACTIVE_S, 0] = 7200.0
    state.sides.real[:, SideR.LINKED_S, 0] = 3600.0
    state.objectives.real[:, ObjectiveR.PROGRESS, 1] = [0.2, 0.5, 0.1]
    state.objectives.whole[:, ObjectiveW.MET_TICK, 1] = [-1, -1, 30]
    table = ScenarioMeasures(params, roster)
    m = table.values(state)
    assert list(m) == [measure.name for measure in table.listed]
    assert all(v.shape == (3,) and v.dtype == np.float64 for v in m.values())
    expected = {
        "blue_win": [1, 0, 0],
        "red_win": [0, 1, 0],
        "draw": [0, 0, 1],
        "ended_by_objective": [1, 0, 0],
        "annihilated": [0, 0, 1],
        "duration_s": [100, 300, 40],
        "time_to_decision_s": [100, np.nan, 40],
        "blue_losses": [1, 0, 0],
        "red_losses": [2, 1, 0],
        "red_losses_car": [2, 1, 0],
        "red_losses_post": [0, 0, 0],
        "blue_enemy_losses": [2, 1, 0],
        "blue_loss_exchange_ratio": [2, np.nan, np.nan],
        "red_loss_exchange_ratio": [0.5, 0, np.nan],
        "blue_first_contact_s": [6, np.nan, 0],
        "objective_2_progress": [0.2, 0.5, 0.1],
        "objective_2_met": [0, 1, 1],
        "objective_2_met_s": [np.nan, np.nan, 60],
        "red_hit_share": [0.5, np.nan, 1],
        "blue_link_availability": [0.5, 0.5, 0.5],
        "blue_force_left": [11 / 13, 1, 1],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(m[name], values, err_msg=name)


def test_the_table_shows_every_measure_with_its_interval(compiled: Compiled) -> None:
    state = Simulation(compiled.params, replications=range(4)).state
    measures = compiled.measures.listed
    values = compiled.measures.values(state)
    estimates = estimate_measures(measures, values)
    lines = estimate_lines(estimates, compiled.roster.sides)
    assert lines[0] == "blue wins 0 (0, 0.49)"
    for measure in ("progress", "met", "met_s"):
        row = next(line for line in lines if line.startswith(f"objective_1_{measure} "))
        assert "  blue: destroy all units of red (at" in row, "the text stands in the row"
    told, silent = set[str](), set[str]()
    for estimate in estimates:
        is_nothing = estimate.value is None or (estimate.value == 0.0 and estimate.kind != "proportion")
        (silent if estimate.side and is_nothing else told).add(estimate.measure)
    rows = {line.split("  ")[0].removesuffix(" [MUSD]") for line in lines}
    assert told - {"win"} <= rows
    assert not (silent - told) & rows
    assert len(silent - told) > 20
    assert lines[-1] == f"{len(silent - told)} more measures are 0 or undefined for every side in every replication"


def test_times_of_a_minute_and_more_are_clocks_and_other_numbers_are_not() -> None:
    def cell(unit: str, *values: float | None) -> str:
        return estimate_cell(MeasureEstimate("x", unit, "mean", *values, 9, ""))  # pyright: ignore[reportArgumentType, reportCallIssue]

    assert cell("s", 5408.0, 59.6, 7200.0) == "1:30:08 (0:01:00, 2:00:00)"
    assert cell("s", 59.0, 58.0, 60.0) == "59 (58, 60)"
    assert cell("h", 5408.0, None, None) == "5,408"


def test_a_narrow_terminal_has_the_sides_below_each_other(compiled: Compiled) -> None:
    state = Simulation(compiled.params, replications=range(4)).state
    estimates = estimate_measures(compiled.measures.listed, compiled.measures.values(state))
    blue, red = compiled.roster.sides[:2]
    wide, narrow = (estimate_lines(estimates, (blue, red), screen) for screen in (110, 80))
    assert any(line.split() == [blue, red] for line in wide)
    assert not any(line.split() == [blue, red] for line in narrow)
    assert [line.split() for line in narrow].count([blue]) == [line.split() for line in narrow].count([red]) == 1
    numbers = [sorted(cell for line in lines for cell in line.split()[1:] if "(" in cell) for lines in (wide, narrow)]
    assert numbers[0] == numbers[1], "nothing is lost"


def test_sides_whose_names_begin_alike_keep_their_measures_apart() -> None:
    content = document(
        [
            {"name": name, "side": side, "at_km": [east, 8], "units": [{"platform": "post", "count": count}]}
            for name, side, east, count in (("a", "red", -9, 1), ("b", "red_team", 9, 2))
        ],
        sides=[{"name": "red"}, {"name": "red_team"}],
        injects=[{"at_s": 20, "kind": "lose", "who": ["b-1"]}],
    )
    compiled = compile_world(content)
    simulation = Simulation(compiled.params, replications=range(3))
    simulation.advance(10)
    measures = compiled.measures.listed
    estimates = estimate_measures(measures, compiled.measures.values(simulation.state))
    lines = estimate_lines(estimates, compiled.roster.sides)
    row = next(line for line in lines if line.startswith("losses "))
    assert row.split() == ["losses", "0", "(0,", "1.28)", "1", "(1,", "1)"]
    assert lines[:2] == ["red wins 0 (0, 0.561)", "red_team wins 0 (0, 0.561)"]
    assert not any(line.startswith("team_") for line in lines)
    told = {(e.side, e.key): e.value for e in estimates}
    assert told["red", "losses"] == 0.0
    assert told["red_team", "losses"] == 1.0


def test_what_a_measure_is_of_stands_in_fields_whatever_the_names_are() -> None:
    sides = ("losses", "losses_post_met")
    content = document(
        [
            {"name": f"g{k}", "side": side, "at_km": [9 - 18 * k, 8], "units": [{"platform": "post", "count": 1}]}
            for k, side in enumerate(sides)
        ],
        sides=[{"name": side} for side in sides],
        objectives=[{"side": sides[1], "kind": "destroy"}],
    )
    listed = {measure.name: measure for measure in compile_world(content).measures.listed}
    lost = listed["losses_losses_post"]
    assert (lost.side, lost.short_name, lost.key, lost.platform) == ("losses", "losses_post", "losses_of", "post")
    met = listed["objective_1_met"]
    assert (met.side, met.key, met.objective) == ("", "objective_met", 1)
    assert met.about.startswith("losses_post_met: destroy")
    assert listed["losses_post_met_win"].side == "losses_post_met"
