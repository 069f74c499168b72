"""From an experiment file to its checked content."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, cast

from pydantic import ValidationError

from scenarios.format.problems import describe, report
from scenarios.format.schema.experiment import ExperimentFile
from scenarios.format.texts import beside, read_text
from scenarios.format.yaml_text import Path, read_yaml
from simcore.errors import ScenarioError


@dataclass(frozen=True)
class ExperimentDocument:
    """A checked experiment file. ``scenario`` is the path or library name of its scenario."""

    source: str
    content: ExperimentFile
    scenario: str
    line: Callable[[Path], int]

    def beside(self, name: str) -> str:
        """Return the path of a scenario or table named in the file, or the name of a library scenario."""
        return beside(self.source, name)


def is_experiment(path_or_name: str) -> bool:
    """Return whether a file is an experiment, not a scenario: it has the key ``experiment``."""
    if not FilePath(path_or_name).is_file():
        return False
    text, source = read_text(path_or_name)
    data = read_yaml(text, source).data
    return isinstance(data, dict) and "experiment" in data


def load_experiment(path: str) -> ExperimentDocument:
    """Return the checked content of an experiment file.

    Raises
    ------
    ScenarioError, InputError
        With every problem found, in the order of the lines.
    """
    text, source = read_text(path)
    parsed = read_yaml(text, source)
    data: Any = parsed.data
    if not isinstance(data, dict):
        raise ScenarioError([f"{source}: top level: the file is not a mapping; start with `experiment: NAME`"])
    try:
        content = ExperimentFile.model_validate(data)
    except ValidationError as error:
        problems = describe(error, ExperimentFile, cast(Any, data))
        raise ScenarioError(report(problems, source, parsed.line)) from None
    return ExperimentDocument(source, content, beside(source, content.scenario), parsed.line)
