"""Confidence: unusual pictures, calibration of forecasts, coverage of intervals, and reasons for decisions."""

from typing import Any

import numpy as np

from scenarios.measures.statistics import normal_quantile, wilson_ends
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64
from staff_ai.assess.context import MOMENTS, Context
from staff_ai.assess.disturbances import Disturbed, FakedTracks, LateContacts, SensorDropout, keep_contacts
from staff_ai.assess.items import (
    Gate,
    Item,
    Number,
    flat,
    gap_number,
    gate,
    not_applicable,
    resampled_number,
    share_number,
)
from staff_ai.assess.looks import Look, Series, settle
from staff_ai.assess.robustness import flips
from staff_ai.assess.subject import ask
from staff_ai.games.play import Make

RECALL = 0.95
COVERED = 0.8
_BINS = 5


class Asked(Disturbed):
    """A commander that is asked at each decision how unusual the picture is; ``answers`` (R,) are the means by game."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        super().reset(briefing, seed, replication)
        self._sums, self._counts = np.zeros((2, self.n_rows))

    def see(self, picture: Picture) -> Picture:
        """Ask, and return the picture."""
        rows = self.rows(picture)
        self._sums[rows] += ask(self.inner, "unusual", picture)
        self._counts[rows] += 1
        return picture

    @property
    def answers(self) -> F64:
        """Mean answer of each game."""
        return self._sums / np.maximum(self._counts, 1)


def unusual_pictures(context: Context) -> Item:
    """Measure how well a commander tells pictures that are unlike those of its training."""
    key, make = "unusual_pictures", context.subject.make
    if "unusual" not in context.subject.offers:
        return not_applicable(key, "it offers no flag: it has no `unusual(picture)`")
    shifts = {
        "sensory: half of the contacts missing": (SensorDropout, 4),
        "semantic: four ghosts": (FakedTracks, 4),
        "in time: contacts late": (LateContacts, 4),
    }
    usual = _asked(context, lambda: Asked(make()))
    numbers: list[Number] = []
    gates: list[list[Gate]] = []
    for name, (kind, value) in shifts.items():
        shifted = _asked(context, lambda k=kind, v=value: k(Asked(make()), v))
        for label, what, word, is_least in (
            (f"area under the curve, {name}", separation, "least_area", True),
            (f"false alarms at {RECALL:.0%} recall, {name}", false_alarms, "most_alarms", False),
        ):
            found, judged = settle(
                context.looks,
                lambda look, label=label, what=what, shifted=shifted: _bootstrap(
                    label, usual.upto(look.n), shifted.upto(look.n), what, look.confidence
                ),
                lambda found, word=word, is_least=is_least: gate(
                    word, found, context.bound(key, word), is_least=is_least
                ),
            )
            numbers.append(found)
            gates.append(judged)
    return Item(key, tuple(numbers), flat(gates), limits=("three shifts of the picture; a new kind may go unseen",))


def _asked(context: Context, make: Make) -> Series:
    """Return the mean answers of games (opponents, n) with ``Asked`` commanders, disturbed or not."""

    def play(first: int, n: int) -> F64:
        places, answers = context.field.numbers(first, n), np.zeros((len(context.few), n))

        def collect(_: object, policies: Any, cells: Any) -> None:
            for policy, (_, opponent) in zip(policies, cells, strict=True):
                asked: Asked = policy if isinstance(policy, Asked) else policy.inner
                answers[opponent, [places[float(number)] for number in asked.replications]] = asked.answers

        context.field.play([make], context.few, n, first=first, on_end=collect)
        return answers

    return Series(play)


def separation(usual: F64, shifted: F64) -> float:
    """Return the probability that a shifted game is flagged more than a usual one (area under the ROC curve)."""
    gap = shifted[:, None] - usual[None, :]
    return float(np.mean((gap > 0) + 0.5 * (gap == 0)))


def false_alarms(usual: F64, shifted: F64) -> float:
    """Return the share of usual games above the threshold that finds 95 % of the shifted."""
    return float(np.mean(usual >= np.quantile(shifted, 1.0 - RECALL)))


def _bootstrap(name: str, first: F64, second: F64, what: Any, confidence: float) -> Number:
    """Return a statistic of answers (opponents, n) each; a resample draws games, with all opponents."""
    n = first.shape[-1]

    def resample(rng: np.random.Generator) -> float:
        return what(*(some[:, rng.integers(n, size=n)].ravel() for some in (first, second)))

    return resampled_number(name, what(first.ravel(), second.ravel()), resample, n, confidence)


class Forecasts:
    """The forecasts of a commander with the results of their games, (m,) each, from games against all opponents.

    A forecast averages over the enemies that the commander expects: ``weight`` is that of the enemy in the
    intelligence of its side, 0 for one that it does not name. All weights are 1 where it names none of the opponents.
    """

    def __init__(self, context: Context, n: int) -> None:
        field = context.field
        named = {one.name: one.weight for one in field.briefing.intelligence.doctrines}
        weights = np.array([named.get(name.partition(":")[0], 0.0) for name in field.opponents])
        self.is_weighted = bool(weights.any())
        weights = weights if self.is_weighted else np.ones(len(weights))
        parts: list[F64] = [np.zeros((0, 7))]
        for one in context.forecasts(n):
            game = (one.opponent * n + one.game).astype(np.float64)
            weight = np.full(len(game), weights[one.opponent])
            parts.append(np.column_stack([one.table[:, 2:], one.win, one.score, game, weight]))
        self._set(np.concatenate(parts))

    @property
    def known(self) -> "Forecasts":
        """The forecasts against the enemies that the commander expects."""
        return self.among(self.weight > 0.0)

    @property
    def with_intervals(self) -> "Forecasts":
        """Those with an interval of the score."""
        return self.among(np.isfinite(self.low) & np.isfinite(self.high) & (self.weight > 0.0))

    def _set(self, rows: F64) -> None:
        self._rows = rows
        self.p, self.low, self.high, self.win, self.score, self.game, self.weight = rows.T

    def among(self, is_kept: np.ndarray, *, weight: float | None = None) -> "Forecasts":
        """Return some of the forecasts (m,) bool, with another weight of all."""
        found = object.__new__(Forecasts)
        rows = self._rows[is_kept].copy()
        if weight is not None:
            rows[:, -1] = weight
        found.is_weighted = self.is_weighted
        found._set(rows)
        return found


def calibration(context: Context) -> Item:
    """Compare forecast probabilities of a win with the results."""
    key = "calibration"
    if "forecasts" not in context.subject.offers:
        return not_applicable(key, "it makes no forecasts: it has no `forecasts()`")
    everything = Forecasts(context, context.field.n)
    known, wrong = everything.known, everything.among(everything.weight == 0.0, weight=1.0)
    if len(known.p) < 2:
        return not_applicable(key, f"{len(known.p)} forecasts came from {context.field.n} games; play more --games")

    # forecasts of a game share its result: a resample takes whole games
    def measured(name: str, what: Any, *gated: tuple[str, bool]) -> Number:
        """Return a number of all forecasts, and keep its gates: their keys, and whether they are least values."""
        found, judged = settle(
            context.looks,
            lambda look: _by_game(name, Forecasts(context, look.n).known, what, look.confidence),
            lambda one: list(
                flat([gate(word, one, context.bound(key, word), is_least=least) for word, least in gated])
            ),
        )
        gates.extend(judged)
        return found

    gates: list[Gate] = []
    numbers = [
        measured("Brier score less that of the base rate", brier_excess, ("most_excess", False)),
        _by_game("Brier score", known, lambda p, y, n, w: float(np.average((p - y) ** 2, weights=w))),
        measured(
            "slope of results on forecasts", lambda p, y, n, w: calibration_slope(p, y, w), ("least_slope", True),
            ("most_slope", False),
        ),
        _by_game("squared calibration error, without its bias", known, lambda p, y, n, w: squared_error(p, y, w)),
    ]  # fmt: skip
    if len(wrong.p) >= 2:
        name = "Brier score less that of the base rate, against enemies that its intelligence does not expect"
        numbers.append(_by_game(name, wrong, brier_excess))
    limits = ("under the enemies of this assessment; a wrong idea of the enemy breaks any forecast",)
    notes = _notes(context, everything)
    return Item(key, tuple(numbers), tuple(gates), notes=notes, limits=limits, details={"bins": _bins(known)})


def coverage(context: Context) -> Item:
    """Compare the share of scores inside the forecast intervals with 80 %."""
    key = "coverage"
    if "forecasts" not in context.subject.offers:
        return not_applicable(key, "it makes no forecasts: it has no `forecasts()`")
    everything = Forecasts(context, context.field.n)
    if len(everything.with_intervals.p) < 2:
        return not_applicable(key, "it forecasts no intervals of the mission score")
    ends = f"share of scores inside the interval for {COVERED:.0%}"
    numbers: list[Number] = []
    gates: list[list[Gate]] = []
    for k, (name, word, is_least) in enumerate(
        (
            (f"{ends}, ends included", "least_share", True),
            (f"{ends}, ends as far as they belong to it", "most_share", False),
        )
    ):

        def measure(look: Look, k: int = k, name: str = name) -> Number:
            known = Forecasts(context, look.n).with_intervals
            shares = coverage_shares(known.low, known.high, known.score, known.weight)[k]
            return share_of_games(name, shares, known.game, known.weight, look.confidence)

        found, judged = settle(
            context.looks,
            measure,
            lambda one, word=word, is_least=is_least: gate(word, one, context.bound(key, word), is_least=is_least),
        )
        numbers.append(found)
        gates.append(judged)
    limits = ("over these enemies: a forecast that averages over others need not cover them",)
    notes = (
        *_notes(context, everything),
        "many games end with the same score: an interval that ends there holds more than its share. For the upper gate "
        "such scores count as outside as far as a tenth of the games on each side allows",
    )
    return Item(key, tuple(numbers), flat(gates), notes=notes, limits=limits)


def coverage_shares(low: F64, high: F64, score: F64, weight: F64) -> tuple[F64, F64]:
    """Return by forecast whether its interval holds the score, and the same with its ends counted in part.

    A central interval leaves a tail of (1 - COVERED) / 2 on each side. Where scores repeat, the scores on an end
    belong in part to the tail: as many as it lacks.
    """
    tail = 0.5 * (1.0 - COVERED)
    is_below, is_above = score < low, score > high
    inside = (~is_below & ~is_above).astype(np.float64)
    whole = inside.copy()
    total = float(weight.sum())
    for is_out, is_end in ((is_below, score == low), (is_above, score == high)):
        out, end = float(weight[is_out].sum()) / total, float(weight[is_end].sum()) / total
        if end > 0.0:
            whole[is_end] -= min(max(tail - out, 0.0), end) / end
    return inside, np.maximum(whole, 0.0)


def share_of_games(name: str, values: F64, game: F64, weight: F64, confidence: float = 0.95) -> Number:
    """Return the weighted mean of shares with Wilson's interval; forecasts of a game are one observation."""
    games, place = np.unique(game, return_inverse=True)
    by_game = np.bincount(place, values) / np.bincount(place)
    of_game = np.bincount(place, weight) / np.bincount(place)
    share = float(np.average(by_game, weights=of_game))
    n = float(of_game.sum() ** 2 / (of_game**2).sum())  # equal games with the same variance
    low, high = wilson_ends(share, n, normal_quantile(0.5 + 0.5 * confidence))
    return Number(name, share, low, high, len(games))


