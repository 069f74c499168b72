"""A folder that was changed after its run says so: in the background, on the page, and in the answer to exports."""

import json
import time
from pathlib import Path

import pytest

from simcore.errors import InputError
from simcore.recording.files import digest
from simcore.recording.manifest import write_manifest
from tests.viz.browser import Page, Served
from tests.viz.synthetic import Recipe, write_batch, write_run
from viz.export.export import ExportOptions, export_run
from viz.replay.library import Library
from viz.replay.server import create_app


def with_digests(folder: Path) -> Path:
    """Write the digests of a folder's files into its manifest, as Chammo does."""
    manifest = json.loads((folder / "manifest.json").read_text())
    names = [path.name for path in folder.iterdir() if path.is_file() and path.name != "manifest.json"]
    write_manifest(folder, manifest | {"digests": {name: digest(folder / name) for name in names}})
    return folder


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return with_digests(write_run(tmp_path / "run", Recipe(n_units=8, n_frames=61)))


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def answer(folder: Path, path: str) -> dict[str, object]:
    client = create_app(Library([folder])).server.test_client()
    deadline = time.monotonic() + 20.0
    while not (found := client.get(path).json)["checked"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_a_folder_as_it_was_written_has_no_changes(sound: Path) -> None:
    assert answer(sound, "/replay/run/changes.json") == {"checked": True, "changed": []}


@pytest.mark.parametrize("name", ["trace.parquet", "map.json", "terrain.npz"])
def test_every_file_that_was_changed_is_named(sound: Path, name: str) -> None:
    if name == "map.json":
        (sound / name).write_text((sound / name).read_text().replace("harbour", "harbor"))
    else:
        flip_a_bit(sound / name)
    assert answer(sound, "/replay/run/changes.json") == {"checked": True, "changed": [name]}
    with pytest.raises(InputError, match=rf"{name}: was changed after the run.*\n.*--unverified"):
        export_run(sound, "geojson", ExportOptions(out=sound.parent / "out.geojson"))


def test_a_manifest_that_was_changed_is_named_too(sound: Path) -> None:
    """Another origin would move the whole run without any other file being changed."""
    path = sound / "manifest.json"
    path.write_text(path.read_text().replace("126.4", "122.4"))
    assert answer(sound, "/replay/run/changes.json") == {"checked": True, "changed": ["manifest.json"]}
    out = sound.parent / "out.geojson"
    with pytest.raises(InputError, match=r"manifest\.json: was changed after the run"):
        export_run(sound, "geojson", ExportOptions(out=out))
    export_run(sound, "geojson", ExportOptions(out=out, unverified=True))
    assert out.is_file()


def test_a_batch_that_was_changed_says_so(tmp_path: Path) -> None:
    folder = with_digests(write_batch(tmp_path / "study", n=5))
    assert answer(folder, "/batch/study/changes.json") == {"checked": True, "changed": []}
    path = folder / "replications.parquet"
    path.write_bytes(path.read_bytes().replace(b"parquet-cpp", b"parquet-Cpp"))  # a word that no reader minds
    assert answer(folder, "/batch/study/changes.json") == {"checked": True, "changed": ["replications.parquet"]}


@pytest.mark.browser
def test_the_page_shows_a_banner_over_a_folder_that_was_changed(page: Page, sound: Path) -> None:
    with Served([sound]) as served:
        page.open(f"{served.url}/?lang=en")
        assert page.text("#changed") == ""
    (sound / "map.json").write_text((sound / "map.json").read_text().replace("harbour", "harbor"))
    with Served([sound]) as served:
        page.open(f"{served.url}/?lang=en")
        page.wait(lambda: page.text("#changed"), "no banner")
        assert page.text("#changed") == "This folder was changed after the run: map.json (run)"
