"""``chammo maintenance spares`` on files and options."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from logistics.spares.palm import place_stock
from logistics.spares.two_echelon import Base, Echelons, evaluate
from simcore.errors import InputError
from tests.logistics.commands.conftest import Chammo

HEADER = "item,base,demand_per_y,repair_share,base_repair_d,order_and_ship_h,depot_repair_d,unit_cost,systems,stock\n"
ROWS = "pump,north,8.766,0.25,2,48,10,100,4,1\npump,south,17.532,0.5,1,24,10,100,6,1\nradio,north,4,0,0,0,5,30,4,0\n"


def test_times_in_hours_days_and_years_are_one_unit(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(HEADER + ROWS, encoding="utf-8")
    found = json.loads(chammo("maintenance", "spares", "items.csv", "--json"))
    bases = (Base(0.001, 0.25, 48.0, 48.0), Base(0.002, 0.5, 24.0, 24.0))
    exact = evaluate(Echelons(bases, 240.0), 0, [1, 1])
    pump = found["items"][0]
    assert [base["backorders"] for base in pump["bases"]] == pytest.approx(exact.backorders.tolist(), rel=1e-9)
    assert [base["wait"] for base in pump["bases"]] == pytest.approx(exact.waits.tolist(), rel=1e-9)
    radio = place_stock(4.0 / 8766.0, 120.0, 0).backorders
    assert found["backorders"] == pytest.approx(exact.total + radio, rel=1e-9)
    north = (1.0 - exact.backorders[0] / 4.0) * (1.0 - radio / 4.0)
    assert found["bases"][0]["availability"] == pytest.approx(north, rel=1e-9)
    assert found["bases"][1]["availability"] == pytest.approx(1.0 - exact.backorders[1] / 6.0, rel=1e-9)
    assert found["cost"] == 200.0


def test_a_budget_buys_a_better_stock_than_the_present_at_its_cost(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(HEADER + ROWS, encoding="utf-8")
    present = json.loads(chammo("maintenance", "spares", "items.csv", "--json"))
    bought = json.loads(chammo("maintenance", "spares", "items.csv", "--budget", "200", "--json", "--svg", "s.svg"))
    assert bought["cost"] <= 200.0
    assert bought["backorders"] <= present["backorders"]
    assert bought["is_best"]
    assert bought["frontier"][0]["cost"] == 0.0
    assert ElementTree.parse(tmp_path / "s.svg").getroot().tag.endswith("svg")
    text = chammo("maintenance", "spares", "items.csv", "--budget", "200")
    assert "no other stock within the budget has fewer backorders" in text
    assert "the present stock" in text


def test_a_budget_on_top_of_the_present_stock_keeps_it(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(HEADER + ROWS, encoding="utf-8")
    arguments = ("maintenance", "spares", "items.csv", "--keep", "--budget")
    none = json.loads(chammo(*arguments, "0", "--json"))
    assert (none["spent"], none["cost"]) == (0.0, 200.0)
    some = json.loads(chammo(*arguments, "130", "--json", "--svg", "s.svg"))
    assert (some["spent"], some["cost"]) == (130.0, 330.0)
    assert all(base["stock"] >= 1 for base in some["items"][0]["bases"])
    with pytest.raises(InputError, match="--keep: needs a present stock"):
        chammo("maintenance", "spares", "items.csv", "--keep")


def test_options_describe_an_item_at_equal_bases(chammo: Chammo) -> None:
    text = chammo(
        "maintenance", "spares", "--demand", "0.3", "--bases", "3", "--depot-repair", "1",
        "--order-and-ship", "0.1", "--depot-stock", "1", "--stock", "1",
    )  # fmt: skip
    assert "-37.1 %" in text  # the published bias of METRIC


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("pump,north,x,0,0,0,0,1,4,1\n", r"row 2: demand_per_y 'x': .*give a number from 0"),
        ("pump,north,-3,0,0,0,0,1,4,1\n", r"row 2: demand_per_y '-3'"),
        ("pump,north,nan,0,0,0,0,1,4,1\n", r"row 2: demand_per_y 'nan'"),
        ("pump,north,3,1.5,0,0,0,1,4,1\n", r"row 2: repair_share '1.5': .*from 0 to 1"),
        ("pump,north,3,0,0,0,0,0,4,1\n", r"row 2: unit_cost '0': .*above 0"),
        ("pump,north,3,0,0,0,0,1,4,1.5\n", r"row 2: stock '1.5': .*whole number"),
        ("pump,north,3,0,0,0,0,1,4\n", r"row 2: 9 cells where the header has 10"),
        (",north,3,0,0,0,0,1,4,1\n", r"row 2: no item; give a name"),
        ("pump,north,3,0,0,0,0,1,4,1\npump,north,3,0,0,0,0,1,4,1\n", r"row 3: pump at north a second time"),
        ("pump,north,3,0,0,0,0,1,4,1\npump,south,3,0,0,0,7,1,4,1\n", r"row 3: depot_repair differs .* of item pump"),
        ("pump,north,3,0,0,0,0,1,4,1\nfan,north,3,0,0,0,0,1,5,1\n", r"row 3: systems differs .* of base north"),
        ("", "no row below the header"),
        ('pump,"north,3,0,0,0,0,1,4,1\n', r"row 2: not CSV"),
    ],
)
def test_a_wrong_row_is_named_with_its_remedy(chammo: Chammo, tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "items.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        chammo("maintenance", "spares", "items.csv")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("item,demand_per_y,stok\n", "unknown column 'stok'; did you mean stock"),
        ("item,stock\n", "row 1: no column demand_per_h or demand_per_d or demand_per_y; add it"),
        ("item,demand_per_y,demand_per_y\n", "two columns named 'demand_per_y'"),
        ("item;demand_per_y\n", "no comma in the header"),
    ],
)
def test_a_wrong_header_is_named_with_its_remedy(chammo: Chammo, tmp_path: Path, header: str, message: str) -> None:
    (tmp_path / "items.csv").write_text(header + "pump,3,1\n"[: 5 + 2 * header.count(",")], encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("maintenance", "spares", "items.csv")


def test_all_wrong_rows_are_reported_at_once(chammo: Chammo, tmp_path: Path) -> None:
    rows = "".join(f"pump,b{k},-1,0,0,0,0,1,4,1\n" for k in range(30))
    (tmp_path / "items.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        chammo("maintenance", "spares", "items.csv")
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 10 more problems"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a FILE with items, or --demand"),
        (["missing.csv"], "no such file"),
        (["--demand", "1"], "no stock to look at"),
        (["--demand", "-1", "--stock", "1"], "demand -1"),
        (["--demand", "1", "--stock", "-1"], "below 0"),
        (["--demand", "1", "--bases", "0", "--stock", "1"], "--bases 0"),
        (["--demand", "1", "--depot-repair", "1", "--budget", "-5"], "budget -5"),
        (["--demand", "1e9", "--depot-repair", "1", "--budget", "5"], "check demands, times and their units"),
    ],
)
def test_wrong_options_are_refused(chammo: Chammo, arguments: list[str], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("maintenance", "spares", *arguments)
