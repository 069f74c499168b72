"""Damaged folders: a clear error or the right output, never an internal error, in whatever opens a folder."""

from __future__ import annotations

import json
import random  # noqa: TID251 - it chooses damage, and decides nothing in a run
import resource
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios import cli
from scenarios.batch.batch import batch_columns
from scenarios.batch.replications import REPLICATIONS, read_replications
from scenarios.loader import load
from simcore.errors import InputError
from tests.viz.reading.conftest import N, Originals
from tests.viz.reading.corruption import copy, corrupt
from viz.replay.library import Library
from viz.replay.server import create_app

FORMATS = ("acmi", "czml", "kml", "geojson")
_FEW, _MANY = 15, 100
_FINE = (0, 1, 2)


class Terminal:
    """Runs commands and holds that what they say on failure is fit for a user."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *arguments: object) -> int:
        """Return the exit code of a command."""
        self._capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        said = self._capsys.readouterr()
        assert code in _FINE, said.err
        assert "internal error" not in said.err, said.err
        assert "Traceback" not in said.err + said.out
        assert "Warning" not in said.err, said.err
        assert (code == 0) or (said.err or said.out).strip()
        return code


def _export(damaged: Path, original: Path, terminal: Terminal, seed: int, is_sealed: bool) -> None:
    rng = random.Random(seed)
    name, side = rng.choice(FORMATS), rng.choice(("truth", "blue", "red"))
    out = damaged.parent / f"out.{name}"
    out.unlink(missing_ok=True)
    command = ["export", damaged, "--format", name, "--side", side, "--out", out]
    if terminal.run(*command) == 0 and not is_sealed:
        right = damaged.parent / f"right.{name}"
        assert terminal.run("export", original, "--format", name, "--side", side, "--out", right) == 0
        assert out.read_bytes() == right.read_bytes()
    terminal.run(*command, "--unverified")


def _verify(damaged: Path, original: Path, terminal: Terminal, seed: int, is_sealed: bool) -> None:
    code = terminal.run("run", "--verify", damaged)
    if code == 0 and not is_sealed:
        names = [path.name for path in original.iterdir()]
        assert all((damaged / name).read_bytes() == (original / name).read_bytes() for name in names)


def _replay(damaged: Path, original: Path, terminal: Terminal, seed: int, is_sealed: bool) -> None:
    try:
        library = Library([damaged])
    except InputError:
        return
    client = create_app(library).server.test_client()
    run = f"/replay/{damaged.name}"
    tables = ("meta", "events", "orders", "series", "boards", "requests", "sustainment")
    paths = [f"{run}/{view}/{table}.json" for view in ("truth", "blue", "red") for table in tables]
    paths += [f"{run}/{view}/{part}.bin" for view in ("truth", "blue") for part in ("chunk/0", "overview")]
    for path in [*paths, f"{run}/terrain-light.png", f"{run}/changes.json", "/boot.json"]:
        answer = client.get(path)
        assert answer.status_code in (200, 404, 422), (path, answer.data[:500])
    library.run(damaged.name).close()


_Open = Callable[[Path, Path, Terminal, int, bool], None]


def _damage_runs(
    open_folder: _Open, seeds: range, originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problems: list[str] = []
    for seed in seeds:
        damaged = copy(originals.run, tmp_path / "run")
        kind = corrupt(damaged, seed)
        try:
            open_folder(damaged, originals.run, Terminal(capsys), seed, kind.endswith("sealed"))
        except Exception as error:
            problems.append(f"{kind}: {type(error).__name__}: {error!s:.300}")
    assert not problems, "\n".join(problems)


def _damage_batches(seeds: range, originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Resume a damaged batch, and open it in the replay: the same replications come out, or an error."""
    terminal = Terminal(capsys)
    right = read_replications(originals.batch / REPLICATIONS)
    problems: list[str] = []
    for seed in seeds:
        damaged = copy(random.Random(seed).choice((originals.batch, originals.begun)), tmp_path / "batch")
        kind = corrupt(damaged, seed)
        try:
            _open_batch(damaged)
            code = terminal.run("batch", originals.scenario, "-n", N, "--threads", 1, "--out", damaged)
            if code == 0 and not kind.endswith("sealed"):
                found = read_replications(damaged / REPLICATIONS)
                assert found["state_hash"].tolist() == right["state_hash"].tolist()
                for name, values in right.items():
                    assert repr(found[name].tolist()) == repr(values.tolist()), name
        except Exception as error:
            problems.append(f"{kind}: {type(error).__name__}: {error!s:.300}")
    assert not problems, "\n".join(problems)


def _open_batch(damaged: Path) -> None:
    try:
        library = Library([damaged])
    except InputError:
        return
    client = create_app(library).server.test_client()
    for path in ("/batch/batch.json", "/batch/batch/changes.json", "/boot.json"):
        answer = client.get(path)
        assert answer.status_code in (200, 404, 422), (path, answer.data[:500])
    if answer.status_code == 200:
        json.loads(answer.data)


@pytest.mark.parametrize("open_folder", [_export, _verify, _replay])
def test_a_damaged_run_gives_a_clear_error_or_the_right_output(
    open_folder: _Open, originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _damage_runs(open_folder, range(_FEW), originals, tmp_path, capsys)


def test_a_damaged_run_with_sustainment_is_shown_or_refused(
    sustained: Path, originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _damage_runs(_replay, range(_FEW), replace(originals, run=sustained), tmp_path, capsys)


def test_a_damaged_batch_gives_a_clear_error_or_the_same_replications(
    originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _damage_batches(range(_FEW), originals, tmp_path, capsys)


def test_no_flipped_bit_of_a_part_is_read_as_another_value(originals: Originals, tmp_path: Path) -> None:
    """A part has no digest yet: the checksums of its pages and the types of its columns must do."""
    columns = batch_columns(load(str(originals.scenario)))
    (part, *_) = sorted((originals.begun / "parts").iterdir())
    data = part.read_bytes()
    right = {name: repr(values.tolist()) for name, values in read_replications(part, columns).items()}
    rng = random.Random(3)
    refused = 0
    for bit in rng.sample(range(len(data) * 8), 300):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path = tmp_path / part.name
        path.write_bytes(damaged)
        try:
            found = {name: repr(values.tolist()) for name, values in read_replications(path, columns).items()}
        except InputError:
            refused += 1
            continue
        assert found == right, bit
    assert refused > 100


@pytest.mark.slow
@pytest.mark.parametrize("open_folder", [_export, _verify, _replay])
def test_hundreds_of_damaged_runs(
    open_folder: _Open, originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # earlier tests have held more: the peak starts anew from now
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _damage_runs(open_folder, range(1000, 1000 + _MANY), originals, tmp_path, capsys)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000, "a gigabyte for a folder of 100 kB"
    assert threading.active_count() < 20


@pytest.mark.slow
def test_hundreds_of_damaged_batches(originals: Originals, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _damage_batches(range(2000, 2000 + _MANY), originals, tmp_path, capsys)
