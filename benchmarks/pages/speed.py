"""Measure how fast Chammo is on this machine, and write docs/reference/speed.md.

``python -m benchmarks.pages.speed`` takes some five minutes and wants a quiet machine. Further
arguments go to ``chammo bench``, ``--magent2-python PATH`` for instance.
"""

import subprocess
import sys
import time
from pathlib import Path

from scenarios.run.provenance import versions

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "speed.md"
OTHERS = ("strait-surveillance", "undersea-search", "air-base-drone-salvo")
HEAD = """<!-- Made by benchmarks/pages/speed.py; do not edit by hand. -->
# Speed, and what each phase costs

What [`chammo bench`](../how-to/benchmark.md) printed on the machine that it names, with every sub-model compiled in.
Another machine gives other speeds; ratios move less. `python -m benchmarks.pages.speed` makes this page.
"""


def bench(*arguments: str) -> str:
    """Return what ``chammo bench`` prints. Raises SystemExit when it fails."""
    command = [sys.executable, "-m", "scenarios.cli", "bench", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[1:])}: ended with {done.returncode}")
    return done.stdout.strip()


def phases(report: str) -> str:
    """Return the table of phases of a report."""
    start = report.index("Share of the tick by phase")
    return report[start : report.index("\n\n", start)]


def main() -> int:
    """Measure and write."""
    whole = bench(*sys.argv[1:])
    others = [bench("--scenario", name, "--units", "--threads", "1", "--rounds", "3", "--no-peers", "--no-start")
              for name in OTHERS]  # fmt: skip
    said = versions()
    parts = [
        HEAD,
        f"```text\n{whole}\n```\n",
        "## Phases of other scenarios\n\nThey call phases that the demo does not, or others more often.\n",
        *(f"```text\n{phases(report)}\n```\n" for report in others),
        f"Measured on {time.strftime('%Y-%m-%d')} with Chammo {said['chammo']}, engine `{said['engine']}`.\n",
    ]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
