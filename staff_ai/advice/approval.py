"""Decisions on advice: a human, or a recorded policy, approves, amends, rejects or abstains.

Nothing of an advice becomes an order without a token. A token is bound to an advice, the picture that it was made for
and a course; only the desk that signed it accepts it, and only for that picture.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from simcore.errors import InputError
from simcore.picture import Picture
from staff_ai.advice.advice import Advice, picture_digest
from staff_ai.courses.course import Course


class Answer(StrEnum):
    """Answers to an advice."""

    APPROVE = "approved"
    AMEND = "amended"  # another course than the recommended
    REJECT = "rejected"
    ABSTAIN = "abstained"  # no decision, such as on an advice without a recommendation


@dataclass(frozen=True)
class Decision:
    """A decision on an advice. ``course`` is that of an amendment; ``by`` is the commander or the approval policy."""

    answer: Answer
    reason: str = ""
    by: str = "commander"
    course: Course | None = None
    is_last: bool = False  # whether the commander wants no further advice


Approver = Callable[[Advice], Decision]
"""Decides on an advice: a policy such as ``approve_all``, or a person at a terminal."""


class ApprovalError(InputError):
    """An order was refused because it is not approved."""


@dataclass(frozen=True)
class ApprovalToken:
    """The approval of a course of an advice, for a picture. Only a ``Desk`` can sign it."""

    advice: str  # digest of the advice
    picture: str  # digest of the picture that it was made for
    course: str  # digest of the approved course
    side: str
    replication: int
    tick: int
    seal: str


class Desk:
    """The desk of a commander: it signs approvals and checks them. Each desk has a secret of its own."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def sign(self, advice: Advice, decision: Decision) -> ApprovalToken | None:
        """Return the token of an approval or an amendment; None for the other answers.

        Raises
        ------
        ApprovalError
            For an approval of an advice without a recommendation, and an amendment without a course.
        """
        if decision.answer in (Answer.REJECT, Answer.ABSTAIN):
            return None
        course = advice.recommended if decision.answer == Answer.APPROVE else decision.course
        if course is None:
            problem = "the advice recommends nothing" if decision.answer == Answer.APPROVE else "it names no course"
            raise ApprovalError(f"decision {decision.answer}: {problem}")
        blank = ApprovalToken(
            advice.digest, advice.picture, course.digest, advice.side_name, advice.replication, advice.tick, ""
        )
        return ApprovalToken(**{**vars(blank), "seal": self._seal(blank)})

    def check(self, advice: Advice, course: Course, token: ApprovalToken | None, picture: Picture, row: int) -> None:
        """Raise ``ApprovalError`` unless the token approves this course of this advice for this picture."""
        if token is None:
            raise ApprovalError("no order without approval: there is no token")
        if not hmac.compare_digest(token.seal.encode(), self._seal(token).encode()):
            raise ApprovalError("no order without approval: the token was not signed at this desk")
        if token.advice != advice.digest:
            raise ApprovalError("no order without approval: the token is for another advice")
        if token.course != course.digest:
            raise ApprovalError(f"no order without approval: the token is for another course than {course.name!r}")
        if token.picture != picture_digest(picture, row):
            raise ApprovalError("no order without approval: the picture has changed since the advice; ask again")

    def _seal(self, token: ApprovalToken) -> str:
        text = "\x1f".join(
            [token.advice, token.picture, token.course, token.side, str(token.replication), str(token.tick)]
        )
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=16).hexdigest()


def approve_all(advice: Advice) -> Decision:
    """Approve every recommendation: the policy ``auto``, for experiments."""
    if advice.recommended is None:
        return Decision(Answer.ABSTAIN, advice.abstention, "policy auto")
    return Decision(Answer.APPROVE, "approved by policy, without a human", "policy auto")


def approve_nothing(advice: Advice) -> Decision:
    """Reject every recommendation, so that it is advice only: the policy ``never``."""
    if advice.recommended is None:
        return Decision(Answer.ABSTAIN, advice.abstention, "policy never")
    return Decision(Answer.REJECT, "advice only", "policy never")
