"""The policy protocol: the interface between a decision maker and the engine.

A policy is found by name through the entry-point group ``chammo.policies``: a callable that takes the
parameters of the scenario file as keyword arguments and returns an object with these two methods.
A policy decides for all replications at once. It should keep no memory beyond the picture; any memory
must be keyed by replication and cleared in ``reset``: replications join and leave a game, and look-aheads
begin in its middle. All replications of a picture are at the same tick,
unless the policy has a true attribute ``reads_clocks``: then ``Picture.ticks`` holds the tick of each
replication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from simcore.intelligence import NOTHING_KNOWN, Intelligence
from simcore.plugins import policy_failures
from simcore.types import F64, I32, I64, SharedRecord

if TYPE_CHECKING:  # these compile code; a command that only shows a scenario need not wait for it
    from collections.abc import Callable

    from simcore.orders import Orders
    from simcore.picture import Picture

_Picture = TypeVar("_Picture", bound=tuple[Any, ...])
_Orders = TypeVar("_Orders", bound=tuple[Any, ...])
_Picture_contra = TypeVar("_Picture_contra", contravariant=True)
_Orders_contra = TypeVar("_Orders_contra", contravariant=True)


@dataclass(frozen=True)
class Briefing(SharedRecord):
    """A side's knowledge at the start: its own forces, the ground, its objectives, its intelligence.

    Indices of units count the side's own units (the axis of ``Picture.own_real``); indices of groups
    count the side's own groups (the axis of its ``Orders``). The arrays are read-only, since all
    replications of a batch share them.
    """

    side: int
    side_name: str
    groups: I32  # (g,) place of the side's groups in its orders
    group_names: tuple[str, ...]
    group_of_unit: I32  # (own,) position in ``groups``
    unit_names: tuple[str, ...]
    domain: I32  # (own,) Domain
    speed_max_mps: F64  # (own,)
    sensor_range_m: F64  # (own,) longest sensor
    weapon_range_m: F64  # (own,) longest offensive weapon, 0 when unarmed
    radio_range_m: F64  # (own,)
    weapon_domains: I32  # (own,) bits of the domains its weapons reach, 0 when unarmed
    is_one_way: I32  # (own,)
    is_interceptor: I32  # (own,)
    is_command_post: I32  # (own,)
    cost: F64  # (own,)
    start_m: F64  # (2, own) planned start positions
    host_group: I32  # (g,) position in ``groups`` of its host group, or -1
    task: I32  # (g,) task in the scenario file
    task_m: F64  # (2, g) its point
    task_radius_m: F64  # (g,)
    task_speed: F64  # (g,) share of the maximum speed, 0 = cruise
    task_spacing_m: F64  # (g,) 0 = the behaviour's own
    task_target: I32  # (g,) position in ``groups`` of the escorted group, or -1
    roe: I32  # (g,)
    bounds_m: tuple[float, float, float, float]  # west, east, south, north
    zone_names: tuple[str, ...]  # zones that apply to the side or to all, or are in its objectives; known minefields
    zone_kind: I32  # (z,)
    zone_centre_m: F64  # (2, z)
    zone_radius_m: F64  # (z,) of the circle with the same area
    zone_domains: I32  # (z,) bits of the domains that can be on some of its ground
    objective_kind: I32  # (o,) own objectives
    objective_zone: I32  # (o,) index into the zones, or -1
    objective_weight: F64  # (o,)
    objective_members: I32  # (o, own) 1 where the unit is listed in a protect or reach objective
    dt_s: float
    decision_s: float  # between its decisions
    duration_s: float
    intelligence: Intelligence = NOTHING_KNOWN  # knowledge about the others before the fight


class Policy(Protocol):
    """A batched commander."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Begin R = len(replication) fresh runs."""
        ...

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Write orders for the side's groups in all R replications. Called every decision interval."""
        ...


class _Decides(Protocol[_Picture_contra, _Orders_contra]):
    """The part of a policy of any kind that writes orders."""

    def decide(self, picture: _Picture_contra, orders: _Orders_contra, /) -> None: ...


def decide_by_clock(
    policy: _Decides[_Picture, _Orders],
    label: str,
    picture: _Picture,
    orders: _Orders,
    ticks: I64,
    dt_s: float,
    taken: Callable[[I64], _Picture],
    rows: I64 | None = None,
) -> None:
    """Let a policy of any kind write its orders: in one call if it reads clocks, else in a call for each clock.

    Parameters
    ----------
    label : its name in messages.
    orders : tables with an axis of replications, in a ``NamedTuple``.
    ticks : (R,) clocks of all replications.
    dt_s : length of a tick [s].
    taken : returns the picture of some replications.
    rows : replications to decide for, ascending; None: all. The orders of the others stay as they are.
    """
    rows = np.arange(len(ticks)) if rows is None else rows
    clocks = ticks[rows]
    reads_clocks = getattr(policy, "reads_clocks", False)
    for some in [rows] if reads_clocks else [rows[clocks == tick] for tick in np.unique(clocks)]:
        if not len(some):
            continue
        with policy_failures(label, f"at {ticks[some[0]] * dt_s:g} s"):
            if len(some) == len(ticks):
                policy.decide(picture, orders)
                continue
            part = type(orders)(*(np.ascontiguousarray(table[some]) for table in orders))
            policy.decide(taken(some), part)
        for table, written in zip(orders, part, strict=True):
            table[some] = written
