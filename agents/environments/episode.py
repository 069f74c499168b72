"""Games as arrays: N rows, each a game of its own; games of equal scenarios share one compiled simulation.

``Episodes`` is the core below the three wrappers. NumPy in, NumPy out:

    games = Episodes(Settings("two-patrols"), n=64)
    games.reset(seeds=range(64))
    while True:
        tables = games.tables[games.agents[0]]            # tables.observation, tables.mask
        step = games.step({games.agents[0]: actions})     # actions (64, G) of integers
        over = np.flatnonzero(step.terminated | step.truncated)
        games.begin(over)                                 # the next game of these rows

Game e of a row with seed s does not depend on the other rows: opponent, variant, and the replication number that keys
all draws of the game are functions of (split, s, e). A restarted row joins the running simulation with a clock of
its own.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.environments.doctrine_choices import UNTOUCHED, DoctrineChoices
from agents.environments.draws import ROOT_SEED, draw_below, replication_of
from agents.environments.opponents import Opposition, opposing_pools
from agents.environments.reward import settle, step_terms
from agents.environments.settings import Settings
from agents.environments.view import SideView, Tables
from scenarios.compiler.scenario import Compiled
from scenarios.run.logistics import file_chairs
from scenarios.run.play import start_simulation
from simcore.errors import InputError
from simcore.order_checks import enter_orders
from simcore.params import RuleW
from simcore.simulation import Simulation
from simcore.state import SideR, WorldW
from simcore.types import F64, I64, N_BELLIGERENTS, NONE, EndReason


class Step(NamedTuple):
    """The outcome of a step; values of agents by number of their side."""

    terminated: np.ndarray  # (N,) bool: the game is over
    truncated: np.ndarray  # (N,) bool: the game was cut off before its end
    terms: dict[int, F64]  # (N, N_TERMS)
    reward: dict[int, F64]  # (N,) weighted sum of the terms
    illegal: dict[int, I64]  # (N,) number of illegal choices


class _Block:
    """The worlds of one variant: world k of the simulation is row ``rows[k]``."""

    def __init__(self, compiled: Compiled, settings: Settings, agents: tuple[int, ...]) -> None:
        self.compiled = compiled
        self.views = {side: SideView(settings.schema_of(side), compiled.briefings[side]) for side in agents}
        self.doctrines = {
            side: DoctrineChoices(view, ROOT_SEED) for side, view in self.views.items() if view.schema.sizes.doctrines
        }
        pools = opposing_pools(compiled, agents, settings.opponents_in_play)
        self.opposition = {side: Opposition(compiled, side, pool) for side, pool in pools.items()}
        self.chairs = file_chairs(compiled, ROOT_SEED)
        self.n_opponents = {side: len(pool) for side, pool in pools.items()}
        self.rows: I64 = np.zeros(0, dtype=np.int64)
        self.simulation: Simulation | None = None

    def replace(self, leaving: list[int], arriving: list[int], replications: list[int]) -> I64:
        """Remove the leaving rows, add the arriving rows at tick 0, and return the worlds of the latter."""
        stay = ~np.isin(self.rows, leaving)
        if self.simulation is not None and len(leaving) == len(arriving) and leaving:
            worlds = np.flatnonzero(~stay)
            self.simulation.begin(worlds, replications)
            self.rows[worlds] = arriving
            return worlds
        if self.simulation is None or not stay.any():
            self.simulation = start_simulation(self.compiled, ROOT_SEED, replications) if arriving else None
        else:
            self.simulation = self.simulation.regroup(np.flatnonzero(stay), replications)
        self.rows = np.concatenate([self.rows[stay], np.array(arriving, dtype=np.int64)])
        return np.arange(len(self.rows) - len(arriving), len(self.rows))


class Episodes:
    """N rows of games; see the module for its use.

    Parameters
    ----------
    settings : scenarios, side, opponents, reward.
    n : rows.
    agents : numbers of the sides commanded from outside; by default the side of the settings.

    Attributes
    ----------
    tables : by side, observations, masks and the memory of the loops; new arrays after each step.
    in_force : by side, the doctrine in force for each group slot, (N, G), negative for none.
    episode : (N,) number of the current game of each row, from 0.
    steps : (N,) steps of that game so far.
    most_steps : steps after which games are cut off, or None.
    replication : (N,) its replication number: ``chammo run --seed 0 --replication`` begins the same game.
    """

    def __init__(self, settings: Settings, n: int = 1, agents: Sequence[int] | None = None) -> None:
        if n < 1:
            raise InputError(f"n is {n}; give 1 row or more")
        self.settings = settings
        self.n = n
        self.agents = tuple(agents) if agents is not None else (settings.side_index,)
        self.tables = {side: Tables(settings.schema_of(side), n) for side in self.agents}
        self.in_force: dict[int, I64] = {
            side: np.full((n, tables.schema.sizes.groups), UNTOUCHED, dtype=np.int64)
            for side, tables in self.tables.items()
        }
        self.seeds = np.zeros(n, dtype=object)
        self.episode = np.full(n, NONE, dtype=np.int64)
        self.steps = np.zeros(n, dtype=np.int64)
        self.replication = np.zeros(n, dtype=np.int64)
        self.variant = np.full(n, NONE, dtype=np.int64)
        self.opponent = np.zeros((n, len(settings.base.roster.sides)), dtype=np.int64)
        self._blocks: dict[int, _Block] = {}
        self._world = np.zeros(n, dtype=np.int64)
        self._is_over = np.ones(n, dtype=bool)
        self.most_steps = settings.most_steps

    def reset(self, seeds: Sequence[int]) -> None:
        """Begin game 0 of each row with a seed of its own, integers from 0 up, (N,)."""
        if len(seeds) != self.n or any(int(seed) < 0 for seed in seeds):
            raise InputError(f"seeds: give {self.n} integers from 0 up, a seed for each row")
        self.seeds[:] = [int(seed) for seed in seeds]
        self.episode[:] = NONE
        for tables in self.tables.values():
            tables.fresh()
        self.begin(range(self.n))

    def begin(self, rows: Sequence[int] | I64) -> None:
        """Begin the next game of some rows, with observations and masks of its start."""
        wanted = [int(row) for row in rows]
        if not wanted:
            return
        arriving: dict[int, list[int]] = {}
        leaving: dict[int, list[int]] = {}
        split, source = self.settings.split, self.settings.source
        for row in wanted:
            if self.variant[row] != NONE:
                leaving.setdefault(int(self.variant[row]), []).append(row)
            self.episode[row] += 1
            seed, number = self.seeds[row], int(self.episode[row])
            variant = draw_below(source.n_variants, split, seed, number, "variant")
            arriving.setdefault(variant, []).append(row)
            self.replication[row] = replication_of(split, seed, number)
            self.variant[row] = variant
        for variant in sorted({*arriving, *leaving}):
            self._fill(variant, leaving.get(variant, []), arriving.get(variant, []))
        for in_force in self.in_force.values():
            in_force[wanted] = UNTOUCHED
        self.steps[wanted] = 0
        self._is_over[wanted] = False

    def _fill(self, variant: int, leaving: list[int], arriving: list[int]) -> None:
        block = self._blocks.get(variant)
        if block is None:
            compiled = self.settings.source.variant(self.settings.split, variant)
            block = self._blocks[variant] = _Block(compiled, self.settings, self.agents)
        for row in arriving:
            for side, n in block.n_opponents.items():
                key = (self.settings.split, self.seeds[row], int(self.episode[row]), "opponent", side)
                self.opponent[row, side] = draw_below(n, *key)
        worlds = block.replace(leaving, arriving, [int(self.replication[row]) for row in arriving])
        self._world[block.rows] = np.arange(len(block.rows))
        if block.simulation is None:
            del self._blocks[variant]
            return
        for side, view in block.views.items():
            picture = block.simulation.picture(side, worlds)
            view.observe(picture, self.tables[side], worlds, block.rows[worlds])

    def step(self, actions: Mapping[int, np.ndarray]) -> Step:
        """Play a step of every row. ``actions`` holds (N, G) indices of choices for each agent.

        Raises
        ------
        InputError
            When a row is over and has not been restarted.
        """
        if self._is_over.any():
            raise InputError(f"row {int(np.argmax(self._is_over))} is over or has not begun; reset it first")
        before = {side: self.tables[side].known.copy() for side in self.agents}
        illegal = {side: np.zeros(self.n, dtype=np.int64) for side in self.agents}
        passed, terminated = np.zeros(self.n), np.zeros(self.n, dtype=bool)
        for block in self._blocks.values():
            assert block.simulation is not None
            clock = block.simulation.state.world[:, WorldW.TICK].copy()
            self._play(block, actions, illegal)
            world = block.simulation.state.world
            n_ticks = float(block.simulation.params.rules_whole[RuleW.N_TICKS])
            passed[block.rows] = (world[:, WorldW.TICK] - clock) / n_ticks
            terminated[block.rows] = block.simulation.done
        self.steps += 1
        limit = self.most_steps
        truncated = ~terminated & (self.steps >= limit) if limit is not None else np.zeros(self.n, dtype=bool)
        self._is_over = terminated | truncated
        terms = {}
        for side in self.agents:
            self.tables[side].fresh()
            for block in self._blocks.values():
                assert block.simulation is not None
                worlds = np.arange(len(block.rows))
                block.views[side].observe(block.simulation.picture(side), self.tables[side], worlds, block.rows)
            terms[side] = step_terms(self.tables[side].known, before[side], passed, self.settings.gamma)
            for block in self._blocks.values():
                self._settle(block, terms[side], before[side], side)
        reward = {side: values @ self.settings.weight_vector for side, values in terms.items()}
        return Step(terminated, truncated, terms, reward, illegal)

    def _play(self, block: _Block, actions: Mapping[int, np.ndarray], illegal: dict[int, I64]) -> None:
        simulation, roster = block.simulation, block.compiled.roster
        assert simulation is not None
        worlds = np.arange(len(block.rows))
        for k in range(self.settings.step_decisions):
            simulation.orders.clear()
            for side, view in block.views.items():
                doctrines = block.doctrines.get(side)
                if k > 0 and doctrines is None:
                    continue
                groups = simulation.groups_of(side)
                own = simulation.orders.of_groups(groups)
                if k == 0:
                    chosen = actions[side]
                    if doctrines is not None:
                        chosen = self._put_in_force(doctrines, side, block.rows, chosen)
                    view.order(chosen, self.tables[side], own, worlds, block.rows, illegal[side])
                if doctrines is not None:
                    in_force = self.in_force[side][block.rows]
                    if (in_force >= 0).any():
                        doctrines.order(simulation.picture(side), in_force, own)
                enter_orders(simulation, own, groups, f"agent of side {roster.sides[side]}", roster.groups)
            for side, opposition in block.opposition.items():
                opposition.decide(simulation, self.opponent[block.rows, side])
            for chair in block.chairs:
                chair.decide(simulation)
            simulation.advance(roster.decision_ticks)
            if bool(simulation.done.all()):
                break

    def _put_in_force(self, doctrines: DoctrineChoices, side: int, rows: I64, actions: np.ndarray) -> I64:
        """Put the doctrines chosen in some rows in force, and return the choices to order, (N, G)."""
        in_force, mask = self.in_force[side], self.tables[side].mask
        chosen: I64 = np.array(actions, dtype=np.int64).reshape(in_force.shape)
        in_force[rows], chosen[rows] = doctrines.choose(in_force[rows], chosen[rows], mask[rows])
        return chosen

    def _settle(self, block: _Block, terms: F64, before: F64, side: int) -> None:
        simulation = block.simulation
        assert simulation is not None
        worlds = np.flatnonzero(simulation.done)
        if len(worlds):
            rows = block.rows[worlds]
            part = terms[rows]
            settle(part, before[rows], simulation.state, simulation.params, side, worlds)
            terms[rows] = part

    @property
    def unit_steps(self) -> I64:
        """Live units times ticks simulated in the current game of each row, (N,)."""
        found = np.zeros(self.n, dtype=np.int64)
        for block in self._blocks.values():
            assert block.simulation is not None
            found[block.rows] = block.simulation.unit_steps_by_replication
        return found

    def base_view(self, side: int) -> SideView:
        """Return the view of a side in the unvaried scenario; variants have the same groups."""
        return SideView(self.settings.schema_of(side), self.settings.base.briefings[side])

    def outcome(self, row: int, side: int) -> dict[str, object]:
        """Return the true standing or result of the game of a row for a side, as plain values."""
        block = self._blocks[int(self.variant[row])]
        assert block.simulation is not None
        k = int(self._world[row])
        state, roster = block.simulation.state, block.compiled.roster
        winner = int(state.world[k, WorldW.WINNER])
        against = [s for s in block.opposition if s < N_BELLIGERENTS]
        return {
            "scenario": roster.scenario,
            "seed": self.seeds[row],
            "episode": int(self.episode[row]),
            "replication": int(self.replication[row]),
            "variant": int(self.variant[row]),
            "opponent": ", ".join(block.opposition[s].label(int(self.opponent[row, s])) for s in against),
            "reason": EndReason(int(state.world[k, WorldW.REASON])).name.lower(),
            "win": 0 if winner < 0 else (1 if winner == side else -1),
            "score": float(state.sides.real[k, SideR.SCORE, side]),
            "enemy_score": float(state.sides.real[k, SideR.SCORE, 1 - side]),
        }

    def state_hash(self, row: int) -> str:
        """Return the digest of a row's state: equal digests mean equal bits."""
        block = self._blocks[int(self.variant[row])]
        assert block.simulation is not None
        return block.simulation.hash()[int(self._world[row])]
