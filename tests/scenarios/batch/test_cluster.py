"""Replications on a Dask cluster: the bits of this machine, lost and foreign workers, and clear errors."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.batch import cluster, engines, remote
from scenarios.batch.batch import run_batch
from scenarios.batch.engine import Condition, LocalEngine, Share
from scenarios.batch.engines import open_engine
from scenarios.compiler.scenario import Compiled
from scenarios.experiments.variants import named_policies
from scenarios.loader import load
from scenarios.run.policies import choose_policies
from scenarios.run.provenance import versions
from simcore.errors import InputError, RunError, WargameError
from simcore.recording.tables import read_table
from tests.simcore.small_worlds import compile_world, skirmish

N = 20

_DEADLY = """
import os

class Deadly:
    def reset(self, briefing, seed, replication):
        if 7 in replication:
            os._exit(1)

    def decide(self, picture, orders):
        pass
"""


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a cluster of two workers in this process."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0", silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def world() -> Compiled:
    return compile_world(skirmish(time={"dt_s": 5, "duration_s": 60}))


class Rows:
    """What an engine saves: the columns by condition and replication."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], dict[str, Any]] = {}

    def save(self, number: int, columns: Mapping[str, np.ndarray]) -> None:
        for i, k in enumerate(columns["replication"].tolist()):
            self.rows[number, k] = {name: column[i] for name, column in columns.items()}

    def equals(self, other: "Rows") -> bool:
        return self.rows.keys() == other.rows.keys() and all(
            [np.asarray(value).tobytes() for value in row.values() if not isinstance(value, str)]
            == [np.asarray(value).tobytes() for value in other.rows[key].values() if not isinstance(value, str)]
            and [v for v in row.values() if isinstance(v, str)]
            == [v for v in other.rows[key].values() if isinstance(v, str)]
            for key, row in self.rows.items()
        )


def test_a_cluster_plays_the_same_bits_as_threads_of_this_machine(scheduler: str) -> None:
    variants = [world(), compile_world(skirmish(time={"dt_s": 4, "duration_s": 60}))]
    conditions = [Condition(compiled, named_policies(compiled)) for compiled in variants]
    shares = [Share(0, range(3, 3 + N)), Share(1, range(5)), Share(0, [])]
    here, there = Rows(), Rows()
    progress: list[int] = []
    LocalEngine(1).play(shares, conditions.__getitem__, 7, here.save)
    with open_engine("dask", scheduler=scheduler) as engine:
        assert engine.threads == 2
        engine.play(shares, conditions.__getitem__, 7, there.save, progress.append)
        engine.play([Share(0, range(3))], conditions.__getitem__, 7, there.save)  # the engine stays open
    LocalEngine(1).play([Share(0, range(3))], conditions.__getitem__, 7, here.save)
    assert here.equals(there)
    assert progress[-1] == N + 5
    assert progress == sorted(progress)


def test_a_batch_of_a_cluster_has_the_table_of_this_machine_and_is_extended_by_either(
    scheduler: str, tmp_path: Path
) -> None:
    compiled = world()
    choices = named_policies(compiled)
    run_batch(compiled, choices, n=N, folder=tmp_path / "here", threads=1)
    with open_engine("dask", scheduler=scheduler) as engine:
        run_batch(compiled, choices, n=N // 2, folder=tmp_path / "there", engine=engine)
    assert run_batch(compiled, choices, n=N, folder=tmp_path / "there", threads=1).n_computed == N - N // 2
    here, there = (read_table(tmp_path / name / "replications.parquet") for name in ("here", "there"))
    assert here.keys() == there.keys()
    for name, column in here.items():
        np.testing.assert_array_equal(column, there[name], err_msg=name)


def test_a_failure_of_a_policy_on_a_worker_is_reported_as_on_this_machine(scheduler: str, compiled: Compiled) -> None:
    choices = choose_policies(compiled.roster, ["blue=patrol:reach_km=0"])
    shares, texts = [Share(0, [0])], []
    with open_engine("dask", scheduler=scheduler) as engine:
        for one in (LocalEngine(1), engine):
            with pytest.raises(WargameError) as caught:
                one.play(shares, lambda _: Condition(compiled, choices), 1, lambda *_: None)
            texts.append(f"{type(caught.value).__name__}: {caught.value}")
    assert texts[0] == texts[1]


def test_an_interrupted_cluster_takes_back_its_chunks(scheduler: str) -> None:
    condition = Condition(world(), named_policies(world()))
    saved = Rows()

    def interrupt(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    with open_engine("dask", scheduler=scheduler) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.play([Share(0, range(500))], lambda _: condition, 7, saved.save, interrupt)
        assert 0 < len(saved.rows) < 500
        again = Rows()
        engine.play([Share(0, range(2))], lambda _: condition, 7, again.save)  # nothing stands in its way
        assert len(again.rows) == 2


def test_a_worker_of_another_version_is_refused_by_name(
    scheduler: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distributed = pytest.importorskip("distributed")
    run = distributed.Client.run

    def run_elsewhere(self: Any, *arguments: Any, **keys: Any) -> dict[str, Any]:
        return {address: {**found, "engine": "of old"} for address, found in run(self, *arguments, **keys).items()}

    monkeypatch.setattr(distributed.Client, "run", run_elsewhere)
    with (
        pytest.raises(InputError, match="no worker of the cluster can play") as caught,
        open_engine("dask", scheduler=scheduler),
    ):
        pass
    named = [word.rstrip(":") for word in capsys.readouterr().err.split() if word.startswith("inproc")]
    assert len(named) == 2
    for name in named:
        assert f"{name}: another version (engine of old, here {versions()['engine']})" in str(caught.value)


@pytest.mark.parametrize("other", ["numba", "sources of scenarios", "sources of agents"])
def test_a_worker_that_joins_late_with_another_version_is_refused_at_its_first_chunk(
    scheduler: str, other: str
) -> None:
    distributed = pytest.importorskip("distributed")
    condition = Condition(world(), named_policies(world()))
    with distributed.Client(scheduler, set_as_default=False) as client:
        sent = client.submit(remote.unpack_condition, remote.pack_condition(condition))
        wanted = {**remote.versions_for(condition), other: "of old"}
        played = client.submit(cluster.play_chunk, sent, 1, [0], wanted).result(timeout=60)
        assert played.columns is None
        assert played.worker in client.scheduler_info()["workers"]
        assert f"({other} {remote.playing_versions()[other]}, here of old)" in played.refused


def test_a_worker_needs_the_sources_of_the_packages_that_provide_the_policies(plugin: Path, compiled: Compiled) -> None:
    condition = Condition(compiled, choose_policies(compiled.roster))
    name = "sources of skirmish_policies"
    remote._digest.cache_clear()
    wanted = remote.versions_for(condition)
    assert name in wanted
    assert remote.same_versions(wanted) == wanted
    source = plugin / "skirmish_policies.py"
    source.write_text(source.read_text() + "\n# another text")
    assert remote.same_versions(wanted)[name] == wanted[name]  # the code that a process has loaded counts
    remote._digest.cache_clear()
    changed = remote.same_versions(wanted)
    assert [key for key in wanted if changed[key] != wanted[key]] == [name]
    source.unlink()
    remote._digest.cache_clear()
    assert f"{name} not installed, here {wanted[name]}" in remote.difference(remote.same_versions(wanted), wanted)
    remote._digest.cache_clear()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_scheduler_that_is_not_there_is_an_error_with_a_remedy(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")

    monkeypatch.setattr(cluster, "_CONNECT_S", 0.5)
    with (
        pytest.raises(InputError, match=r"no Dask scheduler answers there.*`dask scheduler`"),
        open_engine("dask", scheduler=address),
    ):
        pass


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "dsk"}, "no such engine; give local or dask"),
        ({"name": "local", "scheduler": "tcp://10.0.0.1:8786"}, "add --engine dask"),
        ({"name": "dask", "scheduler": "tcp://10.0.0.1:8786", "threads": 2}, "leave out one"),
        ({"name": "dask", "threads": 0}, "below 1"),
    ],
)
def test_options_that_contradict_each_other_are_errors(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words), open_engine(**options):
        pass


