"""The process of a stranger's commander: ``python -m staff_ai.assess.stranger_process FD``.

A nursery process holds the imports and forks a process for each commander asked for, so that no two share memory. A
commander's process reads the file, makes the class, and answers requests over a socket of its own. It holds no engine,
so there is nothing in it to look at but the pictures sent; a fence refuses looks elsewhere and keeps a list of them.
"""

import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import numpy as np

from simcore.orders import Orders
from simcore.policy_files import FileFactory
from staff_ai.assess.fence import Fence
from staff_ai.assess.wire import NUMBER, OPTIONAL, WireError, receive, send


def main() -> None:
    """Serve as the nursery, until its socket closes."""
    nursery = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    while True:
        message, handles, _, _ = socket.recv_fds(nursery, 1 << 16, 1)
        if not message or not handles:
            return
        process = os.fork()
        if process == 0:
            nursery.close()
            code = 1
            try:
                _serve(socket.socket(fileno=handles[0]), json.loads(message))
                code = 0
            finally:
                os._exit(code)
        os.close(handles[0])
        nursery.sendall(NUMBER.pack(process))


def _serve(link: socket.socket, about: dict[str, Any]) -> None:
    """Answer requests for a commander until the socket closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    limit = int(about["memory_mib"]) << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.dup2(2, 1)
    file, _, _ = str(about["name"]).rpartition(":")
    fence = Fence(os.path.dirname(os.path.abspath(file)), about["hidden"])
    fence.raise_up()
    host = _Host(about)
    while True:
        try:
            request = receive(link)
        except (WireError, OSError):
            return
        try:
            answer: dict[str, Any] = {"value": host.answer(request)}
        except MemoryError:
            answer = {"error": f"needs more than {about['memory_mib']} MiB of memory"}
        except BaseException as error:  # whatever a stranger's code raises, SystemExit too
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        answer["looks"], fence.looks[:] = fence.looks[:], []
        with suppress(OSError):
            send(link, answer)


class _Host:
    """A commander, or Gymnasium agents, in this process."""

    def __init__(self, about: dict[str, Any]) -> None:
        self._about = about
        self._made: Any = None
        self._agents: dict[int, Any] = {}

    def _make(self) -> Any:
        return FileFactory(self._about["name"])(**self._about["parameters"])

    def answer(self, request: dict[str, Any]) -> Any:
        """Return the answer to a request."""
        word = request["word"]
        if word == "make":
            made: Any = self._make()
            self._made = made
            return {
                "kind": "policy" if callable(getattr(made, "decide", None)) else "agent",
                "acts": callable(getattr(made, "act", None)),
                "reads_clocks": bool(getattr(made, "reads_clocks", False)),
                "offers": [name for name in OPTIONAL if callable(getattr(made, name, None))],
            }
        if word == "reset":
            if callable(getattr(self._made, "reset", None)):
                self._made.reset(request["briefing"], request["seed"], request["replication"])
            return None
        if word == "decide":
            orders = Orders(request["orders"].real.copy(), request["orders"].whole.copy())
            self._made.decide(request["picture"], orders)
            return orders
        if word == "act":
            return self._act(request)
        if word in OPTIONAL:
            found = getattr(self._made, word)(*(() if word == "forecasts" else (request["picture"],)))
            return np.asarray(found, dtype=np.float64)
        raise ValueError(f"unknown request {word!r}")

    def _act(self, request: dict[str, Any]) -> np.ndarray:
        """Return the actions (n, G) of an agent for each replication; each game has an agent of its own."""
        actions: list[np.ndarray] = []
        for k, replication in enumerate(request["replication"].tolist()):
            if replication not in self._agents:
                self._agents[replication] = self._make()
            seen = {name: values[k] for name, values in request["observation"].items()}
            info = {"action_mask": tuple(row.astype(np.int8) for row in request["mask"][k])}
            actions.append(np.asarray(self._agents[replication].act(seen, info), dtype=np.int64))
        return np.stack(actions)


if __name__ == "__main__":
    main()
