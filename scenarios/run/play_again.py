"""Verification of a recorded run: replay it from its scenario, seed and recorded orders, and compare the results."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np

from scenarios.compiler.compiled import Compiled
from scenarios.loader import load
from scenarios.run.play import RESOLVED, check_seed, start_simulation
from scenarios.run.provenance import versions
from simcore.decision_loop import Chair, ChairOrder, run_decisions
from simcore.errors import InputError, ScenarioError
from simcore.maintenance_chair import KIND as MAINTENANCE_KIND
from simcore.maintenance_chair import RecordedMaintenance
from simcore.medical_chair import RecordedMedical
from simcore.medical_policy import KIND as MEDICAL_KIND
from simcore.orders import OrderR, Orders, OrderW
from simcore.params import RuleW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.recording.files import read_json
from simcore.recording.manifest import MANIFEST, check_files, read_manifest
from simcore.recording.run_schema import LOGISTICS, ORDERS
from simcore.recording.table_reader import TableReader
from simcore.simulation import Simulation
from simcore.state import WorldW
from simcore.types import I32, NONE, Emcon, EndReason, Roe, Task


@dataclass(frozen=True)
class Verification:
    """Comparison of the recorded run with its replay."""

    recorded: str  # hash of the final state
    recomputed: str
    differences: tuple[str, ...]  # "name: recorded, computed now" for every difference in outcome or measures
    n_orders: int
    changed_versions: tuple[str, ...]  # "name was -> is"

    @property
    def is_same(self) -> bool:
        """Whether the replay matches the recorded state hash, outcome and measures to the last bit."""
        return self.recorded == self.recomputed and not self.differences


class RecordedOrders:
    """A policy that repeats the orders of ``orders.parquet``."""

    def __init__(self, columns: Mapping[str, np.ndarray], side: str, groups: I32) -> None:
        of_side = columns["side"] == side
        self._columns = {name: values[of_side] for name, values in columns.items()}
        target = self._columns["target_group"]  # tables number the groups of all sides, a policy only its own
        self._columns["target_group"] = np.where(target == NONE, NONE, np.searchsorted(groups, target))
        self._columns["group_idx"] = np.searchsorted(groups, self._columns["group_idx"])

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Do nothing: this policy has no state."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Give the orders recorded at the picture's tick."""
        c = self._columns
        rows = np.flatnonzero(c["tick"] == picture.tick)
        group = c["group_idx"][rows]
        for column, name in (
            (OrderR.X, "x_m"),
            (OrderR.Y, "y_m"),
            (OrderR.RADIUS, "radius_m"),
            (OrderR.SPEED, "speed"),
        ):
            orders.real[:, column, group] = c[name][rows]
        orders.real[:, OrderR.SPACING, group] = c["spacing_m"][rows]
        orders.whole[:, OrderW.ISSUED, group] = c["task"][rows] != ""
        orders.whole[:, OrderW.TASK, group] = c["task_code"][rows]
        orders.whole[:, OrderW.ROE, group] = c["roe_code"][rows]
        orders.whole[:, OrderW.TARGET, group] = c["target_group"][rows]
        orders.whole[:, OrderW.EMCON, group] = c["emcon_code"][rows]


_OUTCOME = ("winner", "reason", "n_ticks")
_REQUIRED = ("seed", "replication", "scenario", "state_hash", "digests", *_OUTCOME)
_MEASURES = "measures.json"
_ORDERS = "orders.parquet"
_LOGISTICS = "logistics.parquet"


@dataclass(frozen=True)
class RecordedRun:
    """A run folder that can be played again: its checked manifest, scenario and orders."""

    manifest: Mapping[str, Any]
    compiled: Compiled
    columns: Mapping[str, np.ndarray]  # of its orders
    seed: int
    replication: int


def read_recorded_run(folder: Path) -> RecordedRun:
    """Return the scenario and the orders of a run folder.

    Raises ``InputError`` if a file is missing or was changed after the run.
    """
    manifest = read_manifest(folder, "run", _REQUIRED)
    check_files(folder, manifest)
    unknown = [name for name in (RESOLVED, _ORDERS, _MEASURES) if name not in manifest["digests"]]
    if unknown:
        raise InputError(f"{folder / MANIFEST}: digests: lacks {', '.join(unknown)}; restore it or run again")
    compiled = load_resolved(folder, manifest)
    seed, replication = int(manifest["seed"]), int(manifest["replication"])
    check_seed(seed, replication, f"{folder / MANIFEST}: seed or replication")
    return RecordedRun(manifest, compiled, _read_orders(folder, compiled), seed, replication)


