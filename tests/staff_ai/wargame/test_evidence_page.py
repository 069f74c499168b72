"""The table of evidence: its statistics, its independent check of orders, and a small version of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.pages import staff
from benchmarks.pages.staff_games import PLAYED, enemies_of, play_fixed, play_staff
from benchmarks.pages.staff_outcomes import Outcomes, count_breaches
from benchmarks.pages.staff_page import ADDED, Interval, calibrate, over_chairs, write_page
from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.orders import OrderR, empty_orders
from simcore.picture import OwnW
from simcore.types import Roe, Status, Task
from staff_ai.courses.course import PLAN, follow


def predictions(n: int, bias: float = 0.0, wide: bool = False) -> list[dict[str, float]]:
    """Return n predictions of a model with a standard deviation of 0.3, its mean itself drawn anew for each game."""
    rng = np.random.default_rng(5)
    mean = rng.uniform(-0.5, 0.5, n)
    outcome = mean + 0.3 * rng.standard_normal(n)
    rank = np.array(
        [
            float((m + 0.3 * (3.0 if wide else 1.0) * rng.standard_normal(400) < o).mean())
            for m, o in zip(mean, outcome, strict=True)
        ]
    )
    return [
        {"game": float(k // 2), "score": m + bias, "true_score": o, "win": 0.5, "true_win": float(o > 0.0), "rank": r}
        for k, (m, o, r) in enumerate(zip(mean, outcome, rank, strict=True))
    ]  # fmt: skip


def test_right_predictions_have_slope_one_no_bias_and_cover_four_fifths() -> None:
    found = calibrate(predictions(2_000))
    assert found is not None
    assert (found.n, found.games) == (2_000, 1_000)
    assert found.slope.value == pytest.approx(1.0, abs=4.0 * found.slope.half / 1.96)
    assert found.bias.value == pytest.approx(0.0, abs=4.0 * found.bias.half / 1.96)
    assert found.coverage.value == pytest.approx(0.8, abs=4.0 * found.coverage.half / 1.96)
    assert found.brier == pytest.approx(0.25)


def test_biased_predictions_and_wide_intervals_are_found_out() -> None:
    biased, wide = calibrate(predictions(2_000, bias=0.3)), calibrate(predictions(2_000, wide=True))
    assert biased is not None
    assert wide is not None
    assert biased.bias.value == pytest.approx(0.3, abs=4.0 * biased.bias.half / 1.96)
    assert wide.coverage.value > 0.95
    assert calibrate(predictions(2)) is None  # one game


def test_the_mean_over_chairs_weighs_chairs_equally() -> None:
    mean = over_chairs([Interval(1.0, 0.3), Interval(0.0, 0.4)])
    assert mean == pytest.approx((0.5, 0.25))


def chair(gain: float, spread: float) -> dict[str, object]:
    """Return the results of a chair in which the staff gains on everybody."""
    base = np.linspace(-1.0, 1.0, 48)
    better = base + gain + spread * np.resize([1.0, -1.0], 48)
    leads = {"plan of the file": base, "cautious": base, "best edited": base, "belief": better, "truth": better}
    commanders = {name: {"lead": lead.tolist(), "win": [0.0] * 48} for name, lead in leads.items()}
    counts = {
        "ranked": 1,
        "ranked_invalid": 0,
        "orders": 1,
        "breaches": {},
        "advice_s": 1.0,
        "advices": 1,
        "rollouts": 9,
    }
    commanders["belief"] |= {**counts, "predictions": []}
    facts = {"scenario": "here", "side": "blue", "n": 48, "budget": 9, "best_doctrine": "cautious", "best_edited": "e"}
    return {**facts, "commanders": commanders}


def test_the_page_claims_nothing_that_its_intervals_do_not_show() -> None:
    shown = write_page({"chairs": {"a": chair(0.5, 0.1)}})
    assert "The staff is better than the best doctrine in the mean over chairs" in shown
    gain = "+0.50 ± 0.03"  # 1.96 times 0.1 / sqrt(47), the standard error of 48 values 0.1 off their mean
    assert f"the gain over the best doctrine is {gain}, and {gain} with the truth known, so the staff has 100%" in shown
    partial = chair(0.5, 0.1)
    for count in ("lead", "win"):
        partial["commanders"]["truth"][count] = partial["commanders"]["truth"][count][:24]  # type: ignore[index]
    assert "(24 games)" in write_page({"chairs": {"a": partial}})
    assert "The staff is worse than the best doctrine" in write_page({"chairs": {"a": chair(-0.5, 0.1)}})
    assert "No difference to the best doctrine is shown" in write_page({"chairs": {"a": chair(0.1, 0.9)}})
    few = {**chair(0.5, 0.1), "n": 12}
    assert "too few for a claim" in write_page({"chairs": {"a": few}})
    assert "No games are stored" in write_page({"chairs": {}})
    assert "\n\nBlue was ill.\n\n## Strength" in write_page({"chairs": {"a": few}, "notes": ["Blue was ill."]})


def test_the_means_are_shown_without_the_scenario_that_was_added_for_its_gain_too() -> None:
    plain, added = chair(0.1, 0.0), {**chair(0.5, 0.0), "scenario": ADDED[0]}
    del plain["commanders"]["truth"]  # type: ignore[attr-defined]
    shown = write_page({"chairs": {"a": plain, "b": added}}).split("\n")
    rows = {line.split("|")[1].strip(" *"): line for line in shown if line.startswith("|")}
    assert "+0.30" in rows["mean over chairs"]
    assert "+0.10" in rows[f"mean without {' and '.join(ADDED)}"]
    assert "+0.50 ± 0.00 (1 chairs)" in rows["mean over chairs"]  # only one has games with the truth known
    assert "mean without" not in write_page({"chairs": {"a": plain}})


def test_orders_that_cannot_be_carried_out_are_counted_by_kind() -> None:
    compiled = load("strait-surveillance")
    briefing = compiled.briefings[0]
    simulation = start_simulation(compiled, 1, [1])
    picture = simulation.picture(0)
    picture = picture._replace(own_whole=picture.own_whole.copy())
    names = list(briefing.group_names)
    lost, fixed, boat = names.index("patrol-west"), names.index("guard-radar"), names.index("patrol-east")
    picture.own_whole[:, OwnW.STATUS, briefing.group_of_unit == lost] = Status.LOST
    orders, here = empty_orders(1, len(names)), np.ones(1, dtype=bool)
    for k, task in ((lost, Task.MOVE), (fixed, Task.ATTACK), (boat, Task.ATTACK)):
        orders.issue(here, k, task, 0.0, 0.0, radius_m=1_000.0, roe=Roe.FREE)
    orders.real[:, OrderR.X, boat] = 1e6
    found = Outcomes()
    count_breaches(compiled, briefing, simulation, picture, orders, found)
    assert found.orders == 3
    assert found.breaches == {
        "group lost": 1, "cannot move": 1, "no rounds": 1, "off the map": 1, "looser rules of engagement": 2,
    }  # fmt: skip


def test_all_commanders_play_the_same_games_against_enemies_in_and_out_of_the_intelligence() -> None:
    compiled = load("harbour-swarm")
    enemies = enemies_of(compiled, 0)
    assert {"screen-and-strike", "economy-of-force"} <= set(enemies)
    one, two = play_fixed(compiled, 0, [PLAN, follow("cautious")], 5, 2)
    assert one.enemy == two.enemy == [enemies[5], enemies[6]]
    (alone,) = play_fixed(compiled, 0, [follow("cautious")], 6, 1)
    assert (alone.lead[0], alone.win[0]) == (two.lead[1], two.win[1])


@pytest.mark.slow
def test_a_small_table_ranks_valid_courses_alone_and_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [
        "harbour-swarm", "-n", "3", "--budget", "40", "--choice", "2", "--kinds", "belief,truth", "--sides", "0",
        "--cache", str(tmp_path / "cache"), "--results", str(tmp_path / "r.json"), "--out", str(tmp_path / "page.md"),
    ]  # fmt: skip
    assert staff.main(arguments) == 0
    found = json.loads((tmp_path / "r.json").read_text())["chairs"]["harbour-swarm blue"]["commanders"]["belief"]
    assert found["ranked"] > 0
    assert (found["ranked_invalid"], found["breaches"]) == (0, {})
    assert len(found["predictions"]) == found["advices"] > 0
    text = (tmp_path / "page.md").read_text()

    def never(*given: object) -> None:
        raise AssertionError("played again")

    monkeypatch.setattr(staff, "play_staff", never)
    monkeypatch.setattr(staff, "play_fixed", never)
    assert staff.main(arguments) == 0
    assert (tmp_path / "page.md").read_text() == text
    again = play_staff(load("harbour-swarm"), 0, "belief", 40, PLAYED, 3)
    assert (again.lead, again.win) == (found["lead"], found["win"])


def test_the_page_is_that_of_its_stored_results() -> None:
    if staff.RESULTS.exists():
        assert staff.PAGE.read_text(encoding="utf-8") == write_page(json.loads(staff.RESULTS.read_text()))
