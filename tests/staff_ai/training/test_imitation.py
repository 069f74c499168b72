"""Labels of a warm start: the choice whose order is that of the doctrine."""

from dataclasses import replace

import numpy as np
import pytest

from agents.environments.schema import Sizes
from agents.environments.settings import Settings
from agents.environments.view import SideView
from simcore.errors import InputError
from simcore.observation_columns import Verb
from simcore.orders import OrderW, empty_orders
from simcore.policy_registry import find_policy
from staff_ai.games.play import play_games
from staff_ai.training.imitation import gather_examples, label_orders
from staff_ai.training.teachers import HINDSIGHT, SCHEDULE, Teacher, check_teacher, find_teacher, first_game
from tests.agents.environments.games import SHORT
from tests.agents.synthetic import busy_picture

SETTINGS = Settings(SHORT, side="blue", opponents=("hold", "cautious"), step_decisions=2)


def test_the_label_of_an_order_is_the_choice_that_it_came_from() -> None:
    view = SideView(SETTINGS.schema, SHORT.briefings[0])
    picture = busy_picture(SHORT.briefings[0], 6, n_contacts=12)
    tables = view.look(picture)
    n_slots = SETTINGS.schema.sizes.groups
    rng = np.random.default_rng(1)
    for _ in range(20):
        chosen = np.where(tables.mask, rng.random(tables.mask.shape), -1.0).argmax(axis=2)
        orders = empty_orders(6, len(SHORT.roster.groups))
        view.order(chosen, tables, orders)
        labels = label_orders(view, tables, orders)
        again = empty_orders(6, len(SHORT.roster.groups))
        view.order(labels, tables, again)
        # two choices may stand for one order: the orders are equal, whatever they are called
        np.testing.assert_array_equal(again.whole[:, OrderW.TASK], orders.whole[:, OrderW.TASK])
        np.testing.assert_array_equal(again.real[:, :2], orders.real[:, :2])
        assert labels.shape == (6, n_slots)


def test_no_order_is_the_choice_to_go_on_and_an_order_like_none_has_no_label() -> None:
    view = SideView(SETTINGS.schema, SHORT.briefings[0])
    picture = busy_picture(SHORT.briefings[0], 1, n_contacts=3)
    tables = view.look(picture)
    orders = empty_orders(1, len(SHORT.roster.groups))
    assert SETTINGS.schema.action.choices[0].verb == Verb.CONTINUE
    assert (label_orders(view, tables, orders)[:, : len(view.slots)] == 0).all()
    orders.whole[:, OrderW.ISSUED] = 1
    orders.whole[:, OrderW.TASK] = 99
    assert (label_orders(view, tables, orders)[:, : len(view.slots)] == -1).all()


def test_examples_of_a_doctrine_are_legal_choices() -> None:
    found = gather_examples(SETTINGS, SETTINGS.step_s, Teacher("short", "blue", "aggressive"), 4)
    labelled = found.labels >= 0
    allowed = np.take_along_axis(found.mask, np.maximum(found.labels, 0)[:, :, None], axis=2)[:, :, 0]
    assert allowed[labelled].all()
    assert found.share > 0.3
    assert len(found.labels) == len(found.mask) == len(found.seen["groups"])
    assert (found.labels > 0).any()


def test_the_label_of_a_doctrine_among_the_choices_is_that_choice() -> None:
    sizes = Sizes.of([SHORT.briefings[0]], doctrines=("cautious", "aggressive"))
    settings = replace(SETTINGS, sizes=sizes)
    teacher = find_teacher(settings, settings.step_s, "aggressive", 1, 1, 0)
    found = gather_examples(settings, settings.step_s, teacher, 3)
    last = settings.schema.action.n_choices - 1
    np.testing.assert_array_equal(found.labels, np.where(found.mask[:, :, last], last, 0))
    assert found.share == 1.0


def test_examples_of_a_schedule_are_its_rows_and_the_choice_to_continue_where_they_are_illegal() -> None:
    """An illegal choice gives no order; without a label there, the network would be free to give one."""
    n_slots, n_choices = SETTINGS.schema.sizes.groups, SETTINGS.schema.action.n_choices
    rng = np.random.default_rng(3)
    table = rng.integers(n_choices, size=(3, n_slots))
    teacher = Teacher("short", "blue", SCHEDULE, tuple(map(tuple, table.tolist())))
    found = gather_examples(SETTINGS, SETTINGS.step_s, teacher, 4)
    elapsed = found.seen["situation"][:, 0]  # share of the duration
    numbers = np.rint(elapsed * SHORT.briefings[0].duration_s / SETTINGS.step_s).astype(int)
    wanted = table[np.minimum(numbers, 2)]
    is_legal = np.take_along_axis(found.mask, wanted[:, :, None], axis=2)[:, :, 0]
    np.testing.assert_array_equal(found.labels, np.where(is_legal, wanted, 0))
    assert not is_legal.all()
    assert {0, 1, 2} <= set(numbers.tolist())
    again = gather_examples(SETTINGS, SETTINGS.step_s, teacher, 4)
    np.testing.assert_array_equal(again.seen["groups"], found.seen["groups"])


