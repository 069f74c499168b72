"""Changes of a scenario document, short enough to be read: a variant of a scenario is the scenario and an edit."""

import copy
from collections.abc import Mapping
from typing import Any, cast

from simcore.errors import InputError

Document = dict[str, Any]
Edit = Mapping[str, Any]
"""Changes of a document; see ``edited``."""

APPEND = "+"


def edited(document: Any, edit: Edit) -> Any:
    """Return a copy of a document with changes.

    A mapping changes the keys that it names, and a list of named things (groups, sides, zones, weapons of a platform)
    is changed by name; ``+`` holds entries for the end of a list. ``null`` for a named thing takes it out of the list;
    for a key it writes null, which is the default in most places. Anything else replaces the former value.

    Raises
    ------
    InputError
        When a list has nothing of a name.
    """
    if isinstance(document, list):
        return _edited_list(cast(list[Any], document), edit)
    result = copy.deepcopy(cast(Document, document)) if isinstance(document, dict) else {}
    for key, value in edit.items():
        here = result.get(key)
        if isinstance(value, Mapping) and (here is None or isinstance(here, dict | list)):
            result[key] = edited(here, cast(Edit, value))
        else:
            result[key] = copy.deepcopy(cast(Any, value))
    return result


def _edited_list(entries: list[Any], edit: Edit) -> list[Any]:
    known = {_name(entry) for entry in entries}
    unknown = [name for name in edit if name not in known and name != APPEND]
    if unknown:
        raise InputError(f"edit: nothing is called {unknown[0]!r}; there is {', '.join(sorted(known))}")
    result: list[Any] = []
    for entry in entries:
        if _name(entry) not in edit:
            result.append(copy.deepcopy(entry))
        elif edit[_name(entry)] is not None:
            result.append(edited(entry, edit[_name(entry)]))
    return result + copy.deepcopy(list(edit.get(APPEND, ())))


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    words = cast(Document, entry)
    return str(next((words[key] for key in ("name", "weapon", "sensor") if key in words), ""))
