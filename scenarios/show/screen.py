"""Output for people: lines that fit the terminal, with colours where there is one.

A pipe gets lines of at most ``WIDTH`` characters without colours, and so does ``NO_COLOR``.
"""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 110
"""Greatest width of lines, in characters."""
_LEAST_WIDTH = 40
_END = "\x1b[0m"
_SIDES = ("\x1b[94m", "\x1b[91m", "\x1b[92m", "\x1b[95m")
_BY_NAME = {"blue": "\x1b[94m", "red": "\x1b[91m", "green": "\x1b[92m"}
_BOLD, _GOOD, _BAD = "\x1b[1m", "\x1b[32m", "\x1b[33m"
_VERDICTS = re.compile(r"(?<![\w-])(not met|met at \d+:\d\d:\d\d|met at the end)(?![\w-])")


@dataclass(frozen=True)
class Screen:
    """The width of a terminal and whether it shows colours."""

    width: int = WIDTH
    is_coloured: bool = False


def screen() -> Screen:
    """Return the screen that standard output goes to."""
    width = min(WIDTH, max(_LEAST_WIDTH, shutil.get_terminal_size((WIDTH, 40)).columns))
    is_terminal = sys.stdout.isatty()
    return Screen(width, is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def fitted(lines: Iterable[str], width: int) -> list[str]:
    """Return lines of at most ``width`` characters: longer ones are wrapped at blanks, further in than they begin.

    A word longer than the width, such as a path, stays whole.
    """
    found: list[str] = []
    for line in lines:
        if len(line) <= width:
            found.append(line)
            continue
        indent = " " * (len(line) - len(line.lstrip()))
        found += textwrap.wrap(
            line.strip(),
            width,
            initial_indent=indent,
            subsequent_indent=indent + "    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return found


def painted(lines: Sequence[str], sides: Sequence[str]) -> list[str]:
    """Return lines with the names of sides and what was met or not in colours, the first line in bold."""
    colours = {name: _BY_NAME.get(name.lower(), _SIDES[k % len(_SIDES)]) for k, name in enumerate(sides)}
    names = "|".join(re.escape(name) for name in sorted(colours, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])({names})(?![\w-])") if names else None

    def paint(line: str, around: str) -> str:
        back = _END + around
        line = _VERDICTS.sub(lambda found: f"{_BAD if found[1] == 'not met' else _GOOD}{found[1]}{back}", line)
        if pattern is not None:
            line = pattern.sub(lambda found: f"{colours[found[1]]}{found[1]}{back}", line)
        return f"{around}{line}{_END}" if around else line

    return [paint(line, _BOLD if k == 0 else "") for k, line in enumerate(lines)]


def show(lines: Iterable[str], sides: Sequence[str] = (), to: Screen | None = None) -> None:
    """Write lines that fit the screen, with its colours."""
    to = screen() if to is None else to
    text = fitted(lines, to.width)
    sys.stdout.write("\n".join(painted(text, sides) if to.is_coloured else text) + "\n")
