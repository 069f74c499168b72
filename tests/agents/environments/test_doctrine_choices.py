"""Doctrines as choices: their orders to the groups that chose them, at every decision until the next choice."""

from typing import Any

import numpy as np
import pytest

from agents.doctrine import for_either_chair
from agents.environments.commander import ChoiceCommander
from agents.environments.doctrine_choices import ENDED, UNTOUCHED, DoctrineChoices, Memory
from agents.environments.draws import ROOT_SEED
from agents.environments.episode import Episodes
from agents.environments.schema import Schema, Sizes
from agents.environments.settings import Settings
from agents.environments.some_rows import take
from agents.environments.view import SideView
from scenarios.run.play import start_simulation
from simcore.decision_loop import run_decisions
from simcore.errors import InputError
from simcore.observation_columns import Verb
from simcore.order_checks import enter_orders
from simcore.orders import OrderW, empty_orders
from simcore.params import RuleW
from simcore.picture import OwnW, Picture
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.types import I64, Roe, Status, Task
from tests.agents.environments.games import SHORT, choose, choose_one, play
from tests.agents.synthetic import N_GROUPS, busy_picture, decide, make_briefing, quiet_picture

NAMES = ("aggressive", "cautious", "economy-of-force")
BRIEFING = make_briefing()
SCHEMA = Schema(Sizes.of([BRIEFING], doctrines=NAMES))
SIZES = Sizes.of(SHORT.briefings, doctrines=NAMES)
INTERVAL_S = 60.0


def index(schema: Schema, name: str) -> int:
    return [choice.name for choice in schema.action.choices].index(name)


def hashes(policy: Policy, replications: list[int], enemy: str = "hold") -> list[str]:
    """Return the digests of the ends of games of a policy of blue in one batch."""
    simulation = start_simulation(SHORT, ROOT_SEED, replications)
    policies = (policy, find_policy(enemy))
    for side, one in enumerate(policies):
        one.reset(SHORT.briefings[side], ROOT_SEED, simulation.state.replication)
    n_ticks = int(SHORT.params.rules_whole[RuleW.N_TICKS])
    run_decisions(simulation, policies, decision_ticks=SHORT.roster.decision_ticks, n_ticks=n_ticks)
    return simulation.hash()


class Once(ChoiceCommander):
    """Makes a choice at the start and continues from then on."""

    def __init__(self, choice: int, interval_s: float = 0.0) -> None:
        super().__init__(SIZES, interval_s)
        self.choice = choice

    def choose(self, picture: Picture, observation: dict[str, Any], mask: np.ndarray) -> np.ndarray:
        is_first = self.choice_numbers(picture) == 0
        return np.repeat(np.where(is_first, self.choice, 0)[:, None], mask.shape[1], axis=1)


class _Listed(ChoiceCommander):
    """Makes listed choices for all groups."""

    def __init__(self, listed: list[int]) -> None:
        super().__init__(SIZES)
        self.listed = listed

    def choose(self, picture: Picture, observation: dict[str, Any], mask: np.ndarray) -> np.ndarray:
        number = int(picture.ticks[0]) // SHORT.roster.decision_ticks
        return np.where(np.arange(mask.shape[1]) < len(self.view.slots), self.listed[number], 0)[None]


class Observing(ChoiceCommander):
    """Makes a legal choice that is a function of the observation."""

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        super().__init__(SIZES, interval_s)

    def choose(self, picture: Picture, observation: dict[str, Any], mask: np.ndarray) -> np.ndarray:
        rows = [choose_one({k: v[row] for k, v in observation.items()}, mask[row]) for row in range(len(mask))]
        return np.array(rows)


