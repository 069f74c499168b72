"""What a batch costs beside the engine that it plays with: throughput, overhead per replication, and memory.

    python -m benchmarks.batches speed [SCENARIO] [--rounds 7] [-n 64] [--dask]
    python -m benchmarks.batches memory [SCENARIO] [-n 500 2000 10000] [--nice 10]

``speed`` plays the same replications with the same policies in turns, on one thread: as a batch in a folder, and with
the bare engine, a simulation and the decisions of its commanders, which counts and keeps nothing. Printed: the
throughput of the batch over that of the bare engine, and the difference per replication, each with its interval over
rounds. All times are CPU times, so that other work on the machine does not count.

With ``--dask``, the batch is played by a worker process of a cluster on this machine, and the time is that of the
client, the scheduler and the worker, the idling of Dask while the worker plays included. A worker measures its own time
in the engine. So the difference to the bare engine is shown in two parts: the time of all processes outside the engine,
and the pace of the engine in a worker over that in this process, which swings with the load of the machine. Dask idles
at a rate that is measured before; where other work delays the worker, it idles longer. The time outside the engine is
therefore also given for a worker with a free core, which needs no more than its CPU time.

``memory`` plays ``chammo batch`` in a process of its own for each number of replications, and reads its resident memory
on the way: the peak, and the memory by tenths of the time.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.against.pairing import paired_ratio
from scenarios.batch.batch import run_batch
from scenarios.batch.engine import Engine, LocalEngine
from scenarios.batch.playing import largest_chunk
from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.measures.statistics import mean_interval
from scenarios.run.play import start_simulation
from scenarios.run.policies import PolicyChoice, build_logistics, build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.params import RuleW

SEED = 5
_SAMPLE_S = 0.5
_IDLE_S = 10.0
_MB = 1e6


def play_bare(compiled: Compiled, choices: Sequence[PolicyChoice], replications: Sequence[int]) -> None:
    """Play replications with the engine and the policies alone, as many at once as a thread of a batch may hold."""
    step = largest_chunk(compiled.params)
    for begin in range(0, len(replications), step):
        some = replications[begin : begin + step]
        run_decisions(
            start_simulation(compiled, SEED, some),
            build_policies(choices, compiled.briefings, SEED, some),
            chairs=build_logistics(choices, compiled, SEED, some),
            labels=[choice.label for choice in choices],
            group_names=compiled.roster.groups,
            decision_ticks=compiled.roster.decision_ticks,
            n_ticks=int(compiled.params.rules_whole[RuleW.N_TICKS]),
        )


@contextmanager
def dask_engine() -> Generator[tuple[Engine, Callable[[], float], Callable[[], float]]]:
    """Open an engine on a cluster of a single worker.

    With it come two functions: the CPU time of all its processes so far, and that of its worker in the engine [s].
    """
    from scenarios.batch.engines import open_engine

    with open_engine("dask", threads=1) as engine:
        cluster: Any = engine

        def spent_s() -> float:
            return time.process_time() + sum(cluster._client.run(time.process_time).values())

        yield engine, spent_s, lambda: cluster.played_s


def speed(scenario: str, rounds: int, n: int, *, is_dask: bool) -> None:
    """Measure and print throughput and overhead."""
    compiled = load(scenario)
    choices = choose_policies(compiled.roster)
    idling = 0.0  # share of a core
    if is_dask:
        with dask_engine() as (engine, spent_s, played_s):
            begun, spent_before = time.perf_counter(), spent_s()
            time.sleep(_IDLE_S)
            idling = (spent_s() - spent_before) / (time.perf_counter() - begun)
            spent = _in_turns(compiled, choices, engine, spent_s, rounds, n, played_s)
    else:
        spent = _in_turns(compiled, choices, LocalEngine(1), time.process_time, rounds, n)
    bare, batch = (np.array(spent[name]) / n for name in ("bare", "batch"))
    ratio = paired_ratio((1.0 / batch).tolist(), (1.0 / bare).tolist())
    over = mean_interval(1e3 * (batch - bare))
    name = "batch through Dask" if is_dask else "batch"
    print(f"{scenario}: {rounds} rounds of {n} replications with {_policies(choices)}, one thread, CPU time")
    print(f"bare engine {1e3 * np.median(bare):.2f} ms a replication, {name} {1e3 * np.median(batch):.2f} ms")
    print(f"throughput of the {name} over the bare engine: {ratio.median:.3f} ({ratio.low:.3f} to {ratio.high:.3f})")
    print(f"overhead: {over.value:.2f} ms a replication ({over.low:.2f} to {over.high:.2f})")
    if is_dask:
        inside = np.array(spent["inside"]) / n
        beside = mean_interval(1e3 * (batch - inside))
        pace = paired_ratio(inside.tolist(), bare.tolist())
        print(f"outside the engine: {beside.value:.2f} ms a replication ({beside.low:.2f} to {beside.high:.2f})")
        free = mean_interval(1e3 * (batch - inside - idling * (np.array(spent["wall"]) / n - inside)))
        print(
            f"with a free core, of which Dask idles {100 * idling:.2f} %: "
            f"{free.value:.2f} ms ({free.low:.2f} to {free.high:.2f})"
        )
        print(f"time of the engine in a worker over that here: {pace.median:.3f} ({pace.low:.3f} to {pace.high:.3f})")


def _in_turns(
    compiled: Compiled,
    choices: Sequence[PolicyChoice],
    engine: Engine,
    spent_s: Callable[[], float],
    rounds: int,
    n: int,
    played_s: Callable[[], float] = lambda: 0.0,
) -> dict[str, list[float]]:
    """Return the times by round [s]: CPU times bare, of the batch and inside the engine of a worker; its wall time.

    Replications differ from round to round, the order too.
    """
    spent: dict[str, list[float]] = {"bare": [], "batch": [], "inside": [], "wall": []}
    with TemporaryDirectory() as folder:

        def play_batch(first: int, n: int) -> None:
            place = Path(folder) / f"batch-{first}-{n}"
            run_batch(compiled, choices, n=n, first=first, folder=place, seed=SEED, engine=engine)

        def play_both(first: int, n: int, *, is_bare_first: bool) -> None:
            for name in ("bare", "batch") if is_bare_first else ("batch", "bare"):
                began, begun, played = time.perf_counter(), spent_s(), played_s()
                if name == "bare":
                    play_bare(compiled, choices, range(first, first + n))
                else:
                    play_batch(first, n)
                    spent["inside"].append(played_s() - played)
                    spent["wall"].append(time.perf_counter() - began)
                spent[name].append(spent_s() - begun)

        play_both(0, 2, is_bare_first=True)  # loads the compiled code
        for times in spent.values():
            times.clear()
        for k in range(rounds):
            play_both((k + 1) * n, n, is_bare_first=k % 2 == 0)
            last = {name: 1e3 * times[-1] / n for name, times in spent.items()}
            print(f"round {k + 1}: bare {last['bare']:.2f} ms, batch {last['batch']:.2f} ms", file=sys.stderr)
    return spent


def _policies(choices: Sequence[PolicyChoice]) -> str:
    return " and ".join(f"{choice.side}={choice.name}" for choice in choices)


def memory(scenario: str, numbers: Sequence[int], nice: int, options: Sequence[str]) -> None:
    """Measure and print memory."""
    for n in numbers:
        with TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "scenarios.cli", "batch", scenario, "-n", str(n), "--out", folder]
            begun = time.perf_counter()
            process = subprocess.Popen(
                [*command, "--keep", "none", *options], stdout=subprocess.DEVNULL, preexec_fn=lambda: os.nice(nice)
            )
            resident: list[float] = []
            peak = 0.0
            while process.poll() is None:
                found = _memory_of(process.pid)
                if found is not None:
                    resident.append(found[0])
                    peak = max(peak, found[1])
                time.sleep(_SAMPLE_S)
            if process.returncode != 0:
                raise SystemExit(f"chammo batch -n {n}: ended with {process.returncode}")
            tenths = [f"{part.mean() / _MB:.0f}" for part in np.array_split(np.array(resident), 10) if part.size]
            print(
                f"{scenario} -n {n:,}: peak {peak / _MB:.0f} MB after {time.perf_counter() - begun:.0f} s; resident by "
                f"tenths of the time [MB]: {' '.join(tenths)}",
                flush=True,
            )


def _memory_of(process: int) -> tuple[float, float] | None:
    """Return resident memory and its peak so far [B], from Linux; None for a process that has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return None
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return (1024.0 * int(sizes["VmRSS"]), 1024.0 * int(sizes["VmHWM"])) if len(sizes) == 2 else None


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description="Measure the cost of a batch beside the engine alone.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind in ("speed", "memory"):
        one = kinds.add_parser(kind)
        one.add_argument("scenario", nargs="?", default="joint-littoral-defence", help="default: the demo")
        if kind == "speed":
            one.add_argument("--rounds", type=int, default=7)
            one.add_argument("-n", type=int, default=64, help="replications of a round")
            one.add_argument("--dask", action="store_true", help="the batch through a cluster of this machine")
        else:
            one.add_argument("-n", type=int, nargs="+", default=[500, 2000, 10000], help="numbers of replications")
            one.add_argument("--nice", type=int, default=0, help="niceness of the batches")
            one.add_argument("--threads", default=None, help="threads of the batches")
    options = parser.parse_args()
    if options.kind == "speed":
        speed(options.scenario, options.rounds, options.n, is_dask=options.dask)
    else:
        more = [] if options.threads is None else ["--threads", options.threads]
        memory(options.scenario, options.n, options.nice, more)


if __name__ == "__main__":
    main()
