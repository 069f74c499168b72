"""Measure the replay page in headless Chromium: python benchmarks/viewer.py [--quick] [--json FILE].

Each line is a whole page (map, charts, log and timeline) with software rendering. Run it on a quiet machine.
With --demo, the demo is measured instead, in alternation with another commit: --demo --beside 7a37c5e.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.demo_page import compare_demo
from tests.viz.browser import Page, Served, missing_browser
from tests.viz.measuring import (
    cpu_ms_per_frame,
    first_paint_ms,
    frame_rate,
    held_bytes,
    renderer_bytes,
    scrub_ms,
    whole_page,
)
from tests.viz.synthetic import Recipe, write_run

CASES = {
    "500 units x 600 frames": (Recipe(n_units=500, n_frames=600, half_width_m=50_000), ""),
    "500 units, two maps": (Recipe(n_units=500, n_frames=600, half_width_m=50_000), "#view=both"),
    "2000 units x 600 frames": (Recipe(n_units=2000, n_frames=600, half_width_m=80_000), ""),
    "2 hours, 200 units, 10 s": (Recipe(n_units=200, n_frames=721, half_width_m=50_000), ""),
    "24 hours, 500 units, 10 s": (Recipe(n_units=500, n_frames=8641, half_width_m=50_000), ""),
}


def measure(name: str, recipe: Recipe, fragment: str, root: Path) -> dict[str, float]:
    folder = write_run(root / name.replace(" ", "-").replace(",", ""), recipe)
    page = Page(1600, 900)
    try:
        with Served([folder]) as served:
            whole_page(page, f"{served.url}/?lang=en&theme=light{fragment}")
            result = {"first_paint_ms": first_paint_ms(page), "load": os.getloadavg()[0]}
            rates = sorted(frame_rate(page, 6.0) for _ in range(3))
            result |= {"fps": rates[1], "fps_low": rates[0], "fps_high": rates[2]}
            result["cpu_ms_per_frame"] = cpu_ms_per_frame(page)
            result["scrub_cold_ms"], result["scrub_cold_p95_ms"] = scrub_ms(page, warm=False)
            result["scrub_ms"], result["scrub_p95_ms"] = scrub_ms(page)
            result |= {"frames_MB": held_bytes(page) / 1e6, "renderer_MB": renderer_bytes(page) / 1e6}
    finally:
        page.close()
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="leave out the 24-hour run")
    parser.add_argument("--only", help="only cases whose name contains this text")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--demo", action="store_true", help="measure the demo, first and second visits included")
    parser.add_argument("--beside", default="", metavar="COMMIT", help="with --demo: another commit, or a folder of it")
    parser.add_argument("--rounds", type=int, default=3, help="with --demo: rounds in alternation (default: 3)")
    arguments = parser.parse_args()
    reason = missing_browser()
    if reason:
        print(reason, file=sys.stderr)
        return 1
    if arguments.demo:
        return _keep(compare_demo(arguments.beside, arguments.rounds), arguments.json)
    results = {}
    with tempfile.TemporaryDirectory() as root:
        for name, (recipe, fragment) in CASES.items():
            if (arguments.quick and name.startswith("24")) or (arguments.only and arguments.only not in name):
                continue
            results[name] = measure(name, recipe, fragment, Path(root))
            print(f"{name:28}" + "  ".join(f"{key} {value:.0f}" for key, value in results[name].items()), flush=True)
    return _keep(results, arguments.json)


def _keep(results: dict[str, dict[str, float]], file: Path | None) -> int:
    if file is not None:
        file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
