"""``chammo maintenance``: questions of maintenance, answered from logs and from run folders."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

from logistics.commands.fit import FIT
from logistics.commands.named_command import NamedCommand
from logistics.commands.policy import POLICY
from logistics.commands.predict import PREDICT
from logistics.commands.spares import SPARES

SUBCOMMANDS = (FIT, PREDICT, POLICY, SPARES)
"""In the order of the help text. Their modules import what they need when they are executed."""


def configure(parser: ArgumentParser) -> None:
    """Declare the subcommands and their arguments."""
    parser.epilog = (
        "example:\n  chammo maintenance fit log.csv\n\n`chammo maintenance NAME --help` explains a subcommand."
    )
    parsers = parser.add_subparsers(title="subcommands", metavar="NAME", dest="subcommand", required=True)
    for command in SUBCOMMANDS:
        sub = parsers.add_parser(
            command.name,
            help=command.summary,
            description=command.summary,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.configure(sub)


def execute(arguments: Namespace) -> int:
    """Run the chosen subcommand."""
    chosen = next(command for command in SUBCOMMANDS if command.name == arguments.subcommand)
    return chosen.execute(arguments)


MAINTENANCE = NamedCommand(
    name="maintenance",
    summary="fit lifetimes, predict remaining useful life, choose maintenance policies, crews and spares",
    configure=configure,
    execute=execute,
)
