"""Robustness: sensors that fail, communications that fail, faked tracks, and noise in the picture."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from scenarios.compiler.compiled import Compiled
from simcore.picture import OwnR, OwnW, Picture
from simcore.policy import Briefing, Policy
from simcore.types import F64, Status
from staff_ai.assess.context import Context
from staff_ai.assess.degraded import Degrade, has_network, shorter_radios, shorter_sensors
from staff_ai.assess.disturbances import (
    DELAY,
    DROPOUT,
    LEVELS,
    Disturbed,
    FakedTracks,
    LateContacts,
    LatePicture,
    LostOrders,
    MissedTracks,
    NoisyContacts,
    SensorDropout,
    disturbing,
)
from staff_ai.assess.field import Field
from staff_ai.assess.items import (
    Gate,
    Item,
    Number,
    count_share,
    exact,
    flat,
    gap_number,
    gate,
    loss_number,
    score_number,
    share_number,
)
from staff_ai.assess.looks import Series, settle
from staff_ai.assess.twins import Twins

JUDGED = 3
"""Level of severity at which the gates judge."""
_ON_THE_PICTURE = "the disturbance acts on the picture or the orders of the commander, not on sensors or radios"
_ON_BOTH = (
    "ranges of the own sensors and radios are shortened in the engine, without notice to the commander; all other "
    "disturbances act on its picture or its orders"
)


class Kind(NamedTuple):
    """A kind of failure with levels of severity: between the commander and its force, or in the engine."""

    name: str
    disturbance: Callable[..., Disturbed] | None
    degrade: Degrade | None = None
    is_delay: bool = False

    def severity(self, field: Field, level: int) -> str:
        """Return the severity of a level in words."""
        if not self.is_delay:
            return f"{DROPOUT[level]:.0%}"
        return f"{DELAY[level] * field.briefing.decision_s / 60.0:g} min"


SENSORS = (
    Kind("contacts missing from each picture", SensorDropout),
    Kind("tracks never seen", MissedTracks),
    Kind("contacts late", LateContacts, is_delay=True),
    Kind("range of the sensors lost", None, shorter_sensors),
)
COMMUNICATIONS = (
    Kind("orders lost", LostOrders),
    Kind("whole picture late", LatePicture, is_delay=True),
    Kind("range of the radios lost", None, shorter_radios),
)


class Aged(Disturbed):
    """A commander with a record of the age of what it sees: ``sums`` are seconds and reports of own units."""

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        super().reset(briefing, seed, replication)
        self.sums = np.zeros(2)

    def see(self, picture: Picture) -> Picture:
        """Note the age of the reports, and return the picture."""
        is_here = (picture.own_whole[:, OwnW.STATUS] == Status.ACTIVE) & self.going_on(picture)[:, None]
        self.sums += picture.own_real[:, OwnR.AGE_S][is_here].sum(), is_here.sum()
        return picture


def sensors(context: Context) -> Item:
    """Measure the score against the severity of sensor failures."""
    return _curves(context, "sensors", SENSORS)


def communications(context: Context) -> Item:
    """Measure the score against the severity of failures of communications, and the age of reports."""
    item = _curves(context, "communications", COMMUNICATIONS)
    field = context.field
    ages = [
        _age(context, f"mean age of the reports of own units, {name} [s]", change)
        for name, change in (
            ("undisturbed", None),
            (
                f"range of the radios lost ({DROPOUT[JUDGED]:.0%})",
                lambda one: shorter_radios(one, field.side, DROPOUT[JUDGED]),
            ),
        )
    ]
    notes = item.notes
    if not has_network(field.settings.base, field.side):
        notes += ("the side has no command post in this scenario: its units need no radio",)
    return replace(item, numbers=(*item.numbers, *ages), notes=notes)


def _age(context: Context, name: str, change: Callable[[Compiled], Compiled] | None) -> Number:
    found: list[float] = []

    def collect(_: object, policies: Any, __: object) -> None:
        found.extend(float(one.sums[0] / max(one.sums[1], 1.0)) for one in policies)

    context.field.play([lambda: Aged(context.subject.make())], context.few, change=change, on_end=collect)
    return exact(name, float(np.mean(found)), context.field.n * len(context.few))


def _curves(context: Context, key: str, kinds: tuple[Kind, ...]) -> Item:
    field, make, n = context.field, context.subject.make, context.field.n
    levels = range(1, LEVELS)
    between = [kind.disturbance for kind in kinds if kind.disturbance is not None]
    # (makes, n): paired by game
    makes = [disturbing(make, one, level) for one in between for level in levels]
    played = iter(field.play(makes, context.few).mission.mean(axis=1))
    usual = context.scores(context.few)
    numbers: list[Number] = [score_number("score undisturbed", usual.upto(n))]
    gates: list[list[Gate]] = []
    curves: dict[str, Any] = {}
    for kind in kinds:
        if kind.degrade is None:
            rest = [next(played) for _ in levels]
        else:
            rest = [_degraded(context, kind.degrade, DROPOUT[level], 0, n) for level in levels]
        own = np.vstack([usual.upto(n), *rest])
        curve = [score_number(f"level {level}", own[level]).as_json() for level in range(LEVELS)]
        place = f"at level {JUDGED}: {kind.name} ({kind.severity(field, JUDGED)})"
        judged = _at_level(context, kind, own[JUDGED])
        share, found = settle(
            context.looks,
            lambda look, place=place, judged=judged: loss_number(
                f"share of the score lost {place}", usual.upto(look.n), judged.upto(look.n), look.confidence
            ),
            lambda found: gate("most_loss", found, context.bound(key, "most_loss")),
        )
        loss = gap_number(f"score lost {place}", usual.upto(share.n) - judged.upto(share.n))
        area = score_number(f"mean score over all levels: {kind.name}", own.mean(axis=0))
        drops = own[:-1].mean(axis=1) - own[1:].mean(axis=1)
        cliff = int(drops.argmax()) + 1
        curves[kind.name] = {
            "severity": [kind.severity(field, level) for level in range(LEVELS)],
            "curve": curve,
            "steepest_drop": {"to_level": cliff, "score": float(drops[cliff - 1])},
        }
        numbers += [share, loss, area]
        gates.append(found)
    notes = (
        f"against {' and '.join(context.few)}; gates at level {JUDGED} of {LEVELS - 1}",
        "the share of the score lost counts scores from -1, the worst result",
    )
    return Item(key, tuple(numbers), flat(gates), notes=notes, limits=(_ON_BOTH,), details={"curves": curves})


def _at_level(context: Context, kind: Kind, start: F64) -> Series:
    """Return the scores at the level at which the gates judge; ``start`` are those of the first games."""
    if kind.degrade is None:
        assert kind.disturbance is not None
        return context.scores_of(disturbing(context.subject.make, kind.disturbance, JUDGED), context.few, start=start)
    degrade = kind.degrade
    return Series(lambda first, n: _degraded(context, degrade, DROPOUT[JUDGED], first, n), start)


def _degraded(context: Context, degrade: Degrade, lost: float, first: int, n: int) -> F64:
    """Return the scores (n,) in worlds in which a share of the reach is lost."""
    field = context.field
    played = field.play(
        [context.subject.make], context.few, n, first=first, change=lambda one: degrade(one, field.side, lost)
    )
    return played.mission[0].mean(axis=0)


def faked_tracks(context: Context) -> Item:
    """Measure how far ghosts, duplicates and spoofed tracks change decisions, and what they cost."""
    field, key, make = context.field, "faked_tracks", context.subject.make
    kinds = [("ghost", 1), ("ghost", 2), ("ghost", 4), ("duplicate", 1), ("spoofed", 1)]
    makes = [disturbing(make, FakedTracks, number, kind) for kind, number in kinds]
    scores = field.play(makes, context.few).mission.mean(axis=1)
    usual, one_ghost = context.scores(context.few), context.scores_of(makes[0], context.few, start=scores[0])
    regret, gates = settle(
        context.looks,
        lambda look: gap_number(
            "score lost to 1 ghost, by track", usual.upto(look.n) - one_ghost.upto(look.n), look.confidence
        ),
        lambda found: gate("most_regret", found, context.bound(key, "most_regret")),
    )
    numbers: list[Number] = [regret]
    for k, (kind, number) in enumerate(kinds[1:], start=1):
        label = f"{number} {kind}{'s' if number > 1 else ''}"
        numbers.append(gap_number(f"score lost to {label}, by track", (usual.upto(field.n) - scores[k]) / number))
    for kind in ("ghost", "duplicate", "spoofed"):
        flipped = flips(context, lambda inner, kind=kind: FakedTracks(inner, 1, kind))
        numbers.append(share_number(f"orders in force that 1 {kind} changes", flipped.shares.upto(field.n)[0]))
        if kind == "ghost":
            name = "orders in force that 1 ghost changes, beside one at each decision"
            rest, found = settle(
                context.looks,
                lambda look, name=name, one=flipped: share_number(name, one.shares.upto(look.n)[1], look.confidence),
                lambda found: gate("most_flips", found, context.bound(key, "most_flips")),
            )
            numbers.append(rest)
            gates += found
    return Item(
        key,
        tuple(numbers),
        tuple(gates),
        notes=(
            "a ghost is a hostile ship anywhere on the map, a duplicate lies beside a contact, a spoofed contact is "
            "shown as neutral; from a tenth of the game on",
            "an answer to a threat that might be real is no fault: a single group may go and look, or keep away; "
            "the gate counts the orders beside one at each decision",
        ),
        limits=(_ON_THE_PICTURE, "an enemy who knows the commander would choose better places for its ghosts: item 13"),
    )


def stability(context: Context) -> Item:
    """Measure how far noise within the error of the contacts changes decisions."""
    key = "stability"
    flipped = flips(context, NoisyContacts)
    name = "orders in force that noise of one error changes"
    found, gates = settle(
        context.looks,
        lambda look: share_number(name, flipped.shares.upto(look.n)[0], look.confidence),
        lambda found: gate("most_flips", found, context.bound(key, "most_flips")),
    )
    parted = count_share(
        "decisions after which any order differs", flipped.decisions[0], flipped.decisions[1], "decisions"
    )
    return Item(
        key,
        (found, parted),
        tuple(gates),
        notes=("two orders to points nearer than a twentieth of the map are the same order",),
        limits=("near ties are not told apart from clear preferences",),
    )


class Flips(NamedTuple):
    """The orders that a change of the picture alters, in games that it does not touch, the mean over opponents."""

    shares: Series  # (2, n) of the orders in force, and the same beside an order at each decision
    decisions: list[int]  # those after which any order differs, and all, in the games played so far


def flips(context: Context, change: Callable[[Policy], Disturbed]) -> Flips:
    """Return the orders that a change of the picture alters."""
    decisions = [0, 0]
    make = context.subject.make

    def play(first: int, n: int) -> F64:
        shares = np.zeros((2, len(context.few), n))
        places = context.field.numbers(first, n)

        def collect(_: object, policies: Any, cells: Any) -> None:
            for twins, (_, opponent) in zip(policies, cells, strict=True):
                game = [places[float(number)] for number in twins.replications]
                shares[:, opponent, game] = twins.shares, twins.rest
                decisions[0] += twins.parted
                decisions[1] += twins.decisions

        context.field.play([lambda: Twins(make, change)], context.few, n, first=first, on_end=collect)
        return shares.mean(axis=1)

    return Flips(Series(play), decisions)
