"""``chammo medical plan`` on files and options."""

import json
import re
from pathlib import Path

import pytest

from simcore.errors import InputError
from tests.logistics.commands.conftest import Chammo

HEADER = (
    "formation,population,intensity,wia_per_1000_per_d,wia_sd_per_1000_per_d,disease_per_1000_per_d,first_day,days\n"
)


def _planned(chammo: Chammo, *arguments: str) -> dict[str, float]:
    found = json.loads(chammo("medical", "plan", *arguments, "--json"))
    return {row["key"]: row["mean"] for row in found["casualties"]}


def test_a_file_of_phases_adds_up(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "forces.csv").write_text(HEADER + "a,2000,,3,1,2,1,4\na,2000,,1,0,0.5,5,\nb,500,combat,,,,,\n")
    found = json.loads(chammo("medical", "plan", "forces.csv", "--days", "6", "--json"))
    means = {row["key"]: row["mean"] for row in found["casualties"]}
    assert means["wounded"] == pytest.approx(2 * 3 * 4 + 2 * 1 * 6 + 0.5 * 1.77 * 6)
    assert means["disease"] == pytest.approx(2 * 2 * 4 + 2 * 0.5 * 6 + 0.5 * 1.0 * 6)
    assert found["days"] == 10
    assert len(found["by_day"]) == 10
    assert found["by_day"][4]["wounded"]["mean"] == pytest.approx(2.0 + 0.5 * 1.77)
    assert found["by_day"][9]["wounded"]["mean"] == pytest.approx(2.0)


def test_killed_follow_from_the_share_among_the_killed_and_the_seriously_wounded(chammo: Chammo) -> None:
    means = _planned(chammo, "--population", "9000", "--set", "killed_share=0.2", "--set", "returned_share=0.4")
    serious = means["wounded"] - means["returned"]
    assert means["killed"] / (means["killed"] + serious) == pytest.approx(0.2)
    assert means["died_of_wounds"] / serious == pytest.approx(0.043)


