"""Failure boxes: conditions that were put there are found, others are not invented."""

import numpy as np
import pytest

from staff_ai.procurement.boxes import Axis, find_box, find_boxes

N = 1024
GENERATOR = np.random.default_rng(5)
AXES = [
    Axis("jamming", GENERATOR.random(N)),
    Axis("warning", 5.0 + 55.0 * GENERATOR.random(N)),
    Axis("enemy", GENERATOR.integers(0, 3, N).astype(np.float64), is_ordered=False),
    Axis("rain", GENERATOR.random(N)),
]
JAMMING, WARNING, ENEMY, RAIN = (axis.values for axis in AXES)


def test_a_box_of_two_conditions_is_found_and_no_third_is_added() -> None:
    fails = (JAMMING > 0.6) & (WARNING < 20.0)
    box = find_box(AXES, fails)
    assert box is not None
    limits = {limit.axis: limit for limit in box.limits}
    assert set(limits) == {0, 1}
    assert limits[0].low == pytest.approx(0.6, abs=0.02)
    assert limits[1].high == pytest.approx(20.0, abs=1.0)
    assert box.coverage > 0.95
    assert box.density > 0.95


def test_coverage_and_density_are_the_shares_they_are_named_for() -> None:
    fails = ((JAMMING > 0.6) & (WARNING < 20.0)) ^ (GENERATOR.random(N) < 0.03)
    box = find_box(AXES, fails)
    assert box is not None
    inside = box.holds(AXES)
    assert box.coverage == pytest.approx((inside & fails).sum() / fails.sum())
    assert box.density == pytest.approx((inside & fails).sum() / inside.sum())
    assert box.mass == pytest.approx(inside.mean())


def test_a_condition_on_names_is_a_list_of_names() -> None:
    box = find_box(AXES, (ENEMY == 1) & (RAIN > 0.3))
    assert box is not None
    by_axis = {limit.axis: limit for limit in box.limits}
    assert by_axis[2].levels == (1.0,)
    assert by_axis[3].low == pytest.approx(0.3, abs=0.03)


def test_an_interval_within_the_range_has_two_sides() -> None:
    box = find_box(AXES, (JAMMING > 0.3) & (JAMMING < 0.5))
    assert box is not None
    (limit,) = box.limits
    assert (limit.low, limit.high) == pytest.approx((0.3, 0.5), abs=0.03)


def test_failures_without_a_pattern_make_no_box() -> None:
    assert find_box(AXES, GENERATOR.random(N) < 0.3) is None
    assert find_box(AXES, np.zeros(N, dtype=bool)) is None
    assert find_box(AXES, np.ones(N, dtype=bool)) is None


def test_two_places_of_failure_make_two_boxes() -> None:
    fails = ((JAMMING > 0.7) & (WARNING < 25.0)) | ((RAIN > 0.8) & (ENEMY == 2))
    boxes = find_boxes(AXES, fails)
    assert [{limit.axis for limit in box.limits} for box in boxes] in ([{0, 1}, {2, 3}], [{2, 3}, {0, 1}])
