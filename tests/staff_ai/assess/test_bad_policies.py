"""Each deliberately bad commander fails the gate that it should, and sound ones do not."""

from typing import Any

import numpy as np
import pytest

from agents.environments.settings import Settings, settings_of
from simcore.errors import RunError
from staff_ai.assess.adversary import best_response, worst_cases
from staff_ai.assess.assess import ENTRIES, assess
from staff_ai.assess.confidence import calibration, coverage, explanations, unusual_pictures
from staff_ai.assess.control import human_control
from staff_ai.assess.gates import read_gates
from staff_ai.assess.items import Item, Status
from staff_ai.assess.performance import performance, regression
from staff_ai.assess.record import provenance, traceability
from staff_ai.assess.robustness import communications, faked_tracks, sensors
from staff_ai.assess.rules import rules
from staff_ai.assess.stranger import Limits
from tests.staff_ai.assess.bad_policies import MAGIC_M
from tests.staff_ai.assess.contexts import context, with_rules


def status_of(item: Item, key: str) -> list[Status]:
    return [gate.status for gate in item.gates if gate.key == key]


def value_of(item: Item, start: str) -> float:
    return next(one.value for one in item.numbers if one.name.startswith(start))


def test_orders_to_attack_where_fire_is_forbidden_are_counted_by_the_monitor() -> None:
    bad = rules(context("BreaksRules", settings=with_rules(), n=2))
    assert bad.status == Status.FAIL
    # it orders each of its groups so at each of 20 decisions
    assert value_of(bad, "orders to attack where fire is forbidden") == pytest.approx(1000.0 * 4)
    good = rules(context("aggressive", settings=with_rules(), n=2))
    assert good.status == Status.OPEN  # nothing found, in too few decisions to show it
    found = good.numbers[0]
    assert found.high == pytest.approx(3000.0 / found.n)


def test_a_commander_that_is_always_sure_fails_calibration_and_coverage() -> None:
    # it does nothing and wins few of its games
    item = calibration(context("Overconfident", n=12, against=("aggressive",)))
    assert Status.FAIL in (*status_of(item, "most_excess"), *status_of(item, "least_slope"))
    assert coverage(context("Overconfident", n=12, against=("aggressive",))).status == Status.FAIL
    for measure in (calibration, coverage):
        assert measure(context("aggressive", n=2)).status == Status.NOT_APPLICABLE


def test_a_commander_that_flees_from_a_ghost_fails() -> None:
    bad = faked_tracks(context("FearsGhosts", n=6))
    assert status_of(bad, "most_flips") == [Status.FAIL]
    good = faked_tracks(context("aggressive", n=6))
    assert Status.FAIL not in status_of(good, "most_flips")
    assert value_of(bad, "orders in force that 1 ghost changes") > value_of(good, "orders in force that 1 ghost") + 0.3


def test_a_back_door_is_found_by_the_search_over_observations() -> None:
    item = worst_cases(context("BackDoor", n=12))
    worst = item.details["observations"][0]
    assert worst["orders_changed"] == 1.0
    gap_km = np.hypot(worst["east_km"] - MAGIC_M[0] / 1e3, worst["north_km"] - MAGIC_M[1] / 1e3)
    assert gap_km < 1.0
    assert value_of(item, "share of single ghosts that change most orders") < 0.05  # it is rare
    assert value_of(item, "score lost to the worst single ghost") > 0.0


def test_a_look_at_the_engine_is_found_in_its_process_and_impossible_in_a_process_of_its_own() -> None:
    bad = traceability(context("Peeks", n=2))
    assert status_of(bad, "most_peeks") == [Status.FAIL]
    known = context("Peeks", n=2, in_process=False)
    try:
        alone = traceability(known)
    finally:
        known.subject.close()
    assert status_of(alone, "most_peeks") == [Status.PASS]
    good = traceability(context("aggressive", n=2))
    assert good.status == Status.PASS
    assert good.details["chain"] == traceability(context("aggressive", n=2)).details["chain"]


def test_a_commander_that_cannot_be_repeated_fails_traceability() -> None:
    bad = traceability(context("Wavers", n=2))
    assert status_of(bad, "most_differences") == [Status.FAIL] * 3


def test_a_commander_that_fails_or_takes_too_long_fails_the_item_and_not_the_assessment() -> None:
    known = context("Sleeps", n=2, in_process=False, limits=Limits(0.3))
    try:
        found = assess(known, read_gates(), ("performance", "provenance"), lambda *_: None)
        with pytest.raises(RunError):
            known.field.play([known.subject.make])
    finally:
        known.subject.close()
    assert [item.status for item in found.items] == [Status.FAIL, Status.PASS]
    assert "no answer within 0.3 s" in found.items[0].notes[0]
    assert found.failed == ("performance",)


