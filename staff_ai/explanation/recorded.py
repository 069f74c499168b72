"""Recorded rollouts: paired games of a few courses from the moment of the advice, with events and lead over time."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from agents.environments.reward import lead_and_win
from simcore.simulation import Simulation
from simcore.types import F64
from staff_ai.courses.course import Course
from staff_ai.wargame.rollouts import Draws, Outcome, Table

_FIRST = np.uint64(2**30)
"""Number of the first recorded replication: event rows hold numbers below 2**31."""


class Recorded(NamedTuple):
    """C courses on J draws, seen at T decisions."""

    courses: tuple[Course, ...]
    draws: Draws
    dt_s: float
    times_s: F64  # (T,)
    lead: F64  # (C, J, T) own score less the enemy's
    outcomes: F64  # (C, J, len(Outcome))
    events: np.ndarray  # rows of all rollouts
    rollout: np.ndarray  # (events,) rollout of each: course * J + draw

    def events_of(self, course: int, draw: int) -> np.ndarray:
        """Return the events of a rollout, by time."""
        return self.events[self.rollout == course * len(self.draws.number) + draw]


def record_rollouts(
    table: Table, courses: Sequence[Course], draws: Draws, should_stop: Callable[[], bool] | None = None
) -> Recorded | None:
    """Play courses on draws with their events; None when stopped before the end.

    The dice are common to the courses, and others than in ``Table.play``.
    """
    n = len(draws.number)
    times: list[float] = []
    lead: list[F64] = []
    outcomes: list[F64] = []
    events: list[np.ndarray] = []
    rollout: list[np.ndarray] = []
    numbers = _FIRST + np.arange(n, dtype=np.uint64)
    for c, course in enumerate(courses):  # a course at a time: numbers of replications are then unique
        plain = table.start([course], draws)
        simulation = Simulation(
            plain.params, seed=plain.seed, replications=plain.state.replication.tolist(),
            picture_contacts=plain.picture_contacts, record_events=True,
            state=plain.state._replace(replication=numbers), router=plain.router,
        )  # fmt: skip
        seen: list[tuple[float, F64]] = []

        def look(simulation: Simulation = simulation, seen: list[tuple[float, F64]] = seen) -> bool:
            seen.append((simulation.time_s, lead_and_win(simulation.state, table.side)[0].copy()))
            return should_stop is not None and should_stop()

        if not table.run(simulation, [course], draws, look):
            return None
        seen.append((simulation.time_s, lead_and_win(simulation.state, table.side)[0].copy()))
        times = [time_s for time_s, _ in seen] if len(seen) > len(times) else times
        lead.append(np.stack([values for _, values in seen], axis=1))
        outcomes.append(table.outcomes(simulation))
        rows = simulation.events()
        events.append(rows)
        rollout.append(c * n + rows["replication"].astype(np.int64) - int(_FIRST))
    length = len(times)
    padded = [np.pad(one, ((0, 0), (0, length - one.shape[1])), mode="edge") for one in lead]
    return Recorded(
        tuple(courses), draws, table.source.compiled.roster.dt_s, np.array(times), np.stack(padded),
        np.stack(outcomes) if outcomes else np.zeros((0, n, len(Outcome))),
        np.concatenate(events), np.concatenate(rollout),
    )  # fmt: skip
