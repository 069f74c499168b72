"""Checks of an experiment before its first run, so that all of its problems are seen at once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from scenarios.experiments.compare import ask, check_half_width, check_margin, find_measure
from scenarios.experiments.conditions import Check
from scenarios.experiments.plan import Plan
from scenarios.experiments.selection import check_selection
from scenarios.experiments.standing import check_cost
from simcore.errors import InputError

_T = TypeVar("_T")


def plan_checks(plan: Plan, select: float | None = None) -> tuple[Check, ...]:
    """Return the checks of the question, the cost and the effort of a plan; ``select`` as in ``select_best``.

    Each takes the conditions of the plan, and raises ``InputError``.
    """
    checks: list[Check] = [
        lambda _: plan.check_budget(),
        lambda conditions: ask(conditions, plan.measure, plan.better),
        lambda _: check_margin(plan.margin),
        lambda conditions: check_cost(conditions, plan.cost),
    ]
    checks += [partial(find_measure, name=name) for name in plan.also]
    if plan.half_width is not None:
        width = plan.half_width
        checks.append(lambda _: check_half_width(width))
    if select is not None:
        checks.append(lambda conditions: check_selection(ask(conditions, plan.measure, plan.better), select))
    return tuple(checks)


def together(calls: Sequence[Callable[[], _T]]) -> list[_T]:
    """Return the results of all calls. Raises ``InputError`` with the problems of all that fail."""
    results: list[_T] = []
    problems: list[str] = []
    for call in calls:
        try:
            results.append(call())
        except InputError as error:
            problems += str(error).splitlines()
    if problems:
        raise InputError("\n".join(dict.fromkeys(problems)))
    return results
