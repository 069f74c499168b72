"""The engines by name, as the options of commands choose them."""

from collections.abc import Generator
from contextlib import contextmanager

from scenarios.batch.engine import Engine, LocalEngine
from simcore.errors import InputError

ENGINES = ("local", "dask")


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
