"""The reference page of the environments, generated from the schema."""

from collections.abc import Callable
from enum import IntEnum

from agents.environments.opponents import HELD_OUT, TRAINED_AGAINST
from agents.environments.registration import environment_id, scenario_names
from agents.environments.reward import DEFAULT_WEIGHTS, Term
from agents.environments.schema import CELLS_A_SIDE, STATIC_COLUMNS, Column, Schema, Sizes
from simcore.observation_columns import (
    Aim,
    ContactColumn,
    GlobalColumn,
    GroupColumn,
    ObjectiveColumn,
    Verb,
    ZoneColumn,
)

Comments = Callable[[type[IntEnum]], dict[str, str]]
Table = Callable[[tuple[str, ...], list[tuple[str, ...]]], str]

_COLUMNS: dict[str, type[IntEnum]] = {
    "situation": GlobalColumn,
    "groups": GroupColumn,
    "contacts": ContactColumn,
    "objectives": ObjectiveColumn,
    "zones": ZoneColumn,
}
_TITLES = {
    "situation": "the situation as a whole",
    "groups": "a row for each group slot: mobile groups first, in an order independent of names",
    "contacts": "a row for each contact slot",
    "objectives": "a row for each objective of the side, the weightiest first",
    "zones": "a row for each known zone or minefield",
}


def environments_page(comments_of: Comments, table: Table) -> str:
    """Return the page as Markdown. The functions are those of the generator of the reference."""
    schema = Schema()
    parts = [
        "# Environments\n",
        "[Train a commander](../how-to/train-a-commander.md) shows their use. All numbers of an observation are\n"
        "float32, clipped to the given range; NaN becomes 0. Lengths are in half-extents, half the longer side of the\n"
        "map.\n",
        "## Ids\n",
        table(
            ("Gymnasium; PettingZoo with a commander for each side", "PettingZoo with an agent for each group"),
            [(f"`{environment_id(name)}`", f"`{environment_id(name + '-groups')}`") for name in scenario_names()],
        ),
        "Names that end in `-ranges` are distributions over variants of the scenario.\n",
        "## Sizes\n",
        "`Sizes` is the number of slots of each kind. By default there is room for all groups, objectives and zones\n"
        "of the side, for 16 contacts, and for choices of 4 of these as targets. Two environments, or an environment\n"
        "and a policy, fit when the digests of their schemas are equal; for different scenarios, give the same\n"
        "`sizes`.\n",
        "## Observation\n",
        *(_part(name, schema, comments_of, table) for name in _COLUMNS),
        "Beside each of these, `groups_filled`, `contacts_filled`, `objectives_filled` and `zones_filled` hold 1\n"
        "where a slot is filled.\n",
        "## Action\n",
        "An action is a choice for each group slot: an index into the list of choices, which is the same for all\n"
        "slots. The mask is true for legal choices. An illegal choice gives no order and is counted in\n"
        '`info["illegal"]`. At a zone a group has `move`, `search` and `screen` only where units of its domain can be\n'
        "on some of the zone's ground: a boat has none at a zone inland. It may `engage` at all zones, since fire\n"
        "reaches over the shore. Orders keep to the rules of engagement and the speeds of the file.\n"
        "A group that has had no order yet keeps to the plan of the file under `plan`, with its route; after another\n"
        "order `plan` gives it the task of the file again, by the quickest way.\n",
        table(
            ("verb", "order to the group"),
            [(f"`{verb.name.lower().replace('_', '-')}`", comments_of(Verb)[verb.name]) for verb in Verb],
        ),
        table(("where", "meaning"), [(f"`{a.name.lower()}`", comments_of(Aim)[a.name]) for a in Aim]),
        "With `Sizes(doctrines=...)` each named doctrine is a further choice, such as `doctrine-cautious`. It orders\n"
        "the group at every decision interval until the next choice other than `continue`.\n",
        'With `Sizes(vocabulary="targets")` no tasks are among the choices: a group continues, holds, engages one of\n'
        f"the contact slots, or moves to one of {CELLS_A_SIDE} x {CELLS_A_SIDE} cells of the map; `move-cell-0` is\n"
        "in the south-west, and rows come first.\n",
        f"With the sizes `{Sizes()}` the choices are {', '.join(f'`{c.name}`' for c in schema.action.choices)}.\n",
        "## Reward\n",
        '`info["reward_terms"]` holds the terms of a step in this order; the reward is their sum with the weights of\n'
        f"the settings, by default {_weights()}. Before the end, all terms depend on the picture of the side alone.\n",
        table(
            ("term", "meaning"),
            [(f"`{term.name.lower()}`", comments_of(Term)[term.name]) for term in Term],
        ),
        "## Opponents, splits, seeds\n",
        f"The other side is commanded by one of {_names(TRAINED_AGAINST)}, drawn for each game.\n"
        f"{_names(HELD_OUT)} are held out: only the split `test` plays against them.\n"
        "Splits share no games and no variants of ranges. Game e of seed s is the same bits in every wrapper and\n"
        "beside any other games; row i of `CommandVecEnv.seed(s)` plays the games of seed s + i.\n",
    ]
    return "\n".join(parts)


def _part(name: str, schema: Schema, comments_of: Comments, table: Table) -> str:
    part = next(part for part in schema.observation.parts if part.name == name)
    comments = comments_of(_COLUMNS[name])
    comments = {member.lower(): text for member, text in comments.items()}
    comments |= {"enemy_distance": comments.get("enemy", "")} | dict(STATIC_COLUMNS)
    rows = [
        (str(k), f"`{column.name}`", f"{column.low:g} to {column.high:g}", column.meaning or _plain(comments, column))
        for k, column in enumerate(part.columns)
    ]
    shape = "(columns,)" if part.rows == 0 else f"({name}, columns)"
    return f"### {name}\n\n`{name}`, {shape}: {_TITLES[name]}.\n\n{table(('column', 'name', 'range', 'meaning'), rows)}"


def _plain(comments: dict[str, str], column: Column) -> str:
    """Return the comment of a column without the range, which has its own column."""
    text = comments.get(column.name, "")
    for low, high in (("-2", "2"), ("0", "1"), ("0", "2")):
        text = text.replace(f", {low}..{high}", "")
    return text


def _weights() -> str:
    return ", ".join(f"`{name}` {weight:g}" for name, weight in DEFAULT_WEIGHTS.items())


def _names(names: tuple[str, ...]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
