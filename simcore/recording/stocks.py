"""The table of stocks of a run folder."""

import numpy as np

from simcore.params import Params
from simcore.roster import Roster
from simcore.state import State
from simcore.stores import NO_SOURCE, ItemSpecR, ItemSpecW, StoreR, StoreSpecR, StoreSpecW, SupplyUnitR
from simcore.types import ItemKind


def has_stocks(params: Params) -> bool:
    """Return whether a scenario has stores."""
    return params.supply.stores.whole.shape[1] > 0


def stock_rows(params: Params, roster: Roster, state: State, row: int) -> dict[str, np.ndarray]:
    """Return the columns of ``stocks.parquet`` for a frame: the stores and cargoes of a replication."""
    whole, real = params.supply.stores.whole, state.stores.real[row]
    return {
        "store": np.arange(whole.shape[1]),
        "unit": whole[StoreSpecW.UNIT],
        "item": np.array(roster.items, dtype=object)[whole[StoreSpecW.ITEM]],
        "is_cargo": whole[StoreSpecW.IS_CARGO],
        "on_hand": real[StoreR.ON_HAND],
        "on_order": real[StoreR.ON_ORDER],
        "owed": real[StoreR.BACKORDERS] + real[StoreR.OWED],
        "issued": real[StoreR.ISSUED],
        "consumed": real[StoreR.CONSUMED],
        "sent": real[StoreR.SENT],
        "lost": real[StoreR.LOST],
        "reported": real[StoreR.REPORTED],
    }


def store_table(params: Params, roster: Roster) -> dict[str, np.ndarray]:
    """Return the columns of ``stores.parquet``: the constants of the stores and cargoes."""
    real, whole = params.supply.stores.real, params.supply.stores.whole
    unit, item, is_cargo = whole[StoreSpecW.UNIT], whole[StoreSpecW.ITEM], whole[StoreSpecW.IS_CARGO] == 1
    low, up_to = real[StoreSpecR.LOW], real[StoreSpecR.UP_TO]
    source = whole[StoreSpecW.SOURCE]
    kinds = params.supply.items.whole[ItemSpecW.KIND][item]
    is_ordered = ~is_cargo & np.isfinite(low) & np.isfinite(up_to) & (low >= 0.0)
    return {
        "store": np.arange(whole.shape[1]),
        "unit": unit,
        "item": np.array(roster.items, dtype=object)[item],
        "is_cargo": is_cargo,
        "mass_kg": params.supply.items.real[ItemSpecR.MASS_KG][item],
        "capacity": np.where(is_cargo, np.nan, real[StoreSpecR.CAPACITY]),
        "reorder_at": np.where(is_ordered, low, np.nan),
        "order_up_to": np.where(is_ordered, up_to, np.nan),
        "load_kg": np.where(is_cargo, params.supply.units.real[SupplyUnitR.CARGO_KG][unit], np.nan),
        "item_index": item,
        "kind": np.array([ItemKind(code).name.lower() for code in kinds], dtype=object),
        "source": np.where(is_cargo, NO_SOURCE, source),
        "lead_h": np.where(is_cargo | (source == NO_SOURCE), np.nan, real[StoreSpecR.LEAD_S] / 3600.0),
    }
