"""Whole games between a policy and an opponent, in a batch, on the replication numbers of a split.

The games of a split are those of the environments (``agents.environments.draws``): the split test shares no game
with training and selection. Policies with the same numbers, chair and opponent are paired.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from agents.environments.draws import ROOT_SEED, Split, replication_of
from agents.environments.opponents import OF_THE_FILE
from agents.environments.reward import lead_and_win, mission_score
from agents.environments.settings import Settings
from scenarios.compiler.scenario import Compiled
from scenarios.run.play import start_simulation
from scenarios.run.policies import choose_policies, reset_policy
from simcore.decision_loop import run_decisions
from simcore.params import RuleW
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.types import F64, N_BELLIGERENTS

OnEnd = Callable[[Policy, Simulation], None]

VARIANTS_PLAYED = 8
"""Most variants of ranges in a set of games."""


class Results(NamedTuple):
    """Outcomes of n games for a side."""

    lead: F64  # (n,) own score less the enemy's; (copies, n) of several copies
    win: F64  # the same shape: 1, 0 for a draw, -1

    @property
    def mission(self) -> F64:
        """Half the lead plus half the win, -1..1: the objective of training."""
        return mission_score(self.lead, self.win)


def join(parts: Iterable[Results]) -> Results:
    """Return the concatenation of several results."""
    found = list(parts)
    return Results(np.concatenate([p.lead for p in found]), np.concatenate([p.win for p in found]))


def play_games(
    settings: Settings,
    side: int,
    make: Callable[[], Policy],
    opponent: str,
    n: int,
    split: Split,
    first: int = 0,
    on_end: OnEnd | None = None,
) -> Results:
    """Play games ``first`` to ``first + n - 1`` of a split.

    A game is on a variant of the ranges: its number modulo the number of variants played.
    ``make`` returns the policy of the side; ``opponent`` is the name of the other, ``scenario`` for that of the file.
    ``on_end`` is called with policy and simulation after the games of each variant.
    """
    found = play_copies(settings, side, make, 1, opponent, n, split, first, on_end)
    return Results(found.lead[0], found.win[0])


def play_copies(
    settings: Settings,
    side: int,
    make: Callable[[], Policy],
    copies: int,
    opponent: str,
    n: int,
    split: Split,
    first: int = 0,
    on_end: OnEnd | None = None,
) -> Results:
    """Play the games of ``play_games`` several times in the same simulation, and return results (copies, n).

    In a picture of the policy the games of the first copy come first, then those of the second, and so on. A policy
    that plays differently by copy is compared with itself, with common random numbers, at the speed of a large batch.
    """
    n_variants = min(settings.source.n_variants, VARIANTS_PLAYED)
    lead, win = np.zeros((copies, n)), np.zeros((copies, n))
    for variant in range(n_variants):
        numbers = np.arange(first, first + n)
        numbers = numbers[numbers % n_variants == variant]
        if len(numbers) == 0:
            continue
        compiled = settings.source.variant(split, variant)
        replications = [replication_of(split, int(number), 0) for number in numbers] * copies
        policy = make()
        results, simulation = _play(compiled, side, policy, opponent, replications)
        if on_end is not None:
            on_end(policy, simulation)
        lead[:, numbers - first], win[:, numbers - first] = (values.reshape(copies, -1) for values in results)
    return Results(lead, win)


def _play(
    compiled: Compiled, side: int, policy: Policy, opponent: str, replications: list[int]
) -> tuple[Results, Simulation]:
    roster = compiled.roster
    others = {roster.sides[k]: opponent for k in range(N_BELLIGERENTS) if k != side and opponent != OF_THE_FILE}
    choices = choose_policies(roster, by_side=others)
    policies: list[Policy] = []
    for k, (choice, briefing) in enumerate(zip(choices, compiled.briefings, strict=True)):
        chosen = policy if k == side else find_policy(choice.name, choice.parameters)
        reset_policy(chosen, choice.label, briefing, ROOT_SEED, replications)
        policies.append(chosen)
    simulation = start_simulation(compiled, ROOT_SEED, replications)
    run_decisions(
        simulation,
        policies,
        group_names=roster.groups,
        decision_ticks=roster.decision_ticks,
        n_ticks=int(compiled.params.rules_whole[RuleW.N_TICKS]),
    )
    return Results(*lead_and_win(simulation.state, side)), simulation
