"""Results of a benchmark and the performance floors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Spread:
    """A quantity measured in several rounds."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Middle value of the rounds."""
        return median(self.rounds)

    @property
    def low(self) -> float:
        """Smallest value."""
        return min(self.rounds)

    @property
    def high(self) -> float:
        """Largest value."""
        return max(self.rounds)

    def as_json(self) -> dict[str, object]:
        """Return median, range and rounds."""
        return {"median": self.median, "low": self.low, "high": self.high, "rounds": list(self.rounds)}


def ratios(above: Spread, below: Spread) -> Spread:
    """Return the ratio of two quantities round by round: the common effect of the machine cancels."""
    return Spread(tuple(a / b for a, b in zip(above.rounds, below.rounds, strict=False)))


@dataclass(frozen=True)
class Memory:
    """Memory of a case [bytes]."""

    state_per_unit: float  # per replication
    params_per_unit: float  # once, independent of the number of replications
    terrain: int  # once
    scratch_per_unit: float  # per thread
    rss_per_unit: float | None  # growth of the process per unit and replication; None if unavailable


@dataclass(frozen=True)
class PhaseShare:
    """The share of a phase in the tick."""

    name: str
    share: float  # 0..1
    ns_per_unit_step: float
    calls_per_tick: float


@dataclass(frozen=True)
class PolicyShare:
    """Breakdown of the CPU time of a run with the scenario's policies (shares, 0..1)."""

    policies: tuple[str, ...]
    unit_steps_per_cpu_s: float
    engine: float
    pictures: float
    decisions: float


@dataclass
class CaseResult:
    """The results of a scenario."""

    name: str
    n_units: int
    n_ticks: int
    replications: int
    unit_steps: int  # per round
    rate: Spread  # unit-steps per CPU-second
    draws_per_unit_step: Spread  # cost in draws of the reference kernel
    memory: Memory | None = None
    phases: tuple[PhaseShare, ...] = ()
    policy: PolicyShare | None = None
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class ThreadResult:
    """Speed-up of a batch by threads, in wall time against a single thread."""

    case: str
    threads: int
    speed_up: Spread


@dataclass(frozen=True)
class GameResult:
    """Whole games of a scenario with its policies."""

    case: str
    what: str
    worlds: int  # played together
    rate: Spread  # games per CPU-second


@dataclass(frozen=True)
class PeerResult:
    """Another engine, measured in the same rounds."""

    name: str
    description: str
    version: str
    n_agents: int
    rate: Spread | None  # agent-steps per CPU-second; None if it could not be measured
    ratio: Spread | None  # Chammo's rate on ``against`` divided by the peer's
    against: str
    problem: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartResult:
    """Time from the command line to the first result of ``chammo run SCENARIO`` [s]."""

    scenario: str
    cold_wall_s: float | None  # with an empty folder of compiled code
    cold_cpu_s: float | None
    warm_wall_s: Spread | None
    warm_cpu_s: Spread | None
    problem: str = ""


@dataclass(frozen=True)
class PluginResult:
    """A rate and a baseline rate from the same rounds, measured by an installed package."""

    case: str
    what: str
    rate: Spread | None  # per CPU-second; None if it could not be measured
    against: str
    base: Spread | None  # per CPU-second
    floor: float | None  # of the ratio
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> Spread | None:
        """The ratio of the rate to the baseline, round by round."""
        return None if self.rate is None or self.base is None else ratios(self.rate, self.base)


@dataclass
class Results:
    """All results of a ``chammo bench``."""

    machine: dict[str, object]
    settings: dict[str, object]
    reference: Spread | None = None  # draws of the reference kernel per CPU-second
    cases: list[CaseResult] = field(default_factory=list[CaseResult])
    games: list[GameResult] = field(default_factory=list[GameResult])
    threads: list[ThreadResult] = field(default_factory=list[ThreadResult])
    peers: list[PeerResult] = field(default_factory=list[PeerResult])
    start: StartResult | None = None
    plugins: list[PluginResult] = field(default_factory=list[PluginResult])
    notes: list[str] = field(default_factory=list[str])
    is_complete: bool = False

    def as_json(self) -> dict[str, object]:
        """Return all results and the floors, ready for JSON."""
        return {**_plain(self), "floors": [_plain(floor) for floor in floors(self)]}


