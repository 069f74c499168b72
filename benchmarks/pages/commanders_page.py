"""The page of the trained commanders, from their stored results."""

from collections.abc import Mapping, Sequence
from typing import Any

from staff_ai.commands.train import command_of

HEAD = """<!-- Made by benchmarks/pages/commanders.py; do not edit by hand. -->
# Trained commanders

Each commander is a network trained several times, from different seeds, and is compared with its baselines in the same
games. All games are of the split test, which neither training nor selection uses; two of the opponents, marked
*held out*, play in no game of the training.

- Score: from -1 to 1, half the lead in score plus half of win or defeat.
- *IQM*: interquartile mean over training seeds and opponents, with a 95 % interval by bootstrap over training seeds and
  games.
- *Ahead by*: mean score of the learned commander less that of the row, paired by game. *Better in*: the share of paired
  games in which the learned commander scores more, ties counted half.
- `hold` is the plan of the scenario file. The best doctrine is the best on these same games, in its favour.
- *constant verbs*, *schedule of verbs*: the best found by a search on other games. *own schedule of verbs*: the learned
  commander's usual verb at each time. These are blind.
- *fixed schedule*, *own fixed schedule*: the same with doctrines among the choices. They are fixed in advance, but not
  blind, since the doctrines in them react.

A commander **reacts** in a chair only where it is better than all of these schedules, each with the interval above
zero, and the search for a schedule had at least as many games as the longest training in that chair, its search for a
teacher included.
"""

_REACTING_CHAIRS = 3  # the goal, over all commanders
_FEW_GAMES = 20
_MOST_TABLES = 4  # chairs of a commander above which they share a table


def write_page(stored: Mapping[str, Any]) -> str:
    """Return the page."""
    lines = [HEAD]
    lines += ["## Chairs with a reaction", "", *_reactions(stored), ""] if stored else []
    if not stored:
        lines.append("No commander has been evaluated yet.\n")
    for name, one in stored.items():
        lines += [f"## {name}", "", *_training(name, one), "", "### Goals", "", *_goals(one), ""]
        if one["mean_over_chairs"] and len(one["chairs"]) > 1:
            lines += [f"### Mean over the {len(one['chairs'])} chairs", "", "| compared with | ahead by | |"]
            lines += ["| --- | --- | --- |"]
            lines += [f"| {other} | {_span(gap)} | {_word(gap)} |" for other, gap in one["mean_over_chairs"].items()]
            lines.append("")
        if len(one["chairs"]) > _MOST_TABLES:
            table = _shared_table(one["chairs"], schedules=one.get("schedules", True))
            lines += ["### Chairs", "", *table, ""]
            continue
        for chair in one["chairs"]:
            lines += [f"### {chair['scenario']}, {chair['side']}", "", *_chair_lines(chair), ""]
    return "\n".join(lines).rstrip() + "\n"


def _reactions(stored: Mapping[str, Any]) -> list[str]:
    """Return the chairs in which any commander reacts, and whether they are as many as wanted."""
    found: dict[str, list[str]] = {}
    for name, one in stored.items():
        for chair in one["chairs"]:
            if chair["reacts"]:
                found.setdefault(f"{chair['scenario']}, {chair['side']}", []).append(name)
    lines = [f"- {chair}: {', '.join(f'`{name}`' for name in names)}." for chair, names in found.items()]
    reached = "reached" if len(found) >= _REACTING_CHAIRS else "**not reached**"
    return [*lines, f"- Goal of {_REACTING_CHAIRS} chairs: {reached}, {len(found)}."]


def _training(name: str, one: Mapping[str, Any]) -> list[str]:
    plan, training = one["plan"], one["training"]
    scores = [f"{score:+.3f}" for score in one["validation_scores"] if score is not None]
    seeds = f"{one['seeds']} training seed{'s' if one['seeds'] != 1 else ''}"
    trained_on = ", ".join(f"`{scenario}`" for scenario in plan.get("scenarios", []))
    side = plan.get("side") or "first of each scenario"
    lines = [f"{seeds} of {training.get('algorithm', 'a network')}, on {trained_on}, side: {side}."]
    if "games" in training:
        lines.append(f"The first seed played {training['games']:,} games.")
    if plan.get("imitate"):
        lines.append(f"It began by imitation (`--imitate {plan['imitate']}`).")
    if plan.get("imitate") and training.get("updates") == 0:
        lines.append(
            "The first seed is this imitation alone: no update after it was better in its validations, or ran."
        )
    if scores:
        lines.append(f"Best validation scores by seed: {', '.join(scores)}.")
    n = one["chairs"][0]["games_a_pair"] if one["chairs"] else 0
    seed = plan.get("seed", 0)
    # folders of earlier versions hold the choices to the best network in place of the limits
    limits = training.get("limits") or {"steps": training.get("steps", 0)}
    command, without = command_of(plan, f"runs/{name}/seed-{seed}", limits)
    if without:
        values = ", ".join(f"{key}={value!r}" for key, value in without.items())
        lines.append(f"Its plan also had `{values}`, for which the command has no option.")
    options = f"--folders {name}='runs/{name}/seed-*' -n {n} "
    options += f"--search {one['search']}" if one.get("schedules", True) else "--no-schedules"
    options += "".join(f" --on {scenario}" for scenario in one.get("on", ()))
    shared = one.get("shared_teachers", 0)
    if shared:
        lines.append(
            f"{shared} of {one['seeds']} seeds take the teachers of another (`--teachers`). They differ in all but the "
            "search for teachers, so the intervals leave out the chance of that search."
        )
    if one.get("on"):
        lines.append(f"The games are on {', '.join(f'`{scenario}`' for scenario in one['on'])}.")
    if not one.get("schedules", True):
        lines.append("No schedules were played beside it, so nothing is said of its reactions.")
    elif one["search"]:
        lines.append(
            f"Each schedule was searched in up to {one['search']:,} games of a chair; the longest training played "
            f"{one['games_a_chair']:,} there, games of validation not counted."
        )
    return [
        *lines,
        "",
        f"Chammo {one['versions']['chammo']}, engine `{one['versions']['engine']}`. To train a seed and measure again:",
        "",
        f"    {command}",
        f'    make pages NAME=commanders PAGE="{options}"',
    ]