def test_an_empty_slot_has_no_label() -> None:
    sizes = SETTINGS.schema.sizes
    settings = replace(SETTINGS, sizes=replace(sizes, groups=sizes.groups + 1))
    teacher = Teacher("short", "blue", SCHEDULE, ((settings.schema.action.plan,) * (sizes.groups + 1),))
    labels = gather_examples(settings, settings.step_s, teacher, 2).labels
    assert (labels[:, sizes.groups] == -1).all()
    assert (labels[:, : sizes.groups] >= 0).all()


def test_the_best_teacher_is_compared_with_the_plan_of_the_file() -> None:
    teacher = find_teacher(SETTINGS, SETTINGS.step_s, "best", 60, 4, 0)
    assert teacher == find_teacher(SETTINGS, SETTINGS.step_s, "best", 60, 4, 0)
    names = {teacher.doctrine, *dict(teacher.compared)}
    assert "hold" in names
    assert teacher.score is not None
    assert all(score <= teacher.score for _, score in teacher.compared)
    assert Teacher.of(teacher.as_json()) == teacher


def test_in_few_games_all_candidates_for_a_teacher_play_as_many_against_each_opponent_as_asked_for() -> None:
    """Their scores are those of each candidate alone in these games, also of a schedule among the candidates."""
    each, searched = 3, 120
    teacher = find_teacher(SETTINGS, SETTINGS.step_s, "search", searched, each, 0)
    scores = {teacher.doctrine: teacher.score, **dict(teacher.compared)}
    candidates = {"cautious", "aggressive", "hold", SCHEDULE}
    assert set(scores) == candidates
    compared = len(candidates) * len(SETTINGS.opponents or ()) * each
    assert compared < teacher.games <= compared + searched
    first = first_game(4, 0)
    for name in candidates - {SCHEDULE}:
        alone = [
            play_games(SETTINGS, 0, lambda name=name: find_policy(name), str(opponent), each, "train", first).mission
            for opponent in SETTINGS.opponents or ()
        ]
        assert scores[name] == pytest.approx(np.mean(alone), abs=1e-6)


def test_candidates_for_a_teacher_that_fall_behind_leave_the_comparison() -> None:
    """After a quarter of the games the worse half leaves; the last two play all, and the better of them teaches."""
    each, opponents = 16, [str(opponent) for opponent in SETTINGS.opponents or ()]
    teacher = find_teacher(SETTINGS, SETTINGS.step_s, "best", 1, each, 0)
    scores = {teacher.doctrine: teacher.score, **dict(teacher.compared)}
    first = first_game(4, 0)
    alone = {
        name: np.array(
            [
                play_games(SETTINGS, 0, lambda name=name: find_policy(name), one, each, "train", first).mission
                for one in opponents
            ]
        )
        for name in scores
    }
    early = {name: games[:, : each // 4].mean() for name, games in alone.items()}
    left = sorted(early, key=lambda name: early[name])[: len(early) // 2]
    assert len(scores) - len(left) == 2
    assert teacher.games == len(opponents) * (len(scores) * each // 4 + 2 * (each - each // 4))
    for name, games in alone.items():
        assert scores[name] == pytest.approx(early[name] if name in left else games.mean(), abs=1e-6)
    assert teacher.doctrine == max(set(scores) - set(left), key=lambda name: alone[name].mean())


def test_a_doctrine_that_is_held_out_cannot_be_imitated() -> None:
    with pytest.raises(InputError, match="held out for the test"):
        check_teacher("economy-of-force")


def test_in_hindsight_the_examples_of_a_game_are_the_choices_of_its_best_timetable() -> None:
    """Of two equal timetables that of the base is imitated, so all labels are its choices."""
    teacher = find_teacher(SETTINGS, SETTINGS.step_s, HINDSIGHT, 120, 1, 0)
    assert teacher == find_teacher(SETTINGS, SETTINGS.step_s, HINDSIGHT, 120, 1, 0)
    assert Teacher.of(teacher.as_json()) == teacher
    assert teacher.games <= 120 * 2 + len(teacher.tables) * teacher.examples
    base = np.array(teacher.tables[0])
    twice = replace(teacher, tables=(teacher.tables[0], teacher.tables[0]), examples=4)
    found = gather_examples(SETTINGS, SETTINGS.step_s, twice, 4)
    numbers = np.rint(found.seen["situation"][:, 0] * SHORT.briefings[0].duration_s / SETTINGS.step_s).astype(int)
    wanted = base[np.minimum(numbers, len(base) - 1)]
    is_legal = np.take_along_axis(found.mask, wanted[:, :, None], axis=2)[:, :, 0]
    np.testing.assert_array_equal(found.labels, np.where(is_legal, wanted, 0))
    alone = gather_examples(SETTINGS, SETTINGS.step_s, replace(twice, tables=twice.tables[:1]), 4)
    np.testing.assert_array_equal(found.seen["groups"], alone.seen["groups"])
