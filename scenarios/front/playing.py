"""Playing from Python: in memory, with progress, on all cores."""

from scenarios.batch.engine import LocalEngine
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.session import Session
from scenarios.run.progress import Progress, prepare_engine
from simcore.errors import InputError
from simcore.plugins import warn


def open_session(conditions: Conditions, label: str, *, threads: int | None, quiet: bool) -> Session:
    """Return a session in memory that shows its progress."""
    if threads is not None and threads < 1:
        raise InputError(f"threads={threads}: below 1; give the number of threads")
    for warning in conditions.warnings:
        warn(f"warning: {warning}")
    prepare_engine(quiet=quiet)
    return Session(conditions, kind=label, engine=LocalEngine(threads), on_progress=_Bars(label, quiet=quiet))


def check_replications(n: int, least: int = 1) -> None:
    """Raise ``InputError`` for too few replications."""
    if n < least:
        raise InputError(f"n={n}: below {least}; give the number of replications")


class _Bars:
    """Progress of a session: a bar for each call to play."""

    def __init__(self, label: str, *, quiet: bool) -> None:
        self._label, self._quiet = label, quiet
        self._bar: Progress | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = Progress(f"{self._label}: replications", total, done, quiet=self._quiet)
        self._bar.update(done)
        if done == total:
            self._bar.close()
            self._bar = None
