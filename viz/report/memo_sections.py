"""The sections of a procurement memo: the recommendation, the purchase, the finalists, runs, assumptions, limits."""

from __future__ import annotations

from html import escape
from typing import Any

from viz.paper.pictures import Interval, figure, intervals
from viz.report.memo_pictures import Curve, Priced, budget_curves
from viz.report.memo_words import (
    chance_text,
    changes_text,
    cost_text,
    estimate_text,
    measure_text,
    money,
    name_text,
    range_text,
    recommended,
    sides,
    source_text,
    threshold_text,
)
from viz.report.tables import code, paragraph, table
from viz.report.words import Words, number, share

_CLEAR = 0.9


def recommendation(answer: dict[str, Any], words: Words) -> str:
    """Return the recommendation in a sentence."""
    best = recommended(answer)
    if not best["changes"]:
        return words("memo.keep")
    return words(
        "memo.choose" if answer["is_shown"] else "memo.not_shown",
        name=best["name"],
        changes=changes_text(answer, best, words),
        cost=cost_text(best["cost"], answer),
        budget=money(answer["budget"]["amount"]),
        unit=answer["budget"]["unit"],
    )


def how_sure(answer: dict[str, Any], words: Words) -> str:
    """Return how sure the recommendation is, as a list."""
    best, measure = recommended(answer), answer["measures"][0]
    label = measure_text(answer, words)
    told = [words("memo.sure.effect", measure=label, value=estimate_text(best["effect"]))]
    if best["gain"] is not None:
        told.append(words("memo.sure.gain", value=estimate_text(best["gain"], sign=True)))
    key = "memo.sure.best" if best["p_best"] >= _CLEAR else "memo.sure.best_open"
    told.append(words(key, p=chance_text(best["p_best"])))
    if answer["lead"] is not None:
        lead = answer["lead"]
        key = "memo.sure.lead_open" if lead["low"] <= 0.0 <= lead["high"] else "memo.sure.lead"
        told.append(words(key, name=name_text(answer["runner_up"], words), value=estimate_text(lead, sign=True)))
    told.append(words("memo.sure.price", p=share(best["p_within_budget"]), asked=share(answer["budget"]["confidence"])))
    if measure["threshold"] is not None:
        told.append(
            words("memo.sure.suffices", share=share(best["satisficing"]), threshold=threshold_text(measure, words))
        )
    if best["enemy"]["option"]:
        told.append(words("memo.sure.enemy", option=best["enemy"]["option"], value=number(best["enemy"]["effect"])))
    if answer["margin"] is not None:
        told.append(words("memo.sure.margin", margin=f"{answer['margin']:g}"))
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in told) + "</ul>"


