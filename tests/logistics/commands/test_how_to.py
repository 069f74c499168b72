"""The how-to page shows what its commands print."""

import re
import shlex
from pathlib import Path

from logistics.spares.two_echelon import Base, Echelons, Method, bias
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


def test_the_table_of_errors_on_the_page_is_right(repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "spares-and-network.md").read_text(encoding="utf-8")
    for demand, shipping in ((1.0, 0.1), (0.3, 0.1), (0.1, 0.05)):
        echelons = Echelons((Base(demand, order_and_ship=shipping),) * 3, 1.0)
        cells = [
            " / ".join(f"{100.0 * bias(echelons, 1, [n] * 3, m):+.1f} %" for m in (Method.METRIC, Method.VARI_METRIC))
            for n in (1, 2, 3)
        ]
        assert f"| {demand:g} | {' | '.join(cells)} |" in page
