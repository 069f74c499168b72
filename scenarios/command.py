"""Commands of ``chammo``. Packages add commands through the entry-point group ``chammo.commands``."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

GROUP = "chammo.commands"
"""Entry-point group: an entry point has the name of the command and refers to a command."""


@runtime_checkable
class AnyCommand(Protocol):
    """The shape of a command. Packages that do not import ``scenarios`` offer objects of their own of this shape."""

    @property
    def summary(self) -> str:
        """Return the line of the command in the list of commands."""
        ...

    @property
    def configure(self) -> Callable[[ArgumentParser], None]:
        """Return the function that fills the parser."""
        ...

    @property
    def execute(self) -> Callable[[Namespace], int]:
        """Return the function that runs the command and returns its exit code."""
        ...


@dataclass(frozen=True)
class Command:
    """A command: ``configure`` fills its parser (an epilog with an example), ``execute`` returns the exit code."""

    summary: str
    configure: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]
