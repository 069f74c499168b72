"""A worker process that answers requests over a pipe: a JSON object in a line each way."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkerError(Exception):
    """A worker cannot go on; the message gives the reason. ``is_answer``: the worker itself gave it."""

    def __init__(self, reason: str, *, is_answer: bool = False) -> None:
        super().__init__(reason)
        self.is_answer = is_answer


class WorkerProcess:
    """A running worker. Raises ``WorkerError`` when it cannot be started."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._errors: IO[str] = tempfile.TemporaryFile(  # noqa: SIM115  lives as long as the process
            "w+", encoding="utf-8", errors="replace"
        )
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                cwd=folder,
                env=environment,
                text=True,
            )
        except OSError as error:
            self._errors.close()
            raise WorkerError(f"{command[0]} cannot be started ({error.strerror})") from error

    def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a request. Raises ``WorkerError`` when it is a problem, or when the process ended."""
        sender, answers = self._process.stdin, self._process.stdout
        if sender is None or answers is None:
            raise WorkerError("its process has no pipes")
        try:
            sender.write(json.dumps(message) + "\n")
            sender.flush()
            line = answers.readline()
        except OSError:
            line = ""
        if not line:
            self._errors.seek(0)
            reason = (self._errors.read().strip().splitlines() or ["without a message"])[-1]
            raise WorkerError(f"its process ended: {reason}")
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise WorkerError(str(answer["problem"]), is_answer=True)
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