def test_without_dask_the_engine_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"not installed; pip install 'chammo\[cluster\]'"), open_engine("dask"):
        pass
    assert engines.ENGINES == ("local", "dask")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of processes that are killed
@pytest.mark.parametrize(("name", "n"), [("", 400), ("joint-littoral-defence", 240)])
def test_a_worker_killed_on_the_way_costs_nothing_but_time(name: str, n: int) -> None:
    pytest.importorskip("distributed")
    compiled = load(name) if name else world()
    condition = Condition(compiled, named_policies(compiled))
    shares = [Share(0, range(n))]
    here, there = Rows(), Rows()
    LocalEngine(1).play(shares, lambda _: condition, 7, here.save)
    with open_engine("dask", threads=2) as engine:
        killed = threading.Event()

        def kill(done: int) -> None:
            if done and not killed.is_set():
                killed.set()
                client: Any = engine._client  # type: ignore[attr-defined]
                address = min(client.scheduler_info()["workers"])
                client.run(os._exit, 1, workers=[address], on_error="ignore")

        engine.play(shares, lambda _: condition, 7, there.save, kill)
    assert killed.is_set()
    assert here.equals(there)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_replication_that_ends_its_worker_is_named_and_all_others_are_kept(
    tmp_path: Path, compiled: Compiled
) -> None:
    pytest.importorskip("distributed")
    (tmp_path / "deadly.py").write_text(_DEADLY)
    choices = choose_policies(compiled.roster, by_side={"blue": f"{tmp_path / 'deadly.py'}:Deadly"})
    saved = Rows()
    with open_engine("dask", threads=2) as engine, pytest.raises(RunError, match=r"^replication 7: every worker"):
        engine.play([Share(0, range(20))], lambda _: Condition(compiled, choices), 1, saved.save)
    assert {k for _, k in saved.rows} == set(range(20)) - {7}


@pytest.mark.slow
def test_a_worker_without_chammo_is_refused_by_name(scheduler: str, capsys: pytest.CaptureFixture[str]) -> None:
    program = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('scenarios', 'simcore'):\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}')\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "from distributed.cli.dask_worker import main\n"
        "main([sys.argv[1], '--no-nanny', '--name', 'stranger', '--no-dashboard'])\n"
    )
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=":0", silence_logs=50
    ) as cluster:
        stranger = subprocess.Popen(
            [sys.executable, "-c", program, cluster.scheduler_address], stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + 60.0
            while len(cluster.scheduler_info["workers"]) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            condition, saved = Condition(world(), named_policies(world())), Rows()
            with open_engine("dask", scheduler=cluster.scheduler_address) as engine:
                assert engine.threads == 1
                engine.play([Share(0, range(30))], lambda _: condition, 7, saved.save)
            assert len(saved.rows) == 30
            assert "worker stranger at tcp://" in capsys.readouterr().err
        finally:
            stranger.kill()
            stranger.wait()
