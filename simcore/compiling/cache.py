"""The cache folder of the compiled engine.

Numba's file cache notices a change in the file of a function, but not in a helper called from another file: the
caller stays stale. So the cache folder is named by a digest of all modules of this package with compiled functions,
the modules they import, and everything else that affects the compiled code. ``simcore/__init__.py`` calls
``prepare_cache`` before Numba is imported, which is why kernels live in ``simcore`` only. Modules without kernels,
such as those for recording, may change without a recompilation of the engine.

Compiled code is code: a cache folder is used only when it belongs to the user and is writable by no other user.
"""

import atexit
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from simcore.compiling.installed import installation_stamp

KEPT_FOLDERS = 4
"""Number of most recently used cache folders kept for each user."""

PRUNE_AGE_S = 86400.0
"""Time after its last use during which a folder is never deleted [s]."""

_VARIABLE = "NUMBA_CACHE_DIR"
_CODE_FLAGS = (
    "NUMBA_BOUNDSCHECK",
    "NUMBA_DEBUGINFO",
    "NUMBA_ENABLE_AVX",
    "NUMBA_LOOP_VECTORIZE",
    "NUMBA_OPT",
    "NUMBA_SLP_VECTORIZE",
)
_IMPORT = re.compile(rb"\n[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]*))")
_NAME = re.compile(r"[\w.]+")
_FOLDER_NAME = re.compile(r"[0-9a-f]{24}")
_USED_MARK = "last-used"
_KEPT_FORM = 1  # of the digests on the disk; another number when their rules change


def prepare_cache(package: Path) -> Path | None:
    """Set Numba's cache folder to the folder for the compiled sources below ``package``, and return it.

    Returns None and leaves ``NUMBA_CACHE_DIR`` unchanged when the user has set it. A value inherited from a parent
    process that called this function is computed anew, because the sources may have changed since.
    """
    given = os.environ.get(_VARIABLE)
    if given and not is_chosen(Path(given)):
        return None
    name = kept_digest(package, compiled_digest)
    for root in cache_roots():
        folder = _open_folder(root, name)
        if folder is not None:
            prune(root)
            break
    else:
        folder = _throwaway_folder()
    os.environ[_VARIABLE] = str(folder)
    if "numba" in sys.modules:  # imported earlier, so it has already read its environment
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


def compiled_digest(package: Path) -> str:
    """Return 24 hexadecimal digits that change with any source of the compiled code and with its compiler."""
    return _digest(package, compiled_sources(package))


def source_digest(package: Path) -> str:
    """Return 24 hexadecimal digits that change with any source below ``package`` and with its compiler."""
    return _digest(package, {file: file.read_bytes() for file in _sources(package)})


def kept_digest(package: Path, digest: Callable[[Path], str]) -> str:
    """Return ``digest(package)``, from the user's cache folder if no source has changed since it was computed.

    Reading all sources takes longer than the rest of the import. A source is the same if it has the same place, size
    and times of its last change and of the last change of its entry, which no program can set back.
    """
    known = _facts(package, digest.__name__)
    place = blake2b(f"{digest.__name__} {package.resolve()}".encode(), digest_size=16).hexdigest()
    for root in cache_roots():
        try:
            if not _is_private(root):
                continue
            kept, _, answer = (root / f"{place}.digest").read_text(encoding="ascii").partition(" ")
        except (OSError, ValueError):
            continue
        if kept == known and _FOLDER_NAME.fullmatch(answer):
            return answer
    answer = digest(package)
    for root in cache_roots():
        with suppress(OSError):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(root) and _facts(package, digest.__name__) == known:
                partial = root / f"{place}.{os.getpid()}"
                partial.write_text(f"{known} {answer}", encoding="ascii")
                partial.replace(root / f"{place}.digest")
                break
    return answer


