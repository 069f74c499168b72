"""Depot and bases: the exact law against enumeration and a simulation, and the bias of the approximations."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.spares.palm import place_stock
from logistics.spares.two_echelon import Base, Echelons, Method, Pipelines, bias, evaluate
from simcore.errors import InputError
from simcore.types import F64

SHERBROOKE = Echelons(tuple(Base(23.2, 0.2, 0.01, 0.01) for _ in range(5)), 0.02531)


@pytest.mark.parametrize(
    ("depot", "metric", "vari_metric", "exact"), [(2, 0.0654, 0.0722, 0.0723), (1, 0.1149, 0.1212, 0.1216)]
)
def test_published_example(depot: int, metric: float, vari_metric: float, exact: float) -> None:
    for method, value in ((Method.METRIC, metric), (Method.VARI_METRIC, vari_metric), (Method.EXACT, exact)):
        assert evaluate(SHERBROOKE, depot, [1] * 5, method).backorders[0] == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("demand", "shipping", "metric"),
    [(1.0, 0.1, [-7.6, -19.1, -31.6]), (0.3, 0.1, [-37.0, -67.0, -83.0]), (0.1, 0.05, [-68.0, -92.0, -98.0])],
)
def test_metric_is_too_low_and_most_where_failures_are_rare(
    demand: float, shipping: float, metric: list[float]
) -> None:
    echelons = Echelons(tuple(Base(demand, order_and_ship=shipping) for _ in range(3)), 1.0)
    found = [100.0 * bias(echelons, 1, [stock] * 3, Method.METRIC) for stock in (1, 2, 3)]
    assert found == pytest.approx(metric, abs=0.6)


def test_the_law_of_a_base_equals_an_enumeration() -> None:
    """Every number at the depot, and every way in which the last demands belong to the bases."""
    echelons = Echelons((Base(0.7, 0.3, 0.8, 0.2), Base(1.1, 0.1, 0.4, 0.5), Base(0.2, 0.0, 0.0, 0.3)), 0.9)
    depot_stock, base = 2, 1
    rate = sum(b.demand * (1.0 - b.repair_share) for b in echelons.bases)
    share = echelons.bases[base].demand * 0.9 / rate
    own = 1.1 * (0.1 * 0.4 + 0.9 * 0.5)
    law = np.zeros(12)
    for at_depot in range(40):
        p_depot = math.exp(-rate * 0.9) * (rate * 0.9) ** at_depot / math.factorial(at_depot)
        late = max(at_depot - depot_stock, 0)
        for of_base in range(late + 1):
            p_base = math.comb(late, of_base) * share**of_base * (1.0 - share) ** (late - of_base)
            for x in range(12 - of_base):
                law[of_base + x] += p_depot * p_base * math.exp(-own) * own**x / math.factorial(x)
    assert Pipelines(echelons).laws(depot_stock)[base][:12] == pytest.approx(law, rel=1e-10)


def simulate(echelons: Echelons, depot_stock: int, stocks: Sequence[int], n: int, seed: int) -> tuple[F64, F64]:
    """Return the holes at each base at the end of a long history, (n, bases), and demands then met, (n, bases).

    Every failure is an event with its repair; the depot issues in the order of the demands. Repairs at the depot and
    the bases are exponential, shipping is constant.
    """
    generator = np.random.default_rng(seed)
    bases = echelons.bases
    longest = max(echelons.depot_repair, *(b.repair_time for b in bases), *(b.order_and_ship for b in bases))
    end = 25.0 * longest
    holes = np.zeros((n, len(bases)))
    for k in range(n):
        demands: list[tuple[float, int]] = []
        missing = np.zeros(len(bases))
        for i, base in enumerate(bases):
            times = generator.uniform(0.0, end, generator.poisson(base.demand * end))
            is_local = generator.random(times.size) < base.repair_share
            local = times[is_local]
            missing[i] += (local + generator.exponential(base.repair_time or 1e-12, local.size) > end).sum()
            demands += [(float(t), i) for t in times[~is_local]]
        demands.sort()
        made = np.array([t for t, _ in demands])
        back = np.sort(made + generator.exponential(echelons.depot_repair, made.size))
        for place, (time, i) in enumerate(demands):
            # the first s0 demands take the stock, the next ones the repaired units in the order of their return
            issued = time if place < depot_stock else max(time, float(back[place - depot_stock]))
            missing[i] += issued + bases[i].order_and_ship > end
        holes[k] = np.maximum(missing - np.array(stocks), 0.0)
    return holes, (holes == 0.0).astype(np.float64)


def test_a_simulation_with_random_repairs_agrees_with_the_exact_model_and_not_with_metric() -> None:
    echelons = Echelons((Base(0.9, 0.25, 0.5, 0.3), Base(0.5, 0.0, 0.0, 0.6), Base(0.3, 0.5, 1.0, 0.2)), 1.2)
    depot, stocks, n = 1, [1, 1, 0], 4000
    holes, _ = simulate(echelons, depot, stocks, n, seed=5)
    exact, metric = evaluate(echelons, depot, stocks), evaluate(echelons, depot, stocks, Method.METRIC)
    error = holes.std(axis=0, ddof=1) / math.sqrt(n)
    assert (np.abs(holes.mean(axis=0) - exact.backorders) < 4.0 * error).all()
    assert metric.total < exact.total


def test_without_depot_failures_the_bases_are_alone() -> None:
    echelons = Echelons((Base(2.0, 1.0, 0.7), Base(0.0, 1.0, 1.0)), 5.0)
    for method in Method:
        found = evaluate(echelons, 3, [2, 1], method)
        assert found.backorders.tolist() == pytest.approx([place_stock(2.0, 0.7, 2).backorders, 0.0], rel=1e-10)
        assert found.depot_fill_rate == 1.0
        assert found.fill_rates[1] == pytest.approx(1.0)


def test_a_single_base_without_stock_waits_as_palm_says_of_the_depot() -> None:
    echelons = Echelons((Base(1.5),), 2.0)
    found = evaluate(echelons, 4, [0])
    assert found.total == pytest.approx(place_stock(1.5, 2.0, 4).backorders, rel=1e-10)
    assert found.waits[0] == pytest.approx(found.total / 1.5)


_BASES = st.builds(Base, st.floats(0.01, 3.0), st.floats(0.0, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 2.0))


@given(bases=st.lists(_BASES, min_size=1, max_size=3), repair=st.floats(0.0, 4.0), stock=st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_each_spare_more_lowers_backorders_and_the_means_of_all_methods_agree(
    bases: list[Base], repair: float, stock: int
) -> None:
    echelons = Echelons(tuple(bases), repair)
    stocks = [stock] * len(bases)
    for method in Method:
        here = evaluate(echelons, stock, stocks, method)
        assert evaluate(echelons, stock + 1, stocks, method).total <= here.total + 1e-12
        assert evaluate(echelons, stock, [stock + 1, *stocks[1:]], method).total <= here.total + 1e-12
        assert (here.fill_rates <= 1.0).all()
    none = [evaluate(echelons, stock, [0] * len(bases), method).total for method in Method]
    assert none == pytest.approx([none[0]] * 3, rel=1e-6, abs=1e-9)


@given(bases=st.lists(_BASES, min_size=2, max_size=3), repair=st.floats(0.1, 4.0), depot=st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_metric_never_has_more_backorders_than_the_exact_model(bases: list[Base], repair: float, depot: int) -> None:
    echelons = Echelons(tuple(bases), repair)
    exact = evaluate(echelons, depot, [1] * len(bases))
    metric = evaluate(echelons, depot, [1] * len(bases), Method.METRIC)
    assert (metric.backorders <= exact.backorders * (1.0 + 1e-9) + 1e-12).all()


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(InputError, match=r"repair_share 1\.2: not a share"):
        Base(1.0, 1.2)
    with pytest.raises(InputError, match="demand -1"):
        Base(-1.0)
    with pytest.raises(InputError, match="2 base stocks for 1 bases"):
        evaluate(Echelons((Base(1.0),)), 0, [1, 2])
    with pytest.raises(InputError, match="below 0"):
        evaluate(Echelons((Base(1.0),)), -1, [1])
    with pytest.raises(InputError, match="without bases"):
        Echelons(())
