import json
from pathlib import Path

import pytest

from scenarios import cli
from viz.commands.export import _FORMATS
from viz.export.export import FORMATS


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHAMMO_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)


def test_an_export_lies_in_the_folder_of_the_caller(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", str(folder), "--format", "kml", "--side", "blue"]) == 0
    assert Path("trial-blue.kml").is_file()
    assert capsys.readouterr().out == "trial-blue.kml: 4 tracks, 0.0 MB\n"


def test_json_output_describes_the_export(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--out", "x.geojson", "--every", "60", "--start", "2030-01-02T03:04:05+09:00", "--json"]
    assert cli.main(["export", str(folder), "--format", "geojson", *options]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": "x.geojson",
        "tracks": 5,
        "bytes": Path("x.geojson").stat().st_size,
    }
    assert json.loads(Path("x.geojson").read_text())["run"]["start"] == "2030-01-01T18:04:05Z"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch", "--format", "acmi"],
        ["trial", "--format", "acmi", "--side", "green"],
        ["trial", "--format", "acmi", "--out", "x.kml"],
        ["trial", "--format", "acmi", "--symbol", "usv=1"],
    ],
)
def test_wrong_input_is_told_and_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.main(["export", *arguments]) == 2
    assert capsys.readouterr().err.startswith("chammo: ")
    assert [path.name for path in Path().iterdir()] == [folder.name]


@pytest.mark.parametrize(
    "arguments",
    [
        ["trial"],
        ["trial", "--format", "dis"],
        ["trial", "--format", "acmi", "--start", "tomorrow"],
        ["trial", "--format", "acmi", "--symbol", "usv"],
        ["trial", "--format", "acmi", "--every", "often"],
    ],
)
def test_wrong_usage_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["export", *arguments])
    assert caught.value.code == 2
    assert "usage: chammo export" in capsys.readouterr().err


def test_help_has_examples_and_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--help"])
    text = capsys.readouterr().out
    assert "chammo export runs/first --format acmi" in text
    assert (*FORMATS, "cdf") == _FORMATS
