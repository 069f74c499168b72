"""A moment of a game: of a recorded run, or of a scenario that is played to it; and the commander's own plan."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.doctrine import doctrines
from scenarios.compiler.scenario import Compiled
from scenarios.format.yaml_text import read_yaml
from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.play_again import RecordedOrders, changed_versions, read_recorded_run, recorded_chairs
from scenarios.run.policies import build_logistics, build_policies, choose_policies, policy_text
from simcore.decision_loop import Chair, run_decisions
from simcore.errors import InputError
from simcore.orders import Orders
from simcore.params import RuleW
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.simulation import Simulation
from simcore.types import N_BELLIGERENTS, Roe, Task
from staff_ai.advice.staff import Staff
from staff_ai.courses.course import CONTINUE, Course, GroupOrder, follow, own_plan

_UNITS_S = {"s": 1.0, "min": 60.0, "h": 3600.0}
_EXAMPLE = "write a time as 40min, 2400s, 1.5h or 1:10:00"


@dataclass(frozen=True)
class OpenMoment:
    """A game up to a moment, not yet played."""

    compiled: Compiled
    side: int
    tick: int
    seed: int
    replication: int
    policies: Callable[[Simulation], list[Policy]]
    chairs: Sequence[Chair]  # policies of logistics
    incumbent: Course  # course that the side followed in the game

    @property
    def briefing(self) -> Briefing:
        """Briefing of the side."""
        return self.compiled.briefings[self.side]


def read_time(text: str) -> float:
    """Return a time in seconds from ``40min``, ``2400s``, ``1.5h`` or ``h:mm:ss``. Raises ``InputError``."""
    by_clock = re.fullmatch(r"(\d+):(\d{1,2}):(\d{1,2})", text.strip())
    if by_clock:
        hours, minutes, seconds = (int(part) for part in by_clock.groups())
        if minutes < 60 and seconds < 60:
            return 3600.0 * hours + 60.0 * minutes + seconds
    by_unit = re.fullmatch(r"(\d+(?:\.\d+)?) ?(s|min|h)", text.strip())
    if by_unit:
        return float(by_unit.group(1)) * _UNITS_S[by_unit.group(2)]
    raise InputError(f"{text!r}: no time; {_EXAMPLE}")


def open_moment(text: str, side: str | None) -> OpenMoment:
    """Return the moment of ``RUN@TIME``: a run folder, a scenario file or the name of a scenario, and a time.

    Raises
    ------
    InputError, ScenarioError
        For a folder that is missing, was changed or is of another version, a time outside of the game, and an unknown
        side.
    """
    source, mark, when = text.rpartition("@")
    if not mark or not source:
        raise InputError(f"{text}: no time; write RUN@TIME, such as {text or 'harbour-swarm'}@10min")
    time_s = read_time(when)
    folder = Path(source)
    if folder.is_dir():
        return _of_run(folder, time_s, side)
    looks_like_folder = "/" in source and not source.endswith((".yaml", ".yml"))
    if looks_like_folder:
        raise InputError(f"{source}: no such folder; write it with `chammo run SCENARIO --out {source}`")
    return _of_scenario(source, time_s, side)


def _of_run(folder: Path, time_s: float, side: str | None) -> OpenMoment:
    run = read_recorded_run(folder)
    changed = {name: was for name, was in changed_versions(run.manifest).items() if name in ("chammo", "engine")}
    if changed:
        listed = ", ".join(f"{name} {was}" for name, was in changed.items())
        raise InputError(f"{folder}: of another version ({listed}), so it cannot be played again; run it again")
    dt_s = run.compiled.roster.dt_s
    number = _side(run.compiled, side)
    tick = _tick(time_s, run.compiled, int(run.manifest["n_ticks"]) * dt_s, "the run")
    names = run.compiled.roster.sides
    entries: list[dict[str, Any]] = [one for one in run.manifest.get("policies", ()) if isinstance(one, dict)]
    policy = next((one for one in entries if one.get("side") == names[number]), {})

    def policies(simulation: Simulation) -> list[Policy]:
        return [RecordedOrders(run.columns, name, simulation.groups_of(k)) for k, name in enumerate(names)]

    parameters = policy.get("parameters")
    return OpenMoment(
        run.compiled, number, tick, run.seed, run.replication, policies,
        recorded_chairs(folder, run.manifest, run.compiled),
        _incumbent(str(policy.get("name", "")), parameters if isinstance(parameters, dict) else {}),
    )  # fmt: skip


def _of_scenario(source: str, time_s: float, side: str | None) -> OpenMoment:
    compiled = load(source)
    number = _side(compiled, side)
    end_s = int(compiled.params.rules_whole[RuleW.N_TICKS]) * compiled.roster.dt_s
    tick = _tick(time_s, compiled, end_s, "the scenario")
    choices = choose_policies(compiled.roster)

    def policies(simulation: Simulation) -> list[Policy]:
        return build_policies(choices, compiled.briefings, simulation.seed, [0])

    incumbent = _incumbent(choices[number].name, choices[number].parameters)
    chairs = build_logistics(choices, compiled, 1, [0])
    return OpenMoment(compiled, number, tick, 1, 0, policies, chairs, incumbent)


def _side(compiled: Compiled, side: str | None) -> int:
    names = compiled.roster.sides[:N_BELLIGERENTS]
    if side is None:
        return 0
    if side not in names:
        is_neutral = " is neutral and" if side in compiled.roster.sides else ""
        raise InputError(f"--side {side}:{is_neutral} has no staff; give {' or '.join(names)}")
    return names.index(side)


def _tick(time_s: float, compiled: Compiled, end_s: float, of: str) -> int:
    """Return the tick of the last decision at or before a time."""
    roster = compiled.roster
    if not 0.0 <= time_s < end_s:
        raise InputError(f"{time_s:g} s is outside of {of}, which ends after {end_s:g} s; give an earlier time")
    return math.floor(time_s / roster.dt_s + 1e-9) // roster.decision_ticks * roster.decision_ticks


def _incumbent(name: str, parameters: Any) -> Course:
    """Return the course in force under a policy: the doctrine, if it is known, else the orders in force."""
    if name not in doctrines():
        return CONTINUE
    return follow(policy_text(name, dict(sorted(parameters.items()))))


class _Watched:
    """A policy whose side's staff looks over its shoulder: it takes in the pictures and the orders given."""

    reads_clocks = True

    def __init__(self, policy: Policy, staff: Staff) -> None:
        self._policy, self._staff = policy, staff

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare the policy."""
        self._policy.reset(briefing, seed, replication)

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Let the policy decide."""
        self._staff.observe(picture)
        self._policy.decide(picture, orders)
        self._staff.record_orders(picture.replication, orders)


