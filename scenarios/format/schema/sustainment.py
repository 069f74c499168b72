"""Sustainment: components that wear out, the workshops that repair them, and supply."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from scenarios.format.schema.numbers import (
    AgeHours,
    Cost,
    CrewCount,
    Flag,
    GammaScale,
    GammaShape,
    Interval,
    LifeHours,
    Metres,
    RateFactor,
    Share,
    SignalError,
    Variation,
    WearLimit,
    WeibullShape,
    WorkHours,
)
from scenarios.format.schema.supply import Supply
from scenarios.format.schema.types import LocalName, Model, Name, Text

PartName = Literal["power", "mobility", "sensor", "link", "weapon"]
EchelonName = Literal["unit", "intermediate", "depot"]
LawName = Literal["fixed", "exponential", "lognormal", "gamma"]


class Weibull(Model):
    """Failures with a Weibull hazard: the probability of survival to the age t is exp(-(t / scale_h)^shape)."""

    shape: WeibullShape = Field(default=1.0, description="1: constant hazard; above 1: the hazard grows with age.")
    scale_h: LifeHours = Field(description="Characteristic life in effective hours: 63 % fail before it.")


class GammaWear(Model):
    """Wear as a gamma process: in t effective hours it grows by a gamma variate of shape ``shape_per_h t``."""

    shape_per_h: GammaShape
    scale: GammaScale = Field(default=1.0, description="Mean growth per hour is shape_per_h times this.")
    limit: WearLimit = Field(description="Wear at which it fails.")
    signal_sigma: SignalError = Field(
        default=0.0, description="Standard deviation of its condition signal, as a share of the limit."
    )
    degraded_at: Share | None = Field(
        default=None, description="Share of the limit from which it is degraded; null: it works until it fails."
    )
    kept_share: Share = Field(
        default=1.0,
        description="Performance left when degraded: speed for mobility and power, scans for sensors; other parts "
        "keep theirs.",
    )


class Rates(Model):
    """Effective hours per hour of use. The last three add to the rate under way; the sea counts at rest, too."""

    at_rest: RateFactor = Field(default=1.0, description="Active at rest.")
    under_way: RateFactor = Field(default=1.0, description="Active and moving.")
    aboard: RateFactor = Field(default=0.0, description="Aboard a host.")
    per_speed: RateFactor = Field(default=0.0, description="At the maximum speed; in proportion below.")
    per_roughness: RateFactor = Field(
        default=0.0, description="On ground that takes all speed; in proportion to the share of speed lost."
    )
    per_sea_state: RateFactor = Field(default=0.0, description="For each sea state, for surface platforms.")


class Work(Model):
    """The duration of work."""

    mean_h: WorkHours
    law: LawName = "exponential"
    cv: Variation = Field(default=0.5, description="Coefficient of variation of the laws lognormal and gamma.")


def _work(value: Any) -> Any:
    """Expand a number of hours to a duration."""
    return {"mean_h": value} if isinstance(value, (int, float)) and not isinstance(value, bool) else value


WorkTime = Annotated[Work, BeforeValidator(_work)]


class Component(Model):
    """A component of a platform: its failures, their effect, and its repair. It is as good as new after a repair."""

    name_ko: LocalName = Field(default="", description="Name in Korean.")
    part: PartName | None = Field(
        default=None, description="The part that fails with it; null: its name. power: mobility, sensor and link."
    )
    source: Text = Field(default="placeholder", description="Open source of the numbers, or `placeholder`.")
    weibull: Weibull | None = None
    gamma: GammaWear | None = Field(default=None, description="With both, the first failure counts.")
    rates: Rates = Rates()
    shock_h: AgeHours = Field(default=0.0, description="Effective hours for the loss of the whole strength in combat.")
    start_h: AgeHours = Field(default=0.0, description="Effective hours for each launch from a host.")
    p_start_failure: Share = Field(default=0.0, description="Probability of a failure at a launch, whatever its age.")
    initial_age_h: AgeHours = Field(
        default=0.0, description="Age at the start: uniform from 0 to this, drawn per component and replication."
    )
    essential: Flag = Field(default=True, description="Without it, the platform is not mission capable.")
    hidden: Flag = Field(default=False, description="A failure shows only at the next update of its wear.")
    repair: WorkTime = Field(default=Work(mean_h=2.0), description="Corrective work [h], or its distribution.")
    service: WorkTime | None = Field(default=None, description="Preventive work [h]; null: as corrective.")
    skill: Name | None = Field(default=None, description="Skill of the crew; null: any.")
    echelon: EchelonName = Field(default="unit", description="Lowest echelon that can repair it.")
    spare: Name | None = Field(default=None, description="Item of the stores for each repair; null: none is needed.")
    cost_musd: Cost = Field(default=0.0, description="Cost of the part of a repair or service [million USD].")

    @model_validator(mode="after")
    def _fails(self) -> Self:
        if self.weibull is None and self.gamma is None and self.p_start_failure == 0.0:
            raise ValueError("it never fails; give weibull, gamma or p_start_failure")
        return self


class Crew(Model):
    """Crews of a workshop with the same skills, each on one job at a time."""

    count: CrewCount = 1
    skills: tuple[Name, ...] | None = Field(default=None, description="null: all skills.")


def _crews(value: Any) -> Any:
    """Expand a number of crews to crews with all skills."""
    return [{"count": value}] if isinstance(value, int) and not isinstance(value, bool) else value


class Workshop(Model):
    """A place of repair: aboard a unit or off the map. It repairs units aboard and units within its radius."""

    name: Name
    at: Name | None = Field(default=None, description="Unit, or group with a workshop at each unit; null: off the map.")
    side: Name | None = Field(default=None, description="Its side, if it is off the map.")
    crews: Annotated[tuple[Crew, ...] | None, BeforeValidator(_crews)] = Field(
        default=(Crew(),), description="Number of crews, or crews with skills; null: a crew for every job."
    )
    echelon: EchelonName = "unit"
    radius_m: Metres = Field(default=200.0, description="Distance within which it repairs units that are not aboard.")
    lead_h: WorkHours = Field(
        default=0.0, description="Time to send a unit there that the workshop at hand cannot repair, and as long back."
    )
    strips: Flag = Field(default=False, description="Parts are taken from units that wait for another part anyway.")


class DamageRepair(Model):
    """Repair of damage by fire and mines."""

    repair: WorkTime
    restored_strength: Share = Field(default=1.0, description="Strength after the repair, if it was less.")
    skill: Name | None = None
    echelon: EchelonName = "unit"
    spare: Name | None = None
    cost_musd: Cost = Field(default=0.0, description="Cost of the parts of a repair [million USD].")


class Sustainment(Supply):
    """Sustainment of all sides. Without this section nothing wears out, nothing is repaired and supplies are free."""

    wear: Flag = Field(default=True, description="Platforms wear out by the `wear` of their cards.")
    wear_interval_s: Interval = Field(default=60.0, description="Time between updates of the wear of a unit.")
    repair_interval_s: Interval | None = Field(
        default=None, description="Time between rounds of the workshops; null: as the wear."
    )
    signal_interval_s: Interval = Field(default=600.0, description="Least time between two condition signals.")
    return_on_failure: Flag = Field(
        default=True, description="A unit with a failed essential component that can be repaired returns by itself."
    )
    damage_repair: DamageRepair | None = Field(default=None, description="null: damage by fire and mines stays.")
    workshops: tuple[Workshop, ...] | None = Field(
        default=None, description="null: each host and each command post is a workshop with a crew."
    )
    crew_hour_cost_musd: Cost = Field(default=0.0, description="Cost of an hour of work of a crew [million USD].")
    supply_interval_s: Interval = Field(
        default=10.0, description="Time between updates of stores, carriers and shipments."
    )
