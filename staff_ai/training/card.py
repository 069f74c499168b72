"""The model card of a trained commander: purpose, training and limits."""

from collections.abc import Mapping
from typing import Any

from staff_ai.trained.networks import Network, n_inputs


def card_text(network: Network, facts: Mapping[str, Any]) -> str:
    """Return the card of a policy from the facts of its manifest."""
    training, plan = facts["training"], facts["training"]["plan"]
    sizes, trained_on = network.schema.sizes, facts["trained_on"]
    widths = ", ".join(str(width) for width in network.architecture.hidden)
    lines = [
        f"# Trained commander: {', '.join(sorted({one['scenario'] for one in trained_on}))}",
        "",
        "A network that commands one side of a Chammo scenario, for simulation, analysis and training. It chooses",
        "tasks for the groups of its side from the picture at its command post. Not for real operations.",
        "",
        "    chammo run SCENARIO --policy SIDE=trained:FOLDER",
        "",
        "## Training",
        "",
        "| scenario | side | variants | against |",
        "| --- | --- | --- | --- |",
    ]
    for one in trained_on:
        against = ", ".join(one["opponents"])
        lines.append(f"| {one['scenario']} ({one['hash'][:12]}) | {one['side']} | {one['variants']} | {against} |")
    lines += [
        "",
        f"Held out: {', '.join(trained_on[0]['held_out'])} and all games of the split test. Seed {plan['seed']}, "
        f"{training['threads']} thread, {training['algorithm']}: {training['updates']} updates, "
        f"{training['steps']:,} choices. It chooses {_pace(plan['interval_s'])}"
        f"{', drawn by its scores' if facts['sampled'] else ''}.",
        "",
        _validation(training),
    ]
    if training["imitated"]:
        teachers = ", ".join(
            f"{one['doctrine']} ({one['scenario']}, {one['side']})" for one in training["imitated"]["teachers"]
        )
        lines += ["", f"Before that it imitated {teachers} on {training['imitated']['decisions']:,} decisions."]
    if sizes.doctrines:
        names = ", ".join(sizes.doctrines)
        lines += ["", f"A choice may hand a group over to one of the doctrines {names}, until its next choice."]
    if training["exploiter"]:
        lines += [
            "",
            "## Exploitability",
            "",
            f"A commander of the other side was trained against it in {training['exploiter']['updates']} updates. Its",
            "mission score, beside that of the best doctrine against it, is a lower bound of what an enemy can win.",
            "",
            "| scenario | side | exploiter | best doctrine |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| {one['scenario']} | {one['side']} | {_score(one['score'])} | {one['best_doctrine']['name']} "
            f"{_score(one['best_doctrine']['score'])} |"
            for one in training["exploiter"]["chairs"]
        ]
    ranged = [one for one in trained_on if one["ranges"]]
    if ranged:
        lines += ["", "## Ranges", ""]
        lines += [f"- {one['scenario']}: {path}: {spec}" for one in ranged for path, spec in one["ranges"].items()]
    lines += [
        "",
        "## Network",
        "",
        f"{n_inputs(network.schema):,} numbers in, hidden layers of {widths}, {sizes.groups} groups with "
        f"{network.schema.action.n_choices} choices each. Schema {network.schema.digest}.",
        "",
        "## Limits",
        "",
        "- Its choices are meaningless outside the scenarios and ranges above.",
        "- It may play a fixed schedule rather than react: `chammo evaluate` compares it with its own blind schedule.",
        "- It exploits the model, including its simplifications.",
        "",
    ]
    return "\n".join(lines)


def _validation(training: Mapping[str, Any]) -> str:
    last, score = training["last_validation"], training["validation_score"]
    if not last:
        return f"Mean mission score on validation games: {score:+.3f} (from -1 to 1). The training is under way."
    games = f"{last['games']} validation games unused in the training"
    of_two = ", the better of the last two candidates there" if last["other"] else ""
    return (
        f"Mean mission score on {games}: {score:+.3f} (from -1 to 1{of_two}). `chammo evaluate` measures it on the "
        "split test."
    )


def _score(interval: Mapping[str, float]) -> str:
    return f"{interval['value']:+.2f} ({interval['low']:+.2f} to {interval['high']:+.2f})"


def _pace(interval_s: float | None) -> str:
    return "about 32 times a game" if interval_s is None else f"every {interval_s:g} s"
