import errno
import json
from pathlib import Path

import pytest

from simcore.errors import InputError, RunError
from simcore.recording.folder_lock import FolderLock
from simcore.recording.manifest import check_files, read_manifest
from simcore.recording.run_folder import RunFolder, check_free


def write_run(folder: Path, text: str = "one", *, force: bool = False) -> None:
    with RunFolder(folder, {"seed": 1}, force=force) as target:
        (target.path / "data.txt").write_text(text)
        assert not folder.exists() or force
        target.commit({"winner": None}, {})


def test_a_run_appears_whole_with_its_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    write_run(folder)
    manifest = read_manifest(folder)
    assert manifest["status"] == "complete"
    assert manifest["seed"] == 1
    assert set(manifest["digests"]) == {"data.txt"}
    check_files(folder, manifest)
    assert [p.name for p in folder.parent.iterdir()] == ["run"]
    assert sorted(p.name for p in folder.iterdir()) == ["data.txt", "manifest.json"]


def test_an_existing_run_is_refused_and_force_replaces_it(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write_run(folder)
    with pytest.raises(InputError, match=r"exists already; choose another --out, or give --force"):
        write_run(folder, "two")
    assert (folder / "data.txt").read_text() == "one"
    write_run(folder, "two", force=True)
    assert (folder / "data.txt").read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_force_never_replaces_what_is_not_a_run(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="not a run folder, so --force does not replace it"):
        check_free(precious, force=True)
    (precious / "manifest.json").write_text('{"kind": "batch"}')
    with pytest.raises(InputError, match="not a run folder"):
        check_free(precious, force=True)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="exists already"):
        check_free(tmp_path / "file", force=False)


def test_an_empty_folder_is_free(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write_run_into_empty = tmp_path / "run"
    with RunFolder(write_run_into_empty, {}) as target:
        target.commit({}, {})
    assert read_manifest(write_run_into_empty)["status"] == "complete"


def test_a_failed_run_keeps_the_old_one_and_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write_run(folder)
    with pytest.raises(RuntimeError), RunFolder(folder, {}, force=True) as target:  # noqa: PT012 - both are the case
        (target.path / "data.txt").write_text("half")
        raise RuntimeError("it broke")
    assert (folder / "data.txt").read_text() == "one"
    partial = json.loads((tmp_path / "run.partial" / "manifest.json").read_text())
    assert (partial["status"], partial["error"]) == ("failed", "it broke")
    write_run(folder, "two", force=True)  # the failed rest is no obstacle
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_full_disk_is_told_with_the_place_and_the_remedy(tmp_path: Path) -> None:
    message = r"run\.partial: cannot write: No space left.*free some space"
    with pytest.raises(RunError, match=message), RunFolder(tmp_path / "run", {}):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not (tmp_path / "run").exists()


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"cannot write: .*; choose a folder"):
        RunFolder(tmp_path / "file" / "run", {})


def test_two_writers_do_not_share_a_folder(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", {}) as target:
        with pytest.raises(RunError, match="another process is writing here"):
            RunFolder(tmp_path / "run", {})
        target.commit({}, {})


def test_a_lock_is_free_after_release(tmp_path: Path) -> None:
    for _ in range(2):
        with FolderLock(tmp_path), pytest.raises(RunError):
            FolderLock(tmp_path)
    assert not list(tmp_path.iterdir())


def test_manifests_that_cannot_be_used_are_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_manifest(tmp_path / "nothing")
    file = tmp_path / "scenario.yaml"
    file.write_text("name: a\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"scenario\.yaml: a file; give the folder of a run"):
        read_manifest(file)
    file.unlink()
    with pytest.raises(InputError, match=r"holds no manifest\.json, so it is not a run folder"):
        read_manifest(tmp_path)
    cases = {
        '{"kind": "batch"}': "kind: batch is not 'run'",
        '{"kind": "run", "schema_version": 99}': "99 is newer than this Chammo reads",
        '{"kind": "run", "schema_version": 1, "status": "failed", "error": "disk full"}': r"is failed.*\(disk full\)",
        '{"kind": ': "not a whole JSON file",
    }
    for text, message in cases.items():
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(InputError, match=message):
            read_manifest(tmp_path)


def test_changed_and_missing_files_are_all_named(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with RunFolder(folder, {}) as target:
        for name in ("a.txt", "b.txt", "c.txt"):
            (target.path / name).write_text(name)
        target.commit({}, {})
    (folder / "a.txt").write_text("changed")
    (folder / "b.txt").unlink()
    with pytest.raises(
        InputError, match=r"(?s)a\.txt: was changed.*b\.txt: the file is missing.*run the scenario again"
    ):
        check_files(folder, read_manifest(folder))
