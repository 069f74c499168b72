"""Conclusions from the payoff matrices: the best doctrine by chair, and whether a doctrine is best everywhere."""

import numpy as np

from scenarios.measures.range_intervals import difference_interval
from scenarios.measures.statistics import Estimate
from staff_ai.league.matrix import Matrix, difference, span

BEST_METHOD = """For each chair of each scenario: the doctrine with the greatest mean lead over the four in the other
chair, with equal weights; its margin over the next best; and the doctrines that it clearly beats there (95 % interval
of the paired difference above zero). The intervals are not corrected for the choice of the greatest of four."""

PLAN_METHOD = """`hold` is not a doctrine but the plan of the scenario file, made for this particular fight. A doctrine
can be worse than a good plan; the cases where it is clearly worse, face to face, are listed here."""


def mean_lead(matrix: Matrix, chair: int, policy: str, others: list[str]) -> np.ndarray | None:
    """Return the lead of a policy in a chair by replication, averaged over its opponents; None if any is missing."""
    leads = [matrix.lead(chair, policy, other) for other in others]
    played = [lead for lead in leads if lead is not None]
    if len(played) < len(others):
        return None
    n = min(len(lead) for lead in played)
    return np.mean([lead[:n] for lead in played], axis=0)


def ranking(matrix: Matrix, chair: int, doctrines: list[str]) -> list[tuple[str, np.ndarray]]:
    """Return the doctrines with their mean leads in a chair, best first; empty when a pair was not played."""
    leads = [(name, mean_lead(matrix, chair, name, doctrines)) for name in doctrines]
    whole = [(name, lead) for name, lead in leads if lead is not None]
    if len(whole) < len(doctrines):
        return []
    return sorted(whole, key=lambda item: -float(item[1].mean()))


def best_answers(matrices: list[Matrix], doctrines: list[str]) -> list[str]:
    """Return the table of the best doctrine by chair, and sentences with the totals."""
    rows: list[str] = []
    wins = dict.fromkeys(doctrines, 0)
    worse: dict[str, list[str]] = {name: [] for name in doctrines}
    for matrix in matrices:
        for chair, side in enumerate(matrix.sides):
            ranked = ranking(matrix, chair, doctrines)
            if not ranked:
                continue
            (best, lead), (second, next_lead) = ranked[0], ranked[1]
            ahead = difference(lead, next_lead)
            beaten = [name for name, other in ranked[1:] if difference(lead, other).low > 0.0]
            for name in beaten:
                worse[name].append(f"{matrix.scenario}, {side}")
            wins[best] += 1
            entries = [
                f"`{matrix.scenario}`",
                side,
                f"`{best}`",
                span(difference_interval(lead)),
                f"{span(ahead)} over `{second}`",
                ", ".join(f"`{name}`" for name in beaten) or "none",
            ]
            rows.append("| " + " | ".join(entries) + " |")
    if not rows:
        return ["The doctrines have not been played against each other."]
    head = [
        "| scenario | chair | best | mean lead over the four | ahead of the next | clearly better than |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    never = [name for name in doctrines if not worse[name]]
    most = max(wins.values())
    counts = ", ".join(f"`{name}` in {wins[name]}" for name in doctrines)
    verdict = f"Best by its mean, in {len(rows)} chairs: {counts}."
    if most == len(rows):
        verdict += f" **`{next(name for name in doctrines if wins[name] == most)}` is the best in every chair.**"
    else:
        verdict += " No doctrine is the best in every chair."
    lines = [BEST_METHOD, "", *head, *rows, "", verdict]
    if never:
        lines.append(f"Nowhere clearly worse than the best: {', '.join(f'`{name}`' for name in never)}.")
    else:
        lines.append("Each doctrine is clearly worse than the best in at least one chair:")
        lines += ["", *(f"- `{name}`: {'; '.join(worse[name])}" for name in doctrines)]
    return lines


def champions(matrices: list[Matrix], doctrines: list[str]) -> list[str]:
    """Return sentences on whether each doctrine has a clearly better alternative against some opponent, and which."""
    lines = []
    unbeaten = []
    for policy in doctrines:
        rivals: list[tuple[float, str]] = []
        n_compared = 0
        for matrix in matrices:
            for chair, side in enumerate(matrix.sides):
                for other in doctrines:
                    for rival in doctrines:
                        better = None if rival == policy else advantage(matrix, chair, rival, policy, other)
                        if better is None:
                            continue
                        n_compared += 1
                        if better.low > 0.0:
                            where = f"{matrix.scenario}, {side}, against `{other}`: `{rival}` by {span(better)}"
                            rivals.append((better.value / max(better.standard_error, 1e-9), where))
        if not n_compared:
            return ["The doctrines have not been played against each other."]
        rivals.sort(reverse=True)
        if not rivals:
            unbeaten.append(policy)
        places = "; ".join(where for _, where in rivals[:3]) or "none"
        lines.append(
            f"- `{policy}`: another doctrine is the clearly better answer in {len(rivals)} of {n_compared} "
            f"comparisons; the clearest: {places}."
        )
    verdict = (
        "No doctrine beats all others everywhere: for each there are chairs and opponents for which another "
        "doctrine is clearly the better answer (95 % interval of the paired difference above zero; chance alone "
        "would produce one in forty such comparisons, so only the clearest count)."
    )
    if unbeaten:
        verdict = f"Without a clearly better answer anywhere: {', '.join(f'`{name}`' for name in unbeaten)}."
    return [verdict, "", *lines]


def advantage(matrix: Matrix, chair: int, first: str, second: str, other: str) -> Estimate | None:
    """Return the paired difference of the leads of two policies in a chair against the same opponent."""
    mine, theirs = matrix.lead(chair, first, other), matrix.lead(chair, second, other)
    return None if mine is None or theirs is None else difference(mine, theirs)


def behind_the_plan(matrices: list[Matrix], doctrines: list[str], plan: str = "hold") -> list[str]:
    """Return sentences on the cases in which the plan of the file clearly beats a doctrine face to face."""
    n_played = n_ahead = 0
    missing: list[str] = []
    for matrix in matrices:
        for chair, side in enumerate(matrix.sides):
            beaten = []
            for policy in doctrines:
                leads = matrix.lead(chair, policy, plan)
                if leads is None:
                    continue
                lead = difference_interval(leads)
                n_played += 1
                n_ahead += lead.low > 0.0
                if lead.high < 0.0:
                    beaten.append(f"`{policy}` {span(lead)}")
            if beaten:
                missing.append(f"- {matrix.scenario}, {side}: {'; '.join(beaten)}")
    if not n_played:
        return ["No doctrine has been played against the plan."]
    text = f"Of {n_played} pairs of a doctrine and the plan, the doctrine is clearly ahead in {n_ahead}"
    return [
        PLAN_METHOD,
        "",
        *([f"{text}; clearly behind:", "", *missing] if missing else [f"{text}, clearly behind in none."]),
    ]
