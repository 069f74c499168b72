"""The after-action review as a self-contained HTML file: no scripts, no requests, images and fonts embedded."""

from __future__ import annotations

from html import escape
from typing import Any

from viz.paper.page import html_page
from viz.paper.texts import texts, translate


def clock_text(time_s: float) -> str:
    """Seconds as h:mm:ss."""
    whole = int(time_s)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _view_name(view: str, lang: str) -> str:
    key = f"view.{view}" if view in ("truth", "both") else f"side.{view.lower()}"
    return translate(key, lang) if key in texts(lang) else view


def review_html(title: str, facts: list[tuple[str, str]], marks: list[dict[str, Any]], lang: str) -> str:
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
    """
    head = " · ".join(f"{escape(label)}: {escape(value)}" for label, value in facts)
    contents, sections = [], []
    for number, mark in enumerate(marks, 1):
        name = escape(mark["title"] or translate("review.moment", lang))
        view = escape(_view_name(mark["view"], lang))
        contents.append(f'<li><a href="#mark-{number}">{clock_text(mark["time_s"])} {name}</a></li>')
        picture = f'<img src="{escape(mark["picture"], quote=True)}" alt="{name}">' if mark["picture"] else ""
        sections.append(
            f'<section><h2 id="mark-{number}">{clock_text(mark["time_s"])} — {name}</h2>'
            f'<p class="facts">{escape(translate("top.view", lang))}: {view}</p>'
            f'<p class="note">{escape(mark["note"])}</p>{picture}</section>'
        )
    body = "".join(sections) or f"<p>{escape(translate('review.empty', lang))}</p>"
    heading = escape(f"{translate('review.report', lang)}: {title}")
    contents_html = f"<nav><ol>{''.join(contents)}</ol></nav>"
    return html_page(heading, lang, f'<p class="facts">{head}</p>{contents_html}{body}')
