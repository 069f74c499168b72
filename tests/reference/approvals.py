"""A crew of operators, slow and readable: what one tick does to the requests of one side.

Written from the description of the model, with records and lists instead of columns; only the random numbers are
taken from the engine, because they are a function of who, when and what for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Request:
    """What a unit asked for and how far that got. ``stage``: waiting, served, granted, refused, window, none."""

    unit: int
    target: int
    asked: int
    stage: str
    until: int = 0
    taken_up: int = 0


@dataclass
class Asker:
    """What the crew may know of a unit when it decides."""

    key: int
    policy: str  # manual, approve, veto
    can_fire: bool  # in the fight, weapon whole, free to fire
    linked: bool
    level: int  # of the contact asked for, as the side knows it; without a link, 1 if the unit sees it itself
    needed: int  # level that the rules of engagement ask


@dataclass
class Crew:
    """A crew and its books."""

    operators: int
    timeout: int
    valid: int
    veto: int
    grant_level: int
    p_grant: float
    p_below: float
    service: Callable[[Request, Asker], int]  # ticks, drawn
    pause: Callable[[Request], int]
    judgement: Callable[[Request], float]
    books: dict[str, int] = field(default_factory=dict[str, int])

    def count(self, what: str, number: int = 1) -> None:
        """Enter something in the books."""
        self.books[what] = self.books.get(what, 0) + number

    def decide(self, tick: int, requests: dict[int, Request], askers: dict[int, Asker]) -> None:
        """Bring all requests up to date at the beginning of a tick."""
        for unit, request in requests.items():
            asker = askers[unit]
            if request.stage == "refused":
                if tick >= request.until:
                    request.stage = "none"
            elif request.stage == "granted":
                is_useless = asker.level == 0 or (not asker.linked and asker.policy != "veto")
                if tick >= request.until or is_useless:
                    request.stage = "none"
            elif request.stage in ("waiting", "served", "window"):
                self._update(tick, request, asker)
                if request.stage == "refused":
                    request.until = tick + self.pause(request)

    def _update(self, tick: int, request: Request, asker: Asker) -> None:
        is_veto = asker.policy == "veto"
        on_the_books = request.stage != "window"
        is_pointless = not asker.can_fire or asker.level == 0 or (not asker.linked and not is_veto)
        if on_the_books and (is_pointless or not asker.linked):
            self.count("withdrawn")
            request.stage = "window"
        if is_pointless:
            request.stage = "none"
            return
        age = tick - request.asked
        if request.stage == "served" and tick >= request.until:
            needed = self.grant_level or asker.needed
            p = self.p_grant if asker.level >= needed else self.p_below
            if self.judgement(request) >= p:
                self.count("denied")
                request.stage = "refused"
                return
            self.count("granted")
            request.stage = "window" if is_veto else "granted"
            request.until = tick + self.valid
        if is_veto and age >= self.veto:
            if request.stage != "window":
                self.count("timed out")
            request.stage = "granted"
            request.until = tick + self.valid
        elif not is_veto and request.stage == "waiting" and age >= self.timeout:
            self.count("timed out")
            request.stage = "refused"

    def take_up(self, tick: int, requests: dict[int, Request], askers: dict[int, Asker]) -> None:
        """Give free operators the oldest requests at the end of a tick."""
        busy = sum(request.stage == "served" for request in requests.values())
        queue = sorted(
            (request for request in requests.values() if request.stage == "waiting"),
            key=lambda request: (request.asked, askers[request.unit].key),
        )
        free = max(0, self.operators - busy)
        for request in queue[:free]:
            request.stage = "served"
            request.taken_up = tick
            request.until = tick + self.service(request, askers[request.unit])
        self.count("waited", len(queue[free:]))
        self.count("worked", busy + min(free, len(queue)))
