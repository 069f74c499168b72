"""Courses of action as plain values: a base, and edits of it for some groups and a period.

A course contains no code and no reference to a running simulation, so it can be written to a file, compared by its
digest and carried out by ``staff_ai.courses.conduct`` in any world.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property


class BaseKind(StrEnum):
    """Kinds of bases."""

    CONTINUE = "continue"  # the orders in force, unchanged
    PLAN = "plan"  # the plan of the scenario file, for every group
    POLICY = "policy"  # a doctrine with its parameters, or a trained policy, by name
    TABLE = "table"  # a table of orders per group: the commander's own plan


class EditVerb(StrEnum):
    """Tasks of edits."""

    STAY = "stay"  # stop where the units are
    BACK = "back"  # withdraw to the start
    ATTACK = "attack"  # go to a point and fight there
    NEAREST = "nearest"  # attack the nearest contact, as seen at each decision
    MOVE = "move"  # go to a point
    PLAN = "plan"  # the task of the scenario file
    ROE = "roe"  # the task of the base, with other rules of engagement
    EMCON = "emcon"  # the task of the base, with other emission control


@dataclass(frozen=True)
class GroupOrder:
    """An order to a group. With ``is_plan`` it is the order of the scenario file, and only group and emcon count."""

    group: str
    is_plan: bool = False
    task: str = "hold"  # Task, in lower case
    x_m: float = 0.0
    y_m: float = 0.0
    radius_m: float = 0.0
    speed: float = 0.0
    spacing_m: float = 0.0
    roe: str = ""  # Roe, in lower case; empty: those in force
    target: str = ""  # group to escort
    emcon: str = ""  # Emcon, in lower case; empty: no change


@dataclass(frozen=True)
class Base:
    """The base of a course. ``policy`` is ``name`` or ``name:parameter=value``; ``orders`` is the table of TABLE."""

    kind: BaseKind
    policy: str = ""
    orders: tuple[GroupOrder, ...] = ()

    @property
    def label(self) -> str:
        """Name in messages."""
        return self.policy or self.kind.value


@dataclass(frozen=True)
class Edit:
    """One task for some groups from ``from_s`` until ``until_s`` [s since the start of the scenario]; then the base."""

    groups: tuple[str, ...]
    verb: EditVerb
    from_s: float
    until_s: float
    x_m: float = 0.0  # point of ATTACK and MOVE [m]
    y_m: float = 0.0
    radius_m: float = 0.0
    speed: float = 0.0  # share of the maximum; 0 = cruise
    roe: str = ""  # of ROE: hold, tight or free
    emcon: str = ""  # of EMCON: radiate or silent


@dataclass(frozen=True)
class Course:
    """A course of action. ``name`` is for people; ``digest`` identifies the course whatever its name."""

    name: str
    base: Base
    edits: tuple[Edit, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the base commands all groups; edits of emission control alone are a posture of the whole force."""
        return all(edit.verb == EditVerb.EMCON for edit in self.edits)

    def describe(self) -> dict[str, object]:
        """Return the course as plain values."""
        return asdict(self)

    @cached_property
    def digest(self) -> str:
        """Digest of base and edits (blake2b, 32 hex digits)."""
        text = json.dumps([asdict(self.base), [asdict(edit) for edit in self.edits]], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def course_of(values: dict[str, object]) -> Course:
    """Return the course described by plain values, as ``describe`` wrote them."""
    base: dict[str, object] = dict(values["base"])  # type: ignore[call-overload]
    edits: list[dict[str, object]] = list(values.get("edits", ()))  # type: ignore[call-overload]
    orders = tuple(GroupOrder(**order) for order in base.get("orders", ()))  # type: ignore[attr-defined]
    return Course(
        str(values["name"]),
        Base(BaseKind(str(base["kind"])), str(base.get("policy", "")), orders),
        tuple(
            Edit(**{**edit, "groups": tuple(edit["groups"]), "verb": EditVerb(str(edit["verb"]))})  # type: ignore[arg-type]
            for edit in edits
        ),
    )


CONTINUE = Course("continue", Base(BaseKind.CONTINUE))
"""The orders in force go on; nobody decides anything anew."""

PLAN = Course("plan of the file", Base(BaseKind.PLAN))
"""Every group returns to its task in the scenario file."""


def follow(policy: str) -> Course:
    """Return the course of a doctrine with its parameters, or of a trained policy."""
    return Course(policy, Base(BaseKind.POLICY, policy))


def own_plan(orders: tuple[GroupOrder, ...], name: str = "own plan") -> Course:
    """Return the commander's own plan: a table with an order for each group."""
    return Course(name, Base(BaseKind.TABLE, orders=orders))


@dataclass(frozen=True)
class Moment:
    """The moment from which courses begin: its time, the orders in force, the base of the course that was in force.

    A group without an order in the list carries out the plan of the file. With the base in force, going on with the
    same policy gives no group back to the plan of the file first.
    """

    time_s: float
    decision_s: float
    in_force: tuple[GroupOrder, ...] = ()
    base: Base | None = None
