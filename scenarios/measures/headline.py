"""The answer of a batch on one screen: who wins, the objectives, the cost, and what went with winning.

``estimate_lines`` shows every measure. What goes with winning is a description, not a cause: of the measures that
differ between the replications won by a side and the others (Welch's t, Bonferroni's level over all of them), the
three that differ most in units of their spread.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.measures.estimates import MeasureEstimate, estimate_cell, estimate_label, estimate_number
from scenarios.measures.range_intervals import share_difference
from scenarios.measures.statistics import Estimate, student_tail, welch
from simcore.types import F64, N_BELLIGERENTS

SUMMARY = ("losses", "cost_lost", "munitions_expended", "first_contact_s", "shots", "hit_share", "ao", "upkeep_cost",
           "casualties", "deaths", "kia_share", "dow_share")  # fmt: skip
"""Measures of each side in the summary, by key."""

NOTABLE = (
    "roe_violations",
    "neutral_kills",
    "approvals_timed_out",
    "link_availability",
    "mine_losses",
    "crashes",
    "failures",
    "mission_aborts",
    "mldt_h",
    "fill_rate",
    "expected_backorders",
    "stockouts",
    "preventable_deaths",
    "diverted",
)
"""Measures in the summary if they are not what a commander takes for granted: none of it, or a link all the time."""

_OUTCOMES = {
    "win",
    "draw",
    "score",
    "objective_progress",
    "objective_met",
    "objective_met_s",
    "ended_by_objective",
    "annihilated",
    "time_to_decision_s",
    "duration_s",
    "force_left",
    "loss_exchange_ratio",
    "cost_exchange_ratio",
    "kills",
    "enemy_losses",
    "enemy_cost_lost",
}
"""Measures that restate the outcome, or are those of the other side."""

_LEVEL = 0.05
_EXPLAINED = 3
_LEAST = 5  # replications of each kind
_SAME = 0.9  # correlation from which two measures tell the same
_BAR = 20
_CELL = 22
_LINES = 2  # of the text of an objective


@dataclass(frozen=True)
class Contrast:
    """A measure that differs between the replications won by a side and the others."""

    name: str
    label: str
    side: str
    won: float  # mean of the replications won
    others: float
    effect: float  # difference of the means in standard deviations


def headline_lines(
    estimates: Sequence[MeasureEstimate],
    values: Mapping[str, np.ndarray],
    sides: Sequence[str],
    *,
    blocks: bool = True,
    width: int = 110,
) -> list[str]:
    """Return the summary of a batch as text; ``values`` are its columns by replication, ``sides`` in order.

    The texts of objectives are wrapped to fit ``width`` characters. ``blocks`` draws the bars with block
    characters, else in ASCII.
    """
    fighting = sides[:N_BELLIGERENTS]
    named = {estimate.name: estimate for estimate in estimates}
    lines = [_answer(values, fighting), "", *_win_lines(named, fighting, blocks)]
    lines += ["", *_objective_lines(estimates, width)]
    lines += ["", *_side_lines(estimates, fighting)]
    ahead = max(fighting, key=lambda side: float(np.mean(values[f"{side}_win"])))
    told = contrasts(estimates, values, ahead)
    if told:
        head = "goes with winning (means)"
        width = max(len(head), *(len(f"  {c.side} {c.label}") for c in told))
        lines += ["", f"{head:<{width}}  {f'{ahead} won':<16}otherwise"]
        lines += [
            f"{f'  {c.side} {c.label}':<{width}}  {estimate_number(c.won):<16}{estimate_number(c.others)}" for c in told
        ]
    return lines


def lead(values: Mapping[str, np.ndarray], sides: Sequence[str]) -> Estimate | None:
    """Return the lead of the first side in its share of wins, with its interval; None with fewer than 2 replications.

    Wins of both sides come from the same replications, so the difference is taken by replication.
    """
    first, second = (np.asarray(values[f"{side}_win"], dtype=np.float64) for side in sides[:N_BELLIGERENTS])
    return share_difference(first, second) if first.size > 1 else None


def _answer(values: Mapping[str, np.ndarray], sides: Sequence[str]) -> str:
    gap = lead(values, sides)
    if gap is None:
        return "one replication says little: give -n"
    words = f"by {abs(gap.value):.0%} of the replications"
    if gap.low > 0.0:
        return f"{sides[0]} wins more often than {sides[1]}, {words} ({gap.low:.0%} to {gap.high:.0%})"
    if gap.high < 0.0:
        return f"{sides[1]} wins more often than {sides[0]}, {words} ({-gap.high:.0%} to {-gap.low:.0%})"
    return f"no clear winner: {sides[0]} leads {sides[1]} by {gap.value:+.0%} ({gap.low:+.0%} to {gap.high:+.0%})"


def _win_lines(named: Mapping[str, MeasureEstimate], sides: Sequence[str], blocks: bool) -> list[str]:
    rows = [(f"{side} wins", named[f"{side}_win"]) for side in sides] + [("draw", named["draw"])]
    width = max(len(label) for label, _ in rows)
    return [f"{label:<{width}}  {_share(e):<20}  {_bar(e.value or 0.0, blocks)}" for label, e in rows]


def _bar(share: float, blocks: bool) -> str:
    full = round(share * _BAR)
    return ("█" if blocks else "#") * full + ("░" if blocks else ".") * (_BAR - full)


def _share(estimate: MeasureEstimate) -> str:
    if estimate.value is None:
        return "-"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.0%}"
    return f"{estimate.value:>4.0%} ({estimate.low:.0%} to {estimate.high:.0%})"


def _objective_lines(estimates: Sequence[MeasureEstimate], screen: int) -> list[str]:
    met = {e.objective: e for e in estimates if e.key == "objective_met"}
    progress = {e.objective: e for e in estimates if e.key == "objective_progress"}
    if not met:
        return ["the scenario sets no objectives, so no side can win"]
    width = max(20, min(60, screen - 2 * _CELL - 2, max(len(e.about) for e in met.values())))
    lines = [f"{'objective':<{width}}  {'met':<{_CELL - 2}}  progress"]
    for number, estimate in met.items():
        about, *more = _in_two_lines(estimate.about, width)
        lines.append(f"{about:<{width}}  {_share(estimate):<{_CELL - 2}}  {_share(progress[number])}")
        lines += more
    return lines


def _in_two_lines(about: str, width: int) -> list[str]:
    """Return an objective on two lines at most; a longer one loses the end of the list before its measure."""

    def wrapped(text: str) -> list[str]:
        return textwrap.wrap(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)

    deed, bracket, measure = about.rpartition(" (")
    words = deed.split(" ")
    text = about
    while len(wrapped(text)) > _LINES and len(words) > 1:
        words.pop()
        text = f"{' '.join(words).rstrip(',')} …{bracket}{measure}"
    return wrapped(text)


def summary(estimates: Sequence[MeasureEstimate], sides: Sequence[str]) -> dict[str, dict[str, MeasureEstimate]]:
    """Return the measures of the summary by key and side: the usual ones, and those that are worth a note."""
    cells: dict[str, dict[str, MeasureEstimate]] = {}
    for estimate in estimates:
        if estimate.side in sides and estimate.key in (*SUMMARY, *NOTABLE) and not estimate.platform:
            cells.setdefault(estimate.key, {})[estimate.side] = estimate
    shown = [key for key in SUMMARY if key in cells and not all(_is_nothing(e) for e in cells[key].values())]
    shown += [key for key in NOTABLE if key in cells and any(_is_notable(e) for e in cells[key].values())]
    return {key: cells[key] for key in shown}


def _side_lines(estimates: Sequence[MeasureEstimate], sides: Sequence[str]) -> list[str]:
    cells = summary(estimates, sides)
    labels = {key: estimate_label(key, next(iter(cells[key].values()))) for key in cells}
    width = max([len("by replication"), *(len(label) for label in labels.values())])
    lines = [f"{'by replication':<{width}}  " + "  ".join(f"{side:<26}" for side in sides).rstrip()]
    for key, label in labels.items():
        row = "  ".join(f"{estimate_cell(cells[key][side]) if side in cells[key] else '':<26}" for side in sides)
        lines.append(f"{label:<{width}}  {row}".rstrip())
    return lines


def _is_nothing(estimate: MeasureEstimate) -> bool:
    return not estimate.value


def _is_notable(estimate: MeasureEstimate) -> bool:
    usual = 1.0 if estimate.key in ("link_availability", "fill_rate") else 0.0
    return estimate.value is not None and abs(estimate.value - usual) >= 0.005


def contrasts(estimates: Sequence[MeasureEstimate], values: Mapping[str, np.ndarray], side: str) -> list[Contrast]:
    """Return the measures that differ most between the replications won by ``side`` and the others.

    Empty with fewer than five replications of either kind. Measures that restate the outcome are left out, and of
    measures with a correlation of .9 or more only that which differs most.
    """
    won = np.asarray(values[f"{side}_win"]) > 0.5
    tried: list[tuple[Contrast, F64, float]] = []
    for e in estimates:
        column = np.asarray(values[e.name], dtype=np.float64) if e.name in values else np.zeros(0)
        if e.key in _OUTCOMES or not e.side or not bool(np.isfinite(column).all()):
            continue
        first, second = column[won], column[~won]
        if min(first.size, second.size) < _LEAST:
            continue
        tail, effect = _contrast(first, second)
        label = estimate_label(e.measure, e)
        tried.append((Contrast(e.name, label, e.side, float(first.mean()), float(second.mean()), effect), column, tail))
    sure = sorted((t for t in tried if t[2] * len(tried) < _LEVEL), key=lambda t: (-abs(t[0].effect), t[0].name))
    kept: list[tuple[Contrast, F64, float]] = []
    for candidate in sure:
        is_new = all(abs(float(np.corrcoef(candidate[1], other[1])[0, 1])) < _SAME for other in kept)
        if is_new and len(kept) < _EXPLAINED:
            kept.append(candidate)
    return [contrast for contrast, *_ in kept]


def _contrast(first: F64, second: F64) -> tuple[float, float]:
    """Return the two-sided probability of Welch's t without a difference, and the difference in standard deviations."""
    spread = math.sqrt((float(first.var(ddof=1)) + float(second.var(ddof=1))) / 2.0)
    if spread <= 1e-12 * max(abs(float(first.mean())), abs(float(second.mean())), 1e-300):
        return 1.0, 0.0
    gap, error, freedom, _ = welch(first, second)
    return 2.0 * student_tail(abs(gap) / error, freedom), gap / spread
