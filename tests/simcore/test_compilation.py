"""The folder of compiled code follows the sources, and falls back where it cannot be written."""

import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import simcore
from simcore.compiling import cache as compilation
from simcore.compiling.code_on_disk import KeyedFile


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a small package with a kernel that calls a helper in another file."""
    folder = tmp_path / "engine"
    (folder / "kernels").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "kernels" / "helper.py").write_text("GAIN = 1\n")
    (folder / "kernels" / "caller.py").write_text("import numba\nfrom engine.kernels.helper import GAIN\n")
    return folder


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """Return a copy of the engine's sources, where edits are tried out."""
    folder = tmp_path_factory.mktemp("copy") / "simcore"
    shutil.copytree(repository / "simcore", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache home and temporary folder, with no cache folder chosen yet."""
    cache = tmp_path / "cache"
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")  # set before it is removed, so that it is put back in the end
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    if "numba" in sys.modules:
        monkeypatch.setattr(sys.modules["numba"].config, "CACHE_DIR", "")  # put back in the end as well
    return cache


def test_editing_a_source_changes_the_digest(package: Path) -> None:
    before = compilation.source_digest(package)
    (package / "kernels" / "helper.py").write_text("GAIN = 2\n")
    assert compilation.source_digest(package) != before


@pytest.mark.parametrize("digest", [compilation.source_digest, compilation.compiled_digest])
def test_a_kept_digest_is_that_of_the_sources_after_every_edit(
    package: Path, home: Path, digest: Callable[[Path], str]
) -> None:
    """Size and time of change of the file stay as they were: only the entry of the file has a later time."""
    helper = package / "kernels" / "helper.py"
    for gain in (1, 2, 3):
        times = helper.stat()
        helper.write_text(f"GAIN = {gain}\n")
        os.utime(helper, ns=(times.st_atime_ns, times.st_mtime_ns))
        for _ in range(2):
            assert compilation.kept_digest(package, digest) == digest(package)


def test_a_kept_digest_saves_reading_the_sources_again(package: Path, home: Path) -> None:
    calls: list[Path] = []

    def counted(folder: Path) -> str:
        calls.append(folder)
        return f"{len(calls):024x}"

    assert compilation.kept_digest(package, counted) == compilation.kept_digest(package, counted)
    (package / "more.py").write_text("MORE = 1\n")
    assert compilation.kept_digest(package, counted) == f"{2:024x}"
    (home / "chammo").chmod(0o777)  # others may write there now: nothing in it counts
    assert compilation.kept_digest(package, counted) == f"{3:024x}"


def test_renaming_a_source_changes_the_digest(package: Path) -> None:
    before = compilation.source_digest(package)
    (package / "kernels" / "helper.py").rename(package / "kernels" / "assistant.py")
    assert compilation.source_digest(package) != before


def test_the_digest_ignores_time_and_compiled_files(package: Path) -> None:
    before = compilation.source_digest(package)
    os.utime(package / "kernels" / "helper.py", (0, 0))
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "stray.py").write_text("")
    (package / "notes.txt").write_text("not code")
    assert compilation.source_digest(package) == before


@pytest.mark.parametrize("digest", [compilation.source_digest, compilation.compiled_digest])
@pytest.mark.parametrize("flag", ["NUMBA_BOUNDSCHECK", "NUMBA_OPT"])
def test_flags_that_change_the_code_change_the_digests(
    package: Path, flag: str, digest: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(flag, raising=False)
    before = digest(package)
    monkeypatch.setenv(flag, "1")
    assert digest(package) != before


def test_the_folder_lies_in_the_cache_home(package: Path, home: Path) -> None:
    folder = compilation.prepare_cache(package)
    assert folder == home / "chammo" / compilation.compiled_digest(package)
    assert os.environ["NUMBA_CACHE_DIR"] == str(folder)


def test_a_relative_cache_home_is_ignored(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert compilation.cache_roots()[0] == tmp_path / ".cache" / "chammo"


def test_a_folder_of_the_user_is_left_alone(package: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    assert compilation.prepare_cache(package) is None
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"
    assert not home.exists()


def test_a_folder_inherited_from_a_parent_process_is_worked_out_anew(package: Path, home: Path) -> None:
    inherited = compilation.prepare_cache(package)
    (package / "kernels" / "helper.py").write_text("GAIN = 2\n")
    assert compilation.prepare_cache(package) != inherited


def test_an_unwritable_home_falls_back_to_the_temporary_folder(package: Path, home: Path, tmp_path: Path) -> None:
    home.write_text("a file where the folder should be")
    folder = compilation.prepare_cache(package)
    assert folder is not None
    assert folder.parent.parent == tmp_path / "tmp"


@pytest.mark.skipif(os.name != "posix", reason="folders have owners and modes on POSIX only")
def test_a_folder_that_others_may_write_to_is_not_used(package: Path, home: Path) -> None:
    (home / "chammo").mkdir(parents=True)
    (home / "chammo").chmod(0o777)
    folder = compilation.prepare_cache(package)
    assert folder is not None
    assert home not in folder.parents


@pytest.mark.skipif(os.name != "posix", reason="folders have owners and modes on POSIX only")
def test_without_any_safe_place_a_throwaway_folder_is_used(package: Path, home: Path) -> None:
    home.write_text("a file where the folder should be")
    planted = compilation.cache_roots()[1]
    planted.mkdir()
    planted.chmod(0o777)
    folder = compilation.prepare_cache(package)
    assert folder is not None
    assert folder.is_dir()
    assert planted not in folder.parents


def test_pruning_keeps_recent_folders(tmp_path: Path) -> None:
    now_s = time.time()
    ages_d = [0.0, 0.5, 0.9, 2.0, 3.0, 4.0]
    for k, age_d in enumerate(ages_d):
        folder = tmp_path / f"{k:024x}"
        folder.mkdir()
        (folder / "last-used").touch()
        used_s = now_s - age_d * 86400.0
        os.utime(folder / "last-used", (used_s, used_s))
    (tmp_path / "something-else").mkdir()
    compilation.prune(tmp_path)
    assert sorted(int(p.name, 16) for p in tmp_path.glob("0*")) == [0, 1, 2, 3]
    assert (tmp_path / "something-else").is_dir()


def test_pruning_never_deletes_a_folder_used_within_a_day(tmp_path: Path) -> None:
    for k in range(8):
        (tmp_path / f"{k:024x}").mkdir()
        (tmp_path / f"{k:024x}" / "last-used").touch()
    compilation.prune(tmp_path)
    assert len(list(tmp_path.iterdir())) == 8


def edited(engine: Path, file: str) -> tuple[str, str]:
    """Return the digest of the compiled code before and after a line is added to a file."""
    before, source = compilation.compiled_digest(engine), (engine / file).read_bytes()
    (engine / file).write_bytes(source + b"EXTRA = 1\n")
    after = compilation.compiled_digest(engine)
    (engine / file).write_bytes(source)
    return before, after


@pytest.mark.parametrize(
    "file",
    [
        *("recording/tables.py", "recording/run_schema.py", "errors.py", "roster.py", "policy_registry.py"),
        *("simulation.py", "order_checks.py", "decision_loop.py"),
    ],
)
def test_an_edit_of_a_module_without_kernels_compiles_nothing_anew(engine: Path, file: str) -> None:
    before, after = edited(engine, file)
    assert after == before


@pytest.mark.parametrize(
    "file",
    [
        *("engine.py", "kernels/world/movement.py", "kernels/mathematics/geometry.py", "picture.py", "policy_loops.py"),
        *("types.py", "state.py", "params.py", "orders.py", "compiling/jit.py", "compiling/lean_compiler.py"),
    ],
)
def test_an_edit_of_a_kernel_or_of_what_it_imports_compiles_the_engine_anew(engine: Path, file: str) -> None:
    before, after = edited(engine, file)
    assert after != before


def test_the_digest_of_compiled_code_follows_every_import() -> None:
    """Numba turns what a compiled function reads from its module into constants: enumerations, numbers, kernels."""
    package = Path(simcore.__file__).parent
    covered = {file.relative_to(package).with_suffix("") for file in compilation.compiled_sources(package)}
    names = {".".join(["simcore", *file.parts]) for file in covered}
    compiled: list[Any] = []
    for module in pkgutil.walk_packages([str(package)], "simcore."):
        members = vars(importlib.import_module(module.name)).values()
        compiled += [member for member in members if hasattr(member, "py_func")]
    assert len(compiled) > 100
    for function in compiled:
        code, outside = function.py_func.__code__, function.py_func.__globals__
        used = [outside[name] for name in code.co_names if name in outside]
        homes = {function.__module__, *(getattr(thing, "__module__", None) or "" for thing in used)}
        assert {home for home in homes if home.startswith("simcore.")} <= names, function.py_func.__qualname__


@pytest.mark.parametrize("digest", [compilation.source_digest, compilation.compiled_digest])
def test_the_digest_of_the_engine_is_quick(repository: Path, digest: Callable[[Path], str]) -> None:
    best_s = min(_time_s(lambda: digest(repository / "simcore")) for _ in range(20))
    assert best_s < 0.02  # a few milliseconds on a quiet machine


def test_importing_the_engine_names_the_folder_before_numba(tmp_path: Path, repository: Path) -> None:
    code = (
        "import sys, os, simcore; assert 'numba' not in sys.modules; import numba; "
        "assert numba.config.CACHE_DIR == os.environ['NUMBA_CACHE_DIR']; print(numba.config.CACHE_DIR)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=repository, capture_output=True, text=True, check=True
    )
    assert Path(result.stdout.strip()).parent == tmp_path / "chammo"


def test_a_change_in_a_helper_reaches_its_caller_in_another_file(tmp_path: Path, repository: Path) -> None:
    """The trap that the cache folder is there for."""
    package = tmp_path / "engine"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from pathlib import Path\nfrom simcore.compiling.cache import prepare_cache\n\n"
        "prepare_cache(Path(__file__).parent)\n"
    )
    (package / "caller.py").write_text(
        "from numba import njit\nfrom engine.helper import gain\n\n"
        "@njit(cache=True)\ndef call(x):\n    return gain(x)\n"
    )
    answers: list[str] = []
    for factor in (2, 3):
        (package / "helper.py").write_text(
            f"from numba import njit\n\n@njit(cache=True)\ndef gain(x):\n    return {factor} * x\n"
        )
        result = subprocess.run(
            [sys.executable, "-B", "-c", "from engine.caller import call; print(call(1))"],
            env={
                **os.environ,
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                "PYTHONPATH": os.pathsep.join([str(tmp_path), str(repository)]),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(result.stdout.strip())
    assert answers == ["2", "3"]


def test_two_places_of_the_same_engine_share_one_compilation(engine: Path, tmp_path: Path) -> None:
    ask = "from simcore.probe import gain; print(gain(1), *gain.stats.cache_hits.values())"
    found: list[str] = []
    for name in ("first", "second"):
        copy = tmp_path / name / "simcore"
        shutil.copytree(engine, copy)
        (copy / "probe.py").write_text(
            "from simcore.compiling.jit import driver\n\n\n@driver\ndef gain(x):\n    return 2 * x\n"
        )
        os.utime(copy / "probe.py", (len(found), len(found)))  # another time of modification, too
        result = subprocess.run(
            [sys.executable, "-B", "-c", ask],
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(copy.parent)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(result.stdout.strip())
    assert found == ["2", "2 1"]


def test_code_for_different_types_never_has_the_same_file(tmp_path: Path) -> None:
    """Two processes that compile a function at the same time begin with the same index."""
    first, second = (KeyedFile(str(tmp_path), "gain", None) for _ in range(2))
    first.save(("int64",), "code for integers")
    (tmp_path / "gain.nbi").unlink()
    second.save(("float64",), "code for floats")
    (tmp_path / "gain.nbi").unlink()
    first.save(("int64",), "code for integers")
    assert first.load(("int64",)) == "code for integers"
    assert len(list(tmp_path.glob("*.nbc"))) == 2


def _time_s(work: Callable[[], object]) -> float:
    start_s = time.process_time()  # of the processor: other processes of a busy machine do not count
    work()
    return time.process_time() - start_s


def test_each_version_of_the_engine_is_cold_until_it_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has code of its own for the tick; only one of them needs the support of units."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))

    def cold() -> tuple[bool, bool]:
        return compilation.is_cold(), compilation.is_cold(with_support=True)

    without, with_it = tmp_path / "engine.advance-1.py311.1.nbc", tmp_path / "engine.advance-1.py311.2.nbc"
    assert cold() == (True, True)
    without.touch()
    assert cold() == (False, True)
    with_it.touch()
    (tmp_path / "sustain.support_units-1.py311.nbi").touch()
    assert cold() == (False, False)
    without.unlink()
    assert cold() == (True, False)
