"""Issues from stores: to tanks and magazines, and of spares for repairs."""

import math

from simcore.compiling.jit import formula, kernel
from simcore.kinds import Supply
from simcore.stores import StoreR, StoreSpecR, StoreSpecW, SupplyUnitW

_PARTS = 1024.0
"""Parts of a unit in which divisible items are moved: sums of such quantities are exact in any order."""


@formula
def movable(quantity: float, is_divisible: int) -> float:
    """Return the most that can be moved of a quantity: whole units, or whole parts of a unit of a divisible item."""
    if is_divisible == 1:
        return math.floor(quantity * _PARTS) / _PARTS
    return float(math.floor(quantity))


@kernel
def store_of(unit: int, item: int, supply: Supply) -> int:
    """Return the column of the store of an item on a unit, or -1."""
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, unit]
    for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, unit]):
        if supply.spec_whole[StoreSpecW.ITEM, c] == item:
            return c
    return -1


@kernel
def take_from_store(c: int, quantity: float, supply: Supply) -> float:
    """Issue up to ``quantity`` from store ``c`` to a consumer in the scenario; return the quantity issued.

    Whole units only, unless the item is divisible. Mutates stock and tallies of the store; does not count as a demand:
    see ``note_demand``.
    """
    taken = min(quantity, supply.real[StoreR.ON_HAND, c])
    if supply.spec_whole[StoreSpecW.IS_DIVISIBLE, c] == 0:
        taken = math.floor(taken)
    taken = max(taken, 0.0)
    supply.real[StoreR.ON_HAND, c] -= taken
    supply.real[StoreR.ISSUED, c] += taken
    return taken


@kernel
def note_demand(c: int, quantity: float, served: float, supply: Supply) -> None:
    """Count a demand on store ``c``, of which ``served`` came from stock at once: the basis of its fill rate."""
    supply.real[StoreR.DEMANDED, c] += quantity
    supply.real[StoreR.SERVED_AT_ONCE, c] += served


@kernel
def fill_stores(i: int, supply: Supply) -> None:
    """Fill the stores of unit ``i`` up to their levels from outside the scenario; its cargo stays as it is."""
    first = supply.unit_spec_whole[SupplyUnitW.STORE_FIRST, i]
    for c in range(first, first + supply.unit_spec_whole[SupplyUnitW.STORE_COUNT, i]):
        missing = supply.spec_real[StoreSpecR.UP_TO, c] - supply.real[StoreR.ON_HAND, c]
        if missing > 0.0:
            supply.real[StoreR.ON_HAND, c] += missing
            supply.real[StoreR.RECEIVED, c] += missing
