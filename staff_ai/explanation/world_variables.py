"""Variables of worlds that could be true: numbers of each kind of enemy unit, on the map and in its halves, their
emission control, and the enemy's doctrine. Switch rules and the value of information are about them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scenarios.compiler.scenario import Compiled
from simcore.params import UnitSpecR, UnitSpecW
from simcore.situation import Situation
from simcore.types import F64, I64, Emcon, Status

AREAS = ("", "north", "south", "west", "east")
"""Areas of a number: the whole map, and its halves."""

_ALIVE = (Status.ACTIVE, Status.ABOARD, Status.SERVICING)


OR = "|"
"""Mark between several policies of the enemy in the subject of a variable."""


class Variable(NamedTuple):
    """A variable of a world.

    ``kind`` is ``number``, ``silent`` (radars off), ``doctrine`` (among some policies), or ``policy`` (which).
    """

    kind: str
    subject: str  # title of a platform, empty for all enemy units; the enemy's policies with OR between; empty
    area: str = ""  # of AREAS

    @property
    def is_number(self) -> bool:
        """Whether it is a number of units."""
        return self.kind == "number"

    @property
    def is_part(self) -> bool:
        """Whether it is part of another: a number in a half of the map, or a single policy."""
        return bool(self.area) or self.kind == "doctrine"


class Variables(NamedTuple):
    """Variables (v,) and their values (n, v) in n worlds. Variables that are the same in all worlds are left out."""

    names: tuple[Variable, ...]
    values: F64

    def of(self, places: I64) -> F64:
        """Return the values of some worlds."""
        return self.values[places]


def world_variables(
    compiled: Compiled, side: int, pools: Sequence[tuple[Situation, I64 | None]], enemies: tuple[str, ...]
) -> Variables:
    """Return the variables of the worlds of all pools, pool after pool.

    A pool is a situation and the index of the enemy's policy in each of its worlds, if known.
    """
    names, parts = [], []
    for worlds, doctrine in pools:
        names, values = _every_variable(compiled, side, worlds, doctrine, enemies)
        parts.append(values)
    values = np.concatenate(parts)
    varies = np.flatnonzero(np.ptp(values, axis=0) > 0.0) if len(values) else np.zeros(0, dtype=np.int64)
    if len(varies):
        # of variables that differ by the same number in all worlds, the first
        _, first = np.unique(values[:, varies] - values[:1, varies], axis=1, return_index=True)
        varies = varies[np.sort(first)]
    return Variables(tuple(names[k] for k in varies), values[:, varies])


def _every_variable(
    compiled: Compiled, side: int, worlds: Situation, doctrine: I64 | None, enemies: tuple[str, ...]
) -> tuple[list[Variable], F64]:
    roster = compiled.roster
    west, east, south, north = roster.bounds_m
    units = np.flatnonzero(roster.unit_side == 1 - side)
    alive = np.isin(worlds.units.status[:, units], _ALIVE)
    x, y = worlds.units.x[:, units], worlds.units.y[:, units]
    inside = {
        "": alive,
        "north": alive & (y >= 0.5 * (south + north)),
        "south": alive & (y < 0.5 * (south + north)),
        "west": alive & (x < 0.5 * (west + east)),
        "east": alive & (x >= 0.5 * (west + east)),
    }
    titles = np.array([roster.unit_title[unit] for unit in units], dtype=object)
    kinds = list(dict.fromkeys(titles.tolist()))
    subjects = [(kind, titles == kind) for kind in kinds]
    if len(kinds) != 1:
        subjects.append(("", np.ones(len(units), dtype=bool)))
    names: list[Variable] = []
    columns: list[F64] = []
    for subject, members in subjects:
        for area in AREAS:
            names.append(Variable("number", subject, area))
            columns.append(inside[area][:, members].sum(axis=1).astype(np.float64))
    emcon = worlds.orders.emcon[:, compiled.params.units.whole[UnitSpecW.GROUP, units]]
    has_radar = compiled.params.units.real[UnitSpecR.EMISSION_M, units] > 0.0
    for kind in kinds:
        members = (titles == kind) & has_radar
        if members.any():
            names.append(Variable("silent", kind))
            columns.append((emcon[:, members] == Emcon.SILENT).all(axis=1).astype(np.float64))
    for k, enemy in enumerate(enemies):
        names.append(Variable("doctrine", enemy))
        columns.append(np.zeros(worlds.n_worlds) if doctrine is None else (doctrine == k).astype(np.float64))
    if len(enemies) > 2:
        names.append(Variable("policy", ""))
        columns.append(np.zeros(worlds.n_worlds) if doctrine is None else doctrine.astype(np.float64))
    return names, np.stack(columns, axis=1)


class Unseen(NamedTuple):
    """Mean number of living enemy units without a contact, on a grid (rows from south, columns from west)."""

    number: F64
    cell_m: tuple[float, float]
    n_units: float  # in all


def unseen_units(compiled: Compiled, side: int, worlds: Situation, kind: str = "", columns: int = 16) -> Unseen:
    """Return the expected places of enemy units that the side holds no contact on; ``kind`` is a title, or all."""
    roster = compiled.roster
    west, east, south, north = roster.bounds_m
    rows = max(round(columns * (north - south) / (east - west)), 1)
    units = np.flatnonzero(
        (roster.unit_side == 1 - side) & np.array([not kind or title == kind for title in roster.unit_title])
    )
    is_unseen = np.isin(worlds.units.status[:, units], _ALIVE) & (worlds.contacts.level[:, side, units] == 0)
    x, y = worlds.units.x[:, units][is_unseen], worlds.units.y[:, units][is_unseen]
    number, _, _ = np.histogram2d(y, x, bins=(rows, columns), range=((south, north), (west, east)))
    n = max(worlds.n_worlds, 1)
    return Unseen(number / n, ((east - west) / columns, (north - south) / rows), float(is_unseen.sum()) / n)
