"""Survival without care: the clock of trauma, bleeding, tourniquets, and the first of two clocks."""

import math
from dataclasses import dataclass

import numpy as np

from logistics.medical.survival import LETHAL_VOLUME, Bleeding, bleeding_time_h, blood_volume, trauma_time_min
from scenarios.measures.statistics import normal_quantile
from scenarios.verification.checks.medical_world import LIMB, TORSO, Watch, camp, fragment, watch
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run
from simcore.medical import Cause

_ROUNDING = 1e-9
"""Relative error of the approximations of exponential and logarithm over all steps of a run."""
_SHARES = (0.1, 0.5, 0.9)
_LOSS = -math.log(LETHAL_VOLUME)


def _relative(found: np.ndarray, expected: np.ndarray | float) -> float:
    """Return the greatest relative difference."""
    return float(np.max(np.abs(found / expected - 1.0), initial=0.0))


@dataclass(frozen=True)
class Trauma:
    """Deaths by the clock of the injury, where it runs: the power law of severity, with a lognormal spread, or an
    exponential law; the same deaths where such an injury kills by bleeding.
    """

    law: str = option("power", "law of the time to death", choices=("power", "exponential"))
    niss: float = option(31.0, "severity of all, power law", low=1.0, high=75.0)
    cv: float = option(0.5, "coefficient of variation of the power law, 0 for none", low=0.0, high=5.0)
    mean_min: float = option(36.3, "mean of the exponential law [min]", low=2.0, high=100_000.0)
    p_fatal: float = option(0.7, "probability that the injury kills without care", low=0.01, high=1.0)
    by: str = option("injury", "clock that kills", choices=("injury", "bleeding"))

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    def _quantile(self, p: float) -> float:
        """Return the time [h] within which a share has died."""
        if self.law == "exponential":
            return -self.mean_min / 60.0 * math.log1p(-p)
        spread = math.sqrt(math.log1p(self.cv**2))
        return trauma_time_min(self.niss) / 60.0 * math.exp(spread * normal_quantile(p) - 0.5 * spread**2)

    @property
    def _watch(self) -> Watch:
        return Watch(1.05 * self._quantile(_SHARES[-1]))

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return self._watch.step_s

    def rows(self, run: Run) -> list[Row]:
        """Compare the shares of the dead at three times, or a certain time."""
        clock = self._watch
        deterioration: Document = {"law": self.law, "least_niss": 1.0, "mean_min": self.mean_min}
        deterioration["p_fatal"] = self.p_fatal
        if self.cv > 0.0:
            deterioration["cv"] = self.cv
        injury = fragment(self.niss)
        if self.by == "bleeding":  # a cause that can bleed, at no rate of its own
            injury = fragment(self.niss, p_bleeding=1.0, regions=TORSO)
            deterioration |= {"bleeds_out": ["torso"], "bleeding": {"torso": {"from_per_h": 0.0, "to_per_h": 0.0}}}
        scenario = camp("trauma", clock.step_s, clock.n_ticks, clock.per_day, injuries=injury,
                        deterioration=deterioration)  # fmt: skip
        seen = watch(scenario, clock, run)
        by = " by bleeding" if self.by == "bleeding" else ""
        if self.law == "power" and self.cv == 0.0:
            judge = Judge("trauma", f"NISS {self.niss:g} p {self.p_fatal:g}{by}")
            dead = seen.only(np.isfinite(seen["death_h"]))
            late = _relative(dead["death_h"], trauma_time_min(self.niss) / 60.0)
            return [
                judge.exact("greatest error of the time to death", late, 0.0, _ROUNDING, "approximations only"),
                judge.proportion("dead in the end", dead.n, seen.n, self.p_fatal),
                judge.exact("deaths by the other clock", float((dead["is_bled"] != (self.by == "bleeding")).sum()), 0.0,
                            0.0, "a count"),
            ]  # fmt: skip
        about = f"NISS {self.niss:g} cv {self.cv:g}" if self.law == "power" else f"mean {self.mean_min:g} min"
        judge = Judge("trauma", f"{self.law} {about} p {self.p_fatal:g}{by}")
        return [
            judge.proportion(f"dead within {60.0 * self._quantile(p):.4g} min", seen.dead_within(self._quantile(p)),
                             seen.n, self.p_fatal * p)
            for p in _SHARES
        ]  # fmt: skip


