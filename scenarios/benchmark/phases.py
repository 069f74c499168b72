"""Time per phase: the engine's own tick, run as plain Python around its compiled phases.

``simcore.engine.play`` calls the phases. Here its Python source runs with a clock around every compiled function it
calls, so the list of phases is always the engine's own. Assumptions to check after changes to the engine's structure:
``Simulation`` calls ``simcore.simulation.advance``; every function called there is a phase, except those in ``_SET_UP``
(once per call, not per tick), ``_LAYERS`` (functions between ``advance`` and the phases) and ``simcore.kinds``.

Each call of a phase from Python costs microseconds, more for more arrays. This is subtracted: the excess over the
compiled tick is distributed over the calls like the cost of calls that do nothing, a straight line in the number of
arrays (``_cost_of_calls``). These calls are made between the phases: there the caches are cold, as for the phases. With
fewer than some hundred units the correction is as large as the phases themselves, and the shares are rough.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

import simcore.kinds
import simcore.simulation
from scenarios.benchmark.cases import Work, start
from scenarios.benchmark.results import PhaseShare
from simcore.compiling.jit import njit, python_wrapper
from simcore.engine import advance
from simcore.errors import RunError
from simcore.scratch import make_scratch
from simcore.simulation import Simulation

_SET_UP = frozenset({"survey", "take_orders", "dispatch_orders"})
_LAYERS = frozenset({"play"})

_wrapper = cache(python_wrapper)  # a second case finds them compiled


@njit(error_model="numpy")
def _idle(*_: Any) -> int:
    return 0


@dataclass
class _Clock:
    function: Callable[..., Any]
    cpu_s: float = 0.0
    calls: int = 0
    arrays: int = 0  # passed in all calls
    result_bytes: int = 0  # of the arrays returned by the last call
    arguments: tuple[Any, ...] = ()  # of the last call
    idle: "_Clock | None" = None  # of calls that do nothing with the same arguments

    @property
    def arrays_per_call(self) -> float:
        return self.arrays / max(1, self.calls)

    def reset(self) -> None:
        self.cpu_s, self.calls, self.arrays = 0.0, 0, 0

    def __call__(self, *arguments: Any) -> Any:
        self.arrays += sum(_count_arrays(argument) for argument in arguments)
        self.calls += 1
        self.arguments = arguments
        if self.idle is not None:
            self.idle(*arguments)
        began = time.process_time()
        result = self.function(*arguments)
        self.cpu_s += time.process_time() - began
        self.result_bytes = count_bytes(result)
        return result


def measure_phases(work: Work, *, warm_share: float = 0.25, rounds: int = 3) -> tuple[PhaseShare, ...]:
    """Return the share of each phase over a tenth of the run, from ``warm_share`` of its length; largest first."""
    origin = start(work, 1, 1)
    origin.advance(max(1, int(warm_share * work.n_ticks)))
    if bool(origin.done.all()):
        raise RunError(f"{work.name}: the fight is over before a quarter of its time, so no phase can be timed")
    n_ticks = max(10, work.n_ticks // 10)
    compiled_s = min(_cpu_s(origin, n_ticks)[0] for _ in range(rounds))
    clocks: dict[str, _Clock] = {}
    with _open_loop(clocks):
        _cpu_s(origin, n_ticks)  # compiles the wrapper of each phase
        phases = {name: clock for name, clock in clocks.items() if clock.calls and name not in _SET_UP}
        extremes = _extremes(phases)
        idles = (_Clock(_idle), _Clock(_idle))
        for clock, idle in zip(extremes, idles, strict=True):
            idle(*clock.arguments)  # compiles
            idle.reset()
            clock.idle = idle
        _cpu_s(origin, n_ticks)
        for clock in clocks.values():
            clock.reset()
            clock.idle = None
        _, unit_steps = _cpu_s(origin, n_ticks)
    excess_s = max(0.0, sum(clock.cpu_s for clock in phases.values()) - compiled_s)
    calls_s = _cost_of_calls(phases, *idles)
    scale = excess_s / max(sum(calls_s.values()), 1e-12)
    net_s = {name: max(0.0, clock.cpu_s - scale * calls_s[name]) for name, clock in phases.items()}
    total_s = max(sum(net_s.values()), 1e-12)
    shares = [
        PhaseShare(name, net / total_s, 1e9 * net / max(1, unit_steps), phases[name].calls / n_ticks)
        for name, net in net_s.items()
    ]
    return tuple(sorted(shares, key=lambda phase: -phase.share))


def _extremes(phases: dict[str, _Clock]) -> tuple[_Clock, _Clock]:
    """Return the phases with the fewest and with the most arrays, of those called most often."""
    most = max(clock.calls for clock in phases.values())
    often = [clock for clock in phases.values() if 2 * clock.calls > most]
    return min(often, key=lambda clock: clock.arrays_per_call), max(often, key=lambda clock: clock.arrays_per_call)


def _cost_of_calls(phases: dict[str, _Clock], few: _Clock, many: _Clock) -> dict[str, float]:
    """Return the cost of the calls of each phase: a straight line in the number of arrays, through the costs of calls
    that do nothing with the arguments of the phases with the fewest and with the most arrays.
    """
    least_s, most_s = few.cpu_s / few.calls, many.cpu_s / many.calls
    slope = (most_s - least_s) / max(1.0, many.arrays_per_call - few.arrays_per_call)
    return {
        name: clock.calls * max(0.0, least_s + slope * (clock.arrays_per_call - few.arrays_per_call))
        for name, clock in phases.items()
    }


def scratch_bytes(work: Work) -> int:
    """Return the size of the work space of one engine thread [bytes]."""
    return count_bytes(make_scratch(work.compiled.params))


def _cpu_s(origin: Simulation, n_ticks: int) -> tuple[float, int]:
    """Return the CPU time and the unit-steps of ``n_ticks`` from a copy of the state."""
    simulation = origin.fan_out([0])
    simulation._tick = origin.tick  # pyright: ignore[reportPrivateUsage]
    before = simulation.unit_steps
    began = time.process_time()
    simulation.advance(n_ticks)
    return time.process_time() - began, simulation.unit_steps - before


@contextmanager
def _open_loop(clocks: dict[str, _Clock]) -> Generator[None]:
    """Replace the compiled loop with a Python version that times the functions it calls."""
    found = simcore.simulation.version_of_advance
    in_python = _in_python(advance, clocks)

    def version(*_: Any) -> Any:
        return in_python

    simcore.simulation.version_of_advance = version
    try:
        yield
    finally:
        simcore.simulation.version_of_advance = found


def _in_python(function: Any, clocks: dict[str, _Clock]) -> Any:
    """Return the Python source of a compiled function with clocks on the compiled functions it calls."""
    plain = getattr(function, "py_func", function)
    if not isinstance(plain, FunctionType):
        raise RunError("the engine's tick no longer consists of plain functions; see scenarios/benchmark/phases.py")
    namespace = dict(plain.__globals__)
    for name in plain.__code__.co_names:
        called: Any = namespace.get(name)
        if name in _LAYERS:
            namespace[name] = _in_python(called, clocks)
        elif getattr(called, "__module__", "") == simcore.kinds.__name__ and hasattr(called, "py_func"):
            namespace[name] = _in_python(called, clocks)  # it only makes tuples of views
        elif hasattr(called, "py_func") or isinstance(called, FunctionType):
            namespace[name] = clocks.setdefault(name, _Clock(_wrapper(called)))
    return FunctionType(plain.__code__, namespace, plain.__name__, plain.__defaults__, plain.__closure__)


def _count_arrays(argument: Any) -> int:
    if isinstance(argument, np.ndarray):
        return 1
    if isinstance(argument, tuple):
        return sum(_count_arrays(inner) for inner in argument)  # pyright: ignore[reportUnknownVariableType]
    return 0


def count_bytes(argument: Any) -> int:
    """Return the size of an array, or of all arrays in nested tuples [bytes]."""
    if isinstance(argument, np.ndarray):
        return argument.nbytes
    if isinstance(argument, tuple):
        return sum(count_bytes(inner) for inner in argument)  # pyright: ignore[reportUnknownVariableType]
    return 0
