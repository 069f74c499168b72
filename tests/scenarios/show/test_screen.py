"""Output fits the terminal and has colours only where there is one."""

import io
import re
import sys

import pytest

from scenarios.cli import main
from scenarios.show.screen import WIDTH, Screen, fitted, painted, screen, show

_CODE = re.compile("\x1b\\[[0-9;]*m")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        """Return True."""
        return True


def terminal_of_72_columns(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """Return a terminal in place of standard output."""
    made = _Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return made


def test_a_terminal_has_its_width_and_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal_of_72_columns(monkeypatch)
    assert screen() == Screen(72, is_coloured=True)
    monkeypatch.setenv("COLUMNS", "300")
    assert screen().width == WIDTH
    monkeypatch.setenv("NO_COLOR", "1")
    assert not screen().is_coloured
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not screen().is_coloured


def test_a_pipe_has_no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not screen().is_coloured


def test_lines_are_wrapped_at_blanks_and_further_in() -> None:
    line = "  " + " ".join(f"usv-strike-{k}" for k in range(12))
    lines = fitted([line, "short  and  as it is"], 40)
    assert max(map(len, lines)) <= 40
    assert " ".join(lines).split() == [*line.split(), "short", "and", "as", "it", "is"]
    assert [len(one) - len(one.lstrip()) for one in lines[:-1]] == [2, *[6] * (len(lines) - 2)]
    assert lines[-1] == "short  and  as it is"
    path = "runs/" + "x" * 60
    assert path in fitted([f"  chammo replay {path}"], 40)[1], "a path stays whole, to be copied"


def test_colours_change_no_letter_and_names_inside_other_names_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of_72_columns(monkeypatch)
    lines = ["blue wins after 0:10:00", "red lost 3 units", "blue-boats-1, not met", "hold ford (met at 0:01:40)"]
    show(lines, ("blue", "red"))
    text = terminal.getvalue()
    assert _CODE.sub("", text) == "\n".join(lines) + "\n"
    first, second, third, fourth = text.splitlines()
    assert first.startswith("\x1b[1m")
    assert "\x1b[91mred\x1b[0m" in second
    assert "\x1b[94m" not in third
    assert _CODE.findall(third) != _CODE.findall(fourth), "met and not met differ"


def test_sides_of_any_name_have_colours_of_their_own() -> None:
    coloured = painted(["head", "a b c+d"], ("a", "b", "c+d"))[1]
    assert len(set(_CODE.findall(coloured)) - {"\x1b[0m"}) == 3


@pytest.mark.parametrize("columns", [50, 60, 80])
@pytest.mark.parametrize("more", [[], ["--cards"], ["--commanders"]])
def test_lists_of_names_keep_their_titles_in_a_column(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int, more: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["list", *more]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns
    rows = [line for line in lines if line.startswith("  ") and not line.startswith("    ")]
    titles = {found.end() for row in rows if (found := re.match(r"  \S+ +", row))}
    assert len(titles) == 1
    (column,) = titles
    assert all(line[:column].isspace() and line[column] != " " for line in lines if line.startswith(" " * column))
