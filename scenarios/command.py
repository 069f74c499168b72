"""What a command of ``chammo`` is. Packages add commands through the entry-point group ``chammo.commands``."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

GROUP = "chammo.commands"
"""Entry-point group: the name of an entry point is the name of the command, its value a ``Command``."""


@dataclass(frozen=True)
class Command:
    """A command: ``configure`` fills its parser (an epilog with an example), ``execute`` returns the exit code."""

    summary: str
    configure: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]
