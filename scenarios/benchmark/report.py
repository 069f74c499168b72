"""Text report of a benchmark."""

from collections.abc import Sequence

from scenarios.benchmark.results import CaseResult, Results, Spread, floors

_SHOWN_PHASES = 0.005


def report_lines(results: Results) -> list[str]:
    """Return the tables of ``chammo bench``."""
    machine = results.machine
    lines = [f"{machine['processor']}, load average {machine['load_average']} at the start"]
    load = machine["load_average"]
    if isinstance(load, float) and load > 1.0:
        lines.append("The machine was busy: compare ratios, not speeds, and repeat when it is quiet.")
    if results.settings.get("most_ticks") is not None:
        lines.append(f"Quick: only the first {results.settings['most_ticks']} ticks of each run. Numbers are rough.")
    if not results.is_complete:
        lines.append("Interrupted: the results are incomplete.")
    if results.cases:
        lines += ["", *_speed(results)]
        lines += ["", *_memory(results.cases)]
        lines += ["", *_phases(results.cases)]
        lines += ["", *_policies(results.cases)]
        lines += _games(results)
    if results.peers:
        lines += ["", *_peers(results)]
    lines += _threads(results) + _start(results) + _plugins(results)
    notes = [*results.notes, *(f"{case.name}: {note}" for case in results.cases for note in case.notes)]
    if notes:
        lines += ["", "Notes", *(f"  {note}" for note in notes)]
    return [*lines, "", *_floors(results)]


def _speed(results: Results) -> list[str]:
    rounds = len(results.cases[0].rate.rounds)
    lines = [
        f"Full model, one thread: unit-steps per CPU-second, median of {rounds} rounds (range)",
        f"  {'case':<26}{'units':>8}{'runs x ticks':>14}{'million/s':>11}  {'range':<14}{'ns':>7}{'draws':>8}",
    ]
    for case in results.cases:
        rate = case.rate
        runs = f"{case.replications} x {case.n_ticks:,}"
        lines.append(
            f"  {case.name:<26}{case.n_units:>8,}{runs:>14}{rate.median / 1e6:>11.2f}"
            f"  {f'{rate.low / 1e6:.2f} - {rate.high / 1e6:.2f}':<14}{1e9 / rate.median:>7.0f}"
            f"{case.draws_per_unit_step.median:>8.0f}"
        )
    if results.reference is not None:
        lines.append(
            f"  draws: cost in random draws of a simple compiled loop ({results.reference.median / 1e6:,.0f} million/s "
            "here and now), for comparing machines"
        )
    return lines


def _memory(cases: Sequence[CaseResult]) -> list[str]:
    lines = [
        "Memory per unit [bytes]",
        f"  {'case':<26}{'state':>10}{'params':>10}{'scratch':>10}{'process':>10}{'terrain':>14}",
    ]
    for case in cases:
        memory = case.memory
        if memory is None:
            continue
        grown = "unknown" if memory.rss_per_unit is None else f"{memory.rss_per_unit:,.0f}"
        lines.append(
            f"  {case.name:<26}{memory.state_per_unit:>10,.0f}{memory.params_per_unit:>10,.0f}"
            f"{memory.scratch_per_unit:>10,.0f}{grown:>10}{f'{memory.terrain / 1e6:,.1f} MB':>14}"
        )
    lines.append("  state, process (measured growth): per replication; params, terrain: once; scratch: per thread")
    return lines


def _phases(cases: Sequence[CaseResult]) -> list[str]:
    shown = [case for case in cases if case.phases]
    names: dict[str, float] = {}
    for case in shown:
        for phase in case.phases:
            names[phase.name] = max(names.get(phase.name, 0.0), phase.share)
    lines = ["Share of the tick by phase (ns per unit-step)"]
    lines.append(f"  {'phase':<22}" + "".join(f"{case.name[:20]:>22}" for case in shown))
    for name, most in sorted(names.items(), key=lambda item: -item[1]):
        if most < _SHOWN_PHASES:
            continue
        cells = [next((p for p in case.phases if p.name == name), None) for case in shown]
        texts = ["-" if p is None else f"{p.share:.1%} ({p.ns_per_unit_step:.0f})" for p in cells]
        lines.append(f"  {name:<22}" + "".join(f"{text:>22}" for text in texts))
    if any(case.n_units < 500 for case in shown):
        lines.append("  rough below some hundred units, where the call of a phase costs as much as the phase itself")
    return lines if shown else ["Share of the tick by phase: not measured"]


