"""Approval requests to the operators of a side, assembled from the events in a view."""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.types import Autonomy, EventKind

ASKED = EventKind.APPROVAL_ASKED.name
RESULTS = {
    EventKind.APPROVAL_GRANTED.name: "granted",
    EventKind.APPROVAL_DENIED.name: "denied",
    EventKind.APPROVAL_TIMEOUT.name: "timed_out",
    EventKind.APPROVAL_WITHDRAWN.name: "withdrawn",
}
_DECIDED = ("granted", "denied")
_AUTONOMY = tuple(autonomy.name.lower() for autonomy in Autonomy)

Columns = dict[str, list[Any]]


def find_requests(events: Columns, names: list[str], sides: list[str]) -> list[dict[str, Any]]:
    """Return the requests as mappings in order of time.

    ``events`` are the columns of a view; its unit numbers index ``names``. A request without a known end in the view
    has the result "open". ``until_s`` is the time it left the queue and ``end_s`` the time it was closed, or None.
    """
    requests: list[dict[str, Any]] = []
    open_of: dict[int, dict[str, Any]] = {}
    columns = (events[name] for name in ("time_s", "kind", "side", "unit", "other", "contact", "a", "b"))
    for time_s, kind, side, unit, other, contact, a, b in zip(*columns, strict=True):
        if kind == ASKED:
            request = {
                "time_s": time_s,
                "side": sides[side] if 0 <= side < len(sides) else "",
                "unit": names[unit] if 0 <= unit < len(names) else "",
                "target": names[other] if other >= 0 else f"#{contact}" if contact >= 0 else "",
                "autonomy": _AUTONOMY[a] if 0 <= a < len(_AUTONOMY) else "",
                "result": "open",
                "waited_s": None,
                "decided_in_s": None,
                "until_s": None,
                "end_s": None,
            }
            requests.append(request)
            open_of[unit] = request
        elif kind in RESULTS and unit in open_of:
            request = open_of.pop(unit)
            result = RESULTS[kind]
            service_s = float(b) if result in _DECIDED else 0.0
            request |= {
                "result": result,
                "waited_s": float(a),
                "decided_in_s": service_s if result in _DECIDED else None,
                "until_s": time_s - service_s,
                "end_s": time_s,
            }
    return requests


def queue_curves(requests: list[dict[str, Any]], side: str, time_s: list[float]) -> dict[str, list[int]]:
    """Return the numbers of waiting requests of a side and of busy operators at each time.

    Requests without a known end in the view are left out.
    """
    known = [request for request in requests if request["side"] == side and request["end_s"] is not None]
    if not known:
        return {}
    asked, taken, ended = (np.sort([request[key] for request in known]) for key in ("time_s", "until_s", "end_s"))

    def past(moments: np.ndarray) -> np.ndarray:
        return np.searchsorted(moments, np.array(time_s), side="right")

    return {"waiting": (past(asked) - past(taken)).tolist(), "deciding": (past(taken) - past(ended)).tolist()}


def board_rows(requests: list[dict[str, Any]], *, with_side: bool) -> list[dict[str, Any]]:
    """Return the rows of the board: each request with its time, result and delay."""
    names = ("time_s", *(("side",) if with_side else ()), "unit", "target", "result")
    return [{**{name: request[name] for name in names}, "queue_and_service": _delay(request)} for request in requests]


def _delay(request: dict[str, Any]) -> str:
    """Return the time in the queue and, for a decided request, the time of the decision."""
    if request["waited_s"] is None:
        return ""
    decided = "" if request["decided_in_s"] is None else f" + {request['decided_in_s']:.0f}"
    return f"{request['waited_s']:.0f}{decided} s"
