"""``chammo assess`` as a user runs it: report, files, exit codes, messages."""

import argparse
import json
import re
from pathlib import Path

import pytest
import yaml

from simcore.errors import InputError
from staff_ai.assess.assess import ENTRIES, Entry
from staff_ai.assess.context import Context
from staff_ai.assess.items import Item
from staff_ai.commands.assess import ASSESS
from tests.agents.environments.games import short_document
from tests.staff_ai.assess.contexts import BAD


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scenario") / "short.yaml"
    path.write_text(yaml.safe_dump(short_document()))
    return str(path)


def run(*words: str, quiet: bool = True) -> int:
    parser = argparse.ArgumentParser()
    ASSESS.configure(parser)
    return ASSESS.execute(parser.parse_args([*words, *(["--quiet"] if quiet else [])]))


def test_a_report_has_every_number_with_its_interval_and_the_limits(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report"
    words = ["aggressive", "--on", scenario, "--games", "2", "--against", "hold", "--out", str(out)]
    assert run(*words, "--items", "1,7,9,16,17") == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines()[:-3])) <= 80
    assert "it makes no forecasts" in text
    found = json.loads((out / "assessment.json").read_text())
    assert found["items"]["rules"]["number"] == 9
    for item in found["items"].values():
        for number in item["numbers"]:
            assert {"value", "low", "high", "n"} <= set(number)
        assert item["status"] != "pass" or item["gates"]
    page = (out / "assessment.html").read_text()
    assert "no proof of compliance" in page
    assert not re.search(r"<script|https?://|\bcompliant\b", page)
    assert "not applicable" in page


def test_the_items_are_printed_once_however_long_the_first_line_is(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"{BAD}:Peeks", "--in-process", "--on", scenario, "--games", "2", "--against", "hold", "--items", "17"]
    for quiet in (False, True):
        assert run(*words, "--out", str(tmp_path / "out"), quiet=quiet) == 0
        assert capsys.readouterr().out.count(ENTRIES["provenance"].title) == 1


def test_the_policy_to_beat_may_be_that_of_the_file(scenario: str, tmp_path: Path) -> None:
    gates = tmp_path / "gates.yaml"
    gates.write_text("better_than: scenario\n")
    words = ["aggressive", "--on", scenario, "--games", "2", "--against", "hold", "--items", "1"]
    run(*words, "--gates", str(gates), "--out", str(tmp_path / "out"))
    found = json.loads((tmp_path / "out" / "assessment.json").read_text())["items"]["performance"]
    assert found["numbers"][0]["name"] == "score less that of scenario, paired"


def test_a_policy_of_the_gates_that_is_unknown_is_named_with_its_file(scenario: str, tmp_path: Path) -> None:
    gates = tmp_path / "gates.yaml"
    gates.write_text("better_than: best-scripts\n")
    with pytest.raises(InputError, match=r"gates.yaml: better_than: policy 'best-scripts': unknown.*or best-script"):
        run("aggressive", "--on", scenario, "--gates", str(gates), "--out", str(tmp_path / "out"))


def test_a_failed_gate_is_exit_code_1_and_named(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"{BAD}:Peeks", "--on", scenario, "--games", "2", "--against", "hold", "--items", "traceability"]
    assert run(*words, "--in-process", "--out", str(tmp_path / "here")) == 1
    assert "Failed: 16 determinism and traceability." in " ".join(capsys.readouterr().out.split())
    assert run(*words, "--json", "--out", str(tmp_path / "there")) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["in_a_process_of_its_own"]
    assert found["failed"] == []


def test_open_gates_count_as_failures_where_the_file_says_so(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gates = tmp_path / "gates.yaml"
    gates.write_text("open: fails\n")
    words = ["aggressive", "--on", scenario, "--games", "2", "--against", "hold", "--items", "rules"]
    assert run(*words, "--out", str(tmp_path / "a")) == 0  # too few decisions to show that there are none
    assert run(*words, "--out", str(tmp_path / "b"), "--gates", str(gates)) == 1


def test_an_interrupted_assessment_goes_on_and_other_games_or_gates_are_measured_again(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def counted(key: str) -> Entry:
        entry = ENTRIES[key]

        def measure(context: Context) -> Item:
            measured.append(key)
            return entry.measure(context)

        return entry._replace(measure=measure)

    for key in ("rules", "provenance"):
        monkeypatch.setitem(ENTRIES, key, counted(key))  # type: ignore[arg-type]
    words = ["aggressive", "--on", scenario, "--against", "hold", "--out", str(tmp_path / "out")]
    run(*words, "--games", "2", "--items", "rules")
    first = json.loads((tmp_path / "out" / "assessment.json").read_text())["items"]["rules"]
    run(*words, "--games", "2", "--items", "rules,provenance")
    assert measured == ["rules", "provenance"]
    assert json.loads((tmp_path / "out" / "assessment.json").read_text())["items"]["rules"] == first
    run(*words, "--games", "3", "--items", "provenance")
    gates = tmp_path / "gates.yaml"
    gates.write_text("provenance: {least_share: 0.5}\n")
    run(*words, "--games", "3", "--items", "provenance", "--gates", str(gates))
    (tmp_path / "out" / "items" / "provenance.json").write_text("damaged")
    run(*words, "--games", "3", "--items", "provenance", "--gates", str(gates))
    assert measured == ["rules", *["provenance"] * 4]


def test_the_default_gates_are_a_file_to_edit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("aggressive", "--show-gates") == 0
    assert yaml.safe_load(capsys.readouterr().out)["rules"]["most_breaches"] == 0.0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["agressive"], "did you mean 'aggressive'"),
        (["aggressive", "--items", "19"], "--items 19: no such item"),
        (["aggressive", "--games", "1"], "--games 1"),
        (["aggressive", "--budget", "3"], "--budget 3"),
        (["aggressive", "--side", "green"], "green"),
        (["aggressive", "--against", "cautios"], "did you mean 'cautious'"),
        (["aggressive", "--drill", "no-drill.csv"], "cannot be read"),
        (["missing.py:Agent"], "cannot be read"),
        (["aggressive", "--seconds", "0"], "--seconds"),
        (["aggressive", "--gates", "no-gates.yaml"], "no-gates.yaml: no such file; .*--show-gates"),
    ],
)
def test_mistakes_are_named_before_any_game(words: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        run(*words, "--out", str(tmp_path / "out"))
