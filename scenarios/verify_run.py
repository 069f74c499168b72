"""Verify a recorded run: play it again from its scenario, seed and recorded orders, and compare the state's hash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.compiler import Compiled
from scenarios.loader import load
from scenarios.provenance import versions
from scenarios.run import RESOLVED, start_simulation
from simcore.decision_loop import run_decisions
from simcore.errors import InputError, ScenarioError
from simcore.orders import Orders, R, V
from simcore.params import RW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.run_folder import check_files, read_manifest
from simcore.tables import read_table
from simcore.types import I32, NONE, Emcon, Roe, Task


@dataclass(frozen=True)
class Verification:
    """The hash of the run as recorded and as played again."""

    recorded: str
    recomputed: str
    n_orders: int
    changed_versions: tuple[str, ...]  # "name was -> is"

    @property
    def is_same(self) -> bool:
        """Whether the run came out the same to the last bit."""
        return self.recorded == self.recomputed


class RecordedOrders:
    """A policy that gives the orders of ``orders.parquet`` again."""

    def __init__(self, columns: Mapping[str, np.ndarray], side: str, groups: I32) -> None:
        of_side = columns["side"] == side
        self._columns = {name: values[of_side] for name, values in columns.items()}
        target = self._columns["target_group"]  # the tables number the groups of all sides, a policy its own
        self._columns["target_group"] = np.where(target == NONE, NONE, np.searchsorted(groups, target))
        self._columns["group_idx"] = np.searchsorted(groups, self._columns["group_idx"])

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Begin again; there is nothing to forget."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Give the orders recorded at the picture's tick."""
        c = self._columns
        rows = np.flatnonzero(c["tick"] == picture.tick)
        group = c["group_idx"][rows]
        for column, name in ((R.X, "x_m"), (R.Y, "y_m"), (R.RADIUS, "radius_m"), (R.SPEED, "speed")):
            orders.real[:, column, group] = c[name][rows]
        orders.real[:, R.SPACING, group] = c["spacing_m"][rows]
        orders.whole[:, V.ISSUED, group] = c["task"][rows] != ""
        orders.whole[:, V.TASK, group] = c["task_code"][rows]
        orders.whole[:, V.ROE, group] = c["roe_code"][rows]
        orders.whole[:, V.TARGET, group] = c["target_group"][rows]
        orders.whole[:, V.EMCON, group] = c["emcon_code"][rows]


def verify_run(folder: Path) -> Verification:
    """Play a recorded run again and return both hashes. Raises ``InputError`` when a file is missing or was changed."""
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    compiled = _load(folder, manifest)
    seed, replication = int(manifest["seed"]), int(manifest["replication"])
    columns = _read_orders(folder, compiled)
    simulation = start_simulation(compiled, seed, [replication])
    policies: Sequence[Policy] = [
        RecordedOrders(columns, name, simulation.groups_of(side)) for side, name in enumerate(compiled.roster.sides)
    ]
    run_decisions(
        simulation,
        policies,
        decision_ticks=compiled.roster.decision_ticks,
        n_ticks=int(compiled.params.rules_whole[RW.N_TICKS]),
    )
    now, then = versions(), manifest.get("versions", {})
    changed = tuple(f"{name} {then.get(name)} -> {now[name]}" for name in now if then.get(name) != now[name])
    return Verification(str(manifest["state_hash"]), simulation.hash()[0], int(columns["tick"].shape[0]), changed)


def _load(folder: Path, manifest: Mapping[str, Any]) -> Compiled:
    path = folder / RESOLVED
    try:
        compiled = load(str(path))
    except ScenarioError as error:
        raise InputError(f"{path}: no longer a valid scenario:\n{error}") from None
    if compiled.scenario.hash != manifest["scenario"]["hash"]:
        raise InputError(
            f"{path}: hash {compiled.scenario.hash}, the manifest says {manifest['scenario']['hash']}; the scenario or "
            "the manifest was changed, or this version of Chammo differs; restore the folder or run the scenario again"
        )
    return compiled


def _read_orders(folder: Path, compiled: Compiled) -> dict[str, np.ndarray]:
    path = folder / "orders.parquet"
    columns = read_table(path)
    n_groups = len(compiled.roster.groups)
    group = columns["group_idx"]
    if group.size and (int(group.min()) < 0 or int(group.max()) >= n_groups):
        raise InputError(f"{path}: orders a group that the scenario lacks; restore the folder or run again")
    columns.setdefault("emcon", np.full(group.size, "", dtype=object))  # folders of earlier versions lack it
    for name, names in (("task", Task), ("roe", Roe), ("emcon", Emcon)):
        codes = {"": 0, **{code.name.lower(): int(code) for code in names}}
        unknown = sorted(set(columns[name]) - set(codes))
        if unknown:
            known = ", ".join(code for code in codes if code)
            raise InputError(f"{path}: unknown {name} {unknown[0]!r}; this version of Chammo knows {known}")
        columns[f"{name}_code"] = np.array([codes[text] for text in columns[name]], dtype=np.int32)
    return columns
