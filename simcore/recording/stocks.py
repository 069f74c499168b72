"""The table of stocks of a run folder."""

import numpy as np

from simcore.params import Params
from simcore.roster import Roster
from simcore.state import State
from simcore.stores import StoreR, StoreSpecW


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
