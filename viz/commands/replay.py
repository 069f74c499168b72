"""The command ``chammo replay``."""

from __future__ import annotations

import webbrowser
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from scenarios.command import Command
from simcore.errors import InputError, RunError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _configure(parser: ArgumentParser) -> None:
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = (
        "examples:\n"
        "  chammo replay runs/first              play a run back\n"
        "  chammo replay runs/a runs/b           compare two runs in step\n"
        "  chammo replay runs/first --view blue  serve only Blue's view\n"
        "  chammo replay batches/study           outcomes of a batch"
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="run or batch folder")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8050, help="port to listen on; 0 takes a free port (default: 8050)")
    parser.add_argument("--view", metavar="SIDE", help="serve this side's view only; the truth is inaccessible")
    parser.add_argument("--open", action="store_true", help="open the page in the default browser")


def _execute(arguments: Namespace) -> int:
    if not 0 <= arguments.port <= 65535:
        raise InputError(f"--port: {arguments.port} is not a port; give 0 to 65535")
    from viz.replay.library import Library  # dash takes a second to import: check the folders first

    library = Library(arguments.folders, arguments.view)
    try:
        from viz.replay.serve import make_replay_server
    except ModuleNotFoundError as error:
        raise InputError(
            f"replay needs the package {error.name}; install it with: pip install 'chammo[viz]'"
        ) from error
    try:
        server = make_replay_server(library, arguments.host, arguments.port)
    except OSError as error:
        raise RunError(
            f"{arguments.host}:{arguments.port}: cannot listen there ({error.strerror or error}); "
            "give another --port, or --port 0 for a free port"
        ) from error
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    url = f"http://{host}:{server.port}/"
    if arguments.host not in LOOPBACK:
        print(
            f"Warning: {arguments.host} can be reached from other machines without a password: everyone there can view "
            "these folders and change the review.",
            flush=True,
        )
    print(f"Replay at {url} (stop with Ctrl+C)", flush=True)
    if arguments.open:
        webbrowser.open(url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass  # the normal way to stop
    finally:
        server.server_close()
    return 0


REPLAY = Command(
    summary="Play a run back in the browser, compare two runs, or view a batch.", configure=_configure, execute=_execute
)