def test_doctrines_are_the_last_choices_and_change_neither_the_others_nor_the_observation() -> None:
    plain = Schema(Sizes.of([BRIEFING]))
    names = [choice.name for choice in SCHEMA.action.choices]
    assert names == [choice.name for choice in plain.action.choices] + [f"doctrine-{name}" for name in NAMES]
    assert SCHEMA.observation.digest == plain.observation.digest
    digests = {Schema(Sizes.of([BRIEFING], doctrines=some)).digest for some in ((), NAMES, NAMES[::-1], NAMES[:1])}
    assert len(digests) == 4
    assert plain.sizes.describe() == {k: v for k, v in SCHEMA.sizes.describe().items() if k != "doctrines"}


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (("no-such",), "unknown"),
        (("hold", "hold"), "twice"),
        (("aggressive:verve=1",), "verve"),
        (("aggressive:speed=99",), "speed"),
        (("aggressive:speed",), "parameter=value"),
        (tuple(f"aggressive:speed=0.{k}" for k in range(1, 18)), "at most 16"),
        ("hold", "a list of names"),
        ((" hold",), "a list of names"),
        ((3,), "a list of names"),
        (("",), "unknown"),
    ],
)
def test_doctrines_that_cannot_be_are_refused(names: Any, match: str) -> None:
    with pytest.raises(InputError, match=rf"sizes: doctrines.*{match}"):
        Sizes(doctrines=names)


def test_a_doctrine_is_a_legal_choice_of_a_filled_slot_with_units_left() -> None:
    view = SideView(Schema(Sizes(groups=20, doctrines=NAMES)), BRIEFING)
    picture = quiet_picture(BRIEFING, 3)
    lost = BRIEFING.group_of_unit == BRIEFING.group_names.index(view.slots[0])
    picture.own_whole[0, OwnW.STATUS, lost] = Status.LOST
    tables = view.look(picture)
    n = len(view.slots)
    assert not tables.mask[0, 0, -3:].any()
    assert tables.mask[0, 1:n, -3:].all()
    assert tables.mask[1:, :n, -3:].all()
    assert not tables.mask[:, n:, -3:].any()
    orders = empty_orders(3, N_GROUPS)
    illegal = view.order(np.full((3, 20), index(view.schema, "doctrine-cautious")), tables, orders)
    assert illegal.tolist() == [20 - n + 1, 20 - n, 20 - n]
    assert not orders.whole[:, OrderW.ISSUED].any()


@pytest.mark.parametrize("every", [1, 4])
@pytest.mark.parametrize("name", NAMES)
def test_a_doctrine_chosen_once_for_all_groups_plays_the_game_of_the_doctrine(name: str, every: int) -> None:
    """Through the environment, through a commander in a batch, and alone."""
    games = Episodes(Settings(SHORT, opponents=("hold",), sizes=SIZES, step_decisions=every), 2)
    games.reset([1, 2])
    slots = np.arange(SIZES.groups) < len(games.base_view(0).slots)
    choice = index(games.settings.schema, f"doctrine-{name}")
    actions = np.where(slots, choice, 0)[None].repeat(2, axis=0)
    done = False
    while not done:
        step = games.step({0: actions})
        assert not step.illegal[0].any()
        actions, done = np.zeros_like(actions), bool(step.terminated.all())
    numbers = games.replication.tolist()
    expected = hashes(find_policy(name), numbers)
    assert [games.state_hash(0), games.state_hash(1)] == expected
    assert hashes(Once(choice, games.settings.step_s), numbers) == expected
    assert hashes(Once(choice, games.settings.step_s), numbers[1:]) == expected[1:]
    assert expected != hashes(find_policy("hold"), numbers)


def test_each_group_gets_the_orders_of_its_doctrine_and_no_other() -> None:
    view = SideView(SCHEMA, BRIEFING)
    picture = busy_picture(BRIEFING, 5)
    orders = empty_orders(5, N_GROUPS)
    in_force = np.random.default_rng(1).integers(-1, len(NAMES), (5, SCHEMA.sizes.groups))
    DoctrineChoices(view, ROOT_SEED).order(picture, in_force, orders)
    theirs = [decide(find_policy(name), BRIEFING, picture) for name in NAMES]
    theirs.append(empty_orders(5, N_GROUPS))  # for -1
    for row in range(5):
        for slot, place in enumerate(view.places):
            one = theirs[in_force[row, slot]]
            if one.whole[row, OrderW.ISSUED, place]:
                assert orders.real[row, :, place].tobytes() == one.real[row, :, place].tobytes()
            assert orders.whole[row, :, place].tobytes() == one.whole[row, :, place].tobytes()
    others = np.setdiff1d(np.arange(N_GROUPS), view.places)
    assert not orders.whole[:, OrderW.ISSUED, others].any()


