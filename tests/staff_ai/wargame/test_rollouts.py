"""Rollouts of courses in the engine: common draws, the same bits with any number of threads, and the right winner."""

from threading import get_ident
from typing import Any

import numpy as np
import pytest

from scenarios.run.policies import read_policy_text
from simcore.errors import InputError
from simcore.intelligence import Doctrine
from simcore.simulation import Simulation
from simcore.situation import situation_of
from simcore.state import UnitR
from staff_ai.courses.course import CONTINUE, PLAN, Course, Edit, EditVerb, follow
from staff_ai.courses.generate import generate_courses
from staff_ai.wargame import rollouts
from staff_ai.wargame.rollouts import Draws, Outcome, Part, Table, enemy_text, play_together
from staff_ai.wargame.standing import Standing
from staff_ai.wargame.wargame import Budget, wargame
from staff_ai.wargame.worlds import FIRST_REPLICATION, FRESH, ROOM, DescribedWorlds, TrueWorlds
from tests.staff_ai.courses.crossing import ENEMIES, GO, opened


def table(threads: int = 1, horizon_s: float | None = None) -> Table:
    """Return a table with the true worlds of the crossing after 100 s."""
    compiled, simulation, _, moment = opened()
    return Table(TrueWorlds(compiled, simulation), 0, ENEMIES, moment, seed=4, threads=threads, horizon_s=horizon_s)


