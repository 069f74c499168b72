"""The chain of care in full, from the scene by ambulances to two facilities: nobody is lost or counted twice."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.document import document, group, platform
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample_at
from simcore.care import FacilityW, Station, TransportSpecW, TransportW
from simcore.medical import Death, Health, MedicalSideW, PersonSpecW, PersonW, Stage
from simcore.params import UnitSpecW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_DT_S = 30.0
_REPLICATIONS = 40
_STOPS = 6
_DEATHS = [
    MedicalSideW.KILLED_AT_ONCE, MedicalSideW.DIED_BEFORE_CARE, MedicalSideW.DIED_OF_WOUNDS,
    MedicalSideW.DIED_OF_ILLNESS,
]  # fmt: skip
_IN_CARE = (Stage.QUEUE, Stage.STATION, Stage.HOLDING)
_KEPT = ("cases", "places", "aboard", "present", "facilities", "treatments", "deaths", "carried")


def measure_chain(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return how far each account is from its balance, and the numbers behind them (R,)."""
    params, state = compiled.params, simulation.state
    own = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] == 0
    whole = state.people.whole[:, :, own].astype(np.int64)
    side = state.medical_sides.whole[:, :, 0].astype(np.int64)
    facility = state.facilities.whole.astype(np.int64)
    transport = state.transports.whole.astype(np.int64)
    stage, health, death = whole[:, PersonW.STAGE], whole[:, PersonW.HEALTH], whole[:, PersonW.DEATH]
    is_open = (health == Health.HURT) & (stage != Stage.LEFT)
    in_care = is_open & np.isin(stage, _IN_CARE)
    aboard = is_open & (stage == Stage.ABOARD)
    at_scene = is_open & (stage == Stage.SCENE)
    died = side[:, _DEATHS].sum(axis=1)
    cases = side[:, [MedicalSideW.WOUNDED, MedicalSideW.SICK, MedicalSideW.STRESSED]].sum(axis=1)
    ended = died + side[:, MedicalSideW.RETURNED] + side[:, MedicalSideW.LEFT]
    gone = facility[:, [FacilityW.PRESENT, FacilityW.DIED, FacilityW.SENT_ON, FacilityW.RETURNED, FacilityW.LEFT]]
    begun = facility[:, FacilityW.BEGUN : FacilityW.BEGUN + len(Station)].sum(axis=(1, 2))
    done = facility[:, FacilityW.ENDED : FacilityW.ENDED + len(Station)].sum(axis=(1, 2))
    treated = (in_care & (stage == Stage.STATION)).sum(axis=1)
    died_in_care = (death == Death.IN_CARE).sum(axis=1)
    spec = params.medical.transports.whole
    room = spec[[TransportSpecW.LITTERS, TransportSpecW.SEATS]].sum(axis=0)
    riders = (aboard[:, :, None] & (whole[:, PersonW.PLACE][:, :, None] == spec[TransportSpecW.UNIT])).sum(axis=1)
    found = {
        "cases": cases - ended - is_open.sum(axis=1),
        "places": is_open.sum(axis=1) - (in_care.sum(axis=1) + aboard.sum(axis=1) + at_scene.sum(axis=1)),
        "aboard": np.abs(aboard.sum(axis=1) - riders.sum(axis=1)) + np.maximum(riders - room, 0).sum(axis=1),
        "present": in_care.sum(axis=1) - facility[:, FacilityW.PRESENT].sum(axis=1),
        "facilities": np.abs(facility[:, FacilityW.ARRIVED] - gone.sum(axis=1)).sum(axis=1),
        # whose treatment a death cuts short began and did not end: no more of these than deaths in care
        "treatments": np.maximum(begun - done - treated - died_in_care, 0) + np.maximum(done + treated - begun, 0),
        "deaths": died - (health == Health.DEAD).sum(axis=1),
        "n_cases": cases,
        "carried": side[:, MedicalSideW.CARRIED] - transport[:, TransportW.CARRIED].sum(axis=1),
        "n_carried": side[:, MedicalSideW.CARRIED],
        "n_sent_on": facility[:, FacilityW.SENT_ON].sum(axis=1),
        "n_died": died,
        "n_returned": side[:, MedicalSideW.RETURNED],
    }
    return {name: values.astype(np.float64) for name, values in found.items()}


