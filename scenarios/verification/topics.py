"""All topics, and a function that plays their checks."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from scenarios.verification.checks import (
    area,
    attrition,
    defence,
    environment,
    exchanges,
    fire_control,
    identity,
    jamming,
    latency,
    link,
    medical,
    mines,
    movement,
    names,
    operators,
    radar,
    salvo,
    scoring,
    search,
    sensors,
    sight,
    step,
    step_bias,
    supply,
    sustainment,
)
from scenarios.verification.options import Check, Topic
from scenarios.verification.rows import Row
from scenarios.verification.runner import Run

TOPICS: tuple[Topic, ...] = (
    attrition.TOPIC,
    step_bias.TOPIC,
    step.TOPIC,
    salvo.TOPIC,
    exchanges.TOPIC,
    fire_control.TOPIC,
    area.TOPIC,
    defence.TOPIC,
    mines.TOPIC,
    search.TOPIC,
    radar.TOPIC,
    sensors.TOPIC,
    link.TOPIC,
    latency.TOPIC,
    jamming.TOPIC,
    sight.TOPIC,
    movement.TOPIC,
    environment.TOPIC,
    supply.TOPIC,
    sustainment.TOPIC,
    medical.TOPIC,
    scoring.TOPIC,
    operators.TOPIC,
    identity.TOPIC,
    names.TOPIC,
)


def default_checks() -> list[Check]:
    """Return the checks of all topics."""
    return [check for topic in TOPICS for check in topic.defaults]


def play(checks: Sequence[Check], run: Run, on_done: Callable[[int], None] | None = None) -> list[Row]:
    """Return the rows of all checks; ``on_done`` is called with the number of finished checks."""
    topic_of = {kind: topic.name for topic in TOPICS for kind in topic.cases.values()}
    rows: list[Row] = []
    for k, check in enumerate(checks):
        step_s: float | None = getattr(check, "dt", getattr(check, "step_s", None))
        for row in check.rows(run):
            dt_s = step_s if row.dt_s is None else row.dt_s
            rows.append(replace(row, topic=topic_of.get(type(check), ""), dt_s=dt_s))
        if on_done is not None:
            on_done(k + 1)
    return rows
