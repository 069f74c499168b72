"""Plans: exact laws against laws known by formula and against patients that are simulated."""

import math

import numpy as np
import pytest
from scipy import stats

from logistics.medical.demand import Demand, Units
from logistics.medical.factors import PlanFactors
from logistics.medical.pathways import NEEDS, load_of, ways
from logistics.medical.planning import Formation, make_plan
from logistics.medical.stays import GRID_H, Stop, Triangular, in_use, occupancy, peak_moment
from simcore.types import F64


def _brigade(wounded: float = 2.0, sd: float = 3.0, days: int = 10, population: int = 4000) -> Formation:
    return Formation("brigade", population, wounded, sd, 1.5, 1, days)


def test_a_count_with_a_gamma_rate_is_negative_binomial() -> None:
    law = Demand(np.array([6.0]), np.array([0.7]))
    known = stats.nbinom(0.7, 0.7 / 6.7)
    assert [law.above(k) for k in (0, 5, 30)] == pytest.approx([known.sf(k) for k in (0, 5, 30)], abs=1e-9)
    assert law.quantile(0.95) == known.ppf(0.95)
    assert (law.mean, law.sd) == pytest.approx((known.mean(), known.std()))


def test_a_count_with_a_known_rate_is_poisson_and_equal_shapes_add_up() -> None:
    known = Demand(np.array([3.0, 4.5]), np.array([np.inf, np.inf]))
    assert known.interval(0.9) == stats.poisson(7.5).interval(0.9)
    assert known.above(9) == pytest.approx(stats.poisson(7.5).sf(9), abs=1e-9)
    both = Demand(np.array([2.0, 2.0]), np.array([0.5, 0.5]))  # gamma laws of the same scale add their shapes
    assert both.above(6) == pytest.approx(stats.nbinom(1.0, 1.0 / 5.0).sf(6), abs=1e-9)


def test_units_of_blood_have_the_mean_and_the_spread_of_a_compound_count() -> None:
    units = Units(0.22, 6.36)
    law = Demand(np.array([8.0]), np.array([2.0]), units)
    rng = np.random.default_rng(3)
    persons = rng.poisson(rng.gamma(2.0, 4.0, 200_000))
    taken = rng.binomial(persons, 0.22)
    drawn = taken + np.where(taken > 0, rng.negative_binomial(np.maximum(taken, 1), 1.0 / 6.36), 0)
    assert abs(law.mean - drawn.mean()) < 4.0 * drawn.std() / math.sqrt(len(drawn))
    assert law.sd == pytest.approx(drawn.std(), rel=0.02)
    for number in (0, 10, 40):
        p = float((drawn > number).mean())
        assert abs(law.above(number) - p) < 4.0 * math.sqrt(p * (1.0 - p) / len(drawn))


def test_the_published_share_of_massive_transfusions_follows_from_the_mean_of_the_transfused() -> None:
    factors = PlanFactors()
    share, mean = factors["transfused_share"], factors["units_per_transfused"]
    massive = share * (1.0 - 1.0 / mean) ** 9  # ten units or more
    assert massive == pytest.approx(0.042, abs=0.01)


def test_a_law_too_long_to_compute_has_a_gamma_law_in_its_place() -> None:
    long = Demand(np.array([4e6]), np.array([30.0]))
    known = stats.nbinom(30.0, 30.0 / (30.0 + 4e6))
    assert long.quantile(0.95) == pytest.approx(known.ppf(0.95), rel=1e-4)
    assert long.above(5_000_000) == pytest.approx(known.sf(5_000_000), rel=1e-3)


def test_the_time_in_a_place_is_the_mean_stay_wherever_it_lies_on_the_way() -> None:
    way = (Stop("", Triangular(0.2, 0.5, 1.1)), Stop("a", Triangular(1.0, 4.0, 30.0)), Stop("b", Triangular(5, 5, 5)))
    assert occupancy(way, "a").sum() * GRID_H == pytest.approx(35.0 / 3.0, rel=1e-9)
    assert occupancy(way, "b").sum() * GRID_H == pytest.approx(5.0, rel=1e-9)
    assert occupancy(way, "c").sum() == 0.0


def test_places_in_use_are_the_arrivals_times_the_stay_when_cases_come_at_all_hours() -> None:
    ages = occupancy((Stop("bed", Triangular(72.0, 168.0, 360.0)),), "bed")
    assert in_use(ages, 24.0).sum() == pytest.approx(200.0 / 24.0, rel=1e-9)  # Little's law
    assert in_use(ages, 4.0).sum() >= 200.0 / 24.0  # right after the fighting there are more


def test_the_fullest_moment_of_late_places_lies_after_the_fighting() -> None:
    ages = occupancy((Stop("", Triangular(6.0, 6.0, 6.0)), Stop("table", Triangular(2.0, 2.0, 2.0))), "table")
    assert peak_moment(ages, 1.0) == pytest.approx(6.5, abs=0.6)
    assert in_use(ages, 1.0, peak_moment(ages, 1.0))[0] == pytest.approx(1.0, abs=0.01)


