"""Reading and checking of maintenance logs."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from logistics.logs.cmapss import read_true_lives
from logistics.logs.log import LogEvent
from logistics.logs.problems import LogError
from logistics.logs.reading import check_ended, check_positive_lives, read_log
from logistics.logs.tabular import check_gaps
from simcore.errors import InputError

GOOD = """unit,component,time_h,event,wear_mm
b,power,10,,1.5
a,power,120,failure,9
b,power,25,censored,2.5
a,power,40,,3
a,power,75,failure,8
"""


def written(folder: Path, text: str | bytes, name: str = "log.csv") -> Path:
    """Return a file with the text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_of_a_unit_form_lives_that_end_with_their_events_wherever_they_stand_in_the_file(tmp_path: Path) -> None:
    log = read_log(written(tmp_path, GOOD))
    assert log.n_lives == 3
    assert log.life_units == ("b", "a", "a")
    assert log.duration.tolist() == [25.0, 120.0, 75.0]
    assert log.ending.tolist() == [LogEvent.CENSORED, LogEvent.FAILURE, LogEvent.FAILURE]
    assert log.row.tolist() == [2, 4, 3, 5, 6]
    assert log.signals[:, 0].tolist() == [1.5, 2.5, 9.0, 3.0, 8.0]
    assert log.time_unit == "h"


