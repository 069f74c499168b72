"""A single place with one-for-one repair: Palm's theorem.

The number in repair is Poisson with mean demand × mean repair time, whatever the law of the repair time, where
repairs are independent and never wait for each other. Source: Palm (1938); Sherbrooke (2004), section 2.3.
"""

from dataclasses import dataclass

from logistics.spares.laws import check_from_zero, expected_backorders, fill_rates, poisson


@dataclass(frozen=True)
class PlaceStock:
    """A stock at a single place.

    ``pipeline``: mean number in repair [units]; ``backorders``: mean number of unmet demands [units]; ``fill_rate``:
    share of demands met from the shelf; ``wait``: mean wait of a demand [unit of time], 0 without demand.
    """

    stock: int
    pipeline: float
    backorders: float
    fill_rate: float
    wait: float


def place_stock(demand: float, repair_time: float, stock: int) -> PlaceStock:
    """Return backorders and fill rate of a stock.

    Parameters
    ----------
    demand
        Failures per unit of time.
    repair_time
        Mean time from failure to a spare on the shelf [unit of time].
    stock
        Spares that are owned, on the shelf or in repair.

    Raises
    ------
    InputError
        If an argument is negative or not finite.
    """
    check_from_zero({"demand": demand, "repair time": repair_time, "stock": stock})
    law = poisson(demand * repair_time)
    backorders = float(expected_backorders(law, stock)[stock])
    return PlaceStock(
        stock=stock,
        pipeline=demand * repair_time,
        backorders=backorders,
        fill_rate=float(fill_rates(law, stock)[stock]),
        wait=backorders / demand if demand > 0.0 else 0.0,
    )
