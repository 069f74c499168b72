"""The request that `chammo bench` makes of the benchmarks of installed packages."""

from dataclasses import dataclass

from scenarios.benchmark.cases import Work
from scenarios.benchmark.peers import PeerSpec


@dataclass(frozen=True)
class PluginRequest:
    """Scope of a measurement by an installed package."""

    scenarios: tuple[str, ...]  # names
    seconds: float  # approximate CPU-seconds of each rate in a round
    rounds: int
    subject: Work  # the case for comparison with peers
    door: PeerSpec | None  # MAgent2 through PettingZoo; None leaves it out
