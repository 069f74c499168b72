"""Medical parts of platform cards: the people aboard, facilities, and places for casualties."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from scenarios.format.schema.numbers import (
    BloodUnits,
    CareDays,
    Factor,
    Flag,
    Minutes,
    PatientLoad,
    PatientPlaces,
    PeopleCount,
    PositiveMetres,
    Share,
    TreatmentMinutes,
    Variation,
)
from scenarios.format.schema.types import Model, Name, Text

TreatmentLawName = Literal["fixed", "exponential", "lognormal", "triangular"]


class PeopleFit(Model):
    """The people of a unit, where the scenario has the section `medical`."""

    crew: PeopleCount = Field(default=0, description="People without whom it cannot move or fire, medics included.")
    passengers: PeopleCount = 0
    civilians: PeopleCount = 0
    medics: PeopleCount = Field(default=0, description="Medics among the crew; they give better first aid.")
    protection: Share = Field(
        default=0.0,
        description="Share of injuries prevented by armour and walls: a hit that takes the share s of the strength "
        "left hurts each person with probability (1 - protection) s.",
    )
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")

    @model_validator(mode="after")
    def _has_medics(self) -> Self:
        if self.medics > self.crew:
            raise ValueError(f"{self.medics} medics in a crew of {self.crew}; count medics in the crew")
        return self

    @property
    def total(self) -> int:
        """Number of people."""
        return self.crew + self.passengers + self.civilians


def _people(value: Any) -> Any:
    """Expand a number to a crew."""
    return {"crew": value} if isinstance(value, int) and not isinstance(value, bool) else value


PeopleAboard = Annotated[PeopleFit, BeforeValidator(_people)]


class TreatmentTime(Model):
    """The time of a treatment. A number of minutes is a fixed time."""

    law: TreatmentLawName = "triangular"
    mean_min: TreatmentMinutes | None = Field(default=None, description="For the laws fixed, exponential, lognormal.")
    cv: Variation = Field(default=0.5, description="Coefficient of variation of the lognormal law.")
    low_min: TreatmentMinutes | None = Field(default=None, description="Triangular: the shortest time.")
    mode_min: TreatmentMinutes | None = Field(default=None, description="Triangular: the most frequent time.")
    high_min: TreatmentMinutes | None = Field(default=None, description="Triangular: the longest time.")

    @model_validator(mode="after")
    def _fits_law(self) -> Self:
        three = (self.low_min, self.mode_min, self.high_min)
        if self.law == "triangular":
            if self.mean_min is not None:
                raise ValueError("a triangular time has low_min, mode_min and high_min; leave mean_min out")
            if self.low_min is None or self.mode_min is None or self.high_min is None:
                raise ValueError("a triangular time needs low_min, mode_min and high_min; give all three")
            if not self.low_min <= self.mode_min <= self.high_min:
                raise ValueError("low_min, mode_min and high_min are not in ascending order; sort them")
        elif self.mean_min is None:
            raise ValueError(f"the law {self.law} needs mean_min; give it")
        elif any(value is not None for value in three):
            raise ValueError(f"the law {self.law} has mean_min alone; leave low_min, mode_min and high_min out")
        return self


def _time(value: Any) -> Any:
    """Expand a number of minutes to a fixed time."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"law": "fixed", "mean_min": float(value)}
    return value


CareTime = Annotated[TreatmentTime, BeforeValidator(_time)]


def triangular(low_min: float, mode_min: float, high_min: float) -> TreatmentTime:
    """Return a triangular time."""
    return TreatmentTime(law="triangular", low_min=low_min, mode_min=mode_min, high_min=high_min)


ROLE_1_TIME = triangular(10.0, 20.0, 30.0)
"""Resuscitation at Role 1 (SIMEDIS, Winter Simulation Conference 2025)."""
RESUSCITATION_TIME = triangular(25.0, 45.0, 70.0)
SURGERY_TIME = triangular(41.0, 95.0, 210.0)
INTENSIVE_TIME = triangular(360.0, 1440.0, 2160.0)
WARD_TIME = triangular(1440.0, 4320.0, 10_080.0)


