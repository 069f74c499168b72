"""Evaluations as text: lines for the terminal, a page in Markdown."""

import textwrap
from collections.abc import Sequence

from agents.environments.opponents import HELD_OUT
from staff_ai.games.chairs import LEARNED, Chair, Row, claim, mean_over_chairs
from staff_ai.games.statistics import Interval

WIDTH = 100


def span(estimate: Interval, form: str = "+.3f") -> str:
    """Return a value and its interval."""
    return f"{estimate.value:{form}} ({estimate.low:{form}}, {estimate.high:{form}})"


def verdict(chair: Chair) -> list[str]:
    """Return the results of the comparisons as sentences."""
    said: list[str] = []
    found = chair.comparisons()
    for first, second, difference, better in found:
        word = "better than" if difference.low > 0.0 else "not distinguishable from"
        word = "worse than" if difference.high < 0.0 else word
        said.append(
            f"{first.name} is {word} {second.name}: {span(difference)}; better in {better.value:.0%} of paired games "
            f"({better.low:.0%}, {better.high:.0%})"
        )
    learned = chair.row(LEARNED)
    if learned is not None:
        differences = {one.second.name: one.difference for one in found}
        said.append(f"{LEARNED}: {claim(differences, has_doctrines=chair.has_doctrines)[1]}")
        if learned.mission.shape[0] == 1:
            said.append("one training seed: the intervals hold for this network, not for the training method")
    return said


def mean_lines(chairs: Sequence[Chair]) -> list[str]:
    """Return the mean differences over several chairs, a line each; empty without a learned commander."""
    means = mean_over_chairs(chairs)
    width = max(map(len, means), default=0)
    lines = [f"  {name:{width}}  {span(estimate)}" for name, estimate in means.items()]
    return [f"{LEARNED}, mean difference over {len(chairs)} chairs (95 %) with", *lines] if means else []


def page_lines(chairs: Sequence[Chair], command: str) -> list[str]:
    """Return a page in Markdown."""
    lines = [
        "# Evaluation of trained commanders",
        "",
        f"Made by `{command}`.",
        "",
        "Mission score from -1 to 1: half the lead in score plus half of win or defeat. All games are of the split",
        "test, which training and selection do not use. Interquartile mean over training seeds and",
        "opponents with 95 % bootstrap intervals over seeds and games; then the share of games won against each",
        "opponent. Comparisons are with the best doctrine on these same games.",
        f"Held out from training: {', '.join(HELD_OUT)}.",
    ]
    for chair in chairs:
        lines += ["", f"## {chair.scenario}, {chair.side}", "", *table_lines(chair), ""]
        lines += [f"- {sentence}." for sentence in (*verdict(chair), *chair.notes)]
    means = mean_over_chairs(chairs) if len(chairs) > 1 else {}
    if means:
        lines += ["", "## Mean over the chairs", "", "| compared with | difference (95 %) |", "| --- | --- |"]
        lines += [f"| {name} | {span(estimate)} |" for name, estimate in means.items()]
    return [*lines, ""]


def table_lines(chair: Chair) -> list[str]:
    """Return the table of a chair in Markdown."""
    heads = [f"{name} (held out)" if name in HELD_OUT else name for name in chair.opponents]
    lines = [
        f"| {chair.side} | seeds | interquartile mean | mean | " + " | ".join(heads) + " |",
        "| --- | ---: | --- | ---: |" + " ---: |" * len(heads),
    ]
    for row in _ordered(chair):
        cells = [row.name, str(row.mission.shape[0]), span(row.iqm), f"{row.mission.mean():+.3f}", *_wins(row)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def text_lines(chair: Chair) -> list[str]:
    """Return the comparison as lines for a terminal of 100 columns."""
    width = max(len(row.name) for row in chair.rows)
    lines = [f"{chair.scenario}, {chair.side}: {chair.n} games against each of {len(chair.opponents)} opponents", ""]
    marks = [f"{k}*" if name in HELD_OUT else f"{k}" for k, name in enumerate(chair.opponents, 1)]
    lines.append(f"{'':{width}}  {'interquartile mean (95 %)':25}  {'mean':6}  wins against")
    lines.append(f"{'':{width}}  {'':25}  {'':6}  {''.join(f'{mark:5}' for mark in marks)}".rstrip())
    for row in _ordered(chair):
        wins = "".join(f"{win:5}" for win in _wins(row)).rstrip()
        lines.append(f"{row.name:{width}}  {span(row.iqm):25}  {row.mission.mean():+.3f}  {wins}")
    named = ", ".join(f"{mark} {name}" for mark, name in zip(marks, chair.opponents, strict=True))
    held_out = "; * held out from training" if any(name in HELD_OUT for name in chair.opponents) else ""
    lines += ["", *textwrap.wrap(f"against {named}{held_out}", WIDTH, break_on_hyphens=False), ""]
    for sentence in (*verdict(chair), *chair.notes):
        lines += textwrap.wrap(f"- {sentence}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return lines


def _ordered(chair: Chair) -> list[Row]:
    return sorted(chair.rows, key=lambda row: -float(row.mission.mean()))


def _wins(row: Row) -> list[str]:
    return [f"{value:.2f}" for value in (row.win > 0).mean(axis=(0, 2))]
