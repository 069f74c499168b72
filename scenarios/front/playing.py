"""Playing from Python: in memory, with progress, on all cores or on a cluster."""

from scenarios.batch.engine import Engine
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.session import Session
from scenarios.run.progress import ProgressOfRounds, prepare_engine
from simcore.errors import InputError
from simcore.plugins import warn


def open_session(conditions: Conditions, label: str, engine: Engine, *, quiet: bool) -> Session:
    """Return a session in memory that shows its progress."""
    for warning in conditions.warnings:
        warn(f"warning: {warning}")
    prepare_engine(quiet=quiet)
    progress = ProgressOfRounds(label, quiet=quiet)
    return Session(conditions, kind=label, engine=engine, on_progress=progress)


def check_replications(n: int, least: int = 1) -> None:
    """Raise ``InputError`` for too few replications."""
    if n < least:
        raise InputError(f"n={n}: below {least}; give the number of replications")
