"""Supply policies: their briefing and picture, the protocol, the built-in policies, their place in the decision loop.

A supply policy decides for all replications at once about the carriers and recovery vehicles of its own side. It is
found by name through the entry-point group ``chammo.supply_policies``: a callable that takes the parameters as keyword
arguments and returns an object with ``reset`` and ``decide``. Its orders are ordinary orders to the groups of which
every unit carries cargo or tows; those of the commander to these groups are dropped. It sees the stocks of its own side
as last reported, and the side's picture; nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from simcore.errors import RunError
from simcore.orders import OrderW
from simcore.params import Params, RuleR, UnitSpecW
from simcore.policy import decide_by_clock
from simcore.replications import take_rows
from simcore.stores import ItemSpecR, StoreSpecR, StoreSpecW, SupplyUnitR
from simcore.sustainment_picture import OwnSustainment, StockR, own_stores
from simcore.types import F64, I32, I64, NONE, SharedRecord, Status, Task, read_only

if TYPE_CHECKING:
    from simcore.orders import Orders
    from simcore.picture import Picture
    from simcore.policy import Briefing
    from simcore.simulation import Simulation

KIND = "supply"
_FULL = 0.999


class SupplyPicture(NamedTuple):
    """The picture of the supply of a side in R replications at a decision."""

    stock: F64  # (R, len(StockR), own stores): see ``SupplyBriefing``
    picture: Picture  # of the side: its units as last reported, its contacts, the weather, the time
    in_force: Orders  # orders in force of its groups; ISSUED is 0 for a group that had none since the start


@dataclass(frozen=True)
class SupplyBriefing(SharedRecord):
    """A side's stores and carriers. Stores include the cargo of carriers; units and groups are those of ``briefing``.

    The arrays are read-only, since all replications of a batch share them.
    """

    briefing: Briefing
    item_names: tuple[str, ...]
    item_mass_kg: F64  # (items,)
    store_unit: I32  # (stores,) own unit
    store_item: I32  # (stores,)
    store_capacity: F64  # (stores,) inf for cargo
    reorder_at: F64  # (stores,)
    order_up_to: F64  # (stores,)
    is_cargo: I32  # (stores,) 1 for the cargo of a carrier
    has_source: I32  # (stores,) 1 where orders are placed and shipped without carriers
    cargo_kg: F64  # (own,) 0: no carrier
    can_tow: I32  # (own,)
    groups: I32  # (g,) groups that the policy commands, as in ``briefing.groups``


class SupplyPolicy(Protocol):
    """A batched policy of supply. Memory and clocks are as for commanders: see ``simcore.policy``."""

    def reset(self, briefing: SupplyBriefing, seed: int, replication: np.ndarray) -> None:
        """Begin R = len(replication) fresh runs."""
        ...

    def decide(self, picture: SupplyPicture, orders: Orders) -> None:
        """Write orders for the groups of ``SupplyBriefing.groups`` in all replications, at every decision."""
        ...


class NoSupply:
    """The policy ``none``: the carriers follow the tasks of the scenario file, whatever the commander orders."""

    reads_clocks = True

    def reset(self, briefing: SupplyBriefing, seed: int, replication: np.ndarray) -> None:
        """Do nothing."""

    def decide(self, picture: SupplyPicture, orders: Orders) -> None:
        """Give no orders."""


class Reorder:
    """The policy ``reorder``, like (s, S): carriers leave when stock on hand and on order falls to the reorder point.

    Each group with stores that runs low gets the nearest idle group of carriers, which carries supplies from the
    best-stocked other group until the stores are full again; then it goes home. The lowest group comes first.

    Parameters
    ----------
    low : reorder point as a share of the order-up-to level; None: that of each store.
    full : share of the order-up-to level at which a group counts as full.
    carriers : most groups of carriers for a group with stores at a time.
    """

    def __init__(self, low: float | None = None, full: float = 0.95, carriers: int = 1) -> None:
        if low is not None and not 0.0 <= low < 1.0:
            raise ValueError(f"low {low:g} is no share below 1; give 0 to 0.99")
        if not 0.0 < full <= 1.0:
            raise ValueError(f"full {full:g} is no share; give a number above 0, up to 1")
        if carriers < 1:
            raise ValueError(f"carriers {carriers} is below 1; give a number of groups")
        self.low, self.full, self.carriers = low, full, int(carriers)

    reads_clocks = True

    def reset(self, briefing: SupplyBriefing, seed: int, replication: np.ndarray) -> None:
        """Find the groups with stores, and the carriers."""
        self._b = briefing
        group = briefing.briefing.group_of_unit
        self._carriers = [int(g) for g in briefing.groups if (briefing.cargo_kg[group == g] > 0.0).any()]
        shelves = np.flatnonzero(briefing.is_cargo == 0)
        of_group = group[briefing.store_unit[shelves]]
        self._shelves = {int(g): shelves[of_group == g] for g in np.unique(of_group)}
        # nobody hauls to a store that orders for itself
        self._sinks = {g: s[briefing.has_source[s] == 0] for g, s in self._shelves.items()}
        self._sinks = {g: s for g, s in self._sinks.items() if len(s)}

    def decide(self, picture: SupplyPicture, orders: Orders) -> None:
        """Send carriers to the groups that run low, and home when these are full."""
        b = self._b
        stock = picture.stock
        serves = self._served(picture.in_force)
        level = np.where(b.order_up_to > 0.0, b.order_up_to, 1.0)
        position = stock[:, StockR.ON_HAND] + stock[:, StockR.ON_ORDER]
        point = b.reorder_at if self.low is None else self.low * b.order_up_to
        exists = {sink: self._exists(picture, sink) for sink in self._sinks}
        for sink, shelves in self._sinks.items():
            is_full = (stock[:, StockR.ON_HAND][:, shelves] >= self.full * _FULL * level[shelves]).all(axis=1)
            for k, g in enumerate(self._carriers):
                done = (serves[:, k] == sink) & (is_full | ~exists[sink])
                if done.any():
                    serves[done, k] = NONE
                    orders.issue(done, g, Task.RECOVER, *self._place(picture, g))
        need = {
            sink: np.where(
                (position[:, shelves] <= point[shelves]).any(axis=1) & exists[sink],
                (position[:, shelves] / level[shelves]).min(axis=1),
                np.inf,
            )
            for sink, shelves in self._sinks.items()
        }
        for _ in range(len(self._carriers)):
            if not self._send(picture, orders, need, serves):
                break

    def _served(self, in_force: Orders) -> I32:
        """Return (R, carriers) the group that each group of carriers supplies by its order in force, or NONE."""
        whole = in_force.whole[:, :, self._carriers]
        is_sent = (whole[:, OrderW.ISSUED] > 0) & (whole[:, OrderW.TASK] == Task.RESUPPLY)
        return np.where(is_sent, whole[:, OrderW.TARGET], np.int32(NONE))

    def _send(self, picture: SupplyPicture, orders: Orders, need: dict[int, F64], serves: I32) -> bool:
        """Give one more group of carriers a task in every replication that needs it; return whether any got one."""
        if not need:
            return False
        sinks = list(need)
        lack = np.stack([need[sink] for sink in sinks])
        for q, sink in enumerate(sinks):
            lack[q][(serves == sink).sum(axis=1) >= self.carriers] = np.inf
        worst = lack.argmin(axis=0)
        is_wanted = np.isfinite(lack.min(axis=0))
        is_any = False
        for q, sink in enumerate(sinks):
            here = is_wanted & (worst == q)
            if not here.any():
                continue
            source = self._source(picture, sink)
            x, y = self._places(picture, source)
            away = np.full((len(here), len(self._carriers)), np.inf)
            for k, g in enumerate(self._carriers):
                cx, cy = self._place(picture, g)
                is_idle = (serves[:, k] == NONE) & self._exists(picture, g)
                away[is_idle, k] = np.hypot(cx - x, cy - y)[is_idle]
            chosen = away.argmin(axis=1)
            for k, g in enumerate(self._carriers):
                sent = here & (source != NONE) & (chosen == k) & np.isfinite(away[:, k])
                if sent.any():
                    is_any = True
                    serves[sent, k] = sink
                    orders.issue(sent, g, Task.RESUPPLY, x, y, target_group=sink)
        return is_any

    def _source(self, picture: SupplyPicture, sink: int) -> I32:
        """Return (R,) the group with the largest stock, by mass, of the items of a sink; NONE: there is none."""
        b = self._b
        items = np.unique(b.store_item[self._sinks[sink]])
        best, most = np.full(len(picture.stock), NONE, dtype=np.int32), np.zeros(len(picture.stock))
        for g, shelves in self._shelves.items():
            useful = shelves[np.isin(b.store_item[shelves], items)]
            if g == sink or len(useful) == 0:
                continue
            mass = (picture.stock[:, StockR.ON_HAND][:, useful] * b.item_mass_kg[b.store_item[useful]]).sum(axis=1)
            mass = np.where(self._exists(picture, g), mass, 0.0)
            is_better = mass > most
            best[is_better], most[is_better] = g, mass[is_better]
        return best

    def _places(self, picture: SupplyPicture, group: I32) -> tuple[F64, F64]:
        """Return (R,) the reported place of a unit with stores of each replication's group."""
        x, y = np.zeros(len(group)), np.zeros(len(group))
        for g, shelves in self._shelves.items():
            here = group == g
            unit = int(self._b.store_unit[shelves[0]])
            x[here] = picture.picture.own_real[here, 0, unit]
            y[here] = picture.picture.own_real[here, 1, unit]
        return x, y

    def _place(self, picture: SupplyPicture, group: int) -> tuple[F64, F64]:
        """Return (R,) the reported place of the first unit of a group."""
        unit = int(np.flatnonzero(self._b.briefing.group_of_unit == group)[0])
        return picture.picture.own_real[:, 0, unit], picture.picture.own_real[:, 1, unit]

    def _exists(self, picture: SupplyPicture, group: int) -> np.ndarray:
        """Return (R,) whether a unit of a group is in play, as last reported."""
        units = np.flatnonzero(self._b.briefing.group_of_unit == group)
        return np.asarray((picture.picture.own_whole[:, 0, units] < Status.RESERVE).any(axis=1))


