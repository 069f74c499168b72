"""``chammo maintenance fit``."""

from argparse import ArgumentParser, Namespace

from logistics.commands.named_command import NamedCommand


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo maintenance fit``."""
    parser.add_argument("log", help="maintenance log: CSV, Parquet or C-MAPSS text")
    parser.epilog = "example:\n  chammo maintenance fit log.csv"


def execute(arguments: Namespace) -> int:
    """Run ``chammo maintenance fit``."""
    raise NotImplementedError


FIT = NamedCommand("fit", "fit (being built)", configure, execute)
