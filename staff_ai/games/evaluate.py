"""Comparison of commanders with their baselines on games unused in training and selection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from agents.doctrine import for_either_chair
from agents.environments.draws import Split
from agents.environments.opponents import HELD_OUT, OF_THE_FILE, TESTED_AGAINST, TRAINED_AGAINST
from agents.environments.settings import Settings, settings_of
from scenarios.run.policies import choose_policies
from simcore.errors import InputError
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.types import F64, N_BELLIGERENTS
from staff_ai.games.play import play_games
from staff_ai.games.schedules import ScheduleCommander, own_choices, own_schedule, search_schedule
from staff_ai.games.statistics import Interval, estimate_better, estimate_difference, estimate_iqm
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.policy_folder import TrainedPolicy, read_policy
from staff_ai.trained.shipped import shipped_names, shipped_policy

LEARNED, CONSTANT, BLIND = "learned", "best constant choices", "its own schedule, blind"
_SCHEDULE_GAMES = 8

Make = Callable[[], Policy]
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """The games of a commander in a chair: ``mission``, ``lead`` and ``win`` (S, O, n)."""

    name: str
    mission: F64
    lead: F64
    win: F64
    iqm: Interval


@dataclass
class Chair:
    """The commanders compared in a chair of a scenario."""

    scenario: str
    side: str
    opponents: tuple[str, ...]
    n: int
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, name: str) -> Row | None:
        """Return a row by name."""
        return next((row for row in self.rows if row.name == name), None)

    @property
    def best_doctrine(self) -> Row:
        """The doctrine with the best mean on these same games, in its favour."""
        others = [row for row in self.rows if row.name not in (LEARNED, CONSTANT, BLIND)]
        return max(others, key=lambda row: float(row.mission.mean()))

    def comparisons(self) -> list[tuple[Row, Row, Interval, Interval]]:
        """Return (commander, compared with, difference, probability of improvement)."""
        first = self.row(LEARNED) or self.best_doctrine
        against = [row for row in (self.best_doctrine, self.row(CONSTANT), self.row(BLIND)) if row and row is not first]
        return [
            (
                first,
                row,
                estimate_difference(first.mission, row.mission),
                estimate_better(first.mission, row.mission, is_own=row.name == BLIND),
            )
            for row in against
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as plain values."""
        return {
            "scenario": self.scenario,
            "side": self.side,
            "games_a_pair": self.n,
            "opponents": list(self.opponents),
            "held_out": [name for name in self.opponents if name in HELD_OUT],
            "commanders": [
                {
                    "name": row.name,
                    "training_seeds": row.mission.shape[0],
                    "mean": float(row.mission.mean()),
                    "interquartile_mean": row.iqm.as_json(),
                    "lead": [float(value) for value in row.lead.mean(axis=(0, 2))],
                    "win": [float(value) for value in (row.win > 0).mean(axis=(0, 2))],
                }
                for row in self.rows
            ],
            "comparisons": [
                {
                    "commander": first.name,
                    "with": second.name,
                    "difference": difference.as_json(),
                    "probability_of_improvement": better.as_json(),
                }
                for first, second, difference, better in self.comparisons()
            ],
            "notes": self.notes,
        }


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


def evaluate_chair(
    scenario: str,
    side: str,
    policies: Sequence[TrainedPolicy],
    names: Sequence[str] = (),
    *,
    against: Sequence[str] | None = None,
    n: int = 64,
    search: int = 1000,
    split: Split = "test",
    on_games: Told | None = None,
) -> Chair:
    """Play all commanders of a chair against all opponents and return the comparison.

    ``policies`` are training seeds of a commander; ``names`` are further policies, beside the doctrines. ``n`` games
    per pair; ``search`` games for the search of the best constant choices, 0 for no search.
    """
    settings = settings_of(scenario, side=side, split=split)
    opponents = tuple(against) if against else TESTED_AGAINST
    for text in (*opponents, *names):  # mistakes show before the games
        if text != OF_THE_FILE:
            _named(settings, text)()
    subjects: list[tuple[str, list[Make]]] = []
    notes: list[str] = []
    interval_s = policies[0].interval_s if policies else settings.step_s
    if policies:
        subjects.append((LEARNED, [_network(policy) for policy in policies]))
        counts = [
            own_choices(policy.network, policy.interval_s, settings, TRAINED_AGAINST, min(n, _SCHEDULE_GAMES))
            for policy in policies
        ]
        tables = [own_schedule(count) for count in counts]
        blind = [_schedule(policy, table) for policy, table in zip(policies, tables, strict=True)]
        subjects.append((BLIND, blind))
    others = dict.fromkeys((*names, "hold", *for_either_chair()))
    subjects += [(name, [_named(settings, name)]) for name in others]
    if search:
        constant = search_schedule(
            settings, interval_s, TRAINED_AGAINST, search, periods=1, split="validation", verbs_only=True
        )
        subjects.append((CONSTANT, [lambda: ScheduleCommander(constant.schema, interval_s, constant.table)]))
        chosen = [constant.schema.action.choices[int(choice)].name for choice in constant.table[0]]
        notes.append(f"best constant choices by slot ({constant.games} games of search): {', '.join(chosen)}")
    chair = Chair(settings.base.roster.scenario, side, opponents, n, notes=notes)
    total, done = len(opponents) * sum(len(makes) for _, makes in subjects), 0
    for name, makes in subjects:
        found = np.zeros((3, len(makes), len(opponents), n))
        for k, make in enumerate(makes):
            for o, opponent in enumerate(opponents):
                results = play_games(settings, settings.side_index, make, opponent, n, split)
                found[:, k, o] = results.mission, results.lead, results.win
                done += 1
                if on_games is not None:
                    on_games(done, total)
        chair.rows.append(Row(name, found[0], found[1], found[2], estimate_iqm(found[0])))
    return chair


def _named(settings: Settings, text: str) -> Make:
    choice = choose_policies(settings.base.roster, by_side={settings.base.roster.sides[settings.side_index]: text})
    chosen = choice[settings.side_index]
    return lambda: find_policy(chosen.name, chosen.parameters)


def _network(policy: TrainedPolicy) -> Make:
    return lambda: NetworkCommander(policy.network, policy.interval_s)


def _schedule(policy: TrainedPolicy, table: np.ndarray) -> Make:
    return lambda: ScheduleCommander(policy.schema, policy.interval_s, table)
