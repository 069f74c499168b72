"""A camp of people who are hurt one by one, far from any fight: the set-up of casualties and care."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.verification.document import document, group, platform
from scenarios.verification.runner import Document, Run, sample
from simcore.medical import Cause, Health, PersonR, PersonSpecW, PersonW
from simcore.params import UnitSpecW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

PEOPLE = 200
"""People of a camp: each who is hurt is an observation."""
NEVER_MIN = 500_000.0
NO_ERRORS: Document = {"p_over": 0.0, "p_under": 0.0, "p_over_facility": 0.0, "p_under_facility": 0.0}
NO_AID: Document = {"reaction_min": NEVER_MIN}
TORSO: Document = {"head": 0.0, "torso": 1.0, "junctional": 0.0, "limb": 0.0}
LIMB: Document = {"head": 0.0, "torso": 0.0, "junctional": 0.0, "limb": 1.0}

_HALF_WIDTH_KM = 10.0
_DAY_H = 24.0
_STEPS = 120
"""Updates of a run: times of deaths are exact whatever their number."""
MOST_PER_DAY = 1000.0
"""Greatest rate at which a person is hurt [1/d]."""


@dataclass(frozen=True)
class Watch:
    """The time for which each casualty is watched [h], and the length of the run that lets most be hurt before it."""

    hours: float
    hurt_share: float = 0.9  # of the people, so early that they are watched to the end

    @property
    def run_h(self) -> float:
        """Length of the run [h]."""
        return 2.0 * self.hours

    @property
    def per_day(self) -> float:
        """Rate at which each person is hurt [1/d]."""
        return min(MOST_PER_DAY, -math.log(1.0 - self.hurt_share) * _DAY_H / self.hours)

    @property
    def step_s(self) -> float:
        """Step of the scenario, and interval between updates [s]."""
        return min(max(3600.0 * self.run_h / _STEPS, 0.5), 3600.0)

    @property
    def n_ticks(self) -> int:
        """Steps of the run."""
        return math.ceil(3600.0 * self.run_h / self.step_s)


def fragment(severity: float | Document, **keys: Any) -> Document:
    """Return injuries that all have a severity, do not kill at once and do not bleed unless ``keys`` say so."""
    return {"fragment": {"p_at_once": 0.0, "p_bleeding": 0.0, "severity": severity, **keys}}


def camp(
    name: str,
    step_s: float,
    n_ticks: int,
    per_day: float,
    *,
    people: int = PEOPLE,
    facility: Document | None = None,
    has_hospital: bool = False,
    **medical: Any,
) -> Document:
    """Return a camp of people of blue, with a facility in its midst if given, and a hospital far away. Nobody fights.

    With a hospital, to which nothing drives, those who need long to be fit again wait for transport to it, for ever.
    """
    groups = [
        group("camp", "blue", "tents", (0.0, 0.0)),
        group("other", "red", "post", (_HALF_WIDTH_KM - 1.0, 0.0)),
    ]
    platforms = {"tents": platform(people={"passengers": people}), "post": platform(people=0)}
    if facility is not None:
        groups.append(group("clinic", "blue", "clinic", (0.0, 0.0)))
        platforms["clinic"] = platform(people=0, facility=facility)
    if has_hospital:
        groups.append(group("hospital", "blue", "hospital", (1.0 - _HALF_WIDTH_KM, 0.0)))
        platforms["hospital"] = platform(people=0, facility={"role": 3, "theatres": 1, "reach_m": 100.0})
    scenario = document(
        name, dt_s=step_s, n_ticks=n_ticks, half_width_km=_HALF_WIDTH_KM, groups=groups, platforms=platforms
    )
    sickness = {"wounded_per_1000_per_day": 1000.0 * per_day, **medical.pop("sickness", {})}
    return scenario | {
        "medical": {"interval_s": step_s, "sickness": sickness, "triage": NO_ERRORS, "first_aid": NO_AID, **medical}
    }


def measure_people(simulation: "Simulation", compiled: "Compiled") -> dict[str, np.ndarray]:
    """Return the rows of the people of blue, (R, people) each."""
    params = compiled.params
    own = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] == 0
    real, whole = simulation.state.people.real[:, :, own], simulation.state.people.whole[:, :, own]
    is_dead = whole[:, PersonW.HEALTH] == Health.DEAD
    hurt_s = real[:, PersonR.HURT_S]
    return {
        "hurt_h": np.where(hurt_s >= 0.0, hurt_s / 3600.0, np.inf),
        "death_h": np.where(is_dead, (real[:, PersonR.END_S] - hurt_s) / 3600.0, np.inf),
        "is_hurt": whole[:, PersonW.WOUNDS] > 0,
        "is_bled": is_dead & (whole[:, PersonW.CAUSE] == Cause.BLEEDING),
        "death": whole[:, PersonW.DEATH],
        "cause": whole[:, PersonW.CAUSE],
        "blood": real[:, PersonR.BLOOD],
        "aid": whole[:, PersonW.AID],
        "aid_h": np.where(real[:, PersonR.AID_S] >= 0.0, (real[:, PersonR.AID_S] - hurt_s) / 3600.0, np.inf),
        "has_tourniquet": whole[:, PersonW.TOURNIQUET] == 1,
        "triage": whole[:, PersonW.TRIAGE],
        "true_triage": whole[:, PersonW.TRUE_TRIAGE],
    }


@dataclass(frozen=True)
class Hurt:
    """Those who were hurt, all replications together, (n,) each; ``age_h``: time from the injury to the end [h]."""

    rows: dict[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.rows[name]

    @property
    def n(self) -> int:
        """Their number."""
        return int(self.rows["age_h"].size)

    def only(self, mask: np.ndarray) -> "Hurt":
        """Return those of a mask."""
        return Hurt({name: values[mask] for name, values in self.rows.items()})

    def dead_within(self, hours: float) -> int:
        """Return the number of the dead within a time after the injury."""
        return int((self.rows["death_h"] <= hours).sum())


def watch(scenario: Document, clock: Watch, run: Run, *, to_the_end: bool = True) -> Hurt:
    """Play as many camps as there are observations wanted, and return those who were hurt.

    With ``to_the_end`` those alone who were hurt so early that they were watched for all of the time of ``clock``.
    """
    count = max(1, math.ceil(run.replications / PEOPLE))
    found = sample(scenario, run, clock.n_ticks, measure_people, count)
    found["age_h"] = clock.n_ticks * clock.step_s / 3600.0 - found["hurt_h"]
    is_hurt = found["is_hurt"].astype(np.bool_)
    hurt = Hurt({name: np.asarray(values[is_hurt]) for name, values in found.items()})
    return hurt.only(hurt["age_h"] >= clock.hours) if to_the_end else hurt
