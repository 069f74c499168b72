"""``chammo network``: routes, bottlenecks and the cost of losses of a supply network."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from logistics.commands.named_command import NamedCommand
from logistics.commands.output import show

_EXAMPLES = """example:
  cat > nodes.csv <<END
  name,supply,demand,x_km,y_km
  port,100,,0,0
  north,,,30,30
  south,,,20,-15
  post,,60,45,0
  END
  cat > edges.csv <<END
  from,to,length_km,speed_kmh,capacity,risk
  port,north,60,60,40,0.1
  port,south,30,60,30,0.2
  north,south,10,40,15,0.3
  north,post,20,40,25,0.1
  south,post,15,30,20,0.2
  END
  chammo network edges.csv --nodes nodes.csv --unit t/day --lose 2 --svg network.svg

Nodes: name, supply, demand (per unit of time), x_km and y_km (for the picture). Edges: from, to, name, length_km,
speed_kmh, capacity (per unit of time and direction, empty for no limit, 0 for closed), risk (probability that it is
cut), two_way (yes or no, default yes). A JSON file has the lists "nodes" and "edges" with the same names. A run folder
(chammo network runs/patrol): the stores of the run and the ways on which carriers and shipments supplied them.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo network``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON file, CSV table of the edges, or run folder")
    parser.add_argument("--nodes", type=Path, metavar="FILE", help="CSV table of the nodes, with a table of edges")
    parser.add_argument("--unit", metavar="TEXT", help="unit of the quantities (default units; kg/day for a run)")
    parser.add_argument(
        "--lose", type=int, default=2, metavar="K", help="most edges to lose together (default 2; 0 for none)"
    )
    parser.add_argument(
        "--draws", type=int, default=20_000, metavar="N", help="draws of probabilities not computed (default 20000)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the draws (default 1)")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the network into FILE too")


def execute(arguments: Namespace) -> int:
    """Run ``chammo network``."""
    from logistics.network.files import read_network
    from logistics.network.run_folder import read_run_network, way_lines, ways_json
    from simcore.errors import InputError

    checks = (
        ("--lose", arguments.lose, 0, 100), ("--draws", arguments.draws, 100, 10_000_000),
        ("--seed", arguments.seed, 0, 2**63 - 1),
    )  # fmt: skip
    for name, value, low, high in checks:
        if not low <= value <= high:
            raise InputError(f"{name} {value}: out of range; give {low} to {high}")
    run = None
    if arguments.file.is_dir():
        if arguments.nodes is not None or arguments.unit is not None:
            raise InputError(f"{arguments.file}: a run has its own nodes in kg/day; leave --nodes and --unit out")
        run = read_run_network(arguments.file)
    network = read_network(arguments.file, arguments.nodes) if run is None else run.network
    unit = "kg/day" if run is not None else arguments.unit or "units"
    from logistics.network.analysis import analyse, as_json, report_lines

    report = analyse(network, arguments.lose, arguments.draws, arguments.seed)

    def picture() -> str:
        from logistics.network.picture import draw

        return draw(report, f"Supply network {arguments.file.stem}", unit)

    return show(
        arguments,
        draw=picture,
        data=lambda: as_json(report, unit) | (ways_json(run) if run is not None else {}),
        lines=lambda: [*([*way_lines(run), ""] if run is not None else []), *report_lines(report, unit)],
    )


NETWORK = NamedCommand(
    name="network",
    summary="find routes, bottlenecks, single points of failure and the cost of each loss in a supply network",
    configure=configure,
    execute=execute,
)
