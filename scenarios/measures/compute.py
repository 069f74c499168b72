"""Measures of effectiveness and performance, read from the final state, for all replications at once.

``MEASURES`` is the one table: ``compute_measures`` evaluates it, ``describe_measures`` lists it for the
manual. A name holds ``{side}``, ``{platform}`` or ``{objective}`` where it exists once for each of them.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scenarios.measures.case import Case, Measure
from scenarios.measures.table import MEASURES
from simcore.params import UW, Params
from simcore.roster import Roster
from simcore.state import State
from simcore.types import F64, N_BELLIGERENTS


def describe_measures() -> list[dict[str, str]]:
    """Return name, unit, kind and description of every measure: the source of the reference page."""
    return [{"name": m.name, "unit": m.unit, "kind": m.kind, "description": _description(m)} for m in MEASURES]


def _description(measure: Measure) -> str:
    if measure.kind != "ratio":
        return measure.description + ("; of neutral sides too" if measure.of_neutrals else "")
    return f"{measure.description} ({measure.numerator} / {measure.denominator}; a ratio of means in a batch)"


def scenario_measures(params: Params, roster: Roster) -> list[tuple[Measure, int, str, int]]:
    """Return every measure of a scenario with its name filled in, and its side, platform and objective."""
    filled: list[tuple[Measure, int, str, int]] = []
    for measure in MEASURES:
        for side, platform, objective in _places(measure, params, roster):
            words = {
                "side": roster.sides[side] if side >= 0 else "",
                "platform": platform,
                "objective": f"objective_{objective + 1}",
            }
            about = f": {roster.objectives[objective]}" if objective >= 0 else ""
            is_of_side = "{side}_" in measure.name
            named = replace(
                measure,
                name=measure.name.format(**words),
                side=words["side"] if is_of_side else "",
                what=measure.name.removeprefix("{side}_").format(**words),
                description=measure.description + about,
                numerator=measure.numerator.format(**words),
                denominator=measure.denominator.format(**words),
            )
            filled.append((named, side, platform, objective))
    return filled


def _places(measure: Measure, params: Params, roster: Roster) -> Iterator[tuple[int, str, int]]:
    name = measure.name
    n_sides = len(roster.sides) if measure.of_neutrals else N_BELLIGERENTS
    if "{objective}" in name:
        for objective in range(len(roster.objectives)):
            yield int(roster.objective_side[objective]), "", objective
    elif "{platform}" in name:
        for side in range(n_sides):
            is_counted = (params.units.whole[UW.SIDE] == side) & (params.units.whole[UW.IS_ONE_WAY] == 0)
            own = {p for p, counts in zip(roster.unit_platform, is_counted, strict=True) if counts}
            for platform in sorted(own):
                yield side, platform, -1
    elif "{side}" in name:
        for side in range(n_sides):
            yield side, "", -1
    else:
        yield -1, "", -1


def compute_measures(state: State, params: Params, roster: Roster) -> dict[str, F64]:
    """Return every measure by name, (R,) each; nan where a measure is not defined in a replication."""
    result: dict[str, F64] = {}
    for measure, side, platform, objective in scenario_measures(params, roster):
        if measure.values is not None:
            result[measure.name] = np.asarray(
                measure.values(Case(state, params, roster, side, platform, objective)), dtype=np.float64
            )
        else:
            below = result[measure.denominator]
            with np.errstate(divide="ignore", invalid="ignore"):
                result[measure.name] = np.where(below > 0.0, result[measure.numerator] / below, np.nan)
    return result
