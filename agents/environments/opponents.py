"""Opponents: doctrines for the sides without a learner, drawn anew for each game.

Two doctrines are held out from training, for the test.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from agents.environments.draws import ROOT_SEED, Split
from agents.environments.mixture import command_mixture
from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import PolicyChoice, choose_policies, reset_policy
from simcore.errors import InputError
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.simulation import Simulation
from simcore.types import I64, N_BELLIGERENTS

HELD_OUT = ("screen-and-strike", "economy-of-force")
"""Doctrines that play in no game of the splits train and validation."""

TRAINED_AGAINST = ("hold", "aggressive", "cautious", "assault", "defend")
TESTED_AGAINST = (*TRAINED_AGAINST, *HELD_OUT)

OF_THE_FILE = "scenario"
"""The policy named in the scenario file."""


def check_opponents(opponents: Sequence[str] | None, split: Split) -> tuple[str, ...]:
    """Return the opponents of a split, ``name`` or ``name:parameter=value`` each; None gives the defaults.

    Raises
    ------
    InputError
        For an empty list, and for a held-out policy in the splits train and validation.
    """
    if opponents is None:
        return TESTED_AGAINST if split == "test" else TRAINED_AGAINST
    if not opponents:
        raise InputError("opponents: the list is empty; name at least one policy")
    held_out = [text for text in opponents if text.partition(":")[0].strip() in HELD_OUT]
    if held_out and split != "test":
        raise InputError(
            f"opponents: {held_out[0]} is held out for the test; take it out, or play the split test against it"
        )
    return tuple(opponents)


class Chooser(Protocol):
    """A maker of policies, for policies without a registered name."""

    def __call__(self) -> Policy:
        """Return a new policy."""
        ...


class Opposition:
    """The commanders of a side in the worlds of a simulation: each world has one of several."""

    def __init__(self, compiled: Compiled, side: int, opponents: Sequence[str | Chooser]) -> None:
        self._compiled = compiled
        self._side = side
        self._opponents = tuple(opponents)
        self._policies: dict[int, Policy] = {}

    def label(self, index: int) -> str:
        """Return the name of an opponent."""
        return str(self._opponents[index])

    def _policy(self, index: int) -> Policy:
        if index not in self._policies:
            opponent = self._opponents[index]
            if isinstance(opponent, str):
                _, policy = make_named(self._compiled, self._side, opponent)
            else:
                policy = opponent()
            reset_policy(policy, self.label(index), self._compiled.briefings[self._side], ROOT_SEED, ())
            self._policies[index] = policy
        return self._policies[index]

    def decide(self, simulation: Simulation, which: I64) -> None:
        """Enter the orders of the commanders; ``which`` (R,) is the index of the commander of each world."""
        found = {index: (self.label(index), self._policy(index)) for index in np.unique(which).tolist()}
        command_mixture(simulation, self._side, self._compiled.roster, found, which)


def choose_named(compiled: Compiled, side: int, text: str) -> PolicyChoice:
    """Return the policy of a side by ``name`` or ``name:parameter=value``; ``scenario`` stands for that of the file."""
    roster = compiled.roster
    return choose_policies(roster, by_side={} if text == OF_THE_FILE else {roster.sides[side]: text})[side]


def make_named(compiled: Compiled, side: int, text: str) -> tuple[str, Policy]:
    """Return the label of the policy that ``choose_named`` chooses, and a new one of it."""
    choice = choose_named(compiled, side, text)
    return choice.label, find_policy(choice.name, choice.parameters)


def opposing_pools(
    compiled: Compiled, agents: Sequence[int], pool: Sequence[str | Chooser]
) -> dict[int, Sequence[str | Chooser]]:
    """Return the opponents of each side without an agent: the pool for belligerents, else the policy of the file."""
    others = [side for side in range(len(compiled.roster.sides)) if side not in agents]
    return {side: pool if side < N_BELLIGERENTS else (OF_THE_FILE,) for side in others}
