"""A staff as a commander: the same game alone and in a batch, its decisions, its record, its question at a terminal."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.doctrine.hold import Hold
from scenarios.compiler.scenario import Compiled
from simcore.decision_loop import run_decisions
from simcore.errors import InputError
from simcore.params import RuleW
from simcore.recording.boards import Ending, check_chains, write_boards
from simcore.simulation import Simulation
from staff_ai.advice.approval import Answer
from staff_ai.advice.commander import StaffCommander
from staff_ai.advice.record import COLUMNS
from staff_ai.advice.terminal import Terminal, read_answer
from staff_ai.courses.course import CONTINUE
from tests.staff_ai.courses.crossing import GO, crossing

SMALL: dict[str, Any] = {"rollouts": 30, "worlds": 6, "every_s": 700.0, "edits": False}


def play(compiled: Compiled, replications: list[int], **keys: Any) -> tuple[StaffCommander, list[str]]:
    """Play games of the crossing with a staff for blue; return it and the digests of the final states."""
    staff = StaffCommander(**{**SMALL, **keys})
    simulation = Simulation(compiled.params, seed=4, replications=replications)
    numbers = np.array(replications, dtype=np.uint64)
    policies = [staff, Hold()]
    for policy, briefing in zip(policies, compiled.briefings, strict=True):
        policy.reset(briefing, 4, numbers)
    run_decisions(
        simulation, policies, decision_ticks=compiled.roster.decision_ticks,
        n_ticks=int(compiled.params.rules_whole[RuleW.N_TICKS]),
    )  # fmt: skip
    return staff, simulation.hash()


def test_a_game_with_a_staff_is_the_same_alone_and_in_a_batch() -> None:
    compiled = crossing()
    _, alone = play(compiled, [5])
    staff, batch = play(compiled, [4, 5])
    assert batch[1] == alone[0]
    times = [(entry.replication, entry.values["time_s"]) for entry in staff.record.entries]
    assert times == [(4, 0.0), (5, 0.0), (4, 700.0), (5, 700.0), (4, 1_400.0), (5, 1_400.0)]


def test_advice_that_is_never_followed_changes_nothing() -> None:
    compiled = crossing()
    staff, states = play(compiled, [5], approve="never", rollouts=8)
    policies = [Hold(), Hold()]
    simulation = Simulation(compiled.params, seed=4, replications=[5])
    for policy, briefing in zip(policies, compiled.briefings, strict=True):
        policy.reset(briefing, 4, np.array([5], dtype=np.uint64))
    run_decisions(simulation, policies, decision_ticks=compiled.roster.decision_ticks, n_ticks=300)
    assert states == simulation.hash()
    assert {entry.values["decision"] for entry in staff.record.entries} == {"rejected"}
    assert {entry.values["in_force"] for entry in staff.record.entries} == {"plan of the file"}


def test_the_record_has_a_row_for_each_advice_and_the_result_of_the_game(tmp_path: Path) -> None:
    staff, _ = play(crossing(), [5], rollouts=8)
    (board,) = staff.boards(Ending(5, 1_500.0, "blue", {"blue": 1.0, "red": 0.25}))
    _, chains = write_boards(tmp_path, [board])
    check_chains(tmp_path, chains)
    assert [column.name for column in board.columns] == [column.name for column in COLUMNS]
    assert board.values["time_s"] == [0.0, 700.0, 1_400.0]
    assert set(board.values["final_score"]) == {0.875}  # half the lead of .75 plus half the win
    assert set(board.values["final_win"]) == {1.0}
    assert all(json.loads(text)["side"] == "blue" for text in board.values["document"])


def test_a_neutral_side_or_one_without_intelligence_plays_on_with_abstentions() -> None:
    from dataclasses import replace

    from simcore.intelligence import NOTHING_KNOWN

    compiled = crossing()
    briefing = replace(compiled.briefings[0], intelligence=NOTHING_KNOWN)
    staff = StaffCommander(**SMALL)
    staff.reset(briefing, 1, np.array([0], dtype=np.uint64))
    simulation = Simulation(compiled.params, seed=1, replications=[0])
    staff.decide(simulation.picture(0), simulation.orders.of_groups(simulation.groups_of(0)))
    (entry,) = staff.record.entries
    assert entry.values["decision"] == "abstained"
    assert entry.values["reason"] == "the side has no intelligence on an enemy"


@pytest.mark.parametrize(
    ("text", "answer", "last"),
    [
        ("a\n", Answer.APPROVE, False),
        ("approve looks right\n", Answer.APPROVE, False),
        ("1\n", Answer.APPROVE, False),
        ("2 safer\n", Answer.AMEND, False),
        ("R\n", Answer.REJECT, False),
        ("n\n", Answer.REJECT, True),
    ],
)
def test_an_answer_is_read_with_its_reason(text: str, answer: Answer, last: bool) -> None:
    decision = read_answer(text, [GO, CONTINUE])
    assert decision is not None
    assert (decision.answer, decision.is_last) == (answer, last)
    assert decision.course == (CONTINUE if answer == Answer.AMEND else None)


@pytest.mark.parametrize("text", ["\n", "yes\n", "3\n", "0\n", "²\n", "\x1b[2J\n"])
def test_any_other_answer_is_asked_again(text: str) -> None:
    assert read_answer(text, [GO, CONTINUE]) is None


def test_the_terminal_shows_the_courses_and_the_end_of_the_input_rejects() -> None:
    shown = io.StringIO()
    staff = StaffCommander(**{**SMALL, "approve": "ask"})
    staff._approver = Terminal(io.StringIO("what?\n2 safer\n"), shown)
    compiled = crossing()
    staff.reset(compiled.briefings[0], 1, np.array([0], dtype=np.uint64))
    simulation = Simulation(compiled.params, seed=1, replications=[0])
    for _ in range(2):
        staff.decide(simulation.picture(0), simulation.orders.of_groups(simulation.groups_of(0)))
        simulation.advance(compiled.roster.decision_ticks * 14)
    text = shown.getvalue()
    assert "Advice to blue at 0:00:00" in text
    assert "recommended" in text
    assert " over the next, " in text
    assert "worst against " in text
    assert "'what?' is no answer" in text
    assert [entry.values["decision"] for entry in staff.record.entries] == ["amended", "rejected"]
    assert [entry.values["reason"] for entry in staff.record.entries] == ["safer", "the input has ended"]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"approve": "maybe"}, "approve is 'maybe'; give auto, ask, never"),
        ({"rollouts": 0}, "rollouts is 0; give a whole number above 0"),
        ({"rollouts": 9, "budget_s": 1.0}, "give rollouts or budget_s, not both"),
        ({"budget_s": -1.0}, "budget_s is -1.0; give a time above 0 s"),
        ({"every_s": float("nan")}, "every_s is nan"),
        ({"worlds": 2.5}, "worlds is 2.5"),
        ({"edits": "no"}, "edits is 'no'; give true or false"),
        ({"trained": "cautious + nobody"}, "policy 'nobody': unknown"),
    ],
)
def test_wrong_parameters_are_reported(keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        StaffCommander(**keys)


def test_asking_is_for_a_single_run() -> None:
    staff = StaffCommander(approve="ask")
    with pytest.raises(InputError, match="asks for a single run"):
        staff.reset(crossing().briefings[0], 1, np.array([0, 1], dtype=np.uint64))


def test_an_unknown_doctrine_at_the_start_is_reported() -> None:
    with pytest.raises(InputError, match="reckless"):
        StaffCommander(base="reckless").reset(crossing().briefings[0], 1, np.array([0], dtype=np.uint64))
