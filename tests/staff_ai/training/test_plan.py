"""The plan of a training: the games that it stands for, and errors that show before anything is made."""

import pytest

from agents.doctrine import for_either_chair
from agents.environments.commander import CHOICES_A_GAME
from agents.environments.opponents import HELD_OUT, OF_THE_FILE, TRAINED_AGAINST
from scenarios.format.texts import library_names
from simcore.errors import InputError
from staff_ai.commands.train import named_doctrines
from staff_ai.training.plan import Plan


@pytest.mark.parametrize("name", library_names())
def test_every_scenario_of_the_library_can_be_trained_on(name: str) -> None:
    plan = Plan((name,))
    (settings,) = plan.settings
    assert settings.split == "train"
    assert 0.5 * CHOICES_A_GAME <= plan.steps_a_game <= 2 * CHOICES_A_GAME
    assert not set(HELD_OUT) & set(settings.opponents_in_play)


def test_several_scenarios_and_both_chairs_share_one_schema_and_choose_as_often_a_game() -> None:
    plan = Plan(("two-patrols", "harbour-swarm"), side="both")
    assert [(one.base.roster.scenario, one.side_index) for one in plan.settings] == [
        ("two-patrols", 0),
        ("two-patrols", 1),
        ("harbour-swarm", 0),
        ("harbour-swarm", 1),
    ]
    assert len({one.schema.digest for one in plan.settings}) == 1
    assert plan.interval_s is None
    for one in plan.settings:
        n_choices = one.base.briefings[0].duration_s / one.step_s
        assert 0.5 * CHOICES_A_GAME <= n_choices <= 2 * CHOICES_A_GAME
    assert {one.step_s for one in Plan(plan.scenarios, side="both", every_s=60.0).settings} == {60.0}


@pytest.mark.parametrize(
    ("name", "side", "has_own"),
    [("night-strait", "blue", False), ("strait-surveillance", "red", True)],
)
def test_the_policy_of_the_file_is_an_opponent_of_its_own_only_where_it_is_none_of_the_others(
    name: str, side: str, has_own: bool
) -> None:
    (settings,) = Plan((name,), side=side).settings
    assert settings.opponents_in_play == (*TRAINED_AGAINST, *((OF_THE_FILE,) if has_own else ()))


def test_the_library_is_trained_on_as_ranges_of_every_scenario_from_both_chairs() -> None:
    plan = Plan(("library",), side="both")
    names = [(one["scenario"], one["side"]) for one in plan.describe()["trained_on"]]
    assert len(set(names)) == len(names) == 2 * len(library_names())
    assert {scenario for scenario, _ in names} == set(library_names())
    assert all(one["ranges"] and one["variants"] > 1 for one in plan.describe()["trained_on"])
    assert len({one.schema.digest for one in plan.settings}) == 1


def test_the_digest_of_a_plan_changes_with_whatever_changes_the_weights() -> None:
    base = Plan(("two-patrols",))
    assert base.digest == Plan(("two-patrols",)).digest
    others = [Plan(("two-patrols",), seed=1), Plan(("two-patrols",), side="red"), Plan(("two-patrols",), hidden=(8,))]
    others += [Plan(("two-patrols",), opponents=("hold",)), Plan(("two-patrols-ranges",))]
    others += [Plan(("two-patrols",), doctrines=("cautious",))]
    assert len({base.digest, *(other.digest for other in others)}) == 7


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"scenarios": ()}, "names no scenario"),
        ({"scenarios": ("no-such",)}, "no-such"),
        ({"side": "green"}, "'green' does not fight in this scenario; give one of blue, red"),
        ({"opponents": (HELD_OUT[0],)}, "is held out for the test"),
        ({"every_s": 7.0}, "--every 7: two-patrols decides every .* give a multiple"),
        ({"every_s": -1.0}, "--every -1: no time"),
        ({"doctrines": ("trained:elsewhere",)}, "--doctrines: .* is no doctrine that comes with Chammo"),
        ({"doctrines": ("cautious", "cautious")}, "twice"),
        ({"rows": 0}, "--rows 0: out of range"),
        ({"seed": -1}, "--seed -1: out of range"),
        ({"learning_rate": 0.0}, "--learning-rate 0: out of range"),
        ({"learning_rate": float("nan")}, "--learning-rate nan: out of range"),
    ],
)
def test_a_wrong_plan_is_explained(keywords: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _ = Plan(**{"scenarios": ("two-patrols",), **keywords}).settings  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (None, ()),
        ("cautious, aggressive", ("cautious", "aggressive")),
        ("aggressive:speed=0.5,seek_km=20,hold", ("aggressive:speed=0.5,seek_km=20", "hold")),
        ("all", for_either_chair()),
    ],
)
def test_doctrines_are_named_on_the_command_line(text: str | None, names: tuple[str, ...]) -> None:
    assert named_doctrines(text) == names
    held_out = Plan(("two-patrols",), doctrines=names).settings[0]
    assert [choice.doctrine for choice in held_out.schema.action.choices if choice.doctrine] == list(names)
    assert not set(HELD_OUT) & set(held_out.opponents_in_play)


def test_another_vocabulary_is_another_plan_and_the_usual_is_not_described() -> None:
    base, targets = Plan(("two-patrols",)), Plan(("two-patrols",), vocabulary="targets")
    assert "vocabulary" not in base.describe()  # trainings begun before go on
    assert targets.describe()["vocabulary"] == "targets"
    assert targets.digest != base.digest
    assert targets.settings[0].schema.sizes.vocabulary == "targets"
