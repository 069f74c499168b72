"""The distribution: the packages are ours, complete, and free of traces of any one machine."""

import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path

import pytest

from staff_ai.trained.policy_files import FILES
from tests.staff_ai.trained.folders import written

PACKAGES = ("simcore", "scenarios", "agents", "staff_ai", "logistics", "viz")
PROSE_AND_CODE = {"", ".cfg", ".css", ".html", ".js", ".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}
SKIPPED_FOLDERS = {".git", ".venv", "__pycache__", "build", "dist", "node_modules", "runs"}

# Written in two pieces, so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|ro" + r"ot|wo" + r"rk|Users|opt|mnt|priv" + r"ate)/[\w.-]")
DRIVE_PATH = re.compile(r"\b[C-Z]:\\+Us" + r"ers\\")


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_ours(package: str, repository: Path) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == repository.resolve() / package / "__init__.py"


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_says_what_it_is_and_ships_its_types(package: str, repository: Path) -> None:
    assert importlib.import_module(package).__doc__
    assert (repository / package / "py.typed").is_file()


def test_folders_of_tests_mirror_the_rooms(repository: Path) -> None:
    folders = {path.parent.relative_to(repository / "tests").as_posix() for path in repository.glob("tests/**/*.py")}
    beside_the_rooms = {".", "golden", "reference"}  # see CONTRIBUTING.md
    assert [name for name in sorted(folders - beside_the_rooms) if not (repository / name).is_dir()] == []


def test_the_version_comes_from_one_place() -> None:
    assert version("chammo") == importlib.import_module("simcore").__version__


def test_the_configuration_names_all_packages(repository: Path) -> None:
    tools = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]
    assert tuple(tools["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert set(tools["importlinter"]["root_packages"]) == set(PACKAGES)
    assert {f"/{package}" for package in PACKAGES} <= set(tools["hatch"]["build"]["targets"]["sdist"]["include"])


def test_the_core_needs_no_heavy_package(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    core = {re.split(r"[<>=!~\[ ]", requirement)[0] for requirement in project["dependencies"]}
    assert not core & {"dask", "dash", "distributed", "plotly", "stable-baselines3", "torch"}


def test_every_requirement_is_pinned(repository: Path) -> None:
    settings = tomllib.loads((repository / "pyproject.toml").read_text())
    groups = [settings["project"]["dependencies"], *settings["project"]["optional-dependencies"].values()]
    groups += [[r for r in group if isinstance(r, str)] for group in settings["dependency-groups"].values()]
    wanted = {re.split(r"[<>=!~\[ ]", requirement)[0] for group in groups for requirement in group}
    pins = [line for line in (repository / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*(; .+)?", pin) for pin in pins)
    assert wanted <= {pin.split("==")[0] for pin in pins}


def _own_entry_points() -> list[EntryPoint]:
    every = entry_points()
    found = [e for group in every.groups for e in every.select(group=group) if e.value.split(".")[0] in PACKAGES]
    return sorted(found, key=lambda entry: (entry.group, entry.name))  # the same order in each process


def test_the_installation_knows_the_entry_points_of_the_configuration(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    declared = {("console_scripts", name, value) for name, value in project["scripts"].items()}
    for group, members in project["entry-points"].items():
        declared |= {(group, name, value) for name, value in members.items()}
    assert {(e.group, e.name, e.value) for e in _own_entry_points()} == declared


@pytest.mark.parametrize("entry", _own_entry_points(), ids=lambda e: f"{e.group}:{e.name}")
def test_every_entry_point_loads(entry: EntryPoint) -> None:
    assert entry.load() is not None


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(repository: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    wheel = _build_wheel(repository, tmp_path)
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {name for name in names if ".dist-info/" not in name}
    expected = {
        path.relative_to(repository).as_posix()
        for package in PACKAGES
        for path in _files(repository / package)
        if path.suffix != ".pyc"
    }
    assert shipped == expected
    configuration = ConfigParser()
    configuration.read_string(
        zipfile.ZipFile(wheel).read(next(n for n in names if n.endswith("entry_points.txt"))).decode()
    )
    assert dict(configuration["console_scripts"]) == {"chammo": "scenarios.cli:main"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_works_away_from_the_checkout(repository: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    site = tmp_path / "site"
    zipfile.ZipFile(_build_wheel(repository, tmp_path)).extractall(site)
    code = "import scenarios, sys; from scenarios.cli import main; print(scenarios.__file__); sys.exit(main(['list']))"
    result = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    where, _, listing = result.stdout.partition("\n")
    assert Path(where).is_relative_to(site)
    assert listing.strip()


def test_a_commander_put_into_the_package_ships_in_the_wheel_and_plays_from_it(
    repository: Path, tmp_path: Path
) -> None:
    pytest.importorskip("hatchling")
    tree, site, name = tmp_path / "tree", tmp_path / "site", "test-captain"
    tree.mkdir()
    for package in PACKAGES:
        shutil.copytree(repository / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copyfile(repository / file, tree / file)
    place = f"staff_ai/trained/commanders/{name}"
    trained_on = [{"scenario": "two-patrols", "side": "blue", "hash": "0"}]
    written(tree / place, trained_on=trained_on, onnx=b"never opened")
    wheel = zipfile.ZipFile(_build_wheel(tree, tmp_path))
    files = {entry for entry in wheel.namelist() if entry.startswith("staff_ai/trained/commanders/")}
    added = {entry for entry in files if name in entry}
    assert added == {f"{place}/{file}" for file in FILES}
    assert all(wheel.getinfo(entry).file_size == (tree / entry).stat().st_size for entry in added)
    wheel.extractall(site)
    code = (
        "from scenarios.cli import main; from simcore.policy_registry import find_policy; import sys;"
        f"find_policy({name!r}); sys.exit(main(['list', '--commanders']))"
    )
    result = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert f"  {name}" in result.stdout
    assert "trained for two-patrols (blue)" in result.stdout


def _build_wheel(repository: Path, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in SKIPPED_FOLDERS and not (path.name.startswith(".") and path.name != ".ci"):
                yield from _files(path)
        elif not path.name.startswith("."):
            yield path


def test_no_file_names_a_place_on_one_machine(repository: Path) -> None:
    findings: list[str] = []
    for path in _files(repository):
        if path.suffix not in PROSE_AND_CODE:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MACHINE_PATH.search(line) or DRIVE_PATH.search(line):
                findings.append(f"{path.relative_to(repository)}:{number}: {line.strip()[:100]}")
    assert not findings, "\n".join(findings)


def test_modules_are_short_and_named_for_what_they_hold(repository: Path) -> None:
    findings: list[str] = []
    for folder in (*PACKAGES, "tests", "benchmarks"):
        for path in _files(repository / folder):
            if path.suffix != ".py":
                continue
            n_lines = len(path.read_text(encoding="utf-8").splitlines())
            if n_lines > 400:
                findings.append(f"{path.relative_to(repository)}: {n_lines} lines; split it by ideas")
            if path.stem in {"base", "common", "helpers", "manager", "misc", "util", "utils"}:
                findings.append(f"{path.relative_to(repository)}: name it for what it holds")
    assert not findings, "\n".join(findings)
