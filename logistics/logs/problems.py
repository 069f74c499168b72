"""The faults of a log, gathered so that all of them are reported at once."""

from pathlib import Path

from simcore.errors import InputError

MOST_SHOWN = 20
"""Faults written out in a message. The others are counted."""


class LogError(InputError):
    """A log is wrong. ``problems`` holds every fault found, each as ``file: row: fault; remedy``."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        shown = problems[:MOST_SHOWN]
        rest = len(problems) - len(shown)
        if rest:
            shown = [*shown, f"... and {rest:,} more problem{'s' * (rest != 1)}"]
        super().__init__("\n".join(shown))


class Problems:
    """Gathers the faults of a file. ``row`` counts as editors do: the header of a CSV file is row 1."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._found: list[tuple[int, str]] = []

    def add(self, row: int | None, fault: str) -> None:
        """Add a fault of a row, or of the whole file."""
        place = f"{self.file}: " if row is None else f"{self.file}: row {row}: "
        self._found.append((0 if row is None else row, place + fault))

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raise ``LogError`` with all faults in the order of the rows, if there are any."""
        if self._found:
            raise LogError([text for _, text in sorted(self._found, key=lambda item: item[0])])
