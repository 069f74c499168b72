import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from simcore.errors import InputError, RunError, WargameError
from tests.viz.export.reading import FORMATS, export_bytes
from tests.viz.export.synthetic_run import skirmish
from viz.export.export import ExportOptions, export_run


def _export(folder: Path, format_name: str = "acmi", **options: Any) -> None:
    export_run(folder, format_name, ExportOptions(out=folder.parent / f"out.{format_name}", **options))


def _refused(folder: Path, match: str, format_name: str = "acmi", **options: Any) -> None:
    before = sorted(path.name for path in folder.parent.iterdir())
    with pytest.raises(InputError, match=match) as caught:
        _export(folder, format_name, **options)
    assert caught.value.exit_code == 2
    assert sorted(path.name for path in folder.parent.iterdir()) == before


def _change_manifest(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    _refused(tmp_path / "nosuch", "no such")


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _refused(tmp_path / "empty", "manifest.json")


def test_a_batch_is_no_run(folder: Path) -> None:
    _change_manifest(folder, kind="batch")
    _refused(folder, "batch")


def test_a_newer_format(folder: Path) -> None:
    _change_manifest(folder, schema_version=99)
    _refused(folder, "99 is newer.*update")


def test_an_unfinished_run(folder: Path) -> None:
    _change_manifest(folder, status="running")
    _refused(folder, "still being written")


@pytest.mark.parametrize("key", ["scenario", "sides", "origin", "n_frames"])
def test_a_manifest_that_lacks_something(folder: Path, key: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest[key]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    _refused(folder, key)


def test_an_origin_that_is_no_place(folder: Path) -> None:
    _change_manifest(folder, origin={"longitude_deg": 126.0, "latitude_deg": 200.0})
    _refused(folder, "origin")


def test_a_manifest_that_is_no_json(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")
    _refused(folder, "JSON")


@pytest.mark.parametrize("name", ["units.parquet", "trace.parquet", "contacts.parquet", "events.parquet"])
def test_a_table_that_was_cut_off_or_is_gone(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:-20])
    _refused(folder, f"{name}.*whole Parquet")
    path.unlink()
    _refused(folder, f"{name}.*missing")


def test_a_table_with_fewer_rows_than_promised(folder: Path) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    _change_manifest(folder, files=files | {"trace.parquet": 10_000})
    _refused(folder, "trace.parquet.*10000")


@pytest.mark.parametrize("format_name", FORMATS)
def test_damage_in_the_middle_leaves_the_older_file(tmp_path: Path, format_name: str) -> None:
    run = skirmish()
    run.n_frames, run.frames_per_group = 40, 10
    folder = run.write(tmp_path / "trial")
    _export(folder, format_name)
    older = (tmp_path / f"out.{format_name}").read_bytes()
    path = folder / "trace.parquet"
    data = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as file:
        start = file.metadata.row_group(2).column(file.schema_arrow.get_field_index("x_m")).data_page_offset
    data[start : start + 60] = bytes(60)
    path.write_bytes(bytes(data))
    _refused(folder, "trace.parquet.*cannot be read", format_name)
    assert (tmp_path / f"out.{format_name}").read_bytes() == older


def test_a_side_that_is_not_there_gets_a_hint(folder: Path) -> None:
    _refused(folder, "did you mean 'blue'.*blue, red, truth", side="bleu")


@pytest.mark.parametrize("every_s", [0.0, -5.0, float("nan"), float("inf")])
def test_a_step_that_is_no_time(folder: Path, every_s: float) -> None:
    _refused(folder, "--every", every_s=every_s)


@pytest.mark.parametrize("name", ["trace.parquet", "out.kml", "out"])
def test_an_ending_that_belongs_to_something_else(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"ends in \.acmi, \.zip\.acmi"):
        export_run(folder, "acmi", ExportOptions(out=folder / name))


def test_a_place_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        export_run(folder, "acmi", ExportOptions(out=tmp_path / "no" / "out.acmi"))
    (tmp_path / "dir.acmi").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        export_run(folder, "acmi", ExportOptions(out=tmp_path / "dir.acmi"))


_LIMITED = """
import resource, sys
from pathlib import Path
from simcore.errors import WargameError
from viz.export.export import ExportOptions, export_run
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    export_run(Path(sys.argv[1]), sys.argv[2], ExportOptions(out=Path(sys.argv[3])))
except WargameError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits on file sizes are a matter of POSIX")
@pytest.mark.parametrize("name", ["out.acmi", "out.zip.acmi", "out.geojson"])
def test_no_room_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    run = skirmish()
    run.n_frames = 400
    folder = run.write(tmp_path / "trial")
    out = tmp_path / name
    command = [sys.executable, "-c", _LIMITED, str(folder), name.rpartition(".")[2], str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 1, done.stderr
    assert "cannot write" in done.stdout
    assert "free some space" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["trial"]


def test_an_interrupt_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simcore.recording.files.os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        _export(folder)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_failing_disk_is_told_in_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("simcore.recording.files.os.fsync", fail)
    with pytest.raises(RunError) as caught:
        _export(folder)
    assert isinstance(caught.value, WargameError)
    assert len(str(caught.value).splitlines()) == 1


def test_columns_that_are_not_there_are_named(folder: Path) -> None:
    path = folder / "trace.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["report_x_m"]), path)
    with pytest.raises(InputError, match="no column 'report_x_m'"):
        export_bytes(folder, "acmi", "blue")
