"""A command with a name: a command of its own, or a part of another."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class NamedCommand:
    """A command: ``configure`` fills its parser (an epilog with an example), ``execute`` returns the exit code."""

    name: str
    summary: str
    configure: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]
