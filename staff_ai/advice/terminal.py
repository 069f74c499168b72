"""A commander at a terminal: a short brief of each advice, and a question.

The brief and the question go to the standard error, so that the standard output of a command stays as it is. The end of
the input rejects.
"""

import sys
from typing import TextIO

from simcore.plugins import printable
from staff_ai.advice.advice import Advice, Prediction
from staff_ai.advice.approval import Answer, Decision
from staff_ai.courses.course import Course

_MOST_SHOWN = 6


class Terminal:
    """Asks a person about each advice. ``source`` and ``sink`` are the standard input and error by default."""

    def __init__(self, source: TextIO | None = None, sink: TextIO | None = None) -> None:
        self._source, self._sink = source, sink

    def __call__(self, advice: Advice) -> Decision:
        """Show an advice and return the decision."""
        courses = offered(advice)
        self._write("\n" + "\n".join(brief_lines(advice, courses)) + "\n")
        if advice.recommended is None:
            return Decision(Answer.ABSTAIN, advice.abstention)
        while True:
            self._write(f"{_question(len(courses))} ")
            line = self._read()
            if line is None:
                self._write("\n")
                return Decision(Answer.REJECT, "the input has ended")
            decision = read_answer(line, courses)
            if decision is not None:
                return decision
            self._write(f"  {printable(line.strip())[:40]!r} is no answer.\n")

    def _read(self) -> str | None:
        source = sys.stdin if self._source is None else self._source
        try:
            line = source.readline() if source is not None else ""
        except (OSError, ValueError):  # a closed or undecodable input
            return None
        return line if line else None

    def _write(self, text: str) -> None:
        sink = sys.stderr if self._sink is None else self._sink
        sink.write(text)
        sink.flush()


def offered(advice: Advice) -> list[Course]:
    """Return the courses on offer: the recommended one, then the others by their standing."""
    if advice.standing is None or advice.recommended is None:
        return []
    others = [row.course for row in advice.standing.rows if row.course.digest != advice.recommended.digest]
    shown = [advice.recommended, *others[: _MOST_SHOWN - 1]]
    wanted = [advice.incumbent, *advice.own]
    ranked = {row.course.digest: row.course for row in advice.standing.rows}
    for course in wanted:
        if course.digest in ranked and all(course.digest != known.digest for known in shown):
            shown.append(ranked[course.digest])
    return shown


def read_answer(line: str, courses: list[Course]) -> Decision | None:
    """Return the decision in a line: a, a number, r or n, each with a reason after it; None if it is none of them."""
    word, _, reason = line.strip().partition(" ")
    word, reason = word.lower(), printable(reason.strip())
    if word in ("a", "approve"):
        return Decision(Answer.APPROVE, reason)
    if word in ("r", "reject"):
        return Decision(Answer.REJECT, reason)
    if word in ("n", "no"):
        return Decision(Answer.REJECT, reason or "no more advice wanted", is_last=True)
    if word.isascii() and word.isdigit() and 1 <= int(word) <= len(courses):
        if int(word) == 1:
            return Decision(Answer.APPROVE, reason)
        return Decision(Answer.AMEND, reason, course=courses[int(word) - 1])
    return None


def brief_lines(advice: Advice, courses: list[Course]) -> list[str]:
    """Return the brief of an advice."""
    hours, rest = divmod(round(advice.time_s), 3_600)
    head = f"Advice to {advice.side_name} at {hours}:{rest // 60:02d}:{rest % 60:02d}"
    if advice.recommended is None:
        return [f"{head}: none. {_sentence(advice.abstention)}"]
    standing = advice.standing
    assert standing is not None
    lines = [f"{head} ({advice.verdict}, {standing.n_rollouts} rollouts in {advice.elapsed_s:.1f} s)"]
    for place, course in enumerate(courses):
        marks = ["recommended"] if place == 0 else []
        if course.digest == advice.incumbent.digest:
            marks.append("in force")
        if any(course.digest == own.digest for own in advice.own):
            marks.append("own plan")
        lines.append(f"  {place + 1}  {course.name}" + (f" ({', '.join(marks)})" if marks else ""))
        prediction = advice.prediction_of(course)
        if prediction is not None:
            row = standing.row(course)
            best = "" if row is None else f"; best with {row.p_best:.0%}"
            lines.append(f"     {_numbers(prediction)}{best}")
    lines += _reasons(advice)
    lines.append("  score from -1 to 1 and losses with 80 % intervals, win with its 95 % interval")
    return lines


def _reasons(advice: Advice) -> list[str]:
    """Return the reasons for a recommendation: its paired differences to other courses, and its risks."""
    standing, best = advice.standing, advice.recommended
    assert standing is not None
    assert best is not None
    row = standing.row(best)
    if row is None:
        return []
    found: list[str] = []
    rival = advice.runner_up
    compared = [
        (rival, "the next"),
        *((own, "the own plan") for own in advice.own),
        (advice.incumbent, "that in force"),
    ]
    told = {best.digest}
    for other, role in compared:
        gap = None if other is None or other.digest in told else standing.difference(best, other)
        if other is not None and gap is not None:
            told.add(other.digest)
            found.append(f"{gap.value:+.2f} ({gap.low:+.2f} to {gap.high:+.2f}) over {role}, {other.name}")
    found.append(f"worst against {row.worst_enemy}: {row.worst:+.2f}; worst tenth of games: {row.tail:+.2f}")
    enemy, share = max(advice.doctrines.items(), key=lambda one: one[1], default=("", 0.0))
    if enemy:
        found.append(f"the enemy most likely follows {enemy} ({share:.0%})")
    return ["  why:", *(f"     {text}" for text in found)]


def _numbers(one: Prediction) -> str:
    score, win, loss = one.score, one.win, one.own_loss
    return (
        f"score {score.value:+.2f} ({score.low:+.2f} to {score.high:+.2f}); "
        f"win {win.value:.0%} ({win.low:.0%} to {win.high:.0%}); "
        f"own losses {loss.value:.0%} ({loss.low:.0%} to {loss.high:.0%})"
        + ("" if one.is_fresh else ", from the ranking alone")
    )


def _question(n: int) -> str:
    other = f", 2 to {n} for another course" if n > 2 else ", 2 for the other course" if n == 2 else ""
    return f"a to approve{other}, r to reject, n for no more advice; a reason may follow:"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
