"""``chammo maintenance spares``: backorders of a stock, and the best stock for a budget."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from logistics.commands.named_command import NamedCommand
from logistics.commands.output import show

if TYPE_CHECKING:
    from logistics.spares.files import SparesTable

_EXAMPLES = """examples:
  cat > items.csv <<END
  item,base,demand_per_y,repair_share,base_repair_d,order_and_ship_d,depot_repair_d,unit_cost,systems,stock,depot_stock
  engine,north,4,0.2,3,5,40,90000,8,1,1
  engine,south,6,0.2,3,5,40,90000,12,1,1
  radio,north,9,0,0,4,25,8000,8,1,2
  radio,south,12,0,0,4,25,8000,12,1,2
  END
  chammo maintenance spares items.csv
  chammo maintenance spares items.csv --budget 500000 --svg spares.svg
  chammo maintenance spares items.csv --budget 100000 --keep
  chammo maintenance spares --demand 0.3 --bases 3 --depot-repair 1 --order-and-ship 0.1 --depot-stock 1 --stock 1

A row for each item at each base. Times end in _h, _d or _y, the demand in _per_h, _per_d or _per_y. repair_share: share
of failures repaired at the base. systems: systems at the base, for the availability; per_system: units in each. stock
and depot_stock: spares owned now. From a run folder (chammo maintenance spares runs/patrol): the parts demanded in the
run with the lead times of its stores; a price is 1, so that costs count pieces. Options in place of a file: any unit of
time, the same for all.
"""
_TIMES = ("base-repair", "order-and-ship", "depot-repair")


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo maintenance spares``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="CSV table of items at bases, or run folder")
    parser.add_argument(
        "--budget", type=float, metavar="COST", help="buy the stock with the fewest backorders for COST"
    )
    parser.add_argument("--keep", action="store_true", help="keep the present stock and buy on top of it")
    parser.add_argument("--demand", type=float, metavar="RATE", help="failures per unit of time at each base, no FILE")
    parser.add_argument("--bases", type=int, default=1, metavar="N", help="number of equal bases (default 1)")
    parser.add_argument("--repair-share", type=float, default=0.0, metavar="R", help="share repaired at the base (0)")
    for name in _TIMES:
        parser.add_argument(f"--{name}", type=float, default=0.0, metavar="T", help=f"mean time of {name} (0)")
    parser.add_argument("--stock", type=int, metavar="N", help="spares at each base")
    parser.add_argument("--depot-stock", type=int, metavar="N", help="spares at the depot")
    parser.add_argument("--unit-cost", type=float, default=1.0, metavar="COST", help="price of a spare (1)")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw backorders against cost into FILE too")


def execute(arguments: Namespace) -> int:
    """Run ``chammo maintenance spares``."""
    from logistics.spares.files import read_spares
    from logistics.spares.optimiser import buy
    from logistics.spares.report import as_json, draw, purchase_lines, report_stock, stock_lines
    from logistics.spares.run_folder import demand_lines, demands_json, read_run_spares
    from simcore.errors import InputError

    if (arguments.file is None) == (arguments.demand is None):
        raise InputError("spares: give a FILE with items, or --demand and the other numbers of an item; one of the two")
    run = None
    if arguments.file is None:
        table = _from_options(arguments)
    elif arguments.file.is_dir():
        run = read_run_spares(arguments.file)
        table = run.table
    else:
        table = read_spares(arguments.file)
    if arguments.budget is None and table.present is None:
        raise InputError("spares: no stock to look at; give stock and depot_stock, or --budget COST to buy one")
    if arguments.keep and (arguments.budget is None or table.present is None):
        raise InputError("--keep: needs a present stock and a --budget; give stock and depot_stock, and --budget COST")
    kept = table.present if arguments.keep else None
    purchase = None if arguments.budget is None else buy(table.items, arguments.budget, present=kept)
    stocks = purchase.stocks if purchase is not None else table.present or ()
    report = report_stock(table, stocks)

    def lines() -> list[str]:
        found = stock_lines(table, report)
        if purchase is not None:
            found = [*purchase_lines(purchase), "", *found]
            if table.present is not None:
                found += ["", "the present stock", *stock_lines(table, report_stock(table, table.present))]
        return found if run is None else [*demand_lines(run), "", *found]

    return show(
        arguments,
        draw=lambda: draw(table, report, purchase, is_kept=arguments.keep),
        data=lambda: as_json(table, report, purchase) | (demands_json(run) if run is not None else {}),
        lines=lines,
    )


def _from_options(arguments: Namespace) -> "SparesTable":
    """Return a table of a single item at equal bases."""
    from logistics.spares.files import SparesTable, stock_of
    from logistics.spares.optimiser import Item
    from logistics.spares.two_echelon import Base, Echelons
    from simcore.errors import InputError

    n = arguments.bases
    if not 1 <= n <= 1000:
        raise InputError(f"--bases {n}: out of range; give 1 to 1000")
    base = Base(arguments.demand, arguments.repair_share, arguments.base_repair, arguments.order_and_ship)
    item = Item("item", Echelons((base,) * n, arguments.depot_repair), arguments.unit_cost)
    present = None
    if arguments.stock is not None or arguments.depot_stock is not None:
        present = (stock_of(item, arguments.depot_stock or 0, [arguments.stock or 0] * n),)
    names = tuple(f"base {k + 1}" for k in range(n))
    return SparesTable((item,), names, (tuple(range(n)),), None, (1,), present)


SPARES = NamedCommand(
    name="spares",
    summary="compute backorders, fill rates and availability of a stock of spares, or buy the best for a budget",
    configure=configure,
    execute=execute,
)
