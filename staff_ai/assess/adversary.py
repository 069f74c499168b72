"""Adversaries: an enemy that answers the commander, and the worst scenarios and observations that a search finds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from agents.environments.named_ranges import NAMES
from agents.environments.ranges import Ranges, Shift
from agents.environments.settings import settings_of
from scenarios.format.paths import places, value_at
from simcore.errors import InputError
from simcore.orders import Orders, empty_orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.types import F64, N_BELLIGERENTS, Identity, TargetClass
from staff_ai.assess.context import Context
from staff_ai.assess.disturbances import Disturbed, FakedTracks, Ghost, add_ghost, disturbing
from staff_ai.assess.field import Field
from staff_ai.assess.items import Gate, Item, Number, exact, gap_number, gate, score_number
from staff_ai.assess.looks import Series, settle
from staff_ai.assess.twins import NEAR, OrdersInForce
from staff_ai.games.play import Make, close_policies, play_copies
from staff_ai.games.schedules import ScheduleCommander
from staff_ai.league.exploiters import search_against

WORST = 10
"""Cases listed."""
_CONFIRM = 3  # worst cases that are played again
_PROBES, _FEW_PROBES = 512, 16  # observations tried at each moment; few for a staff, which takes seconds for each
_MOMENTS = 3
_CLASSES = tuple(TargetClass)
_IDENTITIES = (Identity.HOSTILE, Identity.UNKNOWN, Identity.NEUTRAL, Identity.HOSTILE, Identity.PROTECTED)
_FASTEST_MPS = 600.0


def best_response(context: Context) -> Item:
    """Search an enemy that exploits the commander, with a stated number of games."""
    field, key = context.field, "best_response"
    enemy = field.settings.base.roster.sides[:N_BELLIGERENTS][1 - field.side]
    settings = settings_of(field.settings, side=enemy, split="validation")
    found, interval_s = search_against(settings, context.subject.make, context.budget)
    test = settings_of(field.settings, side=enemy, split="test")

    def answered(first: int, n: int) -> F64:
        return -play_copies(
            test, 1 - field.side, lambda: ScheduleCommander(found.schema, interval_s, found.table), 1,
            (context.subject.make,), n, "test", first,
        ).mission[0, 0]  # fmt: skip

    answer = Series(answered)
    usual = context.usual().mission[0]
    hardest = field.opponents[int(usual.mean(axis=1).argmin())]
    before = context.scores((hardest,))
    drop, gates = settle(
        context.looks,
        lambda look: gap_number(
            f"score lost to the answer, against that with {hardest}", before.upto(look.n) - answer.upto(look.n),
            look.confidence,
        ),
        lambda one: gate("most_drop", one, context.bound(key, "most_drop")),
    )  # fmt: skip
    numbers = (
        score_number("score against the best answer found", answer.upto(drop.n)),
        score_number("score against the hardest doctrine", before.upto(drop.n)),
        drop,
        exact("games of the search", found.games, 1, "searches"),
    )
    return Item(
        key,
        numbers,
        tuple(gates),
        notes=("the answer is a schedule of verbs and doctrines, found on other games than those of the score",),
        limits=("a lower bound: a longer search, or an enemy trained against the commander, may win more",),
    )


def worst_cases(context: Context) -> Item:
    """Search scenarios and observations for the worst results, and play the worst again."""
    key = "worst_cases"
    variants = _worst_variants(context)
    probes = _worst_probes(context)
    return Item(
        key,
        (*probes.numbers, *variants.numbers),
        tuple(probes.gates),
        notes=(probes.note, variants.note),
        limits=(
            "a search finds no fault that it does not meet: a trigger that is rarer than the probes, or not of the "
            "contacts, goes unseen",
        ),
        details={"variants": variants.cases, "observations": probes.cases},
    )


class _Search(NamedTuple):
    """The worst that a search has found."""

    numbers: tuple[Number, ...]
    note: str
    cases: list[dict[str, Any]]  # as plain values, the worst first
    gates: list[Gate]


def _worst_variants(context: Context) -> _Search:
    """Play variants of the scenario, those with the lowest scores again on fresh games, and list them."""
    field = context.field
    try:
        ranges, words = _ranges(field)
    except InputError as error:
        return _Search((), f"no variants of the scenario: {error}", [], [])
    n_games, n_tries = 4, max(4, min(32, context.budget // (4 * len(context.few))))
    tries: list[tuple[float, int]] = []
    for k in range(n_tries):
        played = field.play([context.subject.make], context.few, n_games, compiled=ranges.variant("test", k))
        tries.append((float(played.mission.mean()), k))
    tries.sort()
    cases: list[dict[str, Any]] = []
    confirmed: list[Number] = []
    for place, (first_score, k) in enumerate(tries[:WORST]):
        case: dict[str, Any] = {"variant": k, "score": first_score, "n": n_games * len(context.few)}
        if place < _CONFIRM:
            fresh = field.play(
                [context.subject.make], context.few, field.n, first=10_000, compiled=ranges.variant("test", k)
            )
            confirmed.append(score_number("score on fresh games", fresh.mission.mean(axis=(0, 1))))
            case["again"] = confirmed[-1].as_json()
        document = ranges.draw("test", k)
        case["values"] = {path: _value_at(document, path) for path in list(ranges.factors)[:8]}
        cases.append(case)
    worst = min(confirmed, key=lambda one: one.value)
    found = worst._replace(name="score in the worst variant found, on fresh games")
    return _Search((found,), f"scenarios: {n_tries} variants of {words}", cases, [])


def _ranges(field: Field) -> tuple[Ranges, str]:
    """Return the ranges of the scenario: its own, those of the library, or shifts of all groups."""
    source = field.settings.source
    if isinstance(source, Ranges):
        return source, "its ranges"
    name = f"{field.scenario}-ranges"
    if name in NAMES and field.settings.scenario == field.scenario:
        return settings_of(name).source, name  # type: ignore[return-value]
    document = field.settings.base.scenario.plain()
    west, east, south, north = field.settings.base.roster.bounds_m
    reach_km = 0.05 * min(east - west, north - south) / 1e3
    factors = {
        f"groups.{group['name']}.at_km": Shift(reach_km)
        for group in document["groups"]
        if group.get("at_km") is not None
    }
    return Ranges(document, factors), f"the starting places, moved by up to {reach_km:.1f} km"


def _value_at(document: dict[str, Any], path: str) -> Any:
    found = value_at(document, places(document, path)[0])
    return found if isinstance(found, (int, float, str, list)) else str(found)


class _Camera(Disturbed):
    """A commander with copies of its pictures at some moments."""

    shots: list[Picture]

    def __init__(self, inner: Any, moments: tuple[float, ...]) -> None:
        super().__init__(inner)
        self._moments = list(moments)
        self.shots = []

    def see(self, picture: Picture) -> Picture:
        """Keep a copy of the picture where a moment has come."""
        share = float(picture.ticks.max()) * self.briefing.dt_s / self.briefing.duration_s
        if self._moments and share >= self._moments[0]:
            self._moments.pop(0)
            arrays = {
                name: value[:1].copy() for name, value in picture._asdict().items() if isinstance(value, np.ndarray)
            }
            self.shots.append(picture._replace(**arrays))
        return picture


def _worst_probes(context: Context) -> _Search:
    """Try ghosts of all kinds everywhere on pictures of a game, and play those that change the most orders."""
    field, make = context.field, context.subject.make
    shots: list[Picture] = []

    def collect(_: object, policies: Any, __: object) -> None:
        for one in policies:
            shots.extend(one.shots)

    moments = tuple((k + 0.6) / (_MOMENTS + 1) for k in range(_MOMENTS))
    field.play([lambda: _Camera(make(), moments)], context.few[:1], 1, on_end=collect)
    ghosts = probes(field.briefing, _FEW_PROBES if context.subject.has_staff else _PROBES)
    changed = np.zeros(len(ghosts))
    for shot in [shot for shot in shots if shot.sustainment is None]:
        changed = np.maximum(changed, _probe(make, field.briefing, shot, ghosts))
    order = np.argsort(-changed, kind="stable")
    rare = float((changed >= 0.75).mean())
    chosen = [int(k) for k in order[:_CONFIRM]]
    makes: list[Make] = [make, *(disturbing(make, FakedTracks, ghost=ghosts[k]) for k in chosen)]
    scores = field.play(makes, context.few, first=20_000).mission.mean(axis=(1, 2))
    worst = int(scores[1:].argmin()) + 1
    # the worst of a few owes its place to luck too: it is valued on fresh games
    fresh = [context.scores_of(one, context.few, first=30_000) for one in (make, makes[worst])]
    regret, gates = settle(
        context.looks,
        lambda look: gap_number(
            "score lost to the worst ghosts found", fresh[0].upto(2 * look.n) - fresh[1].upto(2 * look.n),
            look.confidence,
        ),
        lambda found: gate("most_regret", found, context.bound("worst_cases", "most_regret")),
    )  # fmt: skip
    cases = [
        {
            "east_km": ghosts[k].x_m / 1e3,
            "north_km": ghosts[k].y_m / 1e3,
            "class": TargetClass(ghosts[k].target_class).name.lower(),
            "identity": Identity(ghosts[k].identity).name.lower(),
            "speed_mps": float(np.hypot(ghosts[k].vx_mps, ghosts[k].vy_mps)),
            "tracks": ghosts[k].number,
            "orders_changed": float(changed[k]),
        }
        for k in order[:WORST].tolist()
    ]
    return _Search(
        (
            regret,
            exact("share of the ghosts that change most orders", rare, len(ghosts), "places"),
        ),
        f"observations: ghosts of all classes and identities, at rest and in motion, alone and four together, at "
        f"{len(ghosts)} places and {len(shots)} moments; the {len(chosen)} that change the most orders were played",
        cases,
        gates,
    )


def probes(briefing: Briefing, n: int) -> list[Ghost]:
    """Return ghosts that cover the map, and classes, identities, speeds, errors and numbers of tracks."""
    from scipy.stats import qmc  # pyright: ignore[reportMissingTypeStubs]

    west, east, south, north = briefing.bounds_m
    cube: F64 = np.asarray(qmc.Sobol(8, scramble=False).random(n)) + 0.5 / n
    found: list[Ghost] = []
    for x, y, kind, identity, speed, angle, error, number in cube.tolist():
        mps = max(0.0, speed - 0.5) * 2.0 * _FASTEST_MPS  # half of them at rest
        found.append(
            Ghost(
                west + x * (east - west), south + y * (north - south),
                _CLASSES[int(kind * len(_CLASSES)) % len(_CLASSES)],
                _IDENTITIES[int(identity * len(_IDENTITIES)) % len(_IDENTITIES)],
                mps * np.cos(2.0 * np.pi * angle), mps * np.sin(2.0 * np.pi * angle),
                30.0 + 300.0 * error, 4 if number > 0.75 else 1,
            )
        )  # fmt: skip
    return found


def _probe(make: Make, briefing: Briefing, shot: Picture, ghosts: Sequence[Ghost]) -> F64:
    """Return the share of the groups whose order changes with each ghost, (probes,)."""
    n = len(ghosts)
    rows = [*(add_ghost(shot, ghost) for ghost in ghosts), shot]
    many = shot._replace(
        **{
            name: np.concatenate([getattr(row, name) for row in rows])
            for name, value in shot._asdict().items()
            if isinstance(value, np.ndarray)
        }
    )
    numbers = np.arange(n + 1, dtype=np.uint64)
    many = many._replace(replication=numbers)
    policy = make()
    orders: Orders = empty_orders(n + 1, len(briefing.group_names))
    policy.reset(briefing, 0, numbers)
    try:
        policy.decide(many, orders)
    finally:
        close_policies([policy])
    west, east, south, north = briefing.bounds_m
    given = OrdersInForce(n + 1, len(briefing.group_names), NEAR * max(east - west, north - south))
    given.take(np.arange(n + 1), orders)
    plain = OrdersInForce(n + 1, len(briefing.group_names), NEAR * max(east - west, north - south))
    plain.whole[...], plain.point[...] = given.whole[-1], given.point[-1]
    return given.differs(plain, np.arange(n)).mean(axis=1)
