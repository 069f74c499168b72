"""The verification table as text and as JSON."""

import json
import math
from collections.abc import Sequence

from scenarios.verification.rows import Row, Verdict

HEADER = ("check", "parameters", "quantity", "estimate", "std error", "oracle", "z", "verdict")


def format_number(value: float | None) -> str:
    """Return six significant digits, or a dash."""
    if value is None:
        return "-"
    return f"{value:.6g}" if math.isfinite(value) else str(value)


def text_table(rows: Sequence[Row]) -> str:
    """Return an aligned table with the notes at the ends of the lines, without repeated parameters."""
    lines: list[tuple[str, ...]] = [HEADER]
    previous = ("", "")
    for row in rows:
        here = (row.check, row.parameters)
        shown = ("", "") if here == previous else here
        previous = here
        error = f"±{row.tolerance:.2g}" if row.tolerance is not None else format_number(row.standard_error)
        z = "-" if row.z is None else f"{row.z:+.2f}"
        number = (format_number(row.estimate), error, format_number(row.oracle), z)
        lines.append((*shown, row.quantity, *number, row.verdict.value))
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEADER))]
    notes = ["note", *(row.note for row in rows)]
    left = (True, True, True, False, False, False, False, True)
    text: list[str] = []
    for line, note in zip(lines, notes, strict=True):
        cells = [
            cell.ljust(width) if is_left else cell.rjust(width)
            for cell, width, is_left in zip(line, widths, left, strict=True)
        ]
        text.append("  ".join([*cells, note]).rstrip())
    text.insert(1, "-" * max(len(line) for line in text[:1]))
    return "\n".join(text)


def summary(rows: Sequence[Row]) -> str:
    """Return a sentence on the outcome."""
    count = {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
    judged = count[Verdict.PASS] + count[Verdict.FAIL]
    text = f"{count[Verdict.PASS]} of {judged} judged rows pass"
    if count[Verdict.UNJUDGED]:
        text += f"; {count[Verdict.UNJUDGED]} not judged"
    if count[Verdict.INFO]:
        text += f"; {count[Verdict.INFO]} for information"
    return text + "."


def json_text(rows: Sequence[Row], replications: int, seed: int) -> str:
    """Return the table as a JSON document."""
    document = {
        "schema_version": 1,
        "replications": replications,
        "seed": seed,
        "is_passed": all(row.verdict is not Verdict.FAIL for row in rows),
        "rows": [row.as_record() for row in rows],
    }
    return json.dumps(document, indent=2, allow_nan=False)
