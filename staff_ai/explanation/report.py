"""The advice on a terminal, and as plain values for JSON."""

import unicodedata
from dataclasses import asdict
from typing import Any

import numpy as np

from staff_ai.advice.advice import Advice
from staff_ai.explanation.explanation import Explanation
from staff_ai.explanation.paragraph import paragraph
from staff_ai.explanation.wording import Wording, number, per_cent
from staff_ai.wargame.samples import Estimate
from staff_ai.wargame.standing import CourseStanding

MOST_REFUSED = 12


def course_marks(advice: Advice, row: CourseStanding, words: Wording) -> list[str]:
    """Return the marks of a course: recommended, in force, own plan."""
    digest = row.course.digest
    found: list[str] = []
    if advice.recommended is not None and advice.recommended.digest == digest:
        found.append(words.text("mark.recommended"))
    if advice.incumbent.digest == digest:
        found.append(words.text("mark.incumbent"))
    if any(own.digest == digest for own in advice.own):
        found.append(words.text("mark.own"))
    return found


def course_cells(advice: Advice, row: CourseStanding, words: Wording) -> list[str]:
    """Return the numbers of a course, in the order of ``course_heads``."""
    is_incumbent = row.course.digest == advice.incumbent.digest
    has_gap = advice.standing is not None and advice.standing.incumbent is not None and not is_incumbent
    return [
        number(row.mean.value),
        interval(row.mean),
        f"{per_cent(row.win.value)}%",
        number(row.tail),
        f"{number(row.worst)} {words.policy(row.worst_enemy)}",
        f"{per_cent(row.p_best)}%",
        f"{number(row.to_incumbent.value)} ({interval(row.to_incumbent, -2.0, 2.0)})" if has_gap else "-",
        f"{row.n}" if row.is_fresh else f"{row.n}*",
    ]


def course_heads(words: Wording) -> list[str]:
    """Return the heads of the columns of ``course_cells``."""
    keys = ("mean", "interval", "win", "tail", "worst", "best", "gap", "n")
    return [words.text(f"col.{key}") for key in keys]


def interval(estimate: Estimate, least: float = -1.0, most: float = 1.0) -> str:
    """Return an interval within the bounds of the score."""
    if not np.isfinite(estimate.low):
        return "-"
    return f"{number(max(estimate.low, least))} … {number(min(estimate.high, most))}"


def advice_lines(advice: Advice, explanation: Explanation | None, words: Wording) -> list[str]:
    """Return the lines for a terminal: table, refused courses, paragraph, requests."""
    lines: list[str] = []
    if advice.standing is not None and advice.standing.rows:
        heads = [words.text("col.course"), *course_heads(words)]
        rows = []
        for row in advice.standing.rows:
            marks = course_marks(advice, row, words)
            name = words.course(row.course) + (f" [{', '.join(marks)}]" if marks else "")
            rows.append([name, *course_cells(advice, row, words)])
        lines += _table(heads, rows)
        if any(not row.is_fresh for row in advice.standing.rows):
            lines.append(f"* {words.text('note.ranking')}")
        lines.append("")
    if advice.refused:
        lines += [words.text("head.refused"), *(f"  {one}" for one in refused_lines(advice, words)), ""]
    lines.append(paragraph(advice, explanation, words))
    if explanation is not None:
        lines += ["", words.text("head.switch"), *(f"  {one}" for one in switch_lines(explanation, words))]
        lines += ["", words.text("head.requests"), *(f"  {one}" for one in request_lines(explanation, words))]
    return lines


def refused_lines(advice: Advice, words: Wording) -> list[str]:
    """Return the refused courses with their reasons; those that the budget left out are counted when there are many."""
    real = [one for one in advice.refused if one.criterion != "budget"]
    unplayed = [one for one in advice.refused if one.criterion == "budget"]
    shown = (real + unplayed)[:MOST_REFUSED] if len(unplayed) <= 4 else real[:MOST_REFUSED]
    lines = [f"{words.course(one.course)}: {words.refusal(one)}" for one in shown]
    left = len(advice.refused) - len(shown)
    if left:
        lines.append(words.text("refused.more" if len(real) <= MOST_REFUSED else "refused.others", n=left))
    return lines