def _policies(cases: Sequence[CaseResult]) -> list[str]:
    lines = ["With the scenario's policies (share of CPU time)"]
    for case in cases:
        policy = case.policy
        if policy is None:
            continue
        lines.append(
            f"  {case.name:<26}{policy.unit_steps_per_cpu_s / 1e6:.2f} million/s: engine {policy.engine:.1%}, "
            f"pictures {policy.pictures:.1%}, decisions {policy.decisions:.1%} ({', '.join(policy.policies)})"
        )
    return lines if len(lines) > 1 else [f"{lines[0]}: not measured"]


def _games(results: Results) -> list[str]:
    lines = [
        f"  {game.case:<26}{game.what:<24}{game.rate.median:>10.1f} ({game.rate.low:.1f} - {game.rate.high:.1f}), "
        f"{game.worlds} worlds together"
        for game in results.games
    ]
    return ["", "Games with the scenario's policies, per CPU-second", *lines] if lines else []


def _peers(results: Results) -> list[str]:
    lines = [f"Other engines, same rounds: agent-steps per CPU-second; ours is {results.peers[0].against}"]
    for peer in results.peers:
        if peer.rate is None or peer.ratio is None:
            lines.append(f"  {peer.name:<14}not measured: {peer.problem}")
            continue
        lines.append(
            f"  {peer.name:<14}{peer.rate.median:>12,.0f} ({peer.rate.low:,.0f} - {peer.rate.high:,.0f})  "
            f"we are {_times(peer.ratio)} as fast"
        )
        lines.append(f"  {'':<14}{peer.version}: {peer.description}")
        lines += [f"  {'':<14}{note}" for note in peer.notes]
    return lines


def _threads(results: Results) -> list[str]:
    lines = [f"  {r.case:<26}{r.threads} threads: {_times(r.speed_up)}" for r in results.threads]
    return ["", "Speed-up by threads (wall time, replications shared out)", *lines] if lines else []


def _start(results: Results) -> list[str]:
    start = results.start
    if start is None:
        return []
    lines = ["", f"Start: `chammo run {start.scenario}` in a new process, to its end"]
    if start.problem:
        lines.append(f"  not measured: {start.problem}")
    if start.cold_wall_s is not None:
        cpu = "" if start.cold_cpu_s is None else f" ({start.cold_cpu_s:.1f} s of CPU time)"
        lines.append(f"  cold, everything compiled: {start.cold_wall_s:.1f} s{cpu}")
    if start.warm_wall_s is not None:
        cpu = "" if start.warm_cpu_s is None else f" ({start.warm_cpu_s.median:.1f} s of CPU time)"
        wall = start.warm_wall_s
        lines.append(f"  warm: {wall.median:.1f} s ({wall.low:.1f} - {wall.high:.1f}){cpu}")
    return lines


def _plugins(results: Results) -> list[str]:
    lines: list[str] = []
    for result in results.plugins:
        rate, base, ratio = result.rate, result.base, result.ratio
        if rate is None or base is None or ratio is None:
            lines.append(f"  {result.case:<26}{'-':>10} {result.what}")
            lines.append(f"  {'':<26}not measured: {result.problem}")
            continue
        lines.append(f"  {result.case:<26}{rate.median:>10,.0f} {result.what}")
        lines.append(f"  {'':<26}{base.median:>10,.0f} {result.against}: {_times(ratio)}")
        lines += [f"  {'':<26}{note}" for note in result.notes]
    return ["", "Installed packages, same rounds: per CPU-second", *lines] if lines else []


def _floors(results: Results) -> list[str]:
    lines = ["Floors", f"  {'quantity':<42}{'floor':>14}{'measured':>14}"]
    for floor in floors(results):
        verdict = {None: "not measured", True: "met", False: "NOT MET"}[floor.is_met]
        measured = "-" if floor.measured is None else _number(floor.measured, floor.unit)
        sign = "<=" if floor.is_ceiling else ">="
        lines.append(f"  {floor.what:<42}{f'{sign} {_number(floor.limit, floor.unit)}':>14}{measured:>14}  {verdict}")
    return lines


def _times(spread: Spread) -> str:
    digits = 0 if spread.median >= 100 else 1 if spread.median >= 10 else 2
    return f"{spread.median:,.{digits}f} times ({spread.low:,.{digits}f} - {spread.high:,.{digits}f})"


def _number(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value:.1f} s"
    if unit == "times":
        return f"{value:.2f} x" if value < 100 else f"{value:,.0f} x"
    return f"{value / 1e6:.2f} M/s"
