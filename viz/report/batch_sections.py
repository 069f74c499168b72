"""The sections of the report of a batch."""

from __future__ import annotations

import numpy as np

from scenarios.measures.estimates import MeasureEstimate
from scenarios.measures.headline import contrasts, lead, summary
from simcore.errors import InputError
from simcore.recording.table_reader import TableReader
from viz.paper.pictures import Interval, distributions, figure, intervals, lines, side_colours
from viz.reading.experiment_folder import ExperimentFolder
from viz.report.tables import paragraph, section, table
from viz.report.words import Words, number, share, with_interval

_DASHES = {"median": "", "best": "7 4", "worst": "2 3"}
_SHAPES = ("score", "losses", "cost_lost")


def answer(folder: ExperimentFolder, words: Words) -> str:
    """Return who wins more often, and by how much."""
    gap = lead(folder.columns, folder.sides)
    if gap is None:
        return words("one_replication")
    first, second = (words.side(side) for side in folder.sides)
    if gap.low > 0.0 or gap.high < 0.0:
        a, b, sign = (first, second, 1.0) if gap.low > 0.0 else (second, first, -1.0)
        low, high = sorted((sign * gap.low, sign * gap.high))
        return words("wins_more", a=a, b=b, size=share(abs(gap.value)), low=share(low), high=share(high))
    sign = 1.0 if gap.value >= 0.0 else -1.0
    a, b = (first, second) if sign > 0.0 else (second, first)
    low, high = (f"{end:+.0%}" for end in sorted((sign * gap.low, sign * gap.high)))
    if share(abs(gap.value)) == share(0.0):
        return words("no_leader", a=a, b=b, low=low, high=high)
    return words("no_winner", a=a, b=b, size=share(abs(gap.value)), low=low, high=high)


def sections(folder: ExperimentFolder, words: Words) -> list[str]:
    """Return the sections of a batch."""
    return [
        section(words("outcome"), _wins(folder, words), _objectives(folder, words)),
        section(words("what_moved"), _contrasts(folder, words)),
        section(words("measures"), _summary(folder, words)),
        section(words("distributions"), _distributions(folder, words)),
        section(words("over_time"), *_over_time(folder, words)),
        section(words("all_measures"), _all(folder, words)),
    ]


def _wins(folder: ExperimentFolder, words: Words) -> str:
    named = {estimate.name: estimate for estimate in folder.estimates}
    rows: list[Interval] = []
    for name in [*(f"{side}_win" for side in folder.sides), "draw"]:
        e = named.get(name)
        if e is not None:
            rows.append(Interval(words.estimate(e), e.value, e.low, e.high, with_interval(e.value, e.low, e.high)))
    return figure(intervals(rows, words("share_of_replications")), words("interval_caption")) if rows else ""


def _objectives(folder: ExperimentFolder, words: Words) -> str:
    met = {e.objective: e for e in folder.estimates if e.key == "objective_met"}
    progress = {e.objective: e for e in folder.estimates if e.key == "objective_progress"}
    rows = [
        [f"{k}. {e.about}", with_interval(e.value, e.low, e.high), share(progress[k].value) if k in progress else "-"]
        for k, e in met.items()
    ]
    return table([words("objective"), words("met"), words("progress")], rows) if rows else ""


def _contrasts(folder: ExperimentFolder, words: Words) -> str:
    ahead = max(folder.sides, key=lambda side: float(np.mean(folder.columns[f"{side}_win"])))
    found = contrasts(folder.estimates, folder.columns, ahead)
    if not found:
        return ""
    named = {e.name: e for e in folder.estimates}
    rows = [[words.estimate(named[c.name]), number(c.won), number(c.others), f"{c.effect:+.2f}"] for c in found]
    head = ["", words("won", side=words.side(ahead)), words("otherwise"), words("effect")]
    return table(head, rows) + paragraph(words("goes_with"), "facts")


def _summary(folder: ExperimentFolder, words: Words) -> str:
    cells = summary(folder.estimates, folder.sides)
    rows = [
        [words.measure(key), *(_cell(by_side.get(side)) for side in folder.sides)] for key, by_side in cells.items()
    ]
    return table([words("by_replication"), *(words.side(side) for side in folder.sides)], rows) if rows else ""


def _cell(estimate: MeasureEstimate | None) -> str:
    return "" if estimate is None else with_interval(estimate.value, estimate.low, estimate.high)


def _distributions(folder: ExperimentFolder, words: Words) -> str:
    pictures: list[str] = []
    for key in _SHAPES:
        rows = [(words.side(side), folder.values(f"{side}_{key}")) for side in folder.sides]
        rows = [(name, values) for name, values in rows if values.size and np.isfinite(values).any()]
        if rows:
            label = words.measure(key)
            pictures.append(figure(distributions(rows, label), words("distribution_caption", measure=label)))
    return "".join(pictures)


def _over_time(folder: ExperimentFolder, words: Words) -> list[str]:
    """Return the force left and the force ratio over time in the runs that were kept."""
    left: list[tuple[str, list[float], list[float], str, str]] = []
    ratio: list[tuple[str, list[float], list[float], str, str]] = []
    colours = side_colours(folder.sides)
    for role, replication, path in folder.kept():
        try:
            with TableReader(path / "series.parquet", may_have_gaps=True) as reader:
                series = reader.read(["time_s", "side", "strength", "force_ratio"])
        except InputError:
            continue
        for side in folder.sides:
            mine = series["side"] == side
            hours = (series["time_s"][mine] / 3600.0).tolist()
            name = f"{words.side(side)}, {words(role)} ({replication})"
            left.append((name, hours, series["strength"][mine].tolist(), colours[side], _DASHES.get(role, "")))
            if side == folder.sides[0]:
                row = (f"{words(role)} ({replication})", hours, series["force_ratio"][mine].tolist())
                ratio.append((*row, colours[side], _DASHES.get(role, "")))
    if not left:
        return []
    order = sorted(left, key=lambda row: row[3])
    halves = [order[: len(order) // 2], order[len(order) // 2 :]]
    pictures = [
        figure(lines(half, words("hours"), words("force_left")), words("force_caption")) for half in halves if half
    ]
    if any(np.isfinite(y).any() for _, _, y, _, _ in ratio):
        text = words("ratio_caption", a=words.side(folder.sides[0]), b=words.side(folder.sides[1]))
        pictures.append(figure(lines(ratio, words("hours"), words("force_ratio")), text))
    return pictures


def _all(folder: ExperimentFolder, words: Words) -> str:
    shown = [e for e in folder.estimates if e.value is not None and (e.value or e.kind == "proportion")]
    rows = [[words.estimate(e), with_interval(e.value, e.low, e.high), e.unit, str(e.n)] for e in shown]
    left_out = len(folder.estimates) - len(shown)
    note = paragraph(words("left_out", n=left_out), "facts") if left_out else ""
    return table([words("measure"), words("estimate"), words("unit"), "n"], rows) + note
