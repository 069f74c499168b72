"""The advice in a paragraph that is read aloud in a minute."""

import numpy as np

from staff_ai.advice.advice import Advice
from staff_ai.explanation.comparison import Comparison, MeasureGap
from staff_ai.explanation.explanation import Explanation
from staff_ai.explanation.wording import Wording, number, per_cent
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.standing import CourseStanding

_LIKELY = 0.8  # a course that is best with this probability, and yet no clear choice, hardly differs from the next
_SAME = 0.005  # a difference in score below it shows as 0.00
_LEAST_GAP = 0.05  # of a measure, to be named
_DECISIVE = (Outcome.OWN_LOSS, Outcome.ENEMY_LOSS, Outcome.RULES, Outcome.NEUTRALS, Outcome.WIN)


def paragraph(advice: Advice, explanation: Explanation | None, words: Wording) -> str:
    """Return the paragraph."""
    time = words.time(advice.time_s)
    row = None
    if advice.standing is not None and advice.recommended is not None:
        row = advice.standing.row(advice.recommended)
    if advice.recommended is None or row is None or advice.standing is None:
        return words.text(
            "say.abstain",
            time=time,
            side=words.named("sides", advice.side_name),
            reason=words.reason(advice.abstention),
        )
    found = [
        words.text(
            "say.recommend",
            time=time,
            side=words.named("sides", advice.side_name),
            course=words.spoken(advice.recommended),
        ),
        words.text("say.basis", n=advice.standing.n_rollouts),
        _expectation(row, words),
        _certainty(advice, row, words),
    ]
    if explanation is not None:
        found += _reasons(explanation, words)
    found.append(
        words.text(
            "say.risk",
            tail=number(row.tail),
            enemy=words.followed(row.worst_enemy),
            worst=number(row.worst),
        )
    )
    if explanation is not None:
        found += [words.text("say.outside", note=note) for note in explanation.outside]
    found.append(words.text("say.decide"))
    return " ".join(sentence for sentence in found if sentence)


def _expectation(row: CourseStanding, words: Wording) -> str:
    return words.text(
        "say.expect",
        mean=number(row.mean.value),
        low=number(max(row.mean.low, -1.0)),
        high=number(min(row.mean.high, 1.0)),
        win=per_cent(row.win.value),
        win_low=per_cent(row.win.low),
        win_high=per_cent(row.win.high),
        own=per_cent(row.terms["own_loss"]),
        enemy=per_cent(row.terms["enemy_loss"]),
    )


def _certainty(advice: Advice, row: CourseStanding, words: Wording) -> str:
    keys = {"clear": "say.clear", "tie": "say.tie", "no difference": "say.same", "only course": "say.only"}
    unclear = "say.close" if row.p_best >= _LIKELY else "say.unclear"
    key = keys.get(advice.verdict, unclear)
    if advice.verdict == "tie" and advice.standing is not None and advice.standing.rows[0].to_incumbent.low > 0.0:
        key = "say.stays"  # a better course, but not by enough for a change
    return words.text(key, p=per_cent(row.p_best))


def _reasons(explanation: Explanation, words: Wording) -> list[str]:
    found: list[str] = []
    next_best = explanation.comparison("runner_up")
    if next_best is not None:
        found.append(_gap(next_best, words))
        decisive = _decisive(next_best)
        if decisive is not None:
            name = decisive.measure.name.lower()
            found.append(
                words.text(
                    "say.why",
                    measure=words.text(f"measure.{name}"),
                    first=words.measured(name, decisive.first),
                    second=words.measured(name, decisive.second),
                )
            )
    own = explanation.comparison("own")
    if own is not None:
        gap = own.gap(Outcome.SCORE).difference
        found.append(words.text("say.own", gap=_signed(gap.value), low=number(gap.low), high=number(gap.high)))
    incumbent = explanation.comparison("incumbent")
    if incumbent is not None:
        gap = incumbent.gap(Outcome.SCORE).difference
        found.append(words.text("say.incumbent", gap=_signed(gap.value), low=number(gap.low), high=number(gap.high)))
    if explanation.parting is not None and next_best is not None:
        if np.isfinite(explanation.parting.clear_s):
            found.append(words.text("say.part", time=words.time(explanation.parting.clear_s)))
        elif np.isfinite(explanation.parting.first_s):
            found.append(words.text("say.no_part"))
    if explanation.rules:
        rule = explanation.rules[0]
        found.append(
            words.text(
                "say.switch",
                other=_capital(words.spoken(rule.other)),
                conditions=words.conditions(rule),
                gain=number(rule.gain.value),
                coverage=per_cent(rule.coverage),
            )
        )
    elif explanation.n_rules_tried:
        found.append(words.text("say.no_switch"))
    if explanation.requests:
        found.append(words.text("say.find_out", request=words.request(explanation.requests[0])))
    elif explanation.values:
        found.append(words.text("say.nothing"))
    return found


def _gap(comparison: Comparison, words: Wording) -> str:
    gap = comparison.gap(Outcome.SCORE).difference
    other = words.spoken(comparison.other)
    if gap.value == gap.low == gap.high == 0.0:
        return words.text("say.gap_none", other=other)
    if abs(gap.value) < _SAME:
        return words.text("say.gap_about", other=other, low=number(gap.low), high=number(gap.high))
    if gap.value < 0.0:
        return words.text(
            "say.gap_small" if gap.high < 0.0 else "say.gap_more",
            other=other,
            gap=number(-gap.value),
            low=number(-gap.high),
            high=number(-gap.low),
        )
    return words.text("say.gap", other=other, gap=number(gap.value), low=number(gap.low), high=number(gap.high))


def _decisive(comparison: Comparison) -> MeasureGap | None:
    """Return the measure beside the score that differs most clearly, in half widths of its interval."""
    best, most = None, 1.0
    for gap in comparison.gaps:
        half = 0.5 * (gap.difference.high - gap.difference.low)
        if gap.measure not in _DECISIVE or not gap.is_settled or not np.isfinite(half):
            continue
        if abs(gap.difference.value) < _LEAST_GAP:
            continue
        strength = abs(gap.difference.value) / max(half, 1e-9)
        if strength > most:
            best, most = gap, strength
    return best


def _signed(value: float) -> str:
    text = number(value)
    return text if text.startswith(("-", "-")) else f"+{text}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
