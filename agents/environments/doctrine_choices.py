"""Doctrines as choices: the doctrine in force for each group slot, and its orders at every decision.

A choice of a doctrine puts it in force for the group; it then orders the group at every decision interval. The choice
to continue keeps it in force, any other choice ends it. A doctrine leaves the groups without an order from it to the
plan of the file; a group that comes from another choice is therefore given back its plan first. A doctrine considers
the picture of the whole side, but only its orders to the groups that chose it are given. Doctrines must be functions of
briefing and picture, as opponents are.
"""

import numpy as np

from agents.environments.doctrine_names import find_doctrine
from agents.environments.some_rows import decide_for
from agents.environments.view import SideView
from scenarios.run.policies import reset_policy
from simcore.observation_columns import Verb
from simcore.orders import Orders, OrderW, empty_orders
from simcore.picture import Picture
from simcore.types import I64

UNTOUCHED = -1
"""In the place of a doctrine in force: none, and the group has had no choice but to continue since the start."""

ENDED = -2
"""The same after another choice."""

_KEEP = -3  # the choice to continue
_REMEMBERED = 4_096  # replications, at least


class DoctrineChoices:
    """The doctrines among the choices of a side. R replications, G group slots."""

    def __init__(self, view: SideView, seed: int) -> None:
        self._briefing, self._places = view.briefing, view.places
        self._labels = view.schema.sizes.doctrines
        self._policies = [find_doctrine(label) for label in self._labels]
        for label, policy in zip(self._labels, self._policies, strict=True):
            reset_policy(policy, label, view.briefing, seed, ())
        verbs = [choice.verb for choice in view.schema.action.choices]
        self._plan = view.schema.action.plan
        self._codes = np.array(
            [c.index if c.verb == Verb.DOCTRINE else ENDED for c in view.schema.action.choices], dtype=np.int64
        )
        self._codes[verbs.index(Verb.CONTINUE)] = _KEEP

    def choose(self, in_force: I64, actions: np.ndarray, mask: np.ndarray) -> tuple[I64, I64]:
        """Return the doctrines in force after a choice, (n, G), from those before it, and the choices to order.

        ``actions`` (n, G); illegal choices change nothing. The choices to order are the same with the plan of the file
        for groups that come to a doctrine from another choice.
        """
        actions = np.asarray(actions, dtype=np.int64).reshape(in_force.shape)
        is_legal = (actions >= 0) & (actions < len(self._codes))
        known = np.where(is_legal, actions, 0)
        codes = self._codes[known]
        is_legal &= np.take_along_axis(mask, known[:, :, None], axis=2)[:, :, 0]
        after = np.where(is_legal & (codes != _KEEP), codes, in_force)
        comes_over = (after >= 0) & (after != in_force) & (in_force != UNTOUCHED)
        return after, np.where(comes_over, self._plan, actions)

    def order(self, picture: Picture, in_force: I64, orders: Orders) -> None:
        """Write the orders of the doctrines in force, (R, G), to the groups that chose them."""
        chosen = in_force[:, : len(self._places)]
        for d in np.unique(chosen[chosen >= 0]).tolist():
            rows = np.flatnonzero((chosen == d).any(axis=1))
            theirs = empty_orders(len(chosen), orders.real.shape[2])
            decide_for(self._policies[d], self._labels[d], picture, rows, theirs, self._briefing.dt_s)
            r, slots = np.nonzero(chosen == d)
            k = self._places[slots]
            orders.whole[r, OrderW.EMCON, k] = theirs.whole[r, OrderW.EMCON, k]
            is_issued = theirs.whole[r, OrderW.ISSUED, k] != 0
            r, k = r[is_issued], k[is_issued]
            orders.real[r, :, k], orders.whole[r, :, k] = theirs.real[r, :, k], theirs.whole[r, :, k]


class Memory:
    """The doctrines in force in the replications that a commander has met, between two decisions.

    A replication is known by its number and by the time of its last decision, so that a game begun anew is another
    game. Rows of equal number and time are distinguished by their sequence in the picture. The games met longest ago
    are forgotten.
    """

    def __init__(self, n_slots: int) -> None:
        self._key: tuple[np.ndarray, np.ndarray, np.ndarray] = (
            np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64),
        )  # fmt: skip
        self._in_force: I64 = np.zeros((0, n_slots), dtype=np.int64)
        self._most = _REMEMBERED

    def recall(self, picture: Picture) -> tuple[I64, np.ndarray]:
        """Return the doctrines in force, (R, G), and whether each replication has been met, (R,) bool."""
        none: I64 = np.full(len(picture.ticks), -1, dtype=np.int64)
        found = self._find(_key(picture)) if len(self._in_force) else none
        is_met = (found >= 0) & (picture.ticks > 0)  # tick 0 begins a game
        unmet = np.where(picture.ticks > 0, ENDED, UNTOUCHED)
        in_force: I64 = np.repeat(unmet[:, None], self._in_force.shape[1], axis=1)
        in_force[is_met] = self._in_force[found[is_met]]
        return in_force, is_met

    def keep(self, picture: Picture, in_force: I64) -> None:
        """Remember the doctrines in force, (R, G)."""
        key = _key(picture)
        found = self._find(key)
        is_old = np.ones(len(self._in_force), dtype=bool)
        is_old[found[found >= 0]] = False
        self._most = max(self._most, 4 * len(in_force))
        number, which, tick = (
            np.concatenate([mine[is_old], new])[-self._most :] for mine, new in zip(self._key, key, strict=True)
        )
        self._key = number, which, tick
        self._in_force = np.concatenate([self._in_force[is_old], in_force])[-self._most :]

    def _find(self, key: tuple[np.ndarray, np.ndarray, np.ndarray]) -> I64:
        """Return the latest entry of each replication that is no later than the key, (R,), -1 without an entry."""
        n = len(self._in_force)
        number, which, tick = (np.concatenate([mine, new]) for mine, new in zip(self._key, key, strict=True))
        is_asked = np.arange(len(number)) >= n
        order = np.lexsort((is_asked, tick, which, number))
        last = np.maximum.accumulate(np.where(order < n, np.arange(len(order)), -1))
        entry = np.where(last >= 0, order[last], -1)
        is_same = (entry >= 0) & (number[entry] == number[order]) & (which[entry] == which[order])
        found: I64 = np.empty(len(order), dtype=np.int64)
        found[order] = np.where(is_same, entry, -1)
        return found[n:]


def _key(picture: Picture) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return number, place among the rows of equal number and time, and tick of each replication, (R,) each."""
    number, tick = picture.replication, picture.ticks
    order = np.lexsort((tick, number))
    place = np.arange(len(order))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (number[order][1:] != number[order][:-1]) | (tick[order][1:] != tick[order][:-1])
    which: I64 = np.empty(len(order), dtype=np.int64)
    which[order] = place - np.maximum.accumulate(np.where(is_first, place, 0))
    return number.astype(np.uint64), which, tick.astype(np.int64)
