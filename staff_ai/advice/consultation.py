"""Consultations: pieces of advice in the making, which ask for rollouts; those of several are played together."""

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from simcore.types import F64
from staff_ai.advice.advice import Advice
from staff_ai.wargame.player import Reply
from staff_ai.wargame.rollouts import Part, Table, play_together
from staff_ai.wargame.standing import Standing
from staff_ai.wargame.wargame import Rounds

Result = TypeVar("Result")
Steps = Generator[tuple[list[Part], Callable[[], bool]], Reply, Result]
"""Steps to a result: they ask for rollouts, with a question whether to stop them."""
Consultation = Steps[Advice]


def at_table(table: Table, rounds: Rounds) -> Steps[Standing]:
    """Return the rounds of a wargame as those of a consultation at a table."""
    try:
        request = next(rounds)
        while True:
            chosen = table if not request.is_near or table.near is None else table.near
            parts = [Part(chosen, courses, draws) for courses, draws in request.parts]
            request = rounds.send((yield parts, request.should_stop))
    except StopIteration as end:
        return end.value


def play_alone(steps: Steps[Result]) -> Result:
    """Return the result of a consultation."""
    try:
        parts, should_stop = next(steps)
        while True:
            parts, should_stop = steps.send(_complete(play_together(parts, should_stop)))
    except StopIteration as end:
        return end.value


def play_side_by_side(all_steps: Sequence[Steps[Result]]) -> list[Result]:
    """Return the results of consultations whose rollouts are played together, round by round."""
    found: dict[int, Result] = {}
    outcomes: dict[int, Reply] = {}
    waiting = list(range(len(all_steps)))
    asked: dict[int, list[Part]] = {}
    while waiting:
        for k in list(waiting):
            try:
                asked[k] = (all_steps[k].send(outcomes[k]) if k in outcomes else next(all_steps[k]))[0]
            except StopIteration as end:
                found[k] = end.value
                waiting.remove(k)
        every = iter(play_together([part for k in waiting for part in asked[k]]))
        outcomes = {k: _complete([next(every) for _ in asked[k]]) for k in waiting}
    return [found[k] for k in range(len(all_steps))]


def _complete(found: Sequence[F64 | None]) -> Reply:
    """Return the outcomes of all parts, or None when one was stopped."""
    complete = [one for one in found if one is not None]
    return complete if len(complete) == len(found) else None
