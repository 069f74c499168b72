"""The page with the demo, this commit in alternation with another: part of ``viewer.py --demo``.

Each commit records its own run of the demo and serves it from a process of its own. Every round starts that server and
a browser anew, so nothing is kept before the first visit.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.viz.browser import Page
from tests.viz.measuring import browser_cpu_s, cpu_ms_per_frame, frame_rate, renderer_bytes, scrub_ms, whole_page

HERE = Path(__file__).parent.parent
SCENARIO = "joint-littoral-defence"
RECORD = """
import sys
from pathlib import Path
from scenarios.loader import load
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
compiled = load(sys.argv[1])
run_scenario(compiled, choose_policies(compiled.roster), seed=1, folder=Path(sys.argv[2]))
"""
SERVE = """
import sys
from pathlib import Path
from viz.replay.library import Library
from viz.replay.serve import make_replay_server
server = make_replay_server(Library([Path(sys.argv[1])]), "127.0.0.1", 0)
print(server.port, flush=True)
server.serve_forever()
"""
LIMITS = {  # measure: share of the other commit's value, at least or at most
    "first_visit_ms": ("<=", 1 / 0.95),
    "second_visit_ms": ("<=", 1 / 0.95),
    "fps": (">=", 0.95),
    "renderer_MB": ("<=", 1.2),
}
SCRUB_LIMIT_MS = 25.0


def compare_demo(beside: str, rounds: int) -> dict[str, dict[str, float]]:
    """Measure the demo here and, unless it is empty, at the commit or in the folder ``beside``; return medians."""
    with tempfile.TemporaryDirectory(prefix="chammo-pages-") as work, contextlib.ExitStack() as stack:
        trees = {"here": HERE}
        if beside:
            trees[beside] = stack.enter_context(_tree(beside, Path(work) / "beside"))
        runs = {name: _recorded(tree, Path(work) / f"run-{k}" / "demo") for k, (name, tree) in enumerate(trees.items())}
        found: dict[str, list[dict[str, float]]] = {name: [] for name in trees}
        for k in range(rounds):
            order = list(trees) if k % 2 == 0 else list(trees)[::-1]
            for name in order:
                found[name].append(_round(trees[name], runs[name]))
                _print(f"{name} {k + 1}", found[name][-1])
    medians = {
        name: {key: statistics.median(one[key] for one in each) for key in each[0]} for name, each in found.items()
    }
    for name, values in medians.items():
        _print(f"{name}, median", values)
    if beside:
        _judge(medians["here"], medians[beside])
    return medians


@contextlib.contextmanager
def _tree(beside: str, folder: Path) -> Iterator[Path]:
    """A folder with the code of a commit; an existing folder is taken as it is."""
    if Path(beside).is_dir():
        yield Path(beside).resolve()
        return
    git = ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), beside], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=False)


def _python(tree: Path, code: str, *arguments: str) -> list[str]:
    return ["env", f"PYTHONPATH={tree}", "NUMBA_NUM_THREADS=1", sys.executable, "-c", code, *arguments]


def _recorded(tree: Path, folder: Path) -> Path:
    folder.parent.mkdir(parents=True)
    subprocess.run(_python(tree, RECORD, SCENARIO, str(folder)), check=True, cwd=folder.parent)
    return folder


class _AnyPage(Page):
    """The page of any commit. Older ones do not say when their tables are there, so each gets a second for them."""

    def open(self, url: str) -> None:
        self.load(url)
        time.sleep(1.0)


def _round(tree: Path, run: Path) -> dict[str, float]:
    with subprocess.Popen(_python(tree, SERVE, str(run)), stdout=subprocess.PIPE, text=True, cwd=run.parent) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/?lang=en&theme=light"
        page = _AnyPage(1600, 900)
        try:
            return _measured(page, url, server.pid)
        finally:
            page.close()
            server.terminate()


def _measured(page: Page, url: str, server: int) -> dict[str, float]:
    first_ms, first_cpu = _visit(page, url, server)
    again = [_visit(page, url, server) for _ in range(3)]
    whole_page(page, url)
    rates = [frame_rate(page, 4.0) for _ in range(3)]
    return {
        "first_visit_ms": first_ms,
        "first_visit_cpu_ms": first_cpu,
        "second_visit_ms": statistics.median(ms for ms, _ in again),
        "second_visit_cpu_ms": statistics.median(cpu for _, cpu in again),
        "fps": statistics.median(rates),
        "cpu_ms_per_frame": cpu_ms_per_frame(page, 4.0),
        "scrub_ms": scrub_ms(page)[0],
        "renderer_MB": renderer_bytes(page) / 1e6,
    }


def _visit(page: Page, url: str, server: int) -> tuple[float, float]:
    """Open the page. Return the time to its first frame, and CPU time of browser and server until its events [ms]."""
    page.driver.get("about:blank")
    before = browser_cpu_s(page) + _cpu_s(server)
    page.open(url)
    used = browser_cpu_s(page) + _cpu_s(server) - before
    return float(page.js("return chammo.stats.firstFrameMs")), 1000.0 * used


def _cpu_s(process: int) -> float:
    """CPU time of a process [s]; 0 where /proc is not there."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _print(name: str, values: dict[str, float]) -> None:
    print(f"{name:28}" + "  ".join(f"{key} {value:.0f}" for key, value in values.items()), flush=True)


def _judge(here: dict[str, float], other: dict[str, float]) -> None:
    for key, (relation, limit) in LIMITS.items():
        ratio = here[key] / other[key] if other[key] else 1.0
        is_met = ratio <= limit if relation == "<=" else ratio >= limit
        print(f"{key:20} {ratio:5.2f} of the other commit (wanted {relation} {limit:.2f}): {'yes' if is_met else 'NO'}")
    is_met = here["scrub_ms"] <= SCRUB_LIMIT_MS
    print(f"{'scrub_ms':20} {here['scrub_ms']:5.1f} (wanted <= {SCRUB_LIMIT_MS:.0f}): {'yes' if is_met else 'NO'}")