def brief_supply(params: Params, briefing: Briefing, item_names: Sequence[str]) -> SupplyBriefing:
    """Return the supply of a side. ``briefing`` is that of its commander."""
    is_own = (params.units.whole[UnitSpecW.SIDE] == briefing.side) & (params.units.whole[UnitSpecW.SPOOFER] < 0)
    own = np.flatnonzero(is_own)
    stores = own_stores(params, briefing.side)
    real, whole = params.supply.stores.real[:, stores], params.supply.stores.whole[:, stores]
    units = params.supply.units.real[:, own]
    is_able = (units[SupplyUnitR.CARGO_KG] > 0.0) | (units[SupplyUnitR.TOW_MPS] > 0.0)
    commanded = [g for g in briefing.groups if is_able[briefing.group_of_unit == g].all()]
    return SupplyBriefing(
        briefing=briefing,
        item_names=tuple(item_names),
        item_mass_kg=params.supply.items.real[ItemSpecR.MASS_KG].copy(),
        store_unit=np.array(np.searchsorted(own, whole[StoreSpecW.UNIT]), dtype=np.int32),
        store_item=whole[StoreSpecW.ITEM].copy(),
        store_capacity=real[StoreSpecR.CAPACITY].copy(),
        reorder_at=real[StoreSpecR.LOW].copy(),
        order_up_to=real[StoreSpecR.UP_TO].copy(),
        is_cargo=whole[StoreSpecW.IS_CARGO].copy(),
        has_source=(whole[StoreSpecW.SOURCE] != NONE).astype(np.int32),
        cargo_kg=units[SupplyUnitR.CARGO_KG].copy(),
        can_tow=(units[SupplyUnitR.TOW_MPS] > 0.0).astype(np.int32),
        groups=np.array(commanded, dtype=np.int32),
    )


