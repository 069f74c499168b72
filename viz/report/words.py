"""The words of a report in a language: texts, names of measures, numbers, and the answer in a sentence."""

from __future__ import annotations

import math
from typing import Any

from scenarios.measures.estimates import MeasureEstimate
from viz.paper.texts import side_name, texts, translate
from viz.reading.names import LocalNames

_MOST = 4


class Words:
    """The words of a language, ``en`` or ``ko``; ``names`` are those of the scenario in it."""

    def __init__(self, lang: str, names: LocalNames | None = None) -> None:
        self.lang = lang
        self._names = names or LocalNames({})

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of the report with its values."""
        text = translate(f"report.{key}", self.lang)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def measure(self, name: str, sides: tuple[str, ...] = ()) -> str:
        """Return the name of a measure; of a side, with the side in front. ``force_cost`` is a cost."""
        if name == "force_cost":
            return self("force_cost")
        side = next((side for side in sides if name.startswith(f"{side}_")), "")
        key = name.removeprefix(f"{side}_") if side else name
        known = texts(self.lang).get(f"measure.{key}", key)
        return f"{self.side(side)} {known}" if side else known

    def estimate(self, estimate: MeasureEstimate) -> str:
        """Return the name of a measure of a batch, with its side in front."""
        known = texts(self.lang).get(f"measure.{estimate.key}", estimate.measure)
        platform = self.card(estimate.platform)
        name = known.replace("{name}", platform).replace("{n}", str(estimate.objective))
        return f"{self.side(estimate.side)} {name}" if estimate.side else name

    def card(self, name: str) -> str:
        """Return the name of a card for readers; that in the scenario where it has no other."""
        return self._names.of("cards", name)

    def side(self, side: str) -> str:
        """Return the name of a side."""
        return side_name(side, self.lang, {side: self._names.of("sides", side)})

    def version(self, name: str) -> str:
        """Return the name of an entry of the versions; a library keeps its own."""
        return texts(self.lang).get(f"report.version.{name}", name)

    def verdict(self, verdict: str) -> str:
        """Return a verdict of a comparison."""
        return self(f"verdict.{verdict}")


def number(value: float | None, *, sign: bool = False) -> str:
    """Return a number with three or four significant digits; a dash for none."""
    if value is None or not math.isfinite(value):
        return "-"
    plus = "+" if sign else ""
    size = abs(value)
    if value and size < 0.001:
        return f"{value:{plus}.0e}"
    return f"{value:{plus}.3f}" if size < 10.0 else f"{value:{plus}.1f}" if size < 1000.0 else f"{value:{plus},.0f}"


def with_interval(value: float | None, low: float | None, high: float | None, *, sign: bool = False) -> str:
    """Return a value with its interval in brackets."""
    if value is None or low is None or high is None:
        return number(value, sign=sign)
    size = max(abs(value), abs(low), abs(high))
    # the rounding error of a sum is no small difference
    value, low, high = (0.0 if abs(one) < 1e-9 * size else one for one in (value, low, high))
    return f"{number(value, sign=sign)} ({number(low, sign=sign)},\u00a0{number(high, sign=sign)})"


def share(value: float | None) -> str:
    """Return a share as a percentage."""
    return "-" if value is None else f"{value:.0%}"


def _as_printed(answer: dict[str, Any], words: Words, sides: tuple[str, ...]) -> str:
    """Return the sentence that the command printed, with the name of the measure in words."""
    name = str(answer.get("measure"))
    return words.measure(name, sides) + str(answer.get("answer", "")).removeprefix(name)


def comparison_sentence(answer: dict[str, Any], words: Words, sides: tuple[str, ...]) -> str:
    """Return the answer of a comparison in a sentence; in English that of the command."""
    if words.lang == "en":
        return _as_printed(answer, words, sides)
    rows: list[dict[str, Any]] = list(answer.get("comparisons") or [])
    rows.sort(key=lambda row: -abs(row.get("difference") or 0.0))
    told: list[str] = []
    for verdict in ("better", "worse", "more", "less", "equivalent", "open", "undefined"):
        mine = [row for row in rows if row["verdict"] == verdict]
        for row in mine[:_MOST]:
            size = number(abs(row["difference"])) if row.get("difference") is not None else ""
            half = number(0.5 * (row["high"] - row["low"])) if row.get("high") is not None else ""
            told.append(
                words(f"told.{verdict}", a=row["variant"], b=row["less"], size=size, half=half,
                      margin=number(answer.get("margin")))
            )  # fmt: skip
        if len(mine) > _MOST:
            told.append(words("told.rest", n=len(mine) - _MOST, verdict=words.verdict(verdict)))
    return f"{words.measure(str(answer.get('measure')), sides)}: {'; '.join(told)}."


def sweep_sentence(answer: dict[str, Any], words: Words, sides: tuple[str, ...]) -> str:
    """Return the answer of a sweep in a sentence; in English that of the command."""
    if words.lang == "en":
        return _as_printed(answer, words, sides)
    told: list[str] = []
    sensitivity = answer.get("sensitivity") or {}
    moved = [f"{f['name']} ({f['total']:.0%})" for f in sensitivity.get("factors", []) if f["total"] >= 0.05][:3]
    if moved:
        told.append(words("told.moved", factors=", ".join(moved)))
    best = next((point for point in answer.get("points") or [] if point["name"] == answer.get("best")), None)
    if best is not None:
        told.append(words("told.best", name=best["name"], mean=with_interval(best["mean"], best["low"], best["high"])))
    return f"{words.measure(str(answer.get('measure')), sides)}: {'; '.join(told)}."
