"""Built-in ranges of scenarios, by name."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.environments.ranges import Ranges


def _two_patrols() -> "Ranges":
    """Return patrols of varied strengths, radars, guns and starts."""
    from agents.environments.ranges import Ranges, Scale, Shift, Uniform, Whole

    sides = ("blue", "red")
    kinds = ("ground", "boats", "scout")
    return Ranges(
        "two-patrols",
        {
            **{f"groups.{side}-{kind}.units.0.count": Whole(1, 4) for side in sides for kind in ("ground", "boats")},
            **{f"groups.{side}-{kind}.at_km": Shift(1.5) for side in sides for kind in kinds},
            "catalogue.sensors.test-radar.range_km": Uniform(10.0, 20.0),
            "catalogue.weapons.test-cannon.range_max_km": Uniform(1.5, 3.0),
            "catalogue.weapons.test-cannon.p_hit": Scale(0.7, 1.3),
            "environment.visibility_km": Uniform(3.0, 20.0),
        },
    )


def _night_strait() -> "Ranges":
    """Return nights of varied visibility and sea, with varied raiders and, in some, jammed radios."""
    from agents.environments.ranges import OneOf, Ranges, Shift, Uniform, Whole

    quiet = {"name": "red-jammer", "side": "red", "at_km": [26, 6], "units": [{"platform": "strait-jammer"}]}
    return Ranges(
        _with_jammer(quiet),
        {
            "groups.red-boats.units.0.count": Whole(4, 10),
            "groups.red-divers.units.0.count": Whole(1, 4),
            "groups.blue-boats.units.0.count": Whole(2, 5),
            "groups.red-boats.at_km": Shift(2.0),
            "groups.blue-sonar.at_km": Shift(2.0),
            "environment.visibility_km": Uniform(4.0, 16.0),
            "environment.sea_state": Whole(1, 4),
            "environment.night_light": Uniform(0.01, 0.2),
            "injects.0.at_s": Uniform(1_200.0, 6_000.0),
            "catalogue.platforms.strait-jammer.jammers.0.power_w": OneOf((0.001, 10.0, 100.0, 500.0)),
        },
    )


def _with_jammer(group: dict[str, object]) -> dict[str, object]:
    """Return the strait with a jammer on a boat of the raiders."""
    from scenarios.format.document import read_text
    from scenarios.format.yaml_text import read_yaml

    document: dict[str, object] = dict(read_yaml(*read_text("night-strait")).data)  # type: ignore[call-overload]
    groups: list[object] = document["groups"]  # type: ignore[assignment]
    catalogue: dict[str, dict[str, object]] = document["catalogue"]  # type: ignore[assignment]
    noise = {"power_w": 100, "gain_db": 6, "low_mhz": 20, "high_mhz": 2_000, "range_km": 40}
    catalogue["platforms"]["strait-jammer"] = {"extends": "usv-patrol", "jammers": [noise]}
    return {**document, "groups": [*groups, group]}


_BUILDERS: dict[str, Callable[[], "Ranges"]] = {
    "two-patrols-ranges": _two_patrols,
    "night-strait-ranges": _night_strait,
}
NAMES = tuple(_BUILDERS)


@cache
def named_ranges(name: str) -> "Ranges":
    """Return the built-in ranges called ``name``."""
    return _BUILDERS[name]()
