"""Cases of ``cases/*.yaml``: a scenario and an edit of it, and the message if that is wrong.

A case is a mapping under its name, with

- ``base``: a file of ``valid/``; ``base.yaml`` if left out
- ``edit``: changes as ``scenarios.format.edits`` reads them
- ``without``: places that are taken out, such as ``time.dt_s`` or ``groups.blue-ship.units``
- ``text``: the text of the file, instead of these three, where the text itself is the case
- ``expect``: the message, without the name of the file; a case without it is right. The numbers of lines stand only
  in cases with ``text``, and are checked against the edited text in the others.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.format.edits import edited
from scenarios.format.yaml_text import read_yaml, write_yaml

HERE = Path(__file__).parent
WHOLE = sorted((HERE / "valid").glob("*.yaml"))
"""Valid scenarios written out."""


@dataclass(frozen=True)
class Case:
    """A scenario that is right, or wrong with a message."""

    name: str
    text: str
    expect: str
    is_raw: bool  # the case gives its text

    def write(self, folder: Path) -> Path:
        """Write the scenario into a folder and return its path."""
        path = folder / f"{self.name}.yaml"
        path.write_text(self.text, encoding="utf-8")
        return path


@cache
def cases() -> dict[str, Case]:
    """Return all cases by name.

    Raises
    ------
    ValueError
        When two cases have one name or a case has an unknown key.
    """
    found: dict[str, Case] = {}
    for path in sorted((HERE / "cases").glob("*.yaml")):
        for name, entry in read_yaml(path.read_text(encoding="utf-8"), path.name).data.items():
            unknown = set(entry) - {"base", "edit", "without", "text", "expect"}
            if name in found or unknown:
                raise ValueError(f"{path.name}: {name}: two cases of this name, or unknown keys {unknown}")
            text = entry["text"] if "text" in entry else write_yaml(_document(entry))
            found[name] = Case(name, text, entry.get("expect", "").rstrip("\n"), "text" in entry)
    return found


def right_cases() -> list[Case]:
    """Return the cases without a message."""
    return [case for case in cases().values() if not case.expect]


def wrong_cases() -> list[Case]:
    """Return the cases with a message."""
    return [case for case in cases().values() if case.expect]


@cache
def right_texts() -> dict[str, str]:
    """Return the texts of all valid scenarios by name: those written out, then the cases."""
    return {path.stem: path.read_text(encoding="utf-8") for path in WHOLE} | {
        case.name: case.text for case in right_cases()
    }


def right_documents() -> dict[str, dict[str, Any]]:
    """Return the documents of all valid scenarios by name."""
    return {name: read_yaml(text, name).data for name, text in right_texts().items()}


def _document(entry: dict[str, Any]) -> dict[str, Any]:
    base = HERE / "valid" / f"{entry.get('base', 'base')}.yaml"
    document = read_yaml(base.read_text(encoding="utf-8"), base.name).data
    for place in entry.get("without", ()):
        _take_out(document, place.split("."))
    return edited(document, entry.get("edit", {}))


def _take_out(document: Any, steps: list[str]) -> None:
    for step in steps[:-1]:
        document = document[step] if isinstance(document, dict) else _named(document, step)
    del document[steps[-1]]


def _named(entries: list[Any], name: str) -> Any:
    return next(entry for entry in entries if entry["name"] == name)