class SupplyChair:
    """A supply policy in its place: it is shown its picture at each decision, and its orders are entered."""

    kind = KIND

    def __init__(self, policy: SupplyPolicy, params: Params, briefing: SupplyBriefing, label: str) -> None:
        self.side = briefing.briefing.side
        self.label = label
        self._policy = policy
        self._briefing = briefing
        self._sustainment = OwnSustainment(params, self.side)
        self._dt_s = float(params.rules_real[RuleR.DT_S])

    def decide(self, simulation: Simulation) -> list[tuple[str, int, int, float]]:
        """Let the policy decide, and enter its orders in place of the commander's to the same groups."""
        from simcore.order_checks import enter_orders
        from simcore.orders import empty_orders

        groups = simulation.groups_of(self.side)
        mine = self._briefing.groups
        draft = empty_orders(simulation.n_replications, len(groups))
        self._let_decide(self.picture(simulation), draft)
        others = np.setdiff1d(np.arange(len(groups)), mine)
        given = [int(g) for r in range(simulation.n_replications) for g in np.intersect1d(draft.given(r), others)]
        if given:
            names = self._briefing.briefing.group_names
            raise RunError(
                f"policy {self.label}: it orders group {names[given[0]]} at {simulation.time_s:g} s, which is no group "
                "of carriers; order the groups of the briefing only"
            )
        orders = simulation.orders.of_groups(groups)
        orders.real[:, :, mine], orders.whole[:, :, mine] = draft.real[:, :, mine], draft.whole[:, :, mine]
        enter_orders(simulation, orders, groups, self.label, _names(self._briefing, groups))
        return []

    def _let_decide(self, shown: SupplyPicture, draft: Orders) -> None:
        """Let the policy write its orders, clock by clock unless it reads clocks."""
        from simcore.picture import take

        def taken(rows: I64) -> SupplyPicture:
            return take_rows(shown, rows)._replace(picture=take(shown.picture, rows, self._dt_s))

        decide_by_clock(self._policy, self.label, shown, draft, shown.picture.ticks, self._dt_s, taken)

    def picture(self, simulation: Simulation) -> SupplyPicture:
        """Return the current picture."""
        seen = simulation.picture(self.side)
        if seen.sustainment is None:  # without any store
            return SupplyPicture(
                read_only(self._sustainment.stocks(simulation.state, simulation.ticks)),
                seen,
                self._sustainment.orders_in_force(simulation.state),
            )
        return SupplyPicture(seen.sustainment.stock, seen, seen.sustainment.in_force)


def _names(briefing: SupplyBriefing, groups: I32) -> list[str]:
    """Return names by number of all groups in the scenario; those of other sides are empty."""
    names = [""] * (int(groups.max(initial=NONE)) + 1)
    for position, number in enumerate(groups):
        names[int(number)] = briefing.briefing.group_names[position]
    return names
