"""The engines by name, as the options of commands choose them."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from scenarios.batch.engine import Condition, Engine, LocalEngine, Save, Share, default_threads
from simcore.errors import InputError

ENGINES = ("local", "dask")


class EngineForEachPlay:
    """An engine that is opened for each call to ``play``, so that nothing of it stays in between.

    The arguments are those of ``open_engine``; they are checked when it plays.
    """

    def __init__(self, name: str = "local", *, threads: int | None = None, scheduler: str | None = None) -> None:
        self._name, self._given, self._scheduler = name, threads, scheduler
        self.threads = threads or default_threads()

    def play(
        self,
        shares: Sequence[Share],
        condition: Callable[[int], Condition],
        seed: int,
        save: Save,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Play all shares; see ``Engine.play``."""
        if not any(len(share.replications) for share in shares):
            return
        with open_engine(self._name, threads=self._given, scheduler=self._scheduler) as engine:
            self.threads = engine.threads
            engine.play(shares, condition, seed, save, on_progress)


@contextmanager
def open_engine(name: str = "local", *, threads: int | None = None, scheduler: str | None = None) -> Generator[Engine]:
    """Open an engine.

    ``threads`` is the number of replications at the same time on this machine (default: one per core). ``scheduler``
    is the address of a Dask scheduler; without it, ``dask`` is a cluster of processes of this machine.

    Raises
    ------
    InputError
        For an unknown name, options that contradict each other, and a cluster that is not there.
    """
    if threads is not None and threads < 1:
        raise InputError(f"--threads {threads}: below 1; give the number of threads")
    if scheduler is not None and name != "dask":
        raise InputError(f"--scheduler {scheduler}: only Dask has one; add --engine dask")
    if scheduler is not None and threads is not None:
        raise InputError("--threads: the workers of the scheduler have their own; leave out one of the two options")
    if name == "local":
        yield LocalEngine(threads)
    elif name == "dask":
        from scenarios.batch.cluster import dask_engine

        with dask_engine(scheduler, threads) as engine:
            yield engine
    else:
        raise InputError(f"engine {name!r}: no such engine; give {' or '.join(ENGINES)}")