def test_parquet_gives_the_same_log_as_csv(tmp_path: Path) -> None:
    table = pa.table(
        {
            "unit": ["b", "a", "b", "a", "a"],
            "component": ["power"] * 5,
            "time_h": [10, 120, 25, 40, 75],
            "event": [None, "failure", "censored", None, "failure"],
            "wear_mm": [1.5, 9.0, 2.5, 3.0, 8.0],
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    one, other = read_log(written(tmp_path, GOOD)), read_log(tmp_path / "log.parquet")
    assert one.unit == other.unit
    assert one.time.tolist() == other.time.tolist()
    assert one.event.tolist() == other.event.tolist()
    assert one.signals.tolist() == other.signals.tolist()


BAD = {
    "negative time": ("unit,time_h\na,-1\n", ["row 2: time_h -1 is negative"]),
    "unknown component": (
        "unit,component,time_h\na,pwer,1\n", ["row 2: unknown component 'pwer'; did you mean 'power'"]
    ),
    "mixed units": ("unit,time_h,time_min\na,1,60\n", ["units of time mixed: time_h and time_min"]),
    "no unit of time": ("unit,time\na,1\n", ["column 'time': the unit of time is not clear"]),
    "unit in each row": ("unit,time_h,time_unit\na,1,min\n", ["column 'time_unit': a unit of time for each row"]),
    "unit in a cell": ("unit,time_h\na,5 min\n", ["row 2: time_h: '5 min' is not a number"]),
    "no time": ("unit,event\na,failure\n", ["no column of time"]),
    "no unit": ("time_h\n1\n", ["no column 'unit'"]),
    "truncated row": ("unit,time_h,event\na,1,failure\na,2", ["row 3: 2 cells where the header has 3; the file"]),
    "cut in a quotation": ('unit,time_h\na,1\n"b', ["row 3: not CSV"]),
    "too many cells": ("unit,time_h\na,1,5\n", ["row 2: 3 cells where the header has 2"]),
    "duplicated row": ("unit,time_h,event\na,9,failure\nb,1,failure\na,9,failure\n", ["row 4: duplicates row 2"]),
    "repeated time": ("unit,time_h,s\na,1,1\na,1,2\n", ["row 3: duplicates row 2"]),
    "time goes back": ("unit,time_h\na,9\na,3\n", ["row 3: time goes back from 9 to 3 (unit 'a')"]),
    "not a number": ("unit,time_h,s\na,1,hot\n", ["row 2: s: 'hot' is not a number"]),
    "digits in groups": ("unit,time_h\na,1_000\n", ["row 2: time_h: '1_000' is not a number"]),
    "not finite": ("unit,time_h\na,inf\n", ["row 2: time_h is inf"]),
    "gap in a signal": ("unit,time_h,s\na,1,\n", ["row 2: s is empty; fill the gap"]),
    "unknown event": ("unit,time_h,event\na,1,1\n", ["row 2: event '1'; write 'failure' or 'censored'"]),
    "nameless unit": ("unit,time_h\n,1\n", ["row 2: unit is empty"]),
    "blank row": ("unit,time_h\na,1\n\nb,2\n", ["row 3: blank"]),
    "two columns of a name": ("unit,time_h,s,s\na,1,1,1\n", ["row 1: two columns named 's'"]),
    "semicolons": ("unit;time_h\na;1\n", ["row 1: no comma in the header"]),
    "header alone": ("unit,time_h\n", ["has a header and no row"]),
    "empty": ("", ["empty; give a log"]),
    "zero bytes": ("unit,time_h\na,\0\n", ["row 2: holds a zero byte"]),
    "all at once": ("unit,time_h,s\na,-1,x\n,y,1\n", ["row 2: time_h", "row 2: s:", "row 3: unit", "row 3: time_h"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_table_is_refused_with_every_fault_and_its_row(case: str, tmp_path: Path) -> None:
    text, faults = BAD[case]
    path = written(tmp_path, text)
    with pytest.raises(LogError) as caught:
        read_log(path)
    assert len(caught.value.problems) == len(faults)
    for problem, fault in zip(caught.value.problems, faults, strict=True):
        assert problem.startswith(f"{path}: {fault}")


def test_a_message_shows_twenty_faults_and_counts_the_others(tmp_path: Path) -> None:
    rows = "".join(f"u{k},-1\n" for k in range(57))
    with pytest.raises(LogError) as caught:
        read_log(written(tmp_path, "unit,time_h\n" + rows))
    assert len(caught.value.problems) == 57
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 37 more problems"


def test_components_of_the_user_are_known_when_declared(tmp_path: Path) -> None:
    path = written(tmp_path, "unit,component,time_h\na,pump,1\n")
    assert read_log(path, components=["pump"]).components() == ("pump",)


def test_a_life_without_an_end_is_refused_for_fitting_because_its_rows_may_be_missing(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.rsplit("\n", 2)[0] + "\n")  # the last row is cut off
    with pytest.raises(LogError, match=r"row 5: the life of unit 'a', component 'power' ends without an event"):
        check_ended(read_log(path))


def test_a_life_of_length_zero_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="row 2: a life of length 0"):
        check_positive_lives(read_log(written(tmp_path, "unit,time_h,event\na,0,failure\n")))


def test_missing_rows_of_a_history_are_refused_with_the_row_after_the_gap(tmp_path: Path) -> None:
    times = [1, 2, 3, 4, 9, 10, 11]
    log = read_log(written(tmp_path, "unit,time_h\n" + "".join(f"a,{t}\n" for t in times)))
    check_gaps(log, 5.0)  # 5 usual steps are allowed
    with pytest.raises(LogError, match=r"row 6: a gap of 5 h \(unit 'a', from 4 to 9\)"):
        check_gaps(log, 4.0)


def test_files_that_are_no_logs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file is missing"):
        read_log(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"holds no manifest\.json"):
        read_log(tmp_path)
    with pytest.raises(LogError, match="row 2: is not UTF-8"):
        read_log(written(tmp_path, b"unit,time_h\n\xff\xfe,1\n"))
    pq.write_table(pa.table({"unit": ["a"], "time_h": [1.0]}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    with pytest.raises(LogError, match="not a whole Parquet file"):
        read_log(written(tmp_path, whole[:-20], "cut.parquet"))


def cmapss_row(unit: object, cycle: object) -> str:
    """Return a row of C-MAPSS text."""
    return f"{unit} {cycle} " + " ".join(["0.5"] * 24) + "\n"


def test_in_cmapss_text_the_last_row_of_a_unit_is_its_failure_in_a_training_file_alone(tmp_path: Path) -> None:
    text = "".join(cmapss_row(u, c) for u, n in ((1, 3), (2, 2)) for c in range(1, n + 1))
    path = written(tmp_path, text, "train.txt")
    training, test = read_log(path), read_log(path, is_training=False)
    assert training.duration.tolist() == test.duration.tolist() == [3.0, 2.0]
    assert training.ending.tolist() == [LogEvent.FAILURE] * 2
    assert test.ending.tolist() == [LogEvent.NONE] * 2
    assert training.time_unit == "cycles"
    assert len(training.signal_names) == 24


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (cmapss_row(1, 1) + cmapss_row(1, 2)[:40] + "\n", "row 2: 11 numbers in place of 26; the file may be cut off"),
        (cmapss_row(1, 1) + cmapss_row(1, 3), "row 2: a gap: cycles 2 of unit 1 are missing"),
        (cmapss_row(1, 1) + cmapss_row(1, 1), "row 2: duplicates cycle 1 of unit 1 in row 1"),
        (cmapss_row(1, 1) + cmapss_row(1, 2) + cmapss_row(1, 1), "row 3: unit 1 goes back from cycle 2 to 1"),
        (cmapss_row(1, 1) + cmapss_row(2, 1) + cmapss_row(1, 2), "row 3: unit 1 again, after other units"),
        (cmapss_row(1, 5), "row 1: unit 1 begins at cycle 5"),
        (cmapss_row(1, 1) + cmapss_row(1, "x"), "row 2: cycle: 'x' is not a finite number"),
        (cmapss_row(1, 1) + cmapss_row(1, -2), "row 2: cycle -2; write a whole number from 1 up"),
        (
            cmapss_row(1, 1) + cmapss_row(1, 2).replace("0.5", "nan", 1),
            "row 2: setting_1: 'nan' is not a finite number",
        ),
    ],
)
def test_bad_cmapss_text_is_refused_with_its_row(text: str, fault: str, tmp_path: Path) -> None:
    path = written(tmp_path, text, "train.txt")
    with pytest.raises(LogError) as caught:
        read_log(path)
    assert caught.value.problems[0].startswith(f"{path}: {fault}")


def test_true_remaining_lives_are_as_many_as_units_and_not_negative(tmp_path: Path) -> None:
    assert read_true_lives(written(tmp_path, "5\n0\n", "t"), 2).tolist() == [5.0, 0.0]
    with pytest.raises(LogError, match="2 remaining lives for 3 units"):
        read_true_lives(written(tmp_path, "5\n0\n", "t"), 3)
    with pytest.raises(LogError, match="row 2: '-1' is no remaining life"):
        read_true_lives(written(tmp_path, "5\n-1\n", "t"), 2)
