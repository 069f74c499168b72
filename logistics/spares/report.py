"""Stocks and their effect, as numbers, lines of text, plain data and a picture."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from logistics.drawing.chart import Line, Mark, line_chart
from logistics.spares.availability import supply_availability
from logistics.spares.files import SparesTable
from logistics.spares.optimiser import ItemStock, Purchase, buy
from logistics.spares.two_echelon import Method, StockResult, bias, evaluate
from logistics.tables.aligned import aligned, digits, per_cent
from simcore.types import F64


@dataclass(frozen=True)
class StockReport:
    """The effect of a stock.

    ``results``: of each item; ``bias``: relative errors of METRIC and VARI-METRIC in its backorders, (items, 2);
    ``backorders`` [units] and ``fill_rates`` of each base over all items, (bases,); ``availability``: share of systems
    that miss no part at each base, (bases,), None where their number is not known.
    """

    stocks: tuple[ItemStock, ...]
    results: tuple[StockResult, ...]
    bias: F64
    backorders: F64
    fill_rates: F64
    availability: F64 | None

    @property
    def cost(self) -> float:
        """Price of all spares."""
        return sum(stock.cost for stock in self.stocks)

    @property
    def total(self) -> float:
        """Backorders of all items at all bases [units]."""
        return float(self.backorders.sum())


def report_stock(table: SparesTable, stocks: tuple[ItemStock, ...]) -> StockReport:
    """Return the effect of a stock of the table's items."""
    results = tuple(evaluate(stock.item.echelons, stock.depot, stock.bases) for stock in stocks)
    n_items, n_bases = len(stocks), len(table.bases)
    holes, demands, met = np.zeros((n_items, n_bases)), np.zeros(n_bases), np.zeros(n_bases)
    for k, (stock, result, places) in enumerate(zip(stocks, results, table.places, strict=True)):
        for base, place, hole, fill in zip(
            stock.item.echelons.bases, places, result.backorders, result.fill_rates, strict=True
        ):
            holes[k, place] = hole
            demands[place] += base.demand
            met[place] += base.demand * fill
    errors = [
        [
            bias(stock.item.echelons, stock.depot, stock.bases, method, exact=result.total)
            for method in (Method.METRIC, Method.VARI_METRIC)
        ]
        for stock, result in zip(stocks, results, strict=True)
    ]
    return StockReport(
        stocks=stocks,
        results=results,
        bias=np.array(errors),
        backorders=holes.sum(axis=0),
        fill_rates=np.divide(met, demands, out=np.ones(n_bases), where=demands > 0.0),
        availability=None if table.systems is None else supply_availability(holes, table.systems, table.per_system),
    )


def stock_lines(table: SparesTable, report: StockReport) -> list[str]:
    """Return the effect of a stock as text."""
    rows = [
        (
            stock.item.name,
            str(stock.depot),
            _stocks_text(stock.bases),
            digits(stock.cost),
            digits(result.total),
            digits(result.depot_backorders),
            _signed(metric),
            _signed(vari_metric),
        )
        for stock, result, (metric, vari_metric) in zip(report.stocks, report.results, report.bias, strict=True)
    ]
    header = ("item", "depot", "bases", "cost", "backorders", "at depot", "METRIC errs", "VARI-METRIC")
    lines = aligned(header, rows)
    base_rows = [
        (
            name,
            digits(float(report.backorders[k])),
            per_cent(float(report.fill_rates[k])),
            "-" if report.availability is None else per_cent(float(report.availability[k]), 2),
        )
        for k, name in enumerate(table.bases)
    ]
    lines += ["", *aligned(("base", "backorders", "fill rate", "availability"), base_rows)]
    whole = f"all: {digits(report.total)} backorders, cost {digits(report.cost)}"
    if report.availability is not None and table.systems is not None:
        systems = np.array(table.systems, np.float64)
        whole += f", {per_cent(float(report.availability @ systems / systems.sum()), 2)} of systems miss no part"
    return [*lines, f"  {whole}"]


def purchase_lines(purchase: Purchase) -> list[str]:
    """Return how good a purchase is, as text."""
    left = purchase.budget - purchase.cost
    lines = [f"budget {digits(purchase.budget)}: {digits(purchase.cost)} spent, {digits(max(left, 0.0))} left"]
    if purchase.is_best:
        lines.append("no other stock within the budget has fewer backorders (searched)")
    else:
        lines.append(f"no stock within the budget has fewer than {digits(purchase.bound)} backorders (bound)")
    return lines


def as_json(table: SparesTable, report: StockReport, purchase: Purchase | None) -> dict[str, Any]:
    """Return a stock, its effect and the frontier as plain data. Times in the hours of the table."""
    items = [
        {
            "item": stock.item.name,
            "unit_cost": stock.item.unit_cost,
            "depot_stock": stock.depot,
            "cost": stock.cost,
            "backorders": result.total,
            "depot_backorders": result.depot_backorders,
            "depot_fill_rate": result.depot_fill_rate,
            "metric_bias": float(metric),
            "vari_metric_bias": float(vari_metric),
            "bases": [
                {
                    "base": table.bases[place],
                    "stock": stock.bases[k],
                    "backorders": float(result.backorders[k]),
                    "fill_rate": float(result.fill_rates[k]),
                    "wait": float(result.waits[k]),
                }
                for k, place in enumerate(places)
            ],
        }
        for stock, result, places, (metric, vari_metric) in zip(
            report.stocks, report.results, table.places, report.bias, strict=True
        )
    ]
    bases = [
        {
            "base": name,
            "backorders": float(report.backorders[k]),
            "fill_rate": float(report.fill_rates[k]),
            "availability": None if report.availability is None else float(report.availability[k]),
        }
        for k, name in enumerate(table.bases)
    ]
    found: dict[str, Any] = {"schema_version": 1, "cost": report.cost, "backorders": report.total}
    if purchase is not None:
        found |= {
            "spent": purchase.cost,
            "budget": purchase.budget,
            "bound": purchase.bound,
            "is_best": purchase.is_best,
        }
        found["frontier"] = [{"cost": float(c), "backorders": float(b)} for c, b in purchase.frontier.T]
    return {**found, "items": items, "bases": bases}


def draw(table: SparesTable, report: StockReport, purchase: Purchase | None, *, is_kept: bool) -> str:
    """Return backorders against cost as SVG text: the frontier, the stock, and the present stock beside it.

    With ``is_kept`` the cost is that of the spares on top of the present stock.
    """
    spent = report.cost if purchase is None else purchase.cost
    most = 1.5 * max(spent, purchase.budget if purchase else 0.0, table.items[0].unit_cost)
    wide = buy(table.items, most, present=table.present if is_kept else None)
    marks = [Mark(spent, report.total, "this stock" if purchase is None else "bought")]
    if purchase is not None and table.present is not None:
        before = report_stock(table, table.present)
        marks.append(Mark(0.0 if is_kept else before.cost, before.total, "present"))
    frontier = Line("fewest backorders (marginal analysis)", wide.frontier[0].tolist(), wide.frontier[1].tolist())
    label = "cost beside the present stock" if is_kept else "cost"
    return line_chart("Spares: backorders against cost", label, "backorders [units]", [frontier], marks)


def _stocks_text(stocks: tuple[int, ...]) -> str:
    return " ".join(str(stock) for stock in stocks[:12]) + (" ..." if len(stocks) > 12 else "")


def _signed(share: float) -> str:
    return "-" if math.isnan(share) else f"{100.0 * share:+.1f} %"
