"""Check of memory: the size of a replication and its largest part."""

import math

import numpy as np

from scenarios.compiler.units import Forces
from scenarios.format.schema.scenario import ScenarioFile
from simcore.event_kinds import Per, events_per_tick, most_per_tick
from simcore.params import MountSpecR, MountSpecW, Params, RuleR, RuleW
from simcore.state import Cells
from simcore.stores import StoreSpecW
from simcore.surroundings import MinefieldSpecW

MOST_BYTES = 1_000_000_000
"""Largest state of a replication, including its event buffer."""
_EVENTS_OF = {
    Per.SALVO: "salvoes",
    Per.INTERCEPT: "salvoes",
    Per.SOFT_KILL: "salvoes",
    Per.ORDER: "deliveries",
    Per.MINE: "mines",
    Per.SHIPMENT: "shipments",
    Per.PERSON: "people",
}
"""Parts of the state whose number determines the size of the event buffer."""
_FEW_COLUMNS = 100_000
"""A number of state columns far below ``MOST_BYTES``."""


def check_memory(content: ScenarioFile, forces: Forces, params: Params) -> list[str]:
    """Return a problem if a replication takes more than ``MOST_BYTES``: the largest part and its remedy."""
    if _columns_at_most(params) <= _FEW_COLUMNS:
        return []
    from simcore.events import EventW  # these imports load the engine's compiler
    from simcore.start import allocate

    state = allocate(params, [])  # zero replications: shapes without memory
    n_salvoes = state.salvoes.whole.shape[2]
    cells = {name: part for name, part in zip(state._fields, state, strict=True) if isinstance(part, Cells)}
    sizes = {name: _bytes_each(part.real) + _bytes_each(part.whole) for name, part in cells.items()}
    sizes["events"] = 2 * events_per_tick(params, n_salvoes) * len(EventW) * 4
    total = sum(sizes.values())
    if total <= MOST_BYTES:
        return []
    largest = max(sizes, key=lambda part: sizes[part])
    if largest == "events":
        most = most_per_tick(params, n_salvoes)
        largest = _EVENTS_OF.get(max(most, key=lambda per: most[per]), largest)
    where, advice = _advice(largest, forces, params, n_salvoes)
    return [f"{where}: a replication takes {total / 1e9:.3g} GB, above {MOST_BYTES / 1e9:g}, most of it for {advice}"]


def _bytes_each(array: np.ndarray) -> int:
    """Return the size of an entry of an array's first axis [bytes]."""
    return math.prod(array.shape[1:]) * array.itemsize


def _advice(largest: str, forces: Forces, params: Params, n_salvoes: int) -> tuple[str, str]:
    """Return the path in the file responsible for the largest part of the state, and the remedy."""
    match largest:
        case "mines":
            return "minefields", f"{int(params.minefields.whole[MinefieldSpecW.COUNT].sum())} mines; lay fewer"
        case "shipments":
            n_places = int(params.supply.stores.whole[StoreSpecW.SLOT_COUNT].sum())
            return "sustainment.stores", f"{n_places} shipments that can be under way; lower orders_at_most"
        case "people":
            n_people = params.medical.people.shape[1]
            return "groups", f"{n_people} people whose health is followed; take fewer units or smaller crews"
        case "groups" | "ways" | "deliveries":
            remedy = "orders that can be in transit; lengthen it, or shorten plan_interval_s and latencies"
            return "time.decision_interval_s", remedy
        case "status_reports":
            return "time.comms_interval_s", "reports that can be in transit; lengthen it, or shorten latencies"
        case "contact_reports":
            remedy = "contact reports that can be in transit; lengthen it, or shorten latencies and staff times"
            return "time.dt_s", remedy
        case "salvoes":
            weapon = int(params.mounts.whole[MountSpecW.WEAPON, int(np.argmax(_in_flight(params)))])
            remedy = (
                f"{n_salvoes} salvoes that can be in flight; give it faster rounds, less range or a longer reload_s"
            )
            return f"catalogue.weapons.{forces.order.weapons[weapon]}", remedy
        case _:
            n_units, n_sides = params.units.whole.shape[1], int(params.rules_whole[RuleW.N_SIDES])
            return "groups", f"{n_units} units and their pictures held by {n_sides} sides; take fewer units"


def _columns_at_most(params: Params) -> float:
    """Return an upper bound on the columns of the state of a replication."""
    rules = params.rules_whole
    n_units, n_groups = params.units.whole.shape[1], params.groups.whole.shape[1]
    others = rules[RuleW.N_SIDES] * n_units + params.mounts.whole.shape[1] + params.sensors.whole.shape[1]
    orders = float(rules[RuleW.ORDER_SLOTS]) * (2.0 * n_groups + n_units)
    reports = float(rules[RuleW.STATUS_SLOTS]) * n_units + float(rules[RuleW.REPORT_ROOM])
    shipments = float(params.supply.stores.whole[StoreSpecW.SLOT_COUNT].sum() + params.supply.stores.whole.shape[1])
    mines = float(params.minefields.whole[MinefieldSpecW.COUNT].sum())
    people = float(params.medical.people.shape[1])
    return float(others + orders + reports + shipments + mines + people + _in_flight(params).sum())


def _in_flight(params: Params) -> np.ndarray:
    """Return an upper bound on the salvoes of each mount in flight at once, disregarding its magazine."""
    mounts = params.mounts
    flight = mounts.real[MountSpecR.RANGE_MAX_M] / mounts.real[MountSpecR.ROUND_SPEED] / params.rules_real[RuleR.DT_S]
    flight = np.minimum(flight, params.rules_whole[RuleW.N_TICKS]) + 2.0
    return np.where(mounts.whole[MountSpecW.DOMAINS] != 0, np.ceil(flight / mounts.whole[MountSpecW.RELOAD]) + 1.0, 0.0)
