"""Aligned tables and numbers for the terminal."""

import math
from collections.abc import Sequence


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Return the lines of a table, indented by two; the first ``left`` columns stand to the left, numbers right."""
    widths = [max(len(line[k]) for line in (header, *rows)) for k in range(len(header))]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if k < left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (header, *rows)
    ]


def digits(value: float, n: int = 4) -> str:
    """Return a number with up to ``n`` significant digits, without exponent where that is short; a dash for nan."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "never" if value > 0 else "-inf"
    if value == 0.0:
        return "0"
    if 1e-4 <= abs(value) < 1e7:
        places = max(0, n - 1 - math.floor(math.log10(abs(value))))
        shown = f"{value:,.{places}f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{value:.{n - 1}e}"


def per_cent(share: float, places: int = 1) -> str:
    """Return a share as per cent, a dash for nan."""
    return "-" if math.isnan(share) else f"{100.0 * share:.{places}f} %"


def clock(time_s: float) -> str:
    """Return a time as h:mm:ss."""
    whole = round(time_s)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