def changed_versions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions that differ from those of a run, each as ``was -> is``."""
    now, then = versions(), manifest.get("versions", {})
    return {name: f"{then.get(name)} -> {now[name]}" for name in now if then.get(name) != now[name]}


def verify_run(folder: Path) -> Verification:
    """Replay a recorded run and compare state, outcome and measures.

    Raises ``InputError`` if a file is missing or was changed after the run.
    """
    run = read_recorded_run(folder)
    manifest, compiled, columns = run.manifest, run.compiled, run.columns
    recorded = _recorded_measures(folder)
    seed, replication = run.seed, run.replication
    simulation = start_simulation(compiled, seed, [replication])
    policies: Sequence[Policy] = [
        RecordedOrders(columns, name, simulation.groups_of(side)) for side, name in enumerate(compiled.roster.sides)
    ]
    run_decisions(
        simulation,
        policies,
        chairs=recorded_chairs(folder, manifest, compiled),
        decision_ticks=compiled.roster.decision_ticks,
        n_ticks=int(compiled.params.rules_whole[RuleW.N_TICKS]),
    )
    differences = [*_outcome_differences(manifest, simulation, compiled), *_differences(recorded, simulation, compiled)]
    changed = tuple(f"{name} {text}" for name, text in changed_versions(manifest).items())
    n_orders = int(columns["tick"].shape[0])
    return Verification(str(manifest["state_hash"]), simulation.hash()[0], tuple(differences), n_orders, changed)


def recorded_chairs(folder: Path, manifest: Mapping[str, Any], compiled: Compiled) -> list[Chair]:
    """Return the recorded orders of the policies of logistics, in their places."""
    if _LOGISTICS not in manifest["digests"]:
        return []
    with TableReader(folder / _LOGISTICS, LOGISTICS, [column.name for column in LOGISTICS]) as table:
        columns = table.read()
    chairs: list[Chair] = []
    kinds = ((MAINTENANCE_KIND, RecordedMaintenance), (MEDICAL_KIND, RecordedMedical))
    for (side, name), (kind, recorded) in product(enumerate(compiled.roster.sides), kinds):
        orders: dict[int, list[ChairOrder]] = {}
        for row in np.flatnonzero((columns["side"] == name) & (columns["kind"] == kind)):
            order = (
                str(columns["order"][row]),
                int(columns["column"][row]),
                int(columns["unit"][row]),
                float(columns["value"][row]),
            )
            orders.setdefault(int(columns["tick"][row]), []).append(order)
        if orders:
            chairs.append(recorded(compiled.params, side, orders))
    return chairs


def _recorded_measures(folder: Path) -> dict[str, float | None]:
    measures: Any = read_json(folder / _MEASURES).get("measures")
    if not isinstance(measures, dict):
        raise InputError(f"{folder / _MEASURES}: measures: is not an object; restore the folder or run again")
    return cast("dict[str, float | None]", measures)


def _outcome_differences(manifest: Mapping[str, Any], simulation: Simulation, compiled: Compiled) -> Iterator[str]:
    world = simulation.state.world[0]
    winner, reason = int(world[WorldW.WINNER]), EndReason(int(world[WorldW.REASON])).name.lower()
    now = (compiled.roster.sides[winner] if winner >= 0 else None, reason, int(world[WorldW.TICK]))
    for name, value in zip(_OUTCOME, now, strict=True):
        if manifest[name] != value:
            yield f"{name}: {manifest[name]}, computed now {value}"


def _differences(recorded: Mapping[str, float | None], simulation: Simulation, compiled: Compiled) -> Iterator[str]:
    computed = compiled.measures.values(simulation.state)
    now = {name: float(values[0]) for name, values in computed.items()}
    finite = {name: value if math.isfinite(value) else None for name, value in now.items()}  # as stored in JSON
    for name in sorted({*recorded, *finite}):
        if name not in finite or name not in recorded or recorded[name] != finite[name]:
            yield f"{name}: {recorded.get(name, 'missing')}, computed now {finite.get(name, 'missing')}"


def load_resolved(folder: Path, manifest: Mapping[str, Any]) -> Compiled:
    """Return the scenario of a run or batch folder. Raises ``InputError`` if it is not that of its manifest."""
    path = folder / RESOLVED
    try:
        compiled = load(str(path))
    except ScenarioError as error:
        raise InputError(f"{path}: no longer a valid scenario:\n{error}") from None
    if compiled.scenario.hash != manifest["scenario"].get("hash"):
        raise InputError(
            f"{path}: hash {compiled.scenario.hash}, the manifest says {manifest['scenario'].get('hash')}; the "
            "scenario or the manifest was changed, or this version of Chammo differs; restore the folder or run the "
            "scenario again"
        )
    return compiled


def _read_orders(folder: Path, compiled: Compiled) -> dict[str, np.ndarray]:
    path = folder / _ORDERS
    with TableReader(path, ORDERS, [column.name for column in ORDERS if column.name != "emcon"]) as table:
        columns = table.read()
    n_groups = len(compiled.roster.groups)
    group = columns["group_idx"]
    if group.size and (int(group.min()) < 0 or int(group.max()) >= n_groups):
        raise InputError(f"{path}: orders a group missing from the scenario; restore the folder or run again")
    columns.setdefault("emcon", np.full(group.size, "", dtype=object))  # missing in folders of earlier versions
    for name, names in (("task", Task), ("roe", Roe), ("emcon", Emcon)):
        codes = {"": 0, **{code.name.lower(): int(code) for code in names}}
        unknown = sorted(set(columns[name]) - set(codes))
        if unknown:
            known = ", ".join(code for code in codes if code)
            raise InputError(f"{path}: unknown {name} {unknown[0]!r}; this version of Chammo knows {known}")
        columns[f"{name}_code"] = np.array([codes[text] for text in columns[name]], dtype=np.int32)
    return columns
