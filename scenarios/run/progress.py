"""Progress of long tasks on standard error: a bar on a terminal, occasional lines elsewhere."""

import sys
import time
from typing import TYPE_CHECKING, TextIO

from simcore.compiling.cache import is_cold

if TYPE_CHECKING:
    from simcore.params import Params

_BAR = 30
_LINE_EVERY_S = 10.0


def prepare_engine(params: "Params | None" = None, *, quiet: bool = False) -> None:
    """Compile the engine, with a notice, if this is the first run after an install or an update.

    There are two versions: without casualties, wear, repair and supply, which takes half the time, and with them,
    where the scenario of ``params`` needs it.
    """
    from simcore.scratch import has_support

    needs_support = params is not None and has_support(params)
    if not is_cold(with_support=needs_support):
        return
    if not quiet:
        sys.stderr.write("compiling the engine: once after an install or an update, about a minute\n")
        sys.stderr.flush()
    from scenarios.loader import load
    from scenarios.run.warm_up import compiling_beside, smallest
    from simcore.simulation import Simulation

    name = smallest(with_support=needs_support)
    with compiling_beside(name):
        simulation = Simulation(load(name).params)
        simulation.advance(1)
        simulation.picture(0)


class Progress:
    """Shows progress towards ``total``. ``done`` is the number finished before the start, left out of the rate."""

    def __init__(
        self, label: str, total: int, done: int = 0, *, quiet: bool = False, stream: TextIO | None = None
    ) -> None:
        self._label, self._total, self._first, self._done = label, total, done, done
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._is_terminal = self._stream.isatty()
        self._began = self._shown = time.perf_counter()
        self._last_shown = done
        self._show()

    def update(self, done: int) -> None:
        """Report that ``done`` of the total are finished."""
        self._done = done
        now = time.perf_counter()
        has_changed = self._is_terminal or done != self._last_shown
        if has_changed and (self._is_terminal or now - self._shown >= _LINE_EVERY_S):
            self._shown = now
            self._last_shown = done
            self._show()

    def found(self, done: int) -> None:
        """Report that ``done`` of those finished were found, not worked on: they are left out of the rate."""
        self._first = done

    def close(self) -> None:
        """Show the final state and end the line of the bar."""
        self._show()
        if self._is_terminal and not self._quiet:
            self._stream.write("\n")
            self._stream.flush()

    def _show(self) -> None:
        if self._quiet:
            return
        share = self._done / self._total if self._total else 1.0
        text = f"{self._label}: {self._done} of {self._total} ({share:.0%}){self._remaining()}"
        if self._is_terminal:
            full = round(share * _BAR)
            self._stream.write(f"\r\x1b[K[{'#' * full}{'.' * (_BAR - full)}] {text}")
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def _remaining(self) -> str:
        fresh = self._done - self._first
        spent_s = time.perf_counter() - self._began
        if fresh <= 0 or spent_s < 1.0:
            return ""
        left_s = spent_s / fresh * (self._total - self._done)
        return f", {fresh / spent_s:.1f}/s, {left_s:.0f} s left"


class ProgressOfRounds:
    """Progress of rounds of replications, or of other games: a bar for each."""

    def __init__(self, label: str, *, of: str = "replications", quiet: bool = False) -> None:
        self._label, self._quiet = f"{label}: {of}", quiet
        self._total = 0
        self._bar: Progress | None = None

    def __call__(self, done: int, total: int) -> None:
        """Report that ``done`` of the ``total`` of a round are finished."""
        if self._bar is None or total != self._total:
            self._bar = Progress(self._label, total, done, quiet=self._quiet)
            self._total = total
        self._bar.update(done)
        if done == total:
            self._bar.close()
            self._bar = None
