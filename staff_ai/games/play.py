"""Whole games between a policy and an opponent, in a batch, on the replication numbers of a split.

The games of a split are those of the environments (``agents.environments.draws``): the split test shares no game
with training and selection. Policies with the same numbers, chair and opponent are paired.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.environments.draws import ROOT_SEED, Split, replication_of
from agents.environments.mixture import decide_mixture
from agents.environments.opponents import make_named
from agents.environments.reward import lead_and_win, mission_score
from agents.environments.settings import Settings
from scenarios.compiler.scenario import Compiled
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_logistics, choose_policies, reset_policy
from simcore.decision_loop import run_decisions
from simcore.orders import Orders
from simcore.params import RuleW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.types import F64, I64

Make = Callable[[], Policy]
Opponent = str | Make
"""A policy by name, or a function that makes it."""
OnEnd = Callable[[Policy, Simulation], None]

VARIANTS_PLAYED = 8
"""Most variants of ranges in a set of games."""

ROWS = 1024
"""Most worlds of a simulation of ``play_pairs``, unless a single policy needs more."""


class Results(NamedTuple):
    """Outcomes of n games for a side."""

    lead: F64  # (n,) own score less the enemy's; of several copies and opponents (copies, opponents, n)
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
    settings: Settings, side: int, make: Make, opponent: Opponent, n: int, split: Split, first: int = 0
) -> Results:
    """Play games ``first`` to ``first + n - 1`` of a split.

    A game is on a variant of the ranges: its number modulo the number of variants played.
    ``make`` returns the policy of the side; ``opponent`` is the name of the other, ``scenario`` for that of the file.
    """
    found = play_copies(settings, side, make, 1, (opponent,), n, split, first)
    return Results(found.lead[0, 0], found.win[0, 0])


def play_copies(
    settings: Settings,
    side: int,
    make: Make,
    copies: int,
    opponents: Sequence[Opponent],
    n: int,
    split: Split,
    first: int = 0,
    on_end: OnEnd | None = None,
) -> Results:
    """Play the games of ``play_games`` several times against each opponent; return results (copies, opponents, n).

    All are in the same simulation. In a picture of the policy the games of the first copy come first, then those of
    the second, and so on; within a copy those with the first opponent come first. A policy that plays differently by
    copy is compared with itself, with common random numbers, at the speed of a large batch.
    ``on_end`` is called with policy and simulation after the games of each variant.
    """
    return _play_blocks(settings, side, [make], np.zeros(copies, dtype=np.int64), opponents, n, split, first, on_end)


def play_pairs(
    settings: Settings,
    side: int,
    makes: Sequence[Make],
    opponents: Sequence[Opponent],
    n: int,
    split: Split,
    first: int = 0,
    on_games: Callable[[int, int], None] | None = None,
) -> Results:
    """Play the games of ``play_games`` with each policy against each opponent; return results (policies, opponents, n).

    Many policies share a simulation, up to ``ROWS`` worlds: that is several times as fast as a simulation for each
    pair. ``on_games`` is called with the number of pairs played and that of all.
    """
    at_once = max(1, ROWS // (len(opponents) * n))
    parts: list[Results] = []
    for k in range(0, len(makes), at_once):
        some = makes[k : k + at_once]
        parts.append(_play_blocks(settings, side, some, np.arange(len(some)), opponents, n, split, first))
        if on_games is not None:
            on_games((k + len(some)) * len(opponents), len(makes) * len(opponents))
    return join(parts)


def by_variant(n_variants: int, first: int, n: int) -> Generator[tuple[int, I64]]:
    """Yield each variant with the numbers of its games among ``first`` to ``first + n - 1``, if there are any."""
    numbers = np.arange(first, first + n)
    for variant in range(n_variants):
        some = numbers[numbers % n_variants == variant]
        if len(some):
            yield variant, some


class _Several:
    """Several commanders of a side, each in some of the worlds: ``which`` (R,) is the number of that of each world."""

    reads_clocks = True

    def __init__(self, policies: Sequence[tuple[str, Policy]], which: I64) -> None:
        self._policies, self._which = dict(enumerate(policies)), which

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self._dt_s = briefing.dt_s
        for k, (label, policy) in self._policies.items():
            reset_policy(policy, label, briefing, seed, replication[self._which == k].tolist())

    def decide(self, picture: Picture, orders: Orders) -> None:
        decide_mixture(self._policies, picture, self._which, orders, self._dt_s)


def _play_blocks(
    settings: Settings,
    side: int,
    makes: Sequence[Make],
    blocks: I64,
    opponents: Sequence[Opponent],
    n: int,
    split: Split,
    first: int = 0,
    on_end: OnEnd | None = None,
) -> Results:
    """Play n games against each opponent for each block, the number of a policy; return (blocks, opponents, n)."""
    lead, win = np.zeros((2, len(blocks), len(opponents), n))
    for variant, numbers in by_variant(min(settings.source.n_variants, VARIANTS_PLAYED), first, n):
        compiled = settings.source.variant(split, variant)
        replications = [replication_of(split, int(number), 0) for number in numbers]
        replications *= len(blocks) * len(opponents)
        own: I64 = np.repeat(blocks, len(opponents) * len(numbers))
        policy = together([("policy", make()) for make in makes], own)
        enemies, theirs = _enemies(compiled, 1 - side, opponents, len(blocks))
        enemy = together(enemies, np.repeat(theirs, len(numbers)))
        try:
            simulation = play_worlds(compiled, {side: policy, 1 - side: enemy}, ROOT_SEED, replications)
        finally:
            close_policies([one for _, one in enemies])
        results = Results(*lead_and_win(simulation.state, side))
        if on_end is not None:
            on_end(policy, simulation)
        for kept, values in zip((lead, win), results, strict=True):
            kept[:, :, numbers - first] = values.reshape(len(blocks), len(opponents), -1)
    return Results(lead, win)


def _enemies(
    compiled: Compiled, side: int, opponents: Sequence[Opponent], n_blocks: int
) -> tuple[list[tuple[str, Policy]], I64]:
    """Return the opponents with the number of that of each block, (blocks * opponents,).

    A named opponent plays in all blocks; a function makes a policy for each, since it may remember its replications.
    """
    found: list[tuple[str, Policy]] = []
    which = np.zeros((n_blocks, len(opponents)), dtype=np.int64)
    for k, opponent in enumerate(opponents):
        which[:, k] = len(found)
        if isinstance(opponent, str):
            found.append(make_named(compiled, side, opponent))
        else:
            which[:, k] += np.arange(n_blocks)
            found += [("opponent", opponent()) for _ in range(n_blocks)]
    return found, which.ravel()


def close_policies(policies: Iterable[Policy]) -> None:
    """End policies that hold something open, such as a process of their own."""
    for policy in policies:
        close = getattr(policy, "close", None)
        if callable(close):
            close()


def together(policies: Sequence[tuple[str, Policy]], which: I64) -> Policy:
    """Return several policies, each with its label, as a single policy; ``which`` (R,) is that of each world."""
    return _Several(policies, which) if len(policies) > 1 else policies[0][1]


def play_worlds(
    compiled: Compiled,
    commanders: Mapping[int, Policy],
    seed: int,
    replications: Sequence[int],
    on_start: Callable[[Simulation], None] | None = None,
) -> Simulation:
    """Play replications to their end as a single simulation; sides without a commander have that of the file.

    ``on_start`` is called with the simulation before the first decision.
    """
    roster = compiled.roster
    policies: list[Policy] = []
    choices = choose_policies(roster)
    for k, (choice, briefing) in enumerate(zip(choices, compiled.briefings, strict=True)):
        policy = commanders.get(k) or find_policy(choice.name, choice.parameters)
        reset_policy(policy, choice.label, briefing, seed, replications)
        policies.append(policy)
    simulation = start_simulation(compiled, seed, replications)
    if on_start is not None:
        on_start(simulation)
    run_decisions(
        simulation,
        policies,
        chairs=build_logistics(choices, compiled, seed, replications),
        group_names=roster.groups,
        decision_ticks=roster.decision_ticks,
        n_ticks=int(compiled.params.rules_whole[RuleW.N_TICKS]),
    )
    return simulation
