"""Question files: every problem at once, with its place and a remedy, before any run."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.format.yaml_text import write_yaml
from simcore.errors import InputError, ScenarioError
from staff_ai.procurement.load import load_question, question_names
from tests.simcore.small_worlds import skirmish

GROUND = next(group["name"] for group in skirmish()["groups"] if group["side"] == "blue")
LEVERS: list[dict[str, Any]] = [
    {
        "name": "guns",
        "levels": {"few": {}, "many": {"sides.blue.roe_limit": "hold"}},
        "now": "few",
        "cost": {"choice": {"many": {"low": 1, "likely": 2, "high": 4, "per_year": 0.1}}},
    },
    {"name": "doctrine", "path": "blue", "levels": ["hold", "cautious"]},
]
UNCERTAINTIES: list[dict[str, Any]] = [
    {"name": "sight", "path": "environment.visibility_km", "low": 1, "high": 5},
    {"name": "enemy", "path": "red", "levels": ["hold", "assault"], "weights": [2, 1], "enemy_chooses": True},
]


def write(folder: Path, **keys: Any) -> str:
    """Write a question beside its scenario and return its path."""
    scenario = folder / "bridge.yaml"
    scenario.write_text(write_yaml(skirmish(time={"dt_s": 5, "duration_s": 300})))
    content: dict[str, Any] = {
        "procurement": "bridge",
        "scenario": "bridge.yaml",
        "levers": LEVERS,
        "uncertainties": UNCERTAINTIES,
        "measures": [{"name": "blue_score", "at_least": 0.5}],
        "budget": {"amount": 5},
        "runs": 1000,
        "finalists": 2,
    }
    path = folder / "question.yaml"
    path.write_text(write_yaml({**content, **keys}))
    return str(path)


def lever(**keys: Any) -> list[dict[str, Any]]:
    return [{**LEVERS[0], **keys}, LEVERS[1]]


def test_a_valid_question_is_resolved(tmp_path: Path) -> None:
    question = load_question(write(tmp_path))
    guns, doctrine = question.levers
    assert [guns.is_conduct, doctrine.is_conduct] == [False, True]  # what costs nothing is conduct
    assert question.costs([(1, 0)]).tolist() == [[2.0, 3.0, 5.0]]  # ten years of upkeep in each
    assert question.status_quo == (0, 0)
    assert question.effect.is_share
    assert (question.effect.better, question.effect.threshold) == ("more", 0.5)
    assert question.uncertainties[1].cell(0.6) == "hold"
    assert question.uncertainties[1].cell(0.7) == "assault"


def test_units_in_service_are_free_and_others_have_their_price(tmp_path: Path) -> None:
    count = {"name": "posts", "path": f"groups.{GROUND}.count", "low": 1, "high": 4, "cost": {"each": 2.0}}
    have = load_question(write(tmp_path, levers=[count])).levers[0]
    now = have.levels[have.now].cell
    assert [p.likely for p in have.prices] == [max(0.0, 2.0 * (k + 1 - float(now))) for k in range(4)]
    bought = load_question(write(tmp_path, levers=[{**count, "cost": {"each": 2.0, "have": 0}}], budget={"amount": 9}))
    assert [p.likely for p in bought.levers[0].prices] == [2.0, 4.0, 6.0, 8.0]


@pytest.mark.parametrize(
    ("keys", "problems"),
    [
        ({"levers": lever(kost=1)}, ["levers[0].kost: unknown key; did you mean `cost`?"]),
        ({"budgett": 1}, ["budgett: unknown key; did you mean `budget`?"]),
        ({"scenario": "brigde.yaml"}, ["scenario: ", "no such file or library scenario"]),
        ({"levers": lever(now="lots")}, ["levers[0].now: lots of the status quo is none of the levels"]),
        (
            {"levers": lever(cost={"choice": {"mny": 1}})},
            ["levers[0].cost.choice.mny: no such level; did you mean `many`?", "no price for many; give one, or 0"],
        ),
        ({"levers": lever(cost={"each": 1})}, ["levers[0].cost.each: the levels are no numbers of units"]),
        (
            {"levers": lever(cost={"choice": {"many": {"low": 3, "likely": 2}}})},
            ["low 3, likely 2, high 2 are not in this order"],
        ),
        ({"levers": lever(decided="conduct")}, ["levers[0]: conduct has no cost"]),
        (
            {"levers": [{"path": f"groups.{GROUND[:-1]}.count", "low": 1, "high": 2}]},
            [f"levers[0].path: groups.{GROUND[:-1]}.count: ", f"did you mean `groups.{GROUND}`?"],
        ),
        (
            {"levers": [{"path": f"groups.{GROUND}.count", "low": 7, "high": 9}]},
            ["levers[0].now: ", "of the status quo is outside 7 to 9; widen the range"],
        ),
        (
            {"levers": [*LEVERS, {"name": "again", "path": "blue", "levels": ["hold", "idle"]}]},
            ["blue is set by doctrine as well, and one would undo the other"],
        ),
        ({"levers": [*LEVERS, LEVERS[1]]}, ["levers[2].name: doctrine is given twice"]),
        (
            {"levers": [{"path": "blue", "levels": ["hold", "cautius"]}]},
            ["levers[0].levels: blue=cautius: ", "policy 'cautius': unknown; did you mean 'cautious'?"],
        ),
        (
            {"levers": [*LEVERS, {"path": "title", "levels": ["a", "b"], "now": "a"}]},
            ["title: all its levels make the same fight; vary another value"],
        ),
        (
            {"uncertainties": [{**UNCERTAINTIES[1], "weights": [1]}]},
            ["uncertainties[0]: 1 weights for 2 levels; give one for each level"],
        ),
        (
            {"uncertainties": [{**UNCERTAINTIES[0], "enemy_chooses": True}]},
            ["uncertainties[0]: the enemy chooses among levels"],
        ),
        (
            {"uncertainties": [{"path": "red", "levels": ["hold", "assault"], "name": "doctrine"}]},
            ["uncertainties[0].name: doctrine is given twice"],
        ),
        ({"measures": [{"name": "blue_skore"}]}, ["measures[0].name: no such measure; did you mean `blue_score`?"]),
        ({"measures": [{"name": "blue_loss_exchange_ratio"}]}, ["measures[0].name: a ratio of sums has no value"]),
        (
            {"measures": [{"name": "blue_score", "at_least": 1, "at_most": 2}]},
            ["measures[0]: a threshold has one side"],
        ),
        ({"budget": {"amount": 0}}, ["budget.amount: 0 is below"]),
        ({"runs": 400}, ["runs: 400 are too few for", "give at least"]),
        ({"measures": []}, ["measures: it has 0 entries and needs at least 1"]),
    ],
)
def test_a_question_that_is_wrong_is_refused_with_its_place(
    tmp_path: Path, keys: dict[str, Any], problems: list[str]
) -> None:
    path = write(tmp_path, **keys)
    with pytest.raises((ScenarioError, InputError)) as caught:
        load_question(path)
    text = str(caught.value)
    for problem in problems:
        assert problem in text
    assert "question.yaml" in text
    assert "Traceback" not in text


def test_all_problems_are_reported_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        levers=[{"path": "blue", "levels": ["hold", "cautious"]}, {"pth": "blue"}],
        uncertainties=[{"path": "environment.visbility_km", "low": 1, "high": 2}],
        measures=[{"name": "blue_skore"}],
        budget={"amount": -1},
    )
    with pytest.raises(ScenarioError) as caught:
        load_question(path)
    lines = str(caught.value).splitlines()
    for word in ("levers[1].pth", "uncertainties[0].path", "measures[0].name", "budget.amount"):
        assert sum(word in line for line in lines) == 1
    numbers = [int(line.rpartition("(line ")[2].rstrip(")")) for line in lines]
    assert numbers == sorted(numbers)


def test_an_unknown_question_of_the_library_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean `harbour-defence`"):
        load_question("harbor-defence")
    assert "harbour-defence" in question_names()


def test_a_file_that_is_no_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("- 1\n")
    with pytest.raises(ScenarioError, match="the file is not a mapping; start with `procurement: NAME`"):
        load_question(str(path))


@pytest.mark.parametrize("name", question_names())
def test_the_questions_of_the_library_are_valid_and_within_their_runs(name: str) -> None:
    from staff_ai.procurement.effort import plan_effort

    question = load_question(name)
    assert 0.8 * question.runs <= plan_effort(question).total <= question.runs
    assert any(lever.is_conduct for lever in question.levers)
    assert any(one.enemy_chooses for one in question.uncertainties)


def test_crews_maintenance_policies_and_spares_are_levers_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "patrol.yaml"
    path.write_text(
        write_yaml(
            {
                "procurement": "patrol",
                "scenario": "fortnight-patrol",
                "levers": [
                    {"name": "crews", "path": "sustainment.workshops.airfield-workshop.crews", "levels": [1, 2, 4],
                     "kind": "crew", "cost": {"each": 1}},
                    {"name": "engines", "path": "sustainment.stores.0.items.engine.capacity", "levels": [1, 3, 5],
                     "kind": "spares", "cost": {"each": 0.4}},
                    {"name": "policy", "path": "sides.blue.maintenance", "kind": "maintenance",
                     "levels": ["run-to-failure", "age-replacement"], "now": "run-to-failure"},
                ],
                "measures": [{"name": "blue_score"}],
                "budget": {"amount": 5},
            }
        )
    )  # fmt: skip
    question = load_question(str(path))
    assert question.status_quo == (1, 1, 0)
    assert question.costs([(2, 2, 1)])[0, 1] == pytest.approx(2.0 + 0.8)


def test_the_question_of_the_how_to_is_valid(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/procure.md").read_text(encoding="utf-8")
    path = tmp_path / "question.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```")[0])
    question = load_question(str(path))
    assert [lever.is_conduct for lever in question.levers] == [False, False, True]
    assert question.uncertainties[1].enemy_chooses
