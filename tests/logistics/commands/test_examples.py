"""The examples in the help of commands run as they stand."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from logistics.commands.medical_plan import PLAN
from logistics.commands.named_command import NamedCommand
from logistics.commands.network import NETWORK
from logistics.commands.policy import POLICY
from logistics.commands.spares import SPARES
from tests.logistics.commands.conftest import Chammo, parser_of, run_examples


@pytest.mark.parametrize("command", [NETWORK, PLAN, POLICY, SPARES], ids=lambda command: command.name)
def test_the_examples_of_the_help_run(command: NamedCommand, chammo: Chammo, tmp_path: Path) -> None:
    text = re.sub(r"^  ", "", parser_of(command).epilog or "", flags=re.MULTILINE)
    printed = run_examples(text, chammo, tmp_path)
    assert printed
    assert all(printed)
    for picture in re.findall(r"--svg (\S+)", text):
        ElementTree.parse(tmp_path / picture)