def _simulated(days: int, day: int, moment_h: float, n: int) -> np.ndarray:
    """Return the T1 in intensive care at Role 2 on a day in n campaigns, each patient simulated."""
    rng = np.random.default_rng(11)
    factors = PlanFactors()
    found = np.zeros(n)

    def drawn(name: str, size: int) -> F64:
        law = factors.stay(name)
        return rng.triangular(law.low, law.mode, law.high, size)

    for d in range(days):
        rates = rng.gamma(4.0 / 9.0, 4.5, n) * 4.0 * factors["t1_share"]
        who = np.repeat(np.arange(n), rng.poisson(rates))
        m = len(who)
        time = 24.0 * d + rng.uniform(0.0, 8.0, m)
        load = factors["load_min"] / 60.0
        for name in ("evacuation", "evacuation", "role1", "evacuation", "resuscitation"):
            time += drawn(name, m)
        time += 4.0 * load
        time += np.where(rng.random(m) < factors["t1_surgery_share"], drawn("surgery", m), 0.0)
        now = 24.0 * day + 8.0 + moment_h
        here = (time <= now) & (time + drawn("intensive", m) > now)
        np.add.at(found, who[here], 1.0)
    return found


def test_beds_in_use_have_the_law_of_simulated_patients() -> None:
    factors = PlanFactors()
    plan = make_plan([_brigade()], factors)
    need = next(need for need in NEEDS if need.key == "role2_intensive")
    ages = np.zeros(1)
    for way in ways(factors):
        if any(stop.place == need.key for stop in way.stops):
            own = way.share * occupancy(way.stops, need.key)
            n = max(len(ages), len(own))
            ages = np.pad(ages, (0, n - len(ages))) + np.pad(own, (0, n - len(own)))
    estimate = next(found for found in plan.needs if found.need is need)
    drawn = _simulated(10, 9, peak_moment(ages, 8.0), 20_000)
    law = estimate.by_day[9]
    assert abs(law.mean - drawn.mean()) < 4.0 * drawn.std() / math.sqrt(len(drawn))
    for number in (0, 3, 10, 20):
        p = float((drawn > number).mean())
        assert abs(law.above(number) - p) < 4.0 * math.sqrt(p * (1.0 - p) / len(drawn))


def test_nobody_is_lost_between_the_ways() -> None:
    found = ways(PlanFactors())
    wounded = sum(way.share for way in found if not way.is_disease)
    assert wounded == pytest.approx(1.0 + PlanFactors()["stress_per_wounded"])
    assert sum(way.share for way in found if way.is_disease) == pytest.approx(1.0)


def test_a_vehicle_is_away_for_two_drives_and_its_loading() -> None:
    factors = PlanFactors({"load_min": 12.0, "patients_per_trip": 1.0})
    for key, drive in (("vehicles_to_role1", "evacuation"), ("vehicles_to_role3", "evacuation_role3")):
        need = next(need for need in NEEDS if need.key == key)
        load = load_of(need, ways(factors), factors)
        assert load.mean_h == pytest.approx(2.0 * factors.stay(drive).mean + 0.4, rel=1e-9)


def test_twice_the_people_take_twice_the_places_on_average_and_phases_follow_each_other() -> None:
    one, two = (make_plan([_brigade(population=n)], PlanFactors()) for n in (4000, 8000))
    for first, second in zip(one.needs, two.needs, strict=True):
        assert second.demand.mean == pytest.approx(2.0 * first.demand.mean)
    phases = [Formation("a", 4000, 2.0, 3.0, 1.5, 1, 4), Formation("a", 4000, 2.0, 3.0, 1.5, 5, 6)]
    split = make_plan(phases, PlanFactors())
    assert split.casualty("wounded").interval(0.95) == one.casualty("wounded").interval(0.95)
    assert split.people == 4000
    assert [n.demand.quantile(0.9) for n in split.needs] == [n.demand.quantile(0.9) for n in one.needs]


def test_no_fighting_leaves_disease_alone() -> None:
    plan = make_plan([_brigade(wounded=0.0, sd=0.0)], PlanFactors())
    assert plan.casualty("wounded").interval(0.95) == (0, 0)
    assert plan.casualty("disease").mean == pytest.approx(4 * 1.5 * 10)
    assert next(n for n in plan.needs if n.need.key == "role2_tables").demand.quantile(0.99) == 0


def test_waits_of_short_stays_are_those_of_erlang_and_overload_has_none() -> None:
    plan = make_plan([_brigade(wounded=30.0, sd=0.0)], PlanFactors())
    tables = next(n for n in plan.needs if n.need.key == "role2_tables")
    load = 4.0 * 30.0 / 8.0 * (0.25 * 0.65 + 0.25 * 0.3) * tables.service_h  # in eight hours of fighting
    assert tables.wait_h(math.floor(load)) == math.inf
    servers = math.floor(load) + 1
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    wait = last / (sum(terms) + last) * tables.service_h / (servers - load)
    assert tables.wait_h(servers) == pytest.approx(wait, rel=1e-9)
    assert math.isnan(next(n for n in plan.needs if n.need.key == "role3_ward").wait_h(50))
