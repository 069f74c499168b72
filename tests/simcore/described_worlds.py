"""Outcomes of the true state and of its description, played on to the end with the commanders of the file."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.params import RuleR, RuleW, UnitSpecW
from simcore.simulation import Simulation
from simcore.situation import Situation, select, simulation_at, situation_of
from simcore.state import SideR, UnitW, WorldW
from simcore.types import F64, N_BELLIGERENTS, Status

NUMBERS = ("score of the first", "score of the second", "losses of the first", "losses of the second", "end")


def play_on(compiled: Compiled, simulation: Simulation, seed: int, until: int | None = None) -> None:
    """Play a simulation to tick ``until``, by default to its end, with new commanders as named in the file."""
    numbers = [int(number) for number in simulation.state.replication]
    policies = build_policies(choose_policies(compiled.roster), compiled.briefings, seed, numbers)
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS]) if until is None else until
    run_decisions(simulation, policies, decision_ticks=compiled.roster.decision_ticks, n_ticks=n_ticks)


def outcome(simulation: Simulation) -> F64:
    """Return the numbers of the outcome (R, len(NUMBERS)): scores, units lost, end in hours."""
    state, params = simulation.state, simulation.params
    lost = state.units.whole[:, UnitW.STATUS] == Status.LOST
    side = params.units.whole[UnitSpecW.SIDE]
    columns = [state.sides.real[:, SideR.SCORE, s] for s in range(N_BELLIGERENTS)]
    columns += [lost[:, side == s].sum(axis=1) for s in range(N_BELLIGERENTS)]
    columns += [state.world[:, WorldW.TICK] * float(params.rules_real[RuleR.DT_S]) / 3600.0]
    return np.stack(columns, axis=1).astype(np.float64)


def gaps(
    compiled: Compiled,
    tick: int,
    n: int,
    *,
    seed: int,
    edit: Callable[[Situation], Situation] | None = None,
    **keys: Any,
) -> tuple[F64, F64, F64]:
    """Return the mean outcome of the true state, that of its description, and the standard error of their difference.

    Each is (len(NUMBERS),), over ``n`` continuations with independent draws; ``edit`` changes the description.
    """
    source = Simulation(compiled.params, seed=seed, picture_contacts=compiled.roster.picture_contacts)
    play_on(compiled, source, seed, tick)
    true = source.fan_out(range(100, 100 + n), **keys)
    situation = situation_of(source)
    if edit is not None:
        situation = edit(situation)
    told = simulation_at(
        compiled.params,
        select(situation, np.zeros(n, dtype=np.int64)),
        seed=seed,
        replications=range(10_000, 10_000 + n),
        picture_contacts=compiled.roster.picture_contacts,
        **keys,
    )
    results: list[F64] = []
    for simulation in (true, told):
        play_on(compiled, simulation, seed)
        results.append(outcome(simulation))
    a, b = results
    error = np.sqrt(a.var(axis=0, ddof=1) / n + b.var(axis=0, ddof=1) / n)
    return a.mean(axis=0), b.mean(axis=0), error
