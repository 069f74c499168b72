"""A scenario as a Mesa model: step it, collect data, run batches, command groups with your own Python code.

The engine owns the arrays and does the work. Agents are views on these arrays, created on first access, so a model
whose agents are never used is as fast as the engine. Needs the extra ``mesa``. Uses only the interface common to
Mesa 3.3 and 4.0.
"""

import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

try:
    from mesa import Agent, DataCollector, Model
except ImportError as error:
    raise ImportError(
        "agents.mesa_model.model needs Mesa, which is an extra; install it with: pip install 'chammo[mesa]'"
    ) from error

from agents.mesa_model.behaviour import BehaviourOrClass, Behaviours
from agents.mesa_model.reporters import standard_reporters
from scenarios.compiler.scenario import Compiled
from scenarios.format.texts import library_names
from scenarios.loader import load
from scenarios.run.play import check_seed, start_simulation
from scenarios.run.policies import build_logistics, build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.errors import InputError
from simcore.orders import Orders
from simcore.params import RuleW, UnitSpecR
from simcore.state import UnitR, UnitW, WorldW
from simcore.types import Domain, EndReason, Status, Task


class Unit(Agent):
    """A view on a unit. Every attribute is read from the engine's arrays on access: the truth, for the analyst. The
    information available to the unit's behaviour is in the ``Situation`` passed to it.
    """  # fmt: skip

    def __init__(self, model: "WargameModel", row: int) -> None:
        super().__init__(model)
        self.row = row
        self._battle = model

    def _real(self, column: UnitR) -> float:
        return float(self._battle.simulation.state.units.real[0, column, self.row])

    def _whole(self, column: UnitW) -> int:
        return int(self._battle.simulation.state.units.whole[0, column, self.row])

    @property
    def name(self) -> str:
        """Name of the unit in the scenario."""
        return self._battle.compiled.roster.units[self.row]

    @property
    def side(self) -> str:
        """Name of its side."""
        roster = self._battle.compiled.roster
        return roster.sides[roster.unit_side[self.row]]

    @property
    def group(self) -> str:
        """Name of its group."""
        roster = self._battle.compiled.roster
        return roster.groups[roster.unit_group[self.row]]

    @property
    def platform(self) -> str:
        """Its card in the catalogue."""
        return self._battle.compiled.roster.unit_platform[self.row]

    @property
    def domain(self) -> str:
        """Where it operates: land, surface, subsurface, air."""
        return Domain(int(self._battle.compiled.roster.unit_domain[self.row])).name.lower()

    @property
    def x_km(self) -> float:
        """East of the map's origin."""
        return self._real(UnitR.X) / 1e3

    @property
    def y_km(self) -> float:
        """North of the map's origin."""
        return self._real(UnitR.Y) / 1e3

    @property
    def z_m(self) -> float:
        """Height above the sea."""
        return self._real(UnitR.Z)

    @property
    def speed_mps(self) -> float:
        """Speed over the last tick."""
        return float(np.hypot(self._real(UnitR.VX), self._real(UnitR.VY)))

    @property
    def strength(self) -> float:
        """Share of full strength, 0 to 1."""
        return self._real(UnitR.STRENGTH)

    @property
    def endurance(self) -> float:
        """Share of full endurance, 0 to 1; 1 when it is unlimited."""
        full = float(self._battle.compiled.params.units.real[UnitSpecR.ENDURANCE_S, self.row])
        return self._real(UnitR.ENDURANCE_S) / full if np.isfinite(full) else 1.0

    @property
    def status(self) -> str:
        """Its state in the world: active, aboard, servicing, reserve, lost."""
        return Status(self._whole(UnitW.STATUS)).name.lower()

    @property
    def is_linked(self) -> bool:
        """Whether it has a link to a command post of its side."""
        return self._whole(UnitW.LINKED) != 0

    @property
    def task(self) -> str:
        """The task in force."""
        return Task(self._whole(UnitW.TASK)).name.lower()

    def set_behaviour(self, behaviour: BehaviourOrClass | None) -> None:
        """Put the unit's group under a behaviour that acts for this unit; None returns it to its side's policy."""
        self._battle.set_behaviour(self.name, behaviour)


