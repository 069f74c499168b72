"""Every file below valid/ loads, every file below invalid/ fails with the message stored beside it."""

from pathlib import Path

import pytest

from scenarios.format.document import library_names, load_document, parse_document
from scenarios.format.resolve import resolve
from scenarios.loader import load
from simcore.errors import InputError

HERE = Path(__file__).parent
VALID = sorted((HERE / "valid").glob("*.yaml"))
INVALID = sorted((HERE / "invalid").glob("*.yaml"))


def test_there_are_many_case_files() -> None:
    assert len(INVALID) >= 50
    assert len(VALID) >= 10


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_file_resolves_and_survives_a_round_trip(path: Path) -> None:
    compiled = load(path)
    again = resolve(parse_document(compiled.scenario.dump_yaml()))
    assert again == compiled.scenario
    assert again.hash == compiled.scenario.hash
    assert again.dump_yaml() == compiled.scenario.dump_yaml()


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_file_says_what_is_wrong(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(path)
    said = str(caught.value).replace(f"{path}: ", "")
    assert said == path.with_suffix(".expect").read_text(encoding="utf-8").rstrip("\n")
    for line in str(caught.value).splitlines():
        assert line.startswith(f"{path}: ")
        assert "; " in line


@pytest.mark.parametrize("name", library_names())
def test_library_scenario_resolves_and_survives_a_round_trip(name: str) -> None:
    compiled = load(name)
    assert compiled.scenario.name == name
    assert compiled.scenario.content.question
    again = resolve(parse_document(compiled.scenario.dump_yaml()))
    assert again == compiled.scenario


def test_missing_file_names_the_nearest_scenario() -> None:
    with pytest.raises(InputError, match="no such file or library scenario; did you mean `two-patrols`"):
        load_document("two-patrol")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        load_document(tmp_path)


def test_name_with_a_null_byte_is_refused() -> None:
    with pytest.raises(InputError):
        load_document("a\0b")


@pytest.mark.parametrize(
    "content", [b"name: \xff\xfe", "schema_version: 1".encode("utf-16"), b"\x00\x01\x02", b"a: \x07"]
)
def test_file_that_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "binary.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"binary\.yaml: "):
        load_document(path)


def test_nested_brackets_do_not_crash(tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("a: " + "[" * 100_000)
    with pytest.raises(InputError):
        load_document(path)


def test_huge_number_is_refused() -> None:
    with pytest.raises(InputError, match=r"schema_version: "):
        parse_document("schema_version: " + "9" * 100_000)