def _goals(one: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each goal: reached, or not and where."""
    chairs, means = one["chairs"], one["mean_over_chairs"]
    behind: list[str] = []
    unsure: list[str] = []
    for chair in chairs:
        gaps = {entry["with"]: entry["difference"] for entry in chair["comparisons"]}
        for other in (chair["best_doctrine"], "hold"):
            gap = gaps.get(other)
            place = f"{chair['scenario']}, {chair['side']}: {_span(gap)} with `{other}`" if gap else ""
            if gap and gap["high"] < 0.0:
                behind.append(place)
            elif gap and gap["value"] < 0.0:
                unsure.append(place)
    lines: list[str] = []
    if behind:
        lines.append(
            f"- At least equal to the best doctrine and to `hold` in every chair: **not reached**: {_all(behind)}."
        )
    else:
        lines.append("- At least equal to the best doctrine and to `hold` in every chair: no chair is clearly behind.")
    if unsure:
        lines.append(f"- Behind in the mean, within the interval: {_all(unsure)}.")
    for name in ("best doctrine", "hold"):
        if name in means:
            reached = "reached" if means[name]["low"] > 0.0 else "**not reached**"
            lines.append(f"- Better than {name} in the mean over its chairs: {reached}, {_span(means[name])}.")
    if one["seeds"] < 5:
        lines.append(f"- Five training seeds: **not reached**, there are {one['seeds']}.")
    if not one.get("schedules", True):
        return lines
    reacting = [f"{chair['scenario']}, {chair['side']}" for chair in chairs if chair["reacts"]]
    lines.append(f"- Reacts in {len(reacting)} of {len(chairs)} chairs{': ' + _all(reacting) if reacting else ''}.")
    return lines


def _chair_lines(chair: Mapping[str, Any]) -> list[str]:
    gaps = {entry["with"]: entry for entry in chair["comparisons"]}
    rows = sorted(chair["commanders"], key=lambda row: -row["mean"])
    lines = ["| commander | IQM | mean | ahead by | better in |", "| --- | --- | ---: | --- | --- |"]
    for row in rows:
        entry = gaps.get(row["name"])
        label = f"**{row['name']}**" if row["name"] == "learned" else row["name"]
        label += " (best doctrine)" if row["name"] == chair["best_doctrine"] else ""
        gap, better = ("", "") if entry is None else (_span(entry["difference"]), _share(entry))
        lines.append(f"| {label} | {_span(row['interquartile_mean'])} | {row['mean']:+.3f} | {gap} | {better} |")
    if chair["claim"]:
        lines += ["", f"Reaction: {chair['claim']}."]
    heads = [f"{name} *(held out)*" if name in chair["held_out"] else name for name in chair["opponents"]]
    lines += ["", f"Share of {chair['games_a_pair']} games won against each opponent:", ""]
    lines += ["| commander | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(heads)]
    lines += [f"| {row['name']} | " + " | ".join(f"{win:.2f}" for win in row["win"]) + " |" for row in rows]
    return lines


def _shared_table(chairs: Sequence[Mapping[str, Any]], *, schedules: bool) -> list[str]:
    """Return a row for each chair: the score of the learned commander, and how far it is ahead of each baseline."""
    names = list(dict.fromkeys(e["with"] for c in chairs for e in c["comparisons"] if e["with"] != c["best_doctrine"]))
    heads = ["chair", "learned", "best doctrine", "ahead of it by", *(f"ahead of {name} by" for name in names)]
    heads += ["reacts"] * schedules
    n = chairs[0]["games_a_pair"]
    lines = [f"{n} games against each of {', '.join(chairs[0]['opponents'])}."]
    lines += [*(["Intervals from so few games are too narrow."] if n < _FEW_GAMES else []), ""]
    lines += ["| " + " | ".join(heads) + " |", "| --- |" + " --- |" * (len(heads) - 1)]
    for chair in chairs:
        gaps = {entry["with"]: entry["difference"] for entry in chair["comparisons"]}
        learned = next((row for row in chair["commanders"] if row["name"] == "learned"), None)
        cells = [f"{chair['scenario']}, {chair['side']}", f"{learned['mean']:+.3f}" if learned else ""]
        cells += [f"`{chair['best_doctrine']}`"]
        cells += [_span(gaps[name]) if name in gaps else "" for name in (chair["best_doctrine"], *names)]
        cells += ["yes" if chair["reacts"] else "no"] * schedules
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _span(gap: Mapping[str, float]) -> str:
    return f"{gap['value']:+.3f} ({gap['low']:+.3f}, {gap['high']:+.3f})"


def _share(entry: Mapping[str, Any]) -> str:
    better = entry["probability_of_improvement"]
    return f"{better['value']:.0%} ({better['low']:.0%}, {better['high']:.0%})"


def _word(gap: Mapping[str, float]) -> str:
    return "better" if gap["low"] > 0.0 else "worse" if gap["high"] < 0.0 else "not distinguishable"


def _all(texts: list[str]) -> str:
    return "; ".join(texts)
