"""Confidence: unusual pictures, calibration of forecasts, coverage of intervals, and reasons for decisions."""

from typing import Any

import numpy as np

from agents.environments.draws import replication_of
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64
from staff_ai.assess.context import Context
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
from staff_ai.assess.subject import ask
from staff_ai.assess.twins import Twins
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
    makes: list[Make] = [lambda: Asked(make())]
    makes += [lambda k=kind, v=value: k(Asked(make()), v) for kind, value in shifts.values()]
    found: list[list[F64]] = [[] for _ in makes]

    def collect(_: object, policies: Any, cells: Any) -> None:
        for policy, (m, _) in zip(policies, cells, strict=True):
            asked: Asked = policy if isinstance(policy, Asked) else policy.inner
            found[m].append(asked.answers)

    context.field.play(makes, context.few, on_end=collect)
    by_make = [np.concatenate(some) for some in found]
    numbers: list[Number] = []
    gates: list[list[Gate]] = []
    for name, values in zip(shifts, by_make[1:], strict=True):
        area = _bootstrap(f"area under the curve, {name}", by_make[0], values, separation)
        alarms = _bootstrap(f"false alarms at {RECALL:.0%} recall, {name}", by_make[0], values, false_alarms)
        numbers += [area, alarms]
        gates.append(gate("least_area", area, context.bound(key, "least_area"), is_least=True))
        gates.append(gate("most_alarms", alarms, context.bound(key, "most_alarms")))
    return Item(key, tuple(numbers), flat(gates), limits=("three shifts of the picture; a new kind may go unseen",))


def separation(usual: F64, shifted: F64) -> float:
    """Return the probability that a shifted game is flagged more than a usual one (area under the ROC curve)."""
    gap = shifted[:, None] - usual[None, :]
    return float(np.mean((gap > 0) + 0.5 * (gap == 0)))


def false_alarms(usual: F64, shifted: F64) -> float:
    """Return the share of usual games above the threshold that finds 95 % of the shifted."""
    return float(np.mean(usual >= np.quantile(shifted, 1.0 - RECALL)))


def _bootstrap(name: str, first: F64, second: F64, what: Any) -> Number:
    def resample(rng: np.random.Generator) -> float:
        return what(*(some[rng.integers(len(some), size=len(some))] for some in (first, second)))

    return resampled_number(name, what(first, second), resample, len(first) + len(second))


class Forecasts:
    """The forecasts of a commander with the results of their games, (m,) each, from games against all opponents."""

    def __init__(self, context: Context) -> None:
        field, (played, tables) = context.field, context.usual
        # replication numbers of a table are floats: compare them as such
        games = {float(replication_of("test", k, 0)): k for k in range(field.n)}
        parts: list[F64] = [np.zeros((0, 6))]
        for o, table in tables:
            k = np.array([games.get(number, -1) for number in table[:, 0].tolist()], dtype=np.int64)
            table, k = table[k >= 0], k[k >= 0]
            win = (played.win[0, o, k] > 0).astype(np.float64)
            parts.append(
                np.column_stack([table[:, 2:], win, played.mission[0, o, k], (o * field.n + k).astype(np.float64)])
            )
        self.p, self.low, self.high, self.win, self.score, self.game = np.concatenate(parts).T


def calibration(context: Context) -> Item:
    """Compare forecast probabilities of a win with the results."""
    key = "calibration"
    if "forecasts" not in context.subject.offers:
        return not_applicable(key, "it makes no forecasts: it has no `forecasts()`")
    known = Forecasts(context)
    if len(known.p) < 2:
        return not_applicable(key, f"{len(known.p)} forecasts came from {context.field.n} games; play more --games")
    # forecasts of a game share its result: a resample takes whole games
    brier = _by_game("Brier score", known, lambda p, y: float(np.mean((p - y) ** 2)))
    n_games = len(np.unique(known.game))
    skill = _by_game("Brier score less that of the base rate", known, lambda p, y: brier_excess(p, y, n_games))
    slope = _by_game("slope of results on forecasts", known, calibration_slope)
    error = _by_game("squared calibration error, without its bias", known, squared_error)
    gates = [
        gate("most_excess", skill, context.bound(key, "most_excess")),
        gate("least_slope", slope, context.bound(key, "least_slope"), is_least=True),
        gate("most_slope", slope, context.bound(key, "most_slope")),
    ]
    limits = ("under the enemies of this assessment; a wrong idea of the enemy breaks any forecast",)
    numbers = (skill, brier, slope, error)
    notes = _notes(context)
    return Item(key, numbers, flat(gates), notes=notes, limits=limits, details={"bins": _bins(known)})


