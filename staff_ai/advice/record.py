"""The record of a staff: each advice with its decision and the final result, as the board ``advice``."""

import json
from dataclasses import dataclass
from typing import Any

from agents.environments.reward import mission_score
from simcore.recording.boards import Board, Ending
from simcore.recording.tables import Column
from simcore.types import N_BELLIGERENTS
from staff_ai.advice.advice import Advice
from staff_ai.advice.approval import Decision
from staff_ai.wargame.samples import Estimate

BOARD = "advice"

COLUMNS = (
    Column("time_s", "f64", "s", "time of the advice"),
    Column("tick", "i32", "1", "tick of the engine"),
    Column("side", "string", "", "side that the advice was given to"),
    Column("recommendation", "string", "", "recommended course; empty for an abstention"),
    Column("verdict", "string", "", "clear, tie, no clear preference, no difference, only course, or abstained"),
    Column("decision", "string", "", "approved, amended, rejected or abstained"),
    Column("reason", "string", "", "reason for the decision, or for the abstention of the staff"),
    Column("decided_by", "string", "", "commander, policy auto or policy never"),
    Column("in_force", "string", "", "course in force after the decision"),
    Column("score", "f64", "1", "predicted mission score of the recommended course, -1 to 1", True),
    Column("score_low", "f64", "1", "lower end of its 80 % interval", True),
    Column("score_high", "f64", "1", "upper end of its 80 % interval", True),
    Column("win_probability", "f64", "1", "predicted probability of a win", True),
    Column("win_probability_low", "f64", "1", "lower end of the 95 % interval of the share of wins", True),
    Column("win_probability_high", "f64", "1", "upper end of the 95 % interval of the share of wins", True),
    Column("own_loss", "f64", "1", "predicted share of the own cost lost", True),
    Column("own_loss_low", "f64", "1", "lower end of its 80 % interval", True),
    Column("own_loss_high", "f64", "1", "upper end of its 80 % interval", True),
    Column("final_score", "f64", "1", "mission score at the end of the run, -1 to 1", True),
    Column("final_win", "f64", "1", "1 for a win, 0 for a draw, -1 for a defeat", True),
    Column("rollouts", "i32", "1", "rollouts behind the advice"),
    Column("advice_digest", "string", "", "digest of the advice"),
    Column("picture_digest", "string", "", "digest of the picture that it was made for"),
    Column("course_digest", "string", "", "digest of the course in force after the decision"),
    Column("document", "string", "", "the whole advice as JSON: courses, refusals, numbers, seed and budget"),
)


@dataclass(frozen=True)
class Entry:
    """An entry of the record: an advice with its decision."""

    replication: int
    values: dict[str, Any]


class AdviceRecord:
    """The entries of a side's staff, in the order in which they were made."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, advice: Advice, decision: Decision, in_force_name: str, in_force_digest: str) -> None:
        """Add an advice with its decision and the course in force after it."""
        prediction = advice.prediction
        numbers: dict[str, Any] = dict.fromkeys(
            (f"{name}{end}" for name in ("score", "win_probability", "own_loss") for end in ("", "_low", "_high")),
            float("nan"),
        )
        if prediction is not None:
            numbers |= _interval("score", prediction.score)
            numbers |= _interval("win_probability", prediction.win)
            numbers |= _interval("own_loss", prediction.own_loss)
        self.entries.append(
            Entry(
                advice.replication,
                {
                    "time_s": advice.time_s,
                    "tick": advice.tick,
                    "side": advice.side_name,
                    "recommendation": "" if advice.recommended is None else advice.recommended.name,
                    "verdict": advice.verdict,
                    "decision": decision.answer.value,
                    "reason": decision.reason or advice.abstention,
                    "decided_by": decision.by,
                    "in_force": in_force_name,
                    **numbers,
                    "rollouts": 0 if advice.standing is None else advice.standing.n_rollouts,
                    "advice_digest": advice.digest,
                    "picture_digest": advice.picture,
                    "course_digest": in_force_digest,
                    "document": json.dumps(_plain(advice.describe()), separators=(",", ":")),
                },
            )
        )

    def board(self, ending: Ending, side_name: str, sides: tuple[str, ...]) -> Board:
        """Return the board of a replication that has ended. ``sides`` are the belligerents by name."""
        rows = [entry.values for entry in self.entries if entry.replication == ending.replication]
        enemy = next((name for name in sides if name != side_name), side_name)
        win = 0.0 if ending.winner is None else 1.0 if ending.winner == side_name else -1.0
        lead = ending.scores.get(side_name, 0.0) - ending.scores.get(enemy, 0.0)
        result = {"final_score": mission_score(lead, win), "final_win": win}  # type: ignore[arg-type]
        full = [{**row, **result} for row in rows]
        return Board(BOARD, COLUMNS, {column.name: [row[column.name] for row in full] for column in COLUMNS})


def belligerents(ending: Ending) -> tuple[str, ...]:
    """Return the names of the two fighting sides, the first of the scenario."""
    return tuple(ending.scores)[:N_BELLIGERENTS]


def _interval(name: str, value: Estimate) -> dict[str, float]:
    return {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}


def _plain(value: Any) -> Any:
    """Return values as JSON knows them, with null for what is not finite."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
