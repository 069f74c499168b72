"""Conversion of scenario text to plain data and back.

A strict subset of YAML 1.2: a single document, text keys, no duplicate keys, no aliases and no tags, so a file can
neither run code nor expand when read. The line of every value can be looked up.
"""

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import yaml

from simcore.errors import ScenarioError

Path = tuple[str | int, ...]

MAX_DEPTH = 40
MAX_REFUSALS = 5

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan,
    ".Inf": math.inf, "-.Inf": -math.inf, ".NaN": math.nan,
}  # fmt: skip


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Parser without resolution of plain scalars, which is done in this module."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _PlainDumper(_Dumper):
    """Writer without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write shared values in full."""
        return True

    def represent_text(self, text: str) -> Any:
        """Quote text that this module would read as a number, such as 1e5; other YAML readers differ here."""
        style = "'" if _FLOAT.fullmatch(text) else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_PlainDumper.add_representer(str, _PlainDumper.represent_text)


@dataclass(frozen=True)
class YamlText:
    """Plain data of a file, with its text for line numbers."""

    data: Any
    text: str

    @cached_property
    def root(self) -> Any:
        """The tree of nodes, built at the first line lookup."""
        loader: Any = _Loader(self.text)
        return loader.get_single_node()

    def line(self, path: Path) -> int:
        """Return the line (from 1) of the value at ``path``, or of its nearest ancestor in the file."""
        node = self.root
        line = int(node.start_mark.line) + 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pair = next(((k, v) for k, v in node.value if k.value == step), None)
                if pair is None:
                    break
                line, node = int(pair[0].start_mark.line) + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = int(node.start_mark.line) + 1
            else:
                break
        return line


def show_path(path: Path) -> str:
    """Return ``groups[3].task.at_km`` for a path."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text or "top level"


def read_yaml(text: str, source: str) -> YamlText:
    """Return the data of a YAML text.

    Raises
    ------
    ScenarioError
        If the text is not in the supported subset of YAML.
    """
    try:
        builder = _Builder(source, text)
        data = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        fault = (error.problem or "cannot be read").replace("but found", "found")
        problem = f"{source}: line {line}: not valid YAML ({fault}); check indentation, quotes and colons"
        raise ScenarioError([problem]) from None
    except (yaml.YAMLError, ValueError) as error:
        fault = " ".join(str(error).split())[:120]
        raise ScenarioError([f"{source}: not valid YAML ({fault}); save it as plain UTF-8 text"]) from None
    if builder.problems:
        raise ScenarioError(builder.problems)
    return YamlText(data, text)


def write_yaml(data: Any) -> str:
    """Return block-style YAML that round-trips through `read_yaml`."""
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "default_flow_style": None, "width": 110}
    dump: Any = yaml.dump
    return str(dump(data, Dumper=_PlainDumper, **options))


class _Builder:
    """Converts parser events to data and collects violations of the subset.

    It limits the nesting: the parser's own tree builder would overflow the stack.
    """

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.problems: list[str] = []
        self._loader: Any = _Loader(text)

    def document(self) -> Any:
        """Return the data of the document."""
        next_event = self._loader.get_event
        next_event()  # start of the stream
        event = next_event()
        if isinstance(event, yaml.StreamEndEvent):
            raise ScenarioError([f"{self.source}: the file is empty; start with `schema_version: 1`"])
        data = self._value(next_event(), (), 0)
        next_event()  # end of the document
        event = next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(event, (), "a second document begins; keep one scenario per file")
        return data

    def _refuse(self, event: Any, path: Path, text: str) -> None:
        if len(self.problems) < MAX_REFUSALS:
            self.problems.append(f"{self.source}: {show_path(path)}: {text} (line {event.start_mark.line + 1})")

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, "aliases (*name) are not read here; write the value out")
            return None
        if event.tag is not None and event.tag != "!":
            self._refuse(event, path, f"the tag {event.tag} is not read here; remove it")
        if isinstance(event, yaml.ScalarEvent):
            text = str(event.value)
            return plain_scalar(text) if event.implicit[0] and event.style in ("", None) else text
        if depth > MAX_DEPTH:
            where = show_path(path[:6])
            raise ScenarioError([f"{self.source}: {where}: nested deeper than {MAX_DEPTH} levels; flatten the file"])
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        result: list[Any] = []
        event = self._loader.get_event()
        while not isinstance(event, yaml.SequenceEndEvent):
            result.append(self._value(event, (*path, len(result)), depth + 1))
            event = self._loader.get_event()
        return result

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        key_event = self._loader.get_event()
        while not isinstance(key_event, yaml.MappingEndEvent):
            if isinstance(key_event, yaml.ScalarEvent):
                key = str(key_event.value)
                if key == "<<":
                    self._refuse(key_event, path, "merge keys (<<) are not read here; write the keys out")
                elif key in result:
                    self._refuse(key_event, (*path, key), "the key is given twice; keep one of them")
                result[key] = self._value(self._loader.get_event(), (*path, key), depth + 1)
            else:
                self._refuse(key_event, path, "a key is a list, a mapping or an alias; use a plain name")
                self._value(key_event, path, depth + 1)
                self._value(self._loader.get_event(), path, depth + 1)
            key_event = self._loader.get_event()
        return result


def plain_scalar(text: str) -> Any:
    """Return the value of an unquoted scalar: null, a boolean, a number or the text itself."""
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
