"""Spare parts come from the store of the workshop; a job without its part waits for it, and the store reorders."""

import math
from typing import Any

import numpy as np
import pytest

from simcore.types import EventKind
from simcore.upkeep import ComponentR, ComponentW, Readiness, Step, UpkeepSideR, UpkeepSideW, UseR
from tests.simcore.machine_worlds import machines
from tests.simcore.small_worlds import Document, start
from tests.simcore.test_repair import steady, within

ENGINE = {"weibull": {"scale_h": 200}, "repair": 0, "spare": "engine"}


def stocked(stock: int, lead_h: float, law: str = "fixed", n: int = 100, **keys: Any) -> Document:
    """Return machines whose engines are replaced from a store with one-for-one replenishment."""
    shelf = {"capacity": max(stock, 1), "start": stock, "order_up_to": stock, "reorder_at": stock - 1}
    source = {"lead_time_h": lead_h, "lead_law": law, "orders_at_most": 200}
    return machines(
        ENGINE,
        n=n,
        crews=None,
        dt_s=600,
        items={"engine": {"kind": "parts", "mass_kg": 10}},
        stores=[{"at": "hall", "items": {"engine": {**shelf, "source": source}}}],
        supply_interval_s=600,
        **keys,
    )


def palm(mean: float, stock: int) -> float:
    """Return the expected backorders of a store with a Poisson pipeline."""
    p = [math.exp(-mean)]
    for x in range(1, stock + 1):
        p.append(p[-1] * mean / x)
    return mean - stock + sum((stock - x) * p[x] for x in range(stock))


@pytest.mark.parametrize(("stock", "law"), [(3, "fixed"), (4, "exponential")])
def test_machines_wait_for_parts_as_palm_says(stock: int, law: str) -> None:
    """With many machines that are nearly always up, the demand is Poisson; the lead time's law does not matter."""
    content = stocked(stock, 8.0, law, hours=1500)
    shares, _ = steady(content, 30, 100.0)
    down = shares[:, Readiness.NMCS] * 100
    # machines down do not fail: the demand is that of the machines up
    rate = 100.0 * (1.0 - shares[:, Readiness.NMCS].mean()) / 200.0
    assert within(down, palm(8.0 * rate, stock))
    assert np.allclose(shares[:, Readiness.FMC] + shares[:, Readiness.NMCS], 1.0)


def test_the_fill_rate_is_the_share_of_jobs_with_a_part_at_hand() -> None:
    content = stocked(3, 8.0, hours=1500)
    simulation = start(content, seed=2, replications=range(20))
    simulation.advance(9000)
    whole = simulation.state.upkeep_sides.whole[:, :, 0].astype(np.float64)
    up = 1.0 - simulation.state.uses.real[:, UseR.READY_S + Readiness.NMCS].sum() / (20 * 100 * 1500 * 3600.0)
    # a request sees the shipments up to the end of the step before: half a step later on average
    mean = 0.5 * up * (8.0 + 0.5 / 6.0)
    p = [math.exp(-mean) * mean**x / math.factorial(x) for x in range(3)]
    fill = whole[:, UpkeepSideW.SPARES_AT_ONCE] / whole[:, UpkeepSideW.SPARES_ASKED]
    assert within(fill, sum(p))
    assert (whole[:, UpkeepSideW.SPARES_ASKED] >= whole[:, UpkeepSideW.SPARES_TAKEN]).all()
    assert (simulation.state.upkeep_sides.real[:, UpkeepSideR.PART_S, 0] > 0.0).all()


def test_a_job_waits_for_its_part_where_there_is_none() -> None:
    content = stocked(0, 1e4, n=3, hours=2000)
    simulation = start(content, seed=1, replications=[0], record_events=True)
    simulation.advance(6 * 2000)
    kinds = simulation.events()["kind"].tolist()
    assert kinds.count(EventKind.PART_AWAITED) == kinds.count(EventKind.FAILURE) == 3
    assert EventKind.WORK_BEGUN not in kinds
    assert (simulation.state.components.whole[0, ComponentW.STEP] == Step.PART).all()


def test_a_workshop_that_strips_takes_the_part_of_a_unit_that_waits_anyway() -> None:
    """Of two machines that wait, each for another part, one is restored with the part of the other, at its age."""
    content = stocked(0, 1e4, n=2, hours=300, damage_repair=None)
    content["sustainment"]["workshops"][0]["strips"] = True
    content["sustainment"]["items"]["gear"] = {"kind": "parts", "mass_kg": 10}
    machine = content["catalogue"]["platforms"]["machine"]
    machine["wear"] = {
        "power": {**ENGINE, "weibull": {"shape": 3, "scale_h": 60}},
        "sensor": {**ENGINE, "spare": "gear", "weibull": {"shape": 3, "scale_h": 60}},
    }
    stripped = 0
    for seed in range(6):
        simulation = start(content, seed=seed, replications=[0], record_events=True)
        simulation.advance(1800)
        events = simulation.events()
        taken = events[events["kind"] == EventKind.PART_STRIPPED]
        stripped += len(taken)
        assert (taken["unit"] != taken["other"]).all()
        if len(taken):
            restored = events[(events["kind"] == EventKind.WORK_ENDED) & (events["unit"] == taken["unit"][0])]
            assert len(restored)
            spent = simulation.state.components.real[0, ComponentR.AGE_H]
            assert spent.max() <= 300.0
    assert stripped > 0
