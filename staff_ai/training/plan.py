"""Plan of a training: scenarios and chairs, games, opponents, network, learning. Equal plans give equal weights."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from agents.environments.commander import interval_of
from agents.environments.doctrine_names import check_shipped
from agents.environments.draws import draw_bits
from agents.environments.named_ranges import expand_library
from agents.environments.opponents import HELD_OUT, OF_THE_FILE, TRAINED_AGAINST
from agents.environments.schema import VERBS, Sizes
from agents.environments.settings import Settings, settings_of
from simcore.errors import InputError
from simcore.params import RuleW
from simcore.types import N_BELLIGERENTS
from staff_ai.trained.networks import Architecture

BOTH = "both"
_EXPLORING = 2
_MOST_STEPS_A_GAME = 2_000


def check_number(option: str, value: int, least: int, most: int) -> None:
    """Raise ``InputError`` for a number of an option out of its range."""
    if not least <= value <= most:
        raise InputError(f"--{option} {value}: out of range; give an integer from {least} to {most}")


@dataclass(frozen=True)
class Plan:
    """The plan of a training.

    Parameters
    ----------
    scenarios : files, library names or named ranges; ``library`` stands for the ranges of all library scenarios.
    side : the learning side; None is the first of each scenario, ``both`` learns both chairs, also in self-play.
    opponents : policies of the other side, drawn for each game; None is the default.
    seed : of weights, games and draws.
    every_s : time between choices [s]; None is about a 32nd of a game of each scenario.
    rows : parallel games of an update.
    hidden : widths of the hidden layers.
    doctrines : doctrines among the choices of a group; held-out doctrines may be among them, but never play against it.
    vocabulary : of the choices of a group, ``verbs`` or ``targets``, see ``Sizes``.
    imitate : commander to imitate first in each chair: a doctrine, ``best`` for the best of them, ``search`` for the
        best of doctrines and of a schedule found by search, ``hindsight`` for the best of several schedules in each
        game, or None.
    search_games : games a chair of the search for schedules, with ``search`` and ``hindsight``.
    compare_games : games of each candidate for a teacher against each opponent, with ``best`` and ``search``.
    confidence : probability of the choices of the teacher after the imitation.
    critic_updates : updates of the value function alone before the first of the policy.
    explore : group slots of a game that draw their choices, others take the best; 0 for all slots. None is 2 after an
        imitation, else all.
    chairs_an_update : chairs in the games of an update, in turn; 0 for all.
    learning_rate : of the first update; it falls in proportion to the share of the limit, to a twentieth.
    epochs : passes over the games of an update; fewer where the policy has changed enough.
    self_play : where both chairs learn, earlier states are among the opponents.
    """

    scenarios: tuple[str, ...]
    side: str | None = None
    opponents: tuple[str, ...] | None = None
    seed: int = 0
    every_s: float | None = None
    rows: int = 64
    hidden: tuple[int, ...] = (128, 128)
    imitate: str | None = None
    doctrines: tuple[str, ...] = ()
    search_games: int = 1000
    compare_games: int = 24
    confidence: float = 0.85
    critic_updates: int = 4
    explore: int | None = None
    chairs_an_update: int = 0
    self_play: bool = True
    gamma: float = 0.995
    learning_rate: float = 3e-4
    epochs: int = 4
    batch: int = 512
    entropy: float = 0.01  # over the number of exploring slots
    validate_every: int = 10  # updates
    validation_games: int = 120
    patience: int = 10  # validations without improvement before it stops
    snapshot_every: int = 20  # updates; only where both chairs learn
    vocabulary: str = VERBS

    def __post_init__(self) -> None:
        if not self.scenarios:
            raise InputError("train: names no scenario; give at least one")
        object.__setattr__(self, "scenarios", expand_library(self.scenarios))
        limits: dict[str, tuple[int, int]] = {
            "seed": (0, 2**31),
            "rows": (1, 4096),
            "epochs": (1, 100),
            "batch": (8, 2**20),
        }
        limits |= {
            "search_games": (1, 10**7),
            "compare_games": (1, 10**6),
            "critic_updates": (0, 1000),
            "explore": (0, 1000),
        }
        limits |= {"chairs_an_update": (0, 1000)}
        limits |= {"validate_every": (1, 10**6), "validation_games": (1, 10**5), "patience": (1, 10**6)}
        for name, (least, most) in limits.items():
            value = getattr(self, name)
            if value is not None:
                check_number(name.replace("_", "-"), value, least, most)
        if not 0.0 < self.learning_rate <= 0.1:
            raise InputError(
                f"--learning-rate {self.learning_rate:g}: out of range; give a number above 0, at most 0.1"
            )
        check_shipped(self.doctrines, "--doctrines")
        if self.every_s is not None and not (math.isfinite(self.every_s) and self.every_s > 0.0):
            raise InputError(f"--every {self.every_s:g}: no time; give seconds above 0")

    @cached_property
    def settings(self) -> tuple[Settings, ...]:
        """The games, one entry for each scenario and chair; all have the same sizes."""
        bases = [settings_of(name, gamma=self.gamma) for name in self.scenarios]
        found: list[Settings] = []
        for base in bases:
            sides = base.base.roster.sides[:N_BELLIGERENTS]
            for side in sides if self.side == BOTH else (self.side or sides[0],):
                chair = replace(base, side=side)
                opponents = self._opponents(chair)
                found.append(replace(chair, opponents=opponents, step_decisions=_decisions(chair, self.every_s)))
        briefings = [one.base.briefings[one.side_index] for one in found]
        sizes = Sizes.of(briefings, doctrines=self.doctrines, vocabulary=self.vocabulary)
        return tuple(replace(one, sizes=sizes) for one in found)

    def _opponents(self, chair: Settings) -> tuple[str, ...]:
        if self.opponents is not None:
            return self.opponents
        name, parameters = chair.base.roster.policies[1 - chair.side_index]
        is_among_them = name in TRAINED_AGAINST and not parameters
        return (*TRAINED_AGAINST, *(() if name in HELD_OUT or is_among_them else (OF_THE_FILE,)))

    @property
    def interval_s(self) -> float | None:
        """Time between choices [s]; None where it is a share of the game and differs between scenarios."""
        found = {one.step_s for one in self.settings}
        return self.every_s if len(found) > 1 else found.pop()

    @property
    def architecture(self) -> Architecture:
        """The network."""
        return Architecture(self.hidden)

    @cached_property
    def steps_a_game(self) -> int:
        """Most steps of a game of any of the scenarios."""
        return max(steps_of(one) for one in self.settings)

    @property
    def exploring(self) -> int:
        """Most group slots of a game that draw their choices."""
        slots = self.settings[0].schema.sizes.groups
        wanted = self.explore if self.explore is not None else (_EXPLORING if self.imitate else 0)
        return min(wanted or slots, slots)

    @property
    def n_chairs(self) -> int:
        """Chairs in the games of an update."""
        return min(self.chairs_an_update or len(self.settings), len(self.settings))

    @property
    def steps_an_update(self) -> int:
        """Choices of an update."""
        return -(-self.rows // self.n_chairs) * self.n_chairs * self.steps_a_game

    def chairs_of(self, update: int) -> list[int]:
        """Return the chairs of an update: all in turn, in an order drawn for each turn."""
        n, c = len(self.settings), self.n_chairs
        turn, place = divmod(update, -(-n // c))
        order = sorted(range(n), key=lambda chair: draw_bits("chairs", self.seed, turn, chair))
        return sorted((order + order)[place * c : (place + 1) * c])

    def describe(self) -> dict[str, Any]:
        """Return the plan as plain values; the weights depend on these alone."""
        trained_on = []
        for one in self.settings:
            entry = one.describe()
            entry.pop("schema")
            trained_on.append(entry)
        values = asdict(self)
        if self.vocabulary == VERBS:  # digests of plans without another vocabulary stay as they are
            values.pop("vocabulary")
        return {**values, "interval_s": self.interval_s, "trained_on": trained_on}

    @property
    def digest(self) -> str:
        """Digest of the plan: a training resumes only under an equal plan."""
        text = json.dumps([self.describe(), self.settings[0].schema.digest], sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _decision_ms(settings: Settings) -> int:
    roster = settings.base.roster
    return max(1, round(1000 * roster.decision_ticks * roster.dt_s))


def _decisions(settings: Settings, wanted_s: float | None) -> int:
    """Return the decision intervals of the scenario between two choices."""
    every_s = interval_of(wanted_s, settings.base.briefings[0])
    interval_ms = _decision_ms(settings)
    n = round(1000.0 * every_s / interval_ms)
    if n < 1 or n * interval_ms != round(1000.0 * every_s):
        raise InputError(
            f"--every {every_s:g}: {settings.base.roster.scenario} decides every {interval_ms / 1000:g} s; "
            "give a multiple of that"
        )
    steps = steps_of(replace(settings, step_decisions=n))
    if steps > _MOST_STEPS_A_GAME:
        raise InputError(f"--every {every_s:g}: {steps:,} choices a game; give a longer time")
    return n


def steps_of(settings: Settings) -> int:
    """Return the most choices of a game."""
    ticks = int(settings.base.params.rules_whole[RuleW.N_TICKS])
    return -(-ticks // (settings.step_decisions * settings.base.roster.decision_ticks))
