"""Values of a scenario by path, such as ``groups.blue-guns.count`` or ``catalogue.weapons.post-gun.reload_s``.

A path leads through the scenario as its author wrote it, by keys and by the names of entries (of groups, sides, zones,
of the sensors and weapons of a platform). ``*`` in a name stands for any characters and may match several entries.
Cards of the built-in catalogue count as written out in the scenario. Two short forms:

- ``SIDE`` is the policy of a side, and ``SIDE.KEY`` is ``sides.SIDE.KEY``;
- ``groups.GROUP.count`` and ``.platform`` are those of its units, if the group has a single entry of units.
"""

import copy
from fnmatch import fnmatchcase
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel

from scenarios.format.catalogue import KINDS, built_in_cards, expand
from scenarios.format.edits import entry_name
from scenarios.format.names import advice
from scenarios.format.problems import annotation_at, fields_at, options_of
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.yaml_text import Path
from simcore.errors import InputError

Document = dict[str, Any]


_SHORT = ("count", "platform")
"""Keys of the units of a group that its path may end with, where it has one kind of them."""


def places(document: Document, text: str) -> list[Path]:
    """Return the places that a path leads to: one, or several with ``*`` in a name.

    Mutates ``document`` by writing out built-in cards and inherited keys of cards on the way.

    Raises
    ------
    InputError
        For an unknown key or name; the nearest is suggested.
    """
    if not text.strip():
        raise InputError("path: it is empty; give for example groups.NAME.count")
    return _follow(document, _without_short_form(document, text.strip()), (), "", text)


def value_at(document: Document, path: Path) -> Any:
    """Return the value at a place as written; None where nothing is written."""
    node: Any = document
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def set_value(document: Document, path: Path, value: Any) -> None:
    """Write a value at a place, with mappings on the way where there are none. Mutates ``document``."""
    node: Any = document
    for step in path[:-1]:
        if isinstance(node, dict) and cast(Document, node).get(cast(str, step)) is None:
            node[step] = {}
        node = cast(Any, node[step])
    node[path[-1]] = copy.deepcopy(value)


def is_policy(document: Document, path: Path) -> bool:
    """Return whether a place holds the choice of a policy: its name and parameters."""
    options = options_of(annotation_at(ScenarioFile, document, path)[0])
    return any(isinstance(option, type) and {"name", "parameters"} == set(_fields(option)) for option in options)


def is_whole(document: Document, path: Path) -> bool:
    """Return whether only whole numbers are valid at a place."""
    options = options_of(annotation_at(ScenarioFile, document, path)[0])
    return int in options and float not in options


def _without_short_form(document: Document, text: str) -> str:
    sides = [entry_name(entry) for entry in _list(document.get("sides"))]
    first = next((name for name in _longest_first(sides) if text == name or text.startswith(name + ".")), None)
    if first is None or first in ScenarioFile.model_fields:
        return text
    rest = text[len(first) :]
    return f"sides.{first}{rest or '.policy'}"