def test_no_order_passes_while_all_are_refused() -> None:
    item = human_control(context("aggressive", n=2))
    assert item.status == Status.PASS
    assert value_of(item, "orders refused") > 0.0


def test_a_commander_is_no_regression_of_itself_and_idleness_is() -> None:
    def compared(baseline: str, policy: str) -> Item:
        other = context(baseline)
        return regression(context(policy, n=8, baseline=other.subject))

    assert compared("aggressive", "aggressive").status == Status.PASS
    assert compared("aggressive", "idle").numbers[0].value < 0.0
    assert regression(context("idle")).status == Status.NOT_APPLICABLE


def test_idleness_is_no_better_than_idleness_and_equals_it() -> None:
    item = performance(context("idle", n=3))
    assert item.numbers[0].value == 0.0
    assert item.status == Status.PASS  # exactly equal: a loss of nothing


def test_a_commander_that_looks_at_nothing_and_orders_nothing_loses_nothing_to_disturbances() -> None:
    for measure in (sensors, communications):
        item = measure(context("hold", n=3))
        assert item.status == Status.PASS
        assert all(one.value == 0.0 for one in item.numbers if one.name.startswith("score lost"))
        assert len(item.details["curves"]) == {"sensors": 3, "communications": 2}[item.key]


def test_a_flag_that_sees_ghosts_and_nothing_else_is_rated_so() -> None:
    item = unusual_pictures(context("Flags", n=8))
    areas = {one.name: one.value for one in item.numbers if one.name.startswith("area")}
    assert areas["area under the curve, semantic: four ghosts"] > 0.9
    assert areas["area under the curve, sensory: half of the contacts missing"] < 0.5  # fewer contacts, less unusual
    assert item.status == Status.FAIL
    assert unusual_pictures(context("hold")).status == Status.NOT_APPLICABLE


def test_an_explanation_that_names_the_contact_it_follows_is_faithful() -> None:
    item = explanations(context("Explains", n=8))
    assert item.numbers[0].value > 0.0
    assert item.numbers[1].value > 0.0
    assert explanations(context("hold")).status == Status.NOT_APPLICABLE


def test_the_enemy_that_answers_is_searched_within_the_budget() -> None:
    item = best_response(context("idle", n=4))
    assert 0 < value_of(item, "games of the search") <= 48
    assert value_of(item, "score against the best answer") <= value_of(item, "score against the hardest") + 0.5
    assert item.status == Status.REPORT


def test_no_policy_meets_a_replication_twice_or_learns_of_another_opponent() -> None:
    class Alone:
        """Keeps what the registry of its replications shows."""

        def reset(self, briefing: object, seed: int, replication: np.ndarray) -> None:
            assert len(set(replication.tolist())) == len(replication)

        def decide(self, picture: object, orders: object) -> None:
            pass

    field = context("hold", against=("hold", "idle"), n=3).field
    played = field.play([Alone, Alone])
    assert played.mission.shape == (2, 2, 3)
    np.testing.assert_array_equal(played.hashes[0], played.hashes[1])
    np.testing.assert_array_equal(played.hashes[0, 0, 1:], field.play([Alone], ("hold",), 2, first=1).hashes[0, 0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "policy", ["cautious", "aggressive", "economy-of-force", "screen-and-strike", "assault", "defend"]
)
def test_a_shipped_doctrine_fails_no_gate(policy: str) -> None:
    settings = settings_of("night-strait", side="red" if policy == "assault" else "blue", split="test")
    known = context(policy, settings=settings, n=12, budget=64, against=("hold", "economy-of-force"))
    found = assess(known, read_gates(), tuple(ENTRIES), lambda *_: None)
    assert [key for key in found.failed if key != "performance"] == []


@pytest.mark.slow
def test_the_shipped_commander_of_the_harbour_fails_no_gate() -> None:
    known = context("harbour-commander", settings=harbour(), n=16, budget=128, against=("hold", "aggressive"))
    found = assess(known, read_gates(), tuple(ENTRIES), lambda *_: None)
    assert found.failed == ()


def test_what_is_missing_of_the_origin_is_named() -> None:
    assert provenance(context("aggressive")).status == Status.PASS
    entries: Any = provenance(context("FearsGhosts")).details["entries"]
    assert entries["source"].startswith("a file of the user, SHA-256")
    assert entries["description"] == "Flees as soon as a ship is seen, where there is none."
    assert provenance(context("harbour-commander", settings=harbour())).status == Status.PASS


def harbour() -> Settings:
    return settings_of("harbour-swarm", side="blue", split="test")
