"""Reader of the folder of a batch, a comparison or a sweep: its manifest, its rows, and the runs kept in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.again import experiment_kind
from scenarios.batch.replications import REPLICATIONS, read_replications
from scenarios.measures.estimates import MeasureEstimate
from simcore.recording.manifest import Change, find_changes, read_manifest
from simcore.types import N_BELLIGERENTS


class ExperimentFolder:
    """A batch, comparison or sweep. ``columns`` are those of ``replications.parquet``, (n,) each.

    Raises ``InputError`` for any other folder, and for one that is incomplete or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind = experiment_kind(path, ("batch", "compare", "sweep"))
        self.manifest: dict[str, Any] = read_manifest(path, self.kind, ("scenario", "seed", "policies", "sides"))
        keys = ("replication",) if self.kind == "batch" else ("point", "replication")
        self.columns = read_replications(path / REPLICATIONS, keys=keys)

    def changes(self) -> list[Change]:
        """Return every file that is missing or has changed since the folder was written, by its digest."""
        return list(find_changes(self.path, self.manifest))

    @property
    def title(self) -> str:
        """Title of the scenario, or its name."""
        scenario = self.manifest["scenario"]
        return str(scenario.get("title") or scenario.get("name"))

    @property
    def sides(self) -> tuple[str, ...]:
        """Names of the belligerents."""
        return tuple(self.manifest["sides"][:N_BELLIGERENTS])

    @property
    def estimates(self) -> list[MeasureEstimate]:
        """The estimates of a batch."""
        return [MeasureEstimate(**entry) for entry in self.manifest.get("estimates") or []]

    @property
    def answer(self) -> dict[str, Any]:
        """The answer of a comparison or sweep, as its command printed it with ``--json``."""
        found = self.manifest.get("comparison" if self.kind == "compare" else "sweep")
        return found if isinstance(found, dict) else {}

    def values(self, measure: str, point: int | None = None) -> np.ndarray:
        """Return a measure by replication, of a point or of all; nan where undefined. Empty for an unknown measure."""
        if measure not in self.columns:
            return np.zeros(0)
        column = np.asarray(self.columns[measure], dtype=np.float64)
        if point is None:
            return column
        mine = self.columns["point"] == point
        return column[mine][np.argsort(self.columns["replication"][mine], kind="stable")]

    def kept(self) -> list[tuple[str, int, Path]]:
        """Return the runs kept for replay: role, replication, folder."""
        entries = self.manifest.get("kept") or []
        found = [(str(e["role"]), int(e["replication"]), self.path / str(e["folder"])) for e in entries]
        return [entry for entry in found if (entry[2] / "manifest.json").is_file()]
