"""Comparison of commanders with their baselines on games unused in training and selection."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.doctrine import for_either_chair
from agents.environments.commander import interval_of
from agents.environments.draws import Split
from agents.environments.opponents import OF_THE_FILE, TESTED_AGAINST, TRAINED_AGAINST, choose_named
from agents.environments.schema import Schema
from agents.environments.settings import Settings, settings_of
from simcore.errors import InputError
from simcore.policy_registry import find_policy
from simcore.types import I64, N_BELLIGERENTS
from staff_ai.games.chairs import CONSTANT, FIXED, HOLD, LEARNED, OWN, OWN_FIXED, TIMED, Chair, Row
from staff_ai.games.play import Make, play_pairs
from staff_ai.games.schedules import (
    PERIODS,
    Schedule,
    ScheduleCommander,
    own_choices,
    own_schedule,
    search_schedule,
    verb_choices,
)
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.policy_folder import TrainedPolicy, read_policy
from staff_ai.trained.shipped import shipped_names, shipped_policy

DEFAULT_SEARCH = 1000
_SCHEDULE_GAMES = 8
_CONSTANT_GAMES = 2000  # at most, for the search of constant verbs

Told = Callable[[int, int], None]


def read_subjects(texts: Sequence[str]) -> tuple[list[TrainedPolicy], list[str]]:
    """Return the trained policies among folders and names, and the other names.

    The first commander that comes with Chammo is taken as a trained policy where no folder is given; else it is
    compared by name, as a doctrine is.

    Raises ``InputError`` for policies trained for different sides or scenarios.
    """
    folders = [text.removeprefix("trained:") for text in texts if Path(text).is_dir() or text.startswith("trained:")]
    policies = [read_policy(folder) for folder in folders]
    names = [text for text in texts if text.removeprefix("trained:") not in folders]
    shipped = [text for text in names if text in shipped_names()]
    if shipped and not policies:
        policies = [shipped_policy(shipped[0])]
        names.remove(shipped[0])
    for text in names:
        if "/" in text or "\\" in text:
            raise InputError(
                f"{text}: no such folder; give the folder that `chammo train -o FOLDER` wrote, or a policy"
            )
    chairs = [policy.chairs for policy in policies]
    if any(chair != chairs[0] for chair in chairs):
        raise InputError(
            f"{folders[0]}: the folders are taken for training seeds of one commander, but they were trained for other "
            "scenarios or sides; evaluate them separately"
        )
    return policies, names


def trained_scenarios(policies: Sequence[TrainedPolicy]) -> list[str]:
    """Return the scenarios of the training of a commander, as given to it."""
    plan: Any = policies[0].manifest.get("training", {}).get("plan", {}) if policies else {}
    return [str(name) for name in plan.get("scenarios", [])]


def sides_of(settings: Settings, policies: Sequence[TrainedPolicy], side: str | None) -> list[str]:
    """Return the chairs to evaluate: ``side``, those of the training, or both."""
    sides = settings.base.roster.sides[:N_BELLIGERENTS]
    if side is not None:
        if side not in sides:
            raise InputError(f"--side {side}: does not fight in this scenario; give one of {', '.join(sides)}")
        return [side]
    name = settings.base.roster.scenario
    learned = [trained for scenario, trained in policies[0].chairs if scenario == name] if policies else []
    return [one for one in sides if one in learned] or list(sides)


def games_of_training(policies: Sequence[TrainedPolicy]) -> int:
    """Return the games of the longest training of a commander, in each of its chairs; 0 where they are unknown.

    Games to find a teacher count, games of validation do not.
    """
    found = [0]
    for policy in policies:
        training: Any = policy.manifest.get("training") or {}
        rows = training.get("plan", {}).get("rows", 0)
        played = int(training.get("games") or training.get("updates", 0) * rows)
        teachers = (training.get("imitated") or {}).get("teachers", [])
        found.append(played + sum(int(teacher.get("games") or 0) for teacher in teachers))
    return max(found) // max(1, len(policies[0].chairs)) if policies else 0


def evaluate_chair(
    scenario: str,
    side: str,
    policies: Sequence[TrainedPolicy],
    names: Sequence[str] = (),
    *,
    against: Sequence[str] | None = None,
    n: int = 64,
    search: int | None = None,
    split: Split = "test",
    schedules: bool = True,
    on_games: Told | None = None,
) -> Chair:
    """Play all commanders of a chair against all opponents and return the comparison.

    ``policies`` are training seeds of a commander; ``names`` are further policies, beside the doctrines. ``n`` games
    per pair; ``search`` games for the search of each schedule, 0 for no search, by default those of the training in
    this chair. Without ``schedules`` neither those of a search nor those of the commander itself play, and nothing can
    be claimed on its reactions.
    """
    sizes = policies[0].schema.sizes if policies else None
    settings = settings_of(scenario, side=side, split=split, sizes=sizes)
    opponents = tuple(against) if against else TESTED_AGAINST
    for text in (*opponents, *names):  # mistakes show before the games
        if text != OF_THE_FILE:
            _named(settings, text)()
    subjects: list[tuple[str, list[Make]]] = []
    briefing = settings.base.briefings[settings.side_index]
    interval_s = interval_of(policies[0].interval_s, briefing) if policies else settings.step_s
    has_doctrines = bool(settings.schema.sizes.doctrines) and bool(policies)
    cost = games_of_training(policies)
    budget = search if search is not None else cost or DEFAULT_SEARCH
    chair = Chair(
        settings.base.roster.scenario, side, opponents, n, has_doctrines=has_doctrines, at_equal_cost=budget >= cost
    )
    if policies:
        subjects.append((LEARNED, [_network(policy) for policy in policies]))
    if policies and schedules:
        counts = [
            own_choices(policy.network, policy.interval_s, settings, TRAINED_AGAINST, min(n, _SCHEDULE_GAMES))
            for policy in policies
        ]
        is_verb = verb_choices(settings.schema)
        own = [_schedule(settings.schema, interval_s, own_schedule(count, is_verb)) for count in counts]
        subjects.append((OWN, own))
        if has_doctrines:
            fixed = [_schedule(settings.schema, interval_s, own_schedule(count)) for count in counts]
            subjects.append((OWN_FIXED, fixed))
    others = dict.fromkeys((*names, HOLD, *for_either_chair()))
    subjects += [(name, [_named(settings, name)]) for name in others]
    searches = [(CONSTANT, min(budget, _CONSTANT_GAMES), 1, True), (TIMED, budget, PERIODS, True)]
    searches += [(FIXED, budget, PERIODS, False)] if has_doctrines else []
    for name, most, periods, verbs_only in searches if budget and schedules else ():
        found = search_schedule(
            settings, interval_s, TRAINED_AGAINST, most, periods=periods, split="validation", verbs_only=verbs_only
        )
        subjects.append((name, [_schedule(found.schema, interval_s, found.table)]))
        chair.notes.append(f"{name}, by slot ({found.games} games of search): {_described(found)}")
    makes = [make for _, some in subjects for make in some]
    played = play_pairs(settings, settings.side_index, makes, opponents, n, split, on_games=on_games)
    results, done = np.stack([played.mission, played.lead, played.win]), 0
    for name, some in subjects:
        chair.rows.append(Row(name, *results[:, done : done + len(some)]))
        done += len(some)
    return chair


def _described(found: Schedule) -> str:
    """Return the choices of each slot in turn, with repetitions left out."""
    slots: list[str] = []
    for column in found.table.T:
        turns = [int(choice) for k, choice in enumerate(column) if k == 0 or choice != column[k - 1]]
        slots.append(" then ".join(found.schema.action.choices[choice].name for choice in turns))
    return ", ".join(slots)


def _named(settings: Settings, text: str) -> Make:
    choice = choose_named(settings.base, settings.side_index, text)
    return lambda: find_policy(choice.name, choice.parameters)


def _network(policy: TrainedPolicy) -> Make:
    return lambda: NetworkCommander(policy.network, policy.interval_s, policy.sampled)


def _schedule(schema: Schema, interval_s: float, table: I64) -> Make:
    return lambda: ScheduleCommander(schema, interval_s, table)
