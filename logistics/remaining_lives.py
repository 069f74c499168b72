"""Predictions of remaining life for the components in service of a log, by fitted laws or by a learned model."""

from dataclasses import dataclass

import numpy as np

from logistics.logs.log import LogEvent, MaintenanceLog
from logistics.prognosis.model import LearnedModel
from logistics.reliability import gamma_process
from logistics.reliability.lifetimes import LifetimeModel, conversion
from simcore.errors import InputError
from simcore.types import I64


@dataclass(frozen=True)
class RemainingLife:
    """The remaining life of a component in service, in the model's unit of time."""

    unit: str
    component: str
    age: float
    law: str  # learned, weibull, gamma process or exponential
    remaining: float  # the estimate: a mean for a learned model, else the median
    low: float
    high: float | None  # None: no bound above is claimed
    p_failure: float | None  # within the window, where one is given and the law states it


def in_service(log: MaintenanceLog) -> I64:
    """Return the lives that have not ended by a failure. Raises ``InputError`` when there are none."""
    lives = np.flatnonzero(log.ending != LogEvent.FAILURE)
    if not len(lives):
        raise InputError(f"{log.file}: every life has ended by a failure; give a log of components in service")
    return lives


def by_laws(log: MaintenanceLog, model: LifetimeModel, level: float, window: float | None) -> list[RemainingLife]:
    """Return predictions by fitted laws: the gamma process where there is one, else Weibull, else exponential.

    Raises
    ------
    InputError
        When a component has no law in the model, or the log lacks the signal of a gamma process.
    """
    factor = conversion(log, model.time_unit)
    p = np.array([0.5, 0.5 - 0.5 * level, 0.5 + 0.5 * level])
    rows: list[RemainingLife] = []
    for life in in_service(log):
        last = int(log.last[life])
        unit, component, age = log.unit[last], log.component[last], float(log.time[last]) * factor
        chance: float | None = None
        if component in model.gamma_process:
            wear, a, b = model.gamma_process[component]
            if wear.signal not in log.signal_names:
                raise InputError(f"{log.file}: no column {wear.signal!r}, which the law of {component!r} needs; add it")
            level_now = float(log.signals[last, log.signal_names.index(wear.signal)])
            law, lives = "gamma process", gamma_process.remaining_life(p, level_now, wear.limit, a, b)
            if window is not None:
                chance = float(gamma_process.passage_within(window, level_now, wear.limit, a, b))
        elif component in model.weibull:
            law, lives = "weibull", model.weibull[component].remaining_life(p, age)
            if window is not None:
                chance = float(model.weibull[component].failure_within(age, window))
        elif model.exponential.get(component, 0.0) > 0.0:
            rate = model.exponential[component]
            law, lives = "exponential", -np.log1p(-p) / rate
            if window is not None:
                chance = float(-np.expm1(-rate * window))
        else:
            known = ", ".join(sorted(model.exponential)) or "none"
            raise InputError(
                f"{log.file}: no law for component {component!r}; the model has laws with failures: {known}"
            )
        rows.append(RemainingLife(unit, component, age, law, float(lives[0]), float(lives[1]), float(lives[2]), chance))
    return rows


def by_learned_model(log: MaintenanceLog, model: LearnedModel) -> list[RemainingLife]:
    """Return predictions by a learned model. Raises ``InputError`` when the log lacks a signal of it."""
    if log.time_unit != model.time_unit:
        raise InputError(f"{log.file}: time in {log.time_unit}, but the model's in {model.time_unit}; convert the log")
    prediction = model.predict(log)
    rows: list[RemainingLife] = []
    for life in in_service(log):
        last = int(log.last[life])
        high = float(prediction.high[life])
        rows.append(
            RemainingLife(
                unit=log.unit[last],
                component=log.component[last],
                age=float(log.time[last]),
                law="learned",
                remaining=float(prediction.remaining[life]),
                low=float(prediction.low[life]),
                high=high if high < model.cap else None,
                p_failure=None,
            )
        )
    return rows