def test_to_continue_keeps_a_doctrine_in_force_and_any_other_choice_ends_it() -> None:
    view = SideView(SCHEMA, BRIEFING)
    doctrines = DoctrineChoices(view, ROOT_SEED)
    n = SCHEMA.action.n_choices
    mask = np.ones((1, n + 2, n), dtype=bool)
    mask[0, 3, 3] = False
    actions = np.array([[*range(n), -1, n]])
    before = np.full((1, n + 2), 1)
    after, ordered = doctrines.choose(before, actions, mask)
    expected = np.full(n + 2, ENDED)
    expected[n - 3 : n] = (0, 1, 2)
    expected[[0, 3, n, n + 1]] = 1  # to continue, and three illegal choices
    assert after[0].tolist() == expected.tolist()
    to_order = actions[0].copy()
    to_order[[n - 3, n - 1]] = index(SCHEMA, "plan")  # from another doctrine
    assert ordered[0].tolist() == to_order.tolist()
    assert (doctrines.choose(np.full_like(before, UNTOUCHED), actions, mask)[1] == actions).all()


def test_a_group_left_alone_by_a_doctrine_is_given_back_its_plan_after_another_choice() -> None:
    """The post of either side has no order from these doctrines."""
    games = Episodes(Settings(SHORT, opponents=("hold",), sizes=SIZES), 1)
    games.reset([1])
    names = ("hold-fire", "doctrine-aggressive", "doctrine-aggressive", "doctrine-cautious")
    commander = _Listed([index(games.settings.schema, name) for name in names])
    commander.reset(SHORT.briefings[0], ROOT_SEED, np.zeros(0, dtype=np.uint64))
    slot = commander.view.slots.index("blue-post")
    place = commander.view.places[slot]
    simulation = start_simulation(SHORT, ROOT_SEED, games.replication.tolist())
    tasks: list[tuple[int, int, int]] = []
    for choice in commander.listed:
        simulation.orders.clear()
        own = simulation.orders.of_groups(simulation.groups_of(0))
        commander.decide(simulation.picture(0), own)
        enter_orders(simulation, own, simulation.groups_of(0), "a test", SHORT.roster.groups)
        tasks.append(tuple(own.whole[0, [OrderW.ISSUED, OrderW.TASK, OrderW.ROE], place].tolist()))
        games.step({0: np.where(np.arange(SIZES.groups) < 4, choice, 0)[None]})
        simulation.advance(SHORT.roster.decision_ticks)
        assert simulation.hash() == [games.state_hash(0)]
    plan = (1, int(SHORT.briefings[0].task[place]), int(SHORT.briefings[0].roe[place]))
    assert tasks[0] == (1, Task.HOLD, Roe.HOLD)
    assert tasks[1] == plan
    assert tasks[2][0] == 0  # it goes on with its plan
    assert tasks[3] == plan
    assert plan[2] != Roe.HOLD


def test_verbs_after_a_doctrine_are_carried_out_and_a_new_game_begins_without_a_doctrine() -> None:
    games = Episodes(Settings(SHORT, opponents=("hold",), sizes=SIZES), 2)
    games.reset([1, 2])
    schema = games.settings.schema
    actions = np.full((2, SIZES.groups), index(schema, "doctrine-aggressive"))
    games.step({0: actions})
    assert (games.in_force[0][games.tables[0].mask[:, :, -1]] == 0).all()
    actions[0] = index(schema, "hold")
    games.step({0: actions})
    assert (games.in_force[0] >= 0).any(axis=1).tolist() == [False, True]
    games.begin([1])
    assert (games.in_force[0][1] == UNTOUCHED).all()
    assert (games.in_force[0][0][games.tables[0].mask[0, :, -1]] == ENDED).all()


