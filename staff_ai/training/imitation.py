"""A warm start: games of a doctrine, and the nearest choice to each of its orders."""

from typing import NamedTuple

import numpy as np

from agents.doctrine import for_either_chair
from agents.environments.draws import ROOT_SEED, replication_of
from agents.environments.opponents import HELD_OUT, Opposition, opposing_pools
from agents.environments.schema import Observation
from agents.environments.settings import Settings
from agents.environments.view import SideView, Tables
from scenarios.run.play import start_simulation
from scenarios.run.policies import reset_policy
from simcore.errors import InputError
from simcore.order_checks import enter_orders
from simcore.orders import OrderR, Orders, OrderW
from simcore.params import RuleW
from simcore.policy_registry import find_policy
from simcore.types import F64, I64
from staff_ai.games.play import Results, join, play_games

_NEAR = 0.1  # distance equivalent to other rules of engagement, half the largest distance [half-extents]
_FIRST_GAME = 10**9  # games of the split train beyond those of the updates


class Examples(NamedTuple):
    """Decisions of a doctrine: n observations, masks (n, G, A), labels (n, G), -1 without a similar choice."""

    seen: Observation
    mask: np.ndarray
    labels: I64

    @property
    def share(self) -> float:
        """Share of its orders with a similar choice."""
        return float((self.labels >= 0).mean())


def best_doctrine(settings: Settings, n: int) -> tuple[str, float]:
    """Return the doctrine with the best mean mission score on validation games, and the score."""
    scores: dict[str, float] = {}
    side, opponents = settings.side_index, [str(opponent) for opponent in settings.opponents_in_play]
    each = max(1, n // len(opponents))
    for name in ("hold", *for_either_chair()):
        parts: list[Results] = [
            play_games(settings, side, lambda name=name: find_policy(name), opponent, each, "validation")
            for opponent in opponents
        ]
        scores[name] = float(join(parts).mission.mean())
    best = max(scores, key=lambda name: (scores[name], name))
    return best, scores[best]


def gather_examples(settings: Settings, name: str, n: int) -> Examples:
    """Return the decisions of a doctrine in ``n`` games of the split train against the opponents of the settings."""
    compiled, side = settings.source.variant("train", 0), settings.side_index
    roster, briefing = compiled.roster, compiled.briefings[side]
    view = SideView(settings.schema, briefing)
    replications = [replication_of("train", _FIRST_GAME + k, 0) for k in range(n)]
    simulation = start_simulation(compiled, ROOT_SEED, replications)
    teacher = find_policy(name)
    reset_policy(teacher, name, briefing, ROOT_SEED, replications)
    pools = opposing_pools(compiled, (side,), tuple(str(opponent) for opponent in settings.opponents_in_play))
    others = {s: Opposition(compiled, s, pool) for s, pool in pools.items()}
    groups = simulation.groups_of(side)
    seen: list[Observation] = []
    masks: list[np.ndarray] = []
    labels: list[I64] = []
    interval = settings.step_decisions * roster.decision_ticks
    doctrine = doctrine_choice(settings, name)
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
    while simulation.tick < n_ticks and not bool(simulation.done.all()):
        simulation.orders.clear()
        if simulation.tick % interval == 0:
            picture = simulation.picture(side)
            tables = view.look(picture)
            own = simulation.orders.of_groups(groups)
            teacher.decide(picture, own)
            alive = np.flatnonzero(~simulation.done)
            if doctrine is None:
                labels.append(label_orders(view, tables, own)[alive])
            else:
                labels.append(np.where(tables.mask[alive, :, doctrine], doctrine, -1))
            seen.append({part: values[alive] for part, values in tables.observation.items()})
            masks.append(tables.mask[alive])
            enter_orders(simulation, own, groups, name, roster.groups)
        elif doctrine is not None:  # a doctrine in force orders at every decision
            own = simulation.orders.of_groups(groups)
            teacher.decide(simulation.picture(side), own)
            enter_orders(simulation, own, groups, name, roster.groups)
        for s, opposition in others.items():
            opposition.decide(simulation, np.arange(n) % len(pools[s]))
        simulation.advance(min(roster.decision_ticks, n_ticks - simulation.tick))
    together = {part: np.concatenate([observation[part] for observation in seen]) for part in seen[0]}
    return Examples(together, np.concatenate(masks), np.concatenate(labels))


def doctrine_choice(settings: Settings, name: str) -> int | None:
    """Return the index of the choice of a doctrine, None if it is not among the choices."""
    names = [choice.doctrine for choice in settings.schema.action.choices]
    return names.index(name) if name in names else None


def label_orders(view: SideView, tables: Tables, orders: Orders) -> I64:
    """Return the choice with the nearest order to the given order, for each group slot, (n, G).

    No order means the choice to continue; -1 means no choice with the same task near the same place.
    """
    n, n_slots = tables.n, view.schema.sizes.groups
    places = [view.briefing.group_names.index(name) for name in view.slots]
    groups = view.briefing.groups[places]
    issued = orders.whole[:, OrderW.ISSUED][:, groups] == 1
    best: F64 = np.full((n, len(groups)), np.inf)
    labels: I64 = np.full((n, n_slots), -1, dtype=np.int64)
    labels[:, : len(groups)][~issued] = 0  # Verb.CONTINUE is the first choice
    trial = Orders(np.zeros_like(orders.real), np.zeros_like(orders.whole))
    for choice in range(1, view.schema.action.n_choices):
        trial.clear()
        view.order(np.full((n, n_slots), choice), tables, trial)
        has_order = trial.whole[:, OrderW.ISSUED][:, groups] == 1
        is_like = has_order & issued & tables.mask[:, : len(groups), choice]
        is_like &= trial.whole[:, OrderW.TASK][:, groups] == orders.whole[:, OrderW.TASK][:, groups]
        gap = trial.real[:, [OrderR.X, OrderR.Y]][:, :, groups] - orders.real[:, [OrderR.X, OrderR.Y]][:, :, groups]
        away = np.sqrt((gap * gap).sum(axis=1)) / view.half_extent_m
        away += _NEAR * (trial.whole[:, OrderW.ROE][:, groups] != orders.whole[:, OrderW.ROE][:, groups])
        better = is_like & (away < best) & (away <= 2.0 * _NEAR)
        best[better] = away[better]
        labels[:, : len(groups)][better] = choice
    return labels


def check_teacher(name: str) -> None:
    """Raise ``InputError`` for a held-out or unknown doctrine."""
    if name in HELD_OUT:
        raise InputError(f"--imitate {name}: is held out for the test; give another doctrine, or best")
    find_policy(name)
