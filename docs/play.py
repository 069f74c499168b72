"""Play the commands that the pages show, and compare their output with the page, or write it there.

``python docs/play.py`` compares, ``--write`` replaces the lines that changed. A block of ``console`` holds commands
after ``$``, each followed by lines of its output; ``...`` stands for what is left out, between lines or at the end of
one. The commands of a page share a folder; a line ``<!-- play: COMMAND -->`` before a block is played unseen.
"""

import argparse
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

DOCS = Path(__file__).parent
PAGES = ("tutorial/first-battle.md", "how-to/compare-approvals.md", "how-to/compare-variants.md")
VARYING = (
    re.compile(r"\d+ replications in [\d.]+ s: .*"),
    re.compile(r"computed in [\d.]+ s"),
)
"""Times of this machine, which no page can know."""

Shell = Callable[[str], list[str]]


@dataclass
class Difference:
    """A line of a page that the output does not hold."""

    page: str
    command: str
    line: str
    nearest: str


def shell_in(folder: Path, columns: int) -> Shell:
    """Return a function that plays a command line in a folder and returns its lines, as on ``columns`` characters."""

    def play(command: str) -> list[str]:
        words = shlex.split(command)
        if words[0] == "chammo":
            words = [sys.executable, "-m", "scenarios.cli", *words[1:]]
        environment = {**os.environ, "COLUMNS": str(columns), "PYTHONPATH": str(DOCS.parent)}
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        return [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]

    return play


def matches(shown: str, printed: str) -> bool:
    """Return whether a line of a page stands for a printed one; ``...`` at its end stands for any rest."""
    for varying in VARYING:
        shown, printed = varying.sub("(varies)", shown), varying.sub("(varies)", printed)
    if shown.endswith("..."):
        return printed.startswith(shown[:-3].rstrip())
    return shown.rstrip() == printed


def nearest(shown: str, printed: list[str]) -> int:
    """Return the index of the printed line most like a line of a page, -1 when none is."""
    plain = re.sub(r"[\d.]+", "0", shown.removesuffix("..."))
    scores = [difflib.SequenceMatcher(None, plain, re.sub(r"[\d.]+", "0", line)).ratio() for line in printed]
    best = max(range(len(scores)), key=scores.__getitem__, default=-1)
    return best if best >= 0 and scores[best] > 0.6 else -1


def compare(shown: list[str], printed: list[str]) -> list[tuple[int, str]]:
    """Return (index, line to write) for each line of a page that the output does not hold in its place.

    Lines between two ``...`` follow each other in the output as they do on the page.
    """
    wrong: list[tuple[int, str]] = []
    at = 0
    for first, last in segments(shown):
        lines = shown[first:last]
        span = range(at, len(printed) - len(lines) + 1)
        found = next((j for j in span if all(map(matches, lines, printed[j : j + len(lines)]))), -1)
        if found < 0:
            like = nearest(lines[0], printed[at:])
            there = printed[at + like : at + like + len(lines)] if like >= 0 else []
            there += [""] * (len(lines) - len(there))
            wrong += [(first + k, there[k]) for k in range(len(lines)) if not matches(lines[k], there[k])]
            found = at + like if like >= 0 else at
        at = found + len(lines)
    return wrong


def segments(shown: list[str]) -> list[tuple[int, int]]:
    """Return first and last index, the last not included, of the lines between those that are left out."""
    edges = [-1, *(k for k, line in enumerate(shown) if line.strip() == "..."), len(shown)]
    return [(a + 1, b) for a, b in pairwise(edges) if b > a + 1]


def play_page(name: str, *, is_written: bool) -> list[Difference]:
    """Play the commands of a page in a new folder; return what differs, after writing it when asked."""
    path = DOCS / name
    lines = path.read_text(encoding="utf-8").splitlines()
    found: list[Difference] = []
    with tempfile.TemporaryDirectory(prefix="chammo-docs-") as folder:
        play = shell_in(Path(folder), 100 if name.startswith("tutorial/") else 110)
        k = 0
        while k < len(lines):
            hidden = re.match(r"<!-- play: (.*) -->$", lines[k])
            if hidden:
                play(hidden[1].replace("REPOSITORY", str(DOCS.parent)))
            elif lines[k] == "```console":
                k += 1
                while lines[k] != "```":
                    if not lines[k].startswith("$ "):
                        k += 1
                        continue
                    command = lines[k][2:]
                    first = k + 1
                    while not lines[k + 1].startswith(("$ ", "```")):
                        k += 1
                    shown = lines[first : k + 1]
                    for row, line in compare(shown, play(command)):
                        found.append(Difference(name, command, shown[row], line))
                        if is_written and line:
                            cut = " ..." if shown[row].endswith("...") else ""
                            lines[first + row] = line if not cut else line[: len(shown[row]) - 4].rstrip() + cut
                    k += 1
            k += 1
    if is_written:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def main() -> int:
    """Compare the pages with what the commands print, or write it."""
    parser = argparse.ArgumentParser(description="play the commands that the pages show")
    parser.add_argument("pages", nargs="*", default=PAGES, help="pages below docs (default: all that show output)")
    parser.add_argument("--write", action="store_true", help="replace the lines that changed")
    arguments = parser.parse_args()
    found = [one for page in arguments.pages for one in play_page(page, is_written=arguments.write)]
    for one in found:
        sys.stdout.write(f"docs/{one.page}: {one.command}\n  - {one.line}\n  + {one.nearest or '(nothing like it)'}\n")
    return 1 if found and not arguments.write else 0


if __name__ == "__main__":
    sys.exit(main())
