"""The scripts and the styles of the player, each as a single file: a first visit makes two requests for them.

The player keeps to a part of the language in which joining is safe: a module imports names from its neighbours in
single lines at its top, exports constants, functions and classes where they are declared, and no modules import each
other in a circle. :func:`join_scripts` refuses anything else. In the joined file each module is a function that runs
once, after those that it imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

_IMPORT = re.compile(r'^import \{([\w$, ]+)\} from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|function\*?|async function) ([\w$]+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import\b(?!\()|export\b).*|import\.meta\b", re.MULTILINE)
_DYNAMIC = re.compile(r"(?<![\w$.])import\(")
_HEAD = """const modules = {};
const loadModule = async (path) => modules[path.replace("./", "")];
"""


def join_scripts(sources: Mapping[str, str]) -> str:
    """Return a module that runs like the given ones, by file name, when all are imported.

    Raises ValueError where a module uses a form of import or export that is not joined, or a name that no module has,
    and where modules import each other in a circle.
    """
    needs = {name: {found[2] for found in _IMPORT.finditer(source)} for name, source in sources.items()}
    for name, needed in needs.items():
        if missing := sorted(needed - set(sources)):
            raise ValueError(f"{name} imports {missing[0]}, which is no script of the player")
    try:
        order = list(TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).static_order())
    except CycleError as error:
        raise ValueError(f"scripts import each other in a circle: {' <- '.join(error.args[1])}") from error
    exported = {name: {found[1] for found in _EXPORT.finditer(sources[name])} for name in order}
    return _HEAD + "".join(_joined_module(name, sources[name], exported) for name in order)


def _joined_module(name: str, source: str, exported: Mapping[str, set[str]]) -> str:
    def taken(found: re.Match[str]) -> str:
        pairs = [part.split(" as ") for part in re.split(r"\s*,\s*", found[1].strip().rstrip(","))]
        if unknown := sorted({pair[0] for pair in pairs} - exported[found[2]]):
            raise ValueError(f"{name} imports {unknown[0]} from {found[2]}, which does not export it")
        return f'const {{ {", ".join(": ".join(pair) for pair in pairs)} }} = modules["{found[2]}"];'

    body = _EXPORT.sub("", _IMPORT.sub(taken, source))
    if other := _OTHER.search(body):
        raise ValueError(
            f"{name}: only named imports and exports in a line of their own are joined: {other[0].strip()}"
        )
    body = _DYNAMIC.sub("loadModule(", body)
    given = ", ".join(sorted(exported[name]))
    return f'// {name}\nmodules["{name}"] = (() => {{\n{body}return {{ {given} }};\n}})();\n'


def join_styles(paths: Iterable[Path]) -> str:
    """Return the style sheets in turn, each under its name."""
    return "".join(f"/* {path.name} */\n{path.read_text(encoding='utf-8')}" for path in paths)
