"""How `chammo bench` talks to a peer: one JSON line in, one JSON line out, in a process of the peer's own.

The first line from `chammo bench` is the set-up; the peer answers ``{"ready": true, ...}`` or ``{"problem": "..."}``.
Then each line ``{"seconds": S}`` asks for about S CPU-seconds of work and is answered by
``{"agent_steps": n, "cpu_s": s, ...}``. End of input ends the peer. Waiting costs no CPU time, so rounds of
several peers and of Chammo can take turns on one core.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


def serve(prepare: Callable[[Json], tuple[Json, Callable[[float], Json]]]) -> int:
    """Answer rounds until the input ends. ``prepare(setup)`` returns what to say when ready, and the round."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # what libraries print must not get between the answers
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
