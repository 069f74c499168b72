"""The answer on a terminal of 80 columns: the recommendation first, then the finalists and what is behind them."""

from textwrap import wrap
from typing import Any

WIDTH = 80
_MOST_BOXES = 3


def answer_lines(answer: dict[str, Any]) -> list[str]:
    """Return the lines of an answer; see ``as_answer``."""
    lines = [answer["name"]]
    if answer["question"]["en"]:
        lines += wrap(answer["question"]["en"], WIDTH)
    lines += ["", *wrap(recommendation(answer), WIDTH), ""]
    lines += _table(answer)
    lines += ["", *_others(answer)]
    lines += _failures(answer)
    lines += _information(answer)
    lines += _evidence(answer)
    return lines


def recommendation(answer: dict[str, Any]) -> str:
    """Return the recommendation and how sure it is, in sentences."""
    best = _by_name(answer, answer["recommended"])
    unit, measure = answer["budget"]["unit"], answer["measures"][0]
    title = measure["title"]["en"] if measure["title"] else measure["name"]
    if not best["changes"]:
        parts = ["Keep the status quo."]
    else:
        head = f"Choose {best['name']}: "
        if not answer["is_shown"]:
            head = f"No alternative is shown to beat the status quo. The best by its mean is {best['name']}: "
        cost = best["cost"]
        parts = [
            f"{head}{changes_text(best['changes'])}, for {money(cost['likely'])} {unit} ({money(cost['low'])} to "
            f"{money(cost['high'])}) of {money(answer['budget']['amount'])}."
        ]
    gain = "" if best["gain"] is None else f", {_signed(best['gain'])} against the status quo"
    parts.append(f"{title}: {_estimate(best['effect'])} on fresh seeds{gain}.")
    sure = f"It is the best choice within the budget with probability {_chance(best['p_best'])}"
    if answer["lead"] is not None:
        lead = answer["lead"]
        sure += f"; against {answer['runner_up']}, the next, {_signed(lead)}"
        if lead["low"] <= 0.0 <= lead["high"]:
            sure += ", so that the two are not told apart"
    parts.append(sure + ".")
    if best["p_within_budget"] < 1.0:
        parts.append(
            f"Its price stays within the budget with probability {best['p_within_budget']:.2f} "
            f"({answer['budget']['confidence']:g} is asked)."
        )
    if measure["threshold"] is not None:
        side = "at least" if measure["threshold_side"] == "at_least" else "at most"
        parts.append(
            f"{side.capitalize()} {measure['threshold']:g} is reached in {best['satisficing']:.0%} of the futures."
        )
    return " ".join(parts)


def _table(answer: dict[str, Any]) -> list[str]:
    unit = answer["budget"]["unit"]
    lines = [
        f"{'finalist':<11} {f'cost [{unit}]':>16}  {'effect (95 %)':<21} {'P(best)':>7} {'P(front)':>8} {'regret':>7}"
    ]
    for one in answer["finalists"]:
        cost = f"{money(one['cost']['likely'])} ({money(one['cost']['low'])}-{money(one['cost']['high'])})"
        mark = "*" if one["name"] == answer["recommended"] else " "
        lines.append(
            f"{one['name'] + mark:<11.11} {cost:>16}  {_estimate(one['effect']):<21} {_chance(one['p_best']):>7} "
            f"{_chance(one['p_front']):>8} {one['max_regret']:>7.3f}"
        )
        if one["changes"]:
            lines += wrap(changes_text(one["changes"]), WIDTH, initial_indent="    ", subsequent_indent="    ")
    best = "; ".join(f"{_CRITERIA[key]} {name}" for key, name in answer["best_by"].items())
    lines += ["", *wrap(f"Best by each criterion: {best}.", WIDTH)]
    return lines


_CRITERIA = {
    "expected": "mean effect",
    "regret": "largest regret",
    "tail": "worst tenth of the futures",
    "satisficing": "share of futures that suffice",
    "enemy": "enemy who knows the choice",
}


def _others(answer: dict[str, Any]) -> list[str]:
    best = _by_name(answer, answer["recommended"])
    enemy = best["enemy"]
    if not enemy["option"]:
        return []
    return wrap(
        f"An enemy who knows {best['name']} answers with {enemy['option']}: the effect is then "
        f"{number(enemy['effect'])}.",
        WIDTH,
    )


