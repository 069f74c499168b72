"""An assessment as text for a terminal of 80 columns."""

import textwrap

import numpy as np

from staff_ai.assess.assess import ENTRIES, LIMITS, Assessment
from staff_ai.assess.items import Gate, Item, Number, Status

WIDTH = 80
_MARKS = {
    Status.PASS: "pass",
    Status.FAIL: "FAIL",
    Status.OPEN: "open",
    Status.REPORT: "report",
    Status.NOT_APPLICABLE: "n/a",
}


def text_lines(found: Assessment) -> list[str]:
    """Return the assessment as lines: a table of the items, then the gates that do not pass, and the limits."""
    head = f"{found.subject} as {found.side} in {found.scenario}, {games_text(found)} each of {len(found.opponents)}"
    lines = [*wrap(head), ""]
    for item in found.items:
        lines += item_lines(item)
    return lines + closing_lines(found)


def games_text(found: Assessment) -> str:
    """Return the number of games, with the greatest number where open gates are given more."""
    more = f", where a gate is open up to {found.most}," if found.most > found.n else ""
    return f"{found.n} games{more} against"


def closing_lines(found: Assessment) -> list[str]:
    """Return the lines after the items: the result, and the limits."""
    lines = ["", *wrap(verdict(found)), ""]
    for limit in LIMITS:
        lines += wrap(f"- {limit}", "  ")
    return lines


def item_lines(item: Item) -> list[str]:
    """Return the line of an item, and a line for each gate that does not pass or reason that it does not apply."""
    entry = ENTRIES[item.key]
    lines = [f"{entry.number:2}  {entry.title:32}{_MARKS[item.status]}"]
    if item.reason:
        return [*lines, *wrap(f"    {item.reason}", "    ")]
    numbers = {one.name: one for one in item.numbers}
    shown = [one for one in item.gates if one.status != Status.PASS] or list(item.gates[:1])
    for one in shown:
        lines += wrap(f"    {gate_text(one, numbers.get(one.number))}", "      ")
    if not item.gates and item.numbers:
        lines += wrap(f"    {number_text(item.numbers[0])}", "      ")
    if item.status == Status.FAIL:
        for note in item.notes[:1]:
            lines += wrap(f"    {note}", "      ")
    return lines


def verdict(found: Assessment) -> str:
    """Return the result in two sentences."""
    if found.failed:
        failed = ", ".join(f"{ENTRIES[key].number} {ENTRIES[key].title.lower()}" for key in found.failed)
        return f"{counts_text(found)}. Failed: {failed}."
    return f"{counts_text(found)}. No gate fails."


def counts_text(found: Assessment) -> str:
    """Return the number of items by status."""
    counts = {status: sum(item.status == status for item in found.items) for status in Status}
    parts = [
        f"{counts[Status.PASS]} pass",
        f"{counts[Status.FAIL]} fail",
        f"{counts[Status.OPEN]} open (too few games to tell)",
        f"{counts[Status.REPORT]} reported without a gate",
        f"{counts[Status.NOT_APPLICABLE]} not applicable",
    ]
    return f"of {len(found.items)} items: {', '.join(parts)}"


def number_text(one: Number) -> str:
    """Return a number with its interval and the number of observations."""
    return f"{one.name}: {value_text(one)}, n = {one.n:,} {one.of}"


def value_text(one: Number) -> str:
    """Return a value with its interval."""
    if not np.isfinite(one.value):
        return "unknown"
    if one.is_exact:
        return f"{one.value:.4g}"
    if not (np.isfinite(one.low) and np.isfinite(one.high)):
        return f"{one.value:.3g} (no interval)"
    return f"{one.value:.3g} ({one.low:.3g}, {one.high:.3g})"


def gate_text(one: Gate, found: Number | None) -> str:
    """Return a gate with its number."""
    bound = f"at {'least' if one.is_least else 'most'} {one.bound:g}"
    value = "unknown" if found is None else f"{value_text(found)}, n = {found.n:,} {found.of}"
    return f"{one.number}: {value}; gate {one.key}: {bound}: {one.status.value}"


def wrap(text: str, indent: str = "") -> list[str]:
    """Return a text in lines of the terminal."""
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