def coverage(context: Context) -> Item:
    """Compare the share of scores inside the forecast intervals with 80 %."""
    key = "coverage"
    if "forecasts" not in context.subject.offers:
        return not_applicable(key, "it makes no forecasts: it has no `forecasts()`")
    known = Forecasts(context)
    is_known = np.isfinite(known.low) & np.isfinite(known.high)
    if is_known.sum() < 2:
        return not_applicable(key, "it forecasts no intervals of the mission score")
    inside = ((known.low <= known.score) & (known.score <= known.high)).astype(np.float64)
    by_game = [inside[is_known & (known.game == game)].mean() for game in np.unique(known.game[is_known])]
    found = share_number(f"share of scores inside the interval for {COVERED:.0%}", by_game)
    gates = [
        gate("least_share", found, context.bound(key, "least_share"), is_least=True),
        gate("most_share", found, context.bound(key, "most_share")),
    ]
    limits = ("over these enemies: a forecast that averages over others need not cover them",)
    return Item(key, (found,), flat(gates), notes=_notes(context), limits=limits)


def _notes(context: Context) -> tuple[str, ...]:
    """Return the notes on the forecasts of a staff."""
    if not context.subject.has_staff:
        return ()
    return (
        "a forecast of the staff is of the recommended course to the end; it advises again before the end, so results "
        "may be better than forecast (every_s as long as the fight: a single advice)",
    )


def brier_excess(p: F64, y: F64, n_games: int) -> float:
    """Return the Brier score less that of the true base rate: above 0 a forecast is worse than none.

    The score of the base rate of these same games is too good by a share of 1 / n: that rate was fitted to them.
    """
    of_base_rate = y.mean() * (1.0 - y.mean()) * n_games / max(n_games - 1, 1)
    return float(np.mean((p - y) ** 2) - of_base_rate)


def calibration_slope(p: F64, y: F64) -> float:
    """Return the slope of results on forecasts: 1 is calibrated, below 1 too sure. 0 for constant forecasts."""
    spread = p - p.mean()
    size = float((spread * spread).sum())
    return float((spread * (y - y.mean())).sum()) / size if size > 1e-12 else 0.0


def squared_error(p: F64, y: F64) -> float:
    """Return the mean squared gap of forecast and result over equal bins, less its expectation by chance."""
    order = np.argsort(p, kind="stable")
    total = 0.0
    for part in np.array_split(order, min(_BINS, max(1, len(p) // 2))):
        gap = float(p[part].mean() - y[part].mean())
        chance = float(y[part].mean() * (1.0 - y[part].mean())) / max(len(part) - 1, 1)
        total += len(part) / len(p) * (gap * gap - chance)
    return total


def _bins(known: Forecasts) -> list[dict[str, float]]:
    order = np.argsort(known.p, kind="stable")
    return [
        {"forecast": float(known.p[part].mean()), "won": float(known.win[part].mean()), "n": len(part)}
        for part in np.array_split(order, min(_BINS, len(order)))
    ]


def _by_game(name: str, known: Forecasts, what: Any) -> Number:
    games = np.unique(known.game)
    members = [np.flatnonzero(known.game == game) for game in games]

    def resample(rng: np.random.Generator) -> float:
        rows = np.concatenate([members[k] for k in rng.integers(len(games), size=len(games))])
        return what(known.p[rows], known.win[rows])

    return resampled_number(name, what(known.p, known.win), resample, len(games))


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
    shares: list[list[F64]] = [[], []]

    def collect(_: object, policies: Any, cells: Any) -> None:
        for twins, (m, _) in zip(policies, cells, strict=True):
            shares[m].append(twins.shares)

    makes: list[Make] = [
        lambda: Twins(subject.make, lambda inner: Without(inner, True)),
        lambda: Twins(subject.make, lambda inner: Without(inner, False)),
    ]
    context.field.play(makes, context.few, on_end=collect)
    named, other = (np.concatenate(some) for some in shares)
    gain = gap_number("orders changed by the named contact less by another, paired", named - other)
    numbers = (gain, share_number("orders changed without the named contact", named))
    gates = gate("least_gain", gain, context.bound(key, "least_gain"), is_least=True)
    return Item(key, numbers, tuple(gates), limits=("a test of contacts alone, by deletion of the first",))
