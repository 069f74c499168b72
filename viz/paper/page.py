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


def css_text(text: str) -> str:
    """Return a text for a rule of style. Letters are written as their codes: no text is markup."""
    return "".join(letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} " for letter in text)


def _banner_rule(line: str) -> str:
    font = "font:bold 9pt 'Noto Sans KR',sans-serif"
    return (
        ".banner{background:#16202a;color:#fff;font-weight:bold;text-align:center;padding:.1rem 1rem}"
        f"@media print{{.banner{{display:none}}}}@page{{@top-center{{content:'{css_text(line)}';{font}}}"
        f"@bottom-center{{content:'{css_text(line)}';{font}}}}}"
    )


def html_page(heading: str, lang: str, body: str, css: str = "", classification: str = "") -> str:
    """Return a document. ``heading`` and ``body`` are HTML, escaped by the caller; ``css`` is added to the style.

    ``classification`` is a line of text above and below the page, and on each sheet when it is printed.
    """
    font = _font(heading + body + classification)
    bar = f'<div class="banner" role="note">{escape(classification)}</div>' if classification else ""
    css += _banner_rule(classification) if classification else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title>'
        f"<style>{font}{_CSS}{css}</style></head><body>{bar}<h1>{heading}</h1>{body}{bar}</body></html>\n"
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
