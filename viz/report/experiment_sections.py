"""The sections of the reports of comparisons and sweeps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from viz.paper.pictures import Interval, bars, distributions, effects, figure, heat, intervals, scatter
from viz.reading.experiment_folder import ExperimentFolder
from viz.report.tables import paragraph, section, table
from viz.report.words import Words, number, share, with_interval

_MOST = 30
_SHAPES = 12
_CELLS = 6


def comparison_sections(folder: ExperimentFolder, words: Words) -> list[str]:
    """Return the sections of a comparison."""
    found = folder.answer
    return [
        section(words("differences"), _differences(folder, found, words)),
        section(words("levels"), _levels(folder, found["variants"], words)),
        section(words("pairs"), _paired(folder, found, words)),
        section(words("distributions"), _by_point(folder, found, [v["name"] for v in found["variants"]], words)),
        section(words("also"), _others(folder, found, words)),
        section(words("which_best"), *_standing(folder, found["variants"], words)),
    ]


def sweep_sections(folder: ExperimentFolder, words: Words) -> list[str]:
    """Return the sections of a sweep."""
    found = folder.answer
    order = _best_first(found)
    return [
        section(words("what_moved"), *_sensitivity(found, words, folder)),
        section(words("heat_map"), *_heat(folder, found, words)),
        section(words("best_points"), _points(found, order, words), _levels(folder, order[:_MOST], words)),
        section(words("differences"), _differences(folder, found, words)),
        section(words("which_best"), *_standing(folder, order, words)),
    ]


def _best_first(found: dict[str, Any]) -> list[dict[str, Any]]:
    sign = 1.0 if found.get("better") == "less" else -1.0
    known = [point for point in found["points"] if point["mean"] is not None]
    return sorted(known, key=lambda point: (sign * point["mean"], -(point.get("p_best") or 0.0)))


def _label(folder: ExperimentFolder, found: dict[str, Any], words: Words) -> str:
    return words.measure(str(found["measure"]), folder.sides)


def _differences(folder: ExperimentFolder, found: dict[str, Any], words: Words) -> str:
    rows = [row for row in found["comparisons"] if row.get("difference") is not None]
    rows = sorted(rows, key=lambda row: -abs(row["difference"]))[:_MOST] if len(rows) > _MOST else rows
    if not rows:
        return ""
    one = len({row["less"] for row in rows}) == 1
    names = [row["variant"] if one else f"{row['variant']} - {row['less']}" for row in rows]
    strong = ("better", "worse", "more", "less")
    drawn = [
        Interval(
            name, row["difference"], row["low"], row["high"], words.verdict(row["verdict"]), row["verdict"] in strong
        )
        for name, row in zip(names, rows, strict=True)
    ]
    label = f"{_label(folder, found, words)}: " + (
        words("less_baseline", name=rows[0]["less"]) if one else words("difference")
    )
    picture = figure(intervals(drawn, label, zero=True, margin=found.get("margin")), words("difference_caption"))
    head = ["", words("difference"), words("effect"), words("p"), words("verdict"), words("pairing")]
    cells = [
        [
            name,
            with_interval(row["difference"], row["low"], row["high"], sign=True),
            "" if row.get("effect") is None else f"{row['effect']:+.2f}",
            "<.001" if row["p_holm"] < 0.001 else f"{row['p_holm']:.3f}",
            words.verdict(row["verdict"]),
            f"{row['pairing_gain']:.1f}" if row.get("pairing_gain") else "-",
        ]
        for name, row in zip(names, rows, strict=True)
    ]
    return picture + table(head, cells) + paragraph(words("pairing_note"), "facts")


def _levels(folder: ExperimentFolder, points: list[dict[str, Any]], words: Words) -> str:
    rows = [
        Interval(p["name"], p["mean"], p["low"], p["high"], with_interval(p["mean"], p["low"], p["high"]))
        for p in points[:_MOST]
    ]
    return figure(intervals(rows, _label(folder, folder.answer, words)), words("interval_caption")) if rows else ""


def _paired(folder: ExperimentFolder, found: dict[str, Any], words: Words) -> str:
    """Return the distributions of the differences, replication by replication."""
    names = [variant["name"] for variant in found["variants"]]
    shapes: list[tuple[str, np.ndarray]] = []
    for row in found["comparisons"][:_SHAPES]:
        first, second = (folder.values(str(found["measure"]), names.index(row[key])) for key in ("variant", "less"))
        n = min(first.size, second.size)
        change = first[:n] - second[:n]
        if np.isfinite(change).any():
            shapes.append((row["variant"], change))
    label = f"{_label(folder, found, words)}: {words('pair_difference')}"
    picture = distributions(shapes, label, zero=True) if shapes else ""
    return figure(picture, words("pairs_caption")) if picture else ""


def _by_point(folder: ExperimentFolder, found: dict[str, Any], names: list[str], words: Words) -> str:
    rows = [(name, folder.values(str(found["measure"]), k)) for k, name in enumerate(names[:_SHAPES])]
    rows = [(name, values) for name, values in rows if np.isfinite(values).any()]
    label = _label(folder, found, words)
    picture = distributions(rows, label) if rows else ""
    return figure(picture, words("distribution_caption", measure=label)) if picture else ""


def _others(folder: ExperimentFolder, found: dict[str, Any], words: Words) -> str:
    names = list(dict.fromkeys(row["measure"] for row in found.get("others") or []))
    pairs = list(dict.fromkeys((row["variant"], row["less"]) for row in found.get("others") or []))
    if not names:
        return ""
    by = {(row["variant"], row["less"], row["measure"]): row for row in found["others"]}
    rows = [[variant, *(_other(by.get((variant, less, name))) for name in names)] for variant, less in pairs[:_MOST]]
    head = ["", *(words.measure(name, folder.sides) for name in names)]
    return table(head, rows) + paragraph(words("star"), "facts")


def _other(row: dict[str, Any] | None) -> str:
    if row is None or row.get("difference") is None:
        return "-"
    star = "*" if row["p_holm"] < 0.05 else ""
    return with_interval(row["difference"], row["low"], row["high"], sign=True) + star


def _standing(folder: ExperimentFolder, points: list[dict[str, Any]], words: Words) -> list[str]:
    rows = [(p["name"], float(p["p_best"]), None) for p in points if p.get("p_best") is not None]
    if not rows:
        return []
    rows = sorted(rows, key=lambda row: -row[1])[:_MOST]
    parts = [figure(bars(rows, words("p_best")), words("best_caption"))]
    priced = [p for p in points if p.get("cost") is not None and p.get("p_front") is not None and p["mean"] is not None]
    if priced:
        cost = folder.answer.get("cost_measure")
        price = words.measure(str(cost), folder.sides) if cost else words("cost")
        drawn = [(p["name"], float(p["cost"]), float(p["mean"]), float(p["p_front"])) for p in priced]
        picture = scatter(drawn, price, _label(folder, folder.answer, words))
        parts.append(figure(picture, words("front_caption")))
        front = [p for p in priced if p["p_front"] >= 0.05]
        cells = [
            [p["name"], number(p["cost"]), with_interval(p["mean"], p["low"], p["high"]), f"{p['p_front']:.2f}"]
            for p in sorted(front, key=lambda p: p["cost"])[:_MOST]
        ]
        parts.append(table(["", price, words("mean"), words("p_front")], cells))
    return parts


def _sensitivity(found: dict[str, Any], words: Words, folder: ExperimentFolder) -> list[str]:
    sensitivity = found.get("sensitivity")
    if not sensitivity:
        return [paragraph(words("no_sensitivity"))]
    factors = sensitivity["factors"]
    rows = [(f["name"], max(0.0, float(f["first_order"])), max(0.0, float(f["total"]))) for f in factors]
    parts = [figure(bars(rows, words("share_of_variance"), (words("alone"), words("in_all"))), words("sobol_caption"))]
    curves = [(f["name"], [_cell(cell) for cell in f["at"]], [float(m) for m in f["means"]]) for f in factors]
    parts.append(figure(effects(curves, _label(folder, found, words)), words("effects_caption")))
    pairs = [pair for pair in sensitivity["interactions"] if pair["share"] >= 0.01][:8]
    if pairs:
        cells = [(" x ".join(pair["factors"]), float(pair["share"]), None) for pair in pairs]
        parts.append(figure(bars(cells, words("share_of_variance")), words("interactions")))
    if sensitivity.get("q2") is not None:
        key = "surrogate_weak" if sensitivity["q2"] < 0.7 else "surrogate"
        parts.append(paragraph(words(key, q2=share(sensitivity["q2"]), error=number(sensitivity["error"])), "facts"))
    return parts


def _heat(folder: ExperimentFolder, found: dict[str, Any], words: Words) -> list[str]:
    """Return a heat map of the means over the two factors that matter most."""
    sensitivity = found.get("sensitivity")
    factors = [f["name"] for f in sensitivity["factors"]] if sensitivity else list(found["points"][0]["factors"])
    if len(factors) < 2:
        return []
    points = [p for p in found["points"][1:] if p["mean"] is not None]
    across, down = (_classes([p["factors"].get(name) for p in points]) for name in factors[:2])
    if across is None or down is None:
        return []
    total, n = np.zeros((len(down[0]), len(across[0]))), np.zeros((len(down[0]), len(across[0])))
    for p, i, j in zip(points, down[1], across[1], strict=True):
        total[i, j] += p["mean"]
        n[i, j] += 1
    with np.errstate(invalid="ignore"):
        means = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    label = _label(folder, found, words)
    picture = heat((factors[0], across[0]), (factors[1], down[0]), means, label)
    return [figure(picture, words("heat_caption", measure=label, a=factors[0], b=factors[1]))]


def _classes(values: list[Any]) -> tuple[list[str], list[int]] | None:
    """Return names of classes and the class of each value: one each for few values, else classes of equal width."""
    if any(value is None for value in values) or not values:
        return None
    different = sorted(set(values), key=lambda v: (isinstance(v, str), v))
    if len(different) <= _CELLS or any(isinstance(value, str) for value in different):
        return [_cell(value) for value in different], [different.index(value) for value in values]
    edges = np.linspace(float(different[0]), float(different[-1]), 5)
    names = [f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges.tolist())]
    return names, [min(3, int(np.searchsorted(edges, value, side="right")) - 1) for value in values]


def _points(found: dict[str, Any], order: list[dict[str, Any]], words: Words) -> str:
    factors = list(order[0]["factors"]) if order else []
    rows = [
        [
            p["name"],
            *(_cell(p["factors"].get(name)) for name in factors),
            with_interval(p["mean"], p["low"], p["high"]),
            "" if p.get("p_best") is None else f"{p['p_best']:.2f}",
        ]
        for p in order[:10]
    ]
    return table(["", *factors, words("mean"), words("p_best")], rows) if rows else ""


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float | int) else str(value)
