"""What learned in an environment commands in a run: the same observations, masks and orders, so the same game."""

from typing import Any

import numpy as np
import pytest

from agents.doctrine import registered
from agents.environments.commander import ChoiceCommander
from agents.environments.draws import ROOT_SEED
from agents.environments.episode import Episodes
from agents.environments.settings import Settings
from agents.environments.some_rows import take
from scenarios.run.play import start_simulation
from simcore.decision_loop import run_decisions
from simcore.params import RuleW
from simcore.picture import Picture
from simcore.policy_registry import find_policy
from tests.agents.environments.games import SHORT, choose, choose_one
from tests.agents.synthetic import busy_picture, decide, make_briefing


class _Same(ChoiceCommander):
    """Chooses as the learners of these tests do."""

    def choose(self, picture: Picture, observation: dict[str, Any], mask: np.ndarray) -> np.ndarray:
        rows = [choose_one({k: v[row] for k, v in observation.items()}, mask[row]) for row in range(len(mask))]
        return np.array(rows)


@pytest.mark.parametrize("every", [1, 4])
def test_a_commander_plays_in_a_run_the_game_that_it_played_in_the_environment(every: int) -> None:
    settings = Settings(SHORT, opponents=("aggressive",), step_decisions=every)
    games = Episodes(settings, 2)
    games.reset([1, 2])
    numbers = games.replication.copy()
    done = np.zeros(2, dtype=bool)
    while not done.all():
        step = games.step({0: choose(games.tables[0])})
        done = step.terminated
        assert done.all() or not done.any()  # both last to the end of the time
    simulation = start_simulation(SHORT, ROOT_SEED, numbers.tolist())
    commander, enemy = _Same(interval_s=settings.step_s, digest=settings.schema.digest), find_policy("aggressive")
    for side, policy in enumerate((commander, enemy)):
        policy.reset(SHORT.briefings[side], ROOT_SEED, simulation.state.replication)
    n_ticks = int(SHORT.params.rules_whole[RuleW.N_TICKS])
    run_decisions(simulation, [commander, enemy], decision_ticks=SHORT.roster.decision_ticks, n_ticks=n_ticks)
    assert simulation.hash() == [games.state_hash(0), games.state_hash(1)]
    assert commander.illegal == 0


@pytest.mark.parametrize("name", registered())
def test_a_doctrine_decides_for_replications_at_different_times_as_for_each_alone(name: str) -> None:
    briefing = make_briefing()
    policy = find_policy(name)
    assert policy.reads_clocks  # type: ignore[attr-defined]
    ticks = np.array([0, 30, 480, 1_000, 2_000, 480])
    mixed = busy_picture(briefing, len(ticks))._replace(tick=-1, time_s=float("nan"), ticks=ticks)
    together = decide(policy, briefing, mixed)
    for row, tick in enumerate(ticks.tolist()):
        alone = take(mixed, np.array([row]), briefing.dt_s)
        assert (alone.tick, alone.time_s) == (tick, tick * briefing.dt_s)
        orders = decide(policy, briefing, alone)
        assert orders.real.tobytes() == together.real[row].tobytes()
        assert orders.whole.tobytes() == together.whole[row].tobytes()
