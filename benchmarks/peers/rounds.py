"""Protocol between `chammo bench` and a peer in its own process: a JSON line in, a JSON line out.

The first line from `chammo bench` is the set-up; the peer answers ``{"ready": true, ...}`` or ``{"problem": "..."}``.
Then each line ``{"seconds": S}`` requests about S CPU-seconds of work, and the answer is
``{"agent_steps": n, "cpu_s": s, ...}``. End of input ends the peer. Waiting costs no CPU time, so rounds of
several peers and of Chammo can take turns on the same core.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


def serve(prepare: Callable[[Json], tuple[Json, Callable[[float], Json]]]) -> int:
    """Answer rounds until the input ends. ``prepare(setup)`` returns the fields of the ready message and the round."""
    # keeps the output of libraries apart from the answers, whichever way they write it
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    line = sys.stdin.readline()
    if not line:
        return 0
    try:
        about, play = prepare(json.loads(line))
    except ImportError as error:
        _answer(answers, {"problem": f"{error.name or error} is not installed in {sys.executable}"})
        return 1
    _answer(answers, {"ready": True, "python": sys.version.split()[0], **about})
    for line in sys.stdin:
        _answer(answers, play(float(json.loads(line)["seconds"])))
    return 0


def _answer(stream: Any, message: Json) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def once(prepare: Callable[[Json], tuple[Json, Callable[[float], Json]]], setup: Json, seconds: float = 5.0) -> int:
    """Play a set-up for some CPU-seconds, as by hand, and print it with its agent-steps per CPU-second."""
    about, play = prepare(setup)
    result = play(seconds)
    print({**about, **result, "agent_steps_per_cpu_s": round(result["agent_steps"] / result["cpu_s"])})
    return 0
