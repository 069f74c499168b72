"""The context of an item: the field, the commander, its gates, its looks and its budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from simcore.policy_registry import find_policy
from simcore.types import F64
from staff_ai.assess.field import Field, Played, joined
from staff_ai.assess.looks import Look, Series, looks_of
from staff_ai.assess.subject import Subject, ask
from staff_ai.games.play import Make

Bounds = Mapping[str, float | None]
"""Bounds of the gates of an item by key; None: no gate."""


MOMENTS = (0.0, 0.2, 0.4, 0.6)
"""Shares of a game at which a staff advises for the comparison of its forecasts with the results."""

_FORECASTS, _APART = 1_000_000, 100_000  # first game of forecasts, and games between those of two enemies


class Forecast(NamedTuple):
    """Forecasts of a commander against an opponent, with the results of their games."""

    opponent: int
    game: np.ndarray  # (m,) number of the game among those against the opponent
    table: F64  # (m, 5) of ``forecasts()``
    win: F64  # (m,)
    score: F64  # (m,)


@dataclass(frozen=True)
class Context:
    """The context of an item."""

    field: Field
    subject: Subject
    gates: Mapping[str, Bounds]  # by item
    better_than: str  # the commander that it must beat
    budget: int  # games of each search
    baseline: Subject | None = None
    drill: Path | None = None  # answers of a drill
    most: int | None = None  # greatest number of games against each enemy; by default that of the field
    _usual: dict[str, list[Played]] = attribute(default_factory=dict, repr=False)
    _forecasts: list[tuple[int, list[Forecast]]] = attribute(
        default_factory=list, repr=False
    )  # by the games known then

    def bound(self, item: str, key: str) -> float | None:
        """Return the bound of a gate."""
        return self.gates[item].get(key)

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks at the results of an item: at the games of the field, and at more while a gate is open."""
        return looks_of(self.field.n, self.most or self.field.n)

    def usual(self, opponents: Sequence[str] | None = None, n: int | None = None) -> Played:
        """Return the undisturbed games of the commander, (1, opponents, n): common to all items, each played once."""
        wanted = tuple(self.field.opponents if opponents is None else opponents)
        n = self.field.n if n is None else n
        known = {name: sum(part.lead.shape[-1] for part in self._usual.get(name, ())) for name in wanted}
        for first in sorted({have for have in known.values() if have < n}):
            some = [name for name in wanted if known[name] == first]
            more = self.field.play([self.subject.make], some, n - first, first=first)
            for k, name in enumerate(some):
                self._usual.setdefault(name, []).append(Played(*(values[:, k : k + 1] for values in more)))
        # an item may have taken some opponents further than others
        parts = [Played(*(values[..., :n] for values in joined(self._usual[name], axis=2))) for name in wanted]
        return joined(parts, axis=1)

    def scores(self, opponents: Sequence[str] | None = None) -> Series:
        """Return the undisturbed mission scores, the mean over opponents, by game."""
        return Series(lambda first, n: self.usual(opponents, first + n).mission[0, :, first:].mean(axis=0))

    def scores_of(self, make: Make, opponents: Sequence[str], *, first: int = 0, start: F64 | None = None) -> Series:
        """Return the mission scores of a commander, the mean over opponents, by game from ``first`` on."""
        return Series(
            lambda known, n: self.field.play([make], opponents, n, first=first + known).mission[0].mean(axis=0), start
        )

    def forecasts(self, n: int) -> tuple[Forecast, ...]:
        """Return the forecasts of n games against each opponent, games of their own for each.

        A staff forecasts the recommended course to the end: it advises once here, at one of several moments, and the
        course is followed. Forecasts of the start of a fight alone would be nearly alike.
        """
        known = self._forecasts[-1][0] if self._forecasts else 0
        if n > known:
            opponents = range(len(self.field.opponents))
            self._forecasts.append((n, [one for k in opponents for one in self._play_forecasts(k, known, n - known)]))
        return tuple(one for last, some in self._forecasts if last <= n for one in some)

    def _play_forecasts(self, opponent: int, known: int, n: int) -> list[Forecast]:
        field, choice, duration_s = self.field, self.subject.choice, self.field.briefing.duration_s
        makes: Sequence[Make] = [self.subject.make]
        if self.subject.has_staff:
            words = [
                {**choice.parameters, "every_s": 2.0 * duration_s, "first_s": share * duration_s} for share in MOMENTS
            ]
            makes = [lambda once=once: find_policy(choice.name, once) for once in words]
        first = _FORECASTS + opponent * _APART + known
        tables: list[tuple[int, F64]] = []

        def collect(_: object, policies: Any, cells: Any) -> None:
            for policy, (m, _) in zip(policies, cells, strict=True):
                tables.append((m, np.asarray(ask(policy, "forecasts"), dtype=np.float64).reshape(-1, 5)))

        played = field.play(makes, (field.opponents[opponent],), n, first=first, on_end=collect)
        games = field.numbers(first, n)
        forecasts: list[Forecast] = []
        for m, found in tables:
            # replication numbers of a table are floats: compare them as such
            game = np.array([games.get(number, -1) for number in found[:, 0].tolist()], dtype=np.int64)
            table, game = found[game >= 0], game[game >= 0]
            win = (played.win[m, 0, game] > 0).astype(np.float64)
            forecasts.append(Forecast(opponent, known + game, table, win, played.mission[m, 0, game]))
        return forecasts

    @property
    def few(self) -> Sequence[str]:
        """The opponents of the items that compare many conditions: the first two."""
        return self.field.opponents[:2]
