"""Medical support: first aid, triage, evacuation and care."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.format.schema.injuries import Bands, Days, Deterioration, Injuries
from scenarios.format.schema.numbers import (
    BleedingRate,
    BloodShare,
    BloodUnits,
    CareHours,
    Factor,
    Flag,
    Interval,
    Metres,
    Minutes,
    NissOrNever,
    RangeOrNone,
    RatePerThousand,
    Share,
)
from scenarios.format.schema.types import LocalName, Model, Name, PointKm


class FirstAid(Model):
    """First aid at the place of the injury, by one helper to one casualty at a time, the worst first.

    A tourniquet comes before all else: where it holds, it does so from the begin of the aid.
    """

    reaction_min: Minutes = Field(default=2.0, description="Time from the injury to aid at the earliest (placeholder).")
    buddy_min: Minutes = Field(default=4.0, description="Length of aid by a comrade (placeholder).")
    medic_min: Minutes = Field(default=8.0, description="Length of aid by a medic (placeholder).")
    medic_reach_m: Metres = Field(
        default=200.0, description="Distance at which a medic of another unit of the side helps (placeholder)."
    )
    self_aid: Flag = Field(default=True, description="One who can walk treats himself where no comrade is fit.")
    p_tourniquet: Share = Field(
        default=0.78,
        description="Probability that the tourniquet of a comrade on a limb holds. Source: 22 % of the placements of a "
        "tourniquet with a windlass did not (Heldenberg 2015).",
    )
    p_tourniquet_medic: Share = Field(
        default=0.95,
        description="The same of a medic, who puts a second where the first does not hold: 1 - 0.22^2, as medics were "
        "no better with one (Heldenberg 2015).",
    )
    tourniquet_per_h: BleedingRate = Field(default=0.01, description="Bleeding under a tourniquet (SIMEDIS).")
    trauma_rate: Factor = Field(default=1.0, description="Speed of the clock of the injury after aid by a comrade.")
    trauma_rate_medic: Factor = Field(
        default=0.74,
        description="The same after aid by a medic. Source: 26 % fewer of those with a head injury died within 24 "
        "hours with tranexamic acid (CRASH-3, 2020).",
    )
    bleeding_rate: Factor = Field(
        default=0.8, description="Factor on other bleeding after aid by a comrade (placeholder)."
    )
    bleeding_rate_medic: Factor = Field(
        default=0.69,
        description="The same after aid by a medic. Source: 5.3 % bled to death with tranexamic acid within an hour, "
        "7.7 % without (CRASH-2, 2011).",
    )
    medic_blood: BloodUnits = Field(default=0, description="Units of blood that a medic gives to one who bleeds.")
    request_min: Minutes = Field(
        default=2.0, description="Time from the end of the aid to the request of evacuation (placeholder)."
    )


class Triage(Model):
    """Triage by severity, with errors of one category."""

    t1_niss: NissOrNever = Field(default=16.0, description="Least severity of T1.")
    t2_niss: NissOrNever = Field(default=9.0, description="Least severity of T2; below: T3.")
    t4_niss: NissOrNever = Field(default=66.0, description="Least severity of T4, expectant (placeholder).")
    t1_blood: BloodShare = Field(default=0.7, description="T1 below this share of the blood volume (placeholder).")
    p_over: Share = Field(
        default=0.25,
        description="Probability that T2 or T3 is judged more urgent by one (trauma committees: 25-35 %; of all at the "
        "point of injury in Afghanistan 17 % were, Plackett 2016).",
    )
    p_under: Share = Field(
        default=0.05,
        description="Probability that T1 or T2 is judged less urgent by one (trauma committees: 5 %; of all at the "
        "point of injury in Afghanistan 6 % were, Plackett 2016).",
    )
    p_over_facility: Share = Field(default=0.1, description="The same at a facility (placeholder).")
    p_under_facility: Share = Field(default=0.02, description="The same at a facility (placeholder).")


class Sickness(Model):
    """Rates per person, for those who are fit."""

    disease_per_1000_per_day: RatePerThousand = 0.0
    stress_per_1000_per_day: RatePerThousand = Field(default=0.0, description="Mental stress.")
    wounded_per_1000_per_day: RatePerThousand = Field(
        default=0.0,
        description="Mean of the rate of wounded outside the fight that is played, drawn for each side and day "
        "(combat: 1.77, standard deviation 3.56).",
    )
    wounded_sd: RatePerThousand = Field(default=0.0, description="Its standard deviation from day to day (gamma law).")

    @model_validator(mode="after")
    def _has_mean(self) -> Self:
        if self.wounded_sd > 0.0 and self.wounded_per_1000_per_day == 0.0:
            raise ValueError("a spread about a rate of 0; give wounded_per_1000_per_day, or no wounded_sd")
        return self


class ExchangePoint(Model):
    """A place where a transport hands casualties over to another."""

    name: Name
    name_ko: LocalName = Field(default="", description="Name in Korean.")
    side: Name
    at_km: PointKm


class Evacuation(Model):
    """Evacuation by vehicles, boats and aircraft with places for casualties."""

    blood_forward: Flag = Field(
        default=False, description="Transports with an attendant give the blood that they carry."
    )
    unmanned: Literal["none", "light", "all"] = Field(
        default="all", description="Casualties for unmanned transports: none, those who can sit or are T3, or all."
    )
    trauma_rate: Factor = Field(
        default=0.34,
        description="Speed of the clock of the injury with an attendant. Source: with critical-care paramedics 66 % "
        "fewer of the severely wounded died within 48 hours (Mabry 2012).",
    )
    bleeding_rate: Factor = Field(
        default=0.34, description="Factor on bleeding with an attendant. Source: as `trauma_rate`."
    )
    trauma_rate_alone: Factor = Field(default=1.0, description="Factor on the speed that it has, without one.")
    bleeding_rate_alone: Factor = Field(default=1.0, description="The same for bleeding.")
    exchange_points: tuple[ExchangePoint, ...] = ()
    escort_wait_min: Minutes = Field(
        default=0.0,
        description="Longest time that a transport waits for the units whose task is to escort its group, before it "
        "sets out for a casualty; 0: it does not wait.",
    )


class CareRules(Model):
    """Effects of the care at facilities."""

    trauma_rate: Factor = Field(
        default=0.2, description="Speed of the clock of the injury from resuscitation on (placeholder)."
    )
    bleeding_rate: Factor = Field(default=0.2, description="Factor on bleeding from resuscitation on (placeholder).")
    p_surgery: tuple[Share, Share, Share] = Field(
        default=(0.65, 0.3, 0.05), description="Probability that T1, T2, T3 need surgery (T1: published; others not)."
    )
    p_died_of_wounds: Bands = Field(
        default=(0.0, 0.0025, 0.01, 0.085, 0.24),
        description="Probability of death of wounds whatever the care, by severity: NISS 1 to 8, 9 to 15, 16 to 24, 25 "
        "to 49, 50 to 75. Source: 48.6 % of those who died of wounds could not have been saved (Eastridge 2011), of "
        "the 17.3 % of the critical who died after they had reached a hospital (Tiruneh 2024) and of half at NISS 60 "
        "(Penn-Barwell 2015); below 25 placeholder. The others die because a clock runs out in care.",
    )
    died_of_wounds_h: CareHours = Field(default=24.0, description="Mean time from care to that death (placeholder).")
    unit_share: BloodShare = Field(default=0.09, description="Share of the blood volume in a unit of blood.")
    blood_up_to: BloodShare = Field(default=0.9, description="Share up to which blood is given.")


class Duty(Model):
    """Return to duty."""

    scene_niss: NissOrNever = Field(
        default=3.0,
        description="Below this severity, that of one or two minor injuries, he returns to duty where he is, without "
        "evacuation (placeholder).",
    )
    scene_h: CareHours = Field(default=2.0, description="After this time (placeholder).")
    mean_days: Days = Field(
        default=(7.5, 10.0, 40.0, 120.0, 365.0),
        description="Mean time from care to duty by severity, exponential: NISS 1 to 8, 9 to 15, 16 to 24, 25 to 49, "
        "50 to 75. He leaves the theatre where it is above the holding of the facility. Source of the first: 56 % of "
        "the wounded in Iraq were back within 72 hours (Chesser 2009); others placeholder.",
    )


class Civilians(Model):
    """Care of the casualties of neutral sides."""

    cared_by: tuple[Name, ...] = Field(
        default=(),
        description="Belligerent sides whose medics, transports and facilities care for them as for their own people, "
        "by need alone.",
    )
    reach_km: RangeOrNone = Field(
        default=2.0, description="Distance at which a unit with a link learns of them (placeholder)."
    )


class Medical(Model):
    """Medical support of all sides. Without this section nobody is hurt."""

    interval_s: Interval = Field(default=30.0, description="Time between updates of casualties and their care.")
    crew_matters: Flag = Field(default=True, description="A unit without a fit crew cannot move or fire.")
    injuries: Injuries = Injuries()
    deterioration: Deterioration = Deterioration()
    first_aid: FirstAid = FirstAid()
    triage: Triage = Triage()
    sickness: Sickness = Sickness()
    evacuation: Evacuation = Evacuation()
    care: CareRules = CareRules()
    duty: Duty = Duty()
    civilians: Civilians = Civilians()

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if not self.triage.t2_niss <= self.triage.t1_niss <= self.triage.t4_niss:
            raise ValueError("triage: t2_niss, t1_niss and t4_niss are not in ascending order; sort them")
        return self
