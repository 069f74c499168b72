"""Source trees side by side: another commit unpacked beside the present tree, and a worker process in either."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "against"
WORKER = Path(__file__).with_name("worker.py")

_ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


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
        environment = {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "PYTHONPATH": str(tree.folder)}
        environment.pop("NUMBA_CACHE_DIR", None)
        if tree.cache is not None:
            tree.cache.mkdir(parents=True, exist_ok=True)
            environment["NUMBA_CACHE_DIR"] = str(tree.cache)
        self._errors: IO[str] = tempfile.TemporaryFile(  # noqa: SIM115  lives as long as the process
            "w+", encoding="utf-8", errors="replace"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(script)],  # -P: no module is found beside the script
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=tree.folder,
            env=environment,
            text=True,
        )
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
        sender, answers = self._process.stdin, self._process.stdout
        if sender is None or answers is None:
            raise TreeError(f"{self.tree.name}: its process has no pipes")
        try:
            sender.write(json.dumps({"do": do, **fields}) + "\n")
            sender.flush()
            line = answers.readline()
        except OSError:
            line = ""
        if not line:
            self._errors.seek(0)
            reason = (self._errors.read().strip().splitlines() or ["without a message"])[-1]
            raise TreeError(f"{self.tree.name}: its process ended: {reason}")
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise TreeError(f"{self.tree.name}: {answer['problem']}")
        return answer

    def close(self) -> None:
        """End the process."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except OSError:  # the reader of buffered output has gone
                    continue

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
