"""A command with a name: a command of its own, or a part of another."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NamedCommand:
    """A command: ``configure`` fills its parser (an epilog with an example), ``execute`` returns the exit code."""

    name: str
    summary: str
    configure: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]


def command_group(name: str, summary: str, example: str, commands: Sequence[NamedCommand]) -> NamedCommand:
    """Return a command of subcommands, in the order of the help text."""

    def configure(parser: ArgumentParser) -> None:
        parser.epilog = f"example:\n  {example}\n\n`chammo {name} NAME --help` explains a subcommand."
        parsers = parser.add_subparsers(title="subcommands", metavar="NAME", dest="subcommand", required=True)
        for command in commands:
            sub = parsers.add_parser(
                command.name,
                help=command.summary,
                description=command.summary,
                formatter_class=RawDescriptionHelpFormatter,
                allow_abbrev=False,
            )
            command.configure(sub)

    def execute(arguments: Namespace) -> int:
        chosen = next(command for command in commands if command.name == arguments.subcommand)
        return chosen.execute(arguments)

    return NamedCommand(name, summary, configure, execute)
