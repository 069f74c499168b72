"""Casualties in files, in the compiled parameters and in the warnings of a scenario."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from logistics.medical.accounting import AID_S, Casualties
from logistics.medical.timeline import trace_casualties
from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.medical import Aid, Mechanism, MedicalSideW, PersonKind, PersonR, PersonSpecW, PersonW
from simcore.params import RuleW
from simcore.simulation import Simulation
from simcore.state import UnitR
from simcore.types import EventKind
from tests.simcore.medical_worlds import Document, camp, column, injuries
from tests.simcore.test_casualties_in_battle import battle, meeting_document

MILD: Document = {"deterioration": {"law": "none"}}


def warnings_of(document: Document) -> list[str]:
    """Return the warnings of a document without its name."""
    return [text.split(": ", 1)[1] for text in compile_document(document).warnings]


def test_the_tables_of_a_run_agree_with_each_other(tmp_path: Path) -> None:
    case: Compiled = compile_document(
        camp(60, hours=2.0, first_aid={}, injuries=injuries(p_bleeding=0.5, p_at_once=0.2))
    )
    result = run_scenario(case, choose_policies(case.roster), seed=4, folder=tmp_path / "run")
    changes = pq.read_table(tmp_path / "run" / "casualties.parquet").to_pylist()
    people = {row["person"]: row for row in pq.read_table(tmp_path / "run" / "people.parquet").to_pylist()}
    assert result.manifest is not None
    assert len(people) > 30
    assert {row["person"] for row in changes} == set(people)
    for row in changes:
        assert row["unit"] == people[row["person"]]["unit"]
    for person, row in people.items():
        own = [change["change"] for change in changes if change["person"] == person]
        assert own[0] == "hurt"
        assert ("died" in own) == (row["health"] == "dead") == (row["death"] != "none")
        assert ("aided" in own) == (row["aid_s"] is not None)
        assert row["hurt_s"] >= 0.0
        assert row["role2_s"] is None
    times = [row["time_s"] for row in changes]
    assert times == sorted(times)


def test_measures_count_the_cases_of_a_person_who_is_hurt_again_as_the_events_have_them() -> None:
    document = camp(60, hours=12.0, per_1000_per_day=8000.0, injuries=injuries(severity=2.0), first_aid={}, **MILD)
    document["medical"]["duty"] = {"scene_h": 0.5}
    case = compile_document(document)
    run = Simulation(case.params, seed=3, record_events=True)
    run.advance(int(case.params.rules_whole[RuleW.N_TICKS]))
    end_s = 12.0 * 3600.0
    events = run.events()
    names = {int(kind): kind.name.lower() for kind in EventKind}
    columns = {
        "kind": np.array([names[int(kind)] for kind in events["kind"]]),
        "time_s": 10.0 * (events["tick"] + 1.0),
        **{name: events[name] for name in ("unit", "a", "b")},
    }
    cases = trace_casualties(columns, ["blue", "red"], end_s)
    aided = [one for one in cases if np.isfinite(one.aid_s)]
    assert len(cases) > 1.5 * len({one.person for one in cases})
    blue = Casualties(case.params, run.state, 0)
    assert blue.tally(MedicalSideW.WOUNDED).tolist() == [len(cases)]
    assert blue.reached(PersonR.AID_S).tolist() == [len(aided)]
    wait_s = sum(one.aid_s - one.hurt_s for one in aided)
    assert abs(blue.wait_s(PersonR.AID_S)[0] - wait_s) <= 10.0 * len(aided)  # events have the time of their tick
    for late in (-10.0, 10.0):
        due = sum(one.hurt_s + AID_S <= end_s + late for one in cases)
        assert np.sign(late) * (due - blue.due(PersonR.AID_S, AID_S)[0]) >= 0.0
    prompt = sum(one.aid_s - one.hurt_s < AID_S - 10.0 and one.hurt_s + AID_S <= end_s - 10.0 for one in aided)
    assert 0 <= blue.in_time(PersonR.AID_S, AID_S)[0] - prompt <= 2


def test_a_run_without_medical_support_has_no_such_tables(tmp_path: Path) -> None:
    document = camp(5, hours=0.2)
    del document["medical"]
    case = compile_document(document)
    run_scenario(case, choose_policies(case.roster), seed=4, folder=tmp_path / "run")
    assert not (tmp_path / "run" / "casualties.parquet").exists()
    assert not (tmp_path / "run" / "people.parquet").exists()


@pytest.mark.parametrize(
    ("weapon", "expected"),
    [
        ({}, Mechanism.BULLET),
        ({"guided": True}, Mechanism.BLAST),
        ({"fire": "area", "lethal_radius_m": 50, "cep_m": 5}, Mechanism.FRAGMENT),
        ({"injury": "burn"}, Mechanism.BURN),
    ],
)
def test_the_cause_of_an_injury_follows_from_the_weapon(weapon: Document, expected: Mechanism) -> None:
    document = meeting_document(0.5, is_protected=False)
    document["catalogue"]["weapons"]["cannon"] |= {"damage": 500.0, **weapon}
    document["medical"]["sickness"] = {}
    run = Simulation(compile_document(document).params, seed=3)
    run.advance(70)
    is_hurt = column(run, PersonW.WOUNDS) > 0
    assert is_hurt.any()
    assert set(column(run, PersonW.MECHANISM)[is_hurt].tolist()) == {int(expected)}


def test_a_loss_by_an_inject_hurts_by_blast_at_the_end_of_its_step() -> None:
    document = camp(3, hours=0.2)
    document["medical"]["sickness"] = {}
    document["injects"] = [{"at_s": 60, "kind": "lose", "who": ["camp"]}]
    run = Simulation(compile_document(document).params, seed=3)
    run.advance(20)
    assert (column(run, PersonW.MECHANISM)[0, :3] == Mechanism.BLAST).all()
    assert (column(run, PersonR.HURT_S)[0, :3] == 70.0).all()


def test_a_mine_hurts_as_a_mine() -> None:
    document = camp(1, hours=0.5)
    document["medical"]["sickness"] = {}
    document["groups"][0] = {
        "name": "truck",
        "side": "blue",
        "at_km": [5, 5],
        "task": {"verb": "move", "at_km": [8, 5]},
        "units": [{"platform": "truck", "people": 30}],
    }
    land = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 10, "toughness": 3}
    document["catalogue"]["platforms"]["truck"] = land
    document["minefields"] = [
        {
            "name": "belt",
            "side": "red",
            "rectangle": {"west_km": 6, "east_km": 7, "south_km": 4.9, "north_km": 5.1},
            "density_per_km2": 200,
            "domains": ["land"],
            "actuation_m": 50,
            "damage": 1,
            "p_hit": 1.0,
        }
    ]
    run = Simulation(compile_document(document).params, seed=3)
    run.advance(150)
    is_hurt = column(run, PersonW.WOUNDS) > 0
    assert is_hurt.any()
    assert set(column(run, PersonW.MECHANISM)[is_hurt].tolist()) == {int(Mechanism.MINE)}


def test_a_medic_of_another_unit_comes_if_he_is_near() -> None:
    for distance_km, expected in ((0.1, Aid.MEDIC), (5.0, Aid.BUDDY)):
        document = camp(30, hours=1.0, per_1000_per_day=2e4, first_aid={"medic_reach_m": 200}, **MILD)
        document["groups"].append(
            {
                "name": "medics",
                "side": "blue",
                "at_km": [5, 5 + distance_km],
                "units": [{"platform": "tents", "people": {"crew": 40, "medics": 40}}],
            }
        )
        run = Simulation(compile_document(document).params, seed=3)
        run.advance(360)
        of_camp = run.params.medical.people[PersonSpecW.UNIT] == run.params.medical.people[PersonSpecW.UNIT][0]
        aid = column(run, PersonW.AID)[0, of_camp]
        assert set(aid[aid > 0].tolist()) == {int(expected)}


def test_people_stand_by_unit_medics_first_then_crew_passengers_and_civilians() -> None:
    spec = compile_document(camp({"crew": 3, "medics": 1, "passengers": 2, "civilians": 2})).params.medical.people
    assert spec[PersonSpecW.NUMBER].tolist() == list(range(7))
    assert spec[PersonSpecW.IS_MEDIC].tolist() == [1, 0, 0, 0, 0, 0, 0]
    crew, riders, guests = PersonKind.CREW, PersonKind.PASSENGER, PersonKind.CIVILIAN
    assert spec[PersonSpecW.KIND].tolist() == [crew, crew, crew, riders, riders, guests, guests]


def test_names_change_draws_alone() -> None:
    def wounded(prefix: str) -> np.ndarray:
        document = battle(10)
        for group in document["groups"]:
            group["name"] = prefix + group["name"]
            for key in ("host", "spoofed_by"):
                if group.get(key):
                    group[key] = prefix + group[key]
            for key in ("escort", "target"):
                if group.get("task", {}).get(key):
                    group["task"][key] = prefix + group["task"][key]
        params = compile_document(document).params
        run = Simulation(params, seed=3, replications=range(60))
        run.advance(int(params.rules_whole[RuleW.N_TICKS]))
        return np.asarray(run.state.medical_sides.whole[:, MedicalSideW.WOUNDED, :2].sum(axis=1), dtype=float)

    first, second = wounded(""), wounded("z-")
    error = np.sqrt(first.var() / len(first) + second.var() / len(second))
    assert abs(first.mean() - second.mean()) <= 4.0 * error


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "has 5 people and no medical facility; give it a platform with `facility`"),
        (
            {"clinic": {"facility": {"role": 1}}},
            "has facilities and no way to them; give it a platform with `evacuation`",
        ),
        (
            {"clinic": {"facility": {"role": 1}}, "van": {"evacuation": {"litters": 1}}},
            "has transports, none of which has the task evacuate; give it to their group, or order it in the run",
        ),
        (
            {"clinic": {"facility": {"role": 1}}, "van": {"evacuation": {"seats": 4}, "task": {"verb": "evacuate"}}},
            "has no litters aboard its transports, so that who cannot sit is left behind; give a platform with litters",
        ),
        (
            {"clinic": {"facility": {"role": 1}}, "van": {"evacuation": {"litters": 1}, "task": {"verb": "evacuate"}},
             "unmanned": "none"},
            "has no transports but unmanned ones, which are used for nobody; give it manned ones, or "
            "medical.evacuation.unmanned light or all",
        ),
        (
            {"clinic": {"facility": {"role": 1}}, "van": {"evacuation": {"litters": 1}, "task": {"verb": "evacuate"}}},
            "",
        ),
    ],
)  # fmt: skip
def test_a_side_whose_casualties_cannot_be_cared_for_is_warned(change: Document, expected: str) -> None:
    change = dict(change)
    document = camp(5, per_1000_per_day=0.0)
    document["medical"]["sickness"] = {}
    document["medical"]["evacuation"] = {"unmanned": change.pop("unmanned", "all")}
    tents = document["catalogue"]["platforms"]["tents"]
    for name, parts in change.items():
        group = {"name": name, "side": "blue", "at_km": [6, 5], "units": [{"platform": name}]}
        if "task" in parts:
            group["task"] = parts["task"]
        document["catalogue"]["platforms"][name] = tents | {k: v for k, v in parts.items() if k != "task"}
        document["groups"].append(group)
    texts = [text for text in warnings_of(document) if text.startswith("groups:")]
    assert [text.split("'blue' ")[1] for text in texts] == ([expected] if expected else [])


@pytest.mark.parametrize(("bays", "is_warned"), [(1, True), (4, False)])
def test_more_patients_than_can_ever_be_treated_are_warned_of(bays: int, is_warned: bool) -> None:
    document = camp(1000)
    document["medical"]["sickness"] = {"disease_per_1000_per_day": 100.0}
    document["catalogue"]["platforms"]["tents"]["facility"] = {"role": 1, "bays": bays}
    document["catalogue"]["platforms"]["tents"]["people"] = None  # 72 a day and bay at 20 min
    assert any("grow for ever" in text for text in warnings_of(document)) == is_warned


@pytest.mark.parametrize(("theatres", "is_warned"), [(1, True), (4, False)])
def test_more_patients_than_can_ever_have_surgery_are_warned_of(theatres: int, is_warned: bool) -> None:
    document = camp(1000, injuries=injuries(severity=20.0), care={"p_surgery": [1.0, 0.0, 0.0]})
    document["medical"]["sickness"] = {"wounded_per_1000_per_day": 40.0}  # a table gives 24 a day at an hour each
    times = {"surgery": {"law": "fixed", "mean_min": 60.0}}
    fit = {"role": 2, "bays": 100, "theatres": theatres, "teams": 2 * theatres, "times": times}
    document["catalogue"]["platforms"]["tents"] |= {"facility": fit, "people": None}
    assert any("who need surgery" in text for text in warnings_of(document)) == is_warned


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([[20, 20]], ["no group with the task evacuate brings casualties to 'bridge'"]),
        ([[10, 10]], ["no transport takes casualties on from 'bridge', where they wait for ever"]),
        ([[10, 10], [20, 20]], []),
    ],
)
def test_exchange_points_that_lead_nowhere_are_warned_of(tasks: list[list[float]], expected: list[str]) -> None:
    document = camp(5, per_1000_per_day=0.0)
    document["medical"] = {
        "evacuation": {"exchange_points": [{"name": "bridge", "side": "blue", "at_km": [10, 10]}]},
    }
    tents = document["catalogue"]["platforms"]["tents"]
    document["catalogue"]["platforms"]["van"] = tents | {"evacuation": {"litters": 1}}
    document["groups"] += [
        {"name": f"vans-{k}", "side": "blue", "at_km": [6, 5], "units": [{"platform": "van"}],
         "task": {"verb": "evacuate", "at_km": at}}
        for k, at in enumerate(tasks)
    ]  # fmt: skip
    found = [text for text in warnings_of(document) if text.startswith("medical.evacuation.exchange_points[0]: ")]
    assert [text.split(": ")[1].split(";")[0] for text in found] == expected


def test_blood_and_both_clocks_stand_still_without_an_injury() -> None:
    document: dict[str, Any] = camp(20, hours=1.0)
    document["medical"]["sickness"] = {}
    run = Simulation(compile_document(document).params, seed=3)
    before = run.state.people.real.copy()
    run.advance(300)
    assert np.array_equal(run.state.people.real, before)
    assert (run.state.units.real[:, UnitR.STRENGTH] == 1.0).all()
