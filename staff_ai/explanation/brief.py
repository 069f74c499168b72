"""The decision brief: a printable page of its own, without scripts and without anything from the network."""

from collections.abc import Sequence
from html import escape

import numpy as np

from scenarios.compiler.scenario import Compiled
from simcore.picture import Picture
from staff_ai.advice.advice import Advice
from staff_ai.explanation.comparison import LESS_IS_BETTER
from staff_ai.explanation.drawings import interval_bar, legend, situation_map
from staff_ai.explanation.explanation import Explanation
from staff_ai.explanation.matrix import FUNCTIONS, Activity
from staff_ai.explanation.paragraph import paragraph
from staff_ai.explanation.report import (
    course_cells,
    course_heads,
    course_marks,
    interval,
    refused_lines,
    request_lines,
    switch_lines,
)
from staff_ai.explanation.wording import Wording, number, per_cent
from staff_ai.explanation.world_variables import Unseen, unseen_units
from staff_ai.wargame.rollouts import Outcome

_MOST_ACTIVITIES = 3

_STYLE = """
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 8mm 6mm; max-width: 194mm; color: #1c1c1c; background: #fff;
  font: 10.5pt/1.45 system-ui, "Segoe UI", "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR",
  "Noto Sans CJK KR", "NanumGothic", sans-serif; overflow-wrap: break-word; }
code { overflow-wrap: anywhere; }
.banner { background: #16202a; color: #fff; font-weight: bold; text-align: center; padding: 2pt; }
:lang(ko) { word-break: keep-all; }
h1 { font-size: 17pt; margin: 0; } h2 { font-size: 12pt; margin: 14pt 0 4pt; border-bottom: 1px solid #bbb; }
p { margin: 3pt 0; } .subject { color: #444; margin-bottom: 6pt; }
.say { border-left: 4px solid #1f5fa8; background: #f1f6fb; padding: 7pt 10pt; }
.verdict { display: inline-block; padding: 1pt 7pt; border: 1px solid #1f5fa8; border-radius: 3pt; font-weight: 600; }
.verdict.open { border-color: #9a6b00; color: #7a5500; }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; margin: 4pt 0; table-layout: fixed; }
th, td { text-align: right; padding: 2.5pt 3pt; border-bottom: 1px solid #ddd; vertical-align: top; }
th { font-weight: 600; color: #333; font-size: 7.5pt; } th:first-child, td:first-child { text-align: left; }
td.whole { white-space: nowrap; }
tr.best td { background: #f1f6fb; } td.text, th.text { text-align: left; }
.small { font-size: 8.5pt; color: #444; } .mark { width: 12px; height: 12px; vertical-align: -2px; margin-right: 3px; }
.tag { font-size: 7.5pt; border: 1px solid #888; border-radius: 2pt; padding: 0 3pt; white-space: nowrap; }
.bar { width: 100%; height: 14px; display: block; } .map { width: 100%; display: block; }
.legend { font-size: 8.5pt; } .legend span { margin-right: 10pt; white-space: nowrap; display: inline-block; }
.axis { font: 9px sans-serif; fill: #444; }
.name { font: 600 9.5px system-ui, "Malgun Gothic", "Noto Sans CJK KR", sans-serif; paint-order: stroke;
  stroke: #fff; stroke-width: 2.5px; }
ul { margin: 3pt 0; padding-left: 14pt; } code { font: 8.5pt ui-monospace, Consolas, monospace; }
section { break-inside: avoid; } h2 { break-after: avoid; } tr { break-inside: avoid; }
.foot { margin-top: 12pt; color: #555; font-size: 8.5pt; border-top: 1px solid #bbb; padding-top: 4pt; }
@media print { body { padding: 0; max-width: none; } .say, tr.best td { print-color-adjust: exact; } }
"""


def brief_page(
    advice: Advice,
    explanation: Explanation | None,
    words: Wording,
    *,
    compiled: Compiled,
    picture: Picture,
    command: str,
    row: int = 0,
) -> str:
    """Return the page as HTML. ``compiled`` is the scenario that is fought: its map and title are used, no unit."""
    briefing, content = compiled.briefings[advice.side], compiled.scenario.content
    line = escape(content.classification)
    banner = f"<div class='banner'>{line}</div>" if line else ""
    subject = words.text(
        "head.subject",
        scenario=(words.language == "ko" and content.title_ko) or compiled.roster.title or compiled.roster.scenario,
        side=words.named("sides", advice.side_name),
        time=words.time(advice.time_s),
        duration=words.time(briefing.duration_s),
    )
    unseen = None
    if advice.basis is not None:
        staff = advice.basis.staff
        unseen = unseen_units(staff.compiled, staff.side, advice.basis.ranking.situation, columns=24)
    title = words.text("title")
    parts = [
        f"<!doctype html><html lang='{words.language}'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{escape(f'{title}: {subject}')}</title><style>{_STYLE}</style></head><body>{banner}",
        f"<h1>{escape(title)}</h1><p class='subject'>{escape(subject)}</p>",
        _section(words, "recommendation", _recommendation(advice, explanation, words)),
        _section(words, "situation", _situation(compiled, advice, picture, unseen, words, row)),
    ]
    if advice.standing is not None and advice.standing.rows:
        parts.append(_section(words, "courses", _courses(advice, words)))
    if advice.refused:
        parts.append(_section(words, "refused", _list(refused_lines(advice, words))))
    if explanation is not None:
        parts += _explained(advice, explanation, words)
    parts.append(_section(words, "assumptions", _assumptions(advice, words)))
    parts.append(_section(words, "reproduce", _reproduction(advice, command, words)))
    parts.append(f"<p class='foot'>{escape(words.text('foot'))}</p>{banner}</body></html>\n")
    return "\n".join(parts)