def _notes(context: Context, known: Forecasts) -> tuple[str, ...]:
    """Return the notes on the weights of the enemies, and on the forecasts of a staff."""
    notes: list[str] = []
    if known.is_weighted:
        notes.append("enemies weigh as much as the intelligence of the side expects them")
    if context.subject.has_staff:
        notes.append(
            "a forecast of the staff is of the recommended course to the end: it advises once in a game here, at one "
            f"of {len(MOMENTS)} moments, and the course is followed"
        )
    return tuple(notes)


def brier_excess(p: F64, y: F64, n_games: int, weight: F64 | None = None) -> float:
    """Return the Brier score less that of the true base rate: above 0 a forecast is worse than none.

    The score of the base rate of these same games is too good by a share of 1 / n: that rate was fitted to them.
    """
    rate = float(np.average(y, weights=weight))
    of_base_rate = rate * (1.0 - rate) * n_games / max(n_games - 1, 1)
    return float(np.average((p - y) ** 2, weights=weight)) - of_base_rate


def calibration_slope(p: F64, y: F64, weight: F64 | None = None) -> float:
    """Return the slope of results on forecasts: 1 is calibrated, below 1 too sure. 0 for constant forecasts."""
    w = np.ones(len(p)) if weight is None else weight
    spread = p - np.average(p, weights=w)
    size = float((w * spread * spread).sum())
    return float((w * spread * (y - np.average(y, weights=w))).sum()) / size if size > 1e-12 else 0.0


