"""Evaluations as text: lines for the terminal, a page in Markdown."""

from collections.abc import Sequence

from agents.environments.opponents import HELD_OUT
from staff_ai.games.evaluate import BLIND, LEARNED, Chair
from staff_ai.games.statistics import Interval


def span(estimate: Interval, form: str = "+.3f") -> str:
    """Return a value and its interval."""
    return f"{estimate.value:{form}} ({estimate.low:{form}}, {estimate.high:{form}})"


def verdict(chair: Chair) -> list[str]:
    """Return the results of the comparisons as sentences."""
    said: list[str] = []
    for first, second, difference, better in chair.comparisons():
        word = "better than" if difference.low > 0.0 else "not distinguishable from"
        word = "worse than" if difference.high < 0.0 else word
        said.append(
            f"{first.name} is {word} {second.name}: {span(difference)}; better in {better.value:.0%} of paired games "
            f"({better.low:.0%}, {better.high:.0%})"
        )
        if second.name == BLIND:
            shown = "it reacts" if difference.low > 0.0 else "a reaction is not shown"
            said.append(f"{first.name} against its own blind schedule: {shown}")
    learned = chair.row(LEARNED)
    if learned is not None and learned.mission.shape[0] == 1:
        said.append("one training seed: the intervals hold for this network, not for the training method")
    return said


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
    return [*lines, ""]


def table_lines(chair: Chair) -> list[str]:
    """Return the table of a chair in Markdown."""
    heads = [f"{name} (held out)" if name in HELD_OUT else name for name in chair.opponents]
    lines = [
        f"| {chair.side} | seeds | interquartile mean | mean | " + " | ".join(heads) + " |",
        "| --- | ---: | --- | ---: |" + " ---: |" * len(heads),
    ]
    for row in sorted(chair.rows, key=lambda row: -float(row.mission.mean())):
        wins = [f"{value:.2f}" for value in (row.win > 0).mean(axis=(0, 2))]
        cells = [row.name, str(row.mission.shape[0]), span(row.iqm), f"{row.mission.mean():+.3f}", *wins]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def text_lines(chair: Chair) -> list[str]:
    """Return the comparison as lines for a terminal."""
    width = max(len(row.name) for row in chair.rows)
    lines = [f"{chair.scenario}, {chair.side}: {chair.n} games against each of {len(chair.opponents)} opponents", ""]
    gap = " " * width
    lines.append(f"{gap}  {'interquartile mean':24}  {'mean':6}   wins against")
    lines.append(f"{gap}  {'(95 %)':24}  {'':6}   {' '.join(chair.opponents)}")
    for row in sorted(chair.rows, key=lambda row: -float(row.mission.mean())):
        wins = " ".join(
            f"{value:>{len(name)}.2f}"
            for name, value in zip(chair.opponents, (row.win > 0).mean(axis=(0, 2)), strict=True)
        )
        lines.append(f"{row.name:{width}}  {span(row.iqm):24}  {row.mission.mean():+.3f}   {wins}")
    return [*lines, "", *verdict(chair), *chair.notes]
