"""The pages show what the commands print."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def player() -> ModuleType:
    """Return docs/play.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_play", DOCS / "play.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tutorial_shows_what_the_commands_print(player: ModuleType) -> None:
    assert player.play_page("tutorial/first-battle.md", is_written=False) == []


@pytest.mark.slow
def test_the_page_on_approvals_shows_what_the_command_prints(player: ModuleType) -> None:
    assert player.play_page("how-to/compare-approvals.md", is_written=False) == []


@pytest.mark.slow
def test_the_page_on_variants_shows_what_the_commands_print(player: ModuleType) -> None:
    assert player.play_page("how-to/compare-variants.md", is_written=False) == []


def test_every_page_that_shows_output_is_played(player: ModuleType) -> None:
    showing: list[str] = []
    for page in sorted(DOCS.glob("**/*.md")):
        lines = page.read_text(encoding="utf-8").splitlines()
        after = {k + 1 for k, line in enumerate(lines) if line.startswith("$ chammo ")}
        if any(k < len(lines) and not lines[k].startswith(("$ ", "```")) for k in after):
            showing.append(page.relative_to(DOCS).as_posix())
    assert set(showing) <= set(player.PAGES)


@pytest.mark.parametrize(
    ("shown", "printed", "wrong"),
    [
        (["a 1", "b 2"], ["a 1", "b 2"], []),
        (["a 1", "...", "c 3"], ["a 1", "b 2", "c 3"], []),
        (["long line ..."], ["long line with an end"], []),
        (["blue wins 0.3"], ["blue wins 0.4"], [(0, "blue wins 0.4")]),
        (["b 2", "...", "a 1"], ["a 1", "b 2"], [(2, "")]),
        (["a 1", "c 3"], ["a 1", "b 2", "c 3"], [(1, "b 2")]),
        (["nothing like this"], ["x"], [(0, "")]),
        (["20 replications in 1.0 s: 3 replications/s"], ["20 replications in 9.9 s: 7 replications/s"], []),
    ],
)
def test_lines_are_compared_in_order(
    shown: list[str], printed: list[str], wrong: list[tuple[int, str]], player: ModuleType
) -> None:
    assert player.compare(shown, printed) == wrong