def squared_error(p: F64, y: F64, weight: F64 | None = None) -> float:
    """Return the mean squared gap of forecast and result over equal bins, less its expectation by chance."""
    w = np.ones(len(p)) if weight is None else weight
    order = np.argsort(p, kind="stable")
    total = 0.0
    for part in np.array_split(order, min(_BINS, max(1, len(p) // 2))):
        gap = float(np.average(p[part], weights=w[part]) - np.average(y[part], weights=w[part]))
        rate = float(np.average(y[part], weights=w[part]))
        n = float(w[part].sum() ** 2 / (w[part] ** 2).sum())
        chance = rate * (1.0 - rate) / max(n - 1.0, 1.0)
        total += float(w[part].sum() / w.sum()) * (gap * gap - chance)
    return total


def _bins(known: Forecasts) -> list[dict[str, float]]:
    order = np.argsort(known.p, kind="stable")
    return [
        {"forecast": float(known.p[part].mean()), "won": float(known.win[part].mean()), "n": len(part)}
        for part in np.array_split(order, min(_BINS, len(order)))
    ]


def _by_game(name: str, known: Forecasts, what: Any, confidence: float = 0.95) -> Number:
    """Return a statistic of probabilities, results, number of games and weights; a resample draws whole games."""
    games = np.unique(known.game)
    members = [np.flatnonzero(known.game == game) for game in games]

    def resample(rng: np.random.Generator) -> float:
        rows = np.concatenate([members[k] for k in rng.integers(len(games), size=len(games))])
        return what(known.p[rows], known.win[rows], len(games), known.weight[rows])

    value = what(known.p, known.win, len(games), known.weight)
    return resampled_number(name, value, resample, len(games), confidence)


class Without(Disturbed):
    """A commander without the contact that it names as the most important, or without another."""

    stream = Disturbed.stream + 6

    def __init__(self, inner: Any, is_named: bool) -> None:
        super().__init__(inner)
        self._is_named = is_named

    def see(self, picture: Picture) -> Picture:
        """Return the picture without that contact, where there are two or more."""
        weights = np.array(ask(self.inner, "explain", picture))
        room = picture.contact_whole.shape[2]
        is_there = np.arange(room) < picture.n_contacts[:, None]
        weights = np.where(is_there, weights[:, :room], -np.inf)
        named = weights.argmax(axis=1)
        other = np.where(is_there, self.draws(picture, room), -1.0)
        other[np.arange(len(named)), named] = -1.0
        gone = named if self._is_named else other.argmax(axis=1)
        is_kept = np.arange(room) != gone[:, None]
        return keep_contacts(picture, is_kept | (picture.n_contacts < 2)[:, None])


def explanations(context: Context) -> Item:
    """Compare what the deletion of the named contact changes with the deletion of another."""
    key, subject = "explanations", context.subject
    if "explain" not in subject.offers:
        reason = "it names no reasons contact by contact: it has no `explain(picture)`"
        if subject.has_staff:
            reason += "; its briefs explain by paired rollouts, with their fidelity (docs/reference/staff-evidence.md)"
        return not_applicable(key, reason)
    named = flips(context, lambda inner: Without(inner, True)).shares
    other = flips(context, lambda inner: Without(inner, False)).shares
    name = "orders changed by the named contact less by another, paired"
    # an explanation that changes nothing is no better than chance
    gain, gates = settle(
        context.looks,
        lambda look: gap_number(name, named.upto(look.n)[0] - other.upto(look.n)[0], look.confidence),
        lambda one: gate("least_gain", one, context.bound(key, "least_gain"), is_least=True, is_strict=True),
    )
    numbers = (gain, share_number("orders changed without the named contact", named.upto(gain.n)[0]))
    return Item(key, numbers, tuple(gates), limits=("a test of contacts alone, by deletion of the first",))
