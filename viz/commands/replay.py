"""The command ``chammo replay``."""

from __future__ import annotations

import time
import webbrowser
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.command import Command
from simcore.errors import InputError, RunError
from simcore.recording.manifest import MANIFEST
from simcore.recording.run_folder import PARTIAL

if TYPE_CHECKING:
    from viz.replay.library import Library

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WAIT_S = 0.2


def _configure(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = (
        "examples:\n"
        "  chammo replay runs/first              play a run back\n"
        "  chammo replay runs/a runs/b           compare two runs in step\n"
        "  chammo replay runs/first --view blue  serve only Blue's view\n"
        "  chammo replay runs/first --class      trainer and trainees, with a key for each view\n"
        "  chammo replay runs/now                follow a run that is still being written\n"
        "  chammo replay batches/study           outcomes of a batch"
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="run or batch folder")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8050, help="port to listen on; 0 takes a free port (default: 8050)")
    parser.add_argument("--view", metavar="SIDE", help="serve this side's view only; the truth is inaccessible")
    parser.add_argument(
        "--class", dest="is_class", action="store_true", help="a class: print a key for the trainer and one per side"
    )
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="keep the keys of --class in this file instead of printing them"
    )
    parser.add_argument(
        "--classification", metavar="TEXT", help="line above and below the page (default: that of the scenario)"
    )
    parser.add_argument(
        "--wait", action="store_true", help="wait for folders that do not exist yet, to follow their runs"
    )
    parser.add_argument("--open", action="store_true", help="open the page in the default browser")


def _execute(arguments: Namespace) -> int:
    if not 0 <= arguments.port <= 65535:
        raise InputError(f"--port: {arguments.port} is not a port; give 0 to 65535")
    is_class = arguments.is_class or arguments.keys is not None
    if is_class and arguments.view:
        raise InputError(f"--view {arguments.view}: a class has a key for each view; leave out --view or --class")
    from viz.reading.run_folder import checked_banner
    from viz.replay.library import Library  # dash takes a second to import: check the folders first

    if arguments.wait:
        _wait(arguments.folders)
    library = Library(
        arguments.folders,
        arguments.view,
        checked_banner(arguments.classification),
        tell=lambda line: print(line, flush=True),
    )
    keys = _keys(library, arguments.keys) if is_class else None
    try:
        from viz.replay.classroom import Classroom
        from viz.replay.serve import make_replay_server
    except ModuleNotFoundError as error:
        raise InputError(
            f"replay needs the package {error.name}; install it with: pip install 'chammo[viz]'"
        ) from error
    try:
        classroom = None if keys is None else Classroom(library, keys)
        server = make_replay_server(library, arguments.host, arguments.port, classroom)
    except OSError as error:
        raise RunError(
            f"{arguments.host}:{arguments.port}: cannot listen there ({error.strerror or error}); "
            "give another --port, or --port 0 for a free port"
        ) from error
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    url = f"http://{host}:{server.port}/"
    if arguments.host not in LOOPBACK:
        risk = (
            "can be reached from other machines without a password: everyone there can view these folders and change "
            "the review."
            if keys is None
            else "can be reached from other machines. Keys and data travel unencrypted: use it in a network that you "
            "trust."
        )
        print(f"Warning: {arguments.host} {risk}", flush=True)
    if keys is not None:
        _print_keys(url, keys, arguments.keys)
    print(f"Replay at {url} (stop with Ctrl+C)", flush=True)
    if arguments.open:
        webbrowser.open(url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass  # the normal way to stop
    finally:
        server.server_close()
        for saved in library.close():
            print(f"The run goes on; its marks are in {saved}: copy them into its folder when it has ended", flush=True)
    return 0


def _keys(library: Library, path: Path | None) -> dict[str, str]:
    from viz.replay.classroom import make_key, read_keys, roles_of

    roles = roles_of(library)
    if len(roles) < 2:
        raise InputError("--class: no run folder is given, so there is no side for a trainee; give a run folder")
    return {role: make_key() for role in roles} if path is None else read_keys(path, roles)


def _wait(folders: list[Path]) -> None:
    """Return when every folder exists, or the run that is being written to it has begun."""
    for folder in folders:
        is_told = False
        while not folder.exists() and not (folder.with_name(folder.name + PARTIAL) / MANIFEST).is_file():
            if not is_told:
                print(f"Waiting for {folder} (stop with Ctrl+C)", flush=True)
                is_told = True
            time.sleep(_WAIT_S)


def _print_keys(url: str, keys: dict[str, str], path: Path | None) -> None:
    """Print the keys, or the file that holds them: then they are in no log of the output."""
    if path is not None:
        print(f"Keys of the class: {path} (trainer, {', '.join(list(keys)[1:])}). Trainees enter theirs at {url}")
        return
    width = max(map(len, keys))
    print(f"Keys of the class, to be entered at {url} or opened as a link:")
    for role, key in keys.items():
        print(f"  {role:{width}}  {key}  {url}enter?key={key}")


REPLAY = Command(
    summary="Play a run back in the browser, compare two runs, or view a batch.", configure=_configure, execute=_execute
)