def watch(moment: OpenMoment, staff: Staff) -> Picture:
    """Play the game to the moment with the staff watching; return the picture of its side there.

    Raises ``InputError`` if the game is over before the moment.
    """
    compiled = moment.compiled
    simulation = start_simulation(compiled, moment.seed, [moment.replication])
    policies = moment.policies(simulation)
    policies[moment.side] = _Watched(policies[moment.side], staff)
    run_decisions(
        simulation, policies, chairs=moment.chairs, group_names=compiled.roster.groups,
        decision_ticks=compiled.roster.decision_ticks, n_ticks=moment.tick,
    )  # fmt: skip
    if bool(simulation.done.all()):
        raise InputError(f"the fight is over before {moment.tick * compiled.roster.dt_s:g} s; give an earlier time")
    picture = simulation.picture(moment.side)
    staff.observe(picture)
    return picture


_KEYS = {"group", "task", "roe", "emcon"}
_TASK_KEYS = {"verb", "at_km", "radius_km", "speed", "spacing_m", "escort"}


def read_own_plan(path: Path, briefing: Briefing) -> Course:
    """Return the commander's own plan in a YAML file: a list of orders to groups, in the form of a scenario file.

    Groups that are not named keep to the plan of the scenario file. Raises ``InputError`` with every problem.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a YAML file of orders") from None
    data: Any = read_yaml(text, str(path)).data
    if isinstance(data, dict) and set(data) == {"orders"}:
        data = data["orders"]
    if not isinstance(data, list) or not data:
        raise InputError(f"{path}: is no list of orders; write lines such as - {{group: NAME, task: {{verb: hold}}}}")
    problems: list[str] = []
    orders: dict[str, GroupOrder] = {}
    for k, entry in enumerate(data):
        where = f"{path}: order {k + 1}"
        found = _order(entry, where, briefing, problems)
        if found is None:
            continue
        if found.group in orders:
            problems.append(f"{where}: group {found.group} has an order already; keep one of them")
        orders[found.group] = found
    if problems:
        raise InputError("\n".join(problems))
    every = tuple(orders.get(name, GroupOrder(name, is_plan=True)) for name in briefing.group_names)
    return own_plan(every, path.stem)


def _order(entry: Any, where: str, briefing: Briefing, problems: list[str]) -> GroupOrder | None:
    """Return an order of the plan; problems are appended."""
    before = len(problems)
    if not isinstance(entry, dict):
        problems.append(f"{where}: is no mapping; write group, task, roe and emcon")
        return None
    problems += [f"{where}.{key}: unknown; known are {', '.join(sorted(_KEYS))}" for key in entry if key not in _KEYS]
    group = entry.get("group")
    if group not in briefing.group_names:
        problems.append(
            f"{where}.group: no group {group!r} of {briefing.side_name}; groups: {', '.join(briefing.group_names)}"
        )
        return None
    roe, emcon = (
        _word(entry, "roe", where, _names(Roe), problems),
        _word(entry, "emcon", where, ("radiate", "silent"), problems),
    )
    task = entry.get("task")
    if task is None:
        if roe:
            problems.append(f"{where}.roe: needs a task; repeat the task of the plan")
        return GroupOrder(group, is_plan=True, emcon=emcon) if len(problems) == before else None
    if not isinstance(task, dict):
        problems.append(f"{where}.task: is no mapping; write {{verb: attack, at_km: [6, -2], radius_km: 3}}")
        return None
    problems += [
        f"{where}.task.{key}: unknown; known are {', '.join(sorted(_TASK_KEYS))}"
        for key in task
        if key not in _TASK_KEYS
    ]
    verb = _word(task, "verb", f"{where}.task", _names(Task), problems) or "hold"
    place = briefing.group_names.index(group)
    x_m, y_m = _point(task.get("at_km"), where, briefing, problems) or (
        float(briefing.start_m[0, briefing.group_of_unit == place].mean()),
        float(briefing.start_m[1, briefing.group_of_unit == place].mean()),
    )
    if task.get("at_km") is None and verb in ("move", "attack", "strike", "search", "screen"):
        problems.append(f"{where}.task.at_km: is missing; give the point of the task as [east, north]")
    target = task.get("escort")
    if (verb == "escort") != (target is not None) or (target is not None and target not in briefing.group_names):
        problems.append(f"{where}.task.escort: give an own group with the verb escort, and only with it")
    numbers = {
        key: _number(task, key, where, most, problems)
        for key, most in (("radius_km", 1e4), ("speed", 1.0), ("spacing_m", 1e6))
    }
    if len(problems) > before:
        return None
    return GroupOrder(
        group, task=verb, x_m=x_m, y_m=y_m, radius_m=1e3 * numbers["radius_km"], speed=numbers["speed"],
        spacing_m=numbers["spacing_m"], roe=roe, target=str(target or ""), emcon=emcon,
    )  # fmt: skip


def _names(codes: Any) -> tuple[str, ...]:
    return tuple(code.name.lower() for code in codes)


def _word(entry: dict[str, Any], key: str, where: str, known: Sequence[str], problems: list[str]) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if value not in known:
        problems.append(f"{where}.{key}: {value!r} is unknown; give {', '.join(known)}")
        return ""
    return str(value)


def _number(task: dict[str, Any], key: str, where: str, most: float, problems: list[str]) -> float:
    value = task.get(key, 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= most:
        problems.append(f"{where}.task.{key}: {value!r} is no number from 0 to {most:g}")
        return 0.0
    return float(value)


def _point(value: Any, where: str, briefing: Briefing, problems: list[str]) -> tuple[float, float] | None:
    if value is None:
        return None
    is_point = isinstance(value, list | tuple) and len(value) == 2
    if not is_point or any(isinstance(v, bool) or not isinstance(v, int | float) for v in value):
        problems.append(f"{where}.task.at_km: {value!r} is no point; write [east, north] in km")
        return None
    x_m, y_m = 1e3 * float(value[0]), 1e3 * float(value[1])
    west, east, south, north = briefing.bounds_m
    if not (west <= x_m <= east and south <= y_m <= north):
        problems.append(
            f"{where}.task.at_km: lies off the map, {west / 1e3:g} to {east / 1e3:g} km east and {south / 1e3:g} to "
            f"{north / 1e3:g} km north"
        )
        return None
    return x_m, y_m
