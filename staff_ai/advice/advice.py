"""Advice as a value: the standing of courses at a moment, the recommendation, and the predicted outcome.

An advice is bound to the picture that it was made for. Its digest covers all of it but the time that it took, so equal
digests mean the same advice.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simcore.digests import bytes_of
from simcore.picture import Picture
from simcore.types import F64, I64
from staff_ai.courses.course import Course
from staff_ai.courses.gate import Refusal
from staff_ai.wargame.game import Budget
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.samples import Estimate, Samples, draw_weights, win_share
from staff_ai.wargame.standing import Standing

if TYPE_CHECKING:
    from staff_ai.advice.staff import Basis

COVERAGE = 0.8
"""Share of outcomes that the intervals of a prediction should contain."""

ABSTAINED = "abstained"
"""Verdict of an advice without a recommendation."""

_REASONS = {
    "nothing played": "the wargame was stopped before its first round was complete",
    "no valid course": "no course is left after the first round",
}


@dataclass(frozen=True)
class Prediction:
    """The predicted outcome of a course: a mean with the interval that should contain 80 % of games.

    ``win`` is the probability of a win in the next game by Laplace's rule of succession, with the 95 % interval of the
    share of wins. Scores are -1 to 1, losses are shares of the cost of the own force.
    """

    n: int  # rollouts behind the numbers
    is_fresh: bool  # whether no ranking used them
    score: Estimate
    win: Estimate
    own_loss: Estimate
    enemy_loss: Estimate


@dataclass(frozen=True)
class Advice:
    """Advice to the commander of a side at a moment. Without a recommendation, ``abstention`` is the reason."""

    side: int
    side_name: str
    scenario: str  # hash of the scenario file
    intelligence: str  # digest of the side's intelligence
    replication: int
    time_s: float
    tick: int
    picture: str  # digest of the picture
    standing: Standing | None
    courses: tuple[Course, ...]  # courses played
    refused: tuple[Refusal, ...]
    recommended: Course | None
    verdict: str  # of the standing, or ABSTAINED
    incumbent: Course
    own: tuple[Course, ...]  # the commander's own plans
    predictions: Mapping[str, Prediction]  # by digest of the course
    doctrines: Mapping[str, float]  # probability of each policy of the enemy
    seed: int
    number: int
    budget: Budget
    abstention: str = ""
    elapsed_s: float = field(default=0.0, compare=False)
    basis: "Basis | None" = field(default=None, repr=False, compare=False)

    def with_standing(self, standing: Standing, weights: Sequence[float], basis: "Basis") -> "Advice":
        """Return this advice with the standing of a wargame; ``weights`` are those of the enemy's policies."""
        doctrines = dict.fromkeys(basis.table.enemies, 0.0)
        for name, weight in zip(basis.table.enemies, weights, strict=True):
            doctrines[name] += weight
        found = replace(
            self, standing=standing, courses=standing.courses, refused=standing.refused, doctrines=doctrines,
            elapsed_s=standing.seconds, basis=basis,
        )  # fmt: skip
        if standing.recommended is None:
            return replace(found, abstention=_REASONS.get(standing.verdict, standing.verdict))
        return replace(found, recommended=standing.recommended, verdict=standing.verdict, predictions=predict(standing))

    @property
    def prediction(self) -> Prediction | None:
        """The predicted outcome of the recommended course."""
        return self.prediction_of(self.recommended)

    @property
    def runner_up(self) -> Course | None:
        """The best course beside the recommended one."""
        if self.standing is None or self.recommended is None:
            return None
        others = (row.course for row in self.standing.rows if row.course.digest != self.recommended.digest)
        return next(others, None)

    def prediction_of(self, course: Course | None) -> Prediction | None:
        """Return the predicted outcome of a course; None if it was not played."""
        return None if course is None else self.predictions.get(course.digest)

    @cached_property
    def digest(self) -> str:
        """Digest of everything but the time taken (blake2b, 32 hex digits)."""
        return digest_of([self.describe(), _samples_digest(self.standing)])

    def describe(self) -> dict[str, object]:
        """Return the advice as plain values, without the time taken and the single samples."""
        standing = self.standing
        return {
            "side": self.side_name,
            "scenario": self.scenario,
            "intelligence": self.intelligence,
            "replication": self.replication,
            "time_s": self.time_s,
            "tick": self.tick,
            "picture": self.picture,
            "verdict": self.verdict,
            "abstention": self.abstention,
            "recommended": None if self.recommended is None else self.recommended.describe(),
            "incumbent": self.incumbent.describe(),
            "own": [course.describe() for course in self.own],
            "courses": [course.describe() for course in self.courses],
            "refused": [[one.course.name, one.course.digest, one.criterion, one.reason] for one in self.refused],
            "rows": [] if standing is None else [_plain_row(row) for row in standing.rows],
            "rounds": [] if standing is None else [asdict(one) for one in standing.rounds],
            "rollouts": 0 if standing is None else standing.n_rollouts,
            "predictions": {key: asdict(one) for key, one in self.predictions.items()},
            "doctrines": dict(self.doctrines),
            "seed": self.seed,
            "number": self.number,
            "budget": asdict(self.budget),
        }


