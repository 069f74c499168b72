"""Injuries by their cause, their severity and regions, and the clocks of injury and bleeding."""

from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, model_validator

from scenarios.format.schema.numbers import (
    BleedingGrowth,
    BleedingRate,
    BloodShare,
    CareDays,
    ClockPower,
    ClockScale,
    Niss,
    NissOrNever,
    Share,
    Variation,
)
from scenarios.format.schema.types import Model

Bands = tuple[Share, Share, Share, Share, Share]
"""Values for NISS 1 to 8, 9 to 15, 16 to 24, 25 to 49 and 50 to 75."""
Days = tuple[CareDays, CareDays, CareDays, CareDays, CareDays]
RegionName = Literal["head", "torso", "junctional", "limb"]
_SUM_ERROR = 1e-6


_EXPLOSION = (0.77, 0.09, 0.04, 0.08, 0.02)
_GUNSHOT = (0.57, 0.15, 0.08, 0.16, 0.04)
_CRASH_SHARES = (0.36, 0.24, 0.085, 0.25, 0.065)


class Severity(Model):
    """The severity of an injury (NISS): the shares of its bands; a number fixes it.

    Within a band low severities are the more frequent: a uniform number v lies at v^2 of the band. Source of both: the
    registries and counts that the page of casualties derives the shares of explosions from.
    """

    shares: Bands = Field(
        default=_EXPLOSION,
        description="Of those who are not killed at once, NISS 1 to 8, 9 to 15, 16 to 24, 25 to 49, 50 to 75; their "
        "sum is 1. Source: derived from Chesser 2009, Eastridge 2012, Webster 2021, Patel 2013, Le 2016, Tiruneh 2024 "
        "(page of casualties).",
    )
    niss: Niss | None = Field(default=None, description="The same for all; null: drawn.")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(sum(self.shares) - 1.0) > _SUM_ERROR:
            raise ValueError(f"the shares of severity add up to {sum(self.shares):g}; make them add up to 1")
        return self


class RegionShares(Model):
    """Shares of the body regions. Source: Owens et al. 2008 (head and neck 29, chest 6, abdomen 11, limbs 54 %); the
    junctional share is a placeholder.
    """

    head: Share = 0.29
    torso: Share = 0.17
    junctional: Share = 0.05
    limb: Share = 0.49

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.head + self.torso + self.junctional + self.limb
        if abs(total - 1.0) > _SUM_ERROR:
            raise ValueError(f"the shares of the regions add up to {total:g}; make them add up to 1")
        return self


