"""Compiled scenarios kept from one process to the next are those that would be compiled."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios import kept, loader
from scenarios.compiler.compiled import Compiled
from scenarios.format.texts import read_text
from scenarios.loader import derived, load, load_again

NAME = "two-patrols"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of kept results, which is empty, as is the folder that takes its place."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / "chammo" / "results"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the sources of the scenarios that are compiled, in turn."""
    sources: list[str] = []

    def noted(text: str, source: str, sustainment: str, compiled: Any = loader._load) -> Compiled:
        sources.append(source)
        return compiled(text, source, sustainment)

    monkeypatch.setattr(loader, "_load", noted)
    return sources


def arrays_of(thing: Any) -> list[np.ndarray]:
    """Return all arrays in nested tuples, in order."""
    if isinstance(thing, np.ndarray):
        return [thing]
    return [array for part in thing for array in arrays_of(part)] if isinstance(thing, tuple) else []


@pytest.mark.parametrize("name", [NAME, "mass-casualty-drill"])
def test_a_kept_scenario_has_the_arrays_names_and_texts_of_a_compiled_one(
    cache: Path, compilations: list[str], name: str
) -> None:
    """Also the layout and the type of each array: another would make Numba compile the engine anew."""
    first, again = load_again(name), load_again(name)
    assert compilations == [name]
    for mine, kept_one in zip(arrays_of(first.params), arrays_of(again.params), strict=True):
        assert (mine.dtype, mine.shape, mine.flags.c_contiguous, mine.flags.writeable) == (
            *(kept_one.dtype, kept_one.shape, kept_one.flags.c_contiguous, kept_one.flags.writeable),
        )
        assert mine.tobytes() == kept_one.tobytes()
    assert again.scenario == first.scenario
    assert (again.scenario.hash, again.scenario.dump_yaml()) == (first.scenario.hash, first.scenario.dump_yaml())
    assert again.warnings == first.warnings
    assert again.roster.units == first.roster.units
    for mine, kept_one in zip(first.briefings, again.briefings, strict=True):
        assert mine.intelligence.digest == kept_one.intelligence.digest


def test_another_text_another_switch_and_other_code_compile_anew(
    cache: Path, compilations: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.yaml"
    text, _ = read_text(NAME)
    file.write_text(text)
    assert load_again(file).roster.title == load_again(file).roster.title
    assert len(compilations) == 1
    file.write_text(text.replace("name: two-patrols", "name: three-patrols"))
    assert load_again(file).scenario.name == "three-patrols"
    load_again(file, sustainment="on")
    monkeypatch.setattr(kept, "_code", lambda: "other code")
    load_again(file)
    assert len(compilations) == 4


def test_an_edit_of_a_source_changes_every_key(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    source = folder / "module.py"
    source.write_text("GAIN = 1\n")
    before, times = list(kept._facts(str(folder))), source.stat()
    source.write_text("GAIN = 2\n")
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))  # size and time of change of the file as before
    assert list(kept._facts(str(folder))) != before


def test_a_damaged_result_counts_as_none(cache: Path, compilations: list[str]) -> None:
    load_again(NAME)
    (file,) = cache.iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    load_again(NAME)
    file.write_bytes(b"")
    load_again(NAME)
    load_again(NAME)
    assert compilations == [NAME] * 3


def test_a_result_that_follows_from_a_kept_scenario_is_made_once(cache: Path) -> None:
    made: list[str] = []

    def title(compiled: Compiled) -> str:
        made.append(compiled.roster.title)
        return compiled.roster.title

    titles = {derived(load_again(NAME), "title", title) for _ in range(3)}
    assert titles == set(made)
    assert len(made) == 1
    derived(load(NAME), "title", title)  # compiled by a caller, who may change it: nothing is kept for it
    assert len(made) == 2


def test_the_longest_unused_results_go_first_when_there_are_too_many(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_IN_ALL", 3500)
    for k in range(3):
        kept.keep(f"{k}", "result", bytes(1000))
        os.utime(cache / f"{k}.result", ns=(k, k))
    assert kept.find("0", "result") == (bytes(1000), True)  # used: the youngest now
    kept.keep("3", "result", bytes(1000))
    assert sorted(file.name for file in cache.iterdir()) == ["0.result", "2.result", "3.result"]
    monkeypatch.setattr(kept, "MOST_BYTES", 100)
    kept.keep("4", "result", bytes(1000))
    assert kept.find("4", "result") == (None, False)


def test_a_folder_in_which_others_may_write_is_not_read(cache: Path, compilations: list[str]) -> None:
    """A pickle is code."""
    load_again(NAME)
    cache.parent.chmod(0o777)
    load_again(NAME)
    assert compilations == [NAME] * 2


def test_a_kept_scenario_loads_neither_the_format_nor_the_compiler(cache: Path) -> None:
    """Nor does the record of its run: the identity, the briefing and the names are kept with it."""
    code = (
        "import sys\nfrom scenarios.loader import derived, load_again\nfrom scenarios.run.identity import identity\n"
        "from scenarios.run.briefing import briefing_document, names_document\n"
        f"compiled = load_again({NAME!r})\n"
        "compiled.warnings, compiled.scenario.dump_yaml(), identity(compiled, (), 1)\n"
        "derived(compiled, 'briefing', briefing_document), derived(compiled, 'names', names_document)\n"
        "print([name for name in ('pydantic', 'scenarios.compiler.scenario') if name in sys.modules])\n"
        "print(compiled.scenario.content.name)"
    )
    for known in (["pydantic", "scenarios.compiler.scenario"], []):
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert result.stdout.splitlines() == [str(known), NAME]