@dataclass(frozen=True)
class Balance:
    """Casualties of a camp, ambulances to Role 1 and on to Role 2: accounts that balance at all times."""

    people: int = option(60, "people", low=1, high=5000)
    per_day: float = option(6.0, "injuries per person and day", above=0.0, high=500.0)
    ambulances: int = option(3, "ambulances; without one, nobody leaves the camp", low=0, high=100)
    distance_km: float = option(4.0, "distance from the camp to Role 1, and on to Role 2 [km]", low=0.5, high=20.0)
    bays: int = option(2, "places at each station", low=1, high=500)
    hours: float = option(12.0, "length of the run [h]", low=1.0, high=240.0)
    beds: int = option(2, "beds for intensive care and on the ward, each", low=0, high=500)
    law: str = option("fixed", "law of the times of treatment", choices=("fixed", "exponential", "lognormal"))
    niss: float = option(0.0, "severity of all; 0: drawn", low=0.0, high=75.0)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return _DT_S

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.people * self.hours > 50_000.0:
            return ["--hours: would take too long; give a shorter run or fewer people"]
        return []

    def document(self) -> Document:
        """Return the scenario."""
        d = self.distance_km
        ambulance: Document = {
            "speed_max_mps": 15.0, "speed_cruise_mps": 12.0,
            "evacuation": {"litters": 2, "seats": 1, "attendant": True, "load_min": 2.0, "unload_min": 2.0},
        }  # fmt: skip
        times = {"resuscitation": 20.0, "surgery": 60.0, "intensive": 240.0, "ward": 480.0}
        short: Document = {station: {"law": self.law, "mean_min": mean_min} for station, mean_min in times.items()}
        injuries: Document = {} if self.niss < 1.0 else {"fragment": {"severity": self.niss}}
        ambulances = group("ambulances", "blue", "ambulance", (0.1, 0.0), self.ambulances, task={"verb": "evacuate"})
        scenario = document(
            "chain", dt_s=_DT_S, n_ticks=math.ceil(3600.0 * self.hours / _DT_S), half_width_km=2.0 * d + 5.0,
            groups=[
                group("camp", "blue", "tents", (-d, 0.0)),
                group("aid-post", "blue", "aid-post", (0.0, 0.0)),
                group("hospital", "blue", "hospital", (d, 0.0)),
                *([ambulances] if self.ambulances else []),
                group("other", "red", "tents", (0.0, 2.0 * d + 4.0)),
            ],
            platforms={
                "tents": platform(people={"passengers": self.people}),
                "aid-post": platform(people=0, facility={"role": 1, "bays": self.bays, "times": short}),
                "hospital": platform(people=0, facility={
                    "role": 2, "bays": self.bays, "theatres": self.bays, "intensive": self.beds, "ward": self.beds,
                    "times": short, "holding_days": 2.0,
                }),
                "ambulance": platform(people=2, **ambulance),
            },
        )  # fmt: skip
        sickness = {"wounded_per_1000_per_day": 800.0 * self.per_day, "disease_per_1000_per_day": 200.0 * self.per_day}
        return scenario | {
            "medical": {
                "interval_s": _DT_S,
                "injuries": injuries,
                "sickness": sickness,
                "duty": {"mean_days": [0.1, 0.2, 0.5, 1.0, 3.0]},
            }
        }

    def rows(self, run: Run) -> list[Row]:
        """Play some replications; the accounts balance in each, whenever they are looked at."""
        n_ticks = math.ceil(3600.0 * self.hours / _DT_S)
        stops = np.unique(np.linspace(1, n_ticks, _STOPS).round().astype(int)).tolist()
        found = sample_at(self.document(), run, stops, measure_chain, min(run.replications, _REPLICATIONS))
        worst = {name: max(float(np.abs(one[name]).max()) for one in found) for name in _KEPT}
        n = {name: int(found[-1][name].sum()) for name in found[-1] if name.startswith("n_")}
        judge = Judge(
            "balance",
            f"{self.people} people {self.per_day:g} /d {self.ambulances} ambulances {self.distance_km:g} km "
            f"{self.bays} bays {self.beds} beds {self.law}",
        )
        words = {
            "cases": ("cases neither ended nor open", f"{n['n_cases']} cases, {n['n_returned']} back on duty"),
            "places": ("open cases in no place, or in two", "at the scene, aboard or in care"),
            "aboard": ("casualties aboard no transport, or too many", f"{n['n_carried']} carried"),
            "present": ("patients that no facility counts", "a count"),
            "facilities": ("arrivals at facilities not accounted for", f"{n['n_sent_on']} sent on"),
            "treatments": ("treatments neither ended, under way nor cut short", "by a death at most"),
            "deaths": ("deaths that no person died", f"{n['n_died']} deaths"),
            "carried": ("deliveries that no transport counts", "a count"),
        }
        return [judge.exact(quantity, worst[key], 0.0, 0.0, note) for key, (quantity, note) in words.items()]
