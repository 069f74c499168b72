"""A counter of finished parts on standard error."""

import sys


class Counter:
    """Shows the number of finished parts: on a terminal in place, elsewhere not at all."""

    def __init__(self, label: str, *, quiet: bool) -> None:
        self._label = label
        self._is_shown = not quiet and sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show the progress."""
        if self._is_shown:
            end = "\n" if done == total else ""
            sys.stderr.write(f"\r{self._label} {done}/{total}{end}")
            sys.stderr.flush()