def _section(words: Wording, key: str, body: str) -> str:
    return f"<section><h2>{escape(words.text(f'head.{key}'))}</h2>{body}</section>"


def _table(heads: Sequence[str], rows: Sequence[str], widths: Sequence[int]) -> str:
    """Return a table; heads are text, rows are HTML, widths in per cent."""
    columns = "".join(f"<col style='width:{width}%'>" for width in widths)
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _list(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _recommendation(advice: Advice, explanation: Explanation | None, words: Wording) -> str:
    key = f"verdict.{advice.verdict}"
    verdict = words.text(key) if words.has(key) else advice.verdict
    is_open = "" if advice.verdict == "clear" else " open"
    text = escape(paragraph(advice, explanation, words))
    return f"<p><span class='verdict{is_open}'>{escape(verdict)}</span></p><p class='say'>{text}</p>"


def _situation(
    compiled: Compiled, advice: Advice, picture: Picture, unseen: Unseen | None, words: Wording, row: int
) -> str:
    return situation_map(compiled, advice.side, picture, unseen, words, row) + legend(unseen, words)


def _courses(advice: Advice, words: Wording) -> str:
    assert advice.standing is not None
    rows = advice.standing.rows
    shown = [row.mean for row in rows]
    low = max(min(one.low if np.isfinite(one.low) else one.value for one in shown) - 0.05, -1.0)
    high = min(max(one.high if np.isfinite(one.high) else one.value for one in shown) + 0.05, 1.0)
    lines: list[str] = []
    for row in rows:
        marks = course_marks(advice, row, words)
        tags = "".join(f" <span class='tag'>{escape(mark)}</span>" for mark in marks)
        is_best = advice.recommended is not None and row.course.digest == advice.recommended.digest
        mean, span, *rest = course_cells(advice, row, words)
        bar = interval_bar(row.mean, low, high, is_marked=is_best)
        cells = [f"{escape(mean)}", f"{bar}{escape(span)}", *(escape(cell).replace(" ", "<br>", 1) for cell in rest)]
        name = f"<td>{escape(words.course(row.course))}{tags}</td>"
        numbers = "".join(f"<td class=whole>{cell}</td>" for cell in cells)
        lines.append(f"<tr{' class=best' if is_best else ''}>{name}{numbers}</tr>")
    heads = [words.text("col.course"), *course_heads(words)]
    note = ""
    if any(not row.is_fresh for row in rows):
        note = f"<p class='small'>* {escape(words.text('note.ranking'))}</p>"
    return _table(heads, lines, (21, 7, 15, 7, 8, 13, 8, 14, 7)) + note


def _explained(advice: Advice, explanation: Explanation, words: Wording) -> list[str]:
    parts: list[str] = []
    if explanation.comparisons:
        parts.append(_section(words, "comparison", _comparison(explanation, words)))
    if explanation.parting is not None:
        parts.append(_section(words, "parting", _list(parting_lines(explanation, words))))
    parts.append(_section(words, "switch", _list(switch_lines(explanation, words))))
    parts.append(_section(words, "requests", _list(request_lines(explanation, words))))
    if explanation.matrix is not None:
        parts.append(_section(words, "matrix", _matrix(explanation, words)))
    if explanation.decision_points:
        lines = [
            f"{words.time(point.time_s)}: {words.text(f'point.{point.kind}', groups=words.listed(point.groups))}"
            for point in explanation.decision_points
        ]
        parts.append(_section(words, "points", _list(lines)))
    return parts


def _comparison(explanation: Explanation, words: Wording) -> str:
    parts: list[str] = []
    for one in explanation.comparisons:
        rows: list[str] = []
        for gap in one.gaps:
            if gap.first == gap.second == 0.0:
                continue
            name = gap.measure.name.lower()
            text = f"{words.measured(name, gap.difference.value)}"
            scale = 100.0 if gap.measure in (Outcome.OWN_LOSS, Outcome.ENEMY_LOSS) else 1.0
            digits = 0 if scale == 100.0 else 2
            span = "-"
            if np.isfinite(gap.difference.low):
                low, high = (number(scale * end, digits) for end in gap.difference[1:])
                span = f"{low} … {high}"
            sign = ""
            if gap.is_settled:
                sign = " ▲" if gap.favours_first else " ▼"
            rows.append(
                f"<tr><td>{escape(words.text(f'measure.{name}'))}{'↓' if gap.measure in LESS_IS_BETTER else ''}</td>"
                f"<td>{escape(words.measured(name, gap.first))}</td><td>{escape(words.measured(name, gap.second))}</td>"
                f"<td>{escape(text)}{sign}</td><td>{escape(span)}</td></tr>"
            )
        role = words.text(f"role.{one.role}")
        heads = [words.text(f"col.{key}") for key in ("measure", "recommended")]
        heads += [role, words.text("col.difference"), words.text("col.interval")]
        parts.append(
            f"<p><b>{escape(role)}</b>: {escape(words.course(one.other))} "
            f"({escape(words.text('col.n'))}: {one.n})</p>" + _table(heads, rows, (28, 18, 18, 16, 20))
        )
    return "".join(parts)


def parting_lines(explanation: Explanation, words: Wording) -> list[str]:
    """Return the lines on the parting of the recommended course and the next."""
    parting = explanation.parting
    if parting is None:
        return []
    if not np.isfinite(parting.first_s):
        return [words.text("part.never")]
    lines = [words.text("part.first", time=words.time(parting.first_s))]
    if np.isfinite(parting.clear_s):
        lead = parting.lead
        lines.append(
            words.text(
                "part.clear", time=words.time(parting.clear_s), gap=number(lead.value), low=number(lead.low),
                high=number(lead.high),
            )
        )  # fmt: skip
    else:
        lines.append(words.text("part.none"))
    if parting.event is not None:
        event = parting.event
        lines.append(
            words.text(
                "event.line", event=words.event(event), first=number(event.first, 1), second=number(event.second, 1),
                time=words.time(event.time_s),
            )
        )  # fmt: skip
    return lines


def _matrix(explanation: Explanation, words: Wording) -> str:
    matrix = explanation.matrix
    assert matrix is not None
    n = len(matrix.edges_s) - 1
    heads = [words.text("col.function"), *(words.time(edge) for edge in matrix.edges_s[:-1])]
    rows: list[str] = []
    for function in FUNCTIONS:
        cells = "".join(f"<td class='text'>{_cell(cell, words)}</td>" for cell in matrix.cells[function])
        rows.append(f"<tr><td>{escape(words.text(f'function.{function}'))}</td>{cells}</tr>")
    first = 16
    table = _table(heads, rows, (first, *([(100 - first) // n] * n)))
    return table.replace("<th>", "<th class='text'>")


def _cell(activities: Sequence[Activity], words: Wording) -> str:
    lines: list[str] = []
    for one in activities[:_MOST_ACTIVITIES]:
        key = f"word.{one.word}"
        word = words.text(key) if words.has(key) else one.word
        counted = one.word in ("shot", "contact", "intercept", "soft_kill")
        text = "cell.count" if counted or one.number > 1 else "cell.task"
        subject = words.named("titles" if one.word == "contact" else "groups", one.subject)
        lines.append(words.text(text, subject=subject, word=word, n=one.number))
    if len(activities) > _MOST_ACTIVITIES:
        lines.append(words.text("cell.more", n=len(activities) - _MOST_ACTIVITIES))
    return "<br>".join(escape(line) for line in lines)


def _assumptions(advice: Advice, words: Wording) -> str:
    lines: list[str] = []
    if advice.basis is not None and advice.standing is not None:
        n = advice.basis.ranking.situation.n_worlds + advice.basis.fresh.situation.n_worlds
        horizon = words.text("assume.end")
        lines.append(words.text("assume.worlds", n=n, rollouts=advice.standing.n_rollouts, horizon=horizon))
    if advice.doctrines:
        ranked = sorted(advice.doctrines.items(), key=lambda item: -item[1])
        listed = ", ".join(f"{words.policy(name)} {per_cent(share)} %" for name, share in ranked)
        lines.append(words.text("assume.enemies", enemies=listed))
    lines.append(words.text("assume.score"))
    return _list(lines)


def _reproduction(advice: Advice, command: str, words: Wording) -> str:
    rows = [("command", command), ("seed", f"{advice.seed}, {advice.number}")]
    digests = {
        "advice": advice.digest, "picture": advice.picture, "scenario": advice.scenario,
        "intelligence": advice.intelligence,
    }  # fmt: skip
    items = "".join(
        f"<li>{escape(words.text(f'repro.{key}'))}: <code>{escape(value)}</code></li>" for key, value in rows
    )
    items += "".join(
        f"<li>{escape(words.text(f'repro.{key}'))}: <code>{escape(value)}</code></li>"
        for key, value in digests.items()
        if value
    )
    note = f"<p class='small'>{escape(words.text('repro.time'))}</p>" if advice.budget.seconds is not None else ""
    return f"<ul>{items}</ul>{note}"


__all__ = ["brief_page", "interval", "parting_lines"]
