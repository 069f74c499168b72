"""Worlds that could be true: situations drawn from the belief of a side.

World k of a (seed, number) is a function of these, the pictures and the intelligence: it does not depend on how many
worlds are drawn, nor on threads.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from simcore.params import UnitSpecR, UnitSpecW
from simcore.picture import Picture
from simcore.rng import uniforms
from simcore.situation import Situation, select
from simcore.state import SideR, SideW
from simcore.types import F64, I64, U64, Status
from staff_ai.belief.assignment import assign_tracks
from staff_ai.belief.enemy_view import enemy_contacts, enemy_emissions, own_contacts
from staff_ai.belief.foreign_units import place_foreign
from staff_ai.belief.own_casualties import describe_casualties
from staff_ai.belief.own_sustainment import describe_sustainment
from staff_ai.belief.own_units import describe_own
from staff_ai.belief.silent_units import settle_silent
from staff_ai.belief.tracker import BeliefTracker

_STREAM = 2_010
_ROOM = 1 << 20  # most worlds of a number


class Worlds(NamedTuple):
    """Drawn worlds over the parameters of the staff's scenario."""

    situation: Situation
    doctrine: I64  # (n,) the enemy's doctrine in each world, an index into the intelligence's doctrines


class Draws:
    """Random numbers of the worlds of a (seed, number), by purpose."""

    def __init__(self, seed: int, number: int, n: int, tick: int) -> None:
        self.n = n
        self._seed, self._tick = seed, tick
        self._worlds: U64 = np.uint64(number * _ROOM % 2**64) + np.arange(n, dtype=np.uint64)

    def uniform(self, purpose: int, n: int) -> F64:
        """Return uniform numbers (worlds, n) in (0, 1)."""
        return uniforms(self._seed, self._worlds, self._tick, _STREAM + purpose, n)

    def normal(self, purpose: int, n: int) -> F64:
        """Return standard normal numbers (worlds, n), by Box and Muller."""
        u = self.uniform(purpose, 2 * n)
        return np.sqrt(-2.0 * np.log(u[:, :n])) * np.cos(2.0 * np.pi * u[:, n:])


def draw_worlds(tracker: BeliefTracker, picture: Picture, row: int, n: int, *, seed: int, number: int = 0) -> Worlds:
    """Return ``n`` worlds drawn from the belief at the picture of replication ``row``.

    The tracker takes in the picture first, if it has not yet. ``number`` names the advice: other numbers give other
    worlds of the same belief.
    """
    staff = tracker.staff
    params = staff.params
    replication = int(picture.replication[row])
    tracker.catch_up(picture, row)
    belief = tracker.row(replication)
    tick = int(picture.ticks[row])
    time_s = tick * staff.compiled.roster.dt_s
    draws = Draws(seed, number, n, tick)
    weights = np.cumsum(tracker.doctrine_weights(replication))
    doctrine = np.searchsorted(weights / weights[-1], draws.uniform(0, 1)[:, 0]).clip(max=len(weights) - 1)
    start = select(tracker.start(tick), np.zeros(n, dtype=np.int64))  # a copy, to be written over
    table, orders, contacts = start.units, start.orders, start.contacts
    reports, ammo = describe_own(staff, belief, picture, row, draws, table, orders, start.ammo, time_s)
    settle_silent(staff, belief, picture, row, doctrine, draws, table, ammo)
    assigned = assign_tracks(staff, belief.tracks, draws)
    place_foreign(tracker, belief, assigned, doctrine, draws, table, ammo, tick, time_s)
    units = params.units.whole
    enemy_emissions(staff, draws, orders)
    own_contacts(staff, belief.tracks, assigned, contacts, table, time_s)
    enemy_contacts(tracker, picture.weather[row], draws, table, contacts, tick)
    others = np.setdiff1d(np.arange(units.shape[1]), staff.own_units)
    # other units are reported to their own side as they are
    for reported, values in (
        (reports.x, table.x),
        (reports.y, table.y),
        (reports.strength, table.strength),
        (reports.endurance_s, table.endurance_s),
        (reports.status, table.status),
        (reports.damage, table.damage),
        (reports.linked, table.linked),
        (reports.emcon, orders.emcon[:, units[UnitSpecW.GROUP]]),
    ):
        reported[:, others] = values[:, others]
    tally_whole, tally_real = start.tally_whole, start.tally_real
    lost = table.status == Status.LOST
    n_sides = tally_whole.shape[2]
    for side in range(n_sides):
        of_side = lost & (units[UnitSpecW.SIDE] == side)
        tally_whole[:, SideW.LOSSES, side] = of_side.sum(axis=1)
        tally_real[:, SideR.COST_LOST, side] = (of_side * params.units.real[UnitSpecR.COST]).sum(axis=1)
    held_s = belief.held_s[doctrine]
    entered = np.broadcast_to(belief.entered, (n, len(params.members))).astype(np.int32)
    sustainment = start.sustainment
    if sustainment is not None and picture.sustainment is not None:
        describe_sustainment(staff, belief, picture, row, draws, table, sustainment)
    if start.medical is not None and picture.medical is not None and belief.casualties is not None:
        describe_casualties(staff, belief.casualties, picture, row, draws, table, start.medical)
    situation = start._replace(
        tick=tick, units=table, orders=orders, contacts=contacts, ammo=ammo, held_s=held_s, entered=entered,
        tally_whole=tally_whole, tally_real=tally_real, reports=reports, salvoes=None, mines=None, routes=None,
    )  # fmt: skip
    return Worlds(situation, doctrine)


def join(parts: Sequence[Worlds]) -> Worlds:
    """Return the worlds of beliefs at the same tick, in order, as those of one."""
    situations = [part.situation for part in parts]
    first = situations[0]
    fields = [name for name in Situation._fields if name != "tick" and getattr(first, name) is not None]
    joined = {name: _join_tables([getattr(one, name) for one in situations]) for name in fields}
    return Worlds(first._replace(**joined), np.concatenate([part.doctrine for part in parts]))


def _join_tables(tables: Sequence[Any]) -> Any:
    if isinstance(tables[0], tuple):
        return type(tables[0])(*(_join_tables(columns) for columns in zip(*tables, strict=True)))
    return np.concatenate(tables)
