"""Measures of effectiveness and performance, computed from the final state for all replications at once.

``ScenarioMeasures`` evaluates the table ``MEASURES``; ``describe_measures`` lists it for the manual. A name contains
``{side}``, ``{platform}`` or ``{objective}`` if the measure exists for each of them.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scenarios.measures.case import Case, Measure
from scenarios.measures.table import MEASURES
from simcore.params import Params, UnitSpecW
from simcore.roster import Roster
from simcore.state import State
from simcore.types import F64, N_BELLIGERENTS


def describe_measures() -> list[dict[str, str]]:
    """Return name, unit, kind and description of every measure: the source of the reference page."""
    return [{"name": m.name, "unit": m.unit, "kind": m.kind, "description": _description(m)} for m in MEASURES]


def _description(measure: Measure) -> str:
    if measure.kind != "ratio":
        where = "; for neutral sides too" if measure.of_neutrals else ""
        return measure.description + where + (f"; with {measure.section}" if measure.section else "")
    return f"{measure.description} ({measure.numerator} / {measure.denominator}; a ratio of means in a batch)"


class ScenarioMeasures:
    """The measures of a scenario: every entry of the table with its names filled in."""

    def __init__(self, params: Params, roster: Roster) -> None:
        self._params, self._roster = params, roster
        self._filled = [
            (_filled_in(measure, roster, side, platform, objective), side, platform, objective)
            for measure in MEASURES
            for side, platform, objective in _places(measure, params, roster)
        ]
        self.listed: tuple[Measure, ...] = tuple(measure for measure, *_ in self._filled)

    def values(self, state: State) -> dict[str, F64]:
        """Return every measure by name, (R,) each; nan where undefined."""
        result: dict[str, F64] = {}
        for measure, side, platform, objective in self._filled:
            if measure.values is not None:
                case = Case(state, self._params, self._roster, side, platform, objective)
                result[measure.name] = np.asarray(measure.values(case), dtype=np.float64)
            else:
                below = result[measure.denominator]
                with np.errstate(divide="ignore", invalid="ignore"):
                    result[measure.name] = np.where(below > 0.0, result[measure.numerator] / below, np.nan)
        return result


def measure_key(measure: Measure) -> str:
    """Return the common name of a measure for all sides, platforms and objectives."""
    return measure.name.removeprefix("{side}_").format(objective="objective", platform="of")


def _filled_in(measure: Measure, roster: Roster, side: int, platform: str, objective: int) -> Measure:
    """Return a measure of the table with its placeholders filled in; side and objective are -1 for none."""
    words = {
        "side": roster.sides[side] if side >= 0 else "",
        "platform": platform,
        "objective": f"objective_{objective + 1}",
    }
    about = f"{words['side']}: {roster.objectives[objective]}" if objective >= 0 else ""
    of_side = measure.name.removeprefix("{side}_")
    return replace(
        measure,
        name=measure.name.format(**words),
        side=words["side"] if of_side != measure.name else "",
        short_name=of_side.format(**words),
        key=measure_key(measure),
        platform=platform,
        objective=objective + 1,
        about=about,
        description=f"{measure.description}: {about}" if about else measure.description,
        numerator=measure.numerator.format(**words),
        denominator=measure.denominator.format(**words),
    )


def _places(measure: Measure, params: Params, roster: Roster) -> Iterator[tuple[int, str, int]]:
    name, exists = measure.name, measure.exists
    n_sides = len(roster.sides) if measure.of_neutrals else N_BELLIGERENTS
    if "{objective}" in name:
        for objective in range(len(roster.objectives)):
            yield int(roster.objective_side[objective]), "", objective
    elif "{platform}" in name:
        for side in range(n_sides):
            if exists is not None and not exists(params, side):
                continue
            is_counted = (params.units.whole[UnitSpecW.SIDE] == side) & (params.units.whole[UnitSpecW.IS_ONE_WAY] == 0)
            if measure.counted is not None:
                is_counted &= measure.counted(params, side)
            own = {p for p, counts in zip(roster.unit_platform, is_counted, strict=True) if counts}
            for platform in sorted(own):
                yield side, platform, -1
    elif "{side}" in name:
        for side in range(n_sides):
            if exists is None or exists(params, side):
                yield side, "", -1
    else:
        yield -1, "", -1
