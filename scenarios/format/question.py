"""From a procurement question in a file to its checked content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError

from scenarios.format.problems import Problem, describe, report
from scenarios.format.schema.question import QuestionFile
from scenarios.format.texts import beside, read_text
from scenarios.format.yaml_text import Path, read_yaml
from simcore.errors import ScenarioError

_LISTS = ("levers", "uncertainties", "measures", "assumptions")
_STAND_INS: dict[str, Any] = {
    "procurement": "unnamed",
    "scenario": "",
    "levers": [{"path": "-", "levels": [0, 1]}],
    "measures": [{"name": ""}],
    "budget": {"amount": 1},
}


@dataclass(frozen=True)
class QuestionDocument:
    """The content of a question file, as far as it is valid, and its problems.

    ``origin`` gives the index in the file of each entry of a list, ``scenario`` the path or library name.
    """

    source: str
    text: str
    content: QuestionFile
    scenario: str
    line: Callable[[Path], int]
    origin: dict[str, list[int]]
    problems: tuple[Problem, ...] = ()

    def place(self, section: str, index: int, *rest: str | int) -> Path:
        """Return the path in the file of an entry of a list."""
        return (section, self.origin[section][index], *rest)

    def error(self, further: list[Problem]) -> ScenarioError:
        """Return the error with all problems, in the order of the lines."""
        return ScenarioError(report([*self.problems, *further], self.source, self.line))


def read_question(path: str, text: str | None = None) -> QuestionDocument:
    """Return a question file: its valid parts, so that they can be checked further, and the problems of the others.

    Raises
    ------
    ScenarioError, InputError
        If the file cannot be read, or is no YAML mapping.
    """
    if text is None:
        text, source = read_text(path)
    else:
        source = path
    parsed = read_yaml(text, source)
    data: Any = parsed.data
    if not isinstance(data, dict):
        raise ScenarioError([f"{source}: top level: the file is not a mapping; start with `procurement: NAME`"])
    content, problems, origin = _valid_parts(cast(dict[str, Any], data))
    scenario = beside(source, content.scenario)
    return QuestionDocument(source, text, content, scenario, parsed.line, origin, tuple(problems))


def _valid_parts(data: dict[str, Any]) -> tuple[QuestionFile, list[Problem], dict[str, list[int]]]:
    """Return the content without its invalid parts, the problems, and the index of each entry that is left."""
    origin = {
        name: list(range(len(cast(list[Any], data[name])))) for name in _LISTS if isinstance(data.get(name), list)
    }
    for name in _LISTS:
        origin.setdefault(name, [])
    try:
        return QuestionFile.model_validate(data), [], origin
    except ValidationError as error:
        problems = describe(error, QuestionFile, cast(Any, data))
    wrong = {tuple(problem.path[:2]) for problem in problems}
    rest: dict[str, Any] = {}
    for key, value in data.items():
        if (key,) in {place[:1] for place in wrong if len(place) == 1 or place[0] not in _LISTS}:
            continue  # invalid as a whole, or no list
        if key in _LISTS:
            origin[key] = [k for k in origin[key] if (key, k) not in wrong]
            rest[key] = [value[k] for k in origin[key]]
        else:
            rest[key] = value
    for key, stand_in in _STAND_INS.items():
        if not rest.get(key):
            rest[key] = stand_in
            if key in _LISTS:
                origin[key] = []  # no entry of the file
    try:
        return QuestionFile.model_validate(rest), problems, origin
    except ValidationError:
        return QuestionFile.model_validate(_STAND_INS), problems, {name: [] for name in _LISTS}
