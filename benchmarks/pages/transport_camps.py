"""Camps at five distances from a hospital: the play behind the page of transport time, and its counts of cases."""

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from logistics.medical.accounting import Casualties
from scenarios.measures.range_intervals import ratio_interval
from scenarios.measures.statistics import normal_quantile
from scenarios.verification.document import document as plain_document
from scenarios.verification.document import group, platform
from scenarios.verification.runner import Run, sample_at
from simcore.medical import Cause, Death, Health, MedicalSideW, PersonR, PersonSpecW, PersonW, Region
from simcore.params import UnitSpecW
from simcore.types import F64

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

Parts = tuple[F64, F64]
"""Numerator and denominator of a share by replication, (R,) each."""

DT_S, DAY_S = 60.0, 86_400.0
START_DAY, END_DAY = 4, 14
"""The numbers of the days between the two are counted: the first days fill the chain of care."""
PEOPLE, PER_DAY = 200, 0.04
"""People of each camp, and injuries per person and day: so few that no transport and no bed is ever lacking."""
SPREAD = 0.5
"""Standard deviation of the logarithm of the transport time between the camps (an assumption)."""
SPEED_MPS, LOAD_MIN, TRANSPORTS = 30.0, 3.0, 40
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
CRITICAL_NISS = 25.0
SEVERE_NISS = (16.0, 50.0)
DEAD_BY_MIN = (0.0, 10.0, 60.0, 120.0)
FULL_BLOOD = 0.9
NEAR_CAMPS = 2
"""Camps from which the ride, half of the transport time, takes at most a quarter of an hour with a median of 43 min."""
BLEEDING_REGIONS = (Region.TORSO, Region.JUNCTIONAL, Region.LIMB)
KILLED_NISS = 75.0
"""Severity of those killed at once where it is compared: their median (Webster et al. 2021)."""
NISS_SCALE, NEWTON_STEPS = 30.0, 12


def document(median_min: float, *, has_blood: bool, medical: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the camps and the hospital for a median transport time; ``medical`` is laid over the section."""
    times = [median_min * math.exp(SPREAD * normal_quantile(q)) for q in QUANTILES]
    far_km = [max(0.5, 0.5 * (t - 2.0 * LOAD_MIN) * 60.0 * SPEED_MPS / 1000.0) for t in times]
    camps = [
        group(f"camp-{k}", "blue", "camp", (d * math.cos(1.2 * k), d * math.sin(1.2 * k))) for k, d in enumerate(far_km)
    ]
    width = max(far_km) + 10.0
    scenario = plain_document(
        "transport-time", dt_s=DT_S, n_ticks=round(END_DAY * DAY_S / DT_S), half_width_km=width,
        groups=[
            *camps,
            group("hospital", "blue", "hospital", (0.0, 0.0)),
            group("transports", "blue", "transport", (0.0, 0.0), TRANSPORTS, task={"verb": "evacuate"}),
            group("other", "red", "post", (width - 1.0, width - 1.0)),
        ],
        platforms={
            "camp": platform(people={"crew": PEOPLE, "medics": PEOPLE // 10}),
            "hospital": platform(people=0, facility={
                "role": 3, "bays": 100, "theatres": 100, "intensive": 200, "ward": 1000, "reach_m": 300,
            }),
            "transport": platform(
                speed_max_mps=SPEED_MPS, speed_cruise_mps=SPEED_MPS, people=0,
                evacuation={"litters": 4, "attendant": True, "blood": 4, "load_min": LOAD_MIN, "unload_min": LOAD_MIN},
            ),
            "post": platform(people=0),
        },
    )  # fmt: skip
    section = {
        "interval_s": DT_S,
        "sickness": {"wounded_per_1000_per_day": 1000.0 * PER_DAY},
        "evacuation": {"blood_forward": has_blood},
    }
    return scenario | {"medical": _laid_over(section, medical or {})}


def _laid_over(base: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section with other values, branch by branch."""
    result = deepcopy(base)
    for key, value in given.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), dict)
        result[key] = _laid_over(result[key], value) if both else value
    return result


