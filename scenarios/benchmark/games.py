"""Whole games with the scenario's policies: replications of a batch, and look-ahead worlds from amid a fight."""

import time
from collections.abc import Callable, Sequence

from scenarios.benchmark.cases import SEED, Work, start
from scenarios.benchmark.results import GameResult, Spread
from scenarios.run.policies import PolicyChoice, build_logistics, build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.params import RuleR
from simcore.simulation import Simulation

WORLDS = 64
AHEAD_MIN = 30
REPLICATIONS = 16
_BEFORE = 1.0 / 3.0  # share of the fight before the worlds are fanned out


def measure_games(work: Work, rounds: int, worlds: int = WORLDS) -> list[GameResult]:
    """Return games per CPU-second with the scenario's policies: the engine, pictures, decisions and routes together.

    Rollouts continue from a third of the fight, for half an hour and to its end. Raises ``WargameError`` if a policy of
    the scenario is not installed.
    """
    choices = choose_policies(work.compiled.roster)
    n_ticks = work.n_ticks
    ahead = max(1, round(60 * AHEAD_MIN / float(work.compiled.params.rules_real[RuleR.DT_S])))
    origin = start(work, replications=1)
    _play(work, choices, origin, range(1), max(1, int(_BEFORE * n_ticks)))
    if bool(origin.done.all()):
        return []
    replications = range(min(REPLICATIONS, worlds))

    def batch() -> Simulation:
        return start(work, replications=len(replications))

    def rollouts() -> Simulation:
        return origin.fan_out(range(worlds))

    kinds: list[tuple[str, Callable[[], Simulation], Sequence[int], int]] = [
        ("replications of a batch", batch, replications, n_ticks),
        (f"rollouts of {AHEAD_MIN} min", rollouts, range(worlds), min(origin.tick + ahead, n_ticks)),
        ("rollouts to the end", rollouts, range(worlds), n_ticks),
    ]
    rates: dict[str, list[float]] = {what: [] for what, *_ in kinds}
    for _ in range(rounds):
        for what, begin, numbers, until in kinds:
            began = time.process_time()
            _play(work, choices, begin(), numbers, until)
            rates[what].append(len(numbers) / max(time.process_time() - began, 1e-9))
    return [GameResult(work.name, what, len(numbers), Spread(tuple(rates[what]))) for what, _, numbers, _ in kinds]


def _play(
    work: Work, choices: Sequence[PolicyChoice], simulation: Simulation, numbers: Sequence[int], until: int
) -> None:
    """Play the worlds with newly made policies until a tick."""
    compiled = work.compiled
    run_decisions(
        simulation,
        build_policies(choices, compiled.briefings, SEED, numbers),
        chairs=build_logistics(choices, compiled, SEED, numbers),
        decision_ticks=max(1, compiled.roster.decision_ticks),
        n_ticks=until,
    )
