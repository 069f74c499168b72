"""Tables of policies that play the same replications: means, and paired differences from the first two."""

from collections.abc import Mapping, Sequence

import numpy as np

from scenarios.batch.playing import largest_chunk, play_replications
from scenarios.compiler.scenario import Compiled
from scenarios.measures.statistics import Estimate, paired_difference
from scenarios.run.policies import PolicyChoice

MOST_AT_ONCE = 50
"""Most replications in a simulation."""

Headings = Mapping[str, tuple[str, int, float]]
"""Heading, decimals, and factor to the unit of the heading, by measure."""


def play_measures(
    compiled: Compiled, choices: Sequence[PolicyChoice], names: Mapping[str, str], n: int, seed: int
) -> dict[str, np.ndarray]:
    """Play ``n`` replications, and return measures (n,) by key; ``names`` are their columns."""
    chunk = min(largest_chunk(compiled.params), MOST_AT_ONCE)
    rows = [
        play_replications(compiled, choices, seed, range(first, min(first + chunk, n))) for first in range(0, n, chunk)
    ]
    return {key: np.concatenate([row[name] for row in rows]) for key, name in names.items()}


def policy_tables(played: Mapping[str, Mapping[str, np.ndarray]], headings: Headings, means: str) -> list[str]:
    """Return the means, and the paired differences from each of the first two policies, as Markdown.

    ``played`` are the measures (n,) of each policy; ``means`` is the line before the table of means.
    """
    names = list(played)
    heads = " | ".join(head for head, *_ in headings.values())
    rule = "| --- |" + " ---: |" * len(headings)
    lines = [f"{means}:", "", f"| policy | {heads} |", rule]
    for name in names:
        cells = [_mean(played[name][key], digits, scale) for key, (_, digits, scale) in headings.items()]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    for base in names[:2]:
        lines += ["", f"Differences from `{base}`:", "", f"| policy | {heads} |", rule]
        for name in names[1:]:
            if name != base:
                cells = [
                    _difference(played[name][key], played[base][key], digits, scale)
                    for key, (_, digits, scale) in headings.items()
                ]
                lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return lines


def _mean(values: np.ndarray, digits: int, scale: float) -> str:
    known = values[np.isfinite(values)]
    return f"{scale * known.mean():,.{digits}f}" if known.size else "-"


def _difference(first: np.ndarray, second: np.ndarray, digits: int, scale: float) -> str:
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 2:
        return "-"
    if np.array_equal(first[both], second[both]):
        return "0"
    return difference_cell(paired_difference(scale * first[both], scale * second[both]), digits)


def difference_cell(found: Estimate, digits: int) -> str:
    """Return a difference with its interval, in bold where that excludes zero."""
    text = f"{found.value:+,.{digits}f} ({found.low:+,.{digits}f}, {found.high:+,.{digits}f})"
    return f"**{text}**" if found.low * found.high > 0.0 else text
