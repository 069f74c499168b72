"""The sections of a procurement memo on risk: robustness, failure, the enemy, dominated alternatives, information."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from viz.paper.pictures import bars, figure, heat
from viz.report.memo_words import (
    alternative_text,
    difference_text,
    limit_text,
    measure_text,
    money,
    name_text,
    short_text,
    threshold_text,
    unit_text,
)
from viz.report.tables import paragraph, table
from viz.report.words import Words, number, share

CRITERIA = ("expected", "regret", "tail", "satisficing", "enemy")


def robust(answer: dict[str, Any], words: Words) -> list[str]:
    """Return how the finalists do over the futures, and which is best by each criterion."""
    best_by = answer["best_by"]
    told = [f"{words(f'memo.by.{key}')}: {name_text(best_by[key], words)}" for key in CRITERIA if key in best_by]
    head = [words("memo.finalist"), words("memo.by.expected"), words("memo.by.regret"), words("memo.mean_regret")]
    head += [words("memo.by.tail"), words("memo.tail_of_runs"), words("memo.by.enemy")]
    has_threshold = answer["measures"][0]["threshold"] is not None
    head += [words("memo.by.satisficing")] if has_threshold else []
    rows = [
        [
            name_text(one["name"], words),
            number(one["effect"]["value"]),
            number(one["max_regret"]),
            number(one["mean_regret"]),
            number(one["tail_of_futures"]),
            number(one["tail_of_runs"]),
            number(one["enemy"]["effect"]),
            *([share(one["satisficing"])] if has_threshold else []),
        ]
        for one in answer["finalists"]
    ]
    note = words("memo.robust_note", q2=share(answer["futures"]["q2"]), n=answer["futures"]["simulated"])
    return [
        _list(told),
        table(head, rows),
        paragraph(note, "facts"),
    ]


def failures(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the boxes in which the finalists fail, and a map of the recommended one."""
    measure = answer["measures"][0]
    text = (
        words("memo.fails_text", threshold=threshold_text(measure, words))
        if measure["threshold"] is not None
        else words("memo.fails_text_quo")
    )
    lines = [line for one in answer["finalists"] for line in _failure_lines(one, words)]
    parts = [paragraph(text), _list(lines)]
    found = answer.get("map")
    if found:
        x, y = ((f"{axis['title']}{unit_text(axis['unit'])}", axis["values"]) for axis in (found["x"], found["y"]))
        across, down = (x[0], [short_text(v) for v in x[1]]), (y[0], [short_text(v) for v in y[1]])
        picture = heat(across, down, np.array(found["effect"]), measure_text(answer, words))
        parts.append(figure(picture, words("memo.map_caption", name=name_text(answer["recommended"], words))))
    return parts


def _failure_lines(one: dict[str, Any], words: Words) -> list[str]:
    name = name_text(one["name"], words)
    if one["failing"] < 0.01:
        return [words("memo.no_failure", name=name)]
    if not one["boxes"]:
        key = "memo.always" if one["failing"] > 0.97 else "memo.no_box"
        return [words(key, name=name, share=share(one["failing"]))]
    return [
        words(
            "memo.box",
            name=name,
            box=words("memo.and").join(limit_text(limit, words) for limit in box["limits"]),
            coverage=share(box["coverage"]),
            density=share(box["density"]),
            inside=number(box["inside"]),
            outside=number(box["outside"]),
        )
        for box in one["boxes"]
    ]


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def enemy(answer: dict[str, Any], words: Words) -> list[str]:
    """Return what the enemy does about each finalist."""
    options = list(answer["finalists"][0]["enemy"]["by_option"])
    if not options:
        return []
    rows = [
        [
            name_text(one["name"], words),
            *(number(one["enemy"]["by_option"][name]) for name in options),
            one["enemy"]["option"],
            number(one["enemy"]["effect"]),
        ]
        for one in answer["finalists"]
    ]
    head = [words("memo.finalist"), *options, words("memo.answer"), words("memo.then")]
    return [paragraph(words("memo.enemy_text")), table(head, rows)]


def dominated(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the dominated alternatives with the reason."""
    rows = [
        [
            alternative_text(answer, one["name"], one["changes"], words),
            alternative_text(answer, one["by"], one["by_changes"], words),
            difference_text(answer, one["differs"]),
            f"{one['costs_more']:+.3g}" if one["costs_more"] else "0",
            f"{number(-one['does_less'], sign=True)}\u00a0±\u00a0{number(1.96 * one['error'])}",
        ]
        for one in answer["dominated"]
    ]
    if not rows:
        return []
    text = words("memo.dominated_text", mixes=f"{answer['search']['mixes']:,}", played=answer["search"]["played"])
    head = [words("memo.alternative"), words("memo.dominated_by"), words("memo.differs")]
    head += [f"{words('cost')} [{answer['budget']['unit']}]", words("memo.effect")]
    return [paragraph(text), table(head, rows, texts=3)]


def sensitivity(answer: dict[str, Any], words: Words) -> list[str]:
    """Return what moves the effect over the design."""
    found = answer["sensitivity"]
    if not found:
        return [paragraph(words("no_sensitivity"))]
    rows = [(f["title"], max(0.0, f["first"]), max(0.0, f["total"])) for f in found["factors"]]
    picture = figure(
        bars(rows, words("share_of_variance"), (words("alone"), words("in_all"))), words("memo.moved_caption")
    )
    key = "surrogate_weak" if found["q2"] is not None and found["q2"] < 0.7 else "surrogate"
    return [picture, paragraph(words(key, q2=share(found["q2"]), error=number(found["error"])), "facts")]


def information(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the value of knowing what is uncertain, and which study is worth buying."""
    found = answer["information"]
    if not found:
        return [paragraph(words("memo.no_information"))]
    found = [one for one in found if one["value"] > 0.0 or one["kind"] != "price"]
    unit = answer["information_unit"] or words("memo.of_effect")
    names = {
        "all": lambda one: words("memo.everything"),
        "price": lambda one: words("memo.price_of", name=one["title"]),
        "uncertainty": lambda one: one["title"],
    }
    rows: list[list[str]] = []
    for one in found:
        study, verdict = one["study"], ""
        if study is not None and one["is_worth_buying"] is not None:
            verdict = words(
                "memo.buy" if one["is_worth_buying"] else "memo.open" if one["is_open"] else "memo.do_not_buy"
            )
        rows.append(
            [
                names[one["kind"]](one),
                "" if study is None else study["title"],
                "" if study is None else money(study["cost"]),
                number(one["value"]),
                number(one["held_out"]),
                verdict,
            ]
        )
    head = [words("memo.unknown"), words("memo.study"), words("memo.study_cost"), words("memo.worth", unit=unit)]
    head += [words("memo.careful"), words("verdict")]
    drawn = [(names[one["kind"]](one), one["held_out"], one["value"]) for one in found]
    label = words("memo.worth", unit=unit)
    picture = bars(drawn, label, (words("memo.careful"), words("memo.full")))
    return [
        paragraph(words("memo.information_text")),
        figure(picture, words("memo.information_caption")),
        table(head, rows, texts=2),
    ]
