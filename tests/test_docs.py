"""The documentation: pages made from the code are up to date, links resolve, commands exist."""

import argparse
import ast
import contextlib
import importlib
import importlib.util
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])
PROSE = [*(page for page in PAGES if page.name != "CHANGELOG.md"), ROOT / "benchmarks" / "README.md"]
COMMAND = re.compile(r"^\s*(?:\$ )?(chammo(?: .*)?)$")
PLACEHOLDER = {"COMMAND", "NAME", "FILE", "FOLDER"}


def import_from_docs(name: str) -> ModuleType:
    """Return a file of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = import_from_docs("generate")


@pytest.fixture(scope="module")
def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of every command."""
    return {name: parser for name, _, parser in GENERATOR.parsers()}


@pytest.mark.parametrize("name", sorted(GENERATOR.PAGES))
def test_the_page_is_up_to_date(name: str) -> None:
    text = (GENERATOR.REFERENCE / name).read_text(encoding="utf-8")
    assert text == GENERATOR.PAGES[name](), f"docs/reference/{name} is out of date: run `make docs`"


def test_the_readme_promises_no_more_set_ups_than_chammo_verify_plays() -> None:
    from scenarios.verification.topics import default_checks

    promised = re.search(r"exact results in more than (\d+) set-ups", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert promised is not None
    assert len(default_checks()) > int(promised[1])


def test_every_library_scenario_is_described_and_was_measured() -> None:
    from benchmarks.pages import balance as page
    from scenarios.format.document import load_document
    from scenarios.format.resolve import resolve
    from scenarios.format.texts import library_names

    text = page.PAGE.read_text(encoding="utf-8")
    for name in library_names():
        assert page.section(name) in text, f"{name}: out of date; run python -m benchmarks.pages.balance"
        assert f"\n| `{name}` |" in text, f"{name}: not measured; run python -m benchmarks.pages.balance"
        digest = resolve(load_document(name)).hash[:12]
        assert f"`{digest}`" in text, f"{name}: changed since it was measured; run python -m benchmarks.pages.balance"


def test_no_page_is_missing_from_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in PAGES if (ROOT / "docs") in page.parents]
    assert [page for page in pages if page != "README.md" and f"({page})" not in index] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    broken = [target for target in links(page) if not resolves(page, target)]
    assert not broken, f"{page.relative_to(ROOT)}: {broken}"


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_and_modules_named_in_the_prose_exist(page: Path) -> None:
    missing = [name for name in names_of_code(page) if not is_there(name)]
    assert not missing, f"{page.relative_to(ROOT)}: {missing}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_parse(page: Path, parsers: dict[str, argparse.ArgumentParser]) -> None:
    wrong: list[str] = []
    for line in commands(page):
        problem = refusal(line, parsers)
        if problem:
            wrong.append(f"{line}: {problem}")
    assert not wrong, "\n".join(wrong)


def links(page: Path) -> Iterator[str]:
    """Yield the targets of the page's links and pictures that lie in this repository."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            yield target


def names_of_code(page: Path) -> Iterator[str]:
    """Yield the paths and modules of this repository between backticks, and the modules that examples run."""
    text = page.read_text(encoding="utf-8")
    tops = "simcore|scenarios|logistics|agents|staff_ai|viz|benchmarks|tests|docs"
    yield from re.findall(rf"`((?:{tops})[./](?!parquet`)[\w./-]+)`", text)
    yield from re.findall(rf"python (?:-m )?((?:{tops})[./][\w./-]+)", text)


def is_there(name: str) -> bool:
    """Return whether a path exists, or a module and what it names in it."""
    if "/" in name:
        return (ROOT / name).exists()
    parts = name.split(".")
    for k in range(len(parts), 0, -1):
        if spec_of(".".join(parts[:k])) is not None:
            found: object = importlib.import_module(".".join(parts[:k])) if k < len(parts) else None
            return all((found := getattr(found, part, None)) is not None for part in parts[k:])
    return False


def spec_of(module: str) -> object:
    """Return the specification of a module, or None where its package does not exist."""
    try:
        return importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None


def resolves(page: Path, target: str) -> bool:
    """Return whether the file exists and has the heading that the target names."""
    name, _, anchor = target.partition("#")
    path = (page.parent / name) if name else page
    if not path.exists():
        return False
    return not anchor or anchor in anchors(path)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def commands(page: Path) -> Iterator[str]:
    """Yield the lines of the page's code blocks that call chammo, without prompt, comment and redirection."""
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        for line in block.splitlines():
            found = COMMAND.match(line)
            if found:
                yield re.split(r"\s+[>|#]", found.group(1))[0].rstrip()


def refusal(line: str, parsers: dict[str, argparse.ArgumentParser]) -> str:
    """Return why the command line is refused, "" when it parses. Nothing is executed."""
    words = shlex.split(line)[1:]
    if not words or words[0].startswith("-"):
        return "" if words in ([], ["--help"], ["--version"]) else "unknown option"
    if words[0] in PLACEHOLDER:
        return ""
    if words[0] not in parsers:
        return "no such command"
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            parsers[words[0]].parse_args(words[1:])
    except SystemExit as stop:
        return "" if stop.code in (0, None) else said.getvalue().strip().splitlines()[-1]
    return ""


def test_a_wrong_command_is_noticed(parsers: dict[str, argparse.ArgumentParser]) -> None:
    assert refusal("chammo fly", parsers) == "no such command"
    assert "unrecognized" in refusal("chammo run two-patrols --sed 3", parsers)
    assert refusal("chammo run two-patrols --seed 3", parsers) == ""


def test_the_model_description_lists_the_phases_in_the_order_of_the_engine() -> None:
    files = [ROOT / "simcore" / n for n in ("engine.py", "kernels/fighting/strike.py", "kernels/world/sustain.py")]
    nodes = [node for file in files for node in ast.parse(file.read_text(encoding="utf-8")).body]
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and "simcore.kernels" in (node.module or "")]
    own = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
    kernels = {alias.name for node in imports for alias in node.names} - own.keys() | {"sort_units", "sustain"}

    def phases_of(name: str) -> list[str]:
        calls = [node for node in ast.walk(own[name]) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        calls.sort(key=lambda node: node.lineno)
        names = [node.func.id for node in calls if isinstance(node.func, ast.Name)]
        return [
            phase
            for called in names
            for phase in ([called] if called in kernels or called not in own else phases_of(called))
        ]

    phases = [phase for phase in phases_of("play") if phase in kernels]
    text = (ROOT / "docs/explanation/odd.md").read_text(encoding="utf-8")
    section = text.partition("## Process overview and scheduling")[2].partition("\n## ")[0]
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\d+\. .*$", section, re.MULTILINE)))
    assert ["take_orders", "dispatch_orders", *listed] == phases[phases.index("take_orders") :]


def test_every_number_of_the_catalogue_is_in_the_table_of_parameters() -> None:
    from scenarios.format.catalogue import built_in_cards

    text = (ROOT / "docs/reference/parameters.md").read_text(encoding="utf-8")
    for kind in built_in_cards().values():
        for name, card in kind.items():
            for key, value in card.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert f"| `{name}` | `{key}` |" in text
