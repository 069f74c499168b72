"""The how-to page shows what its commands print."""

import re
import shlex
from pathlib import Path

from tests.logistics.commands.conftest import Chammo


def test_the_page_on_spares_and_networks_shows_what_its_commands_print(
    chammo: Chammo, tmp_path: Path, repository: Path
) -> None:
    page = (repository / "docs" / "how-to" / "spares-and-network.md").read_text(encoding="utf-8")
    printed: list[str] = []
    for block in re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL):
        for name, content in re.findall(r"^cat > (\S+) <<END\n(.*?)^END$", block, flags=re.DOTALL | re.MULTILINE):
            (tmp_path / name).write_text(content, encoding="utf-8")
        lines = [line for line in block.splitlines() if line.startswith("chammo ") and "laws.json" not in line]
        printed += [chammo(*shlex.split(line)[1:]) for line in lines]
    shown = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert len(shown) == 3
    for text in shown:
        assert any(text in output for output in printed), text
