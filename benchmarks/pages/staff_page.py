"""The page of the evidence on the staff, from its stored results."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from logistics.reliability.intervals import Z_95
from simcore.types import F64

FEWEST_GAMES = 48
"""Games of a chair below which the page claims nothing."""
_STAFFS = {"belief": "from its belief", "uniform": "equal numbers for all courses", "truth": "truth known"}


class Interval(NamedTuple):
    """An estimate with the half-width of its 95 % interval."""

    value: float
    half: float

    def __str__(self) -> str:
        return f"{self.value:+.2f} ± {self.half:.2f}"

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside."""
        return abs(self.value) > self.half


def mean_of(values: F64) -> Interval:
    """Return the mean of n values."""
    n = len(values)
    return Interval(float(values.mean()), Z_95 * float(values.std(ddof=1)) / np.sqrt(n) if n > 1 else float("inf"))


def over_chairs(intervals: Sequence[Interval]) -> Interval:
    """Return the mean over chairs, each with equal weight; their games are independent."""
    n = len(intervals)
    return Interval(sum(one.value for one in intervals) / n, float(np.sqrt(sum(one.half**2 for one in intervals))) / n)


class Calibration(NamedTuple):
    """Predictions against outcomes. Intervals are over games, since predictions of a game are not independent."""

    n: int
    games: int
    bias: Interval  # predicted mean less outcome
    brier: float
    climatology: float
    slope: Interval
    coverage: Interval


def calibrate(predictions: Sequence[Mapping[str, float]]) -> Calibration | None:
    """Return the calibration of predictions; None for fewer than two games."""
    games = np.array([one["game"] for one in predictions])
    names = np.unique(games)
    if len(names) < 2:
        return None
    score, truth, win, won, rank = (
        np.array([one[key] for one in predictions]) for key in ("score", "true_score", "win", "true_win", "rank")
    )
    # many outcomes are equal, so a closed interval would hold too many: ranks break ties at random
    covered = (np.abs(rank - 0.5) <= 0.4).astype(float)

    def slope_of(chosen: np.ndarray) -> float:
        x, y = score[chosen], truth[chosen]
        spread = float(((x - x.mean()) ** 2).sum())
        return float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread > 1e-12 else float("nan")

    rng = np.random.default_rng(1)
    rows = [np.flatnonzero(games == name) for name in names]
    slopes = [slope_of(np.concatenate([rows[k] for k in rng.integers(len(rows), size=len(rows))])) for _ in range(500)]
    return Calibration(
        len(score),
        len(names),
        clustered_mean(score - truth, games),
        float(((win - won) ** 2).mean()),
        float(((won.mean() - won) ** 2).mean()),
        Interval(slope_of(np.arange(len(score))), Z_95 * float(np.nanstd(slopes))),
        clustered_mean(covered, games),
    )


def clustered_mean(values: F64, games: F64) -> Interval:
    """Return the mean over all values with its interval over games, which are independent; values of one are not."""
    names, place = np.unique(games, return_inverse=True)
    mean, n = float(values.mean()), len(names)
    sums = np.bincount(place, weights=values - mean)
    return Interval(mean, Z_95 * float(np.sqrt((sums**2).sum() * n / max(n - 1, 1))) / len(values))


ADDED = ("convoy-ambush", "two-channels")
"""The scenarios that joined because reactions pay there; the means are shown without them too."""

_WHY_ADDED = (
    "`convoy-ambush` and `two-channels` joined the four other scenarios later, because of what is known of them: a",
    "commander who reacts to reports gains much over any schedule there ([trained commanders](trained-commanders.md)),",
    "since an ambush or a raft lies on one way or the other. So the means are also shown without them.",
)


def write_page(results: Mapping[str, Any]) -> str:
    """Return the page as Markdown."""
    chairs = list(results["chairs"].values())
    lines = [
        "# Evidence on the staff",
        "",
        "This page is made by `make pages NAME=staff` (`benchmarks/pages/staff.py`) from games that nothing was",
        "chosen on. The staff advises before the fight and after each quarter of it, three times; its advice is",
        "always approved. The first advice has 30 times the rollouts of the others; with the truth known six times",
        "for each enemy. It is made once for all games of a chair; where own units start at places that differ",
        "between games by more than 15 % of the map, each game has one of its own, with three times the rollouts.",
        "The enemy of game g follows policy g modulo their number: those of the side's intelligence, then those",
        "that it does not name (`screen-and-strike`, `economy-of-force`). All commanders of a chair play the same",
        "games. Leads are the own score less the enemy's; ± is the 95 % interval; gains are paired, over the games",
        "that both have played. The best doctrine and the best edited course were chosen on other games, in the",
        "true scenario; the staff has its intelligence alone. `hold` is the plan of the file, and counts as no",
        "doctrine. A trained commander that comes with Chammo and was trained for a chair is a course of the staff",
        "there, and plays alone beside it. The luck of the first advice is common to the games of a chair, so it is",
        "not in the intervals. A number of games in brackets means that a commander has played only the first games",
        "of its chair. The staff that knows the truth has the same rollouts in the fight and a fifth of them for",
        "each enemy before it: a rival, no upper bound.",
        "",
    ]
    if not chairs:
        return "\n".join([*lines, "No games are stored.", ""])
    if any(chair["scenario"] in ADDED for chair in chairs):
        lines += [*_WHY_ADDED, ""]
    lines += [text for note in results.get("notes", ()) for text in (note, "")]
    lines += _strength(chairs)
    lines += _calibration(chairs)
    lines += _orders(chairs)
    return "\n".join(lines)


