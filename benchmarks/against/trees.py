"""Source trees side by side: another commit unpacked beside the present tree, and a worker process in either."""

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from scenarios.benchmark.worker_process import ONE_THREAD, WorkerError, WorkerProcess

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "against"
WORKER = Path(__file__).with_name("worker.py")


class TreeError(Exception):
    """A commit or its code cannot be measured; the message gives the reason."""


class Tree:
    """A source tree. ``cache`` is the folder of its compiled code; None is the folder that it chooses itself."""

    def __init__(self, name: str, folder: Path, cache: Path | None = None) -> None:
        self.name = name
        self.folder = folder
        self.cache = cache

    def library(self) -> dict[str, Path]:
        """Return the files of the scenarios of the library, by name."""
        return {file.stem: file for file in sorted((self.folder / "scenarios" / "library").glob("*.yaml"))}


def present_tree() -> Tree:
    """Return the tree of this file, with its uncommitted changes."""
    name = _git("describe", "--always", "--dirty=, changed", "--exclude=*").strip()
    return Tree(name, ROOT)


def unpack(commit: str, build: Path = BUILD) -> Tree:
    """Return the tree of a commit, unpacked below ``build`` and kept there with its compiled code.

    Raises
    ------
    TreeError
        When this is no checkout of git, or there is no such commit.
    """
    name = _git("rev-parse", "--verify", "--short=12", "--end-of-options", f"{commit}^{{commit}}").strip()
    home = build / name
    if not (home / "tree").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            ["git", "archive", "--format=zip", name], cwd=ROOT, check=True, capture_output=True
        ).stdout
        with tempfile.TemporaryDirectory(dir=home) as half, zipfile.ZipFile(io.BytesIO(packed)) as archive:
            whole = Path(half) / "tree"
            archive.extractall(whole)
            whole.rename(home / "tree")
    return Tree(name[:7], home / "tree", home / "cache")


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise TreeError(f"git cannot be started ({error.strerror})") from error
    if done.returncode:
        raise TreeError((done.stderr.strip().splitlines() or ["git failed"])[-1])
    return done.stdout


class Player:
    """A worker process in a tree, with the Python and the packages of this process."""

    def __init__(self, tree: Tree, script: Path = WORKER) -> None:
        self.tree = tree
        environment = {
            **os.environ,
            **dict.fromkeys(("NUMBA_NUM_THREADS", *ONE_THREAD), "1"),
            "PYTHONPATH": str(tree.folder),
        }
        environment.pop("NUMBA_CACHE_DIR", None)
        if tree.cache is not None:
            tree.cache.mkdir(parents=True, exist_ok=True)
            environment["NUMBA_CACHE_DIR"] = str(tree.cache)
        command = [sys.executable, "-P", str(script)]  # -P: no module is found beside the script
        try:
            self._worker = WorkerProcess(command, tree.folder, environment)
        except WorkerError as error:
            raise TreeError(f"{tree.name}: {error}") from error
        try:
            self.request("begin", tree=str(tree.folder))
        except BaseException:
            self.close()
            raise

    def request(self, do: str, **fields: Any) -> dict[str, Any]:
        """Return the answer to a request.

        Raises
        ------
        TreeError
            When the code of the tree fails.
        """
        try:
            return self._worker.ask({"do": do, **fields})
        except WorkerError as error:
            raise TreeError(f"{self.tree.name}: {error}") from error

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
