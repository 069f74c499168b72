"""``chammo maintenance predict``."""

from argparse import ArgumentParser, Namespace

from logistics.commands.named_command import NamedCommand


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo maintenance predict``."""
    parser.add_argument("log", help="maintenance log: CSV, Parquet or C-MAPSS text")
    parser.epilog = "example:\n  chammo maintenance predict log.csv"


def execute(arguments: Namespace) -> int:
    """Run ``chammo maintenance predict``."""
    raise NotImplementedError


PREDICT = NamedCommand("predict", "predict (being built)", configure, execute)