def bought(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the levers of the recommendation: bought, then the conduct."""
    best = recommended(answer)
    rows: list[list[str]] = []
    for lever in answer["levers"]:
        value = best["cells"][lever["name"]]
        k = lever["levels"].index(value) if value in lever["levels"] else -1
        price = lever["prices"][k] if lever["prices"] and k >= 0 else None
        rows.append(
            [
                words(f"memo.kind.{lever['kind']}"),
                lever["title"],
                lever["now"],
                value if value != lever["now"] else words("memo.unchanged"),
                words("memo.conduct") if lever["is_conduct"] else "-" if price is None else money(price[1]),
                "" if price is None else f"{money(price[0])}-{money(price[2])}",
            ]
        )
    unit = answer["budget"]["unit"]
    head = [words("kind"), words("memo.lever"), words("memo.now"), words("memo.recommended")]
    head += [words("memo.likely_cost", unit=unit), words("memo.cost_range")]
    return [
        table(head, rows, texts=4),
        paragraph(words("memo.bought_note", years=f"{answer['budget']['years']:g}"), "facts"),
    ]


def curve(answer: dict[str, Any], words: Words) -> list[str]:
    """Return effect against money."""
    measure, unit = answer["measures"][0], answer["budget"]["unit"]
    curves = [
        Curve(one["conduct"] or words("memo.best_conduct"), one["cost"], one["effect"]) for one in answer["curves"]
    ]
    points = [
        Priced(
            name_text(one["name"], words),
            (one["cost"]["low"], one["cost"]["likely"], one["cost"]["high"]),
            (one["effect"]["low"], one["effect"]["value"], one["effect"]["high"]),
            one["p_front"],
            one["name"] == answer["recommended"],
        )
        for one in answer["finalists"]
    ]
    labels = (f"{words('cost')} [{unit}]", measure_text(answer, words), words("memo.budget"))
    picture = budget_curves(curves, points, answer["budget"]["amount"], labels, more=measure["better"] == "more")
    search = answer["search"]
    key = "memo.curve_caption" if search["is_complete"] else "memo.curve_caption_genetic"
    caption = words(key, mixes=f"{search['mixes']:,}", q2=share(search["q2"]), error=number(search["error"]))
    return [figure(picture, caption)]


def finalists(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the finalists on fresh seeds."""
    unit = answer["budget"]["unit"]
    rows = [
        Interval(
            name_text(one["name"], words), one["effect"]["value"], one["effect"]["low"], one["effect"]["high"],
            estimate_text(one["effect"]), one["name"] == answer["recommended"],
        )
        for one in answer["finalists"]
    ]  # fmt: skip
    picture = figure(intervals(rows, measure_text(answer, words)), words("memo.fresh_caption"))
    others = answer["measures"][1:]
    head = [words("memo.finalist"), words("memo.changes"), f"{words('cost')} [{unit}]", words("memo.gain")]
    head += [words("p_best"), words("p_front"), words("memo.p_budget")]
    head += [one["title"] or words.measure(one["name"], sides(answer)) for one in others]
    cells = [
        [
            name_text(one["name"], words) + (" ★" if one["name"] == answer["recommended"] else ""),
            changes_text(answer, one, words),
            cost_text(one["cost"], answer),
            "-" if one["gain"] is None else estimate_text(one["gain"], sign=True),
            chance_text(one["p_best"]),
            chance_text(one["p_front"]),
            f"{one['p_within_budget']:.2f}",
            *(estimate_text(one["others"][goal["name"]]) for goal in others),
        ]
        for one in answer["finalists"]
    ]
    runs = answer["runs"]
    note = words("memo.fresh_note", futures=runs["futures"], options=runs["options"], runs=f"{runs['finalists']:,}")
    return [picture, table(head, cells, texts=2), paragraph(note, "facts")]


def replays(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the runs behind each finalist, with the commands that show them."""
    kept = [(one["name"], run) for one in answer["finalists"] for run in one["replays"]]
    if not kept:
        return []
    roles = list(dict.fromkeys(run["role"] for _, run in kept))
    rows = [
        [name_text(one["name"], words), *(_run_text(one["replays"], role) for role in roles)]
        for one in answer["finalists"]
    ]
    commands = [
        f"chammo replay {run['folder']}    # {name_text(name, words)}, {words(run['role'])}" for name, run in kept
    ]
    return [
        paragraph(words("memo.replays_text", measure=measure_text(answer, words))),
        table([words("memo.finalist"), *(words(role) for role in roles)], rows),
        f"<details><summary>{escape(words('memo.commands'))}</summary>{code([*commands, '', kept[0][1]['command']])}"
        "</details>",
    ]


def _run_text(runs: list[dict[str, Any]], role: str) -> str:
    run = next(run for run in runs if run["role"] == role)
    option = f"{run['option']}, " if run["option"] else ""
    return f"{number(run['value'])} ({option}{run['replication']})"


def assumptions(answer: dict[str, Any], words: Words) -> list[str]:
    """Return the assumptions of the question with their status."""
    rows = [[words("memo.assumption"), one["text"], one["source"]] for one in answer["assumptions"]]
    rows += [[words("memo.price"), one["title"], one["source"]] for one in answer["levers"] if one["prices"]]
    rows += [
        [words("memo.range"), f"{one['title']}: {range_text(one, words)}", one["source"]]
        for one in answer["uncertainties"]
    ]
    rows.sort(key=lambda row: not row[2].lower().startswith("placeholder"))
    bare = sum(row[2].lower().startswith("placeholder") for row in rows)
    cells = [[kind, text, source_text(source, words)] for kind, text, source in rows]
    head = [words("kind"), words("memo.assumption"), words("source")]
    return [paragraph(words("memo.assumptions_text", n=len(rows), bare=bare)), table(head, cells, texts=3)]


def limits(answer: dict[str, Any], words: Words) -> str:
    """Return the limits of the memo."""
    keys = ["scenario", "prices", "surrogate", "enemy", "weights", "aligned"]
    values = {"q2": share(answer["futures"]["q2"]), "n": len(answer["finalists"])}
    return "<ul>" + "".join(f"<li>{escape(words(f'memo.limit.{key}', **values))}</li>" for key in keys) + "</ul>"
