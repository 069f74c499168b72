"""The best stock under a budget, against exhaustive search."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.spares.allocation import NEGLIGIBLE, allocate, useful_spares
from logistics.spares.optimiser import Item, ItemStock, buy
from logistics.spares.two_echelon import Base, Echelons, Method, evaluate
from simcore.errors import InputError


def fewest_by_number(echelons: Echelons, most: int, method: Method) -> list[float]:
    """Return the fewest backorders with each number of spares, from every way to place them."""
    best = [math.inf] * (most + 1)
    for stocks in itertools.product(range(most + 1), repeat=1 + len(echelons.bases)):
        if sum(stocks) <= most:
            total = evaluate(echelons, stocks[0], stocks[1:], method).total
            best[sum(stocks)] = min(best[sum(stocks)], total)
    return best


@pytest.mark.parametrize("method", list(Method))
def test_allocations_equal_an_exhaustive_search(method: Method) -> None:
    echelons = Echelons((Base(0.9, 0.25, 0.5, 0.3), Base(0.4, 0.0, 0.0, 0.1)), 1.5)
    found = allocate(echelons, 6, method)
    assert found.backorders == pytest.approx(fewest_by_number(echelons, 6, method), rel=1e-12)
    for n in range(7):
        assert found.depot[n] + found.bases[n].sum() == n
        here = evaluate(echelons, int(found.depot[n]), found.bases[n].tolist(), method).total
        assert here == pytest.approx(found.backorders[n], rel=1e-12)


def test_the_curve_of_an_item_need_not_be_convex() -> None:
    """Where many bases fail rarely, a single spare does most at the depot, and more of them move to the bases."""
    echelons = Echelons(tuple(Base(0.2, 0.0, 0.0, 0.35) for _ in range(3)), 2.0)
    worth = -np.diff(allocate(echelons, 12).backorders)
    assert (worth > 0.0).all()
    assert (np.diff(worth) > 0.0).any()


@pytest.mark.parametrize("seed", range(4))
def test_a_purchase_equals_an_exhaustive_search(seed: int) -> None:
    generator = np.random.default_rng(seed)
    u = generator.uniform
    items = [
        Item(
            f"item {k}",
            Echelons(tuple(Base(u(0.05, 1.5), u(0.0, 0.6), 0.5, 0.2) for _ in range(2)), u(0.5, 2.0)),
            float(u(1.0, 4.0)),
        )
        for k in range(3)
    ]
    budget = float(u(6.0, 12.0))
    curves = [fewest_by_number(item.echelons, int(budget / item.unit_cost), Method.EXACT) for item in items]
    best = min(
        sum(curve[n] for curve, n in zip(curves, counts, strict=True))
        for counts in itertools.product(*(range(len(curve)) for curve in curves))
        if sum(n * item.unit_cost for n, item in zip(counts, items, strict=True)) <= budget
    )
    found = buy(items, budget)
    assert found.is_best
    assert found.cost <= budget * (1.0 + 1e-12)
    assert found.backorders == pytest.approx(best, rel=1e-10)
    assert found.bound == pytest.approx(best, rel=1e-10)


def test_leftover_money_is_spent_where_the_hull_alone_would_keep_it() -> None:
    """The dear item is the better buy per unit of money, but the budget falls short of a second of it."""
    dear = Item("dear", Echelons((Base(1.0, 1.0, 3.0),)), 10.0)
    cheap = Item("cheap", Echelons((Base(1.0, 1.0, 0.2),)), 4.0)
    found = buy([dear, cheap], 15.0)
    assert [stock.spares for stock in found.stocks] == [1, 1]


def test_the_points_of_the_frontier_are_the_best_for_their_own_cost() -> None:
    items = [
        Item("pump", Echelons((Base(0.5, 0.3, 0.5, 0.2), Base(0.8, 0.0, 0.0, 0.4)), 1.0), 3.0),
        Item("radio", Echelons((Base(0.2, 0.0, 0.0, 0.2), Base(0.3, 0.0, 0.0, 0.2)), 2.0), 7.0),
    ]
    frontier = buy(items, 60.0).frontier
    assert frontier[1, 0] == pytest.approx(buy(items, 0.0).backorders)
    for cost, backorders in frontier.T[::3]:
        assert buy(items, float(cost)).backorders == pytest.approx(backorders, rel=1e-9, abs=2 * NEGLIGIBLE)


def test_useful_spares_leave_nothing_to_wish() -> None:
    echelons = Echelons((Base(0.9, 0.25, 0.5, 0.3), Base(0.4, 0.0, 0.0, 0.1)), 1.5)
    n = useful_spares(echelons)
    assert allocate(echelons, n).backorders[-1] < NEGLIGIBLE
    found = buy([Item("part", echelons, 1.0)], 1e6)
    assert found.backorders < NEGLIGIBLE
    assert found.cost <= n


@given(
    budget=st.floats(0.0, 40.0), more=st.floats(0.0, 20.0), costs=st.lists(st.floats(0.5, 9.0), min_size=1, max_size=3)
)
@settings(max_examples=25, deadline=None)
def test_a_larger_budget_never_buys_less(budget: float, more: float, costs: list[float]) -> None:
    items = [
        Item(f"item {k}", Echelons((Base(0.3 + 0.4 * k, 0.3, 0.5, 0.2), Base(0.6, 0.0, 0.0, 0.4)), 1.0), cost)
        for k, cost in enumerate(costs)
    ]
    small, large = buy(items, budget), buy(items, budget + more)
    assert small.cost <= budget * (1.0 + 1e-9)
    assert large.backorders <= small.backorders + NEGLIGIBLE
    assert small.bound <= small.backorders


def test_a_stock_that_is_kept_is_built_upon_as_well_as_can_be() -> None:
    echelons = Echelons((Base(0.9, 0.25, 0.5, 0.3), Base(0.4, 0.0, 0.0, 0.1)), 1.5)
    item = Item("part", echelons, 3.0)
    present = ItemStock(item, 0, (0, 2), evaluate(echelons, 0, (0, 2)).total)
    found = buy([item], 12.5, present=[present])
    best = min(
        evaluate(echelons, a, (b, 2 + c)).total for a, b, c in itertools.product(range(5), repeat=3) if a + b + c <= 4
    )
    (stock,) = found.stocks
    assert stock.bases[1] >= 2
    assert (stock.spares, stock.owned, found.cost) == (6, 2, 12.0)
    assert found.backorders == pytest.approx(best, rel=1e-12)
    assert buy([item], 0.0, present=[present]).backorders == pytest.approx(present.backorders)
    assert buy([item], 18.0).backorders <= found.backorders  # free to move the two


def test_wrong_purchases_are_refused() -> None:
    echelons = Echelons((Base(1.0),), 1.0)
    with pytest.raises(InputError, match="unit cost 0"):
        Item("part", echelons, 0.0)
    with pytest.raises(InputError, match="budget -1"):
        buy([Item("part", echelons, 1.0)], -1.0)
    with pytest.raises(InputError, match="no item"):
        buy([], 1.0)
    with pytest.raises(InputError, match=r"part: \d+ spares are of use"):
        buy([Item("part", Echelons(tuple(Base(600.0, order_and_ship=2.0) for _ in range(3)), 0.1), 1e-6)], 1e9)
