"""The fence round a stranger's commander: it may read its own folder and the installed packages, and nothing else.

A hook on the events of the interpreter refuses files elsewhere (other processes under /proc, scenario files, results),
connections and further processes, and keeps a list of them. The hook holds for code in Python; machine code of an
extension can pass it, so it is no sandbox.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from simcore.compiling.cache import cache_roots

_HARMLESS = (
    "/dev/null", "/dev/urandom", "/dev/random", "/proc/cpuinfo", "/proc/meminfo", "/proc/self/status",
    "/sys/devices/system", "/sys/fs/cgroup", "/etc/localtime", "/usr/lib", "/usr/share", "/lib", "/System/Library",
)  # fmt: skip
_CODE = (".py", ".pyc", ".so", ".pyd", ".dylib", ".pth", ".zip")
_TEXTS = (".yaml", ".yml")  # scenarios of the library
_CLOSED = {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.exec",
    "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill",
}  # fmt: skip
_KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")
_KEPT_FAMILIES = ("PYTHON", "LC_", "NUMBA_", "OMP_", "MKL_", "OPENBLAS_")


def bare_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of the environment that a process of Python needs."""
    return {name: value for name, value in environment.items() if name in _KEPT or name.startswith(_KEPT_FAMILIES)}


class Fence:
    """The fence of a process. ``looks`` are the refused attempts; ``raise_up`` puts it up for good."""

    def __init__(self, folder: str | Path, hidden: Iterable[str] = ()) -> None:
        self._folder = os.path.realpath(folder)
        self._packages = tuple(map(os.path.realpath, _own_packages()))
        compiled = os.environ.get("NUMBA_CACHE_DIR", "")
        folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, *map(str, cache_roots())}
        folders |= {compiled} if compiled else set()
        self._roots = (*map(os.path.realpath, folders), *_HARMLESS)
        self._paths = tuple(os.path.realpath(path or ".") for path in sys.path)
        self._hidden = {os.path.realpath(path) for path in hidden}
        self.looks: list[str] = []

    def raise_up(self) -> None:
        """Refuse from now on; nothing takes the hook away."""
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse an event of the interpreter that is closed, and list it."""
        if event in ("open", "os.listdir", "os.scandir"):
            path = arguments[0]
            if isinstance(path, (str, bytes, os.PathLike)):
                self._check(os.fsdecode(path), is_folder=event != "open")
        elif event in _CLOSED:
            self._refuse(f"{event} is closed to a commander")

    def _check(self, path: str, *, is_folder: bool) -> None:
        if not self.allows(path, is_folder=is_folder):
            self._refuse(f"{path[:200]} is closed to a commander: it may read its own folder and installed packages")

    def allows(self, path: str, *, is_folder: bool = False) -> bool:
        """Return whether a file may be opened, or a folder listed."""
        real = os.path.realpath(path)
        if real in self._hidden:
            return False
        if _is_in(real, self._packages):
            return not real.endswith(_TEXTS)
        if _is_in(real, (self._folder, *self._roots)):
            return True
        return _is_in(real, self._paths) and (real in self._paths if is_folder else real.endswith(_CODE))

    def _refuse(self, text: str) -> None:
        if len(self.looks) < 1000:
            self.looks.append(text)
        raise PermissionError(text)


def _is_in(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _own_packages() -> list[str]:
    """Return the folders of the packages of Chammo."""
    found = [find_spec(name) for name in ("agents", "logistics", "scenarios", "simcore", "staff_ai", "viz")]
    return [folder for spec in found if spec is not None for folder in spec.submodule_search_locations or ()]
