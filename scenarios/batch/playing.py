"""Play replications of a scenario as a single simulation: the smallest piece of work of a batch."""

from collections.abc import Callable, Sequence

import numpy as np

from scenarios.batch.chunks import LARGEST
from scenarios.compiler.compiled import Compiled
from scenarios.measures.case import DRAW
from scenarios.run.play import start_simulation
from scenarios.run.policies import PolicyChoice, build_logistics, build_policies
from simcore.decision_loop import run_decisions
from simcore.messages import ContactReportR, ContactReportW
from simcore.params import Params, RuleW
from simcore.recording.tables import Column
from simcore.state import WorldW
from simcore.types import EndReason

_CHUNK_BYTES = 512_000_000
_BYTES_PER_UNIT = 15_000  # state, pictures and the work of doctrines: up to 3.3 MB for the 216 units of the demo
_EXPECTED_S = 60e-9  # of a unit and a tick
_BYTES_PER_REPORT = 8 * len(ContactReportR) + 4 * len(ContactReportW)

OUTCOME_COLUMNS = (
    Column("replication", "i64", "1", "replication number"),
    Column("state_hash", "string", "", "digest of the final state"),
    Column("winner", "string", "", "winning side, or draw"),
    Column("reason", "string", "", "reason for the end of the replication (EndReason in lower case)"),
    Column("ticks", "i32", "1", "ticks simulated"),
    Column("unit_steps", "i64", "1", "unit-ticks simulated"),
)
"""Columns of ``replications.parquet`` before the measures."""


def play_replications(
    compiled: Compiled,
    choices: Sequence[PolicyChoice],
    seed: int,
    replications: Sequence[int],
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, np.ndarray]:
    """Play replications as a single simulation on the calling thread and return the columns of their rows."""
    params, roster = compiled.params, compiled.roster
    policies = build_policies(choices, compiled.briefings, seed, replications)
    simulation = start_simulation(compiled, seed, replications)
    run_decisions(
        simulation,
        policies,
        chairs=build_logistics(choices, compiled, seed, replications),
        labels=[choice.label for choice in choices],
        group_names=roster.groups,
        decision_ticks=roster.decision_ticks,
        n_ticks=int(params.rules_whole[RuleW.N_TICKS]),
        should_stop=should_stop,
    )
    state = simulation.state
    winners: list[str] = [roster.sides[w] if w >= 0 else DRAW for w in state.world[:, WorldW.WINNER]]
    return {
        "replication": np.asarray(replications, dtype=np.int64),
        "state_hash": np.array(simulation.hash(), dtype=object),
        "winner": np.array(winners, dtype=object),
        "reason": np.array([EndReason(r).name.lower() for r in state.world[:, WorldW.REASON]], dtype=object),
        "ticks": state.world[:, WorldW.TICK].copy(),
        "unit_steps": simulation.unit_steps_by_replication,
        **compiled.measures.values(state),
    }


def largest_chunk(params: Params) -> int:
    """Return the most replications a thread may hold at once: they should stay below about 512 MB."""
    n_units, n_reports = params.units.whole.shape[1], int(params.rules_whole[RuleW.REPORT_ROOM])
    return max(1, min(LARGEST, _CHUNK_BYTES // (_BYTES_PER_UNIT * n_units + _BYTES_PER_REPORT * n_reports)))


def expected_s(params: Params) -> float:
    """Return the expected CPU time of a replication [s], before any has been played: units times ticks."""
    return _EXPECTED_S * params.units.whole.shape[1] * float(params.rules_whole[RuleW.N_TICKS])