class CareTimes(Model):
    """Times at the stations of a facility. null: by its role."""

    resuscitation: CareTime | None = Field(
        default=None,
        description="null: triangular, 10, 20, 30 min at Role 1, and 25, 45, 70 min above (SIMEDIS, Winter Simulation "
        "Conference 2025).",
    )
    surgery: CareTime | None = Field(default=None, description="null: triangular, 41, 95, 210 min (SIMEDIS 2025).")
    intensive: CareTime | None = Field(
        default=None, description="null: triangular, 360, 1440, 2160 min (SIMEDIS 2025)."
    )
    ward: CareTime | None = Field(default=None, description="null: triangular, 1, 3, 7 days (placeholder).")


class FacilityFit(Model):
    """A medical facility: Role 1 (first aid, triage, stabilisation), 2 (damage control surgery) or 3 (hospital)."""

    role: Literal[1, 2, 3]
    bays: PatientPlaces = Field(default=2, description="Places for resuscitation.")
    theatres: PatientPlaces = Field(default=0, description="Operating tables.")
    intensive: PatientPlaces = Field(default=0, description="Beds for intensive care.")
    ward: PatientPlaces = Field(default=0, description="Other beds.")
    teams: PatientPlaces | None = Field(default=None, description="Surgical teams; null: one for each table.")
    mass_casualty_from: PatientLoad | None = Field(
        default=None, description="Patients in the queue from which it works in mass-casualty mode; null: never."
    )
    mass_casualty_factor: Factor = Field(
        default=0.7, description="Factor on the times of treatment in mass-casualty mode (placeholder)."
    )
    divert_from: PatientLoad | None = Field(
        default=None, description="Patients in the queue from which transports go to another facility; null: never."
    )
    setup_min: Minutes = Field(default=0.0, description="Time after a move until it treats again.")
    holding_days: CareDays | None = Field(
        default=None,
        description="Longest stay for return to duty; others go on or leave. null: 1 at Role 1, 3 at Role 2, 30 at "
        "Role 3 (placeholder).",
    )
    blood: Name | None = Field(default=None, description="Item of its stores for blood; null: without limit.")
    stores: Name | None = Field(
        default=None, description="Item of its stores of which each treatment takes a unit; null: none is needed."
    )
    reach_m: PositiveMetres = Field(default=200.0, description="Distance for unloading and for walking in.")
    times: CareTimes = CareTimes()
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")

    @model_validator(mode="after")
    def _fits_role(self) -> Self:
        if self.theatres > 0 and self.role == 1:
            raise ValueError("Role 1 has no surgery; leave theatres out, or give role 2 or 3")
        if self.theatres == 0 and self.role > 1:
            raise ValueError(f"Role {self.role} has surgery; give theatres, or role 1")
        if self.teams is not None and self.teams == 0 and self.theatres > 0:
            raise ValueError("tables without a surgical team are never used; give teams, or no theatres")
        if self.bays == 0:
            raise ValueError("every casualty begins with resuscitation; give at least one of bays")
        return self


class EvacuationFit(Model):
    """The places of a platform for casualties: it evacuates by the task evacuate, or as a medical policy orders."""

    litters: PatientPlaces = Field(default=0, description="Places for casualties who lie.")
    seats: PatientPlaces = Field(default=0, description="Places for casualties who can sit.")
    attendant: Flag = Field(default=False, description="Somebody cares for them on the way.")
    blood: BloodUnits = Field(
        default=0, description="Units of blood for the way, given where `medical.evacuation.blood_forward` is on."
    )
    load_min: Minutes = Field(default=3.0, description="Time to load all casualties of a stop (placeholder).")
    unload_min: Minutes = Field(default=3.0, description="Time to hand all casualties over (placeholder).")
    reach_m: PositiveMetres = Field(default=50.0, description="Distance for loading.")
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        if self.litters + self.seats == 0:
            raise ValueError("it has no places; give litters or seats")
        if self.blood > 0 and not self.attendant:
            raise ValueError("nobody aboard could give its blood; give attendant: true, or no blood")
        return self
