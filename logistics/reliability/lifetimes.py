"""Lifetimes of the components of a log: all fits of each of them, their meaning, and their form in a file."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from logistics.document_reader import DocumentReader
from logistics.logs.log import SECONDS_PER, TIME_UNITS, LogEvent, MaintenanceLog
from logistics.reliability.gamma_process import GammaProcessFit, fit_gamma_process, wear_increments
from logistics.reliability.goodness import p_value
from logistics.reliability.predictive import PredictiveWeibull, predictive
from logistics.reliability.weibull import ExponentialFit, WeibullFit, fit_exponential, fit_weibull
from simcore.errors import InputError

FORMAT = "chammo-lifetimes"
VERSION = 1
_NODES = ("beta", "log_sum", "weight")
SIGNIFICANT = 0.05
"""Level of the test of a constant hazard."""


@dataclass(frozen=True)
class WearLimit:
    """Condition signal that measures cumulative wear, and the level at which the component fails."""

    signal: str
    limit: float


@dataclass(frozen=True)
class ComponentFit:
    """The fits of a component. Without two different ages at failure there is no Weibull law."""

    component: str
    exponential: ExponentialFit
    weibull: WeibullFit | None
    predictive: PredictiveWeibull | None  # the Weibull law averaged over the uncertainty of its fit
    p_weibull: float | None  # of the goodness of fit of the Weibull law
    no_weibull: str  # the reason, where there is none
    wear: WearLimit | None
    gamma_process: GammaProcessFit | None

    @property
    def verdict(self) -> str:
        """Return the meaning of the fit for maintenance, in words."""
        if self.weibull is None:
            return self.no_weibull
        beta, p = self.weibull.beta, self.weibull.p_constant_hazard
        if beta <= 1.0:
            return (
                f"beta {beta:.3g} is not above 1: an old component fails no more often than a new one, so replacing "
                "before failure gains nothing; run to failure"
            )
        if p > SIGNIFICANT:
            return (
                f"beta {beta:.3g}, but a constant hazard is not refuted (p {p:.2g}): a gain from replacing early is "
                "not shown by this log"
            )
        return f"the hazard grows with age (beta {beta:.3g}, p {p:.2g} for a constant one): replacing early can pay"


def fit_lifetimes(log: MaintenanceLog, wear: WearLimit | None = None, *, seed: int = 1) -> list[ComponentFit]:
    """Return the fits of every component of a log whose lives have all ended.

    Raises
    ------
    InputError
        When the wear signal is missing or falls, or wear has too few increments.
    """
    fits: list[ComponentFit] = []
    for component in log.components():
        part = log.of_component(component)
        place = f"{log.file}: component {component!r}"
        duration, failed = part.duration, part.ending == LogEvent.FAILURE
        weibull, average, p_fit, reason = None, None, None, ""
        try:
            weibull = fit_weibull(duration, failed, place)
            average = predictive(weibull, duration, failed)
            p_fit = p_value(weibull, duration, failed, seed=seed)
        except InputError as error:
            reason = f"no Weibull law: {str(error).removeprefix(place).lstrip(': ')}"
        process = None
        if wear is not None:
            increment, step = wear_increments(part, wear.signal)
            process = fit_gamma_process(increment, step, part.n_lives, place)
        exponential = fit_exponential(duration, failed)
        fits.append(ComponentFit(component, exponential, weibull, average, p_fit, reason, wear, process))
    return fits


def as_document(fits: list[ComponentFit], time_unit: str) -> dict[str, Any]:
    """Return the fits as a JSON document."""
    components: dict[str, Any] = {}
    for fit in fits:
        entry: dict[str, Any] = {"exponential": asdict(fit.exponential)}
        if fit.weibull is not None and fit.predictive is not None:
            law = fit.weibull
            entry["weibull"] = asdict(law) | {
                "beta_95": law.beta_95,
                "eta_95": law.eta_95,
                "mean_life": law.mean_life,
                "likelihood_ratio": law.likelihood_ratio,
                "p_goodness": fit.p_weibull,
                "predictive": {name: getattr(fit.predictive, name).tolist() for name in _NODES},
            }
        if fit.gamma_process is not None and fit.wear is not None:
            process = fit.gamma_process
            entry["gamma_process"] = asdict(fit.wear) | asdict(process) | {"a_95": process.a_95, "b_95": process.b_95}
        components[fit.component] = entry | {"verdict": fit.verdict}
    return {"format": FORMAT, "version": VERSION, "time_unit": time_unit, "components": components}


@dataclass(frozen=True)
class LifetimeModel:
    """The laws of a file, by component."""

    time_unit: str
    weibull: dict[str, PredictiveWeibull]
    gamma_process: dict[str, tuple[WearLimit, float, float]]  # limit, a, b
    exponential: dict[str, float]  # rates


def read_lifetimes(document: dict[str, Any], file: Path) -> LifetimeModel:
    """Return the laws of a document. Raises ``InputError`` with the key that is missing or wrong."""
    reader = DocumentReader(document, file)
    if document.get("version") != VERSION:
        raise InputError(f"{file}: version {document.get('version')!r}; this release reads {VERSION}: fit again")
    time_unit = reader.text("time_unit")
    if time_unit not in TIME_UNITS:
        raise reader.wrong("time_unit", f"{time_unit!r} is none of {', '.join(TIME_UNITS)}")
    components = reader.part("components")
    weibull: dict[str, PredictiveWeibull] = {}
    processes: dict[str, tuple[WearLimit, float, float]] = {}
    exponential: dict[str, float] = {}
    for name in components.names_inside():
        entry = components.part(name)
        exponential[name] = entry.part("exponential").number("rate")
        if entry.has("weibull"):
            law = entry.part("weibull")
            weibull[name] = _read_predictive(law)
        if entry.has("gamma_process"):
            part = entry.part("gamma_process")
            a, b = part.number("a"), part.number("b")
            if min(a, b) <= 0.0:
                raise part.wrong("a", "a or b is not above 0")
            processes[name] = (WearLimit(part.text("signal"), part.number("limit")), a, b)
    return LifetimeModel(time_unit, weibull, processes, exponential)


def _read_predictive(law: DocumentReader) -> PredictiveWeibull:
    nodes = law.part("predictive")
    n = len(nodes.whole_list("beta"))
    arrays = {name: nodes.array(name, (n,)) for name in _NODES}
    eta, n_failures = law.number("eta"), int(law.number("n_failures"))
    if eta <= 0.0 or n_failures < 1:
        raise law.wrong("eta", "eta or n_failures is not above 0")
    if not n or not (arrays["beta"] > 0.0).all() or not (arrays["weight"] >= 0.0).all() or not arrays["weight"].any():
        raise nodes.wrong("beta", "beta is not above 0, or there is no weight")
    return PredictiveWeibull(scale=eta, n_failures=n_failures, **arrays)


def conversion(log: MaintenanceLog, time_unit: str) -> float:
    """Return the factor from the log's unit of time to the model's.

    Raises
    ------
    InputError
        When one of them counts cycles and the other time.
    """
    if log.time_unit == time_unit:
        return 1.0
    if log.time_unit not in SECONDS_PER or time_unit not in SECONDS_PER:
        raise InputError(
            f"{log.file}: time in {TIME_UNITS[log.time_unit]}, but the model's in {TIME_UNITS[time_unit]}; "
            "give a log in the model's unit"
        )
    return SECONDS_PER[log.time_unit] / SECONDS_PER[time_unit]
