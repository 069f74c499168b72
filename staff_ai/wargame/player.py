"""Requests of a wargame for rollouts of courses on draws, and the player of them."""

from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple, Protocol

from simcore.types import F64
from staff_ai.courses.course import Course
from staff_ai.wargame.rollouts import Draws


class Player(Protocol):
    """Plays courses: ``staff_ai.wargame.rollouts.Table``, or a substitute with known outcomes."""

    enemies: tuple[str, ...]
    seed: int

    @property
    def near(self) -> "Player | None":
        """The same player that reads outcomes a little ahead, for a first look; None if this one does already."""
        ...

    def play(
        self, courses: Sequence[Course], draws: Draws, should_stop: Callable[[], bool] | None = None
    ) -> F64 | None:
        """Return the outcomes (courses, draws, len(Outcome)), or None when stopped before."""
        ...


class Request(NamedTuple):
    """Courses that a wargame wants to be played on draws, all in one go, with a question whether to stop the rollouts.

    A decision of the policies costs nearly the same for few rows as for many, so parts that can be played together are.
    """

    parts: Sequence[tuple[Sequence[Course], Draws]]
    should_stop: Callable[[], bool]
    is_near: bool = False  # by ``Player.near``


Reply = Sequence[F64] | None
"""The outcomes of the parts of a request; None when stopped before."""

Played = Generator[Request, Reply, bool]
"""A part of a wargame: it asks for rollouts, is sent their outcomes or None, and returns False when stopped."""
