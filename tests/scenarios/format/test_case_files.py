"""Every valid scenario and case loads, every case with a message fails with that message; see ``case_files``."""

import re
from pathlib import Path
from typing import Any

import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.format.document import load_document, parse_document
from scenarios.format.resolve import resolve
from scenarios.format.texts import library_names
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import load
from simcore.errors import InputError
from tests.scenarios.format.case_files import HERE, WHOLE, Case, right_cases, wrong_cases

BASE = (HERE / "valid" / "base.yaml").read_text(encoding="utf-8")
LINE = re.compile(r" \(line (\d+)\)$")


def test_there_are_many_cases() -> None:
    assert len(wrong_cases()) >= 200
    assert len(WHOLE) + len(right_cases()) >= 25


def check_round_trip(compiled: Compiled) -> None:
    again = resolve(parse_document(compiled.scenario.dump_yaml()))
    assert again == compiled.scenario
    assert again.hash == compiled.scenario.hash
    assert again.dump_yaml() == compiled.scenario.dump_yaml()


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_valid_file_resolves_and_survives_a_round_trip(path: Path) -> None:
    check_round_trip(load(path))


@pytest.mark.parametrize("case", right_cases(), ids=lambda case: case.name)
def test_right_case_resolves_and_survives_a_round_trip(case: Case, tmp_path: Path) -> None:
    check_round_trip(load(case.write(tmp_path)))


@pytest.mark.parametrize("case", wrong_cases(), ids=lambda case: case.name)
def test_wrong_case_says_what_is_wrong_and_in_which_line(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    with pytest.raises(InputError) as caught:
        load(path)
    problems = str(caught.value).splitlines()
    for problem in problems:
        assert problem.startswith(f"{path}: ")
        assert "; " in problem
    problems = [problem.removeprefix(f"{path}: ") for problem in problems]
    if not case.is_raw:
        check_lines(case, path, problems)
        problems = [LINE.sub("", problem) for problem in problems]
    assert problems == case.expect.splitlines()


def check_lines(case: Case, path: Path, problems: list[str]) -> None:
    """Check that a problem of the file names the line of the last key of its place; one of the ground names none."""
    try:
        load_document(path)
    except InputError:
        is_of_the_file = True
    else:
        is_of_the_file = False
    for problem in problems:
        found = LINE.search(problem)
        assert (found is not None) == is_of_the_file
        if found is not None:
            line = case.text.splitlines()[int(found[1]) - 1]
            key, is_entry = last_key(read_yaml(case.text, case.name).data, problem.split(": ")[0])
            assert f"{key}:" in line or (is_entry and line.strip().startswith("- "))


def last_key(data: Any, place: str) -> tuple[str, bool]:
    """Return the last key of a place such as ``groups[1].units[0].count`` in the data, and whether an index follows."""
    key, is_entry = next(iter(data)), False  # a key that is missing at the top is reported in the first line
    for step in re.findall(r"[^.\[\]]+", place):
        is_index = isinstance(data, list)
        if not is_index and step not in data:
            break
        data, key, is_entry = (data[int(step)], key, True) if is_index else (data[step], step, False)
    return key, is_entry


def test_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_text(BASE, encoding="utf-8-sig")
    assert resolve(load_document(path)) == resolve(parse_document(BASE))


def test_numbers_may_have_an_exponent() -> None:
    text = BASE.replace("dt_s: 5,", "dt_s: 5e0,").replace("range_max_km: 2,", "range_max_km: 2.0E+0,")
    assert text.count("e0,") + text.count("E+0,") == 2
    assert resolve(parse_document(text)) == resolve(parse_document(BASE))


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
