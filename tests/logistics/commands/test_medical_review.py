"""``chammo medical review`` on run folders."""

import json
from pathlib import Path
from typing import Any

import pytest

from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from scenarios.verification.checks.care_balance import Balance
from scenarios.verification.checks.medical_world import camp, fragment
from simcore.errors import InputError
from tests.logistics.commands.conftest import Chammo


def played(folder: Path, per_day: float = 4.0, *, has_people: bool = True) -> dict[str, Any]:
    """Play a camp without care for four hours into a folder, and return the measures of the run.

    Nobody returns to duty, so that nobody is hurt twice: the measures have the times of each person's last injury.
    """
    injuries = fragment({"shares": [0.3, 0.3, 0.2, 0.15, 0.05]}, p_bleeding=0.4, p_at_once=0.1)
    stays = {"scene_niss": 1.0}
    content = camp("camp", 60.0, 240, per_day, people=60, injuries=injuries, first_aid={}, duty=stays)
    if not has_people:
        del content["medical"]
    compiled = compile_document(content)
    run_scenario(compiled, choose_policies(compiled.roster), folder=folder)
    return json.loads((folder / "measures.json").read_text())["measures"]


def test_the_review_of_a_run_agrees_with_its_measures(chammo: Chammo, tmp_path: Path) -> None:
    measures = played(tmp_path / "run")
    found = json.loads(chammo("medical", "review", "run", "--json", "--svg", "dead.svg"))
    assert found["side"] == "blue"
    assert (found["hurt_by_enemy"], found["killed"]) == (measures["blue_casualties"], measures["blue_kia"])
    assert found["killed_at_once"] == measures["blue_killed_at_once"]
    assert found["rates"]["kia_share"]["value"] == pytest.approx(measures["blue_kia_share"])
    assert sum(row["deaths"] for row in found["phases"]) == len(found["dead"]) > 3
    assert sum(row["preventable"] for row in found["causes"]) == measures["blue_preventable_deaths"]
    aid = found["time_lines"][0]
    assert aid["in_time"]["of"] == measures["blue_aid_in_time"]
    for one in found["dead"]:
        assert sum(one["minutes"].values()) * 60.0 == pytest.approx(one["died_s"] - one["hurt_s"])
    assert (tmp_path / "dead.svg").read_text().startswith("<svg")
    assert "their denominators differ" in chammo("medical", "review", "run")


def test_the_flow_through_the_facilities_of_a_run_agrees_with_its_measures(chammo: Chammo, tmp_path: Path) -> None:
    compiled = compile_document(Balance(40, 4.0, hours=10.0).document())
    run_scenario(compiled, choose_policies(compiled.roster), folder=tmp_path / "run")
    measures = json.loads((tmp_path / "run" / "measures.json").read_text())["measures"]
    found = json.loads(chammo("medical", "review", "run", "--json"))
    flows = found["facilities"]
    dead_on_arrival = measures["blue_admitted"] - sum(flow["arrived"] for flow in flows)
    assert 0 <= dead_on_arrival <= sum(one["died_in"] == "on the way" for one in found["dead"])
    assert measures["blue_admitted"] > 20
    assert {flow["facility"]: flow["treatments"] for flow in flows} == {
        name: measures[f"blue_treatments_{name}"] for name in ("aid-post", "hospital")
    }
    for flow in flows:
        ends = ("died", "sent_on", "duty_or_left", "lost", "present")
        assert flow["arrived"] == sum(flow[name] for name in ends)


def test_a_run_without_people_or_without_a_casualty_is_refused(chammo: Chammo, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing: no such"):
        chammo("medical", "review", "nothing")
    played(tmp_path / "machines", has_people=False)
    with pytest.raises(InputError, match="no people in this run; play a scenario with the section medical"):
        chammo("medical", "review", "machines")
    played(tmp_path / "calm", per_day=1e-9)
    with pytest.raises(InputError, match="nobody is hurt in this run"):
        chammo("medical", "review", "calm")
