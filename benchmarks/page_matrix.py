"""Look at the pages of chammo replay: python benchmarks/page_matrix.py FOLDER [FOLDER ...] [--shots FOLDER].

In 1280x720 and 1920x1080, light and dark, English and Korean: every tab and tool of the first run, its boards, a class
that opens it, a run of its scenario being written, and narrow windows; two runs beside each other if there is a second;
the page of a batch for each batch folder. Prints texts that are cut, controls that cover each other and things outside
the window, and ends with 1 if there are any. With --shots, keeps a picture of each state.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.viz.browser import Page, Served, missing_browser
from tests.viz.matrix import LOOKS, Look, check, walk
from tests.viz.matrix_pages import batch, boards, class_pages, live, narrow, two_runs

WALKS = ("run", "boards", "pair", "batch", "class", "live", "narrow")


def states(page: Page, folders: list[Path], look: Look, walks: list[str]) -> Iterator[str]:
    """Yield the names of the states of all walks that the folders allow."""
    runs = [folder for folder in folders if not is_batch(folder)]
    with Served(runs[:1]) as served:
        name = runs[0].name
        if "run" in walks:
            yield from walk(page, served.url, name, look)
        if "boards" in walks:
            yield from boards(page, served.url, look)
        if "narrow" in walks:
            yield from narrow(page, served.url, look)
    if "pair" in walks and len(runs) > 1:
        with Served(runs[:2]) as served:
            yield from two_runs(page, served.url, look)
    for folder in (folder for folder in folders if "batch" in walks and is_batch(folder)):
        with Served([folder]) as served:
            yield from batch(page, served.url, folder.name, look)
    if "class" in walks:
        yield from class_pages(page, runs[0], look)
    if "live" in walks:
        document: dict[str, Any] = yaml.safe_load((runs[0] / "scenario.resolved.yaml").read_text(encoding="utf-8"))
        for breaks in (False, True):
            with tempfile.TemporaryDirectory() as place:
                yield from live(page, document, Path(place) / "now", look, breaks=breaks)


def is_batch(folder: Path) -> bool:
    """Whether a folder is that of a batch."""
    return (folder / "replications.parquet").exists()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="run and batch folders, a run first")
    parser.add_argument("--shots", type=Path, help="keep pictures in this folder")
    parser.add_argument("--only", default="", help="only looks whose name has this text, such as 1280-dark-ko")
    parser.add_argument("--walks", nargs="+", choices=WALKS, default=list(WALKS), help="only these walks")
    arguments = parser.parse_args()
    reason = missing_browser()
    if reason:
        print(reason, file=sys.stderr)
        return 1
    if is_batch(arguments.folders[0]):
        parser.error(f"{arguments.folders[0]} is a batch; name a run folder first")

    def keep(look: Look, state: str) -> Path | None:
        if arguments.shots is None:
            return None
        arguments.shots.mkdir(parents=True, exist_ok=True)
        return arguments.shots / f"{look.name}-{state}.png"

    page, faulty = Page(), False
    try:
        for look in (look for look in LOOKS if arguments.only in look.name):
            found = check(page, states(page, arguments.folders, look, arguments.walks), look, keep)
            faulty |= bool(found)
            print(f"{look.name}: {'no faults' if not found else json.dumps(found, indent=1, ensure_ascii=False)}")
            sys.stdout.flush()
    finally:
        page.close()
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
