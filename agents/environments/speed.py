"""Speed of games through the environments and in the bare engine: a section of ``chammo bench``.

The bare engine plays the scenario with its own policies. The environment plays the same scenario against the policy of
the file, with observations, masks, rewards and infos, in steps of a decision interval; its learner continues the plan
of the file, so that the environment is measured without a learner. Both take turns in the same rounds. With
Stable-Baselines3 the steps go through the ``VecEnv``, otherwise through the array core.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from agents.environments.episode import Episodes
from agents.environments.opponents import OF_THE_FILE
from agents.environments.settings import Settings
from agents.environments.speed_doors import measure_doors
from scenarios.benchmark.plugins import PluginRequest
from scenarios.benchmark.results import PluginResult, Spread
from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_logistics, build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.params import RuleW

FLOOR = 0.75
"""Least steps per CPU-second, as a share of the bare engine's decisions."""

_ROWS_OF_UNITS = 4_000  # units of all rows together, about
_MOST_ROWS = 128


def measure_learning(request: PluginRequest) -> list[PluginResult]:
    """Return the steps per CPU-second of each scenario and the bare engine's decisions, then the speed of the doors.

    A game is played to its end in each round, and again until the seconds of CPU time have passed.
    """
    seconds, rounds = request.seconds, request.rounds
    results: list[PluginResult] = []
    for name in request.scenarios:
        compiled = load(name)
        rows = min(_MOST_ROWS, max(8, _ROWS_OF_UNITS // len(compiled.roster.units)))
        step, door = _stepper(compiled, rows)
        bare: list[float] = []
        through: list[float] = []
        for k in range(rounds + 1):
            pair = _bare_rate(compiled, rows, seconds, k), _through_rate(step, rows, seconds, compiled)
            if k > 0:  # the first round compiles and warms up
                bare.append(pair[0])
                through.append(pair[1])
        what = f"steps through the {door} ({rows} rows)"
        against = "decisions of the bare engine"
        results.append(PluginResult(name, what, Spread(tuple(through)), against, Spread(tuple(bare)), FLOOR))
    return results + (measure_doors(request, request.door) if request.door is not None else [])


def _bare_rate(compiled: Compiled, rows: int, seconds: float, seed: int) -> float:
    """Return the decisions of all replications per CPU-second, of whole games."""
    decision_ticks, n_ticks = compiled.roster.decision_ticks, int(compiled.params.rules_whole[RuleW.N_TICKS])
    choices = choose_policies(compiled.roster)
    decided, spent_s, game = 0, 0.0, 0
    while spent_s < seconds or game == 0:
        began_s = time.process_time()
        numbers = range(game * rows, (game + 1) * rows)
        simulation = start_simulation(compiled, seed, numbers)
        policies = build_policies(choices, compiled.briefings, seed, numbers)
        chairs = build_logistics(choices, compiled, seed, numbers)
        counted: list[int] = []

        def count(tick: int, *_: object, counted: list[int] = counted, simulation: Any = simulation) -> None:
            counted.append(int((~simulation.done).sum()))

        run_decisions(
            simulation, policies, chairs=chairs, decision_ticks=decision_ticks, n_ticks=n_ticks, on_orders=count
        )
        spent_s += time.process_time() - began_s
        decided += sum(counted)
        game += 1
    return decided / spent_s


def _stepper(compiled: Compiled, rows: int) -> tuple[Callable[[], None], str]:
    """Return a function that plays a step of all rows, and the name of the wrapper."""
    settings = Settings(compiled, opponents=(OF_THE_FILE,))
    actions = np.zeros((rows, settings.schema.sizes.groups), dtype=np.int64)
    try:
        from agents.environments.vector_env import CommandVecEnv
    except ImportError:
        games = Episodes(settings, rows)
        games.reset(range(rows))

        def step() -> None:
            done = games.step({games.agents[0]: actions})
            games.begin(np.flatnonzero(done.terminated | done.truncated))

        return step, "array core"
    env = CommandVecEnv(settings, rows)
    env.reset()

    def step_env() -> None:
        env.step(actions)
        env.action_masks()

    return step_env, "VecEnv"


def _through_rate(step: Callable[[], None], rows: int, seconds: float, compiled: Compiled) -> float:
    """Return the steps of all rows per CPU-second, over at least the steps of a whole game."""
    per_game = -(-int(compiled.params.rules_whole[RuleW.N_TICKS]) // compiled.roster.decision_ticks)
    n, began_s = 0, time.process_time()
    while n % per_game or n == 0 or time.process_time() - began_s < seconds:
        step()
        n += 1
    return n * rows / (time.process_time() - began_s)
