"""Text of a scenario as plain data, and back.

A strict subset of YAML 1.2: one document, text keys, no duplicate keys, no aliases and no tags, so a
file can neither run code nor grow when it is read. Every value remembers its line.
"""

import math
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from simcore.errors import ScenarioError

Path = tuple[str | int, ...]

MAX_BYTES = 256 * 2**20
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
    """Parser that leaves the meaning of plain scalars to this module."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _PlainDumper(_Dumper):
    """Writer without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write shared values in full."""
        return True


@dataclass(frozen=True)
class YamlText:
    """Plain data of a file, with the nodes that know the lines."""

    data: Any
    root: Any

    def line(self, path: Path) -> int:
        """Return the line (from 1) of the value at ``path``, or of its nearest ancestor in the file."""
        node = self.root
        line = 1 if node is None else int(node.start_mark.line) + 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == step), None)
                if found is None:
                    break
                line, node = int(found[0].start_mark.line) + 1, found[1]
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
        When the text is not in the subset of YAML that this module reads.
    """
    try:
        loader: Any = _Loader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        what = (error.problem or "cannot be read").replace("but found", "found")
        raise ScenarioError([f"{source}: line {line}: not valid YAML ({what}); check indentation, quotes and colons"]) \
            from None  # fmt: skip
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = " ".join(str(error).split())[:120]
        raise ScenarioError([f"{source}: not valid YAML ({what}); save it as plain UTF-8 text"]) from None
    if root is None:
        raise ScenarioError([f"{source}: the file is empty; start with `schema_version: 1`"])
    builder = _Builder(source)
    data = builder.build(root, (), 0)
    if builder.problems:
        raise ScenarioError(builder.problems)
    return YamlText(data, root)


def write_yaml(data: Any) -> str:
    """Return block-style YAML that `read_yaml` reads back equal."""
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "default_flow_style": None, "width": 110}
    dump: Any = yaml.dump
    return str(dump(data, Dumper=_PlainDumper, **options))


class _Builder:
    """Turns nodes into data and collects what is not allowed."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[str] = []
        self._seen: set[int] = set()

    def _refuse(self, node: Any, path: Path, text: str) -> None:
        if len(self.problems) < MAX_REFUSALS:
            self.problems.append(f"{self.source}: {show_path(path)}: {text} (line {node.start_mark.line + 1})")

    def build(self, node: Any, path: Path, depth: int) -> Any:
        if id(node) in self._seen:
            self._refuse(node, path, "aliases (*name) are not read here; write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if depth > MAX_DEPTH:
            self._refuse(node, path[:6], f"nested deeper than {MAX_DEPTH} levels; flatten the file")
            return None
        if isinstance(node, yaml.SequenceNode):
            if node.tag != "tag:yaml.org,2002:seq":
                self._refuse(node, path, f"the tag {node.tag} is not read here; remove it")
            return [self.build(item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
        if node.tag != "tag:yaml.org,2002:map":
            self._refuse(node, path, f"the tag {node.tag} is not read here; remove it")
        return self._mapping(node, path, depth)

    def _mapping(self, node: Any, path: Path, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(key_node, path, "a key is a list or a mapping; use a plain name")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._refuse(key_node, path, "merge keys (<<) are not read here; write the keys out")
                continue
            if key in result:
                self._refuse(key_node, (*path, key), "the key is given twice; keep one of them")
            result[key] = self.build(value_node, (*path, key), depth + 1)
        return result

    def _scalar(self, node: Any, path: Path) -> Any:
        text = str(node.value)
        if node.tag not in ("tag:yaml.org,2002:str", "!", None):
            self._refuse(node, path, f"the tag {node.tag} is not read here; remove it")
            return None
        return text if node.style not in ("", None) else plain_scalar(text)


def plain_scalar(text: str) -> Any:
    """Return the value of an unquoted scalar: null, a boolean, a number or the text itself."""
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
