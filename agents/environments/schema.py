"""Observation and action of a learning commander: names, shapes, units, ranges and a digest.

An observation is a dictionary of float32 arrays of fixed shapes, made from the side's ``Picture`` and ``Briefing``
alone. An action is a choice for each group slot; a choice is a task with its place. ``Schema.digest`` identifies both:
a trained policy fits an environment, or a scenario, when the digests are equal.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from agents.doctrine.blocks.roles import Role
from agents.environments.doctrine_names import check_doctrines
from agents.environments.versions import VERSION
from simcore.errors import InputError
from simcore.observation_columns import (
    FAR,
    N_CONTACT_COLUMNS,
    Aim,
    ContactColumn,
    GlobalColumn,
    GroupColumn,
    ObjectiveColumn,
    Verb,
    ZoneColumn,
)
from simcore.policy import Briefing
from simcore.types import F32, I32, Domain, Roe, TargetClass, Task, ZoneKind

Observation: TypeAlias = dict[str, F32]

_MOST = {"groups": 1_000, "contacts": 1_000, "objectives": 100, "zones": 100, "goals": 100, "targets": 100}

VERBS, TARGETS = "verbs", "targets"
VOCABULARIES = (VERBS, TARGETS)

CELLS_A_SIDE = 5
"""Cells of the map in each direction, as places of the vocabulary ``targets``."""

_SIGNED = {"x", "y", "vx", "vy", "start_x", "start_y", "plan_x", "plan_y"}
_LENGTHS = {"enemy_distance", "error", "matters", "nearest", "radius", "plan_radius", "extent"}
_LENGTHS |= {"speed", "sensor", "weapon", "radio"}

STATIC_COLUMNS: tuple[tuple[str, str], ...] = (
    *((f"role_{role.name.lower()}", "1 for its role, see `agents.doctrine.blocks.roles`") for role in Role),
    *((f"domain_{domain.name.lower()}", "1 for the domain of its first unit") for domain in Domain),
    *((f"reaches_{domain.name.lower()}", "1 when its weapons reach the domain") for domain in Domain),
    ("size", "logarithm to base 2 of its number of units, in tens"),
    ("speed", "way in 10 minutes at the largest speed of its slowest unit [half-extents]"),
    ("sensor", "range of its longest sensor [half-extents]"),
    ("weapon", "range of its longest offensive weapon [half-extents]"),
    ("radio", "range of its longest radio [half-extents]"),
    ("is_one_way", "share of its units that are munitions"),
    ("is_interceptor", "share of its units that intercept rounds"),
    ("is_command_post", "share of its units that are command posts"),
    ("is_protected", "share of its units that an objective to protect lists"),
    ("is_to_reach", "share of its units that an objective to reach a zone lists"),
    ("has_host", "1 when another group carries it"),
    ("is_host", "1 when it carries another group"),
    ("cost", "share of the cost of the side"),
    ("start_x", "mean start, east of the centre of the map [half-extents]"),
    ("start_y", "the same, north"),
    *(
        (f"plan_{task.name.lower()}", "1 for the task that the scenario file gives it")
        for task in Task
        if task <= Task.WITHDRAW  # later tasks are those of supply: a new column would make trained networks useless
    ),
    ("plan_x", "point of that task, east of the centre of the map [half-extents]"),
    ("plan_y", "the same, north"),
    ("plan_radius", "its radius [half-extents]"),
    *((f"roe_{roe.name.lower()}", "1 for the rules of engagement of the file") for roe in Roe),
)
"""Name and meaning of the columns of a group slot from the briefing."""


@dataclass(frozen=True)
class Sizes:
    """Numbers of slots of an observation and an action, 1 or more of each kind.

    Groups beyond the slots follow the plan of the scenario file; of the contacts, those nearest to command posts,
    protected units and objective zones get slots. Each of ``doctrines`` is a further choice of a group: ``name`` or
    ``name:parameter=value`` of a policy, whose orders to the group are a function of briefing and picture.

    With the vocabulary ``verbs`` the choices of a group are tasks. With ``targets`` they are bare targets and places:
    to continue, to hold, to engage any contact slot, and to move to any of ``CELLS_A_SIDE`` x ``CELLS_A_SIDE`` cells of
    the map; the numbers ``targets`` and ``goals`` then have no meaning, and there are no doctrines.
    """

    groups: int = 8
    contacts: int = 16
    objectives: int = 4
    zones: int = 4
    goals: int = 2  # objective zones as aims of choices, the weightiest first
    targets: int = 4  # contact slots as aims of choices
    doctrines: tuple[str, ...] = ()
    vocabulary: str = VERBS

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            value = getattr(self, name)
            if not 1 <= value <= most:
                raise InputError(f"sizes: {name} is {value}; give an integer from 1 to {most}")
        if self.targets > self.contacts:
            raise InputError(f"sizes: targets is {self.targets}, more than the {self.contacts} contacts")
        if self.goals > self.zones:
            raise InputError(f"sizes: goals is {self.goals}, more than the {self.zones} zones")
        object.__setattr__(self, "doctrines", check_doctrines(self.doctrines))
        if self.vocabulary not in VOCABULARIES:
            raise InputError(f"sizes: vocabulary is {self.vocabulary!r:.40}; give {' or '.join(VOCABULARIES)}")
        if self.vocabulary == TARGETS and self.doctrines:
            raise InputError("sizes: doctrines are choices of the vocabulary verbs; leave them out with targets")

    @classmethod
    def of(
        cls,
        briefings: Sequence[Briefing],
        contacts: int = 16,
        targets: int = 4,
        *,
        doctrines: Sequence[str] = (),
        vocabulary: str = VERBS,
    ) -> "Sizes":
        """Return sizes with room for the groups, objectives and zones of each of the briefings."""
        return cls(
            groups=max(1, *(len(b.groups) for b in briefings)),
            contacts=contacts,
            objectives=max(1, *(len(b.objective_kind) for b in briefings)),
            zones=max(1, *(len(b.zone_names) for b in briefings)),
            goals=max(1, *(int((b.zone_kind == ZoneKind.OBJECTIVE).sum()) for b in briefings)),
            targets=min(targets, contacts),
            doctrines=tuple(doctrines),
            vocabulary=vocabulary,
        )

    def describe(self) -> dict[str, object]:
        """Return the numbers as plain values, with doctrines and vocabulary where they are not the default."""
        found: dict[str, object] = {name: getattr(self, name) for name in _MOST}
        found |= {"doctrines": list(self.doctrines)} if self.doctrines else {}
        return found | ({"vocabulary": self.vocabulary} if self.vocabulary != VERBS else {})


@dataclass(frozen=True)
class Column:
    """A number of an observation: its name, range and meaning; an empty meaning is that of the enum member."""

    name: str
    low: float
    high: float
    meaning: str = ""


@dataclass(frozen=True)
class Part:
    """An array of an observation: ``rows`` slots of the same columns; with 0 rows, the columns alone."""

    name: str
    rows: int
    columns: tuple[Column, ...]
    is_flag: bool = False  # a number per slot, 1 where it is filled

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array in an observation."""
        if self.is_flag:
            return (self.rows,)
        return (self.rows, len(self.columns)) if self.rows else (len(self.columns),)

    def bounds(self) -> tuple[F32, F32]:
        """Return the lowest and highest values, each of the shape of the part."""
        low = np.array([column.low for column in self.columns], dtype=np.float32)
        high = np.array([column.high for column in self.columns], dtype=np.float32)
        if self.is_flag:
            low, high = low[0], high[0]
        return np.broadcast_to(low, self.shape).copy(), np.broadcast_to(high, self.shape).copy()


