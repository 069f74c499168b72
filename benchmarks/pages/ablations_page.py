"""The page of the ablations, from their stored results."""

from collections.abc import Mapping, Sequence
from typing import Any

HEAD = """<!-- Made by benchmarks/pages/ablations.py; do not edit by hand. -->
# Ablations: which parts of the training matter

The full method of training is compared with variants that lack one of its parts:

| variant | difference from the full method |
| --- | --- |
| `full` | none: task verbs and doctrines among the choices, imitation of the best of doctrines and a searched \
schedule, two groups exploring at a time, a pool of opponents (doctrines, the plan of the file, earlier states of the \
learner) |
| `without-doctrine-choices` | task verbs alone among the choices |
| `raw-targets` | no task verbs and no doctrines among the choices: a group continues, holds, engages one of the \
contact slots, or moves to one of 5 x 5 cells of the map |
| `all-groups-explore` | all groups explore at once |
| `without-imitation` | starts from a random network; all groups explore at once |
| `without-pool` | a single opponent in training: the plan of the file |

All trainings of a scenario learn both of its chairs with the same number of games, the search for a teacher included;
without imitation these games go into learning. The search for a teacher uses the choices of the variant. The tests are
games of the split test, the same for all variants, against opponents of the training and the held-out doctrines.

- Score: from -1 to 1, half the lead in score plus half of win or defeat.
- *Part gains*: mean score of the method with the part, less that without it, paired by training seed and game.
- Intervals: 95 %, by bootstrap over training seeds and games. They are not widened for the number of comparisons, and
  few seeds make them too narrow. With fewer than 3 seeds nothing is claimed.
"""

LEAST_SEEDS = 3
"""Seeds below which no part is said to help or harm: the intervals would be those of the games almost alone."""

PARTS = {
    ("without-doctrine-choices", "full"): "Doctrines among the choices",
    ("raw-targets", "full"): "Task verbs and doctrines instead of raw targets",
    ("raw-targets", "without-doctrine-choices"): "Task verbs instead of raw targets, without doctrines",
    ("all-groups-explore", "full"): "Two groups exploring instead of all",
    ("without-imitation", "full"): "Imitation with two groups exploring, instead of neither",
    ("without-imitation", "all-groups-explore"): "Imitation, with all groups exploring",
    ("without-pool", "full"): "The pool of opponents instead of a single opponent",
}
"""The part that a variant lacks beside a reference."""


def write_page(stored: Mapping[str, Any]) -> str:
    """Return the page."""
    lines = [HEAD]
    measured = {one["name"] for one in stored.get("variants", ())}
    missing = [
        name for name in dict.fromkeys(name for pair in PARTS for name in reversed(pair)) if name not in measured
    ]
    if not measured:
        lines += ["**Not measured yet.** To measure, which takes hours and needs the extra `rl`:", ""]
        lines += ["    make pages NAME=ablations", ""]
        return "\n".join(lines)
    lines += [*_setting(stored), ""]
    if missing:
        lines += [f"**Not measured yet:** {', '.join(f'`{name}`' for name in missing)}.", ""]
    gaps = {(one["name"], other): gap for one in stored["variants"] for other, gap in one["behind"].items()}
    heads = ["mean", *stored["chairs"]] if len(stored["chairs"]) > 1 else ["mean"]
    lines += ["## Parts", "", "The sentences are on the mean over the chairs.", ""]
    lines += [
        f"- {part}: {_verdict(gaps[pair]['mean'], stored['seeds'])}." for pair, part in PARTS.items() if pair in gaps
    ]
    if not gaps:
        lines.append("Nothing is shown: no variant has been measured beside its reference.")
    else:
        lines += ["", *_head(["variant", "compared with", *(f"part gains, {head}" for head in heads)])]
        for (name, other), gap in gaps.items():
            cells = [f"`{name}`", f"`{other}`", *(_span(one) for one in _columns(gap, heads))]
            lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Scores and costs", "", "Games and CPU-seconds are those of a training, in the mean.", ""]
    lines += _head(["variant", *(f"score, {head}" for head in heads), "games", "CPU-seconds"])
    for one in stored["variants"]:
        cells = [f"`{one['name']}`", *(_span(score) for score in _columns(one["score"], heads))]
        cells += [format(one[cost], ",.0f") for cost in ("games", "cpu_s")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines).rstrip() + "\n"


def _setting(stored: Mapping[str, Any]) -> list[str]:
    seeds, found = stored["seeds"], stored["versions"]
    opponents = [f"{name} (held out)" if name in stored["held_out"] else name for name in stored["opponents"]]
    return [
        f"{seeds} training seed{'s' if seeds != 1 else ''} of a variant, with {stored['games']:,} games each,",
        f"about {stored['search']:,} of them to search a schedule for a chair, and {stored['compare']} of each",
        "candidate for its teacher against each opponent, where the variant has a teacher;",
        f"{stored['games_a_pair']} test games of each seed against each of {', '.join(opponents)}.",
        f"Chairs: {'; '.join(stored['chairs'])}.",
        f"Chammo {found['chammo']}, engine `{found['engine']}`. To measure again, with the extra `rl`:",
        "",
        f'    make pages NAME=ablations PAGE="{_options(stored)}"',
    ]


def _options(stored: Mapping[str, Any]) -> str:
    numbers = {
        "--seeds": "seeds",
        "--games": "games",
        "--search": "search",
        "--compare": "compare",
        "-n": "games_a_pair",
    }
    chairs = ",".join(chair.replace(", ", ":") for chair in stored["chairs"])
    variants = ",".join(one["name"] for one in stored["variants"])
    return " ".join(
        [*(f"{option} {stored[key]}" for option, key in numbers.items()), "--chairs", chairs, "--only", variants]
    )


def _verdict(gap: Mapping[str, float], seeds: int) -> str:
    if seeds < LEAST_SEEDS:
        return f"**nothing is shown** with {seeds} seed{'s' if seeds != 1 else ''}, {_span(gap)}"
    if gap["low"] > 0.0:
        return f"helps, {_span(gap)}"
    if gap["high"] < 0.0:
        return f"**harms**, {_span(gap)}"
    return f"**nothing is shown**, {_span(gap)}"


def _columns(entry: Mapping[str, Any], heads: Sequence[str]) -> list[Mapping[str, float]]:
    return [entry["mean"], *entry["chairs"]] if len(heads) > 1 else [entry["mean"]]


def _head(names: Sequence[str]) -> list[str]:
    return [f"| {' | '.join(names)} |", "| --- |" + " --- |" * (len(names) - 1)]


def _span(gap: Mapping[str, float]) -> str:
    return f"{gap['value']:+.3f} ({gap['low']:+.3f}, {gap['high']:+.3f})"
