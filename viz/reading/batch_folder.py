"""A batch folder opened for reading: one row per replication, a column per measure."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simcore.errors import InputError
from viz.reading.manifest import read_manifest

MAX_ROWS = 20_000
NOT_MEASURES = {"replication", "seed", "design_point", "variant"}


class BatchFolder:
    """One batch. ``columns`` maps a measure's name to its values, one a replication."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path, "batch")
        table_path = path / "replications.parquet"
        try:
            table = pq.read_table(table_path)
        except FileNotFoundError as error:
            raise InputError(
                f"{table_path}: is missing; the batch has not ended, run the same command again"
            ) from error
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                f"{table_path}: not readable as Parquet (cut short?): {error}; run the batch again"
            ) from error
        self.columns: dict[str, list[Any]] = table.to_pydict()
        self.n_rows = table.num_rows

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    def run_folders(self) -> dict[int, Path]:
        """Complete run folders inside the batch folder, by replication."""
        found: dict[int, Path] = {}
        home = self.path.resolve()
        for manifest_path in sorted([*self.path.glob("*/manifest.json"), *self.path.glob("*/*/manifest.json")]):
            if not manifest_path.resolve().is_relative_to(home):
                continue  # a link that leads out of the batch
            try:
                manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
                if manifest["kind"] == "run" and manifest["status"] != "running":
                    found.setdefault(int(manifest["replication"]), manifest_path.parent)
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def payload(self, run_ids: dict[int, str]) -> dict[str, Any]:
        """Return what the page shows: columns, which are numeric, the command of a replication, the runs inside.

        Parameters
        ----------
        run_ids : dict
            Replication number to the identifier of its run folder in this server.
        """
        columns = {name: [_plain(v) for v in values[:MAX_ROWS]] for name, values in self.columns.items()}
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
            "columns": columns,
            "numeric": numeric,
            "command": self.command(),
            "runs": run_ids,
        }

    def command(self) -> str:
        """Return the command that runs one replication again; ``{replication}`` and ``{seed}`` are to be filled in."""
        scenario = self.manifest.get("scenario") or {}
        resolved = self.path / "scenario.resolved.yaml"  # the very scenario, whatever became of the file it came from
        name = shlex.quote(str(resolved) if resolved.is_file() else str(scenario.get("name") or "SCENARIO.yaml"))
        policies = ""
        for policy in self.manifest.get("policies") or []:
            if isinstance(policy, dict) and policy.get("name"):
                settings = ",".join(f"{key}={value}" for key, value in (policy.get("parameters") or {}).items())
                text = f"{policy.get('side')}={policy['name']}" + (f":{settings}" if settings else "")
                policies += " --policy " + shlex.quote(text)
        run = f"chammo run {name}{policies}"
        return f"{run} --seed {{seed}} --replication {{replication}} --out runs/replication-{{replication}}"


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
