"""Reader of a batch folder: a row per replication, a column per measure."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.replications import REPLICATIONS, read_replications
from scenarios.run.policies import policy_options
from simcore.errors import InputError
from simcore.recording.manifest import Change, find_changes, read_manifest

MAX_ROWS = 20_000
NOT_MEASURES = {"replication", "seed", "design_point", "variant"}


class BatchFolder:
    """A batch. ``columns`` maps the name of a measure to its values, (n_replications,)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path, "batch")
        if not (path / REPLICATIONS).is_file():
            raise InputError(f"{path / REPLICATIONS}: is missing; the batch has not ended, run the same command again")
        values = read_replications(path / REPLICATIONS)
        self.columns: dict[str, list[Any]] = {name: column[:MAX_ROWS].tolist() for name, column in values.items()}
        self.n_rows = len(values["replication"])

    def changes(self) -> list[Change]:
        """Return every file that is missing or has changed since the folder was written, by its digest."""
        return list(find_changes(self.path, self.manifest))

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    def run_folders(self) -> dict[int, Path]:
        """Complete run folders inside the batch folder, by replication."""
        folders: dict[int, Path] = {}
        home = self.path.resolve()
        for manifest_path in sorted([*self.path.glob("*/manifest.json"), *self.path.glob("*/*/manifest.json")]):
            if not manifest_path.resolve().is_relative_to(home):
                continue  # a link to a place outside the batch
            with contextlib.suppress(InputError):  # a foreign or incomplete folder
                manifest = read_manifest(manifest_path.parent, "run", ("replication",))
                folders.setdefault(manifest["replication"], manifest_path.parent)
        return folders

    def payload(self, run_ids: dict[int, str]) -> dict[str, Any]:
        """Return the content of the page: columns, names of the numeric columns, replay command, runs in the folder.

        Parameters
        ----------
        run_ids : dict
            Replication number to the identifier of its run folder in this server.
        """
        columns = {name: [_plain(v) for v in values] for name, values in self.columns.items()}
        numeric = [
            name
            for name, values in columns.items()
            if name not in NOT_MEASURES and any(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        ]
        scenario = self.manifest.get("scenario") or {}
        return {
            "name": self.name,
            "scenario": {key: scenario.get(key) for key in ("name", "title")},
            "seed": self.manifest.get("seed"),
            "n_rows": self.n_rows,
            "sides": self.manifest.get("sides") or [],
            "measures": self._measures(),
            "estimates": self._estimates(),
            "columns": columns,
            "numeric": numeric,
            "command": self.command(),
            "runs": run_ids,
        }

    def _measures(self) -> dict[str, dict[str, Any]]:
        """Return the side, measure and subject of each column from the manifest; its name alone is ambiguous."""
        words = ("side", "measure", "key", "platform")
        return {
            estimate["name"]: {key: estimate[key] for key in (*words, "objective")}
            for estimate in self.manifest.get("estimates") or []
            if isinstance(estimate, dict)
            and all(isinstance(estimate.get(key), str) for key in ("name", *words))
            and isinstance(estimate.get("objective"), int)
        }

    def _estimates(self) -> dict[str, list[float | None]]:
        """Return value, low and high end of the 95 % interval by column, as estimated by the batch itself."""
        keys = ("value", "low", "high")
        return {
            estimate["name"]: [_plain(estimate[key]) for key in keys]
            for estimate in self.manifest.get("estimates") or []
            if isinstance(estimate, dict)
            and isinstance(estimate.get("name"), str)
            and all(isinstance(estimate.get(key, ""), int | float | None) for key in keys)
        }

    def command(self) -> str:
        """Return the command to rerun a replication, with the placeholders ``{replication}`` and ``{seed}``."""
        scenario = self.manifest.get("scenario") or {}
        resolved = self.path / "scenario.resolved.yaml"  # survives changes to the source file
        name = shlex.quote(str(resolved) if resolved.is_file() else str(scenario.get("name") or "SCENARIO.yaml"))
        run = f"chammo run {name} {shlex.join(policy_options(self.manifest.get('policies') or []))}".rstrip()
        return f"{run} --seed {{seed}} --replication {{replication}} --out runs/replication-{{replication}}"


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
