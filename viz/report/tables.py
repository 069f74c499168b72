"""Tables and lists of a report as HTML. Every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1) -> str:
    """Return a table; the first ``texts`` columns are texts, the others numbers."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{'' if k < texts else ' class=n'}>{escape(cell)}</{tag}>" for k, cell in enumerate(row))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def section(title: str, *parts: str) -> str:
    """Return a section; empty without content."""
    content = "".join(part for part in parts if part)
    return f"<section><h2>{escape(title)}</h2>{content}</section>" if content else ""


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of a kind of the style sheet."""
    return f"<p{f' class={kind}' if kind else ''}>{escape(text)}</p>" if text else ""


def code(lines: Sequence[str]) -> str:
    """Return commands to type."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"