def draws(n: int = 6) -> Draws:
    """Return n draws, half against each enemy."""
    return Draws(np.arange(n, dtype=np.int64), np.repeat([0, 1], n // 2), np.tile(np.arange(n // 2), 2))


def test_going_is_found_to_be_better_than_staying() -> None:
    compiled, simulation, picture, moment = opened()
    courses, refused = generate_courses(compiled, 0, picture, moment, own=[GO], doctrines=())
    standing = wargame(table(), courses, [1, 1], Budget(rollouts=100), incumbent=CONTINUE, refused=refused)
    assert standing.recommended == GO
    assert standing.is_clear
    assert standing.rows[0].win.value == 1.0
    assert standing.rows[0].to_incumbent.value == pytest.approx(1.0)
    assert [(r.course, r.criterion) for r in standing.refused] == [(PLAN, "distinguishable")]
    assert simulation.tick == 20  # the game itself has not moved


def test_identical_courses_have_identical_outcomes_whatever_is_played_beside_them() -> None:
    again = Course("again", GO.base, (Edit(("blue-guns",), EditVerb.STAY, 5_000.0, 6_000.0),))  # never begins
    together = table().play([follow("aggressive"), GO, again], draws())
    assert together is not None
    assert (together[1] == together[2]).all()
    alone = table().play([GO], draws())
    assert alone is not None
    assert (alone[0] == together[1]).all()
    part = table().play([GO], draws().take(np.array([4, 1])))
    assert part is not None
    assert (part[0] == together[1][[4, 1]]).all()


def test_advice_is_the_same_with_one_and_two_threads() -> None:
    def advise(threads: int) -> Standing:
        return wargame(
            table(threads), [CONTINUE, GO, follow("aggressive")], [0.7, 0.3], Budget(rollouts=60), incumbent=CONTINUE
        )

    one, two = advise(1), advise(2)
    assert (np.nan_to_num(one.ranking.outcomes) == np.nan_to_num(two.ranking.outcomes)).all()
    assert one.rows == two.rows
    assert one.verdict == two.verdict


def test_tables_that_play_together_have_the_outcomes_of_each_alone() -> None:
    compiled, simulation, _, moment = opened()
    aggressive = follow("aggressive")
    alone: list[np.ndarray] = []
    parts: list[Part] = []
    for k, (enemies, courses) in enumerate(
        [(ENEMIES, [GO, aggressive]), (("cautious", "hold"), [CONTINUE, aggressive]), (ENEMIES[1:], [PLAN])]
    ):
        one = Table(
            TrueWorlds(compiled, simulation), 0, enemies, moment, seed=4, first_replication=(k + 5) * ROOM
        )  # fmt: skip
        some = draws() if len(enemies) == 2 else Draws(*(np.zeros(1, dtype=np.int64) for _ in range(3)))
        parts.append(Part(one, courses, some))
        found = one.play(courses, some)
        assert found is not None
        alone.append(found)
    other_dice = Table(TrueWorlds(compiled, simulation), 0, ENEMIES, moment, seed=9)
    assert not other_dice.can_join(parts[0].table)
    together = play_together([*parts, Part(other_dice, [GO], draws())])
    for one, found in zip(alone, together, strict=False):
        assert found is not None
        assert (found == one).all()
    assert play_together(parts, lambda: True) == [None] * 3


@pytest.mark.parametrize("n", [2, 6])
def test_two_threads_play_equally_many_rows_also_within_a_course(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    courses = [GO, follow("aggressive"), CONTINUE]
    alone = table().play(courses, draws(n))
    rows: list[int] = []
    played = rollouts._run

    def count(simulation: Simulation, *rest: Any) -> bool:
        rows.append(len(simulation.state.world))
        return played(simulation, *rest)

    monkeypatch.setattr(rollouts, "_run", count)
    together = table(2).play(courses, draws(n))
    assert sorted(rows) == [3 * n // 2, 3 * n // 2]
    assert together is not None
    assert (together == alone).all()


def test_only_the_calling_thread_is_asked_whether_to_stop() -> None:
    asked: list[int] = []

    def never() -> bool:
        asked.append(get_ident())
        return False

    found = table(threads=2).play([GO, CONTINUE, follow("aggressive")], draws(), never)
    alone = table().play([GO, CONTINUE, follow("aggressive")], draws())
    assert found is not None
    assert alone is not None
    assert found.tobytes() == alone.tobytes()
    assert set(asked) == {get_ident()}
    assert table(threads=2).play([GO, CONTINUE], draws(), lambda: True) is None


def test_the_dice_of_rollouts_are_not_those_of_any_game() -> None:
    simulation = table().start([GO], draws())
    assert (simulation.state.replication >= FIRST_REPLICATION).all()


def test_described_worlds_are_played_like_true_ones() -> None:
    compiled, simulation, _, moment = opened()
    described = DescribedWorlds(compiled, situation_of(simulation))
    found = Table(described, 0, ENEMIES, moment, seed=4).play([CONTINUE, GO], draws())
    assert found is not None
    assert (found[0, :, Outcome.WIN] == 0.0).all()
    assert (found[1, :, Outcome.WIN] == 1.0).all()


def test_at_a_horizon_the_score_is_the_lead_so_far() -> None:
    near = table(horizon_s=100.0).play([CONTINUE, GO], draws())
    far = table().play([CONTINUE, GO], draws())
    assert near is not None
    assert far is not None
    assert (near[..., Outcome.SCORE] == 0.0).all()  # nobody can be there yet
    assert (far[1, :, Outcome.SCORE] == 1.0).all()


def test_a_stopped_batch_gives_nothing_and_an_empty_list_of_enemies_is_an_error() -> None:
    assert table().play([GO], draws(), should_stop=lambda: True) is None
    compiled, simulation, _, moment = opened()
    with pytest.raises(InputError, match="enemies"):
        Table(TrueWorlds(compiled, simulation), 0, (), moment, seed=4)


def test_a_draw_against_an_enemy_takes_a_world_in_which_he_follows_that_policy() -> None:
    compiled, simulation, _, _ = opened()
    n = 5
    pool = situation_of(simulation.fan_out(range(n)))
    marks = np.arange(n, dtype=np.float64)
    pool = pool._replace(units=pool.units._replace(strength=np.repeat(1.0 - 0.1 * marks[:, None], 7, axis=1)))
    later = pool._replace(units=pool.units._replace(strength=np.full((n, 7), 0.25)))
    source = DescribedWorlds(compiled, pool, np.array([1, 0, 1, 1, 0]), fresh=(later, None))
    worlds, enemies = np.array([0, 1, 2, 0, 1, 2, 3]), np.array([0, 0, 0, 1, 1, 1, 1])
    numbers = FIRST_REPLICATION + np.arange(7)
    begun = source.start(worlds, enemies, numbers, seed=1, threads=1)
    strength = begun.state.units.real[:, UnitR.STRENGTH, 0]
    assert strength.tolist() == pytest.approx([0.9, 0.6, 0.9, 1.0, 0.8, 0.7, 1.0])
    fresh = source.start(worlds + FRESH, enemies, numbers + FRESH, seed=1, threads=1)
    assert (fresh.state.units.real[:, UnitR.STRENGTH] == 0.25).all()


def test_an_enemy_doctrine_is_a_policy_with_its_parameters() -> None:
    assert enemy_text(Doctrine("hold", {}, 0.5)) == "hold"
    text = enemy_text(Doctrine("cautious", {"superiority": 2.5, "silent_radars": True}, 0.5))
    assert text == "cautious:silent_radars=true,superiority=2.5"
    assert read_policy_text(text, "here") == ("cautious", {"superiority": 2.5, "silent_radars": True})
