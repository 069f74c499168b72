"""Games: the same bits alone and in company, rows that begin anew, ends, rewards, splits."""

from pathlib import Path

import numpy as np
import pytest

from agents.environments.draws import SPLITS, replication_of
from agents.environments.episode import Episodes
from agents.environments.opponents import HELD_OUT, TESTED_AGAINST, TRAINED_AGAINST
from agents.environments.reward import DEFAULT_WEIGHTS, Term, weights_of
from agents.environments.settings import Settings
from scenarios.loader import compile_document
from simcore.errors import InputError
from simcore.simulation import Simulation
from simcore.types import F64
from tests.agents.environments.games import SHORT, act, play, short_document

SETTINGS = Settings(SHORT)


def test_a_row_plays_the_same_game_alone_and_in_company() -> None:
    together = play(Episodes(SETTINGS, 5), seeds=[3, 1, 4, 1, 5], n_steps=25)
    alone = play(Episodes(SETTINGS, 1), seeds=[4], n_steps=25)
    assert alone.hashes == [row[2:3] for row in together.hashes]
    assert alone.traces[0] == together.traces[2]
    assert together.traces[1] == together.traces[3]  # equal seeds
    assert len({together.traces[row] for row in range(5)}) == 4


def test_a_second_reset_begins_the_same_games_again() -> None:
    games = Episodes(SETTINGS, 3)
    first = play(games, seeds=[7, 8, 9], n_steps=25)
    assert play(games, seeds=[7, 8, 9], n_steps=25) == first
    assert play(games, seeds=[8, 7, 9], n_steps=25).traces[0] == first.traces[1]


def test_rows_that_begin_at_different_times_disturb_nobody() -> None:
    """Row 1 is begun anew in the middle of its games: clocks differ from then on."""
    games = Episodes(SETTINGS, 2)
    games.reset([11, 12])
    calm = play(Episodes(SETTINGS, 1), seeds=[11], n_steps=40)
    hashes: list[list[str]] = []
    for step in range(40):
        done = games.step({0: act(games, 0)})
        hashes.append([games.state_hash(0)])
        over = done.terminated | done.truncated
        if step in (3, 7, 16):
            over[1] = True
        games.begin(np.flatnonzero(over))
    assert hashes == calm.hashes


def test_a_game_that_begins_in_the_middle_of_others_is_the_game_of_a_fresh_simulation() -> None:
    compiled = compile_document(short_document())
    running = Simulation(compiled.params, seed=5, replications=range(4))
    running.advance(37)
    running.begin(np.array([1, 3]), [8, 9])
    running.advance(50)
    fresh = Simulation(compiled.params, seed=5, replications=[8, 9])
    fresh.advance(50)
    went_on = Simulation(compiled.params, seed=5, replications=[0, 2])
    went_on.advance(87)
    assert [running.hash()[k] for k in (1, 3)] == fresh.hash()
    assert [running.hash()[k] for k in (0, 2)] == went_on.hash()
    assert running.ticks.tolist() == [87, 50, 87, 50]
    picture, alone = running.picture(0), fresh.picture(0)
    assert (picture.tick, np.isnan(picture.time_s), alone.tick) == (-1, True, 50)
    for name in ("own_real", "own_whole", "contact_real", "contact_whole", "n_contacts", "ticks", "weather"):
        assert getattr(picture, name)[[1, 3]].tobytes() == getattr(alone, name).tobytes(), name
    joined = running.regroup(np.array([1, 2]), [9])
    joined.advance(50)
    fresh.advance(50)
    assert joined.hash()[0] == fresh.hash()[0]
    assert joined.ticks.tolist() == [100, 137, 50]


def test_a_saved_batch_goes_on_where_each_of_its_replications_stands(tmp_path: Path) -> None:
    simulation = Simulation(SHORT.params, seed=5, replications=[0, 1])
    simulation.advance(30)
    simulation.begin(np.array([1]), [7])
    simulation.advance(15)
    simulation.save(tmp_path / "state")
    restored = Simulation.restore(tmp_path / "state", SHORT.params)
    assert restored.ticks.tolist() == [45, 15]
    picture = restored.picture(0)
    assert picture.own_real.tobytes() == simulation.picture(0).own_real.tobytes()
    assert picture.contact_real.tobytes() == simulation.picture(0).contact_real.tobytes()


def test_games_end_terminated_or_truncated_and_must_be_begun_anew() -> None:
    whole = Episodes(SETTINGS, 1)
    whole.reset([1])
    ends = [whole.step({0: act(whole, 0)}) for _ in range(20)]
    assert [bool(step.terminated[0]) for step in ends] == [False] * 19 + [True]
    assert not ends[-1].truncated[0]
    assert whole.outcome(0, 0)["reason"] == "time"
    with pytest.raises(InputError, match="over"):
        whole.step({0: act(whole, 0)})
    cut = Episodes(Settings(SHORT, most_steps=7), 1)
    cut.reset([1])
    ends = [cut.step({0: act(cut, 0)}) for _ in range(7)]
    assert [bool(step.truncated[0]) for step in ends] == [False] * 6 + [True]
    assert not ends[-1].terminated[0]
    assert ends[-1].terms[0][0, Term.MISSION] == 0.0