def test_a_row_with_doctrines_plays_the_same_game_alone_and_in_company() -> None:
    settings = Settings(SHORT, sizes=SIZES, step_decisions=2)
    together = play(Episodes(settings, 4), seeds=[3, 1, 4, 1], n_steps=15)
    alone = play(Episodes(settings, 1), seeds=[4], n_steps=15)
    assert alone.hashes == [row[2:3] for row in together.hashes]
    assert alone.traces[0] == together.traces[2]
    assert together.traces[1] == together.traces[3]


def test_a_commander_with_doctrines_plays_the_game_of_the_environment_alone_and_in_a_batch() -> None:
    settings = Settings(SHORT, opponents=("cautious",), sizes=SIZES, step_decisions=2)
    games = Episodes(settings, 3)
    games.reset([1, 2, 3])
    done = np.zeros(3, dtype=bool)
    ever: I64 = np.zeros(0, dtype=np.int64)
    while not done.all():
        done = games.step({0: choose(games.tables[0])}).terminated
        ever = np.union1d(ever, games.in_force[0])
    numbers = games.replication.tolist()
    expected = [games.state_hash(row) for row in range(3)]
    assert ever.tolist() == [ENDED, UNTOUCHED, 0, 1, 2]
    assert hashes(Observing(settings.step_s), numbers, "cautious") == expected
    assert hashes(Observing(settings.step_s), numbers[::-1], "cautious") == expected[::-1]
    assert hashes(Observing(settings.step_s), numbers[1:2], "cautious") == expected[1:2]


def test_opponents_with_doctrines_in_rows_that_begin_at_different_times_disturb_nobody() -> None:
    settings = Settings(SHORT, opponents=(Observing, "hold", lambda: Observing(90.0)))
    games = Episodes(settings, 4)
    games.reset([11, 12, 13, 14])
    calm = play(Episodes(settings, 1), seeds=[11], n_steps=40)
    found: list[list[str]] = []
    for step in range(40):
        done = games.step({0: choose(games.tables[0])})
        found.append([games.state_hash(0)])
        over = done.terminated | done.truncated
        if step in (3, 7, 16):
            over[1 + step % 3] = True
        games.begin(np.flatnonzero(over))
    assert found == calm.hashes


def at(picture: Picture, rows: list[int], ticks: list[int]) -> Picture:
    """Return some rows of a picture at given times."""
    part = take(picture, np.array(rows), BRIEFING.dt_s)
    return part._replace(tick=-1, time_s=float("nan"), ticks=np.array(ticks))


def test_what_a_commander_remembers_is_a_function_of_replication_and_time() -> None:
    picture = busy_picture(BRIEFING, 5)
    assert len(set(picture.replication.tolist())) == 5
    memory = Memory(2)
    marks = np.arange(10).reshape(5, 2)
    first = at(picture, [0, 1, 2, 3, 4], [0] * 5)
    assert not memory.recall(first)[1].any()
    memory.keep(first, marks)
    in_force, is_met = memory.recall(at(picture, [3, 0, 4], [30, 30, 60]))
    assert is_met.all()
    assert in_force.tolist() == marks[[3, 0, 4]].tolist()
    assert not memory.recall(at(picture, [2], [0]))[1].any()  # a game begun anew
    memory.keep(at(picture, [2, 1], [300, 30]), marks[[2, 1]] + 100)
    memory.keep(at(picture, [2], [0]), marks[[2]] + 200)  # another game of equal number, begun later
    in_force, is_met = memory.recall(at(picture, [2, 2, 1], [30, 330, 60]))
    assert is_met.all()
    assert in_force.tolist() == (marks[[2, 2, 1]] + np.array([[200], [100], [100]])).tolist()
    in_force, _ = memory.recall(at(picture, [1, 3], [60, 30]))
    assert in_force.tolist() == [(marks[1] + 100).tolist(), marks[3].tolist()]


