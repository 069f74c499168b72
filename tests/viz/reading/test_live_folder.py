"""A run that is still being written, read along: what is there, that it is right, and each way of ending."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from simcore.errors import InputError
from simcore.recording.folder_lock import FolderLock, is_locked
from tests.viz import sustained
from tests.viz.skirmish import DOCUMENT
from tests.viz.written_live import WrittenLive
from viz.reading.live_folder import LiveFolder, Progress
from viz.reading.run_folder import RunFolder
from viz.replay.library import Library

ALONGSIDE = ("trace", "contacts", "events", "orders", "series", "objectives")


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[WrittenLive]:
    with WrittenLive(DOCUMENT, tmp_path / "now") as writer:
        yield writer


def test_what_is_read_along_is_the_beginning_of_the_whole_run(writing: WrittenLive, skirmish: Path) -> None:
    """The same fight was recorded at once: every table read along is the part of it until then."""
    writing.let(7)
    live = LiveFolder.find(writing.folder)
    assert live is not None
    for more, n_frames in ((1, 6), (5, 12), (40, 48)):
        writing.let(more)
        live.update()
        assert (live.progress, live.n_frames) == (Progress.LIVE, n_frames)
        run = RunFolder(live.path)
        assert run.is_unfinished
        assert run.duration_s == live.time_s == (n_frames - 1) * 10.0
        for name in ALONGSIDE:
            read, right = (pq.read_table(folder / f"{name}.parquet") for folder in (live.path, skirmish))
            assert read.equals(right.slice(0, len(read))), name
            if "frame" in read.column_names and len(read):
                assert read["frame"].to_numpy()[-1] <= n_frames - 1
            later = right.slice(len(read))["time_s"].to_numpy()
            assert (later >= live.time_s).all(), name  # nothing until then is left out
    writing.finish()
    assert live.update()
    assert live.progress is Progress.COMPLETE
    for name in ALONGSIDE:
        read, right = (pq.read_table(folder / f"{name}.parquet") for folder in (writing.folder, skirmish))
        assert read.equals(right), name


def test_a_library_serves_every_view_while_it_grows_and_the_outcome_at_the_end(writing: WrittenLive) -> None:
    writing.let(6)
    library = Library([writing.folder])
    assert library.listing()[0]["live"] == "live"
    early = {view: library.view("now", view).chunk(0) for view in ("truth", "blue", "red")}
    assert library.view("now", "truth").summary["result"] is None
    assert library.view("now", "truth").meta["winner"] is None
    for _ in range(3):
        writing.let(6)
        assert library.live("now")["state"] == "live"
        for view, chunk in early.items():
            shown = library.view("now", view)
            assert shown.chunk(0) == chunk  # frames that were shown never change
            for table in (
                "events",
                "orders",
                "series",
                "boards",
                "requests",
                "sustainment",
                "medical",
                "summary",
                "shots",
            ):
                getattr(shown, table)
    assert library.live("now")["n_frames"] == 24
    writing.finish()
    now = library.live("now")
    assert (now["state"], now["n_frames"]) == ("complete", 91)
    assert library.run("now").path == writing.folder
    assert library.view("now", "truth").summary["result"]["reason"] == "time"
    assert library.view("now", "truth").summary["turning_points"]


def test_marks_made_during_the_run_are_in_its_folder_at_the_end(writing: WrittenLive) -> None:
    writing.let(6)
    library = Library([writing.folder])
    library.review("now").change({"put": [{"id": "a", "time_s": 5, "title": "seen live"}]})
    assert not list(writing.partial.glob("review*"))  # the folder of the run is the writer's
    writing.finish()
    library.live("now")
    assert library.review("now").load()["marks"][0]["title"] == "seen live"
    assert json.loads((writing.folder / "review.json").read_text())["marks"][0]["title"] == "seen live"
    assert library.run("now").changes() == []


def test_marks_are_kept_when_the_server_ends_before_the_run(writing: WrittenLive) -> None:
    writing.let(6)
    library = Library([writing.folder])
    library.review("now").change({"put": [{"id": "a", "time_s": 5, "title": "seen live"}]})
    (saved,) = library.close()
    assert "seen live" in (saved / "review.json").read_text()
    writing.finish()


def test_a_run_that_breaks_off_keeps_its_frames_and_tells_why(writing: WrittenLive) -> None:
    writing.let(8)
    library = Library([writing.folder])
    writing.break_off()
    now = library.live("now")
    assert now["state"] == "failed"
    assert "the power went off" in now["error"]
    assert library.seen_by("blue").live("now")["error"] == ""  # it could tell of the other side's commander
    assert now["n_frames"] >= 6
    again = Library([writing.folder])  # opened after that
    assert again.live("now")["state"] == "failed"


def test_a_killed_run_ends_cleanly(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.viz.skirmish import DOCUMENT;"
        "from tests.viz.written_live import WrittenLive\n"
        "with WrittenLive(DOCUMENT, Path(sys.argv[1])) as writer:\n"
        "    writer.let(14); print('written', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "now")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        live = LiveFolder.find(tmp_path / "now")
        assert live is not None
        live.update()
        assert (live.progress, live.n_frames) == (Progress.LIVE, 12)
        assert is_locked(live.partial)
        live._grown_s -= 60.0  # as after a minute without a frame: it still runs, since it holds the lock
        live.update()
        assert live.progress is Progress.LIVE
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        live._grown_s -= 60.0
        live.update()
        assert live.progress is Progress.STOPPED
        assert RunFolder(live.path).n_frames == 12
    finally:
        process.kill()
        process.communicate()
    assert Library([tmp_path / "now"]).live("now")["n_frames"] == 12  # opened after that


def test_torn_files_never_raise(skirmish: Path, tmp_path: Path) -> None:
    """A folder as a writer may leave it at any byte: partial tables in the order in which they are written."""
    partial = tmp_path / "now.partial"
    shutil.copytree(skirmish, partial)
    manifest = json.loads((partial / "manifest.json").read_text())
    begun = {key: value for key, value in manifest.items() if key not in ("manifest_digest", "digests", "files")}
    for name in ("measures.json", "mines.parquet"):
        (partial / name).unlink()
    (partial / "manifest.json").write_text(json.dumps({**begun, "status": "running"}))
    sizes = {name: (skirmish / f"{name}.parquet").read_bytes() for name in ALONGSIDE}
    seen = set()
    with FolderLock(partial):
        for share in [k / 20 for k in range(21)]:
            for name, data in sizes.items():
                ahead = share if name == "trace" else min(1.0, share + 0.1)
                (partial / f"{name}.parquet").write_bytes(data[: int(ahead * len(data))])
            live = LiveFolder.find(tmp_path / "now")
            assert live is not None
            live.update()
            assert live.progress is Progress.LIVE
            if live.n_frames:
                run = RunFolder(live.path)
                assert run.events is not None
                assert all(row.time_s <= run.duration_s for row in run.events.rows())
                run.contacts.read(0, run.n_frames - 1)
            seen.add(live.n_frames)
            live.close()
    assert seen >= {0, 60}


def test_another_run_in_the_same_place_ends_the_first(skirmish: Path, tmp_path: Path, writing: WrittenLive) -> None:
    writing.let(6)
    live = LiveFolder.find(writing.folder)
    assert live is not None
    live.update()
    manifest = json.loads((writing.partial / "manifest.json").read_text())
    (writing.partial / "manifest.json").write_text(json.dumps({**manifest, "started_utc": "2030-01-01T00:00:00+00:00"}))
    live.update()
    assert (live.progress, live.n_frames) == (Progress.STOPPED, 6)


def test_a_run_with_wear_and_supply_is_followed(tmp_path: Path) -> None:
    with WrittenLive(sustained.DOCUMENT, tmp_path / "now") as writer:
        writer.let(13)
        library = Library([tmp_path / "now"])
        for view in library.listing()[0]["views"]:
            shown = library.view("now", view)
            assert shown.meta["n_frames"] == 12
            assert shown.sustainment
            shown.chunk(1)
        writer.finish()
        assert library.live("now")["state"] == "complete"


def test_a_folder_that_cannot_be_followed_is_explained(writing: WrittenLive, tmp_path: Path) -> None:
    writing.let(6)
    manifest = json.loads((writing.partial / "manifest.json").read_text())
    for key in ("origin", "bounds_m"):
        del manifest[key]
    (writing.partial / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="cannot be followed"):
        Library([writing.folder])
    with pytest.raises(InputError, match="no such folder"):
        Library([tmp_path / "never"])
    assert os.listdir(writing.partial)
