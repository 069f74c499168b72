"""Validation of networks on paired games: a challenger replaces the incumbent only beyond chance."""

from collections.abc import Sequence

import numpy as np

from simcore.types import F64
from staff_ai.games.play import play_copies
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.networks import Network
from staff_ai.training.plan import Plan

FRESH_GAMES = 10**6  # first game of the split validation for the last comparison
_MORE = 3  # times as many games there
_ERRORS = 1.0  # standard errors by which a challenger must be better

Scores = tuple[F64, ...]
"""Mission scores of the games of each chair, (n,) each."""


def validate(plan: Plan, network: Network, sampled: bool, first: int = 0, times: int = 1) -> Scores:
    """Return the scores of a network on the split validation, against the opponents of the plan, chair by chair.

    ``sampled``: its choices are drawn by the scores.
    """
    found: list[F64] = []
    for one in plan.settings:
        opponents = [str(opponent) for opponent in one.opponents_in_play]
        each = -(-plan.validation_games * times // (len(opponents) * len(plan.settings)))
        made = lambda: NetworkCommander(network, plan.interval_s, sampled)  # noqa: E731
        found.append(play_copies(one, one.side_index, made, 1, opponents, each, "validation", first).mission.ravel())
    return tuple(found)


def validate_again(plan: Plan, network: Network, sampled: bool) -> Scores:
    """Return the scores on more games, unused in the training."""
    return validate(plan, network, sampled, FRESH_GAMES, _MORE)


def mean_score(scores: Sequence[F64]) -> float:
    """Return the mean over chairs of their mean scores."""
    return float(np.mean([chair.mean() for chair in scores]))


def is_better(challenger: Sequence[F64], incumbent: Sequence[F64], errors: float = _ERRORS) -> bool:
    """Return whether the mean over chairs is better by more than ``errors`` standard errors of the paired games."""
    gains = [a - b for a, b in zip(challenger, incumbent, strict=True)]
    gain = float(np.mean([chair.mean() for chair in gains]))
    variance = sum(float(chair.var(ddof=1)) / len(chair) if len(chair) > 1 else 0.0 for chair in gains)
    return gain > errors * variance**0.5 / len(gains)
