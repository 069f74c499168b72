"""Behaviours: your own Python code in command of a group, with the information of its side only.

A behaviour is any callable that takes a ``Situation``. It is called at every decision, after the policy of its side,
and its order replaces the policy's for its group. The order goes through ``Orders`` like all others: it reaches the
units only over a live link. A behaviour may keep state: give a class, and each group gets an instance of its own. A
behaviour that draws random numbers only from ``Situation.draw`` is reproducible.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from scenarios.format.names import advice
from simcore.errors import InputError, RunError, WargameError
from simcore.orders import Orders
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.policy import Briefing
from simcore.rng import uniforms
from simcore.types import F64, I32, NONE, Domain, Identity, Level, Roe, Status, TargetClass, Task

_STREAM = 2001  # plus side and group: the streams of policies lie above 1,000
_PER_SIDE = 1_000_000  # more than the groups of any side


@dataclass(frozen=True)
class OwnUnit:
    """A unit of the own side as last reported to the command post."""

    name: str
    group: str
    x_km: float
    y_km: float
    strength: float  # 0..1
    endurance: float  # share of full endurance left, 0..1
    ammunition: int  # rounds left on offensive mounts
    status: Status
    is_linked: bool
    report_age_s: float


@dataclass(frozen=True)
class Contact:
    """The side's belief about a unit of another side; the position is dead reckoned to the current time."""

    serial: int  # track number, from 1
    x_km: float
    y_km: float
    vx_mps: float
    vy_mps: float
    error_m: float  # 1 sigma
    age_s: float
    level: Level
    domain: Domain
    target_class: TargetClass | None  # None until classified
    committed: int  # own rounds in flight towards it
    identity: Identity = Identity.UNKNOWN  # as believed by the side, once identified


