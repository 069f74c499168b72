"""The best policy of components and the best number of crews, as lines of text, plain data and pictures."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from logistics.drawing.chart import Line, Mark, line_chart
from logistics.maintenance.age_replacement import NEVER, AgePolicy, best_age, cost_rate
from logistics.maintenance.control_limit import LimitPolicy, best_limit, limit_policy
from logistics.maintenance.crews import CrewResult
from logistics.maintenance.files import AgeCase, Case, WearCase
from logistics.tables.aligned import aligned, digits, per_cent

Policy = AgePolicy | LimitPolicy


def best_policy(case: Case) -> Policy:
    """Return the policy with the least cost per hour: an age, or a control limit at the best of the intervals."""
    if isinstance(case, AgeCase):
        return best_age(case.life, case.preventive, case.failure)
    return min((best_limit(case.wear, case.costs, dt) for dt in case.intervals), key=lambda policy: policy.rate)


def policy_lines(cases: Sequence[Case], policies: Sequence[Policy], *, is_downtime: bool, unit: str = "h") -> list[str]:
    """Return the policies as text. With ``is_downtime`` costs are times, and the availability is shown."""
    rows: list[tuple[str, ...]] = []
    for case, policy in zip(cases, policies, strict=True):
        figures = (policy.rate, policy.run_to_failure)
        if is_downtime:
            shown = [per_cent(1.0 / (1.0 + rate), 3) for rate in figures]
        else:
            shown = [digits(1000.0 * rate) for rate in figures]
        rows.append((case.name, *_words(policy, unit), *shown, per_cent(policy.saving)))
    figure = "availability" if is_downtime else f"cost / 1000 {unit}"
    return aligned(("component", "policy", "at failure", figure, "run to failure", "saving"), rows, left=2)


def crew_lines(results: Sequence[CrewResult], costs: Sequence[float] | None) -> list[str]:
    """Return what each number of crews brings as text, with its cost per hour where that is known."""
    rows = [
        (
            str(result.crews),
            per_cent(result.availability, 2),
            digits(result.queue),
            digits(result.wait),
            per_cent(result.busy),
            *((digits(costs[k]),) if costs is not None else ()),
        )
        for k, result in enumerate(results)
    ]
    header = ("crews", "availability", "waiting", "wait h", "busy", *(("cost / h",) if costs is not None else ()))
    lines = aligned(header, rows, left=0)
    if costs is not None:
        lines.append(f"  least cost: {results[costs.index(min(costs))].crews} crews")
    return lines


def policy_json(case: Case, policy: Policy) -> dict[str, Any]:
    """Return a policy as plain data; times in hours, null for never."""
    found: dict[str, Any] = {"component": case.name, "rate_per_h": policy.rate}
    found |= {"run_to_failure_per_h": policy.run_to_failure, "saving": policy.saving}
    if isinstance(policy, AgePolicy):
        is_early = math.isfinite(policy.age)
        found |= {"policy": "age replacement" if is_early else "run to failure", "age_h": policy.age}
        return {**found, "failures_per_h": policy.failures, "replacements_per_h": policy.replacements}
    found |= {
        "policy": "control limit" if policy.p_failure < 1.0 else "run to failure",
        "limit": policy.limit,
        "interval_h": policy.interval,
    }
    return {**found, "p_failure": policy.p_failure, "mean_cycle_h": policy.mean_cycle, "down_share": policy.down_share}


def crew_json(result: CrewResult, cost: float | None) -> dict[str, Any]:
    """Return a number of crews as plain data; times in hours."""
    found: dict[str, Any] = {"crews": result.crews, "availability": result.availability, "queue": result.queue}
    found |= {"wait_h": result.wait, "busy": result.busy, "failures_per_h": result.failures}
    return found if cost is None else {**found, "cost_per_h": cost}


def draw_policies(cases: Sequence[Case], policies: Sequence[Policy], unit: str = "h") -> str:
    """Return the cost per 1000 h against age (or control limit) as a share of mean life (or failure limit), as SVG."""
    lines: list[Line] = []
    marks: list[Mark] = []
    for case, policy in list(zip(cases, policies, strict=True))[:6]:
        line, mark = _age_curve(case, policy, unit) if isinstance(policy, AgePolicy) else _limit_curve(case, policy)
        lines.append(line)
        marks += [mark] if mark is not None else []
    ages = any(isinstance(case, AgeCase) for case in cases)
    wears = any(isinstance(case, WearCase) for case in cases)
    axes = ["age as a share of the mean life"] * ages + ["control limit as a share of the failure limit"] * wears
    return line_chart("Cost of maintenance policies", "; ".join(axes), f"cost per 1000 {unit}", lines, marks)


def draw_crews(results: Sequence[CrewResult]) -> str:
    """Return the availability against the number of crews as SVG."""
    x = [float(result.crews) for result in results]
    line = Line("availability", x, [result.availability for result in results])
    marks = [Mark(float(result.crews), result.availability, per_cent(result.availability)) for result in results]
    return line_chart("Crews and availability", "crews", "availability", [line], marks)


def _words(policy: Policy, unit: str) -> tuple[str, str]:
    """Return a policy in words, and the share of its lives that end in failure."""
    if isinstance(policy, AgePolicy):
        if policy.age == NEVER:
            return "run to failure", per_cent(1.0)
        share = policy.failures / (policy.failures + policy.replacements)
        return f"replace at {digits(policy.age, 5)} {unit}", per_cent(share)
    if policy.p_failure >= 1.0:
        is_inspected = math.isfinite(policy.interval)
        words = f", inspect every {digits(policy.interval)} {unit}" if is_inspected else ""
        return f"run to failure{words}", per_cent(1.0)
    return (
        f"inspect every {digits(policy.interval)} {unit}, replace from wear {digits(policy.limit, 5)}",
        per_cent(policy.p_failure),
    )


def _age_curve(case: Case, policy: AgePolicy, unit: str) -> tuple[Line, Mark | None]:
    assert isinstance(case, AgeCase)
    mean = case.life.mean
    ages = np.linspace(0.02, 2.0, 120) * mean
    rates = [1000.0 * cost_rate(case.life, float(age), case.preventive, case.failure) for age in ages]
    most = 4.0 * 1000.0 * policy.run_to_failure  # very early replacement costs without end
    line = Line(case.name, [float(age) / mean for age in ages], [r if r <= most else math.nan for r in rates])
    if not math.isfinite(policy.age) or policy.age > 2.0 * mean:
        return line, None
    return line, Mark(policy.age / mean, 1000.0 * policy.rate, f"{digits(policy.age)} {unit}")


def _limit_curve(case: Case, policy: LimitPolicy) -> tuple[Line, Mark]:
    assert isinstance(case, WearCase)
    limits = np.linspace(0.0, case.wear.limit, 41)
    interval = policy.interval if math.isfinite(policy.interval) else case.intervals[0]
    rates = [1000.0 * limit_policy(case.wear, case.costs, interval, float(m)).rate for m in limits]
    most = 4.0 * 1000.0 * policy.run_to_failure
    line = Line(case.name, (limits / case.wear.limit).tolist(), [r if r <= most else math.nan for r in rates])
    return line, Mark(policy.limit / case.wear.limit, 1000.0 * policy.rate, f"wear {digits(policy.limit)}")
