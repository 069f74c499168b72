"""``chammo maintenance policy`` on files and options."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from logistics.maintenance.age_replacement import best_age
from logistics.maintenance.crews import machine_repairman
from logistics.maintenance.lifetimes import WeibullLife
from simcore.errors import InputError
from tests.logistics.commands.conftest import Chammo

HEADER = "component,beta,eta_d,gamma_shape,gamma_scale_h,preventive_cost,failure_cost\n"


def test_the_published_optimum_is_found_from_options(chammo: Chammo) -> None:
    text = chammo("maintenance", "policy", "--weibull", "2.5,1000", "--preventive", "1", "--failure", "5")
    assert "replace at 493.05 h" in text
    assert "3.462" in text


def test_a_constant_hazard_is_not_replaced_early(chammo: Chammo) -> None:
    arguments = ("--weibull", "0.9,1000", "--preventive", "1", "--failure", "50")
    assert "run to failure" in chammo("maintenance", "policy", *arguments)
    found = json.loads(chammo("maintenance", "policy", *arguments, "--json"))["policies"][0]
    assert (found["age_h"], found["saving"], found["policy"]) == (None, 0.0, "run to failure")


def test_a_file_of_components_gives_each_its_policy(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "parts.csv").write_text(HEADER + f"rotor,2.5,{1000 / 24},,,1,5\nradio,,,1,300,1,5\n", encoding="utf-8")
    found = json.loads(chammo("maintenance", "policy", "parts.csv", "--json", "--svg", "p.svg"))["policies"]
    assert found[0]["age_h"] == pytest.approx(493.05, abs=0.01)
    assert found[1]["policy"] == "run to failure"
    assert found[1]["rate_per_h"] == pytest.approx(5.0 / 300.0)
    assert ElementTree.parse(tmp_path / "p.svg").getroot().tag.endswith("svg")


def test_the_best_of_several_inspection_intervals_is_taken(chammo: Chammo) -> None:
    common = ("--wear", "1,1,20", "--preventive", "1", "--failure", "5", "--inspection", "0.05", "--json")
    rates = [
        json.loads(chammo("maintenance", "policy", *common, "--interval", interval))["policies"][0]["rate_per_h"]
        for interval in ("1", "5")
    ]
    assert rates[0] == pytest.approx(0.113089, abs=1e-6)
    both = json.loads(chammo("maintenance", "policy", *common, "--interval", "1,5"))["policies"][0]
    assert both["rate_per_h"] == min(rates)


def test_downtimes_in_place_of_costs_give_the_availability(chammo: Chammo) -> None:
    text = chammo("maintenance", "policy", "--gamma", "1,100", "--preventive", "2", "--failure", "25", "--downtime")
    assert "80.000 %" in text  # 100 h up, 25 h down
    with pytest.raises(InputError, match="has wear"):
        chammo(
            "maintenance", "policy", "--wear", "1,1,9", "--interval", "1", "--preventive", "1", "--failure", "5",
            "--downtime",
        )  # fmt: skip


def test_crews_are_compared_with_their_costs(chammo: Chammo, tmp_path: Path) -> None:
    common = ("--machines", "10", "--crews", "1,2,3", "--mtbf", "50", "--mttr", "10")
    found = json.loads(chammo("maintenance", "policy", *common, "--json", "--svg", "c.svg"))
    wanted = [machine_repairman(10, c, 50.0, 10.0).availability for c in (1, 2, 3)]
    assert [row["availability"] for row in found["crews"]] == pytest.approx(wanted)
    text = chammo("maintenance", "policy", *common, "--down-cost", "100", "--crew-cost", "200")
    assert "least cost: 2 crews" in text  # 709, 640 and 780 an hour
    assert ElementTree.parse(tmp_path / "c.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("rotor,2.5,,,,1,5", "row 2: no eta for Weibull"),
        ("rotor,2.5,40,3,5,1,5", "row 2: Weibull and gamma; give beta and eta; or"),
        ("rotor,,,,,1,5", "row 2: no law; give beta and eta; or"),
        ("rotor,0,40,,,1,5", "row 2: beta '0': out of range"),
        ("rotor,2,40,,,0,5", "row 2: preventive_cost '0'"),
        ("rotor,2,40,,,1,", "row 2: no failure_cost; give a number above 0"),
        ("rotor,2,40,,,1,5\nrotor,2,40,,,1,5", "row 3: a second component named 'rotor'"),
    ],
)
def test_a_wrong_row_is_named_with_its_remedy(chammo: Chammo, tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "parts.csv").write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("maintenance", "policy", "parts.csv")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "give one of FILE, --weibull"),
        ("--weibull 2,10 --gamma 2,10", "give one of FILE, --weibull"),
        ("--weibull 2 --preventive 1 --failure 2", "--weibull 2: not 2 numbers"),
        ("--weibull 2,x --preventive 1 --failure 2", "--weibull 2,x: not 2 numbers"),
        ("--weibull 2,10", "give --preventive COST and --failure COST"),
        ("--weibull 2,-10 --preventive 1 --failure 2", "eta -10"),
        ("--weibull 2,10 --preventive 1 --failure nan", "failure replacement nan"),
        ("--wear 1,1,20 --preventive 1 --failure 2", "give --interval H"),
        ("--wear 1,1,20 --preventive 1 --failure 2 --interval 1e-9", "too short"),
        ("--machines 5", "give --mtbf H and --mttr H"),
        ("--machines 5 --mtbf 1 --mttr 1 --crews 0", "out of range"),
        ("--machines 5 --mtbf 1 --mttr 0", "mttr 0"),
        ("--machines 5 --mtbf 1 --mttr 1 --crew-cost 3", "give both or neither"),
    ],
)
def test_wrong_options_are_refused(chammo: Chammo, arguments: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("maintenance", "policy", *arguments.split())


def laws(folder: Path, **changes: object) -> None:
    """Write a file of fitted laws with two components, times in days."""
    components: dict[str, object] = {
        "rotor": {
            "exponential": {"rate": 0.02},
            "weibull": {"beta": 2.5, "eta": 1000 / 24},
            "gamma_process": {"a": 24.0, "b": 1.0, "limit": 20.0},
            "verdict": "replacing early can pay",
        },
        "radio": {"exponential": {"rate": 0.1}, "verdict": "too few failures"},
    }
    document = {"format": "chammo-lifetimes", "version": 1, "time_unit": "d", "components": components}
    (folder / "laws.json").write_text(json.dumps(document | changes), encoding="utf-8")


def test_fitted_laws_have_policies_in_hours_and_the_verdict_of_the_fit(chammo: Chammo, tmp_path: Path) -> None:
    laws(tmp_path)
    costs = ("--preventive", "1", "--failure", "5", "--inspection", "0.05")
    text = chammo("maintenance", "policy", "laws.json", *costs)
    assert "replace at 493.05 h" in text
    assert "rotor: replacing early can pay" in text
    assert re.search(r"radio +run to failure", text)
    found = json.loads(chammo("maintenance", "policy", "laws.json", *costs, "--json"))["policies"]
    assert found[1]["rate_per_h"] == pytest.approx(5.0 * 0.1 / 24.0)
    wear = json.loads(
        chammo("maintenance", "policy", "laws.json", *costs, "--interval", "1", "--component", "rotor", "--json")
    )
    assert [row["limit"] for row in wear["policies"]] == pytest.approx([15.8505], abs=1e-3)


def test_a_log_leads_to_a_policy(chammo: Chammo, tmp_path: Path) -> None:
    lives = [420.0, 610.0, 700.0, 815.0, 930.0, 1010.0, 1140.0, 1300.0]
    rows = "".join(f"u{k},{life},failure\n" for k, life in enumerate(lives))
    (tmp_path / "log.csv").write_text(f"unit,time_h,event\n{rows}", encoding="utf-8")
    fit = json.loads(chammo("maintenance", "fit", "log.csv", "--out", "laws.json", "--json", "--quiet"))
    (law,) = (part["weibull"] for part in fit["components"].values())
    wanted = best_age(WeibullLife(law["beta"], law["eta"]), 1.0, 9.0)
    found = json.loads(chammo("maintenance", "policy", "laws.json", "--preventive", "1", "--failure", "9", "--json"))
    assert found["policies"][0]["age_h"] == pytest.approx(wanted.age, rel=1e-9)
    assert wanted.age < 700.0


def test_cycles_stay_cycles(chammo: Chammo, tmp_path: Path) -> None:
    laws(tmp_path, time_unit="cycles")
    text = chammo("maintenance", "policy", "laws.json", "--preventive", "1", "--failure", "5")
    assert "cost / 1000 cycles" in text


@pytest.mark.parametrize(
    ("arguments", "changes", "message"),
    [
        ("--preventive 1 --failure 5 --component wing", {}, "it has rotor, radio"),
        ("", {}, "give --preventive COST"),
        ("--preventive 1 --failure 5", {"format": "other"}, "holds no fitted laws"),
        ("--preventive 1 --failure 5", {"components": {"x": {"verdict": "v"}}}, "exponential"),
    ],
)
def test_wrong_files_of_laws_are_refused(
    chammo: Chammo, tmp_path: Path, arguments: str, changes: dict[str, object], message: str
) -> None:
    laws(tmp_path, **changes)
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("maintenance", "policy", "laws.json", *arguments.split())