def measure(simulation: "Simulation", compiled: "Compiled") -> dict[str, F64]:
    """Return the tallies of blue so far, (R,) each, and the present case of each of its people, (R, people) each."""
    params = compiled.params
    blue = Casualties(params, simulation.state, 0)
    own = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] == 0
    real, whole = simulation.state.people.real[:, :, own], simulation.state.people.whole[:, :, own]
    hurt_s = real[:, PersonR.HURT_S]
    rows = {
        "hurt_s": hurt_s,
        "is_case": (hurt_s >= START_DAY * DAY_S) & (whole[:, PersonW.IS_WOUNDED] == 1),
        "critical": real[:, PersonR.SEVERITY] >= CRITICAL_NISS,
        "dead": whole[:, PersonW.HEALTH] == Health.DEAD,
        "death": whole[:, PersonW.DEATH],
        "bled": whole[:, PersonW.CAUSE] == Cause.BLEEDING,
        "severity": real[:, PersonR.SEVERITY],
        "region": whole[:, PersonW.REGION],
        "is_bound": whole[:, PersonW.TOURNIQUET],
        "is_transfused": whole[:, PersonW.BLOOD_GIVEN] > 0,
        "camp": np.broadcast_to(np.arange(hurt_s.shape[1]) // PEOPLE, hurt_s.shape),
        "survivable": whole[:, PersonW.IS_SURVIVABLE] == 1,
        "lived_min": (real[:, PersonR.END_S] - hurt_s) / 60.0,
        "request_s": real[:, PersonR.REQUEST_S],
        "picked_s": real[:, PersonR.PICKED_S],
        "arrived_s": real[:, PersonR.ROLE1_S],
        "end_s": real[:, PersonR.END_S],
        "lacked": (whole[:, PersonW.BLOOD_GIVEN] > 0) | (real[:, PersonR.BLOOD] < FULL_BLOOD),
    }
    return {
        "wounded": blue.tally(MedicalSideW.WOUNDED),
        "killed": blue.killed(),
        "died": blue.tally(MedicalSideW.DIED_OF_WOUNDS),
        "returned": blue.returned(),
        **{name: values.astype(np.float64) for name, values in rows.items()},
    }


class Cases:
    """All cases, from looks at the people once a day.

    A case whose person is hurt anew by the next look has ended with his return, as last seen. A case that begins and
    ends between two looks, with another on the same day, is missed: with these rates hardly any.
    """

    def __init__(self, looks: list[dict[str, F64]]) -> None:
        self._looks = looks
        self._is_last: list[np.ndarray] = []
        for look, later in zip(looks, [*looks[1:], None], strict=True):
            is_over = True if later is None else later["hurt_s"] != look["hurt_s"]
            self._is_last.append((look["is_case"] > 0.0) & is_over)

    def __getitem__(self, name: str) -> F64:
        """Return a column of the cases, (cases,)."""
        return np.concatenate([look[name][last] for look, last in zip(self._looks, self._is_last, strict=True)])

    @property
    def rows(self) -> np.ndarray:
        """The position of the replication of each case, (cases,)."""
        return np.concatenate([np.nonzero(last)[0] for last in self._is_last])

    def count(self, mask: np.ndarray) -> F64:
        """Return the number of the cases of a mask by replication, (R,)."""
        return np.bincount(self.rows[mask], minlength=self._is_last[0].shape[0]).astype(np.float64)


@dataclass(frozen=True)
class Played:
    """A variant: shares by name, as numerators and denominators by replication, and its median transport time [min].

    ``half_lethal_niss`` are the severities at which half die, with each replication left out in turn, (R,).
    """

    name: str
    median_min: float
    shares: dict[str, Parts]
    half_lethal_niss: F64
    n_wounded: int
    n_followed: int

    def value(self, name: str) -> float:
        """Return a share over all replications."""
        above, below = self.shares[name]
        return float(above.sum() / below.sum()) if below.sum() > 0.0 else math.nan

    def interval(self, name: str) -> tuple[float, float]:
        """Return the 95 % interval of a share."""
        found = ratio_interval(*self.shares[name], is_share=True)
        return found.low, found.high


def play(
    name: str, median_min: float, n: int, seed: int, *, has_blood: bool, medical: Mapping[str, Any] | None = None
) -> Played:
    """Play a variant."""
    stops = [round(day * DAY_S / DT_S) for day in range(START_DAY, END_DAY + 1)]
    looks = sample_at(document(median_min, has_blood=has_blood, medical=medical), Run(n, seed, 1), stops, measure, n)
    wounded, killed, died, returned = (looks[-1][k] - looks[0][k] for k in ("wounded", "killed", "died", "returned"))
    serious = wounded - killed - returned
    cases = Cases(looks)
    dead, death = cases["dead"] > 0.0, cases["death"]
    at_once = dead & (death == Death.AT_ONCE)
    in_care, before = dead & (death == Death.IN_CARE), dead & (death != Death.IN_CARE)
    critical = (cases["critical"] > 0.0) | at_once
    survivable, picked = cases["survivable"] > 0.0, cases["picked_s"] >= 0.0
    arrived = (cases["arrived_s"] >= 0.0) & (cases["request_s"] >= 0.0)
    bled, bound, near = cases["bled"] > 0.0, cases["is_bound"] > 0.0, cases["camp"] < NEAR_CAMPS
    saveable = survivable & before & ~at_once
    hour = dead & (cases["end_s"] - cases["arrived_s"] <= 3600.0)
    lacked = picked & ((cases["lacked"] > 0.0) | (cases["bled"] > 0.0))
    soon = dead & (cases["end_s"] - cases["picked_s"] <= DAY_S)

    def among(mask: np.ndarray, of: np.ndarray) -> Parts:
        return cases.count(mask & of), cases.count(of)

    shares = {
        "kia": (killed, killed + serious),
        "dow": (died, serious),
        "cfr": (killed + died, wounded),
        "killed": (killed, wounded),
        "back": (returned, wounded),
        "before": (killed, killed + died),
        "critical_alive": among(~dead, critical),
        "critical_died": among(in_care, critical & (cases["arrived_s"] >= 0.0)),
        "before_saveable": among(survivable & ~at_once, before),
        "wounds_saveable": among(survivable, in_care),
        "lacked_died": among(soon, lacked),
        "lacked_died_near": among(soon, lacked & near),
        "lacked_died_far": among(soon, lacked & ~near),
        "at_once": among(at_once, dead),
        "before_bled": among(bled, saveable),
        "care_bled": among(bled, survivable & in_care),
        **{f"bled_{r.name.lower()}": among(cases["region"] == r, bled & saveable) for r in BLEEDING_REGIONS},
        "bound": among(bound, arrived),
        "bound_alive": among(~dead, bound & arrived),
        "transfused": among(cases["is_transfused"] > 0.0, arrived),
        "care_died_1h": among(hour, in_care),
        "severe_died": among(
            dead, picked & (cases["severity"] >= SEVERE_NISS[0]) & (cases["severity"] <= SEVERE_NISS[1])
        ),
        **{f"dead_by_{limit:g}": among(cases["lived_min"] <= limit, before) for limit in DEAD_BY_MIN},
    }
    minutes = (cases["arrived_s"] - cases["request_s"])[arrived] / 60.0
    severity = np.where(at_once, KILLED_NISS, cases["severity"])
    half = half_lethal(severity, dead, cases.rows, n)
    return Played(name, float(np.median(minutes)), shares, half, int(wounded.sum()), len(dead))


def to_arrays(played: Played) -> dict[str, np.ndarray]:
    """Return a variant as arrays by name, to be kept in a file."""
    shares = {f"share {name}": np.stack(parts) for name, parts in played.shares.items()}
    counts = np.array([played.median_min, played.n_wounded, played.n_followed])
    return {"half_lethal_niss": played.half_lethal_niss, "counts": counts, **shares}


def from_arrays(name: str, arrays: Mapping[str, np.ndarray]) -> Played:
    """Return the variant of ``to_arrays`` under a name."""
    median, n_wounded, n_followed = arrays["counts"].tolist()
    shares: dict[str, Parts] = {
        key.removeprefix("share "): (parts[0], parts[1]) for key, parts in arrays.items() if key.startswith("share ")
    }
    return Played(name, median, shares, arrays["half_lethal_niss"], int(n_wounded), int(n_followed))


def half_lethal(severity: F64, is_dead: np.ndarray, rows: np.ndarray, n: int) -> F64:
    """Return the severity at which half die by a logistic law, with each of ``n`` replications left out, (n,).

    ``severity``, ``is_dead`` and the replication ``rows`` are of the cases, (cases,). nan where the law is not found.
    """
    values, place = np.unique(severity, return_inverse=True)
    all_of, dead_of = (
        np.bincount(place * n + rows, weights=weight, minlength=len(values) * n).reshape(len(values), n)
        for weight in (None, is_dead.astype(np.float64))
    )
    found = np.full(n, np.nan)
    x = np.stack([np.ones(len(values)), values / NISS_SCALE])
    for k in range(n):
        among, of = (np.delete(table, k, axis=1).sum(axis=1) for table in (all_of, dead_of))
        b = np.array([-3.0, 3.0])
        for _ in range(NEWTON_STEPS):
            p = 1.0 / (1.0 + np.exp(-b @ x))
            b = b + np.linalg.solve((x * (among * p * (1.0 - p))) @ x.T, x @ (of - among * p))
        if b[1] > 0.0:
            found[k] = -NISS_SCALE * b[0] / b[1]
    return found
