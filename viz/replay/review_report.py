"""The after-action review as a self-contained HTML file: no scripts, no requests, images and fonts embedded."""

from __future__ import annotations

import base64
import re
from html import escape
from importlib.resources import files
from typing import Any

from viz.replay.texts import texts, translate

POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"
"""Content policy of the file: only its embedded images and font may load. The server sends the same policy with it."""
CSS = """
body{font-family:"Noto Sans KR","Noto Sans CJK KR","Malgun Gothic","Apple SD Gothic Neo",sans-serif;margin:2rem auto;
max-width:60rem;padding:0 1rem;line-height:1.5;color:#16202a;background:#fff}
h1{font-size:1.6rem;margin-bottom:.2rem}
h2{font-size:1.15rem;margin:2.2rem 0 .4rem;border-top:1px solid #c9d2da;padding-top:1rem}
.facts{color:#4a5a68;margin:0 0 1rem}.note{white-space:pre-wrap;margin:.4rem 0 .8rem}
img{max-width:100%;border:1px solid #c9d2da}nav li{margin:.15rem 0}
@media print{h2{break-before:auto;break-after:avoid}img{break-inside:avoid}}
"""


_HANGUL = re.compile("[\uac00-\ud7a3]")


def _font(text: str) -> str:
    """Return the rule that embeds the Korean font if the text contains Hangul: readers may lack such a font."""
    if not _HANGUL.search(text):
        return ""
    path = files("viz") / "assets" / "vendor" / "noto-sans-kr" / "noto-sans-kr-hangul.woff2"
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        '@font-face{font-family:"Noto Sans KR";unicode-range:U+3000-303F,U+AC00-D7A3;'
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


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
    font = _font(heading + head + body + "".join(contents))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title><style>{font}{CSS}</style></head>'
        f'<body><h1>{heading}</h1><p class="facts">{head}</p>'
        f"<nav><ol>{''.join(contents)}</ol></nav>{body}</body></html>\n"
    )
