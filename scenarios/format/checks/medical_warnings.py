"""Warnings of medical support: casualties whom nobody fetches or treats, and queues that grow for ever."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scenarios.format.defaults import settled
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.schema.injuries import Bands, Injury
from scenarios.format.schema.medical import ExchangePoint, Medical
from scenarios.format.schema.medical_cards import EvacuationFit, FacilityFit, PeopleFit, TreatmentTime
from scenarios.format.schema.scenario import Group, ScenarioFile, Side

_DAY_MIN = 1440.0
_POINT_KM = 0.5  # distance of an exchange point from the task of the transports that serve it, as in the engine


class _Entry(NamedTuple):
    """The units of an entry of a group: their group, card, people of each, and number."""

    group: Group
    card: PlatformCard
    people: PeopleFit
    n: int


def medical_warnings(content: ScenarioFile) -> list[str]:
    """Return a warning, ``path: problem; remedy``, for each side whose casualties cannot be cared for.

    Without a facility, or without transports where people are not at a facility themselves, nobody is treated. Where
    more patients come in the mean than the stations of all facilities can treat, queues grow for ever.
    """
    section = content.medical
    if section is None:
        return []
    warnings: list[str] = []
    for side in content.sides:
        entries = list(_entries(content, side))
        n_people = sum(entry.people.total * entry.n for entry in entries)
        if n_people == 0 or side.stance != "belligerent":
            continue
        facilities = [(entry.card.facility, entry.n) for entry in entries if entry.card.facility is not None]
        afield = any(entry.people.total and entry.card.facility is None for entry in entries)
        if not facilities:
            text = f"{side.name!r} has {n_people} people and no medical facility; give it a platform with `facility`"
            warnings.append(f"groups: {text}")
        elif afield:
            warnings += _missing_way(side, entries, section)
        warnings += _idle_points(side, entries, section)
        warnings += _overload(section, side.name, n_people, facilities)
    return warnings


def _entries(content: ScenarioFile, side: Side) -> Iterator[_Entry]:
    """Yield the entries of the resolved groups of a side."""
    for group in content.groups:
        if group.side == side.name and group.spoofed_by is None:
            for entry in group.units:
                card = content.catalogue.platforms[entry.platform]
                yield _Entry(group, card, entry.people or card.people or PeopleFit(), entry.count)


def _missing_way(side: Side, entries: Sequence[_Entry], section: Medical) -> list[str]:
    """Return a warning where the side has no transport that fetches the hurt, or none for those who lie."""
    able = [(entry, entry.card.evacuation) for entry in entries if entry.card.evacuation is not None]
    rule = side.medical.parameters.get("unmanned") if side.medical is not None else None
    used = [
        (entry, fit) for entry, fit in able if entry.people.crew > 0 or (rule or section.evacuation.unmanned) != "none"
    ]
    tasked = [fit for entry, fit in used if entry.group.task.verb == "evacuate"]
    text = ""
    if not able:
        text = "has facilities and no way to them; give it a platform with `evacuation`"
    elif not used:
        text = (
            "has no transports but unmanned ones, which are used for nobody; give it manned ones, or "
            "medical.evacuation.unmanned light or all"
        )
    elif not tasked:
        text = "has transports, none of which has the task evacuate; give it to their group, or order it in the run"
    elif not any(_litters(fit) for fit in tasked):
        text = (
            "has no litters aboard its transports, so that who cannot sit is left behind; give a platform with litters"
        )
    return [f"groups: {side.name!r} {text}"] if text else []


def _litters(fit: EvacuationFit) -> int:
    return fit.litters


def _idle_points(side: Side, entries: Sequence[_Entry], section: Medical) -> list[str]:
    """Return a warning for each exchange point to which no transport brings anybody, or from which none takes them."""
    able = (e.group for e in entries if e.card.evacuation is not None and e.group.task.verb == "evacuate")
    groups = list({group.name: group for group in able}.values())
    points = [(k, point) for k, point in enumerate(section.evacuation.exchange_points) if point.side == side.name]
    onward = [group for group in groups if not any(_serves(group, point) for _, point in points)]
    warnings: list[str] = []
    for k, point in points:
        where = f"medical.evacuation.exchange_points[{k}]"
        if not any(_serves(group, point) for group in groups):
            text = f"no group with the task evacuate brings casualties to {point.name!r}"
            warnings.append(f"{where}: {text}; give its place as at_km of such a task, or leave it out")
        elif not onward:
            text = f"no transport takes casualties on from {point.name!r}, where they wait for ever"
            warnings.append(f"{where}: {text}; give a group the task evacuate elsewhere")
    return warnings


def _serves(group: Group, point: ExchangePoint) -> bool:
    """Return whether the transports of a group bring casualties to an exchange point."""
    place = group.task.at_km or group.at_km
    return group.task.target is None and place is not None and math.dist(place, point.at_km) <= _POINT_KM


def _overload(section: Medical, side: str, n_people: int, facilities: Sequence[tuple[FacilityFit, int]]) -> list[str]:
    """Return warnings where the places for resuscitation, or the tables, are too few for the mean arrivals."""
    if not facilities:
        return []
    sick = section.sickness
    rates = sick.wounded_per_1000_per_day, sick.disease_per_1000_per_day, sick.stress_per_1000_per_day
    causes = section.injuries.fragment, section.injuries.disease, section.injuries.stress
    patients = [rate * n_people / 1000.0 * (1.0 - of.p_at_once) for rate, of in zip(rates, causes, strict=True)]
    cut = sum(per_day * _surgery_share(of, section) for per_day, of in zip(patients, causes, strict=True))
    bays = sum(count * _per_day(fit.bays, settled(fit.times.resuscitation)) for fit, count in facilities)
    tables = sum(
        count * _per_day(min(fit.theatres, settled(fit.teams)), settled(fit.times.surgery)) for fit, count in facilities
    )
    warnings: list[str] = []
    if sum(patients) > bays:
        text = (
            f"{side!r} has {sum(patients):.3g} patients a day by `sickness` and room for the resuscitation of "
            f"{bays:.3g}, so that its queues grow for ever; give more bays, or lower the rates"
        )
        warnings.append(f"medical.sickness: {text}")
    if cut > tables > 0.0:
        text = (
            f"{side!r} has {cut:.3g} patients a day by `sickness` who need surgery and room for {tables:.3g}, "
            "so that its queues grow for ever; give more theatres and teams, or lower the rates"
        )
        warnings.append(f"medical.sickness: {text}")
    return warnings


def _surgery_share(injury: Injury, section: Medical) -> float:
    """Return the share of the injuries of a cause that need surgery, by the triage of their severity alone."""
    t1, t2, t3 = section.care.p_surgery
    by_triage = [(section.triage.t1_niss, t1), (section.triage.t2_niss, t2), (0.0, t3)]

    def p_surgery(niss: float) -> float:
        return next(p for least, p in by_triage if niss >= least)

    if injury.severity.niss is not None:
        return p_surgery(injury.severity.niss)
    lows: Bands = (1.0, 9.0, 16.0, 25.0, 50.0)
    return sum(share * p_surgery(low) for share, low in zip(injury.severity.shares, lows, strict=True))


def _per_day(places: int, time: TreatmentTime) -> float:
    """Return the treatments that places can give in a day."""
    mean_min = _mean_minutes(time)
    return places * (_DAY_MIN / mean_min if mean_min > 0.0 else math.inf) if places > 0 else 0.0


def _mean_minutes(time: TreatmentTime) -> float:
    """Return the mean of a time of treatment [min]."""
    if time.low_min is not None and time.mode_min is not None and time.high_min is not None:
        return (time.low_min + time.mode_min + time.high_min) / 3.0
    return time.mean_min or 0.0