def test_factors_of_a_file_give_way_to_those_of_the_options(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("name,value,source\nstress_per_wounded,0.5,our own\nt1_share,0.1,\n")
    means = _planned(chammo, "--population", "1000", "--factors", "f.csv", "--set", "t1_share=0.2")
    assert means["stress"] / means["wounded"] == pytest.approx(0.5)
    assert means["t1"] / means["wounded"] == pytest.approx(0.2)
    text = chammo("medical", "plan", "--population", "1000", "--factors", "f.csv", "--show-factors")
    assert re.search(r"stress_per_wounded\s+0\.5\s+1\s+given", text)
    assert re.search(r"t1_share\s+0\.25|t1_share\s+0\.1\s+1\s+given", text)


def test_places_at_hand_are_too_few_as_often_as_their_number_is_exceeded(chammo: Chammo) -> None:
    arguments = ("medical", "plan", "--population", "20000", "--days", "5", "--level", "0.9", "--json")
    number = next(
        need["number"] for need in json.loads(chammo(*arguments))["needs"] if need["key"] == "role2_intensive"
    )
    short = {}
    for at_hand in (number - 1, number):
        needs = json.loads(chammo(*arguments, "--have", f"role2_intensive={at_hand}"))["needs"]
        short[at_hand] = next(need["p_too_few"] for need in needs if need["key"] == "role2_intensive")
    assert short[number] <= 0.1 < short[number - 1]
    text = chammo("medical", "plan", "--population", "20000", "--have", "role2_tables=0")
    assert "grows" in text


def test_a_higher_level_asks_for_more(chammo: Chammo) -> None:
    totals = []
    for level in ("0.5", "0.9", "0.99"):
        found = json.loads(chammo("medical", "plan", "--population", "5000", "--level", level, "--json"))
        totals.append([need["number"] for need in found["needs"]])
    assert all(a <= b <= c for a, b, c in zip(*totals, strict=True))
    assert sum(totals[2]) > sum(totals[0])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a,-5,combat,,,,,\n", r"row 2: population '-5': .*whole number from 1"),
        ("a,10.5,combat,,,,,\n", r"row 2: population '10.5'"),
        ("a,100,hot,,,,,\n", r"row 2: intensity 'hot': no such intensity; give light, combat, heavy"),
        ("a,100,combat,2,,,,\n", r"row 2: intensity and wia_per_1000_per_d together"),
        ("a,100,,,,,,\n", r"row 2: no rate of wounded; give intensity or wia_per_1000_per_d"),
        ("a,100,,-1,,,,\n", r"row 2: wia_per_1000_per_d '-1'"),
        ("a,100,,0,1,,,\n", r"row 2: wia_sd_per_1000_per_d 1: more than 20 means; give 0, or a mean above 0"),
        ("a,100,,1,nan,,,\n", r"row 2: wia_sd_per_1000_per_d 'nan'"),
        ("a,100,combat,,,,0,5\n", r"row 2: first_day '0'"),
        ("a,100,combat,,,,360,30\n", r"row 2: ends on day 389; a plan has at most 366 days"),
        ("a,100,combat,,,,1,5\na,100,light,,,,5,5\n", r"row 3: a has days in common with row 2"),
        (",100,combat,,,,,\n", r"row 2: no formation; give a name"),
    ],
)
def test_a_wrong_row_is_named_with_its_remedy(chammo: Chammo, tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "forces.csv").write_text(HEADER + rows)
    with pytest.raises(InputError, match=message) as caught:
        chammo("medical", "plan", "forces.csv")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a FILE with formations, or --population"),
        (["missing.csv"], "no such file"),
        (["forces.csv", "--population", "5"], "one of the two"),
        (["forces.csv", "--intensity", "light"], "--intensity: the FILE has its own"),
        (["--population", "0"], "--population 0: out of range"),
        (["--population", "5", "--intensity", "hot"], "--intensity hot: no such intensity"),
        (["--population", "5", "--days", "0"], "--days 0: out of range"),
        (["--population", "5", "--level", "1"], "--level 1: out of range"),
        (["--population", "5", "--set", "killed"], "killed: not understood; write NAME=VALUE"),
        (["--population", "5", "--set", "killed_share=nan"], "not understood"),
        (["--population", "5", "--set", "kiled_share=0.1"], "unknown factor 'kiled_share'; did you mean killed_share?"),
        (["--population", "5", "--set", "killed_share=1"], "killed_share 1: nobody would be wounded"),
        (["--population", "5", "--set", "t1_share=-0.1"], "t1_share -0.1: out of range"),
        (["--population", "5", "--set", "t1_share=0.8", "--set", "t2_share=0.3"], "above 1; give shares"),
        (["--population", "5", "--set", "t1_share=0.5"], "returned_share 0.473: more than the share of T3, 0.25"),
        (["--population", "5", "--set", "surgery_low_min=500"], "surgery: time 8.33333 / 1.58333 / 3.5: not least"),
        (["--population", "5", "--set", "disease_to_role3_share=0.5"], "more than disease_to_role2_share"),
        (["--population", "5", "--have", "role2_table=1"], "did you mean role2_tables?"),
        (["--population", "5", "--have", "role2_tables=x"], "not a number from 0; write for example role2_tables=4"),
        (["--population", "5", "--have", "rest=1", "--have", "rest=2"], "--have rest: given twice"),
    ],
)
def test_wrong_options_are_refused(chammo: Chammo, arguments: list[str], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        chammo("medical", "plan", *arguments)


def test_wrong_files_of_factors_are_refused_with_all_faults(chammo: Chammo, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("name,value\nt1_share,0.1\nt1_share,0.2\nsurgery,3\n")
    with pytest.raises(InputError, match=r"row 3: t1_share a second time(.|\n)*row 4: unknown factor 'surgery'"):
        chammo("medical", "plan", "--population", "5", "--factors", "f.csv")