def _follow(document: Document, rest: str, path: Path, shown: str, text: str) -> list[Path]:
    """Return the places that the rest of a path leads to from ``path``, which is written ``shown``."""
    if not rest:
        return [path]
    node = _written_out(document, path)
    steps = _steps(document, node, path)
    exact = next((name for name in _longest_first(steps) if rest == name or rest.startswith(name + ".")), None)
    if exact is not None:
        return _follow(document, rest[len(exact) + 1 :], (*path, steps[exact]), _joined(shown, exact), text)
    step, _, after = rest.partition(".")
    if "*" in step:
        found = [name for name in steps if fnmatchcase(name, step)]
        unique = {steps[name]: name for name in reversed(found)}  # an entry of a list has a name and a number
        if unique:
            return [
                place
                for key, name in sorted(unique.items(), key=lambda item: str(item[0]))
                for place in _follow(document, after, (*path, key), _joined(shown, name), text)
            ]
        raise InputError(f"{text}: nothing matches {step!r}; {advice('', steps)}")
    group_units = value_at(document, (*path, "units")) if len(path) == 2 and path[0] == "groups" else None
    if step in _SHORT and isinstance(group_units, list):
        entries = cast(list[Any], group_units)
        if len(entries) == 1:
            return [(*path, "units", 0, step)]
        names = ", ".join(str(cast(Document, entry).get("platform")) for entry in entries)
        raise InputError(f"{text}: the group has several kinds of units; give units.PLATFORM.{step} ({names})")
    if step and _has_free_keys(document, path):
        return _follow(document, after, (*path, step), _joined(shown, step), text)
    if not steps:
        raise InputError(f"{text}: {shown or 'this value'} has no parts; leave out .{rest}")
    short = _SHORT if isinstance(group_units, list) else ()
    named = [name for name in steps if not name.isdecimal()] or list(steps)  # an entry of a list also has a number
    sides = [] if path else [entry_name(entry) for entry in _list(document.get("sides"))]
    hint = advice(step, [*named, *short, *(side for side in sides if side)])
    if shown:
        hint = hint.replace("did you mean `", f"did you mean `{shown}.")
    raise InputError(f"{text}: no {step!r} in {shown or 'a scenario'}; {hint}")


def _joined(shown: str, step: str) -> str:
    return f"{shown}.{step}" if shown else step


def _steps(document: Document, node: Any, path: Path) -> dict[str, Any]:
    """Return the next steps from a place by name: keys, written or allowed, and names of the entries of a list."""
    if isinstance(node, list):
        entries = cast(list[Any], node)
        named = {entry_name(entry) or _platform(entry): k for k, entry in enumerate(entries)}
        return {name: k for name, k in named.items() if name} | {str(k): k for k in range(len(entries))}
    if node is not None and not isinstance(node, dict):
        return {}
    written = list(cast(Document, node or {}))
    allowed = fields_at(ScenarioFile, document, path)
    if len(path) == 2 and path[0] == "catalogue" and path[1] in KINDS:
        allowed = list(built_in_cards()[cast(str, path[1])])
    for option in options_of(annotation_at(ScenarioFile, document, path)[0]):
        arguments = get_args(option) if get_origin(option) is dict else ()
        if arguments and get_origin(arguments[0]) is Literal:
            allowed += [str(key) for key in get_args(arguments[0])]
    return {name: name for name in dict.fromkeys([*written, *allowed])}


def _written_out(document: Document, path: Path) -> Any:
    """Return the value at a place; a card is written out with its inherited keys. Mutates ``document``."""
    if len(path) == 3 and path[0] == "catalogue" and path[1] in KINDS:
        kind, name = cast(tuple[str, str, str], path)[1:]
        cards = document.setdefault("catalogue", {}).setdefault(kind, {})
        if name not in cards:
            cards[name] = copy.deepcopy(built_in_cards()[kind].get(name, {}))
        elif isinstance(cards[name], dict) and "extends" in cards[name]:
            whole = copy.deepcopy(document["catalogue"])
            if not expand(whole, built_in_cards()):
                cards[name] = whole[kind][name]
    return value_at(document, path)


def _fields(option: type[Any]) -> list[str]:
    return list(option.model_fields) if issubclass(option, BaseModel) else []


def _has_free_keys(document: Document, path: Path) -> bool:
    """Return whether a place is a mapping with any keys and values, such as the parameters of a policy."""
    options = options_of(annotation_at(ScenarioFile, document, path)[0])
    return any(get_origin(option) is dict and get_args(option)[1] is Any for option in options)


def _platform(entry: Any) -> str:
    return str(cast(Document, entry).get("platform", "")) if isinstance(entry, dict) else ""


def _list(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []


def _longest_first(names: Any) -> list[str]:
    return sorted((str(name) for name in names), key=len, reverse=True)
