"""The stages of a track: an audience's beliefs about it over time.

An own unit has a single stage. A contact starts with a domain only and gains a class, a side or the label of a decoy as
its side learns them. Formats write each stage for its own period, so that no part of a file reveals the future.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from simcore.types import Domain, Level, TargetClass
from viz.export.series import Series
from viz.fog.symbols import HOSTILE, NEUTRAL, UNKNOWN, contact_symbol
from viz.fog.view import UNKNOWN_SIDE, Export


class Stage(NamedTuple):
    """Fixes ``first`` to ``stop - 1`` of a track, with unchanged beliefs about it."""

    number: int  # from 1
    first: int
    stop: int
    from_s: float
    until_s: float  # the first fix of the next stage, or the last of the track
    side: int  # UNKNOWN_SIDE if unknown
    known: dict[str, Any]  # properties; None if unknown


def stages(export: Export, series: Series) -> Iterator[Stage]:
    """Yield the stages of a track in order of time."""
    fixes = series.fixes
    keys = np.column_stack([fixes.level, fixes.domain, fixes.target_class, fixes.side, fixes.is_decoy])
    cuts = [0, *(np.flatnonzero(np.any(keys[1:] != keys[:-1], axis=1)) + 1).tolist(), len(keys)]
    classified_s, identified_s = float("nan"), float("nan")
    for number, (first, stop) in enumerate(pairwise(cuts), start=1):
        level, domain, target_class, side, is_decoy = keys[first].tolist()
        from_s = float(series.time_s[first])
        if target_class >= 0 and np.isnan(classified_s):
            classified_s = from_s
        if side >= 0 and np.isnan(identified_s):
            identified_s = from_s
        track = series.track
        known: dict[str, Any] = {
            "name": track.name,
            "kind": "contact" if track.is_contact else "unit",
            "side": export.view.sides[side] if side >= 0 else None,
            "height": "nominal" if series.is_nominal else None,
        }
        if track.is_contact:
            known |= {
                "domain": Domain(domain).name.lower(),
                "sidc": contact_symbol(domain, target_class, _identity(export, side), is_dummy=bool(is_decoy)),
                "level": Level(level).name.lower(),
                "class": class_name(target_class),
                "decoy": True if is_decoy else None,
                "classified": None if np.isnan(classified_s) else export.iso(classified_s),
                "identified": None if np.isnan(identified_s) else export.iso(identified_s),
            }
        else:
            known |= {
                "domain": track.domain,
                "sidc": track.sidc,
                "group": track.group,
                "platform": track.platform,
                "title": track.title,
            }
        until_s = float(series.time_s[stop]) if stop < len(keys) else series.end_s(export.hold_s)
        yield Stage(number, first, stop, from_s, until_s, side, known)


def stage_id(series: Series, stage: Stage) -> str:
    """Return the id of a stage written as a separate object: the track's id, with a number from the second stage on."""
    return series.track.id if stage.number == 1 else f"{series.track.id}-{stage.number}"


def stage_rows(series: Series, stage: Stage) -> slice:
    """Return the fixes used to draw a stage: its own and, as its end point, the first of the next stage."""
    return slice(stage.first, min(stage.stop + 1, len(series.time_s)))


def stage_label(stage: Stage) -> str:
    """Return the name of a track with the beliefs about it, as in ``contact 3 (small boat, red)``."""
    facts = [stage.known.get("class"), "decoy" if stage.known.get("decoy") else None, stage.known["side"]]
    known = [str(fact).replace("_", " ") for fact in facts if fact]
    is_contact = stage.known["kind"] == "contact"
    return f"{stage.known['name']} ({', '.join(known)})" if is_contact and known else stage.known["name"]


def class_name(target_class: int) -> str | None:
    """Return the name of a target class, ``None`` for -1."""
    return TargetClass(target_class).name.lower() if target_class >= 0 else None


def _identity(export: Export, side: int) -> str:
    if side == UNKNOWN_SIDE:
        return UNKNOWN
    return NEUTRAL if side in export.view.neutral else HOSTILE