def _severity(value: Any) -> Any:
    """Expand a number to a severity of all."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"niss": float(value)}
    return value


class Injury(Model):
    """Injuries of one cause."""

    p_at_once: Share = Field(
        default=0.0,
        description="Probability that it kills at once. Source of fragments, blast and mines (0.05) and of bullets "
        "(0.1): 9.7 % and 20.3 % of those hit died (United States, 2001 to 2009), 87.3 % of these before care "
        "(Eastridge 2012), 57.1 % of these at once (Webster 2021); mines: 9.2 % died (Croatia, Mil. Med. 2004). "
        "Burns (0.05): 13 % of the casualties of 103 fires aboard ships died (United States, 1970 to 2020), 4 % in "
        "care (Kauvar 2006). Crashes (0.12): 136 of 611 hurt in helicopters died (Shanahan 1989), 2 % in care (trauma "
        "registry of the United States, 2007 to 2020). Of the others 57.1 % at once in both.",
    )
    severity: Annotated[Severity, BeforeValidator(_severity)] = Severity()
    regions: RegionShares = RegionShares()
    p_bleeding: Share = Field(
        default=0.0,
        description="Probability of dangerous bleeding, from `deterioration.bleeding_niss` on, but in the head. Source "
        "of fragments and blast (0.45): torso with shock in 2.2 % of the registry (Stannard 2013), tourniquets in 8.4 "
        "% (Kragh 2015), of the 33 % with such a severity, 0.71 of them hurt elsewhere than in the head; others "
        "placeholder.",
    )


def _given(default: Injury) -> Any:
    """Return a validator that completes an injury from its defaults."""

    def complete(value: Any) -> Any:
        return default.model_dump() | cast("dict[str, Any]", value) if isinstance(value, dict) else value

    return BeforeValidator(complete)


_FRAGMENT = Injury(p_at_once=0.05, p_bleeding=0.45)
_BULLET = Injury(p_at_once=0.1, p_bleeding=0.45, severity=Severity(shares=_GUNSHOT))
_BLAST = Injury(p_at_once=0.05, p_bleeding=0.45)
_MINE = Injury(
    p_at_once=0.05,
    p_bleeding=0.5,
    regions=RegionShares(head=0.1, torso=0.15, junctional=0.1, limb=0.65),
)
_BURN = Injury(p_at_once=0.05)
_CRASH = Injury(
    p_at_once=0.12,
    p_bleeding=0.2,
    severity=Severity(shares=_CRASH_SHARES),
    regions=RegionShares(head=0.28, torso=0.24, junctional=0.05, limb=0.43),
)
_DISEASE = Injury(severity=Severity(shares=(0.95, 0.05, 0.0, 0.0, 0.0)))
_STRESS = Injury(severity=Severity(shares=(1.0, 0.0, 0.0, 0.0, 0.0)))


class Injuries(Model):
    """Injuries by their cause. Fragments, blast and mines have the shares of explosions; bullets twice their shares
    from NISS 16 on, as bullets killed 20.3 % and explosions 9.7 % of those whom they hit. Burns have the shares of
    explosions, whose mean of 8 and spread of 12 are those of burns by explosions in Iraq (8 and 11, Kauvar 2006).
    Crashes: regions head 28, limbs 43 % (Shanahan 1989), severities from quartiles of 4, 9 and 22 (page of casualties).
    Regions of mines, disease and stress are placeholders.
    """

    p_hurt: Share | None = Field(
        default=None,
        description="Probability that a hit on a unit hurts each person there; null: by the strength lost and the "
        "protection of the unit.",
    )
    fragment: Annotated[Injury, _given(_FRAGMENT)] = Field(default=_FRAGMENT, description="Area fire.")
    bullet: Annotated[Injury, _given(_BULLET)] = Field(default=_BULLET, description="Aimed fire of unguided rounds.")
    blast: Annotated[Injury, _given(_BLAST)] = Field(default=_BLAST, description="Guided rounds, and injects.")
    mine: Annotated[Injury, _given(_MINE)] = _MINE
    burn: Annotated[Injury, _given(_BURN)] = Field(default=_BURN, description="Weapons with `injury: burn`.")
    crash: Annotated[Injury, _given(_CRASH)] = Field(default=_CRASH, description="Crashes, and the loss of the host.")
    disease: Annotated[Injury, _given(_DISEASE)] = _DISEASE
    stress: Annotated[Injury, _given(_STRESS)] = _STRESS


class Bleeding(Model):
    """Bleeding of a region: the volume goes as exp(-(a t + k t^2 / 2)), with a uniform between two rates."""

    from_per_h: BleedingRate
    to_per_h: BleedingRate
    growth_per_h2: BleedingGrowth = Field(default=0.0, description="Growth k of the rate.")

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.from_per_h > self.to_per_h:
            raise ValueError(f"from_per_h {self.from_per_h:g} is above to_per_h {self.to_per_h:g}; swap them")
        return self


_HEAD = Bleeding(from_per_h=0.0, to_per_h=0.0)
_TORSO = Bleeding(from_per_h=0.5, to_per_h=2.0)
_JUNCTIONAL = Bleeding(from_per_h=2.0, to_per_h=5.0)
_LIMB = Bleeding(from_per_h=2.0, to_per_h=5.0)


class RegionBleeding(Model):
    """Bleeding by region. Source of torso and limb: SIMEDIS, Winter Simulation Conference 2025. None in the head: the
    bleeding that killed was in the torso, junctions and limbs (Eastridge 2011, 2012). Junctions as limbs (placeholder).
    """

    head: Bleeding = _HEAD
    torso: Bleeding = _TORSO
    junctional: Bleeding = _JUNCTIONAL
    limb: Bleeding = _LIMB


class Deterioration(Model):
    """Two clocks, of the injury and of the bleeding; the first that runs out kills."""

    law: Literal["none", "power", "exponential"] = Field(
        default="power",
        description="Time to death of an injury without care. power: scale_min NISS^-power (43 500 min and 1.95: "
        "SIMEDIS, Winter Simulation Conference 2025); exponential: drawn with mean_min; none: it does not kill.",
    )
    scale_min: ClockScale = 43_500.0
    power: ClockPower = 1.95
    cv: Variation = Field(default=0.0, description="Coefficient of variation of a lognormal spread of the power law.")
    mean_min: ClockScale = Field(
        default=36.3, description="Of the exponential law (a published cohort of those who died before care)."
    )
    least_niss: NissOrNever = Field(
        default=16.0,
        description="Least severity that kills in time. Source: one injury of AIS 4, by the definition of that scale "
        "the least that threatens life.",
    )
    p_fatal: Share = Field(
        default=1.0,
        description="Probability that an injury from `least_niss` on kills without care; the others do not by this "
        "clock. Source: with transports of 55 min on the mean (Iraq) 37 of the 93 of NISS 25 and more in 1000 hit died "
        "before a facility, more than die here if all such injuries kill (page of casualties).",
    )
    bleeding_niss: NissOrNever = Field(
        default=9.0,
        description="Least severity with dangerous bleeding. Source: an open artery of a limb is AIS 3 by the "
        "definition of that scale.",
    )
    dead_below: BloodShare = Field(default=0.4, description="Share of the blood volume at which he dies (SIMEDIS).")
    bleeding: RegionBleeding = RegionBleeding()
    bleeds_out: tuple[RegionName, ...] = Field(
        default=("torso", "junctional", "limb"),
        description="Regions where an injury that kills in time does so by bleeding, at the rate by which he dies at "
        "that time without care; there is bleeding by all causes with a `p_bleeding` above 0. Elsewhere the clock of "
        "the injury kills. Source: of those who died before a facility of wounds that could have been survived 90.9 % "
        "bled to death, 8 % died of the airway, 1 % of a tension pneumothorax (Eastridge 2012).",
    )
