"""Consultations: pieces of advice in the making, which ask for rollouts; those of several are played together."""

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from simcore.types import F64
from staff_ai.advice.advice import Advice
from staff_ai.wargame.rollouts import Part, Table, play_together
from staff_ai.wargame.standing import Standing
from staff_ai.wargame.wargame import Rounds

Result = TypeVar("Result")
Steps = Generator[tuple[Part, Callable[[], bool]], F64 | None, Result]
"""Steps to a result: they ask for rollouts, with a question whether to stop them."""
Consultation = Steps[Advice]


def at_table(table: Table, rounds: Rounds) -> Steps[Standing]:
    """Return the rounds of a wargame as those of a consultation at a table."""
    try:
        request = next(rounds)
        while True:
            chosen = table if not request.is_near or table.near is None else table.near
            request = rounds.send((yield Part(chosen, request.courses, request.draws), request.should_stop))
    except StopIteration as end:
        return end.value


def play_side_by_side(all_steps: Sequence[Steps[Result]]) -> list[Result]:
    """Return the results of consultations whose rollouts are played together, round by round."""
    found: dict[int, Result] = {}
    outcomes: dict[int, F64 | None] = {}
    waiting = list(range(len(all_steps)))
    asked: dict[int, Part] = {}
    while waiting:
        for k in list(waiting):
            try:
                asked[k] = (all_steps[k].send(outcomes[k]) if k in outcomes else next(all_steps[k]))[0]
            except StopIteration as end:
                found[k] = end.value
                waiting.remove(k)
        if waiting:
            outcomes = dict(zip(waiting, play_together([asked[k] for k in waiting]), strict=True))
    return [found[k] for k in range(len(all_steps))]
