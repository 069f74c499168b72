"""Commands called as the command line calls them."""

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest

from logistics.commands.maintenance import MAINTENANCE
from logistics.commands.named_command import NamedCommand
from logistics.commands.network import NETWORK
from scenarios.commands.medical import MEDICAL

Chammo = Callable[..., str]


def run_examples(text: str, chammo: Chammo, folder: Path, skipped: str | None = None) -> list[str]:
    """Return the outputs of the commands in a text, run in a folder with the files that the text writes.

    Lines with ``skipped`` are left out: they need files that the text does not write.
    """
    for name, content in re.findall(r"^cat > (\S+) <<END\n(.*?)^END$", text, flags=re.DOTALL | re.MULTILINE):
        (folder / name).write_text(content, encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("chammo ") and not (skipped and skipped in line)]
    return [chammo(*shlex.split(line)[1:]) for line in lines]


def parser_of(command: NamedCommand) -> ArgumentParser:
    """Return the parser of a command."""
    parser = ArgumentParser(prog=f"chammo {command.name}", allow_abbrev=False)
    command.configure(parser)
    return parser


@pytest.fixture
def chammo(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chammo:
    """Return a function that runs a command in an empty folder and returns its output."""
    monkeypatch.chdir(tmp_path)

    def run(name: str, *arguments: str) -> str:
        command = {"maintenance": MAINTENANCE, "network": NETWORK, "medical": MEDICAL}[name]
        capsys.readouterr()
        assert command.execute(parser_of(command).parse_args(list(arguments))) == 0
        return capsys.readouterr().out

    return run