def _told(interval: Interval, n: int, of_chair: int) -> str:
    """Return an interval with its number of games, where that is not the number of the chair."""
    return str(interval) if n == of_chair else f"{interval} ({n} games)"


def _leads(chair: Mapping[str, Any], name: str) -> F64 | None:
    played = chair["commanders"].get(name)
    return None if played is None else np.array(played["lead"])


def _strength(chairs: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "## Strength",
        "",
        "| Chair | games | rollouts | `hold` | best doctrine | best edited course | trained commander | staff "
        "| uniform | truth known |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for chair in chairs:
        names = ["plan of the file", chair["best_doctrine"], "best edited", "trained", *_STAFFS]
        found = [_leads(chair, name) for name in names]
        texts = ["-" if one is None else _told(mean_of(one), len(one), chair["n"]) for one in found]
        texts[1] = f"{chair['best_doctrine']} {texts[1]}"
        if chair.get("trained"):
            texts[3] = f"{chair['trained']} {texts[3]}"
        lines.append(
            f"| {chair['scenario']}, {chair['side']} | {chair['n']} | {chair['budget']} | {' | '.join(texts)} |"
        )
    lines += [
        "",
        "Paired gains of the staff from its belief:",
        "",
        "| Chair | over `hold` | over the best doctrine | over the best edited course | over the trained commander "
        "| over uniform | truth known over the best doctrine |",
        "|---|---|---|---|---|---|---|",
    ]
    columns: list[list[Interval | None]] = [[] for _ in range(6)]
    for chair in chairs:
        pairs = [
            ("belief", "plan of the file"), ("belief", chair["best_doctrine"]), ("belief", "best edited"),
            ("belief", "trained"), ("belief", "uniform"), ("truth", chair["best_doctrine"]),
        ]  # fmt: skip
        texts: list[str] = []
        for column, (first, second) in zip(columns, pairs, strict=True):
            a, b = _leads(chair, first), _leads(chair, second)
            if a is None or b is None:
                column.append(None)
                texts.append("-")
                continue
            n = min(len(a), len(b))
            gain = mean_of(a[:n] - b[:n])
            column.append(gain)
            texts.append(_told(gain, n, chair["n"]))
        lines.append(f"| {chair['scenario']}, {chair['side']} | {' | '.join(texts)} |")
    gains = [_shown(column) for column in columns]
    means = [over_chairs(column) if column else None for column in gains]
    lines.append(f"| **mean over chairs** | {' | '.join(_means(gains, len(chairs)))} |")
    before = [k for k, chair in enumerate(chairs) if chair["scenario"] not in ADDED]
    if 0 < len(before) < len(chairs):
        of_these = [_shown([column[k] for k in before]) for column in columns]
        lines.append(f"| mean without {' and '.join(ADDED)} | {' | '.join(_means(of_these, len(before)))} |")
    enough = all(chair["n"] >= FEWEST_GAMES for chair in chairs)
    few = [f"Chairs with fewer than {FEWEST_GAMES} games are too few for a claim."]
    share = _share_of_truth(chairs)
    lines += ["", *([*_claims(means, gains), *share] if enough else few), ""]
    lines += ["Chosen on other games: " + "; ".join(
        f"{chair['scenario']}, {chair['side']}: {chair['best_edited']}" for chair in chairs
    ) + ".", ""]  # fmt: skip
    return lines


def _shown(column: Sequence[Interval | None]) -> list[Interval]:
    """Return the gains of the chairs that have one."""
    return [gain for gain in column if gain is not None]


def _means(gains: Sequence[Sequence[Interval]], n_chairs: int) -> list[str]:
    """Return the mean of each column over the chairs that have it, with their number where it is not that of all."""
    return [
        f"{over_chairs(column)}" + ("" if len(column) == n_chairs else f" ({len(column)} chairs)") if column else "-"
        for column in gains
    ]


def _claims(means: Sequence[Interval | None], columns: Sequence[Sequence[Interval]]) -> list[str]:
    """Return sentences that claim no more than the intervals."""
    texts: list[str] = []
    for text, mean, column in zip(
        (
            "the plan of the file", "the best doctrine", "the best edited course", "the trained commander alone",
            "uniform allocation",
        ), means, columns, strict=False,
    ):  # fmt: skip
        if mean is None:
            continue
        worse = sum(one.value < 0.0 and one.excludes_zero for one in column)
        if not mean.excludes_zero:
            shown = f"No difference to {text} is shown in the mean over chairs"
        else:
            shown = f"The staff is {'better' if mean.value > 0.0 else 'worse'} than {text} in the mean over chairs"
        texts.append(f"{shown}; it is clearly worse in {worse} of {len(column)}.")
    return texts


def _share_of_truth(chairs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence on the gain over the best doctrine beside that with the truth known, in the same games."""
    gains: list[tuple[Interval, Interval]] = []
    for chair in chairs:
        best, belief, truth = (_leads(chair, name) for name in (chair["best_doctrine"], "belief", "truth"))
        if best is not None and belief is not None and truth is not None:
            n = min(len(belief), len(truth))
            gains.append((mean_of(belief[:n] - best[:n]), mean_of(truth[:n] - best[:n])))
    if not gains:
        return []
    belief, truth = (over_chairs([pair[k] for pair in gains]) for k in (0, 1))
    share = f", so the staff has {belief.value / truth.value:.0%} of its gain" if truth.excludes_zero else ""
    return [
        f"In the same games of {len(gains)} chairs the gain over the best doctrine is {belief}, and {truth} with the "
        f"truth known{share}."
    ]


def _calibration(chairs: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "## Calibration",
        "",
        "Each recommended course is also played once to the end from the true state, with dice of its own. Bias is the",
        "predicted mean score less the outcome; the right slope is 1, the right coverage of the 80 % intervals .80.",
        "Many outcomes are equal, so coverage is by ranks with ties broken at random.",
        "",
        "| Chair | enemy | predictions | games | bias | Brier score of the win | of climatology | slope | coverage |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    every: dict[bool, list[dict[str, float]]] = {True: [], False: []}
    for place, chair in enumerate(chairs):
        predictions = chair["commanders"].get("belief", {}).get("predictions", [])
        for known, text in ((True, "in the intelligence"), (False, "not in it")):
            some = [one for one in predictions if bool(one["is_known"]) == known]
            every[known] += [{**one, "game": one["game"] + 1e7 * place} for one in some]
            lines.append(_calibration_row(f"{chair['scenario']}, {chair['side']}", text, some))
    for known, text in ((True, "in the intelligence"), (False, "not in it")):
        lines.append(_calibration_row("**all**", text, every[known]))
    lines.append("")
    for known, text in ((True, "in the intelligence"), (False, "not in it")):
        lines += _goals(calibrate(every[known]), text)
    return lines


def _goals(found: Calibration | None, text: str) -> list[str]:
    """Return sentences on the goals of calibration: reached, or by how far not."""
    if found is None:
        return []
    gap = found.climatology - found.brier
    judged = [
        (gap > 0.0, f"the Brier score is {abs(gap):.3f} {'below' if gap > 0.0 else 'above'} climatology (goal: below)"),
        (0.8 <= found.slope.value <= 1.2, f"the slope is {found.slope.value:.2f} (goal: 0.8 to 1.2)"),
        (0.75 <= found.coverage.value <= 0.85, f"80 % intervals cover {found.coverage.value:.0%} (goal: 75 to 85 %)"),
    ]
    reached = "; ".join(words for is_reached, words in judged if is_reached)
    missed = "; ".join(words for is_reached, words in judged if not is_reached)
    return [
        f"Enemies {text}: {f'reached: {reached}' if reached else 'no goal is reached'}"
        f"{f'. Not reached: {missed}' if missed and reached else f': {missed}' if missed else ''}.",
        "",
    ]


def _calibration_row(chair: str, enemy: str, predictions: Sequence[Mapping[str, float]]) -> str:
    found = calibrate(predictions)
    if found is None:
        return f"| {chair} | {enemy} | {len(predictions)} | - | - | - | - | - | - |"
    return (
        f"| {chair} | {enemy} | {found.n} | {found.games} | {found.bias} "
        f"| {found.brier:.3f} | {found.climatology:.3f} "
        f"| {found.slope.value:.2f} ± {found.slope.half:.2f} | {found.coverage.value:.2f} ± {found.coverage.half:.2f} |"
    )


def _orders(chairs: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "## Validity and cost",
        "",
        "Rollouts and CPU time are means over all pieces of advice; the first of a block counts once for each game.",
        "Every ranked course is checked by the gate again, and all orders by a check of their own, by the side's",
        "reports: the group has living units, units that can move if it is to move, rounds if it is to attack, a point",
        "on the map, rules of engagement no looser than the plan's.",
        "",
        "| Chair | courses ranked | invalid | orders given | breaches | CPU seconds an advice | rollouts |",
        "|---|---|---|---|---|---|---|",
    ]
    for chair in chairs:
        one = chair["commanders"].get("belief")
        if one is None:
            continue
        breaches = ", ".join(f"{name} {n}" for name, n in sorted(one["breaches"].items())) or "0"
        n = max(one["advices"], 1)
        lines.append(
            f"| {chair['scenario']}, {chair['side']} | {one['ranked']} | {one['ranked_invalid']} | {one['orders']} "
            f"| {breaches} | {one['advice_s'] / n:.2f} | {one['rollouts'] / n:.0f} |"
        )
    return [*lines, ""]
