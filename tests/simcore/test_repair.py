"""Workshops work on jobs as queueing theory says: crews, skills, echelons, priorities, preventive renewal."""

import math

import numpy as np
import pytest

from scenarios.loader import compile_document
from simcore.decision_loop import run_decisions
from simcore.maintenance import (
    MaintenanceBriefing,
    MaintenanceOrders,
    MaintenancePicture,
    PartR,
    PartW,
    brief_maintenance,
)
from simcore.maintenance_chair import MaintenanceChair
from simcore.simulation import Simulation
from simcore.state import UnitW
from simcore.types import Damage, EventKind
from simcore.upkeep import (
    ComponentR,
    ComponentW,
    Condition,
    GangR,
    Readiness,
    Step,
    UpkeepSideR,
    UpkeepSideW,
    UseR,
    UseW,
)
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import Document, compile_world, document, start

HOUR_S = 3600.0


def mmcn(n: int, c: int, mtbf: float, mttr: float) -> np.ndarray:
    """Return the distribution of the machines down: a birth-death chain."""
    p = [1.0]
    for k in range(n):
        p.append(p[-1] * (n - k) / mtbf * mttr / min(k + 1, c))
    return np.array(p) / sum(p)


def steady(content: Document, replications: int, warm_h: float, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of time in the states of readiness (R, states) after a warm-up, and the mean queue (R,)."""
    simulation = start(content, seed=seed, replications=range(replications))
    dt_s = content["time"]["dt_s"]
    simulation.advance(round(warm_h * HOUR_S / dt_s))
    n = content["groups"][0]["units"][0]["count"]
    rows = slice(UseR.READY_S, UseR.READY_S + len(Readiness))
    units = [compile_world(content).roster.units.index(f"machine-{k + 1}") for k in range(n)]
    before = simulation.state.uses.real[:, rows][:, :, units].sum(axis=2)
    waited = simulation.state.upkeep_sides.real[:, UpkeepSideR.CREW_S, 0].copy()
    simulation.advance(round(content["time"]["duration_h"] * HOUR_S / dt_s) - simulation.tick)
    spent = simulation.state.uses.real[:, rows][:, :, units].sum(axis=2) - before
    waits = simulation.state.upkeep_sides.real[:, UpkeepSideR.CREW_S, 0] - waited
    return spent / spent.sum(axis=1, keepdims=True), waits


def within(values: np.ndarray, expected: float) -> bool:
    """Return whether the mean of independent values is within 4 standard errors of its expectation."""
    return abs(values.mean() - expected) <= 4.0 * values.std(ddof=1) / math.sqrt(len(values))


@pytest.mark.parametrize(("n", "c", "mtbf", "mttr"), [(10, 2, 50.0, 10.0), (12, 3, 8.0, 4.0)])
def test_machines_and_repairmen_have_the_availability_of_their_birth_and_death_chain(
    n: int, c: int, mtbf: float, mttr: float
) -> None:
    component = {"weibull": {"scale_h": mtbf}, "repair": {"mean_h": mttr, "law": "exponential"}}
    shares, _ = steady(machines(component, n=n, crews=c, hours=2000, dt_s=1800), 60, 200.0)
    p = mmcn(n, c, mtbf, mttr)
    up = 1.0 - (np.arange(n + 1) * p).sum() / n
    assert within(shares[:, Readiness.FMC], up)
    assert np.allclose(shares.sum(axis=1), 1.0)


def test_the_availability_does_not_depend_on_the_law_of_repair_with_a_crew_for_every_job() -> None:
    for law, cv in (("fixed", 0.0), ("lognormal", 1.2), ("gamma", 0.5)):
        component = {"weibull": {"scale_h": 30}, "repair": {"mean_h": 10, "law": law, "cv": cv}}
        shares, _ = steady(machines(component, n=10, crews=None, hours=1500, dt_s=3600), 40, 200.0)
        assert within(shares[:, Readiness.FMC], 0.75), law


def test_work_is_done_in_order_of_request_and_no_crew_rests_while_a_job_waits() -> None:
    """Little's law: the time waited, summed over the jobs begun, is the integral of the number of jobs that wait."""
    component = {"weibull": {"scale_h": 10}, "repair": {"mean_h": 3, "law": "exponential"}}
    content = machines(component, n=8, crews=2, hours=400)
    simulation = start(content, seed=2, replications=range(5))
    queue_h = np.zeros(5)
    for _ in range(4000):
        simulation.advance(1)
        step = simulation.state.components.whole[:, ComponentW.STEP]
        queue_h += 0.1 * (step == Step.CREW).sum(axis=1)
        busy = (step == Step.WORK).sum(axis=1)
        assert ((busy == 2) | ((step == Step.CREW).sum(axis=1) == 0)).all()
    waited_h = simulation.state.upkeep_sides.real[:, UpkeepSideR.CREW_S, 0] / HOUR_S
    still = simulation.state.components.whole[:, ComponentW.STEP] == Step.CREW
    since = (400.0 - simulation.state.components.real[:, ComponentR.READY_S] / HOUR_S) * still
    assert np.allclose(waited_h + since.sum(axis=1), queue_h, rtol=0.02)


def test_a_crew_without_the_skill_does_not_take_the_job() -> None:
    component = {"weibull": {"scale_h": 1}, "repair": 1, "skill": "electronic"}
    for skills, is_done in ((["mechanical"], False), (["electronic"], True)):
        content = machines(component, n=3, crews=[{"skills": skills}], hours=30)
        simulation = start(content, seed=1, replications=[0])
        simulation.advance(300)
        assert (simulation.state.upkeep_sides.whole[0, UpkeepSideW.REPAIRS, 0] > 0) == is_done


def test_a_job_for_a_higher_echelon_takes_the_way_there_and_back() -> None:
    component = {"weibull": {"scale_h": 40}, "repair": {"mean_h": 5, "law": "fixed"}, "echelon": "depot"}
    content = machines(component, n=10, hours=1500, dt_s=1800)
    depot = {"name": "depot", "side": "blue", "crews": None, "echelon": "depot", "lead_h": 10}
    content["sustainment"]["workshops"].append(depot)
    shares, _ = steady(content, 40, 200.0)
    assert within(shares[:, Readiness.FMC], 40.0 / (40.0 + 5.0 + 2.0 * 10.0))
    assert np.allclose(shares[:, Readiness.DEPOT], 1.0 - shares[:, Readiness.FMC], atol=0.01)


class AgeReplacement:
    """Requests preventive work from an age on."""

    def __init__(self, hours: float) -> None:
        self.hours = hours

    def reset(self, briefing: MaintenanceBriefing, seed: int, replication: np.ndarray) -> None:
        self.n = len(briefing.component_names)

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        orders.limit_hours(np.arange(self.n, dtype=np.int32), self.hours)


class ByRequest(AgeReplacement):
    """The same, deciding for itself from the reported hours."""

    def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
        is_idle = picture.part_whole[:, PartW.STEP] == Step.NONE
        orders.service((picture.part_real[:, PartR.HOURS] >= self.hours) & is_idle)


def maintained(content: Document, policy: AgeReplacement, replications: int, seed: int = 9) -> Simulation:
    compiled = compile_document(content)
    simulation = Simulation(compiled.params, seed=seed, replications=range(replications))
    roster = compiled.roster
    n_ticks = int(compiled.params.rules_whole[0])
    names = (roster.units, roster.components, roster.workshops)
    policy.reset(
        brief_maintenance(compiled.params, 0, "blue", names, roster.decision_ticks, n_ticks), seed, np.arange(1)
    )
    chair = MaintenanceChair(policy, compiled.params, 0, "policy")
    idle = AgeReplacement(math.inf)
    idle.decide = lambda picture, orders: None  # type: ignore[method-assign]
    run_decisions(
        simulation,
        [idle, idle],  # type: ignore[list-item]
        chairs=[chair],
        decision_ticks=roster.decision_ticks,
        n_ticks=n_ticks,
    )
    return simulation


@pytest.mark.parametrize("limit_h", [60.0, 120.0])
def test_age_replacement_has_the_renewal_rate_of_theory(limit_h: float) -> None:
    """Per cycle of mean length int_0^T S(t) dt there is one renewal, preventive with probability S(T)."""
    component = {"weibull": {"shape": 2.5, "scale_h": 100}, "repair": 0, "service": 0}
    content = machines(component, n=20, crews=None, hours=3000, dt_s=1800)
    simulation = maintained(content, AgeReplacement(limit_h), 20)
    t = np.linspace(0.0, limit_h, 20_001)
    survival = np.exp(-((t / 100.0) ** 2.5))
    cycle_h = np.trapezoid(survival, t)
    whole = simulation.state.components.whole.astype(np.float64)
    cycles = (whole[:, ComponentW.REPAIRS] + whole[:, ComponentW.SERVICES]).sum(axis=1)
    preventive = whole[:, ComponentW.SERVICES].sum(axis=1) / cycles
    assert within(preventive, float(survival[-1]))
    # renewals in (0, t] from new: t / mean - 1 + E[X^2] / (2 mean^2) -> the mean rate, with its known start
    second = 2.0 * np.trapezoid(t * survival, t)
    expected = 3000.0 / cycle_h + float(second) / (2.0 * cycle_h**2) - 1.0
    assert within(cycles / 20.0, float(expected))


def test_a_policy_can_act_on_reported_hours_alone() -> None:
    component = {"weibull": {"shape": 4, "scale_h": 100}, "repair": 1, "service": 1}
    content = machines(component, n=5, crews=None, hours=500)
    whole = maintained(content, ByRequest(50.0), 3).state.components.whole
    assert whole[:, ComponentW.SERVICES].sum() > 5 * whole[:, ComponentW.FAILURES].sum() > 0


def test_a_control_limit_on_the_signal_prevents_failures() -> None:
    class Limit(AgeReplacement):
        def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
            orders.limit_signal(np.arange(self.n, dtype=np.int32), self.hours)

    component = {"gamma": {"shape_per_h": 1, "limit": 20}, "repair": 0, "service": 0, "hidden": True}
    content = machines(component, n=10, crews=None, hours=1500, dt_s=3600, signal_interval_s=3600)
    whole = maintained(content, Limit(16.0 / 20.0), 20).state.components.whole.astype(np.float64)
    services, repairs = whole[:, ComponentW.SERVICES].sum(axis=1), whole[:, ComponentW.REPAIRS].sum(axis=1)
    # the overshoot over the control limit of exponential increments is exponential
    assert within(repairs / (services + repairs), math.exp(-(20.0 - 16.0)))
    assert within((services + repairs) / 10.0 / 1500.0, 1.0 / (1.0 + 16.0)) or within(
        (services + repairs) / 10.0, 1500.0 / 17.0 - 0.5
    )


def worn_post(wear: Document, **keys: object) -> Document:
    """Return a world with a host that is a workshop, a drone aboard it, and a robot."""
    content = document(
        [
            {"name": "ship", "side": "blue", "units": [{"platform": "ship"}], "at_km": [-7, -6]},
            {
                "name": "drone",
                "side": "blue",
                "units": [{"platform": "drone"}],
                "host": "ship",
                "aboard": True,
                "task": {"verb": "search", "at_km": [-6, -6], "radius_km": 1},
            },
            {"name": "robot", "side": "red", "units": [{"platform": "robot"}], "at_km": [9, 4]},
        ],
        sustainment={"wear_interval_s": 5, **keys},
        rules={"stop_on_annihilation": False},
    )
    content["catalogue"]["platforms"]["drone"]["wear"] = {"sensor": wear}
    content["catalogue"]["platforms"]["ship"]["wear"] = {}
    content["catalogue"]["platforms"]["robot"]["wear"] = {}
    return content


def test_a_component_that_fails_at_the_start_prevents_the_launch_until_it_is_repaired() -> None:
    content = worn_post({"p_start_failure": 1.0, "repair": {"mean_h": 0.1, "law": "fixed"}})
    simulation = start(content, seed=1, replications=[0], record_events=True)
    simulation.advance(200)
    kinds = simulation.events()["kind"].tolist()
    assert kinds.count(EventKind.START_REFUSED) >= 2
    assert EventKind.LAUNCH not in kinds
    assert kinds.count(EventKind.WORK_ENDED) >= 1


def test_a_drone_with_a_failed_component_returns_is_repaired_and_leaves_again() -> None:
    content = worn_post({"weibull": {"shape": 30, "scale_h": 0.05}, "repair": {"mean_h": 0.02, "law": "fixed"}})
    simulation = start(content, seed=1, replications=[0], record_events=True)
    simulation.advance(300)
    story = [EventKind(kind) for kind in simulation.events()["kind"].tolist()]
    wanted = [
        EventKind.LAUNCH,
        EventKind.FAILURE,
        EventKind.RETURN,
        EventKind.RECOVER,
        EventKind.WORK_BEGUN,
        EventKind.WORK_ENDED,
        EventKind.LAUNCH,
    ]
    rest = iter(story)
    assert all(kind in rest for kind in wanted), story


def test_a_repair_ends_neither_damage_by_fire_nor_an_outage() -> None:
    content = machines({"weibull": {"scale_h": 1}, "repair": 1}, n=1, hours=200)
    content["injects"] = [{"at_s": 0, "kind": "disable", "who": ["machine"], "parts": ["link"]}]
    simulation = start(content, seed=1, replications=[0])
    unit = compile_world(content).roster.units.index("machine")
    simulation.state.uses.whole[0, UseW.HURT, unit] = Damage.WEAPON
    simulation.advance(2000)
    assert simulation.state.upkeep_sides.whole[0, UpkeepSideW.REPAIRS, 0] > 5
    damage = int(simulation.state.units.whole[0, UnitW.DAMAGE, unit])
    assert damage & (Damage.WEAPON | Damage.LINK) == Damage.WEAPON | Damage.LINK


def test_damage_by_fire_is_repaired_by_the_same_crews_where_the_scenario_says_so() -> None:
    repair = {"repair": {"mean_h": 3, "law": "fixed"}, "restored_strength": 0.8}
    content = machines({"weibull": {"scale_h": 1e6}}, n=1, hours=200, damage_repair=repair)
    simulation = start(content, seed=1, replications=[0])
    unit = compile_world(content).roster.units.index("machine")
    simulation.state.uses.whole[0, UseW.HURT, unit] = Damage.WEAPON
    simulation.state.units.whole[0, UnitW.DAMAGE, unit] = Damage.WEAPON
    simulation.state.units.real[0, 10, unit] = 0.5
    simulation.advance(20)
    assert simulation.state.units.whole[0, UnitW.DAMAGE, unit] == Damage.WEAPON
    simulation.advance(20)
    assert simulation.state.units.whole[0, UnitW.DAMAGE, unit] == 0
    assert simulation.state.units.real[0, 10, unit] == 0.8
    assert simulation.state.upkeep_sides.whole[0, UpkeepSideW.DAMAGE_REPAIRS, 0] == 1


def test_crews_work_no_longer_than_the_time_of_the_run() -> None:
    component = {"weibull": {"scale_h": 5}, "repair": {"mean_h": 3, "law": "lognormal"}}
    simulation = start(machines(component, n=8, crews=2, hours=300), seed=3, replications=range(4))
    simulation.advance(3000)
    free_s = simulation.state.gangs.real[:, GangR.FREE_S]
    worked_s = simulation.state.gangs.real[:, GangR.WORKED_S] - np.maximum(free_s - 300.0 * HOUR_S, 0.0)
    assert (worked_s <= 300.0 * HOUR_S * (1.0 + 1e-12)).all()
    assert (worked_s > 0.9 * 300.0 * HOUR_S).all()  # 8 machines keep 2 crews busy


def test_a_workshop_that_is_lost_works_no_longer() -> None:
    content = machines({"weibull": {"scale_h": 5}, "repair": 2}, n=4, crews=4, hours=200)
    content["injects"] = [{"at_s": 100 * 3600, "kind": "lose", "who": ["hall"]}]
    simulation = start(content, seed=1, replications=[0])
    simulation.advance(1001)
    done = int(simulation.state.upkeep_sides.whole[0, UpkeepSideW.REPAIRS, 0])
    simulation.advance(999)
    assert simulation.state.upkeep_sides.whole[0, UpkeepSideW.REPAIRS, 0] == done > 0
    assert (simulation.state.components.whole[0, ComponentW.CONDITION] == Condition.FAILED).all()


def test_the_picture_of_maintenance_does_not_depend_on_the_true_wear() -> None:
    component = {"gamma": {"shape_per_h": 1, "limit": 200, "signal_sigma": 0.1}, "weibull": {"scale_h": 1e5}}
    content = machines(component, n=4, hours=50, signal_interval_s=7200)
    compiled = compile_world(content)
    chair = MaintenanceChair(AgeReplacement(1.0), compiled.params, 0, "policy")
    one, other = (start(content, seed=4, replications=range(2)) for _ in range(2))
    for simulation in (one, other):
        simulation.advance(100)
    hidden = (ComponentR.AGE_H, ComponentR.LIFE_H, ComponentR.WEAR, ComponentR.METER_H, ComponentR.TOTAL_H)
    other.state.components.real[:, hidden] += 1.0
    for a, b in zip(chair.picture(one), chair.picture(other), strict=True):
        assert np.array_equal(a, b, equal_nan=True)
    assert np.isfinite(chair.picture(one).part_real[:, PartR.SIGNAL]).all()


def test_a_unit_ordered_home_for_a_preventive_job_goes_there_and_leaves_again() -> None:
    class Recalls(AgeReplacement):
        def decide(self, picture: MaintenancePicture, orders: MaintenanceOrders) -> None:
            if picture.tick == 20:
                orders.service(np.ones_like(orders.parts[:, 0], dtype=bool))
                orders.recall(np.ones_like(orders.units, dtype=bool))

    content = worn_post({"weibull": {"scale_h": 1e6}, "repair": {"mean_h": 0.02, "law": "fixed"}})
    content["time"]["decision_interval_s"] = 50
    compiled = compile_world(content)
    simulation = start(content, seed=1, replications=[0], record_events=True)
    roster = compiled.roster
    policy = Recalls(0.0)
    idle = AgeReplacement(0.0)
    idle.decide = lambda picture, orders: None  # type: ignore[method-assign]
    chair = MaintenanceChair(policy, compiled.params, 0, "policy")
    run_decisions(
        simulation,
        [idle, idle],  # type: ignore[list-item]
        chairs=[chair],
        decision_ticks=roster.decision_ticks,
        n_ticks=300,
    )
    story = iter([EventKind(kind) for kind in simulation.events()["kind"].tolist()])
    wanted = (EventKind.LAUNCH, EventKind.RETURN, EventKind.RECOVER, EventKind.WORK_BEGUN, EventKind.WORK_ENDED)
    assert all(kind in story for kind in (*wanted, EventKind.LAUNCH))


def test_an_immobile_unit_is_towed_to_the_workshop_and_repaired_there() -> None:
    content = machines({"weibull": {"scale_h": 1e6}}, n=1, hours=20, dt_s=10)
    card = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 10}
    drive = {"mobility": {"weibull": {"scale_h": 1e6}, "initial_age_h": 0, "repair": {"mean_h": 1, "law": "fixed"}}}
    content["catalogue"]["platforms"]["robot"] = {**card, "wear": drive}
    content["catalogue"]["platforms"]["wrecker"] = {**card, "wear": {}, "towing": {"speed_mps": 5, "hook_min": 5}}
    content["groups"] += [
        {"name": "robot", "side": "blue", "units": [{"platform": "robot"}], "at_km": [3, 3]},
        {
            "name": "wrecker",
            "side": "blue",
            "units": [{"platform": "wrecker"}],
            "at_km": [0, 1],
            "task": {"verb": "tow", "target": "robot", "at_km": [0, 1]},
        },
    ]
    content["sustainment"]["workshops"][0]["radius_m"] = 300
    content["time"] |= {"plan_interval_s": 10, "comms_interval_s": 10}
    simulation = start(content, seed=1, replications=[0], record_events=True)
    simulation.advance(5)
    names = compile_world(content).roster
    c = next(k for k, name in enumerate(names.components) if name == "mobility")
    simulation.state.components.real[0, ComponentR.LIFE_H, c] = 0.0
    simulation.advance(2000)
    events = simulation.events()
    story = iter([EventKind(kind) for kind in events["kind"].tolist()])
    wanted = (EventKind.FAILURE, EventKind.TOW_BEGUN, EventKind.TOW_ENDED, EventKind.WORK_BEGUN, EventKind.WORK_ENDED)
    assert all(kind in story for kind in wanted), [EventKind(kind).name for kind in events["kind"].tolist()]
