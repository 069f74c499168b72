"""Robustness: sensors that fail, communications that fail, faked tracks, and noise in the picture."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simcore.policy import Policy
from simcore.types import F64
from staff_ai.assess.context import Context
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
from staff_ai.assess.items import Gate, Item, Number, count_share, flat, gap_number, gate, score_number, share_number
from staff_ai.assess.twins import Twins
from staff_ai.games.play import Make

JUDGED = 3
"""Level of severity at which the gates judge."""
_ON_THE_PICTURE = "the disturbance acts on the picture or the orders of the commander, not on sensors or radios"
Kind = tuple[str, Callable[..., Disturbed], str]

SENSORS: tuple[Kind, ...] = (
    ("contacts missing from each picture", SensorDropout, "share"),
    ("tracks never seen", MissedTracks, "share"),
    ("contacts late", LateContacts, "delay"),
)
COMMUNICATIONS: tuple[Kind, ...] = (
    ("orders lost", LostOrders, "share"),
    ("whole picture late", LatePicture, "delay"),
)


def sensors(context: Context) -> Item:
    """Measure the score against the severity of sensor failures."""
    return _curves(context, "sensors", SENSORS)


def communications(context: Context) -> Item:
    """Measure the score against the severity of failures of communications."""
    return _curves(context, "communications", COMMUNICATIONS)


def _curves(context: Context, key: str, kinds: tuple[Kind, ...]) -> Item:
    field, make = context.field, context.subject.make
    makes: list[Make] = [make]
    makes += [disturbing(make, kind, level) for _, kind, _ in kinds for level in range(1, LEVELS)]
    scores = field.play(makes, context.few).mission.mean(axis=1)  # (makes, n): paired by game
    numbers: list[Number] = [score_number("score undisturbed", scores[0])]
    gates: list[list[Gate]] = []
    curves: dict[str, Any] = {}
    for k, (name, _, scale) in enumerate(kinds):
        own = np.vstack([scores[:1], scores[1 + k * (LEVELS - 1) :][: LEVELS - 1]])
        curve = [score_number(f"level {level}", own[level]).as_json() for level in range(LEVELS)]
        loss = gap_number(
            f"score lost at level {JUDGED}: {name} ({_severity(field, scale, JUDGED)})", own[0] - own[JUDGED]
        )
        area = score_number(f"mean score over all levels: {name}", own.mean(axis=0))
        drops = own[:-1].mean(axis=1) - own[1:].mean(axis=1)
        cliff = int(drops.argmax()) + 1
        curves[name] = {
            "severity": [_severity(field, scale, level) for level in range(LEVELS)],
            "curve": curve,
            "steepest_drop": {"to_level": cliff, "score": float(drops[cliff - 1])},
        }
        numbers += [loss, area]
        gates.append(gate("most_loss", loss, context.bound(key, "most_loss")))
    note = f"against {' and '.join(context.few)}; gates at level {JUDGED} of {LEVELS - 1}"
    return Item(key, tuple(numbers), flat(gates), notes=(note,), limits=(_ON_THE_PICTURE,), details={"curves": curves})


def _severity(field: Field, scale: str, level: int) -> str:
    if scale == "share":
        return f"{DROPOUT[level]:.0%}"
    return f"{DELAY[level] * field.briefing.decision_s / 60.0:g} min"


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
        shares, *_ = flips(field, make, lambda inner, kind=kind: FakedTracks(inner, 1, kind), context.few)
        found = share_number(f"orders in force that 1 {kind} changes", shares)
        numbers.append(found)
        if kind == "ghost":
            gates.append(gate("most_flips", found, context.bound(key, "most_flips")))
    return Item(
        key,
        tuple(numbers),
        flat(gates),
        notes=(
            "a ghost is a hostile ship anywhere on the map, a duplicate lies beside a contact, a spoofed contact is "
            "shown as neutral; from a tenth of the game on",
            "an answer to a threat that might be real is no fault: flips are to be read with the score lost",
        ),
        limits=(_ON_THE_PICTURE, "an enemy who knows the commander would choose better places for its ghosts: item 13"),
    )


def stability(context: Context) -> Item:
    """Measure how far noise within the error of the contacts changes decisions."""
    key = "stability"
    shares, parted, decisions = flips(context.field, context.subject.make, NoisyContacts, context.few)
    found = share_number("orders in force that noise of one error changes", shares)
    return Item(
        key,
        (found, count_share("decisions after which any order differs", parted, decisions, "decisions")),
        tuple(gate("most_flips", found, context.bound(key, "most_flips"))),
        notes=("two orders to points nearer than a twentieth of the map are the same order",),
        limits=("near ties are not told apart from clear preferences",),
    )


def flips(
    field: Field, make: Make, change: Callable[[Policy], Disturbed], opponents: Any, n: int | None = None
) -> tuple[F64, int, int]:
    """Return the share of orders in force that a change of the picture alters by game, decisions parted, and all."""
    shares: list[F64] = []
    decided = [0, 0]

    def collect(_: object, policies: Any, __: object) -> None:
        for twins in policies:
            shares.append(twins.shares)
            decided[0] += twins.parted
            decided[1] += twins.decisions

    field.play([lambda: Twins(make, change)], opponents, n, on_end=collect)
    return np.concatenate(shares), decided[0], decided[1]
