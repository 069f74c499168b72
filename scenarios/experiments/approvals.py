"""The cost of approval policies to a side: the same scenario and random numbers under every policy and crew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.experiments.variants import play_variants
from scenarios.format.defaults import filled_crew
from scenarios.format.scenario import Scenario
from scenarios.format.schema.command import Operators
from scenarios.format.schema.types import AutonomyName
from scenarios.measures.case import Measure
from scenarios.measures.estimates import estimate_one
from scenarios.measures.range_intervals import share_difference
from scenarios.measures.statistics import Estimate, paired_difference
from scenarios.run.policies import PolicyChoice
from simcore.types import F64

POLICIES: tuple[AutonomyName, ...] = ("manual", "approve", "veto", "autonomous")
CREW_MEASURES = ("approvals_asked", "approvals_granted", "approvals_denied", "approvals_timed_out", "approval_queue_s")
"""Measures of the crew, without the name of the side."""


@dataclass(frozen=True)
class Variant:
    """A policy with a crew; no crew if no approval is needed."""

    policy: AutonomyName
    operators: int | None

    @property
    def name(self) -> str:
        """Display name."""
        if self.operators is None:
            return self.policy
        return f"{self.policy}, {self.operators} operator{'' if self.operators == 1 else 's'}"


def variants(policies: Sequence[AutonomyName], operators: Sequence[int]) -> list[Variant]:
    """Return every policy with every crew, and `autonomous` as the reference at the end."""
    supervised = [Variant(policy, count) for policy in policies if policy != "autonomous" for count in operators]
    return [*supervised, Variant("autonomous", None)]


def vary(scenario: Scenario, side: str, variant: Variant) -> Scenario:
    """Return the scenario with all groups of a side under the variant's policy and number of operators.

    The other properties of the crew are those of the scenario, or the defaults if it has no crew.
    """
    content = scenario.content
    groups = tuple(
        group.model_copy(update={"autonomy": variant.policy}) if group.side == side else group
        for group in content.groups
    )
    sides = tuple(
        entry.model_copy(update={"operators": _crew(entry.operators, variant)}) if entry.name == side else entry
        for entry in content.sides
    )
    return Scenario(content.model_copy(update={"groups": groups, "sides": sides}), scenario.source)


def _crew(crew: Operators | None, variant: Variant) -> Operators | None:
    if variant.operators is None:
        return crew
    return (crew or filled_crew(Operators(count=1))).model_copy(update={"count": variant.operators})


@dataclass(frozen=True)
class Outcome:
    """The measures of a variant, (replications,) each, and their definitions."""

    variant: Variant
    measures: dict[str, F64]
    definitions: dict[str, Measure]


@dataclass(frozen=True)
class Comparison:
    """A measure under a variant, and its paired difference from the autonomous variant."""

    variant: Variant
    measure: str
    estimate: Estimate
    difference: Estimate | None


def play_policies(
    scenario: Scenario,
    side: str,
    chosen: Sequence[Variant],
    choose: Callable[[Compiled], Sequence[PolicyChoice]],
    *,
    n: int,
    seed: int,
    threads: int,
    on_progress: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Play replications 0..n-1 of every variant. Equal replication numbers share their random numbers."""
    outcomes: list[Outcome] = []
    compiled_each = (compile_scenario(vary(scenario, side, variant)) for variant in chosen)
    played = play_variants(compiled_each, seed, range(n), choose=choose, threads=threads)
    for variant, (compiled, columns) in zip(chosen, played, strict=True):
        definitions = {measure.name: measure for measure in compiled.measures.listed}
        outcomes.append(Outcome(variant, {name: columns[name] for name in definitions}, definitions))
        if on_progress is not None:
            on_progress(len(outcomes))
    return outcomes


def compare(outcomes: Sequence[Outcome], measures: Sequence[str]) -> list[Comparison]:
    """Return every measure of every variant with its 95 % interval and its paired difference from the last variant."""
    rows: list[Comparison] = []
    reference = outcomes[-1]
    for outcome in outcomes:
        for measure in measures:
            values, other = outcome.measures[measure], reference.measures[measure]
            known = np.isfinite(values) & np.isfinite(other)
            if known.sum() < 2:
                continue
            definition = outcome.definitions[measure]
            is_share = definition.is_share or definition.kind == "proportion"
            compared = share_difference if is_share else paired_difference
            difference = None if outcome is reference else compared(values[known], other[known])
            rows.append(Comparison(outcome.variant, measure, estimate_one(definition, values[known]), difference))
    return rows


def crew_totals(outcome: Outcome, side: str) -> dict[str, float]:
    """Return the crew's totals per replication, and the mean wait of a request [s]."""
    names = {measure.short_name: name for name, measure in outcome.definitions.items() if measure.side == side}
    mean = {measure: float(outcome.measures[names[measure]].mean()) for measure in CREW_MEASURES}
    n_requests = mean["approvals_asked"]
    return {**mean, "approval_wait_s": mean["approval_queue_s"] / n_requests if n_requests > 0.0 else 0.0}


def comparison_lines(outcomes: Sequence[Outcome], side: str, measures: Sequence[str]) -> list[str]:
    """Return the comparison as a text table."""
    lines: list[str] = []
    rows = compare(outcomes, measures)
    for measure in measures:
        lines += [f"{measure}", f"  {'policy':<24}{'mean':>9}  {'95 % interval':<19} less autonomous (paired)"]
        for row in rows:
            if row.measure != measure:
                continue
            e, d = row.estimate, row.difference
            interval = f"[{e.low:.3f}, {e.high:.3f}]"
            paired = "-" if d is None else f"{d.value:+.3f} [{d.low:+.3f}, {d.high:+.3f}]"
            lines.append(f"  {row.variant.name:<24}{e.value:>9.3f}  {interval:<19} {paired}")
        lines.append("")
    lines.append("the crew, per replication")
    lines.append(f"  {'policy':<24}{'asked':>8}{'granted':>9}{'denied':>8}{'timed out':>11}{'mean wait, s':>14}")
    for outcome in outcomes:
        if outcome.variant.operators is None:
            continue
        totals = crew_totals(outcome, side)
        lines.append(
            f"  {outcome.variant.name:<24}{totals['approvals_asked']:>8.1f}{totals['approvals_granted']:>9.1f}"
            f"{totals['approvals_denied']:>8.1f}{totals['approvals_timed_out']:>11.1f}"
            f"{totals['approval_wait_s']:>14.1f}"
        )
    return lines


def as_json(outcomes: Sequence[Outcome], side: str, measures: Sequence[str]) -> dict[str, Any]:
    """Return the comparison as plain data."""
    rows: list[dict[str, Any]] = []
    for row in compare(outcomes, measures):
        d = row.difference
        rows.append(
            {
                "policy": row.variant.policy,
                "operators": row.variant.operators,
                "measure": row.measure,
                "mean": row.estimate.value,
                "low": row.estimate.low,
                "high": row.estimate.high,
                "difference": None if d is None else {"mean": d.value, "low": d.low, "high": d.high},
            }
        )
    crews = [{"policy": o.variant.policy, "operators": o.variant.operators, **crew_totals(o, side)} for o in outcomes]
    return {"comparisons": rows, "crews": crews}
