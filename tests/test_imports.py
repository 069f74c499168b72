"""What imports what, where import-linter cannot say it: the kernels' allow-list and a light start."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

KERNELS_MAY_IMPORT = (
    "enum",
    "math",
    "numpy",
    "numba",
    "typing",
    "simcore.types",
    "simcore.params",
    "simcore.compiling.prefetch",
    "simcore.stores",
    "simcore.upkeep",
    "simcore.crews",
    "simcore.care",
    "simcore.medical",
    "simcore.triggers",
    "simcore.surroundings",
    "simcore.kinds",
    "simcore.messages",
    "simcore.state",
    "simcore.rng",
    "simcore.events",
    "simcore.compiling.jit",
    "simcore.ticks",
    "simcore.orders",
    "simcore.scratch",
    "simcore.kernels",
)
TOO_HEAVY_TO_START_WITH = {"dash", "mesa", "networkx", "pandas", "plotly", "scipy", "sklearn", "torch"}


def _imported(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            # `from simcore import rng` imports simcore.rng
            names += [f"{module}.{a.name}" for a in node.names] if module == "simcore" else [module]
    return names


DISTRIBUTION_OF = {"dash_ag_grid": "dash-ag-grid", "dash_mantine_components": "dash-mantine-components"} | {
    "pydantic_core": "pydantic",
    "sb3_contrib": "sb3-contrib",
    "sklearn": "scikit-learn",
    "stable_baselines3": "stable-baselines3",
    "yaml": "pyyaml",
}
EXTRAS_OF = {"viz": ["viz"], "staff_ai": ["rl"], "agents": ["rl", "mesa"], "scenarios": ["cluster", "gis"]} | {
    "logistics": ["prognosis"],
}


@pytest.mark.parametrize("package", ["simcore", "logistics", "scenarios", "agents", "staff_ai", "viz"])
def test_what_a_package_imports_is_declared(package: str, repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    requirements = list(project["dependencies"])
    for extra in EXTRAS_OF.get(package, []):
        requirements += project["optional-dependencies"][extra]
    declared = {re.split(r"[<>=!~\[ ]", requirement)[0] for requirement in requirements}
    own = {"simcore", "scenarios", "agents", "staff_ai", "logistics", "viz"}
    findings = {
        f"{path.relative_to(repository)} imports {name}"
        for path in sorted((repository / package).rglob("*.py"))
        for name in _imported(path)
        if (top := name.split(".")[0]) not in own | sys.stdlib_module_names
        and DISTRIBUTION_OF.get(top, top) not in declared
    }
    assert not findings, "\n".join(sorted(findings))


def test_kernels_import_only_what_compiled_code_needs(repository: Path) -> None:
    findings = [
        f"{path.relative_to(repository)} imports {name}"
        for path in sorted((repository / "simcore" / "kernels").rglob("*.py"))
        for name in _imported(path)
        if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in KERNELS_MAY_IMPORT)
    ]
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("module", ["scenarios.cli", "scenarios.commands.run", "scenarios.commands.batch"])
def test_commands_start_without_heavy_packages(module: str, repository: Path) -> None:
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert not TOO_HEAVY_TO_START_WITH & set(result.stdout.split())


def test_checking_a_scenario_loads_no_compiler(repository: Path) -> None:
    """An editor that checks a file at each keystroke must not wait for Numba."""
    code = "import sys; from scenarios.loader import load; load('two-patrols'); sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=repository, check=False).returncode == 0
