"""The after-action review as a self-contained HTML file: no scripts, no requests, images and fonts embedded.

First the summary, then the curves, then a page for each mark; made to be printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from viz.paper.dtg import dtg_text
from viz.paper.page import css_text, html_page
from viz.paper.pictures import figure, lines
from viz.paper.texts import side_name, translate

_COLOURS = {"3": "#0b63c4", "6": "#c8202f", "4": "#1f7a37"}
_CURVES = ("score", "strength", "lost", "contacts")
_CSS = """
.verdict{font-size:1.3rem;font-weight:bold;margin:.6rem 0 .1rem}
h3{font-size:1rem;margin:1rem 0 .2rem}
table{border-collapse:collapse;width:100%;font-size:.95rem}th{text-align:left;font-weight:normal;color:#4a5a68}
td,th{padding:.2rem .6rem .2rem 0;border-bottom:1px solid #dde4ea;vertical-align:middle}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums;color:#4a5a68;width:4.6rem}
td.s{width:2.4rem;text-align:center}td.s img{border:0;height:22px;vertical-align:middle}
.meter{display:inline-block;width:9rem;height:.6rem;background:#dde4ea;border-radius:.3rem;overflow:hidden}
.meter i{display:block;height:100%;background:#4a5a68}
.side{padding-left:.5rem;border-left:.35rem solid #4a5a68}
dl.lesson{display:grid;grid-template-columns:9rem 1fr;gap:.2rem 1rem;margin:.6rem 0}
dl.lesson dt{color:#4a5a68}dl.lesson dd{margin:0;white-space:pre-wrap}
.category{display:inline-block;border:1px solid #4a5a68;border-radius:.6rem;padding:0 .6rem;font-size:.9rem}
figure{margin:.8rem 0;break-inside:avoid}figcaption{color:#4a5a68}
@media print{
body{margin:0;max-width:none;padding:0;font-size:10.5pt}
section.mark{break-before:page}tr,dl.lesson{break-inside:avoid}h2,h3{break-after:avoid}
section.mark img{max-height:11cm;width:auto}nav{break-after:page}
}
"""


def clock_text(time_s: float) -> str:
    """Seconds as h:mm:ss."""
    whole = int(time_s)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _view_name(view: str, lang: str) -> str:
    return translate(f"view.{view}", lang) if view in ("truth", "both") else side_name(view, lang)


def review_html(
    title: str,
    facts: list[tuple[str, str]],
    marks: list[dict[str, Any]],
    lang: str,
    story: dict[str, Any] | None = None,
    series: Sequence[dict[str, Any]] = (),
    colours: dict[str, str] | None = None,
    names: dict[str, str] | None = None,
    classification: str = "",
    start: datetime | None = None,
) -> str:
    """Return the report. Every text is escaped; a picture is a checked data URL.

    Parameters
    ----------
    title : str
        Title of the scenario.
    facts : list of (label, value)
        Facts about the run in the header.
    marks : list of dict
        Checked marks, see `viz.replay.review`.
    lang : str
        "en" or "ko".
    story : dict, optional
        Checked story, see `viz.replay.review_story`.
    series : sequence of dict
        Curves of the view, a mapping per side.
    colours : dict, optional
        Digit of the standard identity of each side.
    names : dict, optional
        Names of sides in the language of the report, where the texts have none.
    classification : str, optional
        Line above and below the report, and on every printed page.
    start : datetime, optional
        Date, time and zone of second 0: marks have their date-time groups then.
    """
    story = story or {}
    report = _Report(lang, story, colours or {}, names or {}, start)
    head = " · ".join(f"{escape(label)}: {escape(value)}" for label, value in facts)
    heading = escape(f"{translate('review.report', lang)}: {title}")
    body = f'<p class="facts">{head}</p>{report.contents(marks)}{report.summary()}{report.curves(series)}'
    body += "".join(report.mark(number, mark) for number, mark in enumerate(marks, 1))
    if not marks:
        body += f"<p>{escape(translate('review.empty', lang))}</p>"
    return html_page(heading, lang, body, _CSS + _running_head(title), classification)


def _running_head(title: str) -> str:
    """Return the rule for the head and foot of printed pages."""
    font = "font:9pt 'Noto Sans KR',sans-serif;color:#4a5a68"
    return (
        f"@page{{size:A4;margin:18mm 15mm;@top-left{{content:'{css_text(title)}';{font}}}"
        f"@bottom-right{{content:counter(page) ' / ' counter(pages);{font}}}}}"
    )


class _Report:
    """The parts of a report."""

    def __init__(
        self,
        lang: str,
        story: dict[str, Any],
        colours: dict[str, str],
        names: dict[str, str],
        start: datetime | None = None,
    ) -> None:
        self._start = start
        self._names = names
        self._lang, self._story = lang, story
        self._colours = {side: _COLOURS.get(digit, "#4a5a68") for side, digit in colours.items()}

    def _t(self, key: str) -> str:
        return escape(translate(key, self._lang))

    def _side(self, side: str) -> str:
        return side_name(side, self._lang, self._names)

    def _side_head(self, side: str, more: str = "") -> str:
        colour = self._colours.get(side, "#4a5a68")
        return f'<h3 class="side" style="border-color:{colour}">{escape(self._side(side))}{escape(more)}</h3>'

    def contents(self, marks: list[dict[str, Any]]) -> str:
        """Links to the marks."""
        rows = [
            f'<li><a href="#mark-{number}">{self._when(mark)} '
            f"{escape(mark['title']) or self._t('review.moment')}</a></li>"
            for number, mark in enumerate(marks, 1)
        ]
        return f"<nav><ol>{''.join(rows)}</ol></nav>" if rows else ""

    def summary(self) -> str:
        """Verdict, objectives, turning points and losses; empty without a story."""
        if not self._story:
            return ""
        parts = [f"<h2>{self._t('tab.summary')}</h2>", f'<p class="verdict">{escape(self._story["verdict"])}</p>']
        parts.append(f'<p class="facts">{escape(self._story["reason"])}</p>')
        for side in dict.fromkeys(row["side"] for row in self._story["objectives"]):
            rows = [self._objective(row) for row in self._story["objectives"] if row["side"] == side]
            parts.append(self._side_head(side, f": {translate('summary.objectives', self._lang)}"))
            parts.append(f"<table>{''.join(rows)}</table>")
        if self._story["points"]:
            parts.append(f"<h3>{self._t('summary.turning')}</h3><table>")
            for row in self._story["points"]:
                text = f"<b>{escape(row['text'])}</b>" if row["is_decisive"] else escape(row["text"])
                parts.append(f"<tr><td class=t>{clock_text(row['time_s'])}</td><td>{text}</td></tr>")
            parts.append("</table>")
        for side in dict.fromkeys(row["side"] for row in self._story["losses"]):
            own = [row for row in self._story["losses"] if row["side"] == side]
            parts.append(self._side_head(side, f": {own[0]['head']}"))
            parts.append(f"<table>{''.join(self._loss(row) for row in own if row['title'])}</table>")
        return f"<section>{''.join(parts)}</section>"

    @staticmethod
    def _objective(row: dict[str, Any]) -> str:
        width = round(100 * min(1.0, max(0.0, row["share"])))
        meter = f'<span class="meter"><i style="width:{width}%"></i></span>' if row["share"] >= 0.0 else ""
        return f"<tr><td>{escape(row['text'])}</td><td>{meter}</td><td class=n>{escape(row['state'])}</td></tr>"

    def _loss(self, row: dict[str, Any]) -> str:
        count = f"{row['lost']} / {row['of']}"
        symbol = f"<td class=s>{self._symbol(row['sidc'])}</td>"
        return f"<tr>{symbol}<td>{escape(row['title'])}</td><td class=n>{count}</td></tr>"

    def _symbol(self, code: str) -> str:
        picture = self._story["symbols"].get(code)
        return f'<img src="{escape(picture, quote=True)}" alt="">' if picture else ""

    def curves(self, series: Sequence[dict[str, Any]]) -> str:
        """Curves of the run over time in hours."""
        figures = []
        for quantity in _CURVES:
            rows = []
            for curve in series:
                values = curve.get(quantity) or []
                if not any(value for value in values if value is not None):
                    continue
                step = max(1, len(values) // 600)
                hours = [time_s / 3600.0 for time_s in curve["time_s"][::step]]
                finite = [float("nan") if value is None else float(value) for value in values[::step]]
                name, colour = self._side(curve["side"]), self._colours.get(curve["side"], "#4a5a68")
                rows.append((name, hours, finite, colour, ""))
            if rows:
                name = translate(f"chart.{quantity}", self._lang)
                figures.append(figure(lines(rows, translate("report.hours", self._lang), name, 240.0), name))
        return f"<section><h2>{self._t('report.over_time')}</h2>{''.join(figures)}</section>" if figures else ""

    def mark(self, number: int, mark: dict[str, Any]) -> str:
        """The section of a mark: picture, lesson, events about it."""
        name = escape(mark["title"]) or self._t("review.moment")
        category = mark.get("category", "")
        chip = f' <span class="category">{self._t(f"category.{category}")}</span>' if category else ""
        picture = f'<img src="{escape(mark["picture"], quote=True)}" alt="{name}">' if mark["picture"] else ""
        told = [(key, mark.get(key, "")) for key in ("note", "cause", "lesson")]
        lesson = "".join(f"<dt>{self._t(f'review.{key}')}</dt><dd>{escape(text)}</dd>" for key, text in told if text)
        events = [row for row in self._story.get("events", []) if row["mark"] == mark["id"]]
        rows = "".join(self._event(row) for row in events)
        around = f"<h3>{self._t('review.events')}</h3><table>{rows}</table>" if rows else ""
        return (
            f'<section class="mark"><h2 id="mark-{number}">{self._when(mark)} — {name}</h2>'
            f'<p class="facts">{self._t("top.view")}: {escape(_view_name(mark["view"], self._lang))}{chip}</p>'
            f"{picture}{f'<dl class=lesson>{lesson}</dl>' if lesson else ''}{around}</section>"
        )

    def _when(self, mark: dict[str, Any]) -> str:
        until_s = mark.get("until_s")
        end = f" \N{EN DASH} {clock_text(until_s)}" if until_s is not None and until_s > mark["time_s"] else ""
        group = f" ({dtg_text(self._start, mark['time_s'])})" if self._start is not None else ""
        return clock_text(mark["time_s"]) + end + group

    def _event(self, row: dict[str, Any]) -> str:
        colour = self._colours.get(row["side"], "#4a5a68")
        return (
            f"<tr><td class=t>{clock_text(row['time_s'])}</td>"
            f'<td class="side" style="border-left-color:{colour}">{escape(row["text"])}</td></tr>'
        )
