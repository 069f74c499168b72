"""The reward of a commander: a vector of terms, with weights in the settings.

Before the end of a game every term depends on the picture of the side alone: reported losses, time, and the change of
a potential, the mission progress in that picture (``GlobalColumn.PROGRESS``). The true mission result, losses, kills
and breaches are paid at the end, so that a reward reveals nothing of the enemy. A game that is cut off (truncated) is
not over and pays none of these.

The shaping is ``gamma * potential(next) - potential(now)`` with potential 0 after the end, which leaves the best policy
unchanged (Ng, Harada, Russell 1999; with two sides Devlin, Kudenko 2011).
"""

from collections.abc import Mapping
from enum import IntEnum

import numpy as np

from simcore.errors import InputError
from simcore.params import Params, UnitSpecR, UnitSpecW
from simcore.state import SideR, SideW, State, WorldW
from simcore.types import F64, NONE


class Term(IntEnum):
    """Terms of a reward."""

    MISSION = 0  # at the end: half the lead in score plus half of +1 for a win, -1 for a defeat; -1..1
    OWN_LOSS = 1  # minus the share of the own cost lost, as reported, at the end the true share; -1..0 over a game
    ENEMY_LOSS = 2  # at the end: share of the enemy's cost lost; 0..1
    TIME = 3  # minus the share of the duration that has passed; -1..0 over a game
    RULES = 4  # at the end: minus the number of breaches of the rules of engagement
    NEUTRALS = 5  # at the end: minus the number of neutral units destroyed
    SHAPING = 6  # gamma times the potential after the step, minus that before it


N_TERMS = len(Term)
DEFAULT_WEIGHTS: Mapping[str, float] = {"mission": 1.0, "shaping": 1.0}


def weights_of(given: Mapping[str, float] | None) -> F64:
    """Return the weights (N_TERMS,) of terms by their names in lower case; other terms weigh 0."""
    weights = np.zeros(N_TERMS)
    names = [term.name.lower() for term in Term]
    for name, weight in (DEFAULT_WEIGHTS if given is None else given).items():
        if name not in names or not np.isfinite(weight):
            raise InputError(f"weights: {name}={weight}: give finite numbers for any of {', '.join(names)}")
        weights[names.index(name)] = weight
    return weights


def step_terms(known: F64, before: F64, passed: F64, gamma: float) -> F64:
    """Return the terms (n, N_TERMS) of a step before the end of a game, from the picture of the side.

    ``known`` and ``before`` (n, 2) are progress and share of the own cost lost after and before the step; ``passed``
    (n,) is the share of the duration.
    """
    terms = np.zeros((len(known), N_TERMS))
    terms[:, Term.OWN_LOSS] = before[:, 1] - known[:, 1]
    terms[:, Term.TIME] = -passed
    terms[:, Term.SHAPING] = gamma * known[:, 0] - before[:, 0]
    return terms


def lead_and_win(state: State, side: int) -> tuple[F64, F64]:
    """Return the lead in score of a side, and its win: 1, 0 for a draw, -1; (R,) each."""
    score, winner = state.sides.real[:, SideR.SCORE], state.world[:, WorldW.WINNER]
    win = np.where(winner == side, 1.0, np.where(winner == NONE, 0.0, -1.0))
    return score[:, side] - score[:, 1 - side], win


def mission_score(lead: F64, win: F64) -> F64:
    """Return the true mission result, -1..1: half the lead plus half the win."""
    return 0.5 * (lead + win)


def settle(terms: F64, before: F64, state: State, params: Params, side: int, worlds: np.ndarray) -> None:
    """Settle the terms (n, N_TERMS) of games that are over, the ``worlds`` of a state, in place."""
    enemy = 1 - side
    score, tally = state.sides.real[worlds], state.sides.whole[worlds]
    lead, win = lead_and_win(state, side)
    terms[:, Term.MISSION] = mission_score(lead[worlds], win[worlds])
    terms[:, Term.OWN_LOSS] = before[:, 1] - share_lost(score, params, side)
    terms[:, Term.ENEMY_LOSS] = share_lost(score, params, enemy)
    terms[:, Term.RULES] = -tally[:, SideW.ROE_VIOLATIONS, side]
    terms[:, Term.NEUTRALS] = -tally[:, SideW.NEUTRAL_KILLS, side]
    terms[:, Term.SHAPING] = -before[:, 0]


def share_lost(real: F64, params: Params, side: int) -> F64:
    """Return the share of its cost that a side has lost, (n,), from the real tallies of sides."""
    units = params.units
    is_own = (units.whole[UnitSpecW.SIDE] == side) & (units.whole[UnitSpecW.SPOOFER] < 0)
    total = float(units.real[UnitSpecR.COST, is_own].sum())
    return real[:, SideR.COST_LOST, side] / total if total > 0.0 else np.zeros(len(real))
