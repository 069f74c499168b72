"""Functions of the engine that can be read: of a page or two, with arguments grouped by kind."""

import ast
from pathlib import Path

MOST_LINES = 160
MOST_PARAMETERS = 14


def too_long(source: str) -> list[str]:
    """Return the functions of a source that are too long or have too many parameters."""
    findings: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = node.args
        n_parameters = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
        n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if n_lines > MOST_LINES:
            findings.append(f"{node.name}: {n_lines} lines; take it apart into functions named by the field")
        if n_parameters > MOST_PARAMETERS:
            findings.append(f"{node.name}: {n_parameters} parameters; group them by kind as simcore/kinds.py does")
    return findings


def test_functions_of_the_engine_are_short_and_take_few_arguments(repository: Path) -> None:
    findings = {
        path.relative_to(repository).as_posix(): found
        for path in sorted((repository / "simcore").rglob("*.py"))
        if (found := too_long(path.read_text(encoding="utf-8")))
    }
    assert findings == {}


def test_a_long_function_and_a_function_of_many_parameters_are_found() -> None:
    names = ", ".join(f"p{k}" for k in range(MOST_PARAMETERS))
    body = "\n".join(["    pass"] * (MOST_LINES - 1))
    assert too_long(f"def f({names}):\n{body}\n") == []
    assert len(too_long(f"def f({names}, *, q):\n{body}\n    pass\n")) == 2
