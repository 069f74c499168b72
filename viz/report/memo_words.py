"""The words of a procurement memo: names, amounts, ranges and conditions of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from viz.report.words import Words, with_interval

_STATUS_QUO = "status quo"


def in_language(value: Any, lang: str) -> Any:
    """Return an answer with the texts of a language in place of those in both."""
    if isinstance(value, dict):
        if set(value) == {"en", "ko"}:
            return value[lang]
        return {key: in_language(part, lang) for key, part in value.items()}
    return [in_language(part, lang) for part in value] if isinstance(value, list) else value


def money(value: float) -> str:
    """Return an amount of money with up to three digits."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def recommended(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the recommended finalist."""
    return next(one for one in answer["finalists"] if one["name"] == answer["recommended"])


def name_text(name: str, words: Words) -> str:
    """Return the name of a finalist."""
    return words("memo.status_quo") if name == _STATUS_QUO else name


def sides(answer: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the belligerents."""
    return tuple(answer.get("sides") or ())


def measure_text(answer: dict[str, Any], words: Words) -> str:
    """Return the name of the first measure."""
    one = answer["measures"][0]
    return one["title"] or words.measure(one["name"], sides(answer))


def title_text(answer: dict[str, Any], name: str) -> str:
    """Return the title of a lever."""
    return next((str(lever["title"]) for lever in answer["levers"] if lever["name"] == name), name)


def changes_text(answer: dict[str, Any], one: dict[str, Any], words: Words) -> str:
    """Return the changes of a finalist against the status quo, each from its present level."""
    return difference_text(answer, one["changes"]) or words("memo.nothing")


def difference_text(answer: dict[str, Any], changes: dict[str, Any]) -> str:
    """Return the levers in which two alternatives differ."""
    return "; ".join(f"{title_text(answer, name)}: {old} → {new}" for name, (old, new) in changes.items())


def alternative_text(answer: dict[str, Any], name: str | None, changes: dict[str, Any], words: Words) -> str:
    """Return the name of an alternative, or its changes if it is no finalist."""
    if name is not None:
        return name_text(name, words)
    return ", ".join(f"{title_text(answer, key)} {new}" for key, (_, new) in changes.items()) or words(
        "memo.status_quo"
    )


def cost_text(cost: dict[str, float], answer: dict[str, Any]) -> str:
    """Return a cost with its range."""
    if cost["low"] == cost["high"]:
        return money(cost["likely"])
    return f"{money(cost['likely'])} ({money(cost['low'])}-{money(cost['high'])})"


def chance_text(p: float) -> str:
    """Return a probability from resamples, which never show that anything is certain."""
    return "> 0.99" if p > 0.99 else "< 0.01" if p < 0.01 else f"{p:.2f}"


def estimate_text(estimate: dict[str, float], *, sign: bool = False) -> str:
    """Return an estimate with its interval."""
    return with_interval(estimate["value"], estimate["low"], estimate["high"], sign=sign)


def threshold_text(measure: dict[str, Any], words: Words) -> str:
    """Return the threshold of a measure in words."""
    return words(f"memo.{measure['threshold_side']}", value=f"{measure['threshold']:g}")


def unit_text(unit: str) -> str:
    """Return a unit in brackets; empty for none."""
    return f" [{unit}]" if unit else ""


def short_text(value: str) -> str:
    """Return a number with three digits; a name as it is."""
    try:
        return f"{float(value):.3g}"
    except ValueError:
        return value


def limit_text(limit: dict[str, Any], words: Words) -> str:
    """Return a side of a failure box in words."""
    unit, title = f" {limit['unit']}" if limit["unit"] else "", limit["title"]
    if "levels" in limit:
        return words("memo.is_one_of", name=title, values=words("memo.or").join(limit["levels"]))
    if limit["above"] is not None and limit["below"] is not None:
        return f"{limit['above']:.3g} < {title} < {limit['below']:.3g}{unit}"
    if limit["above"] is not None:
        return f"{title} > {limit['above']:.3g}{unit}"
    return f"{title} < {limit['below']:.3g}{unit}"


def range_text(one: dict[str, Any], words: Words) -> str:
    """Return the values of an uncertainty with their weights."""
    unit = f" {one['unit']}" if one["unit"] else ""
    if one["levels"] is None:
        return f"{one['low']:g} - {one['high']:g}{unit}"
    weights: Sequence[float] = one["weights"] or [1.0] * len(one["levels"])
    total = sum(weights)
    text = ", ".join(f"{level} ({weight / total:.0%})" for level, weight in zip(one["levels"], weights, strict=True))
    return text + unit + (f"; {words('memo.enemy_chooses')}" if one["enemy_chooses"] else "")


def source_text(source: str, words: Words) -> str:
    """Return a source, a placeholder in the words of the language."""
    if source.lower().startswith("placeholder"):
        return words("placeholder") + source[len("placeholder") :]
    return source
