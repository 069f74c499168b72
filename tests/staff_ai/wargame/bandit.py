"""A player with known outcomes: each course has a true mean; noise is common to all courses, or private to each."""

from collections.abc import Callable, Sequence

import numpy as np

from simcore.rng import uniforms
from simcore.types import F64
from staff_ai.courses.course import Base, BaseKind, Course
from staff_ai.wargame.rollouts import Draws, Outcome


def arms(n: int) -> list[Course]:
    """Return n courses that differ."""
    return [Course(f"arm {k}", Base(BaseKind.POLICY, f"arm-{k}")) for k in range(n)]


class Bandit:
    """Outcomes: mean of the course, plus a share common to all courses, plus a private share, by draw and enemy."""

    def __init__(
        self,
        courses: Sequence[Course],
        means: F64,
        *,
        common: float = 0.3,
        private: float = 0.3,
        n_enemies: int = 2,
        by_enemy: F64 | None = None,
        seed: int = 1,
    ) -> None:
        self.enemies = tuple(f"enemy {k}" for k in range(n_enemies))
        self.seed = seed
        self._place = {course.digest: k for k, course in enumerate(courses)}
        self._means = np.asarray(means, dtype=np.float64)
        self._by_enemy = np.zeros((len(courses), n_enemies)) if by_enemy is None else by_enemy
        self._common, self._private = common, private
        self.calls: list[tuple[int, Draws]] = []
        self.near: Bandit | None = None

    def play(
        self, courses: Sequence[Course], draws: Draws, should_stop: Callable[[], bool] | None = None
    ) -> F64 | None:
        """Return the outcomes."""
        if should_stop is not None and should_stop():
            return None
        self.calls.append((len(courses), draws))
        number = draws.number.astype(np.uint64)
        shared = _noise(self.seed, number, 2_001)
        found = np.zeros((len(courses), len(number), len(Outcome)))
        for k, course in enumerate(courses):
            place = self._place[course.digest]
            own = _noise(self.seed, number, 3_000 + place)
            score = (
                self._means[place] + self._by_enemy[place, draws.enemy] + self._common * shared + self._private * own
            )
            found[k, :, Outcome.SCORE] = score
            found[k, :, Outcome.LEAD] = score
            found[k, :, Outcome.WIN] = np.sign(score)
        return found


def _noise(seed: int, number: np.ndarray, stream: int) -> F64:
    """Return noise of mean 0 and standard deviation 1."""
    return (uniforms(seed, number, 0, stream, 4).sum(axis=1) - 2.0) * np.sqrt(3.0)