def terms_of(settings: Settings, seed: int, side: int = 0) -> tuple[F64, Episodes]:
    """Return the terms of each step of one game, and the games at its end."""
    games = Episodes(settings, 1)
    games.reset([seed])
    terms: list[F64] = []
    while True:
        step = games.step({side: act(games, side)})
        terms.append(step.terms[side][0])
        assert step.reward[side][0] == pytest.approx(terms[-1] @ settings.weight_vector)
        if step.terminated[0] or step.truncated[0]:
            return np.array(terms), games


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rewards_add_up_to_the_outcome(seed: int) -> None:
    settings = Settings(SHORT, gamma=1.0)
    start = Episodes(settings, 1)
    start.reset([seed])
    potential = float(start.tables[0].known[0, 0])
    terms, games = terms_of(settings, seed)
    outcome = games.outcome(0, 0)
    lead = float(outcome["score"]) - float(outcome["enemy_score"])  # type: ignore[arg-type]
    total = terms.sum(axis=0)
    assert total[Term.MISSION] == pytest.approx(0.5 * (lead + float(outcome["win"])))  # type: ignore[arg-type]
    assert (terms[:-1, [Term.MISSION, Term.ENEMY_LOSS, Term.RULES, Term.NEUTRALS]] == 0.0).all()
    assert total[Term.TIME] == pytest.approx(-1.0)
    assert total[Term.SHAPING] == pytest.approx(-potential)  # the same whatever was done: it changes no best policy
    assert -1.0 <= total[Term.OWN_LOSS] <= 0.0 <= total[Term.ENEMY_LOSS] <= 1.0


def test_shaping_of_a_game_that_is_cut_off_keeps_the_potential_of_where_it_stands() -> None:
    settings = Settings(SHORT, gamma=0.9, most_steps=1)
    games = Episodes(settings, 1)
    games.reset([1])
    before = float(games.tables[0].known[0, 0])
    step = games.step({0: act(games, 0)})
    after = float(games.tables[0].known[0, 0])
    assert step.terms[0][0, Term.SHAPING] == pytest.approx(0.9 * after - before)


def test_both_sides_can_be_commanded_and_neither_gains_what_the_other_does_not_lose() -> None:
    games = Episodes(SETTINGS, 2, agents=(0, 1))
    games.reset([1, 2])
    step = [games.step({side: act(games, side) for side in (0, 1)}) for _ in range(20)][-1]
    assert step.terminated.all()
    np.testing.assert_allclose(step.terms[0][:, Term.MISSION], -step.terms[1][:, Term.MISSION])


def test_a_step_of_several_decisions_is_a_longer_step() -> None:
    games = Episodes(Settings(SHORT, step_decisions=5), 1)
    games.reset([1])
    steps = [games.step({0: act(games, 0)}) for _ in range(4)]
    assert steps[-1].terminated[0]
    assert steps[0].terms[0][0, Term.TIME] == pytest.approx(-0.25)


def test_no_two_splits_share_a_game() -> None:
    numbers = [{replication_of(split, seed, e) for seed in range(50) for e in range(4)} for split in SPLITS]
    assert all(len(group) == 200 for group in numbers)
    assert not numbers[0] & numbers[1]
    assert not numbers[2] & (numbers[0] | numbers[1])
    assert max(map(max, numbers)) < 2**63
    played = [play(Episodes(Settings(SHORT, split=split), 1), seeds=[1], n_steps=5).hashes for split in SPLITS]
    assert len({str(hashes) for hashes in played}) == 3


@pytest.mark.parametrize("opponent", HELD_OUT)
def test_two_doctrines_are_never_trained_against(opponent: str) -> None:
    assert opponent not in TRAINED_AGAINST
    assert opponent in TESTED_AGAINST
    for split in ("train", "validation"):
        with pytest.raises(InputError, match="held out"):
            Settings(SHORT, split=split, opponents=("hold", f"{opponent}:x=1"))
    assert Settings(SHORT, split="test", opponents=(opponent,)).opponents_in_play == (opponent,)


def test_each_game_draws_its_opponent() -> None:
    games = Episodes(Settings(SHORT, opponents=("hold", "aggressive", "idle")), 30)
    games.reset(range(30))
    drawn = [games.outcome(row, 0)["opponent"] for row in range(30)]
    assert set(drawn) == {"hold", "aggressive", "idle"}
    alone = Episodes(Settings(SHORT, opponents=("hold", "aggressive", "idle")), 1)
    for row in (0, 7, 21):
        alone.reset([row])
        assert alone.outcome(0, 0)["opponent"] == drawn[row]


def test_opponents_that_read_no_clocks_are_asked_at_one_clock_at_a_time() -> None:
    seen: list[tuple[int, int]] = []

    class Watch:
        def reset(self, *_: object) -> None: ...

        def decide(self, picture, orders) -> None:  # type: ignore[no-untyped-def]
            assert len(set(picture.ticks.tolist())) == 1
            assert picture.time_s == 2.0 * picture.tick
            seen.append((picture.tick, len(picture.ticks)))

    games = Episodes(Settings(SHORT, opponents=(Watch,)), 3)
    games.reset([1, 2, 3])
    games.step({0: act(games, 0)})
    games.begin([1])
    games.step({0: act(games, 0)})
    assert sorted(seen) == [(0, 1), (0, 3), (15, 2)]


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"side": "green"}, "green"),
        ({"split": "all"}, "train, validation, test"),
        ({"opponents": ()}, "name at least one"),
        ({"step_decisions": 0}, "1 or more"),
        ({"most_steps": 0}, "1 or more"),
        ({"gamma": 2.0}, "0 to 1"),
        ({"weights": {"glory": 1.0}}, "mission, own_loss"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        Episodes(Settings(SHORT, **wrong), 1)  # type: ignore[arg-type]


def test_weights_are_named_and_default_to_mission_and_shaping() -> None:
    assert weights_of(None).tolist() == [1, 0, 0, 0, 0, 0, 1]
    assert weights_of({"time": 0.5}).tolist() == [0, 0, 0, 0.5, 0, 0, 0]
    assert dict(DEFAULT_WEIGHTS) == {"mission": 1.0, "shaping": 1.0}
