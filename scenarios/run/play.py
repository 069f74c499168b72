"""A single run: from a scenario, a seed and a replication number to an outcome and, optionally, a run folder."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.compiler.compiled import Compiled
from scenarios.compiler.ticks import ticks
from scenarios.loader import derived
from scenarios.run.briefing import BRIEFING, NAMES, briefing_document, names_document
from scenarios.run.identity import forces, identity, try_policies
from scenarios.run.outcome import Outcome, read_outcome
from scenarios.run.policies import PolicyChoice, build_logistics, build_policies
from scenarios.run.turning_points import Chronicle
from simcore.decision_loop import Chair, ChairOrder, run_decisions
from simcore.errors import InputError
from simcore.params import RuleW, UnitSpecW
from simcore.recording.boards import Ending, collect_boards, write_boards
from simcore.recording.files import write_bytes, write_json
from simcore.recording.frames import FrameReader
from simcore.recording.record import Recorder
from simcore.recording.run_folder import RunFolder
from simcore.recording.run_schema import FRAMES_PER_ROW_GROUP
from simcore.simulation import Simulation
from simcore.state import WorldW
from simcore.types import EndReason

RESOLVED = "scenario.resolved.yaml"
_LIVE_FRAMES = 6
"""Frames of a row group of a run that is followed live."""
_LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class RunResult:
    """The result of a run: its manifest, measures and outcome, and its folder if it was recorded."""

    manifest: dict[str, object]
    measures: dict[str, float]
    outcome: Outcome
    folder: Path | None


def check_seed(seed: int, replication: int, option: str = "--replication") -> None:
    """Raise ``InputError`` unless seed and replication (given by ``option``) fit the keys of random numbers."""
    for name, value in (("--seed", seed), (option, replication)):
        if not 0 <= value <= _LARGEST_SEED:
            raise InputError(f"{name} {value}: out of range; give a whole number from 0 to {_LARGEST_SEED}")


def start_simulation(
    compiled: Compiled, seed: int, replications: Sequence[int], *, record_events: bool = False
) -> Simulation:
    """Return replications of a scenario at tick 0."""
    return Simulation(
        compiled.params,
        seed=seed,
        replications=replications,
        picture_contacts=compiled.roster.picture_contacts,
        record_events=record_events,
    )


def run_scenario(
    compiled: Compiled,
    choices: Sequence[PolicyChoice],
    *,
    seed: int = 1,
    replication: int = 0,
    folder: Path | None = None,
    force: bool = False,
    record_interval_s: float | None = None,
    live: bool = False,
) -> RunResult:
    """Play a replication to its end.

    With ``folder`` the run is recorded there, frame by frame; otherwise nothing is written. The outcome is the same
    either way. ``live`` writes frames out sooner, for a reader that follows the run while it is played.
    """
    check_seed(seed, replication)
    frame_ticks = _frame_ticks(compiled, record_interval_s)
    start = identity(compiled, choices, seed, replication=replication)
    try_policies(choices, compiled, seed, replication)
    if folder is None:
        return _play(compiled, choices, start, None, seed, replication, frame_ticks)
    with RunFolder(folder, start, force=force, begun=_begun(compiled, frame_ticks)) as target:
        write_bytes(target.path / RESOLVED, compiled.scenario.dump_yaml().encode())
        write_json(target.path / BRIEFING, derived(compiled, "briefing", briefing_document))
        names = derived(compiled, "names", names_document)
        if names:
            write_json(target.path / NAMES, names)
        return _play(compiled, choices, start, target, seed, replication, frame_ticks, live=live)


def _begun(compiled: Compiled, frame_ticks: int) -> dict[str, object]:
    """Return the entries known before the first tick that a reader of the unfinished folder needs."""
    return {
        **forces(compiled),
        "frame_interval_s": frame_ticks * compiled.roster.dt_s,
        **_surroundings(compiled),
        "n_ticks": int(compiled.params.rules_whole[RuleW.N_TICKS]),
        "records_readiness": bool(compiled.roster.components),
    }


def _surroundings(compiled: Compiled) -> dict[str, object]:
    """Return the entries on munitions, reports and the map."""
    params, roster = compiled.params, compiled.roster
    return {
        "munitions": sorted(
            {p for p, m in zip(roster.unit_platform, params.units.whole[UnitSpecW.IS_ONE_WAY], strict=True) if m}
        ),
        "reports_take_time": bool(params.rules_whole[RuleW.STATUS_SLOTS] > 0),
        "origin": {"longitude_deg": roster.origin_lonlat_deg[0], "latitude_deg": roster.origin_lonlat_deg[1]},
        "bounds_m": list(roster.bounds_m),
    }


def _frame_ticks(compiled: Compiled, record_interval_s: float | None) -> int:
    roster = compiled.roster
    if record_interval_s is None:
        return roster.record_ticks
    if not math.isfinite(record_interval_s):
        raise InputError(f"--record-interval {record_interval_s:g}: not a time; give {roster.dt_s:g} or more seconds")
    if record_interval_s < roster.dt_s:
        raise InputError(f"--record-interval {record_interval_s:g}: below a time step; give {roster.dt_s:g} or more")
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
    return min(ticks(record_interval_s, roster.dt_s), n_ticks)


def _play(
    compiled: Compiled,
    choices: Sequence[PolicyChoice],
    start: dict[str, object],
    target: RunFolder | None,
    seed: int,
    replication: int,
    frame_ticks: int,
    *,
    live: bool = False,
) -> RunResult:
    params, roster = compiled.params, compiled.roster
    began = time.perf_counter()
    policies = build_policies(choices, compiled.briefings, seed, [replication])
    chairs = build_logistics(choices, compiled, seed, [replication])
    simulation = start_simulation(compiled, seed, [replication], record_events=True)
    chronicle = Chronicle()
    recorder = None
    if target is not None:
        recorder = Recorder(
            target.path, params, roster, frames_per_group=_LIVE_FRAMES if live else FRAMES_PER_ROW_GROUP
        )
    reader = FrameReader(params, roster)

    def on_frame(tick: int) -> None:
        tick = min(tick, int(simulation.state.world[0, WorldW.TICK]))  # the last frame is at the end of the run
        events = simulation.events()
        chronicle.add_events(events)
        if recorder is None:
            series = reader.series(simulation.state, 0)
        else:
            recorder.record_events(events)
            series = recorder.record_frame(simulation.state, tick)
        chronicle.add_series(tick * roster.dt_s, series)

    def on_logistics(tick: int, chair: Chair, orders: list[ChairOrder]) -> None:
        if recorder is not None:
            recorder.record_logistics(tick, chair.kind, chair.side, orders)

    try:
        run_decisions(
            simulation,
            policies,
            chairs=chairs,
            labels=[choice.label for choice in choices],
            group_names=roster.groups,
            decision_ticks=roster.decision_ticks,
            n_ticks=int(params.rules_whole[RuleW.N_TICKS]),
            frame_ticks=frame_ticks,
            on_frame=on_frame,
            on_orders=recorder.record_orders if recorder is not None else None,
            on_logistics=on_logistics if recorder is not None else None,
        )
        if recorder is not None:
            recorder.close()
            recorder.record_end(params, simulation.state)
    except BaseException:
        if recorder is not None:
            recorder.abandon()
        raise
    measures = {k: float(v[0]) for k, v in compiled.measures.values(simulation.state).items()}
    outcome = read_outcome(simulation.state, compiled, chronicle, [c.name for c in choices])
    world = simulation.state.world[0]
    end: dict[str, object] = {
        "wall_s": round(time.perf_counter() - began, 3),
        "state_hash": simulation.hash()[0],
        "n_ticks": int(world[WorldW.TICK]),
        **forces(compiled),
        "duration_s": outcome.duration_s,
        "winner": outcome.winner,
        "reason": EndReason(int(world[WorldW.REASON])).name.lower(),
        "frame_interval_s": frame_ticks * roster.dt_s,
        "n_frames": len(chronicle.times_s),
        **_surroundings(compiled),
    }
    if target is not None and recorder is not None:
        write_json(target.path / "measures.json", {"measures": measures, "outcome": outcome.as_json()})
        scores = {side.side: side.score for side in outcome.sides}
        ending = Ending(replication, outcome.duration_s, outcome.winner, scores)
        rows, chains = write_boards(target.path, collect_boards(policies, [c.label for c in choices], ending))
        if chains:
            end["chains"] = chains
        target.commit(end, {**recorder.rows, **rows})
    return RunResult({**start, **end}, measures, outcome, target.final if target is not None else None)