def switch_lines(explanation: Explanation, words: Wording) -> list[str]:
    """Return the switch rules."""
    lines: list[str] = []
    for rule in explanation.rules:
        lines.append(
            words.text(
                "say.switch",
                other=words.course(rule.other),
                conditions=words.conditions(rule),
                gain=f"{number(rule.gain.value)} ({interval(rule.gain, -2.0, 2.0)})",
                coverage=per_cent(rule.coverage),
            )
        )
        check = {"coverage": per_cent(rule.coverage), "fidelity": per_cent(rule.fidelity)}
        lines.append(f"({words.text('switch.check', n=rule.n, **check)})")
    return lines or [words.text("switch.none", n=explanation.n_rules_tried)]


def request_lines(explanation: Explanation, words: Wording) -> list[str]:
    """Return the requests for reconnaissance."""
    if explanation.requests:
        return [words.request(request) for request in explanation.requests]
    if not explanation.values:
        return [words.text("request.unknown")]
    return [words.text("request.none", n=len(explanation.values), draws=explanation.n_draws)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Return a table; the names of courses, which are long, are in a line of their own."""
    widths = [max(_width(row[k]) for row in [heads, *rows]) for k in range(1, len(heads))]
    lines = ["  " + "  ".join(_right(text, width) for text, width in zip(heads[1:], widths, strict=True))]
    for row in rows:
        lines.append(row[0])
        lines.append("  " + "  ".join(_right(text, width) for text, width in zip(row[1:], widths, strict=True)))
    return lines


def _right(text: str, width: int) -> str:
    return " " * (width - _width(text)) + text


def as_json(advice: Advice, explanation: Explanation | None, words: Wording) -> dict[str, Any]:
    """Return advice and explanation as plain values; numbers that are not finite become null."""
    values: dict[str, Any] = {
        "advice": {**advice.describe(), "digest": advice.digest, "elapsed_s": advice.elapsed_s},
        "paragraph": paragraph(advice, explanation, words),
        "language": words.language,
        "explanation": None if explanation is None else _explanation(explanation, words),
    }
    plain: dict[str, Any] = _plain(values)
    return plain


def _explanation(explanation: Explanation, words: Wording) -> dict[str, Any]:
    return {
        "comparisons": [
            {
                "course": one.other.digest,
                "name": one.other.name,
                "role": one.role,
                "n": one.n,
                "measures": {
                    gap.measure.name.lower(): {
                        "recommended": gap.first, "other": gap.second, "difference": gap.difference._asdict(),
                    }
                    for gap in one.gaps
                },
            }
            for one in explanation.comparisons
        ],
        "parting": None if explanation.parting is None else asdict(explanation.parting),
        "switch_rules": [
            {
                "course": rule.other.digest,
                "text": words.conditions(rule),
                "conditions": [
                    {**variable._asdict(), "above": is_above, "threshold": threshold}
                    for variable, is_above, threshold in rule.conditions
                ],
                "gain": rule.gain._asdict(),
                "coverage": rule.coverage,
                "fidelity": rule.fidelity,
                "n": rule.n,
            }
            for rule in explanation.rules
        ],
        "requests": [
            {
                **one.value.variable._asdict(), "value": one.value.value._asdict(), "x_m": one.x_m, "y_m": one.y_m,
                "zone": one.zone, "text": words.request(one),
            }
            for one in explanation.requests
        ],
        "values_of_information": [
            {**one.variable._asdict(), "value": one.value._asdict()} for one in explanation.values
        ],
        "matrix": None
        if explanation.matrix is None
        else {
            "edges_s": explanation.matrix.edges_s,
            "cells": {
                name: [[activity._asdict() for activity in cell] for cell in cells]
                for name, cells in explanation.matrix.cells.items()
            },
        },
        "decision_points": [asdict(point) for point in explanation.decision_points],
        "outside": list(explanation.outside),
        "n_recorded": explanation.n_recorded,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    as_dict: Any = getattr(value, "_asdict", None)
    if as_dict is not None:
        return _plain(as_dict())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value