def _plain_row(row: object) -> dict[str, object]:
    values = dict(vars(row))
    course: Course = values.pop("course")
    return {"course": course.digest, **values}


def digest_of(value: object) -> str:
    """Return the digest of plain values (blake2b, 32 hex digits); floats count to their last bit."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _samples_digest(standing: Standing | None) -> str:
    digest = hashlib.blake2b(digest_size=16)
    if standing is not None:
        for samples in (standing.ranking, standing.fresh):
            for part in (samples.outcomes, samples.weights, *samples.draws):
                digest.update(f"{part.shape} {part.dtype.str}".encode())
                digest.update(bytes_of(part))
    return digest.hexdigest()


def picture_digest(picture: Picture, row: int) -> str:
    """Return the digest of the picture of a replication: all that the side sees, and nothing else."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{picture.side} {int(picture.ticks[row])} {int(picture.replication[row])}".encode())
    for part in (
        picture.own_real[row],
        picture.own_whole[row],
        picture.contact_real[row],
        picture.contact_whole[row],
        picture.n_contacts[row],
        picture.weather[row],
    ):
        digest.update(bytes_of(np.asarray(part)))
    if picture.sustainment is not None:
        known = picture.sustainment
        for part in (*known[:-1], *known.in_force):
            digest.update(bytes_of(np.ascontiguousarray(part[row])))
    if picture.medical is not None:
        for table in picture.medical.of(row):
            digest.update(bytes_of(np.ascontiguousarray(table)))
    return digest.hexdigest()


def predict(standing: Standing) -> dict[str, Prediction]:
    """Return the predicted outcome of each course by its digest, from fresh samples where there are any."""
    found: dict[str, Prediction] = {}
    for place, course in enumerate(standing.courses):
        if standing.row(course) is None:
            continue
        is_fresh = bool(standing.fresh.played(place).any())
        samples = standing.fresh if is_fresh else standing.ranking
        win, enemy = samples.of(place, Outcome.WIN)
        found[course.digest] = Prediction(
            n=len(win),
            is_fresh=is_fresh,
            score=_spread(samples, place, Outcome.SCORE, (-1.0, 1.0)),
            win=win_probability(win, enemy, samples.weights),
            own_loss=_spread(samples, place, Outcome.OWN_LOSS, (0.0, 1.0)),
            enemy_loss=_spread(samples, place, Outcome.ENEMY_LOSS, (0.0, 1.0)),
        )
    return found


def _spread(samples: Samples, place: int, column: Outcome, ends: tuple[float, float]) -> Estimate:
    """Return the weighted mean of the outcomes and the interval that holds the middle 80 % of them."""
    values, enemy = samples.of(place, column)
    w = draw_weights(enemy, samples.weights)
    tail = (1.0 - COVERAGE) / 2.0
    low, high = weighted_quantiles(values, w, (tail, 1.0 - tail), ends)
    return Estimate(float((w * values).sum()), low, high)


def weighted_quantiles(
    values: F64, weights: F64, shares: tuple[float, ...], ends: tuple[float, float]
) -> tuple[float, ...]:
    """Return quantiles of a weighted sample such that the next value lies below them with these probabilities.

    With n equal weights the i-th value is the quantile of i / (n + 1), linear in between, and from the least and the
    greatest value to the ``ends`` of the range; with other weights n is the effective number 1 / sum(w²). Of fewer than
    nine values none bounds a tenth of the next ones: the interval for 80 % reaches beyond all of them.
    """
    order = np.argsort(values, kind="stable")
    w = weights[order] / weights.sum()
    n = 1.0 / float((w * w).sum())
    place = ((np.cumsum(w) - 0.5 * w) * n + 0.5) / (n + 1.0)
    known = np.concatenate([[ends[0]], values[order], [ends[1]]])
    return tuple(float(one) for one in np.interp(shares, np.concatenate([[0.0], place, [1.0]]), known))


def win_probability(win: F64, enemy: I64, weights: F64) -> Estimate:
    """Return the probability of a win in the next game, with the interval of the share of wins.

    It is the mean of a share of which nothing was known before, (wins + 1) / (draws + 2): no few draws make a win
    certain. Source: Laplace (1812), the rule of succession.
    """
    share = win_share(win, enemy, weights)
    if len(win) == 0:
        return share
    n = 1.0 / float((draw_weights(enemy, weights) ** 2).sum())
    return Estimate((share.value * n + 1.0) / (n + 2.0), share.low, share.high)
