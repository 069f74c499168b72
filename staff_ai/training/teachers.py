"""The commander to imitate in a chair: the best of a schedule found by search, a doctrine and the plan of the file.

Or, in hindsight, the best of several timetables in each game.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.doctrine import for_either_chair
from agents.environments.opponents import HELD_OUT
from agents.environments.settings import Settings
from simcore.errors import InputError
from simcore.policy import Policy
from simcore.policy_registry import find_policy
from simcore.types import F64, I64
from staff_ai.games.play import ROWS, play_copies, play_pairs
from staff_ai.games.schedules import PERIODS, ScheduleCommander, search_schedule
from staff_ai.trained.policy_files import TRAINING
from staff_ai.training.checkpoint import Progress, load_checkpoint
from staff_ai.training.hindsight import find_portfolio, games_to_imitate
from staff_ai.training.plan import Plan

SEARCH, BEST, HINDSIGHT = "search", "best", "hindsight"
FOUND = (SEARCH, BEST, HINDSIGHT)
"""Names of teachers found by games."""
PLAN_OF_THE_FILE = "hold"  # gives no orders
SCHEDULE = "schedule"

_SEARCHED, _COMPARED = 2, 4  # blocks of games of the split train, apart from those of the updates
_BLOCK = 10**9
_GAMES_OF_A_SEED = 10**6
_LEAST_TO_HALVE = 16  # games an opponent: below, a quarter of them says too little


def first_game(block: int, seed: int) -> int:
    """Return the first game of a block of the split train, for a training seed. The games of updates lie elsewhere."""
    return block * _BLOCK + seed % 1000 * _GAMES_OF_A_SEED


@dataclass(frozen=True)
class Teacher:
    """A commander to imitate: a doctrine by name, the timetable of a schedule, or in each game the best of several."""

    scenario: str
    side: str
    doctrine: str
    table: tuple[tuple[int, ...], ...] = ()  # (D, G), of a schedule
    score: float | None = None  # mean mission score on games of the split train unused in the search
    compared: tuple[tuple[str, float], ...] = ()  # the scores of the others in the same games
    games: int = 0
    tables: tuple[tuple[tuple[int, ...], ...], ...] = ()  # (K, D, G), of timetables that win together
    examples: int = 0  # games that each of these plays to be imitated

    def choices(self, numbers: I64) -> I64:
        """Return the choices of the timetable at the n-th times of a choice: (n,) gives (n, G)."""
        return np.array(self.table, dtype=np.int64)[np.minimum(numbers, len(self.table) - 1)]

    @property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """Rows (G,) of all its timetables."""
        return (*self.table, *(row for table in self.tables for row in table))

    def as_json(self) -> dict[str, Any]:
        """Return plain values, for a checkpoint and a manifest."""
        return asdict(self)

    @classmethod
    def of(cls, value: dict[str, Any]) -> "Teacher":
        """Return the teacher of plain values."""
        table = tuple(tuple(int(choice) for choice in row) for row in value["table"])
        compared = tuple((str(name), float(score)) for name, score in value["compared"])
        tables = tuple(tuple(tuple(map(int, row)) for row in one) for one in value.get("tables", ()))
        return cls(**{**value, "table": table, "compared": compared, "tables": tables})


def check_teacher(name: str) -> None:
    """Raise ``InputError`` for a held-out or unknown doctrine."""
    if name in HELD_OUT:
        raise InputError(
            f"--imitate {name}: is held out for the test; give another doctrine, {BEST}, {SEARCH} or {HINDSIGHT}"
        )
    find_policy(name)


def find_teacher(settings: Settings, interval_s: float, name: str, searched: int, compared: int, seed: int) -> Teacher:
    """Return the teacher of a chair: ``name``, or with ``best`` and ``search`` the best of several candidates.

    The candidates are the doctrines, the plan of the file and, with ``search``, a schedule found in about ``searched``
    games. They play the same games, which the search did not use: ``compared`` against each opponent, where the worse
    half leaves after a quarter of them and all but two after the half. The score of the teacher is a little too high,
    as that of the best of several in few games. With ``hindsight`` the teacher is a set of timetables, of which the
    best in a game is imitated there.
    """
    if name == HINDSIGHT:
        return _find_together(settings, interval_s, searched, compared, seed)
    roster = settings.base.roster
    scenario, side = roster.scenario, roster.sides[settings.side_index]
    if name not in (BEST, SEARCH):
        return Teacher(scenario, side, name, _table(settings, name))
    opponents = [str(opponent) for opponent in settings.opponents_in_play]
    # a held-out doctrine may teach where it is a choice
    doctrines = [one for one in for_either_chair() if one not in HELD_OUT or one in settings.schema.sizes.doctrines]
    makes: dict[str, Callable[[], Policy]] = {
        one: (lambda one=one: find_policy(one)) for one in dict.fromkeys((*doctrines, PLAN_OF_THE_FILE))
    }
    table: I64 = np.zeros((0, settings.schema.sizes.groups), dtype=np.int64)
    played = 0
    if name == SEARCH:
        found = search_schedule(
            settings,
            interval_s,
            opponents,
            searched,
            periods=PERIODS,
            split="train",
            first=first_game(_SEARCHED, seed),
            seed=seed,
        )
        table, played = found.table, found.games
        makes[SCHEDULE] = lambda: ScheduleCommander(found.schema, interval_s, found.table)
    # of equals, the schedule: its choices are labels without a comparison of orders
    names = sorted(makes, key=lambda one: (one == SCHEDULE, one), reverse=True)
    scores, games = _compare(settings, [makes[one] for one in names], opponents, compared, first_game(_COMPARED, seed))
    played += games
    chosen = names[max(scores, key=lambda k: (len(scores[k]), scores[k].mean()))]
    means = {names[k]: round(float(of.mean()), 6) for k, of in scores.items()}
    others = tuple(sorted((one, score) for one, score in means.items() if one != chosen))
    rows = tuple(tuple(int(choice) for choice in row) for row in table)
    rows = rows if chosen == SCHEDULE else _table(settings, chosen)
    return Teacher(scenario, side, chosen, rows, means[chosen], others, played)


def _compare(
    settings: Settings, makes: list[Callable[[], Policy]], opponents: list[str], n: int, first: int
) -> tuple[dict[int, F64], int]:
    """Return the scores of each candidate in its games, up to ``n`` an opponent, and the number of all games."""
    scores: dict[int, F64] = {}
    stays, begin, played = list(range(len(makes))), 0, 0
    parts = ((n // 4, -(-len(makes) // 2)), (n // 2, 2), (n, 1)) if n >= _LEAST_TO_HALVE else ((n, 1),)
    for end, keep in parts:
        if len(stays) > keep:
            some = [makes[k] for k in stays]
            games = play_pairs(settings, settings.side_index, some, opponents, end - begin, "train", first + begin)
            played, begin = played + games.lead.size, end
            for k, new in zip(stays, games.mission.reshape(len(stays), -1), strict=True):
                scores[k] = np.concatenate([scores[k], new]) if k in scores else new
            stays = sorted(stays, key=lambda k: (-scores[k].mean(), k))[:keep]
    return scores, played


def _find_together(settings: Settings, interval_s: float, searched: int, compared: int, seed: int) -> Teacher:
    """Return timetables that win together.

    They deviate from the plan of the file, or from the best doctrine where doctrines are choices.
    """
    roster, schema, side = settings.base.roster, settings.schema, settings.side_index
    opponents = [str(opponent) for opponent in settings.opponents_in_play]
    best = Teacher(roster.scenario, roster.sides[side], PLAN_OF_THE_FILE)
    if schema.sizes.doctrines:
        best = find_teacher(settings, interval_s, BEST, searched, compared, seed)
    choice = best.table[0][0] if best.table else schema.action.plan
    n_choices = max(1, int(np.ceil(settings.base.briefings[side].duration_s / interval_s)))
    base: I64 = np.full((n_choices, schema.sizes.groups), choice, dtype=np.int64)
    legal = np.zeros((schema.sizes.groups, schema.action.n_choices), dtype=bool)

    def play(tables: I64, first: int, n: int) -> F64:
        nonlocal legal
        scores: F64 = np.zeros((len(tables), n))
        for k in range(n):
            opponent = opponents[(first + k) % len(opponents)]
            for start in range(0, len(tables), ROWS):
                some = tables[start : start + ROWS]
                commander = ScheduleCommander(schema, interval_s, some)
                played = play_copies(
                    settings, side, lambda one=commander: one, len(some), (opponent,), 1, "train", first + k
                )
                scores[start : start + ROWS, k] = played.mission[:, 0, 0]
                legal |= commander.legal
        return scores

    first = first_game(_SEARCHED, seed)
    games = play(base[None], first, 1).size
    legal[:, 0] = False  # to continue is no deviation
    choices = legal.copy()
    tables, played = find_portfolio(play, base, choices, searched, first + 1, seed)
    examples = games_to_imitate(searched)
    games += best.games + played + len(tables) * examples
    rows = tuple(tuple(tuple(map(int, row)) for row in table) for table in tables)
    return Teacher(best.scenario, best.side, HINDSIGHT, (), best.score, best.compared, games, rows, examples)


def borrow_teachers(plan: Plan, folder: Path) -> Progress:
    """Return the progress of another training with a teacher for each chair of the plan.

    Raises ``InputError`` when the folder holds no such training.
    """
    found = load_checkpoint(folder / TRAINING)
    if found is None:
        raise InputError(f"--teachers {folder}: holds no training; give the folder of a training with --imitate search")
    if plan.imitate not in FOUND:
        raise InputError(f"--teachers {folder}: takes teachers found by a search; give --imitate {SEARCH} as well")
    wanted = [(one.base.roster.scenario, one.base.roster.sides[one.side_index]) for one in plan.settings]
    teachers = [Teacher.of(value) for value in found[0].teachers]
    if [(teacher.scenario, teacher.side) for teacher in teachers] != wanted:
        raise InputError(
            f"--teachers {folder}: its {len(teachers)} teachers are not those of the {len(wanted)} scenarios and sides "
            "of this training; wait until its search is over, or give the folder of another training"
        )
    sizes = plan.settings[0].schema.sizes.groups
    n_choices = plan.settings[0].schema.action.n_choices
    if any(len(row) != sizes or max(row) >= n_choices for teacher in teachers for row in teacher.rows):
        raise InputError(f"--teachers {folder}: its choices are others; give the same --doctrines")
    return found[0]


def _table(settings: Settings, name: str) -> tuple[tuple[int, ...], ...]:
    """Return the timetable of a doctrine among the choices, without rows for any other."""
    names = [choice.doctrine for choice in settings.schema.action.choices]
    return ((names.index(name),) * settings.schema.sizes.groups,) if name in names else ()
