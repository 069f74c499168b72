"""All topics, and how to play their checks."""

from collections.abc import Callable, Sequence

from scenarios.verification.checks import area, attrition, defence, link, mines, movement, radar, salvo, search, sight
from scenarios.verification.options import Check, Topic
from scenarios.verification.rows import Row
from scenarios.verification.runner import Run

TOPICS: tuple[Topic, ...] = (
    attrition.TOPIC,
    salvo.TOPIC,
    area.TOPIC,
    defence.TOPIC,
    mines.TOPIC,
    search.TOPIC,
    radar.TOPIC,
    link.TOPIC,
    sight.TOPIC,
    movement.TOPIC,
)


def default_checks() -> list[Check]:
    """Return the checks of all topics."""
    return [check for topic in TOPICS for check in topic.defaults]


def play(checks: Sequence[Check], run: Run, on_done: Callable[[int], None] | None = None) -> list[Row]:
    """Return the rows of all checks; ``on_done`` hears how many checks are finished."""
    rows: list[Row] = []
    for k, check in enumerate(checks):
        rows += check.rows(run)
        if on_done is not None:
            on_done(k + 1)
    return rows
