"""The moments that decided a run: chosen by their effect on the lead, told by a cause, one line for one moment."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.viz.browser import Page
from tests.viz.skirmish import open_at, outcome

pytestmark = pytest.mark.browser
T_S = 1000.0
EFFECT = {"en": "Lead in score", "ko": "점수 우세"}
EVEN = {"en": "level", "ko": "동점"}
MOMENTS = """const { momentsOf } = await chammo.load("moments");
const [points, blue, red, duration] = arguments;
const time_s = blue.map((_, at) => at);
const curves = [{ side: "blue", time_s, score: blue }, { side: "red", time_s, score: red }];
return momentsOf(points, blue.length ? curves : [], duration)
  .map(({ point, before = null, after = null }) => ({ name: point.name, before, after }));"""


def point(name: str, time_s: float, kind: str, side: str, weight: float) -> dict[str, Any]:
    return {"name": name, "time_s": time_s, "kind": kind, "weight": weight, "parts": [["", {"side": side}]]}


def steps(*changes: tuple[int, float]) -> list[float]:
    """A score that changes at times [s]."""
    return [sum(by for time, by in changes if time <= t) for t in range(int(T_S) + 1)]


def moments(page: Page, points: list[dict[str, Any]], blue: list[float], red: list[float]) -> list[dict[str, Any]]:
    return page.js(MOMENTS, points, blue, red, T_S)


def with_effect(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["before"] is not None]


@pytest.fixture
def opened(page: Page, fight: str) -> Page:
    open_at(page, fight)
    return page


def test_what_follows_closely_is_one_moment_told_by_a_cause_in_favour_of_the_gainer(opened: Page) -> None:
    points = [
        point("a loss of blue", 200, "losses", "blue", 0.9),
        point("lead grows", 205, "swing", "blue", 3.0),
        point("red met something", 230, "objective", "red", 2.0),
        point("a host of red", 210, "key_loss", "red", 0.4),
    ]
    (told,) = with_effect(moments(opened, points, steps((207, 0.5)), steps()))
    assert told == {"name": "a host of red", "before": 0.0, "after": 0.5}
    (told,) = with_effect(moments(opened, points, steps(), steps((207, 0.5))))
    assert told == {"name": "red met something", "before": 0.0, "after": -0.5}


def test_the_effect_ends_with_the_next_moment_or_a_tenth_of_the_run_later(opened: Page) -> None:
    points = [point(f"at {t}", t, "losses", "red", 0.5) for t in (100, 180, 600)]
    blue = steps((110, 0.1), (190, 0.2), (650, 0.3), (701, 0.4))
    found = [(one["name"], one["before"], one["after"]) for one in moments(opened, points, blue, steps())]
    assert found == [
        ("at 100", 0, pytest.approx(0.1)),
        ("at 180", pytest.approx(0.1), pytest.approx(0.3)),
        ("at 600", pytest.approx(0.3), pytest.approx(0.6)),
    ]


def test_a_formality_without_effect_gives_way_to_what_changed_the_lead(opened: Page) -> None:
    points = [
        point("formality", 999, "objective", "blue", 2.0),
        *[point(f"loss at {t}", t, "losses", "red", 0.4) for t in (100, 300, 500)],
        point("first shot", 700, "shot", "red", 0.7),
    ]
    blue = steps((110, 0.1), (310, 0.03), (510, 0.05), (710, 0.01))
    assert [one["name"] for one in moments(opened, points, blue, steps())] == [f"loss at {t}" for t in (100, 300, 500)]
    names = [one["name"] for one in moments(opened, points, [], [])]  # without a score, by weight
    assert names == ["loss at 100", "first shot", "formality"]


def test_where_few_moments_had_an_effect_more_of_the_same_are_told(opened: Page) -> None:
    points = [
        point("first contact", 10, "contact", "blue", 0.9),
        point("ambush opens fire", 500, "shot", "red", 0.3),
        point("lead grows", 505, "swing", "red", 3.0),
        point("losses", 510, "losses", "blue", 0.4),
        point("small step", 900, "losses", "blue", 0.9),
    ]
    found = moments(opened, points, steps(), steps((511, 0.6), (901, 0.05)))
    assert [one["name"] for one in found] == ["ambush opens fire", "losses"]
    assert [one["after"] for one in found] == [None, pytest.approx(-0.6)]


def test_the_objective_that_changed_the_lead_most_is_the_cause(opened: Page) -> None:
    cause = """const { causeOf } = await chammo.load("moments");
    const objectives = [
      { side: "blue", share: 0.5, goal: 1, at: [0, 0.1] },
      { side: "red", share: 0.5, goal: 0.25, at: [0, 0.25] },
      { side: "red", share: 0.5, goal: 0, at: [0.9, 0] },
      { side: "fishermen", share: 1, goal: 1, at: [0, 1] },
    ];
    const moment = { before: 0, after: arguments[0], from: 1, to: 2 };
    const found = causeOf(moment, objectives, ["blue", "red"], ({ at }, time) => at[time - 1]);
    return [objectives.indexOf(found.objective), found.before, found.after];"""
    assert opened.js(cause, -0.5) == [1, 0, 0.25]
    assert opened.js(cause, 0.5) == [2, 0.9, 0]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_summary_tells_the_lead_before_and_after_each_moment(
    page: Page, fight: str, skirmish: Path, lang: str
) -> None:
    open_at(page, fight, lang=lang)
    page.click(".to-end")
    page.wait(lambda: page.texts(".moments .point"), "no moments")
    rows = pq.read_table(skirmish / "series.parquet", columns=["time_s", "side", "score"]).to_pylist()
    sides = [side["side"] for side in outcome(skirmish)["sides"]]
    names = {"en": {"blue": "Blue", "red": "Red"}, "ko": {"blue": "청군", "red": "홍군"}}[lang]
    lead: dict[float, float] = {}
    for row in rows:
        by = {sides[0]: 1, sides[1]: -1}.get(row["side"] if isinstance(row["side"], str) else sides[row["side"]], 0)
        lead[row["time_s"]] = lead.get(row["time_s"], 0.0) + by * row["score"]
    told = [text for text in page.texts(".moments .point small") if EFFECT[lang] in text]
    assert 1 <= len(told) <= len(page.texts(".moments .point")) == len(page.texts(".points .decisive"))
    times = sorted(point["time_s"] for point in outcome(skirmish)["turning_points"])
    starts = [times[0]]
    for time in times:
        starts += [time] if time - starts[-1] > max(lead) / 20 else []
    before = [next((lead[t] for t in sorted(lead, reverse=True) if t < start), lead[min(lead)]) for start in starts]
    words = [f"{names[sides[x < 0]]} +{abs(x):.2f}" if abs(x) >= 0.005 else EVEN[lang] for x in before]
    assert all(any(word in text for word in words) for text in told)
    assert all(text.count("+") + text.count(EVEN[lang]) == 2 for text in told)
