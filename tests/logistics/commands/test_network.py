"""``chammo network`` on tables and on JSON files."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from simcore.errors import InputError
from tests.logistics.commands.conftest import Chammo

NODES = "name,supply,demand\nport,100,\nnorth,,\nsouth,,\npost,,60\n"
EDGES = (
    "from,to,name,length_km,speed_kmh,capacity,risk\n"
    "port,north,north road,60,60,40,0.1\nport,south,south road,30,60,30,0.2\nnorth,south,cross road,10,40,15,0.3\n"
    "north,post,north track,20,40,25,0.1\nsouth,post,south track,15,30,20,0.2\n"
)


def write(folder: Path, nodes: str = NODES, edges: str = EDGES) -> None:
    (folder / "nodes.csv").write_text(nodes, encoding="utf-8")
    (folder / "edges.csv").write_text(edges, encoding="utf-8")


def from_tables(chammo: Chammo, *more: str) -> dict[str, Any]:
    return json.loads(chammo("network", "edges.csv", "--nodes", "nodes.csv", "--json", *more))


def test_the_answers_about_the_bridge(chammo: Chammo, tmp_path: Path) -> None:
    write(tmp_path)
    found = from_tables(chammo, "--svg", "n.svg")
    assert found["delivered"] == pytest.approx(45.0)
    assert found["bottleneck"] == {"edges": ["north track", "south track"], "supplies": [], "demands": []}
    post = found["places"][0]
    assert post["quickest"]["edges"] == ["south road", "south track"]
    assert post["safest"]["edges"] == ["north road", "north track"]
    assert (len(post["edge_disjoint"]), len(post["node_disjoint"])) == (2, 2)
    assert (post["single_edges"], post["single_nodes"]) == ([], [])
    p = 0.7 * (1.0 - 0.1 * 0.2) ** 2 + 0.3 * (1.0 - (1.0 - 0.81) * (1.0 - 0.64))
    assert post["connected"]["p"] == pytest.approx(p, rel=1e-12)
    assert [loss["edge"] for loss in found["losses"]][:2] == ["north track", "south track"]
    assert found["worst"][0] == {"edges": ["north track"], "delivered": 20.0, "bound": 20.0, "is_best": True}
    assert found["worst"][1]["delivered"] == 0.0
    picture = (tmp_path / "n.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert "south road" in picture


def test_a_json_file_gives_the_answers_of_the_tables(chammo: Chammo, tmp_path: Path) -> None:
    write(tmp_path)
    wanted = from_tables(chammo)
    names = ("from", "to", "name", "length_km", "speed_kmh", "capacity", "risk")
    edges = [dict(zip(names, line.split(","), strict=True)) for line in EDGES.splitlines()[1:]]
    document = {
        "nodes": [
            {"name": "port", "supply": 100},
            {"name": "north"},
            {"name": "south"},
            {"name": "post", "demand": 60},
        ],
        "edges": [
            {k: float(v) if k in names[3:] else v for k, v in edge.items()} | {"two_way": True} for edge in edges
        ],
    }
    (tmp_path / "network.json").write_text(json.dumps(document), encoding="utf-8")
    assert json.loads(chammo("network", "network.json", "--json")) == wanted


def test_the_table_names_the_only_road_of_a_place(chammo: Chammo, tmp_path: Path) -> None:
    write(
        tmp_path,
        "name,supply,demand\ndepot,10,\nford,,\npost,,6\nisland,,2\n",
        "from,to,length_km,speed_kmh\ndepot,ford,40,40\nford,post,10,5\n",
    )
    text = chammo("network", "edges.csv", "--nodes", "nodes.csv", "--unit", "t/day")
    assert "every route needs: depot-ford, ford-post, ford (node)" in text
    assert "island: no route from any supply" in text
    assert re.search(r"depot-ford +6 +6 +100\.0 % +- +post", text)


def test_demand_that_is_met_has_no_bottleneck(chammo: Chammo, tmp_path: Path) -> None:
    write(tmp_path, "name,supply,demand\na,10,\nb,,3\n", "from,to\na,b\n")
    assert "held down by: nothing, all demand is met" in chammo("network", "edges.csv", "--nodes", "nodes.csv")


def test_edges_without_names_are_named_after_their_ends(chammo: Chammo, tmp_path: Path) -> None:
    write(tmp_path, "name,supply,demand\na,10,\nb,,30\n", "from,to,capacity\na,b,2\na,b,3\n")
    assert from_tables(chammo)["flows"] == pytest.approx({"a-b": 2.0, "a-b (2)": 3.0})


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ("name,supply,demand\na,1,\nb,,1\n", "from,to\na,c\n", "edges.csv: row 2: no node named 'c'"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,to\na,a\n", "row 2: leads from a to itself"),
        ("name,supply,demand\na,1,\na,,1\n", "from,to\na,a\n", "nodes.csv: row 3: a second node named 'a'"),
        ("name,supply,demand\na,x,\nb,,1\n", "from,to\na,b\n", "nodes.csv: row 2: supply 'x'"),
        ("name,supply,demand\na,1,2\nb,,1\n", "from,to\na,b\n", "row 2: supply and demand"),
        ("name,supply,demand\na,1,\nb,,\n", "from,to\na,b\n", "no node has a demand"),
        ("name,supply,demand,x_km\na,1,,3\nb,,1,\n", "from,to\na,b\n", "row 2: x_km or y_km alone"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,to,risk\na,b,2\n", "row 2: risk '2'"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,to,two_way\na,b,maybe\n", "row 2: two_way 'maybe'"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,to,length_km\na,b,5\n", "row 2: length_km without speed_kmh"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,to,name\na,b,x\nb,a,x\n", "another edge named 'x'"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,too\na,b\n", "unknown column 'too'; did you mean to?"),
        ("name,supply,demand\na,1,\nb,,1\n", "from,to,speed_kmh\na,b,0\n", "speed_kmh '0': out of range"),
    ],
)
def test_a_wrong_row_is_named_with_its_remedy(
    chammo: Chammo, tmp_path: Path, nodes: str, edges: str, message: str
) -> None:
    write(tmp_path, nodes, edges)
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        from_tables(chammo)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"nodes": [], "roads": []}', "unknown entry 'roads'"),
        ('{"nodes": [{"name": "a"}]}', "edges: not a list of objects"),
        (
            '{"nodes": [{"name": "a", "suply": 1}], "edges": []}',
            "nodes[0]: unknown column 'suply'; did you mean",
        ),
        ('{"nodes": [{"supply": 1}], "edges": []}', "nodes[0]: no name; give a name"),
        ('{"nodes": [{"name": "a", "supply": true}], "edges": []}', "nodes[0]: supply 'True'"),
    ],
)
def test_a_wrong_json_file_is_refused_with_its_place(
    chammo: Chammo, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "network.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("network", "network.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["edges.csv"], "give it with --nodes FILE"),
        (["edges.csv", "--nodes", "nodes.csv", "--lose", "-1"], "--lose -1"),
        (["edges.csv", "--nodes", "nodes.csv", "--draws", "1"], "--draws 1"),
        (["edges.csv", "--nodes", "missing.csv"], "missing.csv: no such file"),
        (["edges.csv", "--nodes", "nodes.csv", "--svg", "no/folder.svg"], "does not exist"),
    ],
)
def test_wrong_options_are_refused(chammo: Chammo, tmp_path: Path, arguments: list[str], message: str) -> None:
    write(tmp_path)
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("network", *arguments)