def test_rows_of_one_replication_are_told_apart() -> None:
    picture = at(busy_picture(BRIEFING, 5), [2, 0, 2, 2], [0] * 4)
    memory = Memory(1)
    memory.keep(picture, np.arange(4)[:, None])
    in_force, _ = memory.recall(picture._replace(ticks=np.full(4, 30)))
    assert in_force[:, 0].tolist() == [0, 1, 2, 3]


def test_the_games_met_longest_ago_are_forgotten() -> None:
    picture = busy_picture(BRIEFING, 5)
    memory = Memory(1)
    for k in range(3_000):
        number = picture.replication + np.uint64(1_000 * k)
        memory.keep(picture._replace(replication=number), np.full((5, 1), k % 7))
    number = picture.replication + np.uint64(1_000 * 2_999)
    assert memory.recall(picture._replace(replication=number, ticks=picture.ticks + 1))[1].all()
    assert not memory.recall(picture._replace(ticks=picture.ticks + 1))[1].any()
    assert len(memory._in_force) < 5_000


def test_a_commander_that_takes_over_in_the_middle_of_a_game_chooses_at_once() -> None:
    asked: list[list[int]] = []

    class Taking(ChoiceCommander):
        def choose(self, picture: Picture, observation: dict[str, Any], mask: np.ndarray) -> np.ndarray:
            asked.append(picture.replication[self.due(picture)].tolist())
            return np.full(mask.shape[:2], index(SCHEMA, "doctrine-aggressive"))

    commander = Taking(SCHEMA.sizes, interval_s=600.0)
    picture = quiet_picture(BRIEFING, 2)
    numbers = picture.replication.tolist()
    assert numbers[0] != numbers[1]
    commander.reset(BRIEFING, ROOT_SEED, picture.replication)
    interval = round(600.0 / BRIEFING.dt_s)
    expected = decide(find_policy("aggressive"), BRIEFING, at(picture, [0, 1], [interval + 6, interval + 6]))
    for rows, ticks in (([1, 0], [interval, interval + 3]), ([0, 1], [interval + 6] * 2)):
        orders = empty_orders(2, N_GROUPS)
        commander.decide(at(picture, rows, ticks), orders)
    assert asked == [[numbers[1], numbers[0]]]
    assert orders.real.tobytes() == expected.real.tobytes()
    assert (orders.whole[:, OrderW.ISSUED] == expected.whole[:, OrderW.ISSUED]).all()
    assert orders.whole[:, OrderW.ISSUED].any()


def test_a_doctrine_that_reads_no_clocks_decides_at_one_clock_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []

    class Watch:
        def reset(self, *_: object) -> None: ...

        def decide(self, picture: Picture, orders: Any) -> None:
            seen.append((picture.tick, len(picture.ticks)))

    monkeypatch.setattr("agents.environments.doctrine_choices.find_doctrine", lambda name: Watch())
    view = SideView(SCHEMA, BRIEFING)
    picture = at(busy_picture(BRIEFING, 5), [0, 1, 2, 3, 4], [0, 30, 30, 60, 0])
    in_force = np.full((5, SCHEMA.sizes.groups), 2)
    in_force[4] = -1
    DoctrineChoices(view, ROOT_SEED).order(picture, in_force, empty_orders(5, N_GROUPS))
    assert seen == [(0, 1), (30, 2), (60, 1)]


def test_the_doctrines_that_can_take_either_chair_can_be_choices_everywhere() -> None:
    assert {
        choice.doctrine for choice in Schema(Sizes(doctrines=for_either_chair())).action.choices if choice.doctrine
    } == set(for_either_chair())
    assert Schema(Sizes(doctrines=for_either_chair())).action.choices[-1].verb == Verb.DOCTRINE
