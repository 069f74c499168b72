"""Boards of policies in a run folder: a hash chain that any change breaks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcore.errors import InputError, RunError
from simcore.recording.boards import Board, Ending, check_chains, collect_boards, write_boards
from simcore.recording.tables import Column, read_table, write_table

COLUMNS = (
    Column("time_s", "f64", "s", "time"),
    Column("text", "string", "", "a text"),
    Column("count", "i32", "1", "a number"),
    Column("share", "f64", "1", "a share", True),
)
LINKS = (Column("row_before", "string", "", ""), Column("row_digest", "string", "", ""))
ENDING = Ending(0, 100.0, "blue", {"blue": 1.0, "red": 0.0})


def board(name: str = "advice") -> Board:
    """Return a board of three rows."""
    values = {"time_s": [0, 10, 20.5], "text": ["a", "한글", ""], "count": [1, 2, 3], "share": [0.1, np.nan, 1.0]}
    return Board(name, COLUMNS, values)


class Noting:
    """A policy with boards."""

    def __init__(self, *boards: Board) -> None:
        self._boards = boards

    def reset(self, briefing: Any, seed: int, replication: np.ndarray) -> None: ...

    def decide(self, picture: Any, orders: Any) -> None: ...

    def boards(self, ending: Ending) -> list[Board]:
        return list(self._boards)


def rewrite(path: Path, columns: dict[str, Any]) -> None:
    """Write a table anew with other values, as a forger would."""
    columns["share"] = np.array(columns["share"], dtype=float)
    write_table(path, (*COLUMNS, *LINKS), columns)


def test_a_board_as_written_passes_its_check(tmp_path: Path) -> None:
    rows, chains = write_boards(tmp_path, [board()])
    assert rows == {"advice.parquet": 3}
    check_chains(tmp_path, chains)


@pytest.mark.parametrize("change", ["value", "number", "last row gone", "first row gone", "swapped", "gap filled"])
def test_any_change_of_a_board_is_found(tmp_path: Path, change: str) -> None:
    _, chains = write_boards(tmp_path, [board()])
    path = tmp_path / "advice.parquet"
    columns = read_table(path)
    if change == "value":
        columns["text"][1] = "b"
    elif change == "number":
        columns["count"] = columns["count"] + np.array([0, 0, 1], dtype=np.int32)
    elif change == "gap filled":
        columns["share"] = np.array([0.1, 0.5, 1.0])
    else:
        keep = {"last row gone": [0, 1], "first row gone": [1, 2], "swapped": [1, 0, 2]}[change]
        columns = {name: values[keep] for name, values in columns.items()}
    rewrite(path, columns)
    with pytest.raises(InputError, match=r"advice\.parquet: was changed after the run"):
        check_chains(tmp_path, chains)


def test_a_board_forged_with_a_chain_of_its_own_is_found(tmp_path: Path) -> None:
    _, chains = write_boards(tmp_path, [board()])
    forged = board()._replace(values={**board().values, "text": ["a", "b", "c"]})
    write_boards(tmp_path, [forged])
    with pytest.raises(InputError, match="does not end with the row in the manifest"):
        check_chains(tmp_path, chains)


def test_a_missing_board_is_found(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file is missing"):
        check_chains(tmp_path, {"advice.parquet": ""})


def test_boards_of_both_sides_are_joined(tmp_path: Path) -> None:
    joined = collect_boards([Noting(board()), Noting(board()), Noting()], ["a", "b", "c"], ENDING)
    assert [one.n_rows for one in joined] == [6]


def test_a_board_cannot_replace_a_table_of_the_run() -> None:
    with pytest.raises(RunError, match="cannot be written"):
        collect_boards([Noting(board("trace"))], ["forger"], ENDING)
