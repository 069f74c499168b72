"""Commands of ``chammo``. Packages add commands through the entry-point group ``chammo.commands``."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

GROUP = "chammo.commands"
"""Entry-point group: an entry point has the name of the command and refers to a ``Command``."""


@dataclass(frozen=True)
class Command:
    """A command: ``configure`` fills its parser (an epilog with an example), ``execute`` returns the exit code."""

    summary: str
    configure: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]
