"""The command line: exit codes, messages, no tracebacks."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.reference.scenario_format import FORMATS
from tests.scenarios.format.case_files import cases


def test_list_shows_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "joint-littoral-defence" in capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"two-patrols", "joint-littoral-defence"} <= {row["name"] for row in rows}
    assert main(["list", "--cards", "--json"]) == 0
    kinds = {row["kind"] for row in json.loads(capsys.readouterr().out)}
    assert kinds == {"platforms", "sensors", "weapons", "links", "mines"}


def test_show_fits_a_screen_and_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "joint-littoral-defence"]) == 0
    page = capsys.readouterr().out
    assert "Joint littoral defence" in page
    assert max(map(len, page.splitlines())) <= 110
    assert "\x1b[" not in page
    assert main(["show", "two-patrols", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [side["units"] for side in facts["sides"]] == [6, 6]


def test_show_resolved_can_be_loaded_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "two-patrols", "--resolved"]) == 0
    path = tmp_path / "resolved.yaml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["validate", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["units"] == 12


def test_validate_reports_all_problems_of_all_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(cases()["several-problems"].write(tmp_path)), "two-patrols", "nowhere.yaml"]
    assert main(["validate", *files]) == 2
    captured = capsys.readouterr()
    assert "two-patrols: valid" in captured.out
    assert "6 problems" in captured.err
    assert "nowhere.yaml: no such file" in captured.err


def test_schema_is_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "groups" in schema["properties"]


def test_unknown_scenario_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "two-patroles"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("chammo: two-patroles: no such file")
    assert "did you mean `two-patrols`" in error


def test_usage_errors_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["shwo"], ["show"], ["generate", "--units", "many"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    capsys.readouterr()
    assert main(["generate", "--units", "1", "--density", "0"]) == 2
    assert capsys.readouterr().err.count("out of range") == 2


@pytest.mark.parametrize(
    "command", [["schema", "-o"], ["generate", "--units", "4", "-o"], ["show", "two-patrols", "--svg"]]
)
def test_output_to_a_place_that_does_not_exist_is_refused(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, str(tmp_path / "missing" / "x")]) == 2
    assert f"the folder {tmp_path / 'missing'} does not exist" in capsys.readouterr().err
    assert main([*command, str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["schema", "-o"], ["generate", "--units", "4", "-o"], ["show", "two-patrols", "--svg"]]
)
def test_an_older_file_survives_a_full_disk(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    old = tmp_path / "old"
    old.write_text("kept")
    monkeypatch.setattr("simcore.recording.files.os.fsync", full)
    assert main([*command, str(old)]) == 1
    assert "free some space" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert old.read_text() == "kept"


@pytest.mark.parametrize("command", ["list", "show", "validate", "schema", "generate"])
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"chammo {command}" in re.split("examples?:", capsys.readouterr().out)[1]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("chammo ")


def test_closed_pipe_is_quiet() -> None:
    code = "import sys; from scenarios.cli import main; sys.exit(main(['schema']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert error == b""


@pytest.mark.parametrize("kind", FORMATS)
def test_reference_page_is_up_to_date(kind: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = repository / "docs" / "reference" / f"{kind}-format.md"
    assert main(["schema", kind, "--markdown"]) == 0
    assert page.read_text(encoding="utf-8") == capsys.readouterr().out, (
        f"run: chammo schema {kind} --markdown -o {page}"
    )


@pytest.mark.parametrize(
    ("kind", "first"), [("scenario", "schema_version"), ("experiment", "experiment"), ("question", "procurement")]
)
def test_every_format_has_a_json_schema(kind: str, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", kind]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["required"][0] == first
    assert set(FORMATS) == {"scenario", "experiment", "question"}
