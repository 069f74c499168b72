"""A league as text for a terminal of 80 columns."""

import textwrap
from collections.abc import Sequence

import numpy as np

from scenarios.measures.range_intervals import difference_interval
from simcore.policy_files import is_file_policy
from simcore.types import F64
from staff_ai.games.statistics import Interval
from staff_ai.league.matrix import Matrix, span
from staff_ai.league.standings import League, Solved

LIMITS = (
    "It is a simulation with generic public parameters: standings hold for these scenarios and these policies.",
    "An opponent outside of the league may beat all of them: exploitability is a lower bound with the budget stated.",
    "No policy is approved or accredited by a standing; `chammo assess` says more on what one may be trusted with.",
)
"""Limits of every league."""
WIDTH = 80
_LONGEST = 21
_CELL = 11
_KINDS = {"mission": "mission score", "lead": "lead in score", "win": "wins less defeats"}


def league_lines(league: League, matrices: Sequence[Matrix]) -> list[str]:
    """Return the whole league as lines."""
    lines: list[str] = []
    for matrix, solved in zip(matrices, league.solved, strict=True):
        lines += [*matrix_lines(matrix, league), "", *game_lines(matrix, solved, league.policies), ""]
    limits = [line for one in LIMITS for line in textwrap.wrap(f"- {one}", WIDTH, subsequent_indent="  ")]
    return [*lines, *standing_lines(league), "", *exploited_lines(league), "", *limits]


def matrix_lines(matrix: Matrix, league: League) -> list[str]:
    """Return the payoffs of the first side with half the width of their intervals: its policies in rows."""
    payoffs = matrix.payoffs(league.policies, league.kind)
    first, second = matrix.sides
    head = f"{matrix.scenario}: {_KINDS[league.kind]} of {first} (rows) against {second} (columns)"
    lines = [head, f"mean ± half of the 95 % interval; {payoffs.shape[2]} games a pair, seed {matrix.seed}"]
    names = [_short(name) for name in league.policies]
    width = max(map(len, names)) + 3
    at_once = max(1, (WIDTH - width) // _CELL)
    for begin in range(0, len(names), at_once):
        columns = range(begin, min(begin + at_once, len(names)))
        lines.append(f"{'':{width}}" + "".join(f"{k + 1:>{_CELL}}" for k in columns))
        for row, name in enumerate(names):
            cells = "".join(f"{_cell(payoffs[row, k]):>{_CELL}}" for k in columns)
            lines.append(f"{row + 1:2} {name:{width - 3}}{cells}")
    return lines


def _cell(values: F64) -> str:
    found = difference_interval(values)
    return f"{found.value:+.2f} ±{0.5 * (found.high - found.low):.2f}".replace("±0.", "±.")


def game_lines(matrix: Matrix, solved: Solved, names: Sequence[str]) -> list[str]:
    """Return the value of the game of a scenario and the mixtures of its chairs."""
    lines = [f"value of this game for {matrix.sides[0]}: {span(solved.value)}"]
    for side, shares in zip(matrix.sides, (solved.first, solved.second), strict=True):
        played = [f"{share:.0%} {names[k]}" for k, share in _ordered(shares)]
        lines += textwrap.wrap(f"  {side} plays {', '.join(played)}", WIDTH, subsequent_indent="    ")
    return lines


def _ordered(shares: F64) -> list[tuple[int, float]]:
    return [(int(k), float(shares[k])) for k in np.argsort(-shares, kind="stable") if shares[k] >= 0.005]


def standing_lines(league: League) -> list[str]:
    """Return the standings over both chairs and all scenarios."""
    width = max(len(_short(row.policy)) for row in league.standings)
    lines = [
        "over both chairs and all scenarios, with 95 % intervals; Elo is a side number:",
        "it hides cycles",
        f"{'':{width}}  {'payoff':22}{'Nash':15}{'alpha-rank':15}{'Elo':>5}",
    ]
    for row in league.standings:
        name, elo = _short(row.policy), f"{row.elo[0]:.0f}"
        lines.append(f"{name:{width}}  {span(row.payoff):22}{_share(row.nash):15}{_share(row.alpha):15}{elo:>5}")
    if np.isfinite(league.cyclic):
        lines.append(f"{league.cyclic:.0%} of the squared payoffs run in circles, which no rating can show")
    return lines


def exploited_lines(league: League) -> list[str]:
    """Return the lower bounds of exploitability with their answers."""
    width = max(len(_short(row.policy)) for row in league.standings)
    games = max((one.games for row in league.standings for one in row.by_scenario), default=0)
    budget = f"and searches of {games} games" if games else "alone, without a search"
    lines = [
        "exploited by at least, and the best answer in each chair; a lower bound:",
        f"from the policies of this league {budget}",
        "(below 0 by chance: no answer was found)",
    ]
    for row in league.standings:
        for place, one in enumerate(row.by_scenario):
            name = _short(row.policy) if place == 0 else ""
            bound = span(one.bound)
            answers = " / ".join(_short(answer, 14) for answer in one.answers)
            lines.append(f"{name:{width}}  {bound:21}  {answers}")
            if len(league.solved) > 1:
                lines[-1] = f"{lines[-1]}\n{'':{width}}    in {one.scenario}"
    return lines


def _share(values: Interval) -> str:
    texts = [f"{value:.2f}".removeprefix("0") if value < 0.995 else "1" for value in values]
    return f"{texts[0]} ({texts[1]}-{texts[2]})"


def _short(name: str, most: int = _LONGEST) -> str:
    """Return a name cut to a width: of a class in a file its end, of another policy its beginning."""
    if is_file_policy(name):
        name = name.rpartition("/")[2]
        return name if len(name) <= most else f"…{name[1 - most :]}"
    return name if len(name) <= most else f"{name[: most - 1]}…"
