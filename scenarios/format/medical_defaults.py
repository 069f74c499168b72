"""Medical parts of cards with their defaults filled in, for scenarios with medical support."""

from typing import Any

from scenarios.format.schema.cards import PlatformCard, WeaponCard
from scenarios.format.schema.medical_cards import (
    INTENSIVE_TIME,
    RESUSCITATION_TIME,
    ROLE_1_TIME,
    SURGERY_TIME,
    WARD_TIME,
    FacilityFit,
    PeopleFit,
)

HOLDING_DAYS = {1: 1.0, 2: 3.0, 3: 30.0}
"""Longest stay for return to duty by role (placeholder)."""
NO_CARE: dict[str, Any] = {"people": None, "facility": None, "evacuation": None, "protected": False}
"""Parts of cards in scenarios without medical support."""


def filled_care(card: PlatformCard) -> dict[str, Any]:
    """Return the medical parts of a platform with their defaults filled in."""
    return {
        "people": card.people or PeopleFit(),
        "facility": None if card.facility is None else _filled_facility(card.facility),
        "evacuation": card.evacuation,
        "protected": card.protected,
    }


def _filled_facility(facility: FacilityFit) -> FacilityFit:
    times = facility.times
    first = ROLE_1_TIME if facility.role == 1 else RESUSCITATION_TIME
    return facility.model_copy(
        update={
            "teams": facility.theatres if facility.teams is None else facility.teams,
            "holding_days": HOLDING_DAYS[facility.role] if facility.holding_days is None else facility.holding_days,
            "times": times.model_copy(
                update={
                    "resuscitation": times.resuscitation or first,
                    "surgery": times.surgery or SURGERY_TIME,
                    "intensive": times.intensive or INTENSIVE_TIME,
                    "ward": times.ward or WARD_TIME,
                }
            ),
        }
    )


def injury_of(card: WeaponCard) -> str:
    """Return the cause of the injuries of a weapon. ``guided`` is filled in."""
    if card.injury is not None:
        return card.injury
    if card.fire == "area":
        return "fragment"
    return "blast" if card.guided else "bullet"
