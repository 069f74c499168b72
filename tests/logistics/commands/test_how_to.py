"""The how-to page shows what its commands print."""

import re
from pathlib import Path

import pytest

from logistics.spares.two_echelon import Base, Echelons, Method, bias
from tests.logistics.commands.conftest import Chammo, run_examples


@pytest.mark.parametrize(
    ("name", "n_shown", "skipped"), [("spares-and-network.md", 3, "laws.json"), ("medical.md", 1, "")]
)
def test_a_page_shows_what_its_commands_print(
    chammo: Chammo, tmp_path: Path, repository: Path, name: str, n_shown: int, skipped: str
) -> None:
    page = (repository / "docs" / "how-to" / name).read_text(encoding="utf-8")
    printed: list[str] = []
    for block in re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL):
        printed += run_examples(block, chammo, tmp_path, skipped=skipped)
    shown = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert len(shown) == n_shown
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
