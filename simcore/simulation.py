"""The Python interface of the engine: a batch of replications to advance, observe, save and fan out."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simcore.digests import bytes_of, params_digest
from simcore.engine import version_of_advance
from simcore.errors import InputError, RunError
from simcore.event_kinds import events_per_tick
from simcore.events import EventW, empty_log
from simcore.orders import Orders, empty_orders
from simcore.params import Params, RuleR
from simcore.picture import Picture, Pictures
from simcore.routing import Router
from simcore.scratch import Scratch, Ways, make_scratch, make_ways
from simcore.shares import share_out
from simcore.start import allocate, initial_state
from simcore.state import Cells, State, WorldW
from simcore.sustainment_picture import own_groups
from simcore.types import I32, I64, EndReason

EVENT_DTYPE = np.dtype(
    [("replication", np.int64)] + [(name, np.int32) for name in ("tick", "kind", "side", "unit", "other", "a", "b")]
)
_LOW_BITS = 2**30
_SAVE_VERSION = 6
_TABLES = (
    (
        WorldW.OVERFLOW,
        "messages were under way for which there is",
        "give orders no more often than once in the decision interval of the scenario",
    ),
    (
        WorldW.SALVO_OVERFLOW,
        "salvoes were fired for which the table of salvoes in flight has",
        "give the weapons with the longest flights a longer reload_s or a shorter range_max_km, and report it",
    ),
)
"""Tables of the state that may overflow: row of the count, text of the fault, remedy."""


class Simulation:
    """R replications of one compiled scenario.

    Parameters
    ----------
    params:
        The compiled scenario.
    seed:
        Root of all random numbers, 0 <= seed < 2**63.
    replications:
        Replication numbers, one per world. World k of any batch equals replication k run alone.
    picture_contacts:
        Rows of the contact table of a picture.
    record_events:
        Keep events for ``events()``; otherwise no events are written.
    threads:
        Worker threads of ``advance``. The result does not depend on it.
    router:
        Finds the routes of new orders; may be shared by simulations of the same parameters.
    """

    def __init__(
        self,
        params: Params,
        *,
        seed: int = 0,
        replications: Sequence[int] | I64 = (0,),
        picture_contacts: int = 256,
        record_events: bool = False,
        threads: int = 1,
        state: State | None = None,
        router: Router | None = None,
    ) -> None:
        if not 0 <= seed < 2**63:
            raise InputError(f"seed: {seed} is out of range; give a whole number from 0 to 2**63 - 1")
        check_replications(replications)
        self.params = params
        self.seed = seed
        self.picture_contacts = picture_contacts
        self.threads = threads
        self.record_events = record_events
        self.state = initial_state(params, seed, replications) if state is None else state
        count = len(self.state.world)
        n_groups = params.groups.whole.shape[1]
        self.orders: Orders = empty_orders(count, n_groups)
        n_sides = self.state.sides.whole.shape[2]
        self._reserve = events_per_tick(params, self.state.salvoes.whole.shape[2])
        self._log = empty_log(count, 2 * self._reserve if record_events else 0)
        self._drained: list[np.ndarray] = []
        self._pictures = [Pictures(params, side, count, picture_contacts) for side in range(n_sides)]
        self._tick = int(self.state.world[:, WorldW.TICK].max(initial=0))
        self._began = np.zeros(count, dtype=np.int64)
        self.router = Router(params) if router is None else router
        self._groups: dict[int, I32] = {}
        self._play: Any = None
        self._spaces: dict[int, tuple[Scratch, Ways | None]] = {}  # work space of each thread

    @property
    def n_replications(self) -> int:
        """Number of worlds."""
        return len(self.state.world)

    @property
    def tick(self) -> int:
        """Ticks requested so far: the clock of the running replications."""
        return self._tick

    @property
    def ticks(self) -> I64:
        """The clock of each replication, (R,): ticks requested since its start."""
        return self._tick - self._began

    @property
    def time_s(self) -> float:
        """Simulated time [s]."""
        return self._tick * float(self.params.rules_real[RuleR.DT_S])

    @property
    def done(self) -> np.ndarray:
        """Whether each replication has finished, (R,) bool."""
        return self.state.world[:, WorldW.REASON] != EndReason.RUNNING

    @property
    def unit_steps(self) -> int:
        """Live units times ticks simulated so far, over all replications."""
        return int(self.unit_steps_by_replication.sum())

    @property
    def unit_steps_by_replication(self) -> I64:
        """Live units times ticks simulated since the start of each replication, (R,)."""
        world = self.state.world.astype(np.int64)
        return world[:, WorldW.UNIT_TICKS_LOW] + _LOW_BITS * world[:, WorldW.UNIT_TICKS_HIGH]

    def advance(self, n_ticks: int) -> None:
        """Simulate ``n_ticks`` more ticks and consume the current ``orders``."""
        if n_ticks < 0:
            raise InputError(f"n_ticks: {n_ticks} is below 0; give a number of ticks to go forward")
        target = self._tick + n_ticks
        count = self.n_replications
        self.router.plan(self.state, self.orders)
        if self.record_events:
            # one replication at a time, so that each can stop while its buffer is drained
            for r in range(count):
                while True:
                    left = target - int(self._began[r] + self.state.world[r, WorldW.TICK])
                    complete = self._advance(r, r + 1, max(left, 0))
                    self._drain(r)
                    if complete:
                        break
        elif self.threads > 1 and count > 1:
            share_out(lambda first, last, thread: self._advance(first, last, n_ticks, thread), count, self.threads)
        else:
            self._advance(0, count, n_ticks)
        self._tick = target
        self._check_room()

    def _check_room(self) -> None:
        """Raise ``RunError`` when more messages or salvoes were under way than fit in the state."""
        for row, what, remedy in _TABLES:
            lost = self.state.world[:, row]
            if lost.any():
                number = self.state.replication[int(np.argmax(lost > 0))]
                raise RunError(f"replication {number}: by {self.time_s:g} s {lost.max()} {what} no room; {remedy}")

    def _advance(self, first: int, last: int, n_ticks: int, thread: int = 0) -> bool:
        if thread not in self._spaces:
            self._spaces[thread] = make_scratch(self.params), make_ways(self.params)
        arguments = (
            self.params,
            self.state,
            self.orders,
            self._log,
            np.uint64(self.seed),
            int(first),
            int(last),
            int(n_ticks),
            self._reserve,
            *self._spaces[thread],
        )
        if self._play is None:
            self._play = version_of_advance(*arguments)  # the types of a simulation's arrays never change
        with np.errstate(over="ignore"):  # draws overflow on purpose; without the JIT NumPy would warn
            return self._play(*arguments)

    def _drain(self, r: int) -> None:
        used = int(self._log.used[r])
        if used == 0:
            return
        room = self._log.rows.shape[1]
        if used > room:
            raise RunError(
                f"replication {self.state.replication[r]}: by {self.time_s:g} s {used - room} events of a step were "
                f"written for which the log of {room} has no room; play it without recording, and report the scenario"
            )
        rows = np.empty(used, dtype=EVENT_DTYPE)
        rows["replication"] = self.state.replication[r].astype(np.int64)
        for name, column in zip(EVENT_DTYPE.names[1:], EventW, strict=True):  # type: ignore[index]
            rows[name] = self._log.rows[r, :used, column]
        self._drained.append(rows)
        self._log.used[r] = 0

    def events(self) -> np.ndarray:
        """Return the events since the last call: rows of ``EVENT_DTYPE``, by replication and time."""
        rows = np.concatenate(self._drained) if self._drained else np.empty(0, dtype=EVENT_DTYPE)
        self._drained.clear()
        return rows

    def picture(self, side: int, rows: I64 | None = None) -> Picture:
        """Return the current picture of ``side``. The next call for the same side overwrites its arrays.

        With ``rows`` only these replications are updated; the others stay as they were after the previous call.
        """
        return self._pictures[side].build(self.params, self.state, self.ticks, self.seed, rows)

    def begin(self, rows: I64, replications: Sequence[int] | I64) -> None:
        """Replace the worlds ``rows`` by new replications at their own tick 0; the other worlds continue.

        A replication started here has the same bits as in a separate batch.
        """
        check_replications(replications)
        fresh = initial_state(self.params, self.seed, replications)
        for part, new in zip(self.state, fresh, strict=True):
            if isinstance(part, Cells):
                part.real[rows], part.whole[rows] = new.real, new.whole  # type: ignore[union-attr]
            else:
                part[rows] = new  # type: ignore[index]
        self._began[rows] = self._tick

    def regroup(self, rows: I64, replications: Sequence[int] | I64) -> "Simulation":
        """Return a simulation that continues the worlds ``rows`` of this simulation and starts new ``replications``."""
        check_replications(replications)
        kept, fresh = copy_state(self.state, rows), initial_state(self.params, self.seed, replications)
        parts = [
            Cells(np.concatenate([a.real, b.real]), np.concatenate([a.whole, b.whole]))  # type: ignore[union-attr]
            for a, b in zip(kept[:-2], fresh[:-2], strict=True)
        ]
        joined = Simulation(
            self.params,
            seed=self.seed,
            picture_contacts=self.picture_contacts,
            threads=self.threads,
            state=State(
                *parts,
                world=np.concatenate([kept.world, fresh.world]),
                replication=np.concatenate([kept.replication, fresh.replication]),
            ),
            router=self.router,
        )
        joined._tick = self._tick
        joined._began = np.append(self._began[rows], np.full(len(replications), self._tick))
        return joined

    def groups_of(self, side: int) -> I32:
        """Return the groups of a side, ascending: the axis of its policy's orders.

        Phantoms are omitted, since they take no orders.
        """
        if side not in self._groups:  # found once, since every decision asks for them
            self._groups[side] = own_groups(self.params, side)
        return self._groups[side].copy()

    def hash(self) -> list[str]:
        """Return a digest of each replication's state: equal digests mean equal bits."""
        digests: list[str] = []
        for r in range(self.n_replications):
            digest = hashlib.blake2b(digest_size=16)
            for part in self.state[:-2]:
                cells: Cells = part  # type: ignore[assignment]
                digest.update(bytes_of(cells.real[r]))
                digest.update(bytes_of(cells.whole[r]))
            digest.update(bytes_of(self.state.world[r]))
            digest.update(bytes_of(self.state.replication[r : r + 1]))
            digests.append(digest.hexdigest())
        return digests

    def fan_out(
        self, replications: Sequence[int], *, seed: int | None = None, source: int = 0, threads: int | None = None
    ) -> "Simulation":
        """Return a new simulation whose worlds all continue world ``source`` of this simulation.

        ``replications`` number the futures: worlds with equal numbers and seed draw equal random numbers.
        """
        if not 0 <= source < self.n_replications:
            raise InputError(f"source: there is no world {source}; give 0 to {self.n_replications - 1}")
        check_replications(replications)
        index = np.full(len(replications), source)
        return Simulation(
            self.params,
            seed=self.seed if seed is None else seed,
            picture_contacts=self.picture_contacts,
            threads=self.threads if threads is None else threads,
            state=copy_state(self.state, index)._replace(replication=np.asarray(replications, dtype=np.uint64)),
            router=self.router,
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save the state, so that ``restore`` continues from it with the same bits."""
        target = Path(path)
        arrays = {f"{name}_{kind}": array for name, kind, array in _arrays(self.state)}
        arrays["began_all"] = self._began
        meta = {"version": _SAVE_VERSION, "seed": self.seed, "tick": self._tick, "params": params_digest(self.params)}
        partial = target.with_name(target.name + ".partial")
        try:
            with partial.open("wb") as stream:
                arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8)
                np.savez(stream, allow_pickle=False, **arrays)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise RunError(
                f"{target}: cannot save the state ({error.strerror}); free space or choose another place"
            ) from error

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str],
        params: Params,
        *,
        picture_contacts: int = 256,
        threads: int = 1,
        record_events: bool = False,
    ) -> "Simulation":
        """Return the simulation written by ``save``. ``params`` must be those of the same scenario."""
        try:
            with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as stored:
                data = {name: stored[name] for name in stored.files}
            meta = json.loads(data.pop("meta").tobytes())
            began = data["began_all"].astype(np.int64)
            state = allocate(params, [0] * len(data["world_all"]))
            state = state._replace(replication=data["replication_all"].astype(np.uint64))
            if meta["version"] != _SAVE_VERSION:
                raise InputError(f"{path}: written by another version of the format ({meta['version']}); save it again")
            if meta["params"] != params_digest(params):
                raise InputError(f"{path}: saved from another scenario; restore it with that scenario")
            for name, kind, array in _arrays(state):
                array[...] = data[f"{name}_{kind}"]
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such file; give a state written by save") from error
        except InputError:
            raise
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise InputError(f"{path}: not a saved state or damaged ({error}); save it again") from error
        simulation = cls(
            params,
            seed=meta["seed"],
            picture_contacts=picture_contacts,
            threads=threads,
            record_events=record_events,
            state=state,
        )
        simulation._tick, simulation._began = meta["tick"], began
        return simulation


def check_replications(replications: Sequence[int] | I64) -> None:
    """Raise ``InputError`` unless all replication numbers are in range."""
    for number in replications:
        if not 0 <= int(number) < 2**63:
            raise InputError(f"replications: {number} is out of range; give whole numbers from 0 to 2**63 - 1")


def copy_state(state: State, worlds: np.ndarray) -> State:
    """Return a copy of the given worlds (indices into the leading axis, repeats allowed)."""
    parts = [Cells(part.real[worlds], part.whole[worlds]) for part in state[:-2]]  # type: ignore[union-attr]
    return State(*parts, world=state.world[worlds], replication=state.replication[worlds])


def _arrays(state: State) -> list[tuple[str, str, np.ndarray]]:
    rows: list[tuple[str, str, np.ndarray]] = []
    for name, part in zip(State._fields, state, strict=True):
        if isinstance(part, Cells):
            rows += [(name, "real", part.real), (name, "whole", part.whole)]
        else:
            rows.append((name, "all", part))
    return rows