@dataclass(frozen=True)
class Choice:
    """A choice for a group: a verb and its aim."""

    verb: Verb
    aim: Aim = Aim.NONE
    index: int = 0
    doctrine: str = ""
    is_cell: bool = False  # the place is a cell of the map instead of a zone

    @property
    def name(self) -> str:
        """Name: ``engage-zone-0`` with a slot of the observation, ``move-cell-7``, or ``doctrine-cautious``."""
        words = [self.verb.name.lower().replace("_", "-")]
        if self.verb == Verb.DOCTRINE:
            words.append(self.doctrine)
        if self.aim != Aim.NONE:
            words.append("cell" if self.is_cell else self.aim.name.lower())
        if self.aim in (Aim.CONTACT, Aim.ZONE):
            words.append(str(self.index))
        return "-".join(words)


def _column(name: str, meaning: str = "") -> Column:
    if name in _SIGNED:
        return Column(name, -FAR, FAR, meaning)
    return Column(name, 0.0, FAR if name in _LENGTHS else 1.0, meaning)


def _group_columns() -> tuple[Column, ...]:
    names = {GroupColumn.ENEMY: "enemy_distance"}
    dynamic = (_column(names.get(member, member.name.lower())) for member in GroupColumn)
    return (*dynamic, *(_column(name, meaning) for name, meaning in STATIC_COLUMNS))


def _contact_columns() -> tuple[Column, ...]:
    plain = [_column(member.name.lower()) for member in ContactColumn if member != ContactColumn.CLASS]
    classes = [_column(f"class_{kind.name.lower()}", "1 when classified as one") for kind in TargetClass]
    assert len(plain) + len(classes) == N_CONTACT_COLUMNS
    return (*plain, *classes)


