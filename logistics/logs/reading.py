"""The front door of logs: a file of any form as a checked log."""

from collections.abc import Sequence
from pathlib import Path

from logistics.logs.cmapss import looks_like_cmapss, read_cmapss
from logistics.logs.log import LogEvent, MaintenanceLog
from logistics.logs.problems import LogError, Problems
from logistics.logs.run_folder import run_log
from logistics.logs.table import decoded, read_bytes, read_csv, read_parquet
from logistics.logs.tabular import tabular_log

_PARQUET = b"PAR1"


def read_log(file: Path, *, components: Sequence[str] = (), is_training: bool = True) -> MaintenanceLog:
    """Return the log in a CSV, Parquet or C-MAPSS text file, told apart by content, or in a run folder.

    Parameters
    ----------
    file
        The log.
    components
        Names of components allowed beside those of the engine.
    is_training
        In C-MAPSS text, whether the last row of each unit is its failure. From a run folder, all lives; otherwise the
        components in service at its end. Other forms state their events.

    Raises
    ------
    InputError
        When the file cannot be read.
    LogError
        With every fault of the log and its row.
    """
    if file.is_dir():
        return run_log(file, in_service=not is_training)
    data = read_bytes(file)
    if file.suffix.lower() in (".parquet", ".pq") or data.startswith(_PARQUET):
        return tabular_log(read_parquet(file, data), components)
    text = decoded(file, data)
    if looks_like_cmapss(text):
        return read_cmapss(file, text, is_training=is_training)
    return tabular_log(read_csv(file, text), components)


def check_ended(log: MaintenanceLog) -> None:
    """Refuse lives without an end: their rows may be missing.

    Raises
    ------
    LogError
        With the last row of each open life.
    """
    problems = Problems(log.file)
    for life in range(log.n_lives):
        if log.ending[life] == LogEvent.NONE:
            last = int(log.last[life])
            fault = f"the life of {log.name_of(life)} ends without an event"
            advice = "the log may be cut off: add the rows, or write 'censored' as the event if it is still in service"
            problems.add(int(log.row[last]), f"{fault}; {advice}")
    problems.raise_if_any()


def check_positive_lives(log: MaintenanceLog) -> None:
    """Refuse lives that end at age 0, which no lifetime distribution allows. Raises ``LogError`` with their rows."""
    problems = Problems(log.file)
    for life in range(log.n_lives):
        if log.duration[life] <= 0.0:
            row = int(log.row[log.last[life]])
            problems.add(row, "a life of length 0; a failure at start is a probability, not an age: leave it out")
    problems.raise_if_any()


__all__ = ["LogError", "check_ended", "check_positive_lives", "read_log"]
