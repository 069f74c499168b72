"""A benchmark: the cases, the peers and the reference loop take turns, round by round, on a single core.

Ratios are taken within a round, so that other load on the machine affects both sides alike. All speeds are per
CPU-second of the working process; only the speed-up by threads and the start-up are in wall time.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import simcore
from scenarios.benchmark.cases import (
    Work,
    describe_machine,
    measure_policies,
    measure_threads,
    play,
    reference_rate,
    size_up,
)
from scenarios.benchmark.games import WORLDS, measure_games
from scenarios.benchmark.memory import measure_memory
from scenarios.benchmark.peers import Peer, PeerError, PeerSpec, specify_magent2_door, specify_peers, start_peer
from scenarios.benchmark.phases import measure_phases
from scenarios.benchmark.plugins import PluginRequest
from scenarios.benchmark.results import CaseResult, PeerResult, Results, Spread, ThreadResult, case_name, ratios
from scenarios.benchmark.start import measure_start
from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import parse_document
from scenarios.format.resolve import resolve
from scenarios.generator import DENSITY_PER_KM2, DT_S, DURATION_H, generate
from scenarios.loader import load
from simcore.compiling.cache import source_digest
from simcore.errors import WargameError
from simcore.plugins import find_plugins

PLUGIN_GROUP = "chammo.benchmarks"
PLUGIN_SCENARIOS = ("two-patrols", "night-strait")
"""Scenarios measured by installed packages, besides the demo."""

PEER_UNITS = 1000
"""Units of the case for comparison with peers, if it is among the sizes; otherwise the nearest size is used."""


@dataclass(frozen=True)
class Settings:
    """Settings of a benchmark."""

    scenario: str
    units: tuple[int, ...]
    threads: tuple[int, ...]
    seconds: float  # approximate CPU-seconds of a case or peer in a round
    rounds: int
    peers: bool
    start: bool
    cold: bool
    start_scenario: str
    mesa_python: str | None
    magent2_python: str | None
    jaxmarl_python: str | None = None
    most_ticks: int | None = None  # of each run; None plays to the end
    plugins: bool = True  # include measurements of installed packages
    growth_bytes: float = 64e6  # memory to fill when measuring its growth


class Benchmark:
    """Fills ``results`` step by step, so that an interruption keeps all measurements so far."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self.results = Results(machine=describe_machine(), settings=asdict(settings))
        self._say = say
        self._engine = source_digest(Path(simcore.__file__).parent)

    def measure(self) -> Results:
        """Measure everything and return the results."""
        settings = self.settings
        works = self._prepare()
        subject = min(works[1:], key=lambda work: abs(work.n_units - PEER_UNITS), default=works[0])
        with ExitStack() as stack:
            peers: list[Peer] = []
            if settings.peers:
                peers = self._start_peers(subject, stack)
            self._play_rounds(works, subject, peers)
        for work, case in zip(works, self.results.cases, strict=True):
            self._say(f"{work.name}: memory, phases")
            case.memory = measure_memory(work, settings.growth_bytes)
            try:
                case.phases = measure_phases(work)
            except WargameError as error:
                case.notes.append(f"phases not measured: {error}")
        self._measure_policies(works, subject)
        self._measure_games(works[0])
        self._measure_threads(works, subject)
        if settings.plugins:
            self._measure_plugins(subject)
        if settings.start:
            self.results.start = measure_start(
                settings.start_scenario, cold=settings.cold, rounds=min(settings.rounds, 3), say=self._say
            )
        if source_digest(Path(simcore.__file__).parent) != self._engine:
            self.results.notes.append("the engine's sources changed meanwhile: the start, at least, is of a new engine")
        self.results.is_complete = True
        return self.results

    def _prepare(self) -> list[Work]:
        settings = self.settings
        self._say(f"{settings.scenario}: loading and warming up (the first run after an update compiles the engine)")
        compiled = load(settings.scenario)
        works = [size_up(compiled.roster.scenario, compiled, settings.seconds, settings.most_ticks)]
        for n in settings.units:
            self._say(f"{case_name(n)}: making and warming up")
            works.append(size_up(case_name(n), _generate(n), settings.seconds, settings.most_ticks))
        return works

    def _start_peers(self, subject: Work, stack: ExitStack) -> list[Peer]:
        settings = self.settings
        peers: list[Peer] = []
        for spec in specify_peers(
            subject.compiled, settings.mesa_python, settings.magent2_python, settings.jaxmarl_python
        ):
            self._say(f"{spec.name}: starting")
            try:
                peer = start_peer(spec)
            except PeerError as error:
                self._skip(spec, subject, str(error))
                continue
            stack.callback(peer.close)
            peers.append(peer)
        return peers

    def _skip(self, spec: PeerSpec, subject: Work, problem: str) -> None:
        self._say(f"{spec.name}: not measured: {problem}")
        self.results.peers.append(PeerResult(spec.name, spec.description, "", 0, None, None, subject.name, problem))

    def _play_rounds(self, works: Sequence[Work], subject: Work, peers: list[Peer]) -> None:
        settings = self.settings
        reference: list[float] = []
        rates: dict[str, list[float]] = {work.name: [] for work in works}
        steps: dict[str, int] = {}
        peer_rates: dict[str, list[float]] = {peer.spec.name: [] for peer in peers}
        blind: dict[str, list[float]] = {}
        for k in range(settings.rounds):
            reference.append(reference_rate(min(0.1, settings.seconds)))
            for work in works:
                done = play(work)
                rates[work.name].append(done.rate)
                steps[work.name] = done.unit_steps
            for peer in list(peers):
                name = peer.spec.name
                try:
                    answer = peer.play(settings.seconds)
                except PeerError as error:
                    peers.remove(peer)
                    self._skip(peer.spec, subject, str(error))
                    continue
                peer_rates[name].append(answer["agent_steps"] / max(answer["cpu_s"], 1e-9))
                if "blind_per_cpu_s" in answer:
                    blind.setdefault(name, []).append(float(answer["blind_per_cpu_s"]))
            latest = ", ".join(f"{name} {values[-1] / 1e6:.2f} M/s" for name, values in rates.items())
            self._say(f"round {k + 1} of {settings.rounds}: {latest}")
            self.results.reference = Spread(tuple(reference))
            self.results.cases = [_case(work, rates[work.name], reference, steps[work.name]) for work in works]
        ours = Spread(tuple(rates[subject.name]))
        for peer in peers:
            spec, peer_rate = peer.spec, Spread(tuple(peer_rates[peer.spec.name]))
            notes: tuple[str, ...] = ()
            if spec.name in blind:
                rate = Spread(tuple(blind[spec.name])).median
                notes = (f"without observations, i.e. without sensing: {rate:,.0f} agent-steps per CPU-second",)
            self.results.peers.append(
                PeerResult(
                    spec.name,
                    spec.description,
                    peer.version,
                    peer.n_agents,
                    peer_rate,
                    ratios(ours, peer_rate),
                    subject.name,
                    notes=notes,
                )
            )

    def _measure_policies(self, works: Sequence[Work], subject: Work) -> None:
        for work, case in zip(works, self.results.cases, strict=True):
            if work is not works[0] and work is not subject:
                continue
            self._say(f"{work.name}: with the scenario's policies")
            try:
                case.policy = measure_policies(work)
            except WargameError as error:
                case.notes.append(f"policies not measured: {error}")

    def _measure_games(self, work: Work) -> None:
        is_quick = self.settings.most_ticks is not None
        self._say(f"{work.name}: replications and rollouts")
        try:
            self.results.games = measure_games(
                work, 1 if is_quick else min(self.settings.rounds, 3), WORLDS // 16 if is_quick else WORLDS
            )
        except WargameError as error:
            self.results.notes.append(f"games not measured: {error}")

    def _measure_plugins(self, subject: Work) -> None:
        """Run the benchmarks of installed packages: entry points of the group ``chammo.benchmarks``.

        Each takes a ``PluginRequest`` and returns a list of ``PluginResult``.
        """
        settings = self.settings
        is_quick = settings.most_ticks is not None
        scenarios = dict.fromkeys([*(() if is_quick else PLUGIN_SCENARIOS), settings.start_scenario])
        if not is_quick:
            scenarios[settings.scenario] = None
        request = PluginRequest(
            tuple(scenarios),
            settings.seconds,
            settings.rounds,
            subject,
            specify_magent2_door(settings.magent2_python) if settings.peers else None,
        )
        for name, claimants in find_plugins(PLUGIN_GROUP).items():
            self._say(f"{name}: {', '.join(scenarios)}")
            try:
                measure = claimants[0].load()
                self.results.plugins += measure(request)
            except (ImportError, WargameError) as error:
                self.results.notes.append(f"{name} not measured: {error}")

    def _measure_threads(self, works: Sequence[Work], subject: Work) -> None:
        settings = self.settings
        from scenarios.batch.engine import default_threads

        cores = default_threads()
        threads = [n for n in settings.threads if 1 < n <= cores]
        for n in settings.threads:
            if n > cores:
                self.results.notes.append(f"{n} threads not measured: this process may use {cores} core(s)")
        if not threads:
            return
        for work in dict.fromkeys((works[0], subject)):
            self._say(f"{work.name}: speed-up with {', '.join(map(str, threads))} threads")
            speed_ups = measure_threads(work, threads, settings.seconds, settings.rounds)
            self.results.threads += [ThreadResult(work.name, n, speed_up) for n, speed_up in speed_ups.items()]


def _generate(n_units: int) -> Compiled:
    text = generate(n_units, 1, DENSITY_PER_KM2, DURATION_H, DT_S)
    return compile_scenario(resolve(parse_document(text, case_name(n_units))))


def _case(work: Work, rates: Sequence[float], reference: Sequence[float], unit_steps: int) -> CaseResult:
    rate = Spread(tuple(rates))
    return CaseResult(
        name=work.name,
        n_units=work.n_units,
        n_ticks=work.n_ticks,
        replications=work.replications,
        unit_steps=unit_steps,
        rate=rate,
        draws_per_unit_step=ratios(Spread(tuple(reference)), rate),
    )
