"""`chammo replay` as a person meets it: what it prints, what it exits with, that Ctrl+C ends it."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "import sys; from scenarios.cli import main; sys.exit(main())", "replay"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def test_a_folder_that_is_not_a_run(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 2
    assert "not a run folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_usage_errors_exit_with_2(small: Path) -> None:
    assert run().returncode == 2
    assert run(small, "--port", "70000").returncode == 2
    assert run(small, "--view", "green").returncode == 2


def test_help_has_examples() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "chammo replay runs/first" in done.stdout


@pytest.mark.parametrize("stop", [signal.SIGINT])
def test_serves_until_ctrl_c(small: Path, stop: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*COMMAND, str(small), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        # a shell that runs this in the background has told its children to ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line
        with urllib.request.urlopen(match[0] + "boot.json", timeout=10) as answer:
            assert answer.status == 200
        port = match[0].split(":")[-1].strip("/")
        taken = run(small, "--port", port)
        assert taken.returncode == 1
        assert "cannot listen there" in taken.stderr
        process.send_signal(stop)
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert errors == ""
    finally:
        process.kill()
        process.communicate()