def _failures(answer: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for one in answer["finalists"]:
        for box in one["boxes"]:
            if one["name"] == answer["recommended"] or len(lines) < _MOST_BOXES:
                lines += wrap(f"{one['name']} fails when {box_text(box)}.", WIDTH, subsequent_indent="  ")
    best = _by_name(answer, answer["recommended"])
    if best["failing"] < 0.01:
        lines.append(f"{best['name']} does not fail in the futures tried.")
    elif not best["boxes"]:
        lines.append(f"{best['name']} fails in {best['failing']:.0%} of the futures, in no box that describes them.")
    return ["", *lines]


def box_text(box: dict[str, Any]) -> str:
    """Return a failure box in words, with coverage and density."""
    words = " and ".join(_limit(limit) for limit in box["limits"])
    return f"{words} (coverage {box['coverage']:.0%}, density {box['density']:.0%})"


def _limit(limit: dict[str, Any]) -> str:
    unit = f" {limit['unit']}" if limit["unit"] else ""
    if "levels" in limit:
        return f"{limit['name']} is {' or '.join(limit['levels'])}"
    if limit["above"] is not None and limit["below"] is not None:
        return f"{limit['above']:.3g} < {limit['name']} < {limit['below']:.3g}{unit}"
    if limit["above"] is not None:
        return f"{limit['name']} > {limit['above']:.3g}{unit}"
    return f"{limit['name']} < {limit['below']:.3g}{unit}"


def _information(answer: dict[str, Any]) -> list[str]:
    unit = answer["information_unit"] or "of the effect"
    entries = [one for one in answer["information"] if one["kind"] != "all"][:4]
    whole = next((one for one in answer["information"] if one["kind"] == "all"), None)
    if whole is None:
        return []
    lines = ["", f"Worth of knowing before the purchase [{unit}] (careful estimate):"]
    lines.append(f"  everything uncertain: {number(whole['value'])} ({number(whole['held_out'])})")
    for one in entries:
        label = f"price of {one['name']}" if one["kind"] == "price" else one["name"]
        text = f"  {label}: {number(one['value'])} ({number(one['held_out'])})"
        if one["study"] is not None:
            text += f"; {one['study']['title']['en']} for {money(one['study']['cost'])}"
            if one["is_worth_buying"] is not None:
                verdict = "worth buying" if one["is_worth_buying"] else "open" if one["is_open"] else "not worth buying"
                text += f": {verdict}"
        lines += wrap(text, WIDTH, subsequent_indent="    ")
    return lines


def _evidence(answer: dict[str, Any]) -> list[str]:
    runs, search, sensitivity = answer["runs"], answer["search"], answer["sensitivity"]
    lines = [""]
    if sensitivity is not None:
        moved = ", ".join(f"{f['name']} {f['total']:.0%}" for f in sensitivity["factors"][:4])
        lines += wrap(f"Moved most by {moved} of the variance over the design.", WIDTH)
    every = "all" if search["is_complete"] else "by a genetic search"
    lines += wrap(
        f"{runs['total']:,} runs: {runs['points']} points of a design, {search['played']} candidates of "
        f"{search['mixes']:,} affordable mixes ({every}), {len(answer['finalists'])} finalists on fresh seeds in "
        f"{runs['futures']} futures. The surrogate predicts {search['q2'] or 0.0:.0%} of the variance of points left "
        "out.",
        WIDTH,
    )
    return lines


def changes_text(changes: dict[str, list[str]]) -> str:
    """Return the changes of an alternative against the status quo in a line."""
    return ", ".join(f"{name} {new} (now {old})" for name, (old, new) in changes.items()) or "as it is"


def _by_name(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in answer["finalists"] if one["name"] == name)


def money(value: float) -> str:
    """Return an amount of money with up to three digits."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def number(value: float | None) -> str:
    """Return a number with three decimals at most."""
    if value is None:
        return "-"
    return f"{value:.3f}" if abs(value) < 10.0 else f"{value:.1f}"


def _chance(p: float) -> str:
    """Return a probability from resamples, which never show that anything is certain."""
    return "> 0.99" if p > 0.99 else "< 0.01" if p < 0.01 else f"{p:.2f}"


def _estimate(estimate: dict[str, float]) -> str:
    return f"{number(estimate['value'])} ({number(estimate['low'])}, {number(estimate['high'])})"


def _signed(estimate: dict[str, float]) -> str:
    half = 0.5 * (estimate["high"] - estimate["low"])
    return f"{estimate['value']:+.3f} ± {half:.3f}"