class WargameModel(Model):
    """A replication of a scenario.

    Without behaviours it equals, to the last bit, the run of ``chammo run`` with the same scenario, seed,
    replication and policies.

    Parameters
    ----------
    scenario:
        A scenario file, the name of a library scenario, or a compiled scenario.
    seed, replication:
        Root of all random numbers and number of the replication, as in ``chammo run``. ``None`` draws a seed,
        which is in the attribute ``seed`` and in every row of the batch.
    step_by:
        Length of a ``step``: a ``decision`` interval of the scenario, or a ``tick``.
    policies:
        Side to policy, as ``{"blue": "defend", "red": "assault:speed=0.6"}``; other sides as in the scenario.
    behaviours:
        Group or unit to behaviour (``agents.mesa_model.behaviour``).
    model_reporters, agent_reporters:
        For the ``DataCollector``. Default model reporters: the standard set (``agents.mesa_model.reporters``).

    Raises
    ------
    InputError, ScenarioError
        For invalid input; the message names the error and the remedy.
    """

    def __init__(
        self,
        scenario: str | Path | Compiled = "joint-littoral-defence",
        *,
        seed: int | None = 1,
        replication: int = 0,
        step_by: Literal["decision", "tick"] = "decision",
        policies: Mapping[str, str] | None = None,
        behaviours: Mapping[str, BehaviourOrClass] | None = None,
        model_reporters: Mapping[str, Any] | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
    ) -> None:
        is_drawn = seed is None
        self.seed = secrets.randbits(32) if seed is None else _whole_number("seed", seed)
        self.replication = _whole_number("replication", replication)
        check_seed(self.seed, self.replication, "replication")
        super().__init__(rng=self.seed)
        if step_by not in ("decision", "tick"):
            raise InputError(f"step_by: {step_by!r} is not known; give 'decision' or 'tick'")
        self.compiled = _compiled(scenario)
        roster = self.compiled.roster
        choices = choose_policies(roster, (), _mapping("policies", policies))
        self._policies = build_policies(choices, self.compiled.briefings, self.seed, [self.replication])
        self._chairs = build_logistics(choices, self.compiled, self.seed, [self.replication])
        self._behaviours = Behaviours(self.compiled.briefings, _mapping("behaviours", behaviours))
        self._n_ticks = int(self.compiled.params.rules_whole[RuleW.N_TICKS])
        self._step_ticks = roster.decision_ticks if step_by == "decision" else 1
        self.simulation = start_simulation(self.compiled, self.seed, [self.replication])
        self._units: list[Unit] | None = None
        reporters = dict(_mapping("model_reporters", model_reporters)) or standard_reporters(roster.sides)
        if is_drawn:
            reporters = {"seed": "seed", **reporters}
        self.datacollector = DataCollector(
            model_reporters=reporters, agent_reporters=dict(_mapping("agent_reporters", agent_reporters)) or None
        )
        self.datacollector.collect(self)

    @property
    def agents(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  # never set
        """All units, as Mesa's ``AgentSet``; created on first access."""
        self.units  # noqa: B018  creates them
        return super().agents

    @property
    def units(self) -> list[Unit]:
        """All units in canonical order, that of the engine's rows."""
        if self._units is None:
            self._units = [Unit(self, row) for row in range(len(self.compiled.roster.units))]
        return self._units

    def unit(self, name: str) -> Unit:
        """Return the unit of a name. Raises ``InputError`` for an unknown name."""
        if name not in self.compiled.roster.units:
            from scenarios.format.names import advice

            raise InputError(f"unit {name!r}: unknown; {advice(name, self.compiled.roster.units)}")
        return self.units[self.compiled.roster.units.index(name)]

    def set_behaviour(self, name: str, behaviour: BehaviourOrClass | None) -> None:
        """Put a group, named directly or by a unit, under a behaviour; None returns it to its side's policy."""
        self._behaviours.give(name, behaviour)

    def step(self) -> None:
        """Play a step and collect data. A step after the end of the battle ends the run and collects nothing.

        (Mesa's ``batch_run`` reports the row before the last step, which is thus the end of the battle.)
        """
        if self.is_over:
            self.running = False
            return
        run_decisions(
            self.simulation,
            self._policies,
            chairs=self._chairs,
            decision_ticks=self.compiled.roster.decision_ticks,
            n_ticks=min(self.tick + self._step_ticks, self._n_ticks),
            on_orders=self._call_behaviours if len(self._behaviours) else None,
        )
        self.datacollector.collect(self)

    def run_model(self) -> None:
        """Step until the battle is over."""
        while self.running:
            self.step()

    def _call_behaviours(self, tick: int, orders: Orders) -> None:
        self._behaviours.decide(self.simulation.picture, self.simulation.groups_of, orders)

    @property
    def is_over(self) -> bool:
        """Whether the battle has ended."""
        return self.tick >= self._n_ticks or bool(self.simulation.done.all())

    @property
    def tick(self) -> int:
        """Ticks played."""
        return self.simulation.tick

    @property
    def time_s(self) -> float:
        """Simulated time [s]; once the battle is over, the time of its end."""
        return int(self.simulation.state.world[0, WorldW.TICK]) * self.compiled.roster.dt_s

    @property
    def winner(self) -> str | None:
        """Name of the side that won; None for a draw and before the end."""
        if self.reason == "running":
            return None
        side = int(self.simulation.state.world[0, WorldW.WINNER])
        return self.compiled.roster.sides[side] if side >= 0 else None

    @property
    def reason(self) -> str:
        """Why the battle ended: time, annihilation, decided; or running."""
        return EndReason(int(self.simulation.state.world[0, WorldW.REASON])).name.lower()

    def measures(self) -> dict[str, float]:
        """Return the current values of all measures (docs/reference/measures.md); nan where undefined."""
        values = self.compiled.measures.values(self.simulation.state)
        return {name: float(value[0]) for name, value in values.items()}

    def state_hash(self) -> str:
        """Return the digest of the state, as in the manifest of a run."""
        return self.simulation.hash()[0]


@lru_cache(maxsize=8)
def _library(name: str) -> Compiled:
    return load(name)


def _compiled(scenario: Any) -> Compiled:
    if isinstance(scenario, Compiled):
        return scenario
    if not isinstance(scenario, str | Path):
        raise InputError(
            f"scenario: {scenario!r} is neither a file, a name nor a compiled scenario; `chammo list` shows the names"
        )
    is_library = str(scenario) in library_names() and not Path(scenario).exists()
    return _library(str(scenario)) if is_library else load(scenario)


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(
            f"{name}: {value!r} is not a mapping; give one, such as {{name: ...}}; "
            "in the parameters of batch_run, which splits iterables, put the mapping in a list"
        )
    return value


def _whole_number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise InputError(f"{name}: {value!r} is not a whole number; give one from 0 to 2**63 - 1")
    return int(value)
