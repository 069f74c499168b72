"""A comparison as text that fits a screen, and as plain data."""

import shutil
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from scenarios.experiments.compare import LEVEL, Comparison, Row
from scenarios.experiments.standing import Standing
from scenarios.measures.estimates import MeasureEstimate
from scenarios.measures.paired_intervals import Difference
from scenarios.measures.statistics import Estimate

WIDTH = 110
"""Greatest width of the answer, in characters; on a narrower terminal its tables leave columns out."""
_LEAST_WIDTH = 80
NO_STANDING = Standing()
_NAME = 26
_COLUMNS = 4
_SHOWN = 12


def screen_width() -> int:
    """Return the width of the answer: that of the terminal, from 80 to ``WIDTH``; ``WIDTH`` without a terminal."""
    return min(WIDTH, max(_LEAST_WIDTH, shutil.get_terminal_size((WIDTH, 40)).columns))


def is_too_wide(lines: Sequence[str]) -> bool:
    """Return whether lines need more than a terminal that is narrower than ``WIDTH``."""
    width = screen_width()
    return width < WIDTH and max(len(line) for line in lines) > width


def sentence(comparison: Comparison) -> str:
    """Return the answer in a sentence."""
    parts: list[str] = []
    rows = comparison.rows
    names = comparison.names
    measure = comparison.question.measure.name
    for row in _by_size([row for row in rows if row.verdict in ("better", "worse")], 4):
        winner, loser = (row.first, row.second) if row.verdict == "better" else (row.second, row.first)
        parts.append(f"{names[winner]} beats {names[loser]} by {_size(row)}")
    parts += [
        f"{names[row.first]} has {row.verdict} than {names[row.second]}, by {_size(row)}"
        for row in _by_size([row for row in rows if row.verdict in ("more", "less")], 4)
    ]
    left = sum(row.verdict in ("better", "worse", "more", "less") for row in rows) - len(parts)
    if left > 0:
        parts.append(f"{left} more differ")
    for second in dict.fromkeys(row.second for row in rows):
        alike = [names[row.first] for row in rows if row.verdict == "equivalent" and row.second == second]
        if alike:
            is_or_are = "is" if len(alike) == 1 else "are"
            margin = f"{comparison.question.margin:g}"
            parts.append(f"{_listed(alike)} {is_or_are} equivalent to {names[second]} within {margin}")
        undecided = [row for row in rows if row.verdict == "open" and row.second == second]
        if len(undecided) == 1 and undecided[0].difference is not None:
            shown = signed(undecided[0].difference)
            parts.append(f"no difference of {names[undecided[0].first]} from {names[second]} is shown ({shown})")
        elif undecided:
            widest = number(max(row.difference.half_width for row in undecided if row.difference))
            parts.append(
                f"no difference of {_listed([names[r.first] for r in undecided])} from {names[second]} is shown "
                f"(± {widest} at most)"
            )
        undefined = [names[row.first] for row in rows if row.verdict == "undefined" and row.second == second]
        if undefined:
            parts.append(
                f"{_listed(undefined)} cannot be compared with {names[second]}: too few replications have a value"
            )
    text = "; ".join(parts)
    return f"{measure}: {text}." if text else f"{measure}: nothing to compare."


def _by_size(rows: Sequence[Row], most: int) -> list[Row]:
    return sorted(rows, key=lambda row: -abs(row.difference.estimate.value if row.difference else 0.0))[:most]


def _listed(names: Sequence[str]) -> str:
    if len(names) > 5:
        return f"{', '.join(names[:4])} and {len(names) - 4} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _size(row: Row) -> str:
    assert row.difference is not None
    return f"{number(abs(row.difference.estimate.value))} ± {number(row.difference.half_width)}"


def signed(difference: Difference) -> str:
    """Return a difference with half the width of its interval."""
    return f"{number(difference.estimate.value, sign=True)} ± {number(difference.half_width)}"


def interval_text(e: Estimate) -> str:
    """Return a difference with its interval."""
    return f"{number(e.value, sign=True)} ({number(e.low, sign=True)}, {number(e.high, sign=True)})"