class Situation:
    """The information available to a behaviour at a decision, and the interface for its order.

    ``picture`` and ``briefing`` are those of its side; ``r`` is the replication's index in the picture, ``group`` a
    position in ``briefing.groups``, ``unit`` an index of the side's own units or None for the group as a whole.
    """

    def __init__(self, picture: Picture, briefing: Briefing, orders: Orders, r: int, group: int, unit: int | None):
        self.briefing = briefing
        self.time_s = picture.time_s
        self.tick = picture.tick
        self.side = briefing.side_name
        self.group = briefing.group_names[group]
        self._picture, self._orders, self._r, self._group, self._unit = picture, orders, r, group, unit

    @cached_property
    def friends(self) -> tuple[OwnUnit, ...]:
        """All units of the own side."""
        return tuple(self._own(k) for k in range(len(self.briefing.unit_names)))

    @cached_property
    def units(self) -> tuple[OwnUnit, ...]:
        """The units that the behaviour acts for: those of its group, or the single unit that it was given to."""
        of_group = np.flatnonzero(self.briefing.group_of_unit == self._group)
        return tuple(self._own(int(k)) for k in (of_group if self._unit is None else [self._unit]))

    @property
    def me(self) -> OwnUnit:
        """The first of ``units`` that is not lost; the first if all are lost."""
        return next((unit for unit in self.units if unit.status not in (Status.LOST, Status.EXPENDED)), self.units[0])

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts of the side, in the order of their detection."""
        return tuple(self._contact(k) for k in range(int(self._picture.n_contacts[self._r])))

    def nearest_contact(self) -> Contact | None:
        """Return the contact nearest to ``me``; of two at equal distance, the older track."""
        x, y = self.me.x_km, self.me.y_km
        return min(self.contacts, key=lambda c: ((c.x_km - x) ** 2 + (c.y_km - y) ** 2, c.serial), default=None)

    def draw(self, n: int = 1) -> F64:
        """Return ``n`` uniform random numbers, a function of seed, replication, tick and group: reproducible."""
        stream = _STREAM + _PER_SIDE * self.briefing.side + self._group
        replication = self._picture.replication[self._r : self._r + 1]
        return uniforms(self._picture.seed, replication, self.tick, stream, n)[0]

    def order(
        self,
        task: Task | str,
        at_km: tuple[float, float] | None = None,
        *,
        radius_km: float = 0.0,
        roe: Roe | str | None = None,
        speed: float = 0.0,
        spacing_m: float = 0.0,
        escort: str | None = None,
    ) -> None:
        """Order the group; a later call at the same decision replaces an earlier order.

        ``at_km`` is east and north of the map's origin, None the position of ``me``. ``roe`` None keeps the group's
        current rules. ``speed`` is a share of the maximum, 0 = cruise.

        Raises
        ------
        InputError
            For an invalid order.
        """
        verb = self._code(Task, "task", task)
        x_km, y_km = (self.me.x_km, self.me.y_km) if at_km is None else at_km
        west, east, south, north = self.briefing.bounds_m
        x, y = round(float(x_km) * 1e3, 3), round(float(y_km) * 1e3, 3)
        if not (west <= x <= east and south <= y <= north):
            self._refuse(f"the point ({x_km:g}, {y_km:g}) km is off the map; give a point on it")
        for name, value, high in (("radius_km", radius_km, math.inf), ("spacing_m", spacing_m, math.inf)):
            if not 0.0 <= value < high:
                self._refuse(f"{name} is {value:g}; give a number >= 0")
        if not 0.0 <= speed <= 1.0:
            self._refuse(f"speed is {speed:g}; give a share of the maximum, 0 to 1 (0 is cruise)")
        if (verb == Task.ESCORT) != (escort is not None):
            self._refuse("`escort` names a group for the task escort, and for it only; give both or neither")
        rules = None if roe is None else Roe(self._code(Roe, "roe", roe))
        self._orders.issue(
            np.arange(len(self._picture.replication)) == self._r,
            int(self.briefing.groups[self._group]),
            Task(verb),
            x,
            y,
            radius_m=float(radius_km) * 1e3,
            roe=rules,
            speed=float(speed),
            spacing_m=float(spacing_m),
            target_group=NONE if escort is None else self._own_group(escort),
        )

    def _own(self, k: int) -> OwnUnit:
        real, whole = self._picture.own_real[self._r, :, k], self._picture.own_whole[self._r, :, k]
        return OwnUnit(
            name=self.briefing.unit_names[k],
            group=self.briefing.group_names[self.briefing.group_of_unit[k]],
            x_km=float(real[OwnR.X]) / 1e3,
            y_km=float(real[OwnR.Y]) / 1e3,
            strength=float(real[OwnR.STRENGTH]),
            endurance=float(real[OwnR.ENDURANCE]),
            ammunition=int(whole[OwnW.AMMO]),
            status=Status(int(whole[OwnW.STATUS])),
            is_linked=bool(whole[OwnW.LINKED]),
            report_age_s=float(real[OwnR.AGE_S]),
        )

    def _contact(self, k: int) -> Contact:
        real, whole = self._picture.contact_real[self._r, :, k], self._picture.contact_whole[self._r, :, k]
        target_class = int(whole[SeenW.TARGET_CLASS])
        return Contact(
            serial=int(whole[SeenW.SERIAL]),
            x_km=float(real[SeenR.X]) / 1e3,
            y_km=float(real[SeenR.Y]) / 1e3,
            vx_mps=float(real[SeenR.VX]),
            vy_mps=float(real[SeenR.VY]),
            error_m=float(real[SeenR.ERROR_M]),
            age_s=float(real[SeenR.AGE_S]),
            level=Level(int(whole[SeenW.LEVEL])),
            domain=Domain(int(whole[SeenW.DOMAIN])),
            target_class=None if target_class == NONE else TargetClass(target_class),
            committed=int(whole[SeenW.COMMITTED]),
            identity=Identity(int(whole[SeenW.IDENTITY])),
        )

    def _code(self, names: type[Task] | type[Roe], kind: str, value: Task | Roe | str) -> int:
        if not isinstance(value, str):
            return int(value)
        if value.upper() not in names.__members__:
            known = [name.lower() for name in names.__members__]
            self._refuse(f"no {kind} {value!r}; {advice(value, known)}")
        return int(names[value.upper()])

    def _own_group(self, name: str) -> int:
        if name not in self.briefing.group_names:
            self._refuse(f"no group {name!r} of the side; {advice(name, self.briefing.group_names)}")
        return int(self.briefing.groups[self.briefing.group_names.index(name)])

    def _refuse(self, text: str) -> None:
        raise InputError(f"behaviour of {self.group} at {self.time_s:g} s: {text}")


Behaviour = Callable[[Situation], object]
"""Takes the situation and gives its order through it; its return value is ignored."""


BehaviourOrClass = Behaviour | Callable[[], Behaviour]
"""A behaviour, or a class of behaviours, of which each group gets an instance."""


class Behaviours:
    """The behaviours of a run, at most one per group.

    ``given`` maps the name of a group, or of a unit (which then acts for its group), to a behaviour or to a class
    of behaviours.
    """

    def __init__(self, briefings: tuple[Briefing, ...], given: Mapping[str, BehaviourOrClass]) -> None:
        self._briefings = briefings
        self._of_group: dict[tuple[int, int], tuple[str, int | None, Behaviour]] = {}
        for name, behaviour in given.items():
            self.give(name, behaviour)

    def __len__(self) -> int:
        return len(self._of_group)

    def give(self, name: str, behaviour: BehaviourOrClass | None) -> None:
        """Give a group, or a unit of it, a behaviour; None removes it.

        Raises
        ------
        InputError
            For an unknown name, a value that is not callable, and a second behaviour in the same group.
        """
        side, group, unit = self._find(name)
        if behaviour is None:
            self._of_group.pop((side, group), None)
            return
        if not callable(behaviour):
            raise InputError(f"behaviours[{name!r}]: {behaviour!r} is not callable; give a function or a class")
        holder = self._of_group.get((side, group))
        if holder is not None and holder[0] != name:
            group_name = self._briefings[side].group_names[group]
            raise InputError(
                f"behaviours[{name!r}]: the group {group_name} has a behaviour already, given to {holder[0]!r}; "
                "orders go to groups: give one behaviour per group"
            )
        instance = behaviour() if isinstance(behaviour, type) else behaviour
        self._of_group[side, group] = (name, unit, cast("Behaviour", instance))

    def decide(self, pictures: Callable[[int], Picture], groups_of: Callable[[int], I32], orders: Orders) -> None:
        """Call every behaviour, by side and group, in all replications.

        ``pictures`` returns the picture of a side, ``groups_of`` its groups in ``orders``.

        Raises
        ------
        RunError
            When a behaviour fails; the message names it.
        """
        picture: Picture | None = None
        own = orders
        for (side, group), (name, unit, behaviour) in sorted(self._of_group.items(), key=lambda item: item[0]):
            if picture is None or picture.side != side:
                picture, own = pictures(side), orders.of_groups(groups_of(side))
            for r in range(len(picture.replication)):
                situation = Situation(picture, self._briefings[side], own, r, group, unit)
                try:
                    behaviour(situation)
                except (WargameError, MemoryError):
                    raise
                except Exception as error:
                    code = getattr(behaviour, "__qualname__", type(behaviour).__qualname__)
                    raise RunError(
                        f"behaviour {code} of {name}: {type(error).__name__} at {picture.time_s:g} s: {error}; "
                        "this is a defect of the behaviour, whose own traceback is above this one"
                    ) from error
            orders.enter(own, groups_of(side))

    def _find(self, name: str) -> tuple[int, int, int | None]:
        """Return (side, position in its groups, own unit or None)."""
        for side, briefing in enumerate(self._briefings):
            if name in briefing.group_names:
                return side, briefing.group_names.index(name), None
            if name in briefing.unit_names:
                unit = briefing.unit_names.index(name)
                return side, int(briefing.group_of_unit[unit]), unit
        known = [known_name for b in self._briefings for known_name in (*b.group_names, *b.unit_names)]
        raise InputError(f"behaviours[{name!r}]: no group or unit of that name; {advice(name, known)}")
