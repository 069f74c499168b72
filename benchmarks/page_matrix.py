"""Look at every tab and tool of the replay page: python benchmarks/page_matrix.py RUN [--shots FOLDER].

In 1280x720 and 1920x1080, light and dark, English and Korean. Prints texts that are cut, controls that cover each other
and things outside the window, and ends with 1 if there are any. With --shots, keeps a picture of each state.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.viz.browser import Page, Served, missing_browser
from tests.viz.matrix import LOOKS, Look, check


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="run folder, such as a run of the demo")
    parser.add_argument("--shots", type=Path, help="keep pictures in this folder")
    parser.add_argument("--only", default="", help="only looks whose name has this text, such as 1280-dark-ko")
    arguments = parser.parse_args()
    reason = missing_browser()
    if reason:
        print(reason, file=sys.stderr)
        return 1

    def keep(look: Look, state: str) -> Path | None:
        if arguments.shots is None:
            return None
        arguments.shots.mkdir(parents=True, exist_ok=True)
        return arguments.shots / f"{look.name}-{state}.png"

    page, faulty = Page(), False
    try:
        with Served([arguments.run]) as served:
            for look in (look for look in LOOKS if arguments.only in look.name):
                page.driver.get(served.url)
                run = page.js(
                    "return fetch('/boot.json').then((answer) => answer.json()).then(({ runs }) => runs[0].id)"
                )
                found = check(page, served.url, run, look, keep)
                faulty |= bool(found)
                print(f"{look.name}: {'no faults' if not found else json.dumps(found, indent=1, ensure_ascii=False)}")
                sys.stdout.flush()
    finally:
        page.close()
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