def number(value: float, *, sign: bool = False) -> str:
    """Return a number with three significant digits, at most three decimals below 1."""
    plus = "+" if sign else ""
    size = abs(value)
    if value != 0.0 and size < 0.001:
        return f"{value:{plus}.0e}"
    return f"{value:{plus}.3f}" if size < 10.0 else f"{value:{plus}.1f}" if size < 1000.0 else f"{value:{plus},.0f}"


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return the answer, the table of differences, other measures, and the gain of pairing."""
    lines = [*wrap(sentence(comparison), screen_width()), ""]
    table = _table(comparison)
    lines += _narrow_table(comparison) if is_too_wide(table) else table
    lines += _others(comparison)
    gain = gain_line(comparison)
    return [*lines, "", *wrap(gain, screen_width())] if gain else lines


def _table(comparison: Comparison) -> list[str]:
    names, question = _labels(comparison), comparison.question
    is_baseline = _is_with_baseline(comparison)
    head = f"less {comparison.names[0]} (paired)" if is_baseline else "difference (paired)"
    width = _width(names)
    better = f", {question.better} is better" if question.better else ""
    lines = [
        f"{question.measure.name}{better}; 95 % intervals in brackets, effect in standard deviations, p after Holm"
    ]
    lines.append(f"{'':<{width}}  {'mean':<24} {head:<27} {'effect':>6}  {'p':>6}")
    levels = [level_text(e) for e in comparison.levels]
    if is_baseline:
        lines.append(f"{cut(names[0], width)}  {levels[0]}")
    else:
        lines += [f"{cut(name, width)}  {level}" for name, level in zip(names, levels, strict=True)]
    for row in _shown(comparison.rows):
        level = levels[row.first] if is_baseline else ""
        lines.append(f"{cut(_label(comparison, row), width)}  {level:<24} {_difference(row)}")
    if len(comparison.rows) > _SHOWN:
        lines.append(f"and {len(comparison.rows) - _SHOWN} more; --json has all")
    return lines


def _narrow_table(comparison: Comparison) -> list[str]:
    """Return the table of differences without the intervals of the means and without effects."""
    question, is_baseline = comparison.question, _is_with_baseline(comparison)
    width = min(_width(_labels(comparison)), screen_width() - 62)
    better = f", {question.better} is better" if question.better else ""
    head = "less the first (paired)" if is_baseline else "difference (paired)"
    lines = [
        f"{question.measure.name}{better}; 95 % intervals in brackets, p after Holm",
        f"{'':<{width}}  {'mean':<8}{head:<25}{'p':>6}",
    ]
    means = [mean_text(e) for e in comparison.levels]
    if is_baseline:
        lines.append(f"{cut(comparison.names[0], width)}  {means[0]}")
    else:
        lines += [f"{cut(name, width)}  {mean}" for name, mean in zip(_labels(comparison), means, strict=True)]
    for row in _shown(comparison.rows):
        d, mean = row.difference, means[row.first] if is_baseline else ""
        cells = f"{'undefined' if d is None else interval_text(d.estimate):<25}{_p(row):>6}  {_verdict(row)}"
        lines.append(f"{cut(_label(comparison, row), width)}  {mean:<8}{cells}".rstrip())
    if len(comparison.rows) > _SHOWN:
        lines.append(f"and {len(comparison.rows) - _SHOWN} more; --json has all")
    return lines


def _is_with_baseline(comparison: Comparison) -> bool:
    return all(row.second == 0 for row in comparison.rows)


def _labels(comparison: Comparison) -> list[str]:
    """Return the names of the variants, with numbers if all pairs are compared."""
    if _is_with_baseline(comparison):
        return list(comparison.names)
    return [f"{k} {name}" for k, name in enumerate(comparison.names)]


def _label(comparison: Comparison, row: Row) -> str:
    return comparison.names[row.first] if _is_with_baseline(comparison) else f"{row.first} - {row.second}"


def _shown(rows: Sequence[Row]) -> Sequence[Row]:
    return rows if len(rows) <= _SHOWN else _by_size(rows, _SHOWN)


def _width(names: Sequence[str]) -> int:
    return min(_NAME, max(len(name) for name in names))


def cut(name: str, width: int) -> str:
    """Return a name in exactly ``width`` characters."""
    return f"{name if len(name) <= width else name[: width - 1] + '…':<{width}}"


def mean_text(e: MeasureEstimate) -> str:
    """Return an estimate without its interval."""
    return "undefined" if e.value is None else number(e.value)


def level_text(e: MeasureEstimate) -> str:
    """Return an estimate with its interval."""
    if e.value is None or e.low is None or e.high is None:
        return mean_text(e)
    return f"{number(e.value)} ({number(e.low)}, {number(e.high)})"


def _difference(row: Row) -> str:
    d = row.difference
    if d is None:
        return f"{'undefined':<27} {'':>6}  {'':>6}"
    effect = "" if d.effect is None else f"{d.effect:+.2f}"
    return f"{interval_text(d.estimate):<27} {effect:>6}  {_p(row):>6}  {_verdict(row)}"


def _p(row: Row) -> str:
    if row.difference is None:
        return ""
    return "<.001" if row.p_adjusted < 0.001 else f"{row.p_adjusted:.3f}".lstrip("0") if row.p_adjusted < 1.0 else "1"


def _verdict(row: Row) -> str:
    return {"open": "no difference shown", "undefined": ""}.get(row.verdict, row.verdict)


def _others(comparison: Comparison) -> list[str]:
    others = [group for group in comparison.others if any(_differs_at_all(row) for row in group)]
    if not others:
        return []
    rows = _shown(comparison.rows)
    names = [_label(comparison, row) for row in rows]
    width = _width([*_labels(comparison), "also"])
    others = others[: min(_COLUMNS, (screen_width() - width) // 19)]
    titles = [cut(group[0].measure.name, 17) for group in others]
    lines = ["", f"{'also':<{width}}  {'  '.join(titles)}".rstrip()]
    for name, row in zip(names, rows, strict=True):
        cells = [next(r for r in group if (r.first, r.second) == (row.first, row.second)) for group in others]
        lines.append(f"{cut(name, width)}  {'  '.join(f'{_other(cell):<17}' for cell in cells)}".rstrip())
    return [*lines, f"* differs at {LEVEL:.0%} over all comparisons of the column"]


def _differs_at_all(row: Row) -> bool:
    return row.difference is None or row.difference.estimate.standard_error > 0.0 or row.difference.estimate.value != 0


def _other(row: Row) -> str:
    if row.difference is None:
        return "undefined"
    return signed(row.difference) + ("*" if row.p_adjusted < LEVEL else "")


def gain_line(comparison: Comparison) -> str:
    """Return the gain of pairing in a line; empty without any spread of the differences."""
    gains = sorted(
        row.difference.pairing_gain for row in comparison.rows if row.difference and row.difference.pairing_gain
    )
    if not gains:
        return ""
    middle = gains[len(gains) // 2]
    spread = f" ({gains[0]:.1f} to {gains[-1]:.1f})" if len(gains) > 1 else ""
    return f"pairing: a replication with shared random numbers is worth {middle:.1f} independent ones{spread}"


def standing_lines(comparison: Comparison, found: Standing) -> list[str]:
    """Return the variants with the probability to be the best, and to be on the front of effect against cost."""
    if found.p_best is None:
        return ["no variant is the best: the measure is a ratio or has no better direction; give --better"]
    lines = _standing_table(comparison, found, [level_text(e) for e in comparison.levels], 24)
    if not is_too_wide(lines):
        return lines
    return _standing_table(comparison, found, [mean_text(e) for e in comparison.levels], 10)


def _standing_table(comparison: Comparison, found: Standing, means: Sequence[str], room: int) -> list[str]:
    p_best = [float(p) for p in found.p_best] if found.p_best is not None else []
    names = comparison.names
    width = _width([*names, "the best"])
    cost_room = min(20, max(8, len(str(found.cost))))
    head = f"{'the best':<{width}}  {comparison.question.measure.name[:room]:<{room}}  {'n':>6}  {'P(best)':>7}"
    if found.costs is not None:
        head += f"  {str(found.cost)[:cost_room]:>{cost_room}}  {'P(front)':>8}"
    lines = [head]
    for k in sorted(range(len(names)), key=lambda k: -p_best[k]):
        line = f"{cut(names[k], width)}  {means[k]:<{room}}  {comparison.counts[k]:>6}  {p_best[k]:>7.2f}"
        if found.costs is not None and found.p_front is not None:
            line += f"  {number(float(found.costs[k])):>{cost_room}}  {float(found.p_front[k]):>8.2f}"
        lines.append(line)
    return lines


def as_json(comparison: Comparison, found: Standing = NO_STANDING) -> dict[str, Any]:
    """Return the comparison as plain data."""
    question = comparison.question
    by_variant = {"p_best": found.p_best, "cost": found.costs, "p_front": found.p_front}
    standings = [
        {name: float(values[k]) for name, values in by_variant.items() if values is not None}
        for k in range(len(comparison.names))
    ]
    return {
        "answer": sentence(comparison),
        "measure": question.measure.name,
        "better": question.better,
        "margin": question.margin,
        **({"cost_measure": found.cost} if found.cost is not None else {}),
        "variants": [
            {"name": name, "n": n, "mean": e.value, "low": e.low, "high": e.high, **stands}
            for name, n, e, stands in zip(
                comparison.names, comparison.counts, comparison.levels, standings, strict=True
            )
        ],
        "comparisons": [_row_json(comparison, row) for row in comparison.rows],
        "others": [_row_json(comparison, row) for group in comparison.others for row in group],
    }


def _row_json(comparison: Comparison, row: Row) -> dict[str, Any]:
    names, d = comparison.names, row.difference
    about = {
        "variant": names[row.first],
        "less": names[row.second],
        "measure": row.measure.name,
        "n_pairs": row.n_pairs,
        "verdict": row.verdict,
    }
    if d is None:
        return about
    return about | {
        "difference": d.estimate.value,
        "standard_error": d.estimate.standard_error,
        "low": d.estimate.low,
        "high": d.estimate.high,
        "effect": d.effect,
        "p": d.p_value,
        "p_holm": row.p_adjusted,
        "p_outside_margin": d.p_outside,
        "p_outside_margin_holm": row.p_outside_adjusted,
        "pairing_gain": d.pairing_gain,
        "share_above": d.share_above,
        "share_below": d.share_below,
    }