@dataclass(frozen=True)
class Floor:
    """A performance floor and its measurement. ``is_met`` is None without a measurement."""

    what: str
    unit: str
    limit: float
    is_ceiling: bool
    measured: float | None

    @property
    def is_met(self) -> bool | None:
        """Whether the floor is met."""
        if self.measured is None:
            return None
        return self.measured <= self.limit if self.is_ceiling else self.measured >= self.limit


RATE_FLOORS = ((1_000, 2.0e6), (10_000, 1.5e6))
"""Number of units of a generated scenario and its floor [unit-steps per CPU-second]."""

DEMO_FLOOR = 2.0e6
GROWTH_CEILING = 1.5
THREADS_FLOOR = 1.8
COLD_CEILING_S = 60.0
WARM_CEILING_S = 3.0
PEER_FLOORS = (("mesa", 300.0), ("magent2", 3.0))


def case_name(n_units: int) -> str:
    """Return the name of a generated case."""
    return f"generated-{n_units}"


def growth(cases: Sequence[CaseResult], small: int = 100, large: int = 10_000) -> float | None:
    """Return the cost of a unit-step with ``large`` units relative to that with ``small``, or None."""
    rates = {case.name: case.rate for case in cases}
    if case_name(small) in rates and case_name(large) in rates:
        return ratios(rates[case_name(small)], rates[case_name(large)]).median
    return None


def floors(results: Results) -> list[Floor]:
    """Return the floors with their measurements."""
    rates = {case.name: case.rate.median for case in results.cases}
    demo = results.cases[0] if results.cases else None
    label = demo.name if demo is not None else "demo"
    listed = [Floor(f"full model, {label}", "unit-steps/CPU-s", DEMO_FLOOR, False, rates.get(label))]
    listed += [
        Floor(f"full model, {n:,} units", "unit-steps/CPU-s", limit, False, rates.get(case_name(n)))
        for n, limit in RATE_FLOORS
    ]
    listed.append(
        Floor("cost of a unit-step, 10,000 against 100", "times", GROWTH_CEILING, True, growth(results.cases))
    )
    peers = {peer.name: peer for peer in results.peers}
    for name, limit in PEER_FLOORS:
        peer = peers.get(name)
        ratio = peer.ratio.median if peer is not None and peer.ratio is not None else None
        listed.append(Floor(f"against {name}", "times", limit, False, ratio))
    pairs = [thread.speed_up.median for thread in results.threads if thread.threads == 2]
    listed.append(Floor("speed-up with 2 threads", "times", THREADS_FLOOR, False, max(pairs) if pairs else None))
    listed += [
        Floor(
            f"{plugin.what.partition(',')[0]}, {plugin.case}",
            "times",
            plugin.floor,
            False,
            plugin.ratio.median if plugin.ratio is not None else None,
        )
        for plugin in results.plugins
        if plugin.floor is not None
    ]
    start = results.start
    warm = start.warm_wall_s.median if start is not None and start.warm_wall_s is not None else None
    listed.append(Floor("warm start of chammo run", "s", WARM_CEILING_S, True, warm))
    cold = start.cold_wall_s if start is not None else None
    listed.append(Floor("first compile (cold start)", "s", COLD_CEILING_S, True, cold))
    return listed


def _plain(value: object) -> dict[str, object]:
    """Return a dataclass as a dictionary; each ``Spread`` with its median and range, each floor with its verdict."""
    plain: dict[str, object] = {name: _value(getattr(value, name)) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]
    if isinstance(value, Floor):
        plain["is_met"] = value.is_met
    return plain


def _value(value: object) -> object:
    if isinstance(value, Spread):
        return value.as_json()
    if hasattr(value, "__dataclass_fields__"):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]  # type: ignore[misc]
    return value