class ObservationSchema:
    """The arrays of an observation, in their order."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        flag = (Column("is_filled", 0.0, 1.0, "1 where the slot is filled"),)
        columns = {
            "groups": _group_columns(),
            "contacts": _contact_columns(),
            "objectives": tuple(_column(member.name.lower()) for member in ObjectiveColumn),
            "zones": tuple(_column(member.name.lower()) for member in ZoneColumn),
        }
        parts = [Part("situation", 0, tuple(_column(member.name.lower()) for member in GlobalColumn))]
        for name, of_kind in columns.items():
            rows = int(getattr(sizes, name))
            parts += [Part(name, rows, of_kind), Part(f"{name}_filled", rows, flag, is_flag=True)]
        self.parts = tuple(parts)

    def part(self, name: str) -> "Part":
        """Return the part called ``name``."""
        return next(part for part in self.parts if part.name == name)

    def describe(self) -> dict[str, object]:
        """Return the definition of the observation, as plain values."""
        return {
            "version": VERSION,
            "sizes": {name: getattr(self.sizes, name) for name in _MOST},
            "parts": [
                [part.name, list(part.shape), [[c.name, c.low, c.high] for c in part.columns]] for part in self.parts
            ],
        }

    @property
    def digest(self) -> str:
        """Digest of the observation: equal digests mean arrays of equal meaning."""
        return _digest(self.describe())


def _verbs(sizes: Sizes) -> tuple[Choice, ...]:
    alone = (
        Verb.CONTINUE,
        Verb.PLAN,
        Verb.HOLD,
        Verb.HOLD_FIRE,
        Verb.WITHDRAW,
        Verb.FLEE,
        Verb.RECOVER,
        Verb.RELAY,
        Verb.ESCORT,
        Verb.GUARD,
    )
    at_zones = (Verb.ENGAGE, Verb.SEARCH, Verb.SCREEN, Verb.MOVE)
    return (
        *(Choice(verb) for verb in alone),
        Choice(Verb.ENGAGE, Aim.NEAREST),
        Choice(Verb.ENGAGE, Aim.DENSEST),
        *(Choice(Verb.ENGAGE, Aim.CONTACT, k) for k in range(sizes.targets)),
        Choice(Verb.SEARCH, Aim.NEAREST),
        *(Choice(verb, Aim.ZONE, z) for z in range(sizes.goals) for verb in at_zones),
        *(Choice(Verb.DOCTRINE, Aim.NONE, d, name) for d, name in enumerate(sizes.doctrines)),
    )


def _targets(sizes: Sizes) -> tuple[Choice, ...]:
    return (
        Choice(Verb.CONTINUE),
        Choice(Verb.HOLD),
        *(Choice(Verb.ENGAGE, Aim.CONTACT, k) for k in range(sizes.contacts)),
        *(Choice(Verb.MOVE, Aim.ZONE, k, is_cell=True) for k in range(CELLS_A_SIDE**2)),
    )


class ActionSchema:
    """The choices of a group slot, the same for all; an action is an index into ``choices`` for each slot."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.choices: tuple[Choice, ...] = _targets(sizes) if sizes.vocabulary == TARGETS else _verbs(sizes)
        self.plan = next((k for k, choice in enumerate(self.choices) if choice.verb == Verb.PLAN), 0)
        """The choice of the plan of the file; to continue where no choice resumes it."""

    @property
    def n_choices(self) -> int:
        """Choices of a slot."""
        return len(self.choices)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of an action: a choice for each group slot."""
        return (self.sizes.groups,)

    @cached_property
    def table(self) -> I32:
        """The choices as an array for the loops, (3, A): Verb, Aim, index."""
        rows = [(choice.verb, choice.aim, choice.index) for choice in self.choices]
        return np.ascontiguousarray(np.array(rows, dtype=np.int32).T)

    def describe(self) -> dict[str, object]:
        """Return the definition of the action, as plain values."""
        return {"version": VERSION, "slots": self.sizes.groups, "choices": [choice.name for choice in self.choices]}

    @property
    def digest(self) -> str:
        """Digest of the action."""
        return _digest(self.describe())


class Schema:
    """Observation and action of a commander."""

    def __init__(self, sizes: Sizes | None = None) -> None:
        self.sizes = sizes or Sizes()
        self.observation = ObservationSchema(self.sizes)
        self.action = ActionSchema(self.sizes)

    def describe(self) -> dict[str, object]:
        """Return the definition of both, as plain values, for a manifest."""
        return {"observation": self.observation.describe(), "action": self.action.describe()}

    @cached_property
    def digest(self) -> str:
        """Digest of both; a policy fits every schema with an equal digest."""
        return _digest(self.describe())


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
