"""A threaded server for the replay page; its address is checked before anything is printed."""

from __future__ import annotations

import contextlib
import io
import socket

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from viz.replay.classroom import Classroom
from viz.replay.library import Library
from viz.replay.server import create_app


class QuietHandler(WSGIRequestHandler):
    """Keeps the connection open between requests and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing."""


def make_replay_server(library: Library, host: str, port: int, classroom: Classroom | None = None) -> BaseWSGIServer:
    """Return a server listening on host and port. Raise OSError if that is impossible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:  # werkzeug exits the process if the port is taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
    with contextlib.redirect_stderr(io.StringIO()):
        return make_server(
            host, port, create_app(library, host, classroom).server, threaded=True, request_handler=QuietHandler
        )
