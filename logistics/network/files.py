"""Supply networks from users' files: two CSV tables, or a JSON file with both."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from logistics.network.supply_network import Edge, Node, SupplyNetwork
from logistics.tables.columns import Column, Row, check_rows, raise_all, read_rows, read_text, unknown_names
from simcore.errors import InputError

NODE_COLUMNS = (
    Column("name", "text"),
    Column("supply", default=0.0),
    Column("demand", default=0.0),
    Column("x_km", default=math.nan, low=-math.inf),
    Column("y_km", default=math.nan, low=-math.inf),
)
EDGE_COLUMNS = (
    Column("from", "text"),
    Column("to", "text"),
    Column("name", "text", default=""),
    Column("length_km", default=0.0),
    Column("speed_kmh", default=math.inf, is_above=True),
    Column("capacity", default=math.inf),
    Column("risk", default=0.0, high=1.0),
    Column("two_way", "switch", default=True),
)


def read_network(file: Path, nodes_file: Path | None = None) -> SupplyNetwork:
    """Return the network of a file.

    Parameters
    ----------
    file
        A JSON file with ``nodes`` and ``edges``, lists of objects, or a CSV table of the edges.
    nodes_file
        A CSV table of the nodes, with a table of edges only.

    Raises
    ------
    InputError
        With every fault of the files, each with its row or entry.
    """
    if file.suffix.lower() == ".json":
        if nodes_file is not None:
            raise InputError(f"--nodes {nodes_file}: {file} has its own nodes; leave --nodes out")
        nodes, edges = _read_json(file)
    else:
        if nodes_file is None:
            raise InputError(f"{file}: a table of edges needs a table of nodes; give it with --nodes FILE")
        nodes, edges = read_rows(nodes_file, NODE_COLUMNS), read_rows(file, EDGE_COLUMNS)
    return _network(nodes, edges)


def _read_json(file: Path) -> tuple[list[Row], list[Row]]:
    try:
        content: object = json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: not JSON ({error!s:.200}); mend it") from None
    if not isinstance(content, dict):
        raise InputError(f"{file}: not an object; give one with the lists nodes and edges")
    document = cast("dict[str, Any]", content)
    problems = [
        f"{file}: unknown entry {name!r}; the entries are nodes and edges" for name in document.keys() - _ENTRIES
    ]
    raise_all(sorted(problems))
    return _rows(file, document, "nodes", NODE_COLUMNS), _rows(file, document, "edges", EDGE_COLUMNS)


_ENTRIES = {"nodes", "edges"}


def _rows(file: Path, document: Mapping[str, Any], name: str, columns: Sequence[Column]) -> list[Row]:
    entries: object = document.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in cast("list[object]", entries)):
        raise InputError(f"{file}: {name}: not a list of objects; give one object each")
    records = [(f"{file}: {name}[{k}]", entry) for k, entry in enumerate(cast("list[dict[str, Any]]", entries))]
    raise_all([fault for place, entry in records for fault in unknown_names(place, entry, columns)])
    return check_rows(records, columns)


def _network(nodes: Sequence[Row], edges: Sequence[Row]) -> SupplyNetwork:
    """Return the network. Faults between rows, such as an end that is no node, name their row."""
    problems: list[str] = []
    known = {row.text("name") for row in nodes}
    seen: dict[str, str] = {}
    for row in nodes:
        name = row.text("name")
        if name in seen:
            problems.append(f"{row.place}: a second node named {name!r}; give each its own name")
        seen[name] = row.place
        if ("x_km" in row.given) != ("y_km" in row.given):
            problems.append(f"{row.place}: x_km or y_km alone; give both or neither")
        if row.number("supply") > 0.0 and row.number("demand") > 0.0:
            problems.append(f"{row.place}: supply and demand; give the difference alone")
    names = _edge_names(edges)
    for row, name in zip(edges, names, strict=True):
        problems += [
            f"{row.place}: no node named {row.text(end)!r}; add the node or mend the name"
            for end in ("from", "to")
            if row.text(end) not in known
        ]
        if row.text("from") == row.text("to"):
            problems.append(f"{row.place}: leads from {row.text('from')} to itself; delete it or mend an end")
        if names.count(name) > 1 and "name" in row.given:
            problems.append(f"{row.place}: another edge named {name!r}; give each its own name")
        if ("length_km" in row.given) and "speed_kmh" not in row.given:
            problems.append(f"{row.place}: length_km without speed_kmh; give the speed too")
    raise_all(problems)
    return SupplyNetwork(
        tuple(_node(row) for row in nodes), tuple(_edge(row, name) for row, name in zip(edges, names, strict=True))
    )


def _edge_names(edges: Sequence[Row]) -> list[str]:
    """Return the names of the edges; one without a name has its ends', numbered where there are several."""
    names: list[str] = []
    taken = {row.text("name") for row in edges}
    for row in edges:
        name = row.text("name")
        if not name:
            ends = name = f"{row.text('from')}-{row.text('to')}"
            number = 1
            while name in taken:
                number += 1
                name = f"{ends} ({number})"
        taken.add(name)
        names.append(name)
    return names


def _node(row: Row) -> Node:
    place = (row.number("x_km"), row.number("y_km")) if "x_km" in row.given else None
    return Node(row.text("name"), row.number("supply"), row.number("demand"), place)


def _edge(row: Row, name: str) -> Edge:
    return Edge(
        name,
        row.text("from"),
        row.text("to"),
        row.number("length_km"),
        row.number("speed_kmh"),
        row.number("capacity"),
        row.number("risk"),
        bool(row.values["two_way"]),
    )