@dataclass(frozen=True)
class Blood:
    """Bleeding: the volume over time, and the time to 40 % of it, for rates that are fixed or uniform."""

    from_per_h: float = option(0.5, "least rate of bleeding at first [1/h]", above=0.0, high=50.0)
    to_per_h: float = option(2.0, "greatest rate of bleeding at first [1/h]", above=0.0, high=50.0)
    growth_per_h2: float = option(0.3, "growth of the rate [1/h^2]", low=0.0, high=100.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return ["--to-per-h: below --from-per-h; give more"] if self.to_per_h < self.from_per_h else []

    def _time_h(self, rate: float) -> float:
        return bleeding_time_h([Bleeding(0.0, rate, self.growth_per_h2)])

    @property
    def _watch(self) -> Watch:
        return Watch(1.05 * self._time_h(self.from_per_h))

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return self._watch.step_s

    def _dead(self, hours: float) -> float:
        """Return the probability of death within a time: that of a rate high enough."""
        rate = (_LOSS - 0.5 * self.growth_per_h2 * hours**2) / hours
        return min(max((self.to_per_h - rate) / (self.to_per_h - self.from_per_h), 0.0), 1.0)

    def rows(self, run: Run) -> list[Row]:
        """Compare volumes and times to death."""
        clock = self._watch
        about = {"from_per_h": self.from_per_h, "to_per_h": self.to_per_h, "growth_per_h2": self.growth_per_h2}
        scenario = camp(
            "bleeding", clock.step_s, clock.n_ticks, clock.per_day,
            injuries=fragment(20.0, p_bleeding=1.0, regions=TORSO),
            deterioration={"law": "none", "bleeding": {"torso": about}},
        )  # fmt: skip
        judge = Judge("bleeding", f"{self.from_per_h:g} to {self.to_per_h:g} /h growth {self.growth_per_h2:g} /h2")
        if self.to_per_h > self.from_per_h:
            seen = watch(scenario, clock, run)
            times = [self._time_h(self.to_per_h - p * (self.to_per_h - self.from_per_h)) for p in _SHARES]
            return [
                judge.proportion(f"dead within {60.0 * t:.4g} min", seen.dead_within(t), seen.n, self._dead(t))
                for t in times
            ]
        every = watch(scenario, clock, run, to_the_end=False)
        seen, alive = every.only(every["age_h"] >= clock.hours), every.only(np.isinf(every["death_h"]))
        late = _relative(seen["death_h"], self._time_h(self.from_per_h))
        left = blood_volume([Bleeding(0.0, self.from_per_h, self.growth_per_h2)], alive["age_h"])
        return [
            judge.exact("greatest error of the time to death", late, 0.0, _ROUNDING, "approximations only"),
            judge.exact("greatest error of the blood volume", _relative(alive["blood"], left), 0.0, _ROUNDING,
                        f"{alive.n} people at all times"),
        ]  # fmt: skip


@dataclass(frozen=True)
class Tourniquet:
    """A tourniquet by a comrade on a limb, first of all: where it holds, with a probability, they bleed slowly."""

    rate_per_h: float = option(3.0, "rate of bleeding [1/h]", above=0.0, high=50.0)
    p_tourniquet: float = option(0.7, "probability that it holds", low=0.0, high=1.0)
    reaction_min: float = option(2.0, "time from the injury to the aid [min]", low=0.0, high=600.0)
    aid_min: float = option(4.0, "length of the aid [min]", low=0.0, high=600.0)

    @property
    def _phases(self) -> list[Bleeding]:
        return [Bleeding(0.0, self.rate_per_h), Bleeding(self.reaction_min / 60.0, 0.01)]

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self._phases[1].start_h >= 0.98 * bleeding_time_h(self._phases[:1]):
            return ["--reaction-min: the casualty is dead before the aid; give a shorter time or a lower rate"]
        if self._aided_h >= 0.98 * bleeding_time_h(self._phases):
            return ["--aid-min: the casualty is dead before the end of the aid; give a shorter time"]
        return []

    @property
    def _aided_h(self) -> float:
        """Time from the injury to the end of the aid [h]."""
        return (self.reaction_min + self.aid_min) / 60.0

    @property
    def _watch(self) -> Watch:
        return Watch(1.05 * bleeding_time_h(self._phases[:1]), 0.3)  # most are left to help

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return self._watch.step_s

    def rows(self, run: Run) -> list[Row]:
        """Compare the share of the dead, their time, and the volume of the others."""
        clock = self._watch
        same = {"from_per_h": self.rate_per_h, "to_per_h": self.rate_per_h}
        scenario = camp(
            "tourniquet", clock.step_s, clock.n_ticks, clock.per_day,
            injuries=fragment(20.0, p_bleeding=1.0, regions=LIMB),
            deterioration={"law": "none", "bleeding": {"limb": same}},
            first_aid={
                "reaction_min": self.reaction_min, "buddy_min": self.aid_min, "p_tourniquet": self.p_tourniquet,
                "tourniquet_per_h": 0.01, "bleeding_rate": 1.0, "trauma_rate": 1.0,
            },
        )  # fmt: skip
        judge = Judge("tourniquet", f"{self.rate_per_h:g} /h p {self.p_tourniquet:g} after {self.reaction_min:g} "
                      f"+ {self.aid_min:g} min")  # fmt: skip
        every = watch(scenario, clock, run, to_the_end=False)
        seen = every.only(every["age_h"] >= clock.hours)
        free_h, aided_h = bleeding_time_h(self._phases[:1]), self._aided_h
        dead = seen.only(np.isfinite(seen["death_h"]))
        held = every.only(every["has_tourniquet"] & np.isinf(every["death_h"]))
        left = blood_volume(self._phases, held["age_h"])
        return [
            judge.proportion("dead without care", seen.dead_within(clock.hours), seen.n, 1.0 - self.p_tourniquet),
            judge.exact("greatest error of the time to aid", _relative(every["aid_h"][every["aid"] > 0], aided_h), 0.0,
                        _ROUNDING, "aid begins at the time of reaction") if aided_h > 0.0 else
            judge.exact("time to aid, h", float(every["aid_h"][every["aid"] > 0].max(initial=0.0)), 0.0, 1e-9, "none"),
            judge.exact("greatest error of the time to death", _relative(dead["death_h"], free_h), 0.0, _ROUNDING,
                        "approximations only"),
            judge.exact("greatest error of the blood volume", _relative(held["blood"], left), 0.0, _ROUNDING,
                        f"{held.n} people with a tourniquet"),
        ]  # fmt: skip


@dataclass(frozen=True)
class Clocks:
    """Two clocks, the first of which kills: an exponential time of trauma, and bleeding at a fixed rate."""

    mean_min: float = option(36.3, "mean time of trauma [min]", low=2.0, high=100_000.0)
    rate_per_h: float = option(1.5, "rate of bleeding [1/h]", above=0.0, high=50.0)
    p_at_once: float = option(0.2, "probability of death at once", low=0.0, high=1.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        return []

    @property
    def _bled_h(self) -> float:
        return bleeding_time_h([Bleeding(0.0, self.rate_per_h)])

    @property
    def _watch(self) -> Watch:
        return Watch(1.05 * self._bled_h)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return self._watch.step_s

    def rows(self, run: Run) -> list[Row]:
        """Compare the share dead at once, dead within half of the time of bleeding, and the causes."""
        clock = self._watch
        same = {"from_per_h": self.rate_per_h, "to_per_h": self.rate_per_h}
        scenario = camp(
            "clocks", clock.step_s, clock.n_ticks, clock.per_day,
            injuries=fragment(20.0, p_bleeding=1.0, p_at_once=self.p_at_once, regions=TORSO),
            deterioration={
                "law": "exponential", "mean_min": self.mean_min, "p_fatal": 1.0, "bleeds_out": [],
                "bleeding": {"torso": same},
            },
        )  # fmt: skip
        seen = watch(scenario, clock, run)
        half_h, mean_h = 0.5 * self._bled_h, self.mean_min / 60.0
        bled = (1.0 - self.p_at_once) * math.exp(-self._bled_h / mean_h)
        early = self.p_at_once + (1.0 - self.p_at_once) * -math.expm1(-half_h / mean_h)
        judge = Judge(
            "two clocks", f"mean {self.mean_min:g} min rate {self.rate_per_h:g} /h at once {self.p_at_once:g}"
        )
        at_once = int((seen["cause"] == Cause.OVERWHELMING).sum())
        return [
            judge.proportion("dead at once", at_once, seen.n, self.p_at_once),
            judge.proportion(f"dead within {60.0 * half_h:.4g} min", seen.dead_within(half_h), seen.n, early),
            judge.proportion("dead by bleeding", int(seen["is_bled"].sum()), seen.n, bled),
            judge.proportion("dead in the end", seen.dead_within(clock.hours), seen.n, 1.0),
        ]
