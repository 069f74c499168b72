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
from staff_ai.assess.twins import Twins
from staff_ai.games.play import Make

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
    field, make = context.field, context.subject.make
    levels = range(1, LEVELS)
    between = [kind.disturbance for kind in kinds if kind.disturbance is not None]
    makes: list[Make] = [make, *(disturbing(make, one, level) for one in between for level in levels)]
    # (makes, n): paired by game
    played = iter(field.play(makes, context.few).mission.mean(axis=1))
    undisturbed = next(played)
    numbers: list[Number] = [score_number("score undisturbed", undisturbed)]
    gates: list[list[Gate]] = []
    curves: dict[str, Any] = {}
    for kind in kinds:
        if kind.degrade is None:
            rest = [next(played) for _ in levels]
        else:
            rest = [_degraded(context, kind.degrade, DROPOUT[level]) for level in levels]
        own = np.vstack([undisturbed, *rest])
        curve = [score_number(f"level {level}", own[level]).as_json() for level in range(LEVELS)]
        place = f"at level {JUDGED}: {kind.name} ({kind.severity(field, JUDGED)})"
        share = loss_number(f"share of the score lost {place}", own[0], own[JUDGED])
        loss = gap_number(f"score lost {place}", own[0] - own[JUDGED])
        area = score_number(f"mean score over all levels: {kind.name}", own.mean(axis=0))
        drops = own[:-1].mean(axis=1) - own[1:].mean(axis=1)
        cliff = int(drops.argmax()) + 1
        curves[kind.name] = {
            "severity": [kind.severity(field, level) for level in range(LEVELS)],
            "curve": curve,
            "steepest_drop": {"to_level": cliff, "score": float(drops[cliff - 1])},
        }
        numbers += [share, loss, area]
        gates.append(gate("most_loss", share, context.bound(key, "most_loss")))
    notes = (
        f"against {' and '.join(context.few)}; gates at level {JUDGED} of {LEVELS - 1}",
        "the share of the score lost counts scores from -1, the worst result",
    )
    return Item(key, tuple(numbers), flat(gates), notes=notes, limits=(_ON_BOTH,), details={"curves": curves})


def _degraded(context: Context, degrade: Degrade, lost: float) -> F64:
    """Return the scores (n,) in worlds in which a share of the reach is lost."""
    field = context.field
    played = field.play([context.subject.make], context.few, change=lambda one: degrade(one, field.side, lost))
    return played.mission[0].mean(axis=0)


def faked_tracks(context: Context) -> Item:
    """Measure how far ghosts, duplicates and spoofed tracks change decisions, and what they cost."""
    field, key, make = context.field, "faked_tracks", context.subject.make
    kinds = [("ghost", 1), ("ghost", 2), ("ghost", 4), ("duplicate", 1), ("spoofed", 1)]
    makes = [make, *(disturbing(make, FakedTracks, n, kind) for kind, n in kinds)]
    scores = field.play(makes, context.few).mission.mean(axis=1)
    numbers: list[Number] = []
    gates: list[list[Gate]] = []
    for k, (kind, n) in enumerate(kinds):
        label = f"{n} {kind}{'s' if n > 1 else ''}"
        regret = gap_number(f"score lost to {label}, by track", (scores[0] - scores[k + 1]) / n)
        numbers.append(regret)
        if (kind, n) == ("ghost", 1):
            gates.append(gate("most_regret", regret, context.bound(key, "most_regret")))
    for kind in ("ghost", "duplicate", "spoofed"):
        flipped = flips(field, make, lambda inner, kind=kind: FakedTracks(inner, 1, kind), context.few)
        numbers.append(share_number(f"orders in force that 1 {kind} changes", flipped.shares))
        if kind == "ghost":
            found = share_number("orders in force that 1 ghost changes, beside one at each decision", flipped.rest)
            numbers.append(found)
            gates.append(gate("most_flips", found, context.bound(key, "most_flips")))
    return Item(
        key,
        tuple(numbers),
        flat(gates),
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
    flipped = flips(context.field, context.subject.make, NoisyContacts, context.few)
    found = share_number("orders in force that noise of one error changes", flipped.shares)
    parted = count_share("decisions after which any order differs", flipped.parted, flipped.decisions, "decisions")
    return Item(
        key,
        (found, parted),
        tuple(gate("most_flips", found, context.bound(key, "most_flips"))),
        notes=("two orders to points nearer than a twentieth of the map are the same order",),
        limits=("near ties are not told apart from clear preferences",),
    )


class Flips(NamedTuple):
    """The orders that a change of the picture alters."""

    shares: F64  # (games,) of the orders in force
    rest: F64  # (games,) the same beside one order at each decision
    parted: int  # decisions after which any order differs
    decisions: int


def flips(
    field: Field, make: Make, change: Callable[[Policy], Disturbed], opponents: Any, n: int | None = None
) -> Flips:
    """Return the orders that a change of the picture alters, in games that it does not touch."""
    shares: list[tuple[F64, F64]] = []
    decided = [0, 0]

    def collect(_: object, policies: Any, __: object) -> None:
        for twins in policies:
            shares.append((twins.shares, twins.rest))
            decided[0] += twins.parted
            decided[1] += twins.decisions

    field.play([lambda: Twins(make, change)], opponents, n, on_end=collect)
    both = [np.concatenate(some) for some in zip(*shares, strict=True)]
    return Flips(both[0], both[1], decided[0], decided[1])
