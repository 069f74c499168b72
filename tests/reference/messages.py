"""Messages that take time, the slow way: every pair of radios, a dictionary of letters for every unit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.reference.networks import hops


def quickest_ms(
    members: Iterable[int],
    posts: Iterable[int],
    hears: Callable[[int, int], bool],
    latency_ms: dict[int, int],
    most: int,
) -> dict[int, int]:
    """Return what the quickest path over the fewest hops takes to each reached member."""
    count = hops(members, posts, hears, most)
    path = {unit: 0 for unit, n in count.items() if n == 0}
    for unit, n in sorted(count.items(), key=lambda item: item[1]):
        if n > 0:
            before = [a for a in count if count[a] == n - 1 and hears(a, unit)]
            path[unit] = min(path[a] + max(latency_ms[a], latency_ms[unit]) for a in before)
    return path


@dataclass
class Inbox:
    """The orders of one unit, by number; a higher number is a later order."""

    taken: int = 0
    ready: int = 0  # arrived and not taken up yet
    under_way: dict[int, int] = field(default_factory=dict[int, int])  # number: tick of arrival

    def send(self, number: int, arrival: int, is_linked: bool) -> None:
        """The command post gives an order; it is not sent into a dead link."""
        if is_linked:
            self.under_way[number] = arrival

    def open(self, tick: int) -> list[int]:
        """Return what arrives in this tick and is news."""
        due = sorted(number for number, arrival in self.under_way.items() if arrival <= tick)
        self.under_way = {number: arrival for number, arrival in self.under_way.items() if arrival > tick}
        news = [number for number in due if number > max(self.taken, self.ready)]
        self.ready = max(news, default=self.ready)
        return news

    def take_up(self, is_linked: bool) -> None:
        """The unit's turn: it acts on the newest order that it has."""
        if is_linked and self.ready:
            self.taken, self.ready = self.ready, 0

    def cut(self) -> None:
        """The link is gone, and with it what was under way."""
        self.under_way.clear()
        self.ready = 0

    def restore(self, newest: int, arrival: int) -> None:
        """The link is back: the post sends its newest order again."""
        if newest > self.taken:
            self.under_way[newest] = arrival
