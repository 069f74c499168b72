"""Concise edits of a scenario document: a variant of a scenario is the scenario plus an edit."""

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

    A mapping changes the keys it contains, and a list of named entries (groups, sides, zones, weapons of a platform) is
    changed by name; ``+`` appends entries to a list. ``null`` removes a named entry from its list; for a key it writes
    null, usually the default. Any other value replaces the former value.

    Raises
    ------
    InputError
        If a list has no entry of a name.
    """
    if isinstance(document, list):
        return _edited_list(cast(list[Any], document), edit)
    result = copy.deepcopy(cast(Document, document)) if isinstance(document, dict) else {}
    for key, value in edit.items():
        former = result.get(key)
        if isinstance(value, Mapping) and (former is None or isinstance(former, dict | list)):
            result[key] = edited(former, cast(Edit, value))
        else:
            result[key] = copy.deepcopy(cast(Any, value))
    return result


def _edited_list(entries: list[Any], edit: Edit) -> list[Any]:
    known = {entry_name(entry) for entry in entries}
    unknown = [name for name in edit if name not in known and name != APPEND]
    if unknown:
        raise InputError(f"edit: no entry {unknown[0]!r}; the entries are {', '.join(sorted(known))}")
    result: list[Any] = []
    for entry in entries:
        if entry_name(entry) not in edit:
            result.append(copy.deepcopy(entry))
        elif edit[entry_name(entry)] is not None:
            result.append(edited(entry, edit[entry_name(entry)]))
    return result + copy.deepcopy(list(edit.get(APPEND, ())))


def entry_name(entry: Any) -> str:
    """Return the name of an entry of a list: its ``name``, ``weapon`` or ``sensor``; the entry itself if a text."""
    if not isinstance(entry, dict):
        return str(entry)
    words = cast(Document, entry)
    return str(next((words[key] for key in ("name", "weapon", "sensor") if key in words), ""))
