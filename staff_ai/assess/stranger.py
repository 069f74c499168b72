"""A stranger's commander: a class in a file, run in a process of its own with limits of time and memory.

A class with ``reset`` and ``decide`` is a policy of Chammo. A class with ``act(observation, info)`` is an agent for the
Gymnasium environment of the side: it gets the observation of one game and the mask of legal choices, as ``CommandEnv``
gives them, and returns the action. The process reads its own folder and the installed packages alone (``fence``). That
holds for code in Python: the limits are no sandbox.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from agents.environments.commander import ChoiceCommander
from agents.environments.schema import Observation
from simcore.errors import InputError, RunError
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.types import F64
from staff_ai.assess.fence import bare_environment
from staff_ai.assess.wire import NUMBER, WireError, receive, send

_START_S = 60.0  # least time for the imports of a commander


class Limits(NamedTuple):
    """Limits of a stranger's process."""

    seconds: float = 10.0  # for a decision in all replications
    memory_mib: int = 2048


class Nursery:
    """The process that forks the processes of a stranger's commanders. Close it at the end."""

    def __init__(
        self,
        name: str,
        parameters: Mapping[str, object],
        limits: Limits = Limits(),  # noqa: B008
        hidden: Sequence[str] = (),
    ) -> None:
        if not hasattr(os, "fork"):
            raise InputError(f"policy {name}: a process of its own needs Linux or macOS; give --in-process to trust it")
        self.name, self.limits = name, limits
        self.looks: list[str] = []  # refused attempts to look outside of its own folder
        self._about = {
            "name": name, "parameters": dict(parameters), "memory_mib": limits.memory_mib, "hidden": list(hidden),
        }  # fmt: skip
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def make(self) -> Policy:
        """Return a new commander in a process of its own."""
        link = _Link(*self._fork(), self.name, self.limits, self.looks)
        try:
            about: dict[str, Any] = link.ask(
                "while it was made", seconds=max(_START_S, self.limits.seconds), word="make"
            )
        except BaseException:
            link.close()
            raise
        if about["kind"] == "policy":
            return RemotePolicy(link, about)
        if about["acts"]:
            return RemoteAgent(link)
        link.close()
        raise InputError(
            f"policy {self.name}: the class has neither `decide` (a policy) nor `act` (a Gymnasium agent); add one"
        )

    def _fork(self) -> tuple[socket.socket, int]:
        """Return the socket of a new process, and its number."""
        with self._lock:
            if self._process is None:
                self._start()
            assert self._socket is not None
            ours, theirs = socket.socketpair()
            with theirs:
                try:
                    socket.send_fds(self._socket, [json.dumps(self._about).encode()], [theirs.fileno()])
                    number = self._socket.recv(NUMBER.size)
                except OSError:
                    number = b""
            if len(number) < NUMBER.size:
                raise RunError(f"policy {self.name}: its process ended; see its messages above")
            return ours, NUMBER.unpack(number)[0]

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            # its own process group: a Ctrl-C is handled here alone
            self._process = subprocess.Popen(
                [sys.executable, "-m", "staff_ai.assess.stranger_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
                env=bare_environment(os.environ),
            )  # fmt: skip
        self._socket = ours

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            if self._process is not None:
                with suppress(OSError):
                    os.killpg(self._process.pid, signal.SIGKILL)  # those of its commanders too
                self._process.wait()
            self._process, self._socket = None, None

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Link:
    """The way to the process of a commander."""

    def __init__(self, link: socket.socket, process: int, name: str, limits: Limits, looks: list[str]) -> None:
        self._socket, self._process, self._name, self._limits = link, process, name, limits
        self._looks = looks

    def ask(self, moment: str, *, seconds: float | None = None, **request: Any) -> Any:
        """Return the answer to a request. Raises ``RunError`` for an error, a late answer and an ended process."""
        try:
            self._socket.settimeout(seconds or self._limits.seconds)
            send(self._socket, request)
            answer = receive(self._socket)
        except TimeoutError:
            self.close()
            with suppress(OSError):
                os.kill(self._process, signal.SIGKILL)
            text = f"no answer within {self._limits.seconds:g} s {moment}; make it faster, or give more --seconds"
            raise RunError(f"policy {self._name}: {text}") from None
        except (WireError, OSError) as error:
            self.close()
            text = f"its process ended {moment} ({error}); it may need more than {self._limits.memory_mib} MiB"
            raise RunError(f"policy {self._name}: {text}") from None
        if not isinstance(answer, dict) or ("error" not in answer and "value" not in answer):
            raise RunError(f"policy {self._name}: an answer {moment} cannot be understood; mend the policy")
        self._looks += [str(text) for text in answer.get("looks", ())]
        if "error" in answer:
            raise RunError(f"policy {self._name}: {moment}: {answer['error']}; this is a defect of the policy")
        return answer["value"]

    def close(self) -> None:
        """End the process."""
        self._socket.close()


class RemotePolicy:
    """A policy in a process of its own."""

    def __init__(self, link: _Link, about: Mapping[str, Any]) -> None:
        self._link = link
        self.reads_clocks = bool(about["reads_clocks"])
        self.offers = tuple(about["offers"])

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for replications."""
        self._link.ask("at its reset", word="reset", briefing=briefing, seed=seed, replication=replication)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Send the picture, and write the orders that come back."""
        moment = f"at tick {int(picture.ticks.max())}"
        found: Any = self._link.ask(moment, word="decide", picture=picture, orders=orders)
        same = isinstance(found, Orders) and all(
            a.shape == b.shape and a.dtype == b.dtype for a, b in zip(found, orders, strict=True)
        )
        if not same:
            raise RunError(f"policy: its orders {moment} have another shape than those passed to it; mend the policy")
        orders.real[...], orders.whole[...] = found.real, found.whole

    def ask(self, word: str, picture: Picture | None = None) -> F64:
        """Return the answer to an optional question."""
        if picture is None:
            return self._link.ask("when asked", word=word)
        return self._link.ask("when asked", word=word, picture=picture)

    def close(self) -> None:
        """End the process."""
        self._link.close()


class RemoteAgent(ChoiceCommander):
    """Gymnasium agents in a process of their own: one for each game."""

    offers: tuple[str, ...] = ()

    def __init__(self, link: _Link) -> None:
        super().__init__()
        self._link = link

    def choose(self, picture: Picture, observation: Observation, mask: np.ndarray) -> np.ndarray:
        """Return the actions of the agents."""
        moment = f"at tick {int(picture.ticks.max())}"
        actions = self._link.ask(
            moment, word="act", replication=picture.replication[self.due(picture)], observation=dict(observation),
            mask=mask,
        )  # fmt: skip
        if getattr(actions, "shape", None) != mask.shape[:2]:
            raise RunError(f"agent: its action {moment} has another shape than ({mask.shape[1]},); mend the agent")
        return np.clip(actions, 0, mask.shape[2] - 1)

    def close(self) -> None:
        """End the process."""
        self._link.close()
