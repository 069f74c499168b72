"""An assessment as a page of its own: one HTML file without scripts and without anything from the network."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from scenarios.run.provenance import versions
from staff_ai.assess.assess import ENTRIES, LIMITS, LIMITS_KO, Assessment
from staff_ai.assess.items import Item, Number, Status
from staff_ai.assess.report import counts_text, games_text, value_text
from staff_ai.assess.wording import Words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 8mm 6mm; max-width: 194mm; color: #1c1c1c; background: #fff;
  font: 10.5pt/1.45 system-ui, "Segoe UI", "Noto Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 17pt; margin: 0; } h2 { font-size: 12pt; margin: 16pt 0 4pt; border-bottom: 1px solid #bbb; }
p { margin: 3pt 0; } .subject { color: #444; margin-bottom: 6pt; } .small { font-size: 8.5pt; color: #444; }
.say { border-left: 4px solid #1f5fa8; background: #f1f6fb; padding: 7pt 10pt; }
.say.bad { border-color: #b3261e; background: #fdf2f1; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; margin: 4pt 0; }
th, td { text-align: left; padding: 2.5pt 4pt; border-bottom: 1px solid #ddd; vertical-align: top; }
th { font-weight: 600; color: #333; font-size: 8pt; } td.n { text-align: right; white-space: nowrap; }
.tag { display: inline-block; min-width: 15mm; text-align: center; border-radius: 2pt; padding: 0 4pt; font-size: 8pt;
  border: 1px solid #888; white-space: nowrap; }
.pass { border-color: #2e7d32; color: #1b5e20; } .fail { border-color: #b3261e; color: #fff; background: #b3261e; }
.open { border-color: #9a6b00; color: #7a5500; } .not { color: #555; border-style: dashed; }
ul { margin: 3pt 0; padding-left: 14pt; } code { font: 8.5pt Consolas, monospace; overflow-wrap: anywhere; }
svg { width: 100%; max-width: 120mm; display: block; } svg text { font: 9px sans-serif; fill: #444; }
section { break-inside: avoid; } h2 { break-after: avoid; } tr { break-inside: avoid; }
a { color: #1f5fa8; }
@media print { body { padding: 0; max-width: none; } .say, .fail { print-color-adjust: exact; } }
"""
_COLOUR = "#1f5fa8"


