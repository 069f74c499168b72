"""A doctrine cannot know more than its side does: it has no way to reach the state."""

import ast
from pathlib import Path

import pytest

import agents.doctrine

FOLDER = Path(agents.doctrine.__file__).parent
ALLOWED_SIMCORE = {
    "simcore.errors",
    "simcore.policy_loops",
    "simcore.orders",
    "simcore.picture",
    "simcore.policy",
    "simcore.rng",
    "simcore.types",
}
ALLOWED_ELSEWHERE = {"math", "typing", "dataclasses", "enum", "collections.abc", "numpy", "weakref"}
HIDDEN = {"build", "Pictures", "fill_own", "fill_contacts"}  # the parts of simcore.picture that take the state


DECIDING = [
    path for path in sorted(FOLDER.rglob("*.py")) if path != FOLDER / "__init__.py"
]  # which lists the doctrines


@pytest.mark.parametrize("path", DECIDING, ids=lambda path: path.stem)
def test_a_doctrine_imports_only_what_a_side_may_know(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            module = node.module or ""
            assert module in ALLOWED_SIMCORE | ALLOWED_ELSEWHERE or module.startswith("agents.doctrine.")
            assert not HIDDEN & {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= ALLOWED_ELSEWHERE
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"__import__", "eval", "exec", "compile", "open", "globals", "vars"}


def test_no_file_is_long() -> None:
    assert all(len(path.read_text(encoding="utf-8").splitlines()) < 400 for path in FOLDER.rglob("*.py"))
