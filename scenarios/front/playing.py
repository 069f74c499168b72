"""Playing from Python: in memory, with progress, on all cores."""

from scenarios.batch.engine import LocalEngine
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.session import Session
from scenarios.run.progress import ProgressOfRounds, prepare_engine
from simcore.errors import InputError
from simcore.plugins import warn


def open_session(conditions: Conditions, label: str, *, threads: int | None, quiet: bool) -> Session:
    """Return a session in memory that shows its progress."""
    if threads is not None and threads < 1:
        raise InputError(f"threads={threads}: below 1; give the number of threads")
    for warning in conditions.warnings:
        warn(f"warning: {warning}")
    prepare_engine(quiet=quiet)
    progress = ProgressOfRounds(label, quiet=quiet)
    return Session(conditions, kind=label, engine=LocalEngine(threads), on_progress=progress)


def check_replications(n: int, least: int = 1) -> None:
    """Raise ``InputError`` for too few replications."""
    if n < least:
        raise InputError(f"n={n}: below {least}; give the number of replications")
