"""Effect against money: points, whiskers and steps lie where their values are, and names do not cover each other."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from viz.report.memo_pictures import Curve, Priced, budget_curves
from viz.report.memo_words import in_language

LABELS = ("cost", "effect", "budget")
FINALISTS = [
    Priced("a", (0.0, 0.0, 0.0), (0.1, 0.2, 0.3), 1.0, False),
    Priced("b", (3.0, 4.0, 6.0), (0.5, 0.6, 0.7), 0.5, True),
    Priced("c", (8.0, 10.0, 12.0), (0.7, 0.8, 0.9), 0.0, False),
]


def places(picture: str) -> list[tuple[float, float]]:
    """Return the centres of the points, in the order of the finalists."""
    return [(float(x), float(y)) for x, y in re.findall(r"<circle cx='([\d.]+)' cy='([\d.]+)'", picture)]


def test_points_and_the_ends_of_whiskers_are_on_the_same_scales() -> None:
    picture = budget_curves([], FINALISTS, 10.0, LABELS, more=True)
    ET.fromstring(picture)
    (ax, ay), (bx, by), (cx, cy) = places(picture)
    assert bx - ax == pytest.approx(0.4 * (cx - ax), abs=0.2)
    assert ay - by == pytest.approx(2.0 * (by - cy), abs=0.2)
    whisker = re.search(r"M([\d.]+) [\d.]+H([\d.]+)M[\d.]+ ([\d.]+)V([\d.]+)' stroke='#1f5fa8'", picture)
    assert whisker is not None
    left, right, low, high = (float(value) for value in whisker.groups())
    per_cost, per_effect = (cx - ax) / 10.0, (ay - cy) / 0.6
    assert (bx - left, right - bx) == pytest.approx((per_cost, 2.0 * per_cost), abs=0.2)
    assert (low - by, by - high) == pytest.approx((0.1 * per_effect, 0.1 * per_effect), abs=0.2)


def test_a_curve_keeps_the_effect_of_a_cost_up_to_the_next_and_ends_at_the_budget() -> None:
    picture = budget_curves([Curve("best", [0.0, 4.0], [0.2, 0.6])], FINALISTS, 10.0, LABELS, more=True)
    (ax, ay), (bx, by), (cx, _) = places(picture)
    line = re.search(r"<polyline points='([^']+)'", picture)
    assert line is not None
    corners = [tuple(float(v) for v in pair.split(",")) for pair in line[1].split()]
    assert corners == [pytest.approx(p, abs=0.1) for p in [(ax, ay), (bx, ay), (bx, by), (cx, by)]]


def test_names_of_finalists_at_the_same_place_are_moved_apart() -> None:
    twins = [Priced(name, (2.0, 2.0, 2.0), (0.4, 0.5, 0.6), 1.0, False) for name in ("first", "second", "third")]
    picture = budget_curves([], twins, 10.0, LABELS, more=True)
    heights = sorted(float(y) for y in re.findall(r"y='([\d.]+)'[^>]*>(?:first|second|third)<", picture))
    assert len(heights) == 3
    assert min(b - a for a, b in pairwise(heights)) >= 13.0


def test_the_texts_of_an_answer_are_taken_in_one_language() -> None:
    answer = {"title": {"en": "Guns", "ko": "포"}, "list": [{"en": "a", "ko": "b"}, 1.0], "enemy": {"hold": 0.5}}
    assert in_language(answer, "ko") == {"title": "포", "list": ["b", 1.0], "enemy": {"hold": 0.5}}
    assert in_language(answer, "en")["title"] == "Guns"
