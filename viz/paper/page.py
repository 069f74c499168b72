"""A self-contained HTML file: no scripts, no requests, pictures and fonts embedded."""

from __future__ import annotations

import base64
import re
from html import escape
from importlib.resources import files

POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"
"""Content policy of a file: only its embedded images and font may load. A server sends the same policy with it."""
_CSS = """
body{font-family:"Noto Sans KR","Noto Sans CJK KR","Malgun Gothic","Apple SD Gothic Neo",sans-serif;margin:2rem auto;
max-width:60rem;padding:0 1rem;line-height:1.5;color:#16202a;background:#fff}
h1{font-size:1.6rem;margin-bottom:.2rem}
h2{font-size:1.15rem;margin:2.2rem 0 .4rem;border-top:1px solid #c9d2da;padding-top:1rem}
.facts{color:#4a5a68;margin:0 0 1rem}.note{white-space:pre-wrap;margin:.4rem 0 .8rem}
img{max-width:100%;border:1px solid #c9d2da}nav li{margin:.15rem 0}
@media print{h2{break-before:auto;break-after:avoid}img{break-inside:avoid}}
"""
_HANGUL = re.compile("[\uac00-\ud7a3]")


def html_page(heading: str, lang: str, body: str, css: str = "") -> str:
    """Return a document. ``heading`` and ``body`` are HTML, escaped by the caller; ``css`` is added to the style."""
    font = _font(heading + body)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title>'
        f"<style>{font}{_CSS}{css}</style></head><body><h1>{heading}</h1>{body}</body></html>\n"
    )


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
