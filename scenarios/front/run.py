"""A single run as an object: its outcome, events and traces, with names in place of numbers."""

import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from scenarios.batch.engine import Condition
from scenarios.front.frames import to_frame
from scenarios.run.outcome import Outcome, outcome_lines
from scenarios.run.play import RunResult, run_scenario
from simcore.errors import InputError
from simcore.recording.run_schema import TABLES
from simcore.recording.table_reader import TableReader
from simcore.roster import Roster


class Run:
    """A recorded run. As a text it is the outcome for a commander."""

    def __init__(self, result: RunResult, folder: Path, roster: Roster) -> None:
        self.folder, self._result, self._roster = folder, result, roster

    @property
    def winner(self) -> str | None:
        """The winning side; None for a draw."""
        return self.outcome.winner

    @property
    def outcome(self) -> Outcome:
        """Winner, objectives, losses and turning points."""
        return self._result.outcome

    @property
    def measures(self) -> dict[str, float]:
        """Every measure by name; NaN where undefined."""
        return self._result.measures

    def events(self, library: str | None = None) -> Any:
        """Return a row for each event: time, kind, and the names of side, unit and other unit ("" for none)."""
        columns = self._read("events")
        names = {"side": self._roster.sides, "unit": self._roster.units, "other": self._roster.units}
        for name, known in names.items():
            index = np.asarray(columns[name])
            columns[name] = np.array([known[k] if 0 <= k < len(known) else "" for k in index], dtype=object)
        return to_frame(columns, library)

    def table(self, name: str, library: str | None = None) -> Any:
        """Return a table of the recording, such as ``trace``, ``contacts``, ``orders`` or ``units``, as recorded."""
        return to_frame(self._read(name), library)

    def _read(self, name: str) -> dict[str, np.ndarray]:
        known = sorted(file.removesuffix(".parquet") for file in TABLES if (self.folder / file).exists())
        if name not in known:
            raise InputError(f"table {name!r}: not in this run; it has {', '.join(known)}")
        with TableReader(self.folder / f"{name}.parquet") as table:
            return table.read()

    def __str__(self) -> str:
        return "\n".join(outcome_lines(self.outcome))

    __repr__ = __str__


def play_run(condition: Condition, seed: int, replication: int, folder: Path | None) -> Run:
    """Play a replication and record it in ``folder``, or in a temporary folder that goes with the result."""
    temporary = None if folder is not None else mkdtemp(prefix="chammo-")
    place = folder or Path(temporary or "") / "run"
    try:
        result = run_scenario(condition.compiled, condition.choices, seed=seed, replication=replication, folder=place)
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise
    run = Run(result, place, condition.compiled.roster)
    if temporary is not None:
        weakref.finalize(run, shutil.rmtree, temporary, ignore_errors=True)
    return run
