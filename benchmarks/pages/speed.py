"""Measure the speed of Chammo on this machine, and write docs/reference/speed.md.

``python -m benchmarks.pages.speed`` takes about five minutes and needs a quiet machine. Further arguments, such as
``--magent2-python PATH``, are passed to ``chammo bench``.
"""

import subprocess
import sys
import time
from pathlib import Path

from scenarios.run.provenance import versions

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "speed.md"
OTHERS = ("strait-surveillance", "undersea-search", "air-base-drone-salvo")
HEAD = """<!-- Made by benchmarks/pages/speed.py; do not edit by hand. -->
# Speed, and the cost of each phase

Output of [`chammo bench`](../how-to/benchmark.md) on the machine named in it, with every sub-model compiled in.
Speeds depend on the machine, ratios less so. `python -m benchmarks.pages.speed` makes this page.
"""


def bench(*arguments: str) -> str:
    """Return the output of ``chammo bench``, with paths below the checkout. Raises SystemExit when it fails."""
    command = [sys.executable, "-m", "scenarios.cli", "bench", *arguments]
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command[1:])}: failed with exit code {process.returncode}")
    return process.stdout.strip().replace(f"{ROOT}/", "")


def phases(report: str) -> str:
    """Return the table of phases of a report."""
    start = report.index("Share of the tick by phase")
    return report[start : report.index("\n\n", start)]


def main() -> int:
    """Measure and write."""
    whole = bench(*sys.argv[1:])
    others = [bench("--scenario", name, "--units", "--threads", "1", "--rounds", "3", "--no-peers", "--no-start")
              for name in OTHERS]  # fmt: skip
    version = versions()
    parts = [
        HEAD,
        f"```text\n{whole}\n```\n",
        "## Phases of other scenarios\n\nThey use phases that the demo does not use, or use some more often.\n",
        *(f"```text\n{phases(report)}\n```\n" for report in others),
        f"Measured on {time.strftime('%Y-%m-%d')} with Chammo {version['chammo']}, engine `{version['engine']}`.\n",
    ]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