def _facts(package: Path, name: str) -> str:
    """Return a digest of places, sizes and times of the sources below ``package``, and of the compiler."""
    facts: list[object] = [name, _KEPT_FORM, installation_stamp(), _settings()]
    for file in _sources(package):
        status = file.stat()
        facts.append((str(file), status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def compiled_sources(package: Path) -> dict[Path, bytes]:
    """Return the sources of the modules with compiled functions and of the modules they import, by file.

    A module has compiled functions when it imports Numba or the decorators of ``compiling.jit``.
    """
    modules: dict[str, tuple[Path, bytes]] = {}
    for file in _sources(package):
        parts = [package.name, *file.relative_to(package).with_suffix("").parts]
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file, file.read_bytes()
    imports = {name: _imports(source) for name, (_, source) in modules.items()}
    decorators = f"{package.name}.compiling.jit"
    waiting = [name for name, used in imports.items() if decorators in used or any(_is_numba(u) for u in used)]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in modules and name not in needed:
            needed.add(name)
            waiting += imports[name]
    return dict(modules[name] for name in sorted(needed))


def _imports(source: bytes) -> set[str]:
    """Return the full names of a module's imports: for ``from a import b`` both ``a`` and ``a.b``."""
    names: set[str] = set()
    found = _IMPORT.findall(b"\n" + source)
    for module, members, plain in ((part.decode() for part in line) for line in found):
        names.update(_NAME.findall(plain))
        if module:
            names.update((module, *(f"{module}.{member}" for member in _NAME.findall(members))))
    return names


def _is_numba(name: str) -> bool:
    return name.split(".", 1)[0] == "numba"


def _digest(package: Path, sources: Mapping[Path, bytes]) -> str:
    digest = blake2b(digest_size=12)
    for file, source in sources.items():
        digest.update(f"{file.relative_to(package).as_posix()}\0{len(source)}\0".encode())
        digest.update(source)
    for facts in _compiler():
        digest.update(repr(facts).encode())
    return digest.hexdigest()


def _compiler() -> tuple[object, ...]:
    """Return versions and settings of the compiler."""
    versions = (sys.implementation.cache_tag, _installed("numba"), _installed("numpy"))
    return versions, _settings()


def _settings() -> list[str | None]:
    return [os.environ.get(flag) for flag in _CODE_FLAGS]


def private_root() -> Path | None:
    """Return the first of ``cache_roots`` that belongs to the user and is writable by no other user; None without."""
    for root in cache_roots():
        with suppress(OSError):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(root):
                return root
    return None


def cache_roots() -> list[Path]:
    """Return the folders to try, best first: the user's cache folder, then the system's temporary folder."""
    roots: list[Path] = []
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        roots.append(Path(given) / "chammo")
    else:
        home = os.path.expanduser("~")
        if os.path.isabs(home):
            roots.append(Path(home) / ".cache" / "chammo")
    roots.append(Path(tempfile.gettempdir()) / f"chammo-{_user_id()}")
    return roots


def prune(root: Path) -> None:
    """Delete all but the most recently used cache folders in ``root``, but no folder used within ``PRUNE_AGE_S``."""
    try:
        folders = [entry for entry in root.iterdir() if _FOLDER_NAME.fullmatch(entry.name)]
    except OSError:
        return
    if len(folders) <= KEPT_FOLDERS:
        return
    oldest_s = time.time() - PRUNE_AGE_S
    by_use = sorted(((_last_used_s(folder), folder) for folder in folders), reverse=True)
    for used_s, folder in by_use[KEPT_FOLDERS:]:
        if used_s < oldest_s:
            shutil.rmtree(folder, ignore_errors=True)


def code_folder(cache: Path, source: Path, package: Path) -> Path:
    """Return the folder for the code of a source file of the package, in a cache folder of its own."""
    return cache.joinpath(package.name, *source.relative_to(package).parent.parts)


def is_cold(*, with_support: bool = False) -> bool:
    """Return whether the engine is not yet compiled: the version with support of units, or that without.

    The cache folder then has no index of ``support_units``, or no version of ``engine.advance`` but that with it.
    """
    cache, package = Path(os.environ.get(_VARIABLE, "")), Path(__file__).resolve().parents[1]
    folder = code_folder(cache, package / "engine.py", package) if is_chosen(cache) else cache
    is_supported = next(folder.rglob("sustain.support_units-*.nbi"), None) is not None
    if with_support:
        return not is_supported
    return sum(1 for _ in folder.rglob("engine.advance-*.nbc")) <= int(is_supported)


def _sources(package: Path) -> Iterator[Path]:
    """Yield the Python files below ``package`` in a fixed order."""
    for folder, subfolders, files in os.walk(package):
        subfolders[:] = sorted(name for name in subfolders if name != "__pycache__")
        for name in sorted(files):
            if name.endswith(".py"):
                yield Path(folder, name)


def _installed(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to load

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"


def is_chosen(folder: Path) -> bool:
    """Return whether a cache folder was chosen by this package, perhaps in a process with another home folder."""
    is_root = folder.parent.name in {"chammo", f"chammo-{_user_id()}"}
    return is_root and _FOLDER_NAME.fullmatch(folder.name) is not None


def _open_folder(root: Path, name: str) -> Path | None:
    """Create ``root/name``, mark it as used and return it; None when it is not writable or not safe."""
    folder = root / name
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if not (_is_private(root) and _is_private(folder)):
            return None
        (folder / _USED_MARK).write_bytes(b"")
    except OSError:
        return None
    return folder


def _is_private(folder: Path) -> bool:
    """Return whether the folder, which must not be a link, belongs to this user and only this user can write to it."""
    if os.name != "posix":
        return True
    status = folder.lstat()
    return status.st_uid == _user_id() and status.st_mode & 0o170022 == 0o040000


def _user_id() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _last_used_s(folder: Path) -> float:
    """Return the time of a folder's last use [s since the epoch]; 0 when it was never marked as used."""
    try:
        return (folder / _USED_MARK).stat().st_mtime
    except OSError:
        return 0.0


def _throwaway_folder() -> Path:
    """Return a new folder that is removed when the process ends; each process then compiles everything anew."""
    folder = Path(tempfile.mkdtemp(prefix="chammo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