def assessment_page(found: Assessment, command: str, lang: str = "en") -> str:
    """Return the page as HTML, in English or Korean."""
    w = Words(lang)
    title = w(f"Assessment of {found.subject}")
    subject = w(
        f"{found.side} in {found.scenario}; {games_text(found)} each of {', '.join(found.opponents)}; searches of "
        f"{found.budget} games"
    )
    process = "in a process of its own" if found.is_isolated else "in the process of the assessment"
    named = ", ".join(f"{ENTRIES[key].number} {w(ENTRIES[key].title)}" for key in found.failed)
    result = [f"{w(counts_text(found))}.", w(f"Failed: {named}.") if named else w("No gate fails.")]
    bad = " bad" if found.failed else ""
    limits = [_list(LIMITS_KO, lang="ko"), _list(LIMITS, lang="en")]
    parts = [
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>",
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f"<p class='subject'>{escape(subject)}. {escape(w(f'The commander ran {process}.'))}</p>",
        f"<p class='say{bad}'>{escape(' '.join(result))}</p>",
        *(limits[:1] if lang == "ko" else limits[::-1]),
        _overview(found, w),
        *(_item(item, w) for item in found.items),
        _reproduction(found, command, w),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _tag(status: Status, w: Words) -> str:
    kind = status.value.split()[0]
    return f"<span class='tag {kind}'>{escape(w(status.value))}</span>"


def _overview(found: Assessment, w: Words) -> str:
    rows: list[str] = []
    for item in found.items:
        entry = ENTRIES[item.key]
        first = next((one for one in item.gates if one.status != Status.PASS), item.gates[0] if item.gates else None)
        number = next((one for one in item.numbers if first is not None and one.name == first.number), None)
        number = number or (item.numbers[0] if item.numbers else None)
        text = w(item.reason) or ("" if number is None else f"{w(number.name)}: {w(value_text(number))}")
        rows.append(
            f"<tr><td class='n'>{entry.number}</td><td><a href='#{item.key}'>{escape(w(entry.title))}</a></td>"
            f"<td>{_tag(item.status, w)}</td><td>{escape(text)}</td></tr>"
        )
    head = _head(w, "", "item", "status", "main number with its 95 % interval")
    return f"<h2>{escape(w('The items'))}</h2><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _head(w: Words, *names: str) -> str:
    return "<tr>" + "".join(f"<th>{escape(w(name))}</th>" for name in names) + "</tr>"


def _item(item: Item, w: Words) -> str:
    entry = ENTRIES[item.key]
    title = f"{entry.number}. {escape(w(entry.title))} {_tag(item.status, w)}"
    parts = [f"<section><h2 id='{item.key}'>{title}</h2>"]
    parts.append(_small(w(f"Aligned with {'; '.join(map(w, entry.principles))}.")))
    if item.reason:
        parts.append(f"<p>{escape(w(f'Not applicable: {item.reason}.'))}</p>")
    if item.numbers:
        parts.append(_numbers(item, w))
    if item.notes:
        parts.append(_list([w(note) for note in item.notes], w.lang))
    parts.append(_details(item.details, w))
    if item.limits:
        parts.append(_small(w(f"Limits: {'; '.join(map(w, item.limits))}.")))
    return "".join(parts) + "</section>"


def _small(text: str) -> str:
    return f"<p class='small'>{escape(text)}</p>"


def _numbers(item: Item, w: Words) -> str:
    rows: list[str] = []
    for one in item.numbers:
        gates = [gate for gate in item.gates if gate.number == one.name]
        texts = [
            f"{escape(w(f'at least {gate.bound:g}' if gate.is_least else f'at most {gate.bound:g}'))} "
            f"{_tag(gate.status, w)}"
            for gate in gates
        ]
        interval = w("exact") if one.is_exact else _interval(one, w)
        rows.append(
            f"<tr><td>{escape(w(one.name))}</td><td class='n'>{_value(one.value, w)}</td><td class='n'>{interval}</td>"
            f"<td class='n'>{one.n:,} {escape(w(one.of))}</td><td>{'<br>'.join(texts)}</td></tr>"
        )
    head = _head(w, "number", "value", "95 % interval", "n", "gate")
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _value(value: float, w: Words) -> str:
    return f"{value:.4g}" if np.isfinite(value) else w("unknown")


def _interval(one: Number, w: Words) -> str:
    if not (np.isfinite(one.low) and np.isfinite(one.high)):
        return w("none")
    between = " to " if w.lang == "en" else " ~ "
    return f"{one.low:.3g}{between}{one.high:.3g}"


def _details(details: dict[str, Any], w: Words) -> str:
    parts: list[str] = []
    for name, value in details.items():
        if name == "curves":
            parts += [_curve(title, curve, w) for title, curve in value.items()]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            parts.append(f"{_small(w(name.replace('_', ' ')))}{_cases(value, w)}")
        elif isinstance(value, dict):
            rows = "".join(
                f"<tr><td>{escape(w(str(key)))}</td><td><code>{escape(w(str(entry)))}</code></td></tr>"
                for key, entry in value.items()
            )
            parts.append(f"<table><tbody>{rows}</tbody></table>")
    return "".join(parts)


def _cases(cases: Sequence[dict[str, Any]], w: Words) -> str:
    keys = list(dict.fromkeys(key for case in cases for key in case))
    head = _head(w, *(key.replace("_", " ") for key in keys))
    rows = "".join("<tr>" + "".join(f"<td>{_cell(case.get(key), w)}</td>" for key in keys) + "</tr>" for case in cases)
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _cell(value: Any, w: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, dict) and "low" in value:
        return f"{value['value']:.3g} ({value['low']:.3g}, {value['high']:.3g})"
    if isinstance(value, dict):
        return "<br>".join(f"{escape(str(key))}: {escape(_plain(entry))}" for key, entry in value.items())
    return escape(w(str(value)))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _curve(title: str, curve: dict[str, Any], w: Words) -> str:
    """Return the score against severity as a drawing: a line with the intervals of its points."""
    points = curve["curve"]
    width, height, left, bottom = 360.0, 120.0, 34.0, 26.0
    steps = (width - left - 10.0) / (len(points) - 1)

    def x(k: int) -> float:
        return left + k * steps

    def y(value: float) -> float:
        return (height - bottom) * (1.0 - (min(max(value, -1.0), 1.0) + 1.0) / 2.0) + 4.0

    marks = [f"<path d='M{left} {y(v):.1f}H{width - 10}' stroke='#ddd'/>" for v in (-1.0, 0.0, 1.0)]
    marks += [f"<text x='2' y='{y(v) + 3:.1f}'>{v:+g}</text>" for v in (-1.0, 0.0, 1.0)]
    line = " ".join(f"{x(k):.1f},{y(one['value']):.1f}" for k, one in enumerate(points))
    marks.append(f"<polyline points='{line}' fill='none' stroke='{_COLOUR}' stroke-width='1.6'/>")
    for k, one in enumerate(points):
        if np.isfinite(one["low"]) and np.isfinite(one["high"]):
            marks.append(f"<path d='M{x(k):.1f} {y(one['low']):.1f}V{y(one['high']):.1f}' stroke='{_COLOUR}'/>")
        marks.append(f"<circle cx='{x(k):.1f}' cy='{y(one['value']):.1f}' r='2.4' fill='{_COLOUR}'/>")
        label = escape(w(str(curve["severity"][k])))
        anchor = "end" if k == len(points) - 1 else "middle"
        marks.append(
            f"<text x='{x(k) + (8 if anchor == 'end' else 0):.1f}' y='{height - 8:.1f}' "
            f"text-anchor='{anchor}'>{label}</text>"
        )
    drop = curve["steepest_drop"]
    caption = w(f"{title}: score against severity; steepest drop {drop['score']:.2f}, to level {drop['to_level']}")
    drawing = f"<svg viewBox='0 0 {width:g} {height:g}' role='img'>{''.join(marks)}</svg>"
    return f"{_small(caption)}{drawing}"


def _list(lines: Sequence[str], lang: str = "en") -> str:
    return f"<ul class='small' lang='{lang}'>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _reproduction(found: Assessment, command: str, w: Words) -> str:
    named = ", ".join(f"{name} {version}" for name, version in versions().items())
    gates = ", ".join(
        f"{item}.{key} {'none' if bound is None else f'{bound:g}'}"
        for item, bounds in found.gates.bounds.items()
        for key, bound in bounds.items()
    )
    open_gates = w("fail" if found.gates.open_fails else "pass")
    return (
        f"<h2>{escape(w('Again'))}</h2><p><code>{escape(command)}</code></p>{_small(w(f'Versions: {named}.'))}"
        + _small(w(f"Gates: {gates}; open gates {open_gates}."))
    )
