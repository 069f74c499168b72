"""A scenario whose state would not fit into memory is refused: what takes most of it is named, with a remedy."""

from typing import Any

import pytest

from scenarios.compiler.scenario import compile_scenario
from scenarios.format.document import check_data
from scenarios.format.resolve import resolve
from simcore.errors import ScenarioError
from simcore.start import allocate

QUICK = {"range_max_km": 1, "round_speed_mps": 1000}


def guns(**changes: Any) -> dict[str, Any]:
    """Return a scenario of many guns with slow rounds."""
    weapon = {"domains": ["land"], "range_max_km": 1000, "round_speed_mps": 1.0, "reload_s": 1}
    side = {"command_post": True, "radio": {"range_km": 5, "latency_s": 200}}
    return {
        "schema_version": 1,
        "name": "guns",
        "time": {"dt_s": 1, "duration_s": 1_000_000, "record_interval_s": 10} | changes.get("time", {}),
        "map": {
            "origin": {"longitude_deg": 10, "latitude_deg": 50},
            "west_km": -100, "east_km": 100, "south_km": -100, "north_km": 100,
        },
        "rules": changes.get("rules", {}),
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [
            {"name": "b", "side": "blue", "at_km": [-1, 0], "units": [{"platform": "p", "count": changes["count"]}]},
            {"name": "r", "side": "red", "at_km": [1, 0], "units": [{"platform": "truck"}]},
        ],
        "catalogue": {
            "weapons": {"w": weapon | changes.get("weapon", {})},
            "platforms": {
                "p": {
                    "domain": "land", "target_class": "armour", "speed_max_mps": 5, **side,
                    "weapons": [{"weapon": "w", "rounds": None}],
                }
            },
        },
    }  # fmt: skip


def compiled(**changes: Any) -> Any:
    """Return the compiled scenario."""
    return compile_scenario(resolve(check_data(guns(**changes), "m", lambda path: 1)))


def test_slow_rounds_by_the_million_are_refused_with_the_weapon_named() -> None:
    """100 guns that fire each second rounds that fly for 1,000,000 s have 1e8 of them in the air."""
    with pytest.raises(ScenarioError, match=r"catalogue\.weapons\.w: a replication takes \d.*salvoes .*; give it") as e:
        compiled(count=100)
    n_salvoes = int(str(e.value).split("most of it for ")[1].split()[0])
    assert n_salvoes == pytest.approx(1e8, rel=1e-4)


@pytest.mark.parametrize(("key", "count"), [("decision_interval_s", 400), ("comms_interval_s", 200)])
def test_messages_by_the_million_are_refused_with_the_interval_named(key: str, count: int) -> None:
    """Those of thousands of steps are under way at once, one at each step."""
    time = {"dt_s": 0.001, "duration_s": 1000, key: 0.001}
    with pytest.raises(ScenarioError, match=rf"time\.{key}: a replication takes .*in transit; lengthen it"):
        compiled(weapon=QUICK, time=time, count=count)


def test_a_plan_interval_beyond_the_end_of_the_run_takes_no_room_for_orders() -> None:
    time = {"duration_s": 100, "decision_interval_s": 10}
    never = compiled(count=2, time=time | {"plan_interval_s": 1e6}).params
    at_the_end = compiled(count=2, time=time | {"plan_interval_s": 100}).params
    assert allocate(never, [0]).groups.whole.shape == allocate(at_the_end, [0]).groups.whole.shape


def test_many_units_are_within_the_limit() -> None:
    assert compiled(count=20_000, weapon=QUICK).params.units.whole.shape[1] == 20_001
